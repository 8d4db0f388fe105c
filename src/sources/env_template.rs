//! Configuration of servers that is filled in from the environment when a container starts.
//!
//! - `*.template`: the entrypoint of the nginx image and others run `envsubst` over them, which replaces
//!   `${NAME}` and `$NAME` of variables that exist. Names in small letters are nginx's own.
//! - `Caddyfile`: `{$NAME}`, `{$NAME:default}` when it is loaded, `{env.NAME}` when a request comes.

use std::sync::LazyLock;

use regex::Regex;

use super::shell::is_key;
use crate::fact::{Extraction, Extractor, Fact, Need, Phase, Place, Role, SourceKind, Value};
use crate::key::KeyName;
use crate::text::{SourceFile, Span, TreePath};

/// Reads templates of server configuration.
#[derive(Clone, Copy, Debug)]
pub(super) struct EnvTemplate;

#[expect(clippy::expect_used, reason = "constant patterns; tests use them")]
fn pattern(text: &str) -> Regex {
    Regex::new(text).expect("constant pattern")
}

static SUBSTITUTED: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"(?-u)\$(?:\{([A-Z][A-Z0-9_]*)\}|([A-Z][A-Z0-9_]*)\b)"));
static CADDY: LazyLock<Regex> = LazyLock::new(|| {
    pattern(r"\{\$([A-Za-z_][A-Za-z0-9_]*)(?::([^{}\n]*))?\}|\{env\.([A-Za-z_][A-Za-z0-9_]*)\}")
});

impl Extractor for EnvTemplate {
    fn kind(&self) -> SourceKind {
        SourceKind("env-template")
    }

    fn claims(&self, path: &TreePath) -> bool {
        (path.name().ends_with(".template") || is_caddyfile(path)) && !super::mentions::is_foreign(path)
    }

    fn confirms(&self, path: &TreePath, text: &str) -> bool {
        let pattern = if is_caddyfile(path) { &CADDY } else { &SUBSTITUTED };
        pattern.is_match(text)
    }

    fn extract(&self, file: &SourceFile) -> Extraction {
        let is_caddyfile = is_caddyfile(&file.path);
        let pattern = if is_caddyfile { &CADDY } else { &SUBSTITUTED };
        let mut facts = Vec::new();
        for found in pattern.captures_iter(&file.text) {
            let (Some(whole), Some(name)) = (found.get(0), found.get(1).or(found.get(2)).or(found.get(3)))
            else {
                continue;
            };
            // Of `{$A:B}` the second group is the default.
            let name = if is_caddyfile { found.get(1).or(found.get(3)).unwrap_or(name) } else { name };
            let line = file.text.get(..whole.start()).unwrap_or("").rsplit('\n').next().unwrap_or("");
            if line.trim_start().starts_with('#') || (!is_caddyfile && !is_key(name.as_str())) {
                continue;
            }
            let need = match found.get(2).filter(|_| is_caddyfile) {
                Some(default) if !default.is_empty() => {
                    Need::Default(Value::literal(default.as_str(), Span::new(default.start(), default.end())))
                }
                _ => Need::Unknown,
            };
            facts.push(Fact {
                key: KeyName::new(name.as_str()),
                file: file.id,
                span: Span::new(name.start(), name.end()),
                place: Place::Process,
                phase: Phase::Run,
                role: Role::read(need),
            });
        }
        let mentions = super::mentions::Mentions.extract(file).mentions;
        Extraction { facts, mentions, ..Extraction::default() }
    }
}

fn is_caddyfile(path: &TreePath) -> bool {
    let name = path.name();
    name == "Caddyfile"
        || name.ends_with(".Caddyfile")
        || name.starts_with("Caddyfile.")
        || name.ends_with(".caddy")
}

#[cfg(test)]
mod tests {
    use super::EnvTemplate;
    use crate::fact::Extractor;
    use crate::text::{FileId, SourceFile, TreePath};
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn names_lie_in_the_file(text in "[A-C_a0é${}:. \n#]{0,80}|(\\{\\$AB:x\\}|\\{env.AB\\}|[$]\\{AB\\}|é){0,9}") {
            for name in ["Caddyfile", "nginx.conf.template"] {
                let file = SourceFile::new(FileId(0), TreePath::parse(name).unwrap(), text.clone());
                for fact in EnvTemplate.extract(&file).facts {
                    prop_assert_eq!(file.text.get(fact.span.range()), Some(fact.key.as_str()));
                }
            }
        }
    }
}
