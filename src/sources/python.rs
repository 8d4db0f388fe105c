//! Python source: settings classes, `os.environ`, and the libraries that wrap it.
//!
//! What is read: classes of pydantic-settings and of pydantic 1 (`settings`), `os.environ` and
//! `os.getenv` under any name, with constants, loops over literals and functions of the same file that
//! take the name (`process`), the readers of decouple, django-environ, environs, starlette and click
//! (`library`), and lists that are called required (`required`). A name that is computed is a [`Gap`]. The environment handed on as a whole
//! (`env=os.environ`) is none: a child's needs are not this file's. Other words in capitals inside string
//! literals are mentions.

mod constants;
mod environment;
mod flow;
mod guard;
mod library;
mod literal;
mod mention;
mod misplaced;
mod module;
mod name;
mod narrow;
mod output;
mod process;
mod relevant;
mod required;
mod settings;
mod stage;
mod statements;

use std::sync::LazyLock;

use aho_corasick::{AhoCorasick, MatchKind};

use super::relevant::Parts;
use crate::fact::{Extraction, Extractor, Gap, Hidden, SourceKind};
use crate::syntax::tree::{Language, parse_parts};
use crate::text::{SourceFile, Span, TreePath};

use module::Module;
use output::Output;

/// Reads `*.py`.
#[derive(Clone, Copy, Debug)]
pub(super) struct Python;

/// Without one of these a file reads no variable in a way that is understood here.
const SIGNS: &[&str] = &[
    "environ",
    "getenv",
    "BaseSettings",
    "SettingsConfigDict",
    "decouple",
    "starlette.config",
    "envvar",
    "env(",
    "env_var(",
    "env_bool(",
    "env_int(",
    "env_str(",
    "env_float(",
    "env_list(",
    "env_or_default(",
    "getenv_or",
    "env.",
    "putenv(",
    "unsetenv(",
    "from_prefixed_env",
    "Dynaconf(",
    "LazySettings(",
    "dj_database_url",
    "REQUIRED_ENV",
    "required_env",
];

#[expect(clippy::expect_used, reason = "constant patterns; every test of this kind builds them")]
static ANY_SIGN: LazyLock<AhoCorasick> = LazyLock::new(|| {
    // Of this kind, the search looks at many bytes at a time.
    let kind = MatchKind::LeftmostFirst;
    AhoCorasick::builder().match_kind(kind).build(SIGNS).expect("constant patterns")
});

/// Whether the word at `start..end` is what it looks like, and not part of another: `environment`,
/// `monkeypatch.setenv(`, `".env.example"`.
fn is_sign(text: &str, start: usize, end: usize) -> bool {
    let before = text.get(..start).unwrap_or("");
    let behind = text.get(end..).unwrap_or("");
    match text.get(start..end).unwrap_or("") {
        "environ" => !behind.starts_with("ment"),
        "env(" => !["set", "del", "put"].iter().any(|verb| before.ends_with(verb)),
        "env." => {
            let name = behind.trim_start_matches(|c: char| c.is_ascii_alphanumeric() || c == '_');
            name.len() < behind.len() && name.starts_with('(')
        }
        "REQUIRED_ENV" | "required_env" => required::demands(relevant::word_around(text, start..end)),
        _ => true,
    }
}

/// Whether a text has anything to do with the environment.
fn has_sign(text: &str) -> bool {
    ANY_SIGN.find_iter(text).any(|hit| is_sign(text, hit.start(), hit.end()))
}

impl Extractor for Python {
    fn kind(&self) -> SourceKind {
        SourceKind("python")
    }

    fn claims(&self, path: &TreePath) -> bool {
        path.name().ends_with(".py")
    }

    fn confirms(&self, _path: &TreePath, text: &str) -> bool {
        has_sign(text)
    }

    fn extract(&self, file: &SourceFile) -> Extraction {
        read(file, &relevant::parts(&file.text))
    }

    fn extract_whole(&self, file: &SourceFile) -> Extraction {
        read(file, &Parts::whole(&file.text))
    }
}

