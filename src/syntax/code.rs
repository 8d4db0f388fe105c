//! Program source as tokens with matched brackets, for languages whose grammar is not built in.
//!
//! What counts is known for certain: where comments and strings begin and end, what code stands inside
//! strings, and which bracket closes which. Everything else is words and punctuation, which is enough to
//! recognise calls.

mod lex;
mod lexicon;

use std::ops::Range;

pub use lexicon::{C_SHARP, ELIXIR, Escapes, GROOVY, JAVA, KOTLIN, Lexicon, PHP, Quote, RUBY};

use super::escape;
use crate::text::{Span, Spanned};

/// What a token is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kind {
    /// A word, keywords included.
    Word,
    /// A string; `inside` is what stands between its quotes, up to the first code in it.
    Str {
        /// What stands between the quotes, up to the first code in it.
        inside: Span,
        /// How escapes are written in it.
        escapes: Escapes,
        /// Whether code stands in it; its tokens follow, in brackets of their own.
        has_code: bool,
    },
    /// A number.
    Number,
    /// A regular expression or another literal that holds no text.
    Other,
    /// Punctuation: one character, or one of `||`, `&&`, `??`, `?:`, `?.`, `=>`, `->`, `::`, `==`, `!=`, `<>`,
    /// `|>`, with a `=` behind where that makes an assignment.
    Punct,
    /// `(`, `[`, `{` or the opening of code in a string, with the position of its partner (of the end where
    /// there is none).
    Open(usize),
    /// The closing bracket of an [`Kind::Open`].
    Close,
}

/// A token.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Token<'t> {
    /// What it is.
    pub kind: Kind,
    /// Its text.
    pub text: &'t str,
    /// Where it stands.
    pub span: Span,
    /// Whether it is the first of its line.
    pub starts_line: bool,
}

/// All tokens of a text, comments left out.
#[derive(Debug)]
pub struct Tokens<'t> {
    all: Vec<Token<'t>>,
    source: &'t str,
}

impl<'t> Tokens<'t> {
    /// Divides `source`. Anything is divided somehow; the cost is linear.
    #[must_use]
    pub fn new(source: &'t str, lexicon: &Lexicon) -> Self {
        Self::of(source, &[Span::new(0, source.len())], lexicon)
    }

    /// Divides the parts of `source` that are code.
    #[must_use]
    pub fn of(source: &'t str, code: &[Span], lexicon: &Lexicon) -> Self {
        let mut all = Vec::new();
        for part in code {
            lex::lex(source, part.range(), lexicon, &mut all);
        }
        let mut tokens = Self { all, source };
        tokens.pair();
        tokens
    }

    /// Finds the partner of each bracket. A bracket left open is closed by the next closing one that fits
    /// further out.
    fn pair(&mut self) {
        let mut open: Vec<usize> = Vec::new();
        for here in 0..self.all.len() {
            let Some(token) = self.all.get(here).copied() else { break };
            match token.kind {
                Kind::Open(_) => open.push(here),
                Kind::Close => {
                    let fits = |&opening: &usize| {
                        self.all.get(opening).is_some_and(|opening| closing(opening.text) == token.text)
                    };
                    match open.iter().rev().take(MAX_UNCLOSED).position(fits) {
                        Some(level) => {
                            for opening in open.drain(open.len() - 1 - level..) {
                                if let Some(opening) = self.all.get_mut(opening) {
                                    opening.kind = Kind::Open(here);
                                }
                            }
                        }
                        None => {
                            if let Some(token) = self.all.get_mut(here) {
                                token.kind = Kind::Punct;
                            }
                        }
                    }
                }
                _ => {}
            }
        }
        let end = self.all.len();
        for opening in open {
            if let Some(opening) = self.all.get_mut(opening) {
                opening.kind = Kind::Open(end);
            }
        }
    }

