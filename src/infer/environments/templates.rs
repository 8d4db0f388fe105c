//! Environments by templates that are rendered from Vault.

use std::collections::{BTreeMap, BTreeSet};

use foldhash::HashMap;

use super::Drafts;
use super::words::{by_name, by_word};
use crate::fact::{ComposeFile, Condition, Extraction, Fallback, PathPart, Provision, Role, TemplateFile};
use crate::infer::keys::Owners;
use crate::infer::{Tree, whole};
use crate::key::KeyName;
use crate::matrix::{EnvSource, Environment, Said, Service, Tier};
use crate::text::{SourceFile, TreePath};

pub(super) fn add(tree: &Tree<'_>, services: &BTreeMap<String, Service>, drafts: &mut Drafts) {
    let extraction = |file: &SourceFile| tree.extractions.get(file.id.0 as usize);
    let composes = Composes::of(tree, services);
    let found: Vec<_> = tree
        .templates()
        .filter_map(|(file, template)| Some((file, Template::of(file, template, extraction(file)?))))
        .filter_map(|(file, template)| Some((file, template, composes.receivers(&file.path.folder())?)))
        .collect();
    for (file, template, _) in &found {
        for &(name, tier) in template.words.values() {
            drafts.named((name, tier), Some(whole(file.id)));
        }
    }
    let mut deployed: BTreeSet<(String, Tier)> = drafts
        .found
        .keys()
        .filter(|(tier, _)| *tier >= Tier::Staging)
        .map(|(tier, name)| (name.clone(), *tier))
        .collect();
    if deployed.is_empty() && found.iter().any(|(_, template, _)| template.own.is_none()) {
        deployed.insert(("production".to_owned(), Tier::Production));
    }
    for (file, template, (composes, receivers)) in &found {
        let at = Some(whole(file.id));
        let one = template.own.map(|(name, tier)| (name.to_owned(), tier));
        let targets = one.map_or_else(|| deployed.clone(), |one| BTreeSet::from([one]));
        for (name, tier) in &targets {
            let which = (name.as_str(), *tier);
            for compose in composes {
                let files = vec![Said { value: compose.clone(), at }];
                let source = EnvSource::Compose { files, profiles: Vec::new(), env_files: Vec::new() };
                drafts.add(which, source, tree.files.at(compose).map(|file| whole(file.id)));
            }
            let word = template.words.iter().find(|(_, which)| which.0 == name);
            let word = word.map_or(name, |(word, _)| word).clone();
            let env =
                template.variable.iter().map(|key| (key.clone(), Said { value: word.clone(), at })).collect();
            let source = EnvSource::Vault {
                template: Said { value: file.path.clone(), at },
                agent: None,
                policy: None,
                env,
                services: receivers.iter().map(|name| Said { value: name.clone(), at }).collect(),
            };
            drafts.add(which, source, at);
        }
    }
}

/// The name of a service that takes what templates in its folder render; `None` where its folder is the whole tree.
pub(super) fn receiver(service: &Service) -> Option<String> {
    let has_folder = service.root.as_ref().is_some_and(|root| !root.within_root().is_empty());
    has_folder.then(|| service.name.value.clone())
}

/// Whether a template that lies beside compose files is for all services, or for `least` of them.
pub(in crate::infer) fn receives_all(
    environments: &[Environment],
    least: usize,
    has_composes: impl Fn(&TreePath) -> bool,
) -> bool {
    environments.iter().flat_map(|environment| &environment.sources).any(|source| match &source.value {
        EnvSource::Vault { template, services, .. } => {
            (services.is_empty() || services.len() >= least) && has_composes(&template.folder())
        }
        _ => false,
    })
}

