//! Names that one part of the matrix uses and another must declare.

use std::collections::BTreeMap;

use super::MatrixProblem;
use super::reader::Reader;
use crate::key::KeyName;
use crate::matrix::{EnvSource, Environment, KeySpec, Matrix, Required, Said};

impl Reader {
    /// Tells every name that nothing declares.
    pub(super) fn check_references(&mut self, matrix: &Matrix) {
        let services: Vec<&str> = matrix.services.keys().map(String::as_str).collect();
        let environments: Vec<&str> =
            matrix.environments.iter().map(|environment| environment.name.as_str()).collect();
        let keys: Vec<&str> = matrix.keys.keys().map(KeyName::as_str).collect();
        for spec in matrix.keys.values() {
            self.all_known("service", &spec.services, &services);
            if let Required::In(names) = &spec.required.value {
                self.all_known("environment", names, &environments);
            }
            for relation in &spec.relations {
                if !keys.contains(&relation.other.as_str()) {
                    self.unknown_name("key", &relation.other, relation.at, &keys);
                }
            }
            if let Some(deprecated) = &spec.deprecated
                && let Some(replacement) = &deprecated.replacement
                && !keys.contains(&replacement.as_str())
            {
                self.unknown_name("key", replacement, deprecated.at, &keys);
            }
        }
        self.check_aliases(matrix);
        for environment in &matrix.environments {
            self.all_known("service", &environment.services, &services);
            self.check_sources(environment, &services);
        }
    }

    fn all_known(&mut self, what: &str, names: &[Said<String>], known: &[&str]) {
        for name in names {
            if !known.contains(&name.as_str()) {
                self.unknown_name(what, name, name.at, known);
            }
        }
    }

    fn check_sources(&mut self, environment: &Environment, services: &[&str]) {
        for source in &environment.sources {
            if let EnvSource::Dotenv { services: names, .. }
            | EnvSource::Vault { services: names, .. }
            | EnvSource::Deploy { services: names, .. }
            | EnvSource::Platform { services: names, .. } = &source.value
            {
                self.all_known("service", names, services);
            }
        }
    }

    /// An alias must lead to one key only.
    fn check_aliases(&mut self, matrix: &Matrix) {
        let mut owners: BTreeMap<&KeyName, &KeySpec> = BTreeMap::new();
        for spec in matrix.keys.values() {
            for alias in &spec.aliases {
                let other = matrix.keys.get(&alias.value).or_else(|| owners.get(&alias.value).copied());
                if let (Some(other), Some(at)) = (other, alias.at) {
                    let message =
                        format!("`{}` cannot be an alias of `{}`", alias.as_str(), spec.name.as_str());
                    let mut problem = MatrixProblem::new(at, message, "stands for another key already");
                    if let Some(before) = other.name.at {
                        problem = problem.related(before, "this key");
                    }
                    self.tell(problem);
                }
                owners.insert(&alias.value, spec);
            }
        }
    }
}