    /// How many tokens there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.all.len()
    }

    /// Whether there is no token.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.all.is_empty()
    }

    /// The token at a position.
    #[must_use]
    pub fn get(&self, at: usize) -> Option<Token<'t>> {
        self.all.get(at).copied()
    }

    /// Whether the token at `at` is the word, punctuation or bracket `text`.
    #[must_use]
    pub fn is(&self, at: usize, text: &str) -> bool {
        self.all.get(at).is_some_and(|token| {
            token.text == text && !matches!(token.kind, Kind::Str { .. } | Kind::Number | Kind::Other)
        })
    }

    /// Whether the tokens from `at` on are these, in order.
    #[must_use]
    pub fn are(&self, at: usize, texts: &[&str]) -> bool {
        texts.iter().enumerate().all(|(offset, text)| self.is(at + offset, text))
    }

    /// Whether the token before `at` is `text`.
    #[must_use]
    pub fn is_before(&self, at: usize, text: &str) -> bool {
        at.checked_sub(1).is_some_and(|before| self.is(before, text))
    }

    /// The word at `at`.
    #[must_use]
    pub fn word(&self, at: usize) -> Option<&'t str> {
        self.all.get(at).filter(|token| token.kind == Kind::Word).map(|token| token.text)
    }

    /// The positions inside the bracket `opening` that opens at `at`, if that one does.
    #[must_use]
    pub fn group(&self, at: usize, opening: &str) -> Option<Range<usize>> {
        let token = self.all.get(at)?;
        match token.kind {
            Kind::Open(partner) if token.text == opening => Some(at + 1..partner.max(at + 1)),
            _ => None,
        }
    }

    /// The position behind the token at `at`, or behind its partner where it opens a bracket.
    #[must_use]
    pub fn past(&self, at: usize) -> usize {
        match self.all.get(at).map(|token| token.kind) {
            Some(Kind::Open(partner)) => partner.max(at) + 1,
            Some(Kind::Str { has_code: true, .. }) => {
                let mut end = at + 1;
                while let Some(Kind::Open(partner)) = self.all.get(end).map(|token| token.kind)
                    && self
                        .all
                        .get(end)
                        .is_some_and(|token| token.span.end > token.span.start && is_hole(token.text))
                {
                    end = partner.max(end) + 1;
                }
                end
            }
            _ => at + 1,
        }
    }

    /// The parts of `range` between commas that do not stand in a bracket of it; empty parts are left out.
    #[must_use]
    pub fn split(&self, range: Range<usize>) -> Vec<Range<usize>> {
        let mut parts = Vec::new();
        let mut start = range.start;
        let mut at = range.start;
        while at < range.end {
            if self.is(at, ",") {
                parts.push(start..at);
                start = at + 1;
            }
            at = self.past(at);
        }
        parts.push(start..range.end.max(start));
        parts.retain(|part| !part.is_empty());
        parts
    }

    /// Where the tokens at `range` stand.
    #[must_use]
    pub fn span(&self, range: Range<usize>) -> Span {
        let start = self.all.get(range.start).map_or(self.source.len() as u32, |token| token.span.start);
        let last = range.end.checked_sub(1).and_then(|last| self.all.get(last));
        let end = last.map_or(start, |token| token.span.end.max(start));
        Span { start, end }
    }

    /// The text that the string at `at` stands for, with the place of its inside; of a string with code in it
    /// the text before that code.
    #[must_use]
    pub fn string(&self, at: usize) -> Option<Spanned<String>> {
        let Kind::Str { inside, escapes, .. } = self.all.get(at)?.kind else { return None };
        let text = self.source.get(inside.range())?;
        let value = match escapes {
            Escapes::None => text.to_owned(),
            Escapes::Quotes => text.replace("\\'", "'").replace("\\\\", "\\"),
            Escapes::Doubled => text.replace("\"\"", "\""),
            Escapes::Backslash => escape::python(text),
        };
        Some(Spanned::new(value, inside))
    }

    /// Whether code stands in the string at `at`.
    #[must_use]
    pub fn has_code(&self, at: usize) -> bool {
        matches!(self.all.get(at).map(|token| token.kind), Some(Kind::Str { has_code: true, .. }))
    }
}

/// Brackets deeper than this are not looked for: no real file nests so deep.
const MAX_UNCLOSED: usize = 100;

fn is_hole(text: &str) -> bool {
    text.len() > 1 && text.ends_with('{') || text == "\\("
}

fn closing(opening: &str) -> &'static str {
    match opening {
        "(" | "\\(" => ")",
        "[" => "]",
        _ => "}",
    }
}

#[cfg(test)]
mod tests {
    use super::{C_SHARP, ELIXIR, GROOVY, JAVA, KOTLIN, Lexicon, PHP, RUBY, Tokens};
    use proptest::prelude::*;

