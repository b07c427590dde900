//! What this person chose last, and a text not to be lost: kept in the browser, sent nowhere.

use crate::browser;
use daxscope_session::editor::{Draft, EditorAction};
use daxscope_session::{
    Action, ChallengeAction, LearnAction, Shortcuts, Speed, SpeedChange, Theme, merged_challenges, merged_progress,
};

const THEME: &str = "daxscope.theme";
const SHORTCUTS: &str = "daxscope.shortcuts";
/// Drafts of scripts: this and a number for each. An early version of the page had one, without a number.
const DRAFT: &str = "daxscope.draft";
const CHALLENGES: &str = "daxscope.challenges";
const PROGRESS: &str = "daxscope.progress";
/// In the storage of the window.
const PASTED: &str = "daxscope.pasted";
const SCRIPT_WIDTH: &str = "daxscope.script-width";
const PARTS: &str = "daxscope.parts";
const BASE: &str = "daxscope.base";
const SPEED: &str = "daxscope.speed";
/// The draft that was typed last in this window, until it is opened anew.
const TYPING: &str = "daxscope.typing";
const INTRO: &str = "daxscope.intro";

/// What to tell a new session.
#[must_use]
pub fn load() -> Vec<Action> {
    let theme = match browser::load(THEME).as_deref() {
        Some("light") => Some(Action::SetTheme(Theme::Light)),
        Some("dark") => Some(Action::SetTheme(Theme::Dark)),
        _ => None,
    };
    let shortcuts = browser::load(SHORTCUTS).map(|_| Action::SetShortcuts(Shortcuts::Off));
    let progress = browser::load(PROGRESS).map(|line| Action::Learn(LearnAction::Restore(line)));
    let challenges = browser::load(CHALLENGES).map(|line| Action::Challenge(ChallengeAction::Restore(line)));
    let pasted = browser::load_here(PASTED).map(|text| Action::Learn(LearnAction::Restored(text)));
    let cannot = (!browser::can_store()).then_some(Action::Learn(LearnAction::CannotKeep));
    let parts = browser::load(PARTS).map(Action::RestoreParts);
    let base = browser::load(BASE).map(Action::RestoreBase);
    let speed = browser::load(SPEED).and_then(|name| Speed::from_name(&name));
    let speed = speed.map(|speed| Action::ChangeSpeed(SpeedChange::To(speed)));
    theme
        .into_iter()
        .chain(shortcuts)
        .chain(base)
        .chain(speed)
        .chain(progress)
        .chain(pasted)
        .chain(cannot)
        .chain(parts)
        .chain(challenges)
        .chain([drafts()])
        .chain(typing())
        .collect()
}

/// Keeps which parts of the page are on screen.
pub fn keep_parts(line: &str) {
    browser::store(PARTS, line);
}

/// Keeps the address that was set for links.
pub fn keep_base(address: &str) {
    browser::store(BASE, address);
}

/// Keeps how fast runs play; the usual speed needs no place.
pub fn keep_speed(speed: Speed) {
    browser::store(SPEED, if speed == Speed::default() { "" } else { speed.name() });
}

/// Keeps what is answered and reached in the lessons, beside what another window has kept; nothing if the line is empty.
/// `false` if the browser cannot.
#[must_use]
pub fn keep_progress(line: &str) -> bool {
    let kept = browser::load(PROGRESS).unwrap_or_default();
    let both = if line.is_empty() { String::new() } else { merged_progress(&kept, line) };
    browser::try_store(PROGRESS, &both)
}

/// Keeps what is solved of the challenges, likewise.
#[must_use]
pub fn keep_challenges(line: &str) -> bool {
    let kept = browser::load(CHALLENGES).unwrap_or_default();
    browser::try_store(CHALLENGES, &merged_challenges(&kept, line))
}

/// Keeps what a teacher has pasted for as long as this window is open.
pub fn keep_pasted(text: &str) {
    browser::store_here(PASTED, text);
}

/// What another window has kept, when the browser tells of it.
#[must_use]
pub fn from_other_window(key: &str, value: Option<String>) -> Option<Action> {
    match (key, value.filter(|value| !value.is_empty())) {
        (PROGRESS, Some(line)) => Some(Action::Learn(LearnAction::Restore(line))),
        (PROGRESS, None) => Some(Action::Learn(LearnAction::Forgotten)),
        (CHALLENGES, Some(line)) => Some(Action::Challenge(ChallengeAction::Restore(line))),
        _ => None,
    }
}

/// Keeps what an action chooses.
pub fn remember(action: &Action) {
    match action {
        Action::SetTheme(theme) => set_theme(*theme),
        Action::SetShortcuts(Shortcuts::Off) => browser::store(SHORTCUTS, "off"),
        Action::SetShortcuts(Shortcuts::On) => browser::store(SHORTCUTS, ""),
        _ => {}
    }
}

fn set_theme(theme: Theme) {
    let name = match theme {
        Theme::System => "",
        Theme::Light => "light",
        Theme::Dark => "dark",
    };
    browser::store(THEME, name);
    if let Some(root) = browser::document().document_element() {
        let _ =
            if name.is_empty() { root.remove_attribute("data-theme") } else { root.set_attribute("data-theme", name) };
    }
}

/// The drafts that are kept, and the time, which is a number above all of theirs.
fn drafts() -> Action {
    let mut kept = Vec::new();
    for key in browser::stored_keys() {
        let Some(key) = key.strip_prefix(DRAFT) else { continue };
        let (number, stored) = (key.trim_start_matches('.'), draft_key(key.trim_start_matches('.')));
        if let Some(text) = browser::load(&stored) {
            kept.push(Draft { key: number.to_owned(), text });
        }
    }
    Action::Editor(EditorAction::Restore(kept, js_sys::Date::now() as u64))
}

/// The draft that was being typed when this window was loaded anew; asked once.
fn typing() -> Option<Action> {
    let key = browser::load_here(TYPING)?;
    browser::store_here(TYPING, "");
    Some(Action::Editor(EditorAction::WasTyping(key)))
}

/// Keeps a draft, or forgets it if the text is empty; `false` if the browser cannot.
#[must_use]
pub fn keep_draft(key: &str, text: &str) -> bool {
    if !text.is_empty() || browser::load_here(TYPING).as_deref() == Some(key) {
        browser::store_here(TYPING, if text.is_empty() { "" } else { key });
    }
    browser::try_store(&draft_key(key), text)
}

fn draft_key(number: &str) -> String {
    if number.is_empty() { DRAFT.to_owned() } else { format!("{DRAFT}.{number}") }
}

/// Has this person closed the explanation before?
#[must_use]
pub fn knows_the_page() -> bool {
    browser::load(INTRO).is_some()
}

/// Remembers whether the explanation is closed.
pub fn set_knows_the_page(knows: bool) {
    browser::store(INTRO, if knows { "closed" } else { "" });
}

/// How wide this person has made the script, in pixels.
#[must_use]
pub fn script_width() -> Option<i32> {
    browser::load(SCRIPT_WIDTH)?.parse().ok()
}

/// Remembers how wide the script is.
pub fn set_script_width(pixels: i32) {
    browser::store(SCRIPT_WIDTH, &pixels.to_string());
}
