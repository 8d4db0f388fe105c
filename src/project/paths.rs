//! Paths as compose joins them: texts, relative to the project's folder until the end.

use crate::text::TreePath;

/// `filepath.Join` of Go: `path` seen from `folder`, without `.`, and without `..` where it can be.
pub(super) fn join(folder: &str, path: &str) -> String {
    if path.is_empty() || path.starts_with(['/', '~']) {
        return path.to_owned();
    }
    let absolute = folder.starts_with('/');
    let mut kept: Vec<&str> = Vec::new();
    for part in folder.split('/').chain(path.split('/')) {
        match part {
            "" | "." => {}
            ".." if kept.last().is_some_and(|last| *last != "..") => {
                kept.pop();
            }
            ".." if absolute => {}
            part => kept.push(part),
        }
    }
    let joined = kept.join("/");
    match (absolute, joined.is_empty()) {
        (true, _) => format!("/{joined}"),
        (false, true) => ".".to_owned(),
        (false, false) => joined,
    }
}

/// `filepath.Rel` of Go: the way from one folder to another.
pub(super) fn relative(from: &TreePath, to: &TreePath) -> String {
    let (from, to): (Vec<&str>, Vec<&str>) = (from.parts().collect(), to.parts().collect());
    let shared = from.iter().zip(&to).take_while(|(left, right)| left == right).count();
    let up = from.iter().skip(shared).map(|_| "..");
    let way: Vec<&str> = up.chain(to.iter().skip(shared).copied()).collect();
    if way.is_empty() { ".".to_owned() } else { way.join("/") }
}

#[cfg(test)]
mod tests {
    use super::{join, relative};
    use crate::text::TreePath;

    #[test]
    fn joins_as_go_does() {
        for (folder, path, joined) in [
            (".", "a.env", "a.env"),
            ("sub", "../a.env", "a.env"),
            ("sub", "./x/./a.env", "sub/x/a.env"),
            (".", "../a.env", "../a.env"),
            ("sub", "/etc/a", "/etc/a"),
            ("sub", "..", "."),
        ] {
            assert_eq!(join(folder, path), joined);
        }
        let path = |text| TreePath::parse(text).unwrap();
        assert_eq!(relative(&path("a/b"), &path("a/c/d")), "../c/d");
        assert_eq!(relative(&path("a"), &path("a")), ".");
    }
}
