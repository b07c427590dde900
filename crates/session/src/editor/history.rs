//! Undo: every change of the text, whoever made it. The browser's own undo forgets everything when a program writes.

use std::ops::Range;

/// Changes that are kept, and the bytes that they hold together.
const MAX_CHANGES: usize = 1000;
const MAX_BYTES: usize = 8 << 20;

/// What was changed, and what was taken back.
#[derive(Debug, Default)]
pub(crate) struct History {
    done: Vec<Change>,
    undone: Vec<Change>,
    bytes: usize,
}

/// One part of the text became another.
#[derive(Clone, PartialEq, Eq, Debug)]
struct Change {
    at: usize,
    removed: String,
    inserted: String,
    /// By typing: the next key press may belong to it.
    typed: bool,
}

impl History {
    /// Can something be taken back?
    pub(crate) fn can_undo(&self) -> bool {
        !self.done.is_empty()
    }

    /// Can something be made again?
    pub(crate) fn can_redo(&self) -> bool {
        !self.undone.is_empty()
    }

    /// Notes that a text became another.
    pub(crate) fn record(&mut self, old: &str, new: &str, typed: bool) {
        let Some(change) = difference(old, new, typed) else { return };
        self.undone.clear();
        let size = change.removed.len() + change.inserted.len();
        self.bytes += size;
        match self.done.last_mut().filter(|last| last.takes(&change)) {
            Some(last) => last.join(change),
            None => self.done.push(change),
        }
        while self.done.len() > MAX_CHANGES || (self.bytes > MAX_BYTES && self.done.len() > 1) {
            let oldest = self.done.remove(0);
            self.bytes -= oldest.removed.len() + oldest.inserted.len();
        }
    }

    /// The text before the last change, and where it was.
    pub(crate) fn undo(&mut self, text: &str) -> Option<(String, Range<usize>)> {
        let change = self.done.pop()?;
        let before = exchange(text, change.at, &change.inserted, &change.removed)?;
        let selection = change.at..change.at + change.removed.len();
        self.bytes -= change.removed.len() + change.inserted.len();
        self.undone.push(change);
        Some((before, selection))
    }

    /// The text behind the change that was taken back last, and where that was.
    pub(crate) fn redo(&mut self, text: &str) -> Option<(String, Range<usize>)> {
        let mut change = self.undone.pop()?;
        let after = exchange(text, change.at, &change.removed, &change.inserted)?;
        let selection = change.at + change.inserted.len()..change.at + change.inserted.len();
        self.bytes += change.removed.len() + change.inserted.len();
        change.typed = false;
        self.done.push(change);
        Some((after, selection))
    }
}

impl Change {
    /// Does a key press go on with this one? A word is one change, and so is a run of deletions.
    fn takes(&self, next: &Change) -> bool {
        if !self.typed || !next.typed {
            return false;
        }
        let inserts = next.removed.is_empty() && self.removed.is_empty();
        if inserts && next.at == self.at + self.inserted.len() && next.inserted.chars().count() == 1 {
            let is_word = |text: &str, last: bool| {
                let c = if last { text.chars().next_back() } else { text.chars().next() };
                c.is_some_and(|c| !c.is_whitespace())
            };
            return is_word(&self.inserted, true) || !is_word(&next.inserted, false);
        }
        let deletes = next.inserted.is_empty() && self.inserted.is_empty();
        deletes && (next.at + next.removed.len() == self.at || next.at == self.at)
    }

    fn join(&mut self, next: Change) {
        self.inserted.push_str(&next.inserted);
        if next.at < self.at {
            self.removed.insert_str(0, &next.removed);
            self.at = next.at;
        } else {
            self.removed.push_str(&next.removed);
        }
    }
}

fn exchange(text: &str, at: usize, old: &str, new: &str) -> Option<String> {
    let (front, rest) = (text.get(..at)?, text.get(at..)?.strip_prefix(old)?);
    Some([front, new, rest].concat())
}

/// The one part in which two texts differ.
fn difference(old: &str, new: &str, typed: bool) -> Option<Change> {
    if old == new {
        return None;
    }
    let mut front = old.bytes().zip(new.bytes()).take_while(|(a, b)| a == b).count();
    while !old.is_char_boundary(front) || !new.is_char_boundary(front) {
        front -= 1;
    }
    let most = old.len().min(new.len()) - front;
    let mut back = old.bytes().rev().zip(new.bytes().rev()).take(most).take_while(|(a, b)| a == b).count();
    while !old.is_char_boundary(old.len() - back) || !new.is_char_boundary(new.len() - back) {
        back -= 1;
    }
    let (removed, inserted) = (&old[front..old.len() - back], &new[front..new.len() - back]);
    Some(Change { at: front, removed: removed.to_owned(), inserted: inserted.to_owned(), typed })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Types texts one after the other; all undone, all redone.
    #[test]
    fn every_change_can_be_taken_back_and_made_again() {
        let texts = ["", "thread A\n", "thread Ä\n", "thread Ö\n", "thread Ö\n  read 4K at 0\n", "read", "", "x"];
        let mut history = History::default();
        for pair in texts.windows(2) {
            history.record(pair[0], pair[1], false);
        }
        let mut text = "x".to_owned();
        for expect in texts.iter().rev().skip(1) {
            text = history.undo(&text).expect("a change").0;
            assert_eq!(text, *expect);
        }
        assert!(!history.can_undo());
        for expect in &texts[1..] {
            text = history.redo(&text).expect("a change").0;
            assert_eq!(text, *expect);
        }
        assert!(!history.can_redo());
    }

    #[test]
    fn a_word_that_is_typed_is_one_change_and_so_are_deletions_in_a_row() {
        let mut history = History::default();
        let mut text = String::new();
        let mut become_text = |history: &mut History, new: &str, typed| {
            history.record(&text, new, typed);
            text = new.to_owned();
        };
        for length in 1..="read 4K".len() {
            become_text(&mut history, &"read 4K"[..length], true);
        }
        become_text(&mut history, "read ", false);
        become_text(&mut history, "read", true);
        become_text(&mut history, "rea", true);
        let mut states = Vec::new();
        let mut now = "rea".to_owned();
        while let Some((before, _)) = history.undo(&now) {
            states.push(before.clone());
            now = before;
        }
        assert_eq!(states, ["read ", "read 4K", "read ", ""].map(str::to_owned));
    }

    #[test]
    fn what_is_undone_is_forgotten_when_something_else_is_written() {
        let mut history = History::default();
        history.record("", "a", false);
        history.undo("a");
        assert!(history.can_redo());
        history.record("", "b", false);
        assert!(!history.can_redo());
    }
}
