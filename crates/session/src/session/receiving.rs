//! What is opened, dropped or pasted: runs come on screen, scripts into the editor, anything else is refused in words.

use super::{Address, Origin, Session, plural};
use crate::action::{Effect, FocusTarget, Panel};
use crate::link::Link;
use crate::received::{MAX_RECEIVED_BYTES, Received, is_png, png_text, received, received_in_picture};
use daxscope_core::scenario::limits::MAX_TEXT_BYTES;
use daxscope_core::scenario::parse;
use daxscope_core::scenario::{Diagnostic, Severity};
use daxscope_museum::exhibits;
use std::ops::Range;

impl Session {
    /// The bytes of a file that was chosen or dropped.
    pub(super) fn open_bytes(&mut self, name: &str, bytes: Vec<u8>, effects: &mut Vec<Effect>) -> Address {
        let is_picture = is_png(&bytes);
        let read = if is_picture {
            png_text(&bytes).ok_or("is a picture without a run in it: only those that daxscope saved have one")
        } else {
            String::from_utf8(bytes).map_err(|_| "is not a text in UTF-8, so it is not a script")
        };
        match read {
            Ok(text) if is_picture => self.receive(name, received_in_picture(&text), effects),
            Ok(text) => self.open_file(name, &text, effects),
            Err(why) => {
                effects.push(Effect::Tell(format!("Not opened: {name} {why}. The editor is as it was.")));
                Address::Same
            }
        }
    }

    /// A text that was chosen or dropped.
    pub(super) fn open_file(&mut self, name: &str, text: &str, effects: &mut Vec<Effect>) -> Address {
        let refusal = if text.len() > MAX_RECEIVED_BYTES {
            Some(format!("{name} has {} bytes; at most {MAX_RECEIVED_BYTES} are read.", text.len()))
        } else if text.contains(['\0', '\u{fffd}']) {
            Some(format!("{name} is not a text in UTF-8, so it is not a script."))
        } else {
            None
        };
        if let Some(refusal) = refusal {
            effects.push(Effect::Tell(refusal));
            return Address::Same;
        }
        self.receive(name, received(text), effects)
    }

    /// What was pasted: in place of a part of the text, or outside of the editor.
    pub(super) fn paste(&mut self, text: &str, place: Option<Range<usize>>, effects: &mut Vec<Effect>) -> Address {
        let Some(place) = place else {
            return self.receive("what was pasted", received(text), effects);
        };
        match received(text) {
            it @ (Received::Run { .. } | Received::Link { is_alone: true, .. }) => {
                self.receive("what was pasted", it, effects)
            }
            Received::Script { text: script, mended } if !mended.is_empty() => {
                let address = self.insert(place, &script, effects);
                effects.push(Effect::Tell(mended.join(" ")));
                address
            }
            _ => self.insert(place, text, effects),
        }
    }

    /// Writes a text in place of a part of the one in the editor.
    pub(super) fn insert(&mut self, bytes: Range<usize>, text: &str, effects: &mut Vec<Effect>) -> Address {
        let Some(front) = self.editor.text.get(..bytes.start) else { return Address::Same };
        let Some(rest) = self.editor.text.get(bytes.end..) else { return Address::Same };
        let caret = bytes.start + text.len();
        let new = [front, text, rest].concat();
        effects.push(Effect::SelectScript(caret..caret));
        self.edit(new, false, effects)
    }

    fn receive(&mut self, name: &str, it: Received, effects: &mut Vec<Effect>) -> Address {
        match it {
            Received::Run { script, from, mended } => self.receive_run(name, &script, from, &mended, effects),
            Received::Link { fragment, .. } => self.receive_link(name, &fragment, effects),
            Received::Script { text, .. } if text.len() > MAX_TEXT_BYTES => {
                effects.push(Effect::Tell(too_long(name, &text)));
                Address::Same
            }
            // A script that says where its reader stands was copied from a page: it is a run.
            Received::Script { text, mended } if is_copied_run(&text) => {
                self.receive_run(name, &text, "the script", &mended, effects)
            }
            Received::Script { text, mended } => {
                let address = self.begin_with(&text, &opened(name, &text, &mended), effects);
                effects.push(Effect::Focus(FocusTarget::Script));
                address
            }
            Received::Foreign(why) => {
                effects.push(Effect::Tell(format!(
                    "Not opened: {name} is no script, link or export of daxscope; {why}. The editor is as it was."
                )));
                Address::Same
            }
        }
    }

