//! `truthy-text`

mod repair;

use crate::diagnostic::Diagnostic;
use crate::fact::{Fact, Need, Phase, Place, Read, Role};
use crate::index::{Index, Site};
use crate::rule::{Reporter, joined_by};
use crate::text::{Location, TreePath};

crate::declare_rule! {
    /// Reports code that takes a switch for on whatever its text says: `Boolean(process.env.X)`, `!!process.env.X`,
    /// `bool(os.environ.get("X"))`, NestJS' `configService.get<boolean>("X")` and `z.coerce.boolean()` of a key that is
    /// given, or falls back to, `false`, `no`, `off` or `0`.
    ///
    /// ## Why it matters
    ///
    /// A variable is a text, and every text but the empty one is true. Whoever writes `X=false` switches it on.
    ///
    /// ## Example
    ///
    /// `server/env.ts`
    /// ```ts
    /// export const forceHttps = Boolean(process.env.FORCE_HTTPS ?? "true");
    /// ```
    ///
    /// ```text
    /// warning[truthy-text]: `FORCE_HTTPS` counts as true whatever it says, `false` too
    /// ```
    ///
    /// ## What to do
    ///
    /// Compare the text: `process.env.FORCE_HTTPS === "true"`. Where only the presence of a value counts, as for
    /// `!!process.env.SENTRY_DSN`, nothing is said unless some file gives the key such a word.
    pub struct TruthyText = "truthy-text", Value, Warning, fixes, by_file => joined;
}

/// Variables that by agreement among programs count as set whatever they say.
const PRESENCE: &[&str] = &["CI", "DEBUG", "FORCE_COLOR", "NETLIFY", "NO_COLOR", "NODE_DEBUG", "VERCEL"];

impl TruthyText {
    fn ask(index: &Index, reporter: &mut Reporter<'_>) {
        for (file, extraction) in index.in_focus() {
            let mut told = std::collections::BTreeSet::new();
            for (fact, read) in extraction.facts.iter().filter_map(Fact::as_read) {
                let is_asked =
                    read.takes_text_for_truth && fact.phase != Phase::Test && !told.contains(&fact.key);
                let is_presence = PRESENCE.contains(&fact.key.as_str());
                if !is_asked || is_presence || index.is_aside(file) || is_compared(index, fact) {
                    continue;
                }
                if let Some(proof) = proof(index, fact, read) {
                    // What stands behind `??` is the same switch.
                    told.extend(&read.alternatives);
                    speak(index, reporter, (fact, read), proof);
                }
            }
        }
    }
}

/// Why somebody will write a word that means no.
enum Proof {
    /// The code falls back to a word for yes or no.
    Default,
    /// A file gives the key a word for no.
    Given(Location),
    /// The code says that the value is a truth value, and nothing converts it.
    Cast,
}

fn proof(index: &Index, fact: &Fact, read: &Read) -> Option<Proof> {
    let is_word = |text: &str| {
        matches!(text.to_ascii_lowercase().as_str(), "true" | "false" | "yes" | "no" | "on" | "off")
    };
    if let Need::Default(value) = &read.need
        && value.is_plain()
        && is_word(value.text.reveal())
        && is_written_as_text(index, value, fact)
    {
        return Some(Proof::Default);
    }
    let given = index.facts_of(&fact.key).find(|given| says_no(given) && reaches(index, given, fact));
    if let Some(given) = given {
        return Some(Proof::Given(given.at()));
    }
    is_cast(index, fact).then_some(Proof::Cast)
}

/// Whether a default is a text in quotes: code may also fall back to a truth value of its own.
fn is_written_as_text(index: &Index, value: &crate::fact::Value, fact: &Fact) -> bool {
    let text = index.files.get(fact.file).map_or("", |file| file.text.as_str());
    let around = text
        .get((value.span.start as usize).saturating_sub(1)..(value.span.end as usize + 1).min(text.len()));
    around.is_some_and(|around| around.contains(['"', '\'', '`']))
}

/// Whether a statement gives a key a word that means no.
fn says_no(given: &Fact) -> bool {
    let value = match &given.role {
        Role::Provides(provide) => &provide.value,
        Role::Documents(document) if !document.commented => match &document.example {
            Some(value) => value,
            None => return false,
        },
        _ => return false,
    };
    let is_for_programs = matches!(
        given.place,
        Place::Dotenv | Place::Container(_) | Place::Stage(_) | Place::Rendered | Place::Workload(_)
    );
    let text = value.text.reveal().trim().to_ascii_lowercase();
    is_for_programs
        && given.phase != Phase::Test
        && value.is_plain()
        && matches!(text.as_str(), "false" | "no" | "off" | "0")
}

