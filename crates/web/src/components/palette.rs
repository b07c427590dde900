//! The command palette: everything that can be done, by typing a few letters of it.

use super::letter;
use crate::browser;
use daxscope_session::search::Kind;
use daxscope_session::theatre::TheatreAction;
use daxscope_session::until::Direction;
use daxscope_session::view::{GlossaryView, HeaderView, ThreadView};
use daxscope_session::{
    Action, ChallengeAction, Future, LearnAction, Panel, Part, SpeedChange, StepSize, Theme, UntilAction, WatchAction,
};
use std::rc::Rc;
use web_sys::{HtmlDialogElement, HtmlInputElement};
use yew::prelude::*;

/// What there is to choose from.
#[derive(Clone, PartialEq, Properties, Debug)]
pub struct Props {
    /// Exhibits and revisions.
    pub header: Rc<HeaderView>,
    /// The threads.
    pub threads: Rc<[ThreadView]>,
    /// The words of the glossary.
    pub glossary: Rc<GlossaryView>,
    /// What was done.
    pub on: Callback<Action>,
}

/// Commands in sight at once.
const SHOWN: usize = 12;

/// The palette: a text field with a list of commands.
#[component]
pub fn Palette(props: &Props) -> Html {
    let commands = use_memo(
        (props.header.clone(), props.threads.clone(), props.glossary.clone()),
        |(header, threads, glossary)| {
            let mut all = commands(header, threads);
            for term in &glossary.terms {
                let first = term.word.split(", ").next().unwrap_or_default().to_owned();
                all.push((format!("Glossary: {}", term.word), Action::ShowTerm(first)));
            }
            all
        },
    );
    let (query, chosen) = (use_state(String::new), use_state(|| 0_usize));
    let node = use_node_ref();
    use_effect_with(node.clone(), |node| {
        if let Some(dialog) = node.cast::<HtmlDialogElement>() {
            let _ = dialog.show_modal();
            browser::focus("palette-text");
        }
    });
    let found: Vec<&(String, Action)> = commands.iter().filter(|(name, _)| matches(name, &query)).take(SHOWN).collect();
    let at = (*chosen).min(found.len().saturating_sub(1));
    let type_in = {
        let (query, chosen) = (query.clone(), chosen.clone());
        Callback::from(move |event: InputEvent| {
            let input: HtmlInputElement = event.target_unchecked_into();
            query.set(input.value());
            chosen.set(0);
        })
    };
    let keys = {
        let (chosen, on, count) = (chosen.clone(), props.on.clone(), found.len());
        let action = found.get(at).map(|(_, action)| action.clone());
        Callback::from(move |event: KeyboardEvent| {
            match event.key().as_str() {
                "ArrowDown" => chosen.set((at + 1) % count.max(1)),
                "ArrowUp" => chosen.set((at + count.saturating_sub(1)) % count.max(1)),
                "Enter" => perform(&on, action.clone()),
                _ => return,
            }
            event.prevent_default();
        })
    };
    let cancel = props.on.reform(|event: Event| {
        event.prevent_default();
        Action::Close
    });
    html! {
        <dialog ref={node} class="dialog palette" aria-label="Commands" oncancel={cancel}>
            <input id="palette-text" type="text" role="combobox" aria-expanded="true" aria-controls="palette-list"
                aria-autocomplete="list" aria-activedescendant={(!found.is_empty()).then(|| option_id(at))}
                aria-label="Command" placeholder="Type a command, an exhibit or a kernel" value={(*query).clone()}
                oninput={type_in} onkeydown={keys} autocomplete="off" />
            <ul role="listbox" id="palette-list" aria-label="Commands">
                { for found.iter().enumerate().map(|(number, (name, action))| {
                    let (on, action) = (props.on.clone(), action.clone());
                    html! {
                        <li role="option" id={option_id(number)} aria-selected={(number == at).to_string()}
                            onclick={move |_: MouseEvent| perform(&on, Some(action.clone()))}>{ name }</li>
                    }
                }) }
            </ul>
            if found.is_empty() { <p class="empty-note" role="status">{ "No command has these letters." }</p> }
        </dialog>
    }
}

fn option_id(number: usize) -> String {
    format!("palette-{number}")
}

fn perform(on: &Callback<Action>, action: Option<Action>) {
    let Some(action) = action else { return };
    on.emit(Action::Close);
    on.emit(action);
}

/// Does each word of the query occur in the name?
fn matches(name: &str, query: &str) -> bool {
    let name = name.to_ascii_lowercase();
    query.to_ascii_lowercase().split_whitespace().all(|word| name.contains(word))
}

