//! `envcheck init` as a new user meets it.

use super::Tree;

const COMPOSE: &str = "name: shop
services:
  api:
    build: ./api
    environment:
      DATABASE_URL: ${DATABASE_URL:?}
      SECRET_KEY: ${SECRET_KEY}
  worker:
    build: ./api
    environment:
      DATABASE_URL: ${DATABASE_URL:?}
      SECRET_KEY: ${SECRET_KEY}
  db:
    image: postgres:16
    environment:
      POSTGRES_PASSWORD: ${POSTGRES_PASSWORD}
";
const CODE: &str = "import os
from pydantic import Field
from pydantic_settings import BaseSettings

class Settings(BaseSettings):
    DATABASE_URL: str
    SECRET_KEY: str = 'c4n4ry-5ecret'
    PAGE_SIZE: int = Field(default=20, description='Rows on a page.')
";
const EXAMPLE: &str = "# Where the data is.
DATABASE_URL=postgresql://shop:c4n4ry-5ecret@localhost/shop
SECRET_KEY=c4n4ry-5ecret
POSTGRES_PASSWORD=c4n4ry-5ecret
";

fn shop() -> Tree {
    Tree::new(&[
        ("compose.yaml", COMPOSE),
        ("api/Dockerfile", "FROM python:3.13\nCOPY . .\nCMD python settings.py\n"),
        ("api/settings.py", CODE),
        (".env.example", EXAMPLE),
        (".gitignore", ".env\n"),
        (
            ".github/workflows/deploy.yml",
            "on: push\njobs:\n  ship:\n    environment:\n      name: production\n      url: https://shop.example\n    \
             steps:\n      - run: ./ship\n",
        ),
    ])
}

fn text(tree: &Tree, path: &str) -> String {
    std::fs::read_to_string(tree.path().join(path)).unwrap()
}

const WRITTEN: &[&str] = &[
    "envs/matrix.yaml",
    "envs/local.yaml",
    "envs/production.yaml",
    "envs/.schema/matrix.json",
    "envs/.schema/environment.json",
];

#[test]
fn writes_a_matrix_that_holds_and_finds_nothing_new() {
    let tree = shop();
    let before = tree.run("check --format concise");
    let ran = tree.run("init");
    assert_eq!(ran.code, 0, "{ran:?}");
    for path in WRITTEN {
        assert!(ran.out.contains(&format!("wrote {path} (")), "{path}: {}", ran.out);
        assert!(!text(&tree, path).contains("c4n4ry"), "{path} holds a secret");
    }
    let matrix = text(&tree, "envs/matrix.yaml");
    assert!(matrix.starts_with("# yaml-language-server: $schema=.schema/matrix.json\n"), "{matrix}");
    for line in [
        "project: shop # compose.yaml:1",
        "  api: # compose.yaml:3",
        "    root: api",
        "    compose: [api, worker]",
        "  DATABASE_URL: { kind: secret, required: all, about: Where the data is. } # api/settings.py:6",
        "  PAGE_SIZE: { type: int, default: \"20\", about: Rows on a page. } # api/settings.py:8",
        "  POSTGRES_PASSWORD: { kind: platform } # .env.example:4",
    ] {
        assert!(matrix.lines().any(|written| written == line), "{line}\n{matrix}");
    }
    let production = text(&tree, "envs/production.yaml");
    for line in [
        "tier: production # .github/workflows/deploy.yml:5",
        "url: \"https://shop.example\" # .github/workflows/deploy.yml:6",
        "  - workflow: { file: .github/workflows/deploy.yml, job: ship } # .github/workflows/deploy.yml:5",
    ] {
        assert!(production.lines().any(|written| written == line), "{line}\n{production}");
    }
    assert!(text(&tree, "envs/local.yaml").contains("  - dotenv: .env # made from .env.example\n"));
    let after = tree.run("check --format concise");
    assert_eq!((after.code, &after.out), (before.code, &before.out), "{after:?}");
    assert!(after.err.contains("environments") && !after.err.contains("inferred"), "{}", after.err);
}

#[test]
fn a_second_run_changes_nothing() {
    let tree = shop();
    tree.run("init");
    let first: Vec<String> = WRITTEN.iter().map(|path| text(&tree, path)).collect();
    std::fs::remove_file(tree.path().join("envs/local.yaml")).unwrap();
    for line in ["init", "init .", "init --dry-run"] {
        let ran = tree.run(line);
        assert_eq!(ran.code, 0, "{ran:?}");
        assert!(ran.out.contains("envs/matrix.yaml is there already\n"), "{}", ran.out);
        assert!(ran.out.contains("nothing was changed"), "{}", ran.out);
    }
    assert!(!tree.path().join("envs/local.yaml").exists(), "what the team deleted stays deleted");
    for (path, before) in WRITTEN.iter().zip(first).filter(|(path, _)| **path != "envs/local.yaml") {
        assert_eq!(text(&tree, path), before, "{path}");
    }
}

