//! How much is kept, whatever is read. What lies beyond is counted, and the report says so.

/// Bytes of a line; a longer one is counted as not understood and left out.
pub const MAX_LINE_BYTES: usize = 64 << 10;
/// Lines not understood that are shown.
pub const MAX_SHOWN: usize = 20;
/// Bytes of a line that are shown.
pub const MAX_SHOWN_BYTES: usize = 200;
/// Names of foreign events that are counted each by itself.
pub const MAX_OTHER_NAMES: usize = 64;
/// Ranges of 2 MiB that are followed.
pub const MAX_RANGES: usize = 1 << 16;
/// Windows of 2 MiB of addresses that are followed.
pub const MAX_WINDOWS: usize = 1 << 16;
/// Tasks that are followed.
pub const MAX_TASKS: usize = 4096;
/// Files that are followed.
pub const MAX_FILES: usize = 1024;
/// Calls of fsync or msync that are told each by itself.
pub const MAX_SYNCS: usize = 1000;
/// Suspects of one kind that are told each by itself.
pub const MAX_SUSPECTS: usize = 200;
/// Signs of a layout break that are kept of a file: the last ones.
pub const MAX_SIGNS: usize = 8;
/// CPUs whose last time is kept.
pub const MAX_CPUS: usize = 8192;
/// Bytes of a string in JSON; a longer one is cut.
pub const MAX_JSON_STRING: usize = 4096;
/// Depth of nesting in JSON.
pub const MAX_JSON_DEPTH: usize = 64;
/// Snapshots of a tree, and entries of one.
pub const MAX_SNAPSHOTS: usize = 1000;
/// Entries of one snapshot.
pub const MAX_SNAPSHOT_ENTRIES: usize = 1 << 16;
/// Acts of tasks that are kept for a scenario: the first ones, or those around a line.
pub const MAX_ACTS: usize = 4096;
/// Events that are kept of one act.
pub const MAX_ACT_EVENTS: usize = 64;
