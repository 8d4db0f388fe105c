//! `envcheck trace`: the way of one key, link by link.

use super::arguments::{Trace, TraceFormat};
use super::failure::Failure;
use super::select::closest;
use super::{Exit, Output, root};
use crate::engine::Snapshot;
use crate::index::Index;
use crate::key::KeyName;
use crate::matrix::Service;
use crate::render::{self, Traced};

pub(super) fn run(arguments: &Trace, output: &mut Output<'_>) -> Result<Exit, Failure> {
    let tree = root::open(&arguments.tree)?;
    let snapshot = Snapshot::open(&tree.system, &tree.asked);
    let index = &snapshot.index;
    let key = KeyName::new(&arguments.key);
    let routes = routes(index, &key, arguments)?;
    match arguments.format {
        TraceFormat::Text => render::trace(index, &key, &routes, &output.screen, output.out)?,
        TraceFormat::Json => render::trace_json(index, &routes, output.out)?,
    }
    Ok(Exit::Clean)
}

fn routes(index: &Index, key: &KeyName, arguments: &Trace) -> Result<Vec<Traced>, Failure> {
    let matrix = &index.matrix;
    let environment_names: Vec<&str> =
        matrix.environments.iter().map(|environment| environment.name.as_str()).collect();
    let service_names: Vec<&str> = matrix.services.keys().map(String::as_str).collect();
    for name in &arguments.environment {
        known("environment", name, &environment_names)?;
    }
    for name in &arguments.service {
        known("service", name, &service_names)?;
    }
    if environment_names.is_empty() {
        let help = "declare them in envs/matrix.yaml; `envcheck init` writes a first one";
        return Err(Failure::with_help("the tree shows no environments to trace through", help));
    }
    let is_known = matrix.keys.contains_key(key)
        || index.facts_of(key).next().is_some()
        || index.is_read(key)
        || matrix.environments.iter().any(|environment| environment.values.contains_key(key));
    if !is_known {
        let names = index.keys().chain(matrix.keys.keys()).map(KeyName::as_str);
        let meant = names
            .map(|name| (strsim::osa_distance(&key.to_ascii_uppercase(), name), name))
            .filter(|(distance, name)| *distance <= name.len() / 3)
            .min();
        let message = format!("nothing in the tree says anything about `{key}`");
        return Err(match meant {
            Some((_, meant)) => Failure::with_help(message, format!("did you mean `{meant}`?")),
            None => Failure::new(message),
        });
    }
    let wanted = |names: &[String], name: &str| names.is_empty() || names.iter().any(|wanted| wanted == name);
    let mut routes = Vec::new();
    for service in matrix.services.values().filter(|service| wanted(&arguments.service, &service.name)) {
        // A service that has nothing to do with the key is left out, unless it was asked for.
        if arguments.service.is_empty() && !concerns(index, service, key) {
            continue;
        }
        for environment in matrix.environments.iter().filter(|one| wanted(&arguments.environment, &one.name))
        {
            let route = index.route(environment, service, key);
            let (environment, service) = (environment.name.value.clone(), service.name.value.clone());
            routes.push(Traced { environment, service, route });
        }
    }
    if routes.is_empty() {
        let of = if matrix.is_declared() { "the matrix" } else { "this tree" };
        return Err(Failure::new(format!("no service of {of} uses `{key}`")));
    }
    Ok(routes)
}

/// Whether the service uses the key, under this name or another that serves as well.
fn concerns(index: &Index, service: &Service, key: &KeyName) -> bool {
    let keys = index.keys_of_service(service);
    index.names_of(service, key).iter().any(|name| keys.contains(name))
        || keys.iter().any(|known| index.names_of(service, known).contains(key))
}

fn known(what: &str, name: &str, names: &[&str]) -> Result<(), Failure> {
    if names.contains(&name) {
        return Ok(());
    }
    let message = format!("there is no {what} `{name}`");
    Err(match closest(name, names.iter().copied()) {
        Some(meant) => Failure::with_help(message, format!("did you mean `{meant}`?")),
        None => Failure::with_help(message, format!("there are {}", names.join(", "))),
    })
}
