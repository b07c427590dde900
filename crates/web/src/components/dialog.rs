//! A modal dialog: the browser's own, so that focus stays in it and the page behind it is inert.

use super::Live;
use crate::icons::{self, icon};
use daxscope_session::Action;
use web_sys::HtmlDialogElement;
use yew::prelude::*;

/// What a dialog shows.
#[derive(Clone, PartialEq, Properties, Debug)]
pub struct Props {
    /// Its heading.
    pub title: AttrValue,
    /// Closes it.
    pub on: Callback<Action>,
    /// Its contents.
    pub children: Html,
    /// What stands below the contents.
    #[prop_or_default]
    pub foot: Html,
    /// The id of the box of its contents: another one where a panel may be open beside the dialog.
    #[prop_or("panel")]
    pub body: &'static str,
    /// An additional class.
    #[prop_or_default]
    pub class: &'static str,
}

/// A modal dialog.
#[component]
pub fn Dialog(props: &Props) -> Html {
    let node = use_node_ref();
    use_effect_with(node.clone(), |node| {
        if let Some(dialog) = node.cast::<HtmlDialogElement>() {
            let _ = dialog.show_modal();
        }
    });
    let close = props.on.reform(|_: MouseEvent| Action::Close);
    let cancel = props.on.reform(|event: Event| {
        event.prevent_default();
        Action::Close
    });
    // A click on the veil is a click on the dialog element itself, not on something in it.
    let on_veil = {
        let (on, node) = (props.on.clone(), node.clone());
        move |event: MouseEvent| {
            let dialog = node.cast::<HtmlDialogElement>().map(web_sys::EventTarget::from);
            if dialog.is_some() && event.target() == dialog {
                on.emit(Action::Close);
            }
        }
    };
    html! {
        <dialog ref={node} class={classes!("dialog", props.class)} aria-labelledby="dialog-title" oncancel={cancel}
            onclick={on_veil}>
            <div class="dialog-frame">
                <div class="dialog-head">
                    <h2 id="dialog-title">{ &props.title }</h2>
                    <button class="btn quiet icon" aria-label="Close" onclick={close}>{ icon(icons::CLOSE) }</button>
                </div>
                <div class="dialog-body" id={props.body} tabindex="-1">{ props.children.clone() }</div>
                <Live id="dialog-announcer" />
                if props.foot != Html::default() {
                    <div class="dialog-foot">{ props.foot.clone() }</div>
                }
            </div>
        </dialog>
    }
}
