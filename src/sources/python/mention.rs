//! Names that look like keys, in the file's string literals and in what is not parsed of it.

use std::collections::BTreeSet;
use std::ops::Range;

use super::super::mentions;
use super::module::Module;
use crate::fact::Mention;
use crate::key::KeyName;
use crate::text::Span;

/// Every word in capitals in the file's strings, each once, at its first place; and those that look like keys
/// anywhere in the parts that are `left_out`.
pub(super) fn mentions(module: &Module<'_>, text: &str, left_out: &[Range<usize>]) -> Vec<Mention> {
    let mut found = in_strings(module);
    let mut seen: BTreeSet<KeyName> = found.iter().map(|mention| mention.key.clone()).collect();
    for range in left_out {
        let part = mentions::all(text.get(range.clone()).unwrap_or(""));
        let unseen = part.into_iter().filter(|mention| seen.insert(mention.key.clone()));
        found.extend(unseen.map(|mention| Mention { span: mention.span.shifted(range.start), ..mention }));
    }
    found.sort_by_key(|mention| mention.span);
    found
}

fn in_strings(module: &Module<'_>) -> Vec<Mention> {
    let mut seen: BTreeSet<&str> = BTreeSet::new();
    let mut found = Vec::new();
    for node in module.nodes().filter(|node| node.kind() == "string_content") {
        let (text, start) = (node.text(), node.span().start as usize);
        let mut offset = 0;
        for word in text.split(|c: char| !c.is_ascii_alphanumeric() && c != '_') {
            if is_key_like(word) && seen.insert(word) {
                let at = start + offset;
                found.push(Mention { key: KeyName::new(word), span: Span::new(at, at + word.len()) });
            }
            offset += word.len();
            offset += text.get(offset..).and_then(|rest| rest.chars().next()).map_or(0, char::len_utf8);
        }
    }
    found
}

/// Whether a word is written as keys are: capitals, digits and underscores, beginning with a letter.
pub(super) fn is_key_like(word: &str) -> bool {
    word.len() > 1
        && word.starts_with(|c: char| c.is_ascii_uppercase())
        && word.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || b == b'_')
}
