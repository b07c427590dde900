//! The lanes: whatever part of a run is in view, it is cut out of the same picture.

mod common;

use common::{DOWNGRADE, run};
use daxscope_session::view::timeline::Bar;
use daxscope_session::view::{BarKind, LockBar, TimelineView};
use daxscope_session::{Action, LanesMove, LocksShown, Session};
use std::rc::Rc;

/// 73 single operations, of which the last leave C asleep for ever.
fn lost() -> Session {
    let mut session = Session::open("v=1&e=a4");
    session.update(Action::ShowLocks(LocksShown::Yes));
    session
}

/// The bars that lie in a part, cut at its ends.
fn cut(bars: &[Bar], from: usize, to: usize, total: usize) -> Vec<(usize, usize, BarKind, String)> {
    let mut kept = Vec::new();
    for bar in bars {
        let (start, end) = (bar.start.max(from), bar.end.min(to));
        let stands_at_the_end = bar.start == bar.end && to == total;
        if start < end || stands_at_the_end {
            kept.push((start, end, bar.kind, bar.label.to_string()));
        }
    }
    kept
}

fn cut_locks(bars: &[LockBar], from: usize, to: usize) -> Vec<LockBar> {
    let cut = bars.iter().map(|bar| LockBar { start: bar.start.max(from), end: bar.end.min(to), ..*bar });
    cut.filter(|bar| bar.start < bar.end).collect()
}

fn assert_cut_out_of(whole: &TimelineView, part: &TimelineView) {
    let (from, to, total) = (part.from, part.to, whole.total);
    assert_eq!((whole.from, whole.to, part.total), (0, total, total));
    for (all, some) in whole.lanes.iter().zip(part.lanes.iter()) {
        let some: Vec<_> = some.bars.iter().map(|bar| (bar.start, bar.end, bar.kind, bar.label.to_string())).collect();
        assert_eq!(some, cut(&all.bars, from, to, total), "{} from {from} to {to}", all.thread);
    }
    for all in whole.locks.iter() {
        let some = part.locks.iter().find(|lane| lane.name == all.name);
        let some = some.map_or(Vec::new(), |lane| lane.bars.to_vec());
        assert_eq!(some, cut_locks(&all.bars, from, to), "{} from {from} to {to}", all.name);
    }
    let in_part = |step: usize| step > from && step <= to;
    let wakes: Vec<_> = whole.wakes.iter().filter(|wake| in_part(wake.step)).copied().collect();
    assert_eq!(*part.wakes, wakes);
    let broken: Vec<_> = whole.violations.iter().filter(|&&step| in_part(step)).copied().collect();
    assert_eq!(*part.violations, broken);
}

#[test]
fn every_part_is_cut_out_of_the_same_picture() {
    let mut session = lost();
    let whole = session.view().timeline;
    assert!(whole.overview.is_empty(), "all of it is in view");
    assert!(!whole.wakes.is_empty() && !whole.violations.is_empty());
    let locks: Vec<_> = whole.locks.iter().map(|lane| lane.name.to_string()).collect();
    assert!(locks.len() > 2, "{locks:?}");
    assert!(whole.lanes.iter().flat_map(|lane| lane.bars.iter()).any(|bar| bar.kind == BarKind::Lost));
    session.update(Action::SetLanesRoom(20));
    let mut parts = 0;
    for step in 0..=whole.total {
        session.update(Action::GoTo(step));
        let part = session.view().timeline;
        assert!(part.from <= step && step <= part.to, "{step} is not in {} to {}", part.from, part.to);
        assert!(part.to >= step || part.to == whole.total);
        assert_cut_out_of(&whole, &part);
        for to in [LanesMove::In, LanesMove::Later, LanesMove::Earlier, LanesMove::Earlier, LanesMove::Out] {
            session.update(Action::MoveLanes(to));
            assert_cut_out_of(&whole, &session.view().timeline);
            parts += 1;
        }
    }
    assert!(parts > 300);
}

