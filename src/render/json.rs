//! JSON, for programs.

use std::io::{self, Write};

use super::wire;
use crate::engine::Report;

/// Writes the report as one JSON object, in the shape of [`wire::Report`].
///
/// # Errors
/// Those of `out`.
pub fn json(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    serde_json::to_writer_pretty(&mut *out, &wire::Report::new(report))?;
    writeln!(out)
}

#[cfg(test)]
mod tests {
    use super::json;
    use crate::diagnostic::{Applicability, Diagnostic, Edit, Fix, Label, RuleId, Severity};
    use crate::engine::Report;
    use crate::secret::MaskedFile;
    use crate::text::{FileId, Location, Span, TreePath};

    fn report() -> Report {
        let text = "A=1\nP=hunter22\n";
        let at = |start, end| Location::new(FileId(0), Span::new(start, end));
        let file = MaskedFile::new(TreePath::parse("a.env").unwrap(), text, &[Span::new(6, 14)]);
        Report {
            diagnostics: vec![Diagnostic {
                rule: RuleId("some-rule"),
                severity: Severity::Warning,
                message: "`P` is bad".to_owned(),
                labels: vec![Label { at: at(4, 5), message: "here".to_owned() }],
                why: None,
                help: Some("quote it".to_owned()),
                key: None,
                further: Vec::new(),
                environments: Vec::new(),
                fix: Some(Fix {
                    title: "quote it".to_owned(),
                    edits: vec![
                        Edit { at: at(6, 14), replacement: "'hunter22'".to_owned() },
                        Edit { at: at(0, 1), replacement: "B".to_owned() },
                    ],
                    applicability: Applicability::Safe,
                }),
            }],
            fingerprints: vec!["0123456789abcdef".to_owned()],
            files: [(FileId(0), file)].into(),
            ..Report::default()
        }
    }

    #[test]
    fn is_valid_against_its_schema_and_keeps_secrets() {
        let mut out = Vec::new();
        json(&report(), &mut out).unwrap();
        let text = String::from_utf8(out).unwrap();
        assert!(!text.contains("hunter22"), "{text}");
        let value: serde_json::Value = serde_json::from_str(&text).unwrap();
        let found = &value["diagnostics"][0];
        assert_eq!(found["location"]["start"], serde_json::json!({ "line": 2, "column": 1, "byte": 4 }));
        assert_eq!(found["fix"]["edits"][0]["replacement"], serde_json::Value::Null);
        assert_eq!(found["fix"]["edits"][1]["replacement"], "B");
        let schema = serde_json::from_str(&super::wire::schema()).unwrap();
        let validator = jsonschema::validator_for(&schema).unwrap();
        let errors: Vec<String> = validator.iter_errors(&value).map(|error| error.to_string()).collect();
        assert!(errors.is_empty(), "{errors:?}");
    }
}
