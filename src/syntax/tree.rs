//! Program source as a tree: tolerant, with byte spans, and walked without recursion.
//!
//! The nodes lie one behind the other in the order of the text, each before its children, and each knows how many
//! stand in it. What a parser finds is laid down so once; every question afterwards reads neighbouring memory. Kinds
//! and fields have the names that the tree-sitter grammar of the language gives them. Asking a node for its parent
//! would cost time in the size of the tree: walk once with [`Tree::walk`] and keep what is open, by [`Step::depth`], or
//! make a [`Table`] of all.

mod completed;
mod go;
mod names;
mod parsing;
mod python;
mod table;
mod typescript;

use super::escape;
use crate::text::{Span, Spanned};
use names::Names;

#[doc(hidden)]
pub use parsing::parse_with_grammar;
pub use parsing::{Language, MAX_BYTES, parse, parse_parts};
pub use table::{Entry, Table};

/// A text and its syntax tree.
#[derive(Debug)]
pub struct Tree<'t> {
    text: &'t str,
    /// The root first; never empty.
    nodes: Vec<Record>,
    names: &'static Names,
}

/// A node as it lies in memory.
#[derive(Clone, Copy, Debug)]
struct Record {
    /// Where it begins and ends, in bytes, on character boundaries.
    start: u32,
    end: u32,
    /// How many nodes it and what stands in it are.
    size: u32,
    /// The numbers of its kind and of its part in what it stands in, by [`Names`].
    kind: u16,
    field: u8,
    /// [`NAMED`], [`EXTRA`] and [`FAULTY`].
    flags: u8,
}

/// The grammar gives it a name, as opposed to a token such as `(`.
const NAMED: u8 = 1;
/// It may stand anywhere, as comments may.
const EXTRA: u8 = 2;
/// It or something in it did not parse.
const FAULTY: u8 = 4;

impl<'t> Tree<'t> {
    /// The node of the whole text.
    #[must_use]
    pub fn root(&self) -> Node<'_> {
        Node { tree: self, at: 0 }
    }

    /// Every node, each before its children, in the order of the text.
    #[must_use]
    pub fn walk(&self) -> Walk<'_> {
        self.root().walk()
    }
}

/// A node of a [`Tree`].
#[derive(Clone, Copy)]
pub struct Node<'t> {
    tree: &'t Tree<'t>,
    at: u32,
}

impl std::fmt::Debug for Node<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} at {:?}", self.kind(), self.span())
    }
}

impl PartialEq for Node<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.at == other.at && std::ptr::eq(self.tree, other.tree)
    }
}

impl Eq for Node<'_> {}

impl<'t> Node<'t> {
    fn record(self) -> Record {
        const NONE: Record = Record { start: 0, end: 0, size: 1, kind: 0, field: 0, flags: 0 };
        self.tree.nodes.get(self.at as usize).copied().unwrap_or(NONE)
    }

