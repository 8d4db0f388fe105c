//! Ignore comments: what they say, and what they cover.

use std::sync::LazyLock;

use regex::Regex;

use super::lines::{Lines, meet, touched};
use crate::syntax::comments::{Comment, Comments, Notation, comments};
use crate::text::{FileId, Location, SourceFile, Span, Spanned};

/// The word in front of what a comment tells envcheck.
const WORD: &str = "envcheck:";

/// One comment that tells envcheck to ignore something.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct IgnoreComment {
    /// The comment, with the marks that begin and end it.
    pub at: Location,
    /// What it says, from `envcheck:` to the bracket.
    pub said: Span,
    /// The names of rules in its brackets.
    pub rules: Vec<Spanned<String>>,
    /// Whether something was found for the name at the same position.
    pub used: Vec<bool>,
    /// What it covers.
    pub reach: Reach,
    /// Whether it says why.
    pub has_reason: bool,
    /// What is wrong with it, if it cannot be followed.
    pub slip: Option<Slip>,
    /// What goes with the comment if it is deleted: its line, if it is alone there.
    pub whole: Span,
    /// Whether it does something beside: in a template it may take away the white space around it.
    pub trims: bool,
}

/// What an ignore comment covers.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Reach {
    /// These lines, from 0, first and last.
    Lines(usize, usize),
    /// The whole file.
    File,
}

/// Why an ignore comment cannot be followed.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Slip {
    /// There are no brackets, or nothing in them.
    NamesNothing,
    /// The brackets are not closed.
    Unclosed,
    /// A word before the brackets that envcheck does not know.
    UnknownWord(String),
    /// It is spelled nearly as an ignore comment is: `envcheck-ignore: rule`, `ENVCHECK: ignore[rule]`.
    Misspelled,
}

impl IgnoreComment {
    /// Whether it covers a finding of `rule` on `lines`; remembers that it did.
    pub(super) fn matches(&mut self, rule: &str, lines: &Lines) -> bool {
        let is_reached = match self.reach {
            Reach::File => true,
            Reach::Lines(first, last) => meet(&(first..=last), lines),
        };
        if !is_reached || self.slip.is_some() {
            return false;
        }
        let mut is_covered = false;
        for (name, used) in self.rules.iter().zip(&mut self.used) {
            if name.value == rule {
                *used = true;
                is_covered = true;
            }
        }
        is_covered
    }

    /// Its file.
    #[must_use]
    pub fn file(&self) -> FileId {
        self.at.file
    }
}

/// The name of the program, as people write it.
const NAMES: &[&str] = &["envcheck", "ENVCHECK", "Envcheck", "EnvCheck"];

/// Whether a text may hold ignore comments, or what was meant as one: it holds the program's name.
#[must_use]
pub fn may_have_comments(text: &str) -> bool {
    ANY_NAME.is_match(text)
}

#[expect(clippy::expect_used, reason = "constant patterns; every test of this kind builds them")]
static ANY_NAME: LazyLock<Regex> = LazyLock::new(|| {
    // A pattern, because an automaton of so few names stops at each of their first letters.
    Regex::new(&NAMES.join("|")).expect("constant patterns")
});

/// The ignore comments of a file. Only a file that holds the word is looked at.
pub(super) fn ignore_comments(file: &SourceFile, notation: Notation) -> Vec<IgnoreComment> {
    if !may_have_comments(&file.text) {
        return Vec::new();
    }
    let found = comments(&file.text, notation);
    let alone = lines_of_comments(file, &found);
    let units: Vec<Lines> = found.units.iter().map(|unit| touched(file, *unit)).collect();
    let read = |comment: &Comment| {
        let said = said_in(&file.text, comment)?;
        let whole = whole(file, comment.span);
        let written = file.slice(comment.span);
        let reach = if said.is_for_file { Reach::File } else { reach(file, comment.span, &alone, &units) };
        Some(IgnoreComment {
            at: Location::new(file.id, comment.span),
            said: said.span,
            used: vec![false; said.rules.len()],
            rules: said.rules,
            reach,
            has_reason: said.has_reason,
            slip: said.slip,
            whole,
            trims: written.starts_with("{{-") || written.ends_with("-}}"),
        })
    };
    found.all.iter().filter_map(read).collect()
}

