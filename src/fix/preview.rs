//! What a change would look like, fit to be shown.

use std::collections::BTreeSet;

use aho_corasick::AhoCorasick;
use similar::{ChangeTag, TextDiff};

use super::apply::Change;
use super::plan::{Renamed, replaced};
use crate::engine::{Snapshot, decode};
use crate::key::may_hold_secret;
use crate::secret::{MaskedFile, mask};
use crate::text::{Span, TreePath};

/// Lines around a change that are shown with it.
const CONTEXT: usize = 3;

/// A masked part of at least this many bytes is masked wherever it occurs: what one text of a change tells
/// to be secret is secret in the other as well. Only lines that change are searched: the name of a service may
/// well equal a masked value elsewhere. Shorter parts are masked where they stand alone in lines that change
/// together with theirs.
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
/// and with them: each knows what in its texts may be secret, and what one of them knows is masked in both, also
/// where a key that is `renamed` stands in it.
#[must_use]
pub fn preview(
    before: &Snapshot,
    after: &Snapshot,
    changes: &[Change],
    renamed: Option<&Renamed>,
) -> Vec<Preview> {
    let texts: Vec<(String, String)> = changes
        .iter()
        .map(|change| (decode(change.before.clone().unwrap_or_default()), decode(change.after.clone())))
        .collect();
    let masked: Vec<(String, String)> = changes
        .iter()
        .zip(&texts)
        .map(|(change, (old, new))| (shown(before, &change.path, old), shown(after, &change.path, new)))
        .collect();
    let mut hidden = BTreeSet::new();
    for ((old, new), (old_shown, new_shown)) in texts.iter().zip(&masked) {
        covered(old, old_shown, &mut hidden);
        covered(new, new_shown, &mut hidden);
    }
    in_both_names(&mut hidden, renamed);
    // The name of a key is no secret, whatever it is assigned to.
    let is_key = |part: &str| [before, after].iter().any(|tree| tree.index.known_key(part).is_some());
    hidden.retain(|part| part.len() >= LEAST_REPEATED && !is_key(part));
    let everywhere = Everywhere { long: search(&hidden), renamed };
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
fn covered(text: &str, shown: &str, hidden: &mut BTreeSet<String>) {
    let mut start = None;
    let mut end = 0;
    for (at, (real, masked)) in text.bytes().zip(shown.bytes()).enumerate() {
        match (masked == b'*', real != b'*') {
            (true, true) => {
                start = start.or(Some(at));
                end = at + 1;
            }
            // A sign of the text itself: it may lie in the middle of a part.
            (true, false) => {}
            (false, _) => hidden.extend(start.take().and_then(|from| part(text, from, end))),
        }
    }
    hidden.extend(start.and_then(|from| part(text, from, end)));
}

fn part(text: &str, from: usize, to: usize) -> Option<String> {
    let part = text.get(from..to)?.trim_matches(['"', '\'', ' ']);
    (!part.is_empty()).then(|| part.to_owned())
}

/// Adds what becomes of hidden parts that hold the name of a renamed key.
fn in_both_names(hidden: &mut BTreeSet<String>, renamed: Option<&Renamed>) {
    let Some(Renamed { old, new }) = renamed else { return };
    let others: Vec<String> =
        hidden.iter().flat_map(|part| [replaced(part, old, new), replaced(part, new, old)]).collect();
    hidden.extend(others);
}

/// A search for all of `parts`; `None` where there can be none.
fn search(parts: &BTreeSet<String>) -> Option<AhoCorasick> {
    AhoCorasick::new(parts).ok()
}

/// What is hidden wherever it stands in lines that change.
struct Everywhere<'r> {
    long: Option<AhoCorasick>,
    renamed: Option<&'r Renamed>,
}

