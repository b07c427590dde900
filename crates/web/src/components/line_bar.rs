//! Under the listing: runs to the line that is chosen in it.

use crate::icons::{self, icon};
use daxscope_session::until::{Direction, Line, Moment};
use daxscope_session::{Action, ThreadId, UntilAction};
use web_sys::HtmlSelectElement;
use yew::prelude::*;

/// What is shown.
#[derive(Clone, PartialEq, Properties, Debug)]
pub struct Props {
    /// The line.
    pub line: Line,
    /// How many threads there are.
    pub threads: u8,
    /// What was done.
    pub on: Callback<Action>,
}

/// The bar.
#[component]
pub fn LineBar(props: &Props) -> Html {
    let Props { line, threads, on } = props;
    let name = format!("{}:{}", line.file, line.number);
    let whose = on.reform(|event: Event| {
        let list: HtmlSelectElement = event.target_unchecked_into();
        Action::Until(UntilAction::MarkThread(list.value().parse().ok().map(ThreadId)))
    });
    let side = on.reform(|event: Event| {
        let list: HtmlSelectElement = event.target_unchecked_into();
        let moment = if list.value() == "after" { Moment::After } else { Moment::Before };
        Action::Until(UntilAction::MarkMoment(moment))
    });
    let run = |direction: Direction| on.reform(move |_: MouseEvent| Action::Until(UntilAction::ToLine(direction)));
    let (file, number) = (line.file, line.number);
    let forget = on.reform(move |_: MouseEvent| Action::Until(UntilAction::Mark(file, number)));
    html! {
        <div class="line-bar" role="group" aria-label={format!("Run to line {name}")}>
            <span class="mono">{ name }</span>
            <select aria-label="Whose turn at the line" onchange={whose}>
                <option value="" selected={line.thread.is_none()}>{ "any thread" }</option>
                { for (0..*threads).map(|thread| html! {
                    <option value={thread.to_string()} selected={line.thread == Some(ThreadId(thread))}>
                        { ThreadId(thread).letter() }
                    </option>
                }) }
            </select>
            <select aria-label="Before or after the line" onchange={side}>
                <option value="before" selected={line.moment == Moment::Before}>{ "before it" }</option>
                <option value="after" selected={line.moment == Moment::After}>{ "after it" }</option>
            </select>
            <button class="btn small" onclick={run(Direction::Back)} title="Back to the line (Shift+Enter in the listing)">
                { icon(icons::BACK) }{ "Back to" }
            </button>
            <button class="btn small" onclick={run(Direction::On)} title="Run to the line (Enter in the listing)">
                { icon(icons::STEP) }{ "Run to" }
            </button>
            <button class="btn small icon quiet" aria-label="Forget the line" onclick={forget}>{ icon(icons::CLOSE) }</button>
        </div>
    }
}
