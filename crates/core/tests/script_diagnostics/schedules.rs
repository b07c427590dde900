//! `schedule` lines.

use super::check_line;

#[test]
fn schedules() {
    check_line(
        "schedule A5 B3",
        r#"
error on line 2: There is no thread B.
    schedule A5 B3
                ^^ expected thread A
"#,
    );
    check_line(
        "schedule a5",
        r#"
error on line 2: `a5` is not a run of steps.
    schedule a5
             ^^ expected a thread, a count and `!` if it fails, such as `A5`, `B` or `A!`; write `A5`
"#,
    );
    check_line(
        "schedule 5A",
        r#"
error on line 2: `5A` is not a run of steps.
    schedule 5A
             ^^ expected a thread, a count and `!` if it fails, such as `A5`, `B` or `A!`
"#,
    );
    check_line(
        "schedule A0",
        r#"
error on line 2: A run of no steps says nothing.
    schedule A0
             ^^ expected a count from 1
"#,
    );
    check_line(
        "schedule A5 -",
        r#"
error on line 2: `-` is not a run of steps.
    schedule A5 -
                ^ expected a thread, a count and `!` if it fails, such as `A5`, `B` or `A!`
"#,
    );
    check_line(
        "schedule by points A5",
        r#"
error on line 2: There is no step size `points`.
    schedule by points A5
                ^^^^^^ expected `operation`, `point`, `section` or `atom`; write `point`
"#,
    );
    check_line(
        "schedule by",
        r#"
error on line 2: The size of a step is missing.
    schedule by
               ^ expected `operation`, `point`, `section` or `atom`
"#,
    );
    check_line(
        "schedule A99999 A2",
        r#"
error on line 2: The schedule has more than 100000 steps.
    schedule A99999 A2
                    ^^ expected at most 100000 steps in all
"#,
    );
    check_line(
        "schedule A99999999999999999999999",
        r#"
error on line 2: The schedule has more than 100000 steps.
    schedule A99999999999999999999999
             ^^^^^^^^^^^^^^^^^^^^^^^^ expected at most 100000 steps in all
"#,
    );
    check_line(
        "schedule by point A5\nschedule by operation A3",
        r#"
error on line 3: Another `schedule` line has another step size.
    schedule by operation A3
                ^^^^^^^^^ expected one step size for all of them
"#,
    );
}
