//! The reader held against the tree-sitter grammar of Go.

use std::ops::Range;

use proptest::prelude::*;

use super::super::parsing::by_grammar;
use super::super::{Language, Tree, parse, parse_parts};

/// All nodes as they lie in memory, one a line.
fn outline(tree: &Tree<'_>) -> Vec<String> {
    let line = |step: super::super::Step<'_>| {
        let record = step.node.record();
        format!("{}{} {record:?}", "  ".repeat(step.depth), step.node.kind())
    };
    tree.walk().map(line).collect()
}

/// Holds the reader against the grammar; says whether the reader takes the text. It takes none that the grammar does
/// not take.
fn compare_parts(text: &str, parts: &[Range<usize>]) -> bool {
    let Some(ours) = super::parse(text, parts) else { return false };
    let theirs = by_grammar(Language::Go, text, parts).unwrap();
    assert_eq!(outline(&ours), outline(&theirs), "{text}");
    assert!(!theirs.root().has_error(), "{text}");
    for step in ours.walk() {
        assert!(text.get(step.node.span().range()).is_some(), "{:?}", step.node);
    }
    true
}

fn compare(text: &str) -> bool {
    compare_parts(text, std::slice::from_ref(&(0..text.len())))
}

/// Declarations, all of which are taken.
const DECLARATIONS: &[&str] = &[
    "package a\n",
    "import \"a\"\nimport (\n\t. \"a\"\n\t_ \"b\"; c `d` // e\n)\nimport ()\n",
    "const A = iota\nconst B, C T = 1, 2\nconst (\n\tD = iota + 1 // d\n\tE\n\n\tF, G\n)\nconst ()\n",
    "var a int\nvar b, c = d()\nvar d [2]T = e\nvar (\n\te, f *T\n\t// g\n\tg = 1\n)\n",
    "type A int\ntype B = []A\ntype C [2]A\ntype D [N * 2]A\ntype (\n\tE map[A]B\n\tF chan A\n)\ntype G func(A) B\n",
    "type A[B any] struct{}\ntype C[D, E F, G interface{ ~int | ~[]H }] map[D]E\ntype I[J ~string] = K[J]\n",
    "type A struct {\n\tB, C int `json:\"b\"` // c\n\tD\n\t*E\n\tF.G \"tag\"\n\tH[I]\n\tJ [2]K\n\tL []M\n\t*N.O[P]\n}\n",
    "type A interface {\n\tB(c int, d ...string) (e error)\n\tF()\n\tG\n\th.I\n\tJ[K] | ~int | *L\n}\ntype M interface{ N() O }\n",
    "type A <-chan int\ntype B chan<- int\ntype C chan <-chan int\ntype D chan (<-chan int)\ntype E (func())\n",
    "func a()\n\nfunc b() {}\nfunc c(d, e int, f ...*G) (h I, err error) { return }\nfunc j(K, l.M, []N, O[P]) Q { return q }\n",
    "func a[B any, C ~int | D](e B, f [2]C, g []B) map[B]C {\n\treturn nil\n}\n",
    "func (a *A) B() C { return a.b }\nfunc (A) b() {}\nfunc (a *A[K, V]) c(func(int) bool) func() (d, e) { return nil }\n",
    "func a(new, make, true string, nil int) (old, iota T) { return new, make }\n",
    "/* before */ func /* a */ a( // b\n\tb int, // c\n) /* d */ int /* e */ {\n\t// f\n\treturn /* g */ 1 // h\n\t// i\n}\n// end\n",
];

