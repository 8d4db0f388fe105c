//! The steps that reading every part of the matrix is made of: each takes a value, tells what is
//! wrong with it, and hands back what is valid.

use std::collections::BTreeMap;

use super::MatrixProblem;
use super::tree::{Content, Entry, Kind, Tree};
use crate::matrix::Said;
use crate::secret::Secret;
use crate::text::{Location, TreePath};

/// Collects what is wrong.
#[derive(Default)]
pub(crate) struct Reader {
    pub(crate) problems: Vec<MatrixProblem>,
    /// What is read, where it is not the matrix: "the settings".
    pub(crate) subject: Option<&'static str>,
}

impl Reader {
    pub(crate) fn tell(&mut self, problem: MatrixProblem) {
        self.problems.push(problem);
    }

    /// Tells that the value of the entry `name` is not what it must be.
    pub(crate) fn ill_typed(&mut self, name: &str, tree: &Tree, expected: &str) {
        let label = format!("this is {}", tree.noun());
        self.tell(MatrixProblem::new(tree.at, format!("{} must be {expected}", quoted(name)), label));
    }

    /// The entries of a map, each name once; `what` is the map in words: "a key".
    pub(crate) fn map<'t>(&mut self, name: &str, tree: &'t Tree, what: &str) -> Vec<&'t Entry> {
        let entries = match &tree.content {
            Content::Table(entries) => entries,
            Content::Null => return Vec::new(),
            _ => {
                self.ill_typed(name, tree, what);
                return Vec::new();
            }
        };
        let mut first: BTreeMap<&str, Location> = BTreeMap::new();
        let mut kept = Vec::with_capacity(entries.len());
        for entry in entries {
            if let Some(&before) = first.get(entry.key.as_str()) {
                self.tell(
                    MatrixProblem::new(
                        entry.key_at,
                        format!("`{}` is given twice", entry.key),
                        "given again here and not read",
                    )
                    .related(before, "first given here"),
                );
            } else {
                first.insert(&entry.key, entry.key_at);
                kept.push(entry);
            }
        }
        kept
    }

    /// The entries of a map whose names are fixed; unknown ones are told and left out, and one that
    /// says nothing (`owner:`) counts as absent.
    pub(crate) fn fields<'t>(
        &mut self,
        name: &str,
        tree: &'t Tree,
        what: &str,
        known: &[&str],
    ) -> Vec<&'t Entry> {
        let mut kept = self.map(name, tree, what);
        kept.retain(|entry| {
            let is_known = known.contains(&entry.key.as_str());
            if !is_known {
                let message = format!("unknown entry `{}` in {}", entry.key, quoted(name));
                let label = format!("not an entry of {}", self.subject.unwrap_or("the matrix"));
                let problem = MatrixProblem::new(entry.key_at, message, label);
                self.problems.push(problem.help(suggestion(&entry.key, known, "entries here are")));
            }
            is_known && entry.value.content != Content::Null
        });
        kept
    }

    /// A text that is not empty.
    pub(crate) fn text(&mut self, name: &str, tree: &Tree) -> Option<Said<String>> {
        match &tree.content {
            Content::Scalar(Kind::Text, text) if text.trim().is_empty() => {
                self.tell(MatrixProblem::new(tree.at, format!("`{name}` is empty"), "empty"));
                None
            }
            Content::Scalar(Kind::Text, text) => Some(Said::at(text.clone(), tree.at)),
            _ => {
                self.ill_typed(name, tree, "a text");
                None
            }
        }
    }

    /// Checks a text that only people read.
    pub(crate) fn about(&mut self, tree: &Tree) -> Option<String> {
        match &tree.content {
            Content::Scalar(Kind::Text, text) => Some(text.clone()),
            _ => {
                self.ill_typed("about", tree, "a text");
                None
            }
        }
    }

    /// A value for a key: any scalar, as it is written.
    pub(crate) fn value(&mut self, name: &str, tree: &Tree) -> Option<Said<Secret>> {
        match &tree.content {
            Content::Scalar(_, text) => Some(Said::at(Secret::new(text), tree.at)),
            Content::Null => {
                let problem = MatrixProblem::new(tree.at, format!("`{name}` has no value"), "nothing here");
                self.tell(problem.help("write `\"\"` for an empty value"));
                None
            }
            _ => {
                self.ill_typed(name, tree, "a text, a number or a truth value");
                None
            }
        }
    }

    /// One text or a list of texts.
    pub(crate) fn texts(&mut self, name: &str, tree: &Tree) -> Vec<Said<String>> {
        match &tree.content {
            Content::List(items) => items.iter().filter_map(|item| self.text(name, item)).collect(),
            Content::Scalar(Kind::Text, _) => self.text(name, tree).into_iter().collect(),
            _ => {
                self.ill_typed(name, tree, "a text or a list of texts");
                Vec::new()
            }
        }
    }

    pub(crate) fn flag(&mut self, name: &str, tree: &Tree) -> Option<bool> {
        match tree.content {
            Content::Scalar(Kind::Bool(value), _) => Some(value),
            _ => {
                self.ill_typed(name, tree, "`true` or `false`");
                None
            }
        }
    }

    /// One of a few words.
    pub(crate) fn choice<T: Copy>(
        &mut self,
        name: &str,
        tree: &Tree,
        words: &[(&str, T)],
    ) -> Option<Said<T>> {
        let known: Vec<&str> = words.iter().map(|(word, _)| *word).collect();
        let Content::Scalar(_, text) = &tree.content else {
            self.ill_typed(name, tree, &one_of(&known));
            return None;
        };
        if let Some((_, value)) = words.iter().find(|(word, _)| word == text) {
            return Some(Said::at(*value, tree.at));
        }
        let problem = MatrixProblem::new(
            tree.at,
            format!("`{name}` must be {}", one_of(&known)),
            format!("not a word for `{name}`"),
        );
        self.tell(problem.help(suggestion(text, &known, "")));
        None
    }

    /// A path inside the tree.
    pub(crate) fn path(&mut self, name: &str, tree: &Tree) -> Option<Said<TreePath>> {
        let text = self.text(name, tree)?;
        self.as_path(name, text)
    }

    /// One path or a list of paths.
    pub(crate) fn paths(&mut self, name: &str, tree: &Tree) -> Vec<Said<TreePath>> {
        self.texts(name, tree).into_iter().filter_map(|text| self.as_path(name, text)).collect()
    }

    fn as_path(&mut self, name: &str, text: Said<String>) -> Option<Said<TreePath>> {
        let at = text.at?;
        let path = text.value.as_str();
        let is_absolute = path.starts_with(['/', '\\', '~']) || path.contains('\\');
        match (!is_absolute).then(|| TreePath::parse(path)).flatten() {
            Some(path) => Some(Said::at(path, at)),
            None => {
                let problem = MatrixProblem::new(
                    at,
                    format!("`{name}` must be a path inside the checked tree"),
                    "leads out of the tree",
                );
                self.tell(problem.help(
                    "write it relative to the root of the tree with `/` between its parts; a second repository is a named root: `infra:path`",
                ));
                None
            }
        }
    }
}

