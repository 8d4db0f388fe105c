//! Which statements of a Python file may touch the environment.

use std::ops::Range;
use std::sync::LazyLock;

use aho_corasick::{AhoCorasick, MatchKind};

use super::super::relevant::{Graph, Parts, SHORT, Touch, behind};
use super::library::is_telling;
use super::narrow::Narrow;
use super::required::demands;
use super::statements::{Outline, outline};

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
    "dj_database_url",
];

#[expect(clippy::expect_used, reason = "constant patterns; every test of this kind builds them")]
static ANY_SIGN: LazyLock<AhoCorasick> = LazyLock::new(|| {
    let kind = MatchKind::LeftmostFirst;
    AhoCorasick::builder().match_kind(kind).build(SIGNS).expect("constant patterns")
});

/// Whether the sign at `range` is that of a test which sets a variable for as long as it runs. This matters where
/// the same function reads the variable.
pub(super) fn is_patch(text: &str, range: Range<usize>) -> bool {
    matches!(word_around(text, range), "setenv" | "delenv")
}

/// Whether the sign at `range` is one in its statement, which may be a class.
pub(super) fn is_sign(text: &str, range: Range<usize>, is_class: bool) -> bool {
    let before = text.get(..range.start).unwrap_or("");
    let rest = text.get(range.end..).unwrap_or("");
    match text.get(range.clone()).unwrap_or("") {
        "env" => {
            let name = word_around(text, range);
            is_about_variables(name, behind(text, name))
        }
        "Env" => word_around(text, range).ends_with("Env"),
        // A class may build on settings of another file; what is handed settings, or tells of them, reads none.
        "Settings" => {
            let is_base = before.ends_with("Base") || before.ends_with("Lazy");
            is_class || is_base || rest.starts_with("ConfigDict")
        }
        "settings" => before.ends_with("pydantic_"),
        "required" | "REQUIRED" => {
            let name = word_around(text, range);
            demands(name) && is_bound(text, name)
        }
        "decouple" => word_around(text, range) == "decouple",
        _ => true,
    }
}

/// Whether a value or a function is given this `name`, a word of `text`.
fn is_bound(text: &str, name: &str) -> bool {
    let rest = behind(text, name);
    let before = text.get(..text.len() - rest.len() - name.len()).unwrap_or("");
    rest.trim_start().starts_with(['=', ':']) || before.trim_end().ends_with("def")
}

/// Whether a name with `env` in it is that of the environment or of a function that reads or sets a variable. What is
/// `behind` it tells calls.
fn is_about_variables(name: &str, behind: &str) -> bool {
    let is_of_name = |c: char| c == '_' || c.is_alphanumeric();
    let is_called = || {
        let behind = behind.trim_start();
        let method = behind.strip_prefix('.').unwrap_or("").trim_start_matches(is_of_name);
        behind.starts_with('(') || method.starts_with('(')
    };
    // `environ`, `http_environ.get`, but neither `environment` nor `ci_environments`.
    let is_mapping = || {
        name.match_indices("environ").any(|(at, _)| {
            let (before, rest) =
                (name.get(..at).unwrap_or(""), name.get(at + "environ".len()..).unwrap_or(""));
            (before.is_empty() || before.ends_with('_')) && !rest.starts_with("ment")
        })
    };
    is_mapping()
        || name.starts_with("envvar")
        || name.contains("getenv")
        || is_telling(name) && is_called()
        || matches!(name, "putenv" | "unsetenv" | "from_prefixed_env")
}

/// The name that `range` stands in.
pub(super) fn word_around(text: &str, range: Range<usize>) -> &str {
    let is_of_name = |c: char| c == '_' || c.is_alphanumeric();
    let before = text.get(..range.start).unwrap_or("");
    let start = before.trim_end_matches(is_of_name).len();
    let behind = text.get(range.end..).unwrap_or("");
    let end = range.end + behind.find(|c| !is_of_name(c)).unwrap_or(behind.len());
    text.get(start..end).unwrap_or("")
}

/// Divides a file.
pub(super) fn parts(text: &str) -> Parts {
    // A template of a Python file is no Python, and parses by luck only.
    if text.len() < SHORT || text.contains("{%") {
        return Parts::whole(text);
    }
    let Outline { statements, prose } = outline(text);
    let mut prose = prose.iter().peekable();
    let is_code = |hit: &Range<usize>| {
        while prose.next_if(|passed| passed.end <= hit.start).is_some() {}
        prose.peek().is_none_or(|next| hit.start < next.start)
    };
    let hits: Vec<Range<usize>> = ANY_SIGN.find_iter(text).map(|hit| hit.range()).filter(is_code).collect();
    let mut touches = vec![Touch::None; statements.len()];
    let at = |offset: usize| statements.partition_point(|statement| statement.range.end <= offset);
    for hit in &hits {
        let position = at(hit.start);
        if let (Some(touched), Some(statement)) = (touches.get_mut(position), statements.get(position))
            && *touched == Touch::None
            && is_sign(text, hit.clone(), statement.is_class)
        {
            *touched = Touch::Any;
        }
    }
    let (readers, kept) = Graph::of(text, &statements).kept(&touches, false);
    let narrow = Narrow { text, hits: &hits, readers: &readers };
    let mut parts = Parts::of(&[], &[]);
    for (statement, is_kept) in statements.iter().zip(kept) {
        if is_kept && statement.may_go {
            narrow.add(statement.range.clone(), 0, &mut parts);
        } else {
            parts.push(statement.range.clone(), is_kept);
        }
    }
    parts
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
    fn what_is_said_to_people_is_no_sign() {
        let kept = "import os\ndef a():\n    return os.environ['A']\n";
        let prose = "the text of a contract says os.environ, BaseSettings and REQUIRED_ENV = []";
        for gone in [
            format!("X = call('{prose}')\n"),
            format!("Y = r\"\"\"{prose}\n{prose}\"\"\"\n"),
            format!("def b():\n    # {prose}\n    return 1\n"),
            "from other import (\n    one,\n    two,\n)\nimport third\n".to_owned(),
        ] {
            assert_eq!(parsed(&format!("{gone}{kept}")), kept, "{gone}");
        }
        for stays in [
            "X = f'a text that is long, and holds an expression: {os.environ[\"A\"]}'\n",
            "patch.dict('os.environ', {'A': 'b'})\n",
            "from other import *\n",
            "from os import (path, environ as e)\n",
            "from other import config\nX = Config(config(os.environ))\n",
        ] {
            assert_eq!(parsed(&format!("{stays}{kept}")), format!("{stays}{kept}"));
        }
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