    pub(crate) fn receive_run(
        &mut self,
        name: &str,
        script: &str,
        from: &str,
        mended: &[String],
        effects: &mut Vec<Effect>,
    ) -> Address {
        let parsed = parse(script);
        if script.len() > MAX_TEXT_BYTES {
            effects.push(Effect::Tell(too_long(name, script)));
            return Address::Same;
        }
        if !parsed.is_ok() {
            return self.begin_with(script, &opened(name, script, mended), effects);
        }
        let origin = exhibits().iter().find(|exhibit| exhibit.script == script).map_or(Origin::Own, Origin::Exhibit);
        let aside = self.put_run_aside().and(self.aside.take());
        self.notices.clear();
        let position = parsed.position;
        self.load(origin, script, parsed, Link { position, ..Link::default() });
        self.aside = aside;
        if self.panel != Panel::Script {
            self.panel = Panel::None;
        }
        self.stop_search(effects);
        let mended = if mended.is_empty() { String::new() } else { format!(" {}", mended.join(" ")) };
        self.tell_what_opened(&format!("the run in {from}"), &mended, effects)
    }

    fn receive_link(&mut self, name: &str, fragment: &str, effects: &mut Vec<Effect>) -> Address {
        let aside = self.put_run_aside().and(self.aside.take());
        let panel = self.panel;
        self.load_link(fragment);
        // Whoever writes goes on writing, beside what was opened.
        if panel == Panel::Script && self.panel == Panel::None {
            self.panel = panel;
        }
        self.aside = aside;
        self.stop_search(effects);
        self.tell_what_opened(&format!("the link in {name}"), "", effects)
    }

    /// What runs now, where it stands, and the way back.
    fn tell_what_opened(&self, what: &str, mended: &str, effects: &mut Vec<Effect>) -> Address {
        let back = if self.aside.is_some() { " Ctrl+Z brings the run before back." } else { "" };
        effects.push(Effect::Tell(format!(
            "Opened {what}: {}, {}, step {} of {}.{mended}{back}",
            self.title(),
            self.revision_name(),
            self.run.position(),
            self.run.len()
        )));
        effects.push(Effect::Focus(FocusTarget::Step));
        Address::Push
    }
}

/// Does the script run, and say where its reader stands?
fn is_copied_run(script: &str) -> bool {
    let parsed = parse(script);
    parsed.is_ok() && parsed.source.position.is_some()
}

fn too_long(name: &str, text: &str) -> String {
    let (kib, limit) = (text.len().div_ceil(1024), MAX_TEXT_BYTES / 1024);
    format!("Not opened: the script in {name} has {kib} KiB, and {limit} are the limit.")
}

/// What is said of a script that is in the editor now: how to run it, or why it does not run.
fn opened(name: &str, script: &str, mended: &[String]) -> String {
    let mended: String = mended.iter().map(|sentence| format!(" {sentence}")).collect();
    match errors_sentence(&parse(script).diagnostics) {
        None => format!("Opened {name}.{mended} Ctrl+Enter runs it."),
        Some(errors) => format!("Opened {name}.{mended} It does not run yet: {errors}"),
    }
}

/// `3 errors, the first on line 2. There is no ...`; `None`: there is none.
pub(super) fn errors_sentence(diagnostics: &[Diagnostic]) -> Option<String> {
    let errors: Vec<&Diagnostic> = diagnostics.iter().filter(|it| it.severity == Severity::Error).collect();
    let first = errors.iter().min_by_key(|error| error.span.line)?;
    let place = if errors.len() == 1 { "on" } else { "the first on" };
    let comma = if errors.len() == 1 { "" } else { "," };
    Some(format!("{}{comma} {place} line {}. {}", plural(errors.len(), "error"), first.span.line, first.message))
}
