//! From assignments of the rendered text to facts.

mod ways;

use std::collections::{BTreeMap, HashSet};

use super::rendered::{Arm, Assignment, Part};
use super::value::{Cond, Reads, Val};
use crate::fact::{
    Condition, Fallback, Origin, Phase, Place, Provide, Provision, Reference, Role, Value, VaultField,
};
use crate::secret::Secret;
use crate::text::Span;

use ways::Way;

/// References of a value, each once.
#[derive(Default)]
struct References {
    found: Vec<Reference>,
    places: HashSet<Span>,
}

/// What is said about assignments, given the branches they stand in.
pub(super) struct Provider<'a> {
    reads: &'a Reads,
    arms: &'a [Arm],
    /// The arms of each branch.
    by_branch: BTreeMap<usize, Vec<usize>>,
}

impl<'a> Provider<'a> {
    pub(super) fn new(reads: &'a Reads, arms: &'a [Arm]) -> Self {
        let mut by_branch: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
        for (number, arm) in arms.iter().enumerate() {
            by_branch.entry(arm.branch).or_default().push(number);
        }
        Self { reads, arms, by_branch }
    }

    /// The roles of an assignment's key; more than one where its value depends on conditions.
    pub(super) fn roles(&self, assignment: &Assignment) -> Vec<Role> {
        let mut outer = self.conditions(assignment.arm);
        outer.extend(assignment.may_be_lost.then_some(Condition::Opaque));
        let ways = self.ways(self.base(assignment), assignment.arm, &assignment.parts);
        let ways = ways.and_then(|ways| self.expanded(ways)).unwrap_or_default();
        let always = |value: Value, otherwise: Option<Value>| {
            let provision = match otherwise {
                _ if !outer.is_empty() => Provision::Conditional(outer.clone()),
                Some(otherwise) => Provision::OrElse(Box::new(otherwise)),
                None => Provision::Always,
            };
            vec![Role::Provides(Provide { value, provision })]
        };
        match ways.as_slice() {
            [] => always(self.unknown(assignment), None),
            [way] => {
                let (value, otherwise) = self.value(&way.parts);
                always(value, otherwise)
            }
            _ if ways.iter().flat_map(|way| &way.conditions).all(|one| *one != Condition::Opaque) => ways
                .iter()
                .map(|way| {
                    let conditions = outer.iter().chain(&way.conditions).cloned().collect();
                    let (value, _) = self.value(&way.parts);
                    Role::Provides(Provide { value, provision: Provision::Conditional(conditions) })
                })
                .collect(),
            [first, others @ ..] => {
                // The way with a field of a secret is the one that is meant.
                let is_meant = |way: &&Way| way.parts.iter().any(|part| self.field(part).is_some());
                let meant = ways.iter().find(is_meant).unwrap_or(first);
                let (value, inner) = self.value(&meant.parts);
                let rest: Vec<&Way> =
                    [first].into_iter().chain(others).filter(|way| !std::ptr::eq(*way, meant)).collect();
                let otherwise = match (rest.as_slice(), inner) {
                    ([way], None) => self.value(&way.parts).0,
                    _ => self.of_unknown(rest.iter().flat_map(|way| &way.parts), assignment.span),
                };
                always(value, Some(otherwise))
            }
        }
    }

    /// The fact that a role makes for an assignment's key.
    pub(super) fn fact(
        &self,
        assignment: &Assignment,
        file: crate::text::FileId,
        role: Role,
    ) -> crate::fact::Fact {
        crate::fact::Fact {
            key: assignment.key.clone(),
            file,
            span: assignment.span,
            place: Place::Rendered,
            phase: Phase::Run,
            role,
        }
    }

    /// The conditions under which an arm is rendered.
    fn conditions(&self, arm: usize) -> Vec<Condition> {
        let mut spelled = Vec::new();
        let mut at = arm;
        while let Some(arm) = self.arms.get(at).filter(|_| at != 0) {
            let own = self.spelled(&arm.conditions);
            spelled.splice(0..0, own);
            at = arm.parent;
        }
        spelled.dedup();
        spelled
    }

    fn spelled(&self, conditions: &[(Cond, bool)]) -> Vec<Condition> {
        conditions.iter().flat_map(|(condition, holds)| condition.spelled(*holds, self.reads)).collect()
    }

    /// The first field of a secret in a part.
    fn field(&self, part: &Part) -> Option<usize> {
        let Part::Value { value, .. } = part else { return None };
        let mut found = None;
        value.each(&mut |value| {
            if let (Val::Field(field), None) = (value, found) {
                found = Some(*field);
            }
        });
        found
    }

    fn unknown(&self, assignment: &Assignment) -> Value {
        self.of_unknown(assignment.parts.iter().filter_map(|(_, part)| part.as_ref()), assignment.span)
    }

