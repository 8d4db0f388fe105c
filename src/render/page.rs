//! A rule's Markdown page on a terminal.

use super::{Paint, Screen, wrap};

/// Sets a page for a screen: headings stand out, running text is wrapped, examples keep their lines.
///
/// Knows the Markdown that rules use: headings, paragraphs, lists, fenced examples, code in
/// backquotes.
#[must_use]
pub fn page(markdown: &str, screen: &Screen) -> String {
    let width = screen.width.min(100);
    let mut out = String::new();
    let mut paragraph: Vec<&str> = Vec::new();
    let mut fence: Option<&str> = None;
    for line in markdown.lines() {
        // Doc comments keep the blank behind `///`.
        let line = line.strip_prefix(' ').unwrap_or(line);
        let trimmed = line.trim();
        if let Some(mark) = fence {
            if trimmed == mark {
                fence = None;
            } else {
                out.push_str(format!("    {line}").trim_end());
                out.push('\n');
            }
            continue;
        }
        let is_item = trimmed.starts_with("- ") || trimmed.starts_with("* ");
        if trimmed.is_empty() || trimmed.starts_with('#') || trimmed.starts_with("```") || is_item {
            set(&mut out, &mut paragraph, width, screen);
        }
        if trimmed.is_empty() {
            out.push('\n');
        } else if trimmed.starts_with("```") {
            let ticks = trimmed.len() - trimmed.trim_start_matches('`').len();
            fence = Some(&trimmed[..ticks]);
        } else if let Some(heading) = heading(trimmed) {
            out.push_str(&screen.paint(Paint::Strong, heading));
            out.push('\n');
        } else {
            paragraph.push(trimmed);
        }
    }
    set(&mut out, &mut paragraph, width, screen);
    out.trim_end().to_owned() + "\n"
}

fn heading(line: &str) -> Option<&str> {
    let text = line.trim_start_matches('#');
    (text.len() < line.len()).then_some(text.strip_prefix(' ')?)
}

/// Sets one paragraph or list item.
fn set(out: &mut String, paragraph: &mut Vec<&str>, width: usize, screen: &Screen) {
    if paragraph.is_empty() {
        return;
    }
    let text = paragraph.join(" ");
    paragraph.clear();
    let indent = if text.starts_with("- ") || text.starts_with("* ") { 2 } else { 0 };
    let lines = wrap(&text, width.saturating_sub(indent));
    let mut code = false;
    for (position, line) in lines.iter().enumerate() {
        if position > 0 {
            out.push_str(&" ".repeat(indent));
        }
        out.push_str(&code_painted(line, &mut code, screen));
        out.push('\n');
    }
}

/// `line` with its code painted; `code` tells whether code is open at its beginning.
fn code_painted(line: &str, code: &mut bool, screen: &Screen) -> String {
    if !screen.colour {
        return line.to_owned();
    }
    let mut out = String::new();
    for (position, part) in line.split('`').enumerate() {
        if position > 0 {
            *code = !*code;
        }
        out.push_str(&screen.paint(if *code { Paint::Code } else { Paint::Plain }, part));
    }
    out
}

#[cfg(test)]
mod tests {
    use super::page;
    use crate::render::Screen;

    #[test]
    fn sets_headings_paragraphs_and_examples() {
        let markdown =
            " First\n line with `code`.\n\n ## Example\n\n ```yaml\n a:\n   b: 1\n ```\n - one\n - two\n";
        let plain = Screen { width: 100, colour: false, unicode: false };
        assert_eq!(
            page(markdown, &plain),
            "First line with `code`.\n\nExample\n\n    a:\n      b: 1\n- one\n- two\n"
        );
        let coloured = page(markdown, &Screen { colour: true, ..plain });
        assert!(coloured.contains("\u{1b}[36mcode\u{1b}"), "{coloured:?}");
    }
}
