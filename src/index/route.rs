//! The way of a value: from whoever holds it to the process that reads it, in one environment.
//!
//! [`Index::route`] is the one place that knows how an environment's sources supply a service. The
//! trace prints its links, the matrix table its outcome, and rules about absence ask for nothing else.

mod compose;
mod deploy;
mod dotenv;
mod image;
mod interpolated;
mod remedy;
mod template;
mod workflow;

pub(super) use deploy::Deployed;
pub use remedy::Remedy;

use super::Index;
use super::supply::{Held, Outcome};
use crate::fact::{Need, Provision, Role};
use crate::key::KeyName;
use crate::matrix::{EnvSource, Environment, Kind, Said, Service};
use crate::text::{FileId, Location, TreePath};

/// The way of one key to one service in one environment.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Route {
    /// The links, from the reader outwards to the source.
    pub links: Vec<Link>,
    /// Where it ends.
    pub outcome: Outcome,
}

/// One link of a route.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Link {
    /// Where it stands; none for what no file says.
    pub at: Option<Location>,
    /// What happens there, as a short sentence without a full stop.
    pub what: String,
    /// Whether it holds.
    pub state: LinkState,
    /// Where the key would be supplied so that it holds.
    pub remedy: Option<Remedy>,
}

/// Whether a link of a route holds.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum LinkState {
    /// It passes the value on, or holds it.
    Holds,
    /// It lets a default stand in.
    FallsBack,
    /// The value does not pass here.
    Broken,
    /// Nobody can tell from the tree.
    Unseen,
}

impl Link {
    pub(super) fn new(at: impl Into<Option<Location>>, what: impl Into<String>, state: LinkState) -> Self {
        Self { at: at.into(), what: what.into(), state, remedy: None }
    }

    fn mended_by(self, remedy: Remedy) -> Self {
        Self { remedy: Some(remedy), ..self }
    }
}

/// The files that make up a compose project.
#[derive(Clone, Copy)]
pub(super) struct Project<'a> {
    /// The compose files, merged in order.
    pub(super) files: &'a [Said<TreePath>],
    /// `--env-file`s; empty means the `.env` beside the first file.
    pub(super) env_files: &'a [Said<TreePath>],
}

/// What a compose variable has.
pub(super) enum Variable {
    /// This value.
    Has(Held),
    /// None.
    Lacks,
    /// Nobody can tell.
    Unseen,
}

/// A route that is being followed.
pub(super) struct Journey<'a> {
    pub(super) index: &'a Index,
    pub(super) environment: &'a Environment,
    pub(super) service: &'a Service,
    pub(super) links: Vec<Link>,
    /// Whether some source could not be seen through, so that absence proves nothing.
    pub(super) unseen: Option<String>,
    /// How many links there were when the source at hand was asked.
    pub(super) began: usize,
}

impl Index {
    /// Follows `key` to `service` in `environment`, through the environment's sources in their order of
    /// precedence, then the image, then the code's own default.
    #[must_use]
    pub fn route(&self, environment: &Environment, service: &Service, key: &KeyName) -> Route {
        let names = self.names_of(service, key);
        let mut journey =
            Journey { index: self, environment, service, links: Vec::new(), unseen: None, began: 0 };
        let need = journey.readers(&names);
        if !environment.runs(&service.name) {
            return Route { links: journey.links, outcome: Outcome::NotApplicable };
        }
        let readers = journey.links.len();
        let held = names.iter().find_map(|name| journey.supplied(name));
        if held.is_some() {
            journey.forget_passed_over(readers);
        } else if environment.sources.is_empty() {
            journey
                .unseen
                .get_or_insert_with(|| format!("the matrix names no source of `{}`", environment.name.value));
        }
        let outcome = match (held, journey.unseen.take()) {
            (Some(held), _) => Outcome::Supplied(held),
            (None, Some(reason)) => Outcome::Unseen(reason),
            (None, None) => journey.without_value(key, need),
        };
        Route { links: journey.links, outcome }
    }

