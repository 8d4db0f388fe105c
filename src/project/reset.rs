//! `!reset` and `!override`: what a file takes away from those before it.

use super::model::{Model, Service, Variables};

/// The places that a file tags, as compose-go keeps them: keys joined by dots. A `*` in one stands for any
/// part.
#[derive(Clone, Default)]
pub(super) struct Resets(pub(super) Vec<String>);

impl Resets {
    fn holds(&self, path: &str) -> bool {
        self.0.iter().any(|pattern| {
            let (mut own, mut other) = (path.split('.'), pattern.split('.'));
            loop {
                match (own.next(), other.next()) {
                    (None, None) => return true,
                    (Some(part), Some(pattern)) if pattern == "*" || part == pattern => {}
                    _ => return false,
                }
            }
        })
    }

    /// Takes the tagged places away from the files before.
    pub(super) fn apply(&self, model: &mut Model) {
        if self.0.is_empty() {
            return;
        }
        if self.holds("services") {
            model.services.clear();
        }
        model.services.retain(|name, _| !self.holds(&format!("services.{name}")));
        for (name, service) in &mut model.services {
            if let Some(service) = service {
                self.apply_to(name, service);
            }
        }
        if self.holds("name") {
            model.name = None;
        }
    }

    /// Takes the tagged places away from the service called `name`.
    pub(super) fn apply_to(&self, name: &str, service: &mut Service) {
        if self.0.is_empty() {
            return;
        }
        let tagged = |field: &str| self.holds(&format!("services.{name}.{field}"));
        if tagged("environment") {
            service.environment = None;
        }
        if tagged("build") {
            service.build = None;
        }
        if tagged("env_file") {
            service.env_files = None;
        }
        if tagged("profiles") {
            service.profiles.clear();
        }
        if tagged("secrets") {
            service.secrets.clear();
        }
        if tagged("configs") {
            service.configs.clear();
        }
        if tagged("extends") {
            service.extends = None;
        }
        let entries = |variables: &mut Variables, field: &str| {
            if !variables.is_list {
                variables.entries.retain(|entry| !tagged(&format!("{field}.{}", entry.key)));
            }
        };
        if let Some(environment) = &mut service.environment {
            entries(environment, "environment");
        }
        if let Some(build) = &mut service.build {
            if tagged("build.args") {
                build.args = None;
            }
            if let Some(args) = &mut build.args {
                entries(args, "build.args");
            }
        }
    }
}
