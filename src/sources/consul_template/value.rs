//! What expressions of a template give, as far as the template tells.

use crate::fact::{Condition, Need, PathPart};
use crate::key::KeyName;
use crate::text::Span;

/// What an expression gives.
#[derive(Clone, PartialEq, Debug)]
pub(super) enum Val {
    /// A constant text.
    Text {
        text: String,
        span: Span,
        /// Whether `span` holds exactly this text.
        verbatim: bool,
    },
    /// A field of a secret, by its number in [`Reads::fields`].
    Field(usize),
    /// A variable of the agent's environment, by its number in [`Reads::variables`].
    Variable(usize),
    /// These, one behind the other.
    Joined(Vec<Val>),
    /// The first of these that is not empty, else the last.
    Either(Vec<Val>),
    /// The value of the first condition that holds, else the last value.
    Choice(Vec<(Cond, Val)>, Box<Val>),
    /// This in Go's quotes (`%q`).
    Quoted(Box<Val>),
    /// What `secret` gives, by its number in [`Reads::secrets`].
    Secret(usize),
    /// The `.Data` of a secret.
    Data(usize),
    /// The `.Data.data` of a secret.
    Fields(usize),
    /// A truth value.
    Test(Box<Cond>),
    /// Computed from these in a way that is not followed.
    Made(Vec<Val>),
    /// Nothing is known.
    Unknown,
}

/// A condition of `if`, `with` or `else if`.
#[derive(Clone, PartialEq, Debug)]
pub(super) enum Cond {
    /// A variable, by its number, equals one of these words, or does not.
    Equals {
        variable: usize,
        any_of: Vec<String>,
        negated: bool,
    },
    /// The value is not empty.
    Given(Val),
    Not(Box<Cond>),
    All(Vec<Cond>),
    Any(Vec<Cond>),
    /// It holds whenever anything is rendered at all.
    Always,
    Opaque,
}

/// A read of a variable of the agent's environment.
#[derive(Clone, Debug)]
pub(super) struct VariableRead {
    pub(super) key: KeyName,
    pub(super) span: Span,
    pub(super) need: Need,
}

/// A read of a field of a secret.
#[derive(Clone, Debug)]
pub(super) struct FieldRead {
    /// The number of the secret.
    pub(super) secret: usize,
    pub(super) field: KeyName,
    pub(super) span: Span,
    pub(super) need: Need,
    /// Whether it stands under a condition on the very same field.
    pub(super) is_guarded: bool,
}

/// A call of `secret`.
#[derive(Clone, Debug)]
pub(super) struct SecretRead {
    pub(super) path: Vec<PathPart>,
    pub(super) span: Span,
}

impl SecretRead {
    /// The path with `*` for what is not constant.
    pub(super) fn pattern(&self) -> String {
        let read = crate::fact::VaultRead { path: self.path.clone(), span: self.span };
        read.pattern()
    }
}

/// Everything that a template reads, in the order in which it is evaluated.
#[derive(Debug, Default)]
pub(super) struct Reads {
    pub(super) secrets: Vec<SecretRead>,
    pub(super) fields: Vec<FieldRead>,
    pub(super) variables: Vec<VariableRead>,
}

impl Reads {
    /// The pattern of a secret's path.
    pub(super) fn pattern(&self, secret: usize) -> String {
        self.secrets.get(secret).map(SecretRead::pattern).unwrap_or_default()
    }

    /// The name of a variable.
    pub(super) fn key(&self, variable: usize) -> KeyName {
        self.variables.get(variable).map(|read| read.key.clone()).unwrap_or_default()
    }
}

impl Val {
    /// The constant text, if it is one.
    pub(super) fn text(&self) -> Option<&str> {
        match self {
            Self::Text { text, .. } => Some(text),
            _ => None,
        }
    }