/// What one comment says.
struct Said {
    span: Span,
    is_for_file: bool,
    rules: Vec<Spanned<String>>,
    has_reason: bool,
    slip: Option<Slip>,
}

/// Reads a comment; `None` if it tells envcheck nothing.
fn said_in(text: &str, comment: &Comment) -> Option<Said> {
    let inside = text.get(comment.inside.range())?;
    let word =
        inside.match_indices(WORD).map(|(at, _)| at).find(|&at| may_begin(inside.get(..at).unwrap_or("")));
    let Some(word) = word else { return misspelled(inside, comment.inside.start as usize) };
    let base = comment.inside.start as usize;
    let rest = inside.get(word + WORD.len()..)?;
    let verb = rest.trim_start_matches([' ', '\t']);
    let verb_at = inside.len() - verb.len();
    let length = verb.find(|c: char| !(c.is_alphanumeric() || matches!(c, '-' | '_'))).unwrap_or(verb.len());
    let verb_end = verb_at + length;
    let name = verb.get(..length)?;
    let behind = inside.get(verb_end..)?;
    let bracket = behind.trim_start_matches([' ', '\t']);
    let is_known = matches!(name, "ignore" | "ignore-file");
    let mut said = Said {
        span: Span::new(base + word, base + verb_end),
        is_for_file: name == "ignore-file",
        rules: Vec::new(),
        has_reason: false,
        slip: None,
    };
    let Some(list) = bracket.strip_prefix('[') else {
        said.slip = Some(Slip::NamesNothing);
        // Anything else is a sentence that happens to begin with the program's name.
        return is_known.then_some(said);
    };
    let list_at = inside.len() - list.len();
    let close =
        list.find([']', '\n']).filter(|&close| list.get(close..).is_some_and(|rest| rest.starts_with(']')));
    let end = close.unwrap_or_else(|| list.find('\n').unwrap_or(list.len()));
    said.span =
        Span::new(base + word, base + (list_at + end + usize::from(close.is_some())).min(inside.len()));
    let mut at = list_at;
    for part in list.get(..end)?.split(',') {
        let name = part.trim();
        let start = base + at + (part.len() - part.trim_start().len());
        if !name.is_empty() {
            said.rules.push(Spanned::new(name.to_owned(), Span::new(start, start + name.len())));
        }
        at += part.len() + 1;
    }
    let reason = list.get(end + 1..).unwrap_or("");
    said.has_reason = reason.contains(char::is_alphanumeric);
    said.slip = match (is_known, close) {
        (false, _) => Some(Slip::UnknownWord(name.to_owned())),
        (true, None) => Some(Slip::Unclosed),
        (true, Some(_)) if said.rules.is_empty() => Some(Slip::NamesNothing),
        _ => None,
    };
    Some(said)
}

/// What was meant as an ignore comment: the program's name, signs between words, `ignore`, and what no sentence goes on
/// with.
fn misspelled(inside: &str, base: usize) -> Option<Said> {
    let at = NAMES
        .iter()
        .flat_map(|name| inside.match_indices(name).map(|(at, _)| at))
        .find(|&at| may_begin(inside.get(..at).unwrap_or("")))?;
    let behind = inside.get(at + NAMES.first()?.len()..)?;
    let word = behind.trim_start_matches([' ', '-', '_', ':', '\t']);
    let rest =
        word.get(..6).filter(|word| word.eq_ignore_ascii_case("ignore")).and_then(|_| word.get(6..))?;
    let is_joined = word.len() < behind.len();
    let goes_on = rest.trim_start_matches("-file").trim_start_matches(' ');
    if !is_joined || !(goes_on.is_empty() || goes_on.starts_with(['[', ':', '=', '(', '\n'])) {
        return None;
    }
    let end = at + NAMES.first()?.len() + (behind.len() - word.len()) + 6;
    Some(Said {
        span: Span::new(base + at, base + end),
        is_for_file: false,
        rules: Vec::new(),
        has_reason: false,
        slip: Some(Slip::Misspelled),
    })
}

/// Whether `envcheck:` may stand behind `before` in a comment: at its beginning, or at that of a line of it,
/// or behind a further mark, so that one line can have several tools' comments.
fn may_begin(before: &str) -> bool {
    let line = before.rsplit('\n').next().unwrap_or("");
    if line.trim_start_matches(['*', ' ', '\t']).is_empty() {
        return true;
    }
    let trimmed = line.trim_end();
    let unmarked = trimmed.trim_end_matches(['#', '/']);
    unmarked.len() < trimmed.len() && unmarked.chars().next_back().is_none_or(char::is_whitespace)
}

