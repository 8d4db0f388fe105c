//! Properties of the reader of workflows.

use super::GithubWorkflow;
use crate::fact::{Extraction, Extractor, Fallback, Need, Provision, Role, Structure, Value};
use crate::text::{FileId, SourceFile, Span, TreePath};
use proptest::prelude::*;

fn extract(text: &str) -> (SourceFile, Extraction) {
    let path = TreePath::parse(".github/workflows/ci.yml").unwrap();
    let file = SourceFile::new(FileId(0), path, text.to_owned());
    let extraction = GithubWorkflow.extract(&file);
    (file, extraction)
}

fn check(text: &str) {
    let (file, found) = extract(text);
    let in_file = |span: Span| assert!(file.text.get(span.range()).is_some(), "{span:?} of {text:?}");
    let value = |value: &Value| {
        in_file(value.span);
        for reference in &value.references {
            in_file(reference.span);
            if let Fallback::Default { span, .. } = &reference.fallback {
                in_file(*span);
            }
        }
    };
    for fact in &found.facts {
        in_file(fact.span);
        match &fact.role {
            Role::Reads(read) => {
                if let Need::Default(default) = &read.need {
                    value(default);
                }
            }
            Role::Provides(provide) => {
                value(&provide.value);
                if let Provision::OrElse(other) = &provide.provision {
                    value(other);
                }
            }
            Role::Documents(_) | Role::Observed => {}
        }
    }
    for problem in &found.problems {
        in_file(problem.span);
        problem.related.iter().for_each(|(span, _)| in_file(*span));
    }
    found.gaps.iter().for_each(|gap| in_file(gap.span));
    let Structure::Workflow(workflow) = &found.structure else { panic!("a workflow") };
    workflow.hidden.iter().for_each(|span| in_file(*span));
    for job in &workflow.jobs {
        in_file(job.id.span);
        job.builds.iter().for_each(|build| in_file(build.uses.span));
    }
}

#[test]
fn claims_what_github_runs() {
    let path = |text: &str| TreePath::parse(text).unwrap();
    for yes in [".github/workflows/ci.yml", ".github/workflows/a.yaml", "action.yml", "tools/x/action.yaml"] {
        assert!(GithubWorkflow.claims(&path(yes)), "{yes}");
    }
    for no in [".github/dependabot.yml", ".github/workflows/x/ci.yml", "a/.github/workflows/ci.yml", "ci.yml"]
    {
        assert!(!GithubWorkflow.claims(&path(no)), "{no}");
    }
    assert!(!GithubWorkflow.confirms(&path("action.yml"), "services: {}"));
}

#[test]
fn shared_blocks_and_odd_shapes_end() {
    let mut bomb = String::from("x: &e {A_A: $B, C_C: '${{ env.A_A }}'}\ny: &s\n");
    for _ in 0..300 {
        bomb.push_str("  - {env: *e, run: 'echo \"A_A=1\" >> $GITHUB_ENV'}\n");
    }
    bomb.push_str("jobs:\n");
    for job in 0..3_000 {
        bomb.push_str(&format!("  j{job}: {{steps: *s}}\n"));
    }
    check(&bomb);
    let (_, found) = extract(&bomb);
    assert!(!found.gaps.is_empty());
    for text in [
        "",
        "\u{feff}on: push\r\njobs:\r\n  a:\r\n    env: {A_B: c}\r\n    steps:\r\n    - run: |\r\n        echo $A_B\r\n",
        "jobs: [a, b]",
        "jobs: {a: {steps: {b: c}}, ? [x] : y}",
        "on: {push: {branches: {a: b}}}\njobs: ~",
        "\0jobs:\n",
        "jobs:\n  a:\n    steps:\n      - run: echo 'x",
        &format!("jobs: {}", "[".repeat(500)),
        &format!("jobs:\n  a:\n    if: {}", "${{".repeat(500)),
    ] {
        check(text);
    }
}

proptest! {
    #[test]
    fn random_text_never_panics(text in any::<String>()) {
        check(&text);
    }

    #[test]
    fn random_workflows_never_panic(parts in proptest::collection::vec(
        proptest::sample::select(vec![
            "on:", "jobs:", "\n", "\n  ", "\n    ", "\n      ", "\n        ", "a:", "env:", " A_B: ", "steps:", "- ",
            "run: |", "run: ", "uses: docker/build-push-action@v6", "with:", "build-args: |", "X=1", "if: ", "$A_B",
            "${{ ", " }}", "secrets.A_B", "env.A_B", "echo \"", "\"", "A_B=", " >> $GITHUB_ENV", "{", "}", "cat <<EOF",
            "EOF", "é", "'", "&x ", "*x", ": ", "services:", "push: ", "[", "]", "\r\n", "> .env", "${A_B:-", "<<: ",
        ]),
        0..60,
    )) {
        check(&parts.concat());
    }

    #[test]
    fn random_scripts_never_panic(parts in proptest::collection::vec(
        proptest::sample::select(vec![
            "echo ", "\"", "'", "A_B=", "1", "é", " >> $GITHUB_ENV", " > .env", "\n        ", "{", "}", "cat <<EOF", "EOF",
            "${{ env.X }}", "$A_B", "${A_B:-x}", "A_B<<", "printf ", " ", "#",
        ]),
        0..40,
    )) {
        let script = parts.concat();
        check(&format!("jobs:\n  a:\n    steps:\n      - run: |\n        {script}\n"));
        check(&format!("jobs:\n  a:\n    steps:\n      - run: >-\n        {script}\n"));
    }
}
