//! What the script expects of the run.

use crate::icons::{self, icon};
use daxscope_session::view::ExpectationView;
use std::rc::Rc;
use yew::prelude::*;

/// What is shown.
#[derive(Clone, PartialEq, Properties, Debug)]
pub struct Props {
    /// The `expect` lines.
    pub expectations: Rc<[ExpectationView]>,
}

/// The `expect` lines; nothing, if there are none.
#[component]
pub fn Expectations(props: &Props) -> Html {
    if props.expectations.is_empty() {
        return Html::default();
    }
    html! {
        <section class="panel expectations" aria-labelledby="expectations-title">
            <div class="panel-head">
                <h2 id="expectations-title">{ "Expected" }</h2>
                if props.expectations.iter().any(|one| one.is_met.is_none()) {
                    <span class="dim">{ "judged where nobody can run" }</span>
                }
            </div>
            <ul class="rows">{ for props.expectations.iter().map(row) }</ul>
        </section>
    }
}

fn row(one: &ExpectationView) -> Html {
    let (class, mark, says) = match one.is_met {
        Some(true) => ("good", Some(icons::CHECK), "so it is"),
        Some(false) => ("bad", Some(icons::WARNING), "not so"),
        None => ("", None, "open"),
    };
    html! {
        <li>
            <span class="mono">{ &*one.words }</span>
            <span class={classes!("chip", class)}>if let Some(mark) = mark { { icon(mark) } }{ says }</span>
            if !one.instead.is_empty() { <span class="note">{ &*one.instead }</span> }
        </li>
    }
}
