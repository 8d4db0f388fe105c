//! Input that nobody writes on purpose: the program ends, does not panic, and tells what it could not read.
//!
//! The time limit is a guard against hanging, not a measure of speed.

use std::path::Path;
use std::time::Duration;

/// Far more than any of these trees takes in a debug build on a busy machine.
const LIMIT: Duration = Duration::from_secs(120);

/// One file per kind that is worth bothering, with a beginning that its reader takes for its own.
const KINDS: &[(&str, &str)] = &[
    (".env", "A=1\n"),
    (".env.example", "# what it is\nA=\n"),
    ("Dockerfile", "FROM a\nARG A\nENV B=$A\n"),
    ("compose.yaml", "services:\n  a:\n    image: b\n    environment:\n      A: ${A}\n"),
    (
        ".github/workflows/a.yml",
        "on: push\njobs:\n  a:\n    runs-on: b\n    env:\n      A: ${{ secrets.A }}\n",
    ),
    ("secrets.ctmpl", "{{ with secret \"a/b\" }}A={{ .Data.data.A }}\n{{ end }}"),
    ("vault-agent.hcl", "template {\n  source = \"secrets.ctmpl\"\n  destination = \"/a\"\n}\n"),
    ("policy.hcl", "path \"a/data/b\" {\n  capabilities = [\"read\"]\n}\n"),
    ("turbo.json", "{\"globalEnv\": [\"A\"]}\n"),
    ("a.rs", "fn a() { std::env::var(\"A\"); }\n"),
    ("a.py", "import os\nA = os.environ[\"A\"]\n"),
    ("a.ts", "const a = process.env.A;\n"),
    ("a.tsx", "const a = <b>{process.env.A}</b>;\n"),
    ("a.go", "package a\n\nimport \"os\"\n\nvar a = os.Getenv(\"A\")\n"),
    ("a.php", "<?php $a = getenv('A');\n"),
    ("A.java", "class A { String a = System.getenv(\"A\"); }\n"),
    ("A.cs", "class A { string a = Environment.GetEnvironmentVariable(\"A\"); }\n"),
    ("a.exs", "a = System.get_env(\"A\")\n"),
    ("a.rb", "a = ENV.fetch('A')\n"),
    ("application.yml", "a: ${A:b}\n"),
    ("schema.prisma", "datasource a {\n  url = env(\"A\")\n}\n"),
    ("a.sh", "echo \"${A:?}\"\n"),
    ("envs/matrix.yaml", "version: 1\n"),
    ("envcheck.toml", "[rules]\n"),
];

struct Tree(tempfile::TempDir);

impl Tree {
    /// A tree in which something is compared, so that a run ends well.
    fn new() -> Self {
        let tree = Self(tempfile::tempdir().unwrap());
        std::fs::create_dir(tree.path().join(".git")).unwrap();
        tree.write("fine.env", b"FINE=1\n");
        tree
    }

    fn path(&self) -> &Path {
        self.0.path()
    }

    fn write(&self, path: &str, bytes: &[u8]) {
        let path = self.path().join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, bytes).unwrap();
    }

    /// Runs `line`, which has to end by itself, and yields what it says.
    fn run(&self, line: &str) -> (i32, String) {
        let output = assert_cmd::Command::new(env!("CARGO_BIN_EXE_envcheck"))
            .args(line.split_whitespace())
            .current_dir(self.path())
            .env("NO_COLOR", "1")
            .timeout(LIMIT)
            .output()
            .unwrap();
        let said = String::from_utf8([output.stdout, output.stderr].concat()).unwrap();
        let code = output.status.code().unwrap_or(-1);
        assert!((0..=2).contains(&code) && !said.contains("panicked"), "`{line}` ended with {code}: {said}");
        (code, said)
    }

    /// Checks the tree, and yields what `files` says of it.
    fn files(&self) -> String {
        self.run("check");
        let (code, said) = self.run("files -v");
        assert_eq!(code, 0, "{said}");
        said
    }
}

