use super::{Edits, Replaced, scalar};
use crate::syntax::yaml::parse;
use crate::text::Span;

fn made(text: &str, edit: Option<Replaced>) -> Option<String> {
    let (span, replacement) = edit?;
    let mut text = text.to_owned();
    text.replace_range(span.range(), &replacement);
    assert!(parse(&text).errors.is_empty(), "{text}");
    Some(text)
}

fn at(text: &str, what: &str) -> Span {
    let start = text.find(what).unwrap();
    Span::new(start, start + what.len())
}

fn added(text: &str) -> Option<String> {
    made(text, Edits::of(text).add_variable(at(text, "env"), "K", "${K:?}"))
}

#[test]
fn variables_come_in_the_form_of_their_neighbours() {
    for (before, after) in [
        ("s:\n  env:\n    A: 1\n  x: y\n", "s:\n  env:\n    A: 1\n    K: ${K:?}\n  x: y\n"),
        (
            "s:\n  env:\n    A: 1 # c\n\n  # d\n  x: y\n",
            "s:\n  env:\n    A: 1 # c\n    K: ${K:?}\n\n  # d\n  x: y\n",
        ),
        ("env:\n- A=1\n- B=2\nx: y\n", "env:\n- A=1\n- B=2\n- K=${K:?}\nx: y\n"),
        ("env:\n  -   \"A=1\"\n", "env:\n  -   \"A=1\"\n  -   \"K=${K:?}\"\n"),
        ("env: { A: 1 }\n", "env: { A: 1, K: \"${K:?}\" }\n"),
        ("env: {}\n", "env: { K: \"${K:?}\" }\n"),
        ("env: []\n", "env: [\"K=${K:?}\"]\n"),
        ("env: [A=1]\n", "env: [A=1, \"K=${K:?}\"]\n"),
        ("env: [\n  A=1,\n  B=2\n]\n", "env: [\n  A=1,\n  B=2,\n  \"K=${K:?}\"\n]\n"),
        ("s:\n  env:\n  x: y\n", "s:\n  env:\n    K: ${K:?}\n  x: y\n"),
        ("env:\r\n  A: \"${A}\"\r\n", "env:\r\n  A: \"${A}\"\r\n  K: \"${K:?}\"\r\n"),
        ("env:\n  A: |\n    x\n    y\n\nz: 1\n", "env:\n  A: |\n    x\n    y\n  K: ${K:?}\n\nz: 1\n"),
        ("env:\n  A:\nz: 1\n", "env:\n  A:\n  K: ${K:?}\nz: 1\n"),
        ("a: &a { B: 1 }\nenv:\n  <<: *a\n", "a: &a { B: 1 }\nenv:\n  <<: *a\n  K: ${K:?}\n"),
        ("env:\n  A: 1", "env:\n  A: 1\n  K: ${K:?}"),
    ] {
        assert_eq!(added(before).as_deref(), Some(after), "{before}");
    }
    for text in ["a: &a { B: 1 }\nenv: *a\n", "env: one\n", "env: !x { A: 1 }\n"] {
        assert_eq!(added(text), None, "{text}");
    }
}

#[test]
fn fields_and_build_arguments() {
    let text = "services:\n    web:\n        build: ./web # here\n        image: x\n    db: { image: y }\n";
    let edits = Edits::of(text);
    let web = made(text, edits.add_field(at(text, "web"), "environment", &[("K", "v")])).unwrap();
    assert!(web.contains("        image: x\n        environment:\n            K: v\n    db"), "{web}");
    let db = made(text, edits.add_field(at(text, "db"), "environment", &[("K", "v")])).unwrap();
    assert!(db.contains("db: { image: y, environment: { K: v } }"), "{db}");
    let build = made(text, edits.add_build_args(at(text, "build"), &[("K", "${K}")])).unwrap();
    let long =
        "        build:\n            context: ./web\n            args:\n                K: ${K} # here\n";
    assert!(build.contains(long), "{build}");
    let text = "web:\n  build:\n    context: .\n  image: x\n";
    let build = made(text, Edits::of(text).add_build_args(at(text, "build"), &[("K", "v")])).unwrap();
    assert_eq!(build, "web:\n  build:\n    context: .\n    args:\n      K: v\n  image: x\n");
    let text = "web: { build: ., image: x }\n";
    let build = made(text, Edits::of(text).add_build_args(at(text, "build"), &[("K", "v")])).unwrap();
    assert_eq!(build, "web: { build: { context: ., args: { K: v } }, image: x }\n");
    let text = "web: { build: ., image: x }\n";
    let two = |text| made(text, Edits::of(text).add_build_args(at(text, "build"), &[("K", "v"), ("L", "w")]));
    assert_eq!(
        two(text).as_deref(),
        Some("web: { build: { context: ., args: { K: v, L: w } }, image: x }\n")
    );
    assert_eq!(
        two("web:\n  build: . # here\n").as_deref(),
        Some("web:\n  build:\n    context: .\n    args:\n      K: v\n      L: w # here\n")
    );
    assert_eq!(
        two("web:\n  build:\n    args:\n    - A=b\n").as_deref(),
        Some("web:\n  build:\n    args:\n    - A=b\n    - K=v\n    - L=w\n")
    );
    assert_eq!(
        two("web:\n  build:\n    args: {}\n").as_deref(),
        Some("web:\n  build:\n    args: { K: v, L: w }\n")
    );
    assert_eq!(
        two("web:\n  build:\n    args: [ ]\n").as_deref(),
        Some("web:\n  build:\n    args: [K=v, L=w]\n")
    );
}

