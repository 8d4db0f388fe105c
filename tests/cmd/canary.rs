//! No output of any command may hold a secret of the tree.

use super::Tree;
use crate::support::page::CANARY;

fn tree() -> Tree {
    let c = CANARY;
    let tree = Tree::new(&[]);
    for (path, text) in [
        (".env", format!("API_TOKEN={c}\nAPI_TOKEN={c}\nDATABASE_URL=postgres://app:{c}@db/app\nDB_PASSWORD='{c}' x\nBROKEN_SECRET=\"{c}\n")),
        (".env.production", format!("API_TOKEN = {c}\nexport SECRET_KEY={c}$x\nREDIS_URL=redis://:{c}@cache\n")),
        (
            "docker-compose.yml",
            format!(
                "services:\n  web:\n    build: {{ context: ., args: {{ NPM_TOKEN: {c} }} }}\n    environment:\n      \
                 DB_PASSWORD: {c}\n      SECRET_KEY: ${{SECRET_KEY:-{c}}}\n      JWT_SECRET: {c}\n      URL: http://u:{c}@h/\n  \
                 api:\n    image: api\n    environment:\n      - DB_PASSWORD=\"{c}\"\n      - OTHER_TOKEN={c}$pa\n"
            ),
        ),
        ("Dockerfile", format!("FROM scratch\nENV API_TOKEN={c}\nARG NPM_TOKEN={c}\nENV A_SECRET {c} # x\n")),
        (
            "settings.py",
            format!(
                "import os\nTOKEN = os.environ.get('API_TOKEN', '{c}')\nP = os.getenv(\"DB_PASSWORD\", \"{c}\")\n\
                 U = os.environ.get('DATABASE_URL', 'postgres://a:{c}@b/c')\n"
            ),
        ),
        ("src/main.rs", format!("fn main() {{ let _ = std::env::var(\"API_TOKEN\").unwrap_or(\"{c}\".to_string()); }}\n")),
        (
            "secrets.ctmpl",
            format!("{{{{- with secret \"secret/data/app\" -}}}}\nAPI_TOKEN={c}\nDB_PASSWORD=\"{c}\n{{{{- end -}}}}\n"),
        ),
        (
            "envs/matrix.yaml",
            "version: 1\nkeys:\n  API_TOKEN: { kind: secret, required: all }\n  DB_PASSWORD: { kind: secret }\n  NOT_THERE: \
             { kind: secret, required: all }\nenvironments:\n  production:\n    tier: production\n    sources: [{ dotenv: \
             .env.production }, { compose: { files: [docker-compose.yml] } }]\n    values: { SECRET_KEY: c4n4ry-5ecret }\n  \
             staging:\n    tier: staging\n    sources: [{ dotenv: .env }]\n"
                .to_owned(),
        ),
    ] {
        tree.write(path, text);
    }
    tree
}

#[test]
fn no_output_holds_a_secret() {
    let tree = tree();
    let mut lines: Vec<String> = ["rules", "explain --all", "files", "schema report", "--verbose", "--quiet"]
        .map(str::to_owned)
        .into();
    for format in ["full", "concise", "json"] {
        for more in ["", "--strict", "--color always", "--strict --verbose"] {
            lines.push(format!("check --format {format} {more}"));
        }
    }
    let mut findings = 0;
    for line in &lines {
        let ran = tree.run(line);
        findings += usize::from(ran.code == 1);
        for (stream, text) in [("stdout", &ran.out), ("stderr", &ran.err)] {
            let leaks: Vec<&str> = text.lines().filter(|line| line.contains(CANARY)).collect();
            assert!(leaks.is_empty(), "`envcheck {line}` prints a secret on {stream}:\n{}", leaks.join("\n"));
        }
        // Wrapped or cropped output must not hold it in pieces either.
        assert!(!ran.out.contains("c4n4ry") && !ran.out.contains("5ecret"), "{line}");
    }
    assert!(findings > 10, "the tree must have findings, or nothing was tested");
}
