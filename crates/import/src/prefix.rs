//! What stands before the body of a line: `TASK-PID (TGID) [CPU] FLAGS TIME: NAME:`, in the text of tracefs, of
//! `trace-cmd report` and of `perf script`.
//!
//! The name of a task holds spaces, `-` and brackets, and a body holds whatever a program wrote. A name has at most 15
//! bytes, so the right `[CPU]` is the last one with a whole prefix around it and so short a name before it.

use crate::event::Task;
use crate::scan;

/// Bytes of the name of a task, without the 0 at its end (`TASK_COMM_LEN`).
const MAX_NAME: usize = 15;
/// Where the last `[CPU]` can begin: padding, name, numbers of thread and process.
const MAX_HEAD: usize = 96;

/// The parts.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Prefix<'a> {
    pub(crate) task: Task<'a>,
    pub(crate) cpu: u32,
    pub(crate) column: &'a [u8],
    pub(crate) time: u64,
    pub(crate) is_ticks: bool,
    /// `fs_dax` in `fs_dax:dax_pmd_fault`; empty in the kernel's own text.
    pub(crate) system: &'a [u8],
    pub(crate) name: &'a [u8],
    pub(crate) body: &'a [u8],
    /// More than one space behind the name: libtraceevent fills up to 20.
    pub(crate) is_padded: bool,
}

/// Takes a line apart; `None`: it is not of that form.
pub(crate) fn prefix(line: &[u8]) -> Option<Prefix<'_>> {
    let mut found = None;
    let mut from = 0;
    while let Some(step) = line[from..].iter().take(MAX_HEAD).position(|&byte| byte == b'[') {
        let at = from + step;
        if at > MAX_HEAD && found.is_some() {
            break;
        }
        if let Some(prefix) = at_cpu(line, at) {
            if prefix.task.name.len() > MAX_NAME && found.is_some() {
                break;
            }
            found = Some(prefix);
        }
        from = at + 1;
    }
    found
}

fn at_cpu(line: &[u8], at: usize) -> Option<Prefix<'_>> {
    let (cpu, behind) = scan::split(&line[at + 1..], b']')?;
    let cpu = u32::try_from(scan::decimal(cpu.trim_ascii())?).ok()?;
    let mut words = scan::Words(behind);
    let first = words.word()?;
    let (column, stamp) = match first.strip_suffix(b":").and_then(time) {
        Some(stamp) => (&b""[..], stamp),
        None => (first, words.word()?.strip_suffix(b":").and_then(time)?),
    };
    if column.len() > 12 {
        return None;
    }
    let task = task(&line[..at])?;
    let (name, body) = name(words.0.trim_ascii_start())?;
    let is_padded = body.starts_with(b"  ");
    let (system, name) = scan::split(name, b':').unwrap_or((b"", name));
    let (time, is_ticks) = stamp;
    Some(Prefix { task, cpu, column, time, is_ticks, system, name, body: trimmed(body), is_padded })
}

/// A body without the space between it and the name.
fn trimmed(body: &[u8]) -> &[u8] {
    body.trim_ascii_start()
}

/// `NAME: BODY` or `SYSTEM:NAME: BODY`. The name is a word of C.
fn name(text: &[u8]) -> Option<(&[u8], &[u8])> {
    let is_name = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b':' | b'-');
    let end = text.iter().position(|&byte| !is_name(byte)).unwrap_or(text.len());
    let (name, body) = text.split_at(end);
    let name = name.strip_suffix(b":")?;
    (!name.is_empty() && matches!(body.first(), None | Some(b' '))).then_some((name, body))
}

/// Seconds with a fraction as ns, or a bare number of ticks.
fn time(text: &[u8]) -> Option<(u64, bool)> {
    let Some((seconds, fraction)) = scan::split(text, b'.') else {
        return scan::decimal(text).map(|ticks| (ticks, true));
    };
    if fraction.is_empty() || fraction.len() > 9 {
        return None;
    }
    let scale = 10u64.checked_pow(9 - fraction.len() as u32)?;
    let ns = scan::decimal(fraction)?.checked_mul(scale)?;
    Some((scan::decimal(seconds)?.checked_mul(1_000_000_000)?.checked_add(ns)?, false))
}