/// A tree of all kinds, each file's text changed by `change`.
fn changed(change: impl Fn(&str) -> Vec<u8>) -> Tree {
    let tree = Tree::new();
    for (path, text) in KINDS {
        tree.write(path, &change(text));
    }
    tree
}

#[test]
fn odd_bytes_in_every_kind() {
    let bom = changed(|text| format!("\u{feff}{text}").into_bytes());
    let crlf = changed(|text| text.replace('\n', "\r\n").into_bytes());
    let cr = changed(|text| text.replace('\n', "\r").into_bytes());
    let not_utf8 = changed(|text| [text.as_bytes(), b"\xff\xfe\xc3 A=\xf0\x9f\n", text.as_bytes()].concat());
    let cut = changed(|text| text.as_bytes()[..text.len() / 2].to_vec());
    for tree in [bom, crlf, cr, not_utf8, cut] {
        let said = tree.files();
        for (path, _) in KINDS {
            assert!(said.contains(path), "{path} is not told of:\n{said}");
        }
    }
    // Read all the same.
    let tree = Tree::new();
    tree.write("bom.env", "\u{feff}A=1\r\nB=\u{e9}\r\n".as_bytes());
    assert!(tree.files().contains("2 facts  bom.env"), "{}", tree.files());
    changed(|_| Vec::new()).files();
}

#[test]
fn what_is_no_text_is_told() {
    let tree = changed(|text| [b"\0", text.as_bytes()].concat());
    let said = tree.files();
    for path in [".env", "Dockerfile", "compose.yaml", "a.py", "secrets.ctmpl"] {
        assert!(said.contains(&format!("not read  {path}: it holds NUL bytes")), "{path}:\n{said}");
    }
    // Where nothing but text can be meant, a check says so too; UTF-16 is one way to get there.
    let utf16: Vec<u8> = "\u{feff}A=1\n".encode_utf16().flat_map(u16::to_le_bytes).collect();
    let tree = Tree::new();
    tree.write(".env", &utf16);
    let (code, said) = tree.run("check");
    assert_eq!(code, 0, "{said}");
    assert!(said.contains("cannot read `.env`: it holds NUL bytes"), "{said}");
    // Late NUL bytes are characters like others.
    changed(|text| format!("{text}{}\0\n{text}", "# \n".repeat(4000)).into_bytes()).files();
}

#[test]
fn one_very_long_line() {
    const BYTES: usize = 8 << 20;
    for (path, head, tail) in [
        (".env", "A=", "\n"),
        ("Dockerfile", "FROM a\nENV A=", "\n"),
        ("compose.yaml", "services:\n  a:\n    image: \"", "\"\n"),
        ("a.py", "import os\nos.environ[\"A\"] = \"", "\"\n"),
        ("a.ts", "const a = process.env.A + \"", "\"\n"),
        ("a.go", "package a\nimport \"os\"\nvar a = os.Getenv(\"A\") + \"", "\"\n"),
        ("secrets.ctmpl", "{{ with secret \"a/b\" }}A=", "{{ end }}\n"),
    ] {
        let tree = Tree::new();
        tree.write(path, format!("{head}{}{tail}", "x".repeat(BYTES)).as_bytes());
        tree.run("check --format concise");
    }
    let tree = Tree::new();
    let large = std::fs::File::create(tree.path().join("large.env")).unwrap();
    large.set_len(65 << 20).unwrap();
    let said = tree.files();
    assert!(said.contains("not read  large.env: it is larger than 64 MiB"), "{said}");
}

