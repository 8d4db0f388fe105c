//! How a key goes from Makefiles, shell scripts, Terraform and scripts of `package.json`.

use super::written::{line_at, script_line};
use crate::syntax::comments::{Notation, comments};
use crate::syntax::hcl;
use crate::syntax::yaml::edit::Replaced;
use crate::text::Span;

/// A line of a Makefile that gives the variable a value for all targets, or exports it alone.
pub(super) fn make_line(text: &str, at: Span, key: &str) -> Option<Replaced> {
    let (span, line) = line_at(text, at.start as usize)?;
    let is_continued = text.get(..span.start as usize)?.trim_end_matches(['\r', '\n']).ends_with('\\');
    let said = line.trim_end();
    if is_continued || said.ends_with('\\') {
        return None;
    }
    let exported = said.strip_prefix("export ").map(str::trim_start);
    let rest = exported.unwrap_or(said).strip_prefix(key)?.trim_start();
    let is_whole = match rest.split_once('=') {
        Some((operator, _)) => matches!(operator, "" | ":" | "::" | ":::" | "?" | "+" | "!"),
        None => exported.is_some() && rest.is_empty(),
    };
    is_whole.then_some((span, String::new()))
}

/// The other lines of a Makefile or a script that only give the variable a value or export it.
pub(super) fn other_lines(text: &str, key: &str, is_make: bool) -> Vec<Replaced> {
    // Lines of a here-document are no commands.
    let units = if is_make { Vec::new() } else { comments(text, Notation::Shell).units };
    let mut found = Vec::new();
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        let name = line.strip_prefix("export ").unwrap_or(line);
        let at = Span::at(start + line.len() - name.len());
        let is_inside = || units.iter().any(|unit| unit.start < at.start && at.start < unit.end);
        if name.starts_with(key) && !is_inside() {
            found.extend(if is_make { make_line(text, at, key) } else { script_line(text, at, key) });
        }
        start += line.len();
    }
    found
}

/// An entry of a map on a line of its own, or a block that only says the key's name and value.
pub(super) fn terraform_entry(text: &str, at: Span, key: &str) -> Option<Replaced> {
    if !hcl::parse(text).is_whole() {
        return None;
    }
    let (span, line) = line_at(text, at.start as usize)?;
    let said = line.trim();
    let rest =
        said.strip_prefix(key).or_else(|| said.strip_prefix(&format!("\"{key}\""))).map(str::trim_start);
    if let Some(value) = rest.and_then(|rest| rest.strip_prefix('=').or_else(|| rest.strip_prefix(':'))) {
        let count = |signs: [char; 3]| value.matches(signs).count();
        let is_whole = count(['{', '[', '(']) == count(['}', ']', ')']) && !value.contains("<<");
        return is_whole.then_some((span, String::new()));
    }
    block(text, span, key)
}

/// What else a block may say that sets one variable.
const BLOCK_ATTRIBUTES: &[&str] = &["name", "value", "secret_name", "scope", "type"];

/// The block of several lines around a line `name = "KEY"`.
fn block(text: &str, line: Span, key: &str) -> Option<Replaced> {
    let own = text.get(line.range())?.trim();
    let named = own.strip_prefix("name")?.trim_start().strip_prefix('=')?.trim();
    if named.strip_prefix('"')?.strip_suffix('"')? != key {
        return None;
    }
    let is_attribute = |line: &str| {
        let name = line.trim().split(['=', ' ']).next().unwrap_or("");
        BLOCK_ATTRIBUTES.contains(&name) && !line.contains(['{', '}', '[', ']']) | line.contains("${")
    };
    let mut start = line.start as usize;
    let mut above = text.get(..start)?.split_inclusive('\n').rev();
    let head = loop {
        let line = above.next()?;
        start -= line.len();
        if !is_attribute(line) {
            break line;
        }
    };
    let mut end = line.end as usize;
    let mut below = text.get(end..)?.split_inclusive('\n');
    let foot = loop {
        let line = below.next()?;
        end += line.len();
        if !is_attribute(line) {
            break line;
        }
    };
    let kind = head.trim().strip_suffix('{')?.trim();
    let is_plain = !kind.is_empty() && kind.chars().all(|c| c == '_' || c.is_ascii_alphanumeric());
    (is_plain && foot.trim() == "}").then(|| (Span::new(start, end), String::new()))
}

