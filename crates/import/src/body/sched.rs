//! `sched_switch`.

use crate::event::{Switch, What};
use crate::scan;

/// `prev_comm=X prev_pid=1 prev_prio=120 prev_state=D ==> next_comm=Y next_pid=2 next_prio=120`; older trace-cmd:
/// `X:1 [120] D ==> Y:2 [120]`. Names may hold anything, so each side is read from its end.
pub(super) fn switch<'a>(body: &[u8]) -> Option<What<'a>> {
    let arrow = body.windows(5).rposition(|window| window == b" ==> ")?;
    let (from, to) = (&body[..arrow], &body[arrow + 5..]);
    let tid = |number| u32::try_from(scan::decimal(number)?).ok();
    if let Some(before) = value(from, b" prev_pid=") {
        let state = value(from, b" prev_state=")?;
        let (from, to) = (tid(before)?, tid(value(to, b" next_pid=")?)?);
        return Some(What::Switch(Switch { from, to, is_waiting: state.first() == Some(&b'D') }));
    }
    let (head, state) = (from.trim_ascii_end(), from.trim_ascii_end().last()?);
    let is_waiting = *state == b'D';
    Some(What::Switch(Switch { from: tid(behind_colon(head)?)?, to: tid(behind_colon(to)?)?, is_waiting }))
}

/// What stands behind the last such key, up to a space.
fn value<'a>(text: &'a [u8], key: &[u8]) -> Option<&'a [u8]> {
    let at = text.windows(key.len()).rposition(|window| window == key)? + key.len();
    let end = text[at..].iter().position(|&byte| byte == b' ').unwrap_or(text.len() - at);
    Some(&text[at..at + end])
}

/// The number in `NAME:NUMBER [PRIORITY] ...`.
fn behind_colon(text: &[u8]) -> Option<&[u8]> {
    let open = text.iter().rposition(|&byte| byte == b'[')?;
    let head = text[..open].trim_ascii_end();
    let colon = head.iter().rposition(|&byte| byte == b':')?;
    Some(&head[colon + 1..])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_forms_are_read() {
        let wanted = Some(What::Switch(Switch { from: 168, to: 0, is_waiting: true }));
        for body in [
            "prev_comm=slow f prev_pid=168 prev_prio=120 prev_state=D ==> next_comm=swapper/0 next_pid=0 next_prio=120",
            "prev_comm=a ==> b prev_pid=168 prev_prio=120 prev_state=D|K ==> next_comm=x next_pid=0 next_prio=120",
            "slowf:168 [120] D ==> swapper/0:0 [120]",
        ] {
            assert_eq!(switch(body.as_bytes()), wanted, "{body}");
        }
        assert_eq!(switch(b" ==> "), None);
    }
}
