//! The keys: what the page listens to, and what it says about it.

use crate::action::{Action, LanesMove, Panel, Shortcuts};
use crate::editor::EditorAction;
use crate::session::{PlugAction, SpeedChange, WatchAction};
use crate::until::{Direction, UntilAction};
use daxscope_core::units::ThreadId;

/// Where a key stands in the list of keys.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum KeyGroup {
    /// Stepping.
    Step,
    /// Threads.
    Thread,
    /// Finding.
    Find,
    /// The page.
    Page,
}

impl KeyGroup {
    /// The heading in the list of keys.
    #[must_use]
    pub const fn title(self) -> &'static str {
        match self {
            KeyGroup::Step => "Step",
            KeyGroup::Thread => "Run a thread",
            KeyGroup::Find => "Find",
            KeyGroup::Page => "The page",
        }
    }
}

/// A key and what it does.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct KeyBinding {
    /// Where it stands in the list.
    pub group: KeyGroup,
    /// `KeyboardEvent.key`, any of these; `1` stands for all digits from 1 to 9.
    pub keys: &'static [&'static str],
    /// The modifier that has to be held.
    pub held: Held,
    /// The keys as people read them.
    pub label: &'static str,
    /// For `aria-keyshortcuts`.
    pub aria: &'static str,
    /// What it does.
    pub about: &'static str,
    /// The same for the program.
    pub does: Does,
}

/// Which modifier a key needs.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Held {
    /// None; Shift only as far as it makes the character.
    Nothing,
    /// Shift.
    Shift,
    /// Ctrl, or Cmd on a Mac.
    Ctrl,
    /// Ctrl or Cmd, and Shift.
    CtrlShift,
}

impl Held {
    const fn is_ctrl(self) -> bool {
        matches!(self, Held::Ctrl | Held::CtrlShift)
    }
}

/// What a key does.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Does {
    /// Always the same.
    Act(Action),
    /// Steps the thread of the digit.
    StepDigit,
    /// Runs the thread of the digit until it blocks.
    RunDigit,
    /// Steps the default thread with a failing call.
    FailDefault,
}

const fn key(
    group: KeyGroup,
    keys: &'static [&'static str],
    held: Held,
    (label, aria): (&'static str, &'static str),
    about: &'static str,
    does: Does,
) -> KeyBinding {
    KeyBinding { group, keys, held, label, aria, about, does }
}

use Does::{Act, FailDefault, RunDigit, StepDigit};
use Held::{Ctrl, CtrlShift, Nothing, Shift};
use KeyGroup::{Find, Page, Step, Thread};

