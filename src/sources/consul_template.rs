//! Templates of consul-template and Vault's agent that render a dotenv.
//!
//! A template is evaluated with placeholders for what Vault and the agent's environment hold, along
//! all of its branches, under Go's own rules for white space; what comes out is read as a dotenv. The
//! names on the left of `=` and the fields of Vault secrets are two name spaces: a template maps one
//! to the other.

mod call;
mod evaluate;
mod functions;
#[cfg(test)]
mod oracle;
#[cfg(test)]
mod properties;
mod provide;
mod rendered;
mod value;

use std::collections::{BTreeMap, BTreeSet};

use crate::fact::{
    Extraction, Extractor, Fact, Gap, Hidden, Mention, Need, Phase, Place, Problem, ProblemKind, Role,
    SourceKind, Structure, TemplateFile, VaultRead,
};
use crate::key::KeyName;
use crate::syntax::go_template::{self, TemplateError};
use crate::text::{FileId, SourceFile, Span, TreePath};

use provide::Provider;
use value::Reads;

/// Reads templates for consul-template and Vault's agent.
#[derive(Clone, Copy, Debug)]
pub(super) struct ConsulTemplate;

impl Extractor for ConsulTemplate {
    fn kind(&self) -> SourceKind {
        SourceKind("consul-template")
    }

    fn claims(&self, path: &TreePath) -> bool {
        path.name().rsplit_once('.').is_some_and(|(stem, extension)| {
            !stem.is_empty() && matches!(extension, "ctmpl" | "tpl" | "tmpl")
        })
    }

    fn confirms(&self, path: &TreePath, text: &str) -> bool {
        if path.name().ends_with(".ctmpl") {
            return true;
        }
        let calls = ["secret \"", "secret (", "key \"", "keyOrDefault "];
        text.contains("{{") && calls.iter().any(|call| text.contains(call)) && has_assignments(text)
    }

    fn extract(&self, file: &SourceFile) -> Extraction {
        read_template(file.id, &file.text, file.path.name().ends_with(".ctmpl"))
    }
}

/// Whether most lines that are more than an action look like assignments.
fn has_assignments(text: &str) -> bool {
    let mut assignments = 0_usize;
    let mut others = 0_usize;
    for line in text.lines() {
        let mut line = line.trim();
        while let Some((_, rest)) = line.strip_prefix("{{").and_then(|rest| rest.split_once("}}")) {
            line = rest.trim_start();
        }
        let line = line.strip_prefix("export ").unwrap_or(line);
        match line.split_once('=') {
            _ if line.is_empty() || line.starts_with(['#', '{']) => {}
            Some((key, _)) if KeyName::new(key).is_identifier() => assignments += 1,
            _ => others += 1,
        }
    }
    assignments > others
}

/// Reads the template `text`. `is_ours`: it is certain that consul-template renders it, so that a
/// function that consul-template lacks does not exist.
pub(super) fn read_template(file: FileId, text: &str, is_ours: bool) -> Extraction {
    let template = go_template::parse(text);
    let evaluated = evaluate::evaluate(text, &template, is_ours);
    let rendered = rendered::read(text, &evaluated.pieces);
    let reads = &evaluated.reads;

    let mut extraction =
        Extraction { facts: read_facts(file, reads), gaps: evaluated.gaps, ..Extraction::default() };
    extraction.problems.extend(template.errors.iter().map(problem_of));
    extraction.problems.extend(evaluated.problems);
    if let Some(error) = template.errors.first() {
        let reason = "the template is broken and renders nothing";
        extraction.gaps.push(Gap { span: error.span, hides: Hidden::Provisions, reason });
    }
    if is_dotenv(&rendered) {
        let provider = Provider::new(reads, &rendered.arms);
        for assignment in &rendered.assignments {
            let facts =
                provider.roles(assignment).into_iter().map(|role| provider.fact(assignment, file, role));
            extraction.facts.extend(facts);
        }
        extraction.gaps.extend(rendered.gaps);
        // What renders nothing renders nothing wrong.
        if template.errors.is_empty() {
            extraction.problems.extend(rendered.problems);
            extraction.problems.extend(unguarded(reads));
        }
    }
    extraction.facts.sort_by_key(|fact| fact.span);
    extraction.gaps.sort_by_key(|gap| gap.span);
    extraction.problems.sort_by_key(|problem| problem.span);
    extraction.mentions = mentions(text, &extraction.facts);
    let vault_reads =
        reads.secrets.iter().map(|read| VaultRead { path: read.path.clone(), span: read.span }).collect();
    extraction.structure = Structure::Template(TemplateFile { vault_reads });
    extraction
}

