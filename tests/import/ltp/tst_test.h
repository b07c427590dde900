/* Just enough of LTP's interface for a compiler to check what is written for it (names and shapes only). */
struct tst_test {
	void (*setup)(void);
	void (*cleanup)(void);
	void (*test_all)(void);
	int needs_tmpdir;
};
enum { TPASS };
void tst_res(int kind, const char *format, ...);
