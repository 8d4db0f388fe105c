//! Rust source: reads of environment variables by the standard library, by clap, and by structs that
//! envy, figment or config fill.

mod call;
mod chain;
mod clap;
mod declared;
mod fields;
mod literal;
mod name;
mod settings;
mod source;
mod strings;
mod token;
mod types;

use std::collections::BTreeSet;
use std::sync::LazyLock;

use super::signs::{Words, any_of};
use crate::fact::{
    Extraction, Extractor, Fact, Gap, Hidden, Mention, Origin, Phase, Place, Provide, Provision, Read, Role,
    SettingsClass, SourceKind, Structure, Value,
};
use crate::key::KeyName;
use crate::text::{FileId, SourceFile, Span, Spanned, TreePath};

/// Reads Rust source.
#[derive(Debug)]
pub(crate) struct Rust;

impl Extractor for Rust {
    fn kind(&self) -> SourceKind {
        SourceKind("rust")
    }

    fn claims(&self, path: &TreePath) -> bool {
        path.name().ends_with(".rs") && !path.parts().any(|part| matches!(part, "target" | "vendor"))
    }

    fn confirms(&self, _path: &TreePath, text: &str) -> bool {
        static ANY_SIGN: LazyLock<Words> =
            LazyLock::new(|| any_of(&["env", "Env::", "Environment::", "_var("]));
        ANY_SIGN.stand_in(text)
    }

    fn extract(&self, file: &SourceFile) -> Extraction {
        let source = source::Source::new(&file.path, &file.text);
        let structs = fields::structs(&source);
        let mut reading = Reading::new(file.id);
        call::read(&source, &mut reading);
        clap::read(&source, &structs, &mut reading);
        declared::read(&source, &mut reading);
        settings::read(&source, &structs, &mut reading);
        strings::read(&source, &mut reading);
        reading.finish()
    }
}

/// What was read so far from one file.
#[derive(Debug)]
struct Reading {
    file: FileId,
    facts: Vec<Fact>,
    gaps: Vec<Gap>,
    settings: Vec<SettingsClass>,
    mentions: Vec<Spanned<String>>,
}

impl Reading {
    fn new(file: FileId) -> Self {
        Self { file, facts: Vec::new(), gaps: Vec::new(), settings: Vec::new(), mentions: Vec::new() }
    }

    fn read(&mut self, name: &Spanned<String>, phase: Phase, read: Read) {
        // Nobody has to set what the build itself sets, though somebody may.
        if phase != Phase::Run && is_set_by_build(&name.value) {
            return self.observed(name, phase);
        }
        self.fact(name, phase, Role::Reads(Box::new(read)));
    }

    /// A variable that the code sets for its own process. What stands around the statement is not seen.
    fn set(&mut self, name: &Spanned<String>, phase: Phase, value: Value) {
        self.fact(name, phase, Role::set_by_code(value, false));
    }

    fn observed(&mut self, name: &Spanned<String>, phase: Phase) {
        self.fact(name, phase, Role::Observed);
    }

    /// `cargo::rustc-env=NAME=..` of a build script sets a variable for `env!`.
    fn set_for_compiler(&mut self, name: &Spanned<String>) {
        let value = Value::of(Origin::Unknown, Span::at(name.span.end as usize));
        self.fact(name, Phase::Build, Role::Provides(Provide { value, provision: Provision::Always }));
    }

    fn fact(&mut self, name: &Spanned<String>, phase: Phase, role: Role) {
        let key = KeyName::new(&name.value);
        self.facts.push(Fact { key, file: self.file, span: name.span, place: Place::Process, phase, role });
    }

    fn gap(&mut self, span: Span, hides: Hidden, reason: &'static str) {
        self.gaps.push(Gap { span, hides, reason });
    }

    fn settings(&mut self, class: SettingsClass) {
        if !self.settings.contains(&class) {
            self.settings.push(class);
        }
    }

    fn mention(&mut self, name: &Spanned<String>) {
        self.mentions.push(name.clone());
    }

    fn finish(mut self) -> Extraction {
        self.facts.sort_by_key(|fact| fact.span);
        self.facts.dedup();
        self.gaps.sort_by_key(|gap| gap.span);
        self.gaps.dedup();
        let mut known: BTreeSet<KeyName> = self.facts.iter().map(|fact| fact.key.clone()).collect();
        let mut mentions = Vec::new();
        for name in self.mentions {
            let key = KeyName::new(&name.value);
            if known.insert(key.clone()) {
                mentions.push(Mention { key, span: name.span });
            }
        }
        let structure =
            if self.settings.is_empty() { Structure::None } else { Structure::Settings(self.settings) };
        Extraction {
            facts: self.facts,
            problems: Vec::new(),
            gaps: self.gaps,
            structure,
            mentions,
            ..Extraction::default()
        }
    }
}

