//! The way of a key to a service, in small trees: what each kind of source makes of the outcome.

use envcheck::engine::Snapshot;
use envcheck::index::{Cell, LinkState, Outcome, Route};
use envcheck::key::KeyName;
use envcheck::system::MemorySystem;
use envcheck::text::TreePath;

/// A tree with one service `api`, whose code lies in `app`, and one environment `prod`.
struct Tree(Vec<(String, String)>);

const READER: &str = "import os\nos.environ[\"KEY\"]\n";

/// A tree whose environment says `environment` and that holds `files`.
fn tree(environment: &str, files: &[(&str, &str)]) -> Tree {
    let mut all = vec![
        (
            "envs/matrix.yaml".to_owned(),
            "version: 1\nservices:\n  api: { root: app }\n  web: { root: web }\nkeys:\n  KEY: { service: api }\n".to_owned(),
        ),
        ("envs/prod.yaml".to_owned(), environment.to_owned()),
        ("app/main.py".to_owned(), READER.to_owned()),
    ];
    for (path, text) in files {
        all.retain(|(known, _)| known != path);
        all.push(((*path).to_owned(), (*text).to_owned()));
    }
    Tree(all)
}

/// A compose source; `entry` is what the service says.
fn compose(entry: &str, files: &[(&str, &str)]) -> Tree {
    let text = format!("services:\n  api:\n    image: acme/api\n    {entry}\n");
    let mut all = vec![("compose.yaml", text.as_str())];
    all.extend_from_slice(files);
    tree("tier: production\nsources: [{ compose: compose.yaml }]\n", &all)
}

#[test]
fn what_is_included_has_variables_of_its_own() {
    let sub = "services:\n  api:\n    image: acme/api\n    environment:\n      KEY: ${SOURCE}\n";
    let environment = "tier: production\nsources: [{ compose: compose.yaml }]\n";
    let including = |include: &str, dotenv: &str| {
        let compose = format!("include: [{include}]\n");
        tree(environment, &[("compose.yaml", &compose), ("sub/compose.yaml", sub), (dotenv, "SOURCE=1\n")])
    };
    let by_file = "{ path: sub/compose.yaml, env_file: sub/own.env }";
    assert_eq!(including(by_file, "sub/own.env").text().as_deref(), Some("1"));
    assert_eq!(including("sub/compose.yaml", "sub/.env").text().as_deref(), Some("1"));
    assert_eq!(including("sub/compose.yaml", "elsewhere/.env").text(), None);
}

impl Tree {
    fn route(&self) -> Route {
        self.route_of("prod", "KEY")
    }

    fn route_of(&self, environment: &str, key: &str) -> Route {
        let mut system = MemorySystem::default();
        for (path, text) in &self.0 {
            system.insert(TreePath::parse(path).unwrap(), text.as_bytes());
        }
        let index = Snapshot::take(&system, None).index;
        assert!(index.matrix_problems.is_empty(), "{:?}", index.matrix_problems);
        let environment = index.matrix.environment(environment).unwrap();
        let service = &index.matrix.services["api"];
        index.route(environment, service, &KeyName::new(key))
    }

    fn cell(&self) -> Cell {
        Cell::of(&self.route().outcome)
    }

    /// The text that arrives, where the tree holds it.
    fn text(&self) -> Option<String> {
        let route = self.route();
        route.outcome.held()?.text().map(|text| text.reveal().to_owned())
    }
}

#[test]
fn compose_literals() {
    assert_eq!(compose("environment: { KEY: a }", &[]).cell(), Cell::Supplied);
    assert_eq!(compose("environment: [KEY=a]", &[]).text().as_deref(), Some("a"));
    assert_eq!(compose("environment: { KEY: \"\" }", &[]).cell(), Cell::Empty);
    assert_eq!(compose("environment: { KEY: changeme }", &[]).cell(), Cell::Placeholder);
    let without = compose("environment: { OTHER: a }", &[]).route();
    assert_eq!(Cell::of(&without.outcome), Cell::Missing);
    assert!(without.links.iter().any(|link| link.state == LinkState::Broken && link.at.is_some()));
}