/// All keys.
#[rustfmt::skip]
pub const KEYS: &[KeyBinding] = &[
    key(Step, &["ArrowRight", "PageDown"], Nothing, ("Right, Page Down", "ArrowRight PageDown"),
        "one step forward; at the end, a new one", Act(Action::Forward)),
    key(Step, &["ArrowLeft", "PageUp", "Backspace"], Nothing, ("Left, Page Up, Backspace", "ArrowLeft PageUp Backspace"),
        "one step back", Act(Action::Back)),
    key(Step, &["Enter"], Nothing, ("Enter", "Enter"), "the default choice", Act(Action::StepDefault)),
    key(Step, &[" "], Nothing, ("Space", "Space"), "play or pause", Act(Action::TogglePlay)),
    key(Step, &[">"], Nothing, (">", ">"), "play faster", Act(Action::ChangeSpeed(SpeedChange::Faster))),
    key(Step, &["<"], Nothing, ("<", "<"), "play slower", Act(Action::ChangeSpeed(SpeedChange::Slower))),
    key(Step, &["Home"], Nothing, ("Home", "Home"), "before the first step", Act(Action::Home)),
    key(Step, &["End"], Nothing, ("End", "End"), "after the last step", Act(Action::End)),
    key(Step, &["z"], Ctrl, ("Ctrl+Z", "Control+Z Meta+Z"),
        "back to the branch before", Act(Action::UndoBranch)),
    key(Step, &["z"], CtrlShift, ("Ctrl+Shift+Z", "Control+Shift+Z Meta+Shift+Z"),
        "to the branch that was undone", Act(Action::RedoBranch)),
    key(Find, &["b"], Nothing, ("b", "B"), "every branch that was tried", Act(Action::OpenPanel(Panel::Branches))),
    key(Thread, &["1"], Nothing, ("1 to 9", "1"), "step that thread", StepDigit),
    key(Thread, &["1"], Shift, ("Shift+1 to 9", "Shift+1"), "run that thread until it blocks", RunDigit),
    key(Thread, &["f"], Nothing, ("f", "F"), "step the next thread, and let a call in the step fail", FailDefault),
    key(Find, &["n"], Nothing, ("n", "N"), "next violation", Act(Action::NextViolation)),
    key(Find, &["p"], Nothing, ("p", "P"), "previous violation", Act(Action::PreviousViolation)),
    key(Find, &["o"], Nothing, ("o", "O"), "round the loop of a livelock: to where it begins, then step by step",
        Act(Action::WalkRound)),
    key(Find, &["u"], Nothing, ("u", "U"), "run until a condition holds", Act(Action::OpenPanel(Panel::Until))),
    key(Find, &["U"], Shift, ("Shift+U", "Shift+U"), "run on until it holds again; at first: until something is broken",
        Act(Action::Until(UntilAction::Run(Direction::On)))),
    key(Find, &["x"], Nothing, ("x", "X"), "pull the plug here: what a power failure leaves",
        Act(Action::OpenPanel(Panel::Crash))),
    key(Find, &["X"], Shift, ("Shift+X", "Shift+X"), "next step behind which a sync has returned, or the crash mark",
        Act(Action::Plug(PlugAction::NextPlace))),
    key(Find, &["w"], Nothing, ("w", "W"), "watch what is selected", Act(Action::Watch(WatchAction::ToggleSelected))),
    key(Find, &["]"], Nothing, ("]", "]"), "next step with the same lock", Act(Action::NextSameLock)),
    key(Find, &["["], Nothing, ("[", "["), "previous step with the same lock", Act(Action::PreviousSameLock)),
    key(Find, &["/"], Nothing, ("/", "/"), "search the transcript", Act(Action::OpenPanel(Panel::Transcript))),
    key(Find, &["e"], Nothing, ("e", "E"), "the panel of the search; \"Search\" in it tries every order",
        Act(Action::OpenPanel(Panel::Explore))),
    key(Find, &["+"], Nothing, ("+", "+"), "fewer steps in the lanes", Act(Action::MoveLanes(LanesMove::In))),
    key(Find, &["-"], Nothing, ("-", "-"), "more steps in the lanes", Act(Action::MoveLanes(LanesMove::Out))),
    key(Find, &[","], Nothing, (",", ","), "earlier steps in the lanes", Act(Action::MoveLanes(LanesMove::Earlier))),
    key(Find, &["."], Nothing, (".", "."), "later steps in the lanes", Act(Action::MoveLanes(LanesMove::Later))),
    key(Page, &["h"], Nothing, ("h", "H"), "hide or show what comes after this step", Act(Action::ToggleFuture)),
    key(Page, &["g"], Nothing, ("g", "G"), "all exhibits", Act(Action::OpenPanel(Panel::Gallery))),
    key(Page, &["l"], Nothing, ("l", "L"), "lessons", Act(Action::OpenPanel(Panel::Learn))),
    key(Page, &["k"], Ctrl, ("Ctrl+K", "Control+K Meta+K"), "all commands", Act(Action::OpenPanel(Panel::Palette))),
    key(Page, &["s"], Nothing, ("s", "S"), "edit the script", Act(Action::OpenPanel(Panel::Script))),
    key(Page, &["s"], Ctrl, ("Ctrl+S", "Control+S Meta+S"), "save the script as a file",
        Act(Action::Editor(EditorAction::Save))),
    key(Page, &["P"], Shift, ("Shift+P", "Shift+P"), "presenter mode: the tree fills the screen; Esc leaves it",
        Act(Action::TogglePresenter)),
    key(Page, &["."], Nothing, (".", "."), "presenter mode: blank the screen (b too), and any step key shows it again; k t c m d l w show and hide its parts",
        Act(Action::ToggleBlank)),
    key(Page, &["?"], Nothing, ("?", "?"), "this list", Act(Action::OpenPanel(Panel::Help))),
    key(Page, &["Escape"], Nothing, ("Esc", "Escape"), "close", Act(Action::Close)),
];

