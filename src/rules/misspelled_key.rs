//! `misspelled-key`

mod constant;
mod deployed;
mod joined;
mod left_out;
mod spelled;

use foldhash::{HashMap, HashMapExt};

use self::joined::joined;
use crate::diagnostic::{Applicability, Edit, Fix};
use crate::fact::{Fact, Need, Place, Role};
use crate::index::Index;
use crate::key::KeyName;
use crate::rule::Reporter;

pub(super) use deployed::is_deployed;
pub(super) use left_out::told_in;

/// What is said of the key that is meant, behind its name.
const SET_NOWHERE: &str = ", which is read, is set nowhere";

/// What is said where it is read, behind its name.
const READ: &str = " is read here";

crate::declare_rule! {
    /// Reports a key that nobody reads and that is one slip away from one that is read and set nowhere, by code or,
    /// if a dotenv holds the key, by compose; or away from one that its code reads and that this file leaves out,
    /// though others set it.
    ///
    /// Besides dotenvs and compose, what manifests of Kubernetes, charts, plans of Terraform, files of platforms and
    /// commands give to a program counts, where code of the tree uses what is given together with it.
    ///
    /// Where code computes names of variables, it speaks of a key only if nearly all that are listed beside it are
    /// spelled by whoever uses them.
    ///
    /// ## Why it matters
    ///
    /// The value is there, under a name that no program asks for. The program takes its default, or
    /// copes without, and nobody is told.
    ///
    /// ## Example
    ///
    /// `.env.example`
    /// ```sh
    /// CACHE_TLS_CERT=/certs/redis.pem
    /// ```
    ///
    /// `app.py`
    /// ```python
    /// import os
    /// CERT = os.environ.get("CACHE_TLS_CERT_PATH")
    /// ```
    ///
    /// ```text
    /// warning[misspelled-key]: nobody reads `CACHE_TLS_CERT`; `CACHE_TLS_CERT_PATH`, which is read, is set nowhere
    /// ```
    ///
    /// ## What to do
    ///
    /// Rename the one that is wrong; the finding shows both places.
    pub struct MisspelledKey = "misspelled-key", Drift, Warning, fixes, by_file => joined;
}

impl MisspelledKey {
    fn ask(index: &Index, reporter: &mut Reporter<'_>) {
        left_out::ask(index, reporter);
        if index.unset_reads().next().is_none() {
            return;
        }
        let mut spelled = spelled::Spelled::default();
        let mut found: HashMap<&KeyName, Vec<&Fact>> = HashMap::new();
        for fact in index.facts().filter(|fact| is_set_for_code(index, fact)) {
            let known = found.entry(&fact.key).or_default();
            // An anchor that several services merge is written once. Those of one file stand together.
            let mut own = known.iter().rev().take_while(|other| other.file == fact.file);
            if own.all(|other| other.at() != fact.at()) {
                known.push(fact);
            }
        }
        let mut found: Vec<(&KeyName, Vec<&Fact>)> = found.into_iter().collect();
        found.sort_unstable_by_key(|(key, _)| *key);
        for (key, facts) in found {
            let mut own: Vec<&Fact> =
                facts.iter().filter(|fact| matches!(fact.place, Place::Written(_))).copied().collect();
            let is_deployed = facts.iter().any(|fact| deployed::is_deployed(fact));
            let deployed = if is_deployed { deployed::statements(index, key) } else { Some(Vec::new()) };
            let Some(deployed) = deployed else { continue };
            own.extend(&deployed);
            let is_named = || index.is_named_besides(key, &own) && !constant::is_one(index, key);
            if index.is_declared(key) || index.has_near_gap(key) || is_named() {
                continue;
            }
            let Some((meant, mut facts)) = meant_for(index, key, facts) else { continue };
            let naming = deployed::naming(&deployed);
            let is_letters = deployed::is_of_letters(key, &meant.key);
            let is_hidden = index.hides_read_here(key);
            let is_for_code =
                |fact: &&Fact| deployed::is_for_code(index, fact, &meant.key, is_hidden || !is_letters);
            if !naming.iter().all(is_for_code) {
                continue;
            }
            facts.retain(|fact| {
                !deployed::is_deployed(fact) || naming.iter().any(|one| one.at() == fact.at())
            });
            // Two names one slip apart are evidence enough, wherever further code lies.
            if is_hidden {
                facts.retain(|fact| deployed::is_deployed(fact) || spelled.are_in(index, fact));
            }
            let Some(first) = facts.first() else { continue };
            let message = format!("nobody reads `{key}`; `{}`{SET_NOWHERE}", meant.key);
            let mut finding = reporter
                .report(message, first.at(), "nobody asks for this name")
                .label(meant.at(), format!("`{}`{READ}", meant.key))
                .key(key);
            for other in facts.iter().skip(1).take(3) {
                finding = finding.label(other.at(), "here as well");
            }
            let edits = facts
                .iter()
                .map(|fact| Edit { at: fact.at(), replacement: meant.key.as_str().to_owned() })
                .collect();
            let does = match &meant.role {
                Role::Reads(read) if read.need == Need::Required => "fails",
                _ => "goes on",
            };
            let who = if meant.place == Place::Interpolation { "compose" } else { "the program" };
            finding
                .why(format!("the value never reaches {who}, which {does} without it"))
                .fix(Fix {
                    title: format!("rename it to `{}`", meant.key),
                    edits,
                    applicability: Applicability::Unsafe,
                })
                .help(format!("did you mean `{}`?", meant.key));
        }
    }
}

