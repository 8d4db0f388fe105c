//! Small projects that use all of compose's features at once, with values that are hard to quote.

use proptest::prelude::*;
use proptest::sample::select;
use proptest::strategy::BoxedStrategy;

use super::Case;

const KEYS: &[&str] = &["A", "B", "C", "D", "E_1", "f"];

/// Values of a YAML mapping, as written.
const SCALARS: &[&str] = &[
    "x",
    "\"a b\"",
    "'it''s'",
    "",
    "~",
    "null",
    "017",
    "1.10",
    "1e3",
    "true",
    "True",
    "yes",
    "2024-01-01",
    "\"\"",
    "0x1F",
    "1_000",
    "-0.0",
    "12:30:45",
    "\"line\\nbreak\"",
    "\"tab\\t\"",
    "'  spaced '",
    "\"#hash\"",
    "a#b",
    "é",
    "\"=\"",
    "a=b=c",
    "$A",
    "${A}",
    "\"${B}\"",
    "'$C$D'",
    "$$A",
    "$$$A",
    "$${A}",
    "\"${A:-d}\"",
    "${A-d}",
    "\"${A:+alt}\"",
    "${B+alt}",
    "\"${A:-${B:-${C:-deep}}}\"",
    "\"${A:-$B}\"",
    "\"${A:-a}b}\"",
    "\"{${A}}\"",
    "\"${A:-{}}\"",
    "\"x${B}y${C:-z}w\"",
    "\"${A:-it's}\"",
    "'${A:-\"q\"}'",
    "$1",
    "\"$(cmd)\"",
    "cost$",
    "\"${A:-$${B}}\"",
    "\"${A:-:-}\"",
    "\"${A-}${B-}\"",
    "\"${E_1}\"",
    "${f}",
    "!!str 12",
    "|-\n          block $A\n          more",
    ">\n          folded\n          ${B:-text}",
    "\"${COMPOSE_PROJECT_NAME}\"",
    "'${A:-a\\b}'",
    "\"${A:+${B:+both}}\"",
    "\"${A:-}}\"",
    "\"${A:--}\"",
    "\"${A:-?}\"",
    "\"${A?}${B}\"",
    "\"${A:-x}$$${B:-y}\"",
];

/// Values that compose mostly refuses.
const REFUSED: &[&str] = &[
    "\"${A\"",
    "\"${}\"",
    "\"${A:?needed}\"",
    "\"${A?needed}\"",
    "\"${A!x}\"",
    "\"${A:-${B}\"",
    "\"${A:-${B:?no}}\"",
];

/// Items of a YAML list, as written.
const ITEMS: &[&str] = &[
    "A",
    "B",
    "C=",
    "A=1",
    "A=2",
    "B=x y",
    "\"C=${A}\"",
    "D=$B",
    "D=\"quoted\"",
    "'E_1=''single'''",
    "E_1==",
    "f=a=b",
    "\"B=${C:-d}\"",
    "C=$$x",
    "\"D=a\\nb\"",
    "\"A=#x\"",
    "\"${A:-f}=named\"",
    "$$A=1",
    "\"f=${E_1-none}\"",
    "f = spaced",
    "\"A= lead\"",
    "\"=noname\"",
];

/// Lines of dotenv files.
const LINES: &[&str] = &[
    "A=1",
    "A=2",
    "B=b # comment",
    "B='single $A'",
    "C=\"double $A\"",
    "C=${A}x",
    "D=${B:-d}",
    "D=",
    "E_1=\"multi\nline\"",
    "f=$$x",
    "f=\\$x",
    "export A=exported",
    "B: yaml",
    "C",
    "A",
    "# comment",
    "",
    "D='it''s'",
    "E_1=\"esc\\n\\t\\\\ \\\"q\\\"\"",
    "f=a#b",
    "A=  spaced  ",
    "B=${C:+alt}",
    "C=\"${A:-${B:-deep}}\"",
    "D=\"\\$A\"",
    "E_1='a\\'b'",
    "f=\"x\"y",
    "A =1",
    "B= ${A}",
    "C=${D-}",
    "D=${A:-a}b}",
    "E_1=`x`",
    "f=\"$A$B\"",
    "A=\"\\0101\\c\"",
    "X.y-z=1",
    "B=\"a\\\nb\"",
    "f={$A}",
    "C=a\\nb",
    "D=\"\\\\$A\"",
    "A=\t#x",
    "B='a' # c",
    "C=$",
    "D=${A",
    "export B",
    "A=é",
];

const PROFILES: &[&str] = &["p", "q"];

fn keys() -> impl Strategy<Value = &'static str> {
    select(KEYS)
}

fn scalar() -> BoxedStrategy<&'static str> {
    prop_oneof![200 => select(SCALARS), 1 => select(REFUSED)].boxed()
}

