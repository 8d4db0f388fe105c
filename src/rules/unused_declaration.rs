//! `unused-declaration`.

use std::collections::BTreeSet;

use crate::declare_rule;
use crate::diagnostic::Severity;
use crate::fact::{Hidden, Phase, Place, Role};
use crate::index::Index;
use crate::key::KeyName;
use crate::matrix::{EnvSource, KeySpec, Kind, Service};
use crate::rule::Reporter;
use crate::text::FileId;

declare_rule! {
    /// Reports keys that the matrix declares and that occur nowhere in the tree.
    ///
    /// ## Why it matters
    ///
    /// The matrix is what people trust when they set up an environment. A key that nothing reads, sets or
    /// mentions any more makes them look for a value that nobody needs, and hides that its reader is gone.
    ///
    /// ## Example
    ///
    /// `envs/matrix.yaml`
    /// ```yaml
    /// version: 1
    /// services: { backend: { root: backend } }
    /// keys:
    ///   DATABASE_URL: { kind: secret, service: backend }
    ///   SMTP_HOST: { service: backend }   # the mailer was removed last year
    /// ```
    ///
    /// `backend/app.py`
    /// ```python
    /// import os
    /// database = os.environ["DATABASE_URL"]
    /// ```
    ///
    /// ```text
    /// warning[unused-declaration]: `SMTP_HOST` is declared and occurs nowhere in the tree
    /// ```
    ///
    /// ## What to do
    ///
    /// Remove the declaration. If something outside of the tree consumes the key, say so: `kind: platform`.
    pub struct UnusedDeclaration = "unused-declaration", Matrix, Warning, needs_matrix;
}

impl UnusedDeclaration {
    fn ask(index: &Index, reporter: &mut Reporter<'_>) {
        let seen = seen(index);
        let blind_services = blind_services(index);
        let hidden = hidden(index);
        let is_code_seen = index.facts().any(|fact| {
            matches!((&fact.role, &fact.place), (Role::Reads(_), Place::Process)) && fact.phase != Phase::Test
        });
        for spec in index.matrix.keys.values() {
            let name = &spec.name;
            let Some(at) = name.at else { continue };
            let names = || std::iter::once(&name.value).chain(spec.aliases.iter().map(|alias| &alias.value));
            if spec.kind.value == Kind::Platform
                || names().any(|name| seen.contains(&name.folded()))
                || names().any(|name| hidden.prefixes.iter().any(|prefix| name.starts_with(prefix)))
                || !is_code_seen
                || is_blind(spec, &blind_services)
                || names().any(|name| occurs_as_text(index, name))
            {
                continue;
            }
            let mut finding = reporter
                .report(
                    format!("`{}` is declared and occurs nowhere in the tree", name.value),
                    at,
                    "declared here and nowhere else",
                )
                .key(&name.value)
                .why("no file reads, sets, documents or mentions it, so whoever supplies it does so in vain")
                .help("remove the declaration, or say `kind: platform` if something outside of the tree consumes it");
            if hidden.anything {
                // Code that computes names could read it.
                finding = finding.severity(Severity::Note);
            }
            drop(finding);
        }
    }
}

/// Every name that some file or the matrix itself uses, in capitals.
fn seen(index: &Index) -> BTreeSet<KeyName> {
    let mut seen: BTreeSet<KeyName> = index.keys().map(KeyName::folded).collect();
    for file in index.files.iter() {
        let Some(extraction) = index.extraction(file.id) else { continue };
        seen.extend(extraction.mentions.iter().map(|mention| mention.key.folded()));
    }
    for environment in &index.matrix.environments {
        seen.extend(environment.values.keys().map(KeyName::folded));
        for source in &environment.sources {
            match &source.value {
                EnvSource::Platform { keys, .. } => seen.extend(keys.iter().map(|key| key.folded())),
                EnvSource::Vault { env, .. } => seen.extend(env.keys().map(KeyName::folded)),
                _ => {}
            }
        }
    }
    seen
}

/// The services whose code no reader of this program understands: what they read is unknown.
fn blind_services(index: &Index) -> Vec<&Service> {
    let reads =
        index.facts().filter(|fact| matches!(fact.role, Role::Reads(_)) && fact.place == Place::Process);
    let reading: BTreeSet<FileId> = reads.map(|fact| fact.file).collect();
    let sees = |service: &Service| {
        let Some(root) = &service.root else { return false };
        index.files.below(&root.value).any(|file| reading.contains(&file.id))
    };
    index.matrix.services.values().filter(|service| !sees(service)).collect()
}

fn is_blind(spec: &KeySpec, blind: &[&Service]) -> bool {
    blind.iter().any(|service| spec.serves(&service.name))
}

/// What code may read under names that it computes.
struct HiddenReads {
    prefixes: Vec<String>,
    anything: bool,
}

fn hidden(index: &Index) -> HiddenReads {
    let mut hidden = HiddenReads { prefixes: Vec::new(), anything: false };
    for file in index.files.iter() {
        let Some(extraction) = index.extraction(file.id) else { continue };
        for gap in &extraction.gaps {
            match &gap.hides {
                Hidden::ReadsWithPrefix(prefix) | Hidden::ProvisionsWithPrefix(prefix) => {
                    hidden.prefixes.push(prefix.clone());
                }
                Hidden::Reads | Hidden::Provisions | Hidden::Anything => hidden.anything = true,
                // What code sets for itself, no declaration needs to supply.
                Hidden::OwnWithPrefix(_) | Hidden::Uses => {}
            }
        }
    }
    hidden.prefixes.sort_unstable();
    hidden.prefixes.dedup();
    hidden
}

/// Whether the name stands in any file that is not the matrix's own: in a comment, in a part that was
/// not understood.
fn occurs_as_text(index: &Index, name: &str) -> bool {
    let own: &[FileId] = match &index.matrix.origin {
        crate::matrix::MatrixOrigin::Declared(files) => files,
        crate::matrix::MatrixOrigin::Inferred => &[],
    };
    index.files.iter().any(|file| !own.contains(&file.id) && file.text.contains(name))
}