/// Statements, all of which are taken.
const STATEMENTS: &[&str] = &[
    "a := 1\nb, c := d(), e\na.b, *c = d, e[0]\na += 2\nb <<= c\nd &^= e\nf++\ng.h--\ni <- j\n<-k\n",
    "if a {\n\tb()\n} else if c := d(); c != nil {\n\te()\n} else {\n\tf()\n}\n",
    "if a == (T{1}) || b(T{}) != nil {\n}\nif v, ok := m[k]; ok && v > 0 { return v }\n",
    "for {\n\tbreak\n}\nfor a {\n}\nfor a := 0; a < b; a++ {\n\tcontinue\n}\nfor ; ; {\n}\nfor ; a; b() {\n}\n",
    "for range a {\n}\nfor a := range b {\n}\nfor a, b = range []T{{1}} {\n}\nfor _, a := range m[k] {\n}\nfor range 10 {\n}\n",
    "switch {\ncase a, b > c:\n\td()\n\tfallthrough\n\n\n// e\ndefault:\n\t// f\n}\nswitch a := b; c(a) {\ncase 1:\n}\nswitch a := b; {\n}\n",
    "switch a := b.(type) {\ncase nil, int, *T, []p.U:\n\tc()\n// d\ndefault:\n\te()\n}\nswitch a := b(); a.c.(type) {\ncase func(int) error:\n}\n",
    "select {\ncase a := <-b:\n\tc()\ncase d, ok = <-e:\ncase <-f:\ncase g <- h:\n\ti()\n\ndefault:\n}\n",
    "L:\n\tfor {\n\t\tbreak L\n\t}\n\tgoto M\nM:\n",
    "go a()\ndefer func() {\n\trecover()\n}()\n{\n\tc()\n}\nreturn\nreturn a, b\n",
    "var a, b int = 1, 2\nconst c = 3\ntype d struct{}\n",
    "a(b, c...)\na.b(c,\n\td,\n)\n(a)(b)\n(*a)(b)\n(<-a)(b)\nfunc() {}()\n",
    "a := b[c]\nd := e[1:f:g]\nh := i[:]\nj := k[l:][:m]\nn := o.p[q].r\n",
    "a := b[int](c)\nd := e[p.T](f, g)\nh := i[[]T]()\nj := k.l[*T](m)\nn := o[P, Q](r)\ns := t.u[v.W](x)\n",
    "a := b[*p.T](c)\nd := e[F[p.G]](h)\ni := j[K, L]\nm := n.o[map[P]Q](r...)\ns := t[u][v.w]\nx := y.z[*T](a, b)\n",
    "a := b[C[D, e.F]](g)\nh := i[(p.J)](k, l)\nm := n.o.p[q.R](s)\nt := u[chan V]\nw := x[Y[z.A[b.C]]]\n",
    "a := T{}\nb := p.T{c: 1, {2}: {d: 3}, [1]int{}: e, f}\ng := &T[U]{}\nh := p.T[U, V]{{1, 2}, {3}}\n",
    "a := []T{{b: c}, {}}\nd := [...]string{\"e\", 1: \"f\"}\ng := map[string][]p.T{\"h\": {i}}\nj := struct{ K int }{1}\n",
    "a := []byte(b)\nc := map[K]V(d)\ne := (*[4]byte)(f)\ng := ([]byte)(h)\ni := interface{}(j)\nk := (func())(l)\nm := (chan int)(n)\n",
    "a := (*T[int])(b)\nc := (p.T[q.U])(d)\ne := (*p.T)(f)\ng := (T[int])(h, i)\nj := (<-chan int)(k)\n",
    "a := b.(*T)\nc := d.(interface{ E() })\nf, ok := g.(func(int) string)\n",
    "a := new(T)\nb := make([]T, 1, c)\nd := make(map[string]p.T)\ne := make(chan struct{}, f,)\nnew := make\nnew[0] = 1\n",
    "a := b || c && d == e+f*g<<h|-i&^j\nk := !l && ^m != *n\no := &p.q\nr := (s + t) % u\nv := w < x\n",
    "a := \"\" + \"b\" + \"c\\n\\\"d\\x41e\\u00e9f\\101g\" + `` + `h\n// i` + \"é\" + \"//\"\n",
    "a := 'b' + '\\'' + '\\x41' + '\\u00e9' + 'é' + '\\101' + '\\\\'\n",
    "a := 0 + 1_000 + 0x_fF + 0o17 + 017 + 0b1 + 1. + .5 + 1e-5 + 1.5E+3 + 0x1p-2 + 0x1.8p1 + 1i + .5i + 0x1i + 09i\n",
    "a := func(b int, c ...string) (d T, err error) { return }\ne(func() []T { return nil }, func(f, g T) U {\n\treturn h\n})\n",
    "a := b./* c */ d\ne( /* f */ )\ng(h, // i\n\t// j\n\tk, /* l */)\nm := /* n */ o /* p */ + q // r\n",
    "größe := höhe\na\u{4e16} := \u{3b1}.\u{414}\n",
];

