//! All exhibits of the museum, as cards.

use super::Build;
use super::Text;
use super::header::named_revisions;
use crate::session::Origin;

/// An exhibit.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ExhibitCard {
    /// Its id in links.
    pub id: Text,
    /// Its title.
    pub title: &'static str,
    /// One sentence.
    pub about: &'static str,
    /// Kernels that have the bug.
    pub broken: Text,
    /// Kernels that do not.
    pub mended: Text,
    /// How the bug is known: mail, code, inferred.
    pub confirmed: &'static str,
    /// The rule that breaks, in two or three words.
    pub rule: Option<&'static str>,
    /// Found by reading code only, and never confirmed by history.
    pub is_candidate: bool,
    /// Why it cannot be shown yet.
    pub known_failure: Option<&'static str>,
    /// Is it what runs?
    pub is_open: bool,
}

impl Build<'_> {
    pub(super) fn gallery(&self) -> Vec<ExhibitCard> {
        if self.session.panel != crate::action::Panel::Gallery {
            return Vec::new();
        }
        let open = match self.session.origin {
            Origin::Exhibit(exhibit) => Some(exhibit.id),
            Origin::Own => None,
        };
        let card = |exhibit: &daxscope_museum::Exhibit| {
            let named = named_revisions(exhibit);
            let names = |is_broken| {
                let names = named.iter().filter(|named| named.is_broken == is_broken).map(|named| named.name);
                names.collect::<Vec<_>>().join(", ").into()
            };
            ExhibitCard {
                id: exhibit.id.into(),
                title: exhibit.title,
                about: exhibit.about,
                broken: names(true),
                mended: names(false),
                confirmed: exhibit.confirmed,
                rule: exhibit.expect.map(|rule| rule.headline()),
                is_candidate: exhibit.candidate,
                known_failure: exhibit.known_failure,
                is_open: open == Some(exhibit.id),
            }
        };
        daxscope_museum::exhibits().iter().map(card).collect()
    }
}
