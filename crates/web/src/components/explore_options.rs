//! What a search is asked, in plain words.

use daxscope_session::search::{Bounds, Options, Policy, REDUCTIONS};
use daxscope_session::{Action, FailPoint, Rule};
use std::rc::Rc;
use web_sys::{HtmlInputElement, HtmlSelectElement};
use yew::prelude::*;

/// What is shown.
#[derive(Clone, PartialEq, Properties, Debug)]
pub struct Props {
    /// What the next search is asked.
    pub options: Rc<Options>,
    /// The calls of the kernel that can fail.
    pub fail_points: Rc<[FailPoint]>,
    /// What was done.
    pub on: Callback<Action>,
}

/// Bounds that can be chosen.
const STATES: [usize; 5] = [10_000, 100_000, 1_000_000, 5_000_000, 20_000_000];
const FAILURES: [(u32, &str); 3] = [(0, "none"), (1, "one"), (Bounds::ANY_FAILURES, "any number")];
/// Orders that can be chosen. The seed is fixed, so that a random search can be repeated.
const ORDERS: [(Policy, &str); 5] = [
    (Policy::BreadthFirst, "shortest ways first"),
    (Policy::FewestSwitches, "fewest context switches first"),
    (Policy::DepthFirst, "deepest first"),
    (Policy::Random { seed: 1, runs: 20_000 }, "20,000 random runs (proves nothing)"),
    (Policy::Pct { seed: 1, runs: 20_000, changes: 3 }, "20,000 runs with random priorities (proves nothing)"),
];

/// The options. What is rarely changed is folded away.
#[component]
pub fn ExploreOptions(props: &Props) -> Html {
    let Props { options, fail_points, on } = props;
    html! {
        <div class="asked">
            { failures(options, fail_points, on) }
            { rules(options, on) }
            <details>
                <summary>{ "Bound, order and reductions" }</summary>
                { states(options, on) }
                { order(options, on) }
                { reductions(options, on) }
            </details>
        </div>
    }
}

/// An action that asks for the same with one thing changed.
fn ask(
    options: &Rc<Options>,
    on: &Callback<Action>,
    change: impl Fn(&mut Options, Event) + 'static,
) -> Callback<Event> {
    let options = Rc::clone(options);
    on.reform(move |event: Event| {
        let mut changed = Options::clone(&options);
        change(&mut changed, event);
        Action::AskFor(Box::new(changed))
    })
}

fn failures(options: &Rc<Options>, points: &[FailPoint], on: &Callback<Action>) -> Html {
    let chosen = options.bounds.failures;
    // An exhibit may ask for another number.
    let other = (!FAILURES.iter().any(|&(most, _)| most == chosen)).then(|| (chosen, format!("at most {chosen}")));
    let known = FAILURES.iter().map(|&(most, name)| (most, name.to_owned()));
    let items = known.chain(other).map(|(most, name)| {
        let choose = ask(options, on, move |options, _| options.bounds.failures = most);
        html! {
            <label>
                <input type="radio" name="failures" checked={chosen == most} onchange={choose} />{ name }
            </label>
        }
    });
    html! {
        <>
            <fieldset class="asked-row">
                <legend>{ "Calls that may fail" }</legend>
                <div class="seg">{ for items }</div>
            </fieldset>
            if chosen > 0 {
                <fieldset class="checks">
                    <legend class="visually-hidden">{ "Which calls may fail" }</legend>
                    { for points.iter().map(|&point| fail_point(point, options, on)) }
                </fieldset>
            }
        </>
    }
}

fn fail_point(point: FailPoint, options: &Rc<Options>, on: &Callback<Action>) -> Html {
    let is_on = options.bounds.fail_points.contains(&point);
    let switch = ask(options, on, move |options, _| {
        let points = &mut options.bounds.fail_points;
        match points.iter().position(|&known| known == point) {
            Some(at) => drop(points.remove(at)),
            None => points.push(point),
        }
    });
    html! {
        <label><input type="checkbox" checked={is_on} onchange={switch} /><code>{ point.name() }</code></label>
    }
}

fn rules(options: &Rc<Options>, on: &Callback<Action>) -> Html {
    let chosen = options.bounds.rules.first().copied();
    let choose = ask(options, on, |options, event| {
        options.bounds.rules = Rule::from_name(&value(event)).into_iter().collect();
    });
    html! {
        <label class="asked-row">
            <span>{ "Rules to look for" }</span>
            <select onchange={choose}>
                <option value="" selected={chosen.is_none()}>{ "any" }</option>
                { for Rule::ALL.into_iter().map(|rule| html! {
                    <option value={rule.name()} selected={chosen == Some(rule)}>{ rule.headline() }</option>
                }) }
            </select>
        </label>
    }
}

fn states(options: &Rc<Options>, on: &Callback<Action>) -> Html {
    let chosen = options.bounds.states;
    let choose = ask(options, on, |options, event| {
        options.bounds.states = value(event).parse().unwrap_or(options.bounds.states);
    });
    let other = (!STATES.contains(&chosen)).then_some(chosen);
    html! {
        <label class="asked-row">
            <span>{ "Most states" }</span>
            <select onchange={choose}>
                { for STATES.into_iter().chain(other).map(|most| html! {
                    <option value={most.to_string()} selected={chosen == most}>{ thousands(most) }</option>
                }) }
            </select>
        </label>
    }
}

fn thousands(number: usize) -> String {
    match number {
        millions if millions % 1_000_000 == 0 => format!("{} million", millions / 1_000_000),
        thousands if thousands % 1_000 == 0 => format!("{},000", thousands / 1_000),
        other => other.to_string(),
    }
}

fn order(options: &Rc<Options>, on: &Callback<Action>) -> Html {
    let choose = ask(options, on, |options, event| {
        let order = value(event).parse().ok().and_then(|at: usize| ORDERS.get(at));
        options.policy = order.map_or(options.policy, |&(policy, _)| policy);
    });
    html! {
        <label class="asked-row">
            <span>{ "Order" }</span>
            <select onchange={choose}>
                { for ORDERS.iter().enumerate().map(|(at, (policy, name))| html! {
                    <option value={at.to_string()} selected={*policy == options.policy}>{ *name }</option>
                }) }
            </select>
        </label>
    }
}

fn reductions(options: &Rc<Options>, on: &Callback<Action>) -> Html {
    let one = |reduction: &'static daxscope_session::search::Reduction| {
        let switch = ask(options, on, move |options, event| {
            (reduction.set)(&mut options.reductions, event.target_unchecked_into::<HtmlInputElement>().checked());
        });
        html! {
            <label>
                <input type="checkbox" checked={(reduction.get)(&options.reductions)} onchange={switch} />
                <span>{ reduction.name }<span class="dim">{ format!(": {}", reduction.about) }</span></span>
            </label>
        }
    };
    html! {
        <fieldset class="checks tall">
            <legend>{ "Reductions" }</legend>
            { for REDUCTIONS.iter().map(one) }
        </fieldset>
    }
}

fn value(event: Event) -> String {
    event.target_unchecked_into::<HtmlSelectElement>().value()
}
