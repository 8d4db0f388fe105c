//! The statements at the left margin of a Python file, found without parsing it.

use std::ops::Range;

use super::super::relevant::{Statement, words};

/// A file from which nothing was left out yet.
#[derive(Debug)]
pub(super) struct Outline<'t> {
    pub(super) statements: Vec<Statement<'t>>,
    /// Comments and long strings without expressions in them, in order: what they say is said to people.
    pub(super) prose: Vec<Range<usize>>,
}

/// Divides `text` into statements; decorators, an indented body, `else:`, and the comments and blank lines behind
/// it belong to each. What does not parse is divided somehow.
pub(super) fn outline(text: &str) -> Outline<'_> {
    let (starts, prose) = starts(text);
    let ends = starts.iter().skip(1).copied().chain([text.len()]);
    let statements = starts.iter().zip(ends).map(|(&start, end)| statement(text, start..end)).collect();
    Outline { statements, prose }
}

fn statement(text: &str, range: Range<usize>) -> Statement<'_> {
    let whole = text.get(range.clone()).unwrap_or("");
    let mut definition = whole;
    while definition.starts_with('@') {
        // The line of the definition is the first at the margin behind its decorators.
        let next = definition.match_indices('\n').map(|(at, _)| at + 1).find(|&at| {
            let line = definition.get(at..).unwrap_or("");
            line.starts_with(['@', 'd', 'a', 'c'])
        });
        definition = next.and_then(|at| definition.get(at..)).unwrap_or("");
    }
    let definition = definition.strip_prefix("async ").unwrap_or(definition);
    let mut found = Statement {
        range,
        binds: Vec::new(),
        may_go: true,
        is_function: false,
        is_class: false,
        is_value: false,
    };
    if let Some(rest) = definition.strip_prefix("def ") {
        found.binds.push(name(rest.trim_start()));
        found.is_function = true;
        // A function that is handed nothing reads the same variables for everybody who calls it.
        found.is_value = parameters(rest).all(|parameter| GIVEN.contains(&parameter));
    } else if let Some(rest) = definition.strip_prefix("class ") {
        found.binds.push(name(rest.trim_start()));
        found.is_class = true;
    } else if whole.starts_with("import ") || whole.starts_with("from ") {
        found.binds = bound_within(whole);
        // What is taken from `os` needs no name of its own, and `*` brings any.
        found.may_go = !whole.contains('*') && !words(whole).any(|word| word == "os");
    } else if let Some(bound) = assigned(definition) {
        found.binds.push(bound);
        let taken = ["getenv(", "environ[", ".get("];
        found.is_value =
            taken.iter().any(|taken| definition.contains(taken)) && !definition.contains("lambda");
    } else {
        found.binds = bound_within(whole);
        found.may_go = false;
    }
    found
}

/// Parameters that are no names of variables.
const GIVEN: &[&str] = &["self", "cls", "monkeypatch"];

/// The names of parameters, and those in their types and defaults.
fn parameters(definition: &str) -> impl Iterator<Item = &str> {
    let behind = definition.split_once('(').map_or("", |(_, behind)| behind);
    words(behind.split(')').next().unwrap_or(""))
}

/// The name at the start of a text.
fn name(text: &str) -> &str {
    let end = text.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(text.len());
    text.get(..end).unwrap_or("")
}

/// The name that a line such as `NAME = ..` or `NAME: T = ..` binds.
fn assigned(line: &str) -> Option<&str> {
    let bound = name(line);
    let rest = line.get(bound.len()..)?.trim_start_matches([' ', '\t']);
    let is_keyword = matches!(bound, "if" | "else" | "try" | "with" | "for" | "while" | "match" | "lambda");
    let is_bound = match rest.as_bytes() {
        [b'=', b'=', ..] => false,
        [b'=', ..] => true,
        [b':', ..] => !is_keyword,
        _ => false,
    };
    (is_bound && !bound.is_empty()).then_some(bound)
}

