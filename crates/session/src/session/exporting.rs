//! What leaves the page.

use super::Session;
use crate::action::{Action, Effect};
use crate::export;
use crate::export::home::Reach;
use crate::link::MAX_LINK_BYTES;
use crate::view::alerts::NoticeKind;

impl Session {
    pub(super) fn export(&mut self, action: &Action, effects: &mut Vec<Effect>) {
        let copy = |text: String, is_fragment, done: &str| Effect::CopyText { text, is_fragment, done: done.into() };
        let name = |suffix: &str| format!("daxscope-{}.{suffix}", export::file_stem(&self.title()));
        let save = |suffix, mime, text| Effect::Download { name: name(suffix), mime, text };
        let effect = match action {
            Action::CopyLink => {
                let fragment = self.fragment_to_share();
                if fragment.len() > MAX_LINK_BYTES {
                    let kib = fragment.len().div_ceil(1024);
                    self.notice(
                        NoticeKind::Problem,
                        format!(
                            "A link to this run would have {kib} KiB, and 64 are the limit. Save it as JSON instead."
                        ),
                    );
                    return;
                }
                self.link_to_copy(fragment)
            }
            Action::CopyTable => copy(export::table::table(self, false), false, "The run is copied as a table."),
            Action::CopyShortTable => {
                copy(export::table::table(self, true), false, "The steps that matter are copied as a table.")
            }
            Action::CopyCommit => copy(export::table::commit(self), false, "The diagram is copied."),
            Action::ExportShortTable => save("short.txt", "text/plain", export::table::table(self, true)),
            Action::ExportCommit => save("commit.txt", "text/plain", export::table::commit(self)),
            Action::SaveOneFile if self.fragment().len() <= MAX_LINK_BYTES => {
                Effect::SaveOneFile { name: name("html"), title: self.title(), fragment: self.fragment_to_share() }
            }
            Action::SaveOneFile => {
                effects.push(Effect::Tell(format!(
                    "One file can open a run of 64 KiB, and this has {}. Save it as JSON instead.",
                    self.fragment().len().div_ceil(1024)
                )));
                return;
            }
            Action::CopyScript => {
                copy(self.script_as_it_runs(), false, "The script is copied, with its kernel and steps.")
            }
            Action::CopyCertificate => match self.certificate() {
                Some(certificate) => copy(certificate, false, "The certificate is copied."),
                None => return,
            },
            Action::SetBase(address) => return self.set_base(address, effects),
            Action::ExportJson => save("json", "application/json", export::json::json(self)),
            Action::ExportMermaid => save("mmd", "text/vnd.mermaid", export::mermaid::mermaid(self)),
            Action::ExportTable => save("txt", "text/plain", export::table::table(self, false)),
            _ => return,
        };
        effects.push(effect);
    }

    fn link_to_copy(&self, fragment: String) -> Effect {
        let home = self.home();
        let done = match (Reach::of(home), &self.page) {
            (Reach::Everybody, _) | (_, None) => "The link is copied.",
            (Reach::ThisMachine, _) => {
                "The link is copied, but it opens only on this machine: set the address of a public page in Export, or send the table."
            }
            (Reach::Nobody, _) => {
                "This page is a file, so only the part from # is copied: it can be pasted on any page of daxscope. An address for \
                 links can be set in Export."
            }
        };
        let is_own = self.base.is_empty();
        let text = if is_own { fragment } else { format!("{home}#{fragment}") };
        Effect::CopyText { text, is_fragment: is_own, done: done.into() }
    }

    /// Keeps the address that links are to lead to; an empty one: that of the page.
    pub(super) fn set_base(&mut self, address: &str, effects: &mut Vec<Effect>) {
        let address = address.trim().split('#').next().unwrap_or("").to_owned();
        if !address.is_empty() && Reach::of(&address) == Reach::Nobody {
            let sentence =
                "Links need an address that begins with http:// or https://, such as https://example.org/daxscope/.";
            effects.push(Effect::Tell(sentence.into()));
            return;
        }
        effects.push(Effect::Tell(match Reach::of(&address) {
            Reach::Nobody => "Links lead to this page.".into(),
            Reach::ThisMachine => format!("Links lead to {address}, which opens only on this machine."),
            Reach::Everybody => format!("Links lead to {address}"),
        }));
        effects.push(Effect::KeepBase(address.clone()));
        self.base = address;
    }

    /// The address that was set for links.
    #[must_use]
    pub fn base(&self) -> &str {
        &self.base
    }

    /// Link and script, for pictures.
    #[must_use]
    pub fn carried(&self) -> String {
        export::table::carried(self)
    }

    /// The run as it is saved: script, kernel, schedule, position, every step.
    #[must_use]
    pub fn json(&self) -> String {
        export::json::json(self)
    }

    /// The diagram of commit messages, its link below `page`.
    #[must_use]
    pub fn diagram_for_commit(&mut self, page: &str) -> String {
        self.page = Some(page.to_owned());
        export::table::commit(self)
    }

    /// The run as a table for a mail, its link below `page`; perhaps only the steps that matter.
    #[must_use]
    pub fn table_for_mail(&mut self, page: &str, only_what_matters: bool) -> String {
        self.page = Some(page.to_owned());
        export::table::table(self, only_what_matters)
    }
}
