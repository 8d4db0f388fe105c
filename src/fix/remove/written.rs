//! How a key goes from files that are neither dotenv nor YAML: a line of a script, an entry of TOML or JSON, a word
//! of an instruction, a line of a template or of a list of build arguments.

use toml::de::DeTable;

use crate::syntax::dockerfile::{Arguments, parse};
use crate::syntax::yaml::edit::Replaced;
use crate::text::Span;

/// The line that holds byte `at`, its ending included.
pub(super) fn line_at(text: &str, at: usize) -> Option<(Span, &str)> {
    let start = text.get(..at)?.rfind('\n').map_or(0, |newline| newline + 1);
    let rest = text.get(at..)?;
    let end = at + rest.find('\n').map_or(rest.len(), |newline| newline + 1);
    let mark = usize::from(text.get(start..end)?.starts_with('\u{feff}')) * '\u{feff}'.len_utf8();
    Some((Span::new(start + mark, end), text.get(start + mark..end)?))
}

/// What follows upon `key` and a `=` in a line.
fn assigned<'t>(line: &'t str, key: &str) -> Option<&'t str> {
    line.strip_prefix(key)?.trim_start().strip_prefix('=')
}

/// An instruction that declares nothing else, or the word of one that does.
pub(super) fn instruction(text: &str, at: Span, key: &str) -> Option<Replaced> {
    let document = parse(text);
    let found = document.instructions.iter().find(|instruction| instruction.span.contains(at))?;
    let Arguments::Pairs(pairs) = &found.arguments else { return None };
    if !found.heredocs.is_empty() {
        return None;
    }
    let number = pairs.iter().position(|pair| {
        pair.key.span().contains(at)
            && text.get(pair.key.span().range()).is_some_and(|name| name.trim_matches(['"', '\'']) == key)
    })?;
    let pair = pairs.get(number)?;
    if let [_] = pairs.as_slice() {
        let start = found.span.start as usize;
        let begin = text.get(..start)?.rfind('\n').map_or(0, |newline| newline + 1);
        if !text.get(begin..start)?.trim_matches([' ', '\t', '\u{feff}']).is_empty() {
            return None;
        }
        let begin = begin + usize::from(text.get(begin..)?.starts_with('\u{feff}')) * '\u{feff}'.len_utf8();
        let rest = text.get(found.span.end as usize..)?;
        let newline = rest.find('\n').map_or(rest.len(), |newline| newline + 1);
        return Some((Span::new(begin, found.span.end as usize + newline), String::new()));
    }
    if pair.is_legacy {
        return None;
    }
    let begin_of = |number: usize| pairs.get(number).map(|pair| pair.key.span().start as usize);
    let end_of = |number: usize| {
        pairs.get(number).map(|pair| {
            pair.value.as_ref().map_or(pair.key.span().end, |value| value.span().end.max(pair.key.span().end))
                as usize
        })
    };
    let (start, end) = (begin_of(number)?, end_of(number)?);
    // Between two pairs stand blanks, and the signs that continue a line; comments are somebody's.
    let is_gap = |gap: &str| gap.trim_matches([' ', '\t', '\r', '\n', document.escape]).is_empty();
    let line_start = text.get(..start)?.rfind('\n').map_or(0, |newline| newline + 1);
    let begins_line = text.get(line_start..start)?.trim().is_empty();
    let span = match begin_of(number + 1) {
        // On a line of its own the whole line goes; else up to the next word.
        Some(next) if is_gap(text.get(end..next)?) => {
            let gap = text.get(end..next)?;
            match gap.find('\n').filter(|_| begins_line) {
                Some(newline) => Span::new(line_start, end + newline + 1),
                None => Span::new(start, next),
            }
        }
        Some(_) => return None,
        None => {
            let before = end_of(number.checked_sub(1)?)?;
            if !is_gap(text.get(before..start)?) {
                return None;
            }
            Span::new(before, end)
        }
    };
    Some((span, String::new()))
}

/// A line of a template that renders one assignment and decides nothing.
pub(super) fn rendered_line(text: &str, at: Span, key: &str) -> Option<Replaced> {
    let (span, line) = line_at(text, at.start as usize)?;
    let decides =
        ["{{-", "-}}", "{{ if", "{{if", "{{ end", "{{end", "{{ else", "{{ with", "{{with", "{{ range"];
    let said = line.trim_start();
    let is_own = assigned(said.strip_prefix("export ").unwrap_or(said), key).is_some();
    (is_own && !decides.iter().any(|word| line.contains(word))).then_some((span, String::new()))
}

