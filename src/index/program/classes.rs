//! Whether a program of Python builds a class of settings that some module of its folder has: nobody may, or only
//! where another setting says so.

use super::super::Index;
use super::units::is_named;
use crate::fact::{SourceKind, Structure, is_aside, names_deployed_stage};
use crate::text::{FileId, SourceFile, TreePath};

/// How many classes that inherit from one another are followed.
pub(super) const STEPS: usize = 4;

/// The Python of a folder of code.
#[derive(Clone, Copy)]
pub(super) struct Classes<'a> {
    pub(super) index: &'a Index,
    pub(super) code: &'a TreePath,
    /// The commands that the container starts with.
    pub(super) starts: &'a [String],
}

impl<'a> Classes<'a> {
    /// Whether something may build the class of this name that stands in `file`: true of what is no such class, false
    /// where nobody names it, where those who do ask another setting first, or where nothing loads the one module that
    /// names it.
    pub(super) fn may_build(self, file: FileId, class: &str, steps: usize) -> bool {
        let Some(own) = self.index.files.get(file).filter(|_| self.is_class(file, class)) else {
            return true;
        };
        let mut own_uses = uses(&own.text, class).peekable();
        if own_uses.peek().is_some() {
            let is_used = own_uses.any(|line| match (subclass(line), steps.checked_sub(1)) {
                (Some(heir), Some(steps)) => self.may_build(file, heir, steps),
                _ => true,
            });
            return is_used && self.may_load(own);
        }
        self.python().filter(|other| other.id != file && is_named(&other.text, class)).any(|other| {
            let lines: Vec<&str> = other.text.lines().collect();
            lines.iter().enumerate().any(|(at, line)| {
                is_named(line, class) && is_use(line, class) && !is_on_condition(&lines, at, class)
            })
        })
    }

    /// Whether any file does something with the class.
    pub(super) fn is_named(self, file: FileId, class: &str) -> bool {
        self.python().any(|other| {
            (other.id == file || is_named(&other.text, class)) && uses(&other.text, class).next().is_some()
        })
    }

    /// Whether the folder shows how classes of settings are used: it does something with one, or even builds one in a
    /// module that it loads. Where no class is used at all, the tree lacks whoever uses them.
    pub(super) fn shows_use(self, is_loaded: bool) -> bool {
        self.python().any(|file| {
            let Some(Structure::Settings(classes)) =
                self.index.extraction(file.id).map(|read| &read.structure)
            else {
                return false;
            };
            let mut names = classes.iter().map(|class| class.name.value.as_str());
            names.any(|class| {
                if is_loaded { self.may_build(file.id, class, STEPS) } else { self.is_named(file.id, class) }
            })
        })
    }

    /// Whether this is a class of settings, and no list or function.
    fn is_class(self, file: FileId, class: &str) -> bool {
        self.index.kind(file) == Some(SourceKind("python"))
            && matches!(self.index.extraction(file).map(|read| &read.structure),
                Some(Structure::Settings(classes)) if classes.iter().any(|known| known.name.value == class))
    }

    /// Whether another file, or what the container starts with, names a module.
    fn may_load(self, module: &SourceFile) -> bool {
        let stem = module.path.name().trim_end_matches(".py");
        let folder = module.path.folder();
        let name = if stem == "__init__" { folder.name() } else { stem };
        stem == "__main__"
            || name.is_empty()
            || self.starts.is_empty()
            || self.starts.iter().any(|start| is_named(start, name))
            || self.files().any(|file| file.id != module.id && is_named(&file.text, name))
    }

    fn python(self) -> impl Iterator<Item = &'a SourceFile> {
        self.files().filter(|file| file.path.name().ends_with(".py"))
    }

    /// The files below the folder of code that are no tests or examples.
    fn files(self) -> impl Iterator<Item = &'a SourceFile> {
        let Self { index, code, .. } = self;
        index.files.below(code).filter(|file| !is_aside(&file.path))
    }
}

/// The lines that do something with a class.
fn uses<'t>(text: &'t str, class: &'t str) -> impl Iterator<Item = &'t str> {
    text.lines().filter(move |line| is_named(line, class) && is_use(line, class))
}

/// Whether a line that names a class does something with it: it is no comment, no import, not the head of the class.
fn is_use(line: &str, class: &str) -> bool {
    let line = line.trim_start();
    let is_import = (line.starts_with("from ") || line.starts_with("import ")) && !line.contains(" as ");
    !line.starts_with('#') && !is_import && subclass(line) != Some(class)
}

/// The class whose head this line is.
fn subclass(line: &str) -> Option<&str> {
    let rest = line.trim_start().strip_prefix("class ")?;
    rest.split(['(', ':']).next().map(str::trim)
}

/// Whether the use of a class in a line stands behind a condition that asks a setting.
fn is_on_condition(lines: &[&str], at: usize, class: &str) -> bool {
    let Some(line) = lines.get(at) else { return false };
    let behind = line.split_once(class).map_or("", |(_, behind)| behind);
    let asked = behind.split_once(" if ").and_then(|(_, rest)| rest.split_once(" else "));
    if asked.is_some_and(|(condition, _)| asks_setting(condition)) {
        return true;
    }
    let indent = |line: &str| line.len() - line.trim_start().len();
    let mut inside = indent(line);
    for above in lines.get(..at).unwrap_or_default().iter().rev() {
        let head = above.trim();
        if head.is_empty() || head.starts_with('#') || indent(above) >= inside {
            continue;
        }
        inside = indent(above);
        let condition = ["if ", "elif "].iter().find_map(|word| head.strip_prefix(word));
        if condition.is_some_and(|condition| asks_setting(condition.trim_end_matches(':'))) {
            return true;
        }
        let is_case = head.strip_prefix("case ").is_some_and(|word| word.starts_with(['"', '\'']));
        if is_case && !is_deployed(head) {
            return true;
        }
        if inside == 0 {
            break;
        }
    }
    false
}

/// Whether a condition asks an option: a field that says yes, or one that has some word.
fn asks_setting(condition: &str) -> bool {
    condition.split(" and ").map(str::trim).any(|part| {
        let is_name = |text: &str| {
            text.contains('.')
                && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_'))
        };
        match part.split_once(" == ") {
            Some((name, word)) => is_name(name) && word.starts_with(['"', '\'']) && !is_deployed(word),
            None => is_name(part),
        }
    })
}

fn is_deployed(text: &str) -> bool {
    names_deployed_stage(text) || text.to_ascii_lowercase().contains("__main__")
}
