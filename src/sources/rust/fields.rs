//! Structs, their fields, and the attributes on both.

use std::ops::Range;

use super::source::Source;
use super::token::{Kind, Tokens};
use crate::text::{Span, Spanned};

/// A struct with named fields, or an enum's variant with such.
#[derive(Debug)]
pub(super) struct Struct<'t> {
    pub(super) name: Spanned<&'t str>,
    /// Whether it is a variant of an enum.
    pub(super) is_variant: bool,
    /// Where it begins, in tokens.
    pub(super) at: usize,
    pub(super) attributes: Vec<Setting<'t>>,
    pub(super) fields: Vec<Field<'t>>,
}

/// A field.
#[derive(Debug)]
pub(super) struct Field<'t> {
    pub(super) name: &'t str,
    pub(super) span: Span,
    /// The first paragraph of its doc comment.
    pub(super) about: Option<String>,
    pub(super) attributes: Vec<Setting<'t>>,
    /// The positions of its type.
    pub(super) kind: Range<usize>,
}

/// One part of an attribute: `env = "K"` of `#[arg(long, env = "K")]`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Setting<'t> {
    /// The attribute, without a path before it: `arg`.
    pub(super) of: &'t str,
    /// The part: `env`.
    pub(super) name: &'t str,
    /// Where the part's name stands.
    pub(super) span: Span,
    /// The positions of what it is set to; empty where it stands alone.
    pub(super) value: Range<usize>,
}

/// The part `name` of the attribute `of`.
pub(super) fn setting<'s, 't>(settings: &'s [Setting<'t>], of: &str, name: &str) -> Option<&'s Setting<'t>> {
    settings.iter().find(|setting| setting.of == of && setting.name == name)
}

/// All structs and variants with named fields, in order.
pub(super) fn structs<'t>(source: &Source<'t>) -> Vec<Struct<'t>> {
    let tokens = &source.tokens;
    let mut found = Vec::new();
    let mut pending = Prefix::default();
    let mut at = 0;
    while at < tokens.len() {
        if let Some(next) = pending.take_in(tokens, at) {
            at = next;
            continue;
        }
        match tokens.get(at).map(|token| token.text) {
            Some("pub" | "crate" | "in") => {}
            Some("(") if tokens.is_before(at, "pub") => at = tokens.past(at) - 1,
            Some(kind @ ("struct" | "enum")) if tokens.ident(at + 1).is_some() => {
                let attributes = std::mem::take(&mut pending).attributes;
                let ends = |position: &usize| {
                    tokens.is(*position, "{") || tokens.is(*position, "(") || tokens.is(*position, ";")
                };
                let body = tokens.top(at + 2..tokens.len()).take(MAX_HEAD).find(ends);
                if let (Some(name), Some(body)) =
                    (spanned(tokens, at + 1), body.and_then(|at| tokens.group_of(at, "{")))
                {
                    if kind == "struct" {
                        let fields = fields(tokens, body);
                        found.push(Struct { name, is_variant: false, at, attributes, fields });
                    } else {
                        variants(tokens, body, &attributes, &mut found);
                    }
                }
            }
            _ => pending = Prefix::default(),
        }
        at += 1;
    }
    found
}

/// How far a struct's name and generics reach, in tokens.
const MAX_HEAD: usize = 200;

fn spanned<'t>(tokens: &Tokens<'t>, at: usize) -> Option<Spanned<&'t str>> {
    let name = tokens.ident(at)?;
    Some(Spanned::new(name, tokens.get(at)?.span))
}

fn variants<'t>(
    tokens: &Tokens<'t>,
    body: Range<usize>,
    attributes: &[Setting<'t>],
    found: &mut Vec<Struct<'t>>,
) {
    for variant in tokens.split(body, ",") {
        let Some(open) = tokens.top(variant.clone()).find(|&at| tokens.is(at, "{")) else { continue };
        let name = open.checked_sub(1).and_then(|at| spanned(tokens, at));
        if let (Some(name), Some(inside)) = (name, tokens.group(open)) {
            let fields = fields(tokens, inside);
            found.push(Struct { name, is_variant: true, at: open, attributes: attributes.to_vec(), fields });
        }
    }
}

/// Doc comments and attributes that wait for their item.
#[derive(Debug, Default)]
struct Prefix<'t> {
    docs: Vec<&'t str>,
    attributes: Vec<Setting<'t>>,
}

