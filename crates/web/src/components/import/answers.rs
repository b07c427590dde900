//! The answers: why 2 MiB faults fell back, what may be lost, and what is to be known about the trace.

use super::line_button;
use crate::icons::{self, icon};
use daxscope_session::Action;
use daxscope_session::import::{Reason, Suspect, TraceReport};
use yew::prelude::*;

/// What everybody asks first.
pub(super) fn first(trace: &TraceReport, on: &Callback<Action>) -> Html {
    html! {
        <>
            <section aria-labelledby="rec-why" class="rec-why">
                <h3 id="rec-why">{ "Why did 2 MiB faults fall back?" }</h3>
                <p class="rec-headline">{ trace.headline.clone() }</p>
                if !trace.contradiction.is_empty() {
                    <p class="rec-problem">{ icon(icons::WARNING) }<span>{ trace.contradiction.clone() }</span></p>
                }
                { reasons(&trace.reasons, on) }
                { not_asked(trace) }
            </section>
            { suspects(trace, on) }
            { totals(trace) }
        </>
    }
}

fn reasons(reasons: &[Reason], on: &Callback<Action>) -> Html {
    let mut cards = Vec::new();
    for reason in reasons {
        let ranges = if reason.ranges == 1 { "in 1 range".to_owned() } else { format!("in {} ranges", reason.ranges) };
        let helps = if reason.name.is_empty() {
            Html::default()
        } else {
            html! { <strong>{ "What helps: " }</strong> }
        };
        cards.push(html! {
            <li class={classes!("rec-reason", reason.name.is_empty().then_some("unknown"))}>
                <p class="rec-count"><strong>{ format!("{} ×", reason.count) }</strong><span class="dim">{ ranges }</span></p>
                <div>
                    <p class="rec-label">
                        <strong>{ reason.label.clone() }</strong>
                        { certainty(reason) }
                    </p>
                    <p>{ reason.because.clone() }</p>
                    <p>{ helps }{ reason.remedy.clone() }</p>
                    <p class="dim">
                        { "First: " }{ reason.who.clone() }{ ", " }
                        { line_button(reason.line, format!("line {}", reason.line), on) }
                    </p>
                </div>
            </li>
        });
    }
    if cards.is_empty() {
        Html::default()
    } else {
        html! { <ol class="rec-reasons">{ for cards }</ol> }
    }
}

/// How a reason is known, with what that word means.
fn certainty(reason: &Reason) -> Html {
    let (class, means) = match reason.certainty.as_str() {
        "recomputed" => ("good", "it follows from the numbers of the event"),
        "seen" => ("good", "a kprobe or an event of its own shows it"),
        "likely" => ("warn", "it fits what came before"),
        _ => ("warn", "nothing shows it"),
    };
    html! {
        <>
            <span class={classes!("chip", class)} title={means}>{ reason.certainty.clone() }</span>
            if !reason.name.is_empty() { <code class="dim" title="The word for it in scripts">{ reason.name.clone() }</code> }
        </>
    }
}

fn not_asked(trace: &TraceReport) -> Html {
    if trace.not_asked.is_empty() {
        return Html::default();
    }
    html! {
        <div class="rec-unasked">
            <h4>{ "2 MiB were not even asked for" }</h4>
            <ul>{ for trace.not_asked.iter().map(|sentence| html! { <li>{ sentence.clone() }</li> }) }</ul>
        </div>
    }
}

fn suspects(trace: &TraceReport, on: &Callback<Action>) -> Html {
    let count = trace.suspects.len() as u64 + trace.more_suspects;
    if count == 0 && trace.asides.is_empty() {
        return Html::default();
    }
    let mut cards = Vec::new();
    for suspect in &trace.suspects {
        cards.push(card(suspect, on));
    }
    let title = if count == 1 { "1 suspect".to_owned() } else { format!("{count} suspects") };
    html! {
        <section aria-labelledby="rec-suspects" class="rec-suspects">
            <h3 id="rec-suspects">{ icon(icons::WARNING) }{ format!("{title}: data that may be lost") }</h3>
            <p class="dim">{ "What speaks for a loss. It is no proof." }</p>
            <ul class="rec-cards">{ for cards }</ul>
            if trace.more_suspects > 0 { <p>{ format!("and {} more: `daxscope import --all` shows them.", trace.more_suspects) }</p> }
            if !trace.asides.is_empty() {
                <ul>{ for trace.asides.iter().map(|sentence| html! { <li>{ sentence.clone() }</li> }) }</ul>
            }
        </section>
    }
}

fn card(suspect: &Suspect, on: &Callback<Action>) -> Html {
    let mut lines = Vec::new();
    for (line, sentence) in &suspect.evidence {
        lines.push(html! { <li>{ line_button(*line, format!("line {line}"), on) }{ ": " }{ sentence.clone() }</li> });
    }
    html! {
        <li class="rec-suspect">
            <p class="rec-label"><strong>{ suspect.title.clone() }</strong><span class="chip warn">{ suspect.how.clone() }</span></p>
            <ol>{ for lines }</ol>
            if !suspect.note.is_empty() { <p class="dim">{ suspect.note.clone() }</p> }
        </li>
    }
}

/// Counts; what did not happen is left out.
fn totals(trace: &TraceReport) -> Html {
    let mut counts = Vec::new();
    for (name, count) in trace.totals.iter().filter(|(_, count)| *count > 0) {
        counts.push(html! { <div><dt>{ name.clone() }</dt><dd>{ count }</dd></div> });
    }
    html! { <dl class="counters rec-totals">{ for counts }</dl> }
}

/// What was read, which kernel it was, and what was not understood.
pub(super) fn about(trace: &TraceReport) -> Html {
    let because = if trace.because.is_empty() { String::new() } else { format!(", by {}", trace.because) };
    html! {
        <section aria-labelledby="rec-about" class="rec-about">
            <h3 id="rec-about">{ "The trace" }</h3>
            <p>{ trace.about.clone() }</p>
            <p>{ format!("Kernel: {}{because}.", trace.kernel) }</p>
            if !trace.warnings.is_empty() {
                <ul class="rec-warnings">{ for trace.warnings.iter().map(|sentence| html! { <li>{ sentence.clone() }</li> }) }</ul>
            }
            { strange(trace) }
        </section>
    }
}

fn strange(trace: &TraceReport) -> Html {
    if trace.not_understood == 0 {
        return html! { <p class="rec-good">{ icon(icons::CHECK) }{ "Every line was understood." }</p> };
    }
    let mut rows = Vec::new();
    for (line, text, why) in &trace.strange {
        rows.push(html! { <tr><th scope="row">{ line }</th><td class="mono">{ text.clone() }</td><td>{ why.clone() }</td></tr> });
    }
    let count = trace.not_understood;
    let what =
        if count == 1 { "1 line was not understood".to_owned() } else { format!("{count} lines were not understood") };
    let more = count - (trace.strange.len() as u64).min(count);
    html! {
        <div class="rec-strange">
            <h4>{ icon(icons::WARNING) }{ what }</h4>
            <div class="rec-table" tabindex="0" role="group" aria-label="Lines that were not understood">
                <table>
                    <thead><tr><th scope="col">{ "line" }</th><th scope="col">{ "begins with" }</th><th scope="col">{ "it is" }</th></tr></thead>
                    <tbody>{ for rows }</tbody>
                </table>
            </div>
            if more > 0 { <p>{ format!("and {more} more.") }</p> }
        </div>
    }
}
