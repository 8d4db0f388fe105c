//! Edits by single lines that change what a file takes from others, lists for them or tells of the tree.

use envcheck::system::MemorySystem;
use envcheck::text::TreePath;

use super::{Dice, edited, go_through, seeds, with_line};
use crate::tree;

/// Lines by the end of the file's name and the line that they stand behind.
const LINES: &[(&str, &str, &str)] = &[
    ("compose.yaml", "    environment:\n      DATABASE_URL: ${DATABASE_URL}\n", "    extends: db"),
    (
        "compose.yaml",
        "      DATABASE_URL: ${DATABASE_URL}\n",
        "    extends: { file: ../cart-00003/compose.yaml, service: cart-00003 }",
    ),
    (
        "compose.yaml",
        "      DATABASE_URL: ${DATABASE_URL}\n",
        "    extends: { file: ../cart-00003/compose.yaml, service: other }",
    ),
    (
        "compose.yaml",
        "      DATABASE_URL: ${DATABASE_URL}\n",
        "    extends: { file: missing.yaml, service: x }",
    ),
    ("compose.yaml", "      DATABASE_URL: ${DATABASE_URL}\n", "    networks: [inner]"),
    ("compose.yaml", "      DATABASE_URL: ${DATABASE_URL}\n", "    secrets: [token]"),
    (
        "compose.yaml",
        "      DATABASE_URL: ${DATABASE_URL}\n",
        "    volumes: [\"cache-${KIND}:/x\", \"cache:/y\", \"other:/z\"]",
    ),
    ("compose.yaml", "      DATABASE_URL: ${DATABASE_URL}\n", "    env_file: [.env.example]"),
    ("compose.yaml", "      DATABASE_URL: ${DATABASE_URL}\n", "    env_file: [../cart-00003/.env]"),
    ("compose.yaml", "", "include: [../cart-00003/compose.yaml]"),
    ("compose.yaml", "", "include: [missing.yaml, ../orders-00004/compose.yaml]"),
    ("compose.yaml", "", "name: other"),
    ("compose.yaml", "", "secrets: { token: { environment: TOKEN } }"),
    ("compose.yaml", "", "networks: { inner: {} }"),
    ("compose.yaml", "", "networks: { outer: {} }"),
    ("compose.yaml", "volumes:\n", "  cache-main:"),
    ("compose.yaml", "volumes:\n", "  cache-:"),
    ("compose.yaml", "volumes:\n", "  other:"),
    (
        "compose.yaml",
        "services:\n",
        "  run: { image: \"registry.example.com/shop/extra\", environment: { EXTRA_KEY: 1, LOG_LEVEL: loud } }",
    ),
    (
        "compose.yaml",
        "services:\n",
        "  like: { image: \"registry.example.com/shop/debian:1\", environment: { EXTRA_KEY: 1 } }",
    ),
    (".sh", "set -eu\n", ". ./.env"),
    (".sh", "set -eu\n", ". ./missing.env"),
    (".sh", "set -eu\n", ". ../.env"),
    (".sh", "set -eu\n", "docker compose -f services/cart-00003/compose.yaml up -d cart-00003 nothing"),
    (".sh", "set -eu\n", "docker compose -f compose.yaml build"),
    (".sh", "set -eu\n", "docker build -t registry.example.com/shop/extra services/cart-00003"),
    (
        ".sh",
        "set -eu\n",
        "docker build -t registry.example.com/shop/extra --target build services/orders-00004",
    ),
    (".sh", "set -eu\n", "docker build -t registry.example.com/shop/cart-00003 services/orders-00004"),
    (".sh", "set -eu\n", "docker build -t \"registry.example.com/$NAME\" services/orders-00004"),
    (".sh", "set -eu\n", "cd services"),
    (".sh", "set -eu\n", "export NEXT_PUBLIC_EXTRA=1"),
    (
        ".yml",
        "    steps:\n      - uses: actions/checkout@v5\n",
        "      - run: docker build -t registry.example.com/shop/extra services/cart-00003",
    ),
    (".yml", "    steps:\n      - uses: actions/checkout@v5\n", "      - run: make all"),
    (".yml", "    runs-on: ubuntu-24.04\n", "    environment: production"),
    (".yml", "          push: true\n", "          target: build"),
    (".yml", "          push: true\n", "          file: services/cart-00003/Dockerfile"),
    (".py", "\n", "import os; os.environ[\"VITE_EXTRA\"]"),
    ("Dockerfile", "COPY . .\n", "COPY extra /extra"),
    ("Dockerfile", "WORKDIR /src\n", "ARG EXTRA_KEY"),
    (".ctmpl", "", "{{ if eq (env \"ENV\") \"staging\" }}EXTRA=1{{ end }}"),
    (".ctmpl", "", "{{ if eq (env \"ENV\") \"production\" }}EXTRA=1{{ end }}"),
    (".ctmpl", "", "{{ if ne (env \"OTHER\") \"production\" }}EXTRA=1{{ end }}"),
    (".ts", "", "export const extra = process.env.NEXT_PUBLIC_EXTRA;"),
    (".ts", "", "export const more = import.meta.env.VITE_EXTRA;"),
    (".env.example", "", "NEXT_PUBLIC_EXTRA=1"),
    (".env", "", "EXTRA_KEY=$OTHER"),
    ("fly.toml", "", "[build]\n  dockerfile = \"Dockerfile\""),
    ("ci/deploy.sh", "", "fly deploy services/cart-00003"),
];

