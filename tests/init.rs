//! What `init` writes reads back as the matrix that was proposed, without a problem.

use std::collections::BTreeMap;

use envcheck::engine::Snapshot;
use envcheck::infer::without_places;
use envcheck::init::plan;
use envcheck::key::KeyName;
use envcheck::matrix::{
    EnvSource, Environment, KeySpec, Kind, Matrix, MatrixOrigin, Required, Runtime, Said, Service, Tier, read,
};
use envcheck::secret::Secret;
use envcheck::system::MemorySystem;
use envcheck::text::{FileId, Files, SourceFile, TreePath};
use envcheck::value_type::ValueType;
use proptest::prelude::*;

fn path(text: &str) -> TreePath {
    TreePath::parse(text).unwrap()
}

/// The matrix that the planned files declare.
fn read_back(proposal: &Matrix, files: &Files) -> Matrix {
    let written: Vec<SourceFile> = plan(proposal, files, false)
        .into_iter()
        .filter(|file| file.path.name().ends_with(".yaml"))
        .zip(0..)
        .map(|(file, id)| SourceFile::new(FileId(id), file.path, file.text))
        .collect();
    let (matrix, problems) = read(&written.iter().collect::<Vec<_>>());
    let texts: Vec<&str> = written.iter().map(|file| file.text.as_str()).collect();
    assert!(problems.is_empty(), "{problems:#?}\n{}", texts.join("\n----\n"));
    Matrix { origin: MatrixOrigin::Inferred, ..without_places(matrix) }
}

fn proposed(files: &[(&str, &str)]) -> (Matrix, Snapshot) {
    let mut system = MemorySystem::default();
    for (name, text) in files {
        system.insert(path(name), *text);
    }
    let snapshot = Snapshot::take(&system, None);
    let proposal = snapshot.proposal();
    assert_eq!(read_back(&proposal, &snapshot.index.files), without_places(proposal.clone()));
    (proposal, snapshot)
}

fn environment<'a>(matrix: &'a Matrix, name: &str) -> &'a Environment {
    matrix.environment(name).expect("an environment of this name")
}

/// The sources of an environment in short: paths, and words for what has none.
fn sources(matrix: &Matrix, name: &str) -> Vec<String> {
    let paths = |files: &[Said<TreePath>]| {
        files.iter().map(|file| file.as_str().to_owned()).collect::<Vec<_>>().join("+")
    };
    let names = |names: &[Said<String>]| names.iter().map(|name| format!(" {}", **name)).collect::<String>();
    environment(matrix, name)
        .sources
        .iter()
        .map(|source| match &source.value {
            EnvSource::Dotenv { file, services } => format!("{}{}", file.as_str(), names(services)),
            EnvSource::Compose { files, .. } => paths(files),
            EnvSource::Vault { template, env, services, .. } => {
                let env: String = env.iter().map(|(key, word)| format!(" {key}={}", **word)).collect();
                format!("{}{env}{}", template.as_str(), names(services))
            }
            EnvSource::Workflow { file, .. } | EnvSource::Deploy { file, .. } => file.as_str().to_owned(),
            EnvSource::Platform { .. } => "platform".to_owned(),
        })
        .collect()
}

fn services(matrix: &Matrix) -> Vec<String> {
    matrix
        .services
        .values()
        .map(|service| {
            let root = service.root.as_ref().map_or("-", |root| root.as_str());
            let names: Vec<&str> = service.compose.iter().map(|name| name.as_str()).collect();
            format!("{} {root} {}", *service.name, names.join(","))
        })
        .collect()
}

const BUILDS: &str = "FROM node:22\nCOPY . .\n";

#[test]
fn services_are_grouped_by_the_code_they_run() {
    let compose = "services:
  web: { build: { context: ., dockerfile: apps/web/Dockerfile } }
  api: { build: apps/api, command: serve }
  worker: { build: apps/api, command: work }
  proxy: { build: proxy }
  db: { image: 'postgres:16' }
";
    let (matrix, _) = proposed(&[
        ("compose.yml", compose),
        ("apps/web/Dockerfile", BUILDS),
        ("apps/web/a.ts", "process.env.VITE_URL"),
        ("apps/api/Dockerfile", BUILDS),
        ("proxy/Dockerfile", "FROM nginx:1\nCOPY nginx.conf /etc/nginx/\n"),
    ]);
    assert_eq!(services(&matrix), ["api apps/api api,worker", "web apps/web web"]);
    assert_eq!(matrix.services["web"].public_prefix.as_ref().unwrap().value, "VITE_");
}