/// The names that imports and assignments in a statement of another kind bind, such as those in `try:`.
fn bound_within(text: &str) -> Vec<&str> {
    let mut bound = Vec::new();
    let mut is_import = false;
    for line in text.lines() {
        let bare = line.trim_start();
        is_import = bare.starts_with("import ")
            || bare.starts_with("from ")
            || is_import && line.starts_with([' ', '\t', ')']);
        if is_import {
            let imported = bare.split_once("import ").map_or(bare, |(_, names)| names);
            bound.extend(
                imported
                    .split(|c: char| !c.is_alphanumeric() && c != '_')
                    .filter(|name| !name.is_empty() && !matches!(*name, "as" | "import" | "from" | "os")),
            );
        } else {
            bound.extend(assigned(bare));
        }
    }
    bound
}

/// The inside of a function or a class.
#[derive(Debug)]
pub(super) struct Body {
    pub(super) is_class: bool,
    /// Its statements, one behind the other to the end.
    pub(super) parts: Vec<Range<usize>>,
}

impl Body {
    /// Where its first statement begins.
    pub(super) fn start(&self) -> usize {
        self.parts.first().map_or(0, |part| part.start)
    }
}

/// The inside of the function or class at `range`, decorators left out. `None` if it is none, or not indented
/// throughout.
pub(super) fn body(text: &str, range: Range<usize>) -> Option<Body> {
    let bytes = text.as_bytes().get(..range.end)?;
    let mut reader = Reader::new(bytes, range.start);
    let margin = indent(bytes, range.start);
    let mut is_class = None;
    let mut inner: Option<usize> = None;
    let mut parts: Vec<usize> = Vec::new();
    let mut is_decorated = false;
    while reader.at < bytes.len() {
        let line = reader.at;
        let width = indent(bytes, line);
        let rest = bytes.get(line + width..).unwrap_or_default();
        let is_blank = matches!(rest, [b'\n' | b'\r' | b'#', ..] | []);
        if reader.depth == 0 && !is_blank && is_class.is_none() {
            // The definition itself.
            let starts = |word: &str| rest.starts_with(word.as_bytes());
            if width != margin {
                return None;
            } else if starts("class ") {
                is_class = Some(true);
            } else if starts("def ") || starts("async def ") {
                is_class = Some(false);
            } else if !starts("@") {
                return None;
            }
        } else if reader.depth == 0 && !is_blank {
            let expected = *inner.get_or_insert(width);
            if width < expected || expected <= margin {
                return None;
            }
            let goes_on =
                ["else", "elif", "except", "finally"].iter().any(|word| rest.starts_with(word.as_bytes()));
            if width == expected && !goes_on && !matches!(rest, [b')' | b']' | b'}' | b'\\', ..]) {
                if !is_decorated {
                    parts.push(line);
                }
                is_decorated = rest.starts_with(b"@");
            }
        }
        reader.logical_line();
    }
    if parts.len() < 2 {
        return None;
    }
    let ends = parts.iter().skip(1).copied().chain([range.end]);
    let parts = parts.iter().zip(ends).map(|(&start, end)| start..end).collect();
    Some(Body { is_class: is_class?, parts })
}

/// How many blanks a line begins with.
fn indent(bytes: &[u8], line: usize) -> usize {
    bytes.get(line..).unwrap_or_default().iter().take_while(|byte| matches!(byte, b' ' | b'\t')).count()
}

/// Where the statements begin; the first begins with the text. And what is prose.
fn starts(text: &str) -> (Vec<usize>, Vec<Range<usize>>) {
    let mut starts = vec![0];
    let mut reader = Reader::new(text.as_bytes(), 0);
    let mut is_decorated = false;
    while reader.at < reader.bytes.len() {
        let line = reader.at;
        let rest = reader.bytes.get(line..).unwrap_or_default();
        let is_definition = [&b"def "[..], b"class ", b"@", b"async def ", b"import ", b"from "]
            .iter()
            .any(|word| rest.starts_with(word));
        if is_definition {
            // No bracket reaches across a definition, whatever was counted.
            reader.depth = 0;
        }
        let is_blank = matches!(rest, [b' ' | b'\t' | b'\n' | b'\r' | b'#' | b')' | b']' | b'}' | b'\\', ..]);
        let goes_on =
            [&b"else"[..], b"elif", b"except", b"finally"].iter().any(|word| rest.starts_with(word));
        if reader.depth == 0 && !is_blank && !goes_on {
            if !is_decorated && line > 0 {
                starts.push(line);
            }
            is_decorated = rest.starts_with(b"@");
        }
        reader.logical_line();
    }
    (starts, reader.prose)
}