fn in_function(statements: &str) -> String {
    format!("package a\n\nfunc f() {{\n{statements}}}\n")
}

#[test]
fn nodes_are_those_of_the_grammar() {
    for text in DECLARATIONS {
        assert!(compare(text), "{text}");
    }
    for text in STATEMENTS {
        assert!(compare(&in_function(text)), "{text}");
        assert!(
            compare(&in_function(&format!("switch {{\ncase a:\n{text}\n\n// b\ndefault:\n{text}}}\n"))),
            "{text}"
        );
        assert!(compare(&in_function(&text.replace('\n', "\r\n"))), "{text}");
    }
    assert!(compare(&DECLARATIONS.join("\n")));
    assert!(compare(&in_function(&STATEMENTS.join("\n"))));
    // The last line need not end.
    for text in
        ["package a", "import \"a\" // b", "func a() {}", "\n\n// a\npackage a\n\n\n", "\u{c}package a \t\n "]
    {
        assert!(compare(text), "{text}");
    }
}

#[test]
fn pages_of_sources_are_read_as_by_the_grammar() {
    let mut taken = 0;
    let mut all = 0;
    for page in [
        include_str!("../../../../tests/sources/go/helpers.md"),
        include_str!("../../../../tests/sources/go/libraries.md"),
        include_str!("../../../../tests/sources/go/process.md"),
    ] {
        for block in page.split("\n```go\n").skip(1).filter_map(|rest| rest.split("\n```").next()) {
            all += 1;
            taken += usize::from(compare(&format!("{block}\n")));
        }
    }
    assert!(all > 10 && taken * 100 >= all * 97, "{taken} of {all}");
}

#[test]
fn what_the_grammar_may_take_in_several_ways_is_left_to_it() {
    for text in [
        "a := *(*[]byte)(b)\n",
        "a := *b[T](c)\n",
        "a := b[c|d](e)\n",
        "a := b[c]\n(d).e()\n",
        "a := b\n{\n}\n",
        "if a.b {\n}\n{\n}\n",
        "a := b[make](c)\n",
        "a := b[c. /* d */ e](f)\n",
        "a;;\n",
        "a := new(1)\n",
        "T{}\n",
    ] {
        assert!(!compare(&in_function(text)), "{text}");
    }
    for text in
        ["type A[B *C] D\n", "var a = 1", "func a(b, c, d, e, f, g, h, i, j, k int)\n", "type A[nil B] C\n"]
    {
        assert!(!compare(text), "{text}");
    }
}

#[test]
fn what_is_no_go_is_left_to_the_grammar() {
    for text in [
        "",
        "// a\n\0",
        "\u{feff}package a\n",
        "package a b\n",
        "func a() {",
        "func a() }\n",
        "var a = \"b\nc\"\n",
        "var a = 'bc'\n",
        "var a = \"\\x4\"\n",
        "var a = 0x\n",
        "var a = 09\n",
        "var a = 1a\n",
        "var a = `b\n",
        "/* a\n",
        "func a() { if b; c { } }\n",
        "func a() { b := }\n",
        "func a() { (] }\n",
        "var a b c\n",
        "a b\n",
    ] {
        assert!(
            super::parse(text, std::slice::from_ref(&(0..text.len()))).is_none() || compare(text),
            "{text}"
        );
        assert!(parse(Language::Go, text).is_some(), "{text}");
    }
}

#[test]
fn parts_are_read_as_if_nothing_stood_between() {
    let text = "package a\n\n// b\nfunc c() {\n\td()\n}\n\nfunc e() {\n\tf()\n}\n\n\nvar g = 1\n";
    let lines: Vec<usize> =
        std::iter::once(0).chain(text.match_indices('\n').map(|(at, _)| at + 1)).collect();
    let mut taken = 0;
    for from in &lines {
        for to in lines.iter().filter(|to| *to > from) {
            taken += usize::from(compare_parts(text, &[0..*from, *to..text.len()]));
            compare_parts(text, std::slice::from_ref(&(*from..*to)));
        }
    }
    assert!(taken > 30, "{taken}");
    assert!(!compare_parts(text, &[]));
    assert!(parse_parts(Language::Go, text, &[]).is_some());
}

