//! `build-arg-undeclared`

mod steps;

use crate::fact::{Place, Role};
use crate::index::{BuildLink, Index};
use crate::key::{is_tool_key, near_miss};
use crate::rule::Reporter;

crate::declare_rule! {
    /// Reports a build argument that compose or a workflow passes and that the Dockerfile does not declare.
    ///
    /// ## Why it matters
    ///
    /// An argument without an `ARG` is dropped. The build succeeds with whatever the Dockerfile has
    /// instead, often a default for development.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// services:
    ///   web:
    ///     build:
    ///       context: ./web
    ///       args:
    ///         API_URL: https://api.example.com
    /// ```
    ///
    /// ```dockerfile
    /// FROM node:22
    /// ARG APP_URL
    /// ```
    ///
    /// ## What to do
    ///
    /// Declare the argument in the stage that uses it, or stop passing it.
    pub struct BuildArgUndeclared = "build-arg-undeclared", Build, Warning;
}

/// Arguments that BuildKit knows without a declaration.
const PREDEFINED: &[&str] = &["BUILDKIT_", "SOURCE_DATE_EPOCH"];

impl BuildArgUndeclared {
    fn ask(index: &Index, reporter: &mut Reporter<'_>) {
        let mut told = std::collections::BTreeSet::new();
        for site in index.sites() {
            let BuildLink::Dockerfile(dockerfile) = site.build else { continue };
            if index.extraction(dockerfile).is_none_or(|extraction| !extraction.gaps.is_empty()) {
                continue;
            }
            let declared: Vec<_> = index
                .facts_in(dockerfile)
                .filter(|fact| {
                    matches!(fact.place, Place::BuildArg(_)) && matches!(fact.role, Role::Reads(_))
                })
                .collect();
            for arg in index.build_args_of(site) {
                let is_predefined = PREDEFINED.iter().any(|start| arg.key.starts_with(start))
                    || (is_tool_key(&arg.key) && arg.key.to_ascii_lowercase().ends_with("_proxy"));
                if is_predefined
                    || declared.iter().any(|fact| fact.key == arg.key)
                    || !told.insert((dockerfile, arg.key.clone()))
                {
                    continue;
                }
                let path = index.files.path(dockerfile);
                let message = format!("{path} does not declare the build argument `{}`", arg.key);
                let mut finding =
                    reporter.report(message, arg.at(), "passed here, and dropped").key(&arg.key);
                let help = match declared.iter().find(|fact| near_miss(&arg.key, &fact.key)) {
                    Some(near) => {
                        finding = finding.label(near.at(), "this one is declared");
                        format!("did you mean `{}`?", near.key)
                    }
                    None => {
                        let stage = index.image_stage(site).and_then(|(file, stage)| {
                            Some(crate::text::Location::new(
                                file,
                                index.dockerfile(file)?.stages.get(stage)?.base.span,
                            ))
                        });
                        if let Some(at) = stage {
                            finding = finding.label(at, "no `ARG` in this file takes it");
                        }
                        format!("add `ARG {}` to the stage that uses it, or stop passing it", arg.key)
                    }
                };
                finding.why("BuildKit drops arguments that no `ARG` declares").help(help);
            }
        }
        steps::ask(index, reporter);
    }
}
