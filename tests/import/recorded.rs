//! Every line of every recording is understood, and the kernel is found out.

use super::{answered, collected, recording, recordings};

#[test]
fn no_line_is_left_unexplained() {
    for name in recordings() {
        let text = recording(&name);
        let (findings, diagnosis) = answered(&text);
        assert_eq!(diagnosis.not_understood, 0, "{name}: {:?}", diagnosis.shown);
        assert_eq!(diagnosis.others, 0, "{name}: {:?}", diagnosis.other_names);
        assert_eq!(diagnosis.accounted(), diagnosis.lines, "{name}");
        assert_eq!(diagnosis.lines, text.iter().filter(|byte| **byte == b'\n').count() as u64, "{name}");
        assert_eq!(diagnosis.bytes, text.len() as u64, "{name}");
        assert_eq!(diagnosis.kernel.contradiction(), None, "{name}");
        let counts = &findings.total;
        let ended = counts.huge + counts.small + counts.copied + counts.failed + counts.taken + counts.unfinished;
        assert_eq!(counts.accesses, ended, "{name}: each access ends in one way");
        assert_eq!(counts.asked + counts.not_asked, counts.accesses, "{name}");
        assert!(counts.accesses > 0, "{name}");
        let told: u64 = findings.ranges.iter().flat_map(|range| &range.causes).map(|caused| caused.count).sum();
        assert_eq!(told, counts.fell_back, "{name}: each fallback has a cause");
    }
}

#[test]
fn the_kernel_is_found_out() {
    for name in recordings() {
        let (_, diagnosis) = answered(&recording(&name));
        let model = diagnosis.kernel.nearest_model();
        let release = name.split('/').next().expect("a folder");
        // What trace-cmd prints of 6.12 is what it prints of 7.3, and some recordings of 6.1 hold no word of their own.
        let wanted: &[&str] = match release {
            "5.10.262" => &["5.10"],
            "6.1.192" => &["6.1", "6.12"],
            "6.12.95" | "6.12.117" => &["6.12", "7.3"],
            _ => &["7.3"],
        };
        assert!(wanted.contains(&model), "{name}: {}, {:?}", diagnosis.kernel.words(), diagnosis.kernel.because());
    }
}

#[test]
fn a_buffer_of_any_size_gives_the_same() {
    for name in ["7.3.4/layout_break.txt", "5.10.262/hzp_downgrade_write.report.txt"] {
        let text = recording(name);
        let (whole, _) = collected(&text);
        for capacity in [1, 7, 100, 4096] {
            let mut in_parts = super::Collected::default();
            let input = std::io::BufReader::with_capacity(capacity, text.as_slice());
            daxscope_import::import(input, Default::default(), &mut in_parts).expect("memory");
            assert_eq!((&in_parts.said, &in_parts.lines), (&whole.said, &whole.lines), "{name}, {capacity}");
        }
    }
}

#[test]
fn the_report_of_trace_cmd_says_what_the_kernel_says() {
    // The same buffer, printed twice; on 6.12 and older the hash of the zero page is a pointer there, which is not kept.
    for name in ["7.3.4/mapsync", "7.3.4/hzp_downgrade_write", "5.10.262/hzp_downgrade_write"] {
        let (kernel, _) = collected(&recording(&format!("{name}.txt")));
        let (report, diagnosis) = collected(&recording(&format!("{name}.report.txt")));
        assert!(diagnosis.quirks.bogus_oom.is_some(), "{name}");
        let shape = |said: &[super::Said]| said.iter().map(|(_, what)| masked(what)).collect::<Vec<_>>();
        assert_eq!(shape(&kernel.said), shape(&report.said), "{name}");
    }
}

/// Without addresses and frames, and without how a number in a marker is printed: another run, another tool.
fn masked(what: &str) -> String {
    if what.starts_with("Marker") {
        return "Marker".into();
    }
    let mut parts = Vec::new();
    for part in what.split(", ") {
        if !["address", "vm_start", "vm_end", "word"].iter().any(|varies| part.contains(varies)) {
            parts.push(part);
        }
    }
    parts.join(", ")
}
