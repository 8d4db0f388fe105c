//! The search for words without which a file need not be parsed.
//!
//! Every file of a tree is searched, so the way matters: a set of a few words is found with vector instructions,
//! several gigabytes in a second, and an automaton that looks at each byte takes ten times as long.

use std::ops::Range;
use std::sync::OnceLock;

use aho_corasick::{AhoCorasick, packed};
use regex::Regex;

/// The search for any of some words as they stand.
///
/// A regular expression of the same words finds them the same way, and takes milliseconds to build besides.
#[derive(Debug)]
pub(super) enum Words {
    Packed(packed::Searcher),
    /// Where the processor has no instructions for the other.
    Automaton(AhoCorasick),
}

impl Words {
    pub(super) fn stand_in(&self, text: &str) -> bool {
        self.first_from(text, 0).is_some()
    }

    /// Where they stand, in order; none inside of another.
    pub(super) fn each_in<'a>(&'a self, text: &'a str) -> impl Iterator<Item = Range<usize>> + 'a {
        std::iter::successors(self.first_from(text, 0), move |last| self.first_from(text, last.end))
    }

    fn first_from(&self, text: &str, from: usize) -> Option<Range<usize>> {
        let rest = aho_corasick::Span { start: from, end: text.len() };
        let found = match self {
            Self::Packed(search) => search.find_in(text, rest),
            Self::Automaton(search) => search.find(aho_corasick::Input::new(text).span(rest)),
        };
        found.map(|found| found.range())
    }
}

/// Finds any of some words.
#[expect(clippy::expect_used, reason = "constant words; every test of a source builds its own")]
pub(super) fn any_of(words: &[&str]) -> Words {
    match packed::Searcher::new(words) {
        Some(search) => Words::Packed(search),
        None => Words::Automaton(AhoCorasick::new(words).expect("constant words")),
    }
}

/// A pattern that is slow to search for, behind one that is fast and holds wherever the first does.
#[derive(Debug)]
pub(super) struct Guarded {
    guard: Guard,
    /// Compiled where the guard is found: most patterns are needed in few trees.
    pattern: OnceLock<Regex>,
    text: &'static str,
}

/// The search before the search.
#[derive(Debug)]
enum Guard {
    Pattern(Regex),
    /// For what begins with a sign that is frequent, where a pattern would look at each byte.
    Test(fn(&str) -> bool),
}

impl Guarded {
    pub(super) fn new(guard: &str, text: &'static str) -> Self {
        Self { guard: Guard::Pattern(compiled(guard)), pattern: OnceLock::new(), text }
    }

    /// `guard` is cheaper than the pattern `text` and holds wherever that matches.
    pub(super) fn behind(guard: fn(&str) -> bool, text: &'static str) -> Self {
        Self { guard: Guard::Test(guard), pattern: OnceLock::new(), text }
    }

    pub(super) fn is_match(&self, text: &str) -> bool {
        let may_match = match &self.guard {
            Guard::Pattern(guard) => guard.is_match(text),
            Guard::Test(guard) => guard(text),
        };
        may_match && self.pattern.get_or_init(|| compiled(self.text)).is_match(text)
    }
}

#[expect(clippy::expect_used, reason = "constant patterns; tests of their sources use them all")]
fn compiled(pattern: &str) -> Regex {
    Regex::new(pattern).expect("a constant pattern")
}