/// `KEY=value ` before a command in a script of `package.json`.
pub(super) fn before_command(text: &str, at: Span, key: &str) -> Option<Replaced> {
    let start = at.start as usize;
    let (before, rest) = (text.get(..start)?, text.get(start..)?);
    let value = rest.strip_prefix(key)?.strip_prefix('=')?;
    let length = value.find(|c: char| !c.is_ascii_alphanumeric() && !"_-./:,@%+".contains(c))?;
    let behind = value.get(length..)?;
    let blanks = behind.len() - behind.trim_start_matches(' ').len();
    // Only other such words may stand between the beginning of a command and it.
    let line = before.rsplit(['"', ';', '&', '|', '(']).next()?;
    let begins =
        line.split_whitespace().all(|word| word.contains('=') || matches!(word, "cross-env" | "env"));
    let runs = behind.get(blanks..)?.starts_with(|c: char| c.is_ascii_alphanumeric() || "./@_".contains(c));
    let end = start + key.len() + 1 + length + blanks;
    (begins && blanks > 0 && runs).then(|| (Span::new(start, end), String::new()))
}

#[cfg(test)]
mod tests {
    use super::{Replaced, before_command, make_line, other_lines, terraform_entry};
    use crate::text::Span;

    #[test]
    fn what_goes() {
        type How = fn(&str, Span, &str) -> Option<Replaced>;
        let cases: &[(How, &str, Option<&str>)] = &[
            (make_line, "OLD = 1\nA := 2\n", Some("A := 2\n")),
            (make_line, "A = 1\nexport OLD ?= a b\n", Some("A = 1\n")),
            (make_line, "export OLD\nall:\n", Some("all:\n")),
            (make_line, "export OLD B\n", None),
            (make_line, "OLD = 1 \\\n  2\n", None),
            (make_line, "all: OLD = 1\n", None),
            (make_line, "all:\n\tOLD=1 run\n", None),
            (make_line, "OLD_KEY = 1\n", None),
            (terraform_entry, "a = {\n  OLD = \"1\"\n  B = \"2\"\n}\n", Some("a = {\n  B = \"2\"\n}\n")),
            (terraform_entry, "a = {\n  \"OLD\" : f(\"1\"), # c\n}\n", Some("a = {\n}\n")),
            (terraform_entry, "a = { OLD = \"1\" }\n", None),
            (terraform_entry, "a = {\n  OLD = [\n  1]\n}\n", None),
            (
                terraform_entry,
                "b {\n  env {\n    name  = \"OLD\"\n    value = \"${a}\"\n  }\n  c = 1\n}\n",
                Some("b {\n  c = 1\n}\n"),
            ),
            (terraform_entry, "b {\n  env {\n    name = \"OLD\"\n    more {\n    }\n  }\n}\n", None),
            (terraform_entry, "variable \"OLD\" {\n}\n", None),
            (before_command, "{\"s\": \"OLD=x node a\"}", Some("{\"s\": \"node a\"}")),
            (
                before_command,
                "{\"s\": \"a && cross-env B=1 OLD=http://x:1 node a\"}",
                Some("{\"s\": \"a && cross-env B=1 node a\"}"),
            ),
            (before_command, "{\"s\": \"echo OLD=x node a\"}", None),
            (before_command, "{\"s\": \"OLD=x && node a\"}", None),
            (before_command, "{\"s\": \"OLD=$B node a\"}", None),
        ];
        for (how, before, after) in cases {
            let start = before.find("OLD").unwrap();
            let made = how(before, Span::new(start, start + 3), "OLD").map(|(span, fresh)| {
                let mut text = (*before).to_owned();
                text.replace_range(span.range(), &fresh);
                text
            });
            assert_eq!(made.as_deref(), *after, "{before}");
        }
    }

    #[test]
    fn lines_that_only_assign() {
        let gone = |text: &str, is_make| -> Vec<String> {
            let lines = other_lines(text, "OLD", is_make);
            lines.iter().map(|(span, _)| text[span.range()].trim_end().to_owned()).collect()
        };
        let script = "OLD=2\nexport OLD\nOLD_B=1\nOLD=3 run\ncat <<EOF\nOLD=1\nEOF\n  OLD=4\n";
        assert_eq!(gone(script, false), ["OLD=2", "export OLD"]);
        assert_eq!(gone("OLD = 1\nexport OLD\nall:\n\tOLD=1 run\n", true), ["OLD = 1", "export OLD"]);
    }
}
