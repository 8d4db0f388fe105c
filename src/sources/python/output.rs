//! What is found in a file, gathered.

use crate::fact::{Extraction, Fact, Gap, Hidden, Mention, Phase, Place, Problem, Read, Role, Value};
use crate::key::KeyName;
use crate::text::{SourceFile, Span};

/// Gathers the facts and gaps of one file.
pub(super) struct Output<'t> {
    file: &'t SourceFile,
    phase: Phase,
    pub(super) extraction: Extraction,
}

impl<'t> Output<'t> {
    pub(super) fn new(file: &'t SourceFile) -> Self {
        Self { file, phase: phase(file), extraction: Extraction::default() }
    }

    /// The text of the file.
    pub(super) fn text(&self) -> &'t str {
        &self.file.text
    }

    /// A read of `key`, whose name or field stands at `span`. Names that no environment can hold are
    /// passed over.
    pub(super) fn read(&mut self, key: &str, span: Span, read: Read) {
        self.fact(key, span, Role::Reads(Box::new(read)));
    }

    /// A variable that the code sets for its own process, in any case or perhaps.
    pub(super) fn set(&mut self, key: &str, span: Span, value: Value, is_sure: bool) {
        self.fact(key, span, Role::set_by_code(value, is_sure));
    }

    /// A statement that names `key` without reading it.
    pub(super) fn observed(&mut self, key: &str, span: Span) {
        self.fact(key, span, Role::Observed);
    }

    fn fact(&mut self, key: &str, span: Span, role: Role) {
        let key = KeyName::new(key);
        if key.is_identifier() {
            let (file, place, phase) = (self.file.id, Place::Process, self.phase);
            self.extraction.facts.push(Fact { key, file, span, place, phase, role });
        }
    }

    /// Something that is wrong by itself, in code that is deployed.
    pub(super) fn problem(&mut self, problem: Problem) {
        if self.phase != Phase::Test {
            self.extraction.problems.push(problem);
        }
    }

    /// A read whose name is computed but for its beginning.
    pub(super) fn computed(&mut self, prefix: &str, span: Span) {
        let hides = if prefix.len() > 1 { Hidden::ReadsWithPrefix(prefix.to_owned()) } else { Hidden::Reads };
        self.gap(span, hides, "the name of the variable is computed");
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

    /// Adds the other names of the file that look like keys, and puts everything in the order of the text.
    pub(super) fn finish(mut self, mentions: Vec<Mention>) -> Extraction {
        let facts = &mut self.extraction.facts;
        facts.sort_by_key(|fact| (fact.span.start, fact.span.end));
        facts.dedup();
        let gaps = &mut self.extraction.gaps;
        gaps.sort_by(|a, b| (a.span, &a.hides).cmp(&(b.span, &b.hides)));
        gaps.dedup();
        self.extraction.problems.sort_by_key(|problem| problem.span);
        let known: std::collections::BTreeSet<&KeyName> =
            self.extraction.facts.iter().map(|fact| &fact.key).collect();
        let mentions = mentions.into_iter().filter(|mention| !known.contains(&mention.key)).collect();
        self.extraction.mentions = mentions;
        self.extraction
    }
}

/// Whether the file belongs to tests.
fn phase(file: &SourceFile) -> Phase {
    let name = file.path.name();
    let in_tests = file.path.parts().any(|part| matches!(part, "tests" | "test" | "e2e"));
    if in_tests || name.starts_with("test_") || name.ends_with("_test.py") || name == "conftest.py" {
        Phase::Test
    } else {
        Phase::Run
    }
}
