//! `resource-name`

use crate::index::Index;
use crate::key::segments;
use crate::matrix::{Environment, Pattern, PatternPart, Said, Service};
use crate::rule::Reporter;
use crate::text::Location;
use crate::value_type::url::Url;

crate::declare_rule! {
    /// Reports a container, database, bucket, network or volume whose name breaks the pattern that the matrix declares for its environment.
    ///
    /// ## Why it matters
    ///
    /// Two environments on one host share what has one name: a preview that forgets its suffix takes
    /// over staging's container, bucket or database.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// # envs/matrix.yaml
    /// naming: { bucket: "{project}-{environment}" }
    /// # envs/staging.yaml
    /// values: { S3_BUCKET: shop_staging }
    /// ```
    ///
    /// ## What to do
    ///
    /// Rename the resource, or declare the pattern that holds in that environment under its `naming`.
    pub struct ResourceName = "resource-name", Naming, Error, needs_matrix;
}

impl ResourceName {
    fn ask(index: &Index, reporter: &mut Reporter<'_>) {
        let mut judge = Judge { index, reporter, told: std::collections::BTreeSet::new() };
        for environment in &index.matrix.environments {
            judge.compose_names(environment);
        }
        for (environment, supply) in index.supplied() {
            let (Some(text), Some(at)) = (supply.held().and_then(|held| held.text()), supply.at()) else {
                continue;
            };
            let service = index.matrix.services.get(&supply.service);
            let parts: Vec<&str> = segments(&supply.key).collect();
            if parts.contains(&"BUCKET") && parts.last() != Some(&"REGION") && !text.is_empty() {
                judge.name(environment, service, "bucket", &supply.key, text.reveal(), at);
            }
            if is_database_key(&parts) && !text.is_empty() {
                judge.name(environment, service, "database", &supply.key, text.reveal(), at);
            }
            if let Some(database) = database_of(text.reveal()) {
                judge.name(environment, service, "database", &supply.key, &database, at);
            }
        }
    }
}

fn is_database_key(parts: &[&str]) -> bool {
    matches!(parts, [.., "DATABASE"] | [.., "DB"] | [.., "DB" | "DATABASE", "NAME"]) && parts.len() > 1
}

struct Judge<'a, 'b> {
    index: &'a Index,
    reporter: &'a mut Reporter<'b>,
    told: std::collections::BTreeSet<(String, Location)>,
}

impl Judge<'_, '_> {
    /// The names that the compose files of an environment give to containers, networks and volumes.
    fn compose_names(&mut self, environment: &Environment) {
        let index = self.index;
        let files: Vec<_> = environment
            .sources
            .iter()
            .filter_map(|source| match &source.value {
                crate::matrix::EnvSource::Compose { files, .. } => Some(files),
                _ => None,
            })
            .flatten()
            .filter_map(|path| index.files.at(path))
            .map(|file| file.id)
            .collect();
        for site in index.sites().iter().filter(|site| files.contains(&site.file)) {
            let Some(service) = index.compose_service(site) else { continue };
            let Some(container) = &service.container_name else { continue };
            // A service that compose runs under several names has a container for each of them.
            let known = site.service.as_ref().and_then(|name| index.matrix.services.get(name));
            let known = known.filter(|known| known.compose.len() == 1);
            let own;
            let named = match known {
                Some(known) => known,
                None => {
                    own = Service { name: Said::inferred(service.name.value.clone()), ..Service::default() };
                    &own
                }
            };
            if let Some(text) = index.expand_in(environment, container) {
                let at = Location::new(site.file, container.span);
                self.name(environment, Some(named), "container", &service.name.value, &text, at);
            }
        }
        for file in files {
            let Some(compose) = index.compose(file) else { continue };
            for resource in compose.resources.iter().filter(|resource| !resource.external) {
                let Some(name) = &resource.name else { continue };
                if let Some(text) = index.expand_in(environment, name) {
                    let at = Location::new(file, name.span);
                    self.name(environment, None, resource.kind, &resource.key.value, &text, at);
                }
            }
        }
    }

