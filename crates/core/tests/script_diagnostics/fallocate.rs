//! `fallocate`, `zero`, `collapse`, `insert` and `dontneed`.

use super::{check, check_line};

#[test]
fn ranges() {
    for word in ["fallocate", "zero", "collapse", "insert"] {
        let blanks = " ".repeat(word.len());
        check_line(
            word,
            &format!(
                "
error on line 2: The range is missing.
    {word}
    {blanks}^ expected a range such as `2M..4M` or `0x203p+1p`
"
            ),
        );
        check_line(
            &format!("{word} 2M.."),
            &format!(
                "
error on line 2: `2M..` has no end, and `{word}` needs one.
    {word} 2M..
    {blanks} ^^^^ expected a range such as `2M..4M` or `0x203p+1p`
"
            ),
        );
        check_line(
            &format!("{word} 0..100"),
            &format!(
                "
error on line 2: `0..100` is not a whole number of pages of 4096 bytes.
    {word} 0..100
    {blanks}    ^^^ expected a multiple of 4K; write `100p`
"
            )
            .replace("`0..100` is", "`100` is"),
        );
        check_line(
            &format!("{word} 0..1p 2p"),
            &format!(
                "
error on line 2: `2p` is more than `{word}` understands.
    {word} 0..1p 2p
    {blanks}       ^^ expected nothing more
"
            ),
        );
    }
    check_line(
        "zero 2M..1M",
        "
error on line 2: `2M..1M` ends before it begins.
    zero 2M..1M
         ^^^^^^ expected the smaller offset first; write `1M..2M`
",
    );
    check_line(
        "dontneed 3p",
        "
error on line 2: `3p` is not a range.
    dontneed 3p
             ^^ expected a range such as `2M..4M` or `0x203p+1p`
",
    );
}

#[test]
fn what_the_call_will_refuse() {
    check(
        "file 4M\nthread A\n  collapse 2M..4M",
        "
warning on line 3: The file ends at 4M: this `collapse` will be refused with EINVAL.
      collapse 2M..4M
               ^^^^^^ expected a range that ends before the file; `truncate SIZE` cuts its end off
",
    );
    check(
        "file 4M\nthread A\n  insert 4M..6M",
        "
warning on line 3: The file ends at 4M: this `insert` will be refused with EINVAL.
      insert 4M..6M
             ^^^^^^ expected an offset inside the file; `truncate SIZE` makes it longer
",
    );
    // Anything else may have made it longer by then.
    for other in ["truncate 8M", "write(2) 4M..5M", "fallocate 4M..8M", "zero 4M..8M", "insert 0..4M"] {
        check(&format!("file 4M\nthread A\n  collapse 2M..4M\n  insert 4M..6M\nthread B\n  {other}"), "");
    }
    check("file 4M\nthread A\n  collapse 2M..0x3ffp\n  collapse 0..1p", "");
}

#[test]
fn dontneed_beside_the_mapping() {
    check(
        "file 4M\nprocess P maps 1M..2M shared rw\nthread A in P\n  dontneed 0..2M\n  dontneed 1M..2M\n  dontneed 2M..",
        "
warning on line 4: The mapping of `P` is 1M..2M: `dontneed` drops what is in it and returns ENOMEM.
      dontneed 0..2M
               ^^^^^ expected a range inside the mapping, or no range for all of it
warning on line 6: The mapping of `P` is 1M..2M: `dontneed` drops what is in it and returns ENOMEM.
      dontneed 2M..
               ^^^^ expected a range inside the mapping, or no range for all of it
",
    );
}

#[test]
fn names_that_the_system_calls_have() {
    for (other, name) in [
        ("posix_fallocate", "fallocate"),
        ("zero_range", "zero"),
        ("collapse_range", "collapse"),
        ("insert_range", "insert"),
        ("punch_hole", "punch"),
    ] {
        check_line(
            &format!("{other} 0..1p"),
            &format!(
                "
error on line 2: There is no statement `{other}`.
    {other} 0..1p
    {} write `{name}`
",
                "^".repeat(other.len())
            ),
        );
    }
    check_line(
        "madvise 0..2M",
        "
error on line 2: `madvise` is not modelled: there is no advice.
    madvise 0..2M
    ^^^^^^^ expected `dontneed RANGE` for MADV_DONTNEED; `read 2M` and `write 2M` for MADV_HUGEPAGE
",
    );
}

#[test]
fn the_file_system() {
    check_line(
        "fs",
        "
error on line 2: The file system is missing.
    fs
      ^ expected `ext4` or `xfs`
",
    );
    check_line(
        "fs ext3",
        "
error on line 2: There is no file system called `ext3`.
    fs ext3
       ^^^^ expected `ext4` or `xfs`; write `ext4`
",
    );
    check(
        "fs xfs\nfs ext4\nthread A",
        "
error on line 2: There is a `fs` line already, line 1.
    fs ext4
    ^^ expected one such line
",
    );
    check(
        "fs xfs\njournal on\nthread A",
        "
error on line 2: XFS holds no transaction open around faults and write(2), and this is `fs xfs`.
    journal on
    ^^^^^^^ expected `journal off`, or `fs ext4`
",
    );
    check("fs xfs\njournal off\nthread A", "");
    check("journal on\nfs ext4\nthread A", "");
}
