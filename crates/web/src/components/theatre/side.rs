//! What is searched, by which reductions, what that comes to, and the moves in words.

use super::{act, own_keys};
use crate::hooks::use_chosen;
use daxscope_session::Action;
use daxscope_session::search::REDUCTIONS;
use daxscope_session::theatre::{Drawn, SAMPLES, TheatreAction, TheatreView};
use std::rc::Rc;
use web_sys::{HtmlInputElement, HtmlSelectElement};
use yew::prelude::*;

/// What is shown.
#[derive(Clone, PartialEq, Properties, Debug)]
pub(super) struct Props {
    /// The theatre.
    pub(super) view: Rc<TheatreView>,
    /// What was done.
    pub(super) on: Callback<Action>,
}

/// The column beside the picture.
#[component]
pub(super) fn Side(props: &Props) -> Html {
    let Props { view, on } = props;
    let list = use_node_ref();
    use_chosen(&list, view.sample.map_or_else(String::new, |at| at.to_string()));
    let choose = on.reform(|event: Event| {
        let value = event.target_unchecked_into::<HtmlSelectElement>().value();
        Action::Theatre(TheatreAction::Choose(value.parse().ok()))
    });
    html! {
        <div class="theatre-side">
            <label class="theatre-script">
                <span>{ "What is searched" }</span>
                <select ref={list} onchange={choose} onkeydown={own_keys()}>
                    <option value="" selected={view.sample.is_none()}>{ "the script on screen" }</option>
                    { for SAMPLES.iter().enumerate().map(|(at, sample)| html! {
                        <option value={at.to_string()} selected={view.sample == Some(at)}>{ sample.name }</option>
                    }) }
                </select>
            </label>
            <p class="dim">{ format!("{}: {}", view.subject, view.about) }</p>
            { switches(view, on) }
            { tried(view, on) }
            if let Some(drawn) = &view.drawn {
                { moves(drawn, on) }
            }
        </div>
    }
}

fn switches(view: &TheatreView, on: &Callback<Action>) -> Html {
    let one = |(at, reduction): (usize, &'static daxscope_session::search::Reduction)| {
        let switch = on.reform(move |event: Event| {
            let is_on = event.target_unchecked_into::<HtmlInputElement>().checked();
            Action::Theatre(TheatreAction::Switch(at, is_on))
        });
        html! {
            <label title={reduction.about}>
                <input type="checkbox" checked={view.reductions[at]} onchange={switch} />{ reduction.name }
            </label>
        }
    };
    let deepest = on.reform(|event: Event| {
        let is_on = event.target_unchecked_into::<HtmlInputElement>().checked();
        Action::Theatre(TheatreAction::DeepestFirst(is_on))
    });
    html! {
        <fieldset class="theatre-switches">
            <legend>{ "Reductions" }</legend>
            { for REDUCTIONS.iter().enumerate().map(one) }
            <label title="Looks at the newest state first, and not at the oldest">
                <input type="checkbox" checked={view.deepest_first} onchange={deepest} />{ "deepest first" }
            </label>
        </fieldset>
    }
}

fn tried(view: &TheatreView, on: &Callback<Action>) -> Html {
    html! {
        <section aria-labelledby="theatre-tried">
            <div class="theatre-head">
                <h3 id="theatre-tried">{ "What that comes to" }</h3>
                if view.tried.len() > 1 {
                    <button class="btn small" onclick={act(on, TheatreAction::ForgetTried)}>{ "Clear" }</button>
                }
            </div>
            if let Some(problem) = &view.problem {
                <p role="status">{ &**problem }</p>
            }
            if view.tried.is_empty() {
                <p class="dim">{ if view.is_running { "The search is being made." } else { "No search was made yet." } }</p>
            } else {
                <table class="theatre-tried">
                    <thead><tr>
                        <th scope="col">{ "With" }</th><th scope="col" class="num">{ "States" }</th>
                        <th scope="col" class="num">{ "Steps" }</th><th scope="col">{ "Verdict" }</th>
                    </tr></thead>
                    <tbody>{ for view.tried.iter().map(|tried| html! {
                        <tr class={tried.is_shown.then_some("shown")} aria-current={tried.is_shown.then_some("true")}>
                            <th scope="row">{ &*tried.name }</th>
                            <td class="num">{ &*tried.states }</td><td class="num">{ &*tried.transitions }</td>
                            <td>{ &*tried.verdict }</td>
                        </tr>
                    }) }</tbody>
                </table>
            }
        </section>
    }
}

fn moves(drawn: &Rc<Drawn>, on: &Callback<Action>) -> Html {
    let follow = act(on, TheatreAction::Follow);
    let way = if drawn.way.is_empty() { "no step" } else { &*drawn.way };
    html! {
        <section aria-labelledby="theatre-moves">
            <h3 id="theatre-moves">{ "The last moves" }</h3>
            <ol class="theatre-moves">
                { for drawn.recent.iter().map(|(number, told)| html! {
                    <li value={number.to_string()} aria-current={(*number == drawn.at).then_some("step")}>{ &**told }</li>
                }) }
            </ol>
            <p class="dim">{ format!("The way to this state: {way}.") }</p>
            <div class="theatre-acts">
                <button class="btn small" onclick={follow}>{ "Step to it in the page" }</button>
                <button class="btn small" onclick={act(on, TheatreAction::ToggleText)} aria-expanded={drawn.all.is_some().to_string()}>
                    { if drawn.all.is_some() { "Hide the list" } else { "All moves as a list" } }
                </button>
            </div>
            if let Some(all) = &drawn.all {
                <AllMoves all={all.clone()} />
            }
        </section>
    }
}

/// What all moves are.
#[derive(Clone, PartialEq, Properties, Debug)]
struct AllProps {
    /// In words.
    all: Rc<[daxscope_session::Text]>,
}

/// Every move as text, drawn once.
#[component]
fn AllMoves(props: &AllProps) -> Html {
    html! {
        <ol class="theatre-moves all" tabindex="0" role="group" aria-label="All moves">{ for props.all.iter().map(|told| html! { <li>{ &**told }</li> }) }</ol>
    }
}
