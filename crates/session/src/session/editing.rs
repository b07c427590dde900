//! What the editor does besides typing.

use super::{Address, Session, plural};
use crate::action::{Effect, FocusTarget, Panel};
use crate::editor::{EditorAction, TEMPLATES, draft_name};
use crate::view::alerts::NoticeKind;
use daxscope_core::scenario::parse;
use daxscope_core::scenario::{Edit, Operation, edit};
use daxscope_core::units::MmId;

impl Session {
    pub(super) fn editor_does(&mut self, action: EditorAction, effects: &mut Vec<Effect>) -> Address {
        match action {
            EditorAction::Undo => self.walk_back(true, effects),
            EditorAction::Redo => self.walk_back(false, effects),
            EditorAction::New => self.begin_with("", "An empty script.", effects),
            EditorAction::Template(name) => match TEMPLATES.iter().find(|template| template.name == name) {
                Some(template) => self.begin_with(template.text, &format!("Template: {name}."), effects),
                None => Address::Same,
            },
            EditorAction::Open { name, text } => self.open_file(&name, &text, effects),
            EditorAction::File { name, bytes } => self.open_bytes(&name, bytes, effects),
            EditorAction::CannotOpen(why) => {
                effects.push(Effect::Tell(why));
                Address::Same
            }
            EditorAction::Save => self.save(effects),
            EditorAction::Replace { bytes, text } => self.insert(bytes, &text, effects),
            EditorAction::Paste { text, place } => self.paste(&text, place, effects),
            EditorAction::Change(change) => self.change(&change, effects),
            EditorAction::Operation { thread, index, words, via } => match self.operation(&words, via) {
                Ok(operation) => self.change(
                    &match index {
                        Some(index) => Edit::SetOperation(thread, index, operation),
                        None => Edit::AddOperation(thread, operation),
                    },
                    effects,
                ),
                Err(why) => {
                    effects.push(Effect::Tell(why));
                    Address::Same
                }
            },
            EditorAction::OpenDraft(key) => match self.editor.drafts.open(&key) {
                Some(text) => {
                    self.show_panel(effects);
                    self.editor.set(text.clone(), parse(&text), false);
                    Address::Replace
                }
                None => Address::Same,
            },
            EditorAction::ForgetDraft(key) => {
                self.editor.drafts.forget(&key, effects);
                effects.push(Effect::Tell("The draft is deleted.".into()));
                Address::Same
            }
            EditorAction::Restore(drafts, next) => {
                self.editor.drafts.restore(drafts, next);
                Address::Same
            }
            EditorAction::WasTyping(key) => {
                if let Some(draft) = self.editor.drafts.all.iter().find(|draft| draft.key == key)
                    && draft.text != self.editor.text
                {
                    let name = draft_name(&draft.text);
                    let told = format!(
                        "What you typed in this tab before is kept as the draft \"{name}\". Here runs what the address says; \
                         \"Bring back my draft\" in the panel Script has yours."
                    );
                    self.notice(NoticeKind::Information, told);
                }
                Address::Same
            }
            EditorAction::StorageFull => {
                if !self.editor.drafts.is_storage_full {
                    let sentence = "The draft could not be kept: the storage of this browser is full or forbidden.";
                    effects.push(Effect::Tell(sentence.into()));
                }
                self.editor.drafts.is_storage_full = true;
                Address::Same
            }
        }
    }

    fn walk_back(&mut self, back: bool, effects: &mut Vec<Effect>) -> Address {
        match self.editor.walk(back) {
            Some(selection) => {
                self.editor.drafts.keep(&self.editor.text, effects);
                effects.push(Effect::SelectScript(selection));
            }
            None => {
                let nothing =
                    if back { "There is no change to take back." } else { "There is no change to make again." };
                effects.push(Effect::Tell(nothing.into()));
            }
        }
        Address::Same
    }

    /// Another text in the editor; what was there is kept.
    pub(super) fn begin_with(&mut self, text: &str, said: &str, effects: &mut Vec<Effect>) -> Address {
        self.show_in_editor(text.to_owned(), parse(text));
        self.show_panel(effects);
        effects.push(Effect::Tell(said.to_owned()));
        Address::Replace
    }

    fn show_panel(&mut self, effects: &mut Vec<Effect>) {
        self.panel = Panel::Script;
        effects.push(Effect::SelectScript(0..0));
        effects.push(Effect::Focus(FocusTarget::Script));
    }

    fn save(&mut self, effects: &mut Vec<Effect>) -> Address {
        let mut name = String::new();
        for c in draft_name(&self.editor.text).chars() {
            match c {
                _ if c.is_ascii_alphanumeric() => name.push(c.to_ascii_lowercase()),
                _ if !name.is_empty() && !name.ends_with('-') => name.push('-'),
                _ => {}
            }
        }
        let name = format!("{}.dax", if name.is_empty() { "script" } else { name.trim_end_matches('-') });
        // A file that said another run than the screen would send somebody the wrong one.
        let of_what_runs = self.editor_is_of_what_runs();
        let is_elsewhere = self.run.position() != self.editor.parsed.position;
        let has_more = of_what_runs && (is_elsewhere || self.beyond_script().is_some());
        let text = match has_more {
            true => self.with_run(&self.editor.text, &self.editor.parsed.scenario),
            false => self.editor.text.clone(),
        };
        effects.push(Effect::Download { name: name.clone(), mime: "text/plain", text });
        effects.push(Effect::Tell(if !of_what_runs {
            format!(
                "Saved {name} as it is in the editor. The run on screen is of another script: Export saves that one."
            )
        } else if has_more {
            let steps = plural(self.schedule().choices.len(), "step");
            format!(
                "Saved {name} with the run on screen: {}, {steps}, position {}.",
                self.revision_name(),
                self.run.position()
            )
        } else {
            format!("Saved {name}.")
        }));
        Address::Same
    }

    fn change(&mut self, change: &Edit, effects: &mut Vec<Effect>) -> Address {
        match edit(&self.editor.text, change) {
            Ok(text) => self.edit(text, false, effects),
            Err(why) => {
                effects.push(Effect::Tell(why));
                Address::Same
            }
        }
    }
}

impl Session {
    /// What a line says on the kernel of the script in the editor, through that process.
    fn operation(&self, words: &str, via: Option<usize>) -> Result<Operation, String> {
        operation_of(self.editor.parsed.scenario.revision.is_xarray(), words, via)
    }
}

/// Which operations there are depends on the era of the kernel alone.
fn operation_of(is_xarray: bool, words: &str, via: Option<usize>) -> Result<Operation, String> {
    let kernel = if is_xarray { "7.3" } else { "4.10.0" };
    let parsed = parse(&format!("revision {kernel}\nfile 8192G\nthread A\n{}\n", words.replace('\n', " ")));
    if let Some(mistake) = parsed.diagnostics.first() {
        let expected =
            if mistake.expected.is_empty() { String::new() } else { format!(" Expected: {}.", mistake.expected) };
        return Err(format!("{}{expected}", mistake.message));
    }
    let first = parsed.scenario.threads.first().and_then(|thread| thread.operations.first().copied());
    let mut operation = first.ok_or("The operation is missing.")?;
    if let (Operation::Access { mm, .. } | Operation::Munmap { mm }, Some(via)) = (&mut operation, via) {
        *mm = Some(MmId(via as u8));
    }
    Ok(operation)
}
