//! `key-set-drift`

mod code;
mod collect;
mod compare;
mod place;
mod suppliers;

use std::collections::{BTreeMap, BTreeSet};

use crate::diagnostic::{Applicability, Diagnostic, Fix};
use crate::index::Index;
use crate::key::KeyName;
use crate::rule::repair::{document, known_of};
use crate::rule::{OptionKind, OptionSpec, Reporter};
use crate::text::Location;

use compare::{Difference, differences};
use place::{Kind, Place, name};

crate::declare_rule! {
    /// Reports a key that one list of a service's keys has and another one lacks: its code, the examples above it, its service in each compose file, its templates, the jobs that deploy it.
    ///
    /// Every difference between two such lists is told, each key once, with all lists that have it and all that
    /// lack it. What other rules say of the same key and the same list is left to them.
    ///
    /// Lists count where they are about the same service: examples in its folder, in those above it and beside its
    /// compose files; templates that the matrix, or a compose file beside them, gives to it; jobs that deploy, if most
    /// of what they set is known to the service. A list that cannot be seen through lacks nothing: code
    /// that computes names, a service with an `env_file` that people write, a `{{ range }}`. What
    /// compose sets to a fixed text need not come from a template or a job (`fixed = true` asks for it all the
    /// same), and what compose or a tool uses itself need not be in the code. Where the matrix gives an
    /// environment several sources, one of them is enough.
    ///
    /// ## Why it matters
    ///
    /// Lists that are kept in step by hand drift apart one key at a time. Some differences are meant; a team that
    /// wants none, or wants each of them written down, has to see them all.
    ///
    /// ## Example
    ///
    /// `api/config.py`
    /// ```python
    /// class Settings(BaseSettings):
    ///     database_url: str
    ///     report_footer: str = ""
    /// settings = Settings()
    /// ```
    ///
    /// `api/Dockerfile`
    /// ```dockerfile
    /// FROM python:3.13
    /// COPY . .
    /// CMD ["python", "config.py"]
    /// ```
    ///
    /// `compose.yaml`
    /// ```yaml
    /// services:
    ///   api:
    ///     build: ./api
    ///     environment:
    ///       DATABASE_URL: ${DATABASE_URL}
    /// ```
    ///
    /// ```text
    /// warning[key-set-drift]: `REPORT_FOOTER` is in the code of `api`, and not in `api` of compose.yaml
    /// ```
    ///
    /// ## What to do
    ///
    /// Add the key where it is missing, or delete it where it stands. Name under `allow` what is meant to differ, and
    /// under `lists` those that you want compared.
    pub struct KeySetDrift = "key-set-drift", Drift, Strict, afterwards, fixes { options: [LISTS, FIXED] };
}

const LISTS: OptionSpec = OptionSpec {
    name: "lists",
    kind: OptionKind::Words(&["code", "example", "compose", "template", "workflow"]),
    about: "The lists that are compared.",
};

const FIXED: OptionSpec = OptionSpec {
    name: "fixed",
    kind: OptionKind::Flag(false),
    about: "Whether templates and jobs have to supply what compose sets to a fixed text, too.",
};

/// Findings after which nothing needs to be said of a key: it is to be deleted or renamed.
const GONE: &[&str] =
    &["dropped-key", "half-renamed-key", "misspelled-key", "stale-documentation", "unread-key"];

/// Findings that a key does not reach a container, or an environment as a whole.
const NOT_GIVEN: &[&str] = &[
    "default-forbidden",
    "documented-key-not-forwarded",
    "key-not-forwarded",
    "public-key-not-baked",
    "required-key-missing",
    "sibling-service-drift",
    "variant-drift",
];

/// Findings that no source of an environment has a key.
const NOT_SUPPLIED: &[&str] = &["default-forbidden", "required-key-missing"];

impl KeySetDrift {
    fn ask(index: &Index, said: &[Diagnostic], reporter: &mut Reporter<'_>) {
        let options = reporter.options();
        let mut places = collect::places(index);
        places.retain(|place| options.chooses(&LISTS, place.kind.word()));
        let told = Told::by(said);
        for mut difference in differences(index, &places, options.is_on(&FIXED)) {
            difference.lack.retain(|place| !told.of(&difference.key, place.kind));
            if !difference.lack.is_empty() {
                speak(index, reporter, &difference);
            }
        }
    }
}