#[test]
fn entries_go() {
    for (before, after) in [
        ("env:\n  A: 1\n  K: 2 # c\n  B: 3\n", "env:\n  A: 1\n  B: 3\n"),
        ("x: y\nenv:\n  K: 1\nz: 1\n", "x: y\nz: 1\n"),
        ("x: y\nenv:\n  - K=1\nz: 1\n", "x: y\nz: 1\n"),
        ("env:\n  - A=1\n  - K=1\n", "env:\n  - A=1\n"),
        ("env: { A: 1, K: 2 }\n", "env: { A: 1 }\n"),
        ("env: { K: 2, A: 1 }\n", "env: { A: 1 }\n"),
        ("env: { K: 2 }\n", "env: {}\n"),
        ("env: [K=1, A=2]\n", "env: [A=2]\n"),
        ("env:\r\n  A: 1\r\n  K: |\r\n    x\r\n  B: 2\r\n", "env:\r\n  A: 1\r\n  B: 2\r\n"),
        ("env:\n  A: 1\n  K:\n", "env:\n  A: 1\n"),
        ("env:\n  A: 1\n  K: 2", "env:\n  A: 1\n"),
        ("\u{feff}K: 1\nA: 2\n", "\u{feff}A: 2\n"),
    ] {
        assert_eq!(
            made(before, Edits::of(before).remove(at(before, "K"), "K")).as_deref(),
            Some(after),
            "{before}"
        );
    }
    for (before, after) in [
        // A whole service is no entry of a variable.
        ("s:\n  a:\n    env:\n      K: 1\n", Some("s:\n  a:\n    env: {}\n")),
        ("s:\n  a:\n    env:\n      - K\n", Some("s:\n  a:\n    env: []\n")),
        (
            "env:\n  - name: A\n    value: b\n  - name: K\n    value: c\n",
            Some("env:\n  - name: A\n    value: b\n"),
        ),
        (
            "s:\n  env:\n    # Old.\n    # - A=1\n    - K=1\n  x: 1\n",
            Some("s:\n  env: []\n    # Old.\n    # - A=1\n  x: 1\n"),
        ),
        ("x-e:\n  - K=1\n  - A=2\n", Some("x-e:\n  - A=2\n")),
        ("build:\n  args:\n    - K=1\n    - A=2\n", Some("build:\n  args:\n    - A=2\n")),
        ("args:\n  - K=1\n  - A=2\n", None),
        ("script:\n  - K=1 run\n  - b\n", None),
        ("script:\n  - echo $K\n", None),
        ("env:\n  - A=$K\n  - B=1\n", None),
        ("command: [K, a]\n", None),
        ("env:\n  A: K\n  B: 1\n", None),
    ] {
        assert_eq!(
            made(before, Edits::of(before).remove(at(before, "K"), "K")).as_deref(),
            after,
            "{before}"
        );
    }
    let shared = "env: &e\n  K: 1\nx: *e\n";
    assert_eq!(Edits::of(shared).remove(at(shared, "K"), "K"), None);
}

#[test]
fn scalars_read_back() {
    for text in
        ["", "a b", "1.10", "true", "yes", "~", "a: b", "a #b", "${X:?}", "[x", "\"q\"", "a\nb", "- a", "é"]
    {
        for (flow, template) in [(false, "a: {}\n"), (true, "a: [{}]\n")] {
            let yaml = template.replace("{}", &scalar(text, flow, false));
            let parsed = parse(&yaml);
            let node = parsed.documents[0].get("a").unwrap();
            let node = node.items().first().unwrap_or(node);
            assert_eq!(node.as_str(), Some(text), "{yaml}");
            assert!(matches!(super::resolve(node), Some(super::Scalar::Text(_))), "{yaml}");
        }
    }
}

proptest::proptest! {
    #[test]
    fn never_panics(text in "[ \\nA-C:=\\-\\[\\]{},#&*|'\"]{0,40}", start in 0usize..40) {
        let edits = Edits::of(&text);
        let span = Span::new(start, start + 1);
        let made = [edits.remove(span, "A"), edits.add_variable(span, "K", "v"), edits.add_build_args(span, &[("K", "v")])];
        for (span, _) in made.into_iter().flatten() {
            proptest::prop_assert!(text.get(span.range()).is_some());
        }
    }
}
