//! Files of lines: `export X=...` and `-e X` of scripts, dotenvs that scripts write, tables of TOML, maps of
//! Terraform, units of systemd.

use super::spelling::self_reference;
use super::{Given, nearest};
use crate::diagnostic::Edit;
use crate::fact::{Fact, Place, Role, SourceKind};
use crate::fix::add::NewKey;
use crate::fix::add::code::quoted;
use crate::index::Index;
use crate::matrix::Kind;
use crate::rule::repair::{dotenv_value, edit};
use crate::text::{FileId, SourceFile, Span, line_ending};

/// A line, or a flag of a command, that gives one key a value.
struct Assignment<'t> {
    /// From its first byte to its last.
    span: Span,
    /// What stands before the name.
    lead: &'t str,
    /// The sign between name and value, with its blanks; empty where the key is passed on as it is.
    sign: &'t str,
    /// The value, with its quotes.
    value: &'t str,
    /// What stands behind the value: a quote and a redirection, a comma.
    tail: &'t str,
    /// What stands between this one and the next.
    gap: String,
}

/// Adds a line behind the last of `group`, in the words of its nearest relative that holds what is to be given.
pub(super) fn add(
    index: &Index,
    wanted: &NewKey,
    given: Given<'_>,
    file: FileId,
    group: &[&Fact],
) -> Option<Edit> {
    let source = index.files.get(file)?;
    let is_written = matches!(index.kind(file), Some(SourceKind("terraform" | "platform")));
    let key = wanted.entry.key.as_str();
    let all: Vec<(&Fact, Assignment<'_>)> = group
        .iter()
        .filter_map(|fact| {
            let found = line(source, fact).or_else(|| flag(source, fact))?;
            Some((*fact, found))
        })
        .collect();
    // Where the blanks before it tell that a branch holds it, it is given there only.
    let depth = |own: &Assignment<'_>| own.lead.len() - own.lead.trim_start().len();
    let least = all.iter().map(|(_, own)| depth(own)).min()?;
    let all: Vec<(&Fact, Assignment<'_>)> = all.into_iter().filter(|(_, own)| depth(own) == least).collect();
    let (end, gap) = all.last().map(|(_, own)| (own.span.end, own.gap.clone()))?;
    let value_of = |fact: &Fact, own: &Assignment<'_>| -> Option<String> {
        let is_bare = own.sign.is_empty();
        match given {
            Given::Perhaps | Given::Text(_) if is_bare => Some(String::new()),
            Given::Elsewhere if is_bare => Some(String::new()),
            Given::Text(text) => {
                let Role::Provides(provide) = &fact.role else { return None };
                provide.value.plain()?;
                spelled(index.kind(file), fact, own.value, text)
            }
            // What is needed and refers to nothing of its own name has to be found by people.
            Given::Elsewhere if !is_written => {
                let is_of_kind = wanted.kind == Kind::Secret || !own.value.contains("secrets.");
                self_reference(own.value, &fact.key, key).filter(|_| is_of_kind)
            }
            Given::Elsewhere | Given::Perhaps => None,
        }
    };
    let models: Vec<(&Fact, String)> = all
        .iter()
        .filter_map(|(fact, own)| {
            let value = value_of(fact, own)?;
            let sign = padded(own.sign, fact.key.len(), key.len());
            Some((*fact, format!("{}{key}{sign}{value}{}", own.lead, own.tail)))
        })
        .collect();
    let (_, text) = nearest(models, &wanted.entry.key)?;
    Some(edit(file, (Span::at(end as usize), format!("{gap}{text}"))))
}

/// The blanks before the sign, so that it stays in its column.
fn padded(sign: &str, old: usize, new: usize) -> String {
    let bare = sign.trim_start_matches(' ');
    let blanks = sign.len() - bare.len();
    if blanks < 2 {
        return sign.to_owned();
    }
    format!("{}{bare}", " ".repeat((old + blanks).saturating_sub(new).max(1)))
}

/// `export KEY=value`, `KEY=value`, `KEY = "value"`, `Environment=KEY=value`, `echo "KEY=$KEY" >> .env`: a line that does
/// nothing else.
fn line<'t>(source: &'t SourceFile, fact: &Fact) -> Option<Assignment<'t>> {
    const LEADS: &[&str] =
        &["", "export", "Environment=", "Environment=\"", "echo \"", "echo '", "echo", "\""];
    let text = source.text.as_str();
    let at = fact.span.start as usize;
    let start = text.get(..at)?.rfind('\n').map_or(0, |newline| newline + 1);
    let rest = text.get(at..)?;
    let end = at + rest.find('\n').unwrap_or(rest.len());
    let end = start.max(text.get(..end)?.trim_end().len());
    let (lead, behind) = (text.get(start..at)?, text.get(at..end)?.strip_prefix(fact.key.as_str())?);
    let lead = lead.trim_start_matches('\u{feff}');
    let is_line = LEADS.contains(&lead.trim());
    let (behind, closing) = match behind.strip_prefix('"').filter(|_| lead.trim() == "\"") {
        Some(behind) => (behind, "\""),
        None => (behind, ""),
    };
    let width =
        behind.find('=').filter(|width| behind.get(..*width).is_some_and(|gap| gap.trim().is_empty()))?;
    let value_at = width + 1 + behind.get(width + 1..)?.len() - behind.get(width + 1..)?.trim_start().len();
    let (sign, value) = (behind.get(..value_at)?, behind.get(value_at..)?);
    let quote = lead.chars().next_back().filter(|c| matches!(c, '"' | '\'') && closing.is_empty());
    let (value, tail) = match quote {
        Some(quote) => value.find(quote).and_then(|end| Some((value.get(..end)?, value.get(end..)?)))?,
        None => match value.strip_suffix(',') {
            Some(bare) => (bare, ","),
            None => (value, ""),
        },
    };
    let (value, tail) = match value.split_once(" >> ") {
        Some((bare, _)) if tail.is_empty() && lead.trim() == "echo" => (bare, value.get(bare.len()..)?),
        _ => (value, tail),
    };
    // Commands that follow, comments, and lines that go on are more than one key.
    let is_more = value.contains([';', '&', '|', '`', '\n'])
        || value.contains(" #")
        || value.contains("$(")
        || tail.contains(['|', '&', ';'])
        || end > 0 && text.get(..end)?.ends_with('\\');
    let is_reference = value.starts_with("${{") && value.ends_with("}}");
    let is_whole =
        is_reference || value.is_empty() || value.starts_with(['"', '\'']) || !value.contains([' ', '\t']);
    if !is_line || is_more || !is_whole || !closing.is_empty() {
        return None;
    }
    let gap = line_ending(text).to_owned();
    Some(Assignment { span: Span::new(start, end), lead, sign, value, tail, gap })
}

