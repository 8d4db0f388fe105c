//! Whatever the text, reading it ends, and every place lies in it.

use proptest::prelude::*;

use super::Compose;
use crate::fact::{Extraction, Extractor, Fallback, Need, Provision, Role, Structure, Value};
use crate::text::{FileId, SourceFile, Span, TreePath};

fn extract(text: &str) -> (SourceFile, Extraction) {
    let path = TreePath::parse("docker-compose.yml").unwrap();
    let file = SourceFile::new(FileId(0), path, text.to_owned());
    let found = Compose.extract(&file);
    (file, found)
}

fn spans_of(value: &Value, spans: &mut Vec<Span>) {
    spans.push(value.span);
    for reference in &value.references {
        spans.push(reference.span);
        if let Fallback::Default { span, .. } = &reference.fallback {
            spans.push(*span);
        }
    }
}

fn spans(found: &Extraction) -> Vec<Span> {
    let mut spans: Vec<Span> = found.gaps.iter().map(|gap| gap.span).collect();
    spans.extend(found.mentions.iter().map(|mention| mention.span));
    for problem in &found.problems {
        spans.push(problem.span);
        spans.extend(problem.related.iter().chain(&problem.repair).map(|(span, _)| *span));
    }
    if let Structure::Compose(compose) = &found.structure {
        spans.extend(compose.services.iter().flat_map(|service| &service.runs).map(|run| run.name.span));
    }
    for fact in &found.facts {
        spans.push(fact.span);
        match &fact.role {
            Role::Reads(read) => {
                if let Need::Default(value) = &read.need {
                    spans_of(value, &mut spans);
                }
            }
            Role::Provides(provide) => {
                assert_eq!(provide.provision, Provision::Always);
                spans_of(&provide.value, &mut spans);
            }
            Role::Documents(_) | Role::Observed => {}
        }
    }
    if let Structure::Compose(compose) = &found.structure {
        for service in &compose.services {
            spans.push(service.name.span);
            spans.extend(service.mounts.iter().map(|mount| mount.source.span));
            spans.extend(service.commands.iter().map(|command| command.span));
            spans.extend(service.env_files.iter().map(|file| file.path.span));
        }
    }
    spans
}

/// Pieces of compose files, whole and broken.
const PIECES: &[&str] = &[
    "services:\n",
    "  web:\n",
    "    image: a:${TAG:-x}\n",
    "    environment:\n",
    "      A: \"é$$ ${B:-\\\"c\\\"}\"\n",
    "      - K=\"v\"\n",
    "      - é${X}=1\n",
    "    command: |\n",
    "      for i in a; do echo $i ${j:e}; done\n",
    "    entrypoint: >-\n",
    "        sh -c 'x=1;\n",
    "        echo $x {TAG}'\n",
    "x: &a\n",
    "  <<: *a\n",
    "  *a\n",
    "    environment: *a\n",
    "---\n",
    "\u{feff}",
    "\r\n",
    "\t",
    "\0",
    "{{ x }}",
    "{% if %}\n",
    "\"",
    "'",
    "[",
    "{",
    "}",
    "      C: 017\n",
    "      D: 'it''s ${E?:-f}'\n",
    "    build: {args: {A: {B}}}\n",
    "    ports: ['${P:-1}:2']\n",
    "${",
    "$",
    ": ",
    "- ",
    "      H: $2a$11$viucCvFLlHWvBNOOI6uypuV\n",
    "      PASSWORD: pa$word\n",
    "!reset ",
    "&a ",
    "    command: >\n      sh -c 'set -x; é=$$API_TOKEN\n",
    "    entrypoint: [sh, -c, \"echo \\\"$API_TOKEN\\\" é $${API_TOKEN}; env\", ./é.sh]\n",
    "    healthcheck: {test: [CMD-SHELL, \"printenv DB_PASSWORD\\n$X\"]}\n",
    "      echo ${API_TOKEN:-é} \\\" ./start.sh\n",
];

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn every_place_lies_in_the_file(picks in prop::collection::vec(0..PIECES.len(), 0..24)) {
        let text: String = picks.into_iter().filter_map(|pick| PIECES.get(pick)).copied().collect();
        let (file, found) = extract(&text);
        for span in spans(&found) {
            prop_assert!(file.text.get(span.range()).is_some(), "{:?} in {:?}", span, text);
        }
    }

    #[test]
    fn any_text_is_read(text in "\\PC{0,80}") {
        let (file, found) = extract(&format!("services:\n  a:\n    environment:\n      {text}"));
        for span in spans(&found) {
            prop_assert!(file.text.get(span.range()).is_some());
        }
    }
}

