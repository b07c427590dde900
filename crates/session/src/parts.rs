//! Which parts of the page are on screen, beside the tree, which always is.

/// A part of the page that can be put away.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Part {
    /// Exhibit, kernel, menus.
    Header,
    /// The threads.
    Threads,
    /// The kernel function.
    Code,
    /// The file and its memory.
    Memory,
    /// What the step changed, waits, locks, page tables.
    Details,
    /// The lanes.
    Lanes,
    /// What is watched.
    Watch,
}

impl Part {
    /// All of them, each with its letter (a key of presenter mode, and its name in links) and its name.
    pub const ALL: [(Part, char, &'static str); 7] = [
        (Part::Header, 'k', "Head line"),
        (Part::Threads, 't', "Threads"),
        (Part::Code, 'c', "Code"),
        (Part::Memory, 'm', "Memory"),
        (Part::Details, 'd', "Details"),
        (Part::Lanes, 'l', "Lanes"),
        (Part::Watch, 'w', "Watch list"),
    ];

    const fn bit(self) -> u8 {
        1 << self as u8
    }
}

/// A set of parts.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub struct Parts(u8);

impl Parts {
    /// Every part: what the page shows.
    pub const EVERY: Parts = Parts(0b111_1111);
    /// No part: what presenter mode shows, so that the tree fills the screen.
    pub const NONE: Parts = Parts(0);

    /// Is the part on screen?
    #[must_use]
    pub const fn has(self, part: Part) -> bool {
        self.0 & part.bit() != 0
    }

    /// Puts a part on screen, or away.
    pub fn toggle(&mut self, part: Part) {
        self.0 ^= part.bit();
    }

    /// The letters of the parts.
    #[must_use]
    pub fn letters(self) -> String {
        let mut letters = String::new();
        for (part, letter, _) in Part::ALL {
            if self.has(part) {
                letters.push(letter);
            }
        }
        letters
    }

    /// The parts of some letters; others are passed over.
    #[must_use]
    pub fn of_letters(letters: &str) -> Parts {
        let mut parts = Parts::NONE;
        for (part, letter, _) in Part::ALL {
            if letters.contains(letter) {
                parts.toggle(part);
            }
        }
        parts
    }
}
