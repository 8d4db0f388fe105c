//! The search for words without which a file need not be parsed.
//!
//! Every file of a tree is searched, so the way matters: a set of a few words is found with vector instructions,
//! several gigabytes in a second, and an automaton that looks at each byte takes ten times as long.

use regex::Regex;

/// Finds any of some words as they stand, of those that begin at one place the first.
#[expect(clippy::expect_used, reason = "escaped words; every test of a source builds its own")]
pub(super) fn any_of(words: &[&str]) -> Regex {
    let words: Vec<String> = words.iter().map(|word| regex::escape(word)).collect();
    Regex::new(&words.join("|")).expect("escaped words")
}

/// A pattern that is slow to search for, behind one that is fast and holds wherever the first does.
#[derive(Debug)]
pub(super) struct Guarded {
    guard: Regex,
    pattern: Regex,
}

impl Guarded {
    #[expect(clippy::expect_used, reason = "constant patterns; every test of a source builds its own")]
    pub(super) fn new(guard: &str, pattern: &str) -> Self {
        let compiled = |pattern| Regex::new(pattern).expect("a constant pattern");
        Self { guard: compiled(guard), pattern: compiled(pattern) }
    }

    pub(super) fn is_match(&self, text: &str) -> bool {
        self.guard.is_match(text) && self.pattern.is_match(text)
    }
}
