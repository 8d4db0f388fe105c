//! `resource-name`

use std::collections::BTreeMap;

use crate::index::Index;
use crate::key::segments;
use crate::matrix::{EnvSource, Environment, Naming, Pattern, PatternPart};
use crate::rule::{OptionKind, OptionSpec, Reporter, enumerate};
use crate::secret::is_placeholder;
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
    /// `envs/matrix.yaml`
    /// ```yaml
    /// version: 1
    /// project: shop
    /// services: { api: {} }
    /// keys: { S3_BUCKET: { service: api } }
    /// naming: { bucket: "{project}-{environment}" }
    /// environments:
    ///   staging: { values: { S3_BUCKET: shop_staging } }
    /// ```
    ///
    /// ```text
    /// error[resource-name]: the bucket of `S3_BUCKET` has a name against the declared pattern in `staging`
    /// ```
    ///
    /// ## What to do
    ///
    /// Rename the resource, or declare the pattern that holds in that environment under its `naming`.
    pub struct ResourceName = "resource-name", Naming, Error, needs_matrix { options: [KINDS] };
}

const KINDS: OptionSpec = OptionSpec {
    name: "kinds",
    kind: OptionKind::Words(&["container", "database", "bucket", "network", "volume"]),
    about: "The kinds of resources that are held against their patterns.",
};

impl ResourceName {
    fn ask(index: &Index, reporter: &mut Reporter<'_>) {
        let mut judge = Judge { index, found: BTreeMap::new() };
        for environment in &index.matrix.environments {
            judge.compose_names(environment);
        }
        for held in index.held_texts(|_| true) {
            let text = held.text.reveal();
            for &(key, service) in &held.uses {
                let Some((kind, name)) = resource_of(index, key, service, text) else { continue };
                let services: Vec<&str> = Some(service).filter(|name| !name.is_empty()).into_iter().collect();
                for environment in &held.environments {
                    judge.name(environment, &services, kind, key, &name, false, held.at);
                }
            }
        }
        judge.report(reporter);
    }
}

/// The kind and the name of the resource that a value names. A key with a further word (`BACKUP_BUCKET`,
/// `KEYCLOAK_DB`, `TEST_DATABASE_URL`) is about a resource of its own, for which the pattern does not speak.
fn resource_of(index: &Index, key: &str, service: &str, text: &str) -> Option<(&'static str, String)> {
    if text.is_empty() || is_placeholder(text) {
        return None;
    }
    let upper = key.to_ascii_uppercase();
    let project = index.matrix.project.as_ref().map(|project| project.to_ascii_uppercase().replace('-', "_"));
    let prefix = index.matrix.services.get(service).and_then(|service| service.key_prefix.as_ref());
    let bare = prefix
        .and_then(|prefix| upper.strip_prefix(prefix.value.as_str()))
        .or_else(|| {
            project.and_then(|project| upper.strip_prefix(&project).map(|rest| rest.trim_start_matches('_')))
        })
        .unwrap_or(&upper);
    let parts: Vec<&str> = segments(bare).collect();
    let is_name = !text.contains(['/', ':', ' ', ',']) && text.parse::<f64>().is_err();
    let about: Vec<&str> = parts.iter().copied().filter(|part| *part != "NAME").collect();
    match about.as_slice() {
        [owner @ .., "BUCKET"] if is_name => {
            let known = ["S3", "AWS", "GCS", "R2", "MINIO", "STORAGE", "OBJECT"];
            owner.iter().all(|word| known.contains(word)).then(|| ("bucket", text.to_owned()))
        }
        ["POSTGRES" | "POSTGRESQL" | "PG" | "MYSQL" | "MARIADB" | "MONGO" | "DB", "DB" | "DATABASE"]
        | ["DB" | "DATABASE" | "PGDATABASE"]
            if is_name && (about.len() > 1 || parts.len() > 1 || about == ["PGDATABASE"]) =>
        {
            Some(("database", text.to_owned()))
        }
        [.., "URL" | "URI" | "DSN"] => {
            let known = [
                "DATABASE",
                "DB",
                "POSTGRES",
                "POSTGRESQL",
                "PG",
                "MYSQL",
                "MARIADB",
                "MONGO",
                "MONGODB",
                "SQLALCHEMY",
            ];
            let owner = about.get(..about.len() - 1)?;
            let is_plain = !owner.is_empty() && owner.iter().all(|word| known.contains(word));
            is_plain.then(|| database_of(text)).flatten().map(|name| ("database", name))
        }
        _ => None,
    }
}

/// A name that breaks the pattern of some environments.
struct Broken {
    kind: &'static str,
    /// The key, compose service or resource that has the name.
    of: String,
    name: String,
    /// Whether the name may be shown.
    is_shown: bool,
    /// The environments, each with the name that it asks for.
    expected: Vec<(String, String)>,
    /// Where the pattern of the first environment is declared.
    declared: Option<Location>,
}

struct Judge<'a> {
    index: &'a Index,
    found: BTreeMap<(Location, String), Broken>,
}

