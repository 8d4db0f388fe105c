//! `source-missing`.

use std::collections::BTreeSet;

use crate::declare_rule;
use crate::diagnostic::Severity;
use crate::index::Index;
use crate::matrix::{NamedPath, PathRole};
use crate::rule::Reporter;
use crate::text::TreePath;

declare_rule! {
    /// Reports files and folders that the matrix names and that are not there.
    ///
    /// ## Why it matters
    ///
    /// What a missing file supplies is unknown, so every statement about its environment rests on a gap: a
    /// renamed compose file makes all checks of production silent. A local dotenv file such as `.env` that is
    /// absent because people create it from an example beside it is in order.
    ///
    /// ## Example
    ///
    /// `envs/matrix.yaml`
    /// ```yaml
    /// version: 1
    /// environments:
    ///   staging: { sources: [{ compose: deploy/compose.yml }] }   # the file is called compose.yaml
    /// ```
    ///
    /// ```text
    /// error[source-missing]: the compose file `deploy/compose.yml` of `staging` does not exist
    /// ```
    ///
    /// ## What to do
    ///
    /// Correct the path; it is relative to the root of the tree. For a file that lies in another repository,
    /// name that repository's root (`infra:deploy/compose.yaml`) and pass it: `--root infra=PATH`.
    pub struct SourceMissing = "source-missing", Matrix, Error, needs_matrix;
}

impl SourceMissing {
    fn ask(index: &Index, reporter: &mut Reporter<'_>) {
        let roots: BTreeSet<Option<&str>> = index.files.iter().map(|file| file.path.root_name()).collect();
        let mut told = BTreeSet::new();
        let mut told_roots = BTreeSet::new();
        for named in index.matrix.named_paths() {
            let path = &named.path.value;
            let Some(at) = named.path.at else { continue };
            if !index.absent.contains(path) || !told.insert((at, path)) {
                continue;
            }
            if let Some(root) = path.root_name().filter(|&root| !roots.contains(&Some(root))) {
                // One word per root: every file in it is missing for the same reason.
                if told_roots.insert(root) {
                    reporter
                        .report(
                            format!("the root `{root}` was not given, so nothing in it is checked"),
                            at,
                            format!("a file of `{root}`"),
                        )
                        .severity(Severity::Warning)
                        .why("what its files supply is unknown, and checks of what is missing stay silent")
                        .help(format!("pass `--root {root}=PATH`"));
                }
                continue;
            }
            // What is to deploy and is not there, `trigger-drift` tells.
            let is_told = named.role == PathRole::Trigger;
            if is_told || named.role == PathRole::Dotenv && index.example_of(path).is_some() {
                continue;
            }
            let of = named.environment.map_or_else(String::new, |of| format!(" of `{}`", *of.name));
            reporter
                .report(
                    format!("the {} `{path}`{of} does not exist", named.role.noun()),
                    at,
                    "nothing is there",
                )
                .why(why(&named))
                .help(help(index, &named))
                .environments(named.environment.map(|of| of.name.value.clone()));
        }
    }
}

fn why(named: &NamedPath<'_>) -> &'static str {
    match named.role {
        PathRole::Root => "no code speaks for this service, so nothing about it is checked",
        PathRole::Dockerfile => "what reaches the build of this service is unknown",
        PathRole::Document => "it cannot document any key",
        PathRole::Policy | PathRole::Agent => "what the agent may read and render is unknown",
        _ => "what it supplies is unknown, and checks of what is missing there stay silent",
    }
}

fn help(index: &Index, named: &NamedPath<'_>) -> String {
    let path = &named.path.value;
    let candidates = index.files.iter().map(|file| file.path.as_str());
    let nearest = candidates
        .filter(|other| TreePath::parse(other).is_some_and(|other| other.folder() == path.folder()))
        .map(|other| (strsim::osa_distance(other, path.as_str()), other))
        .filter(|(distance, _)| *distance <= 4)
        .min();
    match nearest {
        Some((_, meant)) => format!("did you mean `{meant}`?"),
        None if named.role == PathRole::Dotenv => {
            format!("if people create it themselves, commit an example beside it: `{path}.example`")
        }
        None => "paths are relative to the root of the tree".to_owned(),
    }
}
