//! The machine searches all interleavings: what is asked, live counters, the verdict, the table of reductions.

use super::explore_options::ExploreOptions;
use super::guards_table::GuardsTable;
use super::reductions_table::ReductionsTable;
use super::verdict_card::VerdictCard;
use crate::icons::{self, icon};
use daxscope_session::search::Kind;
use daxscope_session::theatre::TheatreAction;
use daxscope_session::view::{CounterView, ExploreView};
use daxscope_session::{Action, Panel};
use std::rc::Rc;
use yew::prelude::*;

/// What is shown.
#[derive(Clone, PartialEq, Properties, Debug)]
pub struct Props {
    /// The search.
    pub explore: Rc<ExploreView>,
    /// What was done.
    pub on: Callback<Action>,
}

/// The panel beside the picture.
#[component]
pub fn ExplorePanel(props: &Props) -> Html {
    let Props { explore, on } = props;
    let card = explore.search.as_ref().and_then(|search| search.card.clone());
    html! {
        <section class="panel grow explore" aria-labelledby="explore-title">
            <div class="panel-head">
                <h2 id="explore-title">{ "Search all interleavings" }</h2>
                <span class="dim">{ &*explore.subject }</span>
            </div>
            <div class="scroll explore-body" id="panel" tabindex="0" role="group" aria-label="Search">
                if explore.search.is_none() {
                    <p class="lead">{ "The machine tries every order in which these threads can run. It shows the shortest way into a \
                        broken rule, or says that there is none." }</p>
                }
                if let Some(why) = &explore.why_not {
                    <p class="why-not" role="status">
                        { icon(icons::WARNING) }{ &**why }{ " " }
                        <button class="btn small" onclick={on.reform(|_: MouseEvent| Action::OpenPanel(Panel::Script))}>
                            { "Go to the script" }
                        </button>
                    </p>
                }
                <div class="explore-go">{ start_or_stop(explore, on) }{ watch(on) }</div>
                if let Some(search) = &explore.search {
                    { counters(&search.counters, explore.running == Some(Kind::Search)) }
                }
                if let Some(card) = card {
                    <VerdictCard {card} on={on.clone()} />
                }
                <ExploreOptions options={explore.options.clone()} fail_points={explore.fail_points.clone()} on={on.clone()} />
                <ReductionsTable rows={explore.table.clone()} problem={explore.no_table.as_deref().map(|why| AttrValue::from(why.to_owned()))} is_running={explore.running == Some(Kind::Reductions)}
                    can_start={explore.why_not.is_none()} on={on.clone()} />
                <GuardsTable guards={explore.guards.clone()} problem={explore.no_guards.as_deref().map(|why| AttrValue::from(why.to_owned()))}
                    is_running={explore.running == Some(Kind::Necessity)} can_start={explore.why_not.is_none()}
                    on={on.clone()} />
            </div>
        </section>
    }
}

fn start_or_stop(explore: &ExploreView, on: &Callback<Action>) -> Html {
    let is_running = explore.running == Some(Kind::Search);
    let disabled = explore.why_not.is_some();
    let press =
        on.reform(move |_: MouseEvent| if is_running { Action::StopSearch } else { Action::StartSearch(Kind::Search) });
    let (picture, name) = match (is_running, &explore.search) {
        (true, _) => (icons::CLOSE, "Cancel"),
        (false, None) => (icons::EXPLORE, "Start the search"),
        (false, Some(_)) => (icons::EXPLORE, "Search again"),
    };
    // One button in one place, so that the focus stays where it is.
    html! {
        <button id="start-search" class={classes!("btn", "start", (!is_running).then_some("primary"))} onclick={press}
            aria-disabled={disabled.to_string()}>{ icon(picture) }{ name }</button>
    }
}

/// To the search theatre.
fn watch(on: &Callback<Action>) -> Html {
    let press = on.reform(|_: MouseEvent| Action::Theatre(TheatreAction::Open));
    html! {
        <button class="btn" id="watch-search" onclick={press} aria-haspopup="dialog"
            title="The growing graph of a small search, and what each reduction spares it">
            { icon(icons::PLAY) }{ "Watch it search, move by move" }</button>
    }
}

fn counters(counters: &[CounterView], is_running: bool) -> Html {
    let one = |counter: &CounterView| {
        html! { <div><dt>{ counter.name }</dt><dd>{ &*counter.value }</dd></div> }
    };
    html! {
        <dl class={classes!("counters", is_running.then_some("running"))} id="counters">{ for counters.iter().map(one) }</dl>
    }
}