/// Every command with its name.
fn commands(header: &HeaderView, threads: &[ThreadView]) -> Vec<(String, Action)> {
    let mut all: Vec<(String, Action)> = [
        ("Step", Action::Forward),
        ("Step back", Action::Back),
        ("Play or pause", Action::TogglePlay),
        ("To the first step", Action::Home),
        ("To the last step", Action::End),
        ("Run until something breaks", Action::RunUntilViolation),
        ("Run until a condition holds", Action::OpenPanel(Panel::Until)),
        ("Run on until it holds again", Action::Until(UntilAction::Run(Direction::On))),
        ("Run to the chosen line of the listing", Action::Until(UntilAction::ToLine(Direction::On))),
        ("Run back to the chosen line of the listing", Action::Until(UntilAction::ToLine(Direction::Back))),
        ("Watch what is selected", Action::Watch(WatchAction::ToggleSelected)),
        ("Play faster", Action::ChangeSpeed(SpeedChange::Faster)),
        ("Play slower", Action::ChangeSpeed(SpeedChange::Slower)),
        ("Explore: search all interleavings", Action::OpenPanel(Panel::Explore)),
        ("Explore: start the search", Action::StartSearch(Kind::Search)),
        ("Explore: compare the reductions", Action::StartSearch(Kind::Reductions)),
        ("Explore: what is each lock for?", Action::StartSearch(Kind::Necessity)),
        ("Explore: cancel", Action::StopSearch),
        ("Explore: search theatre, a search move by move", Action::Theatre(TheatreAction::Open)),
        ("Explore: step through what was found", Action::StepThroughFound),
        ("Explore: copy the certificate", Action::CopyCertificate),
        ("Learn: lessons and challenges", Action::OpenPanel(Panel::Learn)),
        ("Learn: for teachers", Action::Learn(LearnAction::Teachers)),
        ("Learn: challenges", Action::Challenge(ChallengeAction::List)),
        ("Print", Action::Learn(LearnAction::Print)),
        ("Save as one file (HTML)", Action::SaveOneFile),
        ("Glossary: all words", Action::ShowTerm(String::new())),
        ("Museum: all exhibits", Action::OpenPanel(Panel::Gallery)),
        ("Museum: let the machine find this bug", Action::FindInExhibit),
        ("Two kernels side by side", Action::OpenPanel(Panel::SideBySide)),
        ("Pull the plug here: what a power failure leaves", Action::OpenPanel(Panel::Crash)),
        ("Hide the future", Action::SetFuture(Future::Hidden)),
        ("Show the future", Action::SetFuture(Future::Shown)),
        ("Next violation", Action::NextViolation),
        ("Branches: everything that was tried", Action::OpenPanel(Panel::Branches)),
        ("Undo: back to the branch before", Action::UndoBranch),
        ("Redo: to the branch that was undone", Action::RedoBranch),
        ("Copy link", Action::CopyLink),
        ("Copy as a table for a mail", Action::CopyTable),
        ("Edit the script", Action::OpenPanel(Panel::Script)),
        ("Transcript", Action::OpenPanel(Panel::Transcript)),
        ("Story of the exhibit", Action::OpenPanel(Panel::Story)),
        ("Compare all kernels", Action::OpenPanel(Panel::Compare)),
        ("Export: link, mail, SVG, PNG, HTML, JSON", Action::OpenPanel(Panel::Export)),
        ("A trace of a real kernel: why did 2 MiB faults fall back?", Action::OpenPanel(Panel::Import)),
        ("Help and keys", Action::OpenPanel(Panel::Help)),
        ("Step size: by point, as recordings step", Action::SetStepSize(StepSize::Point)),
        ("Step size: by operation, one change and the reads behind it", Action::SetStepSize(StepSize::Operation)),
        ("Step size: by section, as searches step", Action::SetStepSize(StepSize::Section)),
        ("Step size: by atom, each operation alone", Action::SetStepSize(StepSize::Atom)),
        ("Presenter mode", Action::TogglePresenter),
        ("Presenter mode: blank the screen", Action::ToggleBlank),
        ("Colours: light", Action::SetTheme(Theme::Light)),
        ("Colours: dark", Action::SetTheme(Theme::Dark)),
        ("Colours: as the system", Action::SetTheme(Theme::System)),
    ]
    .map(|(name, action)| (name.to_owned(), action))
    .into();
    for (id, title) in daxscope_session::lesson_titles() {
        all.push((format!("Lesson: {title}"), Action::Learn(LearnAction::Open(id.clone(), 1))));
        all.push((format!("Handout, to print: {title}"), Action::Learn(LearnAction::Handout(id, false))));
    }
    for (part, _, name) in Part::ALL {
        let verb = if header.parts.has(part) { "Put away" } else { "Show" };
        all.push((format!("{verb}: {name}"), Action::TogglePart(part)));
    }
    for thread in threads.iter().filter(|thread| thread.can_step) {
        all.push((format!("Step thread {}", letter(thread.id)), Action::StepThread(thread.id)));
        all.push((
            format!("Run thread {} until it blocks", letter(thread.id)),
            Action::RunThreadUntilBlocked(thread.id),
        ));
    }
    all.extend(header.exhibits.iter().map(|exhibit| {
        (
            format!("Exhibit {}: {}", exhibit.id.to_ascii_uppercase(), exhibit.title),
            Action::LoadExhibit(exhibit.id.to_string()),
        )
    }));
    all.extend(
        header.revisions.iter().map(|revision| {
            (format!("Kernel {}", revision.name), Action::SetRevision(Some(revision.name.to_string())))
        }),
    );
    all
}