impl<'t> Prefix<'t> {
    /// Takes a doc comment or attribute in; returns the position behind it.
    fn take_in(&mut self, tokens: &Tokens<'t>, at: usize) -> Option<usize> {
        if let Some(doc) = tokens.doc(at) {
            self.docs.push(doc);
            return Some(at + 1);
        }
        let inside = tokens.group_of(at + 1, "[").filter(|_| tokens.is(at, "#"))?;
        attribute(tokens, inside, &mut self.attributes, 0);
        Some(tokens.past(at + 1))
    }

    /// The first paragraph of the doc comments, on one line.
    fn about(&self) -> Option<String> {
        let mut words = String::new();
        for line in self.docs.iter().flat_map(|doc| doc.lines()) {
            let line = line.trim().trim_start_matches("* ").trim();
            if line.is_empty() && !words.is_empty() {
                break;
            }
            if !words.is_empty() {
                words.push(' ');
            }
            words.push_str(line);
            if words.len() > MAX_ABOUT {
                break;
            }
        }
        (!words.is_empty()).then_some(words)
    }
}

const MAX_ABOUT: usize = 400;

fn fields<'t>(tokens: &Tokens<'t>, body: Range<usize>) -> Vec<Field<'t>> {
    let mut found = Vec::new();
    let mut pending = Prefix::default();
    let mut at = body.start;
    while at < body.end {
        if let Some(next) = pending.take_in(tokens, at) {
            at = next;
            continue;
        }
        if tokens.is(at, "pub") {
            at += 1;
            if tokens.is(at, "(") {
                at = tokens.past(at);
            }
            continue;
        }
        let name = spanned(tokens, at).filter(|_| tokens.is(at + 1, ":"));
        let end = type_end(tokens, at + 1..body.end);
        let prefix = std::mem::take(&mut pending);
        if let Some(Spanned { value: name, span }) = name {
            let about = prefix.about();
            found.push(Field {
                name,
                span,
                about,
                attributes: prefix.attributes,
                kind: at + 2..end.max(at + 2),
            });
        }
        at = end + 1;
    }
    found
}

/// The position of the comma behind a type, commas of its generics passed over.
fn type_end(tokens: &Tokens<'_>, range: Range<usize>) -> usize {
    let mut at = range.start;
    while at < range.end && !tokens.is(at, ",") {
        at = tokens.past_generics(at).max(tokens.past(at));
    }
    at.min(range.end)
}

/// Attributes inside `cfg_attr` are looked into this deep.
const MAX_CFG: usize = 4;

fn attribute<'t>(tokens: &Tokens<'t>, inside: Range<usize>, found: &mut Vec<Setting<'t>>, depth: usize) {
    let mut last = inside.start;
    while tokens.is(last + 1, "::") && tokens.ident(last + 2).is_some() {
        last += 2;
    }
    let (Some(of), Some(token)) = (tokens.ident(last), tokens.get(last)) else { return };
    let Some(arguments) = tokens.group(last + 1).filter(|_| last + 1 < inside.end) else {
        // `#[doc = ".."]`, `#[test]`
        let value = if tokens.is(last + 1, "=") { last + 2..inside.end } else { inside.end..inside.end };
        found.push(Setting { of, name: of, span: token.span, value });
        return;
    };
    if arguments.is_empty() {
        found.push(Setting { of, name: of, span: token.span, value: arguments.clone() });
    }
    for (place, part) in tokens.split(arguments, ",").into_iter().enumerate() {
        if of == "cfg_attr" && place > 0 && depth < MAX_CFG {
            attribute(tokens, part, found, depth + 1);
            continue;
        }
        let mut name_at = part.start;
        while tokens.is(name_at + 1, "::") && tokens.ident(name_at + 2).is_some() {
            name_at += 2;
        }
        let Some(token) = tokens.get(name_at).filter(|token| token.kind == Kind::Ident) else { continue };
        let value = if tokens.is(name_at + 1, "=") {
            name_at + 2..part.end
        } else {
            tokens.group(name_at + 1).filter(|_| name_at + 1 < part.end).unwrap_or(part.end..part.end)
        };
        found.push(Setting { of, name: token.text, span: token.span, value });
    }
}
