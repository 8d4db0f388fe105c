//! Workflows of GitHub Actions, and composite actions.
//!
//! Known by their path: GitHub runs what lies in `.github/workflows` at the root of a repository, and an
//! action is an `action.yml`. The grammar is that of GitHub's "Workflow syntax for GitHub Actions" and
//! "Metadata syntax".
//!
//! What a step does with a name outside of `env:` and `run:` is not known; every name in the file is
//! therefore a mention too, whatever else is said about it.

mod availability;
mod builds;
mod defined;
mod expression;
mod images;
mod inputs;
mod jobs;
mod logged;
mod misplaced;
mod outputs;
mod permissions;
mod prepared;
mod same_step;
mod script;
mod shape;
mod sign_in;
mod slips;
mod triggers;
mod versions;
mod writes;

use std::collections::BTreeSet;

use crate::fact::{
    Extraction, Extractor, Fact, Fallback, Gap, Hidden, Need, Origin, Phase, Place, Problem, ProblemKind,
    Provide, Provision, Reference, Role, SourceKind, Structure, Value, WorkflowFile,
};
use crate::key::{KeyName, is_secret_name};
use crate::secret::is_plainly_public;
use crate::syntax::github_expression::{self, Context, ContextUse, Expression};
use crate::syntax::yaml::{Entry, Node, Placed, parse};
use crate::text::{SourceFile, Span, Spanned, TreePath};

/// Reads workflows and composite actions.
#[derive(Clone, Copy, Debug)]
pub(super) struct GithubWorkflow;

/// Folders whose YAML files are workflows; the last two belong to servers that read the same notation.
const FOLDERS: &[&str] = &[".github/workflows", ".gitea/workflows", ".forgejo/workflows"];

impl Extractor for GithubWorkflow {
    fn kind(&self) -> SourceKind {
        SourceKind("github-workflow")
    }

    fn claims(&self, path: &TreePath) -> bool {
        let name = path.name();
        let is_yaml = name.ends_with(".yml") || name.ends_with(".yaml");
        is_action(path) || (is_yaml && FOLDERS.contains(&path.folder().within_root()))
    }

    fn confirms(&self, path: &TreePath, text: &str) -> bool {
        !is_action(path) || text.contains("runs:")
    }

    fn extract(&self, file: &SourceFile) -> Extraction {
        let parsed = parse(&file.text);
        let mut reader = Reader::new(file);
        if let Some(error) = parsed.errors.first() {
            reader.gap(error.span, Hidden::Provisions, "the file is not valid YAML from here on");
            reader.workflow.is_broken = true;
        }
        if let Some(document) = parsed.documents.first() {
            let runs = document.get("runs").filter(|_| document.get("jobs").is_none());
            match runs {
                Some(runs) => jobs::read_action(&mut reader, document, runs),
                None => jobs::read_workflow(&mut reader, document),
            }
            defined::judge(&mut reader, document);
            permissions::check(&mut reader, document);
            versions::check(&mut reader, document);
        }
        shape::check(&mut reader, &parsed);
        let mut extraction = reader.finish();
        extraction.mentions = super::mentions::Mentions.extract(file).mentions;
        extraction
    }
}

fn is_action(path: &TreePath) -> bool {
    matches!(path.name(), "action.yml" | "action.yaml")
}

/// Whose environment is spoken of.
#[derive(Clone, Copy, Debug, Default)]
struct Scope<'a> {
    job: Option<&'a str>,
    step: Option<usize>,
}

impl Scope<'_> {
    fn place(self) -> Place {
        Place::Job { job: self.job.map(str::to_owned), step: self.step }
    }

    /// The job of a step.
    fn job(self) -> Self {
        Self { step: None, ..self }
    }
}

/// Work that is spent on one file beyond its size: aliases may lead to the same block again and again.
const SPARE_WORK: usize = 1 << 20;

/// How deep a walk goes through collections and aliases.
const MAX_DEPTH: usize = 64;