/// What becomes what.
const REPLACED: &[(&str, &str)] = &[
    ("env_file=\".env\"", "env_file=\".env.local\""),
    ("env_file=\".env.local\"", "env_file=\".env\""),
    ("context: services/cart-00003", "context: services/orders-00004"),
    ("context: services/orders-00004", "context: services/cart-00003"),
    ("context: services/cart-00003", "context: ."),
    ("shop/cart-00003:", "shop/extra:"),
    ("shop/extra:", "shop/cart-00003:"),
    ("FROM debian:13-slim", "FROM node:22"),
    ("FROM node:22", "FROM debian:13-slim"),
    ("FROM debian:13 AS", "FROM node:22 AS"),
    ("FROM node:22 AS", "FROM debian:13 AS"),
    ("(env \"ENV\")", "(env \"STAGE\")"),
    ("(env \"STAGE\")", "(env \"ENV\")"),
    ("data:\n", "other:\n"),
    ("other:\n", "data:\n"),
    ("      - data:/", "      - other:/"),
    ("      - other:/", "      - data:/"),
];

/// An edit that puts one of the lines in, takes one out, or replaces a word.
fn by_line(path: &TreePath, text: &str, dice: &mut Dice, like: &[String]) -> String {
    let lines: Vec<_> = LINES.iter().filter(|(end, ..)| path.as_str().ends_with(end)).collect();
    let there: Vec<_> = lines.iter().filter(|(.., line)| text.contains(line)).collect();
    let fitting: Vec<_> = REPLACED.iter().filter(|(from, _)| text.contains(from)).collect();
    match dice.below(8) {
        0 => edited(text, dice, like),
        1..=3 if !there.is_empty() => text.replacen(&format!("{}\n", dice.of(&there).2), "", 1),
        4 | 5 if !fitting.is_empty() => {
            let (from, to) = dice.of(&fitting);
            text.replacen(from, to, 1)
        }
        _ if !lines.is_empty() => {
            let (_, behind, line) = dice.of(&lines);
            match behind.is_empty() || text.contains(behind) {
                _ if text.contains(line) => text.to_owned(),
                true if behind.is_empty() => format!("{}\n{line}\n", text.trim_end_matches('\n')),
                true => with_line(text, behind, line),
                false => text.to_owned(),
            }
        }
        _ => edited(text, dice, like),
    }
}

#[test]
fn lines_that_tell_of_others() {
    for seed in 1..=seeds() {
        let mut system = MemorySystem::default();
        for (path, text) in tree::files(6) {
            let is_needed = !path.contains("workflows") || seed % 3 != 0;
            is_needed.then(|| system.insert(TreePath::parse(&path).unwrap(), text));
        }
        let more: [(&str, &str); 6] = [
            (
                "deploy/compose.yaml",
                "services:\n  cart-00003: { image: \"registry.example.com/shop/cart-00003:1\" }\nvolumes:\n  data:\n",
            ),
            ("ci/deploy.sh", "#!/bin/sh\nset -eu\nmake\n"),
            ("services/cart-00003/fly.toml", "app = \"cart\"\n"),
            (
                "services/cart-00003/compose.prod.yaml",
                "services:\n  cart-00003: { environment: { EXTRA_KEY: 2 } }\n",
            ),
            ("web/page.tsx", "console.log(process.env.NEXT_PUBLIC_EXTRA);\n"),
            ("web/extra.py", "import os\n\nos.environ[\"EXTRA_KEY\"]\n"),
        ];
        for (path, text) in more {
            system.insert(TreePath::parse(path).unwrap(), text);
        }
        go_through(seed, &mut system, |path| path.name() != "README.md", by_line);
    }
}
