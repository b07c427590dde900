//! Everything that leaves the page.

use super::Dialog;
use crate::browser;
use crate::export::{self, Picture};
use daxscope_session::view::ExportView;
use daxscope_session::{Action, Reach};
use std::rc::Rc;
use yew::prelude::*;

/// What is shown.
#[derive(Clone, PartialEq, Properties, Debug)]
pub struct Props {
    /// What runs, and where links lead.
    pub view: Rc<ExportView>,
    /// What was done.
    pub on: Callback<Action>,
}

/// The list of exports.
#[component]
pub fn ExportDialog(props: &Props) -> Html {
    let item = |name: &'static str, about: &'static str, action: Action| {
        row(name, about, props.on.reform(move |_: MouseEvent| action.clone()))
    };
    let picture = |name: &'static str, about: &'static str, picture: Picture, save: fn(Picture, &ExportView)| {
        let view = props.view.clone();
        row(name, about, Callback::from(move |_: MouseEvent| save(picture, &view)))
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
            <LinkHome view={props.view.clone()} on={props.on.clone()} />
            <p class="dim">{ "Every text and picture below carries its run: dropped on this page, pasted into it, or given to " }
                <code>{ "daxscope run" }</code>{ ", it opens again." }</p>
            <ul class="exports">
                { item("Copy link", "The address with scenario, kernel, schedule and position.", Action::CopyLink) }
                { item("Copy script", "The scenario as it runs: kernel, every step made, position.", Action::CopyScript) }
                { item("Copy table", "For a mail, 78 columns: threads, link, every step, script.", Action::CopyTable) }
                { item("Copy short table", "The same with only the steps that matter.", Action::CopyShortTable) }
                { item("Copy diagram", "For a commit message, 72 columns: CPUs, nested calls, results, script.", Action::CopyCommit) }
                { item("Save table", "The table as a text file.", Action::ExportTable) }
                { item("Save short table", "The short table as a text file.", Action::ExportShortTable) }
                { item("Save diagram", "The diagram as a text file.", Action::ExportCommit) }
                { item("Save as one file", "The whole page with this run in one HTML file, which opens anywhere.", Action::SaveOneFile) }
                { item("Save JSON", "The run, step by step, with a version number.", Action::ExportJson) }
                { item("Save Mermaid", "A sequence diagram for documents.", Action::ExportMermaid) }
                { picture("Save tree as SVG", "The picture of the tree.", Picture::Tree, export::save_svg) }
                { picture("Save tree as PNG", "The same in pixels, twice as large.", Picture::Tree, export::save_png) }
                { picture("Save timeline as SVG", "The lanes of the threads, with their names.", Picture::Timeline, export::save_svg) }
                { picture("Save timeline as PNG", "The same in pixels, twice as large.", Picture::Timeline, export::save_png) }
                { row("Print", "The state on screen, in black on white.", print) }
            </ul>
        </Dialog>
    }
}

fn row(name: &'static str, about: &'static str, press: Callback<MouseEvent>) -> Html {
    html! { <li><button class="btn" onclick={press}>{ name }</button><span class="dim">{ about }</span></li> }
}

/// Where links lead: said where not everybody could open them, and can be set.
#[component]
fn LinkHome(props: &Props) -> Html {
    let Props { view, on } = props;
    let field = use_node_ref();
    let set = {
        let (on, field) = (on.clone(), field.clone());
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            if let Some(input) = field.cast::<web_sys::HtmlInputElement>() {
                on.emit(Action::SetBase(input.value()));
            }
        })
    };
    let warning = match view.reach {
        Reach::Everybody => None,
        Reach::ThisMachine => {
            Some("Links of this page open only on this machine. Set the address of a public page here, once.")
        }
        Reach::Nobody if view.knows_page => {
            Some("This page is a file, so it has no address for links. Set the address of a public page here, once.")
        }
        Reach::Nobody => None,
    };
    html! {
        <form class="link-home" onsubmit={set}>
            if let Some(warning) = warning { <p class="link-warning" role="note">{ warning }</p> }
            <label for="link-base">{ "Links lead to" }</label>
            <input id="link-base" type="text" inputmode="url" ref={field} value={view.base.to_string()} placeholder="this page"
                autocomplete="off" spellcheck="false" />
            <button class="btn">{ "Set" }</button>
        </form>
    }
}