/// What is being read, and what was found so far.
struct Reader<'a> {
    file: &'a SourceFile,
    found: Extraction,
    workflow: WorkflowFile,
    /// What may still be looked at, in bytes.
    work: usize,
    is_exhausted: bool,
    /// Where a read was told, so that a block shared by aliases tells it once.
    told: BTreeSet<(Span, Place)>,
    /// The names of variables that were set so far, at any level.
    provided: BTreeSet<KeyName>,
    /// What expressions ask of contexts whose members the file lists.
    asked: Vec<defined::Asked>,
    told_gaps: BTreeSet<(Span, Hidden)>,
    told_problems: BTreeSet<(ProblemKind, Span, String)>,
    /// What steps print.
    logged: Vec<logged::LoggedByStep>,
}

impl<'a> Reader<'a> {
    fn new(file: &'a SourceFile) -> Self {
        Self {
            file,
            found: Extraction::default(),
            workflow: WorkflowFile::default(),
            work: SPARE_WORK + 16 * file.text.len(),
            is_exhausted: false,
            told: BTreeSet::new(),
            told_gaps: BTreeSet::new(),
            told_problems: BTreeSet::new(),
            logged: Vec::new(),
            provided: BTreeSet::new(),
            asked: Vec::new(),
        }
    }

    /// Whether an earlier step of the file sets a variable for later ones.
    fn is_set_before(&self, name: &str) -> bool {
        self.provided.contains(name)
    }

    /// Takes the work that `bytes` of text cost; false if there is none left.
    fn take(&mut self, bytes: usize) -> bool {
        match self.work.checked_sub(bytes + 32) {
            Some(left) => {
                self.work = left;
                true
            }
            None => {
                self.is_exhausted = true;
                false
            }
        }
    }

    fn fact(&mut self, key: &str, span: Span, place: Place, phase: Phase, role: Role) {
        let key = KeyName::new(key);
        if matches!(role, Role::Provides(_)) && matches!(place, Place::Job { .. }) {
            self.provided.insert(key.clone());
        }
        self.found.facts.push(Fact { key, file: self.file.id, span, place, phase, role });
    }

    fn read(&mut self, key: &str, span: Span, place: Place, need: Need) {
        if self.told.insert((span, place.clone())) {
            self.fact(key, span, place, Phase::Run, Role::read(need));
        }
    }

    fn gap(&mut self, span: Span, hides: Hidden, reason: &'static str) {
        if self.told_gaps.insert((span, hides.clone())) {
            self.found.gaps.push(Gap { span, hides, reason });
        }
    }

    fn problem(&mut self, problem: Problem) {
        if self.told_problems.insert((problem.kind, problem.span, problem.message.clone())) {
            self.found.problems.push(problem);
        }
    }

