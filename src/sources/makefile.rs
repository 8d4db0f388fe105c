//! Makefiles: variables that they take from and give to the environment, and the shell text of recipes.
//!
//! The grammar is that of GNU make as far as it decides whose variable a `$(X)` is: assignments, `export`,
//! `include`, conditionals and recipes. A `$$X` of a recipe is the shell's, a `$(X)` make's; make takes any
//! variable of the environment that the file does not set itself.

use std::collections::BTreeSet;
use std::ops::Range;
use std::sync::LazyLock;

use regex::Regex;

use super::shell::{Source, is_key, read};
use crate::fact::{
    CommandFile, Extraction, Extractor, Fact, Gap, Hidden, Need, Origin, Phase, Place, Provide, Provision,
    Role, SourceKind, Structure, Value,
};
use crate::key::KeyName;
use crate::syntax::dockerfile::Joined;
use crate::text::{SourceFile, Span, Spanned, TreePath};

/// Reads Makefiles.
#[derive(Clone, Copy, Debug)]
pub(super) struct Makefile;

/// Variables that make sets itself.
const OWN: &[&str] = &[
    "MAKE",
    "MAKEFLAGS",
    "MAKEFILE_LIST",
    "MAKECMDGOALS",
    "MAKEFILES",
    "MAKELEVEL",
    "MAKE_VERSION",
    "CURDIR",
    "SHELL",
    "VPATH",
    "SUFFIXES",
    "CC",
    "CXX",
    "CPP",
    "AR",
    "AS",
    "LD",
    "RM",
    "CFLAGS",
    "CXXFLAGS",
    "CPPFLAGS",
    "LDFLAGS",
    "LDLIBS",
    "ARFLAGS",
    "PATH",
    "HOME",
    "USER",
    "PWD",
    "OS",
];

#[expect(clippy::expect_used, reason = "constant patterns; tests use them")]
static ASSIGNMENT: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?-u)^\s*(?:(override|export|unexport|private)\s+)*(?:[\w./%-]+\s*:\s*)?(export\s+)?([A-Za-z_][A-Za-z0-9_]*)\s*(\?=|:{0,3}=|\+=|!=)\s*")
        .expect("constant pattern")
});

impl Extractor for Makefile {
    fn kind(&self) -> SourceKind {
        SourceKind("makefile")
    }

    fn claims(&self, path: &TreePath) -> bool {
        let name = path.name();
        let is_named = matches!(name, "Makefile" | "makefile" | "GNUmakefile") || name.ends_with(".mk");
        is_named && !super::mentions::is_foreign(path)
    }

    fn extract(&self, file: &SourceFile) -> Extraction {
        let mut reader = Reader::new(file);
        reader.lines();
        let mut found = reader.found;
        found.facts.sort_by_key(|fact| fact.span);
        found.structure = Structure::Commands(Box::new(reader.script));
        found.mentions = super::mentions::Mentions.extract(file).mentions;
        found
    }
}

struct Reader<'a> {
    file: &'a SourceFile,
    found: Extraction,
    script: CommandFile,
    /// Variables that the file sets itself, but for `?=`.
    set: BTreeSet<String>,
    exported: BTreeSet<String>,
    exports_all: bool,
    told: BTreeSet<String>,
}

impl<'a> Reader<'a> {
    fn new(file: &'a SourceFile) -> Self {
        let mut reader = Self {
            file,
            found: Extraction::default(),
            script: CommandFile::default(),
            set: BTreeSet::new(),
            exported: BTreeSet::new(),
            exports_all: false,
            told: BTreeSet::new(),
        };
        for line in file.text.lines().filter(|line| !line.starts_with('\t')) {
            let trimmed = line.trim();
            if let Some(found) = ASSIGNMENT.captures(line) {
                let is_conditional = found.get(4).is_some_and(|sign| sign.as_str() == "?=");
                if let (Some(name), false) = (found.get(3), is_conditional) {
                    reader.set.insert(name.as_str().to_owned());
                }
            } else if let Some(names) = trimmed.strip_prefix("export ") {
                reader.exported.extend(names.split_whitespace().map(str::to_owned));
            }
            reader.exports_all |= trimmed == "export" || trimmed.starts_with(".EXPORT_ALL_VARIABLES");
            if let Some(name) = trimmed.strip_prefix("define ") {
                reader.set.insert(name.split_whitespace().next().unwrap_or("").to_owned());
            }
        }
        reader
    }

