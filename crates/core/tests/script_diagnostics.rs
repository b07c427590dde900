//! What is wrong with bad scripts, drawn as a person reads it.

use daxscope_core::scenario::{Severity, format_text, parse, render};

/// Checks the diagnostics of a script, drawn one after the other. Every suggestion must be good enough that its
/// diagnostic goes away, and the formatter must leave lines with errors alone.
#[track_caller]
fn check(text: &str, expect: &str) {
    let parsed = parse(text);
    let drawn: String = parsed.diagnostics.iter().map(|diagnostic| render(diagnostic, text)).collect();
    assert_eq!(drawn.trim_end(), expect.trim(), "\n{drawn}");
    let formatted = format_text(text);
    for diagnostic in &parsed.diagnostics {
        let line = diagnostic.span.line as usize - 1;
        if diagnostic.severity == Severity::Error {
            assert_eq!(formatted.lines().nth(line), text.lines().nth(line));
        }
        if let Some(suggestion) = &diagnostic.suggestion {
            let mut repaired = text.to_owned();
            repaired.replace_range(diagnostic.span.bytes.clone(), suggestion);
            assert!(!parse(&repaired).diagnostics.contains(diagnostic), "{repaired}");
        }
    }
}

/// The same for lines of a script whose first line is `thread A`.
#[track_caller]
fn check_line(lines: &str, expect: &str) {
    check(&format!("thread A\n{lines}"), expect);
}

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
              ^ expected nothing behind the closing quote
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
          ^^^ expected a multiple of 4K; write `1p`
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

#[test]
fn extents() {
    check_line(
        "extent 2M..4M",
        r#"
error on line 2: The kind of the extent is missing.
    extent 2M..4M
                 ^ expected `hole`, `unwritten` or `mapped`
"#,
    );
    check_line(
        "extent 2M..4M maped at 16M",
        r#"
error on line 2: There is no kind of extent called `maped`.
    extent 2M..4M maped at 16M
                  ^^^^^ expected `hole`, `unwritten` or `mapped`; write `mapped`
"#,
    );
    check_line(
        "extent 2M..4M mapped",
        r#"
error on line 2: The place of the mapped extent on the device is missing.
    extent 2M..4M mapped
                        ^ expected `at` and a device offset, such as `at 16M`
"#,
    );
    check_line(
        "extent 2M..4M mapped at",
        r#"
error on line 2: The device offset is missing.
    extent 2M..4M mapped at
                           ^ expected a size such as `2M`, `4K`, `0x203p` (pages) or bytes
"#,
    );
    check_line(
        "extent 2M..4M mapped 16M",
        r#"
error on line 2: `at` is missing in front of `16M`.
    extent 2M..4M mapped 16M
                         ^^^ expected `at` and a device offset, such as `at 16M`; write `at 16M`
"#,
    );
    check_line(
        "extent 2M..4M unwritten on 16M",
        r#"
error on line 2: There is no option of `extent` called `on`.
    extent 2M..4M unwritten on 16M
                            ^^ expected `at` and a device offset, such as `at 16M`
"#,
    );
    check_line(
        "extent 2M..4M hole at 16M",
        r#"
error on line 2: `at` is more than `extent` understands.
    extent 2M..4M hole at 16M
                       ^^^^^^ expected nothing more: a hole has no blocks
"#,
    );
    check_line(
        "extent 2M..4M mapped at 1000",
        r#"
error on line 2: `1000` is not a whole number of pages of 4096 bytes.
    extent 2M..4M mapped at 1000
                            ^^^^ expected a multiple of 4K; write `1p`
"#,
    );
    check_line(
        "extent 2M..4M mapped at 8191G\nextent 0..2M mapped at 8192G",
        r#"
warning on line 2: The extent reaches beyond the device of 4G: access to it will fail with -ERANGE.
    extent 2M..4M mapped at 8191G
                            ^^^^^ expected an extent inside the device
error on line 3: The extent ends beyond the limit of 8192G.
    extent 0..2M mapped at 8192G
                           ^^^^^ expected a smaller device offset
"#,
    );
    check_line(
        "extent 2M..4M mapped at 16M\nextent 3M..5M hole",
        r#"
error on line 3: The extent overlaps the one on line 2 (2M..4M).
    extent 3M..5M hole
           ^^^^^^ expected extents that do not overlap
"#,
    );
    check_line(
        "extent 2M..4M mapped at 16M\nextent 0..0x201p unwritten at 32M",
        r#"
error on line 3: The extent overlaps the one on line 2 (2M..4M).
    extent 0..0x201p unwritten at 32M
           ^^^^^^^^^ expected extents that do not overlap
"#,
    );
    check_line(
        "file 4M blocks 4M\nextent 4M..6M mapped at 16M",
        r#"
error on line 3: The extent ends beyond the block map of 4M.
    extent 4M..6M mapped at 16M
           ^^^^^^ expected an end of at most 4M
"#,
    );
    check_line(
        "extent 2M..4M mapped at 17M\nextent 0..2M mapped at 16M",
        r#"
warning on line 3: The extent on line 2 has some of these device blocks too.
    extent 0..2M mapped at 16M
                           ^^^ expected device blocks of its own
"#,
    );
    check_line(
        "device 16M\nalloc next 8M\nextent 0..2M mapped at 16M",
        r#"
warning on line 3: The allocator may hand out device blocks of the extent on line 4.
    alloc next 8M
               ^^ expected an offset behind all extents; write `32M`
warning on line 4: The extent reaches beyond the device of 16M: access to it will fail with -ERANGE.
    extent 0..2M mapped at 16M
                           ^^^ expected an extent inside the device
"#,
    );
}

