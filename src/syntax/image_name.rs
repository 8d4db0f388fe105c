//! Names of images, as whoever builds one and whoever runs one write them.
//!
//! Parts that a file does not tell (`${TAG}`, `${{ github.sha }}`, `$(git describe)`) become `*`, so that names from
//! several notations can be compared.

use super::interpolation::expand_defaults;

/// Hosts by which Docker Hub is named; a name without a host means it too.
const HUB: &[&str] = &["docker.io/", "index.docker.io/", "registry-1.docker.io/"];

/// The name of an image without its tag and digest, with `*` for each part that is not written down. Compose's
/// `${NAME:-default}` counts as its default. `None` where nothing of the last part is told.
#[must_use]
pub fn name_of(image: &str) -> Option<String> {
    let expanded = expand_defaults(image.trim()).filter(|_| !image.contains("${{") && !image.contains("$("));
    let told = blotted(expanded.as_deref().unwrap_or(image).trim());
    let name = without_plain_tag(&told);
    let name = HUB.iter().find_map(|hub| name.strip_prefix(hub)).unwrap_or(name);
    let name = name.strip_prefix("library/").unwrap_or(name);
    let is_name =
        |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'-' | b'/' | b'*' | b':');
    (name.len() <= 256 && name.bytes().all(is_name) && !last_part(name).is_empty() && name != "*")
        .then(|| name.to_owned())
}

/// The text with `*` in the place of each expression and expansion. An expansion with a default counts as the default.
fn blotted(text: &str) -> String {
    let mut found = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('$') {
        found.push_str(&rest[..at]);
        let behind = &rest[at + 1..];
        let (taken, default) = match behind.as_bytes() {
            [b'{', b'{', ..] => (behind.find("}}").map_or(behind.len(), |end| end + 2), None),
            [b'{', ..] => {
                let end = behind.find('}').unwrap_or(behind.len());
                let inside = behind.get(1..end).unwrap_or_default();
                let default = inside.split_once(":-").map(|(_, default)| default);
                (behind.len().min(end + 1), default.filter(|default| !default.contains('$')))
            }
            [b'(', ..] => (behind.find(')').map_or(behind.len(), |end| end + 1), None),
            _ => {
                let is_word = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'_';
                (behind.bytes().take_while(|byte| is_word(byte)).count(), None)
            }
        };
        found.push_str(default.unwrap_or("*"));
        rest = &behind[taken..];
    }
    found.push_str(rest);
    found
}

/// An image as it is written, without a tag and a digest that are plain text.
#[must_use]
pub fn without_plain_tag(image: &str) -> &str {
    if image.contains('$') {
        return image;
    }
    let name = image.split('@').next().unwrap_or(image);
    match name.rsplit_once(':') {
        Some((name, tag)) if !tag.contains('/') => name,
        _ => name,
    }
}

/// The last part of a name, without host and owner.
#[must_use]
pub fn last_part(name: &str) -> &str {
    name.rsplit('/').next().unwrap_or(name)
}

/// How surely two names are those of one image.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Likeness {
    /// They may be: what both tell is the same.
    Likely,
    /// They are.
    Certain,
}

/// So many letters of the last parts have to be the same, where one of them is not told as a whole.
const ENOUGH_LETTERS: usize = 3;

/// Whether a built image and one that is run have names of one image, both as [`name_of`] has them.
#[must_use]
pub fn likeness(built: &str, run: &str) -> Option<Likeness> {
    let is_whole = |name: &str| !name.contains('*');
    if is_whole(built) && is_whole(run) {
        return (built == run).then_some(Likeness::Certain);
    }
    let (own, other) = (last_part(built), last_part(run));
    let letters = |part: &str| part.bytes().filter(u8::is_ascii_alphanumeric).count();
    let is_told = if is_whole(own) && is_whole(other) {
        own == other
    } else {
        letters(own) >= ENOUGH_LETTERS && letters(other) >= ENOUGH_LETTERS
    };
    let matches =
        is_whole(run) && matches(built, run) || is_whole(built) && matches(run, built) || built == run;
    if !is_told || !matches {
        return None;
    }
    // The last part as a whole, and the host or the owner.
    let shares_more = built
        .split('/')
        .rev()
        .skip(1)
        .any(|part| is_whole(part) && run.split('/').rev().skip(1).any(|other| other == part));
    Some(if is_whole(own) && own == other && shares_more { Likeness::Certain } else { Likeness::Likely })
}

/// Whether a text is what a pattern says, in which `*` stands for any text that is not empty.
fn matches(pattern: &str, text: &str) -> bool {
    let mut parts = pattern.split('*');
    let Some(mut rest) = parts.next().and_then(|first| text.strip_prefix(first)) else { return false };
    let mut parts = parts.peekable();
    while let Some(part) = parts.next() {
        if rest.is_empty() {
            return false;
        }
        if parts.peek().is_none() {
            return rest.get(1..).is_some_and(|rest| rest.ends_with(part));
        }
        let Some(at) = rest.get(1..).and_then(|rest| rest.find(part)) else { return false };
        rest = rest.get(1 + at + part.len()..).unwrap_or_default();
    }
    rest.is_empty()
}

#[cfg(test)]
mod tests {
    use super::{Likeness, likeness, name_of};

    #[test]
    fn names_without_what_is_not_told() {
        let name = |image: &str| name_of(image).unwrap_or_default();
        assert_eq!(name("docker.io/acme/app:1.2@sha256:ab"), "acme/app");
        assert_eq!(name("localhost:5000/app"), "localhost:5000/app");
        assert_eq!(name("${REGISTRY:-ghcr.io}/acme/app:${TAG}"), "ghcr.io/acme/app");
        assert_eq!(name("$REGISTRY/app:$(git describe)"), "*/app");
        assert_eq!(name("ghcr.io/${{ github.repository }}-api:${{ github.sha }}"), "ghcr.io/*-api");
        assert_eq!(name("${IMAGE}"), "");
        assert_eq!(name("a b"), "");
        assert_eq!(name(""), "");
    }

    #[test]
    fn names_of_one_image() {
        assert_eq!(likeness("acme/app", "acme/app"), Some(Likeness::Certain));
        assert_eq!(likeness("ghcr.io/*/app-api", "ghcr.io/acme/app-api"), Some(Likeness::Certain));
        assert_eq!(likeness("*/app-api", "ghcr.io/acme/app-api"), Some(Likeness::Likely));
        assert_eq!(likeness("ghcr.io/*-api", "ghcr.io/acme/app-api"), Some(Likeness::Likely));
        assert_eq!(likeness("ghcr.io/acme/*", "ghcr.io/acme/app"), None);
        assert_eq!(likeness("acme/app", "other/app"), None);
        assert_eq!(likeness("ghcr.io/*/app", "quay.io/acme/app"), None);
        assert_eq!(likeness("*/app", "app"), None);
    }
}
