//! The table of all files of one run.

use std::ops::Range;
use std::sync::OnceLock;

use foldhash::{HashMap, HashMapExt};

use super::{LineColumn, LineIndex, Location, Span, TreePath};

/// A file of this run. Numbers are given in the order of paths, so they sort as paths do; but what the team declares, its
/// matrix and settings, comes first.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Debug)]
pub struct FileId(pub u32);

/// One file's path and text.
#[derive(Debug)]
pub struct SourceFile {
    /// Its number in the run.
    pub id: FileId,
    /// Its path in the tree.
    pub path: TreePath,
    /// Its text. Bytes that are not UTF-8 were replaced one for one by `?`, so that offsets hold.
    pub text: String,
    lines: OnceLock<LineIndex>,
}

impl SourceFile {
    /// A file with the given text.
    #[must_use]
    pub fn new(id: FileId, path: TreePath, text: String) -> Self {
        Self { id, path, text, lines: OnceLock::new() }
    }

    /// The text of `span`; empty if the span does not fall on characters of this file.
    #[must_use]
    pub fn slice(&self, span: Span) -> &str {
        self.text.get(span.range()).unwrap_or("")
    }

    /// Where the lines begin; computed at first use.
    pub fn lines(&self) -> &LineIndex {
        self.lines.get_or_init(|| LineIndex::new(&self.text))
    }

    /// Line and column of a byte offset.
    #[must_use]
    pub fn line_column(&self, offset: u32) -> LineColumn {
        self.lines().line_column(&self.text, offset)
    }
}

/// Every file that was read in one run.
#[derive(Debug, Default)]
pub struct Files {
    all: Vec<SourceFile>,
    /// From which position on the files are in the order of their paths.
    ordered_from: usize,
    by_path: HashMap<TreePath, FileId>,
    by_name: OnceLock<HashMap<String, Vec<FileId>>>,
    /// The positions of the files below each folder, of those that are in order.
    by_folder: OnceLock<HashMap<Box<str>, Range<usize>>>,
}

impl Files {
    /// Takes the files of a run; `all[i].id` must be `FileId(i)`.
    #[must_use]
    pub fn new(all: Vec<SourceFile>) -> Self {
        let by_path = all.iter().map(|file| (file.path.clone(), file.id)).collect();
        let falls = all.windows(2).rposition(|pair| matches!(pair, [one, next] if one.path >= next.path));
        Self {
            all,
            ordered_from: falls.map_or(0, |at| at + 1),
            by_path,
            by_name: OnceLock::new(),
            by_folder: OnceLock::new(),
        }
    }

    /// Puts a file with another text in the place of the one of the same number and path.
    pub fn replace(&mut self, file: SourceFile) {
        if let Some(place) = self.all.get_mut(file.id.0 as usize).filter(|place| place.path == file.path) {
            *place = file;
        }
    }

    /// The file with this number.
    #[must_use]
    pub fn get(&self, id: FileId) -> Option<&SourceFile> {
        self.all.get(id.0 as usize)
    }

    /// The file at this path, if it was read.
    #[must_use]
    pub fn at(&self, path: &TreePath) -> Option<&SourceFile> {
        self.by_path.get(path).and_then(|&id| self.get(id))
    }

    /// The files of this name in all folders, in order.
    pub fn named(&self, name: &str) -> impl Iterator<Item = &SourceFile> {
        self.numbers_named(name).iter().filter_map(|&id| self.get(id))
    }

    /// The files of this name below a folder, in order; see [`TreePath::is_below`].
    pub fn named_below(&self, name: &str, folder: &TreePath) -> impl Iterator<Item = &SourceFile> {
        let inside = self.inside(folder);
        let named = self.numbers_named(name);
        let (declared, others) =
            named.split_at(named.partition_point(|id| (id.0 as usize) < self.ordered_from));
        let before = |end: usize| others.partition_point(|id| (id.0 as usize) < end);
        let others = others.get(before(inside.start)..before(inside.end)).unwrap_or_default();
        let found = declared.iter().chain(others).filter_map(|&id| self.get(id));
        found.filter(|file| file.path.is_below(folder))
    }

    fn numbers_named(&self, name: &str) -> &[FileId] {
        let by_name = self.by_name.get_or_init(|| {
            let mut by_name: HashMap<String, Vec<FileId>> = HashMap::new();
            for file in &self.all {
                match by_name.get_mut(file.path.name()) {
                    Some(named) => named.push(file.id),
                    None => drop(by_name.insert(file.path.name().to_owned(), vec![file.id])),
                }
            }
            by_name
        });
        by_name.get(name).map_or(&[], Vec::as_slice)
    }

    /// The positions of the files in a folder, however deep, of those that are in order. Between a folder and what is in it
    /// stand `folder-x` and `folder.x`.
    fn inside(&self, folder: &TreePath) -> Range<usize> {
        if folder.within_root().is_empty() {
            let begin = folder.as_str();
            let others = self.all.get(self.ordered_from..).unwrap_or_default();
            let start = others.partition_point(|file| file.path.as_str() < begin);
            let end = others
                .partition_point(|file| file.path.as_str() < begin || file.path.as_str().starts_with(begin));
            return self.ordered_from + start..self.ordered_from + end;
        }
        let by_folder = self.by_folder.get_or_init(|| self.find_folders());
        by_folder.get(folder.as_str()).cloned().unwrap_or(0..0)
    }

