//! Build arguments in Dockerfiles.

use super::edit;
use crate::diagnostic::Edit;
use crate::index::Index;
use crate::key::public_prefix;
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
    let last =
        |wanted: &dyn Fn(&str) -> bool| behind.iter().rev().copied().find(|&number| runs(number, wanted));
    // `prisma generate` in the last stage makes no bundle.
    last(&|text| says(text, BUNDLES))
        .or_else(|| last(&|text| says(text, BUILDS)))
        .or_else(|| last(&|_| true))
        .unwrap_or(stage)
}

fn says(text: &str, words: &[&str]) -> bool {
    text.split(|c: char| !c.is_ascii_alphanumeric()).any(|word| words.contains(&word))
}

/// Whether a stage runs a command that makes bundles.
#[must_use]
pub fn makes_bundle(index: &Index, file: FileId, stage: usize) -> bool {
    let span = index.dockerfile(file).and_then(|dockerfile| Some(dockerfile.stages.get(stage)?.span));
    let (Some(source), Some(span)) = (index.files.get(file), span) else { return false };
    parse(&source.text).instructions.iter().any(|instruction| {
        instruction.keyword == Some(Keyword::Run)
            && span.contains(instruction.span)
            && says(source.slice(instruction.span), BUNDLES)
    })
}

/// Declares `ARG key` in a stage, and hands it on as `ENV` if that is wanted: behind the stage's last `ARG` with the
/// same prefix, or its last one, the `ENV` behind those of that block; else before its last `RUN`, else at its end.
#[must_use]
pub fn declare_arg(index: &Index, file: FileId, stage: usize, key: &str, and_env: bool) -> Option<Vec<Edit>> {
    let source = index.files.get(file)?;
    let span = index.dockerfile(file)?.stages.get(stage)?.span;
    let document = parse(&source.text);
    let own: Vec<&Instruction> =
        document.instructions.iter().filter(|instruction| span.contains(instruction.span)).collect();
    let ending = line_ending(&source.text);
    let (arg_line, env_line) = (format!("ARG {key}"), format!("ENV {key}=${key}"));
    let lines = if and_env { format!("{arg_line}{ending}{env_line}") } else { arg_line.clone() };
    let behind = |instruction: &Instruction, lines: &str| {
        edit(file, (Span::at(instruction.span.end as usize), format!("{ending}{lines}")))
    };
    let is = |at: usize, keyword| own.get(at).is_some_and(|instruction| instruction.keyword == Some(keyword));
    let find = |keyword| own.iter().rposition(|instruction| instruction.keyword == Some(keyword));
    let relative = public_prefix(key).and_then(|prefix| {
        let head = format!("ARG {prefix}");
        own.iter().rposition(|instruction| source.slice(instruction.span).starts_with(&head))
    });
    let (arg, run) = (find(Keyword::Arg), find(Keyword::Run));
    let at = match (relative.or(arg), run) {
        (Some(arg), Some(run)) if arg > run => None,
        (arg, _) => arg,
    };
    if let Some((at, instruction)) = at.and_then(|at| Some((at, *own.get(at)?))) {
        let block = (at + 1..own.len()).take_while(|&next| is(next, Keyword::Env) || is(next, Keyword::Arg));
        let last_env = block.filter(|&next| is(next, Keyword::Env)).last().filter(|_| and_env);
        let Some(last_env) = last_env.and_then(|env| Some((env, *own.get(env)?))) else {
            return Some(vec![behind(instruction, &lines)]);
        };
        // `ARG A`, `ENV A=$A`, `ARG B`, `ENV B=$B`: one pair behind the other.
        let is_pairwise =
            at >= 2 && is(at - 1, Keyword::Env) && is(at - 2, Keyword::Arg) && last_env.0 == at + 1;
        return Some(if is_pairwise {
            vec![behind(last_env.1, &lines)]
        } else {
            vec![behind(instruction, &arg_line), behind(last_env.1, &env_line)]
        });
    }
    if let Some(instruction) = run.and_then(|run| own.get(run)) {
        let start = instruction.span.start as usize;
        let begins_line = source.text.get(..start).is_some_and(|before| before.ends_with('\n'));
        return begins_line.then(|| vec![edit(file, (Span::at(start), format!("{lines}{ending}")))]);
    }
    let last = own.last()?;
    Some(vec![behind(last, &lines)])
}

/// Whether the arguments of a stage that begin with `prefix` are handed on as `ENV` under their own names; `None`
/// where it declares none.
#[must_use]
pub fn hands_on(index: &Index, file: FileId, stage: usize, prefix: &str) -> Option<bool> {
    let source = index.files.get(file)?;
    let text = source.slice(index.dockerfile(file)?.stages.get(stage)?.span);
    let head = format!("ARG {prefix}");
    let names: Vec<&str> = text
        .lines()
        .map(str::trim)
        .filter(|line| line.starts_with(&head))
        .filter_map(|line| line.strip_prefix("ARG ")?.split(['=', ' ']).next())
        .collect();
    let is_handed_on = |name: &&str| {
        text.contains(&format!("{name}=${name}")) || text.contains(&format!("{name}=${{{name}}}"))
    };
    (!names.is_empty()).then(|| names.iter().any(is_handed_on))
}