/// Which keys other rules said to be missing, and where.
struct Told<'a>(BTreeMap<&'a str, BTreeSet<Option<Kind>>>);

impl<'a> Told<'a> {
    fn by(said: &'a [Diagnostic]) -> Self {
        let mut told: BTreeMap<&str, BTreeSet<Option<Kind>>> = BTreeMap::new();
        for finding in said {
            let rule = finding.rule.0;
            let mut add = |kind| {
                // A finding about several keys names them.
                let named = finding.message.split('`').skip(1).step_by(2);
                let keys: Vec<&str> =
                    finding.key.as_ref().map_or_else(|| named.collect(), |key| vec![key.as_str()]);
                for key in keys {
                    told.entry(key).or_default().insert(kind);
                }
            };
            if GONE.contains(&rule) {
                add(None);
            }
            if NOT_GIVEN.contains(&rule) {
                add(Some(Kind::Compose));
            }
            if NOT_SUPPLIED.contains(&rule) {
                add(Some(Kind::Template));
            }
            if NOT_SUPPLIED.contains(&rule) || rule == "workflow-key-missing" {
                add(Some(Kind::Workflow));
            }
            if rule == "undocumented-key" {
                add(Some(Kind::Example));
            }
        }
        Self(told)
    }

    fn of(&self, key: &str, kind: Kind) -> bool {
        self.0.get(key).is_some_and(|kinds| kinds.contains(&None) || kinds.contains(&Some(kind)))
    }
}

fn speak(index: &Index, reporter: &mut Reporter<'_>, difference: &Difference<'_>) {
    let Difference { key, have, lack } = difference;
    let Some((first, at)) = have.first() else { return };
    // Of several examples or templates the one that shows it.
    let of_file = |place: &Place<'_>, at: &Location| match place.kind {
        Kind::Code | Kind::Compose => place.partly.get(key).unwrap_or(&place.name).clone(),
        Kind::Example | Kind::Template | Kind::Workflow => index.files.path(at.file).to_string(),
    };
    let holders: Vec<(Kind, String)> =
        have.iter().map(|(place, at)| (place.kind, of_file(place, at))).collect();
    let holders: Vec<(Kind, &str)> = holders.iter().map(|(kind, name)| (*kind, name.as_str())).collect();
    let lacking: Vec<(Kind, &str)> = lack.iter().map(|place| (place.kind, place.name.as_str())).collect();
    let mut finding = reporter
        .report(
            format!("`{key}` is in {}, and not in {}", name(&holders), name(&lacking)),
            *at,
            first.kind.seen(),
        )
        .key(key);
    for (place, at) in have.iter().skip(1).take(3) {
        finding = finding.label(*at, place.kind.seen());
    }
    for place in lack.iter().take(4) {
        if let Some(end) = place.end {
            finding = finding.label(end, "not among these keys");
        }
    }
    let has_code = have.iter().any(|(place, _)| place.kind == Kind::Code);
    let fix = has_code.then(|| shown_in_example(index, key, lack)).flatten();
    let is_unread = lack.iter().any(|place| place.kind == Kind::Code);
    finding.fix_if(fix).why("the lists are about the same service, and are kept in step by hand").help(
        if is_unread {
            "delete it where it stands if nobody needs it, or add it where it is missing"
        } else {
            "add it where it is missing, or delete it where it stands"
        },
    );
}

/// Shows a key that code reads in the one example that lacks it.
fn shown_in_example(index: &Index, key: &KeyName, lack: &[&Place<'_>]) -> Option<Fix> {
    let mut examples = lack.iter().filter(|place| place.kind == Kind::Example);
    let (place, None) = (examples.next()?, examples.next()) else { return None };
    let file = place.end?.file;
    let edit = document(index, file, &known_of(index, key), true).filter(|_| index.is_example(file))?;
    Some(Fix {
        title: format!("show it in {}", index.files.path(file)),
        edits: vec![edit],
        applicability: Applicability::Safe,
    })
}
