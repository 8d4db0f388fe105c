//! Which sources of an environment are for which service.

use foldhash::HashMap;

use super::Index;
use crate::matrix::{EnvSource, Environment, Matrix, Said};

/// The sources of each environment, by its position.
pub(super) type Concerned = Vec<ByService>;

/// The sources of one environment, by their positions, in order.
#[derive(Debug, Default)]
pub(super) struct ByService {
    /// Those for all services.
    all: Vec<usize>,
    /// Those for some services, by their names: a tree with thousands of services has as many templates.
    some: HashMap<String, Vec<usize>>,
}

impl ByService {
    fn of(environment: &Environment) -> Self {
        let mut sources = Self::default();
        for (position, source) in environment.sources.iter().enumerate() {
            let services = services_of(&source.value);
            if services.is_empty() {
                sources.all.push(position);
            }
            for service in services {
                let own = sources.some.entry(service.value.clone()).or_default();
                if own.last() != Some(&position) {
                    own.push(position);
                }
            }
        }
        sources
    }
}

/// The services that a source is for; none where it is for all.
fn services_of(source: &EnvSource) -> &[Said<String>] {
    match source {
        EnvSource::Dotenv { services, .. }
        | EnvSource::Vault { services, .. }
        | EnvSource::Deploy { services, .. }
        | EnvSource::Platform { services, .. } => services,
        EnvSource::Compose { .. } | EnvSource::Workflow { .. } => &[],
    }
}

impl Index {
    /// Those sources of an environment of the matrix that are for a service, in order.
    pub fn sources_for<'a>(
        &'a self,
        environment: &'a Environment,
        service: &str,
    ) -> impl Iterator<Item = &'a EnvSource> {
        let positions = self.positions_for(environment, service).into_iter();
        positions.filter_map(|position| Some(&environment.sources.get(position)?.value))
    }

    /// Their positions.
    pub(super) fn positions_for(&self, environment: &Environment, service: &str) -> Vec<usize> {
        let concerned = self.concerned.get_or_init(|| of(&self.matrix));
        let mut environments = self.matrix.environments.iter().zip(concerned);
        let found = environments.find(|(known, _)| known.name.value == environment.name.value);
        let Some((_, sources)) = found else { return Vec::new() };
        let own = sources.some.get(service).into_iter().flatten();
        let mut positions: Vec<usize> = sources.all.iter().chain(own).copied().collect();
        positions.sort_unstable();
        positions
    }
}

fn of(matrix: &Matrix) -> Concerned {
    matrix.environments.iter().map(ByService::of).collect()
}
