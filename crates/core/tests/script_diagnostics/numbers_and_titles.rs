//! Numbers without a unit, and titles that cannot be printed.

use super::check_line;

#[test]
fn numbers_without_a_unit() {
    check_line(
        "  read 4K at 3\n  write(2) 0..1p from 0x203",
        "
warning on line 2: `3` is a byte, which lies in page 0x0.
      read 4K at 3
                 ^ expected a unit, such as `p` for pages; write `3p`
warning on line 3: `0x203` is a byte, which lies in page 0x0.
      write(2) 0..1p from 0x203
                          ^^^^^ expected a unit, such as `p` for pages; write `0x203p`
",
    );
    check_line(
        "  punch 3..5",
        "
error on line 2: `3` is not a whole number of pages of 4096 bytes.
      punch 3..5
            ^ expected a multiple of 4K; write `3p`
",
    );
    check_line("  read 4K at 8192\n  read 4K at 0\n  truncate 0", "");
}

#[test]
fn titles_that_cannot_be_printed() {
    check_line(
        "title red \u{1b}[31m",
        "
warning on line 2: The title holds a control character, U+001B.
    title red ?[31m
          ^^^^^^^^^ expected text that can be printed
",
    );
    check_line(
        "title \"bell \\u{7}\"",
        r#"
warning on line 2: The title holds a control character, U+0007.
    title "bell \u{7}"
          ^^^^^^^^^^^^ expected text that can be printed
"#,
    );
}
