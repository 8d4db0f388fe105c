//! The reader held against the tree-sitter grammar of TypeScript.

mod pieces;

use std::ops::Range;

use proptest::prelude::*;

use super::super::parsing::by_grammar;
use super::super::{Language, Tree};
use super::kind::{Kind, Numbers, Part};
use super::parse;
use pieces::{ELEMENTS, PLAIN, STATEMENTS, STRAY};

const BOTH: [Language; 2] = [Language::TypeScript, Language::Tsx];

/// All of each node.
fn nodes(tree: &Tree<'_>) -> Vec<(u32, u32, u32, u16, u8, u8)> {
    let records = tree.nodes.iter();
    records.map(|one| (one.start, one.end, one.size, one.kind, one.field, one.flags)).collect()
}

/// Holds what the reader takes against the grammar; says whether it takes the text.
fn compare_parts(language: Language, text: &str, parts: &[Range<usize>]) -> bool {
    let Some(ours) = parse(language, text, parts) else { return false };
    let theirs = by_grammar(language, text, parts).unwrap();
    assert!(!theirs.root().has_error(), "{language:?}: {text}");
    for (our, their) in ours.walk().zip(theirs.walk()) {
        let [our, their] =
            [our, their].map(|step| (step.node.kind(), step.field, step.node.span(), step.depth));
        assert_eq!(our, their, "{language:?}: {text}");
    }
    assert_eq!(nodes(&ours), nodes(&theirs), "{language:?}: {text}");
    true
}

fn compare(language: Language, text: &str) -> bool {
    compare_parts(language, text, std::slice::from_ref(&(0..text.len())))
}

fn all(language: Language) -> Vec<&'static str> {
    let own = if language == Language::Tsx { ELEMENTS } else { PLAIN };
    STATEMENTS.iter().chain(own).copied().collect()
}

#[test]
fn nodes_are_those_of_the_grammar() {
    for language in BOTH {
        for text in all(language) {
            assert!(compare(language, text), "{language:?}: {text}");
            // In a block, and behind one another.
            compare(language, &format!("function outer() {{\n{text}}}\n"));
            compare(language, &text.replace('\n', "\r\n"));
            compare(language, text.trim_end());
        }
        let together: Vec<&str> = all(language).into_iter().filter(|text| !text.starts_with('#')).collect();
        assert!(compare(language, &together.join(";\n")));
    }
}

#[test]
fn pages_of_sources_are_read_as_by_the_grammar() {
    let (mut blocks, mut taken) = (0, 0);
    for page in [
        include_str!("../../../../tests/sources/typescript/configurations.md"),
        include_str!("../../../../tests/sources/typescript/declared.md"),
        include_str!("../../../../tests/sources/typescript/frameworks.md"),
        include_str!("../../../../tests/sources/typescript/helpers.md"),
        include_str!("../../../../tests/sources/typescript/process.md"),
        include_str!("../../../../tests/sources/typescript/schemas.md"),
    ] {
        for opening in ["\n```ts\n", "\n```tsx\n", "\n```js\n"] {
            for block in page.split(opening).skip(1).filter_map(|rest| rest.split("\n```").next()) {
                blocks += 1;
                let language = if opening.contains("ts\n") { Language::TypeScript } else { Language::Tsx };
                taken += usize::from(compare(language, &format!("{block}\n")));
            }
        }
    }
    assert!(blocks > 50 && taken * 10 >= blocks * 9, "{taken} of {blocks}");
}

#[test]
fn what_has_two_readings_is_left_to_the_grammar() {
    for text in [
        "a = ",
        "a b",
        "(a",
        "'a",
        "`a${b`",
        "a = x as A.B.C",
        "a > b < c",
        "export\nconst a = 1",
        "f<typeof import('a')>(b)",
        "a < typeof b",
        "a ? /* b */\n/* c */ ? d : e",
        "x\n/* a */ ? b : c",
        "abstract.a",
        "interface.b",
        "type A<in T> = T",
        "f = (a?: /* b */ C, d? /* e */: F) => g",
        "'\\x4'",
        "'\\u{}'",
        "a\u{a0}b",
        "\u{feff}a",
        "a\0",
        "a\rb",
        "// a\u{2028}b",
        "<!-- a",
        "a\n--> b",
        "\\u0061",
        "{ a: b }",
        "class A { abstract }",
        "new new A()()",
        "const ...a = b",
        "@a export {}",
        "export { typeof }",
        "function f(): asserts string {}",
        "type A = (abstract: B) => C",
    ] {
        for language in BOTH {
            let whole = 0..text.len();
            assert!(parse(language, text, std::slice::from_ref(&whole)).is_none(), "{language:?}: {text}");
        }
    }
}

#[test]
fn parts_are_read_as_if_nothing_stood_between() {
    let text = "// a\nconst b = {\n  c,\n  d,\n};\nfunction e() {\n  f\n}\n\nconst g = 1 // h\n\n";
    let lines: Vec<usize> =
        std::iter::once(0).chain(text.match_indices('\n').map(|(at, _)| at + 1)).collect();
    let mut taken = 0;
    for from in 0..lines.len() {
        for to in from..lines.len() {
            for language in BOTH {
                let around = [0..lines[from], lines[to]..text.len()];
                let parts: Vec<Range<usize>> = around.into_iter().filter(|part| !part.is_empty()).collect();
                taken += usize::from(compare_parts(language, text, &parts));
                taken += usize::from(compare_parts(
                    language,
                    text,
                    std::slice::from_ref(&(lines[from]..lines[to])),
                ));
            }
        }
    }
    assert!(taken > 150, "{taken}");
    let kept = [5..16, 21..text.len()];
    let tree = parse(Language::TypeScript, text, &kept).unwrap();
    let texts: Vec<&str> = tree.walk().map(|step| step.node.text()).collect();
    assert!(texts.contains(&"d") && texts.contains(&"// h") && !texts.contains(&"c"), "{texts:?}");
}