/// For each line that holds nothing but white space and comments: `true`.
fn lines_of_comments(file: &SourceFile, found: &Comments) -> Vec<bool> {
    let mut is_alone: Vec<bool> = Vec::with_capacity(file.lines().line_count());
    let mut comments = found.all.iter().peekable();
    let mut at = 0;
    for line in file.text.split_inclusive('\n') {
        let end = at + line.len();
        let mut position = at;
        let mut is_empty = true;
        while let Some(comment) = comments.peek() {
            let span = comment.span.range();
            if span.start >= end {
                break;
            }
            is_empty &= is_blank(file.text.get(position..span.start.max(position)));
            position = position.max(span.end.min(end));
            if span.end > end {
                break;
            }
            comments.next();
        }
        is_empty &= is_blank(file.text.get(position..end));
        is_alone.push(is_empty);
        at = end;
    }
    is_alone
}

fn is_blank(text: Option<&str>) -> bool {
    text.is_some_and(|text| text.chars().all(|c| c.is_whitespace() || c == '\u{feff}'))
}

/// The lines that the comment at `span` covers.
fn reach(file: &SourceFile, span: Span, alone: &[bool], units: &[Lines]) -> Reach {
    let own = touched(file, span);
    let is_alone = own.clone().all(|line| alone.get(line).copied().unwrap_or(true));
    // Its own lines stay covered: what is commented out can be at fault too.
    let (mut first, mut last) = own.clone().into_inner();
    let target = if is_alone {
        let next = (last + 1..alone.len()).find(|&line| alone.get(line) == Some(&false));
        last = next.unwrap_or(last);
        next
    } else {
        Some(last)
    };
    if let Some(target) = target {
        // A comment between the lines of something covers the next of its lines; one before it, at its
        // beginning or at its end covers all of it.
        for unit in units.iter().filter(|unit| *unit.start() == target || *unit.end() == target) {
            let is_before = !is_alone || own.end() < unit.start();
            if is_before {
                first = first.min(*unit.start());
                last = last.max(*unit.end());
            }
        }
    }
    Reach::Lines(first, last)
}

/// What goes with the comment if it is deleted: its whole lines if nothing else stands there, else the
/// white space before it.
fn whole(file: &SourceFile, span: Span) -> Span {
    let text = &file.text;
    let (start, end) = (span.start as usize, span.end as usize);
    let line_start = text.get(..start).and_then(|before| before.rfind('\n')).map_or(0, |at| at + 1);
    let line_end = text.get(end..).and_then(|rest| rest.find('\n')).map_or(text.len(), |at| end + at + 1);
    let before = text.get(line_start..start).unwrap_or("");
    if before.trim().is_empty() && is_blank(text.get(end..line_end)) {
        return Span::new(line_start, line_end);
    }
    Span::new(line_start + before.trim_end().len(), end)
}

#[cfg(test)]
mod tests {
    use super::{IgnoreComment, Reach, Slip, ignore_comments};
    use crate::syntax::comments::Notation;
    use crate::text::{FileId, SourceFile, TreePath};

    fn read(notation: Notation, text: &str) -> (SourceFile, Vec<IgnoreComment>) {
        let file = SourceFile::new(FileId(0), TreePath::parse("x").unwrap(), text.to_owned());
        let found = ignore_comments(&file, notation);
        (file, found)
    }

    /// Rules, lines from 1, and `!` where there is no reason.
    fn spelled(notation: Notation, text: &str) -> Vec<String> {
        let (_, found) = read(notation, text);
        let names = |found: &IgnoreComment| {
            found.rules.iter().map(|rule| rule.value.clone()).collect::<Vec<_>>().join("+")
        };
        found
            .iter()
            .map(|found| {
                let reach = match found.reach {
                    Reach::File => "file".to_owned(),
                    Reach::Lines(first, last) => format!("{}-{}", first + 1, last + 1),
                };
                let slip = match &found.slip {
                    None => String::new(),
                    Some(slip) => format!(" {slip:?}"),
                };
                format!("{} {reach}{}{slip}", names(found), if found.has_reason { "" } else { "!" })
            })
            .collect()
    }

