//! The root component: it owns the [`Session`], hands its view to the parts of the page, and carries effects out.

use crate::components::{
    Alerts, Changes, Embedded, Expectations, Footer, Frames, Header, Intro, Live, Locks, Notices, PageTables, PartsBar,
    PmemPanel, PrintSheet, SideTabs, SourcePanel, Threads, TreePanel, WaitGraph, Waits, blank,
};
use crate::components::{WatchList, WordTip};
use crate::effects::{Effects, Said};
use crate::embedding::{self, Host};
use crate::late::Late;
use crate::panels::{self, Panels};
use crate::rest::Rest;
use crate::{browser, keyboard};
use daxscope_session::{Action, Effect, Layout, Panel, Part, Playback, Session, Speed, View};
use gloo_events::EventListener;
use gloo_timers::callback::Interval;
use std::rc::Rc;
use yew::prelude::*;

/// Everything inside the mount point.
#[derive(Debug)]
pub struct App {
    session: Session,
    view: View,
    effects: Effects,
    clock: Option<(Speed, Interval)>,
    host: Rc<Host>,
    late: Late,
    rest: Rest,
    _listeners: [EventListener; 3],
    _around: Option<EventListener>,
    _drops: [EventListener; 3],
    _hidden: EventListener,
}

/// What reaches the root.
#[derive(Debug)]
pub enum Message {
    /// A person did something, or a clock ticked.
    Do(Action),
    /// A key was pressed and its event not yet used.
    Key(web_sys::KeyboardEvent),
    /// A message on screen has been there long enough.
    ToastOver,
    /// Nobody sees the page any more: it was put behind another one.
    Hidden,
    /// The panels have come, or the reason why they have not.
    Panels(Result<&'static Panels, String>),
    /// The panels are to be fetched again.
    FetchPanels,
    /// The rest of the module has come, or the reason why it has not.
    Rest(Result<(), String>),
}

impl Component for App {
    type Message = Message;
    type Properties = ();

    fn create(context: &Context<Self>) -> App {
        let mut session = Session::open_bare(&browser::fragment());
        let mut late = Late::new();
        let mut effects = Effects::default();
        if let Some(panels) = late.panels() {
            // What is to be done is asked for below.
            session.equip_quietly(panels.later);
        }
        // Of what these leave to the browser only the texts matter, but those are named once.
        let mut wanted = session.update(Action::KnowAddress(browser::own_address()));
        for action in crate::preferences::load() {
            if session.lacks(&action) {
                late.wait(action);
            } else {
                wanted.extend(session.update(action));
            }
        }
        wanted.retain(|effect| matches!(effect, Effect::FetchText(_) | Effect::StartSearch(_)));
        recall_branches(&mut session);
        let view = session.view();
        let link = context.link();
        let (over, on) = (link.callback(|()| Message::ToastOver), link.callback(Message::Do));
        wanted.extend(session.begin());
        effects.run(wanted, &over, &on);
        let listeners = [
            keyboard::listen(link.callback(Message::Key)),
            crate::effects::listen_to_address(link.callback(Message::Do)),
            crate::effects::listen_to_windows(link.callback(Message::Do)),
        ];
        if view.panel != Panel::None || session.wants_plug() {
            late.fetch(context);
        }
        let drops = crate::components::listen_to_drops(link.callback(Message::Do));
        let hidden = browser::listen_to_hiding(link.callback(|()| Message::Hidden));
        let host = Rc::new(Host::default());
        host.report(&view, &session.fragment());
        let around = embedding::listen(&host, link.callback(Message::Do));
        App {
            session,
            view,
            effects,
            clock: None,
            host,
            late,
            rest: Rest::default(),
            _listeners: listeners,
            _drops: drops,
            _around: around,
            _hidden: hidden,
        }
    }

    fn update(&mut self, context: &Context<Self>, message: Message) -> bool {
        match message {
            Message::Key(event) => {
                let Some(action) = keyboard::action_for(&self.session, &event) else { return false };
                event.prevent_default();
                self.act(context, action)
            }
            Message::Do(action) => self.act(context, action),
            Message::ToastOver => self.effects.end_toast(),
            Message::Hidden => self.view.playback == Playback::Playing && self.act(context, Action::Pause),
            Message::Panels(came) => self.panels_came(context, came),
            Message::FetchPanels => {
                self.late.fetch(context);
                true
            }
            Message::Rest(came) => self.rest_came(context, came),
        }
    }

    fn view(&self, context: &Context<Self>) -> Html {
        let on = context.link().callback(Message::Do);
        let page = match self.view.layout {
            Layout::Full | Layout::Presenter => self.full(&on),
            Layout::Embedded => {
                html! { <Embedded view={self.view.clone()} fragment={self.session.fragment()} {on} /> }
            }
        };
        html! {
            <ContextProvider<Said> context={self.effects.said()}>
                { page }
                <WordTip step={self.view.step.number} />
            </ContextProvider<Said>>
        }
    }

