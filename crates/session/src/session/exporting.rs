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
            Action::CopyTable => copy(export::table::table(self), false, "The run is copied as a table."),
            Action::CopyScript => {
                copy(self.script_as_it_runs(), false, "The script is copied, with its kernel and steps.")
            }
            Action::CopyCertificate => match self.certificate() {
                Some(certificate) => copy(certificate, false, "The certificate is copied."),
                None => return,
            },
            Action::ExportJson => save("json", "application/json", export::json::json(self)),
            Action::ExportMermaid => save("mmd", "text/vnd.mermaid", export::mermaid::mermaid(self)),
            Action::ExportTable => save("txt", "text/plain", export::table::table(self)),
            _ => return,
        };
        effects.push(effect);
    }
}
