//! Terraform: variables that plans give to functions, containers and apps, and those they take themselves.
//!
//! Providers spell the environment of what they run in a few ways: a map behind `variables`,
//! `environment`, `environment_variables`, `app_settings` and the like, or objects with `name` and `value`.
//! They are found by these shapes anywhere in the text. A `variable "x"` is taken from `TF_VAR_x`, if from
//! anywhere outside.

use std::sync::LazyLock;

use regex::Regex;

use crate::fact::{
    Extraction, Extractor, Fact, Gap, Hidden, Need, Origin, Phase, Place, Provide, Provision, Role,
    SourceKind, Value,
};
use crate::key::KeyName;
use crate::syntax::hcl;
use crate::text::{SourceFile, Span, TreePath};

/// Reads Terraform and the bake files of buildx, which are written alike.
#[derive(Clone, Copy, Debug)]
pub(super) struct Terraform;

#[expect(clippy::expect_used, reason = "constant patterns; tests use them")]
fn pattern(text: &str) -> Regex {
    Regex::new(text).expect("constant pattern")
}

static MAP: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?-u)\b(?:variables|environment|environment_variables|env|envs|env_vars|app_settings|config_vars|secrets|sensitive_config_vars|secret_environment_variables|args)\s*=\s*(?:merge\(\s*)?(?:var\.\w+\s*,\s*)?\{",
    )
});
static NAMED: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r#"(?-u)\bname"?\s*[=:]\s*"([A-Z][A-Z0-9_]*)"\s*,?\s*(?:#(?u:[^\n])*)?\s*"?(value|valueFrom|value_from|value_source|secret_name)"?\s*(?:[=:]\s*("(?:(?u:[^"\\\n])|\\(?u:.))*")?|\{)"#,
    )
});
static ENTRY: LazyLock<Regex> = LazyLock::new(|| {
    pattern(r#"(?m)(?:^|[{,])[ \t]*"?([A-Za-z_][A-Za-z0-9_]*)"?[ \t]*[=:][ \t]*("(?:[^"\\\n]|\\.)*")?"#)
});

impl Extractor for Terraform {
    fn kind(&self) -> SourceKind {
        SourceKind("terraform")
    }

    fn claims(&self, path: &TreePath) -> bool {
        let name = path.name();
        let is_bake = name.starts_with("docker-bake") && name.ends_with(".hcl");
        (name.ends_with(".tf") || is_bake) && !super::mentions::is_foreign(path)
    }

    fn extract(&self, file: &SourceFile) -> Extraction {
        let mut found = Extraction::default();
        let is_bake = !file.path.name().ends_with(".tf");
        let text = &file.text;
        let body = hcl::parse(text);
        for block in body.blocks_of("variable") {
            let Some(label) = block.labels.first() else { continue };
            let name = if is_bake { label.value.clone() } else { format!("TF_VAR_{}", label.value) };
            let need = match block.body.attribute("default") {
                Some(hcl::Value::Text(default)) => Need::Default(Value::literal(default, default.span)),
                Some(_) => Need::Optional,
                None if block.body.blocks.is_empty() && block.body.is_whole() && !is_bake => Need::Required,
                None => Need::Unknown,
            };
            found.facts.push(fact(file, &name, label.span, Place::Script, Role::read(need)));
        }
        for map in MAP.find_iter(text).filter(|map| !is_comment(text, map.start())) {
            let end = closing(text, map.end());
            let inside = text.get(map.end() - 1..end).unwrap_or("");
            let is_build = map.as_str().starts_with("args");
            entries(file, &mut found, inside, map.end() - 1, is_build);
        }
        for named in NAMED.captures_iter(text) {
            let (Some(whole), Some(name)) = (named.get(0), named.get(1)) else { continue };
            if is_comment(text, whole.start()) {
                continue;
            }
            let is_value = named.get(2).is_some_and(|field| field.as_str() == "value");
            let value = value(named.get(3).filter(|_| is_value), name.range());
            let span = Span::new(name.start(), name.end());
            let role = Role::Provides(Provide { value, provision: Provision::Always });
            found.facts.push(fact(file, name.as_str(), span, Place::Workload("terraform".to_owned()), role));
        }
        let reason = "the plan computes what it gives";
        found.gaps.push(Gap { span: Span::at(0), hides: Hidden::Provisions, reason });
        found.facts.sort_by_key(|fact| fact.span);
        found.facts.dedup_by_key(|fact| (fact.span, fact.key.clone()));
        found.mentions = super::mentions::Mentions.extract(file).mentions;
        found
    }
}

/// The entries of a map that begins at `begin` with its brace, deeper ones left out.
fn entries(file: &SourceFile, found: &mut Extraction, inside: &str, begin: usize, is_build: bool) {
    for entry in ENTRY.captures_iter(inside) {
        let Some(name) = entry.get(1) else { continue };
        let is_key = name.as_str().bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || b == b'_');
        if !is_key || is_comment(&file.text, begin + name.start()) {
            continue;
        }
        let place = if is_build {
            Place::BuildArgs("bake".to_owned())
        } else {
            Place::Workload("terraform".to_owned())
        };
        let mut value = value(entry.get(2), name.range());
        value.span = Span::new(begin + value.span.range().start, begin + value.span.range().end);
        let span = Span::new(begin + name.start(), begin + name.end());
        let role = Role::Provides(Provide { value, provision: Provision::Always });
        found.facts.push(fact(file, name.as_str(), span, place, role));
    }
}

