//! PHP: `getenv`, `$_ENV`, `$_SERVER`, and Laravel's `env`, in source and in Blade templates.

use super::gather::{Gather, is_upper_snake};
use super::mentions::is_foreign;
use super::ruby::between;
use super::scan::{Access, Dialect, Site, read};
use crate::fact::{Extraction, Extractor, Origin, Phase, SourceKind, Value};
use crate::syntax::code::{PHP, Tokens};
use crate::text::{SourceFile, Span, Spanned, TreePath};

/// Reads PHP source.
#[derive(Clone, Copy, Debug)]
pub(super) struct Php;

const DIALECT: Dialect = Dialect {
    fallbacks: &["??", "?:", "||"],
    raises: &["throw", "exit", "die", "abort"],
    definitions: &["function", "fn"],
    joins: &["."],
    // PHP converts nearly any text without complaint, so that no conversion asks for a type.
    conversions: &[
        ("intval", || None),
        ("trim", || None),
        ("strtolower", || None),
        ("filter_var", || None),
        ("explode", || None),
    ],
    has_open_conditions: false,
};

impl Extractor for Php {
    fn kind(&self) -> SourceKind {
        SourceKind("php")
    }

    fn claims(&self, path: &TreePath) -> bool {
        path.name().ends_with(".php") && !is_foreign(path)
    }

    fn confirms(&self, _path: &TreePath, text: &str) -> bool {
        ["env", "_ENV", "_SERVER"].iter().any(|sign| text.contains(sign))
    }

    fn extract(&self, file: &SourceFile) -> Extraction {
        let tokens = Tokens::of(&file.text, &code(file), &PHP);
        let in_tests =
            file.path.folder().parts().any(|part| part.eq_ignore_ascii_case("tests") || part == "test");
        let is_test = in_tests || file.path.name().ends_with("Test.php");
        let mut gather = Gather::new(file, if is_test { Phase::Test } else { Phase::Run });
        read(&tokens, &DIALECT, &sites(&tokens), &mut gather);
        put(&tokens, &mut gather);
        gather.finish()
    }
}

/// `putenv("KEY=value")`.
fn put(tokens: &Tokens<'_>, gather: &mut Gather<'_>) {
    for at in (0..tokens.len()).filter(|&at| tokens.is(at, "putenv")) {
        let Some(argument) = tokens.group(at + 1, "(") else { continue };
        let Some(text) = tokens.string(argument.start) else { continue };
        let Some((name, value)) = text.value.split_once('=') else { continue };
        let start = text.span.start as usize;
        let place = Span::new(start, start + name.len());
        let is_whole = argument.len() == 1 && !tokens.has_code(argument.start) && !value.contains('$');
        let value_span = Span::new(place.end as usize + 1, text.span.end as usize);
        let value =
            if is_whole { Value::literal(value, value_span) } else { Value::of(Origin::Unknown, text.span) };
        if is_upper_snake(name) {
            gather.set(&Spanned::new(name.to_owned(), place), value, false);
        }
    }
}

/// What of a file is code: between `<?php` and `?>`, and in Blade between `{{` and `}}` too.
fn code(file: &SourceFile) -> Vec<Span> {
    let mut parts = between(&file.text, "<?", "?>");
    for part in &mut parts {
        let opening = file.slice(*part);
        let length =
            ["php", "="].iter().find(|word| opening.starts_with(**word)).map_or(0, |word| word.len());
        *part = Span::new(part.start as usize + length, part.end as usize);
    }
    if file.path.name().ends_with(".blade.php") {
        parts.extend(between(&file.text, "{{", "}}"));
        parts.extend(between(&file.text, "{!!", "!!}"));
        parts.extend(between(&file.text, "@if", "\n"));
        parts.sort_by_key(|part| part.start);
        let mut end = 0;
        parts.retain(|part| {
            let is_new = part.start >= end;
            end = end.max(part.end);
            is_new
        });
    }
    parts
}

/// Where the environment is asked. Sources: the PHP manual (`getenv`, `$_ENV`, `$_SERVER`), Laravel's
/// documentation ("Environment Configuration").
fn sites(tokens: &Tokens<'_>) -> Vec<Site> {
    let mut found = Vec::new();
    for at in 0..tokens.len() {
        let Some(word) = tokens.word(at) else { continue };
        match word {
            "$_ENV" | "$_SERVER" => {
                let Some(key) = tokens.group(at + 1, "[") else { continue };
                let name = tokens.string(key.start).filter(|_| key.len() == 1).map(|text| text.value);
                let is_request = word == "$_SERVER" && name.as_deref().is_none_or(is_of_request);
                if is_request || name.as_deref().is_some_and(|name| !is_upper_snake(name)) {
                    continue;
                }
                let end = tokens.past(at + 1);
                let set = match () {
                    () if tokens.is(end, "=") => Some(Access::Set),
                    () if tokens.is(end, "??=") => Some(Access::SetIfUnset),
                    () => None,
                };
                let is_tested = at.checked_sub(1).is_some_and(|open| {
                    tokens.is(open, "(")
                        && (tokens.is_before(open, "isset") || tokens.is_before(open, "empty"))
                });
                let access = match (set, is_tested) {
                    (Some(set), _) => set,
                    (_, true) => Access::Test,
                    _ => Access::Copes,
                };
                let value = set.map(|_| end + 1..tokens.past(end + 1));
                found.push(Site::new(key, at..end, access).or(value));
            }
            "getenv" | "env" | "getenv_docker" => {
                let is_method = tokens.is_before(at, "->")
                    || tokens.is_before(at, "::")
                    || tokens.is_before(at, "function");
                let Some(group) = tokens.group(at + 1, "(").filter(|_| !is_method) else { continue };
                let arguments = tokens.split(group);
                let Some(key) = arguments.first().cloned() else { continue };
                let default = arguments.get(1).cloned().filter(|_| word != "getenv");
                found.push(Site::new(key, at..tokens.past(at + 1), Access::Copes).or(default));
            }
            // Laravel's facade.
            "Env" if tokens.is(at + 1, "::") => {
                let Some(method) =
                    tokens.word(at + 2).filter(|method| matches!(*method, "get" | "getOrFail"))
                else {
                    continue;
                };
                let arguments =
                    tokens.group(at + 3, "(").map(|group| tokens.split(group)).unwrap_or_default();
                let Some(key) = arguments.first().cloned() else { continue };
                let access = if method == "get" { Access::Copes } else { Access::Fails };
                found.push(Site::new(key, at..tokens.past(at + 3), access).or(arguments.get(1).cloned()));
            }
            _ => {}
        }
    }
    found
}

/// What the server tells about a request, by the PHP manual's list for `$_SERVER`.
fn is_of_request(name: &str) -> bool {
    const STARTS: &[&str] = &[
        "HTTP_",
        "REQUEST_",
        "SERVER_",
        "REMOTE_",
        "SCRIPT_",
        "PATH_",
        "PHP_",
        "CONTENT_",
        "QUERY_",
        "DOCUMENT_",
        "GATEWAY_",
        "REDIRECT_",
        "ORIG_",
        "AUTH_",
        "SSL_",
        "UNIQUE_ID",
        "HTTPS",
        "argv",
        "argc",
        "USER",
        "HOME",
    ];
    STARTS.iter().any(|start| name.starts_with(start))
}
