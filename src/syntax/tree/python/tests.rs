//! The reader held against the tree-sitter grammar of Python.

use proptest::prelude::*;

use super::super::parsing::by_grammar;
use super::super::{Language, Node, Tree, parse, parse_parts};

/// All named nodes and operators, with their parts and places.
fn outline(tree: &Tree<'_>) -> Vec<String> {
    let mut found = Vec::new();
    let mut walk = tree.walk();
    while let Some(step) = walk.next() {
        let (node, part) = (step.node, step.field);
        // Ours has no nodes for them: a question about them looks into the text.
        if matches!(node.kind(), "comment" | "line_continuation" | "escape_sequence" | "escape_interpolation")
        {
            walk.skip_children();
            continue;
        }
        if !node.is_named() && !matches!(part, Some("operator" | "operators")) {
            continue;
        }
        let part = part.map_or(String::new(), |part| format!("{part}: "));
        let (start, end) = (node.span().start, end(node));
        found.push(format!("{}{part}{} {start}..{end}", "  ".repeat(step.depth), node.kind()));
    }
    found
}

/// Where a node ends, but for comments behind all else in it.
fn end(node: Node<'_>) -> u32 {
    let mut at = node;
    while let (Some(last), Some(said)) =
        (at.children().last(), at.children().filter(|child| !child.is_extra()).last())
    {
        if last.span().end != at.span().end {
            break;
        }
        at = said;
    }
    at.span().end
}

fn by_the_grammar(text: &str) -> Tree<'_> {
    by_grammar(Language::Python, text, std::slice::from_ref(&(0..text.len()))).unwrap()
}

/// Holds the reader against the grammar; says whether the grammar takes the text.
fn compare(text: &str) -> bool {
    let theirs = by_the_grammar(text);
    let ours = parse(Language::Python, text).unwrap();
    sound(&ours);
    if !theirs.root().has_error() {
        assert_eq!(outline(&ours)[1..], outline(&theirs)[1..], "{text}");
        assert!(!ours.root().has_error(), "{text}");
    }
    !theirs.root().has_error()
}

/// Nodes lie in what they stand in, in order, and on character boundaries.
fn sound(tree: &Tree<'_>) {
    let whole = tree.walk().count();
    assert_eq!(whole, tree.root().walk().count());
    for step in tree.walk() {
        let span = step.node.span();
        assert!(tree.root().text().get(span.range()).is_some(), "{:?}", step.node);
        let mut from = span.start;
        for child in step.node.children() {
            assert!(
                child.span().start >= from && child.span().end <= span.end,
                "{child:?} in {:?}",
                step.node
            );
            from = child.span().end;
        }
    }
}