#[test]
fn going_a_step_moves_the_part_rarely() {
    let mut session = lost();
    session.update(Action::SetLanesRoom(30));
    let (mut moves, mut from) = (0, session.view().timeline.from);
    for _ in 0..73 {
        session.update(Action::Forward);
        let now = session.view().timeline.from;
        moves += usize::from(now != from);
        from = now;
    }
    assert!((1..8).contains(&moves), "{moves}");
}

#[test]
fn a_part_is_as_small_however_long_the_run_is() {
    let operations = "  write 4K at 0x203p\n  fsync\n".repeat(20);
    let mut session = run(&format!("title long\nfile 4M\nthread A\n{operations}thread B\n{operations}"));
    session.update(Action::RunUntilViolation);
    let timeline = session.view().timeline;
    assert!(timeline.total > 1_000, "{}", timeline.total);
    assert!(timeline.to - timeline.from <= 160);
    for lane in timeline.lanes.iter() {
        assert!(lane.bars.len() <= 161);
    }
    assert!(!timeline.overview.is_empty() && timeline.overview.len() <= 257);
    assert_eq!(timeline.overview.last().map(|bar| bar.end), Some(timeline.total));
    let gaps = timeline.overview.windows(2).filter(|pair| pair[0].end != pair[1].start).count();
    assert_eq!(gaps, 0);
    // A step back and forth in the part leaves the picture alone.
    session.update(Action::Back);
    let before = session.view().timeline;
    session.update(Action::Back);
    assert!(Rc::ptr_eq(&before, &session.view().timeline));
}

#[test]
fn a_name_is_a_word_and_never_half_of_one() {
    let timeline = lost().view().timeline;
    let bars = || timeline.lanes.iter().flat_map(|lane| lane.bars.iter());
    assert!(bars().any(|bar| (&*bar.label, &*bar.short) == ("grab_mapping_entry", "grab")));
    for bar in bars().filter(|bar| bar.kind == BarKind::Running) {
        let words: Vec<&str> = bar.label.split('_').collect();
        assert!(words.contains(&&*bar.short), "{} is no word of {}", bar.short, bar.label);
    }
}

#[test]
fn locks_are_shown_where_there_is_room_for_them() {
    assert!(run(DOWNGRADE).view().timeline.shows_locks);
    let nine: String = ('A'..='I').map(|letter| format!("thread {letter}\n  read 4K at 0\n")).collect();
    let mut session = run(&format!("file 4M\n{nine}"));
    assert!(!session.view().timeline.shows_locks);
    session.update(Action::ShowLocks(LocksShown::Yes));
    assert!(session.view().timeline.shows_locks);
}

/// Who reads beside others is in the lane too, and what has no lane yet is counted.
#[test]
fn every_holder_is_in_the_lane_of_its_lock() {
    let mut session = Session::open("v=1&e=a4");
    let few = session.view().timeline;
    assert_eq!((few.locks.len(), few.more_locks), (4, 2));
    session.update(Action::ShowLocks(LocksShown::Yes));
    let all = session.view().timeline;
    assert_eq!((all.locks.len(), all.more_locks), (6, 0));
    for lane in all.locks.iter() {
        for step in 1..=all.total {
            session.update(Action::GoTo(step));
            let view = session.view();
            let lock = view.locks.iter().find(|lock| lock.object == lane.object);
            let mut held: Vec<_> = lock.map_or(Vec::new(), |lock| lock.holders.iter().map(|it| it.thread).collect());
            held.sort();
            let bar = lane.bars.iter().find(|bar| bar.start < step && step <= bar.end);
            let drawn: Vec<_> = bar.map_or(Vec::new(), |bar| bar.holders.iter().collect());
            assert_eq!(drawn, held, "{} after step {step}", lane.name);
        }
    }
    let readers = all.locks.iter().flat_map(|lane| lane.bars.iter()).map(|bar| bar.holders.iter().count()).max();
    assert_eq!(readers, Some(3));
}
