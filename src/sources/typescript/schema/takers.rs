//! Object literals that several schemas are made of.

use std::collections::{BTreeMap, BTreeSet};

use super::super::module::{key_span, pairs};
use super::super::output::Output;
use crate::fact::Role;
use crate::syntax::tree::Node;
use crate::text::Span;

/// The name of the schema that took each object first; `None` once another one has taken it, too.
#[derive(Default)]
pub(super) struct Takers(BTreeMap<usize, Option<String>>);

impl Takers {
    /// Notes that a schema of the name `by` has an object. One that several schemas are made of is a part by itself,
    /// under its own name: whoever checks one of them asks for what the others add to it no more than anybody else.
    pub(super) fn take(&mut self, object: Node<'_>, by: &str, own: &str, output: &mut Output<'_>) {
        let first = self.0.entry(object.id()).or_insert_with(|| Some(by.to_owned()));
        if first.as_deref().is_none_or(|first| first == by) {
            return;
        }
        *first = None;
        let fields: BTreeSet<Span> = pairs(object).into_iter().map(|(key, _)| key_span(key)).collect();
        for fact in output.extraction.facts.iter_mut().filter(|fact| fields.contains(&fact.span)) {
            if let Role::Reads(read) = &mut fact.role
                && read.settings.is_some()
            {
                read.settings = Some(own.to_owned());
            }
        }
    }
}