    const ALL: &[&Lexicon] = &[&RUBY, &PHP, &JAVA, &KOTLIN, &GROOVY, &C_SHARP, &ELIXIR];

    fn tokens<'t>(text: &'t str, lexicon: &Lexicon) -> Vec<&'t str> {
        let tokens = Tokens::new(text, lexicon);
        (0..tokens.len()).filter_map(|at| tokens.get(at)).map(|token| token.text).collect()
    }

    fn check(text: &str) {
        for lexicon in ALL {
            let tokens = Tokens::new(text, lexicon);
            let mut end = 0;
            for at in 0..tokens.len() {
                let token = tokens.get(at).unwrap();
                assert!(text.get(token.span.range()).is_some(), "{token:?}");
                assert!(token.span.start >= end || token.text.is_empty() || tokens.has_code(at), "{token:?}");
                if !tokens.has_code(at) {
                    end = token.span.start;
                }
                assert!(tokens.past(at) > at);
                if let Some(string) = tokens.string(at) {
                    assert!(text.get(string.span.range()).is_some());
                }
            }
        }
    }

    #[test]
    fn comments_are_left_out_and_strings_are_whole() {
        let text = "a = ENV['X'] # ENV['Y']\n=begin\nENV['Z']\n=end\nb = \"c#{ENV[\"D\"]}e\" + %w[F G]\n";
        let found = tokens(text, &RUBY);
        assert_eq!(&found[..5], ["a", "=", "ENV", "[", "'X'"]);
        assert!(!found.contains(&"'Y'") && !found.contains(&"'Z'"));
        assert!(found.contains(&"\"D\""));
        let text = "x(<<~SQL, 1)\n  it's \"here\"\nSQL\ny('z') if a =~ /[\"']/\nENV['Q']";
        assert!(tokens(text, &RUBY).contains(&"'Q'"));
        let text = "f(\"a\\\"b\", 'c') // g(\"d\")\n/* h('i') */ $_ENV['J'] ?? 'k'; # l\n#[Attr('m')]";
        assert_eq!(tokens(text, &PHP).iter().filter(|token| token.starts_with(['\'', '"'])).count(), 5);
        let text = "var a = \"\"\"\n it's \"text\" \"\"\"; char b = '\"'; f(\"c\");";
        assert!(tokens(text, &JAVA).contains(&"\"c\""));
        let text = "val a = \"x${System.getenv(\"K\")}y\"";
        assert!(tokens(text, &KOTLIN).contains(&"\"K\""));
        let text = "var a = @\"c:\\\" + $\"{F(\"G\")}\" + \"h\";";
        let found = tokens(text, &C_SHARP);
        assert!(found.contains(&"\"G\"") && found.contains(&"\"h\""));
        let text = "a = ~r/[\"']/ |> f(\"b\") # \"c\"\n@doc \"\"\"\n it's \"d\"\n\"\"\"\ng(\"e\")";
        let found = tokens(text, &ELIXIR);
        assert!(found.contains(&"\"b\"") && found.contains(&"\"e\"") && !found.contains(&"\"d\""));
    }

    #[test]
    fn deep_nesting_and_unclosed_quotes_end() {
        for unit in [
            "(", "\"#{", "'", "\"", "\"${", "/*", "<<~A\n", "%w[", "$\"{", "@\"", "~s(", "\"\"\"", "/",
            "é\"", "\\",
        ] {
            check(&unit.repeat(5_000));
        }
        check(&format!("{}\"", "'a".repeat(20_000)));
    }

    proptest! {
        #[test]
        fn random_text_never_panics(text in any::<String>()) {
            check(&text);
        }

        #[test]
        fn random_source_never_panics(
            parts in proptest::collection::vec(
                proptest::sample::select(vec![
                    "\"", "'", "#{", "}", "${", "{", "(", ")", "[", "]", "\\", "é", "\n", "<<~A", "A\n", "%w[", "~r/", "/", "//",
                    "/*", "*/", "#", "=begin\n", "=end\n", "@\"", "$\"", "\"\"\"", "ENV", " ", "||", "??", "1", "\0", "\r\n", "<<<X\n",
                    "X;\n", "`", "$a", "{$", "?", ":b", "%q(",
                ]),
                0..60,
            )
        ) {
            check(&parts.concat());
        }
    }
}
