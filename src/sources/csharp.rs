//! C#: `Environment.GetEnvironmentVariable`, and the keys of .NET's configuration.

use std::ops::Range;

use super::gather::{Gather, is_upper_snake};
use super::mentions::is_foreign;
use super::scan::{Access, Dialect, Site, read};
use crate::fact::{Extraction, Extractor, Hidden, Need, Phase, Read, SourceKind};
use crate::syntax::code::{C_SHARP, Tokens};
use crate::text::{SourceFile, Span, Spanned, TreePath};
use crate::value_type::ValueType;

/// Reads `*.cs`.
#[derive(Clone, Copy, Debug)]
pub(super) struct CSharp;

fn int() -> Option<ValueType> {
    Some(ValueType::Int { min: None, max: None })
}

const DIALECT: Dialect = Dialect {
    fallbacks: &["??"],
    raises: &["throw"],
    definitions: &[],
    joins: &["+"],
    conversions: &[
        ("ToInt32", int),
        ("ToInt64", int),
        // Of `int.Parse(..)` and `bool.Parse(..)` the word before tells.
        ("int", int),
        ("long", int),
        ("bool", || Some(ValueType::Bool)),
        ("double", || Some(ValueType::Float)),
        ("Parse", || None),
        ("IsNullOrEmpty", || None),
        ("IsNullOrWhiteSpace", || None),
    ],
    has_open_conditions: false,
};

impl Extractor for CSharp {
    fn kind(&self) -> SourceKind {
        SourceKind("csharp")
    }

    fn claims(&self, path: &TreePath) -> bool {
        path.name().ends_with(".cs") && !is_foreign(path) && !path.folder().parts().any(|part| part == "obj")
    }

    fn confirms(&self, _path: &TreePath, text: &str) -> bool {
        ["EnvironmentVariable", "onfiguration", "GetSection", "onfig["].iter().any(|sign| text.contains(sign))
    }

    fn extract(&self, file: &SourceFile) -> Extraction {
        let tokens = Tokens::new(&file.text, &C_SHARP);
        let is_test = file.path.parts().any(|part| {
            let part = part.to_ascii_lowercase();
            part == "test"
                || part == "tests"
                || part.ends_with("tests")
                || part.ends_with("tests.cs")
                || part.ends_with(".test")
        });
        let mut gather = Gather::new(file, if is_test { Phase::Test } else { Phase::Run });
        read(&tokens, &DIALECT, &sites(&tokens), &mut gather);
        configuration(&tokens, &mut gather);
        gather.finish()
    }
}

/// Where the environment itself is asked.
fn sites(tokens: &Tokens<'_>) -> Vec<Site> {
    let mut found = Vec::new();
    for at in 0..tokens.len() {
        let access = match tokens.word(at) {
            Some("GetEnvironmentVariable") => Access::Copes,
            Some("SetEnvironmentVariable") => Access::Set,
            _ => continue,
        };
        let Some(arguments) = tokens.group(at + 1, "(").map(|group| tokens.split(group)) else { continue };
        let Some(key) = arguments.first().cloned() else { continue };
        let mut start = at;
        while start >= 2 && tokens.is(start - 1, ".") && tokens.word(start - 2).is_some() {
            start -= 2;
        }
        let value = arguments.get(1).cloned().filter(|_| access == Access::Set);
        found.push(Site::new(key, start..tokens.past(at + 1), access).or(value));
    }
    found
}

/// Keys of the configuration, which variables may give as others may: `Smtp:Host` is `Smtp__Host`.
///
/// Source: "Configuration in ASP.NET Core", environment variables; keys fold case.
fn configuration(tokens: &Tokens<'_>, gather: &mut Gather<'_>) {
    for at in 0..tokens.len() {
        let Some(word) = tokens.word(at) else { continue };
        match word {
            "Configuration" | "configuration" | "config" | "_configuration" | "_config" | "Config" => {
                if let Some(key) = tokens.group(at + 1, "[") {
                    asked(tokens, key, gather);
                }
            }
            "GetValue" => {
                let open = (at + 1..tokens.len().min(at + 8)).find(|&open| tokens.is(open, "("));
                let arguments =
                    open.and_then(|open| tokens.group(open, "(")).map(|group| tokens.split(group));
                if let Some(key) = arguments.and_then(|arguments| arguments.first().cloned()) {
                    asked(tokens, key, gather);
                }
            }
            "GetConnectionString" => {
                let Some(key) = tokens.group(at + 1, "(") else { continue };
                if let Some(name) = tokens.string(key.start).filter(|_| key.len() == 1) {
                    let name = Spanned::new(format!("ConnectionStrings__{}", name.value), name.span);
                    note(&name, gather);
                }
            }
            "GetSection" | "GetRequiredSection" | "BindConfiguration" => {
                let Some(key) = tokens.group(at + 1, "(") else { continue };
                if let Some(name) = tokens.string(key.start).filter(|_| key.len() == 1) {
                    // `GetSection("Queue:Name").Value`
                    if tokens.are(tokens.past(at + 1), &[".", "Value"]) {
                        asked(tokens, key, gather);
                    } else {
                        hidden(&format!("{}__", name.value.replace(':', "__")), name.span, gather);
                    }
                }
            }
            "AddEnvironmentVariables" => {
                let Some(key) = tokens.group(at + 1, "(") else { continue };
                if let Some(prefix) = tokens.string(key.start).filter(|prefix| !prefix.value.is_empty()) {
                    hidden(&prefix.value, prefix.span, gather);
                }
            }
            _ => {}
        }
    }
}

/// Keys fold case, and variables are mostly written in capitals.
fn hidden(prefix: &str, span: Span, gather: &mut Gather<'_>) {
    for spelled in [prefix.to_owned(), prefix.to_uppercase()] {
        let reason = "the fields are those of a class that the configuration fills";
        gather.gap(span, Hidden::ReadsWithPrefix(spelled), reason);
    }
}

fn asked(tokens: &Tokens<'_>, key: Range<usize>, gather: &mut Gather<'_>) {
    if let Some(name) = tokens.string(key.start).filter(|_| key.len() == 1 && !tokens.has_code(key.start))
        && (is_upper_snake(&name.value) || name.value.contains(':'))
    {
        note(&Spanned::new(name.value.replace(':', "__"), name.span), gather);
    }
}

fn note(name: &Spanned<String>, gather: &mut Gather<'_>) {
    gather.read(name, Read { folds_case: true, ..Read::with_need(Need::Unknown) });
}
