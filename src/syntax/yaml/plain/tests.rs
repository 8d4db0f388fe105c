//! What this reader takes is compared with what the library's events are composed into.

use proptest::prelude::*;

use super::read;
use crate::syntax::yaml::parse_with_library;

/// Texts of one construct each, which can also stand one after the other.
const PIECES: &[&str] = &[
    "a: b\n",
    "a:   b   # c\n",
    "a:\n  b: c\n  d: e\n",
    "a:\n- b\n- c\nd: e\n",
    "a:\n  - b: c\n    d: e\n  - f\n",
    "a: # c\n  # d\n  - - b\n    - c\n  # e\n  - f: g\n",
    "a:\nb:\nc: ~\n",
    "a:\n  -\n  - b\n  -   # c\n  - d:\n",
    "a:\n- # c\n- b\n",
    "a:\n-\n  b: c\n-   d\ne:\n",
    "a: b#c\nd: e:f\ng: -h\ni: ?j\nk: :l\n",
    "a b : c d # e\n",
    "# c\n\n   # d\n\n",
    "a: 'b ''c'\n\"d\": \"e\\n\\\"\\u00e9\\x41\\U0001F600\"\n",
    "a: 'é #' # ü\n'b': \"\" \n",
    "a: |\n  b\n   c\n\n  d\n\ne: f\n",
    "a: >\n  b\n  c\n\n  d\n   e\n\n   f\n  g\n",
    "a: >-\n  b\n\n# c\nd: |+\n  e\n\n\nf: |2-  # g\n    h\n",
    "a:\n- |\n  b\n- >\n c\n- d: |\n   \te\n",
    "a: |\n\n\n  b\nc: |\nd: |+\n\ne: >-\n",
    "a: [b, \"c\", 'd' , e f,]\ng: []\nh: {}\n",
    "a: {b: c, 'd': [e, {f: , g: h}], \"i\":1, j: }\n",
    "a: [b: c, d, \"e\":f, g: ]\n",
    "a: [\n  b, # c\n  d\n]\ne: {\n  f: g,\n\n  # h\n  i: [j,\n k]\n  }\n",
    "a: &x\n  b: c\nd:\n  <<: *x\n  e: f\n",
    "a: &x [b, c]\nd: *x\ne: [*x, *y]\nf: {g: *x}\n",
    "a: &x # c\n- b\nc: *x\na: &x [*x]\nd: *x\ne: &y |\n  f\ng: *y\n",
    "a:\n  - &x\n    b: c\n  - *x\n  - &z d\n",
    "a: b\n  c # d\ne: f\n\n\n  g\n  h  \n",
    "a: b\n  c\n\n\n  d\n  - e # f\ng: h\n",
    "a: \"b  \n  c \\\n   d\n\n  e\\n\n\n  \"\nf: 'g\n\n  h'\n",
    "a:\n  b\nc:\n\n  \"d\"\ne:\n  [f]\ng:\n  |\n  h\n",
    "---\na: b\n",
    "--- # c\n- a\n- b\n",
    "- a\n- - b\n  -\n- c: d\n  e:\n  - f\n",
    "{\"a\": {\"b\": [1, 2]}, \"c\":null}\n---\n",
    "  a: b\n  c:\n    d: e\n---\n",
    "? a\n: b\n",
    "a: !t b\n",
    "%YAML 1.2\n---\n",
    "...\n",
    "a: @b\n",
    "a: b: c\n",
    "\ta: b\n",
    "a:\tb\n",
    "a: b\r\n",
];

const SIGNS: &[&str] = &[
    ":", ": ", ":\n", "-", "- ", "-\n", "#", " #", "'", "\"", "|", ">", "|\n", ">-\n ", "&a", "*a", "!",
    "? ", ",", "[", "]", "{", "}", "@", "%", "~", "\t", " ", "  ", "\n", "\n\n", "\n ", "\n  ", "\n- ",
    "---\n", "...", "a", "b: c", "\\", "\\n", "<<: *a\n", "é", "\u{2028}", "\u{feff}", "\r", "\0", "[]",
    "{}", "2", "+",
];

/// Whether this reader takes `text`. What it takes is right.
fn takes(text: &str) -> bool {
    let Some(documents) = read(text) else { return false };
    let expected = parse_with_library(text);
    assert_eq!(expected.errors, [], "{text:?}");
    assert_eq!(expected.documents, documents, "{text:?}");
    true
}

