//! `entries` lines.

use super::check_line;

#[test]
fn words() {
    check_line(
        "entries",
        r#"
error on line 2: The range is missing.
    entries
           ^ expected a range such as `2M..4M` or `0x203p+1p`
"#,
    );
    check_line(
        "entries 2M..",
        r#"
error on line 2: `2M..` has no end, and `entries` needs one.
    entries 2M..
            ^^^^ expected a range such as `2M..4M` or `0x203p+1p`
"#,
    );
    check_line(
        "entries 0..1p",
        r#"
error on line 2: The kind of the entries is missing.
    entries 0..1p
                 ^ expected `4K` or `2M` and `empty`, `zero`, `block` or `page`
"#,
    );
    check_line(
        "entries 0..1p 4K",
        r#"
error on line 2: The kind of the entries is missing.
    entries 0..1p 4K
                    ^ expected `4K` or `2M` and `empty`, `zero`, `block` or `page`
"#,
    );
    check_line(
        "entries 0..1p blocks",
        r#"
error on line 2: There is no kind of entry called `blocks`.
    entries 0..1p blocks
                  ^^^^^^ expected `4K` or `2M` and `empty`, `zero`, `block` or `page`; write `block`
"#,
    );
    check_line(
        "entries 0..1p zero 4K",
        r#"
error on line 2: There is no option of `entries` called `4K`.
    entries 0..1p zero 4K
                       ^^ expected `every SIZE`, `dirty` or nothing
"#,
    );
    check_line(
        "entries 0..1p 4K zero",
        r#"
error on line 2: A hole of 4 KiB is held by a hole page.
    entries 0..1p 4K zero
                     ^^^^ expected `page`; write `page`
"#,
    );
    check_line(
        "entries 0..2M 2M page",
        r#"
error on line 2: A hole page has 4 KiB; a hole of 2 MiB is the huge zero page.
    entries 0..2M 2M page
                     ^^^^ expected `zero`; write `zero`
"#,
    );
    check_line(
        "entries 0..1p empty dirty",
        r#"
error on line 2: An entry that is `empty` holds no data: it cannot be dirty.
    entries 0..1p empty dirty
                        ^^^^^ expected `dirty` after `block` only
"#,
    );
    check_line(
        "entries 0..1p empty every 0",
        r#"
error on line 2: Entries of 1p cannot begin every `0`.
    entries 0..1p empty every 0
                              ^ expected a multiple of 1p; write `1p`
"#,
    );
    check_line(
        "entries 0..4M 2M empty every 3p",
        r#"
error on line 2: Entries of 2M cannot begin every `3p`.
    entries 0..4M 2M empty every 3p
                                 ^^ expected a multiple of 2M; write `2M`
"#,
    );
    check_line(
        "entries 0..4M empty every 2M every 2M",
        r#"
error on line 2: `every` says again what the line has said before.
    entries 0..4M empty every 2M every 2M
                                 ^^^^^ expected one of each kind
"#,
    );
    check_line(
        "entries 0..4M empty dirt",
        r#"
error on line 2: There is no option of `entries` called `dirt`.
    entries 0..4M empty dirt
                        ^^^^ expected `every SIZE`, `dirty` or nothing; write `dirty`
"#,
    );
}

/// Only what a fault could have left.
#[test]
fn places() {
    check_line(
        "entries 1p..4M 2M empty",
        r#"
error on line 2: An entry of 2 MiB begins and ends at a multiple of 2M.
    entries 1p..4M 2M empty
            ^^^^^^ expected multiples of 2M
"#,
    );
    check_line(
        "entries 2M..6M empty",
        r#"
error on line 2: The entries end beyond the file of 4M.
    entries 2M..6M empty
            ^^^^^^ expected an end of at most 4M
"#,
    );
    check_line(
        "entries 0..1p block",
        r#"
error on line 2: 0..1p is not mapped: no block can be in the entry.
    entries 0..1p block
            ^^^^^ expected a line such as `extent 0..1p mapped at 32M`
"#,
    );
    check_line(
        "entries 0..4M page\nextent 1M..2M mapped at 32M",
        r#"
error on line 2: 1M..0x101p is not one hole: a read there leaves no `page`.
    entries 0..4M page
            ^^^^^ expected pages without an extent, or in a `hole` or `unwritten` one
"#,
    );
    check_line(
        "extent 0..1M hole\nextent 1M..2M unwritten at 32M\nentries 0..2M zero",
        r#"
error on line 4: 0..2M is not one hole: a read there leaves no `zero`.
    entries 0..2M zero
            ^^^^^ expected pages without an extent, or in a `hole` or `unwritten` one
"#,
    );
    check_line(
        "extent 0..1M mapped at 32M\nextent 1M..2M mapped at 64M\nentries 0..2M 2M block",
        r#"
error on line 4: 0..2M is not in one extent: no block can be in the entry.
    entries 0..2M 2M block
            ^^^^^ expected a line such as `extent 0..2M mapped at 32M`
"#,
    );
    check_line(
        "extent 0..2M mapped at 0x2001p\nentries 0..2M 2M block",
        r#"
error on line 3: The blocks of 0..2M do not begin at a multiple of 2M of the device.
    entries 0..2M 2M block
            ^^^^^ expected an aligned extent, or `4K block`
"#,
    );
    check_line(
        "device 1G devmap off\nextent 0..2M mapped at 32M\nentries 0..2M 2M block",
        r#"
error on line 4: Without `struct page`s (`devmap off`) no fault leaves a 2 MiB entry with blocks.
    entries 0..2M 2M block
            ^^^^^ expected `4K block`, or `devmap on`
"#,
    );
    check_line(
        "entries 0..2M 2M empty\nentries 0x1ffp..3M empty",
        r#"
error on line 3: Line 2 has put an entry at 0..2M already.
    entries 0x1ffp..3M empty
            ^^^^^^^^^^ expected entries that do not overlap
"#,
    );
    check_line(
        "revision v6 entry_locks=off\nentries 0..1p empty",
        r#"
error on line 3: A kernel with `entry_locks=off` makes no entries of 2 MiB and none that are empty.
    entries 0..1p empty
            ^^^^^ expected `4K block` or `page`
"#,
    );
    check_line(
        "file 2M blocks 1M\nentries 0..2M zero",
        r#"
error on line 3: 0..2M is not one hole: a read there leaves no `zero`.
    entries 0..2M zero
            ^^^^^ expected pages without an extent, or in a `hole` or `unwritten` one
"#,
    );
}
