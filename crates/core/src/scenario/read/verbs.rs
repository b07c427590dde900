//! Verbs that people know from the kernel and from system calls, and what to write here. None of them is a typing mistake
//! for another: `fallocate` is not `punch`.

/// Other words for what is modelled.
pub(super) const OTHER_NAMES: [(&str, &str); 16] = [
    ("pread", "read(2)"),
    ("preadv", "read(2)"),
    ("readv", "read(2)"),
    ("pwrite", "write(2)"),
    ("pwritev", "write(2)"),
    ("writev", "write(2)"),
    ("load", "read"),
    ("store", "write"),
    ("fault", "read"),
    ("kernel", "revision"),
    ("allocator", "alloc"),
    ("dev", "device"),
    ("mm", "process"),
    ("inject", "fail"),
    ("assert", "expect"),
    ("sched", "schedule"),
];

/// A verb, what of it is not modelled, and what to use.
pub(super) const NOT_MODELLED: [(&str, &str, &str); 27] = [
    ("fallocate", "allocation ahead of use", "an `extent` line, or `punch RANGE` for FALLOC_FL_PUNCH_HOLE"),
    ("ftruncate", "file descriptor", "`truncate SIZE`"),
    ("mmap", "mapping that is made while threads run", "a `process` line"),
    ("mremap", "mapping that moves", "another `process` that maps the file elsewhere"),
    ("madvise", "advice", "`munmap` for MADV_DONTNEED; `read 2M` and `write 2M` for MADV_HUGEPAGE"),
    ("mprotect", "change of permissions", "`ro` or `rw` in a `process` line"),
    ("msync", "statement of its own for it", "`fsync RANGE`, which it calls"),
    ("fdatasync", "difference to fsync", "`fsync`"),
    ("sync", "other file", "`fsync`"),
    ("syncfs", "other file", "`fsync`"),
    ("sync_file_range", "writeback that nobody waits for", "`fsync RANGE`"),
    ("fadvise", "advice", "`invalidate RANGE` for POSIX_FADV_DONTNEED"),
    ("drop_caches", "other file", "`invalidate`"),
    ("collapse", "khugepaged (it does not touch DAX)", "`munmap` and `read 2M` to get a huge mapping"),
    ("khugepaged", "khugepaged (it does not touch DAX)", "`munmap` and `read 2M` to get a huge mapping"),
    ("mlock", "locked memory", "`read` or `write` to fault pages in"),
    ("munlock", "locked memory", "nothing: mappings stay until somebody removes them"),
    ("mincore", "question to the page table", "`expect mapped OFFSET`"),
    ("fork", "process that begins while threads run", "another `process`, and a `thread` in it"),
    ("clone", "process that begins while threads run", "another `process`, and a `thread` in it"),
    ("exit", "process that ends", "`munmap`"),
    ("open", "file descriptors", "nothing: the file is open"),
    ("close", "file descriptors", "nothing: the file stays open"),
    ("unlink", "directories", "`truncate 0`"),
    ("reclaim", "memory pressure", "`invalidate`"),
    ("sendfile", "other file", "`read(2) RANGE`"),
    ("migrate", "migration", "nothing: DAX pages do not move"),
];