#[test]
fn device_allocator_and_locks() {
    check_line(
        "device",
        r#"
error on line 2: The line says nothing about the device.
    device
          ^ expected a size or `devmap on|off`
"#,
    );
    check_line(
        "device 1G devmap no",
        r#"
error on line 2: `no` is neither on nor off.
    device 1G devmap no
                     ^^ expected `on` or `off`
"#,
    );
    check_line(
        "device 1G devmap",
        r#"
error on line 2: `devmap` is on or off; which is missing.
    device 1G devmap
                    ^ expected `on` or `off`
"#,
    );
    check_line(
        "device 1G devmap oof",
        r#"
error on line 2: `oof` is neither on nor off.
    device 1G devmap oof
                     ^^^ expected `on` or `off`; write `off`
"#,
    );
    check_line(
        "device 1G 2G",
        r#"
error on line 2: There is no option of `device` called `2G`.
    device 1G 2G
              ^^ expected a size or `devmap on|off`
"#,
    );
    check_line(
        "device 1G devmap off devmap on",
        r#"
error on line 2: `devmap` says again what the line has said before.
    device 1G devmap off devmap on
                         ^^^^^^ expected one of each kind
"#,
    );
    check_line(
        "device 16M",
        r#"
warning on line 2: The allocator begins at 32M, beyond the device of 16M.
    device 16M
    ^^^^^^ expected `alloc next OFFSET` inside the device
"#,
    );
    check_line(
        "alloc",
        r#"
error on line 2: The line says nothing about the allocator.
    alloc
         ^ expected `next OFFSET`, `align on|off` or `max SIZE`
"#,
    );
    check_line(
        "alloc max 0",
        r#"
error on line 2: An allocator that hands out nothing at once is of no use.
    alloc max 0
              ^ expected at least `1p`; write `1p`
"#,
    );
    check_line(
        "alloc nxt 64M",
        r#"
error on line 2: There is no option of `alloc` called `nxt`.
    alloc nxt 64M
          ^^^ expected `next OFFSET`, `align on|off` or `max SIZE`; write `next`
"#,
    );
    check_line(
        "alloc next 64M next 32M",
        r#"
error on line 2: `next` says again what the line has said before.
    alloc next 64M next 32M
                   ^^^^ expected one of each kind
"#,
    );
    check_line(
        "alloc next 5G",
        r#"
warning on line 2: The allocator begins at 5G, beyond the device of 4G.
    alloc next 5G
               ^^ expected `alloc next OFFSET` inside the device
"#,
    );
    check_line(
        "extent 0..2M mapped at 40M\nalloc next 41M",
        r#"
warning on line 3: The allocator may hand out device blocks of the extent on line 2.
    alloc next 41M
               ^^^ expected an offset behind all extents; write `42M`
"#,
    );
    check_line(
        "fs_lock maybe",
        r#"
error on line 2: `maybe` is neither on nor off.
    fs_lock maybe
            ^^^^^ expected `on` or `off`
"#,
    );
    check_line(
        "fslock off",
        r#"
error on line 2: There is no statement `fslock`.
    fslock off
    ^^^^^^ write `fs_lock`
"#,
    );
}

