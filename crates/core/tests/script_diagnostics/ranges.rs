//! Ranges.

use super::check_line;

#[test]
fn ranges() {
    check_line(
        "punch",
        r#"
error on line 2: The range is missing.
    punch
         ^ expected a range such as `2M..4M` or `0x203p+1p`
"#,
    );
    check_line(
        "punch 2M",
        r#"
error on line 2: `2M` is not a range.
    punch 2M
          ^^ expected a range such as `2M..4M` or `0x203p+1p`
"#,
    );
    check_line(
        "punch 0-2M",
        r#"
error on line 2: `0-2M` is not a range.
    punch 0-2M
          ^^^^ expected a range such as `2M..4M` or `0x203p+1p`; write `0..2M`
"#,
    );
    check_line(
        "punch 0..",
        r#"
error on line 2: `0..` has no end, and `punch` needs one.
    punch 0..
          ^^^ expected a range such as `2M..4M` or `0x203p+1p`
"#,
    );
    check_line(
        "punch 2M..2M",
        r#"
error on line 2: `2M..2M` is empty.
    punch 2M..2M
          ^^^^^^ expected a range of at least one page
"#,
    );
    check_line(
        "punch 4M..2M",
        r#"
error on line 2: `4M..2M` ends before it begins.
    punch 4M..2M
          ^^^^^^ expected the smaller offset first; write `2M..4M`
"#,
    );
    check_line(
        "punch 2M+0",
        r#"
error on line 2: `2M+0` is empty.
    punch 2M+0
          ^^^^ expected a range of at least one page
"#,
    );
    check_line(
        "punch ..2M",
        r#"
error on line 2: A number is missing.
    punch ..2M
          ^ expected a range such as `2M..4M` or `0x203p+1p`
"#,
    );
    check_line(
        "punch 100..2M",
        r#"
error on line 2: `100` is not a whole number of pages of 4096 bytes.
    punch 100..2M
          ^^^ expected a multiple of 4K; write `100p`
"#,
    );
    check_line(
        "punch 0..5000",
        r#"
error on line 2: `5000` is not a whole number of pages of 4096 bytes.
    punch 0..5000
             ^^^^ expected a multiple of 4K; write `2p`
"#,
    );
    check_line(
        "punch 8192G+1p",
        r#"
error on line 2: `8192G+1p` ends beyond the limit of 8192G.
    punch 8192G+1p
          ^^^^^^^^ expected a smaller range
"#,
    );
    check_line(
        "punch 0..2M now",
        r#"
error on line 2: `now` is more than `punch` understands.
    punch 0..2M now
                ^^^ expected nothing more
"#,
    );
    check_line(
        "fsync 2M",
        r#"
error on line 2: `2M` is not a range.
    fsync 2M
          ^^ expected a range such as `2M..4M` or `0x203p+1p`
"#,
    );
}
