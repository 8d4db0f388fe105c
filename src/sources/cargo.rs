//! `Cargo.toml`: crates whose macros and command lines take variables that no code of the tree names.

use super::mentions::{self, Mentions};
use crate::fact::{Extraction, Extractor, Fact, Need, Phase, Place, Role, SourceKind};
use crate::key::KeyName;
use crate::text::{SourceFile, Span, TreePath};

/// Reads `Cargo.toml`.
#[derive(Clone, Copy, Debug)]
pub(super) struct Cargo;

/// The variable that tools take the address of the database from.
const ADDRESS: &str = "DATABASE_URL";

/// Crates whose macros or command lines connect to the database at [`ADDRESS`]: `sqlx::query!` and `sqlx migrate`,
/// `diesel migration`, `sea-orm-cli`.
const CRATES: &[&str] = &["sqlx", "diesel", "diesel-async", "sea-orm", "sea-orm-migration"];

impl Extractor for Cargo {
    fn kind(&self) -> SourceKind {
        SourceKind("cargo")
    }

    fn claims(&self, path: &TreePath) -> bool {
        path.name() == "Cargo.toml" && Mentions.claims(path)
    }

    fn extract(&self, file: &SourceFile) -> Extraction {
        let mut start = 0;
        let mut found = None;
        for line in file.text.split_inclusive('\n') {
            if let Some((offset, name)) = found.is_none().then(|| dependency(line)).flatten() {
                found = Some(Span::new(start + offset, start + offset + name.len()));
            }
            start += line.len();
        }
        let read = |span| Fact {
            key: KeyName::new(ADDRESS),
            file: file.id,
            span,
            // Who develops takes it, and no program that is deployed.
            place: Place::Script,
            phase: Phase::Build,
            role: Role::read(Need::Optional),
        };
        let facts = found.map(read).into_iter().collect();
        Extraction { facts, mentions: mentions::all(&file.text), ..Extraction::default() }
    }
}

/// The crate among [`CRATES`] that a line depends on, with its offset: `sqlx = ..`, `[dependencies.sqlx]`.
fn dependency(line: &str) -> Option<(usize, &str)> {
    let code = line.split('#').next().unwrap_or("");
    let trimmed = code.trim();
    let name = match trimmed.strip_prefix('[') {
        Some(table) => table.strip_suffix(']')?.rsplit_once("dependencies.")?.1,
        None => trimmed.split_once('=')?.0.split('.').next().unwrap_or(""),
    };
    let name = name.trim().trim_matches('"');
    Some((line.find(name)?, name)).filter(|_| CRATES.contains(&name))
}

#[cfg(test)]
mod tests {
    use super::dependency;

    #[test]
    fn lines_that_depend() {
        let of = |line: &'static str| dependency(line);
        assert_eq!(of("sqlx = \"0.8\"\n"), Some((0, "sqlx")));
        assert_eq!(of("sqlx.workspace = true"), Some((0, "sqlx")));
        assert_eq!(of("[workspace.dependencies.sea-orm]\r\n"), Some((24, "sea-orm")));
        for none in [
            "sqlx-like = \"1\"",
            "# sqlx = \"0.8\"",
            "name = \"sqlx\"",
            "[features.sqlx]",
            "[dependencies.sqlx",
            "",
        ] {
            assert_eq!(of(none), None, "{none}");
        }
    }
}
