//! Templates render the key.

use super::{NewKey, templates_of};
use crate::fact::{Origin, Place, Role};
use crate::fix::names::words;
use crate::fix::plan::Plan;
use crate::index::Index;
use crate::key::shared_segments;
use crate::matrix::Service;
use crate::rule::repair::edit;
use crate::text::{FileId, Span, line_ending};

/// Adds a line for a secret to each template of a service, in the form of the line that its nearest relative has.
/// `is_served`: other files supply secrets.
pub(super) fn render(index: &Index, wanted: &NewKey, service: &Service, is_served: bool, plan: &mut Plan) {
    let key = &wanted.entry.key;
    let templates = templates_of(index, service);
    if templates.is_empty() && !is_served {
        plan.leave(
            "",
            format!("no template of this tree renders secrets: supply `{key}` where they are kept"),
        );
    }
    for template in templates {
        let path = index.path(template);
        let replaced = line(index, template, wanted);
        let is_planned = replaced.is_some();
        plan.step_or_leave(
            index,
            &path,
            format!("render `{key}` from the store"),
            replaced.map(|replaced| edit(template, replaced)),
        );
        if is_planned {
            plan.leave(
                "Vault",
                format!("put a value for the field `{key}` into the secret that {path} reads"),
            );
        }
    }
}

fn line(index: &Index, template: FileId, wanted: &NewKey) -> Option<(Span, String)> {
    let text = &index.files.get(template)?.text;
    let key = &wanted.entry.key;
    let mut candidates: Vec<_> = index
        .facts_in(template)
        .filter(|fact| fact.place == Place::Rendered)
        .filter_map(|fact| {
            let Role::Provides(provide) = &fact.role else { return None };
            let Origin::Vault(vault) = &provide.value.origin else { return None };
            let field = &vault.field;
            let start = text.get(..fact.span.start as usize)?.rfind('\n').map_or(0, |newline| newline + 1);
            let rest = text.get(fact.span.start as usize..)?;
            let end = fact.span.start as usize + rest.find('\n').unwrap_or(rest.len());
            let line = text.get(start..end)?;
            let is_own = line.trim_start().starts_with(fact.key.as_str());
            (is_own && is_model(line, field))
                .then(|| (shared_segments(key, &fact.key), start, end, fact.key.clone(), field.clone()))
        })
        .collect();
    candidates.sort_by_key(|(shared, start, ..)| (*shared, *start));
    let (_, start, end, model, field) = candidates.last()?;
    let line = text.get(*start..*end)?.trim_end_matches('\r');
    let mut fresh = line.to_owned();
    // Key and field, the last first so that places hold.
    let mut spans: Vec<(Span, &str)> = words(line, model).map(|span| (span, key.as_str())).collect();
    if field != model {
        let named = if field.chars().any(|c| c.is_ascii_lowercase()) {
            key.to_ascii_lowercase()
        } else {
            key.to_string()
        };
        let fields: Vec<Span> = words(line, field).collect();
        for span in spans
            .iter()
            .map(|(span, _)| *span)
            .chain(fields.iter().copied())
            .collect::<std::collections::BTreeSet<_>>()
            .into_iter()
            .rev()
        {
            let word = if fields.contains(&span) { named.as_str() } else { key.as_str() };
            fresh.replace_range(span.range(), word);
        }
    } else {
        spans.sort_by_key(|(span, _)| std::cmp::Reverse(*span));
        for (span, word) in spans {
            fresh.replace_range(span.range(), word);
        }
    }
    let at = start + line.len();
    Some((Span::at(at), format!("{}{fresh}", line_ending(text))))
}

/// Whether a line renders the field alone, so that another line can do the same with another field: it names the
/// field itself, makes no address of it, eats no newline, and what it opens it closes. An empty text may stand in.
fn is_model(line: &str, field: &str) -> bool {
    let count = |words: &[&str]| words.iter().map(|word| line.matches(word).count()).sum::<usize>();
    let opened = count(&["{{ with", "{{with", "{{ if", "{{if", "{{ range", "{{range"]);
    let is_whole = opened == count(&["{{ end", "{{end"]) && !line.contains("{{-") && !line.contains("-}}");
    let fallbacks = count(&["{{ else", "{{else"]);
    let is_empty = fallbacks
        == line.matches("{{ else }}\"\"{{ end }}").count() + line.matches("{{ else }}{{ end }}").count();
    // What stands in for the value of one is none for another.
    let has_default = count(&["or \"", "or `", "default \"", "default `", "coalesce"]) > 0;
    is_whole && is_empty && !has_default && !line.contains("://") && words(line, field).next().is_some()
}

#[cfg(test)]
mod tests {
    use super::is_model;

    #[test]
    fn what_can_be_copied() {
        for (line, holds) in [
            ("A=\"{{ .Data.data.f }}\"", true),
            ("A={{ with .Data.data.f }}{{ printf \"%q\" . }}{{ else }}\"\"{{ end }}", true),
            ("A={{ with .Data.data.f }}{{ printf \"%q\" . }}{{ else }}\"x\"{{ end }}", false),
            ("A=\"{{ printf \"redis://:%s@x:6379/0\" .Data.data.f }}\"", false),
            ("A=\"{{ $password }}\"", false),
            ("A={{- .Data.data.f }}", false),
            ("A={{ with .Data.data.f }}{{ . }}", false),
            ("A={{ .Data.data.f | or \"x\" }}", false),
            ("A={{ .Data.data.f | default \"x\" }}", false),
        ] {
            assert_eq!(is_model(line, "f"), holds, "{line}");
        }
        assert!(!is_model("A=\"{{ $password }}\"", "password_of_store"));
    }
}
