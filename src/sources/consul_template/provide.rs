//! From assignments of the rendered text to facts.

use std::collections::{BTreeMap, HashSet};

use super::rendered::{Arm, Assignment, Part};
use super::value::{Cond, Reads, Val};
use crate::fact::{Condition, Fallback, Origin, Phase, Place, Provide, Provision, Reference, Role, Value};
use crate::secret::Secret;
use crate::text::Span;

/// Ways to make a value, beyond which only its origin is told.
const MAX_WAYS: usize = 12;

/// Conditions, each with whether it holds.
type Conditions = Vec<(Cond, bool)>;

/// One way to make a value: under which conditions, of which parts.
#[derive(Clone, Debug, Default)]
struct Way {
    conditions: Vec<Condition>,
    parts: Vec<Part>,
}

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
        let outer = self.conditions(assignment.arm);
        let ways = self.ways(self.base(assignment), assignment.arm, &assignment.parts);
        let ways = ways.and_then(|ways| self.expanded(ways)).unwrap_or_default();
        let always = |value: Value, otherwise: Option<Value>| {
            let provision = match otherwise {
                _ if !outer.is_empty() => Provision::Conditional(outer.clone()),
                Some(otherwise) => Provision::OrElse(otherwise),
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

    /// The child of `arm` on the way to `place`; `None` if `place` is no place inside of `arm`.
    fn child(&self, arm: usize, place: usize) -> Option<usize> {
        let mut at = place;
        while at != 0 && at != arm {
            let parent = self.arms.get(at)?.parent;
            if parent == arm {
                return Some(at);
            }
            at = parent;
        }
        None
    }

    /// The innermost arm that holds an assignment's key and all parts of its value: trim markers may let
    /// a value go on behind the branch that its key stands in.
    fn base(&self, assignment: &Assignment) -> usize {
        let mut base = assignment.arm;
        for (place, _) in &assignment.parts {
            while base != 0 && base != *place && self.child(base, *place).is_none() {
                base = self.arms.get(base).map_or(0, |arm| arm.parent);
            }
        }
        base
    }

    /// All ways to make a value of `parts`, which stand in `arm` or in branches inside of it, where `taken`
    /// (an arm inside of `arm`, or no other) is rendered. `None` if there are too many.
    fn ways(&self, arm: usize, taken: usize, parts: &[(usize, Part)]) -> Option<Vec<Way>> {
        let on_the_way = self.child(arm, taken);
        let mut ways = vec![Way::default()];
        let mut at = 0;
        while let Some((place, part)) = parts.get(at) {
            let Some(branch) = self.child(arm, *place).and_then(|child| self.arms.get(child)) else {
                for way in &mut ways {
                    way.parts.push(part.clone());
                }
                at += 1;
                continue;
            };
            let branch = branch.branch;
            let belongs = |place: usize| {
                self.child(arm, place)
                    .is_some_and(|child| self.arms.get(child).is_some_and(|arm| arm.branch == branch))
            };
            let length = parts.get(at..)?.iter().take_while(|(place, _)| belongs(*place)).count();
            let group = parts.get(at..at + length)?;
            at += length;
            let mut choices: Vec<Way> = Vec::new();
            let inner_arms = self.by_branch.get(&branch)?;
            let is_taken = on_the_way.filter(|child| inner_arms.contains(child));
            if inner_arms.len() > MAX_WAYS && is_taken.is_none() {
                return None;
            }
            for &number in inner_arms.iter().filter(|number| is_taken.is_none_or(|taken| taken == **number)) {
                let inner = self.arms.get(number)?;
                let own: Vec<(usize, Part)> = group
                    .iter()
                    .filter(|(place, _)| self.child(arm, *place) == Some(number))
                    .cloned()
                    .collect();
                let is_always = matches!(inner.conditions.as_slice(), [(Cond::Always, true)]);
                // Those of the arm that the key stands in are the assignment's own.
                let conditions =
                    if is_taken.is_some() { Vec::new() } else { self.spelled(&inner.conditions) };
                let taken = if is_taken.is_some() { taken } else { number };
                for mut way in self.ways(number, taken, &own)? {
                    way.conditions.splice(0..0, conditions.iter().cloned());
                    choices.push(way);
                }
                if is_always {
                    break;
                }
            }
            if ways.len() * choices.len() > MAX_WAYS {
                return None;
            }
            ways = ways
                .iter()
                .flat_map(|before| {
                    choices.iter().map(|choice| Way {
                        conditions: before.conditions.iter().chain(&choice.conditions).cloned().collect(),
                        parts: before.parts.iter().chain(&choice.parts).cloned().collect(),
                    })
                })
                .collect();
        }
        Some(ways)
    }

    /// The same ways, with variables that hold one of several values taken apart where that makes
    /// constants of them.
    fn expanded(&self, ways: Vec<Way>) -> Option<Vec<Way>> {
        let has_choice = |part: &Part| match part {
            Part::Value { value, .. } => {
                let mut found = false;
                value.each(&mut |value| found |= matches!(value, Val::Choice(..)));
                found
            }
            Part::Text { .. } => false,
        };
        let [way] = ways.as_slice() else { return Some(ways) };
        if way.parts.iter().any(|part| self.field(part).is_some()) || !way.parts.iter().any(has_choice) {
            return Some(ways);
        }
        let mut expanded = vec![Way { conditions: way.conditions.clone(), parts: Vec::new() }];
        for part in &way.parts {
            let options = match part {
                Part::Value { value, span } => options(value)
                    .into_iter()
                    .map(|(conditions, value)| {
                        (self.spelled(&conditions), Part::Value { value, span: *span })
                    })
                    .collect(),
                part @ Part::Text { .. } => vec![(Vec::new(), part.clone())],
            };
            if expanded.len() * options.len() > MAX_WAYS {
                return None;
            }
            expanded = expanded
                .iter()
                .flat_map(|before| {
                    options.iter().map(|(conditions, part)| {
                        let mut way = before.clone();
                        way.conditions.extend(conditions.iter().cloned());
                        way.parts.push(part.clone());
                        way
                    })
                })
                .collect();
        }
        Some(expanded)
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
        self.of_unknown(assignment.parts.iter().map(|(_, part)| part), assignment.span)
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
            Some(read) => Origin::Vault { path: self.reads.pattern(read.secret), field: read.field.clone() },
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

/// What a value may be, with the conditions, choices taken apart; at most a bounded number.
fn options(value: &Val) -> Vec<(Conditions, Val)> {
    match value {
        Val::Choice(choices, otherwise) => {
            let mut excluded: Conditions = Vec::new();
            let mut found = Vec::new();
            for (condition, value) in choices {
                for (inner, value) in options(value) {
                    let own = [(condition.clone(), true)];
                    found.push((excluded.iter().cloned().chain(own).chain(inner).collect(), value));
                }
                excluded.push((condition.clone(), false));
            }
            for (inner, value) in options(otherwise) {
                found.push((excluded.iter().cloned().chain(inner).collect(), value));
            }
            found
        }
        Val::Quoted(value) => options(value)
            .into_iter()
            .map(|(conditions, value)| (conditions, Val::Quoted(Box::new(value))))
            .collect(),
        Val::Joined(values) => {
            let mut joined: Vec<(Conditions, Vec<Val>)> = vec![(Vec::new(), Vec::new())];
            for part in values {
                let own = options(part);
                if joined.len() * own.len() > MAX_WAYS {
                    return vec![(Vec::new(), value.clone())];
                }
                joined = joined
                    .iter()
                    .flat_map(|(conditions, parts)| {
                        own.iter().map(|(more, part)| {
                            let conditions = conditions.iter().chain(more).cloned().collect();
                            (conditions, parts.iter().cloned().chain([part.clone()]).collect())
                        })
                    })
                    .collect();
            }
            joined.into_iter().map(|(conditions, parts)| (conditions, Val::Joined(parts))).collect()
        }
        value => vec![(Vec::new(), value.clone())],
    }
}

/// A value of a dotenv without its quotes.
fn unquoted(text: &str) -> String {
    let text = text.trim();
    if let Some(inner) = text.strip_prefix('\'').and_then(|text| text.strip_suffix('\'')) {
        return inner.to_owned();
    }
    match text.strip_prefix('"').and_then(|text| text.strip_suffix('"')) {
        Some(inner) => inner.replace("\\\"", "\"").replace("\\\\", "\\"),
        None => text.to_owned(),
    }
}
