//! What a search says, with what was asked and found as a certificate.

use super::explanation::ExplanationText;
use crate::icons::{self, icon};
use daxscope_session::Action;
use daxscope_session::view::{CardView, Tone};
use std::rc::Rc;
use yew::prelude::*;

/// What is shown.
#[derive(Clone, PartialEq, Properties, Debug)]
pub struct Props {
    /// The verdict.
    pub card: Rc<CardView>,
    /// What was done.
    pub on: Callback<Action>,
}

/// The verdict.
#[component]
pub fn VerdictCard(props: &Props) -> Html {
    let Props { card, on } = props;
    let (class, picture) = match card.tone {
        Tone::Good => ("good", icons::CHECK),
        Tone::Bad => ("bad", icons::WARNING),
        Tone::Open => ("open", icons::PAUSE),
    };
    let step = on.reform(|_: MouseEvent| Action::StepThroughFound);
    let copy = on.reform(|_: MouseEvent| Action::CopyCertificate);
    html! {
        <section class={classes!("verdict", if card.stale.is_some() { "open" } else { class })} id="verdict" aria-labelledby="verdict-title">
            <h3 id="verdict-title">{ icon(picture) }{ &*card.headline }</h3>
            if let Some(stale) = &card.stale { <p><strong id="stale">{ &**stale }</strong></p> }
            <p>{ &*card.sentence }</p>
            if card.can_step {
                <button class="btn primary" onclick={step}>{ icon(icons::STEP) }{ "Step through it" }</button>
            }
            if let Some(explanation) = &card.explanation {
                <ExplanationText explanation={explanation.clone()} on={on.clone()} />
            }
            if !card.certificate.is_empty() {
                <details class="certificate">
                    <summary>{ "Certificate" }</summary>
                    <dl>
                        { for card.certificate.iter().map(|line| html! {
                            <div><dt>{ line.name }</dt><dd>{ &*line.value }</dd></div>
                        }) }
                    </dl>
                    <button class="btn small" onclick={copy}>{ "Copy the certificate" }</button>
                </details>
            }
        </section>
    }
}
