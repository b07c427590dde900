//! What lies over and beside the picture when somebody asks for it. Loaded then.

use crate::components::{
    BranchesPanel, CompareDialog, CrashDialog, ExplorePanel, ExportDialog, Gallery, GlossaryDialog, HelpDialog,
    ImportDialog, LearnPanel, Palette, PlugRow, ScriptPanel, Selection, SideBySideDialog, StoryPanel, TheatreDialog,
    TranscriptPanel, UntilDialog,
};
use daxscope_session::view::PlugView;
use daxscope_session::{Action, LATER, Later, Panel, View};
use std::rc::Rc;
use yew::prelude::*;

/// Draws a part of a view.
type Draw = fn(&View, &Callback<Action>) -> Html;

/// The functions of the panels.
#[derive(Debug)]
pub struct Panels {
    /// What the session needs for them.
    pub later: &'static Later,
    /// The long panel of the right column.
    pub side: Draw,
    /// The history of what is selected.
    pub selection: Draw,
    /// What lies over the page.
    pub overlay: Draw,
    /// The glossary, at the word that was asked for.
    pub glossary: Draw,
    /// The row of the lanes that says where the power fails.
    pub plug: fn(&Rc<PlugView>, &Callback<Action>) -> Html,
}

/// The panels. Only `chunks.rs` names this.
pub static PANELS: Panels = Panels { later: &LATER, side, selection, overlay, glossary, plug };

/// Is the panel one of the right column?
#[must_use]
pub fn is_beside(panel: Panel) -> bool {
    matches!(panel, Panel::Transcript | Panel::Story | Panel::Learn | Panel::Script | Panel::Explore | Panel::Branches)
}

fn side(view: &View, on: &Callback<Action>) -> Html {
    match (view.panel, &view.story) {
        (Panel::Transcript, _) => html! {
            <TranscriptPanel transcript={view.transcript.clone()} position={view.step.number} on={on.clone()} />
        },
        (Panel::Story, Some(story)) => html! { <StoryPanel story={story.clone()} on={on.clone()} /> },
        (Panel::Learn, _) => view.learn.clone().map_or_else(Html::default, |page| {
            html! { <LearnPanel page={page} challenges={view.challenges.clone()} on={on.clone()} /> }
        }),
        (Panel::Script, _) => html! { <ScriptPanel script={view.script.clone()} on={on.clone()} /> },
        (Panel::Branches, _) => html! { <BranchesPanel branches={view.branches.clone()} on={on.clone()} /> },
        (Panel::Explore, _) => html! { <ExplorePanel explore={view.explore.clone()} on={on.clone()} /> },
        _ => Html::default(),
    }
}

fn selection(view: &View, on: &Callback<Action>) -> Html {
    match &view.selection {
        Some(selection) => html! { <Selection selection={selection.clone()} on={on.clone()} /> },
        None => Html::default(),
    }
}

fn overlay(view: &View, on: &Callback<Action>) -> Html {
    match view.panel {
        Panel::Help => html! { <HelpDialog shortcuts={view.shortcuts} on={on.clone()} /> },
        Panel::Export => view.export.clone().map_or_else(Html::default, |export| {
            html! { <ExportDialog view={export} on={on.clone()} /> }
        }),
        Panel::Compare => {
            html! { <CompareDialog rows={view.compare.clone()} both_eras={view.both_eras.clone()} on={on.clone()} /> }
        }
        Panel::Gallery => {
            html! { <Gallery cards={view.gallery.clone()} glossary={view.glossary.clone()} on={on.clone()} /> }
        }
        Panel::Crash => view.crash.clone().map_or_else(Html::default, |crash| {
            html! { <CrashDialog view={crash} on={on.clone()} /> }
        }),
        Panel::Theatre => view.theatre.clone().map_or_else(Html::default, |theatre| {
            html! { <TheatreDialog view={theatre} on={on.clone()} /> }
        }),
        Panel::SideBySide => view.side_by_side.clone().map_or_else(Html::default, |runs| {
            html! { <SideBySideDialog view={runs} on={on.clone()} /> }
        }),
        Panel::Import => view.import.clone().map_or_else(Html::default, |import| {
            html! { <ImportDialog view={import} on={on.clone()} /> }
        }),
        Panel::Until => view.until.clone().map_or_else(Html::default, |until| {
            html! { <UntilDialog {until} on={on.clone()} /> }
        }),
        Panel::Palette => {
            html! { <Palette header={view.header.clone()} threads={view.threads.clone()} glossary={view.glossary.clone()}
            on={on.clone()} /> }
        }
        _ => Html::default(),
    }
}

fn glossary(view: &View, on: &Callback<Action>) -> Html {
    html! { <GlossaryDialog glossary={view.glossary.clone()} on={on.clone()} /> }
}

fn plug(view: &Rc<PlugView>, on: &Callback<Action>) -> Html {
    html! { <PlugRow view={view.clone()} on={on.clone()} /> }
}
