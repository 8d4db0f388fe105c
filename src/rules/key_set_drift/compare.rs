//! What one list has and another one lacks.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use super::place::{Kind, Place};
use crate::fact::{Fact, Place as Where, Role, SourceKind, is_aside};
use crate::index::{BuildLink, Index, Outcome, Site};
use crate::key::{KeyName, is_tool_key};
use crate::matrix::Kind as KeyKind;
use crate::text::Location;

/// A key that some lists have and others lack.
pub(super) struct Difference<'p> {
    pub(super) key: KeyName,
    /// The lists that have it, and where.
    pub(super) have: Vec<(&'p Place<'p>, Location)>,
    pub(super) lack: Vec<&'p Place<'p>>,
}

/// The differences between lists about the same services, by key.
pub(super) fn differences<'p>(
    index: &'p Index,
    places: &'p [Place<'p>],
    asks_for_fixed: bool,
) -> Vec<Difference<'p>> {
    let uses = Uses::of(index);
    let mut keys: BTreeMap<&KeyName, Vec<&'p Place<'p>>> = BTreeMap::new();
    let mut about: HashMap<&str, Vec<&'p Place<'p>>> = HashMap::new();
    for place in places {
        place.has.keys().for_each(|key| keys.entry(key).or_default().push(place));
        place.services.iter().for_each(|service| about.entry(service).or_default().push(place));
    }
    let names = about.keys().map(|service| (*service, other_names(index, service))).collect();
    let supplied = index
        .supplied()
        .filter(|(_, supply)| matches!(supply.route.outcome, Outcome::Supplied(_) | Outcome::Unseen(_)))
        .map(|(environment, supply)| (environment.name.value.as_str(), supply.service.as_str(), &supply.key))
        .collect();
    let comparison = Comparison { index, uses, about, names, supplied, asks_for_fixed };
    let mut found = Vec::new();
    for (key, holders) in keys {
        let parts = together(key, &holders);
        let made_of = made_of(index, key);
        found.extend(parts.iter().filter_map(|part| comparison.difference(key, &made_of, part)));
    }
    found
}

/// Parts of the holders that have neither a service nor a line in common with each other.
fn together<'p>(key: &KeyName, holders: &[&'p Place<'p>]) -> Vec<Vec<&'p Place<'p>>> {
    // The part of each service and line, and its places; a part that became one with another is empty.
    let mut of_service: HashMap<&str, usize> = HashMap::new();
    let mut of_line: HashMap<Location, usize> = HashMap::new();
    let mut parts: Vec<Vec<&'p Place<'p>>> = Vec::new();
    for &place in holders {
        let line = place.has.get(key).map(|entry| entry.at);
        let known = place.services.iter().filter_map(|service| of_service.get(service));
        let mut near: BTreeSet<usize> =
            known.chain(line.and_then(|line| of_line.get(&line))).copied().collect();
        let part = near.pop_first().unwrap_or_else(|| {
            parts.push(Vec::new());
            parts.len() - 1
        });
        let mut whole = vec![place];
        for other in near {
            whole.extend(parts.get_mut(other).map(std::mem::take).unwrap_or_default());
        }
        for place in &whole {
            of_service.extend(place.services.iter().map(|service| (*service, part)));
            of_line.extend(place.has.get(key).map(|entry| (entry.at, part)));
        }
        if let Some(part) = parts.get_mut(part) {
            part.extend(whole);
        }
    }
    parts.retain(|part| !part.is_empty());
    parts
}

/// The keys from which compose makes one, whichever service it is for.
fn made_of<'p>(index: &'p Index, key: &KeyName) -> BTreeSet<&'p KeyName> {
    let made = index.facts_of(key).filter_map(|fact| match (&fact.place, &fact.role) {
        (Where::Container(_) | Where::BuildArgs(_), Role::Provides(provide)) => Some(provide),
        _ => None,
    });
    made.flat_map(|provide| &provide.value.references).map(|reference| &reference.key).collect()
}

struct Comparison<'p> {
    index: &'p Index,
    uses: Uses,
    about: HashMap<&'p str, Vec<&'p Place<'p>>>,
    /// Names that the code of each service accepts for one another.
    names: HashMap<&'p str, HashMap<KeyName, BTreeSet<KeyName>>>,
    /// What services get in environments of a declared matrix, or may get.
    supplied: HashSet<(&'p str, &'p str, &'p KeyName)>,
    asks_for_fixed: bool,
}

/// The names that the code of a service accepts for one another.
fn other_names(index: &Index, service: &str) -> HashMap<KeyName, BTreeSet<KeyName>> {
    let mut found: HashMap<KeyName, BTreeSet<KeyName>> = HashMap::new();
    for (fact, read) in index.reads_of_service(service) {
        if read.alternatives.is_empty() && !read.folds_case {
            continue;
        }
        let mut names: BTreeSet<KeyName> = read.alternatives.iter().chain([&fact.key]).cloned().collect();
        if read.folds_case {
            let spellings: Vec<KeyName> = names
                .iter()
                .flat_map(|name| std::iter::once(name.folded()).chain(index.small_spellings(name).cloned()))
                .collect();
            names.extend(spellings);
        }
        for name in &names {
            found.entry(name.clone()).or_default().extend(names.iter().cloned());
        }
    }
    found
}

