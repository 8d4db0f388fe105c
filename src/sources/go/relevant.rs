//! Which functions of a file are parsed: those that may touch the environment, and what they need of the others.

use std::ops::Range;

use super::super::gather::words_of;
use super::super::relevant::{Graph, Parts, SHORT, Statement, Touch, behind, words};
use super::telling::WORDS;

/// Libraries whose readers go by any name: their files are parsed as a whole.
const WHOLE: &[&str] = &["viper", "koanf"];

/// Divides a file into what is parsed and what is not.
pub(super) fn parts(text: &str) -> Parts {
    let whole = || Parts::whole(text);
    if text.len() < SHORT || WHOLE.iter().any(|word| text.contains(word)) {
        return whole();
    }
    let Some(statements) = divide(text) else { return whole() };
    let touches: Vec<Touch> = statements
        .iter()
        .map(|one| if has_env(text.get(one.range.clone()).unwrap_or("")) { Touch::Any } else { Touch::None })
        .collect();
    let (_, kept) = Graph::of(text, &statements).kept(&touches, true);
    Parts::of(&statements, &kept)
}

/// Whether a text may touch the environment: `os.Getenv`, `envconfig.Process`, `EnvVars: ..`, `env:"A"`, `getEnvOr(..)`.
fn has_env(text: &str) -> bool {
    // Most texts hold nothing of the kind, which is told soonest.
    let mut may_be = memchr::memchr2_iter(b'e', b'E', text.as_bytes()).filter(|at| {
        text.as_bytes().get(at + 1..at + 3).is_some_and(|rest| rest.eq_ignore_ascii_case(b"nv"))
    });
    may_be.next().is_some() && words(text).any(|word| is_of_environment(word, behind(text, word)))
}

fn is_of_environment(word: &str, behind: &str) -> bool {
    let is_about = word.as_bytes().windows(3).any(|three| three.eq_ignore_ascii_case(b"env"));
    if !is_about {
        return false;
    }
    // Packages and their functions in small letters, and tags of fields; functions of `os` also where they are handed on.
    if !word.bytes().any(|byte| byte.is_ascii_uppercase()) || PLAIN.iter().any(|plain| word.contains(plain)) {
        return true;
    }
    // What is called for another purpose (`setupTestEnv(t)`) reads nothing by its name.
    let is_called = behind.starts_with(['(', '[']);
    let is_named = behind.trim_start().starts_with(':');
    is_named
        || is_called
            && words_of(word)
                .iter()
                .all(|part| WORDS.contains(&part.as_str()) || OTHERS.contains(&part.as_str()))
}

/// Names, or parts of names (`Getenv`, `Setenv`, `Unsetenv`), of functions of `os` and of kingpin.
const PLAIN: &[&str] = &["LookupEnv", "Environ", "etenv", "Clearenv", "ExpandEnv", "Envar"];

/// Words of functions that touch the environment, besides those that others' have that read it.
const OTHERS: &[&str] = &["vars", "bind", "automatic", "prefix"];

/// The functions of a file, and what stands between them. `None` where its brackets do not match.
fn divide(text: &str) -> Option<Vec<Statement<'_>>> {
    let mut reader = Reader { bytes: text.as_bytes(), at: 0, depth: 0 };
    let mut statements: Vec<Statement<'_>> = Vec::new();
    let mut globals: Vec<&str> = Vec::new();
    while reader.at < text.len() {
        let start = reader.at;
        let is_function = text.get(start..).is_some_and(|rest| rest.starts_with("func"));
        reader.line()?;
        while reader.depth > 0 {
            reader.line()?;
        }
        let range = start..reader.at;
        let code = text.get(range.clone())?;
        if !is_function {
            globals.extend(declared(code));
        }
        let binds = if is_function { called(code).into_iter().collect() } else { Vec::new() };
        statements.push(Statement {
            range,
            binds,
            may_go: is_function && code.contains('{'),
            is_function,
            is_class: false,
            is_value: is_function && !takes_name(code),
        });
    }
    // A function may give a variable of the package the name that another one reads.
    globals.sort_unstable();
    for function in statements.iter_mut().filter(|one| one.is_function) {
        let code = text.get(function.range.clone()).unwrap_or("");
        let assigned = code.lines().filter_map(|line| line.split_once('=')).map(|(before, _)| before);
        let names = assigned.flat_map(words).filter(|name| globals.binary_search(name).is_ok());
        function.binds.extend(names);
    }
    Some(statements)
}

/// Whether a function may be handed the name of a variable, and so be a way to read others.
fn takes_name(code: &str) -> bool {
    let named = named(code).unwrap_or("");
    let parameters = named.split_once('(').map_or("", |(_, list)| list.split(')').next().unwrap_or(""));
    // Behind a bracket inside of the list stand further ones.
    parameters.contains('(')
        || words(parameters).any(|word| !matches!(word, "t" | "b" | "m" | "testing" | "T" | "B" | "M"))
}

/// The name of a function or a method.
fn called(code: &str) -> Option<&str> {
    words(named(code)?).next()
}

/// A function or a method from its name on.
fn named(code: &str) -> Option<&str> {
    let behind = code.strip_prefix("func")?.trim_start();
    match behind.strip_prefix('(') {
        Some(receiver) => Some(receiver.split_once(')')?.1),
        None => Some(behind),
    }
}

/// The variables that a statement of the package declares, among other words of the same lines.
fn declared(code: &str) -> impl Iterator<Item = &str> {
    code.lines().flat_map(|line| words(line.split('=').next().unwrap_or("")))
}

/// Reads a text line by line, and knows how deep in brackets each ends.
struct Reader<'t> {
    bytes: &'t [u8],
    at: usize,
    depth: usize,
}

