//! From text to tree: which grammar, which parts, and how much work at most.

use std::cell::RefCell;
use std::ops::{ControlFlow, Range};

use super::names::Names;
use super::{EXTRA, FAULTY, Record, Tree, go, python, typescript};

/// A programming language whose grammar is built in.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Language {
    /// Rust.
    Rust,
    /// Python.
    Python,
    /// TypeScript, and JavaScript without JSX.
    TypeScript,
    /// TypeScript and JavaScript with JSX.
    Tsx,
    /// Go.
    Go,
}

impl Language {
    /// Its grammar for tree-sitter; `None` of a language that has a reader of its own here.
    pub(super) fn grammar(self) -> Option<tree_sitter::Language> {
        Some(match self {
            Self::Rust => tree_sitter_rust::LANGUAGE.into(),
            #[cfg(test)]
            Self::Python => tree_sitter_python::LANGUAGE.into(),
            #[cfg(not(test))]
            Self::Python => return None,
            Self::TypeScript => tree_sitter_typescript::LANGUAGE_TYPESCRIPT.into(),
            Self::Tsx => tree_sitter_typescript::LANGUAGE_TSX.into(),
            Self::Go => tree_sitter_go::LANGUAGE.into(),
        })
    }
}

/// Texts above this size, in bytes, are not parsed: nobody writes them by hand.
pub const MAX_BYTES: usize = 4 << 20;

/// How many bytes the parser is given at a time.
const CHUNK: usize = 4 << 10;

/// Parses `text`. A text with mistakes still yields a tree, with error nodes in it.
///
/// `None` where the text is larger than [`MAX_BYTES`] or the parser exceeds a bound that is linear in
/// the text: the caller reports a gap.
#[must_use]
pub fn parse(language: Language, text: &str) -> Option<Tree<'_>> {
    parse_parts(language, text, std::slice::from_ref(&(0..text.len())))
}

/// Parses the `parts` of `text` as if nothing stood between them; spans are those of the whole text.
///
/// The parts are whole lines in the order of the text. `None` as for [`parse`].
#[must_use]
pub fn parse_parts<'t>(language: Language, text: &'t str, parts: &[Range<usize>]) -> Option<Tree<'t>> {
    match language {
        _ if text.len() > MAX_BYTES => None,
        Language::Python => Some(python::parse(text, parts)),
        Language::TypeScript | Language::Tsx => {
            typescript::parse(language, text, parts).or_else(|| by_grammar(language, text, parts))
        }
        Language::Go => go::parse(text, parts).or_else(|| by_grammar(language, text, parts)),
        _ => by_grammar(language, text, parts),
    }
}

/// Parses `text` by the grammar of the language alone, for holding the readers of single languages against it.
#[doc(hidden)]
#[must_use]
pub fn parse_with_grammar(language: Language, text: &str) -> Option<Tree<'_>> {
    by_grammar(language, text, std::slice::from_ref(&(0..text.len())))
}

/// Parses by the grammar of the language; with bounds, because recovery from mistakes may not end.
pub(super) fn by_grammar<'t>(language: Language, text: &'t str, parts: &[Range<usize>]) -> Option<Tree<'t>> {
    thread_local! {
        static PARSER: RefCell<tree_sitter::Parser> = RefCell::new(tree_sitter::Parser::new());
    }
    let names = Names::of(language)?;
    PARSER.with_borrow_mut(|parser| {
        parser.set_language(&language.grammar()?).ok()?;
        parser.set_included_ranges(&included(text, parts)).ok()?;
        let bytes = text.as_bytes();
        // Recovery from mistakes may read what follows again and again: a hundred unclosed raw strings are
        // each looked for to the end. Counting steps and chunks, not seconds, gives the same answer on
        // every machine; sound texts need a fraction of these.
        let mut steps_left = 1_000 + text.len() / 4;
        let mut chunks_left = 1_000 + 64 * text.len() / CHUNK;
        let mut progress = |_: &tree_sitter::ParseState| {
            steps_left = steps_left.saturating_sub(1);
            if steps_left == 0 { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        };
        let options = tree_sitter::ParseOptions::new().progress_callback(&mut progress);
        let mut read = |at: usize, _| {
            chunks_left = chunks_left.saturating_sub(1);
            let end = bytes.len().min(at + CHUNK);
            if chunks_left == 0 { &[] } else { bytes.get(at..end).unwrap_or_default() }
        };
        let tree = parser.parse_with_options(&mut read, None, Some(options));
        // After a stop the parser would go on with the old text.
        parser.reset();
        if chunks_left == 0 { None } else { Some(laid_down(&tree?, text, names)) }
    })
}

/// What tree-sitter found, node behind node.
fn laid_down<'t>(found: &tree_sitter::Tree, text: &'t str, names: &'static Names) -> Tree<'t> {
    let offset = |byte: usize| u32::try_from(text.floor_char_boundary(byte)).unwrap_or(u32::MAX);
    let mut nodes: Vec<Record> = Vec::with_capacity(found.root_node().descendant_count());
    // The nodes that the next one stands in, as positions.
    let mut open: Vec<usize> = Vec::new();
    let mut cursor = found.walk();
    loop {
        let node = cursor.node();
        let kind = node.kind_id();
        let flags = names.flags(kind);
        let field = cursor.field_id().and_then(|field| u8::try_from(field.get()).ok()).unwrap_or(0);
        let has_children = node.child_count() > 0;
        let mut is_open = has_children || names.keeps(kind, field);
        if is_open {
            let start = offset(node.start_byte());
            open.push(nodes.len());
            nodes.push(Record {
                start,
                end: offset(node.end_byte()).max(start),
                size: 1,
                kind,
                field,
                flags: flags
                    | if node.is_extra() { EXTRA } else { 0 }
                    | if node.has_error() { FAULTY } else { 0 },
            });
        }
        if has_children && cursor.goto_first_child() {
            continue;
        }
        loop {
            let end = nodes.len();
            if std::mem::replace(&mut is_open, true)
                && let Some(closed) = open.pop()
                && let Some(record) = nodes.get_mut(closed)
            {
                record.size = u32::try_from(end - closed).unwrap_or(u32::MAX);
            }
            if cursor.goto_next_sibling() {
                break;
            }
            if !cursor.goto_parent() {
                return Tree { text, nodes, names };
            }
        }
    }
}

/// The parts as tree-sitter wants them; the whole text is no part at all.
fn included(text: &str, parts: &[Range<usize>]) -> Vec<tree_sitter::Range> {
    if matches!(parts, [whole] if *whole == (0..text.len())) {
        return Vec::new();
    }
    let mut seen = 0;
    let mut row = 0;
    let mut point = |offset: usize| {
        let passed = text.as_bytes().get(seen..offset).unwrap_or_default();
        row += passed.iter().filter(|&&byte| byte == b'\n').count();
        seen = offset;
        let line = text.get(..offset).and_then(|before| before.rfind('\n')).map_or(0, |end| end + 1);
        tree_sitter::Point { row, column: offset - line }
    };
    let mut range = |part: &Range<usize>| tree_sitter::Range {
        start_byte: part.start,
        end_byte: part.end,
        start_point: point(part.start),
        end_point: point(part.end),
    };
    // No range at all would be the whole text.
    if parts.is_empty() { vec![range(&(0..0))] } else { parts.iter().map(range).collect() }
}
