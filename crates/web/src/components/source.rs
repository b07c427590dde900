//! The kernel function on screen: the program that runs, with a mark at each line where a thread stands.

use super::missing_text::missing_text;
use super::{LineBar, mini_badge, thread_class};
use crate::browser;
use crate::highlight;
use daxscope_session::until::Direction;
use daxscope_session::view::{SourceMark, SourceView};
use daxscope_session::{Action, UntilAction};
use std::rc::Rc;
use web_sys::Element;
use yew::prelude::*;

/// What is shown.
#[derive(Clone, PartialEq, Properties, Debug)]
pub struct Props {
    /// The function.
    pub source: Rc<SourceView>,
    /// What was done.
    pub on: Callback<Action>,
}

/// The listing, scrolled to the line that matters.
#[component]
pub fn SourcePanel(props: &Props) -> Html {
    let source = &props.source;
    let scroll = use_node_ref();
    let followed = (source.file, source.performed_line, source.current_line);
    use_effect_with(followed, {
        let scroll = scroll.clone();
        move |_| {
            let now = |container: &Element| container.query_selector(".now, .ran").ok().flatten();
            if let Some((container, line)) = scroll.cast::<Element>().and_then(|it| now(&it).map(|line| (it, line))) {
                browser::scroll_into_box(&container, &line);
            }
        }
    });
    let has_lines = source.missing.is_none() && !source.lines.is_empty();
    let chosen = chosen(source).filter(|_| has_lines);
    use_effect_with(chosen, {
        let scroll = scroll.clone();
        move |chosen| {
            let line = chosen.and_then(|number| browser::element(&line_id(number)));
            if let (Some(container), Some(line)) = (scroll.cast::<Element>(), line) {
                browser::scroll_into_box(&container, &line);
            }
        }
    });
    let keys = {
        let (source, on) = (source.clone(), props.on.clone());
        Callback::from(move |event: KeyboardEvent| {
            if let Some(action) = key_in_listing(&source, &event).filter(|_| has_lines) {
                event.prevent_default();
                on.emit(action);
            }
        })
    };
    html! {
        <section class="panel grow source" aria-labelledby="source-title">
            <div class="panel-head">
                <h2 id="source-title">{ if source.function.is_empty() { "Code" } else { &*source.function } }</h2>
                if !source.file.is_empty() {
                    <span class="dim mono">{ place(source) }</span>
                }
            </div>
            <div class="scroll" ref={scroll} tabindex="0" role={if has_lines { "listbox" } else { "group" }}
                aria-label="Source listing" aria-keyshortcuts="ArrowDown ArrowUp Enter Shift+Enter"
                aria-activedescendant={chosen.map(line_id)} onkeydown={keys}>
                <Listing source={source.clone()} on={props.on.clone()} />
            </div>
            if let Some(line) = source.chosen {
                <LineBar {line} threads={source.threads} on={props.on.clone()} />
            }
        </section>
    }
}

/// The chosen line, if it is one of these.
fn chosen(source: &SourceView) -> Option<u32> {
    let last = source.first_line + source.lines.len() as u32;
    let line = source.chosen.filter(|line| line.file == source.file)?;
    (source.first_line..last).contains(&line.number).then_some(line.number)
}

fn line_id(number: u32) -> String {
    format!("line-{number}")
}

/// Up and Down choose a line, Enter runs to it, and with Shift back to it.
fn key_in_listing(source: &SourceView, event: &KeyboardEvent) -> Option<Action> {
    if event.ctrl_key() || event.alt_key() || event.meta_key() {
        return None;
    }
    let chosen = chosen(source);
    let last = source.first_line + source.lines.len() as u32 - 1;
    let number = match (event.key().as_str(), chosen) {
        // The line may be one of another function, which was on screen before.
        ("Enter", _) if source.chosen.is_some() => {
            let direction = if event.shift_key() { Direction::Back } else { Direction::On };
            return Some(Action::Until(UntilAction::ToLine(direction)));
        }
        ("ArrowDown" | "ArrowUp", None) => source.current_line.or(source.performed_line).unwrap_or(source.first_line),
        ("ArrowDown", Some(number)) => (number + 1).min(last),
        ("ArrowUp", Some(number)) => number.saturating_sub(1).max(source.first_line),
        _ => return None,
    };
    (chosen != Some(number)).then_some(Action::Until(UntilAction::Mark(source.file, number)))
}

fn place(source: &SourceView) -> String {
    match source.current_line {
        Some(line) => format!("{}:{line}", source.file),
        None => source.file.to_owned(),
    }
}

#[component]
fn Listing(props: &Props) -> Html {
    let source = &props.source;
    if let Some(missing) = &source.missing {
        return missing_text(missing, &props.on);
    }
    if source.lines.is_empty() {
        return html! { <p class="empty-note">{ "No thread is inside a kernel function." }</p> };
    }
    let chosen = chosen(source);
    let lines = (source.first_line..)
        .zip(source.lines.iter())
        .map(|(number, text)| line(source, number, text, chosen == Some(number), &props.on));
    html! { <div class="listing" role="presentation" style={format!("--badges: {}", most_marks(source))}>{ for lines }</div> }
}

/// The most threads at one line: so much room has the gutter for their badges.
fn most_marks(source: &SourceView) -> usize {
    let on_line = |line: u32| source.marks.iter().filter(|mark| mark.line == line).count();
    source.marks.iter().map(|mark| on_line(mark.line)).max().unwrap_or(0).max(1)
}

fn line(source: &SourceView, number: u32, text: &'static str, is_chosen: bool, on: &Callback<Action>) -> Html {
    let marks: Vec<&SourceMark> = source.marks.iter().filter(|mark| mark.line == number).collect();
    let is_now = source.current_line == Some(number);
    let owner = if is_now { source.thread } else { marks.first().map(|mark| mark.thread) };
    let class = classes!(
        "ln",
        owner.map(thread_class),
        is_now.then_some("now"),
        (!is_now && !marks.is_empty()).then_some("here"),
        (source.performed_line == Some(number)).then_some("ran"),
        is_chosen.then_some("chosen"),
    );
    let file = source.file;
    let choose = on.reform(move |_: MouseEvent| Action::Until(UntilAction::Mark(file, number)));
    let pieces = highlight::pieces(text).into_iter().map(|(kind, text)| match kind.class() {
        "" => html! { { text } },
        class => html! { <span {class}>{ text }</span> },
    });
    html! {
        <div {class} key={number} id={line_id(number)} role="option" aria-selected={is_chosen.to_string()} onclick={choose}
            aria-current={is_now.then_some("step")}>
            <span class="no">
                { for marks.iter().map(|mark| mini_badge(mark.thread)) }
                { number }
            </span>
            <code>{ for pieces }</code>
        </div>
    }
}
