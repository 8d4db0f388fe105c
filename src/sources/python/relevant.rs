//! Which parts of a file are parsed: those that may touch the environment, and what they need of the others.
//!
//! Parsing is most of what a Python file costs, and most of a long file that reads a variable somewhere has
//! nothing to do with variables. A file is divided into the statements at its left margin; functions, classes
//! and assignments that name nothing of the environment, use nothing that does and are not used by anything
//! that does are left out. All else is parsed, each byte at its own place.

use std::collections::HashMap;
use std::ops::Range;
use std::sync::LazyLock;

use aho_corasick::{AhoCorasick, MatchKind};

use super::library::is_telling;
use super::required::demands;
use super::statements::{Statement, statements};

/// Shorter files, in bytes, are parsed as a whole.
const SHORT: usize = 4 << 10;

/// How often a function around a function around a read is still looked for.
const ROUNDS: usize = 5;

/// Without one of these a statement does nothing with the environment by itself.
const SIGNS: &[&str] = &[
    "env",
    "Env",
    "Settings",
    "settings",
    "required",
    "REQUIRED",
    "decouple",
    "starlette.config",
    "Dynaconf",
    "dynaconf",
];

#[expect(clippy::expect_used, reason = "constant patterns; every test of this kind builds them")]
static ANY_SIGN: LazyLock<AhoCorasick> = LazyLock::new(|| {
    let kind = MatchKind::LeftmostFirst;
    AhoCorasick::builder().match_kind(kind).build(SIGNS).expect("constant patterns")
});

/// Whether the sign at `range` is one in this statement.
fn is_sign(text: &str, range: Range<usize>, statement: &Statement<'_>) -> bool {
    let before = text.get(..range.start).unwrap_or("");
    let behind = text.get(range.end..).unwrap_or("");
    match text.get(range.clone()).unwrap_or("") {
        "env" => is_about_variables(word_around(text, range), behind),
        "Env" => !behind.starts_with("ironment"),
        // A function that is handed settings reads none.
        "Settings" => {
            let is_base = before.ends_with("Base") || before.ends_with("Lazy");
            !statement.is_function || is_base || behind.starts_with("ConfigDict")
        }
        "settings" => before.ends_with("pydantic_"),
        "required" | "REQUIRED" => demands(word_around(text, range)),
        _ => true,
    }
}

/// Whether a name with `env` in it is that of the environment or of a function that reads or sets a variable.
fn is_about_variables(name: &str, behind: &str) -> bool {
    name.starts_with("environ") && !name.starts_with("environment")
        || name.starts_with("envvar")
        || name == "env" && (behind.starts_with(['(', '.']) || behind.starts_with("\n"))
        || name.contains("getenv")
        || is_telling(name)
        || matches!(name, "setenv" | "delenv" | "putenv" | "unsetenv" | "from_prefixed_env")
        || behind.starts_with("iron.") // `http_environ.get`
}

/// The name that `range` stands in.
fn word_around(text: &str, range: Range<usize>) -> &str {
    let is_of_name = |c: char| c == '_' || c.is_alphanumeric();
    let before = text.get(..range.start).unwrap_or("");
    let start = before.trim_end_matches(is_of_name).len();
    let behind = text.get(range.end..).unwrap_or("");
    let end = range.end + behind.find(|c| !is_of_name(c)).unwrap_or(behind.len());
    text.get(start..end).unwrap_or("")
}

/// A file's parts.
#[derive(Debug)]
pub(super) struct Parts {
    /// What is to be parsed.
    pub(super) parsed: Vec<Range<usize>>,
    /// What is not.
    pub(super) left_out: Vec<Range<usize>>,
}

/// Divides a file.
pub(super) fn parts(text: &str) -> Parts {
    // A template of a Python file is no Python, and parses by luck only.
    if text.len() < SHORT || text.contains("{%") {
        let whole = 0..text.len();
        return Parts { parsed: Vec::from([whole]), left_out: Vec::new() };
    }
    let statements = statements(text);
    let kept = Graph::of(text, &statements).kept();
    let mut parts = Parts { parsed: Vec::new(), left_out: Vec::new() };
    for (statement, is_kept) in statements.iter().zip(kept) {
        let list = if is_kept { &mut parts.parsed } else { &mut parts.left_out };
        match list.last_mut() {
            Some(last) if last.end == statement.range.start => last.end = statement.range.end,
            _ => list.push(statement.range.clone()),
        }
    }
    parts
}

/// Who names whom among the statements of a file.
struct Graph<'s, 't> {
    statements: &'s [Statement<'t>],
    /// Whether a statement names something of the environment itself.
    touches: Vec<bool>,
    /// The statements that bind a name.
    binds: HashMap<&'t str, Vec<usize>>,
    /// The names of this file that each statement uses or binds.
    names: Vec<Vec<&'t str>>,
    /// The statements that use or bind a name.
    users: HashMap<&'t str, Vec<usize>>,
}

