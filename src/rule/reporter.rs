//! How a rule speaks.

use super::{Options, RuleMeta};
use crate::diagnostic::{Diagnostic, Edit, Fix, Label, Severity};
use crate::fact::{Problem, ProblemKind};
use crate::index::Index;
use crate::key::KeyName;
use crate::text::{FileId, Location};

/// Collects the findings of one rule.
#[derive(Debug)]
pub struct Reporter<'a> {
    meta: &'static RuleMeta,
    options: &'a Options,
    found: &'a mut Vec<Diagnostic>,
    strict: bool,
}

impl<'a> Reporter<'a> {
    /// A reporter for the rule `meta` that adds to `found`, where a team set nothing about the rule.
    pub fn new(meta: &'static RuleMeta, found: &'a mut Vec<Diagnostic>) -> Self {
        Self { meta, options: Options::NONE, found, strict: true }
    }

    /// The same reporter, for a user who does (`true`) or does not want to hear what speaks under `--strict`
    /// only.
    #[must_use]
    pub fn strict(self, strict: bool) -> Self {
        Self { strict, ..self }
    }

    /// Whether a rule that is on by default may add what it is less certain of.
    #[must_use]
    pub fn is_strict(&self) -> bool {
        self.strict
    }

    /// The same reporter, with what a team set about the rule.
    #[must_use]
    pub fn with_options(self, options: &'a Options) -> Self {
        Self { options, ..self }
    }

    /// What a team set about the rule.
    #[must_use]
    pub fn options(&self) -> &'a Options {
        self.options
    }

    /// Begins a finding at `at`, where `label` is to be seen. It is reported when the builder is
    /// dropped.
    pub fn report(
        &mut self,
        message: impl Into<String>,
        at: Location,
        label: impl Into<String>,
    ) -> Finding<'_> {
        let diagnostic = Diagnostic {
            rule: self.meta.id,
            severity: self.meta.level.severity(),
            message: message.into(),
            labels: vec![Label { at, message: label.into() }],
            why: None,
            help: None,
            key: None,
            further: Vec::new(),
            environments: Vec::new(),
            fix: None,
        };
        Finding { found: self.found, diagnostic: Some(diagnostic) }
    }

    /// Reports every problem of `kind` that the extractors found, with `why` and `help` where the
    /// problem does not say better.
    pub fn problems(&mut self, index: &Index, kind: ProblemKind, why: &str, help: &str) {
        for (file, problem) in index.problems(kind) {
            self.problem(file, problem, why, help);
        }
    }

    /// Begins a finding for one problem.
    pub fn problem(&mut self, file: FileId, problem: &Problem, why: &str, help: &str) -> Finding<'_> {
        let mut finding =
            self.report(problem.message.clone(), Location::new(file, problem.span), problem.label.clone());
        for (span, label) in &problem.related {
            finding = finding.label(Location::new(file, *span), label.clone());
        }
        let keys: Vec<KeyName> = problem.key.iter().chain(&problem.further).cloned().collect();
        finding = finding.keys(&keys);
        if !problem.repair.is_empty() {
            let edits = problem.repair.iter().map(|(span, replacement)| Edit {
                at: Location::new(file, *span),
                replacement: replacement.clone(),
            });
            finding = finding.fix(Fix {
                title: title_of(problem),
                edits: edits.collect(),
                applicability: problem.trust,
            });
        }
        finding.why(problem.why.as_deref().unwrap_or(why)).help(problem.help.as_deref().unwrap_or(help))
    }
}

/// What a problem's repair does, as an order. Replacements are punctuation and names, never values.
fn title_of(problem: &Problem) -> String {
    match problem.kind {
        ProblemKind::DuplicateKey | ProblemKind::ContradictingDuplicate => "delete the later line".to_owned(),
        ProblemKind::RefusedText => "convert it".to_owned(),
        ProblemKind::MisplacedDefault => "make it the default".to_owned(),
        ProblemKind::LiteralQuotes => "remove the quotes".to_owned(),
        ProblemKind::UnquotedScalar => "put the value in quotes".to_owned(),
        ProblemKind::UnescapedDollar => "double the `$`".to_owned(),
        ProblemKind::BraceWithoutDollar => "put a `$` before the brace".to_owned(),
        ProblemKind::FoldedBuildArgs => "keep the lines apart with `|`".to_owned(),
        ProblemKind::BuildArgOutOfScope => "declare it at the beginning of the stage".to_owned(),
        ProblemKind::TemplateRendersBroken => "leave the newline between the two lines".to_owned(),
        ProblemKind::MissingFinalNewline => "end the file with a newline".to_owned(),
        _ => {
            let mut words: Vec<&str> =
                problem.repair.iter().map(|(_, replacement)| replacement.as_str()).collect();
            words.dedup();
            format!("write {}", super::enumerate(&words))
        }
    }
}

/// A finding that is being worded; reported when it is dropped.
#[derive(Debug)]
pub struct Finding<'a> {
    found: &'a mut Vec<Diagnostic>,
    diagnostic: Option<Diagnostic>,
}

impl Finding<'_> {
    fn with(mut self, change: impl FnOnce(&mut Diagnostic)) -> Self {
        if let Some(diagnostic) = &mut self.diagnostic {
            change(diagnostic);
        }
        self
    }

    /// Points at one more place: the other end of the contradiction.
    pub fn label(self, at: Location, message: impl Into<String>) -> Self {
        self.with(|diagnostic| diagnostic.labels.push(Label { at, message: message.into() }))
    }

    /// Says why it matters here. An empty text says nothing.
    pub fn why(self, why: impl Into<String>) -> Self {
        let why = why.into();
        self.with(|diagnostic| diagnostic.why = (!why.is_empty()).then_some(why))
    }

    /// Says what to do. An empty text says nothing.
    pub fn help(self, help: impl Into<String>) -> Self {
        let help = help.into();
        self.with(|diagnostic| diagnostic.help = (!help.is_empty()).then_some(help))
    }

    /// Names the key it is about.
    pub fn key(self, key: &KeyName) -> Self {
        self.with(|diagnostic| diagnostic.key = Some(key.clone()))
    }

    /// Names all keys it is about, where one fault concerns several.
    pub fn keys(self, keys: &[KeyName]) -> Self {
        self.with(|diagnostic| {
            diagnostic.key = keys.first().cloned();
            diagnostic.further = keys.get(1..).unwrap_or_default().to_vec();
        })
    }

    /// Names the environments it is about.
    pub fn environments(self, names: impl IntoIterator<Item = String>) -> Self {
        self.with(|diagnostic| diagnostic.environments = names.into_iter().collect())
    }

    /// Speaks with another severity than the rule's own.
    pub fn severity(self, severity: Severity) -> Self {
        self.with(|diagnostic| diagnostic.severity = severity)
    }

    /// Carries a repair.
    pub fn fix(self, fix: Fix) -> Self {
        self.fix_if(Some(fix))
    }

    /// Makes its repair, if it carries one, in more places.
    pub fn with_edits(self, edits: Vec<Edit>) -> Self {
        self.with(|diagnostic| {
            if let Some(fix) = &mut diagnostic.fix {
                fix.edits = edits;
            }
        })
    }

    /// Carries a repair, if there is one.
    pub fn fix_if(self, fix: Option<Fix>) -> Self {
        self.with(|diagnostic| diagnostic.fix = fix)
    }
}

impl Drop for Finding<'_> {
    fn drop(&mut self) {
        self.found.extend(self.diagnostic.take());
    }
}
