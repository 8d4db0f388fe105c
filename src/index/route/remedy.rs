//! Where a key that does not arrive would be supplied.

use std::collections::BTreeMap;

use super::Route;
use crate::index::Index;
use crate::key::KeyName;
use crate::text::{FileId, TreePath};

/// The place that would mend a broken link; the nearest to a working link first.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Remedy {
    /// A template that renders the key under other conditions only.
    Branch(FileId),
    /// The variable that compose takes and nothing defines, with the file that defines its like.
    Variable {
        /// The variable.
        name: KeyName,
        /// The dotenv, or what whoever deploys goes by, if one is there.
        file: Option<TreePath>,
    },
    /// A dotenv, or the example from which people make it.
    Dotenv(TreePath),
    /// `environment:` of a compose service.
    Compose {
        /// The compose file.
        file: FileId,
        /// The service's name there.
        service: String,
    },
    /// A template that does not know the key.
    Template(FileId),
    /// A workflow, or another file that whoever deploys goes by.
    Workflow(TreePath),
    /// The list of what the platform supplies.
    Platform,
}

impl Index {
    /// The shortest way to supply `key`, given the routes on which it does not arrive, each with the name of
    /// its environment; one sentence part per place. `from_store`: the key belongs into a secret store.
    #[must_use]
    pub fn advice(&self, key: &KeyName, from_store: bool, routes: &[(&str, &Route)]) -> Option<String> {
        let mut places: BTreeMap<&Remedy, Vec<&str>> = BTreeMap::new();
        for (environment, route) in routes {
            let remedies = route.links.iter().filter_map(|link| link.remedy.as_ref());
            let stored = |remedy: &Remedy| matches!(remedy, Remedy::Branch(_) | Remedy::Template(_));
            let best = remedies.min_by_key(|remedy| (from_store && !stored(remedy), *remedy));
            let environments = places.entry(best?).or_default();
            if !environments.contains(environment) {
                environments.push(environment);
            }
        }
        let parts: Vec<String> = places
            .iter()
            .map(|(remedy, environments)| {
                let order = self.order(key, remedy, environments);
                match (places.len(), remedy) {
                    (1, _) | (_, Remedy::Branch(_)) => order,
                    _ => format!("for {}: {order}", list(environments)),
                }
            })
            .collect();
        (!parts.is_empty()).then(|| parts.join("; "))
    }

    fn order(&self, key: &KeyName, remedy: &Remedy, environments: &[&str]) -> String {
        match remedy {
            Remedy::Branch(file) => match environments {
                [only] => format!("supply it in the `{only}` branch of {}", self.path(*file)),
                _ => format!("supply it in {} for {} too", self.path(*file), list(environments)),
            },
            Remedy::Variable { name, file: Some(file) } => format!("set `{name}` in {file}"),
            Remedy::Variable { name, file: None } => format!(
                "give compose `{name}`: in a `.env` beside it, or from whoever deploys (declare that under `values` or `platform`)"
            ),
            Remedy::Dotenv(path) => format!("set it in {path}"),
            Remedy::Compose { file, service } => {
                format!("add `{key}: ${{{key}:?}}` to `environment:` of `{service}` in {}", self.path(*file))
            }
            Remedy::Template(file) => format!("render it in {}", self.path(*file)),
            Remedy::Workflow(path) => format!("set it in {path}"),
            Remedy::Platform => {
                "if the platform supplies it, list it under `platform` of the environment".to_owned()
            }
        }
    }
}

fn list(environments: &[&str]) -> String {
    let quoted: Vec<String> = environments.iter().map(|name| format!("`{name}`")).collect();
    match quoted.split_last() {
        Some((last, others)) if !others.is_empty() => format!("{} and {last}", others.join(", ")),
        _ => quoted.concat(),
    }
}