#[test]
fn the_constructs_of_real_files_are_taken() {
    let (taken, given_up) = PIECES.split_at(PIECES.len() - 9);
    for text in taken {
        let nested: String = text.split_inclusive('\n').map(|line| format!("  {line}")).collect();
        let unended = text.trim_end_matches('\n');
        assert!(text.ends_with("---\n") || takes(text), "{text:?}");
        assert!(text.contains("---") || takes(&format!("x:\n{nested}y: z\n")), "{text:?}");
        takes(unended);
    }
    for text in given_up {
        assert!(!takes(text), "{text:?}");
    }
}

#[test]
fn pieces_one_after_the_other() {
    let mut taken = 0;
    for first in PIECES {
        for second in PIECES {
            taken += usize::from(takes(&format!("{first}{second}")));
            takes(&format!("{}{second}", first.trim_end()));
        }
    }
    // Most of the others are mistakes: a sequence below a mapping, two roots, an odd indentation.
    assert!(taken * 3 > PIECES.len() * PIECES.len(), "{taken} of {}", PIECES.len() * PIECES.len());
}

#[test]
fn bounds_lie_within_those_of_the_library() {
    for count in [10, 80, 86, 90, 91, 95, 96, 97, 98, 200] {
        let comments = "# c\n".repeat(count);
        for text in [
            format!("{comments}a: b\n"),
            format!("a: b\n{comments}c: d\n"),
            format!("a:\n{comments}  b: c\n"),
            format!("a: # c\n{comments}b: c\n"),
            format!("a:\n{comments}- b\n"),
            format!("a:\n- # c\n{comments}- b\n"),
            format!("-\n{comments}- b\n"),
            format!("a: &a\n{comments}  b\n"),
            format!("a: [\n{comments}b]\n"),
            format!("a: [b\n{comments},\n{comments}c\n{comments}]\n"),
            format!("a: {{b: \n{comments}}}\n"),
            format!("a: {{b: \n{comments}c}}\n"),
        ] {
            takes(&text);
        }
        for (open, close) in [("[", "]"), ("{a: ", "}"), ("[a: ", "]")] {
            takes(&format!("a: {}{}\n", open.repeat(count), close.repeat(count)));
        }
        takes(&format!("{}a\n", "- ".repeat(count)));
        let nested = |line: fn(usize) -> String| (0..count).map(line).collect::<String>();
        takes(&nested(|level| format!("{}a:\n", " ".repeat(level))));
        takes(&nested(|level| format!("a: &a{level} [*a{}]\n", level.saturating_sub(1))));
    }
    for length in [900, 999, 1000, 1001, 1022, 1023, 1024, 1025, 1026, 2000] {
        for sign in ["a", "é", " a"] {
            let key = sign.repeat(length / sign.len()).trim().to_owned();
            takes(&format!("{key}: b\n"));
            takes(&format!("a:\n- {key}: b\n  \"{key}\": c\n  {key}   : d\n"));
            takes(&format!("a: {{{key}: b, '{key}': c}}\nd: [{key}, {key}: e]\n- {key}\n"));
        }
    }
    for indent in [90, 99, 100, 101, 130] {
        takes(&format!("a: |\n{0}b\n{0} c\nd: e\n", " ".repeat(indent)));
    }
}

/// A text of the signs that YAML gives a meaning, which is mostly refused.
fn signs() -> impl Strategy<Value = String> {
    proptest::collection::vec(proptest::sample::select(SIGNS), 0..12).prop_map(|signs| signs.concat())
}

/// Pieces one after the other or within each other, with something written into them.
fn pieces() -> impl Strategy<Value = String> {
    let piece = (proptest::sample::select(PIECES), 0..3_usize);
    let change = (any::<proptest::sample::Index>(), 0..4_usize, proptest::sample::select(SIGNS));
    (proptest::collection::vec(piece, 1..4), proptest::collection::vec(change, 0..4)).prop_map(
        |(pieces, changes)| {
            let mut text = String::new();
            for (piece, level) in pieces {
                for line in piece.split_inclusive('\n') {
                    text.push_str(&"  ".repeat(level));
                    text.push_str(line);
                }
            }
            for (at, removed, sign) in changes {
                let start = text.floor_char_boundary(at.index(text.len() + 1));
                let end = text.floor_char_boundary((start + removed).min(text.len())).max(start);
                text.replace_range(start..end, sign);
            }
            text
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn what_is_taken_is_what_the_library_reads(text in prop_oneof![pieces(), signs()]) {
        takes(&text);
    }
}
