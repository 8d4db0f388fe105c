//! `add`: structs of Rust and Go that code builds by reading variables, and defaults of serde.

use super::Tree;

fn read(tree: &Tree, path: &str) -> String {
    std::fs::read_to_string(tree.path().join(path)).unwrap()
}

/// What a file of code is after `add`, with what the program said.
fn after(path: &str, code: &str, line: &str) -> (String, String) {
    let manifest = if path.ends_with(".go") {
        ("go.mod", "module shop\n\ngo 1.24\n")
    } else {
        ("Cargo.toml", "[package]\nname = \"shop\"\nversion = \"0.1.0\"\nedition = \"2024\"\n")
    };
    let tree = Tree::new(&[manifest, (".env.example", "DB_URL=\n"), (path, code)]);
    let ran = tree.run(&format!("add {line} --yes"));
    assert_eq!(ran.code, 0, "{ran:?}");
    (read(&tree, path), ran.out)
}

const RUST: &str = "use std::env;\n\npub struct Config {\n    pub db_url: String,\n    pub max_rows: u32,\n}\n\nimpl Config {\n    pub fn load() -> Result<Self, env::VarError> {\n        Ok(Self {\n            db_url: env::var(\"DB_URL\")?,\n            max_rows: env::var(\"MAX_ROWS\").ok().and_then(|v| v.parse().ok()).unwrap_or(20),\n        })\n    }\n}\n";

#[test]
fn structs_of_rust_that_reads_build() {
    for (line, field, value) in [
        ("MAIL_HOST --kind backend --required", "pub mail_host: String", "env::var(\"MAIL_HOST\")?"),
        ("API_TOKEN --kind secret --required", "pub api_token: String", "env::var(\"API_TOKEN\")?"),
        (
            "PAGE_SIZE --kind backend --type int --default 7",
            "pub page_size: u32",
            "env::var(\"PAGE_SIZE\").ok().and_then(|v| v.parse().ok()).unwrap_or(7)",
        ),
        (
            "MAIL_HOST --kind backend --default abc",
            "pub mail_host: String",
            "env::var(\"MAIL_HOST\").unwrap_or_else(|_| \"abc\".to_owned())",
        ),
        ("MAIL_HOST --kind backend", "pub mail_host: Option<String>", "env::var(\"MAIL_HOST\").ok()"),
    ] {
        let (code, out) = after("src/config.rs", RUST, line);
        let name = value.split('"').nth(1).unwrap().to_ascii_lowercase();
        let expected = RUST
            .replace("max_rows: u32,\n", &format!("max_rows: u32,\n    {field},\n"))
            .replace("unwrap_or(20),\n", &format!("unwrap_or(20),\n            {name}: {value},\n"));
        assert_eq!(code, expected, "{out}");
    }
    // Nothing shows what becomes of an error of this sort.
    let (code, out) = after("src/config.rs", RUST, "PAGE_SIZE --kind backend --type int --required");
    assert!(code == RUST && out.contains("src/config.rs:3: read `PAGE_SIZE` in `Config`"), "{out}");
}

#[test]
fn names_that_were_read_before_stand_for_their_reads() {
    let code = "struct Config { db_url: String, host: String }\n\nfn load() -> Config {\n    let db_url = std::env::var(\"DB_URL\").expect(\"DB_URL must be set\");\n    let host = std::env::var(\"HOST_NAME\").expect(\"HOST_NAME must be set\");\n    Config { db_url, host }\n}\n\nfn of_tests() -> Config {\n    Config { db_url: String::new(), host: String::new() }\n}\n";
    let split = code.replace(
        "struct Config { db_url: String, host: String }",
        "struct Config {\n    db_url: String,\n    host: String,\n}",
    );
    let (changed, out) = after("src/main.rs", &split, "API_TOKEN --kind secret --required");
    assert!(changed.contains("    host: String,\n    api_token: String,\n}"), "{changed}");
    assert!(
        changed.contains("    let api_token = std::env::var(\"API_TOKEN\").expect(\"API_TOKEN must be set\");\n    Config { db_url, host, api_token }\n"),
        "{changed}"
    );
    assert!(out.contains("src/main.rs:13: `Config` may be built here: set `api_token`"), "{out}");
}

#[test]
fn a_default_of_serde_is_a_function() {
    let code = "use serde::Deserialize;\n\n#[derive(Deserialize)]\nstruct Config {\n    db_url: String,\n    #[serde(default = \"default_rows\")]\n    rows: u32,\n}\n\nfn default_rows() -> u32 {\n    20\n}\n\nfn main() {\n    let config: Config = envy::from_env().unwrap();\n    println!(\"{}\", config.rows);\n}\n";
    let (changed, out) = after("src/main.rs", code, "HOST_NAME --kind backend --default abc");
    assert!(
        changed.contains(
            "    rows: u32,\n    #[serde(default = \"default_host_name\")]\n    host_name: String,\n}\n"
        ),
        "{out}"
    );
    assert!(
        changed.contains(
            "    20\n}\n\nfn default_host_name() -> String {\n    \"abc\".to_owned()\n}\n\nfn main"
        ),
        "{changed}"
    );
    // Who takes the defaults of the whole struct has them elsewhere.
    let whole = code.replace("struct Config", "#[serde(default)]\nstruct Config");
    let (changed, out) = after("src/main.rs", &whole, "HOST_NAME --kind backend --default abc");
    assert!(changed == whole && out.contains("add the field of `HOST_NAME` to `Config`"), "{out}");
}

const GO: &str = "package main\n\nimport \"os\"\n\ntype Config struct {\n\tDB   string\n\tPort string\n}\n\nfunc Load() Config {\n\treturn Config{\n\t\tDB:   os.Getenv(\"DB_URL\"),\n\t\tPort: getenv(\"HTTP_PORT\", \"80\"),\n\t}\n}\n\nfunc getenv(key, other string) string {\n\tif value := os.Getenv(key); value != \"\" {\n\t\treturn value\n\t}\n\treturn other\n}\n";

#[test]
fn structs_of_go_that_reads_build() {
    let (code, out) = after("config.go", GO, "MAIL_HOST --kind backend --default abc");
    assert!(
        code.contains("type Config struct {\n\tDB       string\n\tPort     string\n\tMailHost string\n}\n"),
        "{out}"
    );
    assert!(
        code.contains("\t\tDB:       os.Getenv(\"DB_URL\"),\n\t\tPort:     getenv(\"HTTP_PORT\", \"80\"),\n\t\tMailHost: getenv(\"MAIL_HOST\", \"abc\"),\n\t}\n"),
        "{code}"
    );
    let (code, _) = after("config.go", GO, "API_TOKEN --kind secret --required");
    assert!(code.contains("\tAPIToken string\n"), "{code}");
    assert!(code.contains("\t\tAPIToken: os.Getenv(\"API_TOKEN\"),\n"), "{code}");
    // No neighbour shows how a number is read.
    let (code, out) = after("config.go", GO, "PAGE_SIZE --kind backend --type int --default 20");
    assert!(code == GO && out.contains("config.go:5: read `PAGE_SIZE` in `Config`"), "{out}");
}
