//! From the merged files to what each service receives.

use std::collections::BTreeMap;

use super::holes::Holes;
use super::load::{Loader, Lookup, Place};
use super::model::{EnvFile, Service, Variables};
use super::variables::{caller, example, key_places, read_dotenv, read_env_files};
use super::{Found, Given, GivenBy, GivenValue, Project, Received, ServiceReceives, World};
use crate::fact::COMPOSE_NAMES;
use crate::secret::Secret;
use crate::syntax::dotenv::Dialect;
use crate::text::{Location, SourceFile, TreePath};

/// The names of the file that compose lays over the first one that it finds.
const OVERRIDES: &[&str] = &[
    "compose.override.yml",
    "compose.override.yaml",
    "docker-compose.override.yml",
    "docker-compose.override.yaml",
];

pub(super) fn receive(project: &Project, world: &dyn World) -> Received {
    let loader = Loader::new(world);
    let services = received(&loader, project);
    let (refusals, open) = loader.into_notes();
    Received { services, refusals, open }
}

fn received(loader: &Loader<'_>, project: &Project) -> BTreeMap<String, ServiceReceives> {
    let call = |name: &str| caller(loader, name);
    let root = TreePath::root(None);
    let folder = project.files.first().map_or_else(|| root.clone(), TreePath::folder);
    let mut own = project_variables(loader, project, &folder, &call);
    let files = files(loader, project, &|name| call(name).or_else(|| own.get(name).cloned()));
    let folder = files.first().map_or(folder, TreePath::folder);
    if project.files.is_empty() && folder != root {
        // The `.env` beside the file that COMPOSE_FILE names counts after that of the caller's folder.
        let beside = project_variables(loader, project, &folder, &|name| {
            call(name).or_else(|| own.get(name).cloned())
        });
        for (key, value) in beside {
            own.entry(key).or_insert(value);
        }
    }
    let name = match &project.name {
        Some(name) => name.clone(),
        None => loader.holes.mark("the project's name depends on how compose is called", true),
    };
    let lookup = |variable: &str| {
        let known = call(variable).or_else(|| own.get(variable).cloned());
        known
            .or_else(|| (variable == "COMPOSE_PROJECT_NAME").then(|| name.clone()))
            .or_else(|| loader.world.hidden(variable).map(|reason| loader.holes.mark(&reason, false)))
    };
    let sources: Vec<&SourceFile> = files
        .iter()
        .filter_map(|path| loader.compose_file(&root_of(path), path.within_root(), None))
        .collect();
    let place = Place { folder: &folder, lookup: &lookup, included: &[] };
    let model = loader.model(&sources, place);
    let profiles = if project.profiles.is_empty() {
        let named = lookup("COMPOSE_PROFILES").unwrap_or_default();
        named.split(',').map(|profile| profile.trim().to_owned()).collect()
    } else {
        project.profiles.clone()
    };
    let service = |(name, service): (String, Option<Service>)| {
        let service = service.map(|service| {
            let maker = Maker { loader, folder: &folder, lookup: &lookup };
            maker.service(service, &profiles)
        });
        (name, service.unwrap_or_default())
    };
    model.services.into_iter().map(service).collect()
}

fn root_of(path: &TreePath) -> TreePath {
    TreePath::root(path.root_name())
}

/// The variables of the dotenv files that compose reads by itself or by `--env-file`.
fn project_variables(
    loader: &Loader<'_>,
    project: &Project,
    folder: &TreePath,
    lookup: Lookup<'_>,
) -> BTreeMap<String, String> {
    let mut paths: Vec<Option<TreePath>> = project.env_files.iter().cloned().map(Some).collect();
    if paths.is_empty()
        && let Some(path) = folder.join(".env")
        && !matches!(loader.world.file(&path), Found::Absent)
    {
        paths.push(Some(path));
    }
    read_env_files(loader, &paths, lookup, None)
}

/// The project's files: as called, as `COMPOSE_FILE` says, or those that compose looks for.
fn files(loader: &Loader<'_>, project: &Project, lookup: Lookup<'_>) -> Vec<TreePath> {
    if !project.files.is_empty() {
        return project.files.clone();
    }
    if let Some(listed) = lookup("COMPOSE_FILE") {
        let separator = lookup("COMPOSE_PATH_SEPARATOR").filter(|text| !text.is_empty());
        let parts = listed.split(separator.as_deref().unwrap_or(":"));
        return parts.filter_map(TreePath::parse).collect();
    }
    let first = |names: &[&str]| {
        let paths = names.iter().filter_map(|name| TreePath::parse(name));
        paths.into_iter().find(|path| matches!(loader.world.file(path), Found::File(_)))
    };
    let Some(main) = first(COMPOSE_NAMES) else { return Vec::new() };
    std::iter::once(main).chain(first(OVERRIDES)).collect()
}