#[test]
fn revisions() {
    check_line(
        "revision",
        r#"
error on line 2: The revision is missing.
    revision
            ^ expected one of v4, v5, v6, v8, v9, 4.10.0, 4.10.17, 4.11, 4.12.4, 4.13.4, fixed
"#,
    );
    check_line(
        "revision v66",
        r#"
error on line 2: There is no revision `v66`.
    revision v66
             ^^^ expected one of v4, v5, v6, v8, v9, 4.10.0, 4.10.17, 4.11, 4.12.4, 4.13.4, fixed; write `v6`
"#,
    );
    check_line(
        "revision 5.0-rc1",
        r#"
error on line 2: There is no revision `5.0-rc1`.
    revision 5.0-rc1
             ^^^^^^^ expected one of v4, v5, v6, v8, v9, 4.10.0, 4.10.17, 4.11, 4.12.4, 4.13.4, fixed
"#,
    );
    check_line(
        "revision wake_mode_delete=all",
        r#"
error on line 2: A revision begins with the name of a preset.
    revision wake_mode_delete=all
             ^ expected one of v4, v5, v6, v8, v9, 4.10.0, 4.10.17, 4.11, 4.12.4, 4.13.4, fixed; write `4.10.0 `
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
                   ^^^ expected a multiple of 4K; write `1p`
"#,
    );
    check(
        "process averyveryveryveryveryverylongname\nthread A",
        r#"
error on line 1: `averyveryveryveryveryverylongname` is a long name.
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

#[test]
fn accesses() {
    check_line(
        "read",
        r#"
error on line 2: The size of the fault is missing.
    read
        ^ expected `4K` or `2M`, the size of the fault
"#,
    );
    check_line(
        "read 4K",
        r#"
error on line 2: The place of the fault is missing.
    read 4K
           ^ expected `at OFFSET`
"#,
    );
    check_line(
        "read 4K 0",
        r#"
error on line 2: `at` is missing in front of `0`.
    read 4K 0
            ^ expected `at OFFSET`; write `at 0`
"#,
    );
    check_line(
        "read 4K at",
        r#"
error on line 2: The offset is missing.
    read 4K at
              ^ expected a size such as `2M`, `4K`, `0x203p` (pages) or bytes
"#,
    );
    check_line(
        "read 8K at 0",
        r#"
error on line 2: `8K` is not the size of a page fault.
    read 8K at 0
         ^^ expected `4K` or `2M`, the size of the fault
"#,
    );
    check_line(
        "read 2m at 0",
        r#"
error on line 2: `2m` is not the size of a page fault.
    read 2m at 0
         ^^ expected `4K` or `2M`, the size of the fault; write `2M`
"#,
    );
    check_line(
        "read 0..2M",
        r#"
error on line 2: `read` is a page fault at one place; the system call takes a range.
    read 0..2M
    ^^^^ expected `read 4K at OFFSET`; write `read(2)`
"#,
    );
    check_line(
        "write 4K at 0..4K",
        r#"
error on line 2: `0..4K` is a range, where one size or offset belongs.
    write 4K at 0..4K
                ^^^^^ expected a size such as `2M`, `4K`, `0x203p` (pages) or bytes
"#,
    );
    check_line(
        "write 4K at 8192G",
        r#"
error on line 2: `8192G` is beyond the limit of 8192G.
    write 4K at 8192G
                ^^^^^ expected less than 8192G
"#,
    );
    check_line(
        "write 4K at 0 in Q",
        r#"
error on line 2: There is no option of `write` called `in`.
    write 4K at 0 in Q
                  ^^ expected `via PROCESS` or nothing
"#,
    );
    check_line(
        "write 4K at 4M",
        r#"
warning on line 2: The mapping is 0..4M: this access will be a SIGSEGV.
    write 4K at 4M
                ^^ expected an offset inside the mapping
"#,
    );
    check_line(
        "write 4K at 0 via",
        r#"
error on line 2: The process is missing.
    write 4K at 0 via
                     ^ expected the name of a process, or its number from 1
"#,
    );
    check_line(
        "truncate",
        r#"
error on line 2: The new size is missing.
    truncate
            ^ expected a size such as `2M`, `4K`, `0x203p` (pages) or bytes
"#,
    );
    check_line(
        "truncate 100",
        r#"
error on line 2: `100` is not a whole number of pages of 4096 bytes.
    truncate 100
             ^^^ expected a multiple of 4K; write `1p`
"#,
    );
    check(
        "process P maps 2M..4M ro\nthread A in P\n  read 4K at 4095\n  write 4K at 2M",
        r#"
warning on line 3: The mapping of `P` is 2M..4M: this access will be a SIGSEGV.
      read 4K at 4095
                 ^^^^ expected an offset inside the mapping
warning on line 4: The mapping of `P` is read-only: this store will be a SIGSEGV.
      write 4K at 2M
      ^^^^^ expected a process that maps `rw`
"#,
    );
}

#[test]
fn failures() {
    check_line(
        "fail",
        r#"
error on line 2: The call that fails is missing.
    fail
        ^ expected one of preload, maybe_preload, page_alloc, hzp_alloc, direct_access, iomap_begin
"#,
    );
    check_line(
        "fail malloc",
        r#"
error on line 2: There is no call that can fail named `malloc`.
    fail malloc
         ^^^^^^ expected one of preload, maybe_preload, page_alloc, hzp_alloc, direct_access, iomap_begin
"#,
    );
    check_line(
        "fail preloda 1 in A with ENOMEM",
        r#"
error on line 2: There is no call that can fail named `preloda`.
    fail preloda 1 in A with ENOMEM
         ^^^^^^^ expected one of preload, maybe_preload, page_alloc, hzp_alloc, direct_access, iomap_begin; write `preload`
"#,
    );
    check_line(
        "fail preload 0",
        r#"
error on line 2: `0` does not say which call fails.
    fail preload 0
                 ^ expected a number from 1; write `1`
"#,
    );
    check_line(
        "fail preload 4294967296",
        r#"
error on line 2: `4294967296` does not say which call fails.
    fail preload 4294967296
                 ^^^^^^^^^^ expected a number from 1
"#,
    );
    check_line(
        "fail preload 1 in B",
        r#"
error on line 2: There is no thread B.
    fail preload 1 in B
                      ^ expected thread A
"#,
    );
    check_line(
        "fail preload 1 with ENOMEN",
        r#"
error on line 2: There is no error `ENOMEN`.
    fail preload 1 with ENOMEN
                        ^^^^^^ expected one of ENOENT, EIO, ENOMEM, EFAULT, EBUSY, EEXIST, EINVAL, ENOSPC, ERANGE or a number; write `ENOMEM`
"#,
    );
    check_line(
        "fail preload 1 with -ENOMEM",
        r#"
error on line 2: Errors are written without a sign.
    fail preload 1 with -ENOMEM
                        ^^^^^^^ expected one of ENOENT, EIO, ENOMEM, EFAULT, EBUSY, EEXIST, EINVAL, ENOSPC, ERANGE or a number; write `ENOMEM`
"#,
    );
    check_line(
        "fail preload 1 with 4096",
        r#"
error on line 2: `4096` is not an error number.
    fail preload 1 with 4096
                        ^^^^ expected 1 to 4095
"#,
    );
    check_line(
        "fail preload 1 with 70000",
        r#"
error on line 2: `70000` is not an error number.
    fail preload 1 with 70000
                        ^^^^^ expected 1 to 4095
"#,
    );
    check_line(
        "fail preload 1 with +12",
        r#"
error on line 2: There is no error `+12`.
    fail preload 1 with +12
                        ^^^ expected one of ENOENT, EIO, ENOMEM, EFAULT, EBUSY, EEXIST, EINVAL, ENOSPC, ERANGE or a number
"#,
    );
    check_line(
        "fail preload 1 for A",
        r#"
error on line 2: There is no option of `fail` called `for`.
    fail preload 1 for A
                   ^^^ expected which call (1 is the first), `in THREAD` or `with ERRNO`
"#,
    );
    check_line(
        "fail preload 1 2",
        r#"
error on line 2: `2` says again what the line has said before.
    fail preload 1 2
                   ^ expected one of each kind
"#,
    );
    check_line(
        "fail preload 1 with EIO\nfail preload 1 with ENOMEM",
        r#"
error on line 3: Line 2 makes the same call fail.
    fail preload 1 with ENOMEM
    ^^^^ expected another call
"#,
    );
}

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
error on line 2: The schedule is too long.
    schedule A99999 A2
                    ^^ expected at most 100000 steps in all
"#,
    );
    check_line(
        "schedule A99999999999999999999999",
        r#"
error on line 2: The schedule is too long.
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