    /// The variable that the value is, with or without a fallback.
    pub(super) fn variable(&self) -> Option<usize> {
        match self {
            Self::Variable(number) => Some(*number),
            Self::Either(values) => match values.as_slice() {
                [Self::Variable(number), Self::Text { .. }] => Some(*number),
                _ => None,
            },
            _ => None,
        }
    }

    /// The condition that this value is as the argument of `if`.
    pub(super) fn condition(self) -> Cond {
        match self {
            Self::Test(condition) => *condition,
            Self::Secret(_) | Self::Data(_) | Self::Fields(_) | Self::Quoted(_) => Cond::Always,
            Self::Text { text, .. } if !text.is_empty() => Cond::Always,
            Self::Unknown | Self::Made(_) => Cond::Opaque,
            value => Cond::Given(value),
        }
    }

    /// Calls `visit` with this value and all it consists of.
    pub(super) fn each(&self, visit: &mut impl FnMut(&Val)) {
        visit(self);
        match self {
            Self::Joined(values) | Self::Either(values) | Self::Made(values) => {
                values.iter().for_each(|value| value.each(visit));
            }
            Self::Choice(choices, otherwise) => {
                for (condition, value) in choices {
                    condition.each(visit);
                    value.each(visit);
                }
                otherwise.each(visit);
            }
            Self::Quoted(value) => value.each(visit),
            Self::Test(condition) => condition.each(visit),
            _ => {}
        }
    }

    /// The same value; nothing is known of it where it has grown beyond a bound, as a variable may
    /// that is joined with itself again and again.
    pub(super) fn bounded(self) -> Self {
        let mut parts = 0_usize;
        self.each(&mut |_| parts += 1);
        if parts > 100 { Self::Unknown } else { self }
    }
}

impl Cond {
    /// Calls `visit` with all values that the condition is about.
    pub(super) fn each(&self, visit: &mut impl FnMut(&Val)) {
        match self {
            Self::Given(value) => value.each(visit),
            Self::Equals { variable, .. } => visit(&Val::Variable(*variable)),
            Self::Not(condition) => condition.each(visit),
            Self::All(conditions) | Self::Any(conditions) => {
                conditions.iter().for_each(|condition| condition.each(visit));
            }
            Self::Always | Self::Opaque => {}
        }
    }

    /// The condition in the words of facts: all of the result must hold. For `holds: false`, that of
    /// its opposite.
    pub(super) fn spelled(&self, holds: bool, reads: &Reads) -> Vec<Condition> {
        match self {
            Self::Equals { variable, any_of, negated } => vec![Condition::Equals {
                key: reads.key(*variable),
                any_of: any_of.clone(),
                negated: *negated == holds,
            }],
            Self::Not(condition) => condition.spelled(!holds, reads),
            Self::Always if holds => Vec::new(),
            Self::All(conditions) if holds => {
                conditions.iter().flat_map(|condition| condition.spelled(true, reads)).collect()
            }
            Self::Any(conditions) if !holds => {
                conditions.iter().flat_map(|condition| condition.spelled(false, reads)).collect()
            }
            Self::All(conditions) | Self::Any(conditions) => {
                vec![any(conditions.iter().map(|condition| condition.spelled(holds, reads)))]
            }
            Self::Always | Self::Given(_) | Self::Opaque => vec![Condition::Opaque],
        }
    }
}

/// One condition that holds where any of `sides` holds, if words for it exist.
fn any(sides: impl Iterator<Item = Vec<Condition>>) -> Condition {
    let mut joined: Option<(KeyName, Vec<String>)> = None;
    for side in sides {
        let Ok([Condition::Equals { key, any_of, negated: false }]) = <[Condition; 1]>::try_from(side) else {
            return Condition::Opaque;
        };
        match &mut joined {
            None => joined = Some((key, any_of)),
            Some((known, words)) if *known == key => words.extend(any_of),
            Some(_) => return Condition::Opaque,
        }
    }
    joined.map_or(Condition::Opaque, |(key, any_of)| Condition::Equals { key, any_of, negated: false })
}