    fn name(
        &mut self,
        environment: &Environment,
        service: Option<&Service>,
        what: &str,
        of: &str,
        name: &str,
        at: Location,
    ) {
        let pattern = |naming: &crate::matrix::Naming| match what {
            "container" => naming.container.clone(),
            "database" => naming.database.clone(),
            "bucket" => naming.bucket.clone(),
            "network" => naming.network.clone(),
            _ => naming.volume.clone(),
        };
        let Some(pattern) = pattern(&environment.naming).or_else(|| pattern(&self.index.matrix.naming))
        else {
            return;
        };
        let project = self.index.matrix.project.as_ref().map(|project| project.value.as_str());
        let Some(expected) =
            spell(&pattern, project, environment, service.map(|service| service.name.value.as_str()))
        else {
            return;
        };
        if regex_of(&expected).is_none_or(|regex| regex.is_match(name)) {
            return;
        }
        if !self.told.insert((environment.name.value.clone(), at)) {
            return;
        }
        let shown = if crate::key::is_secret_name(of) { "this name" } else { name };
        let message = format!(
            "the {what} of `{of}` is called `{shown}` in `{}`, against the declared pattern",
            *environment.name
        );
        let mut finding = self.reporter.report(message, at, format!("should be `{}`", display(&expected)));
        if let Some(declared) = pattern.at {
            finding = finding.label(declared, "the pattern is declared here");
        }
        finding
            .environments([environment.name.value.clone()])
            .why("environments that share a host are kept apart by these names")
            .help(format!(
                "call it `{}`, or declare another pattern for `{}`",
                display(&expected),
                *environment.name
            ));
    }
}

/// A pattern with its holes filled: pieces of text, a number, anything.
fn spell(
    pattern: &Pattern,
    project: Option<&str>,
    environment: &Environment,
    service: Option<&str>,
) -> Option<Vec<PatternPart>> {
    pattern
        .parts
        .iter()
        .map(|part| {
            Some(match part {
                PatternPart::Project => PatternPart::Text(project?.to_owned()),
                PatternPart::Service => PatternPart::Text(service?.to_owned()),
                PatternPart::Environment => PatternPart::Text(environment.name.value.clone()),
                PatternPart::Suffix => PatternPart::Text(
                    environment.suffix.as_ref().map(|suffix| suffix.value.clone()).unwrap_or_default(),
                ),
                other => other.clone(),
            })
        })
        .collect()
}

fn regex_of(parts: &[PatternPart]) -> Option<regex::Regex> {
    let mut text = String::from("^");
    for part in parts {
        match part {
            // A suffix such as `-pr-<N>` or `-pr-{number}` holds a number.
            PatternPart::Text(piece) => {
                let escaped = regex::escape(piece);
                text.push_str(
                    &escaped
                        .replace("<N>", "[0-9]+")
                        .replace(r"\{number\}", "[0-9]+")
                        .replace(r"\{pr\}", "[0-9]+"),
                );
            }
            PatternPart::Number => text.push_str("[0-9]+"),
            _ => text.push_str(".+"),
        }
    }
    text.push('$');
    regex::Regex::new(&text).ok()
}

fn display(parts: &[PatternPart]) -> String {
    parts
        .iter()
        .map(|part| match part {
            PatternPart::Text(piece) => piece.as_str(),
            PatternPart::Number => "<N>",
            _ => "*",
        })
        .collect()
}

/// The database that a URL names.
fn database_of(text: &str) -> Option<String> {
    let url = Url::parse(text)?;
    if !matches!(url.base_scheme(), "postgres" | "postgresql" | "mysql" | "mariadb" | "mongodb") {
        return None;
    }
    let name = url.rest.trim_start_matches('/').split(['?', '#']).next()?;
    (!name.is_empty() && !name.contains('/')).then(|| name.to_owned())
}
