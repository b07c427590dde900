//! What this person chose last, and a text not to be lost: kept in the browser, sent nowhere.

use crate::browser;
use daxscope_session::editor::{Draft, EditorAction};
use daxscope_session::{Action, ChallengeAction, LearnAction, Shortcuts, Speed, SpeedChange, Theme};

const THEME: &str = "daxscope.theme";
const SHORTCUTS: &str = "daxscope.shortcuts";
/// Drafts of scripts: this and a number for each. An early version of the page had one, without a number.
const DRAFT: &str = "daxscope.draft";
const CHALLENGES: &str = "daxscope.challenges";
const PROGRESS: &str = "daxscope.progress";
const SCRIPT_WIDTH: &str = "daxscope.script-width";
const PARTS: &str = "daxscope.parts";
const BASE: &str = "daxscope.base";
const SPEED: &str = "daxscope.speed";
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
        .chain(parts)
        .chain(challenges)
        .chain([drafts()])
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

/// Keeps what is answered and reached in the lessons; nothing if the line is empty.
pub fn keep_progress(line: &str) {
    browser::store(PROGRESS, line);
}

/// Keeps what is solved of the challenges.
pub fn keep_challenges(line: &str) {
    browser::store(CHALLENGES, line);
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

/// Keeps a draft, or forgets it if the text is empty; `false` if the browser cannot.
#[must_use]
pub fn keep_draft(key: &str, text: &str) -> bool {
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
