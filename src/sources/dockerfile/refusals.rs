//! What BuildKit refuses.
//!
//! Only what every version refuses is told: new flags, modifiers and instructions may come. The
//! conditions are those of BuildKit's `frontend/dockerfile/instructions` and `dockerfile2llb`.

mod arguments;

use super::names::quoted;
use crate::fact::{Problem, ProblemKind};
use crate::syntax::dockerfile::{Arguments, Document, Instruction, Keyword};
use crate::text::{SourceFile, Span};

/// All that BuildKit refuses in a document.
pub(super) fn find(document: &Document, file: &SourceFile) -> Vec<Problem> {
    let mut problems = Vec::new();
    directives(document, &mut problems);
    stageless(document, file, &mut problems);
    let mut after_unknown = false;
    for instruction in &document.instructions {
        let is_unknown = instruction.keyword.is_none();
        // Lines that follow an unknown word are mostly the rest of the same mistake.
        if is_unknown && !after_unknown {
            problems.push(unknown(instruction));
        }
        after_unknown = is_unknown;
        arguments::check(instruction, document.escape, &mut problems);
        heredocs(instruction, &mut problems);
    }
    problems
}

/// A refusal.
fn refusal(span: Span, message: impl Into<String>, label: impl Into<String>) -> Problem {
    Problem::new(ProblemKind::DockerfileSyntax, span, message, label)
}

fn directives(document: &Document, problems: &mut Vec<Problem>) {
    for directive in &document.directives {
        let (name, span) = (&directive.name, directive.value.span);
        if directive.is_repeated {
            problems.push(
                refusal(span, format!("the directive `{name}` stands twice"), "the second one is refused")
                    .help("keep one of them"),
            );
        } else if name == "escape" && !matches!(directive.value.value.as_str(), "\\" | "`") {
            problems.push(
                refusal(span, "`escape` takes `\\` or a backquote", "neither of them")
                    .help("write `# escape=\\` or leave the directive out"),
            );
        }
    }
}

/// Instructions before the first `FROM`.
fn stageless(document: &Document, file: &SourceFile, problems: &mut Vec<Problem>) {
    let first_from =
        document.instructions.iter().find(|instruction| instruction.keyword == Some(Keyword::From));
    let early = document
        .instructions
        .iter()
        .take_while(|instruction| instruction.keyword != Some(Keyword::From))
        .find(|instruction| !matches!(instruction.keyword, None | Some(Keyword::Arg)));
    let Some(early) = early else { return };
    let word = early.word.value.to_ascii_uppercase();
    match first_from {
        Some(from) => problems.push(
            refusal(
                early.word.span,
                format!("`{word}` stands before the first `FROM`"),
                "only `ARG` may stand before a stage",
            )
            .related(from.word.span, "the first stage begins here")
            .help("move it below the `FROM`, into the stage that needs it"),
        ),
        // A part that another file takes in needs no stage; a whole Dockerfile does.
        None if ["dockerfile", "containerfile"].contains(&file.path.name().to_ascii_lowercase().as_str()) => {
            problems.push(
                refusal(early.word.span, "the file has no `FROM`", "no stage to add this to")
                    .help("begin with `FROM` and the image to start from"),
            )
        }
        None => {}
    }
}

fn unknown(instruction: &Instruction) -> Problem {
    let word = &instruction.word;
    // Behind a `=` a value may stand, which is not to be shown.
    let shown = word.value.split(['=', ':']).next().unwrap_or("");
    let start = word.span.range().start;
    let span = Span::new(start, start + shown.len());
    let upper = word.value.to_ascii_uppercase();
    let near = Keyword::ALL
        .iter()
        .map(|keyword| (strsim::osa_distance(&upper, keyword.word()), keyword.word()))
        .filter(|&(distance, keyword)| distance <= 2 && distance < keyword.len().min(upper.len()))
        .min();
    let problem =
        refusal(span, format!("{} is not an instruction", quoted(shown)), "BuildKit does not know this word");
    match near {
        Some((_, keyword)) => {
            let mut problem = problem.help(format!("did you mean `{keyword}`?"));
            problem.repair = vec![(word.span, keyword.to_owned())];
            problem
        }
        None => problem.help("if the line continues the one above, end that one with `\\`"),
    }
}

fn heredocs(instruction: &Instruction, problems: &mut Vec<Problem>) {
    // The first open one swallows the rest of the file.
    if let Some(open) = instruction.heredocs.iter().find(|heredoc| !heredoc.is_terminated) {
        let name = quoted(&open.name.value);
        problems.push(
            refusal(open.name.span, format!("the heredoc {name} has no end"), "begins here")
                .help(format!("end it with a line that holds only {name}")),
        );
    }
    if let Arguments::Trigger(inner) = &instruction.arguments {
        heredocs(inner, problems);
    }
}
