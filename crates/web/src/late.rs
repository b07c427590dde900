//! How it stands with the part of the page that is loaded when somebody asks for it, and what waits for it.

use crate::app::{App, Message};
use crate::chunks;
use crate::panels::Panels;
use daxscope_session::view::PlugView;
use daxscope_session::{Action, View};
use std::rc::Rc;
use yew::html::Scope;
use yew::prelude::*;

/// A row of the lanes that the panels draw.
#[derive(Clone, Debug)]
pub struct LateRow {
    panels: &'static Panels,
    view: Rc<PlugView>,
}

impl PartialEq for LateRow {
    fn eq(&self, other: &LateRow) -> bool {
        self.view == other.view
    }
}

impl LateRow {
    /// Draws it.
    pub fn draw(&self, on: &Callback<Action>) -> Html {
        (self.panels.plug)(&self.view, on)
    }
}

/// The panels, as far as they have come.
#[derive(Debug, Default)]
pub struct Late {
    state: State,
    /// What was done before they were here and needs them.
    waiting: Vec<Action>,
    /// Sends messages to the page; there once something was fetched.
    link: Option<Scope<App>>,
}

#[derive(Debug, Default)]
enum State {
    #[default]
    Absent,
    OnTheirWay,
    Here(&'static Panels),
    /// And why.
    Failed(String),
}

impl Late {
    /// Nothing is here, unless the module is one piece.
    #[must_use]
    pub fn new() -> Late {
        let state = chunks::panels_at_once().map_or(State::Absent, State::Here);
        Late { state, ..Late::default() }
    }

    /// The panels, if they are here.
    #[must_use]
    pub fn panels(&self) -> Option<&'static Panels> {
        match self.state {
            State::Here(panels) => Some(panels),
            _ => None,
        }
    }

    /// Is everything here?
    #[must_use]
    pub fn is_here(&self) -> bool {
        matches!(self.state, State::Here(_))
    }

    /// Keeps an action until the panels are here.
    pub fn wait(&mut self, action: Action) {
        self.waiting.push(action);
    }

    /// Fetches the panels, unless they are here or on their way.
    pub fn fetch(&mut self, context: &Context<App>) {
        if matches!(self.state, State::Here(_) | State::OnTheirWay) {
            return;
        }
        self.state = State::OnTheirWay;
        let link = context.link().clone();
        self.link = Some(link.clone());
        wasm_bindgen_futures::spawn_local(async move { link.send_message(Message::Panels(chunks::panels().await)) });
    }

    /// The same, but not where it has failed: then somebody has to ask.
    pub fn fetch_once(&mut self, context: &Context<App>) {
        if matches!(self.state, State::Absent) {
            self.fetch(context);
        }
    }

    /// They have come, with what has waited for them; or they have not, and what was pressed is forgotten. What was kept of
    /// lessons in the browser waits on: without it the next answer would overwrite it.
    pub fn came(&mut self, came: Result<&'static Panels, String>) -> Result<(&'static Panels, Vec<Action>), String> {
        match came {
            Ok(panels) => {
                self.state = State::Here(panels);
                Ok((panels, std::mem::take(&mut self.waiting)))
            }
            Err(problem) => {
                self.waiting.retain(|action| matches!(action, Action::Learn(_)));
                self.state = State::Failed(problem.clone());
                Err(problem)
            }
        }
    }

    /// Draws with the panels, or says how it stands with them.
    pub fn draw(&self, draw: impl FnOnce(&Panels) -> Html, on: &Callback<Action>) -> Html {
        let close = on.reform(|_: MouseEvent| Action::Close);
        let (sentence, again) = match &self.state {
            State::Here(panels) => return draw(panels),
            State::Failed(problem) => (problem.as_str(), self.link.clone()),
            _ => ("This part of the page is on its way.", None),
        };
        let again = again.map(|link| {
            let fetch = link.callback(|_: MouseEvent| Message::FetchPanels);
            html! { <button class="btn primary" onclick={fetch}>{ "Fetch it again" }</button> }
        });
        html! {
            <section class="panel late" role="status">
                <p>{ sentence }</p>
                <p class="late-acts">
                    { for again }
                    <button class="btn" onclick={close}>{ "Close" }</button>
                </p>
            </section>
        }
    }

    /// The row of the lanes that says where the power fails, if it is here and has something to say.
    #[must_use]
    pub fn plug_row(&self, view: &View) -> Option<LateRow> {
        Some(LateRow { panels: self.panels()?, view: view.plug.clone()? })
    }

    /// Draws with the panels, or nothing.
    pub fn draw_if_here(&self, draw: impl FnOnce(&Panels) -> Html) -> Html {
        match &self.state {
            State::Here(panels) => draw(panels),
            _ => Html::default(),
        }
    }
}
