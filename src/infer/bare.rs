//! A matrix without places, and without demands.

use crate::matrix::{EnvSource, Environment, KeySpec, Matrix, Required, Said, Service};

/// The same matrix with no place in it, and with no key required: what may be held in memory as a guess.
pub(super) fn undemanding(matrix: Matrix) -> Matrix {
    let mut matrix = without_places(matrix);
    matrix.keys.values_mut().for_each(|spec| spec.required = Said::inferred(Required::Never));
    matrix
}

/// The same matrix with no place in it, for comparing what two matrices say. Naming patterns keep theirs.
#[must_use]
pub fn without_places(mut matrix: Matrix) -> Matrix {
    matrix.project.iter_mut().for_each(forget);
    matrix.services.values_mut().for_each(bare_service);
    matrix.environments.iter_mut().for_each(bare_environment);
    matrix.keys.values_mut().for_each(bare_key);
    matrix.documents.iter_mut().for_each(forget);
    matrix.exclude.iter_mut().for_each(forget);
    matrix
}

fn forget<T>(said: &mut Said<T>) {
    said.at = None;
}

pub(super) fn bare_service(service: &mut Service) {
    forget(&mut service.name);
    service.compose.iter_mut().for_each(forget);
    service.root.iter_mut().for_each(forget);
    service.dockerfile.iter_mut().for_each(forget);
    service.public_prefix.iter_mut().for_each(forget);
    service.key_prefix.iter_mut().for_each(forget);
}

pub(super) fn bare_environment(environment: &mut Environment) {
    forget(&mut environment.name);
    forget(&mut environment.tier);
    environment.url.iter_mut().for_each(forget);
    environment.suffix.iter_mut().for_each(forget);
    forget(&mut environment.defaults);
    environment.values.values_mut().for_each(forget);
    environment.services.iter_mut().for_each(forget);
    environment.forbidden_schemes.iter_mut().for_each(forget);
    if let Some(trigger) = &mut environment.trigger {
        forget(trigger);
        trigger.value.workflow.iter_mut().for_each(forget);
        trigger.value.on.iter_mut().for_each(forget);
        trigger.value.branches.iter_mut().for_each(forget);
    }
    for source in &mut environment.sources {
        forget(source);
        bare_source(&mut source.value);
    }
}

/// The same source without places.
pub(super) fn bare_source(source: &mut EnvSource) {
    match source {
        EnvSource::Dotenv { file, services } => {
            forget(file);
            services.iter_mut().for_each(forget);
        }
        EnvSource::Compose { files, profiles, env_files } => {
            files.iter_mut().chain(env_files).for_each(forget);
            profiles.iter_mut().for_each(forget);
        }
        EnvSource::Vault { template, agent, policy, env, services } => {
            forget(template);
            agent.iter_mut().chain(policy).for_each(forget);
            env.values_mut().for_each(forget);
            services.iter_mut().for_each(forget);
        }
        EnvSource::Workflow { file, job } => {
            forget(file);
            job.iter_mut().for_each(forget);
        }
        EnvSource::Deploy { file, into, services } => {
            forget(file);
            into.iter_mut().for_each(forget);
            services.iter_mut().for_each(forget);
        }
        EnvSource::Platform { keys, services } => {
            keys.iter_mut().for_each(forget);
            services.iter_mut().for_each(forget);
        }
    }
}

pub(super) fn bare_key(spec: &mut KeySpec) {
    forget(&mut spec.name);
    forget(&mut spec.kind);
    forget(&mut spec.required);
    if let Required::In(names) = &mut spec.required.value {
        names.iter_mut().for_each(forget);
    }
    spec.services.iter_mut().for_each(forget);
    spec.value_type.iter_mut().for_each(forget);
    spec.default.iter_mut().for_each(forget);
    spec.aliases.iter_mut().for_each(forget);
    spec.deprecated.iter_mut().for_each(forget);
    spec.relations.iter_mut().for_each(forget);
}