#[test]
fn more_signs_than_anybody_writes() {
    let many = envcheck::text::MOST_SIGNS + 1;
    let tree = Tree::new();
    tree.write("Dockerfile", format!("FROM a\nARG A\nRUN echo {}\nENV B=1\n", "$A".repeat(many)).as_bytes());
    tree.write("large.env", format!("A=1\nB={}\n", ",".repeat(many)).as_bytes());
    tree.write("envs/matrix.yaml", format!("version: 1\nkeys: [{}A]\n", "A,".repeat(many)).as_bytes());
    let (code, said) = tree.run("check");
    assert_eq!(code, 1, "{said}");
    for line in [
        "cannot read `Dockerfile`: it has more than 2097152 words and signs; what stands from line 3 on is left out",
        "cannot read `large.env`: it has more than 2097152 words and signs; what stands from line 2 on is left out",
        "`envs/matrix.yaml` has more than 2097152 words and signs",
    ] {
        assert!(said.contains(line), "{line}:\n{said}");
    }
    let (_, said) = tree.run("files -v");
    assert!(said.contains("1 fact   large.env") || said.contains("1 fact  large.env"), "{said}");
    assert!(said.contains("the file is too large to be read in full"), "{said}");
}

#[test]
fn many_faults_in_one_line() {
    let tree = Tree::new();
    let line = format!("      A: {}\n", "${{env.A}}".repeat(20_000));
    let workflow = format!("on: push\njobs:\n  a:\n    runs-on: b\n    env:\n{line}    steps: []\n");
    tree.write(".github/workflows/a.yml", workflow.as_bytes());
    let list = format!("services:\n  a:\n    image: b\n    environment: [{}A=2]\n", "A=1, ".repeat(20_000));
    tree.write("compose.yaml", list.as_bytes());
    let (code, said) = tree.run("check");
    assert_eq!(code, 1);
    assert!(said.contains("`A` is set 20001 times in one list, to different values"));
    assert!(said.contains(".github/workflows/a.yml:6:200003"));
}

#[test]
fn deep_nesting() {
    const DEPTH: usize = 20_000;
    let nested = |open: &str, close: &str| format!("{}{}", open.repeat(DEPTH), close.repeat(DEPTH));
    let indented: String = (0..2000).fold(String::new(), |text, depth| text + &" ".repeat(depth) + "a:\n");
    let tree = Tree::new();
    tree.write("a/compose.yaml", format!("services:\n  a: {}\n", nested("[", "]")).as_bytes());
    tree.write(
        "b/compose.yaml",
        format!("services: {}1{}\n", "{a: ".repeat(DEPTH), "}".repeat(DEPTH)).as_bytes(),
    );
    tree.write("c/compose.yaml", format!("services:\n{indented}").as_bytes());
    tree.write("d/compose.yaml", format!("services:\n  a:\n    {}b\n", "- ".repeat(DEPTH)).as_bytes());
    tree.write(
        "e/compose.yaml",
        format!("services:\n  a:\n    image: {}b\n", "${A:-".repeat(DEPTH)).as_bytes(),
    );
    tree.write("turbo.json", format!("{{\"globalEnv\": {}", "[".repeat(DEPTH)).as_bytes());
    tree.write("a.ts", format!("const a = process.env.A + {};\n", nested("(", ")")).as_bytes());
    tree.write("b.ts", format!("const a = {}process.env.A", "`${".repeat(DEPTH)).as_bytes());
    tree.write("a.tsx", format!("const a = {}process.env.A", "<b>{".repeat(DEPTH)).as_bytes());
    tree.write(
        "a.go",
        format!("package a\nimport \"os\"\nvar a = os.Getenv{}\n", nested("(", ")")).as_bytes(),
    );
    tree.write("a.py", format!("import os\na = {}os.environ['A']\n", "[".repeat(DEPTH)).as_bytes());
    tree.write("a.rs", format!("fn a() {{ std::env::var{} }}", nested("(", ")")).as_bytes());
    tree.write("a.php", format!("<?php getenv{}", nested("(", ")")).as_bytes());
    tree.write("a.rb", format!("a = {}ENV['A']", "\"#{".repeat(DEPTH)).as_bytes());
    tree.write("policy.hcl", format!("path \"a\" {}", nested("{ a ", "}")).as_bytes());
    tree.write("vault-agent.hcl", format!("template {{ a = {} }}", nested("[", "]")).as_bytes());
    tree.write(
        "secrets.ctmpl",
        format!("{}A=1{}", "{{ if a }}".repeat(DEPTH), "{{ end }}".repeat(DEPTH)).as_bytes(),
    );
    tree.write("b.ctmpl", format!("{{{{ {} }}}}", nested("(", ")")).as_bytes());
    tree.write("a.sh", format!("echo {}A{}\n", "$(".repeat(DEPTH), ")".repeat(DEPTH)).as_bytes());
    tree.write("b.sh", format!("echo {}\n", nested("${A:-", "}")).as_bytes());
    tree.write("b.py", format!("import os\na = b{}\n", " or os.environ.get('A')".repeat(DEPTH)).as_bytes());
    tree.write("Dockerfile", format!("FROM a\nENV A={}b\n", "${A:-".repeat(DEPTH)).as_bytes());
    let said = tree.files();
    for path in ["a/compose.yaml", "a.ts", "a.go", "a.py", "a.rs", "policy.hcl", "secrets.ctmpl"] {
        assert!(said.contains(path), "{path}:\n{said}");
    }
}

