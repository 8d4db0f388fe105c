//! What is found in a file, gathered.

use std::collections::BTreeSet;

use crate::fact::{
    Document, Extraction, Fact, Gap, Hidden, Phase, Place, Problem, ProblemKind, Provide, Provision, Read,
    Role, ScriptFile, Structure, Value,
};
use crate::key::KeyName;
use crate::text::{SourceFile, Span};

/// Gathers the facts and gaps of one file.
pub(super) struct Output<'t> {
    file: &'t SourceFile,
    /// When the file's code runs.
    pub(super) phase: Phase,
    pub(super) script: ScriptFile,
    pub(super) extraction: Extraction,
}

impl<'t> Output<'t> {
    pub(super) fn new(file: &'t SourceFile, phase: Phase) -> Self {
        Self { file, phase, script: ScriptFile::default(), extraction: Extraction::default() }
    }

    /// A read of `key`, whose name stands at `span`. Names that no environment can hold are passed over.
    pub(super) fn read(&mut self, key: &str, span: Span, phase: Phase, read: Read) {
        self.fact(key, span, phase, Role::Reads(Box::new(read)));
    }

    /// A value that the file gives to `key` in its own process.
    pub(super) fn provides(&mut self, key: &str, span: Span, value: Value, provision: Provision) {
        self.fact(key, span, self.phase, Role::Provides(Provide { value, provision }));
    }

    /// A declaration of `key` that neither reads nor sets it.
    pub(super) fn documents(&mut self, key: &str, span: Span, document: Document) {
        self.fact(key, span, self.phase, Role::Documents(document));
    }

    /// A statement that names `key` without reading it.
    pub(super) fn observed(&mut self, key: &str, span: Span) {
        self.fact(key, span, self.phase, Role::Observed);
    }

    fn fact(&mut self, key: &str, span: Span, phase: Phase, role: Role) {
        let key = KeyName::new(key);
        if key.is_identifier() {
            let (file, place) = (self.file.id, Place::Process);
            self.extraction.facts.push(Fact { key, file, span, place, phase, role });
        }
    }

    /// A read whose name is computed but for its beginning.
    pub(super) fn computed(&mut self, prefix: &str, span: Span) {
        let hides = if prefix.len() > 1 { Hidden::ReadsWithPrefix(prefix.to_owned()) } else { Hidden::Reads };
        self.gap(span, hides, "the name of the variable is computed");
    }

    /// A schema that judges the environment asks for a number or a switch, and converts no text to one.
    pub(super) fn refused_texts(&mut self, key: &str, span: Span) {
        let message = format!("the schema refuses every text that `{key}` may have");
        let problem = Problem::new(ProblemKind::RefusedText, span, message, "converts nothing");
        self.extraction.problems.push(problem.about(&KeyName::new(key)));
    }

    /// The code sets variables whose names are computed but for their beginning, or brought along by a value.
    pub(super) fn sets_unseen(&mut self, prefix: &str, span: Span) {
        let hides = Hidden::OwnWithPrefix(prefix.to_owned());
        self.gap(span, hides, "the code sets variables whose names are computed");
    }

    /// Something that cannot be seen through. Names that only tests compute reach no environment that
    /// is deployed, so gaps of tests hide nothing.
    pub(super) fn gap(&mut self, span: Span, hides: Hidden, reason: &'static str) {
        if self.phase != Phase::Test {
            self.extraction.gaps.push(Gap { span, hides, reason });
        }
    }

    /// Puts everything in the order of the text, with the names that the file mentions besides.
    pub(super) fn finish(mut self, mentions: Vec<crate::fact::Mention>) -> Extraction {
        let facts = &mut self.extraction.facts;
        facts.sort_by_key(|fact| (fact.span.start, fact.span.end));
        facts.dedup();
        let gaps = &mut self.extraction.gaps;
        gaps.sort_by(|a, b| (a.span, &a.hides).cmp(&(b.span, &b.hides)));
        gaps.dedup();
        let known: BTreeSet<&KeyName> = self.extraction.facts.iter().map(|fact| &fact.key).collect();
        self.extraction.mentions =
            mentions.into_iter().filter(|mention| !known.contains(&mention.key)).collect();
        self.extraction.structure = Structure::Script(self.script);
        self.extraction
    }
}
