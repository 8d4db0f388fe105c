//! Through compose: a service's `environment`, then its dotenv files, interpolated from the project's
//! variables.

use super::{Journey, Link, LinkState, Project, Variable, shown};
use crate::fact::{Fact, Fallback, Origin, Place, Reference, Role, Value};
use crate::index::sites::EnvFileLink;
use crate::index::supply::{Held, HeldKind};
use crate::key::KeyName;
use crate::matrix::EnvSource;
use crate::text::{FileId, Location, TreePath};

/// References that default to further references nest at most this deep.
const DEPTH: usize = 8;

impl Journey<'_> {
    /// What the compose `files`, merged in order, give to the service.
    pub(super) fn via_compose(&mut self, name: &KeyName, project: Project<'_>) -> Option<Held> {
        let index = self.index;
        let ids: Vec<FileId> =
            project.files.iter().filter_map(|path| Some(index.files.at(path)?.id)).collect();
        let sites: Vec<_> =
            index.sites_of(&self.service.name.value).filter(|site| ids.contains(&site.file)).collect();
        let rank = |file: FileId| ids.iter().position(|&id| id == file);
        // Later files win.
        let mut by_rank = sites.clone();
        by_rank.sort_by_key(|site| std::cmp::Reverse(rank(site.file)));
        let mut listing: Option<Location> = None;
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
                listing.get_or_insert(Location::new(site.file, span));
            }
        }
        for site in &by_rank {
            for link in site.env_files.iter().rev() {
                let held = match link {
                    EnvFileLink::File(file) => self.via_dotenv(name, *file),
                    EnvFileLink::Example(file) => self.via_example(name, *file),
                    EnvFileLink::Missing(_) | EnvFileLink::Unseen => {
                        self.unseen.get_or_insert_with(|| "an `env_file` is not in the tree".to_owned());
                        None
                    }
                };
                if held.is_some() {
                    return held;
                }
            }
            self.note_gaps(site.file, name);
            if index.compose_service(site).is_some_and(|service| service.extends.is_some()) {
                self.unseen.get_or_insert_with(|| "the service extends another".to_owned());
            }
        }
        if let Some(at) = listing {
            self.links.push(Link::new(at, format!("compose does not pass `{name}`"), LinkState::Broken));
        }
        None
    }

    /// An entry under `environment:` or `args:`.
    pub(super) fn via_environment(&mut self, fact: &Fact, project: Project<'_>) -> Option<Held> {
        let Role::Provides(provide) = &fact.role else { return None };
        let value = &provide.value;
        match value.origin {
            Origin::Host => {
                self.links.push(Link::new(
                    fact.at(),
                    format!("compose passes `{}` through", fact.key),
                    LinkState::Holds,
                ));
                match self.variable(&fact.key, project) {
                    Variable::Has(held) => Some(held),
                    Variable::Lacks => {
                        let what = format!("nothing that compose is given defines `{}`", fact.key);
                        self.links.push(Link::new(None, what, LinkState::Broken));
                        None
                    }
                    Variable::Unseen => None,
                }
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

    /// A value made of references: supplied when each of them has a value or a default.
    fn interpolated(&mut self, fact: &Fact, value: &Value, project: Project<'_>) -> Option<Held> {
        let mut only: Option<Held> = None;
        let mut falls_back = false;
        for reference in value.references.iter().take(DEPTH) {
            let place = Location::new(fact.file, reference.span);
            let before = self.links.len();
            match self.variable(&reference.key, project) {
                Variable::Has(held) if held.is_empty() && takes_default_for_empty(reference) => {
                    falls_back = true;
                    self.links.push(Link::new(place, default_link(fact, reference), LinkState::FallsBack));
                }
                Variable::Has(held) => {
                    let what = format!("compose passes `{}` from `{}`", fact.key, reference.key);
                    // Nearer to the reader than whatever defines the variable.
                    self.links.insert(before, Link::new(place, what, LinkState::Holds));
                    only.get_or_insert(held);
                }
                Variable::Unseen => {
                    let what = format!("compose passes `{}` from `{}`", fact.key, reference.key);
                    self.links.push(Link::new(place, what, LinkState::Unseen));
                    return None;
                }
                Variable::Lacks => match &reference.fallback {
                    Fallback::Default { .. } | Fallback::Alternative => {
                        falls_back = true;
                        self.links.push(Link::new(
                            place,
                            default_link(fact, reference),
                            LinkState::FallsBack,
                        ));
                    }
                    Fallback::Empty | Fallback::Refuse { .. } => {
                        let what = format!(
                            "compose takes `{}` from `{}`, which nothing defines",
                            fact.key, reference.key
                        );
                        self.links.push(Link::new(place, what, LinkState::Broken));
                        if is_whole(value, reference) || matches!(reference.fallback, Fallback::Refuse { .. })
                        {
                            return None;
                        }
                    }
                },
            }
        }
        let whole = value.references.first().filter(|first| is_whole(value, first));
        Some(match (whole, only) {
            (Some(_), Some(held)) if !falls_back => held,
            (Some(first), _) => match &first.fallback {
                Fallback::Default { text, .. } if !text.reveal().contains('$') => {
                    Held { at: Some(fact.at()), kind: HeldKind::FileDefault(text.clone()) }
                }
                _ => Held::outside(fact.at()),
            },
            (None, _) => Held::outside(fact.at()),
        })
    }

    /// The value of a compose variable in this environment: what the deployer sets, the shell's place
    /// being taken by `values` and the platform; then the project's dotenv files.
    pub(in crate::index) fn variable(&mut self, name: &KeyName, project: Project<'_>) -> Variable {
        if let Some(value) = self.environment.values.get(name) {
            return Variable::Has(Held::from_text(value.at, value.value.clone()));
        }
        let environment = self.environment;
        let mut unseen = false;
        let mut dotenvs: Vec<TreePath> = Vec::new();
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
                EnvSource::Dotenv { file, .. } => dotenvs.push(file.value.clone()),
                EnvSource::Compose { .. } | EnvSource::Vault { .. } => {}
            }
        }
        if project.env_files.is_empty() {
            dotenvs.extend(project.files.first().and_then(|first| first.folder().join(".env")));
        }
        dotenvs.extend(project.env_files.iter().rev().map(|file| file.value.clone()));
        for path in dotenvs {
            let found = match self.index.files.at(&path) {
                Some(file) => self.via_dotenv(name, file.id),
                None => self.index.example_of(&path).and_then(|example| self.via_example(name, example)),
            };
            if let Some(held) = found {
                return Variable::Has(held);
            }
        }
        if unseen {
            self.unseen.get_or_insert_with(|| format!("`{name}` may come from outside the tree"));
            return Variable::Unseen;
        }
        Variable::Lacks
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

fn takes_default_for_empty(reference: &Reference) -> bool {
    matches!(reference.fallback, Fallback::Default { or_empty: true, .. })
}

fn default_link(fact: &Fact, reference: &Reference) -> String {
    match &reference.fallback {
        Fallback::Default { text, .. } if text.is_empty() => {
            format!(
                "compose passes `{}` from `{}`, which nothing defines, or an empty text",
                fact.key, reference.key
            )
        }
        Fallback::Default { text, .. } => {
            let default = shown(&fact.key, text);
            format!(
                "compose passes `{}` from `{}`, which nothing defines, or {default}",
                fact.key, reference.key
            )
        }
        _ => format!("compose only asks whether `{}` is set", reference.key),
    }
}

/// Whether the value consists of this one reference.
fn is_whole(value: &Value, reference: &Reference) -> bool {
    let text = value.text.reveal();
    let inner =
        text.strip_prefix("${").and_then(|rest| rest.strip_suffix('}')).or_else(|| text.strip_prefix('$'));
    inner.is_some_and(|inner| {
        inner
            .strip_prefix(reference.key.as_str())
            .is_some_and(|rest| rest.is_empty() || rest.starts_with([':', '-', '?', '+']))
    }) && {
        // `${A}${B}` begins and ends like one reference, but closes in between.
        let mut depth = 0usize;
        let closes = text.char_indices().filter_map(|(at, c)| match c {
            '{' => {
                depth += 1;
                None
            }
            '}' => {
                depth = depth.saturating_sub(1);
                (depth == 0).then_some(at)
            }
            _ => None,
        });
        closes.take(2).count() <= 1
    }
}
