//! Each expectation was read off `docker compose config` 2.26.1, refusals included.

use proptest::prelude::*;

use super::{Fault, Operator, scan};

/// Variables as `name operator argument`, malformed ones as `!fault whole`.
fn told(text: &str) -> Vec<String> {
    let scan = scan(text);
    let mut told: Vec<String> = scan
        .variables
        .iter()
        .map(|variable| {
            let operator = match variable.operator {
                None => return variable.name_in(text).to_owned(),
                Some(Operator::Default { or_empty: true }) => ":-",
                Some(Operator::Default { or_empty: false }) => "-",
                Some(Operator::Refuse { or_empty: true }) => ":?",
                Some(Operator::Refuse { or_empty: false }) => "?",
                Some(Operator::Alternative { or_empty: true }) => ":+",
                Some(Operator::Alternative { or_empty: false }) => "+",
            };
            format!("{} {operator} {}", variable.name_in(text), variable.argument_in(text))
        })
        .collect();
    told.extend(scan.malformed.iter().map(|bad| format!("!{:?} {}", bad.fault, &text[bad.whole.clone()])));
    told
}

#[test]
fn what_compose_accepts() {
    for (text, expected) in [
        ("$X", &["X"][..]),
        ("a${X}b", &["X"]),
        ("${x_1}", &["x_1"]),
        ("pa$word", &["word"]),
        ("$X:-b", &["X"]),
        ("${X:-d}", &["X :- d"]),
        ("${X-y}", &["X - y"]),
        ("${X:-}", &["X :- "]),
        ("${X:?no}", &["X :? no"]),
        ("${X?}", &["X ? "]),
        ("${X:+a}", &["X :+ a"]),
        ("${X+a}", &["X + a"]),
        ("${X:-a}${Y:-b}", &["X :- a", "Y :- b"]),
        ("${X:-a} } ${Y:-b}", &["X :- a", "Y :- b"]),
        ("${X:-a}b}", &["X :- a"]),
        ("${A:-${B:-c}}", &["A :- ${B:-c}", "B :- c"]),
        ("${A:-$B}", &["A :- $B", "B"]),
        ("a${X:-${Y:-${Z:-q}}}b", &["X :- ${Y:-${Z:-q}}", "Y :- ${Z:-q}", "Z :- q"]),
        ("${X:-{b}}", &["X :- {b}"]),
        ("${X:-{}}", &["X :- {}"]),
        ("${X:-{}${Y}}", &["X :- {}${Y}", "Y"]),
        ("${X:-{\"a\":{\"b\":1}}}", &["X :- {\"a\":{\"b\":1}}"]),
        ("${X:-{{a}}}", &["X :- {{a}"]),
        ("${X:-a:-b}", &["X :- a:-b"]),
        ("${X:-$$B}", &["X :- $$B"]),
        ("${X:-$(pwd)}", &["X :- $(pwd)"]),
        ("$${X:-${Y}}", &["Y"]),
        ("$$X $$$X", &["X"]),
        ("$$ $1 $(seq 1) $? $ a$ $- $É {X}", &[]),
    ] {
        assert_eq!(told(text), expected, "{text}");
    }
}

#[test]
fn what_compose_refuses() {
    for (text, expected) in [
        ("${", "!Unclosed ${"),
        ("a ${X", "!Unclosed ${X"),
        ("${X:-a\nb}", "!Unclosed ${X"),
        ("${A:-${B:-c}", "!Unclosed ${A:-"),
        ("${}", "!BadName ${}"),
        ("${1}", "!BadName ${1}"),
        ("${ X}", "!BadName ${ X}"),
        ("${{ github.x }}", "!BadName ${{ github.x }}"),
        ("${É}", "!BadName ${É}"),
        ("${X }", "!BadOperator ${X }"),
        ("${X:err}", "!BadOperator ${X:err}"),
        ("${X:=d}", "!BadOperator ${X:=d}"),
        ("${X.y}", "!BadOperator ${X.y}"),
        ("${X%.*}", "!BadOperator ${X%.*}"),
        ("${A:-${B:err}}", "!BadOperator ${B:err}"),
    ] {
        let found = told(text);
        assert!(found.iter().any(|told| told == expected), "{text}: {found:?}");
    }
}

#[test]
fn a_swapped_operator_is_a_variable_too() {
    let found = scan("${X?:-/opt/cert}");
    assert_eq!(found.variables.len(), 1);
    assert_eq!(found.malformed[0].fault, Fault::SwappedOperator);
    assert!(scan("${X?err: or}").malformed.is_empty());
}

#[test]
fn one_open_brace_is_one_complaint() {
    assert_eq!(told("${A:-x ${B} ${C:-y}"), ["B", "C :- y", "!Unclosed ${A:-"]);
    assert_eq!(scan(&"${A:-".repeat(20_000)).malformed.len(), 1);
}

#[test]
fn depth_and_length_are_bounded() {
    let deep = format!("{}x{}", "${A:-".repeat(5000), "}".repeat(5000));
    let found = scan(&deep);
    assert!(found.cut);
    assert!(scan(&"${A:-{".repeat(20_000)).variables.is_empty());
    assert!(!scan(&format!("{}}}", "${A:-".repeat(20_000))).malformed.is_empty());
    assert!(!scan(&"${A:-$} ${B:".repeat(20_000)).malformed.is_empty());
}

proptest! {
    #[test]
    fn every_range_is_text(text in "[${}:?+A1é\n-]{0,40}") {
        let found = scan(&text);
        for variable in &found.variables {
            let whole = &text[variable.whole.clone()];
            prop_assert!(whole.starts_with('$'));
            prop_assert!(whole.contains(variable.name_in(&text)));
            prop_assert!(text.get(variable.argument.clone()).is_some());
        }
        for bad in &found.malformed {
            let opens = text[bad.whole.clone()].starts_with("${");
            prop_assert!(opens);
            prop_assert!(text.get(bad.rest.clone()).is_some());
        }
        prop_assert_eq!(found.is_plain() && !text.contains("$$"), !text.contains('$') || found == scan("x"));
    }
}
