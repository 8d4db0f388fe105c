//! Variables that code sets for itself.

use super::Index;
use crate::fact::{Fact, Hidden, Origin, Phase, Role, is_aside, is_tool};
use crate::text::FileId;

impl Index {
    /// Where the code itself sets the variable that it reads here, so that nobody else has to: in the same file, or in
    /// another one of the same service that is neither a test nor a tool of its own. What it hands on from its own
    /// settings (`os.environ["A_KEY"] = settings.a_key`) or from another variable comes from whoever sets those.
    #[must_use]
    pub fn set_by_its_code(&self, read: &Fact) -> Option<&Fact> {
        self.set_by_code(&read.key).find(|fact| {
            fact.phase == Phase::Run
                && (fact.file == read.file || self.speak_for_one(fact.file, read.file))
                && !self.is_handed_on(fact)
        })
    }

    /// Whether somebody outside has to set the variable that is read here: the code does not set it for itself, as far
    /// as is seen, and no bundler puts a value in its place.
    #[must_use]
    pub fn is_asked_of_others(&self, read: &Fact) -> bool {
        let sets_unseen = |file: FileId| {
            let gaps = self.extraction(file).map(|said| said.gaps.as_slice()).unwrap_or_default();
            gaps.iter().any(|gap| {
                matches!(&gap.hides, Hidden::OwnWithPrefix(prefix) if read.key.starts_with(prefix.as_str()))
            })
        };
        !self.is_inlined(&read.key)
            && self.set_by_its_code(read).is_none()
            && !self
                .own_gaps
                .iter()
                .any(|&file| sets_unseen(file) && (file == read.file || self.speak_for_one(file, read.file)))
    }

    /// Whether two files of code are those of one service.
    fn speak_for_one(&self, set: FileId, read: FileId) -> bool {
        let (set, read) = (self.path(set), self.path(read));
        let service = |path| self.service_at(path).map(|service| &service.name.value);
        !is_tool(&set)
            && !set.name().ends_with(".rake")
            && !is_aside(&set)
            && service(&set) == service(&read)
            && self.code_folder_of(&set) == self.code_folder_of(&read)
    }

    /// Whether the value comes from settings, or from a variable, the same one or another.
    fn is_handed_on(&self, set: &Fact) -> bool {
        let Role::Provides(provide) = &set.role else { return false };
        if provide.value.origin != Origin::Unknown {
            return false;
        }
        let written = self.files.get(set.file).map_or("", |file| file.slice(provide.value.span));
        let written = written.to_ascii_lowercase();
        let of_variables = ["environ", "env.", "env[", "env(", "env::var", "getenv", "lookupenv"];
        let of_settings = ["settings", "config", "cfg", &set.key.to_ascii_lowercase()];
        of_settings.iter().chain(&of_variables).any(|word| written.contains(word))
            || !provide.value.references.is_empty()
    }
}
