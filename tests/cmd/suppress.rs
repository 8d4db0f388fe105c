//! Ignore comments in every kind of file, by the real program.

use super::Tree;

/// A tree with one finding per kind of file, before and after a comment is put in; and the rule.
const CASES: &[(&str, &str, &str, &str)] = &[
    (".env", "duplicate-key", "A=1\nA=2\n", "A=1\nA=2 # envcheck: ignore[duplicate-key] why\n"),
    (".env", "duplicate-key", "A=1\nA=2\n", "A=1\n# envcheck: ignore[duplicate-key] why\nA=2\n"),
    (
        ".env",
        "duplicate-key",
        "A=1\r\nA=2\r\n",
        "\u{feff}# envcheck: ignore-file[duplicate-key]\r\nA=1\r\nA=2\r\n",
    ),
    (
        "docker-compose.yml",
        "literal-quotes",
        "services:\n  web:\n    image: a\n    environment:\n      - A=\"x\"\n",
        "services:\n  web:\n    image: a\n    environment:\n      - A=\"x\" # envcheck: ignore[literal-quotes] why\n",
    ),
    (
        "Dockerfile",
        "build-arg-out-of-scope",
        "ARG V\nFROM alpine\nRUN a \\\n  $V\n",
        "ARG V\nFROM alpine\n# envcheck: ignore[build-arg-out-of-scope] why\nRUN a \\\n  $V\n",
    ),
    (
        "secrets.ctmpl",
        "template-syntax",
        "A=1\n{{ end }}\n",
        "A=1\n{{- /* envcheck: ignore[template-syntax] why */ -}}\n{{ end }}\n",
    ),
    (
        "settings.py",
        "secret-has-default",
        "import os\nA = os.environ.get(\n    \"API_TOKEN\",\n    \"9f86d081884c7d659a2feaa0c55ad015\",\n)\n",
        "import os\n# envcheck: ignore[secret-has-default] why\nA = os.environ.get(\n    \"API_TOKEN\",\n    \"9f86d081884c7d659a2feaa0c55ad015\",\n)\n",
    ),
    (
        "src/main.rs",
        "secret-has-default",
        "fn main() {\n    std::env::var(\"API_TOKEN\").unwrap_or(\"9f86d081884c7d659a2feaa0c55ad015\".to_string());\n}\n",
        "fn main() {\n    /* envcheck: ignore[secret-has-default] why */\n    std::env::var(\"API_TOKEN\").unwrap_or(\"9f86d081884c7d659a2feaa0c55ad015\".to_string());\n}\n",
    ),
    (
        ".github/workflows/ci.yml",
        "shell-variable-outside-run",
        "on: push\nenv:\n  AWS_REGION: x\njobs:\n  a:\n    runs-on: x\n    steps:\n      - uses: aws-actions/configure-aws-credentials@v4\n        with:\n          aws-region: $AWS_REGION\n",
        "on: push\nenv:\n  AWS_REGION: x\njobs:\n  a:\n    runs-on: x\n    steps:\n      - uses: aws-actions/configure-aws-credentials@v4\n        with:\n          # envcheck: ignore[shell-variable-outside-run] why\n          aws-region: $AWS_REGION\n",
    ),
    (
        "envs/matrix.toml",
        "matrix-schema",
        "version = 1\nprojekt = \"shop\"\n",
        "version = 1\nprojekt = \"shop\" # envcheck: ignore[matrix-schema] why\n",
    ),
];

#[test]
fn every_notation_has_its_comment() {
    for (path, rule, before, after) in CASES {
        let tree = Tree::new(&[("keep.env", "KEPT=1\n"), (path, before)]);
        let line = format!("--select {rule},unused-suppression,unknown-suppression --format json");
        let count = |tree: &Tree| {
            let ran = tree.run(&line);
            let value: serde_json::Value = serde_json::from_str(&ran.out).unwrap();
            let found = value["diagnostics"].as_array().unwrap().len();
            (ran.code, found, value["statistics"]["suppressed"].as_u64().unwrap(), ran.out)
        };
        let (code, found, suppressed, out) = count(&tree);
        assert_eq!((code, found, suppressed), (1, 1, 0), "{path}: {out}");
        tree.write(path, after);
        let (code, found, suppressed, out) = count(&tree);
        assert_eq!((code, found, suppressed), (0, 0, 1), "{path}: {after}: {out}");
    }
}

#[test]
fn the_summary_says_what_is_suppressed() {
    let tree = Tree::new(&[(".env", "A=1\nA=1 # envcheck: ignore[duplicate-key] why\nB=1\nB=1\n")]);
    let ran = tree.run("");
    assert_eq!(ran.code, 1);
    assert!(ran.out.contains("\n1 warning in 1 file, 1 suppressed (1 file read: "), "{}", ran.out);
    tree.write(".env", "A=1\nA=1 # envcheck: ignore[duplicate-key]\n");
    let ran = tree.run("");
    assert_eq!(ran.code, 0);
    assert!(ran.out.starts_with("no findings, 1 suppressed (1 file read: "), "{}", ran.out);
    let ran = tree.run("--strict");
    assert!(ran.out.contains("warning[unexplained-suppression]"), "--strict asks for reasons: {}", ran.out);
}

#[test]
fn only_rules_that_were_asked_are_judged() {
    let tree = Tree::new(&[(
        ".env",
        "A=1 # envcheck: ignore[missing-final-newline] a strict rule\nB=1 # envcheck: ignore[duplicate-key] x\n",
    )]);
    let ran = tree.run("--format concise");
    assert_eq!(ran.out.lines().count(), 1, "{}", ran.out);
    assert!(ran.out.starts_with(".env:2:7: warning[unused-suppression] "), "{}", ran.out);
    assert_eq!(tree.run("--format concise --strict").out.lines().count(), 2);
    assert_eq!(tree.run("--ignore duplicate-key").code, 0);
    assert_eq!(tree.run("--ignore unused-suppression").code, 0);
}