/// A line `KEY=value` in a text of several such lines that a YAML file holds, as `build-args: |` does. The last that
/// remains there stays.
pub(super) fn argument_line(text: &str, at: Span, key: &str) -> Option<Replaced> {
    let (span, line) = line_at(text, at.start as usize)?;
    let said = line.trim();
    let is_own = said == key || assigned(said, key).is_some();
    let indent = line.len() - line.trim_start().len();
    let is_argument = |other: &&str| {
        let name = other.split('=').next().unwrap_or("").trim();
        let own = other.len() - other.trim_start().len();
        own == indent && !name.is_empty() && name.chars().all(|c| c == '_' || c.is_ascii_alphanumeric())
    };
    let above = text.get(..span.start as usize)?.lines().next_back().filter(is_argument);
    let below = text.get(span.end as usize..)?.lines().next().filter(is_argument);
    (is_own && indent > 0 && (above.is_some() || below.is_some())).then_some((span, String::new()))
}

/// A line of a script at its left margin that does nothing but give the key a value.
pub(super) fn script_line(text: &str, at: Span, key: &str) -> Option<Replaced> {
    let (span, line) = line_at(text, at.start as usize)?;
    let value = line.strip_prefix("export ").unwrap_or(line);
    let value =
        if value.trim_end() == key { "" } else { value.strip_prefix(key)?.strip_prefix('=')?.trim_end() };
    let is_continued = text.get(..span.start as usize)?.trim_end_matches(['\r', '\n']).ends_with('\\');
    let is_plain = !value.contains([';', '&', '|', '`', '<', '>', '\\', '(', ')']);
    let is_closed = value.matches('"').count() % 2 == 0 && value.matches('\'').count() % 2 == 0;
    // `KEY=value program` gives it to the program alone.
    let is_one = value.starts_with(['"', '\'']) && value.ends_with(['"', '\'']) && value.len() > 1
        || !value.contains(char::is_whitespace)
        || value.split_once(char::is_whitespace).is_some_and(|(_, rest)| rest.trim_start().starts_with('#'));
    (is_plain && is_closed && is_one && !is_continued).then_some((span, String::new()))
}

/// A line of TOML that says one thing about the key.
pub(super) fn toml_line(text: &str, at: Span, key: &str) -> Option<Replaced> {
    let (span, line) = line_at(text, at.start as usize)?;
    let table = DeTable::parse(line).ok()?;
    let mut entries = table.get_ref().keys();
    let is_own = entries.next().is_some_and(|first| *first.get_ref() == key) && entries.next().is_none();
    is_own.then_some((span, String::new()))
}

