//! From the trace to the model: a script that does what happened, and whether the model does the same.

use super::{does, line_button};
use crate::icons::{self, icon};
use daxscope_session::Action;
use daxscope_session::import::{Fact, ImportAction, ImportView, ScenarioReport};
use yew::prelude::*;

pub(super) fn scenario(view: &ImportView, on: &Callback<Action>) -> Html {
    let is_busy = view.reading.is_some();
    let label = if view.scenario.is_some() { "Make it anew" } else { "Try it on the model" };
    let lift = does(on, ImportAction::Lift);
    let step = does(on, ImportAction::StepIt);
    html! {
        <section aria-labelledby="recorded-script" class="rec-section">
            <h3 id="recorded-script" tabindex="-1">{ "The same on the model" }</h3>
            <p>{ "What happened around the line that is shown, on its 2 MiB, becomes a script: the same faults, mappings and blocks. The page steps it, \
                  searches its interleavings and runs it on other kernels." }</p>
            if let Some(scenario) = &view.scenario { { outcome(scenario, on) } }
            <div class="rec-file">
                if view.scenario.is_some() {
                    <button class="btn primary" onclick={step}>{ icon(icons::STEP) }{ "Step through it" }</button>
                }
                <button class="btn" aria-disabled={is_busy.to_string()} onclick={lift}>{ label }</button>
            </div>
        </section>
    }
}

fn outcome(scenario: &ScenarioReport, on: &Callback<Action>) -> Html {
    let mut said = Vec::new();
    for line in scenario.verdict.lines() {
        said.push(html! { <p>{ line.to_owned() }</p> });
    }
    let mut differences = Vec::new();
    for (line, sentence) in &scenario.differences {
        differences
            .push(html! { <li>{ line_button(*line, format!("line {line}"), on) }{ ": " }{ sentence.clone() }</li> });
    }
    let class = if scenario.follows { "rec-follows" } else { "rec-differs" };
    html! {
        <div class={class}>
            { for said }
            if !differences.is_empty() { <ul>{ for differences }</ul> }
            if !scenario.lanes.is_empty() { <p class="dim">{ format!("Thread {}.", scenario.lanes.join(", ")) }</p> }
            <details class="rec-list">
                <summary>{ format!("What the script rests on ({})", scenario.facts.len()) }</summary>
                <ul>{ for scenario.facts.iter().map(|it| fact(it, on)) }</ul>
            </details>
        </div>
    }
}

fn fact(fact: &Fact, on: &Callback<Action>) -> Html {
    let line = fact.line.map(|line| html! { <>{ ", " }{ line_button(line, format!("line {line}"), on) }</> });
    html! { <li>{ fact.words.clone() }<span class="dim">{ format!(" ({}", fact.how) }{ for line }{ ")" }</span></li> }
}
