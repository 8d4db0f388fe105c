//! Program source as a tree, by tree-sitter: tolerant, with byte spans, and walked without recursion.
//!
//! Columns and offsets of tree-sitter are bytes, as [`Span`] wants them. Asking a node for its parent or
//! for its n-th child costs time in the size of the tree, so this module offers neither: walk once with
//! [`Tree::walk`] and keep what is open, by [`Step::depth`].

mod names;
mod parsing;

use super::escape;
use crate::text::{Span, Spanned};
use names::Names;

pub use parsing::{Language, MAX_BYTES, parse, parse_parts};

/// A text and its syntax tree.
#[derive(Debug)]
pub struct Tree<'t> {
    text: &'t str,
    tree: tree_sitter::Tree,
    names: &'static Names,
}

impl<'t> Tree<'t> {
    /// The node of the whole text.
    #[must_use]
    pub fn root(&self) -> Node<'_> {
        Node::new(self.tree.root_node(), self.text, self.names)
    }

    /// Every node, each before its children, in the order of the text.
    #[must_use]
    pub fn walk(&self) -> Walk<'_> {
        self.root().walk()
    }
}

/// A node of a [`Tree`].
#[derive(Clone, Copy, Debug)]
pub struct Node<'t> {
    node: tree_sitter::Node<'t>,
    /// The number of its kind: the grammar takes a while to tell it.
    kind: u16,
    text: &'t str,
    names: &'static Names,
}

impl PartialEq for Node<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.node == other.node
    }
}

impl Eq for Node<'_> {}

impl<'t> Node<'t> {
    fn new(node: tree_sitter::Node<'t>, text: &'t str, names: &'static Names) -> Self {
        Self { node, kind: node.kind_id(), text, names }
    }