    #[test]
    fn a_comment_covers_its_line_or_the_next() {
        for (notation, text, expected) in [
            (Notation::Dotenv, "A=1 # envcheck: ignore[a-b] why\n", &["a-b 1-1"][..]),
            (Notation::Dotenv, "A=1\n# envcheck:ignore[a, b]\n\n# more\nB=1\nC=1\n", &["a+b 2-5!"]),
            (
                Notation::Dotenv,
                "# envcheck: ignore[a]: x\n# envcheck: ignore[b]\nB=\"\n\"\n",
                &["a 1-4", "b 2-4!"],
            ),
            (Notation::Dotenv, "B=\"\n\" # envcheck: ignore[b]\n", &["b 1-2!"]),
            (Notation::Dotenv, "A='# envcheck: ignore[a]'\n", &[]),
            (Notation::Dotenv, "A=1\n  # envcheck: ignore-file[a] all of it\n", &["a file"]),
            (Notation::Dockerfile, "# envcheck: ignore[a]\nRUN a \\\n  b \\\n  c\n", &["a 1-4!"]),
            (Notation::Dockerfile, "RUN a \\\n  # envcheck: ignore[a]\n  b \\\n  c\n", &["a 2-3!"]),
            (Notation::Yaml, "a: # envcheck: ignore[a]\n  b: 1\n", &["a 1-1!"]),
            (Notation::Yaml, "# envcheck: ignore[a]\na: |\n  x\n\nb:\n", &["a 1-3!"]),
            (Notation::Yaml, "run: |\n  a\n  b # envcheck: ignore[a] x\n  c\n", &["a 3-3"]),
            (Notation::Lines, "listen 80; # envcheck: ignore[a] x\n", &["a 1-1"]),
            (
                Notation::Script,
                "/* envcheck: ignore[a] */ x();\n/*\n * envcheck: ignore[b] x\n */\ny();\n",
                &["a 1-1!", "b 2-5"],
            ),
            (Notation::Script, "x(); // eslint-disable-line // envcheck: ignore[a]\n", &["a 1-1!"]),
            (Notation::Template, "{{/* envcheck: ignore[a] x */}}\nA=1\n", &["a 1-2"]),
            (Notation::Markup, "<!-- envcheck: ignore[a] -->\nx\n", &["a 1-2!"]),
            (Notation::Python, "# envcheck: ignore[a]\nf(\n  x,\n)\n", &["a 1-4!"]),
            (Notation::Rust, "/// envcheck: ignore[a]\nfn x() {}\n", &[]),
        ] {
            assert_eq!(spelled(notation, text), expected, "{notation:?}: {text}");
        }
    }

    #[test]
    fn slips_are_told_and_prose_is_left_alone() {
        for (text, expected) in [
            ("# envcheck: ignore\n", Some(Slip::NamesNothing)),
            ("# envcheck: ignore[]\n", Some(Slip::NamesNothing)),
            ("# envcheck: ignore[a\n", Some(Slip::Unclosed)),
            ("# envcheck: ignroe[a]\n", Some(Slip::UnknownWord("ignroe".to_owned()))),
        ] {
            let (_, found) = read(Notation::Dotenv, text);
            assert_eq!(found.first().and_then(|found| found.slip.clone()), expected, "{text}");
        }
        for prose in [
            "# envcheck: checks this file\n",
            "# see envcheck: ignore[a]\n",
            "# `envcheck: ignore[a]`\n",
            "# envcheck\n",
        ] {
            assert_eq!(read(Notation::Dotenv, prose).1, [], "{prose}");
        }
    }

    #[test]
    fn places_are_exact() {
        let text = "A=1  # envcheck: ignore[ab, c] x\r\n  # envcheck: ignore[d]\r\nB=1\n";
        let (file, found) = read(Notation::Dotenv, text);
        let names: Vec<&str> =
            found.iter().flat_map(|found| &found.rules).map(|rule| file.slice(rule.span)).collect();
        assert_eq!(names, ["ab", "c", "d"]);
        let wholes: Vec<&str> = found.iter().map(|found| file.slice(found.whole)).collect();
        assert_eq!(wholes, ["  # envcheck: ignore[ab, c] x", "  # envcheck: ignore[d]\r\n"]);
        assert_eq!(file.slice(found[0].said), "envcheck: ignore[ab, c]");
    }
}
