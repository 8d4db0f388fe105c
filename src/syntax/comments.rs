//! The comments of every notation that envcheck reads, and what in it goes on over several lines.
//!
//! This is not a parser of any of these languages: it tells comments from quoted text and nothing else,
//! in one pass over the text. A text that does not follow its notation yields some comments fewer.

mod brackets;
mod dockerfile;
mod dotenv;
mod heredoc;
mod scan;
mod template;
mod yaml;

use crate::text::Span;

/// How a file writes comments.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Notation {
    /// There are none: JSON.
    None,
    /// `#` before or behind an assignment.
    Dotenv,
    /// `#` at the beginning of a line.
    Dockerfile,
    /// `{{/* */}}`, and `#` at the beginning of a line of what is rendered.
    Template,
    /// `#`, `//`, `/* */`.
    Hcl,
    /// `#` after white space.
    Yaml,
    /// `#`.
    Toml,
    /// `#` or `!` at the beginning of a line: properties of Java.
    Properties,
    /// `#` after white space.
    Shell,
    /// `#`; Ruby and others write as Python does.
    Python,
    /// `//`, `/* */` that nest; not the comments that are documentation.
    Rust,
    /// `//`, `/* */`; Go, and the many languages with the same strings.
    Go,
    /// The same, and `#`.
    Php,
    /// `//`, `/* */`: JavaScript and TypeScript.
    Script,
    /// `<!-- -->`, `//`, `/* */`: components with markup and script in one file.
    Component,
    /// `<!-- -->`.
    Markup,
    /// `#`, `//`, `;`, `--` or `%` at the beginning of a line or between white space, `!`, `::` and `rem` at the beginning: for
    /// files of no particular kind.
    Lines,
}

/// The comments of a text, and its parts of several lines.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Comments {
    /// Each comment with its marks, in order.
    pub all: Vec<Comment>,
    /// What goes on over several lines: quoted text, instructions with continued lines, block scalars,
    /// here-documents, lists in brackets. Not in order; they may lie in each other.
    pub units: Vec<Span>,
}

/// One comment.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Comment {
    /// All of it, with the marks that begin and end it.
    pub span: Span,
    /// What stands between the marks.
    pub inside: Span,
}

/// Finds the comments of `text`. The cost is linear in the text.
#[must_use]
pub fn comments(text: &str, notation: Notation) -> Comments {
    match notation {
        Notation::None => Comments::default(),
        Notation::Dotenv => dotenv::comments(text),
        Notation::Dockerfile => dockerfile::comments(text),
        Notation::Template => template::comments(text),
        Notation::Yaml => yaml::comments(text),
        // Behind a value `#` belongs to it, yet people write comments there.
        Notation::Properties => scan::line_comments(text, &["#", "!"], &["#"]),
        Notation::Lines => {
            let alone = ["#", "//", ";", "--", "%", "!", "::", "rem ", "REM ", "@rem ", "@REM "];
            scan::line_comments(text, &alone, &["#", "//", ";", "--", "%"])
        }
        _ => scan::comments(text, notation),
    }
}

