//! Case pages: Markdown files that hold small trees and what is expected of them.
//!
//! A page is a list of cases, each under a `## heading`. A case is prose, perhaps a line `Rules: ...` with the
//! rules that it asks beside the one under test, then files, each announced by
//! a line that holds only its path in backquotes and followed by a fenced block with its content, then
//! at most one fenced block marked `diagnostics` (or, for sources, `facts`, for repairs `diff`) with what is expected.
//! `UPDATE=1` rewrites those blocks.

use std::fmt::Write as _;

use envcheck::diagnostic::RuleId;
use envcheck::engine::{Report, Settings, Snapshot};
use envcheck::rules::by_name;
use envcheck::system::{MemorySystem, Tracking};
use envcheck::text::TreePath;

/// The secret that every page about findings plants in some file and that no output may contain.
pub(crate) const CANARY: &str = "c4n4ry-5ecret";

pub(crate) struct Case {
    pub(crate) title: String,
    /// Further rules that the case asks, named by a line `Rules: ...`.
    pub(crate) rules: Vec<RuleId>,
    pub(crate) files: Vec<(String, String)>,
    /// The expected findings, and the byte range of the block's content in the page.
    pub(crate) expected: Option<(String, std::ops::Range<usize>)>,
}

/// The cases of a page.
pub(crate) fn cases(page: &str) -> Vec<Case> {
    let mut cases: Vec<Case> = Vec::new();
    let mut path: Option<String> = None;
    let mut offset = 0;
    let mut lines = page.split_inclusive('\n').peekable();
    while let Some(line) = lines.next() {
        offset += line.len();
        let trimmed = line.trim_end();
        if let Some(title) = trimmed.strip_prefix("## ") {
            cases.push(Case {
                title: title.to_owned(),
                rules: Vec::new(),
                files: Vec::new(),
                expected: None,
            });
        } else if let Some(name) = trimmed.strip_prefix('`').and_then(|rest| rest.strip_suffix('`'))
            && !name.contains('`')
        {
            path = Some(name.to_owned());
        } else if let Some(names) = trimmed.strip_prefix("Rules: ") {
            let case = cases.last_mut().expect("rules stand under a `## ` heading");
            let rule = |name: &str| by_name(name.trim_matches('`')).expect("the name of a rule").meta().id;
            case.rules = names.split(", ").map(rule).collect();
        } else if trimmed.starts_with("```") {
            let fence = &trimmed[..trimmed.len() - trimmed.trim_start_matches('`').len()];
            let info = trimmed.trim_start_matches('`');
            let start = offset;
            let mut content = String::new();
            for inner in lines.by_ref() {
                offset += inner.len();
                if inner.trim_end() == fence {
                    break;
                }
                content.push_str(inner);
            }
            let case = cases.last_mut().expect("a fenced block stands under a `## ` heading");
            if matches!(info, "diagnostics" | "facts" | "diff") {
                case.expected = Some((content.clone(), start..start + content.len()));
            } else {
                let path = path.take().expect("a fenced block needs a line with its path before it");
                // `\r`, a missing last newline and the like are spelled with these marks.
                let content =
                    content.replace("␍", "\r").replace("␉", "\t").replace("␀", "\0").replace("␂", "\u{feff}");
                let content = match content.strip_suffix("␃\n") {
                    Some(cut) => cut.to_owned(),
                    None => content,
                };
                case.files.push((path, content));
            }
        }
    }
    cases
}

impl Case {
    /// This case with the files of `other` in place of its own.
    pub(crate) fn with(&self, other: &Self) -> Self {
        let mut files = self.files.clone();
        files.retain(|(path, _)| other.files.iter().all(|(known, _)| known != path));
        files.extend(other.files.iter().cloned());
        Self { title: other.title.clone(), files, expected: None, rules: self.rules.clone() }
    }

    /// Runs envcheck on the case's files.
    pub(crate) fn run(&self, settings: &Settings) -> Report {
        Snapshot::take(&self.system(), None).report(settings)
    }

    /// The case's files.
    pub(crate) fn system(&self) -> MemorySystem {
        let mut system = MemorySystem::default();
        for (path, content) in &self.files {
            // A list of what git tracks stands for its index.
            if path == ".git/index" {
                let tracked = content.lines().filter_map(TreePath::parse).collect();
                system.set_tracking(Tracking::Known(tracked));
                continue;
            }
            let path = TreePath::parse(path).expect("a path inside the tree");
            system.insert(path, content.as_bytes());
        }
        system
    }
}

/// Findings in the form that pages expect them in.
pub(crate) fn spell(report: &Report) -> String {
    let mut text = String::new();
    for diagnostic in &report.diagnostics {
        let place = |at: envcheck::text::Location| {
            let file = &report.files[&at.file];
            let position = file.lines.line_column(&file.text, at.span.start);
            let marked = file.text.get(at.span.range()).unwrap_or("<bad span>");
            let first = marked.lines().next().unwrap_or("");
            let more = if marked.lines().count() > 1 { " …" } else { "" };
            format!("{}:{}:{} `{first}`{more}", file.path, position.line, position.column)
        };
        writeln!(text, "{}[{}]: {}", diagnostic.severity.word(), diagnostic.rule, diagnostic.message)
            .unwrap();
        for label in &diagnostic.labels {
            writeln!(text, "  {} {}", place(label.at), label.message).unwrap();
        }
        for (word, part) in [("why", &diagnostic.why), ("help", &diagnostic.help)] {
            if let Some(part) = part {
                writeln!(text, "  {word}: {part}").unwrap();
            }
        }
        if let Some(fix) = &diagnostic.fix {
            writeln!(text, "  fix ({:?}): {}", fix.applicability, fix.title).unwrap();
        }
    }
    text
}
