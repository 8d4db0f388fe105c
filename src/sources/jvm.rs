//! Java, Kotlin, Groovy and Scala: `System.getenv`, and placeholders in annotations.

use std::ops::Range;

use super::gather::Gather;
use super::mentions::is_foreign;
use super::scan::{Access, Dialect, Site, read};
use super::spring::placeholders;
use crate::fact::{Extraction, Extractor, Hidden, Phase, SourceKind};
use crate::syntax::code::{GROOVY, JAVA, KOTLIN, Tokens};
use crate::text::{SourceFile, Span, Spanned, TreePath};
use crate::value_type::ValueType;

/// Reads source for the Java machine.
#[derive(Clone, Copy, Debug)]
pub(super) struct Jvm;

fn int() -> Option<ValueType> {
    Some(ValueType::Int { min: None, max: None })
}

const DIALECT: Dialect = Dialect {
    fallbacks: &["?:"],
    raises: &["throw", "error", "exit"],
    definitions: &[],
    joins: &["+"],
    conversions: &[
        ("parseInt", int),
        ("parseLong", int),
        ("toInt", int),
        ("toLong", int),
        ("parseDouble", || Some(ValueType::Float)),
        ("toDouble", || Some(ValueType::Float)),
        ("trim", || None),
        ("requireNonNull", || None),
        ("ofNullable", || None),
    ],
    has_open_conditions: false,
};

/// Kotlin and Scala say that a function begins.
const WITH_WORDS: Dialect = Dialect { definitions: &["fun", "def"], ..DIALECT };

impl Extractor for Jvm {
    fn kind(&self) -> SourceKind {
        SourceKind("jvm")
    }

    fn claims(&self, path: &TreePath) -> bool {
        const ENDINGS: &[&str] = &["java", "kt", "kts", "groovy", "gradle", "scala"];
        path.name().rsplit_once('.').is_some_and(|(_, ending)| ENDINGS.contains(&ending)) && !is_foreign(path)
    }

    fn confirms(&self, _path: &TreePath, text: &str) -> bool {
        [
            "getenv",
            "sys.env",
            "@Value",
            "@ConfigProperty",
            "@ConfigurationProperties",
            "getProperty(",
            "Env(",
            "env(",
        ]
        .iter()
        .any(|sign| text.contains(sign))
    }

    fn extract(&self, file: &SourceFile) -> Extraction {
        let name = file.path.name();
        let (lexicon, dialect) = match name.rsplit_once('.').map(|(_, ending)| ending) {
            Some("java") => (&JAVA, &DIALECT),
            Some("groovy" | "gradle") => (&GROOVY, &WITH_WORDS),
            _ => (&KOTLIN, &WITH_WORDS),
        };
        let tokens = Tokens::new(&file.text, lexicon);
        let in_tests = file
            .path
            .folder()
            .parts()
            .any(|part| matches!(part, "test" | "tests" | "androidTest" | "testFixtures"));
        let phase = match () {
            () if in_tests => Phase::Test,
            () if name.contains(".gradle") => Phase::Build,
            () => Phase::Run,
        };
        let mut gather = Gather::new(file, phase);
        read(&tokens, dialect, &sites(&tokens), &mut gather);
        for at in (0..tokens.len()).filter(|&at| tokens.is(at, "@Value") || tokens.is(at, "@ConfigProperty"))
        {
            for inside in tokens.group(at + 1, "(").into_iter().flatten() {
                if let Some(text) = tokens.string(inside) {
                    // Kotlin writes `\${K}` where Java has `${K}`; places are those of the file.
                    let written = file.text.get(text.span.range()).unwrap_or("");
                    placeholders(written, text.span.start as usize, true, &mut gather);
                    named_by_properties(written, text.span.start as usize, &mut gather);
                }
            }
        }
        properties(&tokens, &mut gather);
        gather.finish()
    }
}

/// Where the environment is asked: `System.getenv("K")`, `System.getenv().getOrDefault("K", "d")`,
/// `System.getenv()["K"]`, `sys.env.getOrElse("K", "d")`.
fn sites(tokens: &Tokens<'_>) -> Vec<Site> {
    let mut found = Vec::new();
    for at in 0..tokens.len() {
        let start = at;
        if tokens.is(at, "getenv") && tokens.group(at + 1, "(").is_some() {
            let start = if tokens.is_before(at, ".") { at.saturating_sub(2) } else { start };
            let arguments = tokens.group(at + 1, "(").map(|group| tokens.split(group)).unwrap_or_default();
            match arguments.first().cloned() {
                Some(key) => {
                    let end = tokens.past(at + 1);
                    found.push(required(tokens, Site::new(key, start..end, Access::Copes)));
                }
                None => found.extend(of_map(tokens, start, tokens.past(at + 1))),
            }
        } else if tokens.are(at, &["sys", ".", "env"]) {
            match tokens.group(at + 3, "(") {
                Some(key) if !key.is_empty() => {
                    found.push(Site::new(key, start..tokens.past(at + 3), Access::Fails));
                }
                _ => found.extend(of_map(tokens, start, at + 3)),
            }
        }
    }
    found
}

