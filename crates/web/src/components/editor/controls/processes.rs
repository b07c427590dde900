//! Processes and how they map the file.

use super::fields::{button, field, plain, remove, select};
use daxscope_session::Mapping;
use daxscope_session::editor::Edit;
use daxscope_session::view::{ControlsView, ProcessControl, pages_of};
use yew::prelude::*;

pub(super) fn processes(view: &ControlsView, edit: &Callback<Edit>) -> Html {
    let mut rows = Vec::new();
    for (index, it) in view.processes.iter().enumerate() {
        rows.push(process(index, it, edit));
    }
    let taken = |name: &str| view.processes.iter().any(|process| &*process.name == name);
    let free = ["P", "Q", "R", "S", "T", "U", "V", "W"].into_iter().find(|name| !taken(name)).unwrap_or("X");
    html! { <><ol class="operations">{ for rows }</ol>{ button("Add a process", edit.reform(move |()| Edit::AddProcess(free.into()))) }</> }
}

fn process(index: usize, it: &ProcessControl, edit: &Callback<Edit>) -> Html {
    let (name, mapping) = (it.name.clone(), it.mapping);
    let label = |what: &str| format!("{what} of process {name}");
    let set = |change: Box<dyn Fn(String) -> Mapping>| {
        edit.reform(move |value: String| Edit::SetMapping(index, change(value)))
    };
    let shared = set(Box::new(move |value| Mapping { shared: value == "shared", ..mapping }));
    let writable = set(Box::new(move |value| Mapping { writable: value == "rw", ..mapping }));
    // What is no range leaves the mapping as it is.
    let range = set(Box::new(move |value| {
        let ends = value.split_once("..").and_then(|(start, end)| Some((pages_of(start)?, pages_of(end)?)));
        match ends.filter(|(start, end)| start < end) {
            Some((start, end)) => Mapping { start, pages: end - start, ..mapping },
            None => mapping,
        }
    }));
    html! {
        <li key={index}>
            { field(&label("Name"), &it.name, edit.reform(move |name: String| Edit::RenameProcess(index, name))) }
            { field(&label("Range"), &it.range, range) }
            { select(&label("Sharing"), &plain(&["shared", "private"]), if mapping.shared { "shared" } else { "private" }, shared) }
            { select(&label("Access"), &plain(&["rw", "ro"]), if mapping.writable { "rw" } else { "ro" }, writable) }
            { remove(format!("Remove process {name}"), edit.reform(move |()| Edit::RemoveProcess(index))) }
        </li>
    }
}