/// `-e KEY`, `--env KEY=$KEY`: a word of a command.
fn flag<'t>(source: &'t SourceFile, fact: &Fact) -> Option<Assignment<'t>> {
    const FLAGS: &[&str] = &["-e ", "--env ", "--env="];
    if !matches!(fact.place, Place::Workload(_)) {
        return None;
    }
    let text = source.text.as_str();
    let at = fact.span.start as usize;
    let before = text.get(..at)?;
    let flag = FLAGS.iter().find(|flag| before.ends_with(**flag))?;
    let start = at - flag.len();
    let behind = text.get(at..)?.strip_prefix(fact.key.as_str())?;
    let mut quote: Option<char> = None;
    let length = behind
        .char_indices()
        .find(|(_, c)| match quote {
            Some(open) => {
                if *c == open {
                    quote = None;
                }
                false
            }
            None if matches!(c, '"' | '\'') => {
                quote = Some(*c);
                false
            }
            None => c.is_whitespace(),
        })
        .map_or(behind.len(), |(end, _)| end);
    let word = behind.get(..length)?;
    let (sign, value) = match word.strip_prefix('=') {
        Some(value) => ("=", value),
        None if word.is_empty() => ("", ""),
        None => return None,
    };
    if value.contains(['`', '\n', ';', '|', '&']) || value.contains("$(") {
        return None;
    }
    // Where each flag has a line, so has this one.
    let line = before.get(..start)?.rfind('\n').map_or(0, |newline| newline + 1);
    let indent = text.get(line..start)?;
    let is_apart =
        indent.trim().is_empty() && behind.get(length..)?.trim_start_matches(' ').starts_with('\\');
    let gap = if is_apart { format!(" \\{}{indent}", line_ending(text)) } else { " ".to_owned() };
    let span = Span::new(start, at + fact.key.len() + length);
    Some(Assignment { span, lead: text.get(start..at)?, sign, value, tail: "", gap })
}

/// A text as the value of another one is written; `None` where the notation has no safe form for it.
fn spelled(kind: Option<SourceKind>, fact: &Fact, model: &str, text: &str) -> Option<String> {
    let is_bare = |c: char| c.is_ascii_alphanumeric() || "_./:@%+,=-".contains(c);
    let is_number = !text.is_empty()
        && text.parse::<f64>().is_ok()
        && text.bytes().all(|b| b.is_ascii_digit() || b == b'.');
    match kind {
        Some(SourceKind("terraform" | "platform")) if model.starts_with('"') => {
            let is_safe = !text.contains(['$', '%', '\n', '\r']) && !text.chars().any(char::is_control);
            is_safe.then(|| quoted(text))
        }
        Some(SourceKind("terraform" | "platform")) => {
            // A unit of systemd; elsewhere a bare word is a number or a truth value.
            let is_word = matches!(&fact.place, Place::Workload(_)) && model.parse::<f64>().is_err();
            (text.chars().all(is_bare) && (is_number || is_word)).then(|| text.to_owned())
        }
        _ if matches!(fact.place, Place::Written(_)) => {
            dotenv_value(text).filter(|value| !value.contains(['\'', '"', '`', '$']))
        }
        _ => match model.chars().next().filter(|c| matches!(c, '"' | '\'')) {
            Some(quote) if text.chars().all(|c| is_bare(c) || c == ' ') => {
                Some(format!("{quote}{text}{quote}"))
            }
            _ if text.chars().all(is_bare) => Some(text.to_owned()),
            _ => (!text.contains(['\'', '\n'])).then(|| format!("'{text}'")),
        },
    }
}
