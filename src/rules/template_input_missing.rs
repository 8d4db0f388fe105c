//! `template-input-missing`

use std::collections::BTreeSet;

use crate::declare_rule;
use crate::diagnostic::Fix;
use crate::fact::{Fact, Hidden, Need, Place, Role, is_aside};
use crate::index::{BuildLink, Index, Site};
use crate::key::is_tool_key;
use crate::rule::Reporter;
use crate::rule::repair::pass_on;
use crate::text::{Location, TreePath};

declare_rule! {
    /// Reports a variable that a template reads from its agent's environment and that the agent's own compose service does not receive.
    ///
    /// The agent of a template is the compose service that mounts it. The rule speaks only where the
    /// template has no fallback (`or (env "X") ".."`, `with env "X"`) or a program of the tree names the variable
    /// all the same, and where everything is seen
    /// that the service is given: no `env_file`, no image built from the tree, no command that sets it.
    ///
    /// ## Why it matters
    ///
    /// `env` of a variable that is not set is empty, without an error: a path like `secret/data//app`
    /// is asked for, or an address is rendered without its port. That the deploy tool knows the
    /// variable does not help; a container sees only what its service passes on.
    ///
    /// ## Example
    ///
    /// `secrets.ctmpl`
    /// ```text
    /// S3_ENDPOINT=http://127.0.0.1:{{ env "S3_PORT" }}
    /// ```
    ///
    /// `compose.yaml`
    /// ```yaml
    /// services:
    ///   agent:
    ///     image: hashicorp/vault
    ///     environment: { ENV: "${ENV}" }
    ///     volumes: [ "./secrets.ctmpl:/etc/vault/secrets.ctmpl" ]
    /// ```
    ///
    /// ```text
    /// warning[template-input-missing]: the template reads `S3_PORT`, which its agent `agent` does not receive
    /// ```
    ///
    /// ## What to do
    ///
    /// Pass it on to the agent: `S3_PORT: ${S3_PORT:?}`; or give the template a fallback.
    pub struct TemplateInputMissing = "template-input-missing", Missing, Warning, fixes, by_file;
}

impl TemplateInputMissing {
    fn ask(index: &Index, reporter: &mut Reporter<'_>) {
        for (file, _) in index.templates() {
            let agents = agents(index, &index.path(file));
            if agents.is_empty() || !agents.iter().all(|site| is_seen(index, site)) {
                continue;
            }
            let mut told = BTreeSet::new();
            for fact in index.facts_in(file).filter(|fact| is_needed(index, fact)) {
                if !told.insert(&fact.key) || agents.iter().any(|site| receives(index, site, &fact.key)) {
                    continue;
                }
                let Some((site, service)) =
                    agents.iter().find_map(|site| Some((site, index.compose_service(site)?)))
                else {
                    continue;
                };
                let name = &service.name.value;
                // A template with a fallback takes it for an empty variable as well.
                let form = format!("${{{}:{}}}", fact.key, if has_fallback(fact) { '-' } else { '?' });
                let given = pass_on(index, site, &fact.key, form.as_str());
                let at = Location::new(site.file, service.environment.unwrap_or(service.name.span));
                reporter
                    .report(
                        format!(
                            "the template reads `{}`, which its agent `{name}` does not receive",
                            fact.key
                        ),
                        fact.at(),
                        if has_fallback(fact) { "always falls back" } else { "read here, with no fallback" },
                    )
                    .label(at, format!("`{name}` mounts the template and is not given `{}`", fact.key))
                    .key(&fact.key)
                    .fix_if(given.and_then(|edit| {
                        Fix::unsafe_if_any(format!("pass `{}` on to `{name}`", fact.key), vec![edit])
                    }))
                    .why(if has_fallback(fact) {
                        "whatever is set for it does not reach the template, without an error"
                    } else {
                        "a variable that is not set is empty in a template, without an error"
                    })
                    .help(format!("add `{}: {form}` to the environment of `{name}`", fact.key));
            }
        }
    }
}

/// Whether a fact reads a variable of the agent that somebody has to set, or that some program of the tree names and
/// so means to set.
fn is_needed(index: &Index, fact: &Fact) -> bool {
    let Role::Reads(read) = &fact.role else { return false };
    let is_asked = match read.need {
        Need::Required | Need::Unknown => true,
        Need::Default(_) => index.mentions_of(&fact.key).any(|at| is_program(index, at)),
        Need::Optional => false,
    };
    fact.place == Place::Agent && is_asked && !is_tool_key(&fact.key)
}

fn has_fallback(fact: &Fact) -> bool {
    matches!(&fact.role, Role::Reads(read) if matches!(read.need, Need::Default(_)))
}

/// Whether a name stands in code or a script that is no test.
fn is_program(index: &Index, at: Location) -> bool {
    let path = index.path(at.file);
    let name = path.name();
    let ends = [".py", ".ts", ".js", ".mjs", ".go", ".rs", ".rb", ".sh", ".tf"];
    ends.iter().any(|end| name.ends_with(end)) && !is_aside(&path)
}

/// The sites that mount a template or its folder, in order.
fn agents<'a>(index: &'a Index, template: &TreePath) -> Vec<&'a Site> {
    let folder = template.folder();
    // The whole tree, mounted somewhere, tells nothing about who renders what.
    let mounting = index.sites_mounting(&folder).filter(|site| index.path(site.file).folder() != folder);
    let mut agents: Vec<&Site> = index.sites_mounting(template).chain(mounting).collect();
    agents.sort_by_key(|site| (site.file, site.position));
    agents.dedup_by_key(|site| (site.file, site.position));
    agents
}

/// Whether all that the service is given is seen.
fn is_seen(index: &Index, site: &Site) -> bool {
    std::iter::once(site).chain(index.twins(site)).all(|site| {
        let Some(service) = index.compose_service(site) else { return false };
        let hides =
            |hides: &Hidden| !matches!(hides, Hidden::Reads | Hidden::ReadsWithPrefix(_) | Hidden::Uses);
        site.env_files.is_empty()
            && site.build == BuildLink::None
            && service.extends.is_none()
            && !service.commands.iter().any(|command| sources_a_file(command))
            && index.extraction(site.file).is_some_and(|read| !read.gaps.iter().any(|gap| hides(&gap.hides)))
    })
}

fn sources_a_file(command: &str) -> bool {
    let words: Vec<&str> = command.split_whitespace().collect();
    words.windows(2).any(|pair| matches!(pair, ["." | "source", file] if !file.starts_with('-')))
}

/// Whether the service is given the key, or its command sets it.
fn receives(index: &Index, site: &Site, key: &str) -> bool {
    std::iter::once(site).chain(index.twins(site)).any(|site| {
        index.environment_of(site).any(|fact| fact.key.as_str() == key)
            || index
                .compose_service(site)
                .is_some_and(|service| service.commands.iter().any(|command| names(command, key)))
    })
}

/// Whether a text holds the key as a word of its own.
fn names(text: &str, key: &str) -> bool {
    text.split(|c: char| c != '_' && !c.is_alphanumeric()).any(|word| word == key)
}
