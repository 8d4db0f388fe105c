//! Environments that workflows deploy to: `environment:` of their jobs.

use std::collections::BTreeMap;
use std::hash::Hash;

use super::Drafts;
use super::words::by_name;
use crate::infer::{Tree, whole};
use crate::matrix::{EnvSource, Said, Tier, Trigger};
use crate::syntax::yaml::{self, Node};
use crate::text::{Location, SourceFile, TreePath, end_of_reading};

/// The folder in which GitHub looks for workflows.
const FOLDER: &str = ".github/workflows";

pub(super) fn add(tree: &Tree<'_>, drafts: &mut Drafts) {
    let Some(folder) = TreePath::root(None).join(FOLDER) else { return };
    for file in tree.files.iter().filter(|file| file.path.folder() == folder) {
        let is_yaml = file.path.name().ends_with(".yml") || file.path.name().ends_with(".yaml");
        if !is_yaml {
            continue;
        }
        add_file(file, drafts);
        add_by_name(file, drafts);
    }
}

fn add_file(file: &SourceFile, drafts: &mut Drafts) {
    for (which, jobs) in deploying(file) {
        let Some(first) = jobs.first() else { continue };
        let at = Some(first.at);
        let path = Said::at(file.path.clone(), first.at);
        let job = match jobs.as_slice() {
            [only] => Some(Said::at(only.name.clone(), only.at)),
            _ => None,
        };
        drafts.add(which, EnvSource::Workflow { file: path.clone(), job }, at);
        let environment = drafts.named(which, at);
        if environment.url.is_none() {
            environment.url = jobs.iter().find_map(|job| job.url.clone());
        }
        if environment.trigger.is_none() {
            environment.trigger =
                Some(Said { value: Trigger { workflow: Some(path), ..Trigger::default() }, at });
        }
    }
}

/// The jobs that deploy, by where they deploy to.
fn deploying(file: &SourceFile) -> BTreeMap<(&'static str, Tier), Vec<Job>> {
    let mut found: BTreeMap<(&str, Tier), Vec<Job>> = BTreeMap::new();
    // Parsing is dear, and most workflows deploy nothing.
    if !file.text.contains("environment:") {
        return found;
    }
    let end = end_of_reading(&file.text).unwrap_or(file.text.len());
    let parsed = yaml::parse(file.text.get(..end).unwrap_or(""));
    let Some(jobs) = parsed.documents.first().and_then(|root| root.get("jobs")) else { return found };
    for entry in jobs.raw_entries() {
        let (Some(job), Some(node)) = (entry.key.as_str(), entry.value.get("environment")) else { continue };
        let name = node.as_str().map_or_else(|| node.get("name"), |_| Some(node));
        let Some((name, text)) = name.and_then(|name| Some((name, name.as_str()?))) else { continue };
        let Some(which) = by_name(text).filter(|_| !text.contains("${{")) else { continue };
        let at = Location::new(file.id, name.span);
        found.entry(which).or_default().push(Job { name: job.to_owned(), at, url: address(file, node) });
    }
    found
}

/// What a workflow tells about environments, wherever in the file it does.
pub(in crate::infer) fn told_by_workflow(file: &SourceFile) -> impl Hash + use<> {
    let jobs = |jobs: Vec<Job>| jobs.into_iter().map(|job| (job.name, job.url.map(|url| url.value)));
    let deploying = deploying(file).into_iter();
    deploying.map(|(which, found)| (which, jobs(found).collect::<Vec<_>>())).collect::<Vec<_>>()
}

/// A workflow whose name says that it deploys, and where: `deploy-staging.yml`.
fn add_by_name(file: &SourceFile, drafts: &mut Drafts) {
    let name = file.path.name();
    let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
    let deploys = stem.split(['-', '_', '.']).any(|word| matches!(word, "deploy" | "release" | "rollout"));
    let which = by_name(stem).filter(|(_, tier)| deploys && *tier >= Tier::Preview);
    let Some(which) = which else { return };
    let at = Some(whole(file.id));
    let path = Said { value: file.path.clone(), at };
    let is_known = |source: &Said<EnvSource>| matches!(&source.value, EnvSource::Workflow { file: known, .. } if known.value == path.value);
    if drafts.named(which, at).sources.iter().any(is_known) {
        return;
    }
    drafts.add(which, EnvSource::Workflow { file: path.clone(), job: None }, at);
    let environment = drafts.named(which, at);
    if environment.trigger.is_none() {
        environment.trigger =
            Some(Said { value: Trigger { workflow: Some(path), ..Trigger::default() }, at });
    }
}

#[derive(Debug)]
struct Job {
    name: String,
    at: Location,
    url: Option<Said<String>>,
}

/// The address of the environment, where it is written down in full.
fn address(file: &SourceFile, node: &Node) -> Option<Said<String>> {
    let node = node.get("url")?;
    let text = node.as_str().filter(|text| !text.contains('$'))?;
    let url = crate::value_type::url::Url::parse(text)?;
    let is_web = matches!(url.scheme, "http" | "https") && crate::value_type::url::problem(text).is_none();
    is_web.then(|| Said::at(text.to_owned(), Location::new(file.id, node.span)))
}
