//! `ConfigMap`s whose keys a container takes as a whole.

use super::{Given, given, listed};
use crate::diagnostic::Edit;
use crate::fact::{Fact, ManifestContainer, Place, Role, StoreKind};
use crate::fix::add::NewKey;
use crate::index::Index;
use crate::matrix::Service;
use crate::text::FileId;

/// The containers of a manifest that run a service: those that are called so, else all.
pub(super) fn containers<'a>(
    index: &'a Index,
    service: &Service,
    file: FileId,
) -> Vec<&'a ManifestContainer> {
    let all = index.manifest_containers(file);
    let is_named = |container: &&ManifestContainer| {
        container.workload.split('/').any(|part| *service.name.value == *part)
    };
    let named: Vec<&ManifestContainer> = all.iter().filter(is_named).collect();
    if named.is_empty() { all.iter().collect() } else { named }
}

/// The files of the `ConfigMap`s that a container takes as a whole, each with what stands there for it.
pub(super) fn kept_for<'a>(
    index: &'a Index,
    container: &'a ManifestContainer,
) -> impl Iterator<Item = (FileId, Vec<&'a Fact>)> {
    let whole = container.takes_all.iter().filter(|taken| taken.kind == StoreKind::ConfigMap);
    let plain = whole.filter(|taken| taken.variable.is_none());
    plain.flat_map(move |taken| {
        let name = taken.name.value.as_str();
        index.stores(StoreKind::ConfigMap, name).map(move |(file, _)| {
            let own = |fact: &&Fact| {
                matches!(&fact.place, Place::ConfigMap(of) if of == name)
                    && matches!(fact.role, Role::Provides(_))
            };
            (file, index.facts_in(file).filter(own).collect())
        })
    })
}

/// Adds a text to the `ConfigMap`s of the containers that run a service, unless they are given texts one by one.
pub(super) fn of_file(index: &Index, wanted: &NewKey, service: &Service, file: FileId) -> Option<Vec<Edit>> {
    let given = given(wanted);
    if !matches!(given, Given::Text(_)) {
        return None;
    }
    let mut edits: Vec<Edit> = Vec::new();
    for container in containers(index, service, file) {
        let is_listed = index.facts_in(file).any(|fact| {
            matches!(&fact.place, Place::Workload(of) if *of == container.workload)
                && matches!(&fact.role, Role::Provides(provide) if provide.value.plain().is_some())
        });
        if is_listed {
            return None;
        }
        let found = kept_for(index, container).filter(|(_, facts)| !facts.is_empty());
        let added = found.filter_map(|(file, facts)| listed::add(index, wanted, given, file, &facts));
        edits.extend(added);
    }
    edits.dedup();
    (!edits.is_empty()).then_some(edits)
}