impl<'p> Comparison<'p> {
    /// `made_of` are the keys from which compose makes this one.
    fn difference(
        &self,
        key: &KeyName,
        made_of: &BTreeSet<&KeyName>,
        holders: &[&'p Place<'p>],
    ) -> Option<Difference<'p>> {
        let is_named_for_people =
            holders.iter().any(|place| matches!(place.kind, Kind::Example | Kind::Template));
        if !key.is_identifier() || is_tool_key(key) && !is_named_for_people {
            return None;
        }
        let owners: BTreeSet<&str> = holders
            .iter()
            .filter(|place| is_own(place))
            .flat_map(|place| place.services.iter().copied())
            .collect();
        let spec = self.index.matrix.keys.get(key);
        let served: BTreeSet<&str> =
            holders.iter().flat_map(|place| place.services.iter().copied()).collect();
        let concerned = if owners.is_empty() { self.knowing(key, &served) } else { owners.clone() };
        // With no owner it may be anybody's of those whom the list serves.
        let is_anybodys = concerned.is_empty();
        let concerned = if is_anybodys { served } else { concerned };
        let is_for_others = owners.is_empty()
            && (self.uses.elsewhere.contains(key)
                || self.uses.strangers.contains(key)
                || is_anybodys
                    && (self.uses.is_code_elsewhere
                        || concerned.iter().any(|service| self.may_be_of(key, service))));
        let is_for_builds =
            spec.is_some_and(|spec| matches!(spec.kind.value, KeyKind::Platform | KeyKind::Build));
        let mut names = self.names(key, &concerned);
        names.extend(made_of.iter().map(|name| (*name).clone()));
        let mut lack: Vec<&'p Place<'p>> = Vec::new();
        let is_served = |service: &&&str| {
            !self.index.matrix.is_declared() || spec.is_none_or(|spec| spec.serves(service))
        };
        for place in
            concerned.iter().filter(is_served).filter_map(|service| self.about.get(*service)).flatten()
        {
            let is_known = lack.iter().any(|known| std::ptr::eq(*known, *place));
            if is_anybodys && is_for_others && !place.services.is_superset(&concerned) {
                continue;
            }
            if is_known || names.iter().any(|name| place.holds(name)) || place.may_hold(self.index, key) {
                continue;
            }
            let needs_it = match place.kind {
                Kind::Code => !is_for_others && !self.is_used_beside_code(key),
                Kind::Compose => !is_for_others,
                Kind::Example => !is_for_builds,
                Kind::Template | Kind::Workflow => {
                    !(is_for_builds || is_for_others && place.kind == Kind::Template)
                        && (self.asks_for_fixed || !is_fixed(key, holders, &place.services))
                }
            };
            let needs_it = needs_it && !self.is_supplied_beside(key, place, &concerned);
            if needs_it {
                lack.push(place);
            }
        }
        // What compose fixes concerns nobody who is shown an example, unless the code can do without compose.
        let is_read = holders.iter().any(|place| place.kind == Kind::Code);
        lack.retain(|place| {
            place.kind != Kind::Example
                || is_read
                || self.asks_for_fixed
                || !is_fixed(key, holders, &place.services)
        });
        lack.sort_by(|a, b| (a.kind, &a.name).cmp(&(b.kind, &b.name)));
        let mut have: Vec<(&Place<'_>, Location)> = holders
            .iter()
            .filter(|place| place.services.iter().any(|service| concerned.contains(service)))
            .filter_map(|place| Some((*place, place.has.get(key)?.at)))
            .collect();
        have.sort_by(|a, b| (a.0.kind, &a.0.name).cmp(&(b.0.kind, &b.0.name)));
        (!lack.is_empty()).then(|| Difference { key: key.clone(), have, lack })
    }

    /// Whether, in each environment that the list supplies, the matrix has another source that supplies the key.
    fn is_supplied_beside(&self, key: &KeyName, place: &Place<'_>, concerned: &BTreeSet<&str>) -> bool {
        let mut services = place.services.iter().filter(|service| concerned.contains(*service));
        !place.environments.is_empty()
            && services.all(|service| {
                place
                    .environments
                    .iter()
                    .all(|environment| self.supplied.contains(&(*environment, *service, key)))
            })
    }