/// Modifier keys that are held.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Modifiers {
    /// Shift.
    pub shift: bool,
    /// Ctrl, or Cmd on a Mac.
    pub ctrl: bool,
    /// Alt.
    pub alt: bool,
}

/// Where the keyboard focus is.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum KeyFocus {
    /// Nowhere in particular.
    #[default]
    Page,
    /// On a button or a link, which takes Space and Enter itself.
    Button,
    /// On a menu, a slider or a tree, which takes arrows and the keys that jump as well.
    Control,
    /// In a text field, which takes everything but Escape and the keys with Ctrl.
    Text,
    /// In a modal dialog, where keys scroll what is in it: only keys with Ctrl reach the page.
    Dialog,
}

/// A key press as the browser reports it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct KeyPress<'a> {
    /// `KeyboardEvent.key`.
    pub key: &'a str,
    /// `KeyboardEvent.code`: with Shift a digit key has another `key` on every keyboard.
    pub code: &'a str,
    /// Modifier keys.
    pub modifiers: Modifiers,
    /// Where the focus is.
    pub focus: KeyFocus,
}

/// What a key press means; `default` is the thread of keys that name none.
pub(crate) fn action_of(press: KeyPress<'_>, shortcuts: Shortcuts) -> Option<Action> {
    // On some keyboards `/` is Shift and a digit: what the key writes counts first.
    let (digits, named): (Vec<_>, Vec<_>) =
        KEYS.iter().filter(|binding| binding.matches(press)).partition(|binding| binding.is_digit());
    let binding = named.into_iter().chain(digits).next()?;
    let is_character = !binding.held.is_ctrl() && binding.keys.iter().any(|key| key.chars().count() == 1);
    if !is_heard(press, binding) || (is_character && shortcuts == Shortcuts::Off) {
        return None;
    }
    Some(match &binding.does {
        Act(action) => action.clone(),
        StepDigit => Action::StepThread(press.digit()?),
        RunDigit => Action::RunThreadUntilBlocked(press.digit()?),
        FailDefault => Action::FailNext(None),
    })
}

impl KeyBinding {
    const fn is_digit(&self) -> bool {
        matches!(self.does, StepDigit | RunDigit)
    }

    fn matches(&self, press: KeyPress<'_>) -> bool {
        let Modifiers { shift, ctrl, alt } = press.modifiers;
        let is_key = match self.does {
            StepDigit | RunDigit => press.digit().is_some(),
            _ if self.held.is_ctrl() => self.keys.iter().any(|key| key.eq_ignore_ascii_case(press.key)),
            _ => self.keys.contains(&press.key),
        };
        let held = match self.held {
            Ctrl => ctrl && !shift && !alt,
            CtrlShift => ctrl && shift && !alt,
            Shift => shift && !ctrl && !alt,
            // AltGr, which many keyboards need for brackets, reports Ctrl and Alt.
            Nothing if self.does == StepDigit => press.modifiers == Modifiers::default(),
            Nothing => ctrl == alt,
        };
        is_key && held
    }
}

impl KeyPress<'_> {
    /// The thread of a digit key, whatever the layout and Shift make of it.
    fn digit(self) -> Option<ThreadId> {
        let digits = self.code.strip_prefix("Digit").or(self.code.strip_prefix("Numpad")).unwrap_or(self.key);
        let digit = digits.parse::<u8>().ok().filter(|digit| (1..=9).contains(digit))?;
        Some(ThreadId(digit - 1))
    }
}

