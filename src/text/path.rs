//! Paths inside the checked tree.

use std::fmt;
use std::sync::Arc;

/// A path relative to the root of the checked tree, with `/` between its parts.
///
/// A file of a second, named root is spelled `infra:deploy/compose.yaml`. A `TreePath` never begins
/// with `/` and never holds `.` or `..` parts, so it cannot lead out of its root.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TreePath(Arc<str>);

impl TreePath {
    /// Reads a path as written in a file, relative to the root; `None` if it leads out of the root
    /// or is absolute.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (root, rest) = split_root(text);
        if rest.starts_with('/') { None } else { normal(root, "", rest) }
    }

    /// The path of what a listing of the tree has under this name: a colon is a sign like others.
    #[must_use]
    pub fn listed(relative: &str) -> Option<Self> {
        normal(None, "", relative)
    }

    /// The root of the tree itself, or of the named root `root`.
    #[must_use]
    pub fn root(root: Option<&str>) -> Self {
        Self(root.map_or_else(|| "".into(), |name| format!("{name}:").into()))
    }

    /// Resolves `relative` against this path taken as a folder; `None` if the result leads out of
    /// the root, or `relative` is absolute. A `relative` that names a root starts there.
    #[must_use]
    pub fn join(&self, relative: &str) -> Option<Self> {
        let (other, rest) = split_root(relative);
        if rest.starts_with('/') {
            return None;
        }
        if other.is_some() {
            return normal(other, "", rest);
        }
        let (root, base) = split_root(&self.0);
        normal(root, base, relative)
    }

    /// The folder that holds this path; the root's folder is the root.
    #[must_use]
    pub fn folder(&self) -> Self {
        Self(parent_of(&self.0).into())
    }

    /// This path and all folders above it, the deepest first; the root is the last.
    pub fn and_above(&self) -> impl Iterator<Item = Self> {
        std::iter::successors(Some(self.clone()), |path| Some(path.folder()).filter(|above| above != path))
    }

    /// The folder that holds this path and all folders above it, as they are spelled, the deepest first;
    /// the root is the last. The root's own folder is the root.
    pub fn folders(&self) -> impl Iterator<Item = &str> {
        let mut next = Some(parent_of(&self.0));
        std::iter::from_fn(move || {
            let folder = next?;
            let parent = parent_of(folder);
            next = (parent.len() < folder.len()).then_some(parent);
            Some(folder)
        })
    }

    /// The last part of the path.
    #[must_use]
    pub fn name(&self) -> &str {
        // No name of a root holds a `/`.
        match last_slash(&self.0) {
            Some(at) => self.0.get(at + 1..).unwrap_or(""),
            None => split_root(&self.0).1,
        }
    }

    /// The named root it belongs to; `None` for the checked tree itself.
    #[must_use]
    pub fn root_name(&self) -> Option<&str> {
        split_root(&self.0).0
    }

    /// The path without the name of its root.
    #[must_use]
    pub fn within_root(&self) -> &str {
        split_root(&self.0).1
    }

    /// The parts of the path, without the root's name.
    pub fn parts(&self) -> impl Iterator<Item = &str> {
        between_slashes(self.within_root()).filter(|part| !part.is_empty())
    }

    /// The names of the folders it lies in, the highest first.
    pub fn folder_names(&self) -> impl Iterator<Item = &str> {
        let path = self.within_root();
        between_slashes(last_slash(path).and_then(|end| path.get(..end)).unwrap_or(""))
    }

    /// Whether this path is `folder` or lies below it.
    #[must_use]
    pub fn is_below(&self, folder: &Self) -> bool {
        match self.0.strip_prefix(&*folder.0) {
            Some(rest) if folder.0.is_empty() => split_root(rest).0.is_none(),
            Some(rest) => rest.is_empty() || rest.starts_with('/') || folder.within_root().is_empty(),
            None => false,
        }
    }

    /// The path as shown to users.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl std::borrow::Borrow<str> for TreePath {
    fn borrow(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for TreePath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for TreePath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&*self.0, f)
    }
}