    /// The grammar's name for this kind of node: `call_expression`, or `"("` for a token.
    #[must_use]
    pub fn kind(self) -> &'static str {
        self.tree.names.kind(self.record().kind)
    }

    /// Whether the grammar gives it a name, as opposed to a token such as `(`.
    #[must_use]
    pub fn is_named(self) -> bool {
        self.record().flags & NAMED != 0
    }

    /// Whether it is a comment or the like, which may stand anywhere.
    #[must_use]
    pub fn is_extra(self) -> bool {
        self.record().flags & EXTRA != 0
    }

    /// Whether it or something in it did not parse.
    #[must_use]
    pub fn has_error(self) -> bool {
        self.record().flags & FAULTY != 0
    }

    /// A number that no other node of this tree has: how many nodes stand before it.
    #[must_use]
    pub fn id(self) -> usize {
        self.at as usize
    }

    /// Where it stands, on character boundaries.
    #[must_use]
    pub fn span(self) -> Span {
        let record = self.record();
        Span { start: record.start, end: record.end }
    }

    /// Its source text.
    #[must_use]
    pub fn text(self) -> &'t str {
        self.tree.text.get(self.span().range()).unwrap_or("")
    }

    /// Its text with its place.
    #[must_use]
    pub fn spelled(self) -> Spanned<String> {
        Spanned::new(self.text().to_owned(), self.span())
    }

    /// The child that the grammar calls `name`.
    #[must_use]
    pub fn field(self, name: &str) -> Option<Self> {
        let field = self.tree.names.field_number(name)?;
        self.children().find(|child| child.record().field == field)
    }

    /// All children, tokens and comments included, with the grammar's names for their parts.
    pub fn children_with_fields(self) -> impl Iterator<Item = (Option<&'static str>, Self)> + use<'t> {
        self.children().map(|child| (child.part(), child))
    }

    /// All children, tokens and comments included.
    pub fn children(self) -> impl Iterator<Item = Self> + use<'t> {
        let end = self.at + self.record().size;
        let mut next = self.at + 1;
        std::iter::from_fn(move || {
            let child = Self { tree: self.tree, at: next };
            next += child.record().size;
            (child.at < end).then_some(child)
        })
    }

    /// The children that have a name, without comments.
    pub fn named(self) -> impl Iterator<Item = Self> + use<'t> {
        self.children().filter(|child| child.is_named() && !child.is_extra())
    }

    /// The children that the grammar calls `name`.
    pub fn fields(self, name: &'static str) -> impl Iterator<Item = Self> + use<'t> {
        let field = self.tree.names.field_number(name);
        self.children().filter(move |child| field == Some(child.record().field))
    }

    /// This node and all below it, each before its children, in the order of the text.
    #[must_use]
    pub fn walk(self) -> Walk<'t> {
        Walk { tree: self.tree, next: self.at, end: self.at + self.record().size, open: Vec::new() }
    }

    /// What the grammar calls it in what it stands in.
    fn part(self) -> Option<&'static str> {
        self.tree.names.field(self.record().field)
    }

    /// The text a string literal of any of the languages stands for, with the span of the literal's inside.
    ///
    /// `None` for other nodes, for bytes, and for an f-string or a template with something to fill in.
    #[must_use]
    pub fn string(self) -> Option<Spanned<String>> {
        let (opening, raw) = match self.kind() {
            "string_literal" => (self.children().next()?, false),
            "interpreted_string_literal" => return self.go_string(),
            // Rust's may stand between `#`.
            "raw_string_literal" if self.text().starts_with('`') => return self.go_string(),
            "raw_string_literal" => {
                let inside = self.named().find(|child| child.kind() == "string_content")?;
                return Some(inside.spelled());
            }
            "string" | "template_string" if self.children().next().is_none_or(Self::is_inside_quotes) => {
                return self.quoted();
            }
            "string" => {
                let opening = self.children().next()?;
                let prefix = opening.text().trim_end_matches(['"', '\'']).to_ascii_lowercase();
                if self.children().any(|child| child.kind() == "interpolation") || prefix.contains('b') {
                    return None;
                }
                (opening, prefix.contains('r'))
            }
            _ => return None,
        };
        if opening.text().starts_with(['b', 'c']) {
            return None;
        }
        let closing = self.children().last().filter(|last| *last != opening)?;
        let span = Span { start: opening.span().end, end: closing.span().start.max(opening.span().end) };
        let inside = self.tree.text.get(span.range())?;
        let text = match self.kind() {
            _ if raw => inside.to_owned(),
            "string" => escape::python(inside),
            _ => escape::rust(inside),
        };
        Some(Spanned::new(text, span))
    }

    /// Whether it is a part of a string of TypeScript, whose quotes are no nodes.
    fn is_inside_quotes(self) -> bool {
        matches!(self.kind(), "string_fragment" | "escape_sequence" | "template_substitution")
    }

    /// The string of a literal of TypeScript, whose quotes are no nodes.
    fn quoted(self) -> Option<Spanned<String>> {
        if self.children().any(|child| child.kind() == "template_substitution") {
            return None;
        }
        let text = self.text();
        let quote = text.chars().next().filter(|first| matches!(first, '"' | '\'' | '`'))?;
        let behind = text.get(1..)?;
        let inside = behind.strip_suffix(quote).unwrap_or(behind);
        let start = self.span().start + 1;
        let end = start + u32::try_from(inside.len()).unwrap_or(0);
        Some(Spanned::new(escape::javascript(inside), Span { start, end }))
    }

    /// The text a string literal of Go stands for. Its quotes are no nodes, and the last one may be missing.
    fn go_string(self) -> Option<Spanned<String>> {
        let Span { start, end } = self.span();
        let is_closed = end > start + 1 && self.children().last().is_none_or(|last| last.span().end < end);
        let span = Span { start: start + 1, end: if is_closed { end - 1 } else { end } };
        let inside = self.tree.text.get(span.range())?;
        let is_raw = self.kind() == "raw_string_literal";
        Some(Spanned::new(if is_raw { inside.to_owned() } else { escape::go(inside) }, span))
    }
}

/// One node of a walk.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Step<'t> {
    /// The node.
    pub node: Node<'t>,
    /// How many nodes of this walk it stands in.
    pub depth: usize,
    /// What the grammar calls it in its parent.
    pub field: Option<&'static str>,
}

/// A walk over nodes in the order of the text. Its cost is linear, its memory that of the nesting.
pub struct Walk<'t> {
    tree: &'t Tree<'t>,
    next: u32,
    end: u32,
    /// Where the nodes end that the next one may stand in.
    open: Vec<u32>,
}

impl Walk<'_> {
    /// Passes over what stands in the node that was yielded last.
    pub fn skip_children(&mut self) {
        self.next = self.open.last().copied().unwrap_or(self.next);
    }
}

