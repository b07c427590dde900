//! `process` lines.

use super::check;

#[test]
fn processes() {
    check(
        "process P\nprocess P\nthread A in P",
        r#"
error on line 2: There is a process `P` already, line 1.
    process P
            ^ expected another name
"#,
    );
    check(
        "process 1\nthread A",
        r#"
error on line 1: `1` cannot be a name as it stands.
    process 1
            ^ expected a letter, then letters, digits and `_-.:/`; or a name in quotes; write `"1"`
"#,
    );
    check(
        "process P map 0..4M\nthread A in P",
        r#"
error on line 1: There is no option of `process` called `map`.
    process P map 0..4M
              ^^^ expected `maps RANGE`, `shared` or `private`, `rw` or `ro`, `skew SIZE` or `at ADDRESS`; write `maps`
"#,
    );
    check(
        "process P maps\nthread A in P",
        r#"
error on line 1: The range that the process maps is missing.
    process P maps
                  ^ expected a range such as `2M..4M` or `0x203p+1p`
"#,
    );
    check(
        "process P shared private\nthread A in P",
        r#"
error on line 1: `private` says again what the line has said before.
    process P shared private
                     ^^^^^^^ expected one of each kind
"#,
    );
    check(
        "process P maps 2M..4M at 1M\nthread A in P",
        r#"
error on line 1: The virtual address of file page 0 would be negative.
    process P maps 2M..4M at 1M
                             ^^ expected an address of at least 2M
"#,
    );
    check(
        "file 2M\nprocess P maps 4M..\nthread A in P",
        r#"
error on line 2: The mapping begins beyond the end of the file, 2M.
    process P maps 4M..
                   ^^^^ expected a range with an end
"#,
    );
    check(
        "process P skew 100\nthread A in P",
        r#"
error on line 1: `100` is not a whole number of pages of 4096 bytes.
    process P skew 100
                   ^^^ expected a multiple of 4K; write `100p`
"#,
    );
    check(
        "process averyveryveryveryveryverylongname\nthread A",
        r#"
error on line 1: The name has 33 characters.
    process averyveryveryveryveryverylongname
            ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ expected at most 32 characters
"#,
    );
    check(
        "process alpha\nprocess beta\nthread A in alhpa",
        r#"
error on line 3: There is no process `alhpa`.
    thread A in alhpa
                ^^^^^ expected `alpha` or `beta`; write `alpha`
"#,
    );
    check(
        "process alpha\nthread A in 2",
        r#"
error on line 2: There is no process number 2.
    thread A in 2
                ^ expected `alpha`
"#,
    );
    check(
        "thread A in P",
        r#"
error on line 1: There is no process `P`.
    thread A in P
                ^ expected a `process` line with that name, or no `in` and no `via`
"#,
    );
    check(
        "process P\nthread A in",
        r#"
error on line 2: The process is missing.
    thread A in
               ^ expected the name of a process, or its number from 1
"#,
    );
    check(
        "process P\nthread A on P",
        r#"
error on line 2: There is no option of `thread` called `on`.
    thread A on P
             ^^ expected `in PROCESS` or nothing
"#,
    );
    check(
        "process P\nthread A in 1x",
        r#"
error on line 2: `1x` is neither the number nor the name of a process.
    thread A in 1x
                ^^ expected a name, or a number from 1
"#,
    );
    check(
        "process P\nprocess Q\nthread A in P\n  read 4K at 0 via R\n  munmap R",
        r#"
error on line 4: There is no process `R`.
      read 4K at 0 via R
                       ^ expected `P` or `Q`
error on line 5: There is no process `R`.
      munmap R
             ^ expected `P` or `Q`
"#,
    );
}