impl Everywhere<'_> {
    /// A line that changes; `short` are the parts that are hidden around it.
    fn mask(&self, text: &str, shown: &str, short: Option<&AhoCorasick>) -> String {
        // Without a search nothing is known to be safe.
        let (Some(long), Some(short)) = (&self.long, short) else {
            return mask(shown, &[Span::new(0, text.len())]);
        };
        let mut spans = found(long, text);
        spans.extend(found(short, text).into_iter().filter(|span| stands_alone(text, *span)));
        mask(shown, &spans)
    }

    /// A search for the short parts that are hidden in those of some lines that name a secret, each with what is
    /// shown of it.
    fn short<'a>(&self, lines: impl Iterator<Item = &'a (String, String)>) -> Option<AhoCorasick> {
        let mut hidden = BTreeSet::new();
        for (text, shown) in lines.filter(|(text, _)| names_secret(text)) {
            covered(text, shown, &mut hidden);
        }
        in_both_names(&mut hidden, self.renamed);
        hidden.retain(|part| part.len() < LEAST_REPEATED && part.contains(|c: char| c.is_alphanumeric()));
        search(&hidden)
    }
}

/// Whether a line names a key that may hold a secret: what else is masked is so for want of knowledge, and short.
fn names_secret(line: &str) -> bool {
    line.split(|c: char| c != '_' && !c.is_ascii_alphanumeric()).any(may_hold_secret)
}

fn found(search: &AhoCorasick, text: &str) -> Vec<Span> {
    search.find_overlapping_iter(text).map(|found| Span::new(found.start(), found.end())).collect()
}

/// Whether no word goes on before or behind `span`.
pub(super) fn stands_alone(text: &str, span: Span) -> bool {
    let is_word = |c: char| c == '_' || c.is_alphanumeric();
    let part = text.get(span.range()).unwrap_or("");
    let before = text.get(..span.start as usize).and_then(|before| before.chars().next_back());
    let behind = text.get(span.end as usize..).and_then(|behind| behind.chars().next());
    let goes_on =
        |own: Option<char>, next: Option<char>| own.is_some_and(is_word) && next.is_some_and(is_word);
    !goes_on(part.chars().next(), before) && !goes_on(part.chars().next_back(), behind)
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
    everywhere: &Everywhere<'_>,
) -> Vec<Hunk> {
    let lines = |text| -> Vec<&str> { str::split_inclusive(text, '\n').collect() };
    let (old_lines, new_lines) = (lines(old), lines(new));
    let (old_shown, new_shown) = (lines(old_shown), lines(new_shown));
    let difference = TextDiff::from_slices(&old_lines, &new_lines);
    let line = |text: String, tag: Tag| {
        let is_ended = text.ends_with('\n');
        let text = text.strip_suffix('\n').unwrap_or(&text);
        Line { tag, text: text.strip_suffix('\r').unwrap_or(text).to_owned(), is_ended }
    };
    // A line as it is and as it may be shown, before and after.
    let at = |change: &similar::Change<&str>| {
        let of = |lines: &[&'_ str], number: Option<usize>| {
            number.and_then(|number| lines.get(number)).copied().unwrap_or("").to_owned()
        };
        let (old, new) = (change.old_index(), change.new_index());
        ((of(&old_lines, old), of(&old_shown, old)), (of(&new_lines, new), of(&new_shown, new)))
    };
    difference
        .grouped_ops(CONTEXT)
        .iter()
        .map(|operations| {
            let mut hunk = Hunk { before: (0, 0), after: (0, 0), lines: Vec::new() };
            let start = |range: Option<std::ops::Range<usize>>| range.map_or(0, |range| range.start);
            hunk.before.0 = start(operations.first().map(similar::DiffOp::old_range)) + 1;
            hunk.after.0 = start(operations.first().map(similar::DiffOp::new_range)) + 1;
            let changes: Vec<_> = operations
                .iter()
                .flat_map(|operation| difference.iter_changes(operation))
                .map(|change| (change.tag(), at(&change)))
                .collect();
            let changed = changes.iter().filter(|(tag, _)| *tag != ChangeTag::Equal);
            let short = everywhere.short(changed.flat_map(|(_, (old, new))| [old, new]));
            for (tag, (old, new)) in &changes {
                hunk.lines.push(match tag {
                    ChangeTag::Equal => line(hidden_by_either(&old.1, &new.1), Tag::Same),
                    ChangeTag::Delete => line(everywhere.mask(&old.0, &old.1, short.as_ref()), Tag::Gone),
                    ChangeTag::Insert => line(everywhere.mask(&new.0, &new.1, short.as_ref()), Tag::New),
                });
            }
            let count = |other: Tag| hunk.lines.iter().filter(|line| line.tag != other).count();
            (hunk.before.1, hunk.after.1) = (count(Tag::New), count(Tag::Gone));
            hunk
        })
        .collect()
}
