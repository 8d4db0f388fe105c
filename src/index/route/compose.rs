//! Through compose: a service's `environment`, then its dotenv files, interpolated from the project's
//! variables.

use super::{Journey, Link, LinkState, Project, Remedy, Variable};
use crate::fact::{Fact, Origin, Place, Role};
use crate::index::sites::{EnvFileLink, Site};
use crate::index::supply::Held;
use crate::key::KeyName;
use crate::matrix::EnvSource;
use crate::text::{FileId, Location, TreePath};

impl Journey<'_> {
    /// What the compose `files`, merged in order, give to the service.
    pub(super) fn via_compose(&mut self, name: &KeyName, project: Project<'_>) -> Option<Held> {
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
        let sites: Vec<_> =
            index.sites_of(&self.service.name.value).filter(|site| ids.contains(&site.file)).collect();
        let rank = |file: FileId| ids.iter().position(|&id| id == file);
        // Later files win.
        let mut by_rank = sites.clone();
        by_rank.sort_by_key(|site| std::cmp::Reverse(rank(site.file)));
        let mut listing: Option<(Location, &str)> = None;
        for site in &by_rank {
            let Some(service) = index.compose_service(site) else { continue };
            let given = index.facts_in(site.file).filter(|fact| {
                fact.key == *name
                    && matches!(&fact.place, Place::Container(owner) if *owner == service.name.value)
            });
            if let Some(fact) = given.filter(|fact| matches!(fact.role, Role::Provides(_))).last() {
                return self.via_environment(fact, project);
            }
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
        for site in &by_rank {
            if let Some(held) = self.via_env_files(name, site) {
                return Some(held);
            }
            self.note_gaps(site.file, name);
            if index.compose_service(site).is_some_and(|service| service.extends.is_some()) {
                self.unseen.get_or_insert_with(|| "the service extends another".to_owned());
            }
        }
        if let Some((at, service)) = listing {
            let remedy = Remedy::Compose { file: at.file, service: service.to_owned() };
            let what = format!("compose does not pass `{name}`");
            self.links.push(Link::new(at, what, LinkState::Broken).mended_by(remedy));
        }
        None
    }

    /// The `env_file`s of a compose service, of which later ones win.
    fn via_env_files(&mut self, name: &KeyName, site: &Site) -> Option<Held> {
        let index = self.index;
        let entries = index.compose_service(site).map(|service| service.env_files.as_slice());
        for (entry, link) in entries.unwrap_or_default().iter().zip(&site.env_files).rev() {
            let at = Location::new(site.file, entry.path.span);
            let (held, file, what) = match link {
                EnvFileLink::File(file) => {
                    let what = format!("the `env_file` does not set `{name}`");
                    (self.via_dotenv(name, *file), *file, what)
                }
                EnvFileLink::Example(file) => {
                    let what = format!(
                        "the `env_file` is made from {}, which lacks `{name}`",
                        index.files.path(*file)
                    );
                    (self.via_example(name, *file), *file, what)
                }
                EnvFileLink::Missing(_) | EnvFileLink::Unseen => {
                    self.unseen.get_or_insert_with(|| "an `env_file` is not in the tree".to_owned());
                    continue;
                }
            };
            if held.is_some() {
                return held;
            }
            let remedy = Remedy::Dotenv(index.path(file));
            self.links.push(Link::new(at, what, LinkState::Broken).mended_by(remedy));
        }
        None
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
                Some(Held::from_text(fact.at(), value.text.clone()))
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
    pub(super) fn variable_remedy(&self, name: &KeyName, project: Project<'_>) -> Remedy {
        let file = self.project_dotenvs(project).iter().find_map(|path| {
            let file = self.index.files.at(path).map(|file| file.id);
            file.or_else(|| self.index.example_of(path))
        });
        Remedy::Variable { name: name.clone(), file: file.map(|file| self.index.path(file)) }
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
