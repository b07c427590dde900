//! Why it happens: the way made as small as it can be, each of its context switches, and the steps that matter.

use daxscope_session::Action;
use daxscope_session::search::Explanation;
use std::rc::Rc;
use yew::prelude::*;

/// What is shown.
#[derive(Clone, PartialEq, Properties, Debug)]
pub struct Props {
    /// The explanation, or how far it is.
    pub explanation: Rc<Explanation>,
    /// What was done.
    pub on: Callback<Action>,
}

/// The explanation.
#[component]
pub fn ExplanationText(props: &Props) -> Html {
    let Props { explanation, on } = props;
    if explanation.way.is_none() {
        return html! { <p class="dim explaining">{ &*explanation.progress }</p> };
    }
    let open = on.reform(|_: MouseEvent| Action::OpenSmaller);
    html! {
        <div class="explanation">
            <h4>{ "Why it happens" }</h4>
            if !explanation.script.is_empty() {
                <p>
                    { smaller(explanation) }
                    <button class="btn small" onclick={open}>{ "Open that scenario" }</button>
                </p>
            }
            { list("Each context switch", "On this way, only one thread runs.", &explanation.switches) }
            { list("The steps that matter", "", &explanation.key_steps) }
            if !explanation.story.is_empty() {
                <details><summary>{ "All of it in one paragraph" }</summary><p>{ &*explanation.story }</p></details>
            }
            <details>
                <summary>{ "How sure is that?" }</summary>
                <ul>{ for explanation.claims.iter().map(|claim| html! { <li>{ claim }</li> }) }</ul>
            </details>
        </div>
    }
}

/// In which scenario the steps are counted and the pages numbered.
fn smaller(explanation: &Explanation) -> String {
    let without = (!explanation.removed.is_empty()).then(|| format!("without {}", explanation.removed.join(", ")));
    let simpler = (!explanation.simpler.is_empty()).then(|| format!("with simpler {}", explanation.simpler.join(", ")));
    let both: Vec<String> = without.into_iter().chain(simpler).collect();
    format!("It happens in a smaller scenario too, {}; this is told there. ", both.join(" and "))
}

/// Sentences about steps.
fn list(title: &str, none: &'static str, sentences: &[(usize, String)]) -> Html {
    if sentences.is_empty() && none.is_empty() {
        return Html::default();
    }
    html! {
        <>
            <h4>{ title.to_owned() }</h4>
            if sentences.is_empty() { <p>{ none }</p> }
            <ul>
                { for sentences.iter().map(|(step, sentence)| html! {
                    <li><span class="dim">{ format!("step {step} ") }</span>{ sentence }</li>
                }) }
            </ul>
        </>
    }
}
