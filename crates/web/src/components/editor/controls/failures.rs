//! Calls that fail.

use super::fields::{button, field, plain, remove, select};
use daxscope_session::editor::Edit;
use daxscope_session::view::{ControlsView, FailureControl};
use daxscope_session::{Errno, FailPoint, InjectedFailure, ThreadId};
use yew::prelude::*;

pub(super) fn failures(view: &ControlsView, edit: &Callback<Edit>) -> Html {
    let mut rows = Vec::new();
    for (index, it) in view.failures.iter().enumerate() {
        rows.push(failure(index, it, view, edit));
    }
    // The next call that none of the failures is about yet.
    let nth = view.failures.iter().map(|it| it.failure.nth).max().unwrap_or(0) + 1;
    let next = InjectedFailure { what: FailPoint::of(&view.kernel)[0], nth, errno: Errno::ENOMEM, thread: None };
    html! { <><ol class="operations">{ for rows }</ol>{ button("Add a failure", edit.reform(move |()| Edit::AddFailure(next))) }</> }
}

fn failure(index: usize, it: &FailureControl, view: &ControlsView, edit: &Callback<Edit>) -> Html {
    let was = it.failure;
    let label = |what: &str| format!("{what} of failure {}", index + 1);
    let set = |change: fn(InjectedFailure, String) -> InjectedFailure| {
        edit.reform(move |value: String| Edit::SetFailure(index, change(was, value)))
    };
    let mut calls = Vec::new();
    for what in FailPoint::of(&view.kernel) {
        calls.push(what.name());
    }
    let mut errors = Vec::new();
    for name in (1..200).filter_map(|number| Errno(number).name()) {
        errors.push(name);
    }
    let mut threads = vec![(String::new(), "any thread".to_owned())];
    for (at, thread) in view.threads.iter().enumerate() {
        threads.push((at.to_string(), format!("in {}", thread.letter)));
    }
    let call = set(|was, name| InjectedFailure { what: FailPoint::from_name(&name).unwrap_or(was.what), ..was });
    let nth =
        set(|was, nth| InjectedFailure { nth: nth.parse().ok().filter(|&nth| nth > 0).unwrap_or(was.nth), ..was });
    let thread = set(|was, at| InjectedFailure { thread: at.parse().ok().map(ThreadId), ..was });
    let errno = set(|was, name| InjectedFailure { errno: Errno::from_name(&name).unwrap_or(was.errno), ..was });
    let chosen = was.thread.map_or_else(String::new, |thread| thread.0.to_string());
    html! {
        <li key={index}>
            { select(&label("Call"), &plain(&calls), was.what.name(), call) }
            { field(&label("Number of the call"), &was.nth.to_string(), nth) }
            { select(&label("Thread"), &threads, &chosen, thread) }
            { select(&label("Error"), &plain(&errors), &it.errno, errno) }
            { remove(format!("Remove failure {}", index + 1), edit.reform(move |()| Edit::RemoveFailure(index))) }
        </li>
    }
}
