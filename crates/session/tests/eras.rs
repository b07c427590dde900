//! Runs of the XArray's era: every view and every export at every step, the chooser, histories, run until, links.

mod common;

use common::{run, to_the_end};
use daxscope_session::view::{Counters, EntryKind, RevisionGroup};
use daxscope_session::{Action, Effect, Object, Panel, Session};

/// A 2 MiB hole and blocks, stores, fsync, a pin, a punch that waits for it, and private copies.
fn script(kernel: &str) -> String {
    format!(
        "revision {kernel}\nfile 8M\nextent 2M..4M mapped at 128M\nextent 4M..0x402p mapped at 256M\n\
         process P maps 0..8M shared rw\nprocess Q maps 0..8M private rw\n\
         thread A in P\n  write 2M at 2M\n  read 2M at 0\n  write 4K at 4M\n  fsync\n  pin at 2M\n  unpin\n\
         thread B in P\n  read 4K at 4M\n  punch 4M..0x402p\n  truncate 2M\n  munmap\n\
         thread C in Q\n  write 4K at 2M\n  read(2) 2M..0x202p\n  invalidate2\n"
    )
}

/// Everything that the page can show or hand out, at the state on screen.
fn look_at_everything(session: &mut Session, step: usize) {
    // The two that make whole runs of their own are opened now and then.
    let whole_runs = |panel: Panel| matches!(panel, Panel::Compare | Panel::SideBySide);
    for (panel, _) in Panel::NAMES.into_iter().filter(|&(panel, _)| !whole_runs(panel) || step.is_multiple_of(16)) {
        session.update(Action::OpenPanel(panel));
        let _ = session.view();
    }
    session.update(Action::OpenPanel(Panel::None));
    for action in [
        Action::CopyLink,
        Action::CopyTable,
        Action::CopyScript,
        Action::CopyShortTable,
        Action::CopyCommit,
        Action::ExportJson,
        Action::ExportMermaid,
    ] {
        let effects = session.update(action.clone());
        let text = effects.iter().find_map(|effect| match effect {
            Effect::CopyText { text, .. } | Effect::Download { text, .. } => Some(text.as_str()),
            _ => None,
        });
        assert!(text.is_some_and(|text| !text.is_empty()), "{action:?}: {effects:?}");
    }
    let view = session.view();
    let mut objects = vec![Object::NrPages, Object::TreeLock];
    objects.extend(view.tree.leaves.iter().map(|leaf| Object::Slot(leaf.index)));
    objects.extend(view.frames.rows.iter().map(|row| row.object));
    objects.extend(view.step.changes.iter().map(|change| change.object));
    for object in objects {
        session.update(Action::Select(Some(object)));
        let selected = session.view().selection.expect("selected");
        assert!(!selected.value.is_empty() && !selected.title.is_empty(), "{object:?}");
        if matches!(object, Object::Slot(_)) {
            assert!(selected.bits.is_some() || &*selected.value == "nothing", "{object:?}: {}", selected.value);
        }
    }
    session.update(Action::Select(None));
}

#[test]
fn every_view_and_export_works_at_every_step_of_both_eras() {
    for kernel in ["5.10", "6.1", "6.12", "7.3", "7.3-fixed"] {
        let mut session = run(&script(kernel));
        let mut steps = 0;
        let (mut folios, mut marks, mut kinds) = (0, 0, std::collections::HashSet::new());
        loop {
            look_at_everything(&mut session, steps);
            let view = session.view();
            assert_eq!(view.step.number, steps);
            assert!(view.tree.is_xarray, "{kernel}");
            for change in view.step.changes.iter() {
                assert_ne!(change.before, change.after, "{kernel} step {steps}: {}", change.what);
            }
            folios += view.frames.rows.len();
            marks += view.tree.leaves.iter().filter(|leaf| leaf.tags.dirty || leaf.tags.towrite).count();
            kinds.extend(view.tree.leaves.iter().map(|leaf| leaf.kind));
            if !view.step.can_forward || steps > 400 {
                break;
            }
            session.update(Action::Forward);
            steps += 1;
        }
        assert!(steps > 20, "{kernel}: {steps}");
        assert!(folios > 0 && marks > 0, "{kernel}: {folios} {marks}");
        for kind in [EntryKind::BlockPmd, EntryKind::EmptyPmd, EntryKind::HugeZeroPage, EntryKind::BlockPte] {
            assert!(kinds.contains(&kind), "{kernel}: {kind:?} in {kinds:?}");
        }
        let link = session.fragment();
        let again = Session::open(&link);
        assert_eq!((again.view().tree, again.view().step), (session.view().tree, session.view().step), "{kernel}");
    }
}

