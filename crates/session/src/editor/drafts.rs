//! Drafts: texts that were typed and that nothing else holds. Each is kept in the browser under a key of its own, so that
//! two windows never overwrite each other's.

use crate::action::Effect;
use daxscope_museum::exhibits;

/// Drafts that are kept; with one more, the oldest goes.
pub const MAX_DRAFTS: usize = 20;
/// Characters of a name.
const NAME_CHARS: usize = 60;

/// A text that was typed.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Draft {
    /// What it is stored under: a number that goes up, the milliseconds at which its page was opened and a bit more.
    pub key: String,
    /// The text.
    pub text: String,
}

/// All of them.
#[derive(Debug, Default)]
pub(crate) struct Drafts {
    /// The newest last.
    pub(crate) all: Vec<Draft>,
    /// The one that is being typed.
    current: Option<String>,
    next: u64,
    /// The browser has said that it cannot keep them.
    pub(crate) is_storage_full: bool,
}

impl Drafts {
    /// What the browser has kept, read when the page opens.
    pub(crate) fn restore(&mut self, mut kept: Vec<Draft>, next: u64) {
        kept.sort_by_key(|draft| draft.key.parse::<u64>().unwrap_or(0));
        kept.append(&mut self.all);
        self.all = kept;
        self.next = self.next.max(next);
    }

    /// The text in the editor changed: it is a draft from now on, unless it is nothing or an exhibit's.
    pub(crate) fn keep(&mut self, text: &str, effects: &mut Vec<Effect>) {
        if text.trim().is_empty() || exhibits().iter().any(|exhibit| exhibit.script == text) {
            if let Some(key) = self.current.take() {
                self.forget(&key, effects);
            }
            return;
        }
        let next = self.next;
        let key = self.current.get_or_insert_with(|| next.to_string()).clone();
        match self.all.iter_mut().find(|draft| draft.key == key) {
            Some(draft) => text.clone_into(&mut draft.text),
            None => {
                self.next += 1;
                self.all.push(Draft { key: key.clone(), text: text.to_owned() });
                self.drop_oldest(effects);
            }
        }
        effects.push(Effect::KeepDraft { key, text: text.to_owned() });
    }

    fn drop_oldest(&mut self, effects: &mut Vec<Effect>) {
        if self.all.len() > MAX_DRAFTS {
            let oldest = self.all.remove(0);
            let name = name(&oldest.text);
            effects.push(Effect::Tell(format!("The oldest draft, {name}, is gone: {MAX_DRAFTS} are kept.")));
            effects.push(Effect::KeepDraft { key: oldest.key, text: String::new() });
        }
    }

    /// Another text comes into the editor. Returns the name of the draft that was there.
    pub(crate) fn begin_another(&mut self) -> Option<String> {
        let key = self.current.take()?;
        self.all.iter().find(|draft| draft.key == key).map(|draft| name(&draft.text))
    }

    /// Goes on with a draft.
    pub(crate) fn open(&mut self, key: &str) -> Option<String> {
        let draft = self.all.iter().find(|draft| draft.key == key)?;
        self.current = Some(draft.key.clone());
        Some(draft.text.clone())
    }

    pub(crate) fn forget(&mut self, key: &str, effects: &mut Vec<Effect>) {
        self.all.retain(|draft| draft.key != key);
        if self.current.as_deref() == Some(key) {
            self.current = None;
        }
        self.is_storage_full = false;
        effects.push(Effect::KeepDraft { key: key.to_owned(), text: String::new() });
    }

    /// Is it the one that is being typed?
    pub(crate) fn is_current(&self, key: &str) -> bool {
        self.current.as_deref() == Some(key)
    }
}

/// What a draft is called: its title, or its first line.
pub(crate) fn name(text: &str) -> String {
    let mut lines = text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'));
    let title = text.lines().find_map(|line| line.trim().strip_prefix("title "));
    let words = title.or_else(|| lines.next()).unwrap_or("without a title").trim();
    words.chars().take(NAME_CHARS).collect()
}
