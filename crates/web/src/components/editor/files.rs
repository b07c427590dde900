//! New, templates, files and drafts: a menu; and files that are dropped onto the page.

use crate::browser;
use crate::components::Menu;
use crate::icons::{self, icon};
use crate::importer;
use daxscope_session::editor::{EditorAction, MAX_DRAFTS, TEMPLATES};
use daxscope_session::import::is_recording;
use daxscope_session::received::MAX_RECEIVED_BYTES;
use daxscope_session::view::{DraftView, ScriptView};
use daxscope_session::{Action, Text};
use gloo_events::{EventListener, EventListenerOptions};
use std::rc::Rc;
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{ClipboardEvent, DragEvent, Element, File, HtmlInputElement, HtmlTextAreaElement};
use yew::prelude::*;

/// What is shown.
#[derive(Clone, PartialEq, Properties, Debug)]
pub(super) struct Props {
    /// Which drafts there are.
    pub script: Rc<ScriptView>,
    /// What was done.
    pub on: Callback<Action>,
}

/// The menu.
#[component]
pub(super) fn Files(props: &Props) -> Html {
    let Props { script, on } = props;
    let does = |action: EditorAction| on.reform(move |_: MouseEvent| Action::Editor(action.clone()));
    let choose = |_: MouseEvent| browser::press("script-file");
    let chosen = {
        let on = on.clone();
        Callback::from(move |event: Event| {
            let input: HtmlInputElement = event.target_unchecked_into();
            if let Some(file) = input.files().and_then(|files| files.get(0)) {
                read(file, on.clone());
            }
            input.set_value("");
        })
    };
    let mut templates = Vec::new();
    for template in TEMPLATES {
        templates
            .push(html! { <button onclick={does(EditorAction::Template(template.name))}>{ template.name }</button> });
    }
    html! {
        <>
            <Menu id="script-files" label={html! { { "File" } }} at_end=true>
                <button onclick={does(EditorAction::New)}>{ "New, empty" }</button>
                <button onclick={choose}>{ "Open a file…" }</button>
                <button onclick={does(EditorAction::Save)} aria-keyshortcuts="Control+S">{ "Save as a file" }</button>
                <h3>{ "Begin with" }</h3>
                { for templates }
                <h3>{ format!("Drafts (the last {MAX_DRAFTS} are kept in this browser)") }</h3>
                if script.drafts.is_empty() { <p class="row dim">{ "What you type is kept here." }</p> }
                { for script.drafts.iter().map(|it| draft(it, on)) }
            </Menu>
            <input type="file" id="script-file" accept=".dax,.txt,.json,.mmd,.svg,.png,.html,.eml,.trace,.log,.report,.gz,text/plain" hidden=true aria-label="A script, export, or trace to open" onchange={chosen} />
        </>
    }
}

fn draft(draft: &DraftView, on: &Callback<Action>) -> Html {
    let does = |action: fn(String) -> EditorAction| {
        let key = draft.key.to_string();
        on.reform(move |_: MouseEvent| Action::Editor(action(key.clone())))
    };
    html! {
        <div class="draft" key={draft.key.to_string()}>
            <button onclick={does(EditorAction::OpenDraft)} aria-current={draft.is_current.then_some("true")}>
                { &*draft.name }<span class="dim">{ begun(&draft.key) }</span>
            </button>
            <button class="forget" aria-label={format!("Delete the draft {}", draft.name)} onclick={does(EditorAction::ForgetDraft)}>
                { icon(icons::CLOSE) }
            </button>
        </div>
    }
}

/// When a draft was begun: its key is a time.
fn begun(key: &Text) -> String {
    let Some(time) = key.parse::<u64>().ok().filter(|&time| time > 0) else { return String::new() };
    let date = js_sys::Date::new(&(time as f64).into());
    let two = |number: u32| format!("{number:02}");
    format!(
        " {}-{}-{} {}:{}",
        date.get_full_year(),
        two(date.get_month() + 1),
        two(date.get_date()),
        two(date.get_hours()),
        two(date.get_minutes())
    )
}