/// Properties of Spring's configuration, which variables may give as files may: `app.mail-host` is `APP_MAILHOST`.
///
/// Source: Spring Boot's documentation, "Binding From Environment Variables".
fn properties(tokens: &Tokens<'_>, gather: &mut Gather<'_>) {
    for at in 0..tokens.len() {
        match tokens.word(at) {
            Some("@ConfigurationProperties") => {
                // `"app.mail"`, `prefix = "app.mail"`
                let prefix =
                    tokens.group(at + 1, "(").and_then(|mut inside| inside.find_map(|at| tokens.string(at)));
                if let Some(prefix) = prefix.filter(|prefix| !prefix.value.is_empty()) {
                    let hides = Hidden::ReadsWithPrefix(format!("{}_", variable(&prefix.value)));
                    gather.gap(
                        prefix.span,
                        hides,
                        "the fields are those of a class that the configuration fills",
                    );
                }
            }
            Some("getProperty" | "getRequiredProperty") => {
                let Some(key) = tokens.group(at + 1, "(") else { continue };
                if let Some(name) = tokens.string(key.start).filter(|name| is_property(&name.value)) {
                    gather.observed(&Spanned::new(variable(&name.value), name.span));
                }
            }
            _ => {}
        }
    }
}

/// The properties that the placeholders of a text name: `${app.mail-host:localhost}`.
fn named_by_properties(text: &str, start: usize, gather: &mut Gather<'_>) {
    for (at, _) in text.match_indices("${") {
        let rest = text.get(at + 2..).unwrap_or("");
        let name = rest.split([':', '}']).next().unwrap_or("");
        if is_property(name) {
            let begin = start + at + 2;
            gather.observed(&Spanned::new(variable(name), Span::new(begin, begin + name.len())));
        }
    }
}

/// Whether a name is one of a property, and none of a variable.
fn is_property(name: &str) -> bool {
    name.contains('.') && name.bytes().all(|byte| matches!(byte, b'.' | b'-') || byte.is_ascii_alphanumeric())
}

/// The variable that gives a property.
fn variable(property: &str) -> String {
    property.replace('.', "_").replace('-', "").to_ascii_uppercase()
}

/// What is asked of the map of all variables.
fn of_map(tokens: &Tokens<'_>, start: usize, at: usize) -> Option<Site> {
    if let Some(key) = tokens.group(at, "[") {
        return Some(Site::new(key, start..tokens.past(at), Access::Copes));
    }
    let method = tokens.word(at + 1).filter(|_| tokens.is(at, "."))?;
    let arguments: Vec<Range<usize>> = tokens.split(tokens.group(at + 2, "(")?);
    let whole = start..tokens.past(at + 2);
    let key = arguments.first().cloned()?;
    match method {
        "get" | "getValue" => Some(Site::new(key, whole, Access::Copes)),
        "getOrDefault" | "getOrElse" => {
            Some(Site::new(key, whole, Access::Copes).or(arguments.get(1).cloned()))
        }
        "containsKey" | "contains" => Some(Site::new(key, whole, Access::Test)),
        _ => None,
    }
}

/// `Objects.requireNonNull(System.getenv("K"))`, `System.getenv("K")!!`, `Optional.ofNullable(System.getenv("K"))` with
/// `.orElseThrow()` or `.orElse("d")`.
fn required(tokens: &Tokens<'_>, mut site: Site) -> Site {
    let is_wrapped = site.whole.start.checked_sub(2).is_some_and(|at| tokens.is(at, "requireNonNull"));
    let is_asserted = tokens.are(site.whole.end, &["!", "!"]);
    if is_wrapped || is_asserted {
        site.access = Access::Fails;
    }
    let is_optional = site.whole.start.checked_sub(2).is_some_and(|at| tokens.is(at, "ofNullable"));
    let end = site.whole.end;
    if is_optional && tokens.are(end, &[")", "."]) {
        match tokens.word(end + 2) {
            Some("orElseThrow") => site.access = Access::Fails,
            Some("orElse") => site.default = tokens.group(end + 3, "(").filter(|default| !default.is_empty()),
            _ => {}
        }
    }
    site
}
