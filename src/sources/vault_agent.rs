//! Configurations of Vault's agent and of consul-template: which template goes where.

use super::consul_template::read_template;
use crate::fact::{AgentFile, AgentTemplate, Extraction, Extractor, Gap, Hidden, SourceKind, Structure};
use crate::syntax::hcl::{self, Value};
use crate::text::{SourceFile, Span, TreePath};

/// Inline templates that are read; each costs a reading of the file up to its end.
const MAX_INLINE: usize = 16;

/// Reads configurations of Vault's agent.
#[derive(Clone, Copy, Debug)]
pub(super) struct VaultAgent;

impl Extractor for VaultAgent {
    fn kind(&self) -> SourceKind {
        SourceKind("vault-agent")
    }

    fn claims(&self, path: &TreePath) -> bool {
        path.name().ends_with(".hcl")
    }

    fn confirms(&self, _path: &TreePath, text: &str) -> bool {
        text.lines().any(|line| {
            ["template", "auto_auth"].iter().any(|word| {
                line.trim_start().strip_prefix(word).is_some_and(|rest| rest.trim_start().starts_with('{'))
            })
        })
    }

    fn extract(&self, file: &SourceFile) -> Extraction {
        let body = hcl::parse(&file.text);
        let mut extraction = Extraction::default();
        for span in &body.errors {
            let reason = "a part of the configuration is not understood";
            extraction.gaps.push(Gap { span: *span, hides: Hidden::Provisions, reason });
        }
        let mut agent = AgentFile::default();
        let mut inline = 0;
        for block in body.blocks_of("template") {
            let text = |name| block.body.attribute(name).and_then(Value::text).cloned();
            agent.templates.push(AgentTemplate { source: text("source"), destination: text("destination") });
            match block.body.attribute("contents") {
                Some(Value::Heredoc(span)) if inline < MAX_INLINE => {
                    inline += 1;
                    let read = read_template(file.id, &only(&file.text, *span), true);
                    extraction.facts.extend(read.facts);
                    extraction.problems.extend(read.problems);
                    extraction.gaps.extend(read.gaps);
                    extraction.mentions.extend(read.mentions);
                }
                Some(Value::Heredoc(span)) => {
                    let reason = "too many templates are written inline";
                    extraction.gaps.push(Gap { span: *span, hides: Hidden::Provisions, reason });
                }
                Some(Value::Text(text)) => {
                    let reason = "the template is written in one string";
                    extraction.gaps.push(Gap { span: text.span, hides: Hidden::Provisions, reason });
                }
                _ => {}
            }
        }
        extraction.structure = Structure::Agent(agent);
        extraction
    }
}

/// The text with spaces for everything before `span` and nothing behind it, so that spans in what is
/// left hold in the file.
fn only(text: &str, span: Span) -> String {
    let (start, end) = (span.start as usize, span.end as usize);
    let mut only = " ".repeat(start);
    only.push_str(text.get(start..end).unwrap_or(""));
    only
}