#[test]
fn a_dockerfile_among_packaging_builds_the_tree() {
    let compose = "services:\n  server: { build: { context: .., dockerfile: docker/Dockerfile } }\n";
    let (matrix, _) = proposed(&[("docker/docker-compose.yml", compose), ("docker/Dockerfile", BUILDS)]);
    assert_eq!(services(&matrix), ["server  server"]);
    let (matrix, _) = proposed(&[
        ("packaging/docker/alpine/Dockerfile", BUILDS),
        ("packaging/docker/debian/Dockerfile", BUILDS),
        ("package.json", "{\"name\": \"@acme/shop\"}"),
        (
            "compose.yml",
            "services:\n  store: { image: 'ghcr.io/acme/shop:2' }\n  db: { image: 'acme/db:1' }\n",
        ),
    ]);
    assert_eq!(services(&matrix), ["shop  shop,store"]);
    assert_eq!(matrix.project.unwrap().value, "shop");
}

#[test]
fn images_that_the_project_builds_elsewhere_are_services_without_code() {
    let compose = "services:
  backend: { image: 'ghcr.io/acme/shop-backend:${TAG:-latest}' }
  auth: { image: 'ghcr.io/other/auth:${AUTH_VERSION:-2024.2}' }
  cache: { image: 'redis:7' }
";
    let (matrix, _) = proposed(&[("compose.yml", compose)]);
    assert_eq!(services(&matrix), ["backend - backend"]);
}

#[test]
fn environments_by_names_of_files() {
    let main = "services:\n  api: { build: api }\n";
    let (matrix, _) = proposed(&[
        ("docker-compose.yml", main),
        ("docker-compose.override.yml", "services:\n  api: { environment: { A_KEY: '1' } }\n"),
        ("docker-compose.prod.yml", "services:\n  api: { environment: { A_KEY: '2' } }\n"),
        ("docker-compose.ci-e2e.yml", "services:\n  api: { image: 'a/b' }\n"),
        ("api/Dockerfile", BUILDS),
        ("api/.env.example", "A_KEY=1\n"),
        (".env.staging", "A_KEY=1\n"),
        (".env.example", "A_KEY=1\n"),
        ("somewhere/.env.example", "A_KEY=1\n"),
    ]);
    // The only service: whatever lies in its folder is for all.
    assert_eq!(
        sources(&matrix, "local"),
        ["docker-compose.yml+docker-compose.override.yml", ".env", "api/.env"]
    );
    assert_eq!(sources(&matrix, "production"), ["docker-compose.yml+docker-compose.prod.yml", "platform"]);
    assert_eq!(sources(&matrix, "ci"), ["docker-compose.ci-e2e.yml", "platform"]);
    assert_eq!(sources(&matrix, "staging"), [".env.staging", "platform"]);
    assert_eq!(environment(&matrix, "staging").runtime, Runtime::Image);
}

#[test]
fn where_developers_have_their_own_file_the_main_one_is_deployed() {
    let compose = "services:\n  api: { build: api, env_file: .envs/.local/.api }\n";
    let (matrix, _) = proposed(&[
        ("docker-compose.yml", compose),
        ("docker-compose-local.yml", compose),
        ("api/Dockerfile", BUILDS),
        (".envs/.local/.api", "A_KEY=1\n"),
    ]);
    assert_eq!(sources(&matrix, "local"), ["docker-compose-local.yml", "platform"]);
    assert_eq!(sources(&matrix, "production"), ["docker-compose.yml", "platform"]);
}

