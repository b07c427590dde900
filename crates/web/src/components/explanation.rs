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
    let go = |step: usize| on.reform(move |_: MouseEvent| Action::GoToFound(step));
    html! {
        <div class="explanation">
            <h4>{ "Why it happens" }</h4>
            { list("Each context switch", "On this way, only one thread runs.", &explanation.switches, &go) }
            { list("The steps that matter", "", &explanation.key_steps, &go) }
            if !explanation.in_turn.is_empty() { <p>{ &*explanation.in_turn }</p> }
            if !explanation.story.is_empty() {
                <details><summary>{ "All of it in one paragraph" }</summary><p>{ &*explanation.story }</p></details>
            }
            if !explanation.script.is_empty() {
                <p>
                    { smaller(explanation) }
                    <button class="btn small" onclick={open}>{ "Open that scenario" }</button>
                </p>
            } else if !explanation.progress.is_empty() {
                <p class="dim explaining">{ &*explanation.progress }</p>
            }
            <details>
                <summary>{ "How sure is that?" }</summary>
                <ul>{ for explanation.claims.iter().map(|claim| html! { <li>{ claim }</li> }) }</ul>
            </details>
        </div>
    }
}

/// What the smaller scenario does without.
fn smaller(explanation: &Explanation) -> String {
    let without = (!explanation.removed.is_empty()).then(|| format!("without {}", explanation.removed.join(", ")));
    let simpler = (!explanation.simpler.is_empty()).then(|| format!("with {}", explanation.simpler.join(", ")));
    let both: Vec<String> = without.into_iter().chain(simpler).collect();
    format!("It happens in a smaller scenario too: {}. ", both.join(" and "))
}

/// Sentences about steps.
fn list(
    title: &str,
    none: &'static str,
    sentences: &[(usize, String)],
    go: &dyn Fn(usize) -> Callback<MouseEvent>,
) -> Html {
    if sentences.is_empty() && none.is_empty() {
        return Html::default();
    }
    html! {
        <>
            <h4>{ title.to_owned() }</h4>
            if sentences.is_empty() { <p>{ none }</p> }
            <ul>
                { for sentences.iter().map(|(step, sentence)| html! {
                    <li><button class="link" onclick={go(*step)}>{ format!("step {step}") }</button>{ " " }{ sentence }</li>
                }) }
            </ul>
        </>
    }
}
