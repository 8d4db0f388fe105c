//! Paths in an image.

/// A path below a folder of an image, absolute, without `.` and `..`, as `WORKDIR`, `COPY` and `ADD` take it; `None` for
/// one with variables, patterns or quotes.
#[must_use]
pub fn path_in_image(folder: &str, path: &str) -> Option<String> {
    if path.contains(['$', '*', '?', '"', '\'']) {
        return None;
    }
    let mut parts: Vec<&str> = Vec::new();
    let start = if path.starts_with('/') { "" } else { folder };
    for part in start.split('/').chain(path.split('/')) {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop();
            }
            part => parts.push(part),
        }
    }
    Some(format!("/{}", parts.join("/")))
}

#[cfg(test)]
mod tests {
    use super::path_in_image;

    #[test]
    fn below_folders() {
        assert_eq!(path_in_image("/app", "./a/../b").as_deref(), Some("/app/b"));
        assert_eq!(path_in_image("/app/", "/srv/./x/").as_deref(), Some("/srv/x"));
        assert_eq!(path_in_image("/", "..").as_deref(), Some("/"));
        assert_eq!(path_in_image("/app", "$HOME/x"), None);
    }
}
