//! What a change would look like, fit to be shown.

use similar::{ChangeTag, TextDiff};

use super::apply::Change;
use crate::engine::{Snapshot, decode};
use crate::secret::{MaskedFile, mask};
use crate::text::{Span, TreePath};

/// Lines around a change that are shown with it.
const CONTEXT: usize = 3;

/// A masked part of at least this many bytes is masked wherever it occurs: what one text of a change tells
/// to be secret is secret in the other as well. Only lines that change are searched: the name of a service may
/// well equal a masked value elsewhere.
const LEAST_REPEATED: usize = 5;

/// The difference that a change makes to one file, with everything masked that may be secret.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Preview {
    /// The file.
    pub path: TreePath,
    /// Whether the file is new.
    pub is_new: bool,
    /// The places that change, with the lines around them.
    pub hunks: Vec<Hunk>,
}

/// Lines that change together.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Hunk {
    /// The first line before the change, from 1, and how many there are.
    pub before: (usize, usize),
    /// The same after the change.
    pub after: (usize, usize),
    /// The lines.
    pub lines: Vec<Line>,
}

/// One line of a hunk.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Line {
    /// What becomes of it.
    pub tag: Tag,
    /// Its masked text, without the line ending.
    pub text: String,
    /// Whether a newline ends it.
    pub is_ended: bool,
}

/// What becomes of a line.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Tag {
    /// It stays.
    Same,
    /// It goes.
    Gone,
    /// It comes.
    New,
}

/// The differences that `changes` make, in the order of paths. `before` and `after` are the tree without
/// and with them: each knows what in its texts may be secret, and what one of them knows is masked in both.
#[must_use]
pub fn preview(before: &Snapshot, after: &Snapshot, changes: &[Change]) -> Vec<Preview> {
    let texts: Vec<(String, String)> = changes
        .iter()
        .map(|change| (decode(change.before.clone().unwrap_or_default()), decode(change.after.clone())))
        .collect();
    let masked: Vec<(String, String)> = changes
        .iter()
        .zip(&texts)
        .map(|(change, (old, new))| (shown(before, &change.path, old), shown(after, &change.path, new)))
        .collect();
    let mut hidden: Vec<&str> = Vec::new();
    for ((old, new), (old_shown, new_shown)) in texts.iter().zip(&masked) {
        covered(old, old_shown, &mut hidden);
        covered(new, new_shown, &mut hidden);
    }
    hidden.sort_unstable();
    hidden.dedup();
    let everywhere = Everywhere::new(&hidden);
    changes
        .iter()
        .zip(texts.iter().zip(&masked))
        .map(|(change, ((old, new), (old_shown, new_shown)))| Preview {
            path: change.path.clone(),
            is_new: change.before.is_none(),
            hunks: hunks((old, old_shown), (new, new_shown), &everywhere),
        })
        .collect()
}

/// `text`, the content of `path`, as a run may show it.
fn shown(snapshot: &Snapshot, path: &TreePath, text: &str) -> String {
    match snapshot.index.files.at(path) {
        Some(file) if file.text == text => snapshot.masked(file.id).text,
        _ => MaskedFile::new(path.clone(), text, &[]).text,
    }
}

/// The parts of `text` that `shown` hides, line by line.
fn covered<'a>(text: &'a str, shown: &str, hidden: &mut Vec<&'a str>) {
    let mut start = None;
    for (at, (real, masked)) in text.bytes().zip(shown.bytes()).enumerate() {
        match (masked == b'*' && real != b'*', start) {
            (true, None) => start = Some(at),
            (false, Some(from)) => {
                hidden.extend(part(text, from, at));
                start = None;
            }
            _ => {}
        }
    }
    hidden.extend(start.and_then(|from| part(text, from, text.len())));
}

fn part(text: &str, from: usize, to: usize) -> Option<&str> {
    let part = text.get(from..to)?.trim_matches(['"', '\'', ' ']);
    (part.len() >= LEAST_REPEATED).then_some(part)
}

/// Parts that are hidden wherever they stand in lines that change.
struct Everywhere(Option<aho_corasick::AhoCorasick>);

impl Everywhere {
    fn new(parts: &[&str]) -> Self {
        // Without a search nothing is known to be safe, and `mask` below hides all.
        Self(aho_corasick::AhoCorasick::new(parts).ok())
    }

    fn mask(&self, text: &str, shown: &str) -> String {
        match &self.0 {
            Some(search) => {
                let spans: Vec<Span> = search
                    .find_overlapping_iter(text)
                    .map(|found| Span::new(found.start(), found.end()))
                    .collect();
                mask(shown, &spans)
            }
            None => mask(shown, &[Span::new(0, text.len())]),
        }
    }
}

/// A line that stays, as both texts may show it: what either hides is hidden.
fn hidden_by_either(old: &str, new: &str) -> String {
    let hides = |line: &str| -> Vec<Span> {
        line.match_indices('*').map(|(at, sign)| Span::new(at, at + sign.len())).collect()
    };
    mask(new, &hides(old))
}

/// The lines that differ between two texts, told by the texts and shown by their masked forms.
fn hunks(
    (old, old_shown): (&str, &str),
    (new, new_shown): (&str, &str),
    everywhere: &Everywhere,
) -> Vec<Hunk> {
    let lines = |text| -> Vec<&str> { str::split_inclusive(text, '\n').collect() };
    let (old_lines, new_lines) = (lines(old), lines(new));
    let (old_shown, new_shown) = (lines(old_shown), lines(new_shown));
    let difference = TextDiff::from_slices(&old_lines, &new_lines);
    let at = |lines: &[&str], number: Option<usize>| {
        number.and_then(|number| lines.get(number)).copied().unwrap_or("").to_owned()
    };
    let line = |text: String, tag: Tag| {
        let is_ended = text.ends_with('\n');
        let text = text.strip_suffix('\n').unwrap_or(&text);
        Line { tag, text: text.strip_suffix('\r').unwrap_or(text).to_owned(), is_ended }
    };
    difference
        .grouped_ops(CONTEXT)
        .iter()
        .map(|operations| {
            let mut hunk = Hunk { before: (0, 0), after: (0, 0), lines: Vec::new() };
            let start = |range: Option<std::ops::Range<usize>>| range.map_or(0, |range| range.start);
            hunk.before.0 = start(operations.first().map(similar::DiffOp::old_range)) + 1;
            hunk.after.0 = start(operations.first().map(similar::DiffOp::new_range)) + 1;
            for change in operations.iter().flat_map(|operation| difference.iter_changes(operation)) {
                let (old, new) = (change.old_index(), change.new_index());
                hunk.lines.push(match change.tag() {
                    ChangeTag::Equal => {
                        line(hidden_by_either(&at(&old_shown, old), &at(&new_shown, new)), Tag::Same)
                    }
                    ChangeTag::Delete => {
                        line(everywhere.mask(&at(&old_lines, old), &at(&old_shown, old)), Tag::Gone)
                    }
                    ChangeTag::Insert => {
                        line(everywhere.mask(&at(&new_lines, new), &at(&new_shown, new)), Tag::New)
                    }
                });
            }
            let count = |other: Tag| hunk.lines.iter().filter(|line| line.tag != other).count();
            (hunk.before.1, hunk.after.1) = (count(Tag::New), count(Tag::Gone));
            hunk
        })
        .collect()
}
