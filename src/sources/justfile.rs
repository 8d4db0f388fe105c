//! Files of `just`: variables that recipes take from and give to the environment.
//!
//! The grammar is that of just's manual: `env('K')` and `env_var('K')` fail without the variable, with a
//! default they do not; `export NAME := value` and `set export` give variables to recipes; `$NAME` as a
//! parameter does so too. Recipes are read as shell text with `{{ }}` blotted out.

use std::ops::Range;
use std::sync::LazyLock;

use regex::Regex;

use super::shell::{Source, read};
use crate::fact::{
    Extraction, Extractor, Fact, Gap, Hidden, Need, Origin, Phase, Place, Provide, Provision, Role,
    SourceKind, Structure, Value,
};
use crate::key::KeyName;
use crate::syntax::dockerfile::Joined;
use crate::text::{SourceFile, Span, TreePath};

/// Reads justfiles.
#[derive(Clone, Copy, Debug)]
pub(super) struct Justfile;

#[expect(clippy::expect_used, reason = "constant patterns; tests use them")]
fn pattern(text: &str) -> Regex {
    Regex::new(text).expect("constant pattern")
}

static CALL: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r#"(?-u)\b(env|env_var|env_var_or_default)\(\s*['"]([A-Za-z_][A-Za-z0-9_]*)['"]\s*(?:(,)\s*(?:['"]((?u:[^'"\n])*)['"])?)?"#,
    )
});
static ASSIGNED: LazyLock<Regex> = LazyLock::new(|| {
    pattern(r#"(?-u)^(export\s+)?([A-Za-z_][A-Za-z0-9_-]*)\s*:=\s*(?:(['"])((?u:[^'"])*)['"]\s*$)?"#)
});

impl Extractor for Justfile {
    fn kind(&self) -> SourceKind {
        SourceKind("justfile")
    }

    fn claims(&self, path: &TreePath) -> bool {
        let name = path.name();
        (matches!(name, "justfile" | "Justfile" | ".justfile") || name.ends_with(".just"))
            && !super::mentions::is_foreign(path)
    }

    fn extract(&self, file: &SourceFile) -> Extraction {
        let mut found = Extraction::default();
        let mut recipes = Joined::empty(0);
        let mut computed = Vec::new();
        let mut at = 0;
        for line in file.text.split_inclusive('\n') {
            let begin = at;
            at += line.len();
            if line.trim_start().starts_with('#') {
                continue;
            }
            for call in CALL.captures_iter(line) {
                calls(file, &mut found, &call, begin);
            }
            if line.starts_with([' ', '\t']) {
                recipe_line(line, begin, &mut recipes, &mut computed);
            } else if let Some(assigned) = ASSIGNED.captures(line.trim_end()) {
                exports(file, &mut found, &assigned, begin);
            } else if line.starts_with("set dotenv") {
                let span = Span::new(begin, begin + line.trim_end().len());
                let reason = "just takes variables from a dotenv file";
                found.gaps.push(Gap { span, hides: Hidden::Provisions, reason });
            }
        }
        let place = |range: &Range<usize>| recipes.span_of(range.clone());
        let own = Place::Script;
        let said = read(&Source {
            text: recipes.as_str(),
            written: recipes.as_str(),
            file: file.id,
            place: &place,
            own,
            computed: &computed,
        });
        found.facts.extend(said.facts);
        found.gaps.extend(said.gaps);
        found.hidden.extend(said.hidden);
        found.facts.sort_by_key(|fact| fact.span);
        found.structure = Structure::Commands(Box::new(said.script));
        found.mentions = super::mentions::Mentions.extract(file).mentions;
        found
    }
}

fn calls(file: &SourceFile, found: &mut Extraction, call: &regex::Captures<'_>, begin: usize) {
    let (Some(function), Some(name)) = (call.get(1), call.get(2)) else { return };
    let need = match (call.get(3), call.get(4)) {
        (_, Some(default)) => {
            let span = Span::new(begin + default.start(), begin + default.end());
            Need::Default(Value::literal(default.as_str(), span))
        }
        (Some(_), None) => Need::Optional,
        (None, None) if function.as_str() == "env_var_or_default" => Need::Optional,
        (None, None) => Need::Required,
    };
    let span = Span::new(begin + name.start(), begin + name.end());
    push(file, found, name.as_str(), span, Role::read(need));
}

fn exports(file: &SourceFile, found: &mut Extraction, assigned: &regex::Captures<'_>, begin: usize) {
    let (Some(_), Some(name)) = (assigned.get(1), assigned.get(2)) else { return };
    let span = Span::new(begin + name.start(), begin + name.end());
    let value = match assigned.get(4) {
        Some(text) if text.is_empty() => Value::literal("", span),
        Some(text) => Value::literal(text.as_str(), Span::new(begin + text.start(), begin + text.end())),
        None => Value::of(Origin::Unknown, span),
    };
    push(file, found, name.as_str(), span, Role::Provides(Provide { value, provision: Provision::Always }));
}

fn push(file: &SourceFile, found: &mut Extraction, key: &str, span: Span, role: Role) {
    let key = KeyName::new(key);
    if key.is_identifier() {
        found.facts.push(Fact { key, file: file.id, span, place: Place::Script, phase: Phase::Run, role });
    }
}

/// A line of a recipe as the shell gets it, with a letter for each `{{ }}`.
fn recipe_line(line: &str, begin: usize, recipes: &mut Joined, computed: &mut Vec<Range<usize>>) {
    let bare = line.trim_start_matches([' ', '\t', '@', '-']);
    let mut from = line.len() - bare.len();
    while from < line.len() {
        let rest = line.get(from..).unwrap_or("");
        let open = rest.find("{{").unwrap_or(rest.len());
        recipes.push(rest.get(..open).unwrap_or(""), begin + from);
        from += open;
        if from < line.len() {
            let at = recipes.as_str().len();
            recipes.push("x", begin + from);
            computed.push(at..at + 1);
            from += line.get(from..).and_then(|rest| rest.find("}}")).map_or(line.len(), |end| end + 2);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Justfile;
    use crate::fact::Extractor;
    use crate::text::{FileId, SourceFile, TreePath};
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn spans_lie_in_the_file(parts in proptest::collection::vec(
            proptest::sample::select(vec![
                "x := env('AB')\n", "export CD := 'é'\n", "t:\n  ", "echo $X {{y}}", "{{", "}}", "env_var('EF', 'g')", "\n", "\r\n", "é", "set dotenv-load\n",
                "  @echo AB=1 >> .env\n", "#", "\u{feff}", "'",
            ]),
            0..30,
        )) {
            let file = SourceFile::new(FileId(0), TreePath::parse("justfile").unwrap(), parts.concat());
            let found = Justfile.extract(&file);
            for span in found.facts.iter().map(|fact| fact.span).chain(found.hidden).chain(found.gaps.iter().map(|gap| gap.span)) {
                prop_assert!(file.text.get(span.range()).is_some());
            }
        }
    }
}