#[test]
fn environments_by_templates_and_workflows() {
    let template = "{{- $env := env \"ENV\" -}}
{{- with secret (printf \"secret/data/shop/%s/app\" $env) }}
API_KEY={{ .Data.data.API_KEY }}
{{- if eq $env \"staging\" }}
DEBUG_KEY=1
{{- end }}
{{ end -}}
";
    let compose = "services:\n  api: { image: 'acme/api:${TAG}' }\n";
    let workflow = "jobs:\n  a: { environment: prod }\n  b: { environment: '${{ inputs.where }}' }\n  c: { environment: github-pages }\n";
    let (matrix, _) = proposed(&[
        ("deploy/compose.yaml", compose),
        ("deploy/secrets.ctmpl", template),
        ("stores/postgres/compose.yaml", "services:\n  db: { image: 'postgres:16' }\n"),
        ("stores/postgres/secrets.ctmpl", template),
        (".github/workflows/ship.yml", workflow),
        (".github/workflows/deploy-preview.yml", "jobs: {}\n"),
    ]);
    let names: Vec<&str> = matrix.environments.iter().map(|one| one.name.as_str()).collect();
    assert_eq!(names, ["local", "preview", "staging", "production"]);
    assert_eq!(sources(&matrix, "staging"), ["deploy/compose.yaml", "deploy/secrets.ctmpl ENV=staging"]);
    assert_eq!(
        sources(&matrix, "production"),
        [
            ".github/workflows/ship.yml",
            "deploy/compose.yaml",
            "deploy/secrets.ctmpl ENV=production",
            "platform"
        ]
    );
    assert_eq!(sources(&matrix, "preview"), [".github/workflows/deploy-preview.yml", "platform"]);
}

#[test]
fn keys_with_what_code_and_examples_tell() {
    let code = "import os
from pydantic import AliasChoices, Field, SecretStr
from pydantic_settings import BaseSettings

class Settings(BaseSettings):
    DATABASE_URL: str
    STRIPE: SecretStr
    PAGE_SIZE: int = Field(default=20, ge=1, description='Rows on a page.')
    NAME: str = Field(default='shop', validation_alias=AliasChoices('NAME', 'TITLE'))

SHOP_MODE = os.environ.get('SHOP_MODE', False)
";
    let example =
        "# How the shop looks.\nTHEME=plain\nNOBODY=1\nREPLICA=postgres://a:c4n4ry-5ecret@b/c\nTAG=1\n";
    let compose = "services:\n  api: { build: api, image: 'x:${TAG}' }\n  web: { build: web }\n";
    let (matrix, _) = proposed(&[
        ("compose.yml", compose),
        ("api/Dockerfile", BUILDS),
        ("api/settings.py", code),
        ("api/scripts/tool.py", "import os\nos.environ['TOOL_KEY']\n"),
        ("web/Dockerfile", BUILDS),
        ("web/a.ts", "process.env.THEME; process.env.REPLICA; process.env.NEXT_PUBLIC_URL"),
        ("packages/b.ts", "process.env.NEXT_PUBLIC_URL"),
        (".env.example", &format!("{example}NEXT_PUBLIC_URL=http://localhost\n")),
    ]);
    let names: Vec<&str> = matrix.keys.keys().map(KeyName::as_str).collect();
    let wanted = [
        "DATABASE_URL",
        "NAME",
        "NEXT_PUBLIC_URL",
        "PAGE_SIZE",
        "REPLICA",
        "SHOP_MODE",
        "STRIPE",
        "TAG",
        "THEME",
    ];
    assert_eq!(names, wanted);
    let key = |name: &str| &matrix.keys[name];
    let owners = |name: &str| key(name).services.iter().map(|one| one.value.clone()).collect::<Vec<_>>();
    assert_eq!(key("DATABASE_URL").required.value, Required::All);
    assert_eq!(key("STRIPE").kind.value, Kind::Secret);
    assert_eq!(
        key("PAGE_SIZE").value_type.as_ref().unwrap().value,
        ValueType::Int { min: Some(1), max: None }
    );
    assert_eq!(key("PAGE_SIZE").default.as_ref().unwrap().reveal(), "20");
    assert_eq!(key("PAGE_SIZE").about.as_deref(), Some("Rows on a page."));
    assert_eq!(key("NAME").aliases.iter().map(|one| one.as_str()).collect::<Vec<_>>(), ["TITLE"]);
    assert_eq!(key("SHOP_MODE").default, None, "a truth value of Python is no text of an environment");
    assert_eq!(
        (owners("THEME"), key("THEME").about.as_deref()),
        (vec!["web".to_owned()], Some("How the shop looks."))
    );
    assert_eq!(key("REPLICA").kind.value, Kind::Secret);
    assert_eq!(
        (key("NEXT_PUBLIC_URL").kind.value, owners("NEXT_PUBLIC_URL")),
        (Kind::Public, vec!["web".to_owned()])
    );
    assert_eq!(key("TAG").kind.value, Kind::Platform);
}

#[test]
fn what_is_held_in_memory_demands_nothing() {
    let code = "from pydantic_settings import BaseSettings\nclass S(BaseSettings):\n    API_KEY: str\n";
    let (matrix, snapshot) = proposed(&[("app/settings.py", code)]);
    assert_eq!(matrix.keys["API_KEY"].required.value, Required::All);
    let guessed = &snapshot.index.matrix;
    assert_eq!(guessed.keys["API_KEY"].required.value, Required::Never);
    assert!(guessed.keys["API_KEY"].name.at.is_none());
    assert_eq!(*guessed, without_places(guessed.clone()));
}

/// Texts that YAML would take for something else, among others.
fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        "[ -~é\u{2028}\t]{0,10}[a-zA-Z0-9][ -~]{0,4}",
        "(yes|no|null|~x|1|0x1f|1e3|2024-01-01|-1|\\.5|true|a: b|a #b|\\[a\\]|\\{b\\}|@c|`d|%e|!f|&g|\\*h|\\| i|> j|'k|\"l)",
    ]
    .prop_filter("a text is not blank", |text| !text.trim().is_empty())
}

fn tree_path() -> impl Strategy<Value = TreePath> {
    "[a-zA-Z0-9#&*!@%'\\[{][ -!#-9;-\\[\\]-}]{0,8}[a-z]"
        .prop_filter_map("a path", |text| TreePath::parse(&format!("./{text}")))
}

fn said<T>(value: T) -> Said<T> {
    Said::inferred(value)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]
    #[test]
    fn whatever_is_guessed_reads_back(
        project in proptest::option::of(text()),
        names in proptest::collection::btree_set(text(), 1..4),
        compose in proptest::collection::vec(text(), 1..3),
        paths in proptest::collection::vec(tree_path(), 3),
        words in proptest::collection::vec(text(), 1..3),
        about in proptest::option::of(text()),
        word in text(),
    ) {
        let names: Vec<String> = names.into_iter().collect();
        let services: BTreeMap<String, Service> = names
            .iter()
            .map(|name| {
                let service = Service {
                    name: said(name.clone()),
                    root: Some(said(paths[0].clone())),
                    compose: compose.iter().cloned().map(said).collect(),
                    dockerfile: Some(said(paths[1].clone())),
                    ..Service::default()
                };
                (name.clone(), service)
            })
            .collect();
        let key = KeyName::new("NO");
        let spec = KeySpec {
            name: said(key.clone()),
            services: names.iter().take(2).cloned().map(said).collect(),
            value_type: Some(said(ValueType::OneOf(words))),
            default: Some(said(Secret::new("info"))),
            about,
            ..KeySpec::default()
        };
        let source = EnvSource::Vault {
            template: said(paths[2].clone()),
            agent: None,
            policy: Some(said(paths[1].clone())),
            env: BTreeMap::from([(KeyName::new("ENV"), said(word))]),
            services: names.iter().take(1).cloned().map(said).collect(),
        };
        let compose = EnvSource::Compose {
            files: paths.iter().cloned().map(said).collect(),
            profiles: names.iter().cloned().map(said).collect(),
            env_files: vec![said(paths[0].clone())],
        };
        let proposal = Matrix {
            project: project.map(said),
            services,
            keys: BTreeMap::from([(key, spec)]),
            environments: vec![Environment {
                name: said("staging".to_owned()),
                tier: said(Tier::Staging),
                sources: vec![said(source), said(compose)],
                ..Environment::default()
            }],
            ..Matrix::default()
        };
        prop_assert_eq!(read_back(&proposal, &Files::default()), proposal);
    }
}

#[test]
fn values_of_a_deployment_are_not_those_of_an_example() {
    let matrix = "version: 1
services: { api: { root: api } }
keys: { TOKEN: { kind: secret } }
environments:
  local: { sources: [compose: compose.yaml] }
  staging: { sources: [compose: compose.yaml] }
  production: { sources: [compose: live/compose.yaml, platform: ] }
";
    let compose = "services:\n  api: { build: api, environment: [ 'TOKEN=${TOKEN}' ] }\n";
    let mut system = MemorySystem::default();
    for (name, text) in [
        ("envcheck.yaml", matrix),
        ("compose.yaml", compose),
        (".env.example", "TOKEN=changeme\n"),
        ("live/compose.yaml", compose),
        ("live/.env", "TOKEN=changeme\n"),
    ] {
        system.insert(path(name), text);
    }
    let snapshot = Snapshot::take(&system, None);
    assert!(snapshot.index.matrix_problems.is_empty(), "{:?}", snapshot.index.matrix_problems);
    let text = |name: &str| {
        let found = snapshot.index.supplied().find(|(environment, _)| *environment.name == name);
        let held = found.and_then(|(_, supply)| supply.held()).expect("a supply");
        held.text().map(|text| text.reveal().to_owned())
    };
    assert_eq!(text("local").as_deref(), Some("changeme"), "developers copy the example");
    assert_eq!(text("staging"), None, "whoever deploys puts in values of their own");
    assert_eq!(text("production"), None, "what the platform sets wins over the dotenv file");
}

#[test]
fn types_that_a_validator_may_overrule_are_not_declared() {
    let code = "from pydantic import AliasChoices, Field, field_validator
from pydantic_settings import BaseSettings

class Settings(BaseSettings):
    page_size: int = Field(default=20, validation_alias=AliasChoices('PAGE_SIZE'))
    batch_size: int = 5
    origins: list[str] = []

    @field_validator('batch_size', mode='before')
    def parse(cls, value): return int(value.rstrip('k'))
";
    let (matrix, _) = proposed(&[("app/settings.py", code)]);
    let typed: Vec<&str> = matrix
        .keys
        .values()
        .filter(|spec| spec.value_type.is_some())
        .map(|spec| spec.name.value.as_str())
        .collect();
    assert_eq!(typed, ["PAGE_SIZE"]);
}
