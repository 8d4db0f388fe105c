//! Which part of a file is code, and whether somebody wrote it.

use std::borrow::Cow;
use std::sync::LazyLock;

use crate::fact::{Extraction, Gap, Hidden, Mention};
use crate::key::KeyName;
use crate::sources::signs::{Words, any_of};
use crate::syntax::tree::Language;
use crate::text::{Span, TreePath};

/// Files above this size, in bytes, are data or bundles and not written by hand.
const MAX_BYTES: usize = 1 << 20;

/// Files with lines longer than this on average, in bytes, are minified.
const MAX_MEAN_LINE: usize = 400;

/// Files below this size, in bytes, may be a single line.
const MAX_ONE_LINE: usize = 16 << 10;

/// Whether a program wrote the text: it is huge, or has hardly any lines.
pub(super) fn is_minified(text: &str) -> bool {
    let lines = || 1 + text.bytes().filter(|&byte| byte == b'\n').count();
    text.len() > MAX_BYTES || (text.len() > MAX_ONE_LINE && text.len() / lines() > MAX_MEAN_LINE)
}

/// Whether a file is a component whose script is only a part of it.
pub(super) fn is_component(path: &TreePath) -> bool {
    [".vue", ".svelte", ".astro"].iter().any(|ending| path.name().ends_with(ending))
}

/// The code of a file, every byte at its place, and its language; of a component all else is blank.
pub(super) fn code<'t>(path: &TreePath, text: &'t str) -> (Cow<'t, str>, Language) {
    let name = path.name();
    if !is_component(path) {
        let is_plain = [".ts", ".mts", ".cts"].iter().any(|ending| name.ends_with(ending));
        return (Cow::Borrowed(text), if is_plain { Language::TypeScript } else { Language::Tsx });
    }
    let mut parts = scripts(text);
    if name.ends_with(".astro") {
        parts.extend(front_matter(text));
        parts.sort_by_key(|part| part.start);
    }
    let mut blank: Vec<u8> = text.bytes().map(|byte| if byte == b'\n' { b'\n' } else { b' ' }).collect();
    for part in parts {
        if let (Some(to), Some(from)) = (blank.get_mut(part.clone()), text.as_bytes().get(part)) {
            to.copy_from_slice(from);
        }
    }
    let language = if text.contains("lang=\"tsx\"") { Language::Tsx } else { Language::TypeScript };
    (Cow::Owned(String::from_utf8(blank).unwrap_or_default()), language)
}

/// The insides of the `<script>` elements.
fn scripts(text: &str) -> Vec<std::ops::Range<usize>> {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(start) = text.get(at..).and_then(|rest| rest.find("<script")).map(|start| at + start) {
        let Some(open) = text.get(start..).and_then(|rest| rest.find('>')).map(|end| start + end + 1) else {
            break;
        };
        let is_empty = text.get(start..open).is_some_and(|tag| tag.ends_with("/>"));
        if is_empty {
            at = open;
            continue;
        }
        let close =
            text.get(open..).and_then(|rest| rest.find("</script")).map_or(text.len(), |end| open + end);
        found.push(open..close);
        at = close;
    }
    found
}

/// The code between the lines `---` at the beginning of an Astro component.
pub(super) fn front_matter(text: &str) -> Option<std::ops::Range<usize>> {
    let begin =
        text.find("---").filter(|&at| text[..at].trim_start_matches('\u{feff}').trim().is_empty())? + 3;
    let end = text.get(begin..)?.find("\n---").map(|end| begin + end)?;
    Some(begin..end)
}

/// The names behind `import.meta.env.` outside of the code of a component, where templates use them.
pub(super) fn in_markup(text: &str, code: &str) -> Vec<(String, Span)> {
    const OBJECT: &str = "import.meta.env.";
    let mut found = Vec::new();
    for (at, _) in text.match_indices(OBJECT) {
        let is_code = code.get(at..at + OBJECT.len()) == Some(OBJECT);
        let start = at + OBJECT.len();
        let name = word_at(text, start);
        if !is_code && !name.is_empty() {
            found.push((name.to_owned(), Span::new(start, start + name.len())));
        }
    }
    found
}

/// Under which the environment is found in texts that a program wrote.
static OBJECTS: LazyLock<Words> =
    LazyLock::new(|| any_of(&["process.env", "import.meta.env", "Bun.env", "Deno.env"]));

/// Whether a text that a program wrote takes anything from the environment.
pub(super) fn takes_any(text: &str) -> bool {
    OBJECTS.stand_in(text)
}

/// What is to be told of a bundle or another text that a program wrote: the names it takes from the environment,
/// and whether it computes some.
pub(super) fn of_minified(text: &str) -> Extraction {
    let mut found = Extraction::default();
    let mut is_computed = false;
    let mut seen = std::collections::BTreeSet::new();
    for object in OBJECTS.each_in(text) {
        let rest = text.get(object.end..).unwrap_or("");
        let before_name = match rest.as_bytes() {
            [b'.', ..] => 1,
            [b'[', b'"' | b'\'', ..] => 2,
            [b'[', ..] => {
                if !is_computed {
                    is_computed = true;
                    let span = Span::new(object.start, object.end);
                    let reason = "a bundle computes the name of the variable";
                    found.gaps.push(Gap { span, hides: Hidden::Reads, reason });
                }
                continue;
            }
            _ => continue,
        };
        let start = object.end + before_name;
        let name = word_at(text, start);
        if super::name::is_capital(name) && seen.insert(name) {
            let span = Span::new(start, start + name.len());
            found.mentions.push(Mention { key: KeyName::new(name), span });
        }
    }
    let reason = "a program wrote or minified the file: only the names in it are read";
    found.gaps.insert(0, Gap { span: Span::at(0), hides: Hidden::Uses, reason });
    found
}

/// The identifier that begins at `start`.
fn word_at(text: &str, start: usize) -> &str {
    let rest = text.get(start..).unwrap_or("");
    let end = rest.bytes().take_while(|&byte| byte == b'_' || byte.is_ascii_alphanumeric()).count();
    rest.get(..end).unwrap_or("")
}
