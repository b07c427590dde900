//! The head line: what runs, on which kernel, and what else there is.

use super::{Menu, Revisions};
use crate::icons::{self, icon};
use daxscope_session::view::HeaderView;
use daxscope_session::{Action, Panel, Part, Parts, Theme};
use std::rc::Rc;
use yew::prelude::*;

/// The mark beside the name.
const ICON: &str = "static/icon.svg";

/// What the head line shows.
#[derive(Clone, PartialEq, Properties, Debug)]
pub struct Props {
    /// Menus.
    pub view: Rc<HeaderView>,
    /// The colours.
    pub theme: Theme,
    /// What was done.
    pub on: Callback<Action>,
}

/// The head line.
#[component]
pub fn Header(props: &Props) -> Html {
    let Props { view, theme, on } = props;
    let open = |panel: Panel| on.reform(move |_: MouseEvent| Action::OpenPanel(panel));
    let copy = on.reform(|_: MouseEvent| Action::CopyLink);
    html! {
        <header class="topbar">
            <h1 class="brand">
                <img src={crate::files::address(ICON).unwrap_or_default()} alt="" width="20" height="20" />
                <span class="brand-name">{ "daxscope" }</span>
            </h1>
            { exhibits(view, on) }
            <Revisions view={view.clone()} on={on.clone()} />
            <div class="tools">
                <button class="btn explore-open" onclick={open(Panel::Explore)} aria-keyshortcuts="e"
                    title="Let the machine search all interleavings (e)">
                    { icon(icons::EXPLORE) }<span class="tool-name">{ "Explore" }</span>
                </button>
                <button class="btn" onclick={open(Panel::Script)} title="Script (s)">
                    { icon(icons::SCRIPT) }<span class="tool-name">{ "Script" }</span>
                </button>
                <button class="btn" onclick={copy} title="Copy link">{ icon(icons::LINK) }<span class="tool-name">{ "Copy link" }</span></button>
                { theme_switch(*theme, on) }
                { more(view.parts, on) }
                <button class="btn icon" aria-label="Help and keys" aria-haspopup="dialog" aria-keyshortcuts="?"
                    onclick={open(Panel::Help)}>{ "?" }</button>
            </div>
        </header>
    }
}

fn exhibits(view: &HeaderView, on: &Callback<Action>) -> Html {
    let id = view.exhibit.as_ref().map(|id| html! { <span class="exhibit-id">{ id.to_ascii_uppercase() }</span> });
    let label = html! { <><span class="visually-hidden">{ "Exhibit: " }</span>{ id }{ " " }<span class="exhibit-title">{ &*view.title }</span></> };
    let open = on.reform(|_: MouseEvent| Action::OpenPanel(Panel::Gallery));
    html! {
        <div class="exhibit-wrap">
            <button class="btn" onclick={open} aria-haspopup="dialog" aria-keyshortcuts="g" title={format!("{}. All exhibits (g)", view.title)}>
                { label }{ icon(icons::DOWN) }
            </button>
        </div>
    }
}

fn theme_switch(theme: Theme, on: &Callback<Action>) -> Html {
    let (next, name) = match theme {
        Theme::System => (Theme::Light, "Colours: as the system. Switch to light"),
        Theme::Light => (Theme::Dark, "Colours: light. Switch to dark"),
        Theme::Dark => (Theme::System, "Colours: dark. Switch to the system's"),
    };
    let press = on.reform(move |_: MouseEvent| Action::SetTheme(next));
    html! { <button class="btn icon" title={name} aria-label={name} onclick={press}>{ icon(icons::THEME) }</button> }
}

fn more(parts: Parts, on: &Callback<Action>) -> Html {
    let item = |name: &'static str, action: Action| {
        let press = on.reform(move |_: MouseEvent| action.clone());
        html! { <li><button onclick={press}>{ name }</button></li> }
    };
    html! {
        <Menu id="more" label={html! { <>{ "More" }</> }} at_end=true>
            <ul>
                { item("Compare all kernels", Action::OpenPanel(Panel::Compare)) }
                { item("Pull the plug here… (x)", Action::OpenPanel(Panel::Crash)) }
                { item("Two kernels side by side", Action::OpenPanel(Panel::SideBySide)) }
                { item("All exhibits", Action::OpenPanel(Panel::Gallery)) }
                { item("Copy as a table for a mail", Action::CopyTable) }
                { item("Copy the script", Action::CopyScript) }
                { item("Export: picture, JSON, Mermaid, print…", Action::OpenPanel(Panel::Export)) }
                { item("A trace of a real kernel…", Action::OpenPanel(Panel::Import)) }
                { item("Hide or show the future (h)", Action::ToggleFuture) }
                { item("Run until something breaks", Action::RunUntilViolation) }
                { item("Run until… (u)", Action::OpenPanel(Panel::Until)) }
                { item("Presenter mode (Shift P)", Action::TogglePresenter) }
                { item("All commands… (Ctrl K)", Action::OpenPanel(Panel::Palette)) }
            </ul>
            <h3>{ "On screen" }</h3>
            <ul>{ for Part::ALL.iter().skip(1).map(|&(part, _, name)| {
                let press = on.reform(move |_: MouseEvent| Action::TogglePart(part));
                html! {
                    <li><button aria-pressed={parts.has(part).to_string()} onclick={press}>
                        <span class="tick" aria-hidden="true">{ if parts.has(part) { "✓" } else { "" } }</span>{ name }
                    </button></li>
                }
            }) }</ul>
        </Menu>
    }
}
