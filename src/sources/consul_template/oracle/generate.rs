//! Templates as people might write them, with every form whose meaning is claimed to be known: trim
//! markers, comments, branches, `with` and `else`, variables and pipes.

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;

/// What the dot stands for in a part of a template.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Dot {
    Nothing,
    Secret,
    Text,
}

/// A whole template.
pub(super) fn templates() -> BoxedStrategy<String> {
    vec(part(Dot::Nothing, 3), 1..6)
        .prop_map(|parts| format!("{{{{ $v := env \"ENV\" }}}}\n{}", parts.concat()))
        .boxed()
}

fn opening() -> impl Strategy<Value = &'static str> {
    select(vec!["{{ ", "{{ ", "{{ ", "{{- "])
}

fn closing() -> impl Strategy<Value = &'static str> {
    select(vec![" }}", " }}", " }}", " -}}"])
}

/// `body` as an action, with or without trim markers.
fn action(body: impl Strategy<Value = String>) -> impl Strategy<Value = String> {
    (opening(), body, closing()).prop_map(|(open, body, close)| format!("{open}{body}{close}"))
}

fn word(word: &'static str) -> impl Strategy<Value = String> {
    action(Just(word.to_owned()))
}

/// A value that prints as a text.
fn value(dot: Dot) -> BoxedStrategy<String> {
    let constants = select(vec!["env \"ENV\"", "env \"EMPTY\"", "env \"PORT\"", "$v", "\"text\"", "`raw`"]);
    let own = match dot {
        Dot::Nothing => vec!["env \"PORT\""],
        Dot::Secret => vec![".Data.data.A", ".Data.data.URL", ".Data.data.EMPTY"],
        Dot::Text => vec!["."],
    };
    let simple = prop_oneof![constants, select(own)].prop_map(str::to_owned).boxed();
    let nested = (simple.clone(), simple.clone(), 0..8_u8).prop_map(|(a, b, form)| match form {
        0 => format!("or ({a}) ({b})"),
        1 => format!("printf \"%s-%s\" ({a}) ({b})"),
        2 => format!("{a} | printf \"%s\""),
        3 => format!("({a}) | printf \"%q\""),
        4 => "envOrDefault \"ABSENT\" \"fallback\"".to_owned(),
        5 => format!("print ({a}) ({b})"),
        6 => format!("or ({a}) \"last\" | printf \"_%s_\" "),
        _ => format!("{a} | toUpper"),
    });
    prop_oneof![3 => simple, 2 => nested].boxed()
}

fn condition(dot: Dot) -> BoxedStrategy<String> {
    let given = value(dot).prop_filter("a pipe needs brackets", |value| !value.contains('|'));
    prop_oneof![
        select(vec![
            "eq $v \"staging\"",
            "eq (env \"ENV\") \"production\"",
            "ne $v \"production\"",
            "eq $v \"a\" \"staging\"",
            "not (env \"EMPTY\")",
            "and (env \"ENV\") (env \"EMPTY\")",
            "or (env \"EMPTY\") (eq $v \"staging\")",
        ])
        .prop_map(str::to_owned),
        given,
    ]
    .boxed()
}

/// What stands behind `=`.
fn assigned(dot: Dot) -> BoxedStrategy<String> {
    let text = select(vec!["plain", "\"quoted\"", "'single'", "", "a-b"]).prop_map(str::to_owned);
    let with = (action(value(dot).prop_map(|value| format!("with {value}"))), word("else"), word("end"))
        .prop_map(|(with, otherwise, end)| format!("{with}{{{{ . }}}}{otherwise}none{end}"));
    let branch = (action(condition(dot).prop_map(|test| format!("if {test}"))), word("else"), word("end"))
        .prop_map(|(branch, otherwise, end)| format!("{branch}one{otherwise}two{end}"));
    let mixed = (select(vec!["pre-", "\"", ""]), value(dot)).prop_map(|(before, value)| {
        let behind = if before == "\"" { "\"" } else { "" };
        format!("{before}{{{{ {value} }}}}{behind}")
    });
    prop_oneof![2 => text, 3 => action(value(dot)), 2 => with, 2 => branch, 2 => mixed].boxed()
}

fn part(dot: Dot, depth: u32) -> BoxedStrategy<String> {
    let key = select(vec!["A", "B_C", "URL", "D9", "E"]);
    let line = (select(vec!["", "", "", "export ", "  "]), key, assigned(dot))
        .prop_map(|(lead, key, value)| format!("{lead}{key}={value}\n"));
    let comment = select(vec![
        "{{/* c */}}\n",
        "{{- /* c */ -}}\n",
        "{{- /* c */}}\n",
        "{{/* c */ -}}\n",
        "# a comment\n",
        "\n",
        "  \n",
    ])
    .prop_map(str::to_owned);
    let assigns =
        action(value(dot).prop_map(|value| format!("$v = {value}"))).prop_map(|text| format!("{text}\n"));
    let leaf = prop_oneof![6 => line, 2 => comment, 1 => assigns].boxed();
    if depth == 0 {
        return leaf;
    }
    let body = move |dot: Dot| vec(part(dot, depth - 1), 0..3).prop_map(|parts| parts.concat());
    let end =
        (word("end"), select(vec!["\n", "\n", ""])).prop_map(|(end, line)| format!("{end}{line}")).boxed();
    let newline = select(vec!["\n", "\n", ""]);
    let branch = (
        action(condition(dot).prop_map(|test| format!("if {test}"))),
        newline.clone(),
        body(dot),
        prop_oneof![
            Just(String::new()),
            (word("else"), body(dot)).prop_map(|(word, body)| format!("{word}\n{body}")),
            (action(condition(dot).prop_map(|test| format!("else if {test}"))), body(dot))
                .prop_map(|(word, body)| format!("{word}\n{body}")),
        ],
        end.clone(),
    )
        .prop_map(|(begin, line, body, otherwise, end)| format!("{begin}{line}{body}{otherwise}{end}"));
    let secrets = select(vec![
        "with secret \"secret/data/x\"",
        "with secret (printf \"secret/data/%s/db\" (env \"ENV\"))",
    ]);
    let secret = (action(secrets.prop_map(str::to_owned)), newline, body(Dot::Secret), end.clone())
        .prop_map(|(begin, line, body, end)| format!("{begin}{line}{body}{end}"));
    let with = (action(value(dot).prop_map(|value| format!("with {value}"))), body(Dot::Text), end)
        .prop_map(|(begin, body, end)| format!("{begin}\n{body}{end}"));
    prop_oneof![6 => leaf, 2 => branch, 2 => secret, 1 => with].boxed()
}
