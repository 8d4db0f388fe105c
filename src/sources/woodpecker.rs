//! Pipelines of Woodpecker and Drone: the images that their plugins build, with the arguments they pass.
//!
//! The settings are those of `plugin-docker-buildx`, `plugins/docker` and their likes ("Docker Buildx plugin:
//! Settings", "Docker plugin: Properties"). What commands read is taken for names that occur; only files with build
//! arguments are read here.

use crate::fact::{
    Extraction, Extractor, Fact, ImageBuild, Origin, Phase, Place, Provide, Provision, Role, SourceKind,
    Structure, Value, WorkflowFile, WorkflowJob,
};
use crate::key::KeyName;
use crate::syntax::yaml::{Node, parse};
use crate::text::{SourceFile, Spanned, TreePath};

/// Reads pipelines of Woodpecker and Drone.
#[derive(Clone, Copy, Debug)]
pub(super) struct Woodpecker;

/// Steps that one file may lead to through aliases.
const MAX_STEPS: usize = 1 << 12;

impl Extractor for Woodpecker {
    fn kind(&self) -> SourceKind {
        SourceKind("woodpecker")
    }

    fn claims(&self, path: &TreePath) -> bool {
        let name = path.name();
        let is_yaml = name.ends_with(".yml") || name.ends_with(".yaml");
        let is_pipeline = name.starts_with(".woodpecker") || name.starts_with(".drone");
        is_yaml && (is_pipeline || path.folder().within_root() == ".woodpecker")
    }

    fn confirms(&self, _path: &TreePath, text: &str) -> bool {
        text.contains("build_args")
    }

    fn extract(&self, file: &SourceFile) -> Extraction {
        let parsed = parse(&file.text);
        let mut found = Extraction::default();
        let mut workflow = WorkflowFile { is_broken: !parsed.errors.is_empty(), ..WorkflowFile::default() };
        for (number, document) in parsed.documents.iter().enumerate() {
            let id = format!("pipeline {number}");
            let mut job = WorkflowJob { id: Spanned::new(id, document.span), ..WorkflowJob::default() };
            for (number, step) in steps(document).into_iter().take(MAX_STEPS).enumerate() {
                read_step(file, step, number, &mut job, &mut found);
            }
            workflow.jobs.push(job);
        }
        found.facts.sort_by_key(|fact| fact.span);
        found.structure = Structure::Workflow(Box::new(workflow));
        found.mentions = super::mentions::Mentions.extract(file).mentions;
        found
    }
}

/// The steps of a pipeline: a list, or a mapping by name; `pipeline` is the old word.
fn steps(document: &Node) -> Vec<&Node> {
    let Some(steps) = document.get("steps").or_else(|| document.get("pipeline")) else { return Vec::new() };
    let named = steps.raw_entries().iter().map(|entry| &entry.value);
    steps.items().iter().chain(named).collect()
}

fn read_step(file: &SourceFile, step: &Node, number: usize, job: &mut WorkflowJob, found: &mut Extraction) {
    let (Some(image), Some(settings)) =
        (step.get("image").filter(|image| is_builder(image)), step.get("settings"))
    else {
        return;
    };
    let text = |name: &str| {
        let node = settings.get(name)?;
        Some(Spanned::new(node.as_str()?.to_owned(), node.span))
    };
    let has_args = ["build_args", "build_args_from_env"].iter().any(|name| settings.get(name).is_some());
    if !has_args {
        return;
    }
    job.builds.push(ImageBuild {
        step: number,
        uses: Spanned::new(image.as_str().unwrap_or("").to_owned(), image.span),
        context: text("context"),
        // It is taken from the root of the repository, not from the context.
        file: text("dockerfile").or_else(|| Some(Spanned::new("Dockerfile".to_owned(), image.span))),
        target: text("target"),
        is_elsewhere: false,
        follows_others: true,
    });
    let mut pass = |name: &str, at: &Node, value: Option<&Node>| {
        let key = KeyName::new(name.trim());
        // Several may stand in one text, whose parts have no places of their own.
        if !key.is_identifier() {
            return;
        }
        let value = match value.and_then(|value| Some((value.as_str()?, value.span))) {
            Some((text, span)) if !text.contains("${") => Value::literal(text, span),
            _ => Value::of(Origin::Unknown, at.span),
        };
        let role = Role::Provides(Provide { value, provision: Provision::Always });
        let place = Place::StepBuildArgs { job: Some(job.id.value.clone()), step: number };
        found.facts.push(Fact { key, file: file.id, span: at.span, place, phase: Phase::Build, role });
    };
    if let Some(args) = settings.get("build_args") {
        for entry in args.raw_entries() {
            pass(entry.key.as_str().unwrap_or(""), &entry.key, Some(&entry.value));
        }
        for item in args.items() {
            pass(item.as_str().and_then(|text| text.split('=').next()).unwrap_or(""), item, None);
        }
    }
    for item in settings.get("build_args_from_env").map(Node::items).unwrap_or_default() {
        pass(item.as_str().unwrap_or(""), item, None);
    }
}

/// Whether an image is a plugin that builds images.
fn is_builder(image: &Node) -> bool {
    let name = image.as_str().unwrap_or("").to_ascii_lowercase();
    name.contains("plugin")
        && ["docker", "buildx", "kaniko", "buildah"].iter().any(|word| name.contains(word))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::Woodpecker;
    use crate::fact::Extractor;
    use crate::text::{FileId, SourceFile, TreePath};

    proptest! {
        #[test]
        fn places_lie_in_the_file(parts in proptest::collection::vec(
            proptest::sample::select(vec![
                "steps:", "pipeline:", "\n", "\r\n", "  ", "- ", "image: ", "woodpeckerci/plugin-docker-buildx",
                "settings:", "build_args:", "build_args_from_env:", "A_KEY", "=", ": ", "[", "]", "é", "&a ", "*a", "${X}", "\0",
            ]),
            0..60,
        )) {
            let text = parts.concat();
            let path = TreePath::parse(".woodpecker.yml").unwrap();
            let found = Woodpecker.extract(&SourceFile::new(FileId(0), path, text.clone()));
            for fact in found.facts {
                prop_assert!(text.get(fact.span.range()).is_some());
            }
        }
    }
}