/// Whether what is rendered is a dotenv rather than some program's own configuration.
fn is_dotenv(rendered: &rendered::Rendered) -> bool {
    let keys = &rendered.assignments;
    let capitals = keys.iter().filter(|one| !one.key.bytes().any(|b| b.is_ascii_lowercase())).count();
    !keys.is_empty()
        && !rendered.has_sections
        && rendered.other_lines * 4 <= keys.len()
        && capitals * 2 >= keys.len()
}

fn problem_of(error: &TemplateError) -> Problem {
    let mut problem =
        Problem::new(ProblemKind::TemplateSyntax, error.span, error.message.clone(), error.label.clone());
    problem.help = error.help.clone();
    problem.related = error.related.iter().cloned().collect();
    problem
}

/// What the template reads of Vault and of the agent's environment.
fn read_facts(file: FileId, reads: &Reads) -> Vec<Fact> {
    let fact = |key: &KeyName, span: Span, place: Place, need: &Need| Fact {
        key: key.clone(),
        file,
        span,
        place,
        phase: Phase::Run,
        role: Role::read(need.clone()),
    };
    let fields = reads
        .fields
        .iter()
        // The condition on the same field has spoken for it.
        .filter(|read| !read.is_guarded)
        .map(|read| fact(&read.field, read.span, Place::Vault(reads.pattern(read.secret)), &read.need));
    let variables = reads.variables.iter().map(|read| fact(&read.key, read.span, Place::Agent, &read.need));
    fields.chain(variables).collect()
}

/// Fields that are printed as they are though the same template copes with their absence elsewhere.
fn unguarded(reads: &Reads) -> Vec<Problem> {
    let mut guards: BTreeMap<(String, &KeyName), Span> = BTreeMap::new();
    for read in reads.fields.iter().filter(|read| !read.is_guarded) {
        if matches!(read.need, Need::Optional | Need::Default(_)) {
            guards.entry((reads.pattern(read.secret), &read.field)).or_insert(read.span);
        }
    }
    let required = reads.fields.iter().filter(|read| read.need == Need::Required);
    required
        .filter_map(|read| {
            let guard = guards.get(&(reads.pattern(read.secret), &read.field))?;
            let message =
                format!("the field `{}` may render as `<no value>`: the template expects it to be absent", read.field);
            Some(
                Problem::new(ProblemKind::TemplateRendersBroken, read.span, message, "printed without a fallback")
                    .about(&read.field)
                    .related(*guard, "here the template copes with its absence")
                    .why("Go prints `<no value>` for a field that a secret does not have, and the reader takes it for the value")
                    .help("give it a fallback here too: `{{ with .Data.data.X }}{{ . }}{{ else }}..{{ end }}`"),
            )
        })
        .collect()
}

/// Names in capitals that no fact is about.
fn mentions(text: &str, facts: &[Fact]) -> Vec<Mention> {
    let mut known: BTreeSet<&str> = facts.iter().map(|fact| fact.key.as_str()).collect();
    let mut found = Vec::new();
    let mut start = None;
    for (at, c) in text.char_indices().chain([(text.len(), ' ')]) {
        if c == '_' || c.is_alphanumeric() {
            start.get_or_insert(at);
            continue;
        }
        let Some(begin) = start.take() else { continue };
        let word = text.get(begin..at).unwrap_or("");
        let is_key = word.contains('_')
            && word.starts_with(|c: char| c.is_ascii_uppercase())
            && word.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || b == b'_');
        if is_key && known.insert(word) {
            found.push(Mention { key: KeyName::new(word), span: Span::new(begin, at) });
        }
    }
    found
}
