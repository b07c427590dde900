//! One trace in the forms of several tools gives the same events.

use super::{Said, answered, collected, recording};

/// The parts of a line of the kernel's text: head up to `]`, time, event and body.
fn parts(line: &str) -> Option<(&str, u32, &str, &str, &str)> {
    let (head, rest) = line.split_once(']')?;
    let mut words = rest.trim_start().splitn(2, ' ');
    let _column = words.next()?;
    let (time, rest) = words.next()?.trim_start().split_once(": ")?;
    let (event, body) = rest.split_once(": ").or_else(|| rest.split_once(':'))?;
    let (task, cpu) = head.rsplit_once('[')?;
    let (name, tid) = task.trim().rsplit_once('-')?;
    let _ = cpu;
    Some((name, tid.trim().parse().ok()?, time, event, body))
}

const TRACES: [&str; 4] =
    ["7.3.4/fallback_reasons.txt", "5.10.262/msync.txt", "6.1.192/punch.txt", "7.3.4/mapsync.txt"];

fn lines(name: &str) -> Vec<String> {
    String::from_utf8(recording(name)).expect("text").lines().map(str::to_owned).collect()
}

fn in_form(name: &str, form: impl Fn(&str, u32, &str, &str, &str) -> String) -> String {
    let lines = lines(name);
    let mut text = String::new();
    for line in lines.iter().filter(|line| !line.starts_with('#')) {
        let (task, tid, time, event, body) = parts(line).unwrap_or_else(|| panic!("{line}"));
        text.push_str(&form(task, tid, time, event, body));
        text.push('\n');
    }
    text
}

fn dax_only(said: &[Said]) -> Vec<&Said> {
    said.iter().filter(|(_, what)| !what.starts_with("Marker")).collect()
}

#[test]
fn perf_script_with_and_without_processes_and_call_chains() {
    for name in TRACES {
        let (kernel, _) = collected(&recording(name));
        let plain = in_form(name, |task, tid, time, event, body| {
            let system = if event.starts_with("dax") { "fs_dax" } else { "ftrace" };
            let event = if system == "ftrace" { "print" } else { event };
            format!("{task:>16} {tid:>7} [002] {time:>15}: {system}:{event}: {body}")
        });
        let (perf, diagnosis) = collected(plain.as_bytes());
        assert_eq!(dax_only(&kernel.said), dax_only(&perf.said), "{name}");
        assert_eq!(diagnosis.not_understood, 0, "{name}: {:?}", diagnosis.shown);
        let chained = in_form(name, |task, tid, time, event, body| {
            format!(
                "{task} 9/{tid} [002] {time}: fs_dax:{event}: {body}\n\tffffffff812d1f10 dax_iomap_fault+0x10 ([kernel.kallsyms])\n\t    \
                 7f2ab0 main+0x5 (/bin/a)\n"
            )
        });
        let (perf, diagnosis) = collected(chained.as_bytes());
        assert_eq!(dax_only(&kernel.said), dax_only(&perf.said), "{name}");
        assert_eq!((diagnosis.not_understood, diagnosis.frames > 0), (0, true), "{name}: {:?}", diagnosis.shown);
        assert_eq!(diagnosis.accounted(), diagnosis.lines, "{name}");
    }
}

#[test]
fn columns_that_options_add_change_nothing() {
    for name in TRACES {
        let (kernel, _) = collected(&recording(name));
        let with_tgid = in_form(name, |task, tid, time, event, body| {
            format!("{task:>16}-{tid:<7} ({tid:>7}) [002] d..1. {time:>12}: {event}: {body}")
        });
        assert_eq!(kernel.said, collected(with_tgid.as_bytes()).0.said, "{name}");
        let bare = in_form(name, |task, tid, time, event, body| format!("{task}-{tid} [002] {time}: {event}: {body}"));
        assert_eq!(kernel.said, collected(bare.as_bytes()).0.said, "{name}");
        let odd = in_form(name, |_, tid, time, event, body| {
            format!("   a b-c [1]-{tid} [002] .N.1. {time}: {event}: {body}")
        });
        assert_eq!(kernel.said, collected(odd.as_bytes()).0.said, "{name}");
        let windows = recording(name).split(|byte| *byte == b'\n').collect::<Vec<_>>().join(&b"\r\n"[..]);
        assert_eq!(kernel.said, collected(&windows).0.said, "{name}");
    }
}

/// The fields of a body of fs_dax under their names, as the record has them.
fn fields(event: &str, body: &str) -> Option<Vec<(String, String)>> {
    let words: Vec<&str> = body.split_whitespace().collect();
    let after = |key: &str| words.iter().position(|word| *word == key).and_then(|at| words.get(at + 1)).copied();
    let number = |text: &str| u64::from_str_radix(text.trim_start_matches("0x"), 16).ok();
    let (major, minor) = after("dev")?.split_once(':')?;
    let dev: u64 = (major.parse::<u64>().ok()? << 20) | minor.parse::<u64>().ok()?;
    let mut fields = vec![("ino".into(), after("ino")?.to_owned())];
    for key in ["vm_start", "vm_end", "address", "max_pgoff", "radix_entry", "length", "pglen"] {
        if let Some(value) = after(key) {
            fields.push((key.into(), value.into()));
        }
    }
    if event.starts_with("dax_writeback_range") {
        let (first, last) = after("pgoff")?.split_once('-')?;
        fields.push(("start_index".into(), number(first)?.to_string()));
        fields.push(("end_index".into(), number(last)?.to_string()));
    } else if let Some(page) = after("pgoff") {
        fields.push(("pgoff".into(), number(page)?.to_string()));
    }
    for key in ["zero_page", "zero_folio"] {
        if let Some(value) = after(key) {
            fields.push((key.into(), format!("0x{value}")));
        }
    }
    if body.contains("shared") || body.contains("private") {
        fields.push(("vm_flags".into(), if body.contains("shared") { "671088891" } else { "671088883" }.into()));
    }
    if let Some(frame) = after("pfn") {
        fields.push(("pfn_val".into(), format!("{:#x}", number(frame)? | 0x3000_0000_0000_0000)));
    }
    if event.contains("insert_mapping") {
        fields.push(("write".into(), u64::from(body.contains(" write ")).to_string()));
    }
    if !event.contains("writeback") && !event.contains("insert_mapping") && event != "dax_pmd_load_hole" {
        let flags = words.get(5).filter(|word| **word != "address").copied().unwrap_or("");
        let result = words.last().filter(|word| !word.starts_with("0x")).copied().unwrap_or("");
        fields.push(("flags".into(), bits(flags, &FLAGS).to_string()));
        fields.push(("result".into(), bits(result, &RESULTS).to_string()));
    }
    fields.push(("dev".into(), dev.to_string()));
    Some(fields)
}

