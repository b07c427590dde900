//! `fail` lines.

use super::check_line;

#[test]
fn failures() {
    check_line(
        "fail",
        r#"
error on line 2: The call that fails is missing.
    fail
        ^ expected one of preload, maybe_preload, page_alloc, hzp_alloc, direct_access, iomap_begin, node_alloc, node_alloc_wait
"#,
    );
    check_line(
        "fail malloc",
        r#"
error on line 2: There is no call that can fail named `malloc`.
    fail malloc
         ^^^^^^ expected one of preload, maybe_preload, page_alloc, hzp_alloc, direct_access, iomap_begin, node_alloc, node_alloc_wait
"#,
    );
    check_line(
        "fail preloda 1 in A with ENOMEM",
        r#"
error on line 2: There is no call that can fail named `preloda`.
    fail preloda 1 in A with ENOMEM
         ^^^^^^^ expected one of preload, maybe_preload, page_alloc, hzp_alloc, direct_access, iomap_begin, node_alloc, node_alloc_wait; write `preload`
"#,
    );
    check_line(
        "fail preload 0",
        r#"
error on line 2: `0` does not say which call fails.
    fail preload 0
                 ^ expected a number from 1 to 4294967295; write `1`
"#,
    );
    check_line(
        "fail preload 4294967296",
        r#"
error on line 2: `4294967296` does not say which call fails.
    fail preload 4294967296
                 ^^^^^^^^^^ expected a number from 1 to 4294967295
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
                        ^^^^^^ expected one of ENOENT, EIO, ENOMEM, EFAULT, EBUSY, EEXIST, EINVAL, EFBIG, ENOSPC, ERANGE or a number; write `ENOMEM`
"#,
    );
    check_line(
        "fail preload 1 with -ENOMEM",
        r#"
error on line 2: Errors are written without a sign.
    fail preload 1 with -ENOMEM
                        ^^^^^^^ expected one of ENOENT, EIO, ENOMEM, EFAULT, EBUSY, EEXIST, EINVAL, EFBIG, ENOSPC, ERANGE or a number; write `ENOMEM`
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
                        ^^^ expected one of ENOENT, EIO, ENOMEM, EFAULT, EBUSY, EEXIST, EINVAL, EFBIG, ENOSPC, ERANGE or a number
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
