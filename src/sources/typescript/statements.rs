//! The statements of a file or of a body in it that begin at one margin, found without parsing them.
//!
//! Text, brackets and comments are passed over as the language has them; what JSX and regular expressions may hold
//! is not told apart in all cases. A statement begins where nothing is open; where something seems to be open before
//! what can only begin a statement, the file is not divided at all.

use std::ops::Range;

use super::super::relevant::{Statement, words};

/// Where a file divides.
#[derive(Debug)]
pub(super) struct Divided<'t> {
    pub(super) statements: Vec<Statement<'t>>,
    /// The comments, in order.
    pub(super) comments: Vec<Range<usize>>,
}

/// Divides `text` into statements; each has the comments before it and the blank lines behind it. `None` where it
/// cannot be told for sure where they begin.
pub(super) fn divide(text: &str) -> Option<Divided<'_>> {
    let mut comments = Vec::new();
    let starts = starts(text, 0..text.len(), 0, &mut comments)?;
    let ends = starts.iter().skip(1).map(|start| start.at).chain([text.len()]);
    let statements =
        starts.iter().zip(ends).map(|(start, end)| statement(text, start.at..end, start.code)).collect();
    Some(Divided { statements, comments })
}

/// Where the statements in `range` begin, all of them behind `margin` blanks; adds the comments in it to `comments`.
/// `None` where it cannot be told for sure.
pub(super) fn starts(
    text: &str,
    range: Range<usize>,
    margin: usize,
    comments: &mut Vec<Range<usize>>,
) -> Option<Vec<Start>> {
    let mut reader = Reader::of(text, &range)?;
    let mut starts: Vec<Start> = Vec::new();
    let mut pending: Option<usize> = None;
    let mut is_decorated = false;
    while reader.at < range.end {
        let line = reader.at;
        let is_open = reader.depth > 0 || !reader.templates.is_empty();
        let width = reader.indent(line).min(margin);
        let rest = reader.bytes.get(line + width..).unwrap_or_default();
        let is_blank = matches!(rest, [] | [b'\r' | b'\n', ..]);
        if width < margin && !is_blank && !is_open {
            return None;
        }
        let kind = if width < margin { Margin::Other } else { Margin::of(rest) };
        match kind {
            Margin::Comment if !is_open && !is_decorated => pending = pending.or(Some(line)),
            Margin::Definition if is_open && reader.templates.is_empty() => return None,
            Margin::Definition | Margin::Statement if !is_open && !is_decorated && !goes_on(reader.last) => {
                starts.push(Start { at: pending.take().unwrap_or(line), code: line });
                is_decorated = rest.starts_with(b"@");
            }
            Margin::Definition | Margin::Statement if !is_open && !rest.starts_with(b"@") => {
                is_decorated = false;
                pending = None;
            }
            _ => {}
        }
        reader.line(comments)?;
    }
    if reader.depth > 0 || !reader.templates.is_empty() {
        return None;
    }
    // What stands before the first statement belongs to it.
    if let Some(first) = starts.first_mut() {
        first.at = range.start;
    }
    Some(starts)
}

/// Where a statement begins, with its comments, and where its code does.
#[derive(Debug)]
pub(super) struct Start {
    pub(super) at: usize,
    pub(super) code: usize,
}

/// What the beginning of a line tells.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Margin {
    /// A word that begins a definition.
    Definition,
    /// What may begin a statement.
    Statement,
    Comment,
    /// A line that is indented or blank, or goes on with what the one before it began.
    Other,
}

/// Words that only a definition begins with.
const DEFINITIONS: &[&str] = &[
    "export ",
    "import ",
    "function ",
    "async function ",
    "class ",
    "abstract class ",
    "interface ",
    "const ",
    "enum ",
    "declare ",
];

/// Words that go on with a statement.
const CONTINUATIONS: &[&str] = &[
    "else",
    "catch",
    "finally",
    "while",
    "of",
    "in",
    "as",
    "from",
    "extends",
    "implements",
    "instanceof",
    "satisfies",
];

