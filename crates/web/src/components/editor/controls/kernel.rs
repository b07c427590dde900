//! The kernel: preset, switches, and what the file system has.

use super::fields::{plain, remove, select};
use daxscope_session::editor::{Edit, Flag};
use daxscope_session::view::{ControlsView, presets, switches};
use web_sys::HtmlInputElement;
use yew::prelude::*;

pub(super) fn kernel(view: &ControlsView, edit: &Callback<Edit>) -> Html {
    let mut changes = Vec::new();
    for (name, value) in view.changes.iter() {
        changes.push(change(view, name, value, edit));
    }
    let mut more = vec![(String::new(), "Change a switch…".to_owned())];
    for (name, values, about) in switches(&view.kernel) {
        for value in values {
            more.push((format!("{name}={value}"), format!("{name}={value} ({about})")));
        }
    }
    let add = edit.reform(|word: String| {
        let (name, value) = word.split_once('=').unwrap_or_default();
        Edit::Switch(name.into(), value.into())
    });
    html! {
        <>
            <div class="row">
                <label class="pair">{ "Kernel " }{ select("Kernel", &plain(&presets()), &view.preset, edit.reform(Edit::Preset)) }</label>
                { flag("file-system lock", view.fs_lock, Flag::FsLock, edit) }
                { flag("journal", view.journal, Flag::Journal, edit) }
                { flag("XFS", view.xfs, Flag::Xfs, edit) }
            </div>
            <ul class="operations">{ for changes }</ul>
            { select("Change a switch of the kernel", &more, "", add) }
        </>
    }
}

fn change(view: &ControlsView, name: &str, value: &str, edit: &Callback<Edit>) -> Html {
    let known = switches(&view.kernel).into_iter().find(|(known, ..)| *known == name);
    let Some((name, values, about)) = known else { return Html::default() };
    let set = edit.reform(move |value: String| Edit::Switch(name.into(), value));
    // Away from the setting that it has: one of the others is the preset's.
    let other = values.iter().find(|other| **other != value).copied().unwrap_or_default();
    html! {
        <li key={name}>
            <code>{ name }</code>{ select(about, &plain(values), value, set) }
            { remove(format!("Set {name} to {other}"), edit.reform(move |()| Edit::Switch(name.into(), other.into()))) }
        </li>
    }
}

fn flag(name: &'static str, on: bool, flag: Flag, edit: &Callback<Edit>) -> Html {
    let set =
        edit.reform(move |event: Event| Edit::Flag(flag, event.target_unchecked_into::<HtmlInputElement>().checked()));
    html! { <label class="pair"><input type="checkbox" checked={on} onchange={set} />{ name }</label> }
}
