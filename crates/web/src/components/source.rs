//! The kernel function on screen: the program that runs, with a mark at each line where a thread stands.

use super::missing_text::missing_text;
use super::{mini_badge, thread_class};
use crate::browser;
use crate::highlight;
use daxscope_session::Action;
use daxscope_session::view::{SourceMark, SourceView};
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
    html! {
        <section class="panel grow source" aria-labelledby="source-title">
            <div class="panel-head">
                <h2 id="source-title">{ if source.function.is_empty() { "Code" } else { &*source.function } }</h2>
                if !source.file.is_empty() {
                    <span class="dim mono">{ place(source) }</span>
                }
            </div>
            <div class="scroll" ref={scroll} tabindex="0" role="group" aria-label="Source listing">
                <Listing source={source.clone()} on={props.on.clone()} />
            </div>
        </section>
    }
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
    let lines = (source.first_line..).zip(source.lines.iter()).map(|(number, text)| line(source, number, text));
    html! { <div class="listing" style={format!("--badges: {}", most_marks(source))}>{ for lines }</div> }
}

/// The most threads at one line: so much room has the gutter for their badges.
fn most_marks(source: &SourceView) -> usize {
    let on_line = |line: u32| source.marks.iter().filter(|mark| mark.line == line).count();
    source.marks.iter().map(|mark| on_line(mark.line)).max().unwrap_or(0).max(1)
}

fn line(source: &SourceView, number: u32, text: &'static str) -> Html {
    let marks: Vec<&SourceMark> = source.marks.iter().filter(|mark| mark.line == number).collect();
    let is_now = source.current_line == Some(number);
    let owner = if is_now { source.thread } else { marks.first().map(|mark| mark.thread) };
    let class = classes!(
        "ln",
        owner.map(thread_class),
        is_now.then_some("now"),
        (!is_now && !marks.is_empty()).then_some("here"),
        (source.performed_line == Some(number)).then_some("ran"),
    );
    let pieces = highlight::pieces(text).into_iter().map(|(kind, text)| match kind.class() {
        "" => html! { { text } },
        class => html! { <span {class}>{ text }</span> },
    });
    html! {
        <div {class} key={number} aria-current={is_now.then_some("step")}>
            <span class="no">
                { for marks.iter().map(|mark| mini_badge(mark.thread)) }
                { number }
            </span>
            <code>{ for pieces }</code>
        </div>
    }
}