/// A text in quotes; what has `${...}` in it or is no text is not known, and stands at `around`.
fn value(quoted: Option<regex::Match<'_>>, around: std::ops::Range<usize>) -> Value {
    match quoted {
        Some(quoted) => {
            let span = Span::new(quoted.start(), quoted.end());
            let text = quoted.as_str().trim_matches('"');
            let is_plain = !text.contains(['$', '\\', '%']);
            if is_plain { Value::literal(text, span) } else { Value::of(Origin::Unknown, span) }
        }
        None => Value::of(Origin::Unknown, Span::new(around.start, around.end)),
    }
}

fn fact(file: &SourceFile, key: &str, span: Span, place: Place, role: Role) -> Fact {
    let phase = if matches!(place, Place::BuildArgs(_)) { Phase::Build } else { Phase::Run };
    Fact { key: KeyName::new(key), file: file.id, span, place, phase, role }
}

fn is_comment(text: &str, at: usize) -> bool {
    let line = text.get(..at).unwrap_or("").rsplit('\n').next().unwrap_or("").trim_start();
    line.starts_with('#') || line.starts_with("//")
}

/// The place of the brace that closes the one before `at`, at most so many bytes on.
fn closing(text: &str, at: usize) -> usize {
    const MAX_MAP: usize = 1 << 14;
    let mut depth = 1_usize;
    for (offset, byte) in text.get(at..).unwrap_or("").bytes().enumerate().take(MAX_MAP) {
        match byte {
            b'{' => depth += 1,
            b'}' => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return at + offset;
        }
    }
    text.floor_char_boundary((at + MAX_MAP).min(text.len()))
}

#[cfg(test)]
mod tests {
    use super::Terraform;
    use crate::fact::Extractor;
    use crate::text::{FileId, SourceFile, TreePath};
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn spans_lie_in_the_file(parts in proptest::collection::vec(
            proptest::sample::select(vec![
                "variable \"ab\" {\n", "default = \"é\"\n", "}\n", "environment {\n variables = {\n", "AB = \"c\"\n", "\"CD\" = var.x\n", "env = {", "é",
                "name = \"AB\"\nvalue = \"${x}\"\n", "# ", "// ", "jsonencode([{", "\"name\": \"EF\", \"value\": \"g\"", "}])", "\u{feff}", "\r\n", "\0", "args = {",
            ]),
            0..30,
        )) {
            for name in ["main.tf", "docker-bake.hcl"] {
                let file = SourceFile::new(FileId(0), TreePath::parse(name).unwrap(), parts.concat());
                for fact in Terraform.extract(&file).facts {
                    prop_assert!(file.text.get(fact.span.range()).is_some());
                }
            }
        }
    }
}
