/* The same for tst_fuzzy_sync.h. */
struct tst_fzsync_pair { int unused; };
void tst_fzsync_pair_init(struct tst_fzsync_pair *pair);
void tst_fzsync_pair_cleanup(struct tst_fzsync_pair *pair);
void tst_fzsync_pair_reset(struct tst_fzsync_pair *pair, void *(*run_b)(void *));
int tst_fzsync_run_a(struct tst_fzsync_pair *pair);
int tst_fzsync_run_b(struct tst_fzsync_pair *pair);
void tst_fzsync_start_race_a(struct tst_fzsync_pair *pair);
void tst_fzsync_start_race_b(struct tst_fzsync_pair *pair);
void tst_fzsync_end_race_a(struct tst_fzsync_pair *pair);
void tst_fzsync_end_race_b(struct tst_fzsync_pair *pair);