const STATEMENTS: &[&str] = &[
    "import a, b.c as d, e\n",
    "from a.b import c, d as e\nfrom . import f\nfrom ..g import (\n    h,\n    i,\n)\nfrom j import *\n",
    "from __future__ import annotations\n",
    "x = 1\nx: int\nx: int = 1\na = b = c, d = e\n(a, b), [c, *d] = e\na.b[c], *d = e,\nx += 1, 2\nx @= y\n",
    "x = yield\ny = yield a, b\nyield from z\nawait a.b(c)[d] + e\n",
    "return_value = 1; other = 2;\nassert a, b\ndel a, b[c]\nraise\nraise A(b) from c\npass\n",
    "def f(): return\ndef g(a, b=1, *c, d: int, e: str = 'x', **f) -> None:\n    return a, b\n",
    "async def f(a, /, b, *, c: list[int] | None = None, *d: *Ts):\n    async with a as b, c:\n        pass\n    async for x in y:\n        break\n    else:\n        continue\n",
    "class A: pass\nclass B(C, metaclass=D, *e, **f):\n    '''Text.'''\n\n    x: int = 1\n\n    def y(self):\n        ...\n",
    "@a\n@b.c(d)\n# why\ndef f():\n    pass\n\n@e\nclass G:\n    pass\n",
    "if a:\n    b\nelif c:\n    d\nelif e: f\nelse:\n    # why\n    g\nh\n",
    "for a, *b in c, d:\n    e\nwhile a: b\nelse:\n    c\n",
    "try:\n    a\nexcept B:\n    c\nexcept (D, E) as f:\n    g\nexcept:\n    h\nelse:\n    i\nfinally:\n    j\n",
    "with a: b\nwith a as b, c() as (d, e):\n    f\nwith (\n    a as b,\n    c,\n):\n    d\nwith (a).b as c:\n    d\n",
    "global a, b\nnonlocal c\nprint(a)\nprint\nexec('a')\ntype X = list[int]\nmatch = 1\ntype = 2\nmatch.a(b)\nmatch(a, b)\n",
    "print 'a', b\nprint >>c, d\nexec 'e' in f\n",
    "lambda: 0\nlambda a, *b, c=1, **d: (a, b)\nx = a if b else lambda: c if d else e\n",
    "a or b and not c == d < e is not f not in g in h is i <> j\n",
    "-a ** -b ** c\na + b * c - d // e % f @ g\n~a | b & c ^ d << e >> f\nnot not a\n",
    "a = (b := c)\nf(a, *b, c=d, **e)\nf(x for x in y)\nf(a)(b)[c:d:e, ::f, g][h:].i.print\n",
    "[]\n()\n{}\n(a,)\n(a)\n(yield)\n[a, *b, ]\n{a, b}\n{a: b, **c, }\n",
    "[a for b in c if d if e for f, g in h]\n{a: b for c, *d in e}\n{a async for b in c}\n(a for b in c or d)\n",
    "x: Optional[Annotated[str, Field(alias='x')]] = None\ny: a.B[c]\nz: A[b] | C[d] | None\nw: 'A' | B[c]\nv: Literal['a', 1]\n",
    "def f[T: int, *U](a: Callable[[int], str]) -> T: ...\nclass A[T](B): ...\n",
    "'a' \"b\"\nr'\\d' b'x' u'y'\n'''a\nb'''\nf'{a}b{c!r:>{d}}{{e}}{f=}{g:%H:%M}'\nf'''{\na['b']\n}'''\n'\\\n'\n",
    "f'{a, b}{*c,}{d[\"e\"]}'\nrf'\\{a}'\nf\"{x!r}\" 'y'\n",
    "0x_ff + 0o17 + 0b1 + 1_000 + 1. + .5 + 1e-5 + 1j + 1.5J\n...\nNone, True, False\n",
    "a = [\n    1,  # one\n    2,\n]\nb = \\\n    c\n\n# the end\n",
    "match a, b:\n    case 1 | -2.5 | 'x' | None:\n        c\n    case A(b, c=d) as e if f:\n        g\n    case [a, *_] | (b, _):\n        h\n    case {'k': v, **rest}:\n        i\n    case _:\n        j\n",
    "if a:\n\tb\n\tif c:\n\t\td\ne\n\x0c\nf\r\ng = 'é'\r\nh\u{e9} = \u{feff}1\n",
    "def f():\n    def g():\n        h\n\n    # between\n\n    i\n\n\nj",
    "if a:\n    b\n  # less\n    c\n",
];

#[test]
fn nodes_are_those_of_the_grammar() {
    for text in STATEMENTS {
        assert!(compare(text), "{text}");
        // In a block, and behind one another.
        let inside: String = text.lines().map(|line| format!("    {line}\n")).collect();
        compare(&format!("def outer():\n    pass\n{inside}"));
    }
    assert!(compare(&STATEMENTS.join("\n")));
}

#[test]
fn pages_of_sources_are_read_as_by_the_grammar() {
    let mut compared = 0;
    for page in [
        include_str!("../../../../tests/sources/python/helpers.md"),
        include_str!("../../../../tests/sources/python/process.md"),
        include_str!("../../../../tests/sources/python/settings.md"),
    ] {
        for block in page.split("\n```py").skip(1).filter_map(|rest| rest.split("\n```").next()) {
            compared += usize::from(compare(block.split_once('\n').map_or("", |(_, text)| text)));
        }
    }
    assert!(compared > 30, "{compared}");
}

#[test]
fn where_the_grammar_errs_the_reader_follows_the_language() {
    let kinds = |text: &str| -> Vec<(&'static str, String)> {
        let tree = parse(Language::Python, text).unwrap();
        assert!(!tree.root().has_error(), "{text}");
        let all = tree.walk().map(|step| (step.node.kind(), step.node.text().to_owned()));
        all.filter(|(kind, _)| !matches!(*kind, "module" | "expression_statement" | "identifier")).collect()
    };
    let owned = |kind, text: &str| (kind, text.to_owned());
    // The grammar takes the backslashes for a part of the closing quote.
    assert!(kinds("r'\\\\'").contains(&owned("string_content", "\\\\")));
    // What stands behind the star is unpacked, not the first name of it.
    assert_eq!(kinds("[*a.b]")[1], owned("list_splat", "*a.b"));
    // A call of `type` declares no type.
    assert_eq!(kinds("type(a).b = c")[0], owned("assignment", "type(a).b = c"));
    // Brackets around one thing that is opened belong to the statement.
    assert!(kinds("with (a() as b):\n    c\n").contains(&owned("with_item", "a() as b")));
}