#[test]
fn anchors_that_multiply() {
    let mut laughs = "x0: &x0 {a: 1, b: 2}\n".to_owned();
    let mut merges = "y0: &y0 {A0: 1}\n".to_owned();
    for level in 1..40 {
        let before = level - 1;
        let nine = vec![format!("*x{before}"); 9].join(", ");
        laughs += &format!("x{level}: &x{level} [{nine}]\n");
        merges +=
            &format!("y{level}: &y{level}\n  <<: [*y{before}, *y{before}, *y{before}]\n  A{level}: 1\n");
    }
    let services = "services:\n  a:\n    image: b\n    command: *x39\n    environment:\n      <<: *y39\n";
    let tree = Tree::new();
    tree.write("compose.yaml", format!("{laughs}{merges}{services}").as_bytes());
    tree.write("round/compose.yaml", b"services: &a\n  a:\n    <<: *a\n    image: b\n    environment: *a\n");
    tree.write(
        "twice/compose.yaml",
        b"include: [compose.yaml]\nservices:\n  a:\n    extends: {service: a}\n",
    );
    tree.write(
        ".github/workflows/a.yml",
        format!("{laughs}on: push\njobs:\n  a:\n    env: *x39\n").as_bytes(),
    );
    tree.write("envs/matrix.yaml", format!("version: 1\n{laughs}keys: *x39\n").as_bytes());
    assert!(tree.files().contains("compose.yaml"));
}

#[test]
fn folders_that_look_like_files() {
    let tree = Tree::new();
    for name in [".env", "Dockerfile", "compose.yaml", "a.py", "envs/matrix.yaml", "envcheck.toml"] {
        std::fs::create_dir_all(tree.path().join(name)).unwrap();
    }
    tree.write(
        "app/compose.yaml",
        b"services:\n  a:\n    image: b\n    env_file: ../.env\n    build: ../a.py\n",
    );
    tree.files();
}

