//! What comments tell about the assignment they belong to.

use crate::text::Span;

/// Comment lines that stand directly above the line at hand.
#[derive(Debug, Default)]
pub(super) struct About {
    lines: Vec<String>,
}

impl About {
    /// A blank or foreign line: what stands above belongs to nothing below.
    pub(super) fn forget(&mut self) {
        self.lines.clear();
    }

    /// One comment line. A heading (`# ==== Database ====`, `# -----`) speaks about a whole section,
    /// so it and what stands above it are left out.
    pub(super) fn add(&mut self, text: &str, comment: Span) {
        let line = content(text, comment);
        // What a comment tells envcheck is about a finding, not about the key.
        if is_for_envcheck(line) {
            return;
        }
        let rule = |line: &str| {
            let mark = line.chars().next().filter(|c| "=-#*~_+".contains(*c));
            mark.is_some_and(|mark| line.chars().take_while(|&c| c == mark).count() >= 2)
        };
        if rule(line) || (line.is_empty() && text.get(comment.range()).is_some_and(|raw| raw.len() > 2)) {
            self.lines.clear();
        } else if !line.is_empty() {
            self.lines.push(line.to_owned());
        }
    }

    /// The text about an assignment with this comment behind it; starts anew.
    pub(super) fn take(&mut self, text: &str, trailing: Option<Span>) -> Option<String> {
        let mut lines = std::mem::take(&mut self.lines);
        lines.extend(
            trailing
                .map(|span| content(text, span).to_owned())
                .filter(|line| !line.is_empty() && !is_for_envcheck(line)),
        );
        (!lines.is_empty()).then(|| lines.join("\n"))
    }
}

fn is_for_envcheck(line: &str) -> bool {
    line.starts_with("envcheck:")
}

/// A comment without its `#`.
fn content(text: &str, comment: Span) -> &str {
    text.get(comment.range()).unwrap_or("").trim_start_matches('#').trim()
}
