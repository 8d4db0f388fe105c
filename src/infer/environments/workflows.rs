//! Environments that workflows deploy to: `environment:` of their jobs.

use std::collections::BTreeMap;

use super::Drafts;
use super::words::by_name;
use crate::infer::Tree;
use crate::matrix::{EnvSource, Said, Tier, Trigger};
use crate::syntax::yaml::{self, Node};
use crate::text::{Location, SourceFile, TreePath};

/// The folder in which GitHub looks for workflows.
const FOLDER: &str = ".github/workflows";

pub(super) fn add(tree: &Tree<'_>, drafts: &mut Drafts) {
    let Some(folder) = TreePath::root(None).join(FOLDER) else { return };
    for file in tree.files.iter().filter(|file| file.path.folder() == folder) {
        let is_yaml = file.path.name().ends_with(".yml") || file.path.name().ends_with(".yaml");
        // Parsing is dear, and most workflows deploy nothing.
        if is_yaml && file.text.contains("environment:") {
            add_file(file, drafts);
        }
    }
}

fn add_file(file: &SourceFile, drafts: &mut Drafts) {
    let parsed = yaml::parse(&file.text);
    let Some(jobs) = parsed.documents.first().and_then(|root| root.get("jobs")) else { return };
    let mut found: BTreeMap<(&str, Tier), Vec<Job>> = BTreeMap::new();
    for entry in jobs.raw_entries() {
        let (Some(job), Some(node)) = (entry.key.as_str(), entry.value.get("environment")) else { continue };
        let name = node.as_str().map_or_else(|| node.get("name"), |_| Some(node));
        let Some((name, text)) = name.and_then(|name| Some((name, name.as_str()?))) else { continue };
        let Some(which) = by_name(text).filter(|_| !text.contains("${{")) else { continue };
        let at = Location::new(file.id, name.span);
        found.entry(which).or_default().push(Job { name: job.to_owned(), at, url: address(file, node) });
    }
    for (which, jobs) in found {
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