#[cfg(unix)]
#[test]
fn links_and_pipes() {
    use std::os::unix::fs::symlink;
    let outside = tempfile::tempdir().unwrap();
    std::fs::write(outside.path().join("secret.env"), "OUTSIDE=c4n4ry-5ecret\n").unwrap();
    let tree = Tree::new();
    let at = |name: &str| tree.path().join(name);
    symlink("b.env", at("a.env")).unwrap();
    symlink("a.env", at("b.env")).unwrap();
    symlink(".", at("round")).unwrap();
    symlink("fine.env", at("alias.env")).unwrap();
    tree.write(".gitignore", b"kept/\n");
    tree.write("kept/aside.env", b"ASIDE=c4n4ry-5ecret\n");
    symlink("kept/aside.env", at("aside.env")).unwrap();
    tree.write("tool.ps1", b"\0\0\0");
    symlink(outside.path().join("secret.env"), at("out.env")).unwrap();
    symlink(outside.path(), at("out")).unwrap();
    let pipes = ["pipe.env", "envcheck.toml", "Dockerfile"];
    for pipe in pipes {
        assert!(std::process::Command::new("mkfifo").arg(at(pipe)).status().unwrap().success());
    }
    tree.write(
        "envs/matrix.yaml",
        b"version: 1\nenvironments:\n  a:\n    sources:\n      - dotenv: pipe.env\n      - dotenv: out.env\n      - dotenv: a.env\n",
    );
    tree.write("compose.yaml", b"services:\n  a:\n    image: b\n    env_file: [pipe.env, out.env, a.env]\n");
    let said = tree.files();
    let (_, checked) = tree.run("check");
    assert!(!format!("{said}{checked}").contains("OUTSIDE"), "{said}{checked}");
    for line in [
        "a.env: it is a link that leads nowhere: ",
        "out.env: it leads out of the checked tree\n",
        "out: it leads out of the checked tree\n",
        "alias.env: it is a link; what it leads to is read in its own place\n",
        "round: it is a link; what it leads to is read in its own place\n",
        "aside.env: it is a link to what is ignored\n",
        "tool.ps1: it holds NUL bytes, as binary files and UTF-16 do\n",
        "pipe.env: it is not a file\n",
        "Dockerfile: it is not a file\n",
    ] {
        assert!(said.contains(&format!("not read  {line}")), "{line}:\n{said}");
    }
    let (_, json) = tree.run("files --format json");
    let value: serde_json::Value = serde_json::from_str(&json).unwrap();
    let unread = value["unread"].as_array().unwrap();
    assert!(
        unread.iter().any(|file| file["path"] == "pipe.env" && file["reason"] == "it is not a file"),
        "{json}"
    );
    let files = value["files"].as_array().unwrap();
    assert!(files.iter().any(|file| file["path"] == "fine.env" && file["coverage"] == "full"), "{json}");
}

/// Texts of `count` repetitions of what a reader has to do with references, by kind.
fn crowded(kind: &str, count: usize) -> Vec<String> {
    let each = |unit: &dyn Fn(usize) -> String| (0..count).map(unit).collect::<String>();
    let same = |unit: &str| unit.repeat(count);
    match kind {
        "dotenv" => vec![
            each(&|at| format!("A{at}=value-{at}\n")),
            format!("A={}\n", same("${A}")),
            format!("A=\"{}\"\n", each(&|at| format!("${{A{at}:-x}}"))),
            same("A=1\n"),
        ],
        "dockerfile" => vec![
            format!("FROM a\nENV B={}\n", same("${A}")),
            format!("FROM a\nENV B={}\n", each(&|at| format!("${{A{at}:-x}}"))),
            format!("FROM a\nRUN echo {}\n", same("${A} ")),
            format!("FROM a\nENV {}\n", each(&|at| format!("A{at}=$A{at} "))),
            format!("FROM a\n{}", each(&|at| format!("ARG A{at}\n"))),
            format!("FROM a\nRUN <<E\n{}", same("echo $A\n")),
        ],
        "compose" => vec![
            format!("services:\n  a:\n    image: \"{}\"\n", same("${A}")),
            format!("services:\n  a:\n    image: \"\\t{}\"\n", each(&|at| format!("${{A_{at}:-x}}"))),
            format!("services:\n  a:\n    image: b\n    command: \"{}\"\n", same("$${A}")),
            format!(
                "services:\n  a:\n    image: b\n    environment:\n{}",
                each(&|at| format!("      A{at}: ${{A{at}}}\n"))
            ),
        ],
        "consul-template" => vec![
            format!("{{{{ with secret \"a/b\" }}}}A={}\n{{{{ end }}}}", same("{{ .Data.data.A }}")),
            format!(
                "{{{{ with secret \"a/b\" }}}}{}{{{{ end }}}}",
                each(&|at| format!("A{at}={{{{ .Data.data.A{at} }}}}\n"))
            ),
            format!("A={}\n", same("{{ env \"A\" }}")),
        ],
        "github-workflow" => vec![
            format!(
                "on: push\njobs:\n  a:\n    runs-on: b\n    env:\n      A: \"{}\"\n",
                same("${{ secrets.A }}")
            ),
            format!(
                "on: push\njobs:\n  a:\n    runs-on: b\n    env:\n{}",
                each(&|at| format!("      A{at}: ${{{{ secrets.A{at} }}}}\n"))
            ),
            format!("on: push\njobs:\n  a:\n    runs-on: b\n    steps:\n      - run: echo {}\n", same("$A ")),
        ],
        "rust" => vec![
            format!("fn a() {{ {} }}\n", each(&|at| format!("std::env::var(\"A{at}\");"))),
            format!("fn a() {{ {} }}\n", same("env!(\"A\");")),
        ],
        "php" => vec![format!("<?php $a = [{}];\n", same("getenv(\"A\"),"))],
        "ruby" => vec![format!("a = [{}]\n", same("ENV[\"A\"],"))],
        "shell" => vec![format!("echo \"{}\"\n", same("${A}")), each(&|at| format!("echo $A{at}\n"))],
        _ => Vec::new(),
    }
}

