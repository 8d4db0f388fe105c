//! Where names stand in program source, and where two of them would become one.

use crate::syntax::tree::{self, Language, Step};
use crate::text::{Span, TreePath};

/// The language of a file, if its grammar is built in.
pub(super) fn language(path: &TreePath) -> Option<Language> {
    Some(match extension(path) {
        "py" | "pyi" => Language::Python,
        "rs" => Language::Rust,
        "go" => Language::Go,
        "ts" | "mts" | "cts" => Language::TypeScript,
        "tsx" | "jsx" | "js" | "mjs" | "cjs" => Language::Tsx,
        _ => return None,
    })
}

/// Whether files that end so hold JavaScript or TypeScript, also beside a page.
pub(super) fn is_script(extension: &str) -> bool {
    matches!(
        extension,
        "ts" | "tsx" | "js" | "jsx" | "mjs" | "cjs" | "mts" | "cts" | "vue" | "svelte" | "astro"
    )
}

/// What follows upon the last dot of a name.
pub(super) fn extension(path: &TreePath) -> &str {
    path.name().rsplit_once('.').map_or("", |(_, extension)| extension)
}

/// Source of languages whose grammar is not built in.
const OTHERS: &[&str] = &[
    "vue", "svelte", "astro", "java", "kt", "kts", "scala", "groovy", "rb", "php", "cs", "ex", "exs",
    "swift", "dart", "c", "h", "cc", "cpp",
];

/// A name where code means it, not where a text or a comment says it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Named {
    pub(super) span: Span,
    pub(super) how: How,
}

/// How a name stands in code.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum How {
    /// By itself, as what is bound in the file. At the top: outside of all functions.
    Bare { at_top: bool },
    /// Behind a dot: of this object, as the code spells it.
    Member(String),
    /// As a part that a class, struct or object has.
    Part(Span),
}

/// Where code means `name`; empty for files that are no code.
pub(super) fn named(path: &TreePath, text: &str, name: &str) -> Vec<Named> {
    if words(text, name).next().is_none() {
        return Vec::new();
    }
    match language(path) {
        Some(language) => parsed(language, text, name),
        None if OTHERS.contains(&extension(path)) => {
            let is_quote = |c: Option<char>| c.is_some_and(|c| matches!(c, '"' | '\'' | '`'));
            let is_code = |span: &Span| {
                let before = text.get(..span.start as usize).and_then(|before| before.chars().next_back());
                let behind = text.get(span.end as usize..).and_then(|behind| behind.chars().next());
                !is_quote(before) && !is_quote(behind)
            };
            words(text, name)
                .filter(is_code)
                .map(|span| Named { span, how: bare_or_member(text, span) })
                .collect()
        }
        None => Vec::new(),
    }
}

fn bare_or_member(text: &str, span: Span) -> How {
    receiver(text, span).map_or(How::Bare { at_top: false }, |of| How::Member(of.to_owned()))
}

fn parsed(language: Language, text: &str, name: &str) -> Vec<Named> {
    let Some(tree) = tree::parse(language, text) else { return Vec::new() };
    let mut open: Vec<Step<'_>> = Vec::new();
    let mut found = Vec::new();
    for step in tree.walk() {
        open.truncate(step.depth);
        let kind = step.node.kind();
        if kind.contains("identifier") && step.node.text() == name {
            let span = step.node.span();
            if let Some(of) = receiver(text, span) {
                found.push(Named { span, how: How::Member(of.to_owned()) });
            } else {
                classify(&open, &step, &mut found);
            }
        }
        open.push(step);
    }
    found
}