/// What the parsed parts of a file say.
fn read(file: &SourceFile, parts: &Parts) -> Extraction {
    let Some(tree) = parse_parts(Language::Python, &file.text, &parts.parsed) else {
        let gap = Gap {
            span: Span::at(0),
            hides: Hidden::Reads,
            reason: "the file is too large or too broken to be parsed",
        };
        return Extraction { gaps: vec![gap], ..Extraction::default() };
    };
    let module = Module::read(&tree);
    let mut output = Output::new(file);
    settings::read(&module, &mut output);
    process::read(&module, &mut output);
    library::read(&module, &mut output);
    required::read(&module, &mut output);
    output.finish(mention::mentions(&module, &file.text, &parts.left_out))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::Python;
    use crate::fact::{Extraction, Extractor, Need, Role};
    use crate::text::{FileId, SourceFile, Span, TreePath};

    fn extract(text: &str) -> Extraction {
        let path = TreePath::parse("app/main.py").unwrap();
        let file = SourceFile::new(FileId(0), path, text.to_owned());
        let found = Python.extract(&file);
        let inside = |span: Span| assert!(text.get(span.range()).is_some(), "{span:?} in {text:?}");
        for fact in &found.facts {
            inside(fact.span);
            if let Role::Reads(read) = &fact.role
                && let Need::Default(value) = &read.need
            {
                inside(value.span);
            }
        }
        found.gaps.iter().for_each(|gap| inside(gap.span));
        for mention in &found.mentions {
            inside(mention.span);
            assert_eq!(text.get(mention.span.range()), Some(mention.key.as_str()));
        }
        found
    }

    /// The text with more to do in each function, before and behind what it does.
    fn lengthened(text: &str) -> String {
        let mut long = String::new();
        let mut lines = text.lines().peekable();
        while let Some(line) = lines.next() {
            long += &format!("{line}\n");
            let is_definition = line.trim_start().starts_with("def ") && line.ends_with(':');
            if let (true, Some(next)) = (is_definition, lines.peek()) {
                let indent = &next[..next.len() - next.trim_start().len()];
                long += &format!("{indent}other = compute(1, 2, 3)\n").repeat(40);
            }
        }
        long
    }

    #[test]
    fn parts_tell_what_the_whole_does() {
        let mut compared = 0;
        for page in [
            include_str!("../../tests/sources/python/helpers.md"),
            include_str!("../../tests/sources/python/process.md"),
            include_str!("../../tests/sources/python/settings.md"),
        ] {
            for text in page.split("\n```py").skip(1).filter_map(|rest| rest.split("\n```").next()) {
                let text = lengthened(text.split_once('\n').map_or("", |(_, text)| text));
                let long = format!("{text}\n\ndef padding():\n{}", "    pass  # and no more\n".repeat(300));
                let file = SourceFile::new(FileId(0), TreePath::parse("app/main.py").unwrap(), long.clone());
                let (found, expected) = (Python.extract(&file), Python.extract_whole(&file));
                assert_eq!(found.facts, expected.facts, "{text}");
                assert_eq!(found.gaps, expected.gaps, "{text}");
                assert_eq!(found.structure, expected.structure, "{text}");
                compared += 1;
            }
        }
        assert!(compared > 10, "{compared}");
    }

    #[test]
    fn lists_of_required_keys_are_taken_where_the_file_is_looked_into() {
        for (line, is_taken) in [
            ("REQUIRED_ENV = ['A_KEY', 'B_KEY']\n", true),
            ("required_env_vars = ('A_KEY', 'B_KEY')\n", true),
            // Who says nothing of the environment may mean the columns of a table.
            ("REQUIRED_KEYS = ['A_KEY', 'B_KEY']\n", false),
            ("import os\nREQUIRED_KEYS = ['A_KEY', 'B_KEY']\nos.environ\n", true),
            ("not_required_env = ['A_KEY', 'B_KEY']\n", false),
        ] {
            let path = TreePath::parse("app/main.py").unwrap();
            assert_eq!(Python.confirms(&path, line), is_taken, "{line}");
            assert_eq!(extract(line).facts.len(), if is_taken { 2 } else { 0 }, "{line}");
        }
    }

    #[test]
    fn what_sets_a_variable_is_looked_into() {
        let path = TreePath::parse("app/main.py").unwrap();
        for line in ["import os\nos.putenv('A_KEY', '1')\n", "from os import putenv\nputenv('A_KEY', '1')\n"]
        {
            assert!(Python.confirms(&path, line), "{line}");
            assert_eq!(extract(line).facts.len(), 1, "{line}");
        }
    }

    #[test]
    fn names_that_name_each_other_end() {
        let twice = "import os\na = 'x'\n".to_owned() + &"a = a + a\n".repeat(300) + "os.environ[a]\n";
        assert!(extract(&twice).facts.len() < 300);
        let doubled: String = (0..60).map(|at| format!("v{} = v{at} + v{at}\n", at + 1)).collect();
        extract(&format!("import os\nv0 = 'x'\n{doubled}os.getenv(v60, v60)\n"));
        extract(
            "class A(B): x: int\nclass B(A, BaseSettings): y: A\n    model_config = {'env_nested_delimiter': '__'}\n",
        );
        extract(
            "from pydantic_settings import BaseSettings\nclass A(BaseSettings, env_nested_delimiter='_'):\n    a: 'A'\n    b: A\n    c: A\n",
        );
    }

    #[test]
    fn deep_and_long_source_ends() {
        for unit in ["os.environ[", "(", "f'{", "os.getenv('A') or ", "x = ", "not ", "int("] {
            extract(&format!("import os\n{}", unit.repeat(5_000)));
        }
        extract(&format!("import os\n{}", "os.environ['A']\n".repeat(5_000)));
        extract(&format!("import os\nX = [{}]\nfor x in X:\n    os.environ[x]\n", "'A', ".repeat(20_000)));
    }

    proptest! {
        #[test]
        fn random_source_never_panics(
            parts in proptest::collection::vec(
                proptest::sample::select(vec![
                    "import os\n", "os.environ", "[", "]", "(", ")", "'A_KEY'", "\"é\"", "f'{", "}'", ".get", ",",
                    "os.getenv(", " or ", "\n", "\n    ", "class S(BaseSettings)", ":", "x: int = ", "Field(", "=",
                    "from pydantic_settings import *\n", "def f(name, d=1)", "return ", "for k in ", "{", "}", "**",
                    "AliasChoices(", "Optional[", "Literal[", "model_config = ", "\r\n", "\u{feff}", "\0", "env(", "1",
                    "validation_alias=", "with env.prefixed(", "int(", ".lower() == ", "name", "+",
                ]),
                0..60,
            )
        ) {
            extract(&parts.concat());
        }
    }
}