/// The processor time that this thread has used, in nanoseconds: what other programs do does not count.
#[cfg(target_os = "linux")]
fn processor_time() -> u64 {
    let text = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap();
    text.split(' ').next().unwrap().parse().unwrap()
}

/// Eight times as many references may cost eight times as much, and by no means sixty-four times.
#[cfg(target_os = "linux")]
#[test]
#[ignore = "compares processor times: a measurement, asked for by name"]
fn cost_grows_as_the_text_does() {
    use envcheck::text::{FileId, SourceFile, TreePath};

    const FEW: usize = 4000;
    const MOST: u64 = 30;
    /// Times are counted in ticks of a few milliseconds.
    const TICKS: u64 = 10_000_000;
    for extractor in envcheck::sources::ALL {
        let kind = extractor.kind().0;
        let (_, path) = [("shell", "a.sh"), ("dockerfile", "Dockerfile"), ("compose", "compose.yaml")]
            .into_iter()
            .find(|(known, _)| *known == kind)
            .unwrap_or((kind, "a/file"));
        let cost = |text: &str| {
            let file = SourceFile::new(FileId(0), TreePath::parse(path).unwrap(), text.to_owned());
            let mut least = u64::MAX;
            for _ in 0..2 {
                let before = processor_time();
                let read = extractor.extract(&file);
                least = least.min(processor_time() - before);
                drop(read);
            }
            least
        };
        for (number, (few, many)) in crowded(kind, FEW).iter().zip(crowded(kind, 8 * FEW)).enumerate() {
            let (few, many) = (cost(few), cost(&many));
            assert!(many < MOST * few.max(TICKS), "{kind} {number}: {few} ns, eight times as much {many} ns");
        }
    }
}

#[test]
fn values_of_very_many_references() {
    const COUNT: usize = 10_000;
    for (kind, path) in [
        ("dotenv", ".env"),
        ("dockerfile", "Dockerfile"),
        ("compose", "compose.yaml"),
        ("consul-template", "secrets.ctmpl"),
        ("github-workflow", ".github/workflows/a.yml"),
        ("rust", "a.rs"),
        ("shell", "a.sh"),
    ] {
        let tree = Tree::new();
        for (number, text) in crowded(kind, COUNT).iter().enumerate() {
            tree.write(&format!("{number}/{path}"), text.as_bytes());
        }
        tree.run("check --format concise");
    }
}
