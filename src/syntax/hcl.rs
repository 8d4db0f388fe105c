//! HCL as Vault and its agent read it (blocks, labels, attributes, strings, heredocs, lists), with
//! byte spans. Tolerant: what is not understood is passed over and told.
//!
//! Of expressions only strings, heredocs, words, numbers and lists are kept; the rest (calls,
//! operators, objects behind `=`) is passed over.

use crate::text::{Span, Spanned};

/// The content of a file or of a block.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Body {
    /// Its attributes, in order.
    pub attributes: Vec<Attribute>,
    /// Its blocks, in order.
    pub blocks: Vec<Block>,
    /// Where something was passed over.
    pub errors: Vec<Span>,
}

/// `name = value`
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Attribute {
    /// Its name.
    pub name: Spanned<String>,
    /// Its value.
    pub value: Value,
}

/// `kind "label" { ... }`
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Block {
    /// Its kind.
    pub kind: Spanned<String>,
    /// Its labels; the span of each is that of its text, without quotes.
    pub labels: Vec<Spanned<String>>,
    /// What stands in it.
    pub body: Body,
}

/// The value of an attribute.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Value {
    /// A string after its escapes, `${...}` as written; its span is without the quotes.
    Text(Spanned<String>),
    /// The lines of a heredoc as they stand in the file.
    Heredoc(Span),
    /// A number, a truth value or a bare word.
    Word(Spanned<String>),
    /// A list.
    List(Vec<Value>),
    /// Anything else.
    Other(Span),
}

impl Body {
    /// The value of the attribute `name`.
    #[must_use]
    pub fn attribute(&self, name: &str) -> Option<&Value> {
        self.attributes
            .iter()
            .find(|attribute| attribute.name.value == name)
            .map(|attribute| &attribute.value)
    }

    /// The blocks of this kind.
    pub fn blocks_of<'a>(&'a self, kind: &'a str) -> impl Iterator<Item = &'a Block> {
        self.blocks.iter().filter(move |block| block.kind.value == kind)
    }

    /// Whether this body and all blocks in it were understood.
    #[must_use]
    pub fn is_whole(&self) -> bool {
        self.errors.is_empty() && self.blocks.iter().all(|block| block.body.is_whole())
    }
}

impl Value {
    /// The string, if it is one.
    #[must_use]
    pub fn text(&self) -> Option<&Spanned<String>> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }
}

/// Nesting beyond which a block is passed over.
const MAX_DEPTH: usize = 32;

/// Reads a file.
#[must_use]
pub fn parse(text: &str) -> Body {
    let start = if text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
    let mut reader = Reader { text, at: start };
    let mut body = Body::default();
    loop {
        reader.body(&mut body, 0);
        if reader.at >= text.len() {
            return body;
        }
        // A brace that closes nothing.
        body.errors.push(Span::new(reader.at, reader.at + 1));
        reader.at += 1;
    }
}

struct Reader<'a> {
    text: &'a str,
    at: usize,
}

