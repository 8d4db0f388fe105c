//! Dockerfiles: build arguments, the environment of each stage, and who uses them.
//!
//! - `ARG K[=default]` is a read at [`Place::BuildArg`](crate::fact::Place): of the whole file before
//!   the first `FROM`, of its stage behind. Without a default of its own, a stage's `ARG` takes the
//!   one of the same name before the first `FROM`.
//! - `ENV K=v` provides K to its stage; variables in `v` are the value's references.
//! - `$K` where BuildKit or the shell of a `RUN` expands it is a read at build time, in the shell form
//!   of `CMD`, `ENTRYPOINT` and `HEALTHCHECK` one at run time. What a script sets itself is no read,
//!   nor are `PATH`, `HOME` and their like.
//! - Variables in `FROM` lines belong to the `ARG`s before the first; they make no facts of their own.
//!
//! `ENV` and `ARG` of a stage hold in the stages that start from it too (BuildKit's `dispatchState`
//! takes over state and build arguments of its base).

mod absent;
mod base;
mod events;
mod logged;
mod names;
mod refusals;
mod scope;
mod script;
mod stages;
mod unexpanded;
mod unjoined;
mod walk;

use crate::fact::{Extraction, Extractor, Gap, Hidden, SourceKind, Structure};
use crate::syntax::dockerfile::{Document, Instruction, Keyword, parse};
use crate::text::{SourceFile, Span, TreePath, line_ending};

/// Reads Dockerfiles and Containerfiles.
#[derive(Debug)]
pub(super) struct Dockerfile;

/// Endings behind `Dockerfile.` that make it something else: templates, texts, source code.
const OTHER_ENDINGS: &[&str] = &[
    "adoc",
    "bak",
    "c",
    "cc",
    "cpp",
    "cs",
    "css",
    "diff",
    "dockerignore",
    "ejs",
    "erb",
    "go",
    "gotmpl",
    "h",
    "hbs",
    "html",
    "in",
    "j2",
    "java",
    "jinja",
    "jinja2",
    "js",
    "json",
    "jsx",
    "kt",
    "liquid",
    "lock",
    "lua",
    "m4",
    "map",
    "md",
    "mdx",
    "mustache",
    "orig",
    "patch",
    "php",
    "png",
    "properties",
    "ps1",
    "py",
    "rb",
    "rej",
    "rs",
    "rst",
    "sh",
    "snap",
    "svg",
    "swp",
    "template",
    "tf",
    "tmpl",
    "toml",
    "tpl",
    "ts",
    "tsx",
    "txt",
    "vim",
    "vue",
    "xml",
    "yaml",
    "yml",
];

impl Extractor for Dockerfile {
    fn kind(&self) -> SourceKind {
        SourceKind("dockerfile")
    }

    fn claims(&self, path: &TreePath) -> bool {
        let name = path.name().to_ascii_lowercase();
        let is_other = name.rsplit_once('.').is_some_and(|(_, ending)| OTHER_ENDINGS.contains(&ending))
            || name.ends_with('~');
        let begins = |word: &str| {
            name.strip_prefix(word).is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '-', '_']))
        };
        !is_other
            && (begins("dockerfile")
                || begins("containerfile")
                || [".dockerfile", ".containerfile"].iter().any(|ending| name.ends_with(ending)))
    }

    fn confirms(&self, _path: &TreePath, text: &str) -> bool {
        text.lines().any(|line| {
            let line = line.trim_start_matches('\u{feff}').trim_start();
            ["from", "arg"].iter().any(|word| {
                line.get(..word.len()).is_some_and(|start| start.eq_ignore_ascii_case(word))
                    && line.get(word.len()..).is_some_and(|rest| rest.starts_with([' ', '\t', '\\']))
            })
        })
    }

    fn extract(&self, file: &SourceFile) -> Extraction {
        let document = parse(&file.text);
        if let Some((span, reason)) = opaque(&document, &file.text) {
            let gap = Gap { span, hides: Hidden::Anything, reason };
            return Extraction { gaps: vec![gap], ..Extraction::default() };
        }
        let (mut dockerfile, images) = stages::dockerfile(&document, file.text.len());
        let mut walk = walk::walk(&document, &dockerfile, &images, file);
        let mut problems = refusals::find(&document, file);
        let begins: Vec<&Instruction> =
            document.instructions.iter().filter(|one| one.keyword == Some(Keyword::From)).collect();
        let ending = line_ending(&file.text);
        let behind = |stage: usize| begins.get(stage).map(|from| (Span::at(from.span.end as usize), ending));
        problems.extend(scope::judge(&walk.events, &dockerfile, &images, &behind));
        let (lacks, mut absent) = absent::find(&document, &dockerfile, &images);
        problems.append(&mut absent);
        problems.extend(unjoined::find(&document));
        problems.extend(unexpanded::find(&document));
        for (stage, lacks) in dockerfile.stages.iter_mut().zip(lacks) {
            stage.lacks = lacks;
        }
        problems.append(&mut walk.problems);
        problems.sort_by_key(|problem| problem.span);
        for (stage, run) in walk.runs {
            if let Some(stage) = dockerfile.stages.get_mut(stage) {
                stage.runs.push(run);
            }
        }
        Extraction {
            facts: walk.facts,
            problems,
            gaps: walk.gaps,
            structure: Structure::Dockerfile(dockerfile),
            mentions: walk.mentions,
            hidden: Vec::new(),
            tokens: Vec::new(),
        }
    }
}

/// Where the text is not a Dockerfile as BuildKit knows it, and why.
fn opaque(document: &Document, text: &str) -> Option<(Span, &'static str)> {
    let frontend = document.directives.iter().find(|directive| directive.name == "syntax");
    if let Some(frontend) = frontend {
        let image = frontend.value.value.as_str();
        let image = image.strip_prefix("docker.io/").unwrap_or(image);
        if !image.starts_with("docker/dockerfile") {
            return Some((frontend.value.span, "another frontend than Docker's own reads this file"));
        }
    }
    let template = "the file is a template of a Dockerfile";
    // To the C preprocessor these are no comments.
    let directive =
        ["#include \"", "#include <", "#define ", "#ifdef ", "#ifndef "].iter().find_map(|mark| {
            text.find(&format!("\n{mark}")).map(|at| at + 1).or(text.starts_with(mark).then_some(0))
        });
    if let Some(at) = directive {
        return Some((Span::new(at, at + 1), template));
    }
    document
        .instructions
        .iter()
        .find(|instruction| is_templated(instruction))
        .map(|found| (found.word.span, template))
}

/// Whether another program has to rewrite the instruction before BuildKit can read it.
fn is_templated(instruction: &Instruction) -> bool {
    let marks = |text: &str| ["{{", "{%", "<%", "%%", "@@"].iter().any(|mark| text.contains(mark));
    if instruction.keyword.is_some() {
        return instruction.keyword == Some(Keyword::From) && instruction.arguments_text().is_some_and(marks);
    }
    let word = instruction.word.value.as_str();
    // No instruction has a `_` in it: `__LABELS__`, `CROSS_BUILD_COPY`.
    let is_placeholder = word.contains('_') && word.bytes().all(|b| b.is_ascii_uppercase() || b == b'_');
    marks(word) || word.starts_with(['$', '@', '%']) || is_placeholder
}