/// Where the last `/` of a path stands.
fn last_slash(path: &str) -> Option<usize> {
    memchr::memrchr(b'/', path.as_bytes())
}

/// The parts of a path, as `split('/')` has them, which takes several times as long.
fn between_slashes(path: &str) -> impl Iterator<Item = &str> {
    let mut rest = Some(path);
    std::iter::from_fn(move || {
        let path = rest?;
        let end = memchr::memchr(b'/', path.as_bytes());
        rest = end.and_then(|end| path.get(end + 1..));
        path.get(..end.unwrap_or(path.len()))
    })
}

/// A path that is normal already, without its last part.
fn parent_of(path: &str) -> &str {
    let end = last_slash(path).unwrap_or_else(|| path.len() - split_root(path).1.len());
    path.get(..end).unwrap_or("")
}

/// Splits `infra:a/b` into the root's name and the rest. A drive letter is no root name.
fn split_root(text: &str) -> (Option<&str>, &str) {
    let is_of_name = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
    // Few paths have a colon at all, which one search tells of the whole of it.
    let Some(end) = memchr::memchr(b':', text.as_bytes()) else { return (None, text) };
    match (text.get(..end), text.get(end + 1..)) {
        (Some(root), Some(rest)) if root.len() > 1 && root.bytes().all(is_of_name) => (Some(root), rest),
        _ => (None, text),
    }
}

fn normal(root: Option<&str>, base: &str, relative: &str) -> Option<TreePath> {
    let mut path = String::with_capacity(base.len() + relative.len() + 16);
    if let Some(name) = root {
        path.push_str(name);
        path.push(':');
    }
    let start = path.len();
    path.push_str(base);
    for part in between_slashes(relative) {
        match part {
            "" | "." => {}
            ".." => {
                let rest = path.get(start..).filter(|rest| !rest.is_empty())?;
                path.truncate(start + last_slash(rest).unwrap_or(0));
            }
            part => {
                if path.len() > start {
                    path.push('/');
                }
                path.push_str(part);
            }
        }
    }
    Some(TreePath(path.into()))
}

#[cfg(test)]
mod tests {
    use super::TreePath;

    fn path(text: &str) -> TreePath {
        TreePath::parse(text).unwrap()
    }

    #[test]
    fn normalises_and_never_leaves_the_root() {
        assert_eq!(path("./a//b/../c").as_str(), "a/c");
        assert_eq!(TreePath::parse("../a"), None);
        assert_eq!(TreePath::parse("/etc/passwd"), None);
        assert_eq!(path("a/b").folder().join("../../.."), None);
        assert_eq!(path("a/b").folder().join("/etc/passwd"), None);
        assert_eq!(path("a").folder().as_str(), "");
    }

    #[test]
    fn folders_go_up_to_the_root() {
        assert_eq!(path("a/b/c").folders().collect::<Vec<_>>(), ["a/b", "a", ""]);
        assert_eq!(path("a").folders().collect::<Vec<_>>(), [""]);
        assert_eq!(path("infra:x/y").folders().collect::<Vec<_>>(), ["infra:x", "infra:"]);
        assert_eq!(path("infra:x/y").folder(), path("infra:x"));
        assert_eq!(path("infra:x").folder().as_str(), "infra:");
    }

    #[test]
    fn named_roots_stay_apart() {
        let infra = path("infra:x/compose.yaml");
        assert_eq!(infra.folder().join("secrets.ctmpl").unwrap().as_str(), "infra:x/secrets.ctmpl");
        assert!(infra.is_below(&path("infra:x")));
        assert!(!infra.is_below(&path("x")));
        assert!(!infra.is_below(&TreePath::root(None)));
        assert!(infra.is_below(&TreePath::root(Some("infra"))));
        assert!(!infra.is_below(&path("infra")));
        assert!(path("apps/backend/a").is_below(&path("apps/backend")));
        assert!(!path("apps/backend2/a").is_below(&path("apps/backend")));
        assert_eq!(path("a").folder().join("infra:y").unwrap(), path("infra:y"));
    }
}
