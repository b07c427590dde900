//! What leaves the page.

use super::Session;
use crate::action::{Action, Effect};
use crate::export;
use crate::link::MAX_LINK_BYTES;
use crate::view::alerts::NoticeKind;

impl Session {
    pub(super) fn export(&mut self, action: &Action, effects: &mut Vec<Effect>) {
        let copy = |text: String, is_fragment, done: &str| Effect::CopyText { text, is_fragment, done: done.into() };
        let name = |suffix: &str| format!("daxscope-{}.{suffix}", export::file_stem(&self.title()));
        let save = |suffix, mime, text| Effect::Download { name: name(suffix), mime, text };
        let effect = match action {
            Action::CopyLink => {
                let fragment = self.fragment();
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
                copy(fragment, true, "The link is copied.")
            }
            Action::CopyTable => copy(export::table::table(self, false), false, "The run is copied as a table."),
            Action::CopyShortTable => {
                copy(export::table::table(self, true), false, "The steps that matter are copied as a table.")
            }
            Action::CopyCommit => copy(export::table::commit(self), false, "The diagram is copied."),
            Action::ExportShortTable => save("short.txt", "text/plain", export::table::table(self, true)),
            Action::ExportCommit => save("commit.txt", "text/plain", export::table::commit(self)),
            Action::SaveOneFile if self.fragment().len() <= MAX_LINK_BYTES => {
                Effect::SaveOneFile { name: name("html"), title: self.title(), fragment: self.fragment() }
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
            Action::ExportJson => save("json", "application/json", export::json::json(self)),
            Action::ExportMermaid => save("mmd", "text/vnd.mermaid", export::mermaid::mermaid(self)),
            Action::ExportTable => save("txt", "text/plain", export::table::table(self, false)),
            _ => return,
        };
        effects.push(effect);
    }

    /// The run as a table for a mail, its link below `page`; perhaps only the steps that matter.
    #[must_use]
    pub fn table_for_mail(&mut self, page: &str, only_what_matters: bool) -> String {
        self.page = page.to_owned();
        export::table::table(self, only_what_matters)
    }
}
