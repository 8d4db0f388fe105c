//! What is not read is told, and nothing is called missing or unread that may stand there.

use super::Tree;

/// Six keys that the code reads and one that it does not.
const EXAMPLE: &str = "A_ONE=\nA_TWO=\nA_THREE=\nA_FOUR=\nA_FIVE=\nA_SIX=\nA_ODD_NAME=\n";
const READER: &str = "import os\nfor name in ['A_ONE', 'A_TWO', 'A_THREE', 'A_FOUR', 'A_FIVE', 'A_SIX']:\n    os.environ[name]\n";

fn says_unread(tree: &Tree) -> bool {
    let ran = tree.run("check --select unread-key --format concise");
    ran.out.contains("A_ODD_NAME")
}

#[test]
fn names_in_large_files_that_people_write_count_as_used() {
    let filler = "# nothing to see in this line of the file\n".repeat(40_000);
    let payload = format!("PAYLOAD={}\n", "QUJD".repeat(20_000));
    for (path, text) in [
        ("deploy.sh", format!("{filler}echo \"$A_ODD_NAME\"\n")),
        ("deploy.sh", format!("#!/bin/sh\n{payload}echo \"$A_ODD_NAME\"\n")),
        ("Makefile", format!("{filler}run:\n\techo $(A_ODD_NAME)\n")),
        ("justfile", format!("{filler}run:\n    echo $A_ODD_NAME\n")),
        ("nginx.conf.template", format!("{filler}set ${{A_ODD_NAME}};\n")),
        ("app.conf", format!("{filler}name = A_ODD_NAME\n")),
        ("values.yaml", format!("{filler}name: A_ODD_NAME\n")),
        ("main.rb", format!("{filler}puts \"A_ODD_NAME\"\n")),
        ("ops/start", "#!/bin/sh\nexec app \"$A_ODD_NAME\"\n".to_owned()),
        ("ops/start", "#!/usr/bin/perl\nprint $ENV{A_ODD_NAME};\n".to_owned()),
        ("a.ipynb", "{\"source\": [\"os.environ['A_ODD_NAME']\"]}\n".to_owned()),
        ("app.js", format!("{}use(import.meta.env.A_ODD_NAME)", "a=1;".repeat(10_000))),
    ] {
        let tree = Tree::new(&[(".env.example", EXAMPLE), ("a.py", READER)]);
        assert!(says_unread(&tree), "the premise");
        tree.write(path, text);
        assert!(!says_unread(&tree), "{path}");
    }
}

#[test]
fn what_is_left_out_is_counted_and_listed() {
    let tree = Tree::new(&[(".env.example", EXAMPLE), ("a.py", READER)]);
    tree.write("dist/app.js", "a=1;".repeat(10_000));
    tree.write("data.json", "[1],\n".repeat(300_000));
    tree.write("vendor/lib/a.go", "package a\n");
    tree.write("pnpm-lock.yaml", "a: 1\n");
    tree.write("README.md", "A_ODD_NAME\n");
    let ran = tree.run("files");
    assert!(!ran.out.contains("app.js") && !ran.out.contains("data.json"), "{ran:?}");
    assert!(
        ran.err.contains("4 more are left out as data or the work of tools and others; --verbose lists them"),
        "{ran:?}"
    );
    let ran = tree.run("files --verbose");
    for line in [
        "left out  data.json: it is larger than 1 MiB, and so data or written by a program\n",
        "left out  dist/app.js: its lines are so long that a program must have written it\n",
        "left out  pnpm-lock.yaml: a tool wrote it\n",
        "left out  vendor/lib/a.go: its folder is one of code that others wrote or a tool made\n",
    ] {
        assert!(ran.out.contains(line), "{line}{ran:?}");
    }
    assert!(!ran.out.contains("README"), "{ran:?}");
    let json = tree.run("files --format json").out;
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    let paths: Vec<_> =
        json["left_out"].as_array().unwrap().iter().map(|one| one["path"].as_str().unwrap()).collect();
    assert_eq!(paths, ["data.json", "dist/app.js", "pnpm-lock.yaml", "vendor/lib/a.go"]);
    assert!(tree.run("files --quiet").err.is_empty());
}

#[test]
fn a_file_that_cannot_be_read_is_not_missing_and_may_hold_anything() {
    const COMPOSE: &str =
        "services:\n  web:\n    build: .\n    env_file: [web.env]\n    ports: ['${A_HOST}:${A_PORT}:80']\n";
    let tree = Tree::new(&[
        ("compose.yaml", COMPOSE),
        ("Dockerfile", "FROM a\nCOPY . .\n"),
        ("a.py", READER),
        (".env.example", "A_HOST=\n"),
    ]);
    let missing = tree.run("check --select env-file-missing,undefined-interpolation --format concise");
    assert!(missing.out.contains("web.env") && missing.out.contains("A_PORT"), "the premise: {missing:?}");
    // A beginning with NUL bytes is one of the reasons.
    tree.write("web.env", b"\0A_PORT=1\n");
    tree.write(".env", b"\0A_PORT=1\n");
    let ran = tree.run("check --select env-file-missing,undefined-interpolation --format concise");
    assert!(!ran.out.contains("web.env:") && !ran.out.contains("A_PORT"), "{ran:?}");
    assert!(ran.err.contains("cannot read `web.env`") && ran.err.contains("cannot read `.env`"), "{ran:?}");
    let files = tree.run("files").out;
    assert!(files.contains("not read  web.env: it holds NUL bytes"), "{files}");
    assert_eq!(files.matches("web.env").count(), 1, "told once: {files}");
    // Nothing is added to it, whatever else is mended.
    let before = std::fs::read(tree.path().join("web.env")).unwrap();
    tree.run("--fix --unsafe-fixes");
    tree.run("add --kind config A_NEW_NAME");
    assert_eq!(std::fs::read(tree.path().join("web.env")).unwrap(), before);
}

#[test]
fn unread_keys_are_not_told_where_a_dotenv_cannot_be_read() {
    let tree = Tree::new(&[(".env.example", EXAMPLE), ("a.py", READER)]);
    assert!(says_unread(&tree), "the premise");
    tree.write("other.env", b"\0A=$A_ODD_NAME\n");
    assert!(!says_unread(&tree));
}