/// `NAME-TID`, `NAME-TID (TGID)` of ftrace; `NAME TID`, `NAME TGID/TID` of perf.
fn task(head: &[u8]) -> Option<Task<'_>> {
    let mut head = head.trim_ascii_end();
    let mut tgid = None;
    if let Some(open) = head.strip_suffix(b")").and_then(|_| head.iter().rposition(|&byte| byte == b'(')) {
        let inside = head[open + 1..head.len() - 1].trim_ascii();
        // `(-------)`: the process is not known.
        if !inside.iter().all(|&byte| byte == b'-') {
            tgid = Some(u32::try_from(scan::decimal(inside)?).ok()?);
        }
        head = head[..open].trim_ascii_end();
    }
    let digits = head.iter().rev().take_while(|byte| byte.is_ascii_digit()).count();
    let (before, tid) = head.split_at(head.len() - digits);
    let tid = u32::try_from(scan::decimal(tid)?).ok()?;
    let (&mark, mut name) = before.split_last()?;
    match mark {
        b'-' | b' ' => {}
        b'/' => {
            let digits = name.iter().rev().take_while(|byte| byte.is_ascii_digit()).count();
            let (before, process) = name.split_at(name.len() - digits);
            tgid = Some(u32::try_from(scan::decimal(process)?).ok()?);
            name = before;
        }
        _ => return None,
    }
    Some(Task { name: name.trim_ascii(), tid, tgid })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(line: &str) -> (String, u32, Option<u32>, String, String) {
        let prefix = prefix(line.as_bytes()).unwrap_or_else(|| panic!("{line}"));
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        (text(prefix.task.name), prefix.task.tid, prefix.task.tgid, text(prefix.name), text(prefix.body))
    }

    fn parts(
        name: &str,
        tid: u32,
        tgid: Option<u32>,
        event: &str,
        body: &str,
    ) -> (String, u32, Option<u32>, String, String) {
        (name.into(), tid, tgid, event.into(), body.into())
    }

    #[test]
    fn every_tool_has_its_prefix() {
        let body = "dev 259:0 ino 0xc";
        for (line, name, tgid) in [
            (format!("            daxw-172     [002] .....    22.921227: dax_pmd_fault: {body}"), "daxw", None),
            (format!("            daxw-172     [000]    13.402307: dax_pmd_fault:        {body}"), "daxw", None),
            (
                format!("            daxw-172   (    170) [000] d..1.   13.402307: dax_pmd_fault: {body}"),
                "daxw",
                Some(170),
            ),
            (format!("            daxw-172   (-------) [000] ....   13.402307: dax_pmd_fault: {body}"), "daxw", None),
            (format!("daxw   172 [002]    22.921227: fs_dax:dax_pmd_fault: {body}"), "daxw", None),
            (format!("daxw   170/172   [002]    22.921227:          fs_dax:dax_pmd_fault: {body}"), "daxw", Some(170)),
            (format!("my prog - a-172 [002] 22.921227123: dax_pmd_fault: {body}"), "my prog - a", None),
            (format!("           <...>-172     [002] .....    22.921227: dax_pmd_fault: {body}"), "<...>", None),
        ] {
            assert_eq!(read(&line), parts(name, 172, tgid, "dax_pmd_fault", body), "{line}");
        }
    }

    #[test]
    fn names_and_bodies_that_look_like_a_prefix() {
        let line = " a-1 [0] 1.1: b:-172     [002] .....    22.921227: tracing_mark_write: x-3 [001] 1.000001: dax_pmd_fault: y";
        assert_eq!(
            read(line),
            parts("a-1 [0] 1.1: b:", 172, None, "tracing_mark_write", "x-3 [001] 1.000001: dax_pmd_fault: y")
        );
        let short = "a-1 [0] 1.1: tracing_mark_write: x-3 [001] 1.000001: dax_pmd_fault: y";
        assert_eq!(read(short).3, "tracing_mark_write");
    }

    #[test]
    fn times_are_ns_or_ticks() {
        assert_eq!(time(b"22.921227"), Some((22_921_227_000, false)));
        assert_eq!(time(b"22.921227123"), Some((22_921_227_123, false)));
        assert_eq!(time(b"1234"), Some((1234, true)));
        assert_eq!((time(b"1."), time(b"99999999999999.1"), time(b"")), (None, None, None));
    }

    #[test]
    fn other_text_is_none() {
        for line in ["", "#", "cpus=3", "[", "[]", "a-1 [0]", "a-1 [0] 1.1:", "-1 [x] 1.1: a: b", "a-1 [0] 1.1: a b: c"]
        {
            assert_eq!(prefix(line.as_bytes()), None, "{line}");
        }
    }
}
