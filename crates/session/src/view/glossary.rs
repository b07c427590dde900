//! The glossary: one term that was asked for, and all terms for who searches.

use super::Build;
use crate::action::Panel;
use crate::terms::{Term, read};
use crate::texts::{MissingText, TextId};

/// The glossary.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct GlossaryView {
    /// All terms; none while the text is not here.
    pub terms: Vec<Term>,
    /// The word that was asked for, if the glossary is open.
    pub open: Option<String>,
    /// Why there are no terms.
    pub missing: Option<MissingText>,
}

impl Build<'_> {
    /// Empty unless somebody looks into it.
    pub(super) fn glossary(&self) -> GlossaryView {
        let open = self.session.term.clone();
        if open.is_none() && !matches!(self.session.panel, Panel::Gallery | Panel::Palette) {
            return GlossaryView::default();
        }
        match self.session.texts.part(TextId::Docs, "glossary.md") {
            Ok(text) => GlossaryView { terms: read(text), open, missing: None },
            Err(missing) => GlossaryView { terms: Vec::new(), open, missing: Some(missing) },
        }
    }
}
