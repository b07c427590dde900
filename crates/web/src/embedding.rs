//! Talks to the page around this one, where this one is in a frame: docs/embedding.md lists the messages.

use crate::browser;
use daxscope_session::view::View;
use daxscope_session::{Action, Layout, ThreadId};
use gloo_events::EventListener;
use std::cell::RefCell;
use std::rc::Rc;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{MessageEvent, Window};
use yew::Callback;

/// The version of the messages.
const VERSION: f64 = 1.0;

/// The page around this one.
#[derive(Debug, Default)]
pub struct Host {
    /// The origin that last said something; nobody else is told anything.
    origin: RefCell<Option<String>>,
    /// What it was told last, or would have been.
    report: RefCell<Vec<(&'static str, JsValue)>>,
}

impl Host {
    /// Tells where the run stands, if that is news.
    pub fn report(&self, view: &View, fragment: &str) {
        if view.layout != Layout::Embedded {
            return;
        }
        let report = vec![
            ("at", (view.step.number as f64).into()),
            ("of", (view.step.total as f64).into()),
            ("sentence", (&*view.step.sentence).into()),
            ("link", fragment.into()),
            ("title", (&*view.header.title).into()),
            ("broken", (!view.alerts.is_empty()).into()),
        ];
        if *self.report.borrow() != report {
            self.report.replace(report);
            self.tell(&self.report.borrow());
        }
    }

    fn tell(&self, fields: &[(&'static str, JsValue)]) {
        let (Some(origin), Some(parent)) = (self.origin.borrow().clone(), parent()) else { return };
        let message = message(fields);
        // A file or a sandbox has no origin that could be named.
        let target = if origin == "null" { "*" } else { &*origin };
        let _ = parent.post_message(&message, target);
    }

    fn heard(&self, event: &MessageEvent, on: &Callback<Action>) {
        let data = event.data();
        let is_ours = field(&data, "daxscope").and_then(|version| version.as_f64()) == Some(VERSION);
        let is_parent = parent()
            .is_some_and(|parent| event.source().is_some_and(|source| js_sys::Object::is(&source, parent.as_ref())));
        if !is_ours || !is_parent {
            return;
        }
        self.origin.replace(Some(event.origin()));
        match actions(&data) {
            Some(actions) if actions.is_empty() => self.tell(&self.report.borrow()),
            Some(actions) => actions.into_iter().for_each(|action| on.emit(action)),
            None => {
                let problem = "There is no such message in version 1; docs/embedding.md lists them.";
                self.tell(&[("problem", problem.into())]);
            }
        }
    }
}

/// Listens to the page around this one; `None`: there is none.
pub fn listen(host: &Rc<Host>, on: Callback<Action>) -> Option<EventListener> {
    let around = parent()?;
    let host = Rc::clone(host);
    let listener = EventListener::new(&browser::window(), "message", move |event| {
        if let Some(event) = event.dyn_ref::<MessageEvent>() {
            host.heard(event, &on);
        }
    });
    let _ = around.post_message(&message(&[("ready", true.into())]), "*");
    Some(listener)
}

/// The window around this one.
fn parent() -> Option<Window> {
    let own = browser::window();
    own.parent().ok().flatten().filter(|parent| *parent != own)
}

fn message(fields: &[(&'static str, JsValue)]) -> JsValue {
    let object = js_sys::Object::new();
    let version = ("daxscope", JsValue::from_f64(VERSION));
    for (name, value) in [&version].into_iter().chain(fields) {
        let _ = js_sys::Reflect::set(&object, &(*name).into(), value);
    }
    object.into()
}

fn field(data: &JsValue, name: &str) -> Option<JsValue> {
    js_sys::Reflect::get(data, &name.into()).ok()
}

/// What a message asks for; `None`: nothing that is known, none: only an answer.
fn actions(data: &JsValue) -> Option<Vec<Action>> {
    let text = |name: &str| field(data, name)?.as_string();
    Some(match &*text("do")? {
        "hello" => Vec::new(),
        "step" => vec![match text("thread") {
            None => Action::Forward,
            Some(letter) => Action::StepThread(thread(&letter)?),
        }],
        "back" => vec![Action::Back],
        "go" => vec![Action::GoTo(field(data, "to")?.as_f64().filter(|to| *to >= 0.0)? as usize)],
        "link" => {
            let link = text("link")?;
            let fragment = link.split_once('#').map_or(&*link, |(_, fragment)| fragment);
            let is_said = fragment.split('&').any(|part| part == "mode=embedded");
            vec![Action::LoadLink(if is_said { fragment.into() } else { format!("{fragment}&mode=embedded") })]
        }
        "script" => vec![Action::EditScript(text("script")?), Action::RunScript],
        _ => return None,
    })
}

fn thread(letter: &str) -> Option<ThreadId> {
    match letter.as_bytes() {
        [letter @ b'A'..=b'I'] => Some(ThreadId(letter - b'A')),
        _ => None,
    }
}