/// An item `"KEY"` of a list of JSON, or an entry `"KEY": value` on a line of its own.
pub(super) fn json_entry(text: &str, at: Span, key: &str) -> Option<Replaced> {
    let quoted = format!("\"{key}\"");
    let (line_span, line) = line_at(text, at.start as usize)?;
    let line_start = line_span.start as usize;
    let start = line_start
        + line.match_indices(&quoted).map(|(found, _)| found).find(|found| {
            (line_start + found..=line_start + found + quoted.len()).contains(&(at.start as usize))
        })?;
    let end = start + quoted.len();
    let is_first = text.get(line_start..start)?.trim().is_empty();
    let behind = text.get(end..line_span.end as usize)?.trim_end();
    let is_entry = behind.trim_start().starts_with(':');
    if is_first {
        let value = behind.trim_start().trim_end_matches(',');
        let is_balanced = value.matches(['{', '[']).count() == value.matches(['}', ']']).count();
        if !is_balanced || !is_entry && !value.is_empty() || value.contains("//") && !value.contains("://") {
            return None;
        }
        if behind.ends_with(',') {
            return Some((line_span, String::new()));
        }
        // The last one: the comma before it goes.
        let before = text.get(..line_start)?.trim_end();
        let content = end + behind.len();
        return match before.chars().next_back()? {
            ',' => Some((Span::new(before.len() - 1, content), String::new())),
            '[' | '{' => Some((line_span, String::new())),
            _ => None,
        };
    }
    if is_entry {
        return None;
    }
    let before = text.get(..start)?.trim_end();
    let rest = text.get(end..)?;
    if let Some(next) = rest.trim_start().strip_prefix(',') {
        let next = text.len() - next.trim_start_matches(' ').len();
        return Some((Span::new(start, next), String::new()));
    }
    match before.chars().next_back()? {
        ',' => Some((Span::new(before.len() - 1, end), String::new())),
        '[' => Some((Span::new(start, end), String::new())),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::{Replaced, argument_line, instruction, json_entry, rendered_line, script_line, toml_line};
    use crate::text::Span;

    fn made(text: &str, how: fn(&str, Span, &str) -> Option<Replaced>) -> Option<String> {
        let start = text.find("OLD").unwrap();
        let (span, fresh) = how(text, Span::new(start, start + 3), "OLD")?;
        let mut text = text.to_owned();
        text.replace_range(span.range(), &fresh);
        Some(text)
    }

    #[test]
    fn instructions() {
        for (before, after) in [
            ("FROM a\nARG OLD\nRUN b\n", Some("FROM a\nRUN b\n")),
            ("FROM a\nENV OLD=1 B=2\n", Some("FROM a\nENV B=2\n")),
            ("FROM a\nENV B=2 OLD=1\n", Some("FROM a\nENV B=2\n")),
            ("FROM a\nENV OLD=1 \\\n    B=2\n", Some("FROM a\nENV B=2\n")),
            ("FROM a\nENV A=1 \\\n    OLD=1 \\\n    B=2\n", Some("FROM a\nENV A=1 \\\n    B=2\n")),
            ("FROM a\nENV A=1 \\\n    OLD=1\nRUN c\n", Some("FROM a\nENV A=1\nRUN c\n")),
            ("FROM a\nENV A=$OLD\n", None),
            ("FROM a\nENV A=1 B=$OLD\n", None),
            ("FROM a\nRUN echo $OLD\n", None),
        ] {
            assert_eq!(made(before, instruction).as_deref(), after, "{before}");
        }
    }

    #[test]
    fn lines() {
        type How = fn(&str, Span, &str) -> Option<Replaced>;
        let cases: &[(How, &str, Option<&str>)] = &[
            (script_line, "export A=1\nexport OLD=\"a b\"\nx\n", Some("export A=1\nx\n")),
            (script_line, "OLD=1\n", Some("")),
            (script_line, "OLD=1 run\n", None),
            (script_line, "export OLD=$(run)\n", None),
            (script_line, "export OLD=1 && run\n", None),
            (script_line, "if a; then\n  export OLD=1\nfi\n", None),
            (script_line, "export OLD_KEY=1\n", None),
            (toml_line, "[env]\nA = \"1\"\nOLD = \"2\" # c\n", Some("[env]\nA = \"1\"\n")),
            (toml_line, "[env]\nOLD = \"\"\"\nx\"\"\"\n", None),
            (toml_line, "[env]\nA = \"OLD\"\n", None),
            (toml_line, "env = { OLD = \"1\", B = \"2\" }\n", None),
            (rendered_line, "OLD={{ .Data.data.OLD }}\nB=1\n", Some("B=1\n")),
            (rendered_line, "A=1\nB=OLD\n", None),
            (rendered_line, "OLD_KEY=1\n", None),
            (argument_line, "a: |\n  A=1\n  OLD=${{ vars.OLD }}\nb: 1\n", Some("a: |\n  A=1\nb: 1\n")),
            (argument_line, "a: |\n  OLD=1\nb: 1\n", None),
            (argument_line, "run: |\n  docker build \\\n    --build-arg OLD=1 \\\n    .\n", None),
            (json_entry, "{\"env\": [\"A\", \"OLD\", \"B\"]}\n", Some("{\"env\": [\"A\", \"B\"]}\n")),
            (json_entry, "{\"env\": [\"A\", \"OLD\"]}\n", Some("{\"env\": [\"A\"]}\n")),
            (json_entry, "{\"env\": [\"OLD\"]}\n", Some("{\"env\": []}\n")),
            (json_entry, "{\"env\": [\n\t\"A\",\n\t\"OLD\"\n]}\n", Some("{\"env\": [\n\t\"A\"\n]}\n")),
            (json_entry, "{\"env\": [\n\t\"OLD\",\n\t\"A\"\n]}\n", Some("{\"env\": [\n\t\"A\"\n]}\n")),
            (
                json_entry,
                "{\"env\": {\n\t\"OLD\": \"1\",\n\t\"A\": \"2\"\n}}\n",
                Some("{\"env\": {\n\t\"A\": \"2\"\n}}\n"),
            ),
            (json_entry, "{\"env\": {\n\t\"OLD\": {\n\t\t\"value\": 1\n\t}\n}}\n", None),
            (json_entry, "{\"env\": [\n\t\"A\", // c\n\t\"OLD\"\n]}\n", None),
        ];
        for (how, before, after) in cases {
            assert_eq!(made(before, *how).as_deref(), *after, "{before}");
        }
    }
}