struct Maker<'a> {
    loader: &'a Loader<'a>,
    folder: &'a TreePath,
    lookup: Lookup<'a>,
}

impl Maker<'_> {
    fn service(&self, service: Service, profiles: &[String]) -> ServiceReceives {
        let is_active = service.profiles.is_empty()
            || profiles.iter().any(|active| active == "*" || service.profiles.contains(active));
        let mut made = ServiceReceives {
            is_active,
            secrets: service.secrets.iter().map(|grant| grant.source.clone()).collect(),
            configs: service.configs.iter().map(|grant| grant.source.clone()).collect(),
            open: service.open,
            ..ServiceReceives::default()
        };
        if service.extends.is_some() {
            made.open.get_or_insert_with(|| "what it extends was not followed".to_owned());
        }
        let mut values: BTreeMap<String, String> = BTreeMap::new();
        for file in service.env_files.iter().flatten() {
            self.env_file(file, &mut values, &mut made);
        }
        if let Some(environment) = &service.environment {
            self.entries(environment, true, &mut made.environment);
            made.open = made.open.or_else(|| environment.open.clone());
        }
        if let Some(args) = service.build.as_ref().and_then(|build| build.args.as_ref()) {
            self.entries(args, false, &mut made.args);
        }
        made
    }

    fn entries(&self, variables: &Variables, keeps_unset: bool, found: &mut BTreeMap<String, Given>) {
        for entry in &variables.entries {
            let passed = entry.value.is_none();
            let value = entry.value.clone().or_else(|| (self.lookup)(&entry.key));
            if value.is_none() && !keeps_unset {
                continue;
            }
            let value = value.map_or(GivenValue::Unset, |value| given(&self.loader.holes, &value, passed));
            found.insert(entry.key.clone(), Given { value, at: entry.at, by: GivenBy::Entry });
        }
    }

    fn env_file(&self, entry: &EnvFile, values: &mut BTreeMap<String, String>, made: &mut ServiceReceives) {
        if let Some(hole) = self.loader.holes.first(&entry.path) {
            made.open.get_or_insert(hole.reason);
            return;
        }
        let Some(path) = self.folder.join(&entry.path) else {
            made.open.get_or_insert_with(|| "an `env_file` lies outside the tree".to_owned());
            return;
        };
        let refuse = |reason: String| {
            if made.is_active {
                self.loader.refuse(Some(entry.at), &reason);
            }
        };
        match self.loader.world.file(&path) {
            Found::File(file) => {
                let dialect = match entry.format.as_deref() {
                    None => Dialect::Compose,
                    Some("raw") => Dialect::DockerEnvFile,
                    Some(_) => return refuse("the `format` of an `env_file` is not known".to_owned()),
                };
                let host = |name: &str| values.get(name).cloned().or_else(|| (self.lookup)(name));
                let (read, refused) = read_dotenv(dialect, file, &host);
                if let Some(reason) = refused {
                    refuse(format!("{path} holds {reason}"));
                    made.open.get_or_insert_with(|| format!("{path} cannot be read"));
                }
                let places = key_places(file);
                let whole = Location::new(file.id, crate::text::Span::at(0));
                for (key, value) in read {
                    let at = places.get(key.as_str()).copied().unwrap_or(whole);
                    let value_given = given(&self.loader.holes, &value, false);
                    made.environment
                        .insert(key.clone(), Given { value: value_given, at, by: GivenBy::EnvFile });
                    values.insert(key, value);
                }
            }
            Found::Example(file) => {
                let places = key_places(file);
                for (key, value) in example(&self.loader.holes, file) {
                    let Some(&at) = places.get(key.as_str()) else { continue };
                    let value_given = given(&self.loader.holes, &value, false);
                    made.environment
                        .insert(key.clone(), Given { value: value_given, at, by: GivenBy::EnvFile });
                    values.insert(key, value);
                }
            }
            Found::Absent if entry.required => {
                refuse(format!("{path} is not there"));
                made.open.get_or_insert_with(|| "an `env_file` is not in the tree".to_owned());
            }
            Found::Absent => {}
            Found::Unknown(reason) => {
                made.open.get_or_insert(reason);
            }
        }
        made.env_files.push(path);
    }
}

/// A text as a value. `passed`: the whole is the value of a variable, which may be unset.
fn given(holes: &Holes, text: &str, passed: bool) -> GivenValue {
    match holes.first(text) {
        None => GivenValue::Is(Secret::new(text)),
        Some(hole) if passed && !hole.is_set && Holes::is_whole(text) => GivenValue::Unknown(hole.reason),
        Some(hole) => GivenValue::Outside(hole.reason),
    }
}
