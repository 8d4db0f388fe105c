//! What BuildKit refuses.
//!
//! Only what every version refuses is told: new flags, modifiers and instructions may come. The
//! conditions are those of BuildKit's `frontend/dockerfile/instructions` and `dockerfile2llb`.

mod arguments;
mod stages;

use super::names::quoted;
use crate::fact::{Problem, ProblemKind};
use crate::syntax::dockerfile::{Arguments, Document, Instruction, Keyword};
use crate::text::{SourceFile, Span, Spanned};

/// All that BuildKit refuses in a document.
pub(super) fn find(document: &Document, file: &SourceFile) -> Vec<Problem> {
    let mut problems = Vec::new();
    directives(document, &mut problems);
    stageless(document, file, &mut problems);
    stages::check(document, &mut problems);
    let mut after_unknown = false;
    let mut in_conflict = false;
    for instruction in &document.instructions {
        let is_unknown = instruction.keyword.is_none();
        // Lines that follow an unknown word are mostly the rest of the same mistake.
        if is_unknown && !after_unknown && !in_conflict {
            problems.push(unknown(instruction));
        }
        after_unknown = is_unknown;
        // One problem for the three marks of a merge conflict.
        in_conflict = !instruction.word.value.starts_with(">>>>>>>")
            && (in_conflict || instruction.word.value.starts_with("<<<<<<<"));
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
    let written = word.value.as_str();
    if ["<<<<<<<", "=======", ">>>>>>>"].iter().any(|mark| written.starts_with(mark)) {
        return refusal(word.span, "a merge conflict is left in the file", "its mark")
            .help("resolve the conflict and take the marks out");
    }
    let glued = Keyword::ALL.iter().find_map(|keyword| {
        let head = written.get(..keyword.word().len())?;
        let next = written.get(keyword.word().len()..)?.chars().next()?;
        let is_glued = head.eq_ignore_ascii_case(keyword.word()) && !next.is_alphanumeric();
        is_glued.then(|| (head, next, head_of(word, head.len() + next.len_utf8())))
    });
    if let Some((head, next, span)) = glued {
        let (label, help) = match next {
            '[' | '"' | '\'' | '/' | '.' | '$' => {
                ("a space is missing", format!("put a space behind `{head}`"))
            }
            next if next.is_ascii() => {
                ("one character too many", format!("take away what stands behind `{head}`"))
            }
            _ => ("an invisible character", format!("put a plain space behind `{head}`")),
        };
        return refusal(span, format!("`{head}` and what follows are glued together"), label).help(help);
    }
    // Behind a `=` a value may stand, which is not to be shown.
    let shown = written.split(['=', ':']).next().unwrap_or("");
    let span = head_of(word, shown.len());
    let problem =
        refusal(span, format!("{} is not an instruction", quoted(shown)), "BuildKit does not know this word");
    if shown.starts_with("//") {
        return problem.help("a comment begins with `#`");
    }
    let upper = written.to_ascii_uppercase();
    let near = Keyword::ALL
        .iter()
        .map(|keyword| (strsim::osa_distance(&upper, keyword.word()), keyword.word()))
        .filter(|&(distance, keyword)| distance <= if keyword.len() < 6 { 1 } else { 2 })
        .min();
    match near {
        Some((_, keyword)) => {
            let mut problem = problem.help(format!("did you mean `{keyword}`?"));
            problem.repair = vec![(word.span, keyword.to_owned())];
            problem
        }
        None => problem.help("if the line continues the one above, end that one with `\\`"),
    }
}

/// The first `length` bytes of a word, where it stands in one piece; else all of it.
fn head_of(word: &Spanned<String>, length: usize) -> Span {
    let start = word.span.range().start;
    if word.span.len() == word.value.len() { Span::new(start, start + length) } else { word.span }
}

fn heredocs(instruction: &Instruction, problems: &mut Vec<Problem>) {
    // The first open one swallows the rest of the file.
    if let Some(open) = instruction.heredocs.iter().find(|heredoc| !heredoc.is_terminated()) {
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
