//! `device`, `alloc` and the locks.

use super::check_line;

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
               ^^^ expected an offset after all extents; write `42M`
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
