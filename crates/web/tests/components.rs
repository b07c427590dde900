//! Components by themselves: a view model in, elements and actions out.
#![cfg(target_arch = "wasm32")]

mod stage;

use daxscope_session::view::{ChangeArea, ChangeView, StepView, TimelineView, TranscriptRow, TranscriptView};
use daxscope_session::{Action, Object, Panel, Playback, Session, Speed, ThreadId};
use daxscope_web::components::{Changes, PmemPanel, Threads, TranscriptPanel, Transport, TreePanel};
use stage::Stage;
use std::cell::RefCell;
use std::rc::Rc;
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};
use yew::prelude::*;

wasm_bindgen_test_configure!(run_in_browser);

/// A callback, and what it was called with.
fn recorder() -> (Callback<Action>, Rc<RefCell<Vec<Action>>>) {
    let seen = Rc::new(RefCell::new(Vec::new()));
    let callback = Callback::from({
        let seen = seen.clone();
        move |action| seen.borrow_mut().push(action)
    });
    (callback, seen)
}

/// A4 after so many steps.
fn lost_wake_up(steps: usize) -> Session {
    let mut session = Session::open("v=1&e=a4");
    session.update(Action::GoTo(steps));
    session
}

fn step() -> StepView {
    let change = ChangeView {
        area: ChangeArea::Entry,
        object: Object::Slot(0x203),
        what: "entry 0x203".into(),
        before: "0x80062, locked by B".into(),
        after: "0x80062".into(),
    };
    StepView::clone(&lost_wake_up(1).view().step).with(change)
}

trait With {
    fn with(self, change: ChangeView) -> StepView;
}

impl With for StepView {
    fn with(self, change: ChangeView) -> StepView {
        StepView { changes: Rc::new([change]), can_forward: true, can_back: false, ..self }
    }
}

#[wasm_bindgen_test]
async fn a_change_shows_before_and_after_and_opens_its_history() {
    let (on, seen) = recorder();
    let stage = Stage::show(html! { <Changes step={Rc::new(step())} {on} /> }).await;
    assert_eq!(stage.text(".change .from"), "was 0x80062, locked by B");
    assert_eq!(stage.text(".change .to"), "is 0x80062");
    stage.click("li button").await;
    assert_eq!(*seen.borrow(), [Action::Select(Some(Object::Slot(0x203)))]);
}

#[wasm_bindgen_test]
async fn buttons_with_nothing_to_do_stay_in_reach_and_do_nothing() {
    let (on, seen) = recorder();
    let stage = Stage::show(html! {
        <Transport step={Rc::new(step())} playback={Playback::Paused} speed={Speed::Normal} timeline={Rc::new(TimelineView::default())} {on} />
    }).await;
    let back = "button[aria-label='Step back']";
    assert_eq!(stage.attribute(back, "aria-disabled").as_deref(), Some("true"));
    stage.click(back).await;
    assert!(seen.borrow().is_empty());
    stage.click("#step").await;
    assert_eq!(*seen.borrow(), [Action::Forward]);
}

#[wasm_bindgen_test]
async fn who_cannot_run_has_a_reason_and_no_button() {
    let (on, seen) = recorder();
    let mut session = lost_wake_up(0);
    session.update(Action::End);
    let threads = session.view().threads;
    let stage = Stage::show(html! { <Threads {threads} on={on.clone()} /> }).await;
    assert_eq!(stage.count("tbody tr"), 3);
    assert_eq!(stage.count("tbody button"), 0);
    assert!(stage.text(".lane-why.bad").contains("0x200"), "{}", stage.text(".lane-why.bad"));

    let threads = lost_wake_up(0).view().threads;
    let stage = Stage::show(html! { <Threads {threads} {on} /> }).await;
    stage.click("tbody tr:nth-child(2) .step").await;
    assert_eq!(*seen.borrow(), [Action::StepThread(ThreadId(1))]);
}

#[wasm_bindgen_test]
async fn the_tree_is_a_picture_and_a_list_for_the_keyboard() {
    let (on, seen) = recorder();
    let mut session = lost_wake_up(0);
    session.update(Action::End);
    let view = session.view();
    let stage =
        Stage::show(html! { <TreePanel tree={view.tree.clone()} step={view.step.clone()} selected={None} {on} /> })
            .await;
    let drawn = stage.count("#tree-svg .leaf");
    assert_eq!(drawn, view.tree.leaves.len());
    assert!(stage.attribute("#tree-svg", "aria-label").unwrap().len() > 10);
    assert_eq!(stage.count("[role=treeitem]"), 0, "the list is made when it is opened");
    stage.click(".outline summary").await;
    stage.until(|| stage.count("[role=treeitem]") > 0).await;
    let items = stage.count("[role=treeitem]");
    assert_eq!(items, view.tree.nodes.len() + view.tree.leaves.len() + view.tree.ghosts.len());
    assert_eq!(stage.count("[role=treeitem][tabindex='0']"), 1);
    stage.key_on("[role=treeitem]", "End").await;
    assert_eq!(stage.all("[role=treeitem]")[items - 1].get_attribute("tabindex").as_deref(), Some("0"));
    stage.key_on("[role=treeitem]", "Enter").await;
    assert_eq!(seen.borrow().len(), 1);
    session.update(Action::OpenPanel(Panel::Export));
    let export = session.view().export.expect("the list of exports is open");
    let svg =
        daxscope_web::export::as_svg(daxscope_web::export::Picture::Tree, &export).expect("the picture can be saved");
    assert!(svg.starts_with("<svg") && !svg.contains("var(--"), "{}", &svg[..200]);
    for said in ["Lost wake-up", "kernel v5, step 73 of 73", "The script of this run"] {
        assert!(svg.contains(said), "{said}");
    }
}

#[wasm_bindgen_test]
async fn why_a_range_cannot_be_huge_is_said_in_words() {
    let (on, _) = recorder();
    let pmem = lost_wake_up(0).view().pmem;
    let stage = Stage::show(html! { <PmemPanel {pmem} {on} /> }).await;
    assert!(stage.text(".reasons").contains("cannot be huge"), "{}", stage.text(".reasons"));
}

#[wasm_bindgen_test]
async fn of_ten_thousand_steps_only_those_in_sight_are_drawn() {
    let rows: Rc<[TranscriptRow]> = (1..=10_000)
        .map(|number| TranscriptRow {
            number,
            thread: ThreadId(0),
            sentence: format!("A makes step {number}.").into(),
            word: None,
            is_violation: false,
            is_failure: false,
        })
        .collect();
    let transcript = Rc::new(TranscriptView { rows, more: 0, query: "".into(), hits: Rc::new([]) });
    let (on, seen) = recorder();
    let stage = Stage::show(html! { <TranscriptPanel {transcript} position={2} {on} /> }).await;
    assert!(stage.count(".transcript li") < 100);
    assert_eq!(stage.count("[aria-current=step]"), 1);
    stage.click(".transcript li:nth-child(5) button").await;
    assert_eq!(*seen.borrow(), [Action::GoTo(5)]);
}