    /// The scalar at a node, with the places of its parts.
    fn placed<'n>(&mut self, node: &'n Node) -> Option<Placed<'n>> {
        let text = node.as_str()?;
        if !self.take(text.len()) {
            return None;
        }
        Placed::of(&self.file.text, node)
    }

    /// The text of a scalar with its place.
    fn spelled(&self, node: &Node) -> Option<Spanned<String>> {
        Some(Spanned::new(node.as_str().filter(|_| !node.is_null())?.to_owned(), node.span))
    }

    /// The entries of a mapping with names, within what work is left.
    fn entries<'n>(&mut self, node: &'n Node) -> Vec<(&'n str, &'n Entry)> {
        let mut found = Vec::new();
        for entry in node.entries() {
            if !self.take(0) {
                break;
            }
            if let Some(name) = entry.key.as_str() {
                found.push((name, entry));
            }
        }
        found
    }

    /// The contexts that all texts below a node use.
    fn expressions(&mut self, node: &Node, scope: Scope<'_>, depth: usize) {
        if depth > MAX_DEPTH {
            self.is_exhausted = true;
            return;
        }
        for item in node.items() {
            if self.take(0) {
                self.expressions(item, scope, depth + 1);
            }
        }
        for entry in node.raw_entries() {
            if !self.take(0) {
                return;
            }
            self.expressions(&entry.value, scope, depth + 1);
        }
        if node.as_str().is_some_and(|text| text.contains("${{"))
            && let Some(placed) = self.placed(node)
        {
            for expression in github_expression::find(placed.text) {
                self.contexts(&placed, &expression.uses, scope);
            }
        }
    }

    fn contexts(&mut self, placed: &Placed<'_>, uses: &[ContextUse], scope: Scope<'_>) {
        defined::note(self, placed, uses, scope);
        for used in uses {
            let Some(member) = &used.member else { continue };
            let name = placed.text.get(member.clone()).unwrap_or("");
            let place = match used.context {
                Context::Secrets if name.eq_ignore_ascii_case("GITHUB_TOKEN") => continue,
                Context::Secrets => Place::GithubSecrets,
                Context::Vars => Place::GithubVariables,
                Context::Env => scope.place(),
                Context::Other => continue,
            };
            self.read(name, placed.place(member), place, Need::Unknown);
        }
    }

    /// The entries of an `env:`; returns their names.
    fn env<'n>(&mut self, node: &'n Node, place: &Place) -> Vec<&'n str> {
        if node.as_str().is_some_and(|text| text.contains("${{")) {
            self.gap(node.span, Hidden::Provisions, "the whole `env` is computed");
        }
        let mut names = Vec::new();
        for (name, entry) in self.entries(node) {
            let value = match self.placed(&entry.value) {
                Some(placed) => self.value(name, &entry.value, &placed),
                None => Value::of(Origin::Unknown, entry.value.span),
            };
            let role = Role::Provides(Provide { value, provision: Provision::Always });
            self.fact(name, entry.key.span, place.clone(), Phase::Run, role);
            names.push(name);
        }
        names
    }

    /// A value of an `env:`, as steps see it.
    fn value(&mut self, key: &str, node: &Node, placed: &Placed<'_>) -> Value {
        if node.is_null() {
            return Value::literal("", node.span);
        }
        expression::stray_dollar(self, key, placed);
        let expressions = github_expression::find(placed.text);
        if expressions.is_empty() {
            return Value::literal(placed.text, node.span);
        }
        let rest = without(placed.text, &expressions);
        if !rest.trim().is_empty() && (is_secret_name(key) || !is_plainly_public(&rest)) {
            self.workflow.hidden.push(node.span);
        }
        let mut value = Value::of(Origin::Unknown, node.span);
        for used in expressions.iter().flat_map(|expression| &expression.uses) {
            if let (Context::Env, Some(member)) = (used.context, &used.member) {
                let key = KeyName::new(placed.text.get(member.clone()).unwrap_or(""));
                let span = placed.place(member);
                value.references.push(Reference { key, span, fallback: Fallback::Empty });
            }
        }
        value
    }

    fn finish(mut self) -> Extraction {
        if self.is_exhausted {
            let reason = "its aliases multiply beyond what can be followed";
            self.gap(Span::at(0), Hidden::Provisions, reason);
            self.workflow.is_broken = true;
        }
        logged::judge(&mut self);
        let mut found = self.found;
        found.facts.sort_by_key(|fact| fact.span);
        found.problems.sort_by_key(|problem| problem.span);
        self.workflow.hidden.sort_unstable();
        self.workflow.hidden.dedup();
        found.structure = Structure::Workflow(Box::new(self.workflow));
        found
    }
}

/// A text without its expressions.
fn without(text: &str, expressions: &[Expression]) -> String {
    let mut rest = String::new();
    let mut from = 0;
    for expression in expressions {
        rest.push_str(text.get(from..expression.whole.start).unwrap_or(""));
        from = expression.whole.end;
    }
    rest.push_str(text.get(from..).unwrap_or(""));
    rest
}

/// A text with a letter for each byte of its expressions, so that a shell's quoting can be followed.
fn blotted(text: &str, expressions: &[Expression]) -> String {
    let mut blotted = String::with_capacity(text.len());
    let mut from = 0;
    for expression in expressions {
        blotted.push_str(text.get(from..expression.whole.start).unwrap_or(""));
        blotted.extend(std::iter::repeat_n('x', expression.whole.len()));
        from = expression.whole.end;
    }
    blotted.push_str(text.get(from..).unwrap_or(""));
    blotted
}

#[cfg(test)]
mod tests;
