//! `compose-service-missing`

use std::collections::{BTreeMap, BTreeSet};

use crate::fact::{ComposeCall, ComposeFile};
use crate::index::Index;
use crate::key::near_miss;
use crate::rule::{Reporter, enumerate};
use crate::text::{FileId, Location};

crate::declare_rule! {
    /// Reports a service that a Makefile, a script, a `package.json` or a step of a workflow names to compose, and that no
    /// compose file of the tree has.
    ///
    /// Where an example of a compose file lies beside, which people copy (`compose.override.yml.example`), it is silent.
    /// It speaks only where the compose file that the command uses is in the tree and read as a whole. Behind a `cd` and
    /// where the command chooses its files in another way, only a slip of the pen is told.
    ///
    /// ## Why it matters
    ///
    /// Compose stops with "no such service", and starts none of the others that the command names.
    ///
    /// ## Example
    ///
    /// `Makefile`
    /// ```make
    /// up:
    /// 	docker compose up -d postgres redis s3
    /// ```
    ///
    /// `compose.yaml`
    /// ```yaml
    /// services:
    ///   postgres: { image: "postgres:17" }
    ///   redis: { image: "redis:8" }
    /// ```
    ///
    /// ```text
    /// warning[compose-service-missing]: compose is asked to `up` the service `s3`, which no compose file has
    /// ```
    ///
    /// ## What to do
    ///
    /// Correct the name, or leave it out.
    pub struct ComposeServiceMissing = "compose-service-missing", Missing, Warning, by_file;
}

impl ComposeServiceMissing {
    fn ask(index: &Index, reporter: &mut Reporter<'_>) {
        // Built where the first call asks for it.
        let mut known: Option<BTreeSet<&str>> = None;
        for (file, folder, script) in index.placed_commands() {
            if script.compose_calls.is_empty() || index.is_aside(file) && index.workflow(file).is_none() {
                continue;
            }
            // One name is one fault in a file, however many commands have it.
            let mut found: BTreeMap<&str, (&'static str, Vec<Location>, FileId)> = BTreeMap::new();
            for call in script.compose_calls.iter().filter(|call| !call.services.is_empty()) {
                let Some(compose) = used(index, file, folder, call) else { continue };
                let known = known.get_or_insert_with(|| {
                    let all = index.all_composes().flat_map(|(_, compose)| &compose.services);
                    all.map(|service| service.name.value.as_str()).collect()
                });
                for service in call.services.iter().filter(|service| !known.contains(service.value.as_str()))
                {
                    let may_be_slip = nearest(index, compose, &service.value).is_some();
                    if (may_be_slip || !call.is_moved) && !is_named_otherwise(index, &service.value) {
                        let at = Location::new(file, service.span);
                        found.entry(&service.value).or_insert((call.verb, Vec::new(), compose)).1.push(at);
                    }
                }
            }
            for (name, (verb, places, compose)) in found {
                let Some((first, others)) = places.split_first() else { continue };
                let path = index.path(compose);
                let mut finding = reporter.report(
                    format!("compose is asked to `{verb}` the service `{name}`, which no compose file has"),
                    *first,
                    "no such service",
                );
                for other in others.iter().take(3) {
                    finding = finding.label(*other, "the same");
                }
                let help = match nearest(index, compose, name) {
                    Some(meant) => format!("did you mean `{meant}`?"),
                    None => format!("the services of {path} are {}", enumerate(&names(index, compose))),
                };
                finding
                    .why("compose stops with \"no such service\", and starts none of the others")
                    .help(help);
            }
        }
    }
}

/// The compose file that a command surely uses, if all that it uses are in the tree and read as a whole.
fn used(index: &Index, file: FileId, folder: Option<&str>, call: &ComposeCall) -> Option<FileId> {
    let starts = index.starts_of(file, folder)?;
    let is_fit = |file: FileId, compose: &ComposeFile| {
        !index.compose_samples.contains(&index.path(file).folder())
            && index.is_read_whole(file)
            && compose.services.len() > 1
    };
    // The file beside the commands comes before that at the root.
    starts.iter().rev().find_map(|start| index.composes_called(start, call, &is_fit)?.first().copied())
}

fn names(index: &Index, compose: FileId) -> Vec<&str> {
    let services = index.compose(compose).map_or(&[] as &[_], |compose| compose.services.as_slice());
    services.iter().map(|service| service.name.value.as_str()).collect()
}

/// The service whose name this one is nearly.
fn nearest<'a>(index: &'a Index, compose: FileId, name: &str) -> Option<&'a str> {
    let plain = |name: &str| name.to_ascii_lowercase().replace(['-', '.'], "_");
    names(index, compose)
        .into_iter()
        .find(|other| plain(name) == plain(other) || near_miss(&plain(name), &plain(other)))
}

/// What may stand behind an entry's colon where its content stands in braces, or in the lines below.
const BELOW: [char; 7] = ['{', '#', '&', '*', '|', '>', '<'];

/// Whether some file that may make or hold a compose file has an entry of this name with something below it: a value
/// behind the colon is another thing (`outline: none` of a style).
fn is_named_otherwise(index: &Index, name: &str) -> bool {
    index.files.iter().filter(|file| file.text.contains(name)).any(|file| {
        let has_entry = file.text.match_indices(name).any(|(at, _)| {
            let behind = file.text.get(at + name.len()..).unwrap_or("");
            let before = file.text.get(..at).unwrap_or("");
            let value = behind.trim_start_matches(['"', '\'']).strip_prefix(':');
            let value = value.map(|rest| rest.lines().next().unwrap_or("").trim());
            value.is_some_and(|value| value.is_empty() || value.starts_with(BELOW))
                && before.trim_end_matches(['"', '\'']).ends_with(['\n', ' ', '{', '\t'])
        });
        has_entry && (file.text.contains("services") || file.text.contains("image:"))
    })
}