/// What a template tells about environments.
#[derive(PartialEq, Eq, Debug)]
pub struct Template {
    /// The environment that it is for alone, by the name of its folder.
    own: Option<(&'static str, Tier)>,
    /// The variable that tells the agent where it is.
    variable: Option<KeyName>,
    /// The words that the variable is compared with, with what they stand for.
    words: BTreeMap<String, (&'static str, Tier)>,
}

impl Template {
    pub(in crate::infer) fn of(file: &SourceFile, template: &TemplateFile, extraction: &Extraction) -> Self {
        let in_path = template.vault_reads.iter().flat_map(|read| &read.path).find_map(|part| match part {
            // A variable with a default need not be set, and says less about where the agent runs.
            PathPart::Variable(reference) if !matches!(reference.fallback, Fallback::Default { .. }) => {
                Some(reference.key.clone())
            }
            _ => None,
        });
        let compared = conditions(extraction).find_map(|condition| match condition {
            Condition::Equals { key, any_of, .. } if any_of.iter().any(|word| by_name(word).is_some()) => {
                Some(key.clone())
            }
            _ => None,
        });
        let variable = compared.or(in_path);
        let mut words = compared_in_text(&file.text);
        for condition in conditions(extraction) {
            if let Condition::Equals { key, any_of, .. } = condition
                && variable.as_ref() == Some(key)
            {
                words.extend(any_of.iter().filter_map(|word| Some((word.clone(), by_name(word)?))));
            }
        }
        words.retain(|_, (_, tier)| *tier >= Tier::Preview);
        let own = by_word(file.path.folder().name());
        Self { own, variable, words }
    }
}

impl Template {
    /// Whether environments, which are guessed with a template that tells this, are the same with one that tells `other`: each
    /// takes it under the same word, and none is there for its sake alone.
    #[must_use]
    pub fn means_the_same(&self, other: &Self, environments: &[Environment]) -> bool {
        let words = |told: &Self| -> BTreeMap<&'static str, String> {
            told.words.iter().rev().map(|(word, (name, _))| (*name, word.clone())).collect()
        };
        let (one, two) = (words(self), words(other));
        let told = |words: &BTreeMap<&'static str, String>, name: &str| {
            words.get(name).cloned().unwrap_or_else(|| name.to_owned())
        };
        let deployed = || environments.iter().filter(|one| one.tier.value >= Tier::Staging);
        let is_there_besides = |name: &str| {
            let mut named = environments.iter().filter(|environment| environment.name.value == name);
            let is_told = |source: &Said<EnvSource>| {
                matches!(source.value, EnvSource::Dotenv { .. } | EnvSource::Workflow { .. })
            };
            let is_told = named.any(|environment| environment.sources.iter().any(is_told));
            // Where nothing tells of another one, a template is for production.
            let is_only = || deployed().all(|one| one.name.value == "production");
            is_told || name == "production" && self.own.is_none() && is_only()
        };
        let names = || one.keys().chain(two.keys());
        self.own == other.own
            && self.variable == other.variable
            && environments
                .iter()
                .all(|environment| told(&one, &environment.name.value) == told(&two, &environment.name.value))
            && names().all(|name| one.contains_key(name) == two.contains_key(name) || is_there_besides(name))
    }
}

fn conditions(extraction: &Extraction) -> impl Iterator<Item = &Condition> {
    extraction
        .facts
        .iter()
        .filter_map(|fact| match &fact.role {
            Role::Provides(provide) => match &provide.provision {
                Provision::Conditional(conditions) => Some(conditions),
                _ => None,
            },
            _ => None,
        })
        .flatten()
}

/// Words that `eq` and `ne` compare with in the actions of a template, also where no key depends on the
/// outcome.
fn compared_in_text(text: &str) -> BTreeMap<String, (&'static str, Tier)> {
    let mut words = BTreeMap::new();
    for action in text.split("{{").skip(1) {
        let action = action.split_once("}}").map_or(action, |(action, _)| action);
        let is_comparison =
            action.split(|c: char| !c.is_ascii_alphanumeric()).any(|word| matches!(word, "eq" | "ne"));
        if is_comparison && !action.trim_start_matches(['-', ' ']).starts_with("/*") {
            for word in action.split('"').skip(1).step_by(2) {
                if let Some(which) = by_name(word) {
                    words.insert(word.to_owned(), which);
                }
            }
        }
    }
    words
}

/// The compose files of a tree by folder, and the services by what compose calls them.
struct Composes<'a> {
    by_folder: HashMap<TreePath, Vec<(&'a SourceFile, &'a ComposeFile)>>,
    services: HashMap<&'a str, Vec<&'a str>>,
    owners: Owners<'a>,
    number: usize,
}

impl<'a> Composes<'a> {
    fn of(tree: &Tree<'a>, services: &'a BTreeMap<String, Service>) -> Self {
        let mut by_folder: HashMap<TreePath, Vec<_>> = HashMap::default();
        for (file, compose) in tree.composes() {
            by_folder.entry(file.path.folder()).or_default().push((file, compose));
        }
        let mut by_name: HashMap<&str, Vec<&str>> = HashMap::default();
        for service in services.values() {
            for name in &service.compose {
                by_name.entry(&name.value).or_default().push(&service.name.value);
            }
        }
        let owners = Owners::of(services);
        Self { by_folder, services: by_name, owners, number: services.len() }
    }

    /// The compose files beside a template and the services of the project in them, which take what it
    /// renders. `None` where only servers stand beside it; where no compose file does, the service in whose folder it
    /// lies, else none, meaning all.
    fn receivers(&self, folder: &TreePath) -> Option<(Vec<TreePath>, Vec<String>)> {
        let Some(beside) = self.by_folder.get(folder) else {
            let owner = self.owners.at(folder).filter(|_| self.number > 1);
            return Some((Vec::new(), owner.and_then(receiver).into_iter().collect()));
        };
        let mut names = BTreeSet::new();
        let mut composes = Vec::new();
        for (file, compose) in beside {
            let here = compose.services.iter().filter_map(|service| self.services.get(service.name.as_str()));
            let here: BTreeSet<String> = here.flatten().map(|name| (*name).to_owned()).collect();
            if !here.is_empty() {
                composes.push(file.path.clone());
            }
            names.extend(here);
        }
        let all = names.len() == self.number;
        (!names.is_empty()).then(|| (composes, if all { Vec::new() } else { names.into_iter().collect() }))
    }
}
