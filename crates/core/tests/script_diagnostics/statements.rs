//! Statements that are none, and strings.

use super::{check, check_line};

#[test]
fn statements_and_strings() {
    check_line(
        "raed 2M at 0",
        r#"
error on line 2: There is no statement `raed`.
    raed 2M at 0
    ^^^^ write `read`
"#,
    );
    check_line(
        "Read 2M at 0",
        r#"
error on line 2: There is no statement `Read`.
    Read 2M at 0
    ^^^^ write `read`
"#,
    );
    check_line(
        "pwrite 0..4K",
        r#"
error on line 2: There is no statement `pwrite`.
    pwrite 0..4K
    ^^^^^^ write `write(2)`
"#,
    );
    check_line(
        "allocator next 64M",
        r#"
error on line 2: There is no statement `allocator`.
    allocator next 64M
    ^^^^^^^^^ write `alloc`
"#,
    );
    check_line(
        "frobnicate 1 2 3",
        r#"
error on line 2: There is no statement `frobnicate`.
    frobnicate 1 2 3
    ^^^^^^^^^^ expected a statement such as `file`, `process` or `thread`, or an operation such as `read` or `fsync`
"#,
    );
    check_line(
        "> read 2M at 0",
        r#"
error on line 2: This line is quoted mail.
    > read 2M at 0
    ^ expected no `>`; leave it out
"#,
    );
    check_line(
        "é 4K at 0",
        r#"
error on line 2: There is no statement `é`.
    é 4K at 0
    ^ expected a statement such as `file`, `process` or `thread`, or an operation such as `read` or `fsync`
"#,
    );
    check(
        "read 2M at 0",
        r#"
error on line 1: The operation belongs to no thread.
    read 2M at 0
    ^^^^ expected a line `thread A` above it
warning on line 1: There is no thread: nothing will run.
    read 2M at 0
                ^ expected `thread A` and its operations
"#,
    );
    check(
        "",
        r#"
warning on line 1: There is no thread: nothing will run.

    ^ expected `thread A` and its operations
"#,
    );
    check(
        "title  nothing happens\n",
        r#"
warning on line 1: There is no thread: nothing will run.
    title  nothing happens
                          ^ expected `thread A` and its operations
"#,
    );
    check_line(
        "title",
        r#"
error on line 2: The title is missing.
    title
         ^ expected text up to the end of the line
"#,
    );
    check_line(
        "title \"no end",
        r#"
error on line 2: The string has no end.
    title "no end
          ^^^^^^^ expected a closing `"`
"#,
    );
    check_line(
        "title \"a\\qb\"",
        r#"
error on line 2: A backslash in a string begins an escape, and this is none.
    title "a\qb"
            ^ expected `\"`, `\\` or `\u{...}` with a character number in hexadecimal
"#,
    );
    check_line(
        "title \"a\" b",
        r#"
error on line 2: `b` is more than `title` understands.
    title "a" b
              ^ expected nothing after the closing quote
"#,
    );
    check_line(
        "title one\ntitle two",
        r#"
error on line 3: There is a `title` line already, line 2.
    title two
    ^^^^^ expected one such line
"#,
    );
}