    fn lines(&mut self) {
        let file = self.file;
        let mut recipe = Joined::empty(0);
        let mut computed = Vec::new();
        let mut demanded: Option<(String, Range<usize>)> = None;
        let mut goes_on_in_recipe = false;
        let mut at = 0;
        for line in file.text.split_inclusive('\n') {
            let begin = at;
            at += line.len();
            let content = line.trim_end_matches(['\n', '\r']);
            if content.starts_with('\t') || goes_on_in_recipe {
                goes_on_in_recipe = content.ends_with('\\');
                self.recipe_line(line, begin, &mut recipe, &mut computed);
                continue;
            }
            let trimmed = content.trim_start();
            if trimmed.is_empty() || trimmed.starts_with('#') {
                continue;
            }
            let indent = begin + (content.len() - trimmed.len());
            let words: Vec<&str> = trimmed.split_whitespace().collect();
            match words.as_slice() {
                ["include" | "-include" | "sinclude", paths @ ..] => {
                    for path in paths {
                        let start = begin + content.find(path).unwrap_or(0);
                        let span = Span::new(start, start + path.len());
                        self.script.sources.push(Spanned::new((*path).to_owned(), span));
                        let reason = "a Makefile takes variables from another file";
                        self.found.gaps.push(Gap { span, hides: Hidden::Provisions, reason });
                    }
                }
                ["ifndef", name, ..] => {
                    let start = begin + content.find(name).unwrap_or(0);
                    demanded = Some(((*name).to_owned(), start..start + name.len()));
                }
                ["endif" | "else" | "ifdef" | "ifeq" | "ifneq", ..] => demanded = None,
                _ => {}
            }
            if trimmed.starts_with("$(error")
                && let Some((name, range)) = demanded.take()
            {
                self.reads(&name, range, Need::Required);
            }
            self.assignment(content, begin);
            self.references(trimmed, indent, None);
        }
        let own = Place::Script;
        let place = |range: &Range<usize>| recipe.span_of(range.clone());
        let said = read(&Source {
            text: recipe.as_str(),
            written: recipe.as_str(),
            file: file.id,
            place: &place,
            own,
            computed: &computed,
        });
        let is_own = |fact: &Fact| {
            matches!(fact.role, Role::Reads(_))
                && (self.set.contains(fact.key.as_str()) || self.told.contains(fact.key.as_str()))
        };
        let facts: Vec<Fact> = said.facts.into_iter().filter(|fact| !is_own(fact)).collect();
        self.found.facts.extend(facts);
        self.found.gaps.extend(said.gaps);
        self.found.hidden.extend(said.hidden);
        let sources = std::mem::take(&mut self.script.sources);
        self.script = said.script;
        self.script.sources.splice(0..0, sources);
    }

    /// A line of a recipe as the shell gets it: `$$` is `$`, and make's own references are filled in.
    fn recipe_line(
        &mut self,
        line: &str,
        begin: usize,
        recipe: &mut Joined,
        computed: &mut Vec<Range<usize>>,
    ) {
        self.references(line, begin, Some((recipe, computed)));
    }

    /// The `$(X)` and `${X}` of a text, which make fills in. With a recipe, the text is added to it.
    fn references(
        &mut self,
        text: &str,
        begin: usize,
        mut recipe: Option<(&mut Joined, &mut Vec<Range<usize>>)>,
    ) {
        let mut from = 0;
        let mut is_first = recipe.is_some();
        while from < text.len() {
            let rest = text.get(from..).unwrap_or("");
            let plain = rest.find('$').unwrap_or(rest.len());
            let mut run = rest.get(..plain).unwrap_or("");
            let mut run_at = begin + from;
            if is_first {
                // `@`, `-` and `+` before a command are make's.
                let shell = run.trim_start_matches(['\t', ' ', '@', '-', '+']);
                run_at += run.len() - shell.len();
                run = shell;
                is_first = false;
            }
            if let Some((joined, _)) = &mut recipe {
                joined.push(run, run_at);
            }
            from += plain;
            let rest = text.get(from..).unwrap_or("");
            let Some(next) = rest.get(1..).and_then(|rest| rest.chars().next()) else { return };
            let (length, inner) = match next {
                '$' => {
                    if let Some((joined, _)) = &mut recipe {
                        joined.push("$", begin + from + 1);
                    }
                    from += 2;
                    continue;
                }
                '(' | '{' => {
                    let length = closing(rest);
                    (length, rest.get(2..length.saturating_sub(1).max(2)).unwrap_or(""))
                }
                c => (1 + c.len_utf8(), ""),
            };
            let name_length = inner.bytes().take_while(|&b| b.is_ascii_alphanumeric() || b == b'_').count();
            let name = inner.get(..name_length).unwrap_or("");
            let is_variable = matches!(inner.get(name_length..name_length + 1), None | Some("" | ":"));
            if is_variable && !name.is_empty() {
                self.reads(name, begin + from + 2..begin + from + 2 + name_length, Need::Unknown);
            } else if !inner.is_empty() {
                self.nested(inner, begin + from + 2);
            }
            if let Some((joined, computed)) = &mut recipe {
                let at = joined.as_str().len();
                joined.push("x", begin + from);
                computed.push(at..at + 1);
            }
            from += length;
        }
    }