/// The variables under `key` of a service, as text with its indentation.
fn variables(key: &'static str, indent: usize) -> BoxedStrategy<String> {
    let pad = " ".repeat(indent);
    let inner = " ".repeat(indent + 2);
    let (pad_list, inner_list) = (pad.clone(), inner.clone());
    let mapping = (prop::collection::btree_map(keys(), (scalar(), 0..20_u8), 1..4), 0..12_u8).prop_map(
        move |(entries, tag)| {
            let tag = if tag == 0 { " !override" } else { "" };
            let mut text = format!("{pad}{key}:{tag}\n");
            for (name, (value, reset)) in entries {
                let value = if reset == 0 { "!reset null" } else { value };
                text.push_str(&format!("{inner}{name}: {value}\n"));
            }
            text
        },
    );
    let list = (prop::collection::vec(select(ITEMS), 1..4), 0..12_u8).prop_map(move |(items, tag)| {
        let tag = if tag == 0 { " !override" } else { "" };
        let items: String = items.iter().map(|item| format!("{inner_list}- {item}\n")).collect();
        format!("{pad_list}{key}:{tag}\n{items}")
    });
    let reset_pad = " ".repeat(indent);
    prop_oneof![10 => mapping, 8 => list, 1 => Just(format!("{reset_pad}{key}: !reset null\n"))].boxed()
}

/// `env_file:` with paths that lie in `folder`.
fn env_files(names: &'static [&'static str]) -> BoxedStrategy<String> {
    let entry = (select(names), 0..8_u8).prop_map(|(name, form)| match form {
        0 => format!("      - path: {name}\n        required: false\n"),
        1 => "      - path: none.env\n        required: false\n".to_owned(),
        2 => format!("      - ./{name}\n"),
        3 => "      - ${Q:-a.env}\n".to_owned(),
        _ => format!("      - {name}\n"),
    });
    let list = (prop::collection::vec(entry, 1..4), 0..10_u8).prop_map(|(entries, tag)| {
        let tag = if tag == 0 { " !override" } else { "" };
        format!("    env_file:{tag}\n{}", entries.concat())
    });
    prop_oneof![4 => list, 2 => select(names).prop_map(|name| format!("    env_file: {name}\n")),
        1 => Just("    env_file: !reset []\n".to_owned())]
    .boxed()
}

fn maybe(part: BoxedStrategy<String>, percent: u32) -> BoxedStrategy<String> {
    prop_oneof![100 - percent => Just(String::new()), percent => part].boxed()
}

/// One service, as text. `bases` are the `extends:` that it may have.
fn service(
    name: &'static str,
    files: &'static [&'static str],
    bases: &'static [&'static str],
) -> BoxedStrategy<String> {
    let profiles = select(PROFILES).prop_map(|profile| format!("    profiles: [{profile}]\n")).boxed();
    let extends = if bases.is_empty() {
        Just(String::new()).boxed()
    } else {
        maybe(select(bases).prop_map(str::to_owned).boxed(), 35)
    };
    let build = variables("args", 6).prop_map(|args| format!("    build:\n      context: .\n{args}")).boxed();
    let grants = select(
        &["    secrets: [s1]\n", "    secrets: [s1, {source: s2, target: t}]\n", "    configs: [c1]\n"][..],
    )
    .prop_map(str::to_owned)
    .boxed();
    let merged = Just("    <<: *anchor\n".to_owned()).boxed();
    (
        maybe(variables("environment", 4), 80),
        maybe(env_files(files), 45),
        maybe(build, 25),
        maybe(profiles, 12),
        extends,
        maybe(grants, 10),
        maybe(merged, 12),
    )
        .prop_map(move |(environment, env_files, build, profiles, extends, grants, merged)| {
            format!(
                "  {name}:\n{merged}    image: i\n{environment}{env_files}{build}{profiles}{extends}{grants}"
            )
        })
        .boxed()
}

const HEAD: &str =
    "x-anchor: &anchor\n  environment:\n    A: anchored\n    f: ${B:-from anchor}\n  profiles: []\n";
const TAIL: &str = "secrets:\n  s1: {file: a.env}\n  s2: {environment: A}\nconfigs:\n  c1: {content: x}\n";