/// A comment that begins with `mark` at `start` and ends with its line, before `end`.
fn to_line_end(text: &str, start: usize, mark: usize) -> Comment {
    let rest = text.get(start..).unwrap_or("");
    let end = start + rest.find('\n').unwrap_or(rest.len());
    let end = start + text.get(start..end).unwrap_or("").trim_end().len();
    let inside = (start + mark).min(end);
    Comment { span: Span::new(start, end), inside: Span::new(inside, end) }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{Notation, comments};

    const ALL: [Notation; 17] = [
        Notation::None,
        Notation::Dotenv,
        Notation::Dockerfile,
        Notation::Template,
        Notation::Hcl,
        Notation::Yaml,
        Notation::Toml,
        Notation::Properties,
        Notation::Shell,
        Notation::Python,
        Notation::Rust,
        Notation::Go,
        Notation::Php,
        Notation::Script,
        Notation::Component,
        Notation::Markup,
        Notation::Lines,
    ];

    /// The insides of the comments, joined by `|`.
    fn found(notation: Notation, text: &str) -> String {
        let all = comments(text, notation).all;
        let inside: Vec<&str> = all.iter().map(|comment| text[comment.inside.range()].trim()).collect();
        inside.join("|")
    }

    fn units(notation: Notation, text: &str) -> Vec<&str> {
        comments(text, notation).units.iter().map(|unit| &text[unit.range()]).collect()
    }

    #[test]
    fn each_notation_has_its_comments() {
        for (notation, text, expected) in [
            (Notation::Dotenv, "# a\nA=1 # b\nB='# no' # c\nC=x#no\nD=\"\n# no\n\"\n", "a|b|c"),
            (
                Notation::Dockerfile,
                "# a\nFROM x # no\nRUN a \\\n  # b\n  b\nRUN <<E\n# c\nE\nCOPY <<E /x\n# no\nE\n",
                "a|b|c",
            ),
            (
                Notation::Template,
                "{{/* a */}}\nA=1 # no\n# b\n{{- /* c\nd */ -}}\n{{ \"/* no */\" }}{{ x }}\n",
                "a|b|c\nd",
            ),
            (Notation::Hcl, "# a\nx = \"# no\" // b\n/* c */ y = <<-E\n# no\n  E\nz = 1 # d\n", "a|b|c|d"),
            (
                Notation::Yaml,
                "# a\nk: v # b\nl: \"x # no\n  # no\" # c\nm: don't # d\nn: a#no\no: |\n  # no\np: 'it''s # no'\n",
                "a|b|c|d",
            ),
            (Notation::Yaml, "- \"a\": [ 'b', \"#no\" ] # a\n- !x \"#no\" # b\n- say \"hi # c\n", "a|b|c"),
            (
                Notation::Yaml,
                "- run: | # a\n    # b\n    x # c\n    y '# no'\n  env: >-\n    # no\n    x # no\n\n  # d\n",
                "a|b|c|d",
            ),
            (Notation::Toml, "a = '# no' # a\nb = \"\"\"\n# no \\\"\"\"\" # b\nc = 'it\\' # c\n", "a|b|c"),
            (
                Notation::Shell,
                "# a\nx=$# y # b\necho '#no' \"\n# no\" \\# no\ncat <<E # c\n# no\nE\ncat <<< x # d\n",
                "a|b|c|d",
            ),
            (
                Notation::Python,
                "# a\nx = '# no' # b\ny = '''\n# no''' # c\nz = r'\\'# no'\nw = 1# d\n",
                "a|b|c|d",
            ),
            (
                Notation::Rust,
                "// a\n/// no\n//! no\nlet x = \"// no\\\" // no\"; /* b /* c */ */ r#\"// \" no\"#; 'x'; '\"'; &'a y // d\n",
                "a|b /* c */|d",
            ),
            (Notation::Go, "// a\nx := `// no\n// no` + \"// no\" + '\"' /* b */ // c\n", "a|b|c"),
            (
                Notation::Script,
                "// a\nconst x = `// no\n` + '// no' + \"\\\"// no\" /* b */\n{/* c */}\n",
                "a|b|c",
            ),
            (Notation::Component, "<!-- a -->\n<script>\n// b\n</script>\n<a href=\"http://x\">\n", "a|b"),
            (Notation::Properties, "# a\n! b\nx = !no # c\ny=z\n", "a|b|c"),
            (Notation::Markup, "x <!-- a\nb --> # no // no\n", "a\nb"),
            (Notation::Php, "# a\n$x = '# no'; // b\n$y = 1; # c\n", "a|b|c"),
            (Notation::Lines, "# a\n  // b\nx # c\n-- d\n; e\nx#no y--no\nREM f\n! g\n", "a|b|c|d|e|f|g"),
            (Notation::None, "# no // no", ""),
        ] {
            assert_eq!(found(notation, text), expected, "{notation:?}: {text}");
        }
    }

    #[test]
    fn what_goes_on_over_lines_is_known() {
        assert_eq!(units(Notation::Dotenv, "A=\"x\ny\" # b\nB=1\n"), ["A=\"x\ny\" # b\n"]);
        assert_eq!(units(Notation::Dockerfile, "FROM x\nRUN a \\\n  # c\n  b\n"), ["RUN a \\\n  # c\n  b"]);
        assert_eq!(
            units(Notation::Yaml, "a: |\n  x\n\n  y\nb: 'x\n  y'\n"),
            ["a: |\n  x\n\n  y\n", "'x\n  y'"]
        );
        assert_eq!(units(Notation::Python, "f(\n  {'a': [1]},\n)\ng(1)\n"), ["(\n  {'a': [1]},\n)"]);
        assert_eq!(
            units(Notation::Rust, "a(\n  b(1),\n);\nc(|| {\n  d(\n  );\n})\n"),
            ["(\n  b(1),\n)", "(\n  )"]
        );
        assert_eq!(units(Notation::Shell, "a \\\n  b \\\n  c\nd\n"), ["a \\\n  b \\\n  c"]);
        assert_eq!(units(Notation::Hcl, "a = <<E\nx\nE\n"), ["<<E\nx\nE\n"]);
    }

    fn check(text: &str) {
        for notation in ALL {
            let found = comments(text, notation);
            let mut behind = 0;
            for comment in &found.all {
                assert!(text.get(comment.span.range()).is_some(), "{notation:?} {comment:?} {text:?}");
                assert!(text.get(comment.inside.range()).is_some(), "{notation:?} {comment:?} {text:?}");
                assert!(comment.span.contains(comment.inside) && !comment.span.is_empty());
                assert!(comment.span.start >= behind, "{notation:?}: in order, side by side: {text:?}");
                behind = comment.span.end;
            }
            for unit in &found.units {
                assert!(text.get(unit.range()).is_some(), "{notation:?} {unit:?} {text:?}");
            }
        }
    }

    #[test]
    fn odd_texts_end() {
        for unit in [
            "\"", "'", "`", "/*", "{{/*", "<<E\n", "r#\"", "(", "a: |\n", "<!--", "\\", "#", "\u{feff}", "\0",
        ] {
            check(&unit.repeat(3_000));
            check(&format!("é{}é\r\n", unit.repeat(3)));
        }
    }

    proptest! {
        #[test]
        fn any_text_is_read(text in any::<String>()) {
            check(&text);
        }

        #[test]
        fn odd_pieces_are_read(
            parts in proptest::collection::vec(
                proptest::sample::select(vec![
                    "#", "//", "/*", "*/", "{{", "}}", "{{/*", "*/}}", "{{- ", "\"", "'", "`", "\"\"\"", "'''", "r#\"", "\"#",
                    "<<E", "<<-E", "E", "\n", "\r\n", " ", "  ", "\\", "\\\n", "a", "é", "a: |", "- ", ": ", "run: >2-", "(", ")",
                    "{", "}", "[", "]", "<!--", "-->", "RUN ", "COPY ", "=", "'a", "\0", "\u{feff}", ",", "\t",
                ]),
                0..60,
            )
        ) {
            check(&parts.concat());
        }
    }
}
