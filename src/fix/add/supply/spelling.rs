//! Names and references of a key in the words of another.

use crate::fix::names::words;

/// A text with one name in the place of another.
pub(super) struct Renamed {
    pub(super) text: String,
    /// In how many places.
    pub(super) count: usize,
}

/// `text` with `new` for `old`, also as `database_url` and `database-url`; `None` where it stands nowhere.
pub(super) fn renamed(text: &str, old: &str, new: &str) -> Option<Renamed> {
    let spellings: [fn(&str) -> String; 3] =
        [str::to_owned, str::to_ascii_lowercase, |name| name.to_ascii_lowercase().replace('_', "-")];
    let mut fresh = text.to_owned();
    let mut count = 0;
    let mut seen: Vec<String> = Vec::new();
    for spell in spellings {
        let (from, to) = (spell(old), spell(new));
        if seen.contains(&from) {
            continue;
        }
        let is_apart = |at: usize, end: usize| {
            let dash = |c: Option<u8>| c == Some(b'-');
            !dash(at.checked_sub(1).and_then(|before| fresh.as_bytes().get(before).copied()))
                && !dash(fresh.as_bytes().get(end).copied())
        };
        let found: Vec<_> =
            words(&fresh, &from).filter(|span| is_apart(span.start as usize, span.end as usize)).collect();
        count += found.len();
        for span in found.into_iter().rev() {
            fresh.replace_range(span.range(), &to);
        }
        seen.push(from);
    }
    (count > 0).then_some(Renamed { text: fresh, count })
}

/// A value that is nothing but a reference to the variable, secret or setting of its own name, for another one: `$A`,
/// `${A:?}`, `${{ secrets.A }}`. Quotes stay.
pub(super) fn self_reference(value: &str, old: &str, new: &str) -> Option<String> {
    let bare = ['"', '\''].iter().find_map(|quote| value.strip_prefix(*quote)?.strip_suffix(*quote));
    let bare = bare.unwrap_or(value);
    let inside = if let Some(action) = bare.strip_prefix("${{").and_then(|rest| rest.strip_suffix("}}")) {
        let action = action.trim();
        ["secrets.", "vars.", "env."].iter().find_map(|context| action.strip_prefix(context))?
    } else if let Some(braced) = bare.strip_prefix("${").and_then(|rest| rest.strip_suffix('}')) {
        let rest = braced.strip_prefix(old)?;
        // A message is told about its own variable, and a default is one.
        let is_plain = matches!(rest, "" | ":-" | "-") || rest.starts_with(":?") || rest.starts_with('?');
        if is_plain && !rest.contains(['$', '`']) { old } else { return None }
    } else {
        bare.strip_prefix('$')?
    };
    let is_own = inside == old;
    let fresh = value.replacen(old, new, value.matches(old).count());
    is_own.then_some(fresh)
}

#[cfg(test)]
mod tests {
    use super::{renamed, self_reference};

    #[test]
    fn references_to_oneself() {
        for (value, expected) in [
            ("$A_B", Some("$C")),
            ("\"${A_B}\"", Some("\"${C}\"")),
            ("${A_B:?set it}", Some("${C:?set it}")),
            ("${{ secrets.A_B }}", Some("${{ secrets.C }}")),
            ("${{ vars.A_B }}", Some("${{ vars.C }}")),
            ("${A_B:-x}", None),
            ("${{ secrets.OTHER }}", None),
            ("$1", None),
            ("x$A_B", None),
            ("${{ secrets.A_B || 'x' }}", None),
        ] {
            assert_eq!(self_reference(value, "A_B", "C").as_deref(), expected, "{value}");
        }
    }

    #[test]
    fn names_in_other_spellings() {
        let of = |text: &str| renamed(text, "DB_URL", "API_KEY").map(|fresh| fresh.text);
        assert_eq!(of("name: DB_URL key: db-url").as_deref(), Some("name: API_KEY key: api-key"));
        assert_eq!(of("my-db-url"), None);
    }
}