#[test]
fn what_is_too_deep_is_left_to_the_grammar_at_once() {
    for unit in [
        "(",
        "[",
        "{",
        "f(",
        "!",
        "-",
        "a = ",
        "a ? ",
        "a ? b : ",
        "() => ",
        "(a) => ",
        "(a = ",
        "({ a: ",
        "[a, ",
        "new ",
        "await ",
        "<a>",
        "<T>",
        "<a b={",
        "`${",
        "a[",
        "if (a) ",
        "while (a) ",
        "for (;;) ",
        "{ function a() {",
        "class A { b = ",
        "type A = (",
        "let a: {",
        "a<",
        "a<(",
        "a < (b, ",
        "a<b<",
        "x as (",
        "a ** ",
        "async (",
        "(a): (",
        "a ? (b) : ",
        "a\n/*",
        "a ? (",
        "/(",
        "'",
        "import ",
        "export default ",
        "label: ",
        "a.b(",
        "@a(",
        "enum A { b = ",
        "type A = B extends ",
        "x: keyof ",
        "[[a] = ",
        "({a} = ",
    ] {
        for language in BOTH {
            let text = unit.repeat(20_000);
            let tree = parse(language, &text, std::slice::from_ref(&(0..text.len())));
            assert!(tree.is_none() || unit == "-" || unit.contains("/*"), "{unit}");
        }
    }
    for unit in
        ["a;\n", "a.b()\n", "if (a) { b }\n", "/* c */\n", "const a = (b) => ({ c });\n", "f(a < b, c)\n"]
    {
        for language in BOTH {
            let text = unit.repeat(20_000);
            assert!(parse(language, &text, std::slice::from_ref(&(0..text.len()))).is_some(), "{unit}");
        }
    }
    let chain = format!("a{}\n", ".b()".repeat(50_000));
    assert!(parse(Language::Tsx, &chain, std::slice::from_ref(&(0..chain.len()))).is_some());
}

#[test]
fn all_names_are_those_of_the_grammar() {
    for language in BOTH {
        let numbers = Numbers::of(language).unwrap();
        let grammar = language.grammar().unwrap();
        let foreign = |name: &str| {
            if language == Language::Tsx {
                name == "type_assertion"
            } else {
                name.starts_with("jsx_") || name == "html_character_reference"
            }
        };
        for (at, name) in Kind::NAMES.iter().enumerate() {
            let number = grammar.id_for_node_kind(name, at >= Kind::FIRST_NAMED as usize);
            assert!(number > 0 || foreign(name), "{language:?}: {name}");
        }
        let is_known = |name: &&str| grammar.field_id_for_name(name).is_some();
        let unknown: Vec<&str> = Part::NAMES.iter().copied().filter(|name| !is_known(name)).collect();
        let expected: &[&str] =
            if language == Language::Tsx { &[] } else { &["attribute", "close_tag", "open_tag"] };
        assert_eq!(unknown, expected, "{language:?}");
        assert!(numbers.part(Part::Operator) > 0);
    }
}

/// Words, marks and blanks of a text, which make it again when they are put behind one another.
fn pieces(text: &str) -> Vec<&str> {
    let is_word = |c: char| c.is_alphanumeric() || c == '_' || c == '$';
    let mut found = Vec::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let word = rest.find(|c: char| !is_word(c)).unwrap_or(rest.len());
        let (piece, behind) = rest.split_at(if is_word(first) { word } else { first.len_utf8() });
        found.push(piece);
        rest = behind;
    }
    found
}

#[test]
fn texts_with_mistakes_are_taken_only_as_by_the_grammar() {
    // The same numbers on every machine.
    let mut state: u64 = 1;
    let mut random = |below: usize| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from((state >> 33) % below.max(1) as u64).unwrap()
    };
    let mut taken = 0;
    for round in 0..6_000 {
        let language = BOTH[round % 2];
        let texts = all(language);
        let mut found = pieces(texts[random(texts.len())]);
        if found.is_empty() {
            continue;
        }
        let at = random(found.len());
        match random(5) {
            0 => {
                found.remove(at);
            }
            1 => found.insert(at, found[at]),
            2 => found.insert(at, STRAY[random(STRAY.len())]),
            3 => found[at] = STRAY[random(STRAY.len())],
            _ => found[at] = found[random(found.len())],
        }
        taken += usize::from(compare(language, &found.concat()));
    }
    assert!(taken > 1_500, "{taken}");
}

proptest! {
    #[test]
    fn random_statements_are_those_of_the_grammar(picked in proptest::collection::vec(0..STATEMENTS.len(), 1..6)) {
        let picked: Vec<&str> = picked.iter().map(|at| STATEMENTS[*at]).filter(|text| !text.starts_with('#')).collect();
        for language in BOTH {
            prop_assert!(compare(language, &picked.join(";\n")));
        }
    }

    #[test]
    fn random_pieces_are_taken_only_as_by_the_grammar(
        parts in proptest::collection::vec(proptest::sample::select(STRAY), 0..30)
    ) {
        for language in BOTH {
            compare(language, &parts.concat());
        }
    }

    #[test]
    fn random_text_is_taken_only_as_by_the_grammar(text in any::<String>()) {
        for language in BOTH {
            compare(language, &text);
        }
    }
}
