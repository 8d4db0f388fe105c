//! Lists of names, as sentences need them.

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
