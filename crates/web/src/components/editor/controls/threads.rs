//! Threads and what they do.

use super::fields::{button, field, plain, remove, select};
use crate::components::badge;
use daxscope_session::editor::{Edit, EditorAction};
use daxscope_session::view::{ControlsView, OperationControl, ThreadControl, operations};
use daxscope_session::{Action, ThreadId};
use yew::prelude::*;

pub(super) fn threads(view: &ControlsView, on: &Callback<Action>, edit: &Callback<Edit>) -> Html {
    let mut all = Vec::new();
    for (index, it) in view.threads.iter().enumerate() {
        all.push(thread(index, it, view, on, edit));
    }
    html! { <>{ for all }{ button("Add a thread", edit.reform(|()| Edit::AddThread(0))) }</> }
}

/// The processes, by their places.
pub(super) fn processes(view: &ControlsView) -> Vec<(String, String)> {
    let mut options = Vec::new();
    for (index, process) in view.processes.iter().enumerate() {
        options.push((index.to_string(), process.name.to_string()));
    }
    options
}

fn thread(index: usize, it: &ThreadControl, view: &ControlsView, on: &Callback<Action>, edit: &Callback<Edit>) -> Html {
    let letter = it.letter;
    let process = (view.processes.len() > 1).then(|| {
        let set = edit.reform(move |process: String| Edit::SetThreadProcess(index, process.parse().unwrap_or(0)));
        html! { <label class="pair">{ "in " }{ select(&format!("Process of thread {letter}"), &processes(view), &it.process.to_string(), set) }</label> }
    });
    let mut rows = Vec::new();
    for (at, operation) in it.operations.iter().enumerate() {
        rows.push(row(index, at, letter, operation, view, on, edit));
    }
    let write = |words: &'static str| {
        let action = EditorAction::Operation { thread: index, index: None, words: words.into(), via: None };
        on.reform(move |()| Action::Editor(action.clone()))
    };
    html! {
        <fieldset key={index}>
            <legend>{ badge(ThreadId(index as u8)) }<span class="visually-hidden">{ format!("Thread {letter}") }</span></legend>
            { for process }
            <ol class="operations">{ for rows }</ol>
            <div class="row">
                { button("Add a fault", write("read 2M at 0")) }
                { button("Add an operation", write("fsync")) }
                { remove(format!("Remove thread {letter}"), edit.reform(move |()| Edit::RemoveThread(index))) }
            </div>
        </fieldset>
    }
}

fn row(
    thread: usize,
    at: usize,
    letter: char,
    it: &OperationControl,
    view: &ControlsView,
    on: &Callback<Action>,
    edit: &Callback<Edit>,
) -> Html {
    let label = |what: &str| format!("{what} of operation {} of thread {letter}", at + 1);
    let write = |words: Box<dyn Fn(String) -> String>, via: Option<usize>| {
        on.reform(move |value: String| {
            let action = EditorAction::Operation { thread, index: Some(at), words: words(value), via };
            Action::Editor(action)
        })
    };
    let mut kinds = Vec::new();
    for &(keyword, _) in operations(&view.kernel) {
        kinds.push(keyword);
    }
    let known = operations(&view.kernel);
    let kind = write(Box::new(|keyword| with_keyword(known, &keyword)), it.via);
    let (sized, placed) = (it.clone(), it.clone());
    let size = write(Box::new(move |size| OperationControl { size: size.into(), ..sized.clone() }.words()), it.via);
    let place =
        write(Box::new(move |place| OperationControl { place: place.into(), ..placed.clone() }.words()), it.via);
    let is_munmap = &*it.keyword == "munmap";
    let via = (view.processes.len() > 1 && (is_munmap || !it.size.is_empty())).then(|| {
        let mut options = vec![(String::new(), "own process".to_owned())];
        options.extend(super::threads::processes(view));
        let words = it.words();
        let set = on.reform(move |value: String| {
            let (via, words) = (value.parse().ok(), words.clone());
            Action::Editor(EditorAction::Operation { thread, index: Some(at), words, via })
        });
        let chosen = it.via.map_or_else(String::new, |via| via.to_string());
        html! { <label class="pair">{ "via " }{ select(&label("Process"), &options, &chosen, set) }</label> }
    });
    html! {
        <li key={at}>
            { select(&label("Kind"), &plain(&kinds), &it.keyword, kind) }
            if !it.size.is_empty() { { select(&label("Size"), &plain(&["4K", "2M"]), &it.size, size) } }
            if !is_munmap { { field(&label("Place"), &it.place, place) } }
            { for via }
            { remove(format!("Remove operation {} of thread {letter}", at + 1), edit.reform(move |()| Edit::RemoveOperation(thread, at))) }
        </li>
    }
}

/// A line to begin with.
fn with_keyword(operations: &[(&str, &str)], keyword: &str) -> String {
    operations.iter().find(|(known, _)| *known == keyword).map_or_else(String::new, |(_, words)| (*words).to_owned())
}
