//! Every route of the matrix, followed once.

use super::Index;
use super::route::{Journey, Project, Route, Variable};
use super::supply::{Held, Outcome};
use crate::key::KeyName;
use crate::matrix::{EnvSource, Environment, Service};
use crate::secret::Secret;
use crate::syntax::interpolation::{Operator, scan};
use crate::text::Location;

/// What one service has of one key in one environment.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Supply {
    /// Position of the environment in the matrix.
    pub environment: usize,
    /// The service's name.
    pub service: String,
    /// The key.
    pub key: KeyName,
    /// The way it comes.
    pub route: Route,
}

impl Supply {
    /// The supplied value, if a source supplies one.
    #[must_use]
    pub fn held(&self) -> Option<&Held> {
        self.route.outcome.held()
    }

    /// The place that supplies it.
    #[must_use]
    pub fn at(&self) -> Option<Location> {
        self.held().and_then(|held| held.at)
    }
}

impl Index {
    /// Every key that concerns a service, in every environment of a declared matrix: in the order of
    /// environments, services and keys. Empty without a declared matrix.
    #[must_use]
    pub fn supplies(&self) -> &[Supply] {
        self.supplies.get_or_init(|| if self.matrix.is_declared() { self.follow_all() } else { Vec::new() })
    }

    /// The supplies with their environments.
    pub fn supplied(&self) -> impl Iterator<Item = (&Environment, &Supply)> {
        self.supplies()
            .iter()
            .filter_map(|supply| Some((self.matrix.environments.get(supply.environment)?, supply)))
    }

    fn follow_all(&self) -> Vec<Supply> {
        let mut supplies = Vec::new();
        for (position, environment) in self.matrix.environments.iter().enumerate() {
            for service in self.matrix.services.values() {
                for key in self.keys_of_service(service) {
                    let route = self.route(environment, service, &key);
                    if route.outcome != Outcome::NotApplicable {
                        let service = service.name.value.clone();
                        supplies.push(Supply { environment: position, service, key, route });
                    }
                }
            }
        }
        supplies
    }

    /// A text of a compose file as it reads in `environment`; `None` where a variable's value is not in
    /// the tree.
    #[must_use]
    pub fn expand_in(&self, environment: &Environment, text: &str) -> Option<String> {
        if !text.contains('$') {
            return Some(text.to_owned());
        }
        let project = compose_of(environment)?;
        let nobody = Service::default();
        let mut journey =
            Journey { index: self, environment, service: &nobody, links: Vec::new(), unseen: None, began: 0 };
        journey.expand(text, project, 0)
    }
}

fn compose_of(environment: &Environment) -> Option<Project<'_>> {
    environment.sources.iter().find_map(|source| match &source.value {
        EnvSource::Compose { files, env_files, .. } => Some(Project { files, env_files }),
        _ => None,
    })
}

/// Defaults nest at most this deep.
const DEPTH: usize = 8;

impl Journey<'_> {
    fn expand(&mut self, text: &str, project: Project<'_>, depth: usize) -> Option<String> {
        let found = scan(text);
        if depth > DEPTH || found.cut || !found.malformed.is_empty() {
            return None;
        }
        let mut expanded = String::new();
        let mut behind = 0;
        for variable in found.variables.iter().filter(|variable| variable.depth == 0) {
            expanded.push_str(&text.get(behind..variable.whole.start)?.replace("$$", "$"));
            behind = variable.whole.end;
            let name = KeyName::new(variable.name_in(text));
            let value = match self.variable(&name, project) {
                Variable::Has(held) => Some(held.text().map(Secret::reveal)?.to_owned()),
                Variable::Lacks => None,
                Variable::Unseen => return None,
            };
            let argument = variable.argument_in(text);
            let piece = match (variable.operator, value) {
                (Some(Operator::Default { or_empty: true }), Some(value)) if value.is_empty() => {
                    self.expand(argument, project, depth + 1)?
                }
                (Some(Operator::Default { .. }), None) => self.expand(argument, project, depth + 1)?,
                (Some(Operator::Alternative { .. }), Some(_)) => self.expand(argument, project, depth + 1)?,
                (Some(Operator::Alternative { .. }) | None, None) => String::new(),
                (Some(Operator::Refuse { .. }), None) => return None,
                (_, Some(value)) => value,
            };
            expanded.push_str(&piece);
        }
        expanded.push_str(&text.get(behind..)?.replace("$$", "$"));
        Some(expanded)
    }
}
