//! Names of variables that stand as text where their values were meant.

use std::collections::BTreeSet;
use std::ops::Range;

use super::said::Reading;
use crate::syntax::shell::{Item, Script, Word};
use crate::text::Spanned;

/// What `curl` takes data by.
const DATA: &[&str] = &["-d", "--data", "--data-raw", "--data-ascii", "--data-binary", "--json"];

/// Notes `$NAME` in JSON that stands in single quotes and that `curl` sends.
pub(super) fn quoted(reading: &mut Reading<'_>, program: &str, arguments: &[Word]) {
    if program != "curl" {
        return;
    }
    for pair in arguments.windows(2) {
        let [flag, data] = pair else { continue };
        if !DATA.contains(&flag.text.as_str()) {
            continue;
        }
        let raw = reading.source.text.get(data.range.clone()).unwrap_or("");
        let inside = raw.strip_prefix('\'').and_then(|raw| raw.strip_suffix('\''));
        let Some(inside) = inside.filter(|inside| !inside.contains('\'')) else { continue };
        // A query of GraphQL has variables of its own.
        if !inside.trim_start().starts_with(['{', '['])
            || inside.contains("query")
            || inside.contains("mutation")
        {
            continue;
        }
        for (at, _) in inside.match_indices('$') {
            let rest = inside.get(at + 1..).unwrap_or("");
            let braced = rest.strip_prefix('{');
            let name = braced.unwrap_or(rest);
            let length = name.find(|c: char| !(c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_'));
            let name = name.get(..length.unwrap_or(name.len())).unwrap_or("");
            let is_name = name.len() > 2 && name.starts_with(|c: char| c.is_ascii_uppercase());
            let is_closed =
                braced.is_none_or(|rest| rest.get(name.len()..).is_some_and(|end| end.starts_with('}')));
            if is_name && is_closed {
                let start = data.range.start + 1 + at;
                let span =
                    (reading.source.place)(&(start..start + 1 + usize::from(braced.is_some()) + name.len()));
                reading.said.script.quoted_variables.push(Spanned::new(name.to_owned(), span));
            }
        }
    }
}

/// Programs that send or keep texts as they are.
const KEEP_TEXTS: &[&str] = &["git", "gh", "curl", "wget", "aws", "gcloud", "az"];

/// Words of their commands that hand an argument to a shell, a template or a query with variables of its own.
const OF_OTHERS: &[&str] = &[
    "foreach",
    "filter-branch",
    "rebase",
    "bisect",
    "config",
    "graphql",
    "--jq",
    "-q",
    "--template",
    "ssh",
    "alias",
];

/// Notes a variable that stands in the single quotes of such an argument and is named nowhere else in the script.
pub(super) fn only_quoted(reading: &mut Reading<'_>, program: &str, arguments: &[Word]) {
    let is_of_others = |word: &Word| OF_OTHERS.contains(&word.text.as_str()) || word.text.contains("query");
    if !KEEP_TEXTS.contains(&program) || arguments.iter().any(is_of_others) {
        return;
    }
    for word in arguments.iter().filter(|word| word.is_plain) {
        let raw = reading.source.text.get(word.range.clone()).unwrap_or("");
        let Some(open) = raw.find('\'').filter(|open| raw.ends_with('\'') && !raw[..*open].contains('"'))
        else {
            continue;
        };
        let inside = raw.get(open + 1..raw.len() - 1).unwrap_or("");
        let Some((at, name)) = inside.match_indices("${").find_map(|(at, _)| {
            let name = inside.get(at + 2..)?.split_once('}')?.0;
            let is_name = |byte: u8| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'_';
            (name.len() > 2 && name.bytes().all(is_name)).then_some((at, name))
        }) else {
            continue;
        };
        if inside.contains('\'') || reading.source.text.matches(name).count() != 1 {
            continue;
        }
        let start = word.range.start + open + 1 + at;
        let span = (reading.source.place)(&(start..start + name.len() + 3));
        reading.said.script.only_quoted.push(Spanned::new(name.to_owned(), span));
    }
}

/// Programs and words of the shell that take names.
const TAKE_NAMES: &[&str] = &[
    ":",
    "alias",
    "declare",
    "env",
    "envsubst",
    "eval",
    "export",
    "for",
    "function",
    "getopts",
    "let",
    "local",
    "mapfile",
    "printenv",
    "printf",
    "read",
    "readarray",
    "readonly",
    "set",
    "source",
    "test",
    "typeset",
    "unset",
];

/// The words that are the name of a variable which the text sets before, and never expands.
///
/// Only names of several words in small letters, which programs have no use for; nothing where a script takes names
/// from others.
pub(super) fn bare<'i>(text: &str, script: &Script, items: &'i [Vec<Item>]) -> Vec<&'i Word> {
    let is_candidate = |name: &str| {
        name.len() >= 6
            && name.trim_matches('_').contains('_')
            && name.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_')
    };
    if !script.assignments.keys().any(|name| is_candidate(name)) || script.takes_in_other_text {
        return Vec::new();
    }
    let used: BTreeSet<&str> =
        script.uses.iter().map(|found| text.get(found.name.clone()).unwrap_or("")).collect();
    let is_indirect = ["${!", "eval", " -n ", "printf -v", "set -a", "allexport", "$(("]
        .iter()
        .any(|sign| text.contains(sign));
    if is_indirect {
        return Vec::new();
    }
    let set = |name: &str| {
        let values = script.assignments.get(name).filter(|_| is_candidate(name) && !used.contains(name))?;
        // `read name` and `for name` set it as well, from who knows where; `warn,name=debug` is a text.
        let is_assigned = |value: &Range<usize>| {
            let before = text.get(..value.start).and_then(|before| before.strip_suffix('='));
            let before = before.and_then(|before| before.strip_suffix(name));
            before.is_some_and(|before| before.is_empty() || before.ends_with([' ', '\t', '\n', ';']))
        };
        if !values.iter().all(is_assigned) {
            return None;
        }
        values.iter().map(|value| value.start).min()
    };
    let mut found = Vec::new();
    for item in items.iter().flatten() {
        let Item::Command(command) = item else { continue };
        let Some((program, arguments)) = command.words.split_first() else { continue };
        let is_plain_call =
            program.is_plain && !program.text.contains('=') && !TAKE_NAMES.contains(&program.text.as_str());
        for word in arguments {
            if word.is_quoted || !word.is_plain {
                continue;
            }
            let Some(at) = set(&word.text) else { continue };
            if !is_plain_call || at > word.range.start {
                // Somebody takes it by its name after all.
                found.retain(|other: &&Word| other.text != word.text);
                return found;
            }
            // What stands elsewhere too, in a path or a text, is the name of a program or a file.
            let whole = text.match_indices(word.text.as_str()).count();
            let known = script.assignments.get(&word.text).map_or(0, Vec::len);
            if whole == known + 1 {
                found.push(word);
            }
        }
    }
    found
}
