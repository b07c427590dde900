//! Carries out what a [`Session`](daxscope_session::Session) leaves to the browser.

use crate::browser;
use crate::files;
use crate::importer::{self, Importer};
use crate::searcher::Searcher;
use daxscope_session::editor::EditorAction;
use daxscope_session::{Action, Effect, FocusTarget, LearnAction, Panel};
use gloo_events::EventListener;
use gloo_timers::callback::Timeout;
use wasm_bindgen::JsCast;
use web_sys::HtmlElement;
use yew::{AttrValue, Callback};

/// How long a message stays on screen: what it takes to see it, and to read it.
const TOAST_MS: u32 = 1600;
const TOAST_MS_PER_CHAR: u32 = 55;
/// Why the page cannot be saved as one file.
const NO_TEMPLATE: &str = "The one file lies beside the page as daxscope.html, and it did not arrive. Try again; if you serve the \
                           page yourself: `cargo xtask build` makes it.";
/// How long printing waits for what is drawn.
const PRINT_MS: u32 = 250;
/// What a link has that is copied in a file.
const FROM_FILE: &str = "This page is a file, so the link begins at its #: put the address of a page before it.";
/// How long the address waits for a further step.
const ADDRESS_MS: u32 = 150;

/// What the page says.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Said {
    /// What a screen reader hears.
    pub announced: AttrValue,
    /// What stands on the screen for a moment.
    pub toast: AttrValue,
}

/// What is being carried out.
#[derive(Debug, Default)]
pub struct Effects {
    focus: Option<FocusTarget>,
    selection: Option<std::ops::Range<usize>>,
    return_to: Option<HtmlElement>,
    announced: AttrValue,
    toast: AttrValue,
    clock: Option<Timeout>,
    address: Option<Timeout>,
    searcher: Searcher,
    importer: Importer,
}

impl Effects {
    /// Notes where the focus is before a panel opens over it.
    pub fn before(&mut self, open: Panel, action: &Action) {
        let opens = open == Panel::None && matches!(action, Action::OpenPanel(_));
        if opens || matches!(action, Action::ShowTerm(_)) {
            let focused = browser::document().active_element();
            self.return_to = focused
                .and_then(|element| element.dyn_into().ok())
                .filter(|element: &HtmlElement| element.tag_name() != "BODY");
        }
    }

    /// Has somebody ready who searches, before that is asked for.
    pub fn expect_search(&mut self, on: &Callback<Action>) {
        self.searcher.warm(on);
    }

    /// Carries effects out; focus waits until the page is drawn.
    pub fn run(&mut self, effects: Vec<Effect>, toast_over: &Callback<()>, on: &Callback<Action>) {
        // What was answered before is not about what is pressed now.
        if effects.iter().any(|effect| matches!(effect, Effect::Announce(_) | Effect::Tell(_))) {
            self.toast = AttrValue::default();
        }
        for effect in effects {
            match effect {
                Effect::ReplaceUrl(fragment) => {
                    // Browsers bear about a hundred changes of the address in half a minute: the last of a burst wins.
                    let wait = Timeout::new(ADDRESS_MS, move || browser::set_fragment(&fragment, false));
                    self.address = Some(wait);
                }
                Effect::PushUrl(fragment) => {
                    self.address = None;
                    browser::set_fragment(&fragment, true);
                }
                Effect::CopyText { text, is_fragment, done } => {
                    // The path of a file on this disk is of no use to others, and none of their business.
                    let page = browser::own_address();
                    let text = if is_fragment { format!("{page}#{text}") } else { text };
                    match is_fragment && page.is_empty() {
                        true => self.show(&format!("{done} {FROM_FILE}"), toast_over),
                        false => self.show(&done, toast_over),
                    }
                    wasm_bindgen_futures::spawn_local(async move {
                        browser::copy(&text).await;
                    });
                }
                Effect::Download { name, mime, text } => {
                    self.show(&format!("Saved {name}."), toast_over);
                    browser::download(&name, mime, &text.into());
                }
                Effect::SaveOneFile { name, title, fragment } => {
                    let on = on.clone();
                    self.show("Packing the page into one file.", toast_over);
                    wasm_bindgen_futures::spawn_local(async move {
                        match crate::files::one_file(&title, &fragment).await {
                            Some(page) => browser::download(&name, "text/html", &page.into()),
                            None => on.emit(Action::Tell(NO_TEMPLATE.into())),
                        }
                    });
                }
                Effect::Announce(sentence) => self.announced = sentence.into(),
                Effect::Tell(sentence) => self.show(&sentence, toast_over),
                Effect::KeepBase(address) => crate::preferences::keep_base(&address),
                Effect::KeepBranches { key, text } => browser::store(&key, &text),
                Effect::Focus(target) => self.focus = Some(target),
                Effect::StartSearch(message) => self.searcher.start(message, on),
                Effect::KeepDraft { key, text } => {
                    if !crate::preferences::keep_draft(&key, &text) {
                        on.emit(Action::Editor(EditorAction::StorageFull));
                    }
                }
                Effect::SelectScript(bytes) => self.selection = Some(bytes),
                Effect::KeepChallenges(line) => kept(crate::preferences::keep_challenges(&line), on),
                Effect::KeepProgress(line) => kept(crate::preferences::keep_progress(&line), on),
                Effect::KeepPasted(text) => crate::preferences::keep_pasted(&text),
                // The palette has to be away first.
                Effect::Print => {
                    Timeout::new(PRINT_MS, browser::print).forget();
                }
                Effect::StopSearch => self.searcher.stop(),
                Effect::StartImport(request) => self.importer.start(request, on),
                Effect::StopImport => self.importer.stop(),
                Effect::FetchRecording(path) => importer::fetch(path, on.clone()),
                Effect::FetchText(text) => files::fetch_text(text, on.clone()),
            }
        }
    }

