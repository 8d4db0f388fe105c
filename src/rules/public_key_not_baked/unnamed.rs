//! Images that build a bundle and take no key of its kind: whether a value can still arrive some other way.

use std::collections::BTreeSet;

use crate::fact::{CopiedPath, Fact, Need, Place, Role};
use crate::index::{Index, Site};
use crate::key::KeyName;
use crate::text::{FileId, TreePath};

/// Words of ways by which a finished bundle is given values, as files of an app write them.
const LATER: &[&str] = &[
    "__ENV",
    "_env_",
    "env-config",
    "env.config",
    "next-runtime-env",
    "react-env",
    "runtime-env",
    "runtimeConfig",
    "RuntimeConfig",
    "import-meta-env",
    "envsubst",
    "window.env",
    "window.ENV",
    "window.config",
    "window.__",
    "/config.js",
    "dotenv-webpack",
    "loadEnvConfig",
    "define:",
];

/// Commands that build a bundle and do nothing else.
const BUILDS: &[&str] = &[
    "npm run build",
    "yarn build",
    "yarn run build",
    "pnpm build",
    "pnpm run build",
    "bun run build",
    "next build",
    "vite build",
];

/// The Dockerfile and stage that build a bundle in which `read` has no value for sure.
pub(super) fn builder<'b>(
    index: &Index,
    read: &Fact,
    builders: &'b [(FileId, usize)],
) -> Option<&'b (FileId, usize)> {
    let [builder @ (dockerfile, stage)] = builders else { return None };
    // What a default stands in for works without a value.
    if matches!(&read.role, Role::Reads(said) if matches!(said.need, Need::Default(_))) {
        return None;
    }
    let source = index.files.get(*dockerfile)?;
    let built = index.dockerfile(*dockerfile)?.stages.get(*stage)?;
    let is_sure = source.text.get(built.span.range()).is_some_and(|stage| {
        stage.lines().any(|line| {
            let run = line.trim_start().strip_prefix("RUN ");
            run.is_some_and(|run| BUILDS.iter().any(|command| run.contains(command)) && !run.contains('='))
        })
    });
    let lower = source.text.to_ascii_lowercase();
    let is_closed = |word: &&str| lower.contains(*word);
    // A script that starts the image may replace anything, a dotenv that is copied is built with.
    if !is_sure || [".sh", "entrypoint", ".env", "--mount", "onbuild"].iter().any(is_closed) {
        return None;
    }
    let folder = source.path.folder();
    let mut files = index.files.below(&folder);
    let is_given_later = files.any(|file| {
        LATER.iter().any(|word| file.text.contains(word))
            || file.path.name() == "package.json" && starts_with_build(&file.text)
    });
    (!is_given_later).then_some(builder)
}

/// Whether a dotenv that people make from an example with the key may be in the image of `site` while it builds.
pub(super) fn may_have_dotenv(index: &Index, key: &KeyName, site: &Site, dockerfile: FileId) -> bool {
    let documents = index
        .facts_of(key)
        .filter(|fact| matches!(fact.role, Role::Documents(_)) && !matches!(fact.place, Place::Process));
    let folders: BTreeSet<TreePath> = documents.map(|fact| index.path(fact.file).folder()).collect();
    let Some(context) = &index.context_of(site) else { return !folders.is_empty() };
    let stages = index.dockerfile(dockerfile).map_or(&[] as &[_], |dockerfile| &dockerfile.stages);
    let copies = |folder: &TreePath| {
        stages.iter().any(|stage| {
            let takes = |copied: &CopiedPath| {
                let copied = context.join(copied.path.trim_start_matches('/'));
                copied.is_none_or(|copied| copied == *folder || folder.is_below(&copied))
            };
            stage.copies_more || stage.copies.iter().any(takes)
        })
    };
    folders.into_iter().any(|folder| {
        let is_inside = folder == *context || folder.is_below(context);
        is_inside && copies(&folder) && !index.kept_out.contains(&(context.clone(), folder))
    })
}

/// Whether the `start` of a `package.json` builds first.
fn starts_with_build(text: &str) -> bool {
    text.lines().any(|line| {
        let line = line.trim_start();
        ["\"start\"", "\"prestart\"", "\"start:prod\"", "\"serve\""].iter().any(|name| line.starts_with(name))
            && line.contains("build")
    })
}
