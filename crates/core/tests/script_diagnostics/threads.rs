//! `thread` lines.

use super::check;

#[test]
fn threads() {
    check(
        "thread",
        r#"
error on line 1: The letter of the thread is missing.
    thread
          ^ expected a letter from `A`
"#,
    );
    check(
        "process P\nthread A in +1",
        r#"
error on line 2: `+1` cannot be a name as it stands.
    thread A in +1
                ^^ expected a letter, then letters, digits and `_-.:/`; or a name in quotes; write `"+1"`
"#,
    );
    check(
        "process \"two words\"\nthread A in \"two word\"",
        r#"
error on line 2: There is no process `two word`.
    thread A in "two word"
                ^^^^^^^^^^ expected `two words`; write `"two words"`
"#,
    );
    check(
        "thread a",
        r#"
error on line 1: Threads are capital letters, not `a`.
    thread a
           ^ expected a letter from `A`; write `A`
"#,
    );
    check(
        "thread AB",
        r#"
error on line 1: `AB` is not a thread.
    thread AB
           ^^ expected a letter from `A`
"#,
    );
    check(
        "thread B",
        r#"
error on line 1: Threads are lettered in order, and `B` is not the next one.
    thread B
           ^ expected the next letter; write `A`
"#,
    );
    check(
        "thread A\nthread A",
        r#"
error on line 2: There is a thread A already, line 1.
    thread A
           ^ expected the next letter; write `B`
"#,
    );
    check(
        "thread A\nthread C\n  read 4K at 0",
        r#"
error on line 2: Threads are lettered in order, and `C` is not the next one.
    thread C
           ^ expected the next letter; write `B`
"#,
    );
    check(
        "thread A in 1 read",
        r#"
error on line 1: `read` is more than `thread` understands.
    thread A in 1 read
                  ^^^^ expected nothing more; operations are lines of their own
"#,
    );
}