    /// Says a sentence that everybody sees.
    pub fn tell(&mut self, sentence: &str, over: &Callback<()>) {
        self.show(sentence, over);
    }

    fn show(&mut self, message: &str, over: &Callback<()>) {
        self.announced = message.to_owned().into();
        self.toast = self.announced.clone();
        let over = over.clone();
        let time = TOAST_MS + TOAST_MS_PER_CHAR * message.chars().count() as u32;
        self.clock = Some(Timeout::new(time, move || over.emit(())));
    }

    /// Takes the message off the screen.
    pub fn end_toast(&mut self) -> bool {
        self.toast = AttrValue::default();
        true
    }

    /// Moves the focus, now that what it goes to is there.
    pub fn after_paint(&mut self) {
        if let Some(bytes) = self.selection.take() {
            crate::components::select_bytes(bytes.start, bytes.end);
        }
        match self.focus.take() {
            None => {}
            Some(FocusTarget::Panel) => browser::focus("panel"),
            Some(FocusTarget::Script) => browser::focus("script-text"),
            Some(FocusTarget::Search) => browser::focus("search"),
            Some(FocusTarget::Alert) => browser::focus("alert"),
            Some(FocusTarget::Start) => browser::focus("start-search"),
            Some(FocusTarget::RunUntil) => browser::focus("run-until"),
            Some(FocusTarget::Step) => browser::focus("step"),
            Some(FocusTarget::Verdict) => browser::focus("verdict"),
            Some(FocusTarget::Lanes) => browser::focus("recorded-lanes"),
            Some(FocusTarget::Recorded) => browser::focus("recorded-script"),
            Some(FocusTarget::Return) => match self.return_to.take().filter(|element| element.is_connected()) {
                Some(element) => {
                    let _ = element.focus();
                }
                None => browser::focus("step"),
            },
        }
    }

    /// What is said now.
    #[must_use]
    pub fn said(&self) -> Said {
        Said { announced: self.announced.clone(), toast: self.toast.clone() }
    }
}

/// Says if the browser keeps nothing.
fn kept(is_kept: bool, on: &Callback<Action>) {
    if !is_kept {
        on.emit(Action::Learn(LearnAction::CannotKeep));
    }
}

/// Takes in what other windows keep.
pub fn listen_to_windows(on: Callback<Action>) -> EventListener {
    EventListener::new(&browser::window(), "storage", move |event| {
        let event: &web_sys::StorageEvent = event.unchecked_ref();
        let action = event.key().and_then(|key| crate::preferences::from_other_window(&key, event.new_value()));
        if let Some(action) = action {
            on.emit(action);
        }
    })
}

/// Opens what the address says after the person went through the history or typed a fragment.
pub fn listen_to_address(on: Callback<Action>) -> EventListener {
    EventListener::new(&browser::window(), "popstate", move |_| on.emit(Action::LoadLink(browser::fragment())))
}
