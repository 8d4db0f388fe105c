//! All ways to make a value, where branches stand in it.

use super::super::rendered::{Assignment, Part};
use super::super::value::{Cond, Val};
use super::Provider;
use crate::fact::Condition;

/// Ways to make a value, beyond which only its origin is told.
const MAX_WAYS: usize = 12;

/// Conditions, each with whether it holds.
type Conditions = Vec<(Cond, bool)>;

/// One way to make a value: under which conditions, of which parts.
#[derive(Clone, Debug, Default)]
pub(super) struct Way {
    pub(super) conditions: Vec<Condition>,
    pub(super) parts: Vec<Part>,
    /// Whether the value has ended, so that nothing is added to it.
    ended: bool,
}

impl Provider<'_> {
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
    pub(super) fn base(&self, assignment: &Assignment) -> usize {
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
    pub(super) fn ways(&self, arm: usize, taken: usize, parts: &[(usize, Option<Part>)]) -> Option<Vec<Way>> {
        let on_the_way = self.child(arm, taken);
        let mut ways = vec![Way::default()];
        let mut at = 0;
        while let Some((place, part)) = parts.get(at) {
            let Some(branch) = self.child(arm, *place).and_then(|child| self.arms.get(child)) else {
                for way in ways.iter_mut().filter(|way| !way.ended) {
                    match part {
                        Some(part) => way.parts.push(part.clone()),
                        None => way.ended = true,
                    }
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
                let own: Vec<(usize, Option<Part>)> = group
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
            let (ended, open): (Vec<Way>, Vec<Way>) = ways.into_iter().partition(|way| way.ended);
            let goes_on = |before: &Way, choice: &Way| Way {
                conditions: before.conditions.iter().chain(&choice.conditions).cloned().collect(),
                parts: before.parts.iter().chain(&choice.parts).cloned().collect(),
                ended: choice.ended,
            };
            let open = open.iter().flat_map(|before| choices.iter().map(|choice| goes_on(before, choice)));
            ways = ended.into_iter().chain(open).collect();
        }
        Some(ways)
    }

    /// The same ways, with variables that hold one of several values taken apart where that makes
    /// constants of them.
    pub(super) fn expanded(&self, ways: Vec<Way>) -> Option<Vec<Way>> {
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
        let mut expanded = vec![Way { conditions: way.conditions.clone(), ..Way::default() }];
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
