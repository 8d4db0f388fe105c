//! Build arguments in Dockerfiles.

use super::edit;
use crate::diagnostic::Edit;
use crate::index::Index;
use crate::syntax::dockerfile::{Instruction, Keyword, parse};
use crate::text::{FileId, Span, line_ending};

/// Words of commands that make bundles.
const BUNDLES: &[&str] = &["build", "bundle", "export", "compile"];

/// Words of commands that make bundles and programs.
const BUILDS: &[&str] = &["build", "compile", "bundle", "export", "generate", "make", "cargo", "go", "tsc"];

/// The stage behind `stage` in which the application is built: the last that runs a command that says so,
/// else the last that runs anything, else `stage` itself.
#[must_use]
pub fn building_stage(index: &Index, file: FileId, stage: usize) -> usize {
    let Some(source) = index.files.get(file) else { return stage };
    let Some(dockerfile) = index.dockerfile(file) else { return stage };
    let document = parse(&source.text);
    let runs = |number: usize, wanted: &dyn Fn(&str) -> bool| {
        let Some(span) = dockerfile.stages.get(number).map(|stage| stage.span) else { return false };
        document.instructions.iter().any(|instruction| {
            instruction.keyword == Some(Keyword::Run)
                && span.contains(instruction.span)
                && wanted(source.slice(instruction.span))
        })
    };
    let behind = index.stages_behind(file, stage);
    let says = |text: &str, words: &[&str]| {
        text.split(|c: char| !c.is_ascii_alphanumeric()).any(|word| words.contains(&word))
    };
    let last =
        |wanted: &dyn Fn(&str) -> bool| behind.iter().rev().copied().find(|&number| runs(number, wanted));
    // `prisma generate` in the last stage makes no bundle.
    last(&|text| says(text, BUNDLES))
        .or_else(|| last(&|text| says(text, BUILDS)))
        .or_else(|| last(&|_| true))
        .unwrap_or(stage)
}

/// Declares `ARG key` in a stage, and hands it on as `ENV` if that is wanted: behind the stage's last
/// `ARG`, else before its last `RUN`, else at its end.
#[must_use]
pub fn declare_arg(index: &Index, file: FileId, stage: usize, key: &str, and_env: bool) -> Option<Edit> {
    let source = index.files.get(file)?;
    let span = index.dockerfile(file)?.stages.get(stage)?.span;
    let document = parse(&source.text);
    let own: Vec<&Instruction> =
        document.instructions.iter().filter(|instruction| span.contains(instruction.span)).collect();
    let ending = line_ending(&source.text);
    let lines = if and_env { format!("ARG {key}{ending}ENV {key}=${key}") } else { format!("ARG {key}") };
    let find = |keyword| own.iter().rposition(|instruction| instruction.keyword == Some(keyword));
    let (arg, run) = (find(Keyword::Arg), find(Keyword::Run));
    let at = match (arg, run) {
        (Some(arg), Some(run)) if arg > run => None,
        (arg, _) => arg,
    };
    if let Some(instruction) = at.and_then(|at| own.get(at)) {
        return Some(edit(file, (Span::at(instruction.span.end as usize), format!("{ending}{lines}"))));
    }
    if let Some(instruction) = run.and_then(|run| own.get(run)) {
        let start = instruction.span.start as usize;
        let begins_line = source.text.get(..start).is_some_and(|before| before.ends_with('\n'));
        return begins_line.then(|| edit(file, (Span::at(start), format!("{lines}{ending}"))));
    }
    let last = own.last()?;
    Some(edit(file, (Span::at(last.span.end as usize), format!("{ending}{lines}"))))
}

/// Whether the arguments of a stage are handed on as `ENV` under their own names.
#[must_use]
pub fn declared_with_env(index: &Index, file: FileId, stage: usize) -> bool {
    let Some(source) = index.files.get(file) else { return false };
    let Some(span) = index.dockerfile(file).and_then(|dockerfile| Some(dockerfile.stages.get(stage)?.span))
    else {
        return false;
    };
    let text = source.slice(span);
    text.lines().filter_map(|line| line.trim().strip_prefix("ARG ")).any(|arg| {
        let name = arg.split(['=', ' ']).next().unwrap_or("");
        text.contains(&format!("{name}=${name}")) || text.contains(&format!("{name}=${{{name}}}"))
    })
}