#[test]
fn what_is_too_deep_is_left_to_the_grammar_and_costs_no_more() {
    for unit in [
        "(",
        "[",
        "{",
        "f(",
        "-",
        "*",
        "x[",
        "a.",
        "[]",
        "func() ",
        "func() {",
        "if a {",
        "if a {} else ",
        "map[a]",
        "a[b](",
        "T{",
        "struct { a ",
        "L: ",
        "<-",
        "a = ",
        "chan ",
        "a + ",
        "~",
        "interface { a(",
        "for range ",
    ] {
        for text in ["var x = ", "func f() { ", "type T "] {
            let text = format!("{text}{}", unit.repeat(20_000));
            assert!(super::parse(&text, std::slice::from_ref(&(0..text.len()))).is_none(), "{unit}");
        }
    }
    let chain = format!("var a = b{}\n", ".c()".repeat(20_000));
    assert!(super::parse(&chain, std::slice::from_ref(&(0..chain.len()))).is_some());
    let deep = format!("var a = {}b{}\n", "c[d](".repeat(150), ")".repeat(150));
    assert!(super::parse(&deep, std::slice::from_ref(&(0..deep.len()))).is_some());
}

/// What is put between pieces of statements.
const PIECES: &[&str] = &[
    "a",
    "T",
    "p.T",
    "(",
    ")",
    "[",
    "]",
    "{",
    "}",
    ",",
    ";",
    "\n",
    ":",
    ":=",
    "=",
    "*",
    "&",
    "<-",
    "...",
    ".",
    "func",
    "func()",
    "map[",
    "chan ",
    "struct{",
    "interface{",
    "type ",
    "if ",
    "for ",
    "switch ",
    "case ",
    "default:",
    "range ",
    "return ",
    "go ",
    "/*c*/",
    "// c\n",
    "\"s\"",
    "`r`",
    "'c'",
    "1",
    "1.5",
    "+",
    "-",
    "!",
    "==",
    "&&",
    "|",
    "~",
    "nil",
    "new",
    "make",
    "(x)",
    "[T]",
    "{}",
    ".(type)",
    ".(T)",
    "++",
    "+=",
    "_",
    "\r\n",
    "é",
    "\\",
    "\n\n",
    "else ",
    "L:",
    "0x",
    "\u{feff}",
    "\0",
    "\"",
    "'",
    "`",
    "/*",
    "\t",
];

proptest! {
    #[test]
    fn statements_that_are_joined_are_those_of_the_grammar(
        picked in proptest::collection::vec(0..STATEMENTS.len(), 1..6),
        cut in 0_usize..4,
    ) {
        let lines = picked.iter().map(|at| STATEMENTS[*at]);
        let text: String = lines.flat_map(|text| text.split_inclusive('\n').skip(cut)).collect();
        compare(&in_function(&text));
        let whole: String = picked.iter().map(|at| STATEMENTS[*at]).collect();
        prop_assert!(compare(&in_function(&whole)));
    }

    #[test]
    fn statements_that_are_changed_are_those_of_the_grammar(
        at in 0..STATEMENTS.len() + DECLARATIONS.len(),
        changes in proptest::collection::vec((any::<proptest::sample::Index>(), 0_usize..4, 0..PIECES.len()), 1..4),
    ) {
        let mut text = match at.checked_sub(STATEMENTS.len()) {
            Some(at) => DECLARATIONS[at].to_owned(),
            None => in_function(STATEMENTS[at]),
        };
        for (place, removed, piece) in changes {
            let from = text.floor_char_boundary(place.index(text.len()));
            let to = text.ceil_char_boundary((from + removed).min(text.len()));
            text.replace_range(from..to, PIECES[piece]);
        }
        compare(&text);
    }

    #[test]
    fn random_pieces_are_read_as_by_the_grammar(
        picked in proptest::collection::vec(0..PIECES.len(), 0..12),
    ) {
        let text: String = picked.iter().map(|at| PIECES[*at]).collect();
        compare(&in_function(&format!("{text}\n")));
        compare(&format!("var a = {text}\n"));
        compare(&format!("type {text}\n"));
    }
}