/// Whether code sees what a statement gives: a dotenv is for the code of its folder, a service for what runs in it.
fn reaches(index: &Index, given: &Fact, read: &Fact) -> bool {
    let (from, to) = (index.path(given.file), index.path(read.file));
    if index.is_aside(given.file) || from.root_name() != to.root_name() {
        return false;
    }
    let site_code = |site: &Site| site.code.clone();
    match &given.place {
        Place::Container(name) => {
            let called =
                |site: &&Site| index.compose_service(site).is_some_and(|service| service.name.value == *name);
            let site = index.sites_in(given.file).iter().find(called);
            site.and_then(site_code).is_some_and(|code: TreePath| to.is_below(&code))
        }
        _ => to.is_below(&from.folder()),
    }
}

/// Whether code elsewhere makes sense of the text, so that it is understood at least there.
fn is_compared(index: &Index, fact: &Fact) -> bool {
    let text = index.files.get(fact.file).map_or("", |file| file.text.as_str());
    // `public KEY = Boolean(process.env.KEY)` declares what it reads itself.
    let is_same = |other: &Fact| {
        let between = text.get(other.span.end as usize..fact.span.start as usize);
        other.file == fact.file && between.is_some_and(|between| !between.contains(';'))
    };
    index.facts_of(&fact.key).filter_map(Fact::as_read).any(|(other, read)| {
        other.place == Place::Process
            && other.at() != fact.at()
            && (read.value_type.is_some() && other.file == fact.file || read.settings.is_some())
            && !is_same(other)
            && !is_only_checked(index, other)
    })
}

/// Whether a read is a field of a class of class-validator that converts nothing: the code beside it reads the text.
fn is_only_checked(index: &Index, fact: &Fact) -> bool {
    let text = index.files.get(fact.file).map_or("", |file| file.text.as_str());
    let before = text.get(..fact.span.start as usize).unwrap_or("");
    let statement = before.rsplit(';').next().unwrap_or("");
    statement.contains("@IsBoolean(") && !statement.contains("@Transform(") && !statement.contains("@Type(")
}

/// Whether code only says that the value is a truth value, of a key that no other code converts.
fn is_cast(index: &Index, fact: &Fact) -> bool {
    let before =
        index.files.get(fact.file).and_then(|file| file.text.get(..fact.span.start as usize)).unwrap_or("");
    let line = before.trim_end_matches(['"', '\'', '`']).trim_end();
    line.ends_with("get<boolean>(")
        && index
            .facts_of(&fact.key)
            .filter_map(Fact::as_read)
            .all(|(other, read)| other.at() == fact.at() || read.takes_text_for_truth)
        && index.mentions_of(&fact.key).next().is_none()
}

/// A switch that several files take so is one fault.
fn joined(_: &Index, found: Vec<Diagnostic>) -> Vec<Diagnostic> {
    joined_by(found, "here as well", |finding| finding.key.clone())
}

/// Whether the file that reads the key has it judged by zod.
fn is_of_zod(index: &Index, fact: &Fact) -> bool {
    index.files.get(fact.file).is_some_and(|file| file.text.contains("zod"))
}

fn speak(index: &Index, reporter: &mut Reporter<'_>, (fact, read): (&Fact, &Read), proof: Proof) {
    let key = &fact.key;
    let message = format!("`{key}` counts as true whatever it says, `false` too");
    let label = match proof {
        Proof::Cast => "said to be a truth value, and is a text",
        _ => "true for every text but the empty one",
    };
    let mut finding = reporter.report(message, fact.at(), label).key(key);
    if let Proof::Given(at) = proof {
        finding = finding.label(at, "here it says no");
    }
    let why = match proof {
        Proof::Default => {
            "the code falls back to a word, so whoever sets it writes a word, and every word is true"
        }
        Proof::Given(_) => "a variable is a text, and every text but the empty one is true",
        Proof::Cast => "`ConfigService` hands on the text as it is, and every text but the empty one is true",
    };
    let help = match read.settings {
        Some(_) if is_of_zod(index, fact) => {
            "let the schema read the word: `z.stringbool()`, or `z.enum([\"true\", \"false\"])` and a comparison"
        }
        _ => "compare the text with `true`",
    };
    finding.fix_if(repair::repair(index, fact, read)).why(why).help(help);
}
