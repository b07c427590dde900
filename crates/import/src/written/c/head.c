#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/falloc.h>
#include <linux/fiemap.h>
#include <linux/fs.h>
#include <pthread.h>
#include <sched.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#define PAGE 4096UL
#define HUGE_PAGE (512 * PAGE)
#ifndef MAP_SHARED_VALIDATE
#define MAP_SHARED_VALIDATE 0x03
#endif
#ifndef MAP_SYNC
#define MAP_SYNC 0x80000
#endif

static int file = -1;
static int marker = -1;
static _Thread_local sigjmp_buf *on_fault;

/* Writes a line into the trace, if there is one: daxscope import reads it. */
static void say(const char *format, ...)
{
	char line[256];
	va_list words;

	va_start(words, format);
	int length = vsnprintf(line, sizeof(line), format, words);
	va_end(words);
	if (length > (int)sizeof(line) - 1)
		length = sizeof(line) - 1;
	if (marker >= 0 && write(marker, line, length) < 0)
		marker = -1;
}

static void stop(const char *what)
{
	fprintf(stderr, "%s: %s\n", what, strerror(errno));
	exit(2);
}

static __attribute__((unused)) void check(long result, const char *what)
{
	if (result < 0)
		say("%s = %ld errno %d", what, result, errno);
}

static void faulted(int number)
{
	if (on_fault)
		siglongjmp(*on_fault, number);
	_exit(3);
}

/* One load or store; what ends with a signal is told, and the thread goes on. */
static __attribute__((unused)) void touch(uintptr_t base, unsigned long page, int is_store)
{
	sigjmp_buf back;
	volatile char *at = (volatile char *)(base + page * PAGE);

	if (sigsetjmp(back, 1)) {
		say("a signal at page 0x%lx", page);
	} else {
		on_fault = &back;
		if (is_store)
			*at = 'x';
		else
			(void)*at;
	}
	on_fault = NULL;
}

/* Maps pages of the file where address and offset differ by `colour` pages modulo 2 MiB. Gives the address of file page 0. */
static uintptr_t map(unsigned long first, unsigned long pages, unsigned long colour, int protection, int flags, int is_huge)
{
	char *room = mmap(NULL, pages * PAGE + 2 * HUGE_PAGE, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

	if (room == MAP_FAILED)
		stop("room for a mapping");
	uintptr_t at = ((uintptr_t)room + HUGE_PAGE - 1) & ~(HUGE_PAGE - 1);
	at += ((first + colour) % 512) * PAGE;
	if (mmap((void *)at, pages * PAGE, protection, flags | MAP_FIXED, file, first * PAGE) == MAP_FAILED)
		stop("mmap");
	/* Without transparent huge pages in the kernel neither is possible, and all faults are of 4 KiB. */
	(void)madvise((void *)at, pages * PAGE, is_huge ? MADV_HUGEPAGE : MADV_NOHUGEPAGE);
	return at - first * PAGE;
}

/* Blocks that were written, or that nobody has written yet. */
static __attribute__((unused)) void blocks(unsigned long first, unsigned long pages, int is_written)
{
	static char page[4096];

	if (!is_written) {
		if (fallocate(file, FALLOC_FL_KEEP_SIZE, first * PAGE, pages * PAGE))
			stop("fallocate");
		return;
	}
	/* In one piece first, so that the file system can keep it in one extent. */
	if (fallocate(file, 0, first * PAGE, pages * PAGE))
		stop("fallocate");
	memset(page, 'o', sizeof(page));
	for (unsigned long at = first; at < first + pages; at++)
		if (pwrite(file, page, sizeof(page), at * PAGE) != (ssize_t)sizeof(page))
			stop("pwrite");
}

static __attribute__((unused)) void write_pages(unsigned long first, unsigned long pages, uintptr_t from, unsigned long from_page)
{
	static const char page[4096] = "written by write(2)";

	for (unsigned long at = 0; at < pages; at++) {
		const void *buffer = from ? (const void *)(from + (from_page + at) * PAGE) : page;
		check(pwrite(file, buffer, PAGE, (first + at) * PAGE), "pwrite");
	}
}

static __attribute__((unused)) void read_pages(unsigned long first, unsigned long pages)
{
	char page[4096];

	for (unsigned long at = 0; at < pages; at++)
		check(pread(file, page, PAGE, (first + at) * PAGE), "pread");
}

/* No event names the file system. */
static void tell_file_system(void)
{
	struct statfs found;

	if (fstatfs(file, &found))
		stop("fstatfs");
	if ((unsigned long)found.f_type == 0x58465342)
		say("file system: xfs");
	else if ((unsigned long)found.f_type == 0xef53)
		say("file system: ext4");
}

/* Where the file system has put the blocks. */
static void tell_extents(void)
{
	enum { MOST = 64 };
	size_t bytes = sizeof(struct fiemap) + MOST * sizeof(struct fiemap_extent);
	struct fiemap *found = calloc(1, bytes);

	if (!found)
		stop("memory");
	found->fm_length = FIEMAP_MAX_OFFSET;
	found->fm_flags = FIEMAP_FLAG_SYNC;
	found->fm_extent_count = MOST;
	if (ioctl(file, FS_IOC_FIEMAP, found) == 0)
		for (unsigned int at = 0; at < found->fm_mapped_extents && at < MOST; at++) {
			struct fiemap_extent *extent = &found->fm_extents[at];
			say("extent[begin] #%u logical 0x%llx physical 0x%llx len 0x%llx %s", at, (unsigned long long)extent->fe_logical,
			    (unsigned long long)extent->fe_physical, (unsigned long long)extent->fe_length,
			    extent->fe_flags & FIEMAP_EXTENT_UNWRITTEN ? "unwritten" : "written");
		}
	free(found);
}

static void open_all(const char *name)
{
	struct sigaction action = { .sa_handler = faulted };

	marker = open("/sys/kernel/tracing/trace_marker", O_WRONLY | O_CLOEXEC);
	sigaction(SIGBUS, &action, NULL);
	sigaction(SIGSEGV, &action, NULL);
	file = open(name, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	if (file < 0)
		stop(name);
}