/// The bytes outside of strings and comments that end, begin or join something.
const MATTERS: [bool; 256] = {
    let mut matters = [false; 256];
    let signs = b"\n\\#([{)]}\"'";
    let mut at = 0;
    while at < signs.len() {
        matters[signs[at] as usize] = true;
        at += 1;
    }
    matters
};

/// Passes over strings, comments and brackets.
struct Reader<'t> {
    bytes: &'t [u8],
    at: usize,
    depth: usize,
    /// The comments and long strings passed over.
    prose: Vec<Range<usize>>,
}

/// Shorter strings, in bytes with their quotes, may be names that code is reached by: `patch.dict("os.environ", ..)`.
const SHORT_STRING: usize = 40;

impl<'t> Reader<'t> {
    fn new(bytes: &'t [u8], at: usize) -> Self {
        Self { bytes, at, depth: 0, prose: Vec::new() }
    }

    /// Goes to the start of the next line that does not begin within a string.
    fn logical_line(&mut self) {
        while let Some(&byte) = self.bytes.get(self.at) {
            self.at += 1;
            if !MATTERS[usize::from(byte)] {
                continue;
            }
            match byte {
                b'\n' => return,
                b'\\' => self.escaped(),
                b'#' => {
                    let start = self.at;
                    self.at += length_to(self.bytes, start, b'\n');
                    self.prose.push(start..self.at);
                }
                b'(' | b'[' | b'{' => self.depth += 1,
                b')' | b']' | b'}' => self.depth = self.depth.saturating_sub(1),
                b'"' | b'\'' => self.string(byte),
                _ => {}
            }
        }
    }

    /// Passes over what a backslash takes along: the end of the line.
    fn escaped(&mut self) {
        self.at += match self.bytes.get(self.at..) {
            Some([b'\r', b'\n', ..]) => 2,
            Some([_, ..]) => 1,
            _ => 0,
        };
    }

    /// Passes over the string whose first quote has been read.
    fn string(&mut self, quote: u8) {
        let start = self.at - 1;
        let is_long = self.bytes.get(self.at..).is_some_and(|rest| rest.starts_with(&[quote, quote]));
        if is_long {
            self.at += 2;
        }
        loop {
            // Only these do something in a string; most of a long one is passed over at once.
            let rest = self.bytes.get(self.at..).unwrap_or_default();
            let next = match is_long {
                true => memchr::memchr2(quote, b'\\', rest),
                false => memchr::memchr3(quote, b'\\', b'\n', rest),
            };
            let Some(byte) = next.and_then(|next| rest.get(next)) else {
                self.at = self.bytes.len();
                return;
            };
            self.at += next.map_or(0, |next| next + 1);
            match *byte {
                b'\\' => self.escaped(),
                b'\n' if !is_long => {
                    // A string that is not closed ends with its line.
                    self.at -= 1;
                    return;
                }
                _ if !is_long => break,
                _ if self.bytes.get(self.at..).is_some_and(|rest| rest.starts_with(&[quote, quote])) => {
                    self.at += 2;
                    break;
                }
                _ => {}
            }
        }
        if self.at - start > SHORT_STRING && is_plain(self.bytes.get(..start).unwrap_or_default()) {
            self.prose.push(start..self.at);
        }
    }
}

/// Whether a string behind `before` holds no expressions: what stands right before its quote is no `f` or `t`, and no
/// other word, behind which a quote would be that of a string inside of a string.
fn is_plain(before: &[u8]) -> bool {
    let is_of_word = |byte: &&u8| byte.is_ascii_alphanumeric() || **byte == b'_';
    before.iter().rev().take_while(is_of_word).take(3).enumerate().all(|(at, byte)| {
        let is_prefix = matches!(byte, b'r' | b'R' | b'b' | b'B' | b'u' | b'U');
        at < 2 && is_prefix
    })
}

/// How far it is from `at` to the next `wanted`, or to the end.
fn length_to(bytes: &[u8], at: usize, wanted: u8) -> usize {
    let rest = bytes.get(at..).unwrap_or_default();
    memchr::memchr(wanted, rest).unwrap_or(rest.len())
}