impl<'s, 't> Graph<'s, 't> {
    fn of(text: &'t str, statements: &'s [Statement<'t>]) -> Self {
        let mut touches = vec![false; statements.len()];
        let at = |offset: usize| statements.partition_point(|statement| statement.range.end <= offset);
        for hit in ANY_SIGN.find_iter(text) {
            let position = at(hit.start());
            if let (Some(touched), Some(statement)) = (touches.get_mut(position), statements.get(position)) {
                *touched = *touched || is_sign(text, hit.range(), statement);
            }
        }
        let mut binds: HashMap<&str, Vec<usize>> = HashMap::new();
        for (position, statement) in statements.iter().enumerate() {
            for &name in &statement.binds {
                binds.entry(name).or_default().push(position);
            }
        }
        let mut names = vec![Vec::new(); statements.len()];
        let mut users: HashMap<&str, Vec<usize>> = HashMap::new();
        for (position, statement) in statements.iter().enumerate() {
            let used = words(text.get(statement.range.clone()).unwrap_or(""));
            for word in used.filter(|word| binds.contains_key(word)) {
                let users = users.entry(word).or_default();
                if users.last() != Some(&position) {
                    users.push(position);
                    names[position].push(word);
                }
            }
        }
        Self { statements, touches, binds, names, users }
    }

    fn kept(&self) -> Vec<bool> {
        let mut kept: Vec<bool> =
            self.statements.iter().zip(&self.touches).map(|(one, touches)| *touches || !one.may_go).collect();
        // Whoever uses what reads the environment may be a helper around it.
        let mut is_reader = self.touches.clone();
        let mut latest: Vec<usize> = (0..is_reader.len()).filter(|&at| is_reader[at]).collect();
        for _ in 0..ROUNDS {
            let statements = latest.iter().map(|&at| &self.statements[at]);
            let bound = statements.filter(|one| !one.is_value).flat_map(|one| &one.binds);
            let users: Vec<usize> =
                bound.filter_map(|name| self.users.get(name)).flatten().copied().collect();
            latest = users.into_iter().filter(|&at| !std::mem::replace(&mut is_reader[at], true)).collect();
            latest.iter().for_each(|&at| kept[at] = true);
        }
        // What a reader names may be a list of keys, a prefix or the type of a field.
        let mut open: Vec<usize> = (0..is_reader.len()).filter(|&at| is_reader[at]).collect();
        while let Some(at) = open.pop() {
            let named = self.names[at].iter().filter_map(|name| self.binds.get(name)).flatten();
            for &named in named {
                if !self.statements[named].is_function && !std::mem::replace(&mut is_reader[named], true) {
                    kept[named] = true;
                    open.push(named);
                }
            }
        }
        kept
    }
}

/// The words of a text that may be names of Python.
fn words(text: &str) -> impl Iterator<Item = &str> {
    let is_of_name = |byte: u8| byte == b'_' || byte.is_ascii_alphanumeric() || byte >= 0x80;
    let bytes = text.as_bytes();
    let mut at = 0;
    std::iter::from_fn(move || {
        let start = at + bytes.get(at..)?.iter().position(|&byte| is_of_name(byte))?;
        let length = bytes.get(start..)?.iter().position(|&byte| !is_of_name(byte));
        at = length.map_or(bytes.len(), |length| start + length);
        text.get(start..at)
    })
}

#[cfg(test)]
mod tests {
    use super::{SHORT, parts};
    use proptest::prelude::*;

    /// What is parsed of a text that is long by a function which touches nothing.
    fn parsed(text: &str) -> String {
        let long = format!("{text}def padding():\n{}", "    pass  # and nothing else\n".repeat(SHORT / 20));
        parts(&long).parsed.into_iter().map(|range| &long[range]).collect()
    }

    #[test]
    fn what_touches_nothing_goes() {
        let text = "import os\n\ndef a():\n    return 1\n\nX = '''\ndef no():\n'''\nclass B:\n    pass\n";
        assert_eq!(parsed(text), "import os\n\n");
        let text = "def a(name):\n    return os.environ[name]\ndef b():\n    a('A')\ndef c():\n    pass\n";
        assert_eq!(parsed(text), "def a(name):\n    return os.environ[name]\ndef b():\n    a('A')\n");
    }

    #[test]
    fn what_a_reader_needs_stays() {
        let text = "KEYS = ['A']\nOTHER = ['B']\nclass M(BaseModel):\n    a: T\nclass T:\n    b: int\n\
                    class S(BaseSettings):\n    m: M\nfor key in KEYS:\n    os.getenv(key)\n";
        assert_eq!(parsed(text), text.replace("OTHER = ['B']\n", ""));
    }

    #[test]
    fn names_of_libraries_are_followed() {
        let text = "from decouple import config\n@app.get('/')\nasync def a():\n    return config('A')\ndef b():\n    pass\n";
        assert_eq!(parsed(text), text.replace("def b():\n    pass\n", ""));
        let text = "from os import environ as e\ndef a():\n    return e['A']\n";
        assert_eq!(parsed(text), text);
    }

    proptest! {
        #[test]
        fn parts_make_up_the_whole(
            units in proptest::collection::vec(
                proptest::sample::select(vec![
                    "def f(a):\n", "    return x\n", "X = 1\n", "\"\"\"", "'", "(", ")", "\n", "\\\n", "# env\n", "é",
                    "class A:\n", "@d\n", "os.environ['A']", "if x:\n", "else:\n", "\r\n", "f\"{x['a']}\"", "[", "]",
                ]),
                0..60,
            )
        ) {
            let text = format!("{}{}", units.concat(), "\ndef g():\n    pass\n".repeat(SHORT / 10));
            let found = parts(&text);
            let mut all = [found.parsed, found.left_out].concat();
            all.sort_by_key(|range| range.start);
            prop_assert_eq!(all.first().map(|range| range.start), Some(0));
            prop_assert_eq!(all.last().map(|range| range.end), Some(text.len()));
            for pair in all.windows(2) {
                prop_assert_eq!(pair[0].end, pair[1].start);
                prop_assert!(text.is_char_boundary(pair[0].end));
            }
        }
    }
}
