//! `inlined-at-build`

use std::collections::BTreeSet;

use super::public_key_not_baked::{builders_of, is_replaced_at_start};
use crate::diagnostic::Diagnostic;
use crate::fact::{Fact, Inlined, Phase, Place, Role};
use crate::index::Index;
use crate::key::{KeyName, is_tool_key, public_prefix, segments};
use crate::rule::{Reporter, by_fault, enumerate_some, of_several_keys};
use crate::text::{FileId, Location, Spanned};

crate::declare_rule! {
    /// Reports a key that a bundler's configuration writes into the code while an image is built that is not given the key.
    ///
    /// `env:` of a Next.js configuration and `define:` of one of Vite replace names in the code by the values that
    /// the build sees. Keys with a public prefix, stamps of builds and keys of a hosted edition (`CLOUD_MODE`) are left
    /// out.
    ///
    /// So do `basePath` and `assetPrefix` of a Next.js configuration. Under `--strict` they are also reported where
    /// nothing gives the key to a container, if the stage that builds takes other keys.
    ///
    /// ## Why it matters
    ///
    /// The image is built once, by whoever publishes it, and without the key. What the container is given later
    /// changes nothing: the code no longer asks.
    ///
    /// ## Example
    ///
    /// `next.config.mjs`
    /// ```js
    /// const faviconURL = process.env.FAVICON_URL;
    /// export default { env: { faviconURL } };
    /// ```
    ///
    /// `src/icon.ts`
    /// ```ts
    /// export const icon = process.env.faviconURL;
    /// ```
    ///
    /// `compose.yaml`
    /// ```yaml
    /// services:
    ///   web:
    ///     build: .
    ///     environment: { FAVICON_URL: https://example.com/icon.png }
    /// ```
    ///
    /// `Dockerfile`
    /// ```dockerfile
    /// FROM node:22
    /// COPY . .
    /// RUN npm run build
    /// ```
    ///
    /// ```text
    /// warning[inlined-at-build]: `FAVICON_URL` is written into the code while the image is built, and Dockerfile is not given it
    /// ```
    ///
    /// ## What to do
    ///
    /// Read the key while the program runs, on the server, and hand it to browsers from there. Or build one image
    /// per value, with an `ARG`.
    pub struct InlinedAtBuild = "inlined-at-build", Build, Warning, partly_strict => joined;
}

/// Keys of one block that the same image is built without are one fault.
fn joined(_: &Index, found: Vec<Diagnostic>) -> Vec<Diagnostic> {
    let fault = |finding: &Diagnostic| {
        let (_, rest) = finding.message.split_once(IS_WRITTEN)?;
        Some((finding.primary()?.at.file, rest.to_owned(), finding.why.clone()))
    };
    by_fault(found, fault).into_iter().flat_map(one_of).collect()
}

/// So many further places are shown.
const SHOWN: usize = 3;

fn one_of(group: Vec<Diagnostic>) -> Vec<Diagnostic> {
    let Some((names, mut one)) = of_several_keys(&group) else { return group };
    let Some((_, rest)) = one.message.split_once(IS_WRITTEN) else { return group };
    let path = rest.strip_suffix(" it").unwrap_or(rest);
    if names.len() > 1 {
        one.message = format!(
            "{} are written into the code while the image is built{path} them",
            enumerate_some(&names)
        );
        for label in &mut one.labels {
            if label.message.starts_with(NO_ARG) {
                label.message = format!("{NO_ARG}` for them");
            }
        }
    }
    let others = group.iter().skip(1).filter_map(|found| found.labels.first().cloned());
    one.labels.extend(others.take(SHOWN));
    vec![one]
}

/// Between the name of the key and what is not given it.
const IS_WRITTEN: &str = " is written into the code while the image is built";

/// How the label of the stage begins.
const NO_ARG: &str = "the stage that builds has no `ARG";

impl InlinedAtBuild {
    fn ask(index: &Index, reporter: &mut Reporter<'_>) {
        let mut told = BTreeSet::new();
        for (file, script) in index.typescript_files() {
            if index.is_aside(file) {
                continue;
            }
            for inlined in &script.inlined {
                for key in &inlined.keys {
                    // A setting works without being named; where nobody gives it, its author may build by hand.
                    let is_asked = match inlined.is_setting {
                        true => {
                            is_for_running(index, file, &key.value)
                                || is_left_out(index, reporter, file, &key.value)
                        }
                        false => is_for_running(index, file, &key.value) && is_used(index, file, inlined),
                    };
                    if is_asked {
                        speak(index, reporter, file, inlined, key, &mut told);
                    }
                }
            }
        }
    }
}

