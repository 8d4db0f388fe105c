use proptest::prelude::*;

use super::{Document, PieceKind, Quote};
use crate::syntax::dotenv::{Dialect, commented_assignment, references};

fn shape(text: &str) -> Vec<String> {
    Document::parse(text)
        .pieces
        .iter()
        .map(|piece| match &piece.kind {
            PieceKind::Blank => "blank".to_owned(),
            PieceKind::Comment(span) => format!("comment {}", &text[span.range()]),
            PieceKind::Assignment(a) => {
                let mut said = format!("{}={:?}", &text[a.key.range()], a.value.unquoted(text));
                if let Some(behind) = a.behind {
                    said += &format!(" behind {:?}", &text[behind.range()]);
                }
                if let Some(comment) = a.comment {
                    said += &format!(" comment {:?}", &text[comment.range()]);
                }
                if !a.value.closed {
                    said += " unclosed";
                }
                said
            }
            PieceKind::Bare(bare) => format!("bare {}", &text[bare.key.range()]),
            PieceKind::Junk(span) => format!("junk {}", &text[span.range()]),
        })
        .collect()
}

#[test]
fn reads_what_is_meant() {
    let text = "\u{feff}A=1\r\n\r\nexport B = 'x' # c\nC=a#b #c\nD= # c\nE=\"l1\nl\\\"2\"\nF=\"x\nG: 1\nH\nno way\nhttps://x\n";
    assert_eq!(
        shape(text),
        [
            "A=\"1\"",
            "blank",
            "B=\"x\" comment \"# c\"",
            "C=\"a#b\" comment \"#c\"",
            "D=\"\" comment \"# c\"",
            "E=\"l1\\nl\\\"2\"",
            "F=\"x\" unclosed",
            "G=\"1\"",
            "bare H",
            "junk no way",
            "junk https://x",
        ]
    );
    assert_eq!(shape("A=\"b\"c # d"), ["A=\"b\" behind \"c\" comment \"# d\""]);
    assert_eq!(shape("A=\"C:\\\""), ["A=\"C:\\\\\""]);
}

#[test]
fn tells_commented_assignments_from_prose() {
    let key = |line: &str| {
        let span = crate::text::Span::new(0, line.len());
        commented_assignment(line, span).map(|found| (line[found.key.range()].to_owned(), found.prose))
    };
    assert_eq!(key("# KEY=value"), Some(("KEY".into(), false)));
    assert_eq!(key("#KEY="), Some(("KEY".into(), false)));
    assert_eq!(key("# export APP_KEY='a b c d'  # x"), Some(("APP_KEY".into(), false)));
    assert_eq!(key("# DEBUG=true turns everything on"), Some(("DEBUG".into(), true)));
    for prose in [
        "# NOTE: a=b",
        "# set KEY=value to",
        "# E=mc2",
        "# A == b",
        "# WHEN X=1",
        "# key=value",
        "# ==== A ====",
        "# KEY => x",
    ] {
        assert_eq!(key(prose), None, "{prose}");
    }
}

#[test]
fn finds_references() {
    let text = "A=\"${B:-${C}} $DD \\$E $$F pa$word ${g}\"\n";
    let document = Document::parse(text);
    let assignment = document.assignments().next().unwrap();
    assert_eq!(assignment.value.quote, Quote::Double);
    let names: Vec<&str> =
        references(text, &assignment.value).iter().map(|found| &text[found.name.range()]).collect();
    assert_eq!(names, ["B", "C", "DD", "g"]);
}

#[test]
fn a_million_lines_take_linear_time() {
    for line in ["A=\"x\n", "A='x\\'\n", "A=b # c\n", "A=`\n", "# A='\n", "A=${\n", "\\\"\n"] {
        let text = line.repeat(1_000_000 / line.len());
        let document = Document::parse(&text);
        assert!(document.pieces.len() > 1000, "{line:?}");
    }
}

/// Text full of what dotenv readers stumble over.
fn tricky() -> impl Strategy<Value = String> {
    let token = prop_oneof![
        Just("A"),
        Just("B_1"),
        Just("="),
        Just(" "),
        Just("\n"),
        Just("\r\n"),
        Just("\r"),
        Just("\t"),
        Just("#"),
        Just("'"),
        Just("\""),
        Just("`"),
        Just("\\"),
        Just("$"),
        Just("${"),
        Just("}"),
        Just(":-"),
        Just("$("),
        Just(")"),
        Just("export "),
        Just("é"),
        Just("\u{feff}"),
        Just("\u{a0}"),
        Just("\0"),
        Just(":"),
        Just(";"),
        Just("("),
        Just("~"),
    ];
    prop::collection::vec(token, 0..60).prop_map(|tokens| tokens.concat())
}

proptest! {
    #[test]
    fn pieces_give_the_text_back(text in prop_oneof![tricky(), any::<String>()]) {
        let document = Document::parse(&text);
        let whole: String = document.pieces.iter().map(|piece| &text[piece.span.range()]).collect();
        prop_assert_eq!(&whole, &text);
        for piece in &document.pieces {
            match &piece.kind {
                PieceKind::Blank => {}
                PieceKind::Comment(span) => {
                    prop_assert!(piece.span.contains(*span) && text[span.range()].starts_with('#'));
                    if let Some(found) = commented_assignment(&text, *span) {
                        prop_assert!(span.contains(found.key) && span.contains(found.value.span));
                        prop_assert!(!text[found.key.range()].is_empty());
                        prop_assert!(text.get(found.value.inner.range()).is_some());
                    }
                }
                PieceKind::Junk(span) => prop_assert!(piece.span.contains(*span)),
                PieceKind::Bare(bare) => prop_assert!(piece.span.contains(bare.key)),
                PieceKind::Assignment(found) => {
                    let spans = [Some(found.key), Some(found.value.span), found.export, found.behind, found.comment];
                    for span in spans.into_iter().flatten() {
                        prop_assert!(piece.span.contains(span), "{:?} {:?}", span, piece);
                        prop_assert!(text.get(span.range()).is_some());
                    }
                    prop_assert!(found.value.span.contains(found.value.inner));
                    for reference in references(&text, &found.value) {
                        prop_assert!(found.value.span.contains(reference.name));
                        prop_assert!(found.value.span.contains(reference.word));
                        prop_assert!(!text[reference.name.range()].is_empty());
                    }
                }
            }
        }
    }

    #[test]
    fn no_reader_panics(text in prop_oneof![tricky(), any::<String>()]) {
        for dialect in Dialect::ALL {
            for value in [None, Some("x"), Some("")] {
                let reading = dialect.read(&text, &|_| value.map(str::to_owned));
                prop_assert!(reading.variables.len() <= text.len() + 1);
            }
        }
    }
}

proptest! {
    #[test]
    fn plain_lines_are_read_as_any(line in "[A-Za-z_0-9]{0,4}[=:]?[ -~\tä]{0,6}[\r]?[\n]?") {
        let end = super::line_end(&line, 0);
        let first = line.get(..end).unwrap_or("");
        if let Some(assignment) = super::plain_assignment(first, 0) {
            prop_assert_eq!(super::any_piece(&line, 0, end).0, PieceKind::Assignment(assignment));
        }
    }
}