impl Margin {
    fn of(line: &[u8]) -> Self {
        let begins = |word: &str| line.starts_with(word.as_bytes());
        match line {
            [b'/', b'/' | b'*', ..] => Self::Comment,
            _ if DEFINITIONS.iter().any(|word| begins(word)) => Self::Definition,
            [b'_' | b'$' | b'@' | b'"' | b'\'', ..] => Self::Statement,
            [first, ..] if first.is_ascii_alphabetic() => {
                let end = line.iter().position(|byte| !byte.is_ascii_alphanumeric()).unwrap_or(line.len());
                let word = line.get(..end).unwrap_or_default();
                let goes_on = CONTINUATIONS.iter().any(|known| known.as_bytes() == word);
                if goes_on { Self::Other } else { Self::Statement }
            }
            _ => Self::Other,
        }
    }
}

/// Whether an expression that ends in this byte is not at its end.
fn goes_on(last: u8) -> bool {
    matches!(
        last,
        b'=' | b'+'
            | b'-'
            | b'*'
            | b'/'
            | b'%'
            | b'&'
            | b'|'
            | b'^'
            | b'<'
            | b'?'
            | b':'
            | b','
            | b'!'
            | b'~'
            | b'.'
    )
}

fn statement(text: &str, range: Range<usize>, code: usize) -> Statement<'_> {
    let code = text.get(code..range.end).unwrap_or("");
    let mut found = Statement {
        range,
        binds: Vec::new(),
        may_go: false,
        is_function: false,
        is_class: false,
        is_value: false,
    };
    let mut definition = code;
    while let Some(rest) = ["export ", "default ", "declare ", "abstract ", "async "]
        .iter()
        .find_map(|word| definition.strip_prefix(word))
    {
        definition = rest.trim_start();
    }
    let first = words(definition).next().unwrap_or("");
    let name = || words(definition.get(first.len()..).unwrap_or("")).next();
    match first {
        _ if !definition.starts_with(first) || definition.starts_with('@') => {
            found.binds.extend(definition.starts_with('@').then(|| class_name(definition)).flatten());
        }
        "function" => {
            found.binds.extend(name());
            (found.may_go, found.is_function) = (true, true);
            found.is_value = takes_nothing(definition);
        }
        "class" | "interface" | "type" | "enum" => {
            found.binds.extend(name());
            (found.may_go, found.is_class) = (true, first == "class");
        }
        "const" | "let" | "var" => {
            let (pattern, value) = definition.split_once('=').unwrap_or((definition, ""));
            found.binds.extend(words(pattern).skip(1));
            found.may_go = true;
            let has_body = value.contains("=>") || value.contains("function");
            found.is_function = has_body && !value.trim_start().starts_with(['{', '[']);
            let value = value.trim_start();
            let arrow = value.strip_prefix("async").unwrap_or(value).trim_start();
            found.is_value = !has_body && is_variable(value) || arrow.starts_with("()");
        }
        "import" => found.binds.extend(imported(definition)),
        "if" | "for" | "while" | "switch" | "try" | "do" | "throw" | "return" | "with" | "export"
        | "default" | "module" | "exports" => {}
        _ if definition.len() < code.len() => {}
        _ => {
            let head = definition.lines().next().unwrap_or("");
            let target = head.split(['(', '"', '\'', '`', '{']).next().unwrap_or("");
            match target.split_once('=') {
                Some((assigned, _)) => found.binds.extend(words(assigned).next()),
                // A call, whose outcome nobody takes; a short one may say that something has to be there.
                None => found.may_go = definition.len() > MIN_CALL,
            }
        }
    }
    found
}

/// Whether a function is handed nothing, so that it reads the same variables for everybody who calls it.
fn takes_nothing(definition: &str) -> bool {
    definition.split_once('(').is_some_and(|(_, behind)| behind.trim_start().starts_with(')'))
}

