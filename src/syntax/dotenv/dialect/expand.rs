//! npm `dotenv-expand` on top of `dotenv`.

use std::collections::HashSet;

use super::{Host, LONGEST_VALUE, Reading, npm};

/// The most replacements in one value. The original has no bound but a check for cycles.
const MOST_REPLACEMENTS: usize = 1000;

/// What `${X-default}` takes an empty `X` for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum EmptyMeans {
    /// As if it were not there (version 12).
    Unset,
    /// A value, as in a shell (version 1000).
    Set,
}

pub(super) fn read(text: &str, host: Host<'_>, empty: EmptyMeans) -> Reading {
    let mut reading = Reading::default();
    // An object's keys: each once, where it first stood, with its last value.
    let mut parsed: Vec<(String, String)> = Vec::new();
    let mut places = std::collections::HashMap::new();
    for (key, value) in npm::assignments(text) {
        match places.get(&key).and_then(|&place: &usize| parsed.get_mut(place)) {
            Some(slot) => slot.1 = value,
            None => {
                places.insert(key.clone(), parsed.len());
                parsed.push((key, value));
            }
        }
    }
    for (key, value) in parsed {
        let value = match host(&key) {
            Some(set) if !set.is_empty() && set != value => set,
            _ => {
                reading.computes |= empty == EmptyMeans::Set && value.contains("$(");
                expanded(value, host, &reading, empty)
            }
        };
        reading.set(&key, &value.replace("\\$", "$"));
    }
    reading
}

fn expanded(value: String, host: Host<'_>, earlier: &Reading, empty: EmptyMeans) -> String {
    let mut result = value;
    let mut seen = HashSet::new();
    for _ in 0..MOST_REPLACEMENTS {
        let Some((template, expression)) = first_reference(&result) else { break };
        let (template, expression) = (template.to_owned(), expression.to_owned());
        seen.insert(result.clone());
        let at = [":+", "+", ":-", "-"]
            .into_iter()
            .filter_map(|operator| expression.find(operator).map(|at| (at, operator)))
            .min_by_key(|&(at, operator)| (at, std::cmp::Reverse(operator.len())));
        let (name, operator, word) = match at {
            Some((at, operator)) => {
                let (name, rest) = expression.split_at(at);
                (name, operator, rest.get(operator.len()..).unwrap_or(""))
            }
            None => (expression.as_str(), "", ""),
        };
        let found = host(name).or_else(|| earlier.get(name).map(str::to_owned));
        let is_set = match &found {
            Some(text) => !text.is_empty() || (empty == EmptyMeans::Set && operator == "-"),
            None => false,
        };
        let put = match (operator, is_set) {
            (":+" | "+", true) | ("" | ":-" | "-", false) => word.to_owned(),
            (":+" | "+", false) => String::new(),
            _ => found.filter(|text| !seen.contains(text)).unwrap_or_else(|| word.to_owned()),
        };
        if result.len() + put.len() > LONGEST_VALUE {
            break;
        }
        result = result.replacen(&template, &put, 1);
    }
    result
}

/// The first `${...}` without inner braces, or `$NAME`, that no backslash escapes: the whole and its
/// inside.
fn first_reference(text: &str) -> Option<(&str, &str)> {
    let bytes = text.as_bytes();
    for (at, _) in text.match_indices('$') {
        if at > 0 && bytes.get(at - 1) == Some(&b'\\') {
            continue;
        }
        let rest = text.get(at + 1..)?;
        if let Some(inside) = rest.strip_prefix('{') {
            if let Some(end) = inside.find(['{', '}'])
                && end > 0
                && inside.as_bytes().get(end) == Some(&b'}')
            {
                return Some((text.get(at..at + end + 3)?, inside.get(..end)?));
            }
        } else if rest.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_') {
            let end = rest.find(|c: char| !(c.is_ascii_alphanumeric() || c == '_')).unwrap_or(rest.len());
            return Some((text.get(at..=at + end)?, rest.get(..end)?));
        }
    }
    None
}
