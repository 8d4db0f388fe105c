//! Compose files, known by their top-level `services:` and not by their name.
//!
//! Each file speaks for itself: overrides, `extends` and included files are joined by the index.

mod fields;
mod interpolated;
mod logged;
mod named;
mod names;
mod recognise;
mod refused;
mod scalar_text;
mod script;
mod shapes;
mod slips;
mod structure;
mod variables;

use std::collections::{BTreeMap, BTreeSet};

use self::fields::{Visits, value_of};
use crate::fact::{
    Extraction, Extractor, Fact, Gap, Hidden, Mention, Phase, Place, Problem, ProblemKind, Role, SourceKind,
    Structure,
};
use crate::key::KeyName;
use crate::syntax::yaml::{Entry, Node, parse};
use crate::text::{SourceFile, Span, TreePath};

/// Reads compose files, overrides and stacks.
#[derive(Clone, Copy, Debug)]
pub(super) struct Compose;

impl Extractor for Compose {
    fn kind(&self) -> SourceKind {
        SourceKind("compose")
    }

    fn claims(&self, path: &TreePath) -> bool {
        recognise::claims(path)
    }

    fn confirms(&self, path: &TreePath, text: &str) -> bool {
        recognise::confirms(path, text)
    }

    fn extract(&self, file: &SourceFile) -> Extraction {
        let parsed = parse(&file.text);
        if let Some(span) = recognise::template_action(file, &parsed) {
            let reason = "the file is a template that another program fills in";
            let gaps = vec![Gap { span, hides: Hidden::Anything, reason }];
            return Extraction { gaps, ..Extraction::default() };
        }
        let mut reader = Reader::new(file);
        if let Some(error) = parsed.errors.first() {
            reader.problem(refused::broken_yaml(error));
            reader.gap(error.span, Hidden::Anything, "the file is not valid YAML from here on");
        }
        let mut services = Vec::new();
        for document in &parsed.documents {
            interpolated::read(&mut reader, document);
            if parsed.errors.is_empty() {
                refused::check_tree(&mut reader, document);
            }
            let top = reader.visits.fields(document);
            if parsed.errors.is_empty() {
                refused::check_name(&mut reader, &top);
                refused::check_services(&mut reader, &top);
            }
            if let Some(node) = value_of(&top, "services") {
                for (name, entry) in reader.visits.fields(node) {
                    let fields = reader.visits.fields(&entry.value);
                    services.push(Service { name, entry, fields });
                }
            }
        }
        reader.outside = script::names_outside(&mut reader, &services);
        for service in &services {
            if parsed.errors.is_empty() {
                refused::check_service(&mut reader, service);
                shapes::check(&mut reader, service);
            }
            let begin = reader.found.facts.len();
            let environment = service.get("environment");
            if let Some(node) = environment {
                variables::read(&mut reader, node, &Place::Container(service.name.to_owned()), Phase::Run);
            }
            let args = service.get("build").and_then(|build| reader.visits.value(build, "args"));
            if let Some(node) = args {
                variables::read(&mut reader, node, &Place::BuildArgs(service.name.to_owned()), Phase::Build);
            }
            script::read(&mut reader, service);
            logged::read(&mut reader, service, begin);
            slips::read(&mut reader, service, begin);
        }
        if parsed.errors.is_empty() && parsed.documents.len() == 1 {
            names::check(&mut reader, &services);
        }
        let compose = structure::read(&mut reader, &parsed.documents, &services);
        let mut extraction = reader.finish();
        extraction.structure = Structure::Compose(compose);
        extraction
    }
}

/// A service with its merged fields.
struct Service<'a> {
    name: &'a str,
    entry: &'a Entry,
    fields: Vec<(&'a str, &'a Entry)>,
}

impl<'a> Service<'a> {
    fn get(&self, key: &str) -> Option<&'a Node> {
        value_of(&self.fields, key)
    }
}

/// What is being read, and what was found so far.
struct Reader<'a> {
    file: &'a SourceFile,
    visits: Visits,
    found: Extraction,
    /// Names that look like keys, with their first occurrence.
    mentions: BTreeMap<String, Span>,
    /// How often each variable is interpolated outside of scripts.
    outside: BTreeMap<String, usize>,
    /// Problems are told once, however many services share a block.
    told: BTreeSet<(ProblemKind, Span)>,
    told_gaps: BTreeSet<(Span, Hidden)>,
    /// `$x` that compose takes for a variable and that were meant as text. They are problems, not reads:
    /// the name may be a piece of a password.
    meant_as_text: BTreeSet<Span>,
}

impl<'a> Reader<'a> {
    fn new(file: &'a SourceFile) -> Self {
        Self {
            file,
            visits: Visits::default(),
            found: Extraction::default(),
            mentions: BTreeMap::new(),
            outside: BTreeMap::new(),
            told: BTreeSet::new(),
            told_gaps: BTreeSet::new(),
            meant_as_text: BTreeSet::new(),
        }
    }

    fn fact(&mut self, key: &str, span: Span, place: Place, phase: Phase, role: Role) {
        if self.visits.take() {
            let key = KeyName::new(key);
            self.found.facts.push(Fact { key, file: self.file.id, span, place, phase, role });
        }
    }

    fn problem(&mut self, problem: Problem) {
        if self.told.insert((problem.kind, problem.span)) {
            self.found.problems.push(problem);
        }
    }

    fn gap(&mut self, span: Span, hides: Hidden, reason: &'static str) {
        if self.told_gaps.insert((span, hides.clone())) {
            self.found.gaps.push(Gap { span, hides, reason });
        }
    }

    fn finish(mut self) -> Extraction {
        if self.visits.exhausted {
            let reason = "its aliases multiply beyond what can be followed";
            self.gap(Span::at(0), Hidden::Anything, reason);
        }
        let mut found = self.found;
        found
            .facts
            .retain(|fact| fact.place != Place::Interpolation || !self.meant_as_text.contains(&fact.span));
        // Blocks that services share were read with the service that names them.
        found.facts.sort_by_key(|fact| fact.span);
        found.problems.sort_by_key(|problem| problem.span);
        let known: BTreeSet<&KeyName> = found.facts.iter().map(|fact| &fact.key).collect();
        let unknown = self.mentions.iter().filter(|(name, _)| !known.contains(&KeyName::new(name)));
        found.mentions = unknown.map(|(name, &span)| Mention { key: KeyName::new(name), span }).collect();
        found.mentions.sort_by_key(|mention| mention.span);
        found
    }
}

#[cfg(test)]
mod tests;