    fn rendered(&mut self, _context: &Context<Self>, first: bool) {
        if first {
            browser::end_first_view();
        }
        // What the focus goes to may still be on its way.
        if self.view.panel == Panel::None || self.late.is_here() {
            self.effects.after_paint();
        }
    }
}

impl App {
    fn act(&mut self, context: &Context<Self>, action: Action) -> bool {
        let Some(action) = self.rest.admit(action, context) else { return false };
        if self.session.lacks(&action) {
            self.late.wait(action);
            self.late.fetch(context);
            return true;
        }
        crate::preferences::remember(&action);
        let is_part = matches!(action, Action::TogglePart(_));
        let (was, speed) = (self.view.panel, self.view.speed);
        self.effects.before(was, &action);
        let effects = self.session.update(action);
        recall_branches(&mut self.session);
        self.view = self.session.view();
        if self.view.layout == Layout::Embedded {
            self.host.report(&self.view, &self.session.fragment());
        }
        if self.view.speed != speed {
            crate::preferences::keep_speed(self.view.speed);
        }
        if is_part {
            crate::preferences::keep_parts(&self.session.parts_line());
        }
        let over = context.link().callback(|()| Message::ToastOver);
        let on = context.link().callback(Message::Do);
        self.effects.run(effects, &over, &on);
        if matches!(self.view.panel, Panel::Explore | Panel::Story) {
            self.effects.expect_search(&on);
        }
        self.set_clock(context);
        if self.view.panel != Panel::None || self.session.has_selection() || self.session.wants_plug() {
            self.late.fetch_once(context);
        }
        true
    }

    fn rest_came(&mut self, context: &Context<Self>, came: Result<(), String>) -> bool {
        let waiting = self.rest.take();
        match came {
            Ok(()) => waiting.into_iter().for_each(|action| _ = self.act(context, action)),
            Err(problem) => self.effects.tell(&problem, &context.link().callback(|()| Message::ToastOver)),
        }
        true
    }

    fn panels_came(&mut self, context: &Context<Self>, came: Result<&'static Panels, String>) -> bool {
        match self.late.came(came) {
            Ok((panels, waiting)) => {
                let over = context.link().callback(|()| Message::ToastOver);
                let effects = self.session.equip(panels.later);
                self.effects.run(effects, &over, &context.link().callback(Message::Do));
                self.view = self.session.view();
                for action in waiting {
                    self.act(context, action);
                }
            }
            Err(problem) => self.effects.tell(&problem, &context.link().callback(|()| Message::ToastOver)),
        }
        true
    }

    /// The clock of playing runs exactly while the session plays.
    fn set_clock(&mut self, context: &Context<Self>) {
        let wanted = (self.view.playback == Playback::Playing).then_some(self.view.speed);
        if wanted == self.clock.as_ref().map(|(speed, _)| *speed) {
            return;
        }
        let tick = context.link().callback(|()| Message::Do(Action::Tick));
        self.clock = wanted.map(|speed| (speed, Interval::new(speed.milliseconds(), move || tick.emit(()))));
    }

    /// The page, or, for a projector, the tree with as much around it as is wanted.
    fn full(&self, on: &Callback<Action>) -> Html {
        let view = &self.view;
        let presents = view.layout == Layout::Presenter;
        let intro = view.intro.as_ref().filter(|_| !presents && view.alerts.is_empty() && view.passed.is_none());
        html! {
            <div class={if presents { "app presenter" } else { "app" }} onclick={crate::components::term_listener(on)}>
                <a class="skip" href="#work" onclick={skip_to_work}>{ "Skip to the threads" }</a>
                if view.parts.has(Part::Header) {
                    <Header view={view.header.clone()} theme={view.theme} on={on.clone()} />
                } else {
                    <header class="visually-hidden"><h1>{ format!("daxscope: {}", view.header.title) }</h1></header>
                }
                <Notices notices={view.notices.clone()} on={on.clone()} />
                <Alerts alerts={view.alerts.clone()} passed={view.passed.clone()} threads={view.threads.clone()} on={on.clone()} />
                if let Some(intro) = intro.filter(|_| !matches!(view.panel, Panel::Learn | Panel::Script)) {
                    <Intro view={intro.clone()} on={on.clone()} />
                }
                { self.work(on) }
                if !self.is_whole_page() {
                    { self.foot(on) }
                    <PrintSheet transcript={view.transcript.clone()} timeline={view.timeline.clone()} />
                }
                if presents {
                    <PartsBar parts={view.parts} on={on.clone()} />
                    if view.is_blank { { blank(on) } }
                }
                { self.overlay(on) }
                if view.glossary.open.is_some() {
                    { self.late.draw_if_here(|panels| (panels.glossary)(view, on)) }
                }
                <Live id="announcer" />
            </div>
        }
    }