/// What a name is that stands behind no dot, by what it stands in.
fn classify(open: &[Step<'_>], step: &Step<'_>, found: &mut Vec<Named>) {
    let span = step.node.span();
    let above = |levels: usize| open.len().checked_sub(levels).and_then(|at| open.get(at));
    let kind_above = |levels: usize| above(levels).map_or("", |step| step.node.kind());
    let at_top = !open.iter().any(|step| is_function(step.node.kind()));
    let mut add = |how: How| found.push(Named { span, how });
    match (kind_above(1), step.node.kind()) {
        // An argument and a field that is set say nothing of what is bound here.
        ("keyword_argument", _) if step.field == Some("name") => {}
        ("field_initializer", "field_identifier") => {}
        ("object", "shorthand_property_identifier") => {
            add(How::Bare { at_top });
            add(How::Part(above(1).map_or(span, |object| object.node.span())));
        }
        (_, "property_identifier") | ("field_declaration", "field_identifier") => {
            add(How::Part(above(2).map_or(span, |owner| owner.node.span())));
        }
        _ => match class_of(open, step) {
            Some(class) => add(How::Part(class)),
            None => add(How::Bare { at_top }),
        },
    }
}

/// The class of Python in whose body a name is bound: `name = ...`, `name: type` or `def name`.
fn class_of(open: &[Step<'_>], step: &Step<'_>) -> Option<Span> {
    let mut above = open.iter().rev();
    let holder = above.next()?;
    match (holder.node.kind(), step.field) {
        ("assignment", Some("left")) | ("function_definition", Some("name")) => {}
        _ => return None,
    }
    let mut above =
        above.skip_while(|step| matches!(step.node.kind(), "expression_statement" | "decorated_definition"));
    let block = above.next()?;
    let class = above.next()?;
    (block.node.kind() == "block" && class.node.kind() == "class_definition").then(|| class.node.span())
}

/// Whether what is bound in a node is not seen outside of it.
pub(super) fn is_function(kind: &str) -> bool {
    matches!(
        kind,
        "function_definition"
            | "lambda"
            | "function_item"
            | "closure_expression"
            | "function_declaration"
            | "method_declaration"
            | "func_literal"
            | "function_expression"
            | "arrow_function"
            | "method_definition"
    )
}

/// The object whose part stands at `span`, as the code spells it; `None` where no dot stands before it.
pub(super) fn receiver(text: &str, span: Span) -> Option<&str> {
    let before = text.get(..span.start as usize)?.trim_end();
    let before = before.strip_suffix('.')?;
    // `..` is no access.
    if before.ends_with('.') {
        return None;
    }
    let whole = before.trim_end().trim_end_matches(['?', '!']);
    let mut start = whole.len();
    loop {
        let rest = whole.get(..start)?;
        let rest = rest.trim_end();
        let cut = match rest.chars().next_back() {
            Some(')') => opening(rest, '(', ')')?,
            Some(']') => opening(rest, '[', ']')?,
            Some('?') => rest.len() - 1,
            Some(c) if c == '_' || c.is_alphanumeric() => {
                let word = rest.trim_end_matches(|c: char| c == '_' || c.is_alphanumeric());
                match word.trim_end().strip_suffix('.').or_else(|| word.strip_suffix("::")) {
                    Some(more) if !more.ends_with('.') => more.len(),
                    _ => return whole.get(word.len()..),
                }
            }
            _ => return whole.get(start..).map(str::trim_start).filter(|of| !of.is_empty()),
        };
        start = cut;
    }
}

/// How far before its end a bracket is looked for, in signs.
const BRACKET_REACH: usize = 2_000;

/// Where the bracket opens that closes at the end of `text`.
pub(super) fn opening(text: &str, open: char, close: char) -> Option<usize> {
    let mut depth = 0_usize;
    for (at, sign) in text.char_indices().rev().take(BRACKET_REACH) {
        if sign == close {
            depth += 1;
        } else if sign == open {
            depth = depth.checked_sub(1)?;
            if depth == 0 {
                return Some(at);
            }
        }
    }
    None
}

/// Objects that hold the environment; their parts are keys, of which the index knows.
const ENVIRONMENTS: &[&str] = &["process.env", "import.meta.env", "os.environ", "env", "Bun.env", "Deno.env"];

/// Where one of `new` is what one of `old` would become, both of one file.
pub(super) fn taken(old: &[Named], new: &[Named]) -> Option<Span> {
    let is_own = |of: &str| matches!(of, "self" | "this" | "cls");
    let is_one = |old: &Named, new: &Named| match (&old.how, &new.how) {
        (How::Bare { .. }, How::Bare { .. }) => true,
        (How::Part(old), How::Part(new)) => old == new,
        (How::Member(old), How::Member(new)) => old == new && !ENVIRONMENTS.contains(&old.as_str()),
        (How::Part(owner), How::Member(of)) => is_own(of) && owner.contains(new.span),
        (How::Member(of), How::Part(owner)) => is_own(of) && owner.contains(old.span),
        _ => false,
    };
    new.iter().find(|new| old.iter().any(|old| is_one(old, new))).map(|new| new.span)
}

/// Where `name` stands as a word of its own.
pub fn words<'t>(text: &'t str, name: &'t str) -> impl Iterator<Item = Span> + 't {
    let is_part = |c: char| c == '_' || c.is_alphanumeric();
    text.match_indices(name).filter_map(move |(at, found)| {
        let before = text.get(..at)?.chars().next_back();
        let behind = text.get(at + found.len()..)?.chars().next();
        let is_word = !before.is_some_and(is_part) && !behind.is_some_and(is_part);
        is_word.then(|| Span::new(at, at + found.len()))
    })
}

#[cfg(test)]
mod tests {
    use super::{named, receiver, taken};
    use crate::text::{Span, TreePath};

    #[test]
    fn objects_before_a_dot() {
        for (text, of) in [
            ("print(s.KEY)", Some("s")),
            ("a.b.KEY", Some("a.b")),
            ("f(x, g(1)).KEY", Some("f(x, g(1))")),
            ("Config::load(\"a\")?.KEY", Some("Config::load(\"a\")")),
            ("self\n    .state\n    .KEY", Some("self\n    .state")),
            ("rows[0].KEY", Some("rows[0]")),
            ("a?.b?.KEY", Some("a?.b")),
            ("0..KEY", None),
            ("x = KEY", None),
        ] {
            let at = text.find("KEY").unwrap();
            assert_eq!(receiver(text, Span::new(at, at + 3)), of, "{text}");
        }
    }

    #[test]
    fn what_would_become_one() {
        for (path, text, is_taken) in [
            ("a.ts", "const NEW = 1;\nconst { OLD } = process.env;\n", true),
            ("a.ts", "import { NEW } from './b';\nexport const OLD = process.env.OLD;\n", true),
            ("a.ts", "function f(NEW: string) { return NEW + OLD; }\n", true),
            ("a.ts", "const x = 'NEW'; // NEW\nconst { OLD } = process.env;\n", false),
            ("a.ts", "const NEW = process.env.OLD;\n", false),
            ("a.ts", "const c = { OLD: process.env.OLD, NEW: 1 };\n", true),
            ("a.ts", "const c = { OLD: process.env.OLD }, d = { NEW: 1 };\n", false),
            ("a.ts", "class A { OLD = process.env.OLD; NEW = 1; }\n", true),
            ("a.vue", "<script>\nconst NEW = 1\nconst { OLD } = process.env\n</script>\n", true),
            ("a.py", "NEW = 1\nOLD = os.environ['OLD']\n", true),
            ("a.py", "from b import NEW, OLD\n", true),
            ("a.py", "x = os.environ['OLD']\nNEW = 1\n", false),
            ("a.py", "OLD = 1\nf(NEW=OLD)\n", false),
            ("a.py", "class A:\n    OLD: str\n    def NEW(self): pass\n", true),
            ("a.py", "class A:\n    OLD: str\nclass B:\n    NEW: str\n", false),
            ("a.py", "class A:\n    OLD: str\n    def f(self):\n        self.NEW = 1\n", true),
            ("a.py", "x = s.OLD + s.NEW\n", true),
            ("a.py", "x = s.OLD + t.NEW\n", false),
            ("a.rs", "const NEW: &str = \"x\";\nconst OLD: &str = \"OLD\";\n", true),
            ("a.rs", "fn f() { let NEW = 1; g(OLD) }\n", true),
            ("a.rs", "struct A { OLD: u8, NEW: u8 }\n", true),
            ("a.rs", "struct A { OLD: u8 }\nstruct B { NEW: u8 }\n", false),
            ("a.go", "package a\n\nconst OLD = \"OLD\"\nvar NEW = 1\n", true),
            ("a.go", "package a\n\ntype C struct {\n\tOLD string\n\tNEW string\n}\n", true),
            ("a.java", "class A { String NEW; String OLD = System.getenv(\"OLD\"); }\n", true),
        ] {
            let path = TreePath::parse(path).unwrap();
            let found = taken(&named(&path, text, "OLD"), &named(&path, text, "NEW"));
            assert_eq!(found.is_some(), is_taken, "{text}");
        }
    }
}
