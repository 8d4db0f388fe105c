//! What readers make of one line, and the differences that bite.

use std::collections::BTreeMap;

use super::readers::Readers;
use crate::syntax::dotenv::{Assignment, Dialect, Document, Host, Piece, PieceKind, Quote, references};
use crate::text::{SourceFile, Span};

/// One line that is read differently.
#[derive(Debug)]
pub(super) struct Difference {
    /// The sort of difference, one finding each.
    pub(super) sort: &'static str,
    pub(super) key: Span,
    pub(super) span: Span,
    pub(super) message: String,
    pub(super) label: &'static str,
    pub(super) why: &'static str,
    pub(super) help: &'static str,
}

/// Longer values are keys and certificates in quotes; no sort of difference below is about them.
const LONGEST_PIECE: u32 = 16 << 10;

/// What one reader makes of the line.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Outcome {
    /// The values with all variables set, and with none set.
    Values([Option<String>; 2]),
    Refused(&'static str),
    Computes,
}

fn outcome(dialect: Dialect, text: &str, key: &str) -> Outcome {
    let mut values = [None, None];
    // A host that has every variable, with a value that names it; and one that has none. The key
    // itself is never set, because some readers prefer the host's value.
    let full = |name: &str| (name != key).then(|| format!("\u{1}{name}\u{2}"));
    let hosts: [Host<'_>; 2] = [&full, &|_| None];
    for (value, host) in values.iter_mut().zip(hosts) {
        let reading = dialect.read(text, host);
        if reading.computes {
            return Outcome::Computes;
        }
        if let Some(reason) = reading.refused
            && !reading.variables.contains_key(key)
        {
            return Outcome::Refused(reason);
        }
        *value = reading.variables.get(key).and_then(Option::as_ref).map(|value| value.reveal().to_owned());
    }
    Outcome::Values(values)
}

/// The difference that bites, if there is one.
pub(super) fn difference(
    file: &SourceFile,
    document: &Document,
    piece: &Piece,
    readers: &Readers,
) -> Option<Difference> {
    let PieceKind::Assignment(found) = &piece.kind else { return None };
    if piece.span.len() > LONGEST_PIECE as usize || !found.value.closed {
        // An open quote is a matter of syntax.
        return None;
    }
    let line = Line { file, document, piece, found, readers };
    line.cut_at_hash()
        .or_else(|| line.comment_as_value())
        .or_else(|| line.tab_before_comment())
        .or_else(|| line.dollar())
        .or_else(|| line.unequal())
}

struct Line<'a> {
    file: &'a SourceFile,
    document: &'a Document,
    piece: &'a Piece,
    found: &'a Assignment,
    readers: &'a Readers,
}

