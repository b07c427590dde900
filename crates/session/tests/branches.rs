//! Nothing that was tried is lost: branches, undoing, names, what the browser keeps.

mod common;

use common::{A, B, C, DOWNGRADE, run, steps};
use daxscope_session::view::{BranchEnd, BranchRow};
use daxscope_session::{Action, Effect, Future, Panel, Session, ThreadId};

fn rows(session: &mut Session) -> Vec<BranchRow> {
    session.update(Action::OpenPanel(Panel::Branches));
    let rows = session.view().branches.rows.to_vec();
    session.update(Action::OpenPanel(Panel::None));
    rows
}

/// What is known of each: number, the one it leaves and where, length.
fn tree(session: &mut Session) -> Vec<(u32, String, Option<usize>, usize)> {
    rows(session).into_iter().map(|row| (row.id, row.parts_from.to_string(), row.parts_at, row.length)).collect()
}

fn kept(effects: &[Effect]) -> Option<(String, String)> {
    effects.iter().find_map(|effect| match effect {
        Effect::KeepBranches { key, text } => Some((key.clone(), text.clone())),
        _ => None,
    })
}

#[test]
fn every_branch_stays_with_where_it_parts() {
    let mut session = run(DOWNGRADE);
    steps(&mut session, "AAABBAAA");
    session.update(Action::GoTo(3));
    steps(&mut session, "CC");
    session.update(Action::GoTo(4));
    steps(&mut session, "AAA");
    session.update(Action::GoTo(1));
    steps(&mut session, "B");
    let names = |name: &str| name.to_owned();
    assert_eq!(
        tree(&mut session),
        [
            (0, names(""), None, 8),
            (1, names("Branch 1"), Some(3), 5),
            (2, names("Branch 2"), Some(4), 7),
            (3, names("Branch 3"), Some(1), 2),
        ]
    );
    // Each is what it was, whatever is opened in between.
    for (id, total, at) in [(0, 8, 1), (2, 7, 1), (1, 5, 1), (0, 8, 1), (3, 2, 1)] {
        session.update(Action::OpenBranch(id));
        assert_eq!((session.view().step.total, session.view().step.number), (total, at), "{id}");
    }
}

#[test]
fn undoing_goes_back_through_all_of_them_and_forth_again() {
    let mut session = run(DOWNGRADE);
    steps(&mut session, "AAABBAAA");
    let mut fragments = Vec::new();
    for (at, thread) in [(6, B), (5, C), (2, B), (1, C)] {
        session.update(Action::GoTo(at));
        fragments.push(session.fragment());
        session.update(Action::StepThread(thread));
    }
    fragments.push(session.fragment());
    for fragment in fragments.iter().rev().skip(1) {
        session.update(Action::UndoBranch);
        assert_eq!(session.fragment(), *fragment);
    }
    let effects = session.update(Action::UndoBranch);
    let is_said =
        |effect: &Effect| matches!(effect, Effect::Tell(why) if why.starts_with("There is no branch to undo"));
    assert!(effects.iter().any(is_said), "{effects:?}");
    for fragment in fragments.iter().skip(1) {
        session.update(Action::RedoBranch);
        let same_schedule = |fragment: &str| fragment.split("&p=").next().map(str::to_owned);
        assert_eq!(same_schedule(&session.fragment()), same_schedule(fragment));
    }
    assert_eq!(session.fragment(), fragments[4]);
    let effects = session.update(Action::RedoBranch);
    assert!(effects.contains(&Effect::Tell("There is no branch to do again.".into())), "{effects:?}");
}

#[test]
fn the_beginning_of_another_branch_is_none() {
    let mut session = run(DOWNGRADE);
    steps(&mut session, "AAABB");
    session.update(Action::GoTo(3));
    steps(&mut session, "C");
    session.update(Action::UndoBranch);
    session.update(Action::GoTo(3));
    // The same step again: when this one is left, the first attempt has all of it.
    steps(&mut session, "C");
    session.update(Action::OpenBranch(0));
    assert_eq!(rows(&mut session).len(), 2);
}

#[test]
fn a_branch_tells_how_it_ends() {
    let mut session = Session::open("v=1&e=a4");
    let all = rows(&mut session);
    assert_eq!((all[0].end, all[0].length), (BranchEnd::Broken, session.view().step.total));
    session.update(Action::GoTo(21));
    session.update(Action::StepThread(C));
    common::to_the_end(&mut session);
    let ends: Vec<BranchEnd> = rows(&mut session).iter().map(|row| row.end).collect();
    assert_eq!(ends[0], BranchEnd::Broken);
    assert!(matches!(ends[1], BranchEnd::Done | BranchEnd::Broken), "{ends:?}");
    session.update(Action::GoTo(5));
    session.update(Action::StepThread(B));
    let last = rows(&mut session).iter().find(|row| row.is_current).map(|row| row.end);
    assert_eq!(last, Some(BranchEnd::Open));
}

#[test]
fn names_stay_and_deleting_can_be_undone() {
    let mut session = run(DOWNGRADE);
    steps(&mut session, "AAABB");
    session.update(Action::GoTo(2));
    steps(&mut session, "C");
    session.update(Action::RenameBranch(0, "  the\tfirst\none ".into()));
    assert_eq!(&*rows(&mut session)[0].name, "thefirstone");
    let effects = session.update(Action::DeleteBranch(1));
    assert!(effects.iter().any(|effect| matches!(effect, Effect::Tell(text) if text.contains("on screen"))));
    session.update(Action::DeleteBranch(0));
    assert_eq!(rows(&mut session).len(), 1);
    session.update(Action::UndoBranch);
    let all = rows(&mut session);
    assert_eq!((all.len(), &*all[0].name, all[0].length), (2, "thefirstone", 5));
    session.update(Action::RedoBranch);
    assert_eq!(rows(&mut session).len(), 1);
}

