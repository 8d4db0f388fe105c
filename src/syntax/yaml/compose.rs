//! From parser events to trees; broken lines are masked out and the rest is read again.

use std::collections::HashMap;
use std::rc::Rc;

use granit_parser::{Event, Parser, ScalarStyle};

use super::node::{Entry, Node, NodeKind, Style};
use super::plain;
use crate::text::Span;

/// What the YAML parser objected to.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct YamlError {
    /// Where.
    pub span: Span,
    /// Why, in the parser's words.
    pub message: String,
}

/// The documents of a file, and what was wrong with it.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Parsed {
    /// One tree per document that has content.
    pub documents: Vec<Node>,
    /// The lines that had to be passed over; the documents lack them.
    pub errors: Vec<YamlError>,
}

/// Lines masked before the file is given up: each costs a fresh parse of the file.
const MAX_ERRORS: usize = 8;

/// Nesting beyond which a file is given up, so that walks over the tree cannot exhaust the stack.
const MAX_DEPTH: usize = 128;

/// Reads all documents of `text`.
///
/// Never fails: a line that the parser refuses is overwritten with spaces and the file is read
/// again, up to a bound, so that a half-typed file still yields its other entries.
#[must_use]
pub fn parse(text: &str) -> Parsed {
    match plain::read(text) {
        Some(documents) => Parsed { documents, errors: Vec::new() },
        None => parse_with_library(text),
    }
}

/// The same as [`parse`], all of it read by the library, for the comparison of the two.
#[doc(hidden)]
#[must_use]
pub fn parse_with_library(text: &str) -> Parsed {
    // The parser counts a BOM as part of the first token.
    let body = text.strip_prefix('\u{feff}').unwrap_or(text);
    let shift = text.len() - body.len();
    let mut errors: Vec<YamlError> = Vec::new();
    let mut attempt = std::borrow::Cow::Borrowed(body);
    let (mut documents, mut error) = parse_once(&attempt, shift);
    while let Some(found) = error.take() {
        let at = found.span.start as usize - shift;
        errors.push(found);
        if errors.len() >= MAX_ERRORS {
            break;
        }
        // The parser may notice a mistake only on the line behind it, so both are tried.
        let line = line_around(&attempt, at);
        let before = line_around(&attempt, line.start.saturating_sub(1));
        let reach = |error: &Option<YamlError>| error.as_ref().map_or(u32::MAX, |error| error.span.start);
        let best = [line, before]
            .into_iter()
            .filter(|line| !attempt[line.clone()].trim().is_empty())
            .map(|line| {
                let mut masked = attempt.to_string();
                masked.replace_range(line.clone(), &" ".repeat(line.len()));
                let parsed = parse_once(&masked, shift);
                (masked, parsed)
            })
            .reduce(|best, other| if reach(&other.1.1) > reach(&best.1.1) { other } else { best });
        let Some((masked, parsed)) = best else { break };
        attempt = masked.into();
        (documents, error) = parsed;
    }
    Parsed { documents, errors }
}

/// The line that holds byte `at`, or the last line with content before it.
fn line_around(text: &str, at: usize) -> std::ops::Range<usize> {
    let mut at = text.floor_char_boundary(at.min(text.len()));
    loop {
        let start = text[..at].rfind('\n').map_or(0, |newline| newline + 1);
        let end = text[at..].find('\n').map_or(text.len(), |newline| at + newline);
        if start == 0 || !text[start..end].trim().is_empty() {
            return start..end;
        }
        at = start - 1;
    }
}

enum Open {
    Sequence(Vec<Node>, usize, Option<String>, Span),
    Mapping(Vec<Entry>, Option<Node>, usize, Option<String>, Span),
}

fn parse_once(text: &str, shift: usize) -> (Vec<Node>, Option<YamlError>) {
    let mut documents = Vec::new();
    let mut stack: Vec<Open> = Vec::new();
    // With how many levels lie below each: aliases of aliases nest without any bracket.
    let mut anchors: HashMap<usize, (Node, usize)> = HashMap::new();
    // The levels below each open collection, as far as it is read.
    let mut heights: Vec<usize> = Vec::new();
    let options = granit_parser::options! { emit_unresolved_aliases: true };
    for event in Parser::new_from_str_with_options(text, options) {
        let (event, span) = match event {
            Ok((event, span)) => (event, to_span(span, text).shifted(shift)),
            Err(error) => {
                let at = error.marker().byte_offset().unwrap_or(text.len()).min(text.len());
                let span = Span::at(text.floor_char_boundary(at) + shift);
                close_all(&mut stack, &mut documents);
                return (documents, Some(YamlError { span, message: error.info().to_string() }));
            }
        };
        let mut height = 0;
        let finished = match event {
            Event::Scalar(value, style, anchor, tag) => {
                let style = match style {
                    ScalarStyle::Plain => Style::Plain,
                    ScalarStyle::SingleQuoted => Style::SingleQuoted,
                    ScalarStyle::DoubleQuoted => Style::DoubleQuoted,
                    _ => Style::Block,
                };
                let tag = tag.map(|tag| tag.original());
                let kind = NodeKind::Scalar { text: value.into_owned(), style };
                Some((Node { kind, span, tag, via_alias: false }, anchor))
            }
            Event::SequenceStart(_, anchor, tag) => {
                stack.push(Open::Sequence(Vec::new(), anchor, tag.map(|tag| tag.original()), span));
                heights.push(0);
                None
            }
            Event::MappingStart(_, anchor, tag) => {
                stack.push(Open::Mapping(Vec::new(), None, anchor, tag.map(|tag| tag.original()), span));
                heights.push(0);
                None
            }
            Event::SequenceEnd | Event::MappingEnd => {
                height = heights.pop().unwrap_or(0);
                stack.pop().map(close)
            }
            Event::Alias(id) => {
                let (node, below) = anchors.get(&id).cloned().unwrap_or_else(|| (null(span), 0));
                height = below;
                Some((Node { span, via_alias: true, ..node }, 0))
            }
            Event::UnresolvedAlias(_) => Some((Node { via_alias: true, ..null(span) }, 0)),
            _ => None,
        };
        if stack.len() + height > MAX_DEPTH {
            close_all(&mut stack, &mut documents);
            let message = format!("nested deeper than {MAX_DEPTH} levels");
            return (documents, Some(YamlError { span, message }));
        }
        if let Some((node, anchor)) = finished {
            if anchor != 0 {
                anchors.insert(anchor, (node.clone(), height));
            }
            if let Some(above) = heights.last_mut() {
                *above = (*above).max(height + 1);
            }
            place(node, &mut stack, &mut documents);
        }
    }
    (documents, None)
}