#[test]
fn the_counters_are_those_of_the_release() {
    for (kernel, counters) in [("4.10.0", Counters::Both), ("5.10", Counters::Exceptional), ("6.12", Counters::Pages)] {
        let session = run(&format!("revision {kernel}\nfile 4M\nthread A\n  read 2M at 0\n"));
        assert_eq!(session.view().tree.counters, counters, "{kernel}");
    }
}

#[test]
fn kernels_are_in_the_chooser_by_era_and_one_of_the_other_era_reads_the_script_anew() {
    let mut session = run("revision 4.10.0\nfile 4M\nthread A\n  write 4K at 0x203p\nthread B\n  read 2M at 2M\n");
    let groups: Vec<_> = session.view().header.revisions.iter().map(|item| item.group).collect();
    assert!(groups.is_sorted_by_key(|group| RevisionGroup::ALL.iter().position(|known| known == group)));
    for (name, is_xarray) in [("6.12", true), ("7.3", true), ("4.10.0", false), ("5.10", true)] {
        session.update(Action::SetRevision(Some(name.into())));
        to_the_end(&mut session);
        let view = session.view();
        assert_eq!((&*view.header.revision, view.tree.is_xarray), (name, is_xarray));
        assert!(!view.tree.leaves.is_empty(), "{name}");
        assert_eq!(view.threads.len(), 2, "nothing is lost");
    }
}

#[test]
fn what_an_era_lacks_is_told_and_nothing_is_lost() {
    let mut session = run("revision 7.3\nfile 4M\nextent 0..2M mapped at 128M\nthread A\n  read 2M at 0\n  pin at 0\n");
    to_the_end(&mut session);
    let (before, step) = (session.fragment(), session.view().step);
    let effects = session.update(Action::SetRevision(Some("4.10.0".into())));
    let told =
        effects.iter().find_map(|effect| if let Effect::Tell(text) = effect { Some(text.as_str()) } else { None });
    assert!(told.is_some_and(|text| text.contains("`pin`") && text.contains("from 4.20 on")), "{effects:?}");
    assert_eq!((session.fragment(), session.view().step), (before, step));
}

#[test]
fn a_scenario_is_compared_on_kernels_of_both_eras_by_operation() {
    use daxscope_core::revision::Revision;
    use daxscope_core::scenario::parse;
    use daxscope_session::by_operation::by_operation;
    let kernels = [Revision::V4_10, Revision::V6_12, Revision::V7_3];
    let script = "file 4M\nextent 0..2M mapped at 128M\nthread A\n  write 4K at 3p\n  read 4K at 3p\nthread B\n  read 2M at 2M\n  punch 2M..4M\n";
    let compared = by_operation(&parse(script).scenario, &kernels);
    assert_eq!(compared.kernels, ["4.10.0", "6.12", "7.3"]);
    let order: Vec<_> = compared.rows.iter().map(|row| format!("{}{}", row.thread, row.number)).collect();
    assert_eq!(order, ["A1", "B1", "A2", "B2"]);
    let trees: Vec<_> = compared.rows[3].cells.iter().map(|cell| cell.tree.as_str()).collect();
    assert_eq!(trees, ["0x3 4 KiB block, DIRTY", "0x3 4 KiB block, DIRTY", "empty"], "7.3 empties the whole tree");
    assert!(!compared.rows[3].is_same && compared.rows[2].is_same);
    assert_eq!(compared.ends.len(), 3);

    let script = "revision 7.3\nfile 4M\nextent 0..2M mapped at 128M\nthread A\n  read 2M at 0\n  pin at 0\n";
    let compared = by_operation(&parse(script).scenario, &kernels);
    assert_eq!(compared.rows[0].cells[0].result, "not run");
    assert!(compared.rows[0].is_same, "a kernel on which nothing runs is no difference");
    assert!(compared.ends[0].sentence.contains("no `pin`"), "{}", compared.ends[0].sentence);

    let mut session = run("revision 6.12\nfile 4M\nthread A\n  read 2M at 0\n");
    session.update(Action::OpenPanel(Panel::Compare));
    let view = session.view();
    assert_eq!(view.both_eras.kernels, ["4.10.0", "6.12", "7.3"]);
    assert_eq!(view.compare.len(), 6, "the schedule itself is compared within its era");
    assert!(view.compare.iter().all(|row| row.followed == row.steps));
}