/// A main file: some of the services `a`, `b`, `c`.
fn main_file() -> BoxedStrategy<String> {
    const FILES: &[&str] = &["a.env", "b.env", "sub/c.env"];
    const BASES: &[&str] = &[
        "    extends: {service: a}\n",
        "    extends: b\n",
        "    extends: {file: sub/base.yaml, service: base}\n",
        "    extends: {file: ./sub/base.yaml, service: second}\n",
        "    extends:\n      file: ${Q:-sub/base.yaml}\n      service: base\n",
    ];
    const OUTER: &[&str] = &[
        "    extends: {file: sub/base.yaml, service: base}\n",
        "    extends: {file: sub/base.yaml, service: second}\n",
    ];
    (service("a", FILES, OUTER), service("b", FILES, &BASES[..1]), service("c", FILES, BASES), 0..8_u8)
        .prop_map(|(a, b, c, skip)| {
            let mut services = a;
            if skip != 0 {
                services.push_str(&b);
                if skip > 2 {
                    services.push_str(&c);
                }
            }
            format!("{HEAD}services:\n{services}{TAIL}")
        })
        .boxed()
}

fn base_file() -> BoxedStrategy<String> {
    const FILES: &[&str] = &["c.env", "../a.env"];
    const BASES: &[&str] = &["    extends: base\n", "    extends: {file: ../deep.yaml, service: deep}\n"];
    (service("base", FILES, &BASES[1..]), service("second", FILES, BASES))
        .prop_map(|(base, second)| format!("{HEAD}services:\n{base}{second}{TAIL}"))
        .boxed()
}

fn dotenv() -> BoxedStrategy<String> {
    prop::collection::vec(select(LINES), 0..6)
        .prop_map(|lines| {
            // A broken line refuses the whole project; most files have none.
            let broken = ["D=${A"];
            let kept: Vec<&str> = lines
                .iter()
                .enumerate()
                .filter(|(at, line)| *at % 5 == 4 || !broken.contains(*line))
                .map(|(_, line)| *line)
                .collect();
            format!("{}\n", kept.join("\n"))
        })
        .boxed()
}

fn include() -> BoxedStrategy<&'static str> {
    select(
        &[
            "",
            "",
            "",
            "include:\n  - inc/compose.yaml\n",
            "include:\n  - path: inc/compose.yaml\n",
            "include:\n  - path: inc/compose.yaml\n    env_file: b.env\n",
            "include:\n  - path: [inc/compose.yaml, inc/over.yaml]\n    env_file: [a.env, b.env]\n",
            "include:\n  - path: inc/compose.yaml\n    project_directory: .\n",
            "include:\n  - path: ${Q:-inc/compose.yaml}\n    project_directory: sub\n",
        ][..],
    )
    .boxed()
}

/// Whole projects.
pub(super) fn cases() -> BoxedStrategy<Case> {
    const NEAR: &[&str] = &["c.env", "a.env"];
    const BASES: &[&str] = &["    extends: {file: ../sub/base.yaml, service: base}\n"];
    const DEEP: &[&str] = &["a.env", "sub/c.env"];
    let texts = (
        prop::collection::vec(main_file(), 1..4),
        base_file(),
        service("deep", DEEP, &[]),
        service("inc1", NEAR, &[]),
        service("inc1", NEAR, BASES),
        include(),
    );
    let variables = prop::collection::btree_map(keys(), select(&["", "outer", "o $A", "a=b"][..]), 0..3);
    let profiles =
        prop_oneof![3 => Just(Vec::new()), 2 => Just(vec!["p".to_owned()]), 1 => Just(vec!["*".to_owned()])];
    let dotenvs = prop::collection::vec(dotenv(), 8);
    (texts, variables, profiles, dotenvs, 0..6_u8)
        .prop_map(|((mains, base, deep, inc, over, include), variables, profiles, dotenvs, chain)| {
            let mut case = Case { profiles, ..Case::default() };
            for (number, text) in mains.iter().enumerate() {
                let name = ["compose.yaml", "over1.yaml", "over2.yaml"][number].to_owned();
                let head = if number == 0 { include } else { "" };
                case.tree.push((name.clone(), format!("{head}{text}")));
                case.files.push(name);
            }
            let mut add = |name: &str, text: String| case.tree.push((name.to_owned(), text));
            add("sub/base.yaml", base);
            add("deep.yaml", format!("{HEAD}services:\n{deep}"));
            add("inc/compose.yaml", format!("{HEAD}services:\n{inc}"));
            add("inc/over.yaml", format!("{HEAD}services:\n{over}"));
            let names =
                ["a.env", "b.env", "sub/c.env", "inc/c.env", "inc/a.env", "sub/a.env", "p.env", ".env"];
            let mut dotenvs = dotenvs;
            if chain > 3 {
                dotenvs.truncate(7);
            }
            for (name, text) in names.iter().zip(dotenvs) {
                add(name, text);
            }
            add("inc/.env", "B=of inc\nE_1=${A:-inc}\n".to_owned());
            add("c.env", "C=root\n".to_owned());
            if chain == 1 {
                case.env_files = vec!["p.env".to_owned(), "b.env".to_owned()];
            }
            case.variables =
                variables.into_iter().map(|(key, value)| (key.to_owned(), value.to_owned())).collect();
            case
        })
        .boxed()
}