fn null(span: Span) -> Node {
    let kind = NodeKind::Scalar { text: "~".to_owned(), style: Style::Plain };
    Node { kind, span, tag: None, via_alias: false }
}

/// Puts a finished node where it belongs: the open collection, or the list of documents.
fn place(node: Node, stack: &mut [Open], documents: &mut Vec<Node>) {
    match stack.last_mut() {
        None => documents.push(node),
        Some(Open::Sequence(items, ..)) => items.push(node),
        Some(Open::Mapping(entries, pending, ..)) => match pending.take() {
            None => *pending = Some(node),
            Some(key) => entries.push(Entry { key, value: node }),
        },
    }
}

fn close(open: Open) -> (Node, usize) {
    match open {
        Open::Sequence(items, anchor, tag, start) => {
            let span = items.iter().fold(start, |span, item| span.cover(item.span));
            (Node { kind: NodeKind::Sequence(Rc::new(items)), span, tag, via_alias: false }, anchor)
        }
        Open::Mapping(mut entries, pending, anchor, tag, start) => {
            if let Some(key) = pending {
                let value = null(Span::at(key.span.end as usize));
                entries.push(Entry { key, value });
            }
            let span =
                entries.iter().fold(start, |span, entry| span.cover(entry.key.span).cover(entry.value.span));
            (Node { kind: NodeKind::Mapping(Rc::new(entries)), span, tag, via_alias: false }, anchor)
        }
    }
}

/// Ends every open collection, so that what came before an error is kept.
fn close_all(stack: &mut Vec<Open>, documents: &mut Vec<Node>) {
    while let Some(open) = stack.pop() {
        let (node, _) = close(open);
        place(node, stack, documents);
    }
}

fn to_span(span: granit_parser::Span, text: &str) -> Span {
    let start = text.floor_char_boundary(span.start.byte_offset().unwrap_or(0).min(text.len()));
    let end = text.floor_char_boundary(span.end.byte_offset().unwrap_or(start).min(text.len()));
    Span::new(start, end.max(start))
}

#[cfg(test)]
mod tests {
    use super::parse;

    #[test]
    fn spans_cover_keys_and_scalars() {
        let text = "\u{feff}services:\n  api:\n    image: \"a:1\" # c\n    x: é\n";
        let parsed = parse(text);
        assert!(parsed.errors.is_empty());
        let api = parsed.documents[0].get("services").unwrap().get("api").unwrap();
        let image = api.entry("image").unwrap();
        assert_eq!(&text[image.key.span.range()], "image");
        assert_eq!(&text[image.value.span.range()], "\"a:1\"");
        assert_eq!(&text[api.get("x").unwrap().span.range()], "é");
    }

    #[test]
    fn merges_and_aliases() {
        let text = "a: &a {x: 1, y: 2}\nb:\n  <<: *a\n  y: 3\n";
        let parsed = parse(text);
        let b = parsed.documents[0].get("b").unwrap();
        assert_eq!(b.get("x").unwrap().as_str(), Some("1"));
        assert_eq!(b.get("y").unwrap().as_str(), Some("3"));
    }

    #[test]
    fn a_broken_line_does_not_hide_the_others() {
        let text = "a: 1\nb: [1, 2\nc: 3\n";
        let parsed = parse(text);
        assert!(!parsed.errors.is_empty(), "{parsed:?}");
        assert_eq!(parsed.documents[0].get("a").unwrap().as_str(), Some("1"));
        let parsed = parse("a: 1\nb: @x\nc: 3\n");
        assert_eq!(parsed.documents[0].get("c").unwrap().as_str(), Some("3"));
    }

    #[test]
    fn aliases_of_aliases_do_not_nest_without_bound() {
        let mut text = String::from("first: 1\na0: &a0 [x]\n");
        for level in 1..60_000 {
            text.push_str(&format!("a{level}: &a{level} [*a{}]\n", level - 1));
        }
        let parsed = parse(&text);
        assert!(parsed.errors[0].message.contains("nested deeper"), "{:?}", parsed.errors);
        assert_eq!(parsed.documents[0].get("first").unwrap().as_str(), Some("1"));
        let mut node = parsed.documents[0].get("a100").unwrap();
        let mut depth = 0;
        while let Some(inner) = node.items().first() {
            node = inner;
            depth += 1;
        }
        assert_eq!(depth, 101);
    }

    #[test]
    fn anchor_bombs_are_cheap() {
        let mut text = String::from("a0: &a0 [x, x]\n");
        for level in 1..40 {
            text.push_str(&format!("a{level}: &a{level} [*a{0}, *a{0}]\n", level - 1));
        }
        assert_eq!(parse(&text).documents.len(), 1);
    }
}
