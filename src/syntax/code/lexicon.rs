//! Where comments and strings begin and end in each language.

/// How a quote is put into a string.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Escapes {
    /// Not at all.
    None,
    /// Behind a backslash, as other characters are.
    Backslash,
    /// Behind a backslash, which means itself elsewhere.
    Quotes,
    /// By doubling it.
    Doubled,
}

/// A kind of string.
#[derive(Clone, Copy, Debug)]
pub struct Quote {
    /// How it begins.
    pub open: &'static str,
    /// How it ends.
    pub close: &'static str,
    /// How its own quote is put into it.
    pub escapes: Escapes,
    /// How code in it begins; it ends with the fitting bracket.
    pub hole: Option<&'static str>,
    /// Whether it holds text, as opposed to a character or the like.
    pub is_text: bool,
}

/// What has to be known about a language to divide its source.
#[derive(Clone, Copy, Debug)]
pub struct Lexicon {
    /// How comments begin that end with the line.
    pub line_comments: &'static [&'static str],
    /// How comments begin and end that may span lines.
    pub block_comments: &'static [(&'static str, &'static str)],
    /// Its strings, longer openings first.
    pub quotes: &'static [Quote],
    /// Characters besides letters, digits and `_` with which words may begin.
    pub word_starts: &'static str,
    /// Characters with which words may end.
    pub word_ends: &'static str,
    /// How a string begins that goes on from the next line to a line with its name (`<<~`, `<<<`).
    pub heredoc: Option<&'static str>,
    /// Whether `/` may begin a regular expression.
    pub has_regexes: bool,
    /// Whether `%w[..]`, `%q(..)` and the like are strings.
    pub has_percents: bool,
    /// Whether `~s(..)`, `~r/../` and the like are strings.
    pub has_sigils: bool,
}

const fn quote(
    open: &'static str,
    close: &'static str,
    escapes: Escapes,
    hole: Option<&'static str>,
) -> Quote {
    Quote { open, close, escapes, hole, is_text: true }
}

const fn character(open: &'static str) -> Quote {
    Quote { open, close: open, escapes: Escapes::Backslash, hole: None, is_text: false }
}

const PLAIN: Lexicon = Lexicon {
    line_comments: &["//"],
    block_comments: &[("/*", "*/")],
    quotes: &[],
    word_starts: "",
    word_ends: "",
    heredoc: None,
    has_regexes: false,
    has_percents: false,
    has_sigils: false,
};

/// Ruby. Source: its documentation, "Literals" and "Comments".
pub const RUBY: Lexicon = Lexicon {
    line_comments: &["#"],
    block_comments: &[("\n=begin", "\n=end")],
    quotes: &[
        quote("\"", "\"", Escapes::Backslash, Some("#{")),
        quote("'", "'", Escapes::Quotes, None),
        quote("`", "`", Escapes::Backslash, Some("#{")),
    ],
    word_starts: "@$",
    word_ends: "?!",
    heredoc: Some("<<"),
    has_regexes: true,
    has_percents: true,
    ..PLAIN
};

/// PHP. Source: its manual, "Strings" and "Comments".
pub const PHP: Lexicon = Lexicon {
    line_comments: &["//", "#"],
    quotes: &[
        quote("\"", "\"", Escapes::Backslash, Some("{$")),
        quote("'", "'", Escapes::Quotes, None),
        quote("`", "`", Escapes::Backslash, Some("{$")),
    ],
    word_starts: "$",
    heredoc: Some("<<<"),
    ..PLAIN
};

/// Java. Source: the language specification, 3.7 and 3.10.
pub const JAVA: Lexicon = Lexicon {
    quotes: &[
        quote("\"\"\"", "\"\"\"", Escapes::Backslash, None),
        quote("\"", "\"", Escapes::Backslash, None),
        character("'"),
    ],
    word_starts: "@$",
    ..PLAIN
};

/// Kotlin, and Scala where it looks the same. Source: the Kotlin grammar.
pub const KOTLIN: Lexicon = Lexicon {
    quotes: &[
        quote("\"\"\"", "\"\"\"", Escapes::None, Some("${")),
        quote("\"", "\"", Escapes::Backslash, Some("${")),
        character("'"),
        character("`"),
    ],
    word_starts: "@",
    ..PLAIN
};

/// Groovy, and with it Gradle. Source: its documentation, "Syntax".
pub const GROOVY: Lexicon = Lexicon {
    quotes: &[
        quote("\"\"\"", "\"\"\"", Escapes::Backslash, Some("${")),
        quote("'''", "'''", Escapes::Backslash, None),
        quote("\"", "\"", Escapes::Backslash, Some("${")),
        quote("'", "'", Escapes::Backslash, None),
    ],
    word_starts: "@$",
    ..PLAIN
};

/// C#. Source: the language reference, "Strings".
pub const C_SHARP: Lexicon = Lexicon {
    quotes: &[
        quote("$\"\"\"", "\"\"\"", Escapes::None, Some("{")),
        quote("\"\"\"", "\"\"\"", Escapes::None, None),
        quote("$@\"", "\"", Escapes::Doubled, Some("{")),
        quote("@$\"", "\"", Escapes::Doubled, Some("{")),
        quote("@\"", "\"", Escapes::Doubled, None),
        quote("$\"", "\"", Escapes::Backslash, Some("{")),
        quote("\"", "\"", Escapes::Backslash, None),
        character("'"),
    ],
    word_starts: "@",
    ..PLAIN
};

/// Elixir. Source: its documentation, "Syntax reference".
pub const ELIXIR: Lexicon = Lexicon {
    line_comments: &["#"],
    block_comments: &[],
    quotes: &[
        quote("\"\"\"", "\"\"\"", Escapes::Backslash, Some("#{")),
        quote("'''", "'''", Escapes::Backslash, Some("#{")),
        quote("\"", "\"", Escapes::Backslash, Some("#{")),
        quote("'", "'", Escapes::Backslash, Some("#{")),
    ],
    word_starts: "@",
    word_ends: "?!",
    has_sigils: true,
    ..PLAIN
};