#[test]
fn modifiers_without_a_value() {
    for (value, cell) in [
        ("${V}", Cell::Missing),
        ("$V", Cell::Missing),
        ("${V:?}", Cell::Missing),
        ("${V?say it}", Cell::Missing),
        ("${V:-d}", Cell::Default),
        ("${V-d}", Cell::Default),
        ("${V:-}", Cell::Empty),
        ("${V:+d}", Cell::Empty),
        ("${V:-changeme}", Cell::Placeholder),
        // Text around a hole is not nothing, but a refusal stops compose.
        ("http://${V}/", Cell::Supplied),
        ("http://${V:?}/", Cell::Missing),
        ("${V:-${W}}", Cell::Missing),
        ("${V:-${W:-d}}", Cell::Default),
        ("${V:-a${W}}", Cell::Supplied),
    ] {
        let entry = format!("environment: {{ KEY: \"{value}\" }}");
        assert_eq!(compose(&entry, &[]).cell(), cell, "{value}");
    }
}

#[test]
fn modifiers_with_a_value() {
    for (value, text) in [
        ("${V}", Some("v")),
        ("${V:?}", Some("v")),
        ("${V-d}", Some("v")),
        ("${V:-d}", Some("v")),
        ("${U:-${V}}", Some("v")),
        ("${V:+d}", None),
    ] {
        let entry = format!("environment: {{ KEY: \"{value}\" }}");
        let tree = compose(&entry, &[(".env", "V=v\n")]);
        assert_eq!((tree.cell(), tree.text().as_deref()), (Cell::Supplied, text), "{value}");
    }
}

#[test]
fn modifiers_with_an_empty_value() {
    for (value, cell) in [
        ("${V}", Cell::Empty),
        ("${V-d}", Cell::Empty),
        ("${V?}", Cell::Empty),
        ("${V:-d}", Cell::Default),
        ("${V:?}", Cell::Missing),
    ] {
        let entry = format!("environment: {{ KEY: \"{value}\" }}");
        assert_eq!(compose(&entry, &[(".env", "V=\n")]).cell(), cell, "{value}");
    }
}

#[test]
fn passed_through() {
    assert_eq!(compose("environment: [KEY]", &[]).cell(), Cell::Missing);
    assert_eq!(compose("environment: [KEY]", &[(".env", "KEY=a\n")]).text().as_deref(), Some("a"));
    // What a deployed environment holds is not what the example shows.
    let by_example = compose("environment: { KEY: }", &[(".env.example", "KEY=a\n")]);
    assert_eq!((by_example.cell(), by_example.text()), (Cell::Supplied, None));
}

#[test]
fn env_files() {
    let entry = "env_file: api.env";
    assert_eq!(compose(entry, &[("api.env", "KEY=a\n")]).cell(), Cell::Supplied);
    assert_eq!(compose(entry, &[("api.env", "OTHER=a\n")]).cell(), Cell::Missing);
    assert_eq!(compose(entry, &[("api.env", "# KEY=a\n")]).cell(), Cell::Missing);
    let by_example = compose(entry, &[("api.env.example", "KEY=a\n")]);
    assert_eq!((by_example.cell(), by_example.text()), (Cell::Supplied, None));
    assert_eq!(compose(entry, &[("api.env.example", "OTHER=a\n")]).cell(), Cell::Missing);
    assert_eq!(compose(entry, &[]).cell(), Cell::Unseen);
    let two = "env_file: [a.env, b.env]";
    assert_eq!(compose(two, &[("a.env", "KEY=a\n"), ("b.env", "KEY=b\n")]).text().as_deref(), Some("b"));
    let both = "env_file: a.env\n    environment: { KEY: c }";
    assert_eq!(compose(both, &[("a.env", "KEY=a\n")]).text().as_deref(), Some("c"));
    // The `.env` beside a compose file is for its interpolation, not for its containers.
    assert_eq!(compose("environment: { A: b }", &[(".env", "KEY=a\n")]).cell(), Cell::Missing);
}

