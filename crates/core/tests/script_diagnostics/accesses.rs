//! Memory accesses and operations.

use super::{check, check_line};

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
             ^^^ expected a multiple of 4K; write `100p`
"#,
    );
    check(
        "process P maps 2M..4M ro\nthread A in P\n  read 4K at 4095\n  write 4K at 2M",
        r#"
warning on line 3: `4095` is a byte, which lies in page 0x0.
      read 4K at 4095
                 ^^^^ expected a unit, such as `p` for pages; write `4095p`
warning on line 3: The mapping of `P` is 2M..4M: this access will be a SIGSEGV.
      read 4K at 4095
                 ^^^^ expected an offset inside the mapping
warning on line 4: The mapping of `P` is read-only: this store will be a SIGSEGV.
      write 4K at 2M
      ^^^^^ expected a process that maps `rw`
"#,
    );
}