/// Is the key for the page, rather than for what has the focus?
fn is_heard(press: KeyPress<'_>, binding: &KeyBinding) -> bool {
    match press.focus {
        KeyFocus::Page => true,
        KeyFocus::Button => !matches!(press.key, " " | "Enter"),
        KeyFocus::Control => press.key.chars().count() == 1 && press.key != " " || press.key == "Escape",
        // In a text field Ctrl+Z belongs to the text.
        KeyFocus::Dialog => binding.held.is_ctrl() && !press.key.eq_ignore_ascii_case("z"),
        KeyFocus::Text => press.key == "Escape" || (binding.held.is_ctrl() && !press.key.eq_ignore_ascii_case("z")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn press(key: &str, code: &str, held: &str, focus: KeyFocus) -> Option<Action> {
        let modifiers =
            Modifiers { shift: held.contains("shift"), ctrl: held.contains("ctrl"), alt: held.contains("alt") };
        action_of(KeyPress { key, code, modifiers, focus }, Shortcuts::On)
    }

    #[test]
    fn keys_do_what_the_list_says() {
        use KeyFocus::{Button, Control, Page, Text};
        let check = |key: &str, code: &str, held: &str, focus, expect: Option<Action>| {
            assert_eq!(press(key, code, held, focus), expect, "{key} {held} {focus:?}");
        };
        check("ArrowRight", "ArrowRight", "", Page, Some(Action::Forward));
        check("PageUp", "PageUp", "", Page, Some(Action::Back));
        check("2", "Digit2", "", Page, Some(Action::StepThread(ThreadId(1))));
        check("é", "Digit2", "", Page, Some(Action::StepThread(ThreadId(1))));
        check("\"", "Digit2", "shift", Page, Some(Action::RunThreadUntilBlocked(ThreadId(1))));
        check("0", "Digit0", "", Page, None);
        check("f", "KeyF", "", Page, Some(Action::FailNext(None)));
        check("?", "Slash", "shift", Page, Some(Action::OpenPanel(Panel::Help)));
        check("[", "Digit8", "ctrl alt", Page, Some(Action::PreviousSameLock));
        check("k", "KeyK", "ctrl", Text, Some(Action::OpenPanel(Panel::Palette)));
        check("z", "KeyZ", "ctrl", Text, None);
        check("z", "KeyZ", "ctrl", Page, Some(Action::UndoBranch));
        check("n", "KeyN", "", Text, None);
        for key in ["PageDown", "PageUp", "Home", "End", "ArrowRight", " ", "Enter", "1", "f", "n"] {
            check(key, "", "", KeyFocus::Dialog, None);
        }
        check("z", "KeyZ", "ctrl", KeyFocus::Dialog, None);
        check("k", "KeyK", "ctrl", KeyFocus::Dialog, Some(Action::OpenPanel(Panel::Palette)));
        check("Escape", "Escape", "", Text, Some(Action::Close));
        check(" ", "Space", "", Button, None);
        check("ArrowLeft", "ArrowLeft", "", Button, Some(Action::Back));
        check("ArrowLeft", "ArrowLeft", "", Control, None);
        check("n", "KeyN", "", Control, Some(Action::NextViolation));
        check("ArrowLeft", "ArrowLeft", "alt", Page, None);
        check("/", "Digit7", "shift", Page, Some(Action::OpenPanel(Panel::Transcript)));
    }

    #[test]
    fn without_shortcuts_only_named_keys_act() {
        let press = |key| {
            let press = KeyPress { key, code: "", modifiers: Modifiers::default(), focus: KeyFocus::Page };
            action_of(press, Shortcuts::Off)
        };
        assert_eq!(press("n"), None);
        assert_eq!(press("1"), None);
        assert_eq!(press("End"), Some(Action::End));
    }
}
