//! `value-constraint`.

use std::collections::BTreeMap;

use crate::declare_rule;
use crate::index::{HeldKind, Index};
use crate::key::KeyName;
use crate::matrix::{Environment, RelationKind};
use crate::rule::Reporter;
use crate::secret::{Secret, is_placeholder};
use crate::text::Location;

declare_rule! {
    /// Reports pairs of values that break a relation which the matrix declares between their keys.
    ///
    /// ## Why it matters
    ///
    /// Some values must move together: the test database must differ from the real one, the public address of
    /// the API must begin with that of the site. Each value is fine by itself, so nothing else notices when only one
    /// of the two was changed.
    ///
    /// ## Example
    ///
    /// `envs/matrix.yaml`
    /// ```yaml
    /// version: 1
    /// services: { api: {} }
    /// keys:
    ///   DATABASE_NAME: {}
    ///   DATABASE_TEST_NAME: { differs: DATABASE_NAME }
    /// environments:
    ///   staging: { values: { DATABASE_NAME: shop, DATABASE_TEST_NAME: shop } }
    /// ```
    ///
    /// ```text
    /// error[value-constraint]: `DATABASE_TEST_NAME` must differ from `DATABASE_NAME` in `staging`, and does not
    /// ```
    ///
    /// ## What to do
    ///
    /// Change the value that was forgotten. Only values that are written down in full are compared, and only
    /// where one value is certain for each key.
    pub struct ValueConstraint = "value-constraint", Value, Error, needs_matrix;
}

impl ValueConstraint {
    fn ask(index: &Index, reporter: &mut Reporter<'_>) {
        if index.matrix.keys.values().all(|spec| spec.relations.is_empty()) {
            return;
        }
        for environment in &index.matrix.environments {
            let values = certain_values(index, environment);
            for spec in index.matrix.keys.values() {
                let Some(Some(own)) = values.get(&spec.name.value) else { continue };
                for relation in &spec.relations {
                    let Some(Some(other)) = values.get(&relation.other) else { continue };
                    if holds(relation.kind, own.text.reveal(), other.text.reveal()) {
                        continue;
                    }
                    let name = &spec.name.value;
                    let demand = demand(relation.kind);
                    let message = format!(
                        "`{name}` must {demand} `{}` in `{}`, and does not",
                        relation.other, *environment.name
                    );
                    let mut finding = reporter
                        .report(message, own.at, format!("the value of `{name}`"))
                        .label(other.at, format!("the value of `{}`", relation.other))
                        .key(name)
                        .why("the matrix says that the two values belong together")
                        .help("change the one that was forgotten")
                        .environments([environment.name.value.clone()]);
                    if let Some(at) = relation.at {
                        finding = finding.label(at, "the relation is declared here");
                    }
                    drop(finding);
                }
            }
        }
    }
}

/// A value that an environment runs with.
#[derive(Clone, Copy)]
struct Certain<'a> {
    text: &'a Secret,
    at: Location,
}

/// The values that an environment runs with, by key; `None` for a key that services have in different
/// values, or whose value is not written down in full and meant.
fn certain_values<'a>(index: &'a Index, of: &'a Environment) -> BTreeMap<&'a KeyName, Option<Certain<'a>>> {
    let mut values: BTreeMap<&KeyName, Option<Certain<'_>>> = BTreeMap::new();
    for (key, said) in &of.values {
        values.insert(key, said.at.and_then(|at| certain(&said.value, at)));
    }
    for (environment, supply) in index.supplied() {
        if environment.name != of.name {
            continue;
        }
        let held = supply.held().filter(|held| matches!(held.kind, HeldKind::Text(_)));
        let found = held.and_then(|held| certain(held.text()?, held.at?));
        let known = values.entry(&supply.key).or_insert(found);
        let is_same = matches!((&known, &found), (Some(known), Some(found)) if known.text == found.text);
        if !is_same {
            *known = None;
        }
    }
    values
}

fn certain(text: &Secret, at: Location) -> Option<Certain<'_>> {
    let plain = text.reveal();
    let is_meant = !plain.is_empty() && !plain.contains('$') && !is_placeholder(plain);
    is_meant.then_some(Certain { text, at })
}

fn holds(kind: RelationKind, own: &str, other: &str) -> bool {
    match kind {
        RelationKind::Equals => own == other,
        RelationKind::Differs => own != other,
        RelationKind::StartsWith => own.starts_with(other),
        RelationKind::EndsWith => own.ends_with(other),
        RelationKind::Contains => own.contains(other),
    }
}

fn demand(kind: RelationKind) -> &'static str {
    match kind {
        RelationKind::Equals => "equal",
        RelationKind::Differs => "differ from",
        RelationKind::StartsWith => "begin with the value of",
        RelationKind::EndsWith => "end with the value of",
        RelationKind::Contains => "contain the value of",
    }
}
