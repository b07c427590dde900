//! `revision` lines.

use super::check_line;
use daxscope_core::scenario::parse;

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
        "revision v3.2.x",
        r#"
error on line 2: There is no revision `v3.2.x`.
    revision v3.2.x
             ^^^^^^ expected one of v4, v5, v6, v8, v9, 4.10.0, 4.10.17, 4.11, 4.12.4, 4.13.4, fixed, 5.10.13, 5.10, 6.1, 6.12, 7.3, 7.3-fixed
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

/// Who asks for a kernel that is not here is told why, and which are nearest to it in time, not in spelling.
#[test]
fn kernels_that_are_not_here_name_their_neighbours() {
    let told = |name: &str| {
        let parsed = parse(&format!("revision {name}\nthread A\n"));
        let [diagnostic] = parsed.diagnostics.as_slice() else { panic!("{name}: {:?}", parsed.diagnostics) };
        (diagnostic.message.clone(), diagnostic.suggestion.clone().expect("the nearest"))
    };
    for (name, nearest, neighbours) in [
        ("4.9", "4.10.0", "The nearest is `4.10.0`, after it."),
        ("v4.9-rc3", "4.10.0", "The nearest is `4.10.0`, after it."),
        ("4.10-rc8", "4.10.0", "The nearest is `4.10.0`, after it."),
        ("4.10.3", "4.10.0", "Nearest are `4.10.0` before it and `4.10.17` after it."),
        ("4.12-rc1", "4.12.4", "Nearest are `4.11` before it and `4.12.4` after it."),
        ("6.6", "6.1", "Nearest are `6.1` before it and `6.12` after it."),
        ("6.11", "6.12", "Nearest are `6.1` before it and `6.12` after it."),
        ("7.4-rc1", "7.3", "The nearest is `7.3`, before it."),
        ("5.0-rc1", "4.13.4", "Nearest are `4.13.4` before it and `5.10.13` after it."),
        ("v7", "v6", "Nearest are `v6` before it and `v8` after it."),
        ("v1", "v4", "The nearest is `v4`, after it."),
    ] {
        let (message, suggestion) = told(name);
        assert!(message.starts_with(&format!("There is no revision `{name}`: only ")), "{message}");
        assert!(message.ends_with(neighbours), "{name}: {message}");
        assert_eq!(suggestion, nearest, "{name}");
    }
}
