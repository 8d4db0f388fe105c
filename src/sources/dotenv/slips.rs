//! `${...}` in a value that no reader of dotenv files takes for a variable, and signs written as in HTML.

use crate::fact::{Problem, ProblemKind};
use crate::key::KeyName;
use crate::syntax::dotenv::{Assignment, Quote};
use crate::syntax::interpolation::{Fault, scan};
use crate::text::Span;

/// What a page of HTML writes for other signs, copied with the text around it: an address of mail between `&lt;` and
/// `&gt;`, a query whose parts `&amp;` joins. Where the text has tags, it is HTML and meant.
pub(super) fn entities(text: &str, found: &Assignment) -> Option<Problem> {
    let raw = &found.value;
    let inner = text.get(raw.inner.range()).filter(|inner| inner.contains('&') && !inner.contains('<'))?;
    let mail = inner.split_once("&lt;").and_then(|(_, rest)| rest.split_once("&gt;"));
    let is_mail = mail.is_some_and(|(inside, _)| inside.contains('@') && !inside.contains([' ', '&']));
    let is_query = inner.contains("://") && inner.contains('?') && inner.contains("&amp;");
    let written = if is_mail { "&lt;" } else { "&amp;" };
    let at = inner.find(written).filter(|_| is_mail || is_query)? + raw.inner.start as usize;
    let key = text.get(found.key.range())?;
    let message = format!("the value of `{key}` is written as in a page of HTML");
    Some(
        Problem::new(ProblemKind::DotenvSyntax, Span::new(at, at + written.len()), message, "stays as it is")
            .why("no reader of dotenv files turns `&lt;` and `&amp;` back into `<` and `&`")
            .help("write the signs themselves, and the value in quotes")
            .about(&KeyName::new(key)),
    )
}

/// Braces that the end of the value leaves open, and operators that are written the wrong way round.
pub(super) fn problems(text: &str, found: &Assignment) -> Vec<Problem> {
    let raw = &found.value;
    let inner = text.get(raw.inner.range()).unwrap_or("");
    if !matches!(raw.quote, Quote::None | Quote::Double) || !raw.closed || !inner.contains("${") {
        return Vec::new();
    }
    let start = raw.inner.start as usize;
    let mut problems = Vec::new();
    for bad in scan(inner).malformed {
        let name = bad.name.as_ref().and_then(|name| inner.get(name.clone())).unwrap_or("");
        let rest = inner.get(bad.rest.clone()).unwrap_or("");
        // What is no name of a key may be meant as it stands, in a password above all.
        if name.len() < 2 || name.contains(|c: char| c.is_ascii_lowercase()) {
            continue;
        }
        if inner.get(..bad.whole.start).is_some_and(|before| before.ends_with('\\')) {
            continue;
        }
        let whole = Span::new(start + bad.whole.start, start + bad.whole.end);
        let kind = ProblemKind::InterpolationSyntax;
        let problem = match bad.fault {
            Fault::Unclosed if rest.is_empty() => Problem::new(
                kind,
                whole,
                format!("`${{{name}` is never closed"),
                "no `}` for it in this value",
            )
            .why("readers take it for a text, or refuse the file")
            .help(format!("write `${{{name}}}`")),
            Fault::SwappedOperator => {
                let (written, meant) = if rest.starts_with("?:-") { ("?:-", ":-") } else { ("?:", ":?") };
                let message = format!("`${{{name}{written}...}}` has its operator the wrong way round");
                Problem::new(kind, whole, message, "the operator is `?`, and what follows begins its message")
                    .why("readers take it for a text, or stop where the variable is not set")
                    .help(format!("write `${{{name}{meant}...}}`"))
            }
            _ => continue,
        };
        problems.push(problem.about(&KeyName::new(name)));
    }
    problems
}