/// Whether a key is no stamp of a build, and none of those that bundlers replace by their prefix.
fn is_of_the_program(key: &KeyName) -> bool {
    // Stamps of builds, and what concerns an edition that its vendor hosts and builds by itself.
    let stamps = ["VERSION", "COMMIT", "SHA", "BUILD", "REVISION", "GIT", "CI", "ANALYZE", "CLOUD", "SAAS"];
    !is_tool_key(key) && public_prefix(key).is_none() && !segments(key).any(|part| stamps.contains(&part))
}

/// Whether people set the key for the running program: something beside the configuration gives, documents or
/// reads it so.
fn is_for_running(index: &Index, file: FileId, key: &KeyName) -> bool {
    if !is_of_the_program(key) {
        return false;
    }
    let is_at_run = |fact: &Fact| match (&fact.role, &fact.place) {
        (Role::Reads(_), Place::Process) => fact.phase == Phase::Run,
        (Role::Provides(_) | Role::Documents(_), Place::Dotenv | Place::Container(_)) => true,
        _ => false,
    };
    index.facts_of(key).any(|fact| fact.file != file && !index.is_aside(fact.file) && is_at_run(fact))
}

/// Under `--strict`: whether the image that is built takes other keys of its builder, and so might take this one.
fn is_left_out(index: &Index, reporter: &Reporter<'_>, file: FileId, key: &KeyName) -> bool {
    reporter.is_strict()
        && is_of_the_program(key)
        && builders_of(index, &index.path(file)).iter().any(|&(dockerfile, stage)| {
            let takes = |fact: &Fact| {
                matches!(fact.place, Place::BuildArg(Some(number)) if number == stage)
                    && matches!(fact.role, Role::Reads(_))
                    && is_of_the_program(&fact.key)
            };
            index.facts_in(dockerfile).any(takes)
        })
}

/// Whether another file uses the name that the bundler replaces.
fn is_used(index: &Index, file: FileId, inlined: &Inlined) -> bool {
    let name = inlined.name.value.rsplit('.').next().unwrap_or("");
    name.len() > 2 && index.files.iter().any(|other| other.id != file && other.text.contains(name))
}

fn speak(
    index: &Index,
    reporter: &mut Reporter<'_>,
    file: FileId,
    inlined: &Inlined,
    key: &Spanned<KeyName>,
    told: &mut BTreeSet<Location>,
) {
    let name = &key.value;
    let builders = builders_of(index, &index.path(file));
    let is_given = |dockerfile: FileId| index.facts_in(dockerfile).any(|fact| fact.key == *name);
    let Some(&(dockerfile, stage)) = builders.first() else { return };
    let at = Location::new(file, key.span);
    if builders.iter().any(|&(dockerfile, _)| is_given(dockerfile))
        || is_replaced_at_start(index, name)
        || !told.insert(at)
    {
        return;
    }
    let path = index.path(dockerfile);
    let mut finding = reporter
        .report(
            format!("`{name}`{IS_WRITTEN}, and {path} is not given it"),
            at,
            "taken while the bundle is built",
        )
        .key(name);
    if inlined.name.span != key.span && !inlined.is_setting {
        finding = finding.label(
            Location::new(file, inlined.name.span),
            format!("`{}` becomes its value here", inlined.name.value),
        );
    }
    if let Some(stage) = index.dockerfile(dockerfile).and_then(|dockerfile| dockerfile.stages.get(stage)) {
        finding = finding.label(Location::new(dockerfile, stage.base.span), format!("{NO_ARG} {name}`"));
    }
    let (does, help) = match inlined.is_setting {
        true => (
            "is written into every page that the build makes",
            "declare it as an `ARG` of the stage that builds, and pass it as a build argument",
        ),
        false => (
            "replaces the name by the value that the build sees",
            "read it while the program runs, on the server, and hand it to browsers from there",
        ),
    };
    finding.why(format!("{} {does}, so what the container is given has no effect", inlined.by)).help(help);
}
