//! `expect` lines.

use super::check_line;

#[test]
fn expectations() {
    check_line(
        "expect",
        "
error on line 2: What is expected is missing.
    expect
          ^ expected one of clean, violation, no, huge, mapped, writable, entry, dirty, result, fallback
",
    );
    check_line(
        "expect hugh 2M\nexpect no clean",
        "
error on line 2: There is no expectation called `hugh`.
    expect hugh 2M
           ^^^^ expected one of clean, violation, no, huge, mapped, writable, entry, dirty, result, fallback; write `huge`
error on line 3: There is no fact called `clean`.
    expect no clean
              ^^^^^ expected one of huge, mapped, writable, entry, dirty, result, fallback
",
    );
    check_line(
        "expect huge 2M on P",
        "
error on line 2: There is no option of `expect` called `on`.
    expect huge 2M on P
                   ^^ expected `in NAME` or nothing
",
    );
    check_line(
        "expect result SIGBUS\nexpect result done in A",
        "
error on line 2: Whose operation is meant is missing.
    expect result SIGBUS
           ^^^^^^^^^^^^^ expected `in THREAD` after it
error on line 3: Thread `A` has 0 operations.
    expect result done in A
           ^^^^^^^^^^^^^^^^ expected the number of one of its operations, from 1
",
    );
    check_line(
        "  fsync\nexpect fallback colour in B\nexpect fallback color in A 1\nexpect result done in A 0",
        "
error on line 3: There is no thread B.
    expect fallback colour in B
                              ^ expected thread A
error on line 4: There is no reason to fall back `color`.
    expect fallback color in A 1
                    ^^^^^ expected one of colour, private-write, range, end-of-file, extent, alignment, device-end, \
no-struct-page, no-blocks, small-entries, page-table, pmd-taken, no-huge-zero-page, not-tried, injected; write `colour`
error on line 5: `0` does not say which operation of the thread is meant.
    expect result done in A 0
                            ^ expected a number from 1, or nothing for the last one
",
    );
    check_line(
        "expect clean\nexpect violation livelock",
        "
error on line 3: Line 2 says already whether a rule breaks.
    expect violation livelock
           ^^^^^^^^^^^^^^^^^^ expected one `expect clean` or `expect violation`
",
    );
    check_line(
        "expect entry 0 4K zero block",
        "
error on line 2: `block` says again what the line has said before.
    expect entry 0 4K zero block
                           ^^^^^ expected one of each kind
",
    );
}