/// Calls below this size, in bytes, are parsed.
const MIN_CALL: usize = 200;

/// The name of a class behind decorators.
fn class_name(text: &str) -> Option<&str> {
    let behind = text.split_once("\nexport class ").or_else(|| text.split_once("\nclass "))?.1;
    words(behind).next()
}

/// The names that an import binds, and those it takes them from.
fn imported(text: &str) -> impl Iterator<Item = &str> {
    let names = text.split_once(" from").map_or("", |(names, _)| names);
    words(names).filter(|name| !matches!(*name, "import" | "type" | "as"))
}

/// Whether an expression is the value of a variable, not the environment as a whole.
fn is_variable(text: &str) -> bool {
    text.match_indices("env").any(|(at, word)| {
        let behind = text.as_bytes().get(at + word.len()..).unwrap_or_default();
        matches!(behind, [b'.' | b'[', ..])
    })
}

/// Passes over strings, templates, comments and brackets.
pub(super) struct Reader<'t> {
    pub(super) bytes: &'t [u8],
    pub(super) at: usize,
    pub(super) depth: usize,
    /// The depths at which the expressions of templates began.
    pub(super) templates: Vec<usize>,
    /// The last byte of code.
    pub(super) last: u8,
}

impl<'t> Reader<'t> {
    /// Stands at the start of a part of a text, and ends with it.
    pub(super) fn of(text: &'t str, range: &Range<usize>) -> Option<Self> {
        let bytes = text.as_bytes().get(..range.end)?;
        Some(Self { bytes, at: range.start, depth: 0, templates: Vec::new(), last: b';' })
    }

    /// How many blanks the line begins with that starts at `line`.
    pub(super) fn indent(&self, line: usize) -> usize {
        let rest = self.bytes.get(line..).unwrap_or_default();
        rest.iter().take_while(|byte| matches!(byte, b' ' | b'\t')).count()
    }

    /// Goes to the start of the next line that does not begin within a string or a comment. `None` where a bracket
    /// closes what was never opened.
    pub(super) fn line(&mut self, comments: &mut Vec<Range<usize>>) -> Option<()> {
        while let Some(&byte) = self.bytes.get(self.at) {
            let start = self.at;
            self.at += 1;
            match (byte, self.bytes.get(self.at)) {
                (b'\n', _) => return Some(()),
                (b' ' | b'\t' | b'\r', _) => continue,
                (b'/', Some(b'/')) => {
                    self.at += self.length_to(b"\n");
                    comments.push(start..self.at);
                    continue;
                }
                (b'/', Some(b'*')) => {
                    self.at += 1;
                    let length = self.length_to(b"*/") + 2;
                    self.at = (self.at + length).min(self.bytes.len());
                    comments.push(start..self.at);
                    continue;
                }
                (b'/', _) if begins_pattern(self.last) => self.pattern(),
                (b'(' | b'[' | b'{', _) => self.depth += 1,
                (b')' | b']' | b'}', _) => {
                    self.depth = self.depth.checked_sub(1)?;
                    if byte == b'}' && self.templates.last() == Some(&self.depth) {
                        self.templates.pop();
                        self.template();
                    }
                }
                (b'"' | b'\'', _) => self.string(byte),
                (b'`', _) => self.template(),
                _ => {}
            }
            self.last = byte;
        }
        Some(())
    }

    fn length_to(&self, wanted: &[u8]) -> usize {
        let rest = self.bytes.get(self.at..).unwrap_or_default();
        rest.windows(wanted.len()).position(|bytes| bytes == wanted).unwrap_or(rest.len())
    }

    /// Passes over the string whose first quote has been read; one that is not closed ends with its line.
    fn string(&mut self, quote: u8) {
        while let Some(&byte) = self.bytes.get(self.at) {
            match byte {
                b'\n' => return,
                b'\\' => self.at += 2,
                _ => self.at += 1,
            }
            if byte == quote {
                return;
            }
        }
    }

