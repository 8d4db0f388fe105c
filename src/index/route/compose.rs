//! Through compose: a service's `environment`, then its dotenv files, interpolated from the project's
//! variables.

use std::collections::BTreeSet;

use super::{Deployed, Journey, Link, LinkState, Project, Remedy, Variable};
use crate::fact::{Fact, Origin, Role};
use crate::index::sites::{EnvFileLink, Site};
use crate::index::supply::Held;
use crate::key::KeyName;
use crate::matrix::EnvSource;
use crate::project::{Given, GivenBy, GivenValue, Received, ServiceReceives};
use crate::secret::Secret;
use crate::text::{FileId, Location, TreePath};

impl Journey<'_> {
    /// What the compose project gives to the service: an entry under `environment:`, then what its
    /// `env_file`s set.
    pub(super) fn via_compose(
        &mut self,
        name: &KeyName,
        project: Project<'_>,
        received: &Received,
    ) -> Option<Held> {
        let index = self.index;
        let mut ids: Vec<FileId> = Vec::new();
        for path in project.files {
            match index.files.at(path) {
                Some(file) => ids.push(file.id),
                None => {
                    self.unseen.get_or_insert_with(|| format!("{} is not in the tree", path.value));
                }
            }
        }
        let rank = |file: FileId| ids.iter().position(|&id| id == file);
        // Later files win; files that these include are sources of no project of their own.
        let sources: BTreeSet<&TreePath> = index.matrix.compose_files().collect();
        let mut sites: Vec<_> = index.sites_of(&self.service.name.value).collect();
        sites.retain(|site| rank(site.file).is_some() || !sources.contains(&index.path(site.file)));
        sites.sort_by_key(|site| std::cmp::Reverse(rank(site.file)));
        let names = self.service.compose.iter().map(|name| name.value.as_str());
        let services: Vec<&ServiceReceives> = names.filter_map(|name| received.services.get(name)).collect();
        for service in &services {
            let Some(given) = service.environment.get(name.as_str()) else { continue };
            if given.by == GivenBy::Entry {
                // An included file may have variables of its own.
                let is_included = rank(given.at.file).is_none();
                let is_filled = matches!(&given.value, GivenValue::Is(text) if !text.reveal().is_empty());
                return match index.entry_at(name, given.at).filter(|_| !is_included || !is_filled) {
                    Some(fact) => self.via_environment(fact, project),
                    None => self.via_given(name, given),
                };
            }
        }
        let mut listing: Option<(Location, &str)> = None;
        for site in &sites {
            let Some(service) = index.compose_service(site) else { continue };
            if let Some(command) = service.commands.iter().find(|command| assigns(command, name)) {
                let at = Location::new(site.file, command.span);
                self.links.push(Link::new(
                    at,
                    format!("the container's command sets `{name}`"),
                    LinkState::Holds,
                ));
                return Some(Held::outside(at));
            }
            if let Some(span) = service.environment {
                listing.get_or_insert((Location::new(site.file, span), service.name.value.as_str()));
            }
        }
        for service in &services {
            if let Some(held) = self.via_env_files(name, &service.env_files, &sites) {
                return Some(held);
            }
        }
        sites.iter().for_each(|site| self.note_gaps(site.file, name));
        let open = services.iter().find_map(|service| service.open.as_ref()).or(received.open.as_ref());
        if let (Some(reason), false) = (open, services.is_empty()) {
            self.unseen.get_or_insert_with(|| reason.clone());
        }
        if let Some((at, service)) = listing {
            let remedy = Remedy::Compose { file: at.file, service: service.to_owned() };
            let what = format!("compose does not pass `{name}`");
            self.links.push(Link::new(at, what, LinkState::Broken).mended_by(remedy));
        }
        None
    }

    /// An entry that no statement tells more about.
    fn via_given(&mut self, name: &KeyName, given: &Given) -> Option<Held> {
        let (held, what, state) = match &given.value {
            GivenValue::Is(text) => {
                let held = Held::from_text(given.at, text.clone());
                (Some(held), format!("compose sets `{name}`"), LinkState::Holds)
            }
            GivenValue::Outside(_) => {
                (Some(Held::outside(given.at)), format!("compose sets `{name}`"), LinkState::Holds)
            }
            GivenValue::Unset => {
                (None, format!("compose passes `{name}` through, and nothing defines it"), LinkState::Broken)
            }
            GivenValue::Unknown(reason) => {
                self.unseen.get_or_insert_with(|| reason.clone());
                (None, format!("compose passes `{name}` through"), LinkState::Unseen)
            }
        };
        self.links.push(Link::new(given.at, what, state));
        held
    }

    /// The `env_file`s of a compose service, of which later ones win.
    fn via_env_files(&mut self, name: &KeyName, paths: &[TreePath], sites: &[&Site]) -> Option<Held> {
        let index = self.index;
        for path in paths.iter().rev() {
            let at = self.env_file_entry(path, sites);
            let (held, file, what) = if let Some(file) = index.files.at(path) {
                let what = format!("the `env_file` does not set `{name}`");
                (self.via_dotenv(name, file.id), file.id, what)
            } else if let Some(example) = index.example_of(path) {
                let what = format!(
                    "the `env_file` is made from {}, which lacks `{name}`",
                    index.files.path(example)
                );
                (self.via_example(name, example), example, what)
            } else {
                self.unseen.get_or_insert_with(|| "an `env_file` is not in the tree".to_owned());
                continue;
            };
            if held.is_some() {
                return held;
            }
            let remedy = Remedy::Dotenv(index.path(file));
            self.links.push(Link::new(at, what, LinkState::Broken).mended_by(remedy));
        }
        None
    }

    /// The entry under `env_file:` that names a path, else the service that has it.
    fn env_file_entry(&self, path: &TreePath, sites: &[&Site]) -> Option<Location> {
        let index = self.index;
        let file = index.files.at(path).map(|file| file.id).or_else(|| index.example_of(path));
        let entries = sites.iter().flat_map(|site| {
            let entries = index.compose_service(site).map(|service| service.env_files.as_slice());
            let places = entries.unwrap_or_default().iter();
            places.zip(&site.env_files).map(|(entry, link)| (Location::new(site.file, entry.path.span), link))
        });
        let named = entries.filter(|(_, link)| match link {
            EnvFileLink::File(known) | EnvFileLink::Example(known) => Some(*known) == file,
            EnvFileLink::Missing(_) | EnvFileLink::Unseen => false,
        });
        let named = named.map(|(at, _)| at).next();
        named.or_else(|| sites.first().and_then(|site| index.site_at(site)))
    }

    /// An entry under `environment:` or `args:`.
    pub(super) fn via_environment(&mut self, fact: &Fact, project: Project<'_>) -> Option<Held> {
        let Role::Provides(provide) = &fact.role else { return None };
        let value = &provide.value;
        match value.origin {
            Origin::Host => {
                let place = self.links.len();
                let (held, link) = match self.variable(&fact.key, project) {
                    Variable::Has(held) => {
                        let what = format!("compose passes `{}` through", fact.key);
                        (Some(held), Link::new(fact.at(), what, LinkState::Holds))
                    }
                    Variable::Lacks => {
                        let what = format!("compose passes `{0}` through, and nothing defines it", fact.key);
                        let remedy = self.variable_remedy(&fact.key, project);
                        (None, Link::new(fact.at(), what, LinkState::Broken).mended_by(remedy))
                    }
                    Variable::Unseen => {
                        let what = format!("compose passes `{}` through", fact.key);
                        (None, Link::new(fact.at(), what, LinkState::Unseen))
                    }
                };
                self.links.insert(place, link);
                held
            }
            Origin::Literal if value.references.is_empty() => {
                self.links.push(Link::new(
                    fact.at(),
                    format!("compose sets `{}`", fact.key),
                    LinkState::Holds,
                ));
                // `$$` is how compose spells a `$`.
                let text = value.text.reveal();
                let text = if text.contains("$$") {
                    Secret::new(&text.replace("$$", "$"))
                } else {
                    value.text.clone()
                };
                Some(Held::from_text(fact.at(), text))
            }
            _ => self.interpolated(fact, value, project),
        }
    }

    /// The value of a compose variable in this environment: what the deployer sets, the shell's place
    /// being taken by `values` and the platform; then the project's dotenv files.
    pub(in crate::index) fn variable(&mut self, name: &KeyName, project: Project<'_>) -> Variable {
        if let Some(value) = self.environment.values.get(name) {
            return Variable::Has(Held::from_text(value.at, value.value.clone()));
        }
        let environment = self.environment;
        let mut unseen = false;
        for source in &environment.sources {
            match &source.value {
                EnvSource::Platform { keys, .. } => {
                    unseen |= keys.is_empty();
                    if let Some(key) = keys.iter().find(|key| key.value == *name) {
                        return Variable::Has(Held::outside(key.at));
                    }
                }
                EnvSource::Workflow { file, job } => {
                    match self.workflow_variable(name, file, job.as_ref().map(|job| job.as_str())) {
                        Variable::Has(held) => return Variable::Has(held),
                        Variable::Unseen => unseen = true,
                        Variable::Lacks => {}
                    }
                }
                EnvSource::Deploy { file, into, .. } => {
                    let into = into.as_ref().map(|into| into.value.as_str());
                    match self.index.deployed(environment, file, into, None, name) {
                        Deployed::Sets(fact) => {
                            let what = format!("{} sets `{name}`", file.value);
                            self.links.push(Link::new(fact.at(), what, LinkState::Holds));
                            let held = self.provided(fact);
                            return Variable::Has(held.unwrap_or_else(|| Held::outside(fact.at())));
                        }
                        Deployed::Unseen { .. } => unseen = true,
                        Deployed::Lacks => {}
                    }
                }
                EnvSource::Dotenv { .. } | EnvSource::Compose { .. } | EnvSource::Vault { .. } => {}
            }
        }
        for path in self.project_dotenvs(project) {
            let found = match self.index.files.at(&path) {
                Some(file) => self.via_dotenv(name, file.id),
                None => self.index.example_of(&path).and_then(|example| self.via_example(name, example)),
            };
            if let Some(held) = found {
                // The deployer's own variables win over dotenv files, and nobody knows them here.
                return Variable::Has(if unseen { Held::outside(held.at) } else { held });
            }
        }
        if unseen {
            self.unseen.get_or_insert_with(|| format!("`{name}` may come from outside the tree"));
            return Variable::Unseen;
        }
        Variable::Lacks
    }

    /// The dotenv files that a compose project is interpolated from, those that win first: what the
    /// environment's processes load, then the project's own.
    fn project_dotenvs(&self, project: Project<'_>) -> Vec<TreePath> {
        let sources = self.environment.sources.iter().filter_map(|source| match &source.value {
            EnvSource::Dotenv { file, .. } => Some(file.value.clone()),
            _ => None,
        });
        let beside = project.files.first().and_then(|first| first.folder().join(".env"));
        let beside = beside.filter(|_| project.env_files.is_empty());
        sources.chain(beside).chain(project.env_files.iter().rev().map(|file| file.value.clone())).collect()
    }

    /// Where a variable that compose takes is best defined: in the first of its dotenv files that is
    /// there, or that people make from an example.
    pub(in crate::index) fn variable_remedy(&self, name: &KeyName, project: Project<'_>) -> Remedy {
        let file = self.project_dotenvs(project).iter().find_map(|path| {
            let file = self.index.files.at(path).map(|file| file.id);
            file.or_else(|| self.index.example_of(path))
        });
        let deploy = self.environment.sources.iter().find_map(|source| match &source.value {
            EnvSource::Deploy { file, .. } => self.index.files.at(file).map(|_| file.value.clone()),
            _ => None,
        });
        Remedy::Variable { name: name.clone(), file: deploy.or_else(|| Some(self.index.path(file?))) }
    }
}

/// Whether a shell text gives the variable a value: `NAME=...`, also behind `export`.
fn assigns(command: &str, name: &str) -> bool {
    command.match_indices(name).any(|(at, _)| {
        let before = command.get(..at).and_then(|text| text.chars().next_back());
        let begins = before.is_none_or(|c| c.is_whitespace() || matches!(c, ';' | '&' | '(' | '"' | '\''));
        begins && command.get(at + name.len()..).is_some_and(|rest| rest.starts_with('='))
    })
}
