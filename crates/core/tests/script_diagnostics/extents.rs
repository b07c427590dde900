//! `extent` lines.

use super::check_line;

#[test]
fn extents() {
    check_line(
        "extent 2M..4M",
        r#"
error on line 2: The kind of the extent is missing.
    extent 2M..4M
                 ^ expected `hole`, `unwritten` or `mapped`
"#,
    );
    check_line(
        "extent 2M..4M maped at 16M",
        r#"
error on line 2: There is no kind of extent called `maped`.
    extent 2M..4M maped at 16M
                  ^^^^^ expected `hole`, `unwritten` or `mapped`; write `mapped`
"#,
    );
    check_line(
        "extent 2M..4M mapped",
        r#"
error on line 2: The place of the mapped extent on the device is missing.
    extent 2M..4M mapped
                        ^ expected `at` and a device offset, such as `at 16M`
"#,
    );
    check_line(
        "extent 2M..4M mapped at",
        r#"
error on line 2: The device offset is missing.
    extent 2M..4M mapped at
                           ^ expected a size such as `2M`, `4K`, `0x203p` (pages) or bytes
"#,
    );
    check_line(
        "extent 2M..4M mapped 16M",
        r#"
error on line 2: `at` is missing in front of `16M`.
    extent 2M..4M mapped 16M
                         ^^^ expected `at` and a device offset, such as `at 16M`; write `at 16M`
"#,
    );
    check_line(
        "extent 2M..4M unwritten on 16M",
        r#"
error on line 2: There is no option of `extent` called `on`.
    extent 2M..4M unwritten on 16M
                            ^^ expected `at` and a device offset, such as `at 16M`
"#,
    );
    check_line(
        "extent 2M..4M hole at 16M",
        r#"
error on line 2: `at` is more than `extent` understands.
    extent 2M..4M hole at 16M
                       ^^^^^^ expected nothing more: a hole has no blocks
"#,
    );
    check_line(
        "extent 2M..4M mapped at 1000",
        r#"
error on line 2: `1000` is not a whole number of pages of 4096 bytes.
    extent 2M..4M mapped at 1000
                            ^^^^ expected a multiple of 4K; write `1000p`
"#,
    );
    check_line(
        "extent 2M..4M mapped at 8191G\nextent 0..2M mapped at 8192G",
        r#"
warning on line 2: The extent reaches beyond the device of 4G: access to it will fail with -ERANGE.
    extent 2M..4M mapped at 8191G
                            ^^^^^ expected an extent inside the device
error on line 3: The extent ends beyond the limit of 8192G.
    extent 0..2M mapped at 8192G
                           ^^^^^ expected a smaller device offset
"#,
    );
    check_line(
        "extent 2M..4M mapped at 16M\nextent 3M..5M hole",
        r#"
error on line 3: The extent overlaps the one on line 2 (2M..4M).
    extent 3M..5M hole
           ^^^^^^ expected extents that do not overlap
"#,
    );
    check_line(
        "extent 2M..4M mapped at 16M\nextent 0..0x201p unwritten at 32M",
        r#"
error on line 3: The extent overlaps the one on line 2 (2M..4M).
    extent 0..0x201p unwritten at 32M
           ^^^^^^^^^ expected extents that do not overlap
"#,
    );
    check_line(
        "file 4M blocks 4M\nextent 4M..6M mapped at 16M",
        r#"
error on line 3: The extent ends beyond the block map of 4M.
    extent 4M..6M mapped at 16M
           ^^^^^^ expected an end of at most 4M
"#,
    );
    check_line(
        "extent 2M..4M mapped at 17M\nextent 0..2M mapped at 16M",
        r#"
warning on line 3: The extent on line 2 has some of these device blocks too.
    extent 0..2M mapped at 16M
                           ^^^ expected device blocks of its own
"#,
    );
    check_line(
        "device 16M\nalloc next 8M\nextent 0..2M mapped at 16M",
        r#"
warning on line 3: The allocator may hand out device blocks of the extent on line 4.
    alloc next 8M
               ^^ expected an offset after all extents; write `32M`
warning on line 4: The extent reaches beyond the device of 16M: access to it will fail with -ERANGE.
    extent 0..2M mapped at 16M
                           ^^^ expected an extent inside the device
"#,
    );
}
