//! Everything that leaves the page.

use super::Dialog;
use crate::browser;
use crate::export::{self, Picture};
use daxscope_session::Action;
use yew::prelude::*;

/// What was done.
#[derive(Clone, PartialEq, Properties, Debug)]
pub struct Props {
    /// What runs: files are named after it.
    pub title: daxscope_session::view::Text,
    /// What was done.
    pub on: Callback<Action>,
}

/// The list of exports.
#[component]
pub fn ExportDialog(props: &Props) -> Html {
    let item = |name: &'static str, about: &'static str, action: Action| {
        row(name, about, props.on.reform(move |_: MouseEvent| action.clone()))
    };
    let picture = |name: &'static str, about: &'static str, picture: Picture, save: fn(Picture, &str)| {
        let title = props.title.clone();
        row(name, about, Callback::from(move |_: MouseEvent| save(picture, &title)))
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
                { item("Copy script", "The scenario as it runs: kernel, every step made, position.", Action::CopyScript) }
                { item("Copy table", "For a mail, 78 columns: threads, link, every step, script.", Action::CopyTable) }
                { item("Copy short table", "The same with only the steps that matter.", Action::CopyShortTable) }
                { item("Copy diagram", "For a commit message, 72 columns: CPUs, nested calls, results.", Action::CopyCommit) }
                { item("Save table", "The table as a text file.", Action::ExportTable) }
                { item("Save short table", "The short table as a text file.", Action::ExportShortTable) }
                { item("Save diagram", "The diagram as a text file.", Action::ExportCommit) }
                { item("Save as one file", "The whole page with this run in one HTML file, which opens anywhere.", Action::SaveOneFile) }
                { item("Save JSON", "The run, step by step, with a version number.", Action::ExportJson) }
                { item("Save Mermaid", "A sequence diagram for documents.", Action::ExportMermaid) }
                { picture("Save tree as SVG", "The picture of the tree.", Picture::Tree, export::save_svg) }
                { picture("Save tree as PNG", "The same in pixels, twice as large.", Picture::Tree, export::save_png) }
                { picture("Save timeline as SVG", "The lanes of the threads.", Picture::Timeline, export::save_svg) }
                { picture("Save timeline as PNG", "The same in pixels, twice as large.", Picture::Timeline, export::save_png) }
                { row("Print", "The state on screen, in black on white.", print) }
            </ul>
        </Dialog>
    }
}

fn row(name: &'static str, about: &'static str, press: Callback<MouseEvent>) -> Html {
    html! { <li><button class="btn" onclick={press}>{ name }</button><span class="dim">{ about }</span></li> }
}