    /// The columns. The tree is always there, and so is what has been asked for.
    fn work(&self, on: &Callback<Action>) -> Html {
        let (view, parts) = (&self.view, self.view.parts);
        if self.is_whole_page() {
            return html! { <main id="work" class="work whole" tabindex="-1"><div class="col side">{ self.side(on) }</div></main> };
        }
        let (threads, code) = (parts.has(Part::Threads), parts.has(Part::Code));
        let has_side =
            parts.has(Part::Details) || view.selection.is_some() || self.shows_watch() || self.work_class() != "work";
        let class =
            classes!(self.work_class(), (!threads && !code).then_some("no-left"), (!has_side).then_some("no-side"),);
        html! {
            <main id="work" {class} tabindex="-1">
                if threads || code {
                    <div class="col">
                        if threads { <Threads threads={view.threads.clone()} on={on.clone()} /> }
                        if code { <SourcePanel source={view.source.clone()} on={on.clone()} /> }
                    </div>
                }
                <div class="col centre">
                    <TreePanel tree={view.tree.clone()} step={view.step.clone()} whole={view.panel == Panel::Export}
                        selected={view.selection.as_ref().map(|selection| selection.object)} on={on.clone()} />
                    if parts.has(Part::Memory) { <PmemPanel pmem={view.pmem.clone()} on={on.clone()} /> }
                </div>
                if has_side { <div class="col side">{ self.side(on) }</div> }
            </main>
        }
    }

    fn foot(&self, on: &Callback<Action>) -> Html {
        let view = &self.view;
        html! {
            <Footer step={view.step.clone()} playback={view.playback} speed={view.speed} threads={view.threads.clone()}
                timeline={view.timeline.clone()} has_lanes={view.parts.has(Part::Lanes)} plug={self.late.plug_row(view)} on={on.clone()} />
        }
    }

    /// Is there a page without a machine: that for teachers, or a sheet to be printed?
    fn is_whole_page(&self) -> bool {
        let page = self.view.learn.as_ref().is_some_and(|page| page.is_whole());
        page && self.view.challenges.open.is_none()
    }

    /// Where there is one column, a text that was asked for comes first.
    fn work_class(&self) -> &'static str {
        match self.view.panel {
            Panel::Story | Panel::Transcript | Panel::Branches | Panel::Explore | Panel::Learn => "work reading",
            Panel::Script => "work scripting",
            _ => "work",
        }
    }

    /// Is the watch list on screen? Beside the script there is no room for it.
    fn shows_watch(&self) -> bool {
        let view = &self.view;
        !view.watch.is_empty() && view.parts.has(Part::Watch) && view.panel != Panel::Script
    }

    /// The right column: everything that is small, or one long panel.
    fn side(&self, on: &Callback<Action>) -> Html {
        let view = &self.view;
        let long = if panels::is_beside(view.panel) {
            self.late.draw(|panels| (panels.side)(view, on), on)
        } else if !view.parts.has(Part::Details) && self.shows_watch() {
            Html::default()
        } else {
            html! {
                <div class="stack-of-panels">
                    if !view.expectations.is_empty() {
                        <Expectations expectations={view.expectations.clone()} />
                    }
                    <Changes step={view.step.clone()} on={on.clone()} />
                    if let Some(graph) = &view.wait_graph {
                        <WaitGraph graph={graph.clone()} />
                    }
                    <Waits waits={view.waits.clone()} frames={view.frames.clone()} on={on.clone()} />
                    <Locks locks={view.locks.clone()} on={on.clone()} />
                    <PageTables processes={view.page_tables.clone()} on={on.clone()} />
                    if view.frames.is_kept {
                        <Frames view={view.frames.clone()} on={on.clone()} />
                    }
                </div>
            }
        };
        // What is asked for by a click has to be seen, whatever stands in the column.
        html! {
            <>
                <SideTabs panel={view.panel} has_story={view.story.is_some()} on={on.clone()} />
                { self.late.draw_if_here(|panels| (panels.selection)(view, on)) }
                if self.shows_watch() { <WatchList watch={view.watch.clone()} on={on.clone()} /> }
                { long }
            </>
        }
    }

    fn overlay(&self, on: &Callback<Action>) -> Html {
        let view = &self.view;
        if view.panel == Panel::None || panels::is_beside(view.panel) {
            return Html::default();
        }
        self.late.draw(|panels| (panels.overlay)(view, on), on)
    }
}

/// The address belongs to the session, so the skip link moves the focus by itself.
fn skip_to_work(event: MouseEvent) {
    event.prevent_default();
    browser::focus("work");
}

/// What this browser kept of the branches of a script that was just opened.
fn recall_branches(session: &mut Session) {
    let kept = session.wants_branches().and_then(|key| browser::load(&key));
    if let Some(text) = kept {
        session.update(Action::RecallBranches(text));
    }
}