#[test]
fn the_dotenv_of_a_project() {
    let entry = "environment: { KEY: \"${KEY}\" }";
    assert_eq!(compose(entry, &[(".env", "KEY=a\n")]).text().as_deref(), Some("a"));
    assert_eq!(compose(entry, &[("deploy/.env", "KEY=a\n")]).cell(), Cell::Missing);
    let named = "tier: production\nsources: [{ compose: { files: compose.yaml, env_files: [a.env] } }]\n";
    let text = "services:\n  api:\n    image: acme/api\n    environment: { KEY: \"${KEY}\" }\n";
    let instead = tree(named, &[("compose.yaml", text), (".env", "KEY=x\n"), ("a.env", "KEY=y\n")]);
    assert_eq!(instead.text().as_deref(), Some("y"));
    let lacks = tree(named, &[("compose.yaml", text), (".env", "KEY=x\n"), ("a.env", "OTHER=y\n")]);
    assert_eq!(lacks.cell(), Cell::Missing);
}

#[test]
fn later_compose_files_win() {
    let sources = "sources: [{ compose: [compose.yaml, compose.prod.yaml] }]\n";
    let first = "services:\n  api:\n    image: a\n    environment: { KEY: first }\n";
    let second = "services:\n  api:\n    environment: { KEY: second }\n";
    let files = [("compose.yaml", first), ("compose.prod.yaml", second)];
    assert_eq!(tree(sources, &files).text().as_deref(), Some("second"));
    let silent = "services:\n  api:\n    environment: { OTHER: second }\n";
    let files = [("compose.yaml", first), ("compose.prod.yaml", silent)];
    assert_eq!(tree(sources, &files).text().as_deref(), Some("first"));
    // A file that is not there may say anything.
    let absent = tree(sources, &[("compose.yaml", silent)]);
    assert_eq!(absent.cell(), Cell::Unseen);
}

#[test]
fn values_and_platforms() {
    let values = tree("values: { KEY: a }\nsources: [{ dotenv: a.env }]\n", &[("a.env", "KEY=b\n")]);
    assert_eq!(values.text().as_deref(), Some("a"));
    assert_eq!(tree("sources: [{ platform: [KEY] }]\n", &[]).cell(), Cell::Supplied);
    assert_eq!(tree("sources: [{ platform: [OTHER] }]\n", &[]).cell(), Cell::Missing);
    assert_eq!(tree("sources: [{ platform: }]\n", &[]).cell(), Cell::Unseen);
    let elsewhere = "sources: [{ platform: { keys: [KEY], services: [web] } }]\n";
    assert_eq!(tree(elsewhere, &[]).cell(), Cell::Missing);
    // Compose runs with what whoever deploys sets.
    let text = "services:\n  api:\n    image: a\n    environment: { KEY: \"${V}\" }\n";
    let through = "values: { V: v }\nsources: [{ compose: compose.yaml }]\n";
    assert_eq!(tree(through, &[("compose.yaml", text)]).text().as_deref(), Some("v"));
    let platform = "sources: [{ compose: compose.yaml }, { platform: [V] }]\n";
    assert_eq!(tree(platform, &[("compose.yaml", text)]).cell(), Cell::Supplied);
}

#[test]
fn dotenv_sources_in_their_order() {
    let both = "sources: [{ dotenv: a.env }, { dotenv: b.env }]\n";
    let files = [("a.env", "KEY=a\n"), ("b.env", "KEY=b\n")];
    assert_eq!(tree(both, &files).text().as_deref(), Some("a"));
    assert_eq!(tree(both, &[("a.env", "OTHER=a\n"), files[1]]).text().as_deref(), Some("b"));
    let other = "sources: [{ dotenv: { file: a.env, services: [web] } }]\n";
    assert_eq!(tree(other, &[files[0]]).cell(), Cell::Missing);
    assert_eq!(tree("sources: [{ dotenv: .env }]\n", &[]).cell(), Cell::Unseen);
    let example = [(".env.example", "KEY=a\n")];
    assert_eq!(tree("sources: [{ dotenv: .env }]\n", &example).cell(), Cell::Supplied);
    assert_eq!(tree("tier: local\nsources: [{ dotenv: .env }]\n", &example).cell(), Cell::Example);
}

