//! Is a file a recording of a kernel, or one of ours? Asked of its first bytes, before anything of it is read.

/// Bytes of a file that are looked at.
pub const HEAD_BYTES: usize = 64 << 10;

/// What binary recordings and packed texts begin with.
const MAGIC: [&[u8]; 5] = [b"\x17\x08\x44tracing", b"PERFILE2", b"\x1f\x8b", b"\x28\xb5\x2f\xfd", b"\xfd7zXZ"];

/// Words at the beginning of lines, or anywhere, that only traces have.
const SIGNS: [&[u8]; 7] = [
    b"# tracer:",
    b"entries-in-buffer/entries-written",
    b": dax_",
    b" fs_dax:",
    b"fs_dax/",
    b": tracing_mark_write: ",
    b"sched_switch: ",
];

/// Is it a trace, a snapshot of a tree, or something packed or binary that a trace may be in? What daxscope writes is not.
#[must_use]
pub fn is_recording(head: &[u8]) -> bool {
    let head = &head[..head.len().min(HEAD_BYTES)];
    if MAGIC.iter().any(|magic| head.starts_with(magic)) {
        return true;
    }
    let text = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head).trim_ascii_start();
    match text.first() {
        Some(b'{' | b'[') => {
            let start = &text[..text.len().min(1024)];
            has(start, b"linux-perf-json-version")
                || (has(start, b"\"entries\"") && has(start, b"\"nrpages\""))
                || (has(start, b"\"entries\"") && has(start, b"\"raw\""))
        }
        Some(b'<') | None => false,
        Some(_) => text.starts_with(b"cpus=") || text.split(|&byte| byte == b'\n').take(2000).any(is_line),
    }
}

/// Has the line what lines of traces have?
fn is_line(line: &[u8]) -> bool {
    SIGNS.iter().any(|sign| has(line, sign)) && !line.starts_with(b">") || has_cpu_and_time(line)
}

/// `[003] d..1. 91.684303: `: a CPU in brackets, and behind it a time that ends in a colon.
fn has_cpu_and_time(line: &[u8]) -> bool {
    let Some(open) = line.iter().position(|&byte| byte == b'[') else { return false };
    let rest = &line[open + 1..];
    let digits = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
    if digits < 3 || rest.get(digits) != Some(&b']') {
        return false;
    }
    let mut words = rest[digits + 1..].split(|&byte| byte == b' ').filter(|word| !word.is_empty()).take(2);
    words.any(|word| word.strip_suffix(b":").is_some_and(is_time))
}

fn is_time(word: &[u8]) -> bool {
    word.first().is_some_and(u8::is_ascii_digit) && word.iter().all(|byte| byte.is_ascii_digit() || *byte == b'.')
}

fn has(text: &[u8], part: &[u8]) -> bool {
    text.windows(part.len()).any(|window| window == part)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn recordings_are_known_by_their_beginning() {
        for head in [
            &b"# tracer: nop\n#\n"[..],
            b"cpus=3\n",
            b"    daxw-406   [000] d..1.    91.684303: sched_wakeup: comm=x\n",
            b"daxw   172 [000]    16.4: fs_dax:dax_pmd_fault: dev 259:0\n",
            b"{\n\t\"linux-perf-json-version\": 1,",
            b"[\n{\"seq\": 1, \"nrpages\": 0, \"entries\": []}]",
            b"{\"entries\": [{\"index\": 0, \"raw\": \"0x11\"}]}",
            b"\x17\x08\x44tracing",
            b"PERFILE2",
            b"\x1f\x8b\x08",
        ] {
            assert!(is_recording(head), "{:?}", String::from_utf8_lossy(head));
        }
    }

    #[test]
    fn what_is_ours_or_foreign_is_not() {
        for head in [
            &b""[..],
            b"title Lost wake-up\nrevision v5\nthread A\n  read 2M at 0x202p\n",
            b"{\"daxscope\": 1, \"entries\": 3}",
            b"{\n  \"name\": \"x\"\n}\n",
            b"<svg xmlns=\"x\"># tracer: nop</svg>",
            b"\x89PNG\r\n",
            b"> quoted [1] 2 a mail: hello\n",
            b"https://example.org/#v=1&e=a4",
        ] {
            assert!(!is_recording(head), "{:?}", String::from_utf8_lossy(head));
        }
    }
}
