//! Through the `${...}` of a compose value.

use super::{Journey, Link, LinkState, Project, Variable, shown};
use crate::fact::{Fact, Fallback, Reference, Value};
use crate::index::supply::{Held, HeldKind};
use crate::key::KeyName;
use crate::secret::Secret;
use crate::syntax::interpolation::{self, scan};
use crate::text::Location;

/// What one reference amounts to.
enum Piece {
    /// A value, or a default that stands in.
    Holds(Held),
    /// Nothing; compose stops (`refused`) or takes an empty text.
    Broken { refused: bool },
    /// Nobody can tell.
    Unseen,
}

/// A value that is being followed.
struct Mixed<'a> {
    fact: &'a Fact,
    variables: &'a [interpolation::Variable],
    references: &'a [Reference],
}

impl Journey<'_> {
    /// A value made of references: supplied when each of them has a value or a default. Where other
    /// text stands around them, an undefined one leaves a hole but not nothing.
    pub(super) fn interpolated(&mut self, fact: &Fact, value: &Value, project: Project<'_>) -> Option<Held> {
        let text = value.text.reveal();
        let found = scan(text);
        if found.cut || found.variables.len() != value.references.len() {
            return Some(Held::outside(fact.at()));
        }
        let mixed = Mixed { fact, variables: &found.variables, references: &value.references };
        let mut only = None;
        for position in mixed.below(None) {
            let is_whole =
                mixed.variables.get(position).is_some_and(|variable| variable.whole == (0..text.len()));
            match self.piece(&mixed, position, project) {
                Piece::Holds(held) if is_whole => only = Some(held),
                Piece::Broken { refused } if refused || is_whole => return None,
                Piece::Holds(_) | Piece::Broken { .. } => {}
                Piece::Unseen => return None,
            }
        }
        Some(only.unwrap_or_else(|| Held::outside(fact.at())))
    }

    fn piece(&mut self, mixed: &Mixed<'_>, position: usize, project: Project<'_>) -> Piece {
        let Some(reference) = mixed.references.get(position) else { return Piece::Unseen };
        let key = &mixed.fact.key;
        let at = Location::new(mixed.fact.file, reference.span);
        let place = self.links.len();
        let found = self.variable(&reference.key, project);
        let passes = format!("compose passes {}", from(key, reference));
        let (link, piece) = match (found, &reference.fallback) {
            (Variable::Unseen, _) => (Link::new(at, passes, LinkState::Unseen), Piece::Unseen),
            (Variable::Has(held), Fallback::Default { or_empty: true, .. }) if held.is_empty() => {
                return self.default_of(mixed, position, project, place);
            }
            (Variable::Has(held), Fallback::Refuse { or_empty: true }) if held.is_empty() => {
                let what = format!("compose takes {}, and refuses an empty one", from(key, reference));
                let remedy = self.variable_remedy(&reference.key, project);
                let link = Link::new(at, what, LinkState::Broken).mended_by(remedy);
                (link, Piece::Broken { refused: true })
            }
            (Variable::Has(_), Fallback::Alternative) => {
                (Link::new(at, passes, LinkState::Holds), Piece::Holds(Held::outside(at)))
            }
            (Variable::Has(held), _) => (Link::new(at, passes, LinkState::Holds), Piece::Holds(held)),
            (Variable::Lacks, Fallback::Default { .. } | Fallback::Alternative) => {
                return self.default_of(mixed, position, project, place);
            }
            (Variable::Lacks, Fallback::Empty | Fallback::Refuse { .. }) => {
                let what = format!("compose takes {}, which nothing defines", from(key, reference));
                let remedy = self.variable_remedy(&reference.key, project);
                let refused = matches!(reference.fallback, Fallback::Refuse { .. });
                let link = Link::new(at, what, LinkState::Broken).mended_by(remedy);
                (link, Piece::Broken { refused })
            }
        };
        self.links.insert(place.min(self.links.len()), link);
        piece
    }

    /// What stands in for a reference without a value; its link is put at `place`.
    fn default_of(
        &mut self,
        mixed: &Mixed<'_>,
        position: usize,
        project: Project<'_>,
        place: usize,
    ) -> Piece {
        let (Some(reference), Some(variable)) =
            (mixed.references.get(position), mixed.variables.get(position))
        else {
            return Piece::Unseen;
        };
        let at = Location::new(mixed.fact.file, reference.span);
        let link = Link::new(at, default_link(mixed.fact, reference), LinkState::FallsBack)
            .mended_by(self.variable_remedy(&reference.key, project));
        self.links.insert(place.min(self.links.len()), link);
        let Fallback::Default { text, span, .. } = &reference.fallback else {
            return Piece::Holds(Held { at: Some(at), kind: HeldKind::FileDefault(Secret::default()) });
        };
        let inner = mixed.below(Some(position));
        match inner.as_slice() {
            [] => {
                let at = if span.is_empty() { at } else { Location::new(at.file, *span) };
                Piece::Holds(Held { at: Some(at), kind: HeldKind::FileDefault(text.clone()) })
            }
            [only] if mixed.variables.get(*only).is_some_and(|inner| inner.whole == variable.argument) => {
                self.piece(mixed, *only, project)
            }
            _ => Piece::Holds(Held::outside(at)),
        }
    }
}

impl Mixed<'_> {
    /// The positions of the references that stand directly in the argument of another; of the outermost
    /// ones for `None`.
    fn below(&self, outer: Option<usize>) -> Vec<usize> {
        let (start, depth) = match outer {
            None => (0, 0),
            Some(position) => {
                (position + 1, self.variables.get(position).map_or(0, |variable| variable.depth + 1))
            }
        };
        (start..)
            .zip(self.variables.iter().skip(start))
            .take_while(|(_, variable)| variable.depth >= depth)
            .filter(|(_, variable)| variable.depth == depth)
            .map(|(position, _)| position)
            .collect()
    }
}

/// "`KEY` from `VARIABLE`", or "`KEY`" where both have one name.
fn from(key: &KeyName, reference: &Reference) -> String {
    if *key == reference.key { format!("`{key}`") } else { format!("`{key}` from `{}`", reference.key) }
}

fn default_link(fact: &Fact, reference: &Reference) -> String {
    let from = format!("compose passes {}, which nothing defines, or", from(&fact.key, reference));
    match &reference.fallback {
        Fallback::Default { text, .. } if text.is_empty() => format!("{from} an empty text"),
        Fallback::Default { text, .. } => format!("{from} {}", shown(&fact.key, text)),
        _ => format!("compose only asks whether `{}` is set", reference.key),
    }
}