impl Reader<'_> {
    /// Passes a line, and further ones where a text or a comment goes on.
    fn line(&mut self) -> Option<()> {
        while let Some(&byte) = self.bytes.get(self.at) {
            self.at += 1;
            match byte {
                b'\n' => return Some(()),
                b'(' | b'[' | b'{' => self.depth += 1,
                b')' | b']' | b'}' => self.depth = self.depth.checked_sub(1)?,
                b'`' => self.pass(b"`")?,
                b'"' | b'\'' => self.quoted(byte)?,
                b'/' => match self.bytes.get(self.at) {
                    Some(b'/') => {
                        let rest = self.bytes.get(self.at..).unwrap_or_default();
                        self.at += memchr::memchr(b'\n', rest).unwrap_or(rest.len());
                    }
                    Some(b'*') => {
                        self.at += 1;
                        self.pass(b"*/")?;
                    }
                    _ => {}
                },
                _ => {}
            }
        }
        (self.depth == 0).then_some(())
    }

    /// Passes all up to `end`, and that.
    fn pass(&mut self, end: &[u8]) -> Option<()> {
        let rest = self.bytes.get(self.at..)?;
        self.at += memchr::memmem::find(rest, end)? + end.len();
        Some(())
    }

    /// Passes a text in quotes, which ends on its line.
    fn quoted(&mut self, quote: u8) -> Option<()> {
        loop {
            let byte = *self.bytes.get(self.at)?;
            self.at += 1;
            match byte {
                b'\\' => self.at += 1,
                b'\n' => return None,
                _ if byte == quote => return Some(()),
                _ => {}
            }
        }
    }
}

/// The texts in quotes of what is not parsed that may be keys: whoever asks another file's function for one writes it so.
pub(super) fn names<'t>(text: &'t str, left_out: &[Range<usize>]) -> impl Iterator<Item = (usize, &'t str)> {
    left_out.iter().flat_map(move |range| {
        let code = text.get(range.clone()).unwrap_or("");
        let start = range.start;
        code.match_indices(['"', '`']).filter_map(move |(at, quote)| {
            let inside = code.get(at + 1..)?;
            let name =
                inside.split(|c: char| !(c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_')).next()?;
            inside.get(name.len()..)?.starts_with(quote).then_some((start + at + 1, name))
        })
    })
}

#[cfg(test)]
mod tests {
    use super::{names, parts};

    /// What is parsed of a text that is long by a function which touches nothing.
    fn parsed(text: &str) -> String {
        let padding = "\tpadding(1, 2, 3)\n".repeat(300);
        let long = format!("package a\n\n{text}\nfunc padding() {{\n{padding}}}\n");
        let kept: String = parts(&long).parsed.into_iter().map(|part| &long[part]).collect();
        kept.trim_start_matches("package a\n\n").trim_end().to_owned()
    }

    #[test]
    fn functions_that_have_nothing_to_do_with_it_go() {
        let read = "func load() string {\n\treturn os.Getenv(\"A_KEY\")\n}\n";
        let other = "func other() {\n\tcompute(`\n}\n`, '}', \"{\") // }\n}\n";
        assert_eq!(parsed(&format!("{read}{other}")), read.trim_end());
        assert_eq!(
            parsed(&format!("{other}import \"os\"\n{read}")),
            format!("import \"os\"\n{}", read.trim_end())
        );
        let setup = "func setupTestEnv(t *testing.T) {\n\tt.Setenv(\"A_KEY\", \"a\")\n}\n";
        assert_eq!(
            parsed(&format!("{setup}func TestA(t *testing.T) {{\n\tsetupTestEnv(t)\n}}\n")),
            setup.trim_end()
        );
        let read = read.replace("load()", "load(name string)");
        let user = "func (s *S) Serve(\n\ta int,\n) error {\n\treturn s.at(load())\n}\n";
        assert_eq!(parsed(&format!("{read}{user}")), format!("{read}{user}").trim_end());
    }

    #[test]
    fn functions_that_are_handed_on_touch_it() {
        for text in ["func a() {\n\tb(os.Getenv)\n}", "func a() {\n\tb.OverrideDefaultFromEnvar(\"A\")\n}"] {
            assert_eq!(parsed(text), text);
        }
        assert_eq!(parsed("func a() {\n\tb(newTestEnv(1), c.EnvConfig)\n}"), "");
    }

    #[test]
    fn what_a_reader_needs_stays() {
        let text = "var name string\n\nfunc init() {\n\tname = \"A_KEY\"\n}\n\nfunc fail(a string) {\n\tpanic(a)\n}\n\n\
                    func load() string {\n\tif v := os.Getenv(name); v != \"\" {\n\t\treturn v\n\t}\n\tfail(name)\n\treturn \"\"\n}";
        assert_eq!(parsed(text), text);
    }

    #[test]
    fn what_does_not_match_is_parsed_as_a_whole() {
        for text in
            ["func a() {\n", "}\nfunc a() {}\n", "var a = \"x\nfunc b() {\n}\n", "/* a\nfunc b() {\n}\n"]
        {
            let padding = "func c() {\n\td()\n}\n".repeat(400);
            let long = format!("{text}{padding}");
            assert!(parts(&long).left_out.is_empty(), "{text}");
        }
    }

    #[test]
    fn names_in_what_is_left_out() {
        let text = "f(\"A_KEY\", \"a\", `B_KEY`, \"C KEY\", \"\")";
        let found: Vec<&str> =
            names(text, std::slice::from_ref(&(0..text.len()))).map(|(_, name)| name).collect();
        assert_eq!(found, ["A_KEY", "B_KEY", ""]);
    }
}
