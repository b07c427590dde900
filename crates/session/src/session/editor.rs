//! The script editor.

use super::receiving::errors_sentence;
use super::{Address, Origin, Session};
use crate::action::{Effect, FocusTarget, Panel};
use crate::link::Link;
use crate::view::alerts::NoticeKind;
use daxscope_core::scenario::parse;
use daxscope_core::scenario::{Parsed, format_text};
use daxscope_museum::exhibits;

impl Session {
    /// The machine keeps what it runs.
    pub(super) fn edit(&mut self, text: String, typed: bool, effects: &mut Vec<Effect>) -> Address {
        if text != self.editor.text {
            let parsed = parse(&text);
            self.editor.set(text, parsed, typed);
            self.editor.drafts.keep(&self.editor.text, effects);
        }
        Address::Same
    }

    /// Another text comes into the editor. What was there can be had again by undo; if it was a draft, it is kept as well.
    pub(super) fn show_in_editor(&mut self, text: String, parsed: Parsed) {
        if text == self.editor.text {
            self.editor.parsed = parsed;
            return;
        }
        self.editor.set(text, parsed, false);
        if let Some(name) = self.editor.drafts.begin_another() {
            self.notice(NoticeKind::Information, format!("Your draft \"{name}\" is kept: Script, File, Drafts."));
        }
    }

    pub(super) fn run_script(&mut self, effects: &mut Vec<Effect>) -> Address {
        if let Some(errors) = errors_sentence(&self.editor.parsed.diagnostics) {
            let sentence = format!("The script does not run yet: {errors}");
            effects.push(Effect::Tell(sentence));
            effects.push(Effect::Focus(FocusTarget::Script));
            self.panel = Panel::Script;
            return Address::Same;
        }
        self.notices.clear();
        let text = self.editor.text.clone();
        let parsed = parse(&text);
        let origin = match exhibits().iter().find(|exhibit| exhibit.script == text) {
            Some(exhibit) => Origin::Exhibit(exhibit),
            None => Origin::Own,
        };
        let link = Link { position: parsed.position, ..Link::default() };
        let aside = self.put_run_aside().zip(self.aside.take());
        self.load(origin, &text, parsed, link);
        self.stop_search(effects);
        effects.push(Effect::Tell(match &aside {
            None => format!("Running: {}.", self.title()),
            Some((steps, _)) => format!(
                "Running: {}. The run before, of {}, is put aside: Ctrl+Z brings it back.",
                self.title(),
                plural(*steps, "step")
            ),
        }));
        self.aside = aside.map(|(_, link)| link);
        if self.run.scenario().threads.is_empty() {
            self.notice(NoticeKind::Information, "The script has no threads. Add a line `thread A` and an operation.");
        }
        // What one wants then is to step; `s` goes back to the text.
        effects.push(Effect::Focus(FocusTarget::Step));
        Address::Push
    }

    pub(super) fn format_script(&mut self, effects: &mut Vec<Effect>) -> Address {
        let formatted = format_text(&self.editor.text);
        let done = if formatted == self.editor.text { "The script was in canonical form." } else { "Formatted." };
        effects.push(Effect::Tell(done.into()));
        self.edit(formatted, false, effects)
    }
}

/// `2 errors`.
pub(crate) fn plural(count: usize, noun: &str) -> String {
    match count {
        1 => format!("1 {noun}"),
        _ => format!("{count} {noun}s"),
    }
}