/// Opens a file, whatever it is: a recording of a kernel is read elsewhere, piece by piece.
fn read(file: File, on: Callback<Action>) {
    spawn_local(async move {
        if importer::knows(&file).await {
            let name = file.name();
            importer::open(file.into(), name, &on);
        } else {
            read_whole(file, on);
        }
    });
}

/// Reads a file and gives it to the session: a script, or anything that daxscope has written.
fn read_whole(file: File, on: Callback<Action>) {
    let name = file.name();
    let does = move |action: EditorAction| on.emit(Action::Editor(action));
    if file.size() > MAX_RECEIVED_BYTES as f64 {
        let why = format!("{name} has {} bytes; at most {MAX_RECEIVED_BYTES} are read.", file.size() as u64);
        does(EditorAction::CannotOpen(why));
        return;
    }
    spawn_local(async move {
        let bytes = JsFuture::from(file.array_buffer()).await.ok();
        let Some(bytes) = bytes.map(|bytes| js_sys::Uint8Array::new(&bytes).to_vec()) else {
            return does(EditorAction::CannotOpen(format!("{name} could not be read.")));
        };
        does(EditorAction::File { name, bytes });
    });
}

/// What is dropped anywhere onto the page, or pasted, is opened.
pub fn listen_to_drops(on: Callback<Action>) -> [EventListener; 3] {
    let pasted = on.clone();
    let listen = |name: &'static str, act: Box<dyn Fn(&DragEvent)>| {
        let options = EventListenerOptions::enable_prevent_default();
        EventListener::new_with_options(&browser::window(), name, options, move |event| {
            if let Some(event) = event.dyn_ref::<DragEvent>() {
                act(event);
            }
        })
    };
    let is_file =
        |event: &DragEvent| event.data_transfer().is_some_and(|data| data.types().includes(&"Files".into(), 0));
    let over = move |event: &DragEvent| {
        if is_file(event) {
            event.prevent_default();
        }
    };
    let drop = move |event: &DragEvent| {
        let Some(files) = event.data_transfer().and_then(|data| data.files()) else { return };
        let Some(file) = files.get(0) else { return };
        event.prevent_default();
        match files.length() {
            1 => read(file, on.clone()),
            several => on.emit(Action::Tell(format!("{several} files were dropped, and none is opened: drop one."))),
        }
    };
    let options = EventListenerOptions::enable_prevent_default();
    let paste = EventListener::new_with_options(&browser::window(), "paste", options, move |event| {
        paste_of(event, &pasted);
    });
    [listen("dragover", Box::new(over)), listen("drop", Box::new(drop)), paste]
}

/// What is pasted outside of text fields is opened like a file; in the script, the session decides.
fn paste_of(event: &web_sys::Event, on: &Callback<Action>) {
    let data = event.dyn_ref::<ClipboardEvent>().and_then(ClipboardEvent::clipboard_data);
    let Some(text) = data.and_then(|data| data.get_data("text/plain").ok()).filter(|text| !text.is_empty()) else {
        return;
    };
    let target = event.target().and_then(|target| target.dyn_into::<Element>().ok());
    let place = match target.as_ref().map(|target| (target.id(), target.tag_name())) {
        Some((id, _)) if id == "script-text" => match selected() {
            Some(place) => Some(place),
            None => return,
        },
        Some((_, tag)) if tag == "INPUT" || tag == "TEXTAREA" => return,
        _ => None,
    };
    event.prevent_default();
    if place.is_none() && is_recording(text.as_bytes()) {
        return importer::open_text(&text, "what was pasted", on);
    }
    on.emit(Action::Editor(EditorAction::Paste { text, place }));
}

/// What is selected in the script, in bytes.
fn selected() -> Option<std::ops::Range<usize>> {
    let area: HtmlTextAreaElement = browser::element("script-text")?.dyn_into().ok()?;
    let text = area.value();
    let at = |place: Result<Option<u32>, _>| byte_of_unit(&text, place.ok().flatten()? as usize);
    Some(at(area.selection_start())?..at(area.selection_end())?)
}

/// The byte at which a UTF-16 unit of a text lies.
fn byte_of_unit(text: &str, unit: usize) -> Option<usize> {
    let mut units = 0;
    for (at, c) in text.char_indices() {
        if units >= unit {
            return Some(at);
        }
        units += c.len_utf16();
    }
    Some(text.len())
}
