//! Pull the plug here: what is left at the step on screen, and at the steps beside it.

mod common;

use common::run;
use daxscope_session::view::Fate;
use daxscope_session::{Action, Panel};

const K2: &str = include_str!("../../museum/exhibits/k2/scenario.dax");

#[test]
fn the_panel_shows_the_loss_at_the_step_on_screen() {
    let mut session = run(K2);
    session.update(Action::End);
    assert!(session.view().crash.is_none(), "nobody has asked");
    session.update(Action::OpenPanel(Panel::Crash));
    let crash = session.view().crash.expect("a view");
    assert_eq!((crash.step, crash.total, crash.refused.as_deref(), &*crash.syncs), (38, 38, None, [38].as_slice()));
    assert_eq!(crash.rows.len(), 1);
    assert_eq!((&*crash.rows[0].pages, crash.rows[0].fate), ("0x3", Fate::Broken));
    assert!(crash.broken[0].contains("because B had it locked since step 35"), "{}", crash.broken[0]);
    session.update(Action::GoTo(37));
    let crash = session.view().crash.expect("a view");
    assert_eq!((crash.step, crash.rows[0].fate, crash.broken.len()), (37, Fate::Lost, 0));
    session.update(Action::GoTo(0));
    let crash = session.view().crash.expect("a view");
    assert!(crash.rows.is_empty() && crash.unpromised.is_empty());
    session.update(Action::Close);
    assert_eq!((session.view().panel, session.view().crash), (Panel::None, None));
}

/// What the future hides the panel does not tell either.
#[test]
fn a_hidden_future_stays_hidden() {
    let mut session = run(K2);
    session.update(Action::GoTo(20));
    session.update(Action::SetFuture(daxscope_session::Future::Hidden));
    session.update(Action::OpenPanel(Panel::Crash));
    let crash = session.view().crash.expect("a view");
    assert_eq!((crash.step, crash.syncs.len()), (20, 0), "the sync is still to come");
}