/// Whether a fact gives a key to the application's code: in a dotenv, a template, for a service that the tree builds, or
/// in a file that deploys.
fn is_set_for_code(index: &Index, fact: &Fact) -> bool {
    // Workflows stand aside, and what they write for compose is meant for the application.
    let is_aside = match &fact.place {
        Place::Written(_) => index.is_aside(fact.file) && index.workflow(fact.file).is_none(),
        _ => index.is_aside(fact.file),
    };
    if is_aside || !fact.key.is_identifier() {
        return false;
    }
    match (&fact.role, &fact.place) {
        _ if deployed::is_deployed(fact) => true,
        (Role::Documents(document), Place::Dotenv) => !document.commented,
        (Role::Provides(_), Place::Dotenv | Place::Rendered) => true,
        (Role::Provides(_), Place::Written(path)) => is_dotenv_path(path),
        (Role::Provides(_), Place::Container(name)) => index.sites_in(fact.file).iter().any(|site| {
            !index.is_sink(site)
                && index.compose_service(site).is_some_and(|service| service.name.value == *name)
        }),
        _ => false,
    }
}

/// Whether a path that a script writes to is that of a dotenv, and no list of outputs.
fn is_dotenv_path(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    name.starts_with(".env") || name.ends_with(".env")
}

/// What a key nobody reads is meant for, and those of its statements that the reader would see: code sees all,
/// compose takes its variables from dotenvs alone.
fn meant_for<'a>(index: &'a Index, key: &KeyName, facts: Vec<&'a Fact>) -> Option<(&'a Fact, Vec<&'a Fact>)> {
    if let Some(meant) = meant_by(index, key) {
        return Some((meant, facts));
    }
    let meant = near(index, key, |fact| fact.place == Place::Interpolation)?;
    let dotenvs = facts.into_iter().filter(|fact| matches!(fact.place, Place::Dotenv | Place::Written(_)));
    Some((meant, dotenvs.collect()))
}

/// The one read of code among `unset_reads` that a key nobody reads is meant for.
pub(super) fn meant_by<'a>(index: &'a Index, key: &KeyName) -> Option<&'a Fact> {
    near(index, key, |fact| fact.place != Place::Interpolation)
}

fn near<'a>(index: &'a Index, key: &KeyName, is_asked: impl Fn(&Fact) -> bool) -> Option<&'a Fact> {
    let mut near = index.unset_reads_near(key).into_iter().filter(|fact| is_asked(fact));
    near.next().filter(|_| near.next().is_none())
}
