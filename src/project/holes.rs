//! Pieces of texts that nobody knows.
//!
//! A value that is not in the tree is carried through interpolation, merging and dotenv files as a mark
//! inside the text, so that `http://${HOST}:80` stays one text of which a part is unknown.

use std::cell::RefCell;

/// Begins a mark; Unicode keeps it for uses inside a program, so texts do not hold it.
const BEGIN: char = '\u{fdd0}';
/// Ends a mark.
const END: char = '\u{fdd1}';

/// The reasons of all marks of one run.
#[derive(Default)]
pub(super) struct Holes {
    reasons: RefCell<Vec<Hole>>,
}

/// Why a piece is not known.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct Hole {
    pub(super) reason: String,
    /// Whether there surely is some value.
    pub(super) is_set: bool,
}

impl Holes {
    /// A mark for a piece that is not known.
    pub(super) fn mark(&self, reason: &str, is_set: bool) -> String {
        let hole = Hole { reason: reason.to_owned(), is_set };
        let mut reasons = self.reasons.borrow_mut();
        let number = reasons.iter().position(|known| *known == hole).unwrap_or_else(|| {
            reasons.push(hole);
            reasons.len() - 1
        });
        format!("{BEGIN}{number}{END}")
    }

    /// The first hole of a text; the hole of a text that only looks marked is one of its own.
    pub(super) fn first(&self, text: &str) -> Option<Hole> {
        let begin = text.find(BEGIN)?;
        let number = text.get(begin + BEGIN.len_utf8()..).and_then(|rest| rest.split(END).next());
        let number = number.and_then(|number| number.parse::<usize>().ok());
        let hole = number.and_then(|number| self.reasons.borrow().get(number).cloned());
        Some(hole.unwrap_or_else(|| Hole { reason: "the text is no plain text".to_owned(), is_set: true }))
    }

    /// Whether all of `text` is one mark.
    pub(super) fn is_whole(text: &str) -> bool {
        text.starts_with(BEGIN) && text.find(END).is_some_and(|end| end + END.len_utf8() == text.len())
    }
}

/// Where the first mark of a text begins.
pub(super) fn first_mark(text: &str) -> Option<usize> {
    text.find(BEGIN)
}
