
/* With -DLTP, and the headers of LTP: the two threads race again and again at all offsets (tst_fuzzy_sync). */
#ifdef LTP
#include "tst_test.h"
#include "tst_fuzzy_sync.h"

static struct tst_fzsync_pair pair;

static void *race_b(void *unused)
{
	while (tst_fzsync_run_b(&pair)) {
		tst_fzsync_start_race_b(&pair);
		for (int at = 0; at < threads[1].count; at++)
			threads[1].work(at);
		tst_fzsync_end_race_b(&pair);
	}
	return unused;
}

static void race(void)
{
	tst_fzsync_pair_reset(&pair, race_b);
	while (tst_fzsync_run_a(&pair)) {
		if (ftruncate(file, 0))
			stop("ftruncate");
		fill();
		tst_fzsync_start_race_a(&pair);
		for (int at = 0; at < threads[0].count; at++)
			threads[0].work(at);
		tst_fzsync_end_race_a(&pair);
	}
	tst_res(TPASS, "nothing has broken");
}

static void begin(void)
{
	open_all("daxscope_workload");
	set_up();
	tst_fzsync_pair_init(&pair);
}

static void end(void)
{
	tst_fzsync_pair_cleanup(&pair);
	if (file >= 0)
		close(file);
}

static struct tst_test test = {
	.setup = begin,
	.cleanup = end,
	.test_all = race,
	.needs_tmpdir = 1,
};
#endif