    /// Goes through the files that are in order, with the folders open that hold the one it comes to.
    fn find_folders(&self) -> HashMap<Box<str>, Range<usize>> {
        let mut found: HashMap<Box<str>, Range<usize>> = HashMap::new();
        let mut open: Vec<(&str, usize)> = Vec::new();
        let is_in =
            |path: &str, folder: &str| path.strip_prefix(folder).is_some_and(|rest| rest.starts_with('/'));
        for (at, file) in self.all.iter().enumerate().skip(self.ordered_from) {
            let path = file.path.as_str();
            while let Some((folder, start)) = open.pop_if(|(folder, _)| !is_in(path, folder)) {
                found.insert(folder.into(), start..at);
            }
            let known = open.last().map_or(0, |(folder, _)| folder.len());
            let deeper = file.path.folders().take_while(|folder| folder.len() > known);
            let new: Vec<&str> = deeper.collect();
            open.extend(new.into_iter().rev().map(|folder| (folder, at)));
        }
        found.extend(open.into_iter().map(|(folder, start)| (folder.into(), start..self.all.len())));
        found
    }

    /// The range of the numbers that the files in a folder have, however deep; those that the team declares left out.
    #[must_use]
    pub fn numbers_below(&self, folder: &TreePath) -> Range<FileId> {
        let number = |at: usize| FileId(u32::try_from(at).unwrap_or(u32::MAX));
        let inside = self.inside(folder);
        number(inside.start)..number(inside.end)
    }

    /// The file at `folder`, or the files below it, in the order of their numbers; see [`TreePath::is_below`].
    pub fn below<'a>(&'a self, folder: &'a TreePath) -> impl Iterator<Item = &'a SourceFile> {
        let declared = self.all.get(..self.ordered_from).unwrap_or_default();
        let is_below = |file: &&SourceFile| file.path.is_below(folder);
        let itself = self.at(folder).filter(|file| file.id.0 as usize >= self.ordered_from);
        let inside = self.all.get(self.inside(folder)).unwrap_or_default().iter().filter(is_below);
        declared.iter().filter(is_below).chain(itself).chain(inside)
    }

    /// Whether a folder holds files, however deep, so that what is not in it is not there.
    #[must_use]
    pub fn has_any_in(&self, folder: &TreePath) -> bool {
        self.below(folder).any(|file| file.path != *folder)
    }

    /// The path of a file; empty for a number of another run.
    #[must_use]
    pub fn path(&self, id: FileId) -> &str {
        self.get(id).map_or("", |file| file.path.as_str())
    }

    /// `path:line` of a location, as diagnostics write it.
    #[must_use]
    pub fn spell(&self, at: Location) -> String {
        match self.get(at.file) {
            Some(file) => format!("{}:{}", file.path, file.line_column(at.span.start).line),
            None => String::new(),
        }
    }

    /// All files, in the order of their paths.
    pub fn iter(&self) -> std::slice::Iter<'_, SourceFile> {
        self.all.iter()
    }

    /// How many files there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.all.len()
    }

    /// Whether no file was read.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.all.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_lies_below_a_folder() {
        let paths = [
            "z.yaml",
            "a-b/x",
            "a.b/x",
            "a/b",
            "a/y/z",
            "a/y/z-0/x",
            "a/y/z-0/y/x",
            "a/y0",
            "b",
            "infra:a/x",
            "infra:y",
        ];
        let file = |(id, path): (u32, &&str)| {
            SourceFile::new(FileId(id), TreePath::parse(path).unwrap(), String::new())
        };
        let files = Files::new((0..).zip(&paths).map(file).collect());
        for folder in
            ["", "a", "a/y", "a/y/z", "a/y/z-0", "a/y/z-0/y", "a-b", "b", "z.yaml", "c", "infra:", "infra:a"]
        {
            let folder =
                if folder.is_empty() { TreePath::root(None) } else { TreePath::parse(folder).unwrap() };
            let wanted: Vec<_> =
                files.iter().filter(|file| file.path.is_below(&folder)).map(|file| file.id).collect();
            assert_eq!(files.below(&folder).map(|file| file.id).collect::<Vec<_>>(), wanted, "{folder}");
            let numbers = files.numbers_below(&folder);
            let inside = |id: &&FileId| **id >= FileId(1) && files.path(**id) != folder.as_str();
            let inside: Vec<FileId> = wanted.iter().filter(inside).copied().collect();
            assert_eq!(inside.iter().filter(|id| numbers.contains(id)).count(), inside.len(), "{folder}");
            let named = |id: &FileId| files.get(*id).is_some_and(|file| file.path.name() == "x");
            let wanted: Vec<_> = wanted.into_iter().filter(named).collect();
            let found: Vec<_> = files.named_below("x", &folder).map(|file| file.id).collect();
            assert_eq!(found, wanted, "x in {folder}");
        }
    }
}