    /// A value of which only the origin is told.
    fn of_unknown<'p>(&self, parts: impl Iterator<Item = &'p Part>, span: Span) -> Value {
        let mut value = Value::of(Origin::Unknown, Span::at(span.end as usize));
        let mut references = References::default();
        for part in parts {
            if let (Some(field), Origin::Unknown) = (self.field(part), &value.origin) {
                value.origin = self.origin(field);
            }
            self.add_references(part, &mut references);
        }
        value.references = references.found;
        value
    }

    fn origin(&self, field: usize) -> Origin {
        match self.reads.fields.get(field) {
            Some(read) => Origin::Vault(Box::new(VaultField {
                path: self.reads.pattern(read.secret),
                field: read.field.clone(),
            })),
            None => Origin::Unknown,
        }
    }

    fn add_references(&self, part: &Part, references: &mut References) {
        let Part::Value { value, .. } = part else { return };
        value.each(&mut |value| {
            let Some((number, text)) = variable(value) else { return };
            let Some(read) = self.reads.variables.get(number) else { return };
            // A pair of a variable and its fallback is visited before the variable alone.
            if !references.places.insert(read.span) {
                return;
            }
            let fallback = text.map_or(Fallback::Empty, |(text, span)| Fallback::Default {
                text: Secret::new(text),
                span,
                or_empty: true,
            });
            references.found.push(Reference { key: read.key.clone(), span: read.span, fallback });
        });
    }

    /// The value that parts make, and what stands for it where its source has none.
    fn value(&self, parts: &[Part]) -> (Value, Option<Value>) {
        let span = match (parts.first(), parts.last()) {
            (Some(first), Some(last)) => span_of(first).cover(span_of(last)),
            _ => Span::at(0),
        };
        if let [Part::Value { value, .. }] = parts
            && let Some((first, otherwise)) = fallback(value)
        {
            let part = |value: &Val| Part::Value { value: value.clone(), span };
            return (self.value(&[part(first)]).0, Some(self.value(&[part(otherwise)]).0));
        }
        let mut references = References::default();
        for part in parts {
            self.add_references(part, &mut references);
        }
        let references = references.found;
        if let Some(field) = parts.iter().find_map(|part| self.field(part)) {
            return (Value { references, ..Value::of(self.origin(field), span) }, None);
        }
        let mut text = String::new();
        let mut places: Vec<Span> = Vec::new();
        let is_constant = parts.iter().all(|part| match part {
            Part::Text { text: part, span } => {
                text.push_str(part);
                places.push(*span);
                true
            }
            Part::Value { value, .. } => self.spell(value, &mut text, &mut places),
        });
        if !is_constant {
            return (Value { references, ..Value::of(Origin::Unknown, span) }, None);
        }
        let span = places.into_iter().reduce(Span::cover).unwrap_or(span);
        let value = Value { text: Secret::new(&unquoted(&text)), span, origin: Origin::Literal, references };
        (value, None)
    }

    /// Adds what a value renders to `text`, variables as `${KEY}`; `false` if that is not known.
    fn spell(&self, value: &Val, text: &mut String, places: &mut Vec<Span>) -> bool {
        if let Some((number, _)) = variable(value) {
            let Some(read) = self.reads.variables.get(number) else { return false };
            text.push_str(&format!("${{{}}}", read.key));
            places.push(read.span);
            return true;
        }
        match value {
            Val::Text { text: part, span, .. } => {
                text.push_str(part);
                places.push(*span);
                true
            }
            Val::Joined(values) => values.iter().all(|value| self.spell(value, text, places)),
            Val::Quoted(value) => self.spell(value, text, places),
            _ => false,
        }
    }
}

fn span_of(part: &Part) -> Span {
    match part {
        Part::Text { span, .. } | Part::Value { span, .. } => *span,
    }
}

/// A variable of the agent, and the text that stands for it where it is not set.
fn variable(value: &Val) -> Option<(usize, Option<(&str, Span)>)> {
    match value {
        Val::Variable(number) => Some((*number, None)),
        Val::Either(values) => match values.as_slice() {
            [Val::Variable(number), Val::Text { text, span, .. }] => Some((*number, Some((text, *span)))),
            _ => None,
        },
        _ => None,
    }
}

/// `or .Data.data.X other`: the field, and what stands for it.
fn fallback(value: &Val) -> Option<(&Val, &Val)> {
    match value {
        Val::Either(values) => match values.as_slice() {
            [first @ (Val::Field(_) | Val::Unknown), otherwise] => Some((first, otherwise)),
            _ => None,
        },
        Val::Quoted(value) => fallback(value),
        _ => None,
    }
}

/// A value of a dotenv without the quotes around all of it.
fn unquoted(text: &str) -> String {
    let text = text.trim();
    let within = |quote: char| text.strip_prefix(quote).and_then(|text| text.strip_suffix(quote));
    if let Some(inner) = within('\'').filter(|inner| !inner.contains('\'')) {
        return inner.to_owned();
    }
    let is_open = |inner: &&str| {
        let mut escaped = false;
        inner.chars().all(|c| {
            let closes = c == '"' && !escaped;
            escaped = c == '\\' && !escaped;
            !closes
        }) && !escaped
    };
    match within('"').filter(is_open) {
        Some(inner) => inner.replace("\\\"", "\"").replace("\\\\", "\\"),
        None => text.to_owned(),
    }
}