impl<'t> Iterator for Walk<'t> {
    type Item = Step<'t>;

    fn next(&mut self) -> Option<Step<'t>> {
        if self.next >= self.end {
            return None;
        }
        while self.open.pop_if(|end| *end <= self.next).is_some() {}
        let node = Node { tree: self.tree, at: self.next };
        let depth = self.open.len();
        self.open.push(self.next + node.record().size);
        self.next += 1;
        Some(Step { node, depth, field: if depth == 0 { None } else { node.part() } })
    }
}

#[cfg(test)]
mod tests {
    use super::{Language, parse};
    use proptest::prelude::*;

    fn check(language: Language, text: &str) {
        let Some(tree) = parse(language, text) else { return };
        for step in tree.walk() {
            assert!(text.get(step.node.span().range()).is_some(), "{:?}", step.node);
            if let Some(inside) = step.node.string() {
                assert!(text.get(inside.span.range()).is_some(), "{:?}", step.node);
            }
        }
    }

    fn strings(language: Language, text: &str) -> Vec<String> {
        let tree = parse(language, text).unwrap();
        tree.walk().filter_map(|step| step.node.string()).map(|string| string.value).collect()
    }

    #[test]
    fn strings_are_unescaped_and_bytes_are_none() {
        let text = "const A: &str = \"a\\\"\\u{e9}\\\n   b\"; f(r#\"x\"y\"#, b\"no\", \"\");";
        assert_eq!(strings(Language::Rust, text), ["a\"\u{e9}b", "x\"y", ""]);
        let text = "f('a\\'\\x41', r'\\n', b'no', f'{x}', f'y', \"\"\"z\"\"\", u'\\u00e9', '')";
        assert_eq!(strings(Language::Python, text), ["a'A", "\\n", "y", "z", "\u{e9}", ""]);
        let text = "package a\nvar x = f(\"a\\\"\\x41\\u00e9\", `b\\n`, \"\", ``)";
        assert_eq!(strings(Language::Go, text), ["a\"A\u{e9}", "b\\n", "", ""]);
    }

    #[test]
    fn strings_of_javascript() {
        let text = "f('a\\'\\x41\\u{e9}\\\n', \"b\", `c`, `${d}`, '\\$', '')";
        for language in [Language::TypeScript, Language::Tsx] {
            assert_eq!(strings(language, text), ["a'A\u{e9}", "b", "c", "$", ""]);
        }
    }

    #[test]
    fn a_walk_visits_each_node_once_and_can_skip() {
        let tree = parse(Language::Rust, "fn a() { b(c) }\nfn d() {}").unwrap();
        let kinds: Vec<&str> =
            tree.walk().map(|step| step.node.kind()).filter(|kind| *kind == "function_item").collect();
        assert_eq!(kinds.len(), 2);
        let mut walk = tree.walk();
        let mut names = 0;
        while let Some(step) = walk.next() {
            if step.node.kind() == "block" {
                walk.skip_children();
            }
            names += usize::from(step.node.kind() == "identifier");
        }
        assert_eq!(names, 2);
        let first = tree.root().named().next().unwrap();
        assert_eq!(first.field("name").unwrap().text(), "a");
        assert!(first.walk().all(|step| step.node.span().end <= first.span().end));
    }

    #[test]
    fn deep_nesting_and_odd_bytes_end() {
        let all = [Language::Rust, Language::Python, Language::Go, Language::TypeScript, Language::Tsx];
        for language in all {
            for unit in ["(", "[", "{", "f(", "if x {", "\"", "r#\"", "/*", "'''", "#[a(", "x.y()", "&", "-"]
            {
                check(language, &unit.repeat(5_000));
            }
            check(language, &format!("f({}{})", "(".repeat(20_000), ")".repeat(20_000)));
            check(language, "\u{feff}x = 1\r\n\0y = \"\0é\"\r\n");
        }
    }

    proptest! {
        #[test]
        fn random_text_never_panics(text in any::<String>()) {
            check(Language::Rust, &text);
            check(Language::Python, &text);
            check(Language::Tsx, &text);
            check(Language::Go, &text);
        }

        #[test]
        fn random_source_never_panics(
            parts in proptest::collection::vec(
                proptest::sample::select(vec![
                    "fn ", "f", "(", ")", "{", "}", "\"", "'", "r#\"", "\"#", "\\", "\\u{", "#[", "]", "é", "\n",
                    "f'", "{x}", "'''", "def ", ":", "    ", "\t", "env!", "b\"", "//", "/*", "*/", "\0", "\r\n",
                ]),
                0..60,
            )
        ) {
            let text = parts.concat();
            check(Language::Rust, &text);
            check(Language::Python, &text);
            check(Language::Tsx, &text);
            check(Language::Go, &text);
        }
    }
}
