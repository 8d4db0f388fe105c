//! What a team asks of the rules: which speak, how loudly, where, and with which options.
//!
//! It stands in `envcheck.toml` at the root of the tree (or `.envcheck.toml`, or either name with `.yaml`
//! or `.yml`), or under `lint` in the matrix. Flags win over it.

mod read;
pub mod schema;

pub use read::{is_settings, read};
pub use schema::{options_schema, schema};

use std::collections::BTreeMap;

use ignore::gitignore::Gitignore;

use crate::diagnostic::RuleId;
use crate::matrix::Said;
use crate::rule::{Level, Options, RuleMeta};
use crate::text::{FileId, TreePath};

/// The names that settings have at the root of a tree, for people.
pub const FILE: &str = "envcheck.toml";

/// How a rule is set to speak; `None`: not at all.
pub type SetLevel = Option<Level>;

/// What a team asks of the rules.
#[derive(Clone, Debug, Default)]
pub struct TeamSettings {
    /// The file that says it; none where nothing is said.
    pub file: Option<FileId>,
    /// Only these rules, whatever their level; empty means all that are on.
    pub select: Vec<RuleId>,
    /// Not these.
    pub ignore: Vec<RuleId>,
    /// Rules of the level strict speak too.
    pub strict: bool,
    /// Levels of rules, where they are not the rules' own.
    pub levels: BTreeMap<RuleId, SetLevel>,
    /// Options of rules.
    pub options: BTreeMap<RuleId, Options>,
    /// Levels for parts of the tree; a later one wins.
    pub overrides: Vec<Override>,
    /// Paths (globs in gitignore syntax) that are not part of the project.
    pub exclude: Vec<Said<String>>,
    /// The baseline, where it does not have its usual name and place.
    pub baseline: Option<Said<TreePath>>,
}

/// Levels for a part of the tree.
#[derive(Clone, Debug)]
pub struct Override {
    /// The part.
    pub paths: Gitignore,
    /// The levels there.
    pub levels: BTreeMap<RuleId, SetLevel>,
}

impl Override {
    fn holds(&self, path: &TreePath) -> bool {
        self.paths.matched_path_or_any_parents(path.within_root(), false).is_ignore()
    }
}

impl TeamSettings {
    /// The options of a rule.
    #[must_use]
    pub fn options_of(&self, rule: RuleId) -> &Options {
        self.options.get(&rule).unwrap_or(Options::NONE)
    }

    /// The level of a rule in the tree as a whole.
    #[must_use]
    pub fn level(&self, meta: &RuleMeta) -> SetLevel {
        self.levels.get(&meta.id).copied().unwrap_or(Some(meta.level))
    }

    /// Whether the team has set a level of the rule in the tree as a whole that is no lower than its own.
    #[must_use]
    pub fn raises(&self, meta: &RuleMeta) -> bool {
        match self.levels.get(&meta.id) {
            Some(Some(Level::Error)) => true,
            Some(Some(Level::Warning)) => meta.level != Level::Error,
            Some(Some(Level::Strict) | None) | None => false,
        }
    }

    /// The level of a rule at a path.
    #[must_use]
    pub fn level_at(&self, meta: &RuleMeta, path: &TreePath) -> SetLevel {
        self.said_at(meta, path).unwrap_or(Some(meta.level))
    }

    /// The level that the team has set for a rule at a path; `None` where it has set none.
    #[must_use]
    pub fn said_at(&self, meta: &RuleMeta, path: &TreePath) -> Option<SetLevel> {
        let here = self.overrides.iter().rev().filter(|part| part.holds(path));
        let here = here.filter_map(|part| part.levels.get(&meta.id)).next();
        here.or_else(|| self.levels.get(&meta.id)).copied()
    }

    /// Every level that the rule has somewhere in the tree.
    pub fn levels_of(&self, meta: &RuleMeta) -> impl Iterator<Item = SetLevel> {
        let parts = self.overrides.iter().filter_map(move |part| part.levels.get(&meta.id).copied());
        std::iter::once(self.level(meta)).chain(parts)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{is_settings, read};
    use crate::text::{FileId, SourceFile, TreePath};

    proptest! {
        #[test]
        fn whatever_stands_there_is_read(words in proptest::collection::vec(
            prop_oneof![
                Just("select"), Just("rules"), Just("overrides"), Just("paths"), Just("duplicate-key"), Just("="), Just(":"),
                Just("["), Just("]"), Just("{"), Just("}"), Just("\n"), Just("\""), Just("\"error\""), Just("-"), Just(" "),
                Just(","), Just("true"), Just("é"), Just("\u{feff}"), Just("allow"), Just("level"),
            ], 0..40), is_toml in any::<bool>())
        {
            let path = TreePath::parse(if is_toml { "envcheck.toml" } else { "envcheck.yaml" }).unwrap();
            let file = SourceFile::new(FileId(0), path, words.concat());
            let _ = is_settings(&file);
            for (files, matrix) in [(vec![&file], vec![]), (vec![], vec![&file])] {
                for problem in read(&files, &matrix).1 {
                    prop_assert!(file.text.get(problem.at.span.range()).is_some(), "{problem:?}");
                }
            }
        }
    }
}
