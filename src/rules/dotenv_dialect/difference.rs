//! What readers make of one line, and the differences that bite.

use std::collections::BTreeMap;
use std::fmt;

use super::readers::Readers;
use crate::key::is_secret_name;
use crate::syntax::dotenv::{Assignment, Dialect, Document, Host, Piece, PieceKind, Quote};
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
pub(super) enum Outcome {
    /// The values with all variables set, and with none set.
    Values([Option<String>; 2]),
    Refused(&'static str),
    Computes,
}

pub(super) fn outcome(dialect: Dialect, text: &str, key: &str) -> Outcome {
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
    fn names(&self, keep: impl Fn(Dialect) -> bool) -> Names {
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
            message: format!(
                "{who} {} `{}` at the `#`; {others} {} on",
                who.verb("cuts", "cut"),
                self.key(),
                others.verb("reads", "read")
            ),
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
        if !self.readers.known {
            return None;
        }
        let others = self.names(|dialect| dialect != Dialect::Compose);
        let message = format!("docker compose reads the comment behind `{}=` as its value", self.key());
        Some(Difference {
            sort: "comment",
            key: self.found.key,
            span: comment,
            message: if others.is_empty() {
                message
            } else {
                format!("{message}; {others} {} an empty value", others.verb("reads", "read"))
            },
            label: "a comment for people, a value for docker compose",
            why: "behind an empty value docker compose does not see that a comment begins",
            help: "move the comment to a line of its own above, or write `\"\"` before it",
        })
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
        let name = self.unmeant_variable()?;
        let replaces = |dialect| {
            let text = self.file.slice(self.piece.span);
            let mark = format!("\u{1}{}\u{2}", self.file.slice(name));
            match outcome(dialect, text, self.key()) {
                Outcome::Values([Some(value), _]) => value.contains(&mark),
                _ => false,
            }
        };
        let who = self.names(replaces);
        let others = self.names(|dialect| !replaces(dialect));
        if who.is_empty() {
            return None;
        }
        let message =
            format!("{who} {} the `$` in `{}` for a variable", who.verb("takes", "take"), self.key());
        Some(Difference {
            sort: "dollar",
            key: self.found.key,
            span: Span::new((name.start as usize).saturating_sub(1), name.start as usize),
            message: if others.is_empty() {
                message
            } else {
                format!("{message}; {others} {} it", others.verb("keeps", "keep"))
            },
            label: "the name behind it is cut out, unless a variable is called so",
            why: "a `$` in front of a letter begins a variable for one reader and is a plain character for another",
            help: "put the value in single quotes",
        })
    }

    /// The first `$name` that is rather a part of a password than a reference: a name in lower case
    /// that the file does not define, or one glued to the text of a secret.
    fn unmeant_variable(&self) -> Option<Span> {
        if self.found.value.quote == Quote::Single {
            return None;
        }
        let inner = self.file.slice(self.found.value.inner);
        let mut at = 0;
        while let Some(next) = inner.get(at..).and_then(|rest| rest.find(['$', '\\'])) {
            at += next;
            let rest = inner.get(at + 1..)?;
            if inner.as_bytes().get(at) == Some(&b'\\') || rest.starts_with('$') {
                at += 1 + rest.chars().next().map_or(0, char::len_utf8);
                continue;
            }
            let length = rest.find(|c: char| !(c.is_ascii_alphanumeric() || c == '_')).unwrap_or(rest.len());
            let name = rest.get(..length).unwrap_or("");
            let glued = inner.get(..at).is_some_and(|before| before.ends_with(|c: char| c.is_alphanumeric()));
            let unmeant =
                name.contains(|c: char| c.is_ascii_lowercase()) || (glued && is_secret_name(self.key()));
            let begins = name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_');
            if begins
                && unmeant
                && !self.document.assignments().any(|other| self.file.slice(other.key) == name)
            {
                let start = self.found.value.inner.start as usize + at + 1;
                return Some(Span::new(start, start + length));
            }
            at += 1 + length;
        }
        None
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
                format!(
                    "{who} {} over the line of `{}` ({reason}); {others} {} a value",
                    who.verb("stumbles", "stumble"),
                    self.key(),
                    others.verb("reads", "read")
                )
            }
            None => {
                let mut sides: Vec<&Vec<Dialect>> = groups.values().collect();
                sides.sort();
                let sides: Vec<String> =
                    sides.into_iter().map(|who| names(who.iter().copied()).to_string()).collect();
                format!("`{}` has one value for {}", self.key(), sides.join(", another for "))
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

/// Readers as the subject of a sentence.
struct Names(Vec<&'static str>);

impl Names {
    fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    fn verb(&self, one: &'static str, many: &'static str) -> &'static str {
        if self.0.len() == 1 { one } else { many }
    }
}

/// `a`, `a and b`, `a, b and c`.
impl fmt::Display for Names {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0.split_last() {
            None => Ok(()),
            Some((last, [])) => f.write_str(last),
            Some((last, first)) => write!(f, "{} and {last}", first.join(", ")),
        }
    }
}

fn names(dialects: impl Iterator<Item = Dialect>) -> Names {
    let mut names: Vec<&str> = dialects.map(Dialect::name).collect();
    names.dedup();
    Names(names)
}
