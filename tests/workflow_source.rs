//! The matrix's source `workflow`: what the jobs of a workflow supply to services.

use envcheck::engine::Snapshot;
use envcheck::index::{HeldKind, Outcome};
use envcheck::key::KeyName;
use envcheck::system::MemorySystem;
use envcheck::text::TreePath;

const MATRIX: &str = "\
version: 1
project: shop
services:
  api: { root: api, compose: [api] }
environments:
  ci:
    tier: ci
    sources:
      - workflow: { file: .github/workflows/ci.yml, job: test }
  each:
    tier: ci
    sources:
      - workflow: { file: .github/workflows/ci.yml }
  composed:
    tier: ci
    sources:
      - compose: { files: [compose.yaml] }
      - workflow: { file: .github/workflows/ci.yml, job: test }
";

const WORKFLOW: &str = "\
on: push
env:
  APP_ENV: test
  SAME_KEY: a
jobs:
  test:
    env:
      APP_ENV: ci
      API_TOKEN: ${{ secrets.API_TOKEN }}
    steps:
      - uses: ./.github/actions/setup
      - env: { STEP_KEY: b, SAME_KEY: other }
        run: |
          echo \"LATER_KEY=c\" >> $GITHUB_ENV
          ./test.sh
      - run: pytest
        env: { OPEN_KEY: '${{ vars.OPEN_KEY }}' }
  other:
    env: { APP_ENV: other, OTHER_KEY: d }
    steps:
      - run: ./other.sh ${{ secrets.ONLY_NAMED }}
";

const ACTION: &str = "\
runs:
  using: composite
  steps:
    - run: echo \"FROM_ACTION=e\" >> $GITHUB_ENV
      shell: bash
";

const COMPOSE: &str = "\
services:
  api:
    build: ./api
    environment:
      APP_ENV: ${APP_ENV}
      API_TOKEN: ${API_TOKEN:?}
      ABSENT_KEY: ${ABSENT_KEY}
";

const CODE: &str = "\
import os
os.environ['APP_ENV']; os.environ['API_TOKEN']; os.environ['STEP_KEY']; os.environ['SAME_KEY']
os.environ['LATER_KEY']; os.environ['OPEN_KEY']; os.environ['OTHER_KEY']; os.environ['ONLY_NAMED']
os.environ['FROM_ACTION']; os.environ['ABSENT_KEY']
";

/// How a key reaches the service in an environment, in a word.
fn outcome(environment: &str, key: &str) -> String {
    let mut system = MemorySystem::default();
    for (path, text) in [
        ("envs/matrix.yaml", MATRIX),
        (".github/workflows/ci.yml", WORKFLOW),
        (".github/actions/setup/action.yml", ACTION),
        ("compose.yaml", COMPOSE),
        ("api/main.py", CODE),
        ("api/Dockerfile", "FROM python:3.14\nCOPY . .\n"),
    ] {
        system.insert(TreePath::parse(path).unwrap(), text);
    }
    let snapshot = Snapshot::take(&system, None);
    assert!(snapshot.index.matrix_problems.is_empty(), "{:?}", snapshot.index.matrix_problems);
    let environment = snapshot.index.matrix.environment(environment).unwrap();
    let route = snapshot.index.route(environment, &snapshot.index.matrix.services["api"], &KeyName::new(key));
    match route.outcome {
        Outcome::Supplied(held) => match held.kind {
            HeldKind::Text(text) => format!("text {}", text.reveal()),
            HeldKind::Outside => "outside".to_owned(),
            other => format!("{other:?}"),
        },
        Outcome::Unseen(_) => "unseen".to_owned(),
        other => format!("{other:?}"),
    }
}

#[test]
fn a_job_supplies_what_its_steps_run_with() {
    for (key, expected) in [
        ("APP_ENV", "text ci"),
        ("API_TOKEN", "outside"),
        ("STEP_KEY", "text b"),
        ("LATER_KEY", "text c"),
        ("OPEN_KEY", "outside"),
        ("FROM_ACTION", "text e"),
        // The workflow's value, or the step's: one of them.
        ("SAME_KEY", "outside"),
        // Another job's, and a secret that is only named.
        ("OTHER_KEY", "unseen"),
        ("ONLY_NAMED", "unseen"),
        ("ABSENT_KEY", "Missing"),
    ] {
        assert_eq!(outcome("ci", key), expected, "{key}");
    }
}

#[test]
fn without_a_job_each_counts() {
    assert_eq!(outcome("each", "APP_ENV"), "outside");
    assert_eq!(outcome("each", "OTHER_KEY"), "text d");
}

#[test]
fn compose_is_interpolated_with_what_the_job_has() {
    assert_eq!(outcome("composed", "APP_ENV"), "text ci");
    assert_eq!(outcome("composed", "API_TOKEN"), "outside");
    assert_eq!(outcome("composed", "ABSENT_KEY"), "Missing");
}
