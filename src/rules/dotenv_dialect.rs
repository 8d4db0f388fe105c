//! `dotenv-dialect`

mod difference;
mod readers;

use std::collections::BTreeMap;

use crate::declare_rule;
use crate::fact::SourceKind;
use crate::index::Index;
use crate::key::KeyName;
use crate::rule::Reporter;
use crate::syntax::dotenv::{Document, PieceKind};
use crate::text::{Location, SourceFile};

use difference::{Difference, difference};
use readers::{Evidence, readers};

declare_rule! {
    /// Reports a dotenv line that the programs which read the file read differently, in a way that changes
    /// the value.
    ///
    /// ## Why it matters
    ///
    /// There is no dotenv standard. docker compose takes `pa$word` for a variable and cuts the password,
    /// python-dotenv keeps it; npm's dotenv cuts `p#ss` at the `#`, the others do not; in `KEY= # comment`
    /// docker compose reads the comment as the value. The service then works in one way of starting it and
    /// fails in another.
    ///
    /// Which programs read a file is told from the tree: compose files beside it or naming it, settings
    /// classes, code that loads dotenv files, `export`. Where nothing is known, docker compose,
    /// python-dotenv and npm's dotenv are compared. Differences that change no value are not reported.
    ///
    /// ## Example
    ///
    /// ```dotenv
    /// DB_PASSWORD=pa$word
    /// ```
    ///
    /// ```text
    /// warning[dotenv-dialect]: docker compose replaces a `$` name in `DB_PASSWORD`; python-dotenv keeps it as it is
    /// ```
    ///
    /// ## What to do
    ///
    /// Put the value in single quotes: all readers but `docker --env-file` then read the same.
    pub struct DotenvDialect = "dotenv-dialect", Syntax, Warning;
}

/// The most further lines that one finding points at.
const MOST_PLACES: usize = 4;

impl DotenvDialect {
    fn ask(index: &Index, reporter: &mut Reporter<'_>) {
        let mut evidence = Evidence::default();
        for file in index.files.iter() {
            if index.kind(file.id) != Some(SourceKind("dotenv")) {
                continue;
            }
            // A shell script or a template has one reader, which is none of these.
            if index.extraction(file.id).is_none_or(|extraction| !extraction.gaps.is_empty()) {
                continue;
            }
            Self::judge(index, file, &mut evidence, reporter);
        }
    }

    fn judge(index: &Index, file: &SourceFile, evidence: &mut Evidence, reporter: &mut Reporter<'_>) {
        let document = Document::parse(&file.text);
        let unlike =
            |text: &str| text.contains(['#', '$', '`', '\\', '\'', '"', ' ', '\t', '&', ';', '\r', ':', '(']);
        let suspects: Vec<_> = document
            .pieces
            .iter()
            .filter(|piece| matches!(piece.kind, PieceKind::Assignment(_)) && unlike(file.slice(piece.span)))
            .collect();
        if suspects.is_empty() {
            return;
        }
        let readers = readers(index, file, &document, evidence);
        // One finding per sort of difference: the repair is the same.
        let mut found: BTreeMap<&'static str, Vec<Difference>> = BTreeMap::new();
        for piece in suspects {
            if let Some(difference) = difference(file, &document, piece, &readers) {
                found.entry(difference.sort).or_default().push(difference);
            }
        }
        for differences in found.into_values() {
            let mut differences = differences.into_iter();
            let Some(first) = differences.next() else { continue };
            let key = KeyName::new(file.slice(first.key));
            let mut finding = reporter.report(first.message, Location::new(file.id, first.span), first.label);
            for other in differences.by_ref().take(MOST_PLACES) {
                finding = finding.label(Location::new(file.id, other.span), other.label);
            }
            let more = differences.count();
            let why = if more == 0 {
                first.why.to_owned()
            } else {
                format!("{}; {more} more lines of this file are like it", first.why)
            };
            finding.key(&key).why(why).help(first.help);
        }
    }
}