    /// Passes over the text of a template, to its end or to an expression in it.
    fn template(&mut self) {
        while let Some(&byte) = self.bytes.get(self.at) {
            self.at += 1;
            match byte {
                b'\\' => self.at += 1,
                b'`' => return,
                b'$' if self.bytes.get(self.at) == Some(&b'{') => {
                    self.at += 1;
                    self.templates.push(self.depth);
                    self.depth += 1;
                    return;
                }
                _ => {}
            }
        }
        // It has no end, and nothing behind it can be told.
        self.templates.push(usize::MAX);
    }

    /// Passes over a regular expression whose first slash has been read, or over the rest of its line.
    fn pattern(&mut self) {
        let mut is_class = false;
        while let Some(&byte) = self.bytes.get(self.at) {
            match byte {
                b'\n' => return,
                b'\\' => self.at += 1,
                b'[' => is_class = true,
                b']' => is_class = false,
                _ => {}
            }
            self.at += 1;
            if byte == b'/' && !is_class {
                return;
            }
        }
    }
}

/// Whether a slash behind this byte begins a regular expression.
fn begins_pattern(last: u8) -> bool {
    matches!(last, b'(' | b',' | b'=' | b':' | b'[' | b'!' | b'&' | b'|' | b'?' | b'{' | b';' | b'>')
}

#[cfg(test)]
mod tests {
    use super::divide;
    use proptest::prelude::*;

    fn divided(text: &str) -> Option<Vec<&str>> {
        divide(text).map(|found| found.statements.into_iter().map(|one| &text[one.range]).collect())
    }

    #[test]
    fn statements_begin_at_the_margin() {
        let text = "import a from 'a';\n// about\nconst b = {\n  c: `}${`{`}`,\n};\n\n@D()\nexport class E {}\nf(\n  1,\n);\n";
        let parts = [
            "import a from 'a';\n",
            "// about\nconst b = {\n  c: `}${`{`}`,\n};\n\n",
            "@D()\nexport class E {}\n",
            "f(\n  1,\n);\n",
        ];
        assert_eq!(divided(text).unwrap(), parts);
        let text = "const a = b ||\nc\nif (a) {\n}\nelse {\n}\n";
        assert_eq!(divided(text).unwrap(), ["const a = b ||\nc\n", "if (a) {\n}\nelse {\n}\n"]);
        let text = "const r = /[`'/]/;\nconst s = 'don\\'t';\nconst t = `\nconst u = 1;\n`;\n";
        assert_eq!(
            divided(text).unwrap(),
            ["const r = /[`'/]/;\n", "const s = 'don\\'t';\n", "const t = `\nconst u = 1;\n`;\n"]
        );
    }

    #[test]
    fn what_is_unsure_is_not_divided() {
        assert_eq!(divided("if (a) {\nconst b = 1;\n}\n"), None);
        assert_eq!(divided("const a = `\nconst b = 1;\n"), None);
        assert_eq!(divided("}\nconst b = 1;\n"), None);
    }

    proptest! {
        #[test]
        fn statements_make_up_the_whole(
            units in proptest::collection::vec(
                proptest::sample::select(vec![
                    "const a = 1;\n", "export ", "function f() {\n", "}\n", "`", "${", "'", "\"", "/", "/*", "*/", "// c\n",
                    "(", ")", "[", "]", "\n", "\r\n", "é", "\\", "@D()\n", "class A ", "x = ", "=>", "<a>don't</a>", "  ",
                ]),
                0..60,
            )
        ) {
            let text = units.concat();
            if let Some(found) = divide(&text) {
                let mut end = 0;
                for statement in &found.statements {
                    prop_assert_eq!(statement.range.start, end);
                    end = statement.range.end;
                    prop_assert!(text.is_char_boundary(end));
                }
                prop_assert!(end == text.len() || found.statements.is_empty());
                for comment in &found.comments {
                    prop_assert!(text.get(comment.clone()).is_some());
                }
            }
        }
    }
}
