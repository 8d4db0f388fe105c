//! `undefined-in-stage`.

mod prisma;

use crate::declare_rule;
use crate::diagnostic::Diagnostic;
use crate::fact::{Dockerfile, Need, Phase, Place, ProblemKind, Role, is_aside};
use crate::index::{BuildLink, Index};
use crate::key::KeyName;
use crate::rule::{Reporter, joined_by};
use crate::text::{FileId, Span};

declare_rule! {
    /// Reports a variable in a Dockerfile that no `ARG` or `ENV` of its stage, or of the stages below it,
    /// defines.
    ///
    /// ## Why it matters
    ///
    /// BuildKit puts an empty text in the place of an undefined variable and goes on: `WORKDIR $APP_HOME`
    /// stays where it is, `COPY . $TARGET/` copies into the root. Each stage starts with the environment
    /// of its own base; `ENV` and `ARG` of another stage do not come along with `COPY --from`. All values
    /// of one `ENV` instruction see the environment as it was before it.
    ///
    /// A base image may define any variable. The rule speaks only where the Dockerfile itself shows that
    /// the name was meant (another stage or a later line defines it, or one that differs by a letter) and
    /// the base image is known not to bring it; and of names in `FROM` lines, which only `ARG`s before
    /// the first `FROM` can fill.
    ///
    /// A command of Prisma (`prisma generate`), also one that scripts of the `package.json` come to, needs what
    /// `prisma.config.ts` takes by `env("KEY")`: without it the build stops.
    ///
    /// ## Example
    ///
    /// `Dockerfile`
    /// ```dockerfile
    /// FROM node:22 AS build
    /// ENV APP_HOME=/srv/app
    /// FROM alpine:3
    /// WORKDIR $APP_HOME
    /// ```
    ///
    /// ```text
    /// warning[undefined-in-stage]: `APP_HOME` is not defined in stage 1
    /// ```
    ///
    /// ## What to do
    ///
    /// Repeat the `ENV` or `ARG` in the stage, start the stage from one that has it, or correct the name.
    /// Where an empty value is meant, say so: `${NAME:-}`.
    pub struct UndefinedInStage = "undefined-in-stage", Build, Warning, fixes, partly_strict, yields, by_file + prisma::ask => joined;
}

/// A line that was copied from Dockerfile to Dockerfile is one fault.
fn joined(index: &Index, found: Vec<Diagnostic>) -> Vec<Diagnostic> {
    joined_by(found, "and here", |finding| {
        let at = finding.primary()?.at;
        let source = index.files.get(at.file)?;
        let line = source.lines().line_range(&source.text, source.lines().line_of(at.span.start));
        Some((finding.message.clone(), source.text.get(line)?.trim().to_owned()))
    })
}

impl UndefinedInStage {
    fn ask(index: &Index, reporter: &mut Reporter<'_>) {
        reporter.problems(
            index,
            ProblemKind::UndefinedInStage,
            "an undefined variable becomes an empty text, and the build goes on",
            "define it with `ARG` or `ENV` in this stage, or write `${NAME:-}` if empty is meant",
        );
        health_checks(index, reporter);
    }
}

/// Health checks of an image that take a variable which the image does not set, on a base that does not either.
fn health_checks(index: &Index, reporter: &mut Reporter<'_>) {
    for (file, dockerfile) in index.dockerfiles() {
        let Some(source) = index.files.get(file).filter(|source| !is_aside(&source.path)) else { continue };
        for fact in index.facts_in(file) {
            let (Place::Stage(stage), Phase::Run, Role::Reads(read)) = (&fact.place, fact.phase, &fact.role)
            else {
                continue;
            };
            let is_bare = matches!(read.need, Need::Unknown);
            if !is_bare
                || !stands_in_health_check(&source.text, fact.span)
                || !starts_from_library(dockerfile, *stage)
                || index.stage_environment(file, *stage, &fact.key).is_some()
                || is_given(index, file, &fact.key)
            {
                continue;
            }
            let mut finding = reporter
                .report(
                    format!("the health check takes `{}`, which the image does not set", fact.key),
                    fact.at(),
                    "empty wherever nobody sets it",
                )
                .key(&fact.key);
            let default =
                index.code_reads_of(&fact.key).find(|(_, read)| matches!(read.need, Need::Default(_)));
            if let Some((read, _)) = default {
                finding = finding.label(read.at(), "the program has a default of its own");
            }
            finding
                .why("the program may run well on its default while the check is always red")
                .help(format!("write `${{{0}:-default}}`, or add `ENV {0}=...` to the stage", fact.key));
        }
    }
}

/// Whether a place belongs to a `HEALTHCHECK` instruction.
fn stands_in_health_check(text: &str, span: Span) -> bool {
    let Some(before) = text.get(..span.range().start) else { return false };
    let mut start = 0;
    let mut continues = false;
    let mut position = 0;
    for line in before.split_inclusive('\n') {
        if !continues {
            start = position;
        }
        let trimmed = line.trim_end();
        continues = trimmed.ends_with('\\') || continues && trimmed.trim_start().starts_with('#');
        position += line.len();
    }
    before.get(start..).is_some_and(|line| {
        line.trim_start().get(..11).is_some_and(|word| word.eq_ignore_ascii_case("HEALTHCHECK"))
    })
}

/// Whether the first of the stages that a stage starts from is an official image of a runtime or a distribution.
fn starts_from_library(dockerfile: &Dockerfile, stage: usize) -> bool {
    let mut number = stage;
    for _ in 0..=dockerfile.stages.len() {
        let Some(stage) = dockerfile.stages.get(number) else { return false };
        match stage.base_stage {
            Some(base) => number = base,
            None => {
                let name = stage.base.split([':', '@']).next().unwrap_or("");
                return !name.contains(['/', '$']) && !name.is_empty();
            }
        }
    }
    false
}

/// Whether a compose service that is built from the file is given the key, or may be.
fn is_given(index: &Index, file: FileId, key: &KeyName) -> bool {
    index.sites().iter().filter(|site| site.build == BuildLink::Dockerfile(file)).any(|site| {
        let given = index.given_to(site);
        given.has(key, false) || given.is_open
    })
}