#[test]
fn a_matrix_in_one_file_is_a_matrix_too() {
    let tree = shop();
    tree.write("envcheck.toml", "version = 1\n");
    let ran = tree.run("init");
    assert_eq!(ran.code, 0, "{ran:?}");
    assert!(ran.out.contains("envcheck.toml is there already"), "{}", ran.out);
    assert!(!tree.path().join("envs").exists());
}

#[test]
fn a_file_that_is_there_is_left_alone() {
    let tree = shop();
    let own = "tier: production\nsources: []\n";
    tree.write("envs/production.yaml", own);
    let ran = tree.run("init");
    assert_eq!(ran.code, 0, "{ran:?}");
    assert!(ran.out.contains("envs/production.yaml is there already and was left alone"), "{}", ran.out);
    assert!(ran.out.contains("wrote envs/matrix.yaml"), "{}", ran.out);
    assert_eq!(text(&tree, "envs/production.yaml"), own);
}

#[test]
fn a_dry_run_prints_and_writes_nothing() {
    let tree = shop();
    let ran = tree.run("init --dry-run");
    assert_eq!(ran.code, 0, "{ran:?}");
    assert!(!tree.path().join("envs").exists());
    assert!(ran.out.contains("# ---- envs/matrix.yaml\n") && ran.out.contains("  PAGE_SIZE:"), "{}", ran.out);
    assert!(ran.err.contains("would write envs/.schema/matrix.json"), "{}", ran.err);
    assert!(!ran.out.contains("c4n4ry"));
}

#[test]
fn a_tree_that_keeps_the_schemas_gets_no_copies() {
    let tree = shop();
    tree.write("schema/matrix.json", envcheck::matrix::schema());
    tree.write("schema/environment.json", envcheck::matrix::environment_schema());
    assert_eq!(tree.run("init").code, 0);
    assert!(!tree.path().join("envs/.schema").exists());
    let first = "# yaml-language-server: $schema=../schema/environment.json\n";
    assert!(text(&tree, "envs/local.yaml").starts_with(first));
}

#[test]
fn where_there_is_nothing_to_guess_from_it_says_so() {
    let tree = Tree::new(&[("README.md", "# Nothing\n")]);
    let ran = tree.run("init");
    assert_eq!(ran.code, 2, "{ran:?}");
    assert!(ran.err.contains("nothing to guess a matrix from"), "{}", ran.err);
    assert_eq!(tree.run("init nowhere").code, 2);
    assert!(!tree.path().join("envs").exists());
}

#[test]
fn a_matrix_kept_elsewhere_does_not_redirect_it() {
    let elsewhere = Tree::new(&[("matrix.yaml", "version: 1\n")]);
    let tree = shop();
    let matrix = elsewhere.path().join("matrix.yaml");
    let ran = tree.run_with("init", &[("ENVCHECK_MATRIX", matrix.to_str().unwrap())]);
    assert_eq!(ran.code, 0, "{ran:?}");
    assert!(tree.path().join("envs/matrix.yaml").exists());
    assert_eq!(std::fs::read_to_string(matrix).unwrap(), "version: 1\n");
}

#[test]
fn the_help_shows_how_to_begin() {
    let tree = Tree::new(&[]);
    let ran = tree.run("init --help");
    assert!(ran.code == 0 && ran.out.contains("envcheck init --dry-run"), "{ran:?}");
    assert!(tree.run("--help").out.contains("init "));
}

#[cfg(unix)]
#[test]
fn nothing_is_written_outside_of_the_tree() {
    let outside = tempfile::tempdir().unwrap();
    let tree = shop();
    std::os::unix::fs::symlink(outside.path(), tree.path().join("envs")).unwrap();
    let ran = tree.run("init");
    assert_eq!(ran.code, 2, "{ran:?}");
    assert!(ran.err.contains("it leads out of the tree"), "{}", ran.err);
    assert_eq!(std::fs::read_dir(outside.path()).unwrap().count(), 0);

    let tree = shop();
    std::fs::create_dir(tree.path().join("envs")).unwrap();
    let target = outside.path().join("stolen.yaml");
    std::os::unix::fs::symlink(&target, tree.path().join("envs/matrix.yaml")).unwrap();
    let ran = tree.run("init");
    assert!(ran.out.contains("envs/matrix.yaml is there already and was left alone"), "{ran:?}");
    assert!(!target.exists());
}
