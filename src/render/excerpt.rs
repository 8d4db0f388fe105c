//! Our findings in miette's terms.
//!
//! A miette diagnostic has one source, so the labels of every further file become a related
//! diagnostic of their own; the reason becomes the error's cause.

use std::collections::BTreeMap;
use std::error::Error;
use std::fmt;

use miette::{LabeledSpan, MietteError, MietteSpanContents, SourceCode, SourceSpan, SpanContents};

use crate::diagnostic::{Diagnostic, Severity};
use crate::secret::MaskedFile;
use crate::text::FileId;

/// A finding with the files that it points at.
#[derive(Debug)]
pub(super) struct Shown<'a> {
    diagnostic: &'a Diagnostic,
    why: Option<Why>,
    /// One part per file, in the order in which the labels name them.
    parts: Vec<Part<'a>>,
}

/// The labels of one file.
#[derive(Debug)]
struct Part<'a> {
    file: Masked<'a>,
    labels: Vec<LabeledSpan>,
}

/// A masked file as a source of excerpts. Unlike miette's own sources it finds lines by search, not
/// by reading the file from its start for every label.
#[derive(Debug)]
struct Masked<'a>(&'a MaskedFile);

/// Why a finding matters.
#[derive(Debug)]
struct Why(String);

impl<'a> Shown<'a> {
    pub(super) fn new(diagnostic: &'a Diagnostic, files: &'a BTreeMap<FileId, MaskedFile>) -> Self {
        let mut order: Vec<FileId> = Vec::new();
        let mut parts: Vec<Part<'a>> = Vec::new();
        for (position, label) in diagnostic.labels.iter().enumerate() {
            let Some(file) = files.get(&label.at.file) else { continue };
            let span = (label.at.span.range().start, label.at.span.len());
            let text = Some(label.message.clone());
            let labeled = if position == 0 {
                LabeledSpan::new_primary_with_span(text, span)
            } else {
                LabeledSpan::new_with_span(text, span)
            };
            match order.iter().position(|&known| known == label.at.file) {
                Some(at) => parts[at].labels.push(labeled),
                None => {
                    order.push(label.at.file);
                    parts.push(Part { file: Masked(file), labels: vec![labeled] });
                }
            }
        }
        Self { diagnostic, why: diagnostic.why.clone().map(Why), parts }
    }
}

impl fmt::Display for Shown<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.diagnostic.message)
    }
}

impl Error for Shown<'_> {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.why.as_ref().map(|why| why as &(dyn Error + 'static))
    }
}

impl miette::Diagnostic for Shown<'_> {
    fn code<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        Some(Box::new(self.diagnostic.rule))
    }

    fn severity(&self) -> Option<miette::Severity> {
        Some(match self.diagnostic.severity {
            Severity::Note => miette::Severity::Advice,
            Severity::Warning => miette::Severity::Warning,
            Severity::Error => miette::Severity::Error,
        })
    }

    fn help<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        self.diagnostic.help.as_ref().map(|help| Box::new(help) as Box<dyn fmt::Display>)
    }

    fn source_code(&self) -> Option<&dyn SourceCode> {
        self.parts.first().map(|part| &part.file as &dyn SourceCode)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        self.parts.first().map(|part| Box::new(part.labels.iter().cloned()) as Box<dyn Iterator<Item = _>>)
    }

    fn related<'a>(&'a self) -> Option<Box<dyn Iterator<Item = &'a dyn miette::Diagnostic> + 'a>> {
        let others = self.parts.get(1..).filter(|others| !others.is_empty())?;
        Some(Box::new(others.iter().map(|part| part as &dyn miette::Diagnostic)))
    }
}

impl fmt::Display for Part<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.labels.first().and_then(LabeledSpan::label).unwrap_or(""))
    }
}

impl Error for Part<'_> {}

impl miette::Diagnostic for Part<'_> {
    fn source_code(&self) -> Option<&dyn SourceCode> {
        Some(&self.file)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        Some(Box::new(self.labels.iter().cloned()))
    }
}

impl fmt::Display for Why {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Error for Why {}

impl SourceCode for Masked<'_> {
    fn read_span<'a>(
        &'a self,
        span: &SourceSpan,
        before: usize,
        after: usize,
    ) -> Result<Box<dyn SpanContents<'a> + 'a>, MietteError> {
        let MaskedFile { path, text, lines } = self.0;
        let (start, end) = (span.offset(), span.offset().saturating_add(span.len()));
        if text.get(start..end).is_none() {
            return Err(MietteError::OutOfBounds);
        }
        let line_of = |offset: usize| lines.line_of(u32::try_from(offset).unwrap_or(u32::MAX));
        let first = line_of(start).saturating_sub(before);
        let last = line_of(end.saturating_sub(1).max(start)).saturating_add(after);
        let last = last.min(lines.line_count().saturating_sub(1));
        let from = if before == 0 { start } else { lines.line_range(text, first).start };
        // The next line's start, so that the line's end belongs to it.
        let to = if after == 0 { end } else { lines.line_range(text, last + 1).start };
        let offset = u32::try_from(from).unwrap_or(u32::MAX);
        let column = lines.line_column(text, offset).column.saturating_sub(1) as usize;
        let data = text.get(from..to.max(end)).ok_or(MietteError::OutOfBounds)?;
        Ok(Box::new(MietteSpanContents::new_named(
            path.to_string(),
            data.as_bytes(),
            (from, data.len()).into(),
            first,
            column,
            last - first + 1,
        )))
    }
}
