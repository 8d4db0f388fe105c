//! Names, as sentences need them.

/// "`a`", "`a` and `b`", "`a`, `b` and `c`".
#[must_use]
pub fn enumerate(names: &[impl AsRef<str>]) -> String {
    let quoted: Vec<String> = names.iter().map(|name| format!("`{}`", name.as_ref())).collect();
    match quoted.split_last() {
        None => String::new(),
        Some((last, [])) => last.clone(),
        Some((last, others)) => format!("{} and {last}", others.join(", ")),
    }
}

/// So many names stand in a sentence before "and 3 more".
const NAMED: usize = 4;

/// "`a`, `b` and `c`", and "`a`, `b`, `c`, `d` and 3 more" where there are many.
#[must_use]
pub fn enumerate_some(names: &[impl AsRef<str>]) -> String {
    match names.split_at_checked(NAMED) {
        Some((first, others)) if !others.is_empty() => {
            let first: Vec<String> = first.iter().map(|name| format!("`{}`", name.as_ref())).collect();
            format!("{} and {} more", first.join(", "), others.len())
        }
        _ => enumerate(names),
    }
}

/// The name among `known` that `slip` was probably meant to be.
pub fn closest<'a>(slip: &str, known: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let slip = slip.to_ascii_lowercase().replace(['_', ' '], "-");
    known
        .map(|name| {
            let is_part = slip.len() >= 4 && name.contains(&slip);
            let distance = strsim::osa_distance(&slip, name);
            (if is_part { distance.min(1) } else { distance }, name)
        })
        .filter(|&(distance, name)| distance <= (name.len() / 3).max(1))
        .min()
        .map(|(_, name)| name)
}

#[cfg(test)]
mod tests {
    use super::closest;

    #[test]
    fn suggests_what_was_probably_meant() {
        let known = ["duplicate-key", "key-style", "unread-key"];
        let closest = |slip| closest(slip, known.into_iter());
        assert_eq!(closest("duplicate-keys"), Some("duplicate-key"));
        assert_eq!(closest("DUPLICATE_KEY"), Some("duplicate-key"));
        assert_eq!(closest("duplicate"), Some("duplicate-key"));
        assert_eq!(closest("nonsense"), None);
    }
}