    /// The services whose own files name the key in some way.
    fn knowing(&self, key: &KeyName, services: &BTreeSet<&'p str>) -> BTreeSet<&'p str> {
        let knows = |place: &&&Place<'_>| is_own(place) && place.knows.contains(key);
        let all = services.iter().filter_map(|service| self.about.get(service)).flatten();
        all.filter(knows).flat_map(|place| place.services.iter().copied()).collect()
    }

    /// Whether the key may be one of a service all the same: its code cannot be seen through.
    fn may_be_of(&self, key: &KeyName, service: &str) -> bool {
        let all = self.about.get(service).into_iter().flatten();
        let mut own = all.filter(|place| is_own(place)).peekable();
        let has_code = self.about.get(service).into_iter().flatten().any(|place| place.kind == Kind::Code);
        !has_code || own.any(|place| place.rumours.contains(key) || place.may_hold(self.index, key))
    }

    /// The names under which other lists may have the key: its own, and those that its readers accept as well.
    fn names(&self, key: &KeyName, services: &BTreeSet<&str>) -> Vec<KeyName> {
        let mut names = vec![key.clone()];
        if let Some(spec) = self.index.matrix.keys.get(key) {
            names.extend(spec.aliases.iter().map(|alias| alias.value.clone()));
        }
        for service in services {
            let accepted = self.names.get(service).and_then(|names| names.get(key));
            names.extend(accepted.into_iter().flatten().cloned());
        }
        names
    }

    /// Whether something other than code uses the key, so that no code needs to.
    fn is_used_beside_code(&self, key: &KeyName) -> bool {
        let spec = self.index.matrix.keys.get(key).filter(|_| self.index.matrix.is_declared());
        is_tool_key(key)
            || self.uses.elsewhere.contains(key)
            || self.uses.referred.contains(key)
            || spec.is_some_and(|spec| matches!(spec.kind.value, KeyKind::Platform | KeyKind::Build))
    }
}

/// Whether a list is of one service alone.
fn is_own(place: &Place<'_>) -> bool {
    matches!(place.kind, Kind::Code | Kind::Compose)
}

/// Whether all compose files that give the key to one of the services fix its value.
fn is_fixed(key: &KeyName, holders: &[&Place<'_>], services: &BTreeSet<&str>) -> bool {
    let mut given = holders
        .iter()
        .filter(|place| place.kind == Kind::Compose && !place.services.is_disjoint(services))
        .filter_map(|place| place.has.get(key))
        .peekable();
    given.peek().is_some() && given.all(|entry| entry.is_fixed)
}

/// Who uses keys besides the code of services.
#[derive(Default)]
struct Uses {
    /// Keys that compose files need for something else than to hand them on under the same name.
    elsewhere: HashSet<KeyName>,
    /// Keys of containers that run no service of the matrix.
    strangers: HashSet<KeyName>,
    /// Keys of which other lines of dotenv files are made.
    referred: HashSet<KeyName>,
    /// Whether compose files build code that is not in the tree.
    is_code_elsewhere: bool,
}

impl Uses {
    fn of(index: &Index) -> Self {
        let mut uses = Self::default();
        let is_elsewhere = |site: &Site| {
            matches!(site.build, BuildLink::Unseen | BuildLink::Missing(_)) && !index.is_aside(site.file)
        };
        uses.is_code_elsewhere = index.sites().iter().any(is_elsewhere);
        for file in index.files.iter().filter(|file| !is_aside(&file.path)) {
            let Some(said) = index.extraction(file.id) else { continue };
            match index.kind(file.id) {
                Some(SourceKind("compose")) => uses.add_compose(index, file.id, &said.facts),
                Some(SourceKind("dotenv")) => {
                    for fact in &said.facts {
                        let value = match &fact.role {
                            Role::Provides(provide) => Some(&provide.value),
                            Role::Documents(document) => document.example.as_ref(),
                            _ => None,
                        };
                        let referred = value.into_iter().flat_map(|value| &value.references);
                        uses.referred.extend(referred.map(|reference| reference.key.clone()));
                    }
                }
                _ => {}
            }
        }
        uses
    }

    fn add_compose(&mut self, index: &Index, file: crate::text::FileId, facts: &[Fact]) {
        let strangers: BTreeSet<&str> = index
            .sites_in(file)
            .iter()
            .filter(|site| site.service.is_none())
            .filter_map(|site| Some(index.compose_service(site)?.name.value.as_str()))
            .collect();
        // References that hand a key on under its own name to a service of the matrix.
        let mut handed: HashSet<Location> = HashSet::new();
        for fact in facts {
            let (Where::Container(owner) | Where::BuildArgs(owner), Role::Provides(provide)) =
                (&fact.place, &fact.role)
            else {
                continue;
            };
            let is_stranger = strangers.contains(owner.as_str());
            if is_stranger {
                self.strangers.insert(fact.key.clone());
                self.strangers.extend(provide.value.references.iter().map(|reference| reference.key.clone()));
            }
            let own = provide.value.references.iter();
            let own = own.filter(|reference| is_stranger || reference.key == fact.key);
            handed.extend(own.map(|reference| Location::new(file, reference.span)));
        }
        for fact in facts {
            let is_taken = fact.place == Where::Interpolation && matches!(fact.role, Role::Reads(_));
            if is_taken && !handed.contains(&fact.at()) {
                self.elsewhere.insert(fact.key.clone());
            }
        }
    }
}
