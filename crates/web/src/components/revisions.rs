//! The kernel revision: the same schedule runs on whichever is chosen.

use crate::hooks::use_chosen;
use daxscope_session::Action;
use daxscope_session::view::{HeaderView, RevisionGroup, RevisionItem};
use std::rc::Rc;
use web_sys::HtmlSelectElement;
use yew::prelude::*;

/// What is shown.
#[derive(Clone, PartialEq, Properties, Debug)]
pub struct Props {
    /// The head line.
    pub view: Rc<HeaderView>,
    /// What was done.
    pub on: Callback<Action>,
}

/// One list in groups: what the exhibit names, the series, the releases.
#[component]
pub fn Revisions(props: &Props) -> Html {
    let Props { view, on } = props;
    let list = use_node_ref();
    let by_pointer = use_mut_ref(|| false);
    let current = view.revisions.iter().position(|item| item.is_current);
    use_chosen(&list, current.map(|at| at.to_string()).unwrap_or_default());
    let choose = {
        let (view, by_pointer) = (view.clone(), by_pointer.clone());
        super::emit_if(on, move |event: Event| {
            let list: HtmlSelectElement = event.target_unchecked_into();
            let chosen = view.revisions.get(list.value().parse::<usize>().ok()?)?;
            // After a choice with the mouse the arrow keys should step the run again, not change the kernel.
            if by_pointer.take() {
                let _ = list.blur();
            }
            Some(Action::SetRevision(Some(chosen.name.to_string())))
        })
    };
    let pointed = {
        let by_pointer = by_pointer.clone();
        move |_: PointerEvent| *by_pointer.borrow_mut() = true
    };
    let typed = move |_: KeyboardEvent| *by_pointer.borrow_mut() = false;
    let about = current.and_then(|at| view.revisions.get(at)).map(|item| item.about.to_string());
    html! {
        <label class="kernel" title={about}>
            <span class="kernel-word">{ "Kernel" }</span>
            <select ref={list} id="kernel" onchange={choose} onpointerdown={pointed} onkeydown={typed}>
                { for RevisionGroup::ALL.map(|group| options(group, &view.revisions)) }
            </select>
            <span class="kernel-print">{ &*view.revision }</span>
        </label>
    }
}

fn options(group: RevisionGroup, items: &[RevisionItem]) -> Html {
    let mut options = Vec::new();
    for (at, item) in items.iter().enumerate() {
        if item.group == group {
            let words =
                if item.note.is_empty() { item.name.to_string() } else { format!("{}: {}", item.name, item.note) };
            options.push(html! {
                <option value={at.to_string()} selected={item.is_current} data-name={item.name.to_string()}
                    title={item.about.to_string()}>{ words }</option>
            });
        }
    }
    if options.is_empty() {
        Html::default()
    } else {
        html! { <optgroup label={group.title()}>{ for options }</optgroup> }
    }
}