#[test]
fn what_the_browser_keeps_comes_back() {
    let mut session = Session::open("v=1&e=a4&p=21");
    assert_eq!(session.wants_branches().as_deref(), Some("daxscope.branches.a4"));
    assert_eq!(session.wants_branches(), None, "it is asked once");
    session.update(Action::StepThread(C));
    session.update(Action::RenameBranch(1, "C comes first".into()));
    session.update(Action::GoTo(4));
    let effects = session.update(Action::StepThread(B));
    let (key, text) = kept(&effects).expect("a new branch is kept");
    assert_eq!(key, "daxscope.branches.a4");
    let before = rows(&mut session);

    let mut again = Session::open(&session.fragment());
    again.update(Action::RecallBranches(text.clone()));
    let after = rows(&mut again);
    let told = |rows: &[BranchRow]| {
        let mut told: Vec<_> = rows.iter().map(|row| (row.length, row.end, row.is_named)).collect();
        told.sort_by_key(|&(length, ..)| length);
        told
    };
    assert_eq!(told(&after), told(&before));
    assert!(after.iter().any(|row| &*row.name == "C comes first"));
    // The list outlives the page; the way back to a branch by undoing does not, and that is said.
    let mut later = Session::open(&session.fragment());
    later.update(Action::RecallBranches(text.clone()));
    let said = later.update(Action::UndoBranch);
    assert!(said.iter().any(|it| matches!(it, Effect::Tell(why) if why.contains("Branches (b) lists"))), "{said:?}");
    let again_kept = again.update(Action::RecallBranches(text));
    assert_eq!(rows(&mut again).len(), after.len(), "twice is once: {again_kept:?}");
}

#[test]
fn a_damaged_text_is_told_and_left_out() {
    let mut session = Session::open("v=1&e=a4&p=21");
    session.update(Action::RecallBranches("daxscope branches 1\nv5\tnonsense".into()));
    assert!(session.view().notices.iter().any(|notice| notice.text.contains("cannot be read")));
    assert_eq!(rows(&mut session).len(), 1);
}

#[test]
fn there_are_never_more_than_the_limit_says() {
    let mut session = run(DOWNGRADE);
    for _ in 0..18 {
        session.update(Action::Forward);
    }
    session.update(Action::RenameBranch(0, "keep me".into()));
    let mut tried = 0;
    for at in 0..18 {
        for thread in [A, B, C] {
            session.update(Action::OpenBranch(0));
            session.update(Action::GoTo(at));
            session.update(Action::StepThread(thread));
            for more in 0..3 {
                session.update(Action::StepThread(ThreadId(more)));
                tried += 1;
            }
        }
    }
    let all = rows(&mut session);
    assert!(tried > 100 && all.len() <= 64, "{} after {tried}", all.len());
    assert!(all.iter().any(|row| &*row.name == "keep me"));
}

#[test]
fn another_kernel_has_branches_of_its_own_and_none_is_lost() {
    let mut session = Session::open("v=1&e=a4&p=21");
    session.update(Action::StepThread(C));
    session.update(Action::SetRevision(Some("v6".into())));
    session.update(Action::SetRevision(None));
    let all = rows(&mut session);
    assert!(all.iter().any(|row| row.elsewhere.contains("v6")), "{all:?}");
    session.update(Action::OpenBranch(0));
    assert_eq!(&*session.view().header.revision, "v5");
    session.update(Action::End);
    assert!(!session.view().alerts.is_empty());
}

#[test]
fn two_branches_stand_side_by_side_with_what_differs() {
    let mut session = Session::open("v=1&e=a4&p=21");
    session.update(Action::StepThread(C));
    session.update(Action::CompareBranch(0));
    let view = session.view();
    assert_eq!(view.panel, Panel::SideBySide);
    let pair = view.side_by_side.expect("two branches");
    assert!(pair.is_branches);
    assert_eq!(pair.divergence.as_ref().map(|divergence| divergence.step), Some(22));
    assert_eq!((&*pair.left, &*pair.right), ("Branch 2", "Branch 1"));
    assert!(!pair.differences.is_empty());
    session.update(Action::OpenPanel(Panel::SideBySide));
    assert!(session.view().side_by_side.is_some_and(|pair| !pair.is_branches));
}

#[test]
fn a_hidden_future_is_hidden_in_the_list_too() {
    let mut session = Session::open("v=1&e=a4&p=21&future=hidden");
    session.update(Action::StepThread(C));
    for row in rows(&mut session) {
        assert!(row.length <= 22 && row.end == BranchEnd::Unknown, "{row:?}");
    }
    session.update(Action::SetFuture(Future::Shown));
    assert!(rows(&mut session).iter().any(|row| row.end == BranchEnd::Broken));
}

#[test]
fn going_back_in_the_browser_loses_nothing() {
    let mut session = Session::open("v=1&e=a4&p=21");
    let before = session.fragment();
    session.update(Action::StepThread(C));
    session.update(Action::LoadLink(before));
    assert_eq!(rows(&mut session).len(), 2);
    assert_eq!(rows(&mut session).iter().filter(|row| row.is_current).map(|row| row.id).collect::<Vec<_>>(), [0]);
}
