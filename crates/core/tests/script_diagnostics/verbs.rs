//! Verbs of the kernel that are not modelled: no guess by spelling, but what to use.

use super::check_line;
use daxscope_core::scenario::parse;

#[test]
fn verbs_that_are_not_modelled() {
    check_line(
        "mremap P",
        "
error on line 2: `mremap` is not modelled: there is no mapping that moves.
    mremap P
    ^^^^^^ expected another `process` that maps the file elsewhere
",
    );
    check_line(
        "msync 0..2M",
        "
error on line 2: `msync` is not modelled: there is no statement of its own for it.
    msync 0..2M
    ^^^^^ expected `fsync RANGE`, which it calls
",
    );
    // A slip in such a verb is told as that verb.
    check_line(
        "fdatasyn",
        "
error on line 2: `fdatasync` is not modelled: there is no difference to fsync.
    fdatasyn
    ^^^^^^^^ expected `fsync`
",
    );
}

#[test]
fn no_verb_of_the_kernel_is_taken_for_another() {
    let verbs = "ftruncate mmap mremap madvise mprotect msync fdatasync sync syncfs sync_file_range fadvise \
                 drop_caches khugepaged mlock munlock mincore fork clone exit open close unlink sendfile reclaim migrate";
    for verb in verbs.split_whitespace() {
        let parsed = parse(&format!("thread A\n {verb} 0..2M\n"));
        let [diagnostic] = parsed.diagnostics.as_slice() else { panic!("{verb}: {:?}", parsed.diagnostics) };
        assert!(diagnostic.message.starts_with(&format!("`{verb}` is not modelled: there is no ")), "{diagnostic:?}");
        assert_eq!(diagnostic.suggestion, None);
        assert!(!diagnostic.expected.is_empty(), "{verb}");
    }
}
