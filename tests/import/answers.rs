//! What the recordings answer: the reasons that their programs were written to cause, on every kernel.

use super::{answered, recording};
use daxscope_core::fallback::FallbackReason;
use daxscope_import::answer::why::Certainty;
use daxscope_import::tell::{Amount, reasons, report};

#[test]
fn reasons_of_fallback_are_those_that_the_program_caused() {
    for release in ["5.10.262", "6.1.192", "6.12.95", "7.3.4"] {
        let (findings, diagnosis) = answered(&recording(&format!("{release}/fallback_reasons.txt")));
        let found: Vec<(Option<FallbackReason>, Certainty, u64)> = reasons(&findings)
            .iter()
            .map(|reason| (reason.first.cause.reason, reason.first.cause.certainty, reason.count))
            .collect();
        for (reason, certainty, count) in [
            (FallbackReason::EndOfFile, Certainty::Recomputed, 1),
            (FallbackReason::Range, Certainty::Recomputed, 1),
            (FallbackReason::Colour, Certainty::Recomputed, 1),
            (FallbackReason::PrivateWrite, Certainty::Recomputed, 2),
            (FallbackReason::SmallEntries, Certainty::Likely, 1),
        ] {
            assert!(found.contains(&(Some(reason), certainty, count)), "{release}: {reason:?} in {found:?}");
        }
        assert_eq!(findings.total.fell_back, 6, "{release}");
        assert_eq!(findings.total.copied, 2, "{release}");
        assert_eq!(findings.total.failed, 1, "{release}: one SIGBUS");
        let text = report(&findings, &diagnosis, Amount::SHORT);
        assert!(text.starts_with("Why did 2 MiB faults fall back?\n"), "{text}");
        assert!(text.contains("Map the whole 2 MiB around the address."), "{text}");
    }
}

#[test]
fn tries_that_are_repeated_are_one_access() {
    // 6.12 and newer try under the lock of the mapping first: seven fallen handlers more, and the same accesses.
    let (old, _) = answered(&recording("5.10.262/fallback_reasons.txt"));
    let (new, _) = answered(&recording("7.3.4/fallback_reasons.txt"));
    assert_eq!(old.total.accesses, new.total.accesses);
    assert!(new.total.handlers > old.total.handlers);
}

#[test]
fn kprobes_make_small_entries_certain() {
    for name in ["5.10.262/locks/hzp_downgrade_write.txt", "7.3.4/locks/hzp_downgrade_write.txt"] {
        let (findings, _) = answered(&recording(name));
        let reason = &reasons(&findings)[0].first.cause;
        assert_eq!((reason.reason, reason.certainty), (Some(FallbackReason::SmallEntries), Certainty::Seen), "{name}");
        assert_eq!(findings.total.downgrades, 1, "{name}");
    }
}

#[test]
fn a_split_mapping_is_recomputed_from_its_bounds() {
    let (findings, _) = answered(&recording("7.3.4/split_vma.txt"));
    let all = reasons(&findings);
    assert!(all.iter().any(|reason| reason.first.cause.reason == Some(FallbackReason::Range)), "{all:?}");
}

#[test]
fn a_race_is_told_with_the_fault_that_was_faster() {
    let (findings, _) = answered(&recording("7.3.4/race_hole_rw.cut.txt"));
    let first = reasons(&findings)[0].first;
    assert_eq!(
        (first.cause.reason, first.line, first.task.as_str()),
        (Some(FallbackReason::SmallEntries), 63, "f2m-183")
    );
    assert!(first.cause.because.contains("f4k-184 is in a 4 KiB fault on page 0x1209 (since line 61)"), "{first:?}");
    assert!(findings.total.downgrades > 5, "huge zero pages are taken apart by the other thread");
}

#[test]
fn what_each_fsync_flushed() {
    for release in ["5.10.262", "6.1.192", "6.12.95", "7.3.4"] {
        let (findings, _) = answered(&recording(&format!("{release}/msync.txt")));
        let text = recording(&format!("{release}/msync.txt"));
        let ones = String::from_utf8_lossy(&text).matches(": dax_writeback_one:").count() as u64;
        assert_eq!(findings.flushed.0 + findings.flushed.1, ones, "{release}");
        let told: u64 = findings.syncs.iter().map(|sync| sync.huge + sync.small).sum();
        assert_eq!(told, ones, "{release}: each entry is of one call");
        assert_eq!(findings.taken_count + findings.passed_count + findings.unflushed.0, 0, "{release}");
        assert!(findings.syncs.iter().all(|sync| sync.end.is_some() && sync.left == 0), "{release}");
    }
}

#[test]
fn a_layout_break_that_forgets_dirty_entries_is_a_suspect_on_7_3_only() {
    let (findings, _) = answered(&recording("7.3.4/layout_break.txt"));
    let stores: Vec<(u64, u64, Option<u64>)> =
        findings.taken.iter().map(|taken| (taken.store.page, taken.store.line, taken.sync)).collect();
    assert_eq!(stores, [(0x3, 18, Some(24)), (0x205, 20, Some(24)), (0x4, 28, Some(31))]);
    assert!(findings.taken.iter().all(|taken| !taken.is_seen));
    let (control, _) = answered(&recording("6.12.117/layout_break.txt"));
    assert_eq!(control.taken_count, 0, "6.12 flushes what the program stored");
    let (cut, _) = answered(&recording("7.3.4/truncate_inside.txt"));
    assert_eq!(cut.taken_count, 1);
    let (seen, _) = answered(&recording("7.3.4/locks/layout_break.txt"));
    assert_eq!(seen.taken_count, 3);
    assert!(seen.taken.iter().all(|taken| taken.is_seen), "kprobes show the deletion");
}

#[test]
fn an_msync_that_passes_a_locked_entry_is_a_suspect() {
    let text = recording("7.3.4/locks/msync_skips_locked.txt");
    let (findings, _) = answered(&text);
    assert_eq!(findings.passed_count, 1);
    let passed = &findings.passed[0];
    assert_eq!((passed.sync, passed.tid, passed.holder, passed.is_seen), ((44, 47), 167, 168, true));
    assert_eq!(passed.held, (38, Some(53)));
    // The events alone show it too.
    let events: Vec<&str> = std::str::from_utf8(&text)
        .expect("text")
        .lines()
        .filter(|line| line.starts_with('#') || line.contains(": dax_") || line.contains("tracing_mark"))
        .collect();
    let (inferred, diagnosis) = answered(events.join("\n").as_bytes());
    assert_eq!(diagnosis.probes, 0);
    assert_eq!((inferred.passed_count, inferred.passed[0].is_seen), (1, false));
}