const TEMPLATE: &str = "{{- $env := env \"ENV\" }}
{{- with secret (printf \"secret/data/app/%s\" $env) }}
{{- if eq $env \"prod\" }}
KEY={{ .Data.data.KEY }}
{{- end }}
OTHER={{ or .Data.data.OTHER \"d\" }}
{{- end }}
";

#[test]
fn vault() {
    let source =
        |env: &str| format!("sources: [{{ vault: {{ template: a.ctmpl, env: {{ ENV: {env} }} }} }}]\n");
    let files = [("a.ctmpl", TEMPLATE)];
    assert_eq!(tree(&source("prod"), &files).cell(), Cell::Vault);
    let elsewhere = tree(&source("staging"), &files).route();
    assert_eq!(Cell::of(&elsewhere.outcome), Cell::Missing);
    assert!(elsewhere.links.iter().any(|link| link.what.ends_with("only where `ENV` is `prod`")));
    // Nobody says what `ENV` is.
    assert_eq!(tree("sources: [{ vault: a.ctmpl }]\n", &files).cell(), Cell::Unseen);
    assert_eq!(Cell::of(&tree(&source("staging"), &files).route_of("prod", "OTHER").outcome), Cell::Vault);
    assert_eq!(tree(&source("prod"), &[]).cell(), Cell::Unseen);
    let range =
        "{{ with secret \"a\" }}{{ range $k, $v := .Data.data }}\n{{ $k }}={{ $v }}\n{{ end }}{{ end }}\n";
    assert_eq!(tree(&source("prod"), &[("a.ctmpl", range)]).cell(), Cell::Unseen);
}

#[test]
fn workflows() {
    let source = "sources: [{ workflow: .github/workflows/ci.yml }]\n";
    let named = [(".github/workflows/ci.yml", "on: push\nenv: { KEY: a }\n")];
    assert_eq!(tree(source, &named).text().as_deref(), Some("a"));
    assert_eq!(tree(source, &[(named[0].0, "on: push\nname: KEY\n")]).cell(), Cell::Unseen);
    assert_eq!(tree(source, &[(named[0].0, "on: push\nenv: { OTHER: a }\n")]).cell(), Cell::Missing);
    assert_eq!(tree(source, &[]).cell(), Cell::Unseen);
}

#[test]
fn image_and_code() {
    let build = "services:\n  api:\n    build: app\n";
    let source = "sources: [{ compose: compose.yaml }]\n";
    let image =
        [("compose.yaml", build), ("app/Dockerfile", "FROM a AS base\nENV KEY=a\nFROM base\nCOPY . .\n")];
    assert_eq!(tree(source, &image).text().as_deref(), Some("a"));
    let other_stage =
        [("compose.yaml", build), ("app/Dockerfile", "FROM a AS build\nENV KEY=a\nFROM b\nCOPY . .\n")];
    assert_eq!(tree(source, &other_stage).cell(), Cell::Missing);
    let reads = |text| tree(source, &[("compose.yaml", build), ("app/main.py", text)]).cell();
    assert_eq!(reads("import os\nos.environ.get(\"KEY\", \"d\")\n"), Cell::Default);
    assert_eq!(reads("import os\nos.getenv(\"KEY\")\n"), Cell::Unset);
    assert_eq!(reads("print(1)\n"), Cell::Unset);
}

#[test]
fn declarations() {
    let source = "sources: [{ dotenv: a.env }]\n";
    let declared = |keys: &str, env: &str| {
        let matrix = format!("version: 1\nservices:\n  api: {{ root: app }}\nkeys:\n  {keys}\n");
        tree(source, &[("envs/matrix.yaml", &matrix), ("a.env", env), ("app/main.py", "print(1)\n")]).cell()
    };
    assert_eq!(declared("KEY: { required: all }", "A=1\n"), Cell::Missing);
    assert_eq!(declared("KEY: {}", "A=1\n"), Cell::Unset);
    assert_eq!(declared("KEY: { required: all, default: d }", "A=1\n"), Cell::Default);
    assert_eq!(declared("KEY: { required: all, aliases: [OLD_KEY] }", "OLD_KEY=1\n"), Cell::Supplied);
    assert_eq!(declared("KEY: { kind: public, required: all }", "A=1\n"), Cell::Unseen);
    assert_eq!(declared("KEY: { kind: platform, required: all }", "A=1\n"), Cell::Unset);
}

#[test]
fn names_that_serve_as_well() {
    let settings = "from pydantic import AliasChoices, Field
from pydantic_settings import BaseSettings


class Settings(BaseSettings):
    key: str = Field(validation_alias=AliasChoices(\"KEY\", \"OLD_KEY\"))
    other: str
";
    let source = "sources: [{ dotenv: a.env }]\n";
    let files = [("app/main.py", settings), ("a.env", "OLD_KEY=1\nother=2\n")];
    assert_eq!(tree(source, &files).cell(), Cell::Supplied);
    assert_eq!(Cell::of(&tree(source, &files).route_of("prod", "OTHER").outcome), Cell::Supplied);
}

#[test]
fn where_the_service_does_not_run() {
    let web = tree("services: [web]\nsources: [{ dotenv: a.env }]\n", &[("a.env", "KEY=1\n")]);
    assert_eq!(web.cell(), Cell::NotApplicable);
    assert!(matches!(tree("tier: production\n", &[]).route().outcome, Outcome::Unseen(_)));
    let gap = compose("environment: { A: b }\n    extends: { file: base.yaml, service: x }", &[]);
    assert_eq!(gap.cell(), Cell::Unseen);
}

#[test]
fn links_go_from_the_reader_outwards() {
    let route = compose("environment: { KEY: \"${V}\" }", &[(".env", "V=v\n")]).route();
    let what: Vec<&str> = route.links.iter().map(|link| link.what.as_str()).collect();
    assert_eq!(
        what,
        [
            "the code reads `KEY` and does not start without it",
            "compose passes `KEY` from `V`",
            "the dotenv file sets `V`"
        ]
    );
}

/// Two compose files, the second laid over the first.
fn overlaid(first: &str, second: &str) -> Tree {
    tree(
        "tier: production\nsources: [{ compose: [a.yaml, b.yaml] }]\n",
        &[
            ("a.yaml", &format!("services:\n  api:\n    image: acme/api\n    {first}\n")),
            ("b.yaml", &format!("services:\n  api:\n    {second}\n")),
        ],
    )
}

#[test]
fn overrides_take_away_and_replace_as_compose_does() {
    let first = "environment: { KEY: a, OTHER: b }";
    assert_eq!(overlaid(first, "environment: { KEY: c }").text().as_deref(), Some("c"));
    assert_eq!(overlaid(first, "environment: { OTHER: c }").text().as_deref(), Some("a"));
    assert_eq!(overlaid(first, "environment: { KEY: !reset null }").cell(), Cell::Missing);
    assert_eq!(overlaid(first, "environment: !override { OTHER: c }").cell(), Cell::Missing);
    assert_eq!(overlaid(first, "environment: !reset {}").cell(), Cell::Missing);
    assert_eq!(overlaid("environment: [KEY=a]", "environment: [KEY=c]").text().as_deref(), Some("c"));
    // An entry without a value passes on what nobody sets, and hides the value before.
    assert_eq!(overlaid("environment: [KEY=a]", "environment: [KEY]").cell(), Cell::Missing);
}

#[test]
fn extended_services_give_their_environment() {
    let base =
        "services:\n  base:\n    image: acme/api\n    environment: { KEY: a }\n    env_file: base.env\n";
    let extends = |own: &str, dotenv: &str| {
        compose(
            &format!("extends: {{ file: deploy/base.yaml, service: base }}\n    {own}"),
            &[("deploy/base.yaml", base), ("deploy/base.env", dotenv)],
        )
    };
    assert_eq!(extends("", "").text().as_deref(), Some("a"));
    assert_eq!(extends("environment: { KEY: b }", "").text().as_deref(), Some("b"));
    let other = base.replace("KEY: a", "OTHER: a");
    let through_file = compose(
        "extends: { file: deploy/base.yaml, service: base }",
        &[("deploy/base.yaml", &other), ("deploy/base.env", "KEY=c\n")],
    );
    assert_eq!(through_file.text().as_deref(), Some("c"));
    let lacking = compose(
        "extends: { file: deploy/base.yaml, service: base }",
        &[("deploy/base.yaml", &other), ("deploy/base.env", "")],
    );
    assert_eq!(lacking.cell(), Cell::Missing);
    let elsewhere = compose("extends: { file: absent.yaml, service: base }", &[]);
    assert_eq!(elsewhere.cell(), Cell::Unseen);
}

#[test]
fn included_projects_run_their_services() {
    let included = |text: &str| {
        tree(
            "tier: production\nsources: [{ compose: compose.yaml }]\n",
            &[("compose.yaml", "include: [part/compose.yaml]\nservices: {}\n"), ("part/compose.yaml", text)],
        )
    };
    let with = "services:\n  api:\n    image: acme/api\n    environment: { KEY: a }\n";
    assert_eq!(included(with).text().as_deref(), Some("a"));
    let without = included(&with.replace("KEY", "OTHER"));
    assert_eq!(without.cell(), Cell::Missing);
    assert!(without.route().links.iter().any(|link| link.what.contains("does not pass")));
}

#[test]
fn the_environment_wins_over_dotenv_files_and_the_image() {
    let files = [
        ("one.env", "KEY=one\n"),
        ("two.env", "KEY=two\n"),
        ("app/Dockerfile", "FROM scratch\nENV KEY=image\nCOPY . .\n"),
    ];
    let of = |entry: &str| compose(entry, &files).text();
    assert_eq!(of("env_file: [one.env, two.env]").as_deref(), Some("two"));
    assert_eq!(of("env_file: [two.env, one.env]").as_deref(), Some("one"));
    assert_eq!(
        of("build: app\n    env_file: one.env\n    environment: { KEY: own }").as_deref(),
        Some("own")
    );
    assert_eq!(of("build: app\n    env_file: one.env").as_deref(), Some("one"));
    assert_eq!(of("build: app").as_deref(), Some("image"));
    assert_eq!(of("environment: { KEY: a$$b }").as_deref(), Some("a$b"));
}

#[test]
fn a_guess_knows_what_compose_alone_reads() {
    let of = |code: &str, service: &str| {
        let compose = format!("services:\n  api:\n    build: ./app\n    {service}\n");
        let files = [
            ("compose.yaml", compose.as_str()),
            (".env.example", "KEY=a\n"),
            ("app/Dockerfile", "FROM python:3.13\nCOPY . .\n"),
            ("app/main.py", code),
        ];
        Tree(files.iter().map(|(path, text)| ((*path).to_owned(), (*text).to_owned())).collect())
            .route_of("local", "KEY")
    };
    let alone = of(READER, "environment: { OTHER: a }");
    assert_eq!(Cell::of(&alone.outcome), Cell::Missing);
    let broken =
        alone.links.iter().find(|link| link.state == LinkState::Broken && link.what.contains(".env"));
    assert!(broken.is_some_and(|link| link.at.is_some()), "{:?}", alone.links);
    // The container is given the file, or the code looks for one.
    assert_eq!(Cell::of(&of(READER, "env_file: .env").outcome), Cell::Example);
    let loading = "import os\nfrom dotenv import load_dotenv\nload_dotenv()\nos.environ[\"KEY\"]\n";
    assert_eq!(Cell::of(&of(loading, "environment: { OTHER: a }").outcome), Cell::Example);
}
