//! The script as controls: threads, processes, the file, the kernel, failures. Each control edits the text above it, and shows
//! what the text says.

mod failures;
mod fields;
mod kernel;
mod processes;
mod ruler;
mod threads;

use daxscope_session::Action;
use daxscope_session::editor::{Edit, EditorAction};
use daxscope_session::view::ControlsView;
use std::rc::Rc;
use yew::prelude::*;

/// What is shown.
#[derive(Clone, PartialEq, Properties, Debug)]
pub(super) struct Props {
    /// What there is.
    pub view: Rc<ControlsView>,
    /// What was done.
    pub on: Callback<Action>,
}

/// All controls, in sections that fold.
#[component]
pub(super) fn Controls(props: &Props) -> Html {
    let Props { view, on } = props;
    let edit = Callback::from({
        let on = on.clone();
        move |edit: Edit| on.emit(Action::Editor(EditorAction::Change(Box::new(edit))))
    });
    html! {
        <div class="controls" role="group" aria-label="The script as controls">
            { section("Threads", view.threads.len(), true, threads::threads(view, on, &edit)) }
            { section("File and extents", view.extents.len(), true, html! { <ruler::Ruler view={view.clone()} edit={edit.clone()} /> }) }
            { section("Kernel", view.changes.len(), false, kernel::kernel(view, &edit)) }
            { section("Processes", view.processes.len(), false, processes::processes(view, &edit)) }
            { section("Failures", view.failures.len(), false, failures::failures(view, &edit)) }
        </div>
    }
}

fn section(title: &'static str, count: usize, open: bool, inside: Html) -> Html {
    let count = if count == 0 { String::new() } else { count.to_string() };
    html! {
        <details {open}>
            <summary>{ title }<span class="dim">{ format!(" {count}") }</span></summary>
            <div class="inside">{ inside }</div>
        </details>
    }
}
