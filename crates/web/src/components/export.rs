//! Everything that leaves the page.

use super::Dialog;
use crate::{browser, export};
use daxscope_session::Action;
use yew::prelude::*;

/// What was done.
#[derive(Clone, PartialEq, Properties, Debug)]
pub struct Props {
    /// What was done.
    pub on: Callback<Action>,
}

/// The list of exports.
#[component]
pub fn ExportDialog(props: &Props) -> Html {
    let item = |name: &'static str, about: &'static str, action: Action| {
        row(name, about, props.on.reform(move |_: MouseEvent| action.clone()))
    };
    let print = {
        let on = props.on.clone();
        Callback::from(move |_: MouseEvent| {
            on.emit(Action::Close);
            gloo_timers::callback::Timeout::new(50, || {
                let _ = browser::window().print();
            })
            .forget();
        })
    };
    html! {
        <Dialog title="Export" on={props.on.clone()}>
            <ul class="exports">
                { item("Copy link", "The address with scenario, kernel, schedule and position.", Action::CopyLink) }
                { item("Copy table", "The run in 78 columns, one column per thread, for a mail.", Action::CopyTable) }
                { item("Save table", "The same as a text file.", Action::ExportTable) }
                { item("Copy script", "The scenario as it runs: kernel, every step made, position.", Action::CopyScript) }
                { item("Save JSON", "The run, step by step, with a version number.", Action::ExportJson) }
                { item("Save Mermaid", "A sequence diagram for documents.", Action::ExportMermaid) }
                { row("Save SVG", "The picture of the tree.", Callback::from(|_: MouseEvent| export::save_svg())) }
                { row("Save PNG", "The same in pixels, twice as large.", Callback::from(|_: MouseEvent| export::save_png())) }
                { row("Print", "The state on screen, in black on white.", print) }
            </ul>
        </Dialog>
    }
}

fn row(name: &'static str, about: &'static str, press: Callback<MouseEvent>) -> Html {
    html! { <li><button class="btn" onclick={press}>{ name }</button><span class="dim">{ about }</span></li> }
}
