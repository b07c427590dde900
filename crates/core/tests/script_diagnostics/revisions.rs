//! `revision` lines.

use super::check_line;

#[test]
fn revisions() {
    check_line(
        "revision",
        r#"
error on line 2: The revision is missing.
    revision
            ^ expected one of v4, v5, v6, v8, v9, 4.10.0, 4.10.17, 4.11, 4.12.4, 4.13.4, fixed, 5.10.13, 5.10, 6.1, 6.12, 7.3, 7.3-fixed
"#,
    );
    check_line(
        "revision v66",
        r#"
error on line 2: There is no revision `v66`.
    revision v66
             ^^^ expected one of v4, v5, v6, v8, v9, 4.10.0, 4.10.17, 4.11, 4.12.4, 4.13.4, fixed, 5.10.13, 5.10, 6.1, 6.12, 7.3, 7.3-fixed; write `v6`
"#,
    );
    check_line(
        "revision 5.0-rc1",
        r#"
error on line 2: There is no revision `5.0-rc1`.
    revision 5.0-rc1
             ^^^^^^^ expected one of v4, v5, v6, v8, v9, 4.10.0, 4.10.17, 4.11, 4.12.4, 4.13.4, fixed, 5.10.13, 5.10, 6.1, 6.12, 7.3, 7.3-fixed
"#,
    );
    check_line(
        "revision wake_mode_delete=all",
        r#"
error on line 2: A revision begins with the name of a preset.
    revision wake_mode_delete=all
             ^ expected one of v4, v5, v6, v8, v9, 4.10.0, 4.10.17, 4.11, 4.12.4, 4.13.4, fixed, 5.10.13, 5.10, 6.1, 6.12, 7.3, 7.3-fixed; write `4.10.0 `
"#,
    );
    check_line(
        "revision v6 wake_mode_delet=all",
        r#"
error on line 2: There is no switch `wake_mode_delet`.
    revision v6 wake_mode_delet=all
                ^^^^^^^^^^^^^^^ expected a switch of docs/script.md; write `wake_mode_delete`
"#,
    );
    check_line(
        "revision v6 wake_mode_delete=al",
        r#"
error on line 2: `wake_mode_delete` cannot be `al`.
    revision v6 wake_mode_delete=al
                                ^^^ expected one or all; write `=all`
"#,
    );
    check_line(
        "revision v6 wake_mode_delete",
        r#"
error on line 2: `wake_mode_delete` needs a value.
    revision v6 wake_mode_delete
                                ^ expected one or all
"#,
    );
    check_line(
        "revision v6 colour_check=on colour_check=off merged_handlers=maybe",
        r#"
error on line 2: `colour_check=off` says again what the line has said before.
    revision v6 colour_check=on colour_check=off merged_handlers=maybe
                                ^^^^^^^^^^^^^^^^ expected one of each kind
error on line 2: `merged_handlers` cannot be `maybe`.
    revision v6 colour_check=on colour_check=off merged_handlers=maybe
                                                                ^^^^^^ expected off or on
"#,
    );
}