impl Reader<'_> {
    fn rest(&self) -> &str {
        self.text.get(self.at..).unwrap_or("")
    }

    fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    /// Passes white space and comments; newlines too if `lines`.
    fn skip(&mut self, lines: bool) {
        loop {
            let rest = self.rest();
            let Some(first) = rest.chars().next() else { return };
            if first.is_whitespace() && (lines || first != '\n') {
                self.at += first.len_utf8();
            } else if first == '#' || rest.starts_with("//") {
                self.at += rest.find('\n').unwrap_or(rest.len());
            } else if rest.starts_with("/*") {
                self.at += rest.find("*/").map_or(rest.len(), |end| end + 2);
            } else {
                return;
            }
        }
    }

    /// Reads entries up to a `}` or the end of the file.
    fn body(&mut self, body: &mut Body, depth: usize) {
        loop {
            self.skip(true);
            match self.peek() {
                None | Some('}') => return,
                Some(',' | ';') => self.at += 1,
                Some(_) => self.entry(body, depth),
            }
        }
    }

    fn entry(&mut self, body: &mut Body, depth: usize) {
        let start = self.at;
        let Some(name) = self.name() else {
            return self.pass_line(body, start);
        };
        self.skip(false);
        let mut labels = Vec::new();
        loop {
            match self.peek() {
                Some('=' | ':') if labels.is_empty() => {
                    self.at += 1;
                    self.skip(false);
                    // `config = { ... }` is written for a block as well.
                    if self.peek() == Some('{') {
                        break;
                    }
                    return match self.value(0) {
                        Some(value) => body.attributes.push(Attribute { name, value }),
                        None => self.pass_line(body, start),
                    };
                }
                Some('{') => break,
                Some(_) => match self.name() {
                    Some(label) => labels.push(label),
                    None => return self.pass_line(body, start),
                },
                None => return self.pass_line(body, start),
            }
            self.skip(false);
        }
        self.at += 1;
        let mut inner = Body::default();
        if depth >= MAX_DEPTH {
            body.errors.push(Span::new(start, self.at));
            self.at = self.text.len();
            return;
        }
        self.body(&mut inner, depth + 1);
        if self.peek() == Some('}') {
            self.at += 1;
        } else {
            body.errors.push(name.span);
        }
        body.blocks.push(Block { kind: name, labels, body: inner });
    }

    fn pass_line(&mut self, body: &mut Body, start: usize) {
        let rest = self.rest();
        let end = rest.find('\n').unwrap_or(rest.len());
        self.at += end.max(usize::from(self.at == start && end == 0 && !rest.is_empty()));
        let line = self.text.get(start..self.at).unwrap_or("").trim_end().len();
        body.errors.push(Span::new(start, start + line));
    }

    /// A bare or quoted name.
    fn name(&mut self) -> Option<Spanned<String>> {
        if self.peek() == Some('"') {
            return self.string();
        }
        let rest = self.rest();
        let end =
            rest.find(|c: char| !(c.is_alphanumeric() || matches!(c, '_' | '-' | '.'))).unwrap_or(rest.len());
        let name = rest.get(..end).filter(|name| !name.is_empty())?.to_owned();
        let span = Span::new(self.at, self.at + end);
        self.at += end;
        Some(Spanned::new(name, span))
    }

    /// A string in double quotes. Quotes inside of `${ }` belong to the expression there.
    fn string(&mut self) -> Option<Spanned<String>> {
        let start = self.at + 1;
        let inner = self.text.get(start..)?;
        let mut value = String::new();
        let mut depth = 0_usize;
        let mut chars = inner.char_indices().peekable();
        while let Some((at, c)) = chars.next() {
            match c {
                '"' if depth == 0 => {
                    self.at = start + at + 1;
                    return Some(Spanned::new(value, Span::new(start, start + at)));
                }
                '\n' => return None,
                '\\' if depth == 0 => {
                    let (_, escaped) = chars.next()?;
                    match escaped {
                        'n' => value.push('\n'),
                        't' => value.push('\t'),
                        'r' => value.push('\r'),
                        other => value.push(other),
                    }
                    continue;
                }
                '$' if chars.peek().is_some_and(|&(_, next)| next == '{') => depth += 1,
                '}' => depth = depth.saturating_sub(1),
                _ => {}
            }
            value.push(c);
        }
        None
    }

    fn value(&mut self, depth: usize) -> Option<Value> {
        let start = self.at;
        let rest = self.rest();
        match self.peek()? {
            '"' => self.string().map(Value::Text),
            '<' if rest.starts_with("<<") => self.heredoc(),
            '[' if depth < MAX_DEPTH => {
                self.at += 1;
                let mut items = Vec::new();
                loop {
                    self.skip(true);
                    match self.peek()? {
                        ']' => {
                            self.at += 1;
                            return Some(Value::List(items));
                        }
                        ',' => self.at += 1,
                        _ => items.push(self.value(depth + 1)?),
                    }
                }
            }
            _ => {
                let word = self.name()?;
                match self.peek() {
                    None | Some(' ' | '\t' | '\r' | '\n' | ',' | ']' | '}' | '#') => Some(Value::Word(word)),
                    Some(_) => {
                        let rest = self.rest();
                        self.at += rest.find(['\n', ',', ']', '}']).unwrap_or(rest.len());
                        Some(Value::Other(Span::new(start, self.at)))
                    }
                }
            }
        }
    }

    /// `<<EOT` or `<<-EOT`, its lines, and a line that holds only the word.
    fn heredoc(&mut self) -> Option<Value> {
        let rest = self.rest();
        let head = rest.get(..rest.find('\n')?)?;
        let word = head.trim_start_matches('<').trim_start_matches('-').trim();
        if word.is_empty() || !word.chars().all(|c| c.is_alphanumeric() || c == '_') {
            return None;
        }
        let start = self.at + head.len() + 1;
        let mut at = start;
        for line in self.text.get(start..)?.split_inclusive('\n') {
            if line.trim() == word {
                // The line's own newline ends the attribute.
                self.at = at + line.trim_end_matches(['\r', '\n']).len();
                return Some(Value::Heredoc(Span::new(start, at)));
            }
            at += line.len();
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{Body, Value, parse};

    #[test]
    fn blocks_labels_lists_and_comments() {
        let text = "\u{feff}# c\npath \"secret/data/+/a\" { // c\n  capabilities = [\"read\", /* x */ \"list\",]\n}\nui = true\n";
        let body = parse(text);
        assert!(body.is_whole());
        let block = body.blocks_of("path").next().unwrap();
        assert_eq!(&text[block.labels[0].span.range()], "secret/data/+/a");
        let Some(Value::List(items)) = block.body.attribute("capabilities") else { panic!("{block:?}") };
        assert_eq!(
            items.iter().filter_map(|item| item.text()).map(|item| item.value.as_str()).collect::<Vec<_>>(),
            ["read", "list"]
        );
        assert!(matches!(body.attribute("ui"), Some(Value::Word(word)) if word.value == "true"));
    }

    #[test]
    fn heredocs_and_interpolation() {
        let text =
            "template {\n  contents = <<-EOT\nA={{ . }}\n  EOT\n  destination = \"${x[\"a\"]}/b\"\n}\n";
        let body = parse(text);
        assert!(body.is_whole(), "{body:?}");
        let template = &body.blocks[0].body;
        let Some(Value::Heredoc(span)) = template.attribute("contents") else { panic!("{template:?}") };
        assert_eq!(&text[span.range()], "A={{ . }}\n");
        assert_eq!(template.attribute("destination").unwrap().text().unwrap().value, "${x[\"a\"]}/b");
    }

    #[test]
    fn a_broken_line_does_not_hide_the_others() {
        let body = parse("path \"a {\n}\npath \"b\" {\n  capabilities = [\"read\"]\n}\n");
        assert!(!body.is_whole());
        assert_eq!(body.blocks_of("path").count(), 1);
    }

    fn spans_hold(text: &str, body: &Body) {
        for span in &body.errors {
            assert!(text.get(span.range()).is_some(), "{span:?}");
        }
        for block in &body.blocks {
            for name in block.labels.iter().chain([&block.kind]) {
                assert!(text.get(name.span.range()).is_some(), "{:?}", name.span);
            }
            spans_hold(text, &block.body);
        }
    }

    proptest! {
        #[test]
        fn never_fails(text in "(path|template|a|é| |\n|\"|\\{|\\}|\\[|\\]|=|,|#|//|/\\*|\\*/|<<EOT\n|EOT|\\$\\{|\\\\){0,40}") {
            spans_hold(&text, &parse(&text));
        }
    }
}
