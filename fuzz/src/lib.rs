//! What all fuzz targets share: texts made of bytes, and the oracle.
//!
//! A target finds a panic by itself. The oracle finds places that are not in the text, or that cut a character.

use std::fmt::{self, Debug, Write};

use envcheck::sources;
use envcheck::syntax::tree::{Language, Step, parse, parse_with_grammar};
use envcheck::text::{FileId, SourceFile, Span, TreePath};

/// The text of `data`, with what is not UTF-8 replaced as a run replaces it: byte for byte.
pub fn text(data: &[u8]) -> String {
    let mut text = String::new();
    for chunk in data.utf8_chunks() {
        text.push_str(chunk.valid());
        text.extend(chunk.invalid().iter().map(|_| '?'));
    }
    text
}

/// A file of one run.
pub fn file(path: &str, text: &str) -> SourceFile {
    SourceFile::new(FileId(0), TreePath::parse(path).expect("targets give good paths"), text.to_owned())
}

/// Reads `data` as a file of the kind that is called `kind`.
pub fn source(kind: &str, path: &str, data: &[u8]) {
    let extractor = sources::ALL.iter().find(|known| known.kind().0 == kind).expect("targets name kinds");
    let file = file(path, &text(data));
    let _ = extractor.confirms(&file.path, &file.text);
    check(&extractor.extract(&file), &file.text);
}

/// Holds how `data` is read as a text of `language` against its grammar.
pub fn tree(language: Language, data: &[u8]) {
    let text = text(data);
    let (Some(ours), Some(grammar)) = (parse(language, &text), parse_with_grammar(language, &text)) else {
        return;
    };
    fn step(step: Step<'_>) -> (&str, Option<&str>, Span, usize, [bool; 3]) {
        let node = step.node;
        let flags = [node.is_named(), node.is_extra(), node.has_error()];
        (node.kind(), step.field, node.span(), step.depth, flags)
    }
    let (mut ours, mut grammar) = (ours.walk().map(step), grammar.walk().map(step));
    loop {
        let (our, their) = (ours.next(), grammar.next());
        assert_eq!(our, their, "the reader and the grammar differ on {text:?}");
        if our.is_none() {
            return;
        }
    }
}

/// What is written for debugging beyond so many bytes is what aliases of YAML repeat.
const MOST_WRITTEN: usize = 1 << 20;

/// A text that takes no more than [`MOST_WRITTEN`].
struct Bounded(String);

impl Write for Bounded {
    fn write_str(&mut self, part: &str) -> fmt::Result {
        if self.0.len() > MOST_WRITTEN {
            return Err(fmt::Error);
        }
        self.0.push_str(part);
        Ok(())
    }
}

/// What is written of `read` for debugging, up to a bound.
pub fn written(read: &impl Debug) -> String {
    let mut written = Bounded(String::new());
    let _ = write!(written, "{read:?}");
    written.0
}

/// Checks every span in `read`, however deep: it lies in `text`, on characters.
///
/// All that readers yield can be written for debugging, so that is walked rather than each type.
pub fn check(read: &impl Debug, text: &str) {
    let written = written(read);
    for (at, head) in written.match_indices("Span { start: ") {
        let rest = &written[at + head.len()..];
        let Some((start, rest)) = rest.split_once(", end: ") else { continue };
        let Some((end, _)) = rest.split_once(' ') else { continue };
        let (Ok(start), Ok(end)) = (start.parse::<usize>(), end.parse::<usize>()) else { continue };
        inside(start..end, text);
    }
}

/// Checks one range of bytes.
pub fn inside(range: std::ops::Range<usize>, text: &str) {
    assert!(
        text.get(range.clone()).is_some(),
        "{range:?} is no place in the {} bytes of {text:?}",
        text.len()
    );
}