/// Variables that Cargo gives to build scripts and to the compiler, and vergen to the compiler.
///
/// Sources: the Cargo book, "Environment variables Cargo sets"; the documentation of vergen.
fn is_set_by_build(name: &str) -> bool {
    matches!(
        name,
        "OUT_DIR"
            | "TARGET"
            | "HOST"
            | "NUM_JOBS"
            | "OPT_LEVEL"
            | "DEBUG"
            | "PROFILE"
            | "RUSTC"
            | "RUSTDOC"
            | "RUSTC_WRAPPER"
            | "RUSTC_WORKSPACE_WRAPPER"
            | "RUSTC_LINKER"
            | "CARGO"
    ) || ["CARGO_", "DEP_", "VERGEN_"].iter().any(|prefix| name.starts_with(prefix))
}

#[cfg(test)]
mod tests {
    use super::Rust;
    use crate::fact::{Extractor, Structure};
    use crate::text::{FileId, SourceFile, TreePath};
    use proptest::prelude::*;

    fn extract(text: &str) -> crate::fact::Extraction {
        let file = SourceFile::new(FileId(0), TreePath::parse("src/main.rs").unwrap(), text.to_owned());
        let extraction = Rust.extract(&file);
        let spans = extraction.facts.iter().map(|fact| fact.span);
        let spans = spans.chain(extraction.gaps.iter().map(|gap| gap.span));
        let spans = spans.chain(extraction.mentions.iter().map(|mention| mention.span));
        for span in spans {
            assert!(text.get(span.range()).is_some(), "{span:?} of {text:?}");
        }
        extraction
    }

    #[test]
    fn settings_tell_their_prefix() {
        let text = "#[derive(Deserialize)] #[serde(deny_unknown_fields)] struct Mail { host: String }
            fn f() -> Mail { envy::prefixed(\"MAIL_\").from_env().unwrap() }";
        let Structure::Settings(classes) = extract(text).structure else { panic!("no settings") };
        assert_eq!(classes.len(), 1);
        assert_eq!((classes[0].name.value.as_str(), classes[0].prefix.as_str()), ("Mail", "MAIL_"));
        assert!(classes[0].refuses_others);
    }

    #[test]
    fn cost_is_linear() {
        for unit in [
            "env::var(",
            "{",
            "#[cfg(test)] mod a {",
            "fn f(k: &str) { env::var(k); ",
            "match env::var(\"A\") { ",
            "x.env(",
            "impl A { ",
            "struct A { #[arg(env)] a: A<",
            "env::var(k).or_else(|_| ",
            "let a = |k| ",
            "r#\"",
            "/*",
            "for k in [\"A_B\"] { env::var(k); ",
            "use a::{env, ",
            "macro_rules! m { ($k:expr) => { env::var($k) } }",
            ")",
            "Env::raw().extract::<A>(",
        ] {
            extract(&unit.repeat(4_000));
        }
    }

    proptest! {
        #[test]
        fn random_text_never_panics(text in any::<String>()) {
            extract(&text);
        }

        #[test]
        fn random_source_never_panics(
            parts in proptest::collection::vec(
                proptest::sample::select(vec![
                    "use std::env;", "env::var(", "std::env::var_os(", "env!(", "option_env!(", "\"A_KEY\"", ")", "(", "{",
                    "}", "[", "]", "<", ">", "::", ".", "?", ";", ",", "=", "|", "||", "|_|", "_", "=>", "&", "#", "!", ":",
                    "match ", "if let Ok(x) = ", "let ", "else ", "fn f", "key", "key: &str", "const K: &str = ", "K", "$",
                    ".unwrap()", ".unwrap_or(", ".ok()", ".or_else(", ".parse::<u16>()", "'a", "'a'", "'", "\"", "r#\"",
                    "é", "\\", "\n", "///doc\n", "//c\n", "/*", "*/", "struct S ", "enum E ", "#[arg(env = ", "#[serde(flatten)]",
                    "#[derive(Deserialize)]", "x: S", "Option<", "envy::from_env::<S>()", "Env::prefixed(", ".split(",
                    "Environment::with_prefix(", ".separator(", "impl S ", "for k in ", "macro_rules! m ", "format!(", "concat!(",
                    "#[cfg(test)]", "pub ", "-", "1_u8", "return ", "move ", "Err(", "panic!()", "env::vars()", "get_env(",
                ]),
                0..40,
            )
        ) {
            extract(&parts.concat());
        }
    }
}
