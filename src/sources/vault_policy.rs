//! Vault policies: which paths may be read.

use crate::fact::{Extraction, Extractor, Gap, Hidden, PolicyPath, SourceKind, Structure, VaultPolicy};
use crate::syntax::hcl::{self, Value};
use crate::text::{SourceFile, Span, Spanned, TreePath};

/// Reads Vault policies.
#[derive(Clone, Copy, Debug)]
pub(super) struct VaultPolicies;

impl Extractor for VaultPolicies {
    fn kind(&self) -> SourceKind {
        SourceKind("vault-policy")
    }

    fn claims(&self, path: &TreePath) -> bool {
        path.name().ends_with(".hcl")
    }

    fn confirms(&self, _path: &TreePath, text: &str) -> bool {
        text.lines().any(|line| {
            line.trim_start().strip_prefix("path").is_some_and(|rest| rest.trim_start().starts_with('"'))
        })
    }

    fn extract(&self, file: &SourceFile) -> Extraction {
        let body = hcl::parse(&file.text);
        let mut policy = VaultPolicy::default();
        let mut gaps = Vec::new();
        let mut gap = |span: Span, reason| gaps.push(Gap { span, hides: Hidden::Anything, reason });
        for span in &body.errors {
            gap(*span, "a part of the policy is not understood");
        }
        for block in &body.blocks {
            let Some(path) = block.labels.first().filter(|_| block.kind.value == "path") else {
                gap(block.kind.span, "a block that is no `path`");
                continue;
            };
            if !block.body.is_whole() {
                gap(path.span, "a part of the policy is not understood");
            }
            let capabilities = match block.body.attribute("capabilities") {
                Some(Value::List(items)) => {
                    items.iter().filter_map(Value::text).map(|item| item.value.to_ascii_lowercase()).collect()
                }
                // The older form, which newer versions still read.
                _ => match block.body.attribute("policy") {
                    Some(Value::Text(word)) => vec![word.value.to_ascii_lowercase()],
                    _ => {
                        gap(path.span, "the capabilities are not written down");
                        Vec::new()
                    }
                },
            };
            let path = Spanned::new(path.value.clone(), path.span);
            policy.paths.push(PolicyPath { path, capabilities });
        }
        Extraction { gaps, structure: Structure::Policy(policy), ..Extraction::default() }
    }
}
