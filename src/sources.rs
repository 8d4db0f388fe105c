//! The kinds of files that envcheck reads, one module each.
//!
//! The list at the end is all the registry there is; a path belongs to the first extractor that
//! claims and confirms it.

mod bake;
mod cargo;
mod command_list;
mod compose;
mod consul_template;
mod csharp;
mod dockerfile;
mod dotenv;
mod elixir;
mod env_template;
mod gather;
mod github_workflow;
mod gitlab_ci;
mod go;
mod justfile;
mod jvm;
mod kubernetes;
mod makefile;
mod mentions;
mod php;
mod platform;
mod prisma;
mod private_key;
mod python;
mod relevant;
mod ruby;
mod rust;
mod scan;
mod shell;
mod signs;
mod spring;
mod symfony;
mod terraform;
mod turbo;
mod typescript;
mod vault_agent;
mod vault_policy;
mod woodpecker;

use crate::fact::{Extraction, Extractor, Gap, Hidden};
use crate::text::{SourceFile, Span, TreePath, end_of_reading};

/// All extractors, the more particular first.
pub static ALL: &[&dyn Extractor] = &[
    // known by name
    &dotenv::Dotenv,
    &dockerfile::Dockerfile,
    &consul_template::ConsulTemplate,
    &bake::Bake,
    &vault_agent::VaultAgent,
    &vault_policy::VaultPolicies,
    &github_workflow::GithubWorkflow,
    &shell::Shell,
    &makefile::Makefile,
    &justfile::Justfile,
    &gitlab_ci::GitlabCi,
    &woodpecker::Woodpecker,
    &terraform::Terraform,
    &platform::Platform,
    &command_list::CommandList,
    &env_template::EnvTemplate,
    &turbo::Turbo,
    &private_key::PrivateKey,
    &cargo::Cargo,
    // known by their content
    &kubernetes::Kubernetes,
    &compose::Compose,
    // code
    &rust::Rust,
    &python::Python,
    &typescript::TypeScript,
    &go::Go,
    &php::Php,
    &jvm::Jvm,
    &csharp::CSharp,
    &elixir::Elixir,
    &spring::Spring,
    &symfony::Symfony,
    &ruby::Ruby,
    &prisma::Prisma,
    // everything else that may name a key; last
    &mentions::Mentions,
];

/// How often something is there, in words.
fn times(number: usize) -> String {
    if number == 2 { "twice".to_owned() } else { format!("{number} times") }
}

/// Why a file is left out whose name is one of files that are read: a tool or others wrote it. `text` is `None`
/// where its path alone tells. `None` for files that are read, and for those that are no text of this kind: prose,
/// pictures.
#[must_use]
pub fn why_left_out(path: &TreePath, text: Option<&str>) -> Option<&'static str> {
    match text {
        None => mentions::why_passed_over(path),
        Some(text) => mentions::why_not_searched(path, text),
    }
}

/// What `extractor` reads in `file`; of a file with more than [`crate::text::MOST_SIGNS`] the beginning, and a gap.
/// What is wrong with a text that is cut off is not told.
#[must_use]
pub fn read(extractor: &dyn Extractor, file: &SourceFile) -> Extraction {
    let Some(end) = end_of_reading(&file.text) else {
        return extractor.extract(file).with_tokens_of(&file.text);
    };
    let part = file.text.get(..end).unwrap_or("").to_owned();
    let part = SourceFile::new(file.id, file.path.clone(), part);
    let mut found = extractor.extract(&part).with_tokens_of(&part.text);
    found.problems.clear();
    let (span, reason) = (Span::new(end, file.text.len()), "the file is too large to be read in full");
    found.gaps.push(Gap { span, hides: Hidden::Anything, reason });
    found
}