    /// The names under which a service takes `key`: itself, its declared aliases, and what its readers
    /// accept as well.
    #[must_use]
    pub fn names_of(&self, service: &Service, key: &KeyName) -> Vec<KeyName> {
        let mut names = vec![key.clone()];
        if let Some(spec) = self.matrix.keys.get(key) {
            names.extend(spec.aliases.iter().map(|alias| alias.value.clone()));
        }
        for (fact, read) in self.reads_of_service(&service.name.value) {
            if fact.key == *key || read.alternatives.contains(key) {
                names.push(fact.key.clone());
                names.extend(read.alternatives.iter().cloned());
                if read.folds_case {
                    names.push(key.folded());
                    names.extend(self.small_spellings(key).cloned());
                }
            }
        }
        let mut seen = std::collections::BTreeSet::new();
        names.retain(|name| seen.insert(name.clone()));
        names
    }
}

impl<'a> Journey<'a> {
    /// Notes who reads the key, and says what the most demanding reader does without it.
    fn readers(&mut self, names: &[KeyName]) -> Option<&'a Need> {
        let mut need: Option<&Need> = None;
        let rank = |need: &Need| match need {
            Need::Required => 3,
            Need::Unknown => 0,
            Need::Optional => 1,
            Need::Default(_) => 2,
        };
        for (fact, read) in self.index.reads_of_service(&self.service.name.value) {
            let matches = names
                .iter()
                .any(|name| fact.key == *name || (read.folds_case && fact.key.folded() == name.folded()));
            if !matches {
                continue;
            }
            let what = match &read.need {
                Need::Required => format!("the code reads `{}` and does not start without it", fact.key),
                Need::Optional => format!("the code reads `{}` and copes without it", fact.key),
                Need::Default(value) => match value.plain() {
                    Some("") => format!("the code reads `{}`, or takes an empty text", fact.key),
                    Some(_) => {
                        format!("the code reads `{}`, or takes {}", fact.key, shown(&fact.key, &value.text))
                    }
                    None => format!("the code reads `{}`, or takes a default", fact.key),
                },
                Need::Unknown => format!("the code reads `{}`", fact.key),
            };
            self.links.push(Link::new(fact.at(), what, LinkState::Holds));
            let mut own = &read.need;
            if *own == Need::Required
                && let Some(set) = self.index.set_by_its_code(fact)
            {
                let what = format!("the code sets `{}` itself", set.key);
                let link = Link::new(set.at(), what, LinkState::FallsBack);
                if !self.links.contains(&link) {
                    self.links.push(link);
                }
                own = &Need::Optional;
            }
            if need.is_none_or(|known| rank(own) > rank(known)) {
                need = Some(own);
            }
        }
        need
    }

    /// Forgets, of the links behind the `readers`, what sources of higher precedence lack: where a later
    /// one supplies the key, nothing is broken.
    fn forget_passed_over(&mut self, readers: usize) {
        let mut position = 0;
        let began = self.began;
        self.links.retain(|link| {
            position += 1;
            !(readers < position && position <= began && link.state == LinkState::Broken)
        });
        // Every route of the matrix is kept.
        self.links.shrink_to_fit();
    }

    /// The first source that supplies `name`.
    fn supplied(&mut self, name: &KeyName) -> Option<Held> {
        self.began = self.links.len();
        // What the deployer sets reaches a container only if compose passes it on; see `via_compose`.
        if let Some(value) = self.environment.values.get(name).filter(|_| !self.is_started_by_compose()) {
            let what = format!(
                "`values` of `{}` says that whoever deploys it sets `{name}`",
                *self.environment.name
            );
            self.links.push(Link::new(value.at, what, LinkState::Holds));
            return Some(Held::from_text(value.at, value.value.clone()));
        }
        if self.is_baked(name) {
            return self.via_build(name);
        }
        let environment = self.environment;
        for number in self.index.positions_for(environment, &self.service.name) {
            let Some(source) = environment.sources.get(number) else { continue };
            self.began = self.links.len();
            let held = match &source.value {
                EnvSource::Compose { files, env_files, .. } => self
                    .index
                    .received(environment, number)
                    .and_then(|received| self.via_compose(name, Project { files, env_files }, received)),
                EnvSource::Dotenv { file, .. } if self.is_for_compose_alone(file) => {
                    self.not_passed_on(name, file)
                }
                EnvSource::Dotenv { file, .. } => self.via_dotenv_path(name, file),
                EnvSource::Vault { template, env, .. } => self.via_template(name, template, env, source.at),
                EnvSource::Workflow { file, job } => {
                    self.via_workflow(name, file, job.as_ref().map(|job| job.as_str()))
                }
                EnvSource::Deploy { file, into, .. } => {
                    let into = into.as_ref().map(|into| into.value.as_str());
                    self.via_deploy(name, file, into)
                }
                EnvSource::Platform { keys, .. } => self.via_platform(name, keys, source.at),
            };
            if held.is_some() {
                return held;
            }
        }
        self.began = self.links.len();
        self.via_image(name)
    }

    /// What becomes of a key that no source supplies.
    fn without_value(&mut self, key: &KeyName, need: Option<&Need>) -> Outcome {
        let spec = self.index.matrix.keys.get(key);
        if let Some(default) = spec.and_then(|spec| spec.default.as_ref()) {
            self.links.push(Link::new(default.at, "the matrix declares a default", LinkState::FallsBack));
            return Outcome::Default;
        }
        let travels = |kind: Kind| matches!(kind, Kind::Config | Kind::Secret);
        let serves = spec.is_some_and(|spec| spec.serves(&self.service.name));
        let demanded = serves
            && spec.is_some_and(|spec| travels(spec.kind.value) && spec.is_required_in(self.environment));
        match need {
            // On a developer's machine and in CI the code's default is good enough for a required key.
            Some(Need::Default(_)) if demanded && self.environment.is_deployed() => Outcome::Missing,
            Some(Need::Default(_)) => Outcome::Default,
            Some(Need::Required) => Outcome::Missing,
            _ if demanded => Outcome::Missing,
            Some(Need::Optional | Need::Unknown) => Outcome::Unset,
            // What is baked into an image may come from whoever builds it.
            None if spec.is_some_and(|spec| matches!(spec.kind.value, Kind::Public | Kind::Build)) => {
                Outcome::Unseen("it is given to whoever builds the image".to_owned())
            }
            None if serves => Outcome::Unset,
            None => Outcome::NotApplicable,
        }
    }

    fn via_platform(&mut self, name: &KeyName, keys: &[Said<KeyName>], at: Option<Location>) -> Option<Held> {
        if keys.is_empty() {
            self.unseen
                .get_or_insert_with(|| "the platform supplies keys that the matrix does not list".to_owned());
            return None;
        }
        let Some(key) = keys.iter().find(|key| key.value == *name) else {
            // Worth a link only where no nearer one is broken.
            if self.links.iter().all(|link| link.state != LinkState::Broken) {
                let what = format!("the platform's keys lack `{name}`");
                self.links.push(Link::new(at, what, LinkState::Broken).mended_by(Remedy::Platform));
            }
            return None;
        };
        self.links.push(Link::new(
            key.at.or(at),
            format!("the platform supplies `{name}`"),
            LinkState::Holds,
        ));
        Some(Held::outside(key.at))
    }

    /// Notes gaps of a file that may hide a value for `name`.
    pub(super) fn note_gaps(&mut self, file: FileId, name: &str) {
        if let Some(gap) = self.index.provision_gap(file, name) {
            let at = Location::new(file, gap.span);
            let reason = format!("{}: {}", self.index.files.spell(at), gap.reason);
            self.links.push(Link::new(at, gap.reason, LinkState::Unseen));
            self.unseen.get_or_insert(reason);
        }
    }

    /// Follows what a dotenv or template says about `name`, conditions aside.
    pub(super) fn provided(&mut self, fact: &crate::fact::Fact) -> Option<Held> {
        let Role::Provides(provide) = &fact.role else { return None };
        let value = &provide.value;
        let held = match &value.origin {
            crate::fact::Origin::Vault(vault) => Held::vault(
                fact.at(),
                vault.path.clone(),
                vault.field.clone(),
                matches!(provide.provision, Provision::OrElse(_)),
            ),
            crate::fact::Origin::Literal if value.references.is_empty() => {
                Held::from_text(fact.at(), value.text.clone())
            }
            _ => Held::outside(fact.at()),
        };
        Some(held)
    }
}

/// A default as it may be shown.
pub(super) fn shown(key: &str, text: &crate::secret::Secret) -> String {
    let shown = text.shown(key);
    if shown == "***" { "a default".to_owned() } else { format!("`{shown}`") }
}