#[test]
fn the_shape_of_a_file() {
    let text = "\
name: shop
services:
  web:
    image: app:${TAG}
    build: {context: ./web, dockerfile: Dockerfile.prod, target: run, args: {A: 1}}
    env_file:
      - .env
      - {path: .env.local, required: false}
      - {path: raw.env, format: raw}
    environment: {A: 1}
    profiles: [app]
    container_name: shop-web
    ports: ['${PORT:-8080}:80', {target: 443, published: 8443}]
    expose: [9000]
    networks: {front: {aliases: [w]}}
    volumes: ['data:/data:ro', './x:/y', '.:/src', /anonymous, {type: bind, source: ./z, target: /z}]
    extends: {file: base.yml, service: base}
    entrypoint: [sh, -c]
    command: . /env && run
  db:
    build: ./db
    env_file: db.env
    extends: base
    networks: [back]
volumes:
  data: {name: shop-data, external: true}
networks:
  front:
  back: {external: {name: shared}}
";
    let (_, found) = extract(text);
    let Structure::Compose(compose) = found.structure else { panic!("no compose file") };
    assert_eq!(compose.project.unwrap().value, "shop");
    let [web, db] = compose.services.as_slice() else { panic!("not two services") };
    assert_eq!(web.image.as_deref().unwrap(), "app:${TAG}");
    let build = web.build.as_ref().unwrap();
    assert_eq!(build.context.value, "./web");
    assert_eq!(build.dockerfile.as_deref().unwrap(), "Dockerfile.prod");
    assert_eq!(build.target.as_deref().unwrap(), "run");
    assert_eq!(&text[build.args.unwrap().range()], "args");
    let files: Vec<_> =
        web.env_files.iter().map(|file| (file.path.value.as_str(), file.required, file.raw)).collect();
    assert_eq!(files, [(".env", true, false), (".env.local", false, false), ("raw.env", true, true)]);
    assert_eq!(&text[web.environment.unwrap().range()], "environment");
    assert_eq!(web.profiles[0].value, "app");
    assert_eq!(web.container_name.as_deref().unwrap(), "shop-web");
    assert_eq!(web.container_ports, [80, 443, 9000]);
    assert_eq!(web.networks, ["front"]);
    let mounts: Vec<_> =
        web.mounts.iter().map(|mount| (mount.source.value.as_str(), mount.target.as_str())).collect();
    assert_eq!(mounts, [("data", "/data"), ("./x", "/y"), (".", "/src"), ("", "/anonymous"), ("./z", "/z")]);
    let (file, base) = web.extends.as_ref().unwrap();
    assert_eq!((file.as_deref().unwrap().as_str(), base.value.as_str()), ("base.yml", "base"));
    let commands: Vec<_> = web.commands.iter().map(|command| command.value.as_str()).collect();
    assert_eq!(commands, ["sh", "-c", ". /env && run"]);
    assert_eq!(db.build.as_ref().unwrap().context.value, "./db");
    assert_eq!(db.extends.as_ref().unwrap().1.value, "base");
    assert_eq!((db.env_files[0].path.value.as_str(), db.networks[0].as_str()), ("db.env", "back"));
    let resources: Vec<_> = compose
        .resources
        .iter()
        .map(|resource| {
            (
                resource.kind,
                resource.key.as_str(),
                resource.name.as_deref().map(String::as_str),
                resource.external,
            )
        })
        .collect();
    assert_eq!(
        resources,
        [
            ("volume", "data", Some("shop-data"), true),
            ("network", "front", None, false),
            ("network", "back", Some("shared"), true),
        ]
    );
}

#[test]
fn pieces_of_passwords_are_no_names() {
    let (_, found) =
        extract("services:\n  a:\n    image: a\n    environment:\n      DB_PASSWORD: pa$wordy\n");
    let keys: Vec<_> = found.facts.iter().map(|fact| fact.key.as_str()).collect();
    assert_eq!(keys, ["DB_PASSWORD"]);
    assert_eq!(found.problems.len(), 1);
}

#[test]
fn large_files_cost_little() {
    let service = "    environment:\n      A: ${A:-1}\n      B: b\n    command: echo $$A\n";
    let mut text = String::from("services:\n");
    for number in 0..3000 {
        text.push_str(&format!("  s{number}:\n    image: a\n{service}"));
    }
    let (_, found) = extract(&text);
    assert_eq!(found.facts.len(), 4 * 3000);
    assert!(found.gaps.is_empty());
}