/// The name of an entry in backquotes; words about the file itself stand as they are.
fn quoted(name: &str) -> String {
    if name.contains(' ') { name.to_owned() } else { format!("`{name}`") }
}

/// "`a`, `b` or `c`".
pub(crate) fn one_of(words: &[&str]) -> String {
    match words {
        [] => String::new(),
        [only] => format!("`{only}`"),
        [rest @ .., last] => {
            let rest: Vec<String> = rest.iter().map(|word| format!("`{word}`")).collect();
            format!("{} or `{last}`", rest.join(", "))
        }
    }
}

/// What to do about an unknown word: the nearest known one, else, after `intro`, all of them. Empty
/// if neither helps.
pub(crate) fn suggestion(word: &str, known: &[&str], intro: &str) -> String {
    if let Some(meant) = nearest(word, known) {
        return format!("did you mean `{meant}`?");
    }
    if intro.is_empty() || known.is_empty() || known.len() > 24 {
        return String::new();
    }
    let known: Vec<String> = known.iter().map(|word| format!("`{word}`")).collect();
    format!("{intro} {}", known.join(", "))
}

/// The known word that `word` is most likely meant for: a third of its letters may be wrong, or it is the beginning or a
/// part of one word alone.
pub(crate) fn nearest<'k>(word: &str, known: &[&'k str]) -> Option<&'k str> {
    let plain = |text: &str| text.to_ascii_lowercase().replace(['-', ' '], "_");
    let word = plain(word);
    known
        .iter()
        .map(|&other| (strsim::osa_distance(&word, &plain(other)), other))
        .filter(|&(distance, other)| distance <= (word.len().min(other.len()) / 3).max(1))
        .min()
        .map(|(_, other)| other)
        .or_else(|| only_part(&word, known))
}

/// The one known word that begins with `word`, or has it for one of its parts.
fn only_part<'k>(word: &str, known: &[&'k str]) -> Option<&'k str> {
    let plain = |text: &str| text.to_ascii_lowercase().replace(['-', ' '], "_");
    let is_part = |other: &&&str| {
        let other = plain(other);
        other.starts_with(word) || other.split('_').any(|part| part == word)
    };
    let mut meant = known.iter().filter(is_part);
    let first = meant.next().filter(|_| word.len() >= LEAST_PART)?;
    meant.next().is_none().then_some(first)
}

/// Fewer letters than this begin too much to be meant for anything.
const LEAST_PART: usize = 4;

#[cfg(test)]
mod tests {
    use super::{nearest, one_of};

    #[test]
    fn suggests_what_was_meant() {
        assert_eq!(nearest("requird", &["required", "type"]), Some("required"));
        assert_eq!(nearest("one-of", &["one_of"]), Some("one_of"));
        assert_eq!(nearest("colour", &["required", "type"]), None);
        assert_eq!(nearest("warn", &["error", "warning"]), Some("warning"));
        assert_eq!(nearest("shell", &["docker compose", "the shell"]), Some("the shell"));
        assert_eq!(nearest("dotenv", &["python-dotenv", "npm's dotenv"]), None);
    }

    #[test]
    fn lists_words() {
        assert_eq!(one_of(&["a", "b", "c"]), "`a`, `b` or `c`");
    }
}
