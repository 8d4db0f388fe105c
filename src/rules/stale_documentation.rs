//! `stale-documentation`

use crate::fact::{Fact, Place, Role, Structure};
use crate::index::Index;
use crate::key::consumer_of;
use crate::rule::Reporter;

crate::declare_rule! {
    /// Reports a documented key whose readers are gone: only type declarations, lists of a task runner or workflows still name it.
    ///
    /// ## Why it matters
    ///
    /// People set what they are told to set. A key that promises to skip a check and does nothing locks them
    /// out; a deploy key that only a workflow needs ends up on every developer's machine.
    ///
    /// ## Example
    ///
    /// `.env.example`
    /// ```dotenv
    /// DATABASE_URL=postgres://localhost/app
    /// SIGNING_SECRET=
    /// PAGE_SIZE=20
    /// SSO_SKIP_VERIFY=false
    /// ```
    ///
    /// `env.d.ts`
    /// ```ts
    /// declare namespace NodeJS {
    ///   interface ProcessEnv { SSO_SKIP_VERIFY?: string }
    /// }
    /// ```
    ///
    /// `app.py`
    /// ```python
    /// import os
    /// start(os.environ["DATABASE_URL"], os.environ["SIGNING_SECRET"], os.environ["PAGE_SIZE"])
    /// ```
    ///
    /// ```text
    /// warning[stale-documentation]: `SSO_SKIP_VERIFY` is documented, and no program reads it
    /// ```
    ///
    /// ## What to do
    ///
    /// Delete the key from the example and from the declarations. What only a workflow needs belongs
    /// where its secrets are described.
    pub struct StaleDocumentation = "stale-documentation", Drift, Strict;
}

/// With fewer keys in use, the readers of a file are not in the tree.
const ENOUGH_USED: usize = 3;

impl StaleDocumentation {
    fn ask(index: &Index, reporter: &mut Reporter<'_>) {
        for file in index.documents() {
            let is_for_tests = matches!(&index.extraction(file).map(|read| &read.structure),
                Some(Structure::Dotenv(dotenv)) if matches!(dotenv.environment.as_deref(), Some("test" | "ci" | "e2e")));
            if is_for_tests || index.feeds_a_sink(file) {
                continue;
            }
            let shown: Vec<&Fact> = index.facts_in(file).filter(|fact| is_shown(fact)).collect();
            let used = shown.iter().filter(|fact| index.user_of(&fact.key).is_some()).count();
            if used < ENOUGH_USED || used * 2 < shown.len() {
                continue;
            }
            for fact in shown {
                // Short names are words of any language.
                if !fact.key.contains('_')
                    || index.is_used_beyond_tools(&fact.key)
                    || index.is_declared(&fact.key)
                    || is_given_to_container(index, fact)
                {
                    continue;
                }
                let Some(declared) = index.declared_only_at(&fact.key) else { continue };
                // An SDK reads its keys unseen; what a hosting platform's deploy tool reads is no application's.
                if consumer_of(&fact.key).is_some_and(|consumer| consumer.0 != "the hosting platform") {
                    continue;
                }
                let is_workflow = index.path(declared.file).parts().any(|part| part == ".github");
                let (label, help) = if is_workflow {
                    (
                        "only workflows use it",
                        "delete it here; what workflows need is not for an application's dotenv",
                    )
                } else {
                    ("declared here, and read nowhere", "delete it here and from the declarations")
                };
                reporter
                    .report(
                        format!("`{}` is documented, and no program reads it", fact.key),
                        fact.at(),
                        "people set it in vain",
                    )
                    .label(declared, label)
                    .key(&fact.key)
                    .why(format!("{used} other keys of this file are used, so its readers are in the tree"))
                    .help(help);
            }
        }
    }
}

/// Whether a dotenv's line shows a key, commented out or not.
fn is_shown(fact: &Fact) -> bool {
    match &fact.role {
        Role::Provides(_) => fact.place == Place::Dotenv,
        Role::Documents(_) => true,
        Role::Reads(_) | Role::Observed => false,
    }
}

/// Whether some compose file gives the key to a container: what reads it there is not known.
fn is_given_to_container(index: &Index, fact: &Fact) -> bool {
    index.facts_of(&fact.key).any(|other| {
        matches!(other.place, Place::Container(_) | Place::BuildArgs(_)) && !index.is_aside(other.file)
    })
}
