//! What a view of a long run holds is bounded, and all of the run can be come to through it.

mod common;

use common::{A, run};
use daxscope_session::view::{OperationState, ProcessView};
use daxscope_session::{Action, MmId, Object, Session};
use std::collections::BTreeSet;
use std::fmt::Write;

/// A thread that writes that many pages, and all steps of it.
fn written(pages: usize) -> Session {
    let mut script = String::from("file 64M\nthread A\n");
    for page in 0..pages {
        let _ = writeln!(script, "  write 4K at {page}p");
    }
    let mut session = run(&script);
    let mut before = usize::MAX;
    while before != session.view().step.number {
        before = session.view().step.number;
        session.update(Action::RunThreadUntilBlocked(A));
    }
    session
}

fn pages_of(process: &ProcessView) -> BTreeSet<u64> {
    process.pmds.iter().flat_map(|pmd| pmd.ptes.iter().map(|pte| pte.page)).collect()
}

fn rows(process: &ProcessView) -> usize {
    process.pmds.iter().map(|pmd| 1 + pmd.ptes.len()).sum()
}

#[test]
fn the_last_change_is_among_the_rows_of_a_long_page_table_and_all_others_can_be_gone_to() {
    let mut session = written(600);
    let changed = |session: &Session| {
        session.view().page_tables[0].pmds.iter().any(|pmd| pmd.ptes.iter().any(|pte| pte.is_changed))
    };
    while !session.view().step.changes.iter().any(|change| matches!(change.object, Object::Pte(..))) {
        session.update(Action::Back);
    }
    assert!(changed(&session));
    let all: usize = {
        let process = &session.view().page_tables[0];
        process.rows_before + rows(process) + process.rows_behind
    };
    assert!((600..=603).contains(&all), "{all}");
    let mut seen = BTreeSet::new();
    for is_later in [false, true] {
        loop {
            let process = session.view().page_tables[0].clone();
            assert!(rows(&process) <= 25, "{}", rows(&process));
            seen.extend(pages_of(&process));
            let left = if is_later { process.rows_behind } else { process.rows_before };
            if left == 0 {
                break;
            }
            session.update(Action::MoveTable(MmId(0), is_later));
        }
    }
    assert!(seen.iter().copied().eq(0..seen.len() as u64) && seen.len() >= 599, "{}", seen.len());
    session.update(Action::MoveTable(MmId(7), true));
}

#[test]
fn of_many_operations_those_around_the_present_one_are_listed() {
    let mut session = written(600);
    let last = session.view().step.number;
    for position in [0, 1, 40, last / 2, last] {
        session.update(Action::GoTo(position));
        let thread = session.view().threads[0].clone();
        assert_eq!((thread.operations.len(), thread.all_operations), (16, 600));
        let current = thread.operations.iter().filter(|one| one.state == OperationState::Current).count();
        assert!(current <= 1);
        assert!(thread.operations.iter().any(|one| one.text == thread.operation));
        let before = thread.first_operation;
        let of = |state| thread.operations.iter().filter(|one| one.state == state).count();
        match position {
            0 => assert_eq!((before, of(OperationState::Waiting)), (0, 16)),
            _ if position == last => assert_eq!((before, of(OperationState::Done)), (584, 16)),
            _ => assert!(before <= 592 && of(OperationState::Waiting) >= 8, "{before} at {position}"),
        }
    }
}

#[test]
fn a_link_to_a_long_run_opens_it_at_every_place() {
    let mut session = written(200);
    for position in [3_000, 17, 0, 2_999] {
        session.update(Action::GoTo(position));
        let opened = Session::open(&session.fragment());
        assert_eq!(opened.view().step, session.view().step);
        assert_eq!(opened.fragment(), session.fragment());
    }
}
