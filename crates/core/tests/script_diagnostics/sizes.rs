//! Sizes and offsets.

use super::check_line;

#[test]
fn sizes() {
    check_line(
        "file 5000",
        r#"
error on line 2: `5000` is not a whole number of pages of 4096 bytes.
    file 5000
         ^^^^ expected a multiple of 4K; write `2p`
"#,
    );
    check_line(
        "file 4m",
        r#"
error on line 2: `4m` has an unknown unit.
    file 4m
         ^^ expected a size such as `2M`, `4K`, `0x203p` (pages) or bytes; write `4M`
"#,
    );
    check_line(
        "file 4MiB",
        r#"
error on line 2: `4MiB` has an unknown unit.
    file 4MiB
         ^^^^ expected a size such as `2M`, `4K`, `0x203p` (pages) or bytes; write `4M`
"#,
    );
    check_line(
        "file 1.5M",
        r#"
error on line 2: `1.5M` is a fraction; sizes are whole numbers.
    file 1.5M
         ^^^^ expected a size such as `2M`, `4K`, `0x203p` (pages) or bytes
"#,
    );
    check_line(
        "file 4X",
        r#"
error on line 2: `4X` has an unknown unit.
    file 4X
         ^^ expected a size such as `2M`, `4K`, `0x203p` (pages) or bytes
"#,
    );
    check_line(
        "file big",
        r#"
error on line 2: `big` is not a size.
    file big
         ^^^ expected a size such as `2M`, `4K`, `0x203p` (pages) or bytes
"#,
    );
    check_line(
        "file -4M",
        r#"
error on line 2: `-4M` is not a size.
    file -4M
         ^^^ expected a size such as `2M`, `4K`, `0x203p` (pages) or bytes
"#,
    );
    check_line(
        "file 8193G",
        r#"
error on line 2: `8193G` is beyond the limit of 8192G.
    file 8193G
         ^^^^^ expected at most 8192G
"#,
    );
    check_line(
        "file 99999999999999999999",
        r#"
error on line 2: `99999999999999999999` has more than 64 bits.
    file 99999999999999999999
         ^^^^^^^^^^^^^^^^^^^^ expected a size such as `2M`, `4K`, `0x203p` (pages) or bytes
"#,
    );
    check_line(
        "file 0xfffffffffffffffp",
        r#"
error on line 2: `0xfffffffffffffffp` has more than 64 bits.
    file 0xfffffffffffffffp
         ^^^^^^^^^^^^^^^^^^ expected a size such as `2M`, `4K`, `0x203p` (pages) or bytes
"#,
    );
    check_line(
        "file",
        r#"
error on line 2: The size of the file is missing.
    file
        ^ expected a size such as `2M`, `4K`, `0x203p` (pages) or bytes
"#,
    );
    check_line(
        "file 4M 8M",
        r#"
error on line 2: There is no option of `file` called `8M`.
    file 4M 8M
            ^^ expected `blocks SIZE` or nothing
"#,
    );
    check_line(
        "file 4M block 8M",
        r#"
error on line 2: There is no option of `file` called `block`.
    file 4M block 8M
            ^^^^^ expected `blocks SIZE` or nothing; write `blocks`
"#,
    );
    check_line(
        "file 4M blocks 8M 9M",
        r#"
error on line 2: `9M` is more than `file` understands.
    file 4M blocks 8M 9M
                      ^^ expected nothing more
"#,
    );
    check_line(
        "file 4M\nfile 8M",
        r#"
error on line 3: There is a `file` line already, line 2.
    file 8M
    ^^^^ expected one such line
"#,
    );
    check_line(
        "\tfile\t5000",
        r#"
error on line 2: `5000` is not a whole number of pages of 4096 bytes.
     file 5000
          ^^^^ expected a multiple of 4K; write `2p`
"#,
    );
}