impl Line<'_> {
    fn key(&self) -> &str {
        self.file.slice(self.found.key)
    }

    fn written(&self) -> &str {
        self.file.slice(self.found.value.span)
    }

    /// Names of the readers that `keep` picks, for a sentence.
    fn names(&self, keep: impl Fn(Dialect) -> bool) -> String {
        names(self.readers.dialects.iter().copied().filter(|&dialect| keep(dialect)))
    }

    /// `p#ss`: npm's readers cut at the `#`.
    fn cut_at_hash(&self) -> Option<Difference> {
        let cuts = |dialect| matches!(dialect, Dialect::NpmDotenv | Dialect::DotenvExpand12 | Dialect::Node);
        let at = self.written().find('#')?;
        let who = self.names(cuts);
        let others = self.names(|dialect| !cuts(dialect));
        if self.found.value.quote != Quote::None || who.is_empty() || others.is_empty() {
            return None;
        }
        let start = self.found.value.span.start as usize + at;
        Some(Difference {
            sort: "hash",
            key: self.found.key,
            span: Span::new(start, start + 1),
            message: format!("{who} cuts `{}` at the `#`; {others} reads on", self.key()),
            label: "a comment for one reader, a part of the value for another",
            why: "without quotes the readers disagree where a comment begins",
            help: "put the value in quotes",
        })
    }

    /// `KEY= # comment`: compose takes the comment for the value.
    fn comment_as_value(&self) -> Option<Difference> {
        let comment = self.found.comment?;
        let empty = self.found.value.span.is_empty() && self.found.value.quote == Quote::None;
        if !empty || !self.readers.has(Dialect::Compose) {
            return None;
        }
        // An example that people fill in does no harm, unless compose is known to read it.
        let others = self.names(|dialect| dialect != Dialect::Compose);
        if !self.readers.known || others.is_empty() && !self.is_alone() {
            return None;
        }
        let message = format!("docker compose reads the comment behind `{}=` as its value", self.key());
        Some(Difference {
            sort: "comment",
            key: self.found.key,
            span: comment,
            message: if others.is_empty() {
                message
            } else {
                format!("{message}; {others} reads an empty value")
            },
            label: "a comment for people, a value for docker compose",
            why: "behind an empty value docker compose does not see that a comment begins",
            help: "move the comment to a line of its own above, or write `\"\"` before it",
        })
    }

    fn is_alone(&self) -> bool {
        self.readers.dialects.len() == 1
    }

    /// `KEY=value<tab># comment`: compose wants a space.
    fn tab_before_comment(&self) -> Option<Difference> {
        let comment = self.found.comment?;
        let before = self.file.text.get(self.found.value.span.end as usize..comment.start as usize)?;
        let unquoted = self.found.value.quote == Quote::None && !self.found.value.span.is_empty();
        if !unquoted || !before.ends_with('\t') || !self.readers.has(Dialect::Compose) || !self.readers.known
        {
            return None;
        }
        Some(Difference {
            sort: "tab",
            key: self.found.key,
            span: comment,
            message: format!("docker compose takes the comment into the value of `{}`", self.key()),
            label: "a tab stands before the `#`",
            why: "for docker compose only a space and a `#` begin a comment",
            help: "write a space before the `#`, or put the value in quotes",
        })
    }

    /// `pa$word`: compose, shells and others replace, python-dotenv and npm's dotenv keep.
    fn dollar(&self) -> Option<Difference> {
        let at = self.written().find('$')?;
        if self.found.value.quote == Quote::Single {
            return None;
        }
        // What is meant as a reference is no broken password: that is for `unequal`.
        let start = self.found.value.span.start as usize + at;
        let meant = references(&self.file.text, &self.found.value);
        let first = meant.first().map(|reference| reference.name.start as usize);
        if first.is_some_and(|name| name <= start + 2) && !self.glued(start) {
            return None;
        }
        let replaces = |dialect| {
            let plain = self.found.value.unquoted(&self.file.text);
            match outcome(dialect, self.file.slice(self.piece.span), self.key()) {
                Outcome::Values([_, Some(value)]) => value.len() < plain.len() && !value.contains('$'),
                _ => false,
            }
        };
        let who = self.names(replaces);
        let others = self.names(|dialect| !replaces(dialect));
        if who.is_empty() {
            return None;
        }
        let message = format!("{who} takes the `$` in `{}` for the start of a variable", self.key());
        Some(Difference {
            sort: "dollar",
            key: self.found.key,
            span: Span::new(start, start + 1),
            message: if others.is_empty() { message } else { format!("{message}; {others} keeps it") },
            label: "what follows is cut out, unless a variable has this name",
            why: "a `$` in front of a letter begins a variable for one reader and is a plain character for another",
            help: "put the value in single quotes",
        })
    }

    /// Whether the `$` at `start` follows a letter or digit and no variable of the file is meant.
    fn glued(&self, start: usize) -> bool {
        let before = self.file.text.get(self.found.value.inner.start as usize..start).unwrap_or("");
        let behind = self.file.text.get(start + 1..).unwrap_or("");
        let length = behind.find(|c: char| !(c.is_ascii_alphanumeric() || c == '_')).unwrap_or(behind.len());
        let name = behind.get(..length).unwrap_or("");
        before.ends_with(|c: char| c.is_ascii_alphanumeric())
            && !behind.starts_with('{')
            && !self.document.assignments().any(|other| self.file.slice(other.key) == name)
    }

    /// Everything else, where the readers are known.
    fn unequal(&self) -> Option<Difference> {
        let certain = self.readers.known || self.readers.has(Dialect::Bash);
        if !certain || self.readers.dialects.len() < 2 {
            return None;
        }
        let text = self.file.slice(self.piece.span);
        let refers = self.written().contains('$');
        let mut groups: BTreeMap<Outcome, Vec<Dialect>> = BTreeMap::new();
        for &dialect in &self.readers.dialects {
            // Whether npm's dotenv is used with dotenv-expand is not to be seen.
            let dialect_read =
                if refers && dialect == Dialect::NpmDotenv { Dialect::DotenvExpand12 } else { dialect };
            let assumed = !self.readers.known && dialect != Dialect::Bash && dialect != Dialect::Compose;
            if !assumed {
                groups.entry(outcome(dialect_read, text, self.key())).or_default().push(dialect);
            }
        }
        // A command in the value makes a file for shells only.
        if groups.len() < 2 || groups.contains_key(&Outcome::Computes) {
            return None;
        }
        let refused = groups.iter().find_map(|(outcome, who)| match outcome {
            Outcome::Refused(reason) => Some((*reason, names(who.iter().copied()))),
            _ => None,
        });
        let message = match refused {
            Some((reason, who)) => {
                let others = groups.iter().filter(|(outcome, _)| matches!(outcome, Outcome::Values(_)));
                let others = names(others.flat_map(|(_, who)| who.iter().copied()));
                if others.is_empty() {
                    return None;
                }
                format!("{who} stumbles over the line of `{}` ({reason}); {others} reads a value", self.key())
            }
            None => {
                let mut sides: Vec<String> = groups.values().map(|who| names(who.iter().copied())).collect();
                let last = sides.pop()?;
                format!("{} and {last} read different values for `{}`", sides.join(", "), self.key())
            }
        };
        Some(Difference {
            sort: if refers { "reference" } else { "unequal" },
            key: self.found.key,
            span: if self.found.value.span.is_empty() { self.found.key } else { self.found.value.span },
            message,
            label: "read differently",
            why: if refers {
                "the readers know different forms of references: python-dotenv only `${NAME}` and `${NAME:-default}`, and those in single quotes too"
            } else {
                "the readers have different rules for quotes, escapes and spaces"
            },
            help: if refers {
                "write references as `${NAME}` or `${NAME:-default}` and without single quotes"
            } else {
                "put the value in single quotes, with nothing behind them"
            },
        })
    }
}

/// `a`, `a and b`, `a, b and c`.
fn names(dialects: impl Iterator<Item = Dialect>) -> String {
    let mut names: Vec<&str> = dialects.map(Dialect::name).collect();
    names.dedup();
    match names.split_last() {
        None => String::new(),
        Some((last, [])) => (*last).to_owned(),
        Some((last, first)) => format!("{} and {last}", first.join(", ")),
    }
}
