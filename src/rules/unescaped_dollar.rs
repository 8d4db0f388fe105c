//! `$` that compose eats.

use std::collections::BTreeSet;

use crate::declare_rule;
use crate::fact::{Fact, Need, ProblemKind, Role};
use crate::index::{Index, Site};
use crate::key::KeyName;
use crate::rule::Reporter;
use crate::text::FileId;

declare_rule! {
    /// Reports a `$` that was meant for a shell in the container or for a password, and that compose
    /// takes for a variable of its own. So is a variable that a script has from a file which a template beside the
    /// compose file renders.
    ///
    /// ## Why it matters
    ///
    /// compose interpolates every value of the file before a container exists. `$i` in a loop, `pa$word`
    /// and the salt in `$2a$11$...` are replaced by whatever the host holds under that name, which is
    /// nothing: the loop runs over empty names, the login fails.
    ///
    /// ## Example
    ///
    /// `compose.yaml`
    /// ```yaml
    /// services:
    ///   init:
    ///     image: alpine
    ///     command: sh -c 'for name in a b; do mkdir -p /data/$name; done'
    /// ```
    ///
    /// ```text
    /// warning[unescaped-dollar]: compose replaces `$name` before the shell sees it
    /// ```
    ///
    /// ## What to do
    ///
    /// Write `$$` for every `$` that has to reach the container. `$(command)`, `$1` and `$?` need no
    /// second `$`: compose leaves a `$` alone that has no name behind it.
    pub struct UnescapedDollar = "unescaped-dollar", Syntax, Warning, fixes, by_file;
}

impl UnescapedDollar {
    fn ask(index: &Index, reporter: &mut Reporter<'_>) {
        let why = "compose interpolates it when it reads the file, and puts nothing there if the host has no such variable";
        reporter.problems(index, ProblemKind::UnescapedDollar, why, "write `$$`: compose turns it into `$`");
        for site in index.sites().iter().filter(|site| !index.is_aside(site.file)) {
            sourced(index, reporter, site, why);
        }
    }
}

/// Tells of variables of a command that its script has from a file which a template beside renders, and that compose
/// takes for its own.
fn sourced(index: &Index, reporter: &mut Reporter<'_>, site: &Site, why: &str) {
    let Some(service) = index.compose_service(site) else { return };
    for command in service.commands.iter().filter(|command| command.contains('$')) {
        let text = index.files.get(site.file).and_then(|file| file.text.get(command.span.range()));
        let Some(begin) = text.and_then(sources_at) else { continue };
        let is_eaten = |fact: &&Fact| {
            let is_bare = matches!(&fact.role, Role::Reads(read) if read.need == Need::Unknown);
            is_bare
                && command.span.contains(fact.span)
                && fact.span.start as usize >= command.span.start as usize + begin
                && index.is_rendered_for(site.file, &fact.key)
                && !is_set_in_dotenv(index, site.file, &fact.key)
        };
        let mut told = BTreeSet::new();
        for fact in index.interpolations(site.file).filter(is_eaten) {
            if told.insert(&fact.key) {
                let key = &fact.key;
                reporter
                    .report(
                        format!("compose replaces `${{{key}}}` before the shell sees it"),
                        fact.at(),
                        "taken for a variable of compose",
                    )
                    .key(key)
                    .why(why)
                    .help(format!("the script has `{key}` from the file it reads: write `$${{{key}}}`"));
            }
        }
    }
}

/// Where a script, as the compose file writes it, reads variables from a file.
fn sources_at(script: &str) -> Option<usize> {
    let mut start = 0;
    for line in script.split_inclusive('\n') {
        if line.trim_start().starts_with(". /") || line.contains("source /") || line.contains("&& . /") {
            return Some(start);
        }
        start += line.len();
    }
    None
}

/// Whether a dotenv that compose reads for this file gives or shows the key.
fn is_set_in_dotenv(index: &Index, compose: FileId, key: &KeyName) -> bool {
    let dotenvs = index.project_dotenvs(compose);
    dotenvs.into_iter().any(|dotenv| index.facts_in(dotenv).any(|fact| fact.key == *key))
}