    /// The grammar's name for this kind of node: `call_expression`, or `"("` for a token.
    #[must_use]
    pub fn kind(self) -> &'static str {
        // Error nodes have a number of their own.
        self.names.kinds.get(usize::from(self.kind)).copied().unwrap_or_else(|| self.node.kind())
    }

    /// Whether the grammar gives it a name, as opposed to a token such as `(`.
    #[must_use]
    pub fn is_named(self) -> bool {
        self.node.is_named()
    }

    /// Whether it is a comment or the like, which may stand anywhere.
    #[must_use]
    pub fn is_extra(self) -> bool {
        self.node.is_extra()
    }

    /// Whether it or something in it did not parse.
    #[must_use]
    pub fn has_error(self) -> bool {
        self.node.has_error()
    }

    /// A number that no other node of this tree has.
    #[must_use]
    pub fn id(self) -> usize {
        self.node.id()
    }

    /// Where it stands, on character boundaries.
    #[must_use]
    pub fn span(self) -> Span {
        let start = self.text.floor_char_boundary(self.node.start_byte());
        let end = self.text.floor_char_boundary(self.node.end_byte());
        Span::new(start, end)
    }

    /// Its source text.
    #[must_use]
    pub fn text(self) -> &'t str {
        self.text.get(self.span().range()).unwrap_or("")
    }

    /// Its text with its place.
    #[must_use]
    pub fn spelled(self) -> Spanned<String> {
        Spanned::new(self.text().to_owned(), self.span())
    }

    /// The child that the grammar calls `name`.
    #[must_use]
    pub fn field(self, name: &str) -> Option<Self> {
        let field = *self.names.fields.get(name)?;
        self.node.child_by_field_id(field).map(|node| Self::new(node, self.text, self.names))
    }

    /// All children, tokens and comments included, with the grammar's names for their parts.
    pub fn children_with_fields(self) -> impl Iterator<Item = (Option<&'static str>, Self)> + use<'t> {
        let mut cursor = self.node.walk();
        let mut more = cursor.goto_first_child();
        std::iter::from_fn(move || {
            if !more {
                return None;
            }
            let child = (self.names.field_at(&cursor), Self::new(cursor.node(), self.text, self.names));
            more = cursor.goto_next_sibling();
            Some(child)
        })
    }

    /// All children, tokens and comments included.
    pub fn children(self) -> impl Iterator<Item = Self> + use<'t> {
        self.children_with_fields().map(|(_, child)| child)
    }

    /// The children that have a name, without comments.
    pub fn named(self) -> impl Iterator<Item = Self> + use<'t> {
        self.children().filter(|child| child.is_named() && !child.is_extra())
    }

    /// The children that the grammar calls `name`.
    pub fn fields(self, name: &'static str) -> impl Iterator<Item = Self> + use<'t> {
        self.children_with_fields().filter(move |(field, _)| *field == Some(name)).map(|(_, child)| child)
    }

    /// This node and all below it, each before its children, in the order of the text.
    #[must_use]
    pub fn walk(self) -> Walk<'t> {
        Walk { cursor: self.node.walk(), text: self.text, names: self.names, depth: 0, next: Next::Here }
    }

    /// The text a string literal of any of the languages stands for, with the span of the literal's inside.
    ///
    /// `None` for other nodes, for bytes, and for an f-string or a template with something to fill in.
    #[must_use]
    pub fn string(self) -> Option<Spanned<String>> {
        let (opening, raw) = match self.kind() {
            "string_literal" => (self.children().next()?, false),
            "interpreted_string_literal" => (self.children().next()?, false),
            // Go's has no escapes, Rust's may stand between `#`.
            "raw_string_literal" if self.text().starts_with('`') => (self.children().next()?, true),
            "raw_string_literal" => {
                let inside = self.named().find(|child| child.kind() == "string_content")?;
                return Some(inside.spelled());
            }
            "string" => {
                let opening = self.children().next()?;
                let prefix = opening.text().trim_end_matches(['"', '\'']).to_ascii_lowercase();
                if self.children().any(|child| child.kind() == "interpolation") || prefix.contains('b') {
                    return None;
                }
                (opening, prefix.contains('r'))
            }
            "template_string" => {
                if self.children().any(|child| child.kind() == "template_substitution") {
                    return None;
                }
                (self.children().next()?, false)
            }
            _ => return None,
        };
        if opening.text().starts_with(['b', 'c']) {
            return None;
        }
        let closing = self.children().last().filter(|last| *last != opening)?;
        let span = Span { start: opening.span().end, end: closing.span().start.max(opening.span().end) };
        let inside = self.text.get(span.range())?;
        let text = match self.kind() {
            _ if raw => inside.to_owned(),
            "string" | "template_string" if matches!(opening.kind(), "\"" | "'" | "`") => {
                escape::javascript(inside)
            }
            "string" => escape::python(inside),
            "interpreted_string_literal" => escape::go(inside),
            _ => escape::rust(inside),
        };
        Some(Spanned::new(text, span))
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
    cursor: tree_sitter::TreeCursor<'t>,
    text: &'t str,
    names: &'static Names,
    depth: usize,
    next: Next,
}

/// Where a walk goes.
enum Next {
    Here,
    Below,
    Beside,
    Nowhere,
}

impl Walk<'_> {
    /// Passes over what stands in the node that was yielded last.
    pub fn skip_children(&mut self) {
        if matches!(self.next, Next::Below) {
            self.next = Next::Beside;
        }
    }

    fn beside(&mut self) -> bool {
        loop {
            if self.depth == 0 {
                return false;
            }
            if self.cursor.goto_next_sibling() {
                return true;
            }
            if !self.cursor.goto_parent() {
                return false;
            }
            self.depth -= 1;
        }
    }
}

impl<'t> Iterator for Walk<'t> {
    type Item = Step<'t>;

    fn next(&mut self) -> Option<Step<'t>> {
        let found = match self.next {
            Next::Here => true,
            Next::Below if self.cursor.goto_first_child() => {
                self.depth += 1;
                true
            }
            Next::Below | Next::Beside => self.beside(),
            Next::Nowhere => false,
        };
        if !found {
            self.next = Next::Nowhere;
            return None;
        }
        self.next = Next::Below;
        let node = Node::new(self.cursor.node(), self.text, self.names);
        let field = if self.depth == 0 { None } else { self.names.field_at(&self.cursor) };
        Some(Step { node, depth: self.depth, field })
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