#[test]
fn a_line_that_does_not_parse_is_one_mistake() {
    let text = "a = 1\nb = = os.environ['B']\nif c d:\n    e = 2\nf = 3\n";
    let tree = parse(Language::Python, text).unwrap();
    let of_kind = |kind: &str| -> Vec<String> {
        let found = tree.walk().map(|step| step.node).filter(|node| node.kind() == kind);
        found.map(|node| node.text().to_owned()).collect()
    };
    assert_eq!(of_kind("ERROR"), ["b = = os.environ['B']", "if c d:"]);
    assert_eq!(of_kind("subscript"), ["os.environ['B']"]);
    assert_eq!(of_kind("assignment"), ["a = 1", "e = 2", "f = 3"]);
}

#[test]
fn a_bracket_without_an_end_does_not_take_the_file() {
    let text = "a = f(\n    b,\n\ndef g():\n    return os.environ['C']\n";
    let tree = parse(Language::Python, text).unwrap();
    let kinds: Vec<&str> = tree.walk().map(|step| step.node.kind()).collect();
    assert!(kinds.contains(&"function_definition") && kinds.contains(&"return_statement"), "{kinds:?}");
}

#[test]
fn parts_are_read_as_if_nothing_stood_between() {
    let text = "if a:\n    b\n    c\nelse:\n    d\ne\n";
    let tree = parse_parts(Language::Python, text, &[0..12, 18..text.len()]).unwrap();
    let lines: Vec<&str> =
        tree.walk().filter(|step| step.node.kind() == "identifier").map(|step| step.node.text()).collect();
    assert_eq!(lines, ["a", "b", "d", "e"]);
    assert!(tree.walk().any(|step| step.node.kind() == "else_clause"));
}

#[test]
fn what_is_too_deep_is_a_mistake_and_costs_no_more() {
    for unit in [
        "(",
        "[",
        "{",
        "f(",
        "not ",
        "-",
        "lambda: ",
        "a if b else ",
        "f'{",
        "x[",
        "await ",
        "a = ",
        "**",
        "if a:\n ",
        "f'{a:",
        "f'{a:{b'",
        "f'{a:'",
        "(\n\n",
        "match a:\n",
        "with (",
    ] {
        let tree = parse(Language::Python, &unit.repeat(20_000)).map(|tree| tree.walk().count());
        assert!(tree.is_some_and(|nodes| nodes < 200_000), "{unit}");
    }
    let blocks: String = (0..400).map(|depth| format!("{}if a:\n", " ".repeat(depth))).collect();
    let tree = parse(Language::Python, &blocks).unwrap();
    sound(&tree);
    assert!(tree.root().has_error());
    let chain = format!("a{}\n", ".b()".repeat(50_000));
    assert!(!parse(Language::Python, &chain).unwrap().root().has_error());
}

proptest! {
    #[test]
    fn random_source_is_sound(
        parts in proptest::collection::vec(
            proptest::sample::select(vec![
                "import os\n", "a", "[", "]", "(", ")", "'x'", "\"é\"", "f'{", "}'", ".b", ",", "=", " or ", "\n",
                "\n    ", "\n        ", "class S(B)", ":", "x: int = ", "def f(name, d=1)", "return ", "for k in ", "{",
                "}", "**", "*", "if ", "else", "elif ", "try:", "except ", "with ", " as ", "@d\n", "lambda ", "not ",
                " in ", "\\\n", "#c", "\r\n", "\u{feff}", "\0", "\u{300}", "1", "'''", "f\"\"\"{a:", "!r", ":=", "async ",
                "await ", "yield ", "match a:\n    case ", "|", "print ", "->", "...", ";",
            ]),
            0..60,
        )
    ) {
        let text = parts.concat();
        sound(&parse(Language::Python, &text).unwrap());
    }

    #[test]
    fn random_statements_are_those_of_the_grammar(picked in proptest::collection::vec(0..STATEMENTS.len(), 1..6)) {
        let picked: Vec<&str> = picked.iter().map(|at| STATEMENTS[*at]).collect();
        prop_assert!(compare(&picked.join("\n")));
    }
}