impl Judge<'_> {
    /// The names that the compose files of an environment give to containers, networks and volumes.
    fn compose_names(&mut self, environment: &Environment) {
        let index = self.index;
        for source in &environment.sources {
            let EnvSource::Compose { files, profiles, .. } = &source.value else { continue };
            let files: Vec<_> =
                files.iter().filter_map(|path| index.files.at(path)).map(|file| file.id).collect();
            for site in index.sites().iter().filter(|site| files.contains(&site.file)) {
                let Some(service) = index.compose_service(site) else { continue };
                let Some(container) = &service.container_name else { continue };
                let is_active = service.profiles.is_empty()
                    || service.profiles.iter().any(|own| profiles.iter().any(|on| on.value == own.value));
                let runs = site.service.as_ref().is_none_or(|name| environment.runs(name));
                if !is_active || !runs {
                    continue;
                }
                // One service of the matrix may run as several of compose; both names are its own.
                let mut names = vec![service.name.value.as_str()];
                if let Some(known) = site.service.as_ref().and_then(|name| index.matrix.services.get(name))
                    && known.name.value != service.name.value
                {
                    // Of several, each has a container of its own, and goes by its compose name.
                    let place = usize::from(known.compose.len() > 1);
                    names.insert(place, known.name.value.as_str());
                }
                if let Some(text) = index.expand_in(environment, container) {
                    let at = Location::new(site.file, container.span);
                    self.name(environment, &names, "container", &service.name.value, &text, true, at);
                }
            }
            for file in files {
                let Some(compose) = index.compose(file) else { continue };
                for resource in compose.resources.iter().filter(|resource| !resource.external) {
                    let Some(name) = &resource.name else { continue };
                    if let Some(text) = index.expand_in(environment, name) {
                        let at = Location::new(file, name.span);
                        self.name(environment, &[], resource.kind, &resource.key.value, &text, true, at);
                    }
                }
            }
        }
    }

    /// Holds a name against the pattern of its environment; any of `services` may stand for `{service}`.
    #[expect(clippy::too_many_arguments, reason = "a name, what has it, and where: none belongs to another")]
    fn name(
        &mut self,
        environment: &Environment,
        services: &[&str],
        kind: &'static str,
        of: &str,
        name: &str,
        is_shown: bool,
        at: Location,
    ) {
        let pattern = |naming: &Naming| match kind {
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
        let spelled: Vec<Vec<PatternPart>> = match services {
            [] => spell(&pattern, project, environment, None).into_iter().collect(),
            _ => services
                .iter()
                .filter_map(|service| spell(&pattern, project, environment, Some(service)))
                .collect(),
        };
        let Some(first) = spelled.first() else { return };
        if spelled.iter().any(|parts| regex_of(parts).is_none_or(|regex| regex.is_match(name))) {
            return;
        }
        let broken = self.found.entry((at, name.to_owned())).or_insert_with(|| Broken {
            kind,
            of: of.to_owned(),
            name: name.to_owned(),
            is_shown,
            expected: Vec::new(),
            declared: pattern.at,
        });
        let wanted = (environment.name.value.clone(), display(first));
        if broken.kind == kind && !broken.expected.contains(&wanted) {
            broken.expected.push(wanted);
        }
    }

    fn report(self, reporter: &mut Reporter<'_>) {
        let options = reporter.options();
        for ((at, _), broken) in self.found {
            let Broken { kind, of, name, is_shown, expected, declared } = broken;
            if !options.chooses(&KINDS, kind) || options.allows(&name) || options.allows(&of) {
                continue;
            }
            let environments: Vec<String> =
                expected.iter().map(|(environment, _)| environment.clone()).collect();
            let mut wanted: Vec<&String> = expected.iter().map(|(_, wanted)| wanted).collect();
            wanted.dedup();
            let names = enumerate(&environments);
            let message = if is_shown {
                format!("the {kind} of `{of}` is called `{name}` in {names}, against the declared pattern")
            } else {
                format!("the {kind} of `{of}` has a name against the declared pattern in {names}")
            };
            let (label, help) = match wanted.as_slice() {
                [only] => (
                    format!("should be `{only}`"),
                    format!("call it `{only}`, or declare another pattern for {names}"),
                ),
                _ => {
                    let each: Vec<String> = expected
                        .iter()
                        .map(|(environment, wanted)| format!("`{wanted}` in `{environment}`"))
                        .collect();
                    let label = format!("should be {}", each.join(", "));
                    (
                        label,
                        "let the name follow the environment, for instance through a suffix variable"
                            .to_owned(),
                    )
                }
            };
            let mut finding = reporter.report(message, at, label);
            if let Some(declared) = declared {
                finding = finding.label(declared, "the pattern is declared here");
            }
            finding
                .environments(environments)
                .why("environments that share a host are kept apart by these names")
                .help(help);
        }
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

/// A number, or a hole in the value itself that one is put into.
const NUMBER: &str = r"(?:[0-9]+|\{[a-z_]+\}|<[A-Za-z]+>)";

fn regex_of(parts: &[PatternPart]) -> Option<regex::Regex> {
    let mut text = String::from("^");
    for part in parts {
        match part {
            // A suffix such as `-pr-<N>` or `-pr-{number}` holds a number.
            PatternPart::Text(piece) => {
                let escaped = regex::escape(piece);
                let holes = ["<N>", r"\{number\}", r"\{pr\}"];
                text.push_str(&holes.iter().fold(escaped, |text, hole| text.replace(hole, NUMBER)));
            }
            PatternPart::Number => text.push_str(NUMBER),
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
