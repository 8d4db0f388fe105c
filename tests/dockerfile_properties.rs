//! Any text at all read as a Dockerfile: no panic, every place inside the file.

use envcheck::fact::{Extraction, Fallback, Need, Role, Structure, Value};
use envcheck::sources;
use envcheck::syntax::{dockerfile, shell};
use envcheck::text::{FileId, SourceFile, Span, TreePath};
use proptest::prelude::*;

/// Pieces that reach the corners of the reader more often than random characters do.
const PIECES: &[&str] = &[
    "FROM a",
    "FROM ${A} AS b",
    "from b",
    "ARG ",
    "ENV ",
    "A=",
    "A=1",
    "B=\"$A\"",
    "C='x",
    "\"",
    "'",
    "\\",
    "\\\n",
    "`",
    "# escape=`\n",
    "# syntax=x\n",
    "#",
    "\n",
    "\r\n",
    " ",
    "\t",
    "\u{a0}",
    "é",
    "日",
    "\u{feff}",
    "RUN ",
    "COPY ",
    "--from=b ",
    "--mount=type=secret,env=X ",
    "ONBUILD ",
    "HEALTHCHECK CMD ",
    "CMD [\"a\", \"$B\\u0041é\"]",
    "CMD [\"tini\", \"/é.sh\"]",
    "ARG API_TOKEN\n",
    "set -x; echo $API_TOKEN é ",
    "ENTRYPOINT ./a.sh é ",
    "[",
    "]",
    "<<EOF",
    "<<-'E F'",
    "<<$A日",
    "<<-${A:-日}",
    "$A日\n",
    "EOF\n",
    "E F\n",
    "$",
    "${",
    "}",
    "${A:-",
    "${B:+$C}",
    "$(",
    "$((",
    ")",
    "))",
    "echo $A",
    "; ",
    "&& ",
    "for X in ",
    "read Y ",
    "export Z=",
    ". f ",
    "FOO=bar",
    "EXPOSE 80 $P/tcp 8000-8002",
    "SHELL [\"sh\", \"-c\"]",
    "LABEL a b",
    "=",
    "1",
];

fn texts() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        8 => proptest::sample::select(PIECES).prop_map(str::to_owned),
        1 => any::<char>().prop_map(String::from),
    ];
    proptest::collection::vec(piece, 0..60).prop_map(|pieces| pieces.concat())
}

fn spans(found: &Extraction) -> Vec<Span> {
    let mut spans = Vec::new();
    let value = |spans: &mut Vec<Span>, value: &Value| {
        spans.push(value.span);
        for reference in &value.references {
            spans.push(reference.span);
            if let Fallback::Default { span, .. } = &reference.fallback {
                spans.push(*span);
            }
        }
    };
    for fact in &found.facts {
        spans.push(fact.span);
        match &fact.role {
            Role::Reads(read) => {
                if let Need::Default(default) = &read.need {
                    value(&mut spans, default);
                }
            }
            Role::Provides(provide) => value(&mut spans, &provide.value),
            _ => {}
        }
    }
    for problem in &found.problems {
        spans.push(problem.span);
        spans.extend(problem.related.iter().map(|(span, _)| *span));
        spans.extend(problem.repair.iter().map(|(span, _)| *span));
    }
    spans.extend(found.gaps.iter().map(|gap| gap.span));
    spans.extend(found.mentions.iter().map(|mention| mention.span));
    if let Structure::Dockerfile(dockerfile) = &found.structure {
        for stage in &dockerfile.stages {
            spans.extend([stage.span, stage.base.span]);
            spans.extend(stage.name.as_ref().map(|name| name.span));
        }
    }
    spans
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1500, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_place_lies_in_the_file(text in texts()) {
        let extractor = sources::ALL.iter().find(|extractor| extractor.kind().0 == "dockerfile").unwrap();
        let file = SourceFile::new(FileId(0), TreePath::parse("Dockerfile").unwrap(), text.clone());
        for span in spans(&extractor.extract(&file)) {
            prop_assert!(text.get(span.range()).is_some(), "{span:?} in {text:?}");
        }
        for instruction in dockerfile::parse(&text).instructions {
            prop_assert!(text.get(instruction.span.range()).is_some(), "{:?} in {text:?}", instruction.span);
        }
    }

    #[test]
    fn names_in_facts_stand_where_they_are_said_to(text in texts()) {
        let extractor = sources::ALL.iter().find(|extractor| extractor.kind().0 == "dockerfile").unwrap();
        let file = SourceFile::new(FileId(0), TreePath::parse("Dockerfile").unwrap(), text.clone());
        for fact in extractor.extract(&file).facts {
            // Continuations, quotes and escapes may stand inside of a name.
            let written = text.get(fact.span.range()).unwrap_or("");
            let is_plain = written.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
            prop_assert!(!is_plain || written == fact.key.as_str(), "{written:?} for {:?} in {text:?}", fact.key);
        }
    }

    #[test]
    fn shell_places_lie_in_the_text(text in texts()) {
        let script = shell::scan(&text);
        for found in &script.uses {
            prop_assert!(text.get(found.name.clone()).is_some());
        }
        for range in script.assignments.values().flatten() {
            prop_assert!(text.get(range.clone()).is_some());
        }
    }
}

/// Texts that would take a reader with quadratic cost, or one that recurses, for minutes or down.
#[test]
fn long_texts_end() {
    let extractor = sources::ALL.iter().find(|extractor| extractor.kind().0 == "dockerfile").unwrap();
    for unit in [
        "${A:-",
        "$(",
        "\"$(",
        "A=(",
        "`",
        "<<A ",
        "RUN <<E\n",
        "FROM a\n",
        "FROM b AS b\n",
        "ONBUILD ",
        "ENV A=$A\n",
        "ENV ",
        "A=1 ",
        "ARG X\nRUN $X\n",
        "[",
        "\\\n",
        "# escape=`\n",
        "COPY --from=a x y\n",
        "\"",
        "'",
        "$A ",
        "x\n",
    ] {
        let text = format!(
            "FROM a\nRUN {}\nENV {}\n{}",
            unit.repeat(20_000),
            unit.repeat(20_000),
            unit.repeat(20_000)
        );
        let file = SourceFile::new(FileId(0), TreePath::parse("Dockerfile").unwrap(), text);
        extractor.extract(&file);
    }
}