const FLAGS: [(&str, u32); 7] = [
    ("WRITE", 1),
    ("MKWRITE", 2),
    ("ALLOW_RETRY", 4),
    ("KILLABLE", 0x10),
    ("USER", 0x40),
    ("INTERRUPTIBLE", 0x200),
    ("VMA_LOCK", 0x1000),
];
const RESULTS: [(&str, u32); 6] =
    [("SIGBUS", 2), ("MAJOR", 4), ("NOPAGE", 0x100), ("FALLBACK", 0x800), ("DONE_COW", 0x1000), ("NEEDDSYNC", 0x2000)];

fn bits(text: &str, names: &[(&str, u32)]) -> u32 {
    let bit = |word: &str| {
        let known = names.iter().find(|(name, _)| *name == word).map(|(_, bit)| *bit);
        known.or_else(|| u32::from_str_radix(word.strip_prefix("0x")?, 16).ok()).unwrap_or_else(|| panic!("{word}"))
    };
    text.split('|').filter(|word| !word.is_empty()).map(bit).sum()
}

#[test]
fn raw_fields_of_trace_cmd() {
    for name in TRACES {
        let (kernel, _) = collected(&recording(name));
        let raw = in_form(name, |task, tid, time, event, body| {
            let body = match fields(event, body) {
                Some(fields) => {
                    fields.iter().map(|(key, value)| format!("{key}={value}")).collect::<Vec<_>>().join(" ")
                }
                None => format!("ip=0xffffffff buf={body}"),
            };
            let event = if event.starts_with("dax") { event } else { "print" };
            format!("{task:>16}-{tid:<5} [002] {time:>12}: {event:<20} {body}", event = format!("{event}:"))
        });
        let (found, diagnosis) = collected(raw.as_bytes());
        assert_eq!(dax_only(&kernel.said), dax_only(&found.said), "{name}");
        assert!(diagnosis.quirks.named.is_some(), "{name}");
    }
}

fn perf_json(name: &str, release: &str) -> String {
    let mut text = format!(
        "{{\n\t\"linux-perf-json-version\": 1,\n\t\"headers\": {{\n\t\t\"os-release\": \"{release}\"\n\t}},\n\t\"samples\": ["
    );
    let mut comma = "";
    for line in lines(name).iter().filter(|line| !line.starts_with('#')) {
        let (task, tid, time, event, body) = parts(line).unwrap_or_else(|| panic!("{line}"));
        let Some(fields) = fields(event, body) else { continue };
        let time = time.replace('.', "");
        text.push_str(&format!(
            "{comma}\n\t\t{{\n\t\t\t\"timestamp\": {time}000,\n\t\t\t\"pid\": {tid},\n\t\t\t\"tid\": {tid},\n\t\t\t\"cpu\": 2,\n\t\t\t\
             \"comm\": \"{task}\",\n\t\t\t\"callchain\": [\n\t\t\t\t{{\n\t\t\t\t\t\"ip\": \"0x7f\"\n\t\t\t\t}}\n\t\t\t]"
        ));
        for (key, value) in fields {
            text.push_str(&format!(",\n\t\t\t\"{key}\": \"{value}\""));
        }
        text.push_str("\n\t\t}");
        comma = ",";
    }
    text.push_str("\n\t]\n}\n");
    text
}

#[test]
fn json_of_perf_gives_the_same_answers() {
    for (name, release) in [
        ("7.3.4/fallback_reasons.txt", "7.3.4-amd64"),
        ("7.3.4/mapsync.txt", "7.3.4"),
        ("6.1.192/punch.txt", "6.1.0-9"),
    ] {
        let (kernel, _) = answered(&recording(name));
        let json = perf_json(name, release);
        let (found, diagnosis) = answered(json.as_bytes());
        assert_eq!(diagnosis.not_understood, 0, "{name}: {:?}", diagnosis.shown);
        assert_eq!(found.total, kernel.total, "{name}");
        assert_eq!((found.flushed, found.sync_count), (kernel.flushed, kernel.sync_count), "{name}");
        assert_eq!(diagnosis.kernel.words(), release.split(['-', '.']).take(2).collect::<Vec<_>>().join("."), "{name}");
        let dense: String = json.split_whitespace().collect();
        assert_eq!(answered(dense.as_bytes()).0.total, kernel.total, "{name}: any layout");
        // A file that is cut: what stands before is told.
        let (cut, diagnosis) = answered(&json.as_bytes()[..json.len() / 2]);
        assert!(cut.total.accesses > 0 && diagnosis.not_understood == 1 && diagnosis.notes.len() == 1, "{name}");
    }
}
