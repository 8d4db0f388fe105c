//! `value-constraint`.

use std::collections::BTreeMap;

use crate::declare_rule;
use crate::index::{Given, Giver, Index};
use crate::key::KeyName;
use crate::matrix::{Environment, RelationKind};
use crate::rule::Reporter;

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
    /// ```yaml
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
        let related = index.matrix.keys.values().any(|spec| !spec.relations.is_empty());
        if !related {
            return;
        }
        let given = index.given_values();
        for environment in &index.matrix.environments {
            let values = certain_values(&given, environment);
            for spec in index.matrix.keys.values() {
                let Some(own) = values.get(&spec.name.value) else { continue };
                for relation in &spec.relations {
                    let Some(other) = values.get(&relation.other) else { continue };
                    if holds(relation.kind, own.text.reveal(), other.text.reveal()) {
                        continue;
                    }
                    let mut finding = reporter
                        .report(
                            format!(
                                "`{}` must {} `{}` in `{}`, and does not",
                                spec.name.value,
                                demand(relation.kind),
                                relation.other,
                                *environment.name
                            ),
                            own.at,
                            format!("the value of `{}`", spec.name.value),
                        )
                        .label(other.at, format!("the value of `{}`", relation.other))
                        .key(&spec.name.value)
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

/// The keys that have exactly one value in an environment, written down in full.
fn certain_values<'g, 'a>(
    given: &'g [Given<'a>],
    environment: &Environment,
) -> BTreeMap<&'a KeyName, &'g Given<'a>> {
    let mut values: BTreeMap<&KeyName, Option<&Given<'_>>> = BTreeMap::new();
    let here = given.iter().filter(|given| {
        !matches!(given.by, Giver::Code(_) | Giver::Example | Giver::BuildArg)
            && given.environments.iter().any(|of| of.name == environment.name)
    });
    for one in here {
        let is_certain = one.meant().is_some();
        values
            .entry(one.key)
            .and_modify(|value| {
                if value.is_some_and(|value| !is_certain || value.text != one.text) {
                    *value = None;
                }
            })
            .or_insert(is_certain.then_some(one));
    }
    values.into_iter().filter_map(|(key, value)| Some((key, value?))).collect()
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