    /// References in the arguments of a function: `$(or $(X),y)`, one level at a time.
    fn nested(&mut self, text: &str, begin: usize) {
        let mut from = 0;
        while let Some(at) = text.get(from..).and_then(|rest| rest.find("$(")).map(|at| from + at) {
            let inner = text.get(at + 2..).unwrap_or("");
            let length = inner.bytes().take_while(|&b| b.is_ascii_alphanumeric() || b == b'_').count();
            if inner.get(length..).is_some_and(|rest| rest.starts_with([')', ':'])) {
                let name = inner.get(..length).unwrap_or("");
                self.reads(name, begin + at + 2..begin + at + 2 + length, Need::Unknown);
            }
            from = at + 2;
        }
    }

    fn reads(&mut self, name: &str, range: Range<usize>, need: Need) {
        if is_key(name)
            && !OWN.contains(&name)
            && !self.set.contains(name)
            && self.told.insert(name.to_owned())
        {
            self.fact(name, range, Role::read(need));
        }
    }

    fn fact(&mut self, name: &str, range: Range<usize>, role: Role) {
        let (key, span) = (KeyName::new(name), Span::new(range.start, range.end));
        let fact = Fact { key, file: self.file.id, span, place: Place::Script, phase: Phase::Run, role };
        self.found.facts.push(fact);
    }

    /// `NAME = value` in a line that begins at `begin`.
    fn assignment(&mut self, line: &str, begin: usize) {
        let Some(found) = ASSIGNMENT.captures(line) else { return };
        let (Some(whole), Some(name), Some(sign)) = (found.get(0), found.get(3), found.get(4)) else {
            return;
        };
        let key = name.as_str();
        if !is_key(key) {
            return;
        }
        let rest = line.get(whole.end()..).unwrap_or("");
        let text = rest.split(" #").next().unwrap_or("").trim_end();
        let start = begin + whole.end();
        let name = begin + name.start()..begin + name.end();
        let span = if text.is_empty() {
            Span::new(name.start, name.end)
        } else {
            Span::new(start, start + text.len())
        };
        let value = if text.contains('$') || text.ends_with('\\') || sign.as_str() == "!=" {
            Value::of(Origin::Unknown, span)
        } else {
            Value::literal(text, span)
        };
        let is_exported = self.exports_all
            || self.exported.contains(key)
            || found.get(1).or(found.get(2)).is_some_and(|word| word.as_str().trim() == "export");
        if sign.as_str() == "?=" {
            self.told.remove(key);
            self.reads(key, name.clone(), Need::Default(value.clone()));
        }
        if is_exported {
            let provision = Provision::Always;
            self.fact(key, name, Role::Provides(Provide { value, provision }));
        }
    }
}

/// The length of `$(...)` or `${...}` at the begin of a text; one that is not closed ends with the text.
fn closing(text: &str) -> usize {
    let mut depth = 0_usize;
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            b'(' | b'{' => depth += 1,
            b')' | b'}' => {
                depth = depth.saturating_sub(1);
                if depth == 0 {
                    return at + 1;
                }
            }
            _ => {}
        }
    }
    text.len()
}

#[cfg(test)]
mod tests {
    use super::Makefile;
    use crate::fact::Extractor;
    use crate::text::{FileId, SourceFile, TreePath};
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn spans_lie_in_the_file(parts in proptest::collection::vec(
            proptest::sample::select(vec![
                "AB ?= 1\n", "export CD = $(AB)\n", "t:\n\t", "$$X", "$(", ")", "${AB}", "echo AB=1 >> .env", "\n", "\t@", "\\\n", "é",
                "include .env\n", "ifndef AB\n", "$(error x)\n", "\r\n", "\u{feff}", "$", "\"", "endif\n", "# $(NO)\n",
            ]),
            0..40,
        )) {
            let file = SourceFile::new(FileId(0), TreePath::parse("Makefile").unwrap(), parts.concat());
            let found = Makefile.extract(&file);
            for span in found.facts.iter().map(|fact| fact.span).chain(found.hidden).chain(found.gaps.iter().map(|gap| gap.span)) {
                prop_assert!(file.text.get(span.range()).is_some());
            }
        }

        #[test]
        fn random_text_never_panics(text in any::<String>()) {
            Makefile.extract(&SourceFile::new(FileId(0), TreePath::parse("Makefile").unwrap(), text));
        }
    }
}
