//! Dotenv files that are not there because git ignores them, and that a manual tells people to make.
//!
//! Manuals are no files that are read: a key that only prose names is not used. They are looked at where
//! compose wants a dotenv file that is missing and ignored, and only then.

use std::collections::{BTreeMap, BTreeSet};

use aho_corasick::AhoCorasick;

use super::discover::decode;
use super::ignores::Ignores;
use crate::index::Index;
use crate::system::{System, text_of};
use crate::text::TreePath;

/// Endings of manuals.
const ENDINGS: &[&str] = &["md", "mdx", "markdown", "rst", "adoc", "txt"];

/// Names of manuals without an ending.
const NAMES: &[&str] = &["README", "INSTALL", "HACKING", "CONTRIBUTING"];

/// Folders of manuals, which speak of the folder above them.
const FOLDERS: &[&str] = &["docs", "doc", "documentation"];

/// So many lines before and behind one belong to what it says.
const AROUND: usize = 3;

/// Marks of files that others are made from.
pub(super) const MARKS: &[&str] = &["example", "sample", "template", "dist", "default"];

/// Words before the name of a folder.
const LEADING: &[&str] = &["cd", "in", "into", "inside", "within", "under", "to", "folder", "directory"];

/// The dotenv files that compose wants, that are missing and ignored, and that a manual tells of.
pub(super) fn told(index: &Index, system: &dyn System, ignores: &mut Ignores<'_>) -> BTreeSet<TreePath> {
    let wanted: BTreeSet<&TreePath> =
        index.missing_env_files().into_iter().filter(|path| ignores.name(path)).collect();
    if wanted.is_empty() {
        return BTreeSet::new();
    }
    let mut asked = Asked::of(index, system, &wanted);
    let names: BTreeSet<&str> = wanted.iter().map(|path| path.name()).collect();
    let Ok(search) = AhoCorasick::new(names) else { return BTreeSet::new() };
    let near: BTreeSet<&str> = wanted.iter().flat_map(|path| path.folders()).collect();
    for path in system.walk().into_iter().filter(|path| is_manual(path, &near)) {
        let Some(bytes) = system.read(&path).ok().and_then(text_of) else { continue };
        asked.read(&path, &decode(bytes), &search);
    }
    asked.told
}

/// Those of `names` that the prose of the tree tells of, wherever it lies. Reads all of it, so it is for what is rare.
pub(super) fn naming(system: &dyn System, mut names: BTreeSet<String>) -> BTreeSet<String> {
    let mut told = BTreeSet::new();
    if names.is_empty() {
        return told;
    }
    for path in system.walk().into_iter().filter(is_prose) {
        let Some(bytes) = system.read(&path).ok().and_then(text_of) else { continue };
        let text = decode(bytes);
        told.extend(names.extract_if(.., |name| text.contains(name.as_str())));
    }
    told
}

/// Whether a file is prose by its name.
pub(super) fn is_prose(path: &TreePath) -> bool {
    match path.name().rsplit_once('.') {
        Some((_, ending)) => ENDINGS.iter().any(|known| ending.eq_ignore_ascii_case(known)),
        None => NAMES.contains(&path.name()),
    }
}

/// Whether a file is prose that lies in or above the folder of a wanted file, or among manuals.
fn is_manual(path: &TreePath, near: &BTreeSet<&str>) -> bool {
    is_prose(path) && (near.contains(path.folder().as_str()) || path.folder().parts().any(is_of_manuals))
}

fn is_of_manuals(folder: &str) -> bool {
    FOLDERS.contains(&folder)
}

struct Asked<'a> {
    index: &'a Index,
    system: &'a dyn System,
    wanted: &'a BTreeSet<&'a TreePath>,
    /// The same, by their names and the last parts of their folders.
    by_folder: BTreeMap<(&'a str, &'a str), Vec<&'a TreePath>>,
    told: BTreeSet<TreePath>,
}

impl<'a> Asked<'a> {
    fn of(index: &'a Index, system: &'a dyn System, wanted: &'a BTreeSet<&'a TreePath>) -> Self {
        let mut by_folder: BTreeMap<_, Vec<&TreePath>> = BTreeMap::new();
        for &path in wanted {
            let folder = path.within_root().rsplit('/').nth(1).unwrap_or("");
            by_folder.entry((path.name(), folder)).or_default().push(path);
        }
        Self { index, system, wanted, by_folder, told: BTreeSet::new() }
    }

    /// Takes what a manual tells of.
    fn read(&mut self, manual: &TreePath, text: &str, search: &AhoCorasick) {
        let lines: Vec<&str> = text.lines().collect();
        let fetched = fetched_folders(text);
        for (number, line) in lines.iter().enumerate() {
            for hit in search.find_iter(line) {
                let Some(word) = word_at(line, hit.start(), hit.end()) else { continue };
                let around = lines.get(number.saturating_sub(AROUND)..).unwrap_or_default();
                let around = around.get(..2 * AROUND + 1).unwrap_or(around);
                let beside = self.beside_fetched(manual, word, &fetched);
                for path in self.meant(manual, word, around).into_iter().chain(beside) {
                    if !self.is_made_from_nothing(manual, path, line) {
                        self.told.insert(path.clone());
                    }
                }
            }
        }
    }

    /// The wanted files that a manual means by a word.
    fn meant(&self, manual: &TreePath, word: &str, around: &[&str]) -> Vec<&'a TreePath> {
        let (folder, name) = word.rsplit_once('/').unwrap_or(("", word));
        let last = folder.rsplit('/').next().unwrap_or("");
        let speaks_of = spoken_of(manual);
        let starts = [&speaks_of, &TreePath::root(manual.root_name())];
        if !matches!(last, "" | ".") {
            let own = starts.iter().filter_map(|start| self.wanted.get(&start.join(word)?)).next();
            if let Some(own) = own {
                return vec![own];
            }
            let is_meant = |path: &&TreePath| {
                ends_with_path(word, path.within_root()) || ends_with_path(path.within_root(), word)
            };
            return self.below(&speaks_of, name, last).filter(is_meant).collect();
        }
        // Folders that are named nearby: "create a `.env` in `deploy`".
        let named = around.iter().flat_map(|line| folders_named(line));
        let mut found: Vec<&TreePath> =
            named.flat_map(|folder| self.below(&speaks_of, name, folder)).collect();
        let own = speaks_of.join(name);
        found.extend(own.and_then(|path| self.wanted.get(&path)).copied());
        found
    }

    /// The wanted files that a bare name means where a manual has people fetch the compose file beside them: into whatever
    /// folder that is, the dotenv goes with it.
    fn beside_fetched(&self, manual: &TreePath, word: &str, fetched: &BTreeSet<&str>) -> Vec<&'a TreePath> {
        let name = word.strip_prefix("./").unwrap_or(word);
        if name.contains('/') {
            return Vec::new();
        }
        let root = TreePath::root(manual.root_name());
        let beside = fetched.iter().filter_map(|folder| self.wanted.get(&root.join(folder)?.join(name)?));
        beside.copied().collect()
    }

    /// The wanted files of this name in folders of this name below a folder. They stand together, in order.
    fn below<'s>(
        &'s self,
        folder: &'s TreePath,
        name: &'s str,
        last: &'s str,
    ) -> impl Iterator<Item = &'a TreePath> + use<'s, 'a> {
        let all = self.by_folder.get(&(name, last)).map(Vec::as_slice).unwrap_or_default();
        let start = all.partition_point(|path| path.as_str() < folder.as_str());
        let behind = all.get(start..).unwrap_or_default().iter().copied();
        behind
            .take_while(|path| path.as_str().starts_with(folder.as_str()))
            .filter(|path| path.is_below(folder))
    }

    /// Whether a line makes a file from an example that is not there.
    fn is_made_from_nothing(&self, manual: &TreePath, path: &TreePath, line: &str) -> bool {
        let folders = [spoken_of(manual), manual.folder(), path.folder(), TreePath::root(path.root_name())];
        let exists = |word: &str| {
            let paths = folders.iter().filter_map(|folder| folder.join(word));
            let mut paths = paths.filter(|path| !path.within_root().is_empty());
            paths.any(|path| self.index.files.at(&path).is_some() || self.system.exists(&path))
        };
        let words = line.split(|c: char| !is_of_path(c)).map(|word| word.trim_end_matches('.'));
        let mut examples = words.filter(|word| {
            word.contains("env") && word.contains('.') && MARKS.iter().any(|mark| word.contains(mark))
        });
        examples.any(|word| !exists(word))
    }
}

/// The folders of this tree from which a manual has people fetch a compose file by its address:
/// `https://raw.githubusercontent.com/owner/name/main/docker/docker-compose.yml`.
fn fetched_folders(text: &str) -> BTreeSet<&str> {
    let addresses = text.match_indices("https://").filter_map(|(at, _)| {
        let rest = text.get(at..)?;
        rest.get(..rest.find(|c: char| !(is_of_path(c) || c == ':')).unwrap_or(rest.len()))
    });
    let compose = addresses.filter_map(|address| {
        let (folder, name) = address.rsplit_once('/')?;
        let is_compose = name.contains("compose") && (name.ends_with(".yml") || name.ends_with(".yaml"));
        is_compose.then_some(folder)
    });
    // Behind the owner, the repository and the branch; pages of GitHub have one part more.
    let inside = compose.filter_map(|folder| {
        let path = folder.strip_prefix("https://raw.githubusercontent.com/").or_else(|| {
            let path = folder.strip_prefix("https://github.com/")?;
            (path.contains("/raw/") || path.contains("/blob/")).then_some(path)
        })?;
        let skipped = if folder.starts_with("https://github.com/") { 4 } else { 3 };
        path.splitn(skipped + 1, '/').nth(skipped)
    });
    inside.collect()
}

/// The folder that a manual speaks of.
fn spoken_of(manual: &TreePath) -> TreePath {
    let mut folder = manual.folder();
    while folder.parts().any(is_of_manuals) {
        folder = folder.folder();
    }
    folder
}

/// The path that a line writes around a name at `start..end`; `None` if it is another one.
fn word_at(line: &str, start: usize, end: usize) -> Option<&str> {
    let behind = line.get(end..)?;
    let goes_on = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | '/');
    if behind.trim_start_matches('.').starts_with(goes_on) {
        return None;
    }
    let before = line.get(..start)?;
    let begin = before
        .rfind(|c: char| !is_of_path(c))
        .map_or(0, |at| at + before.get(at..).and_then(|rest| rest.chars().next()).map_or(1, char::len_utf8));
    // `local.env` is not `.env`.
    let is_whole = begin == start || before.ends_with('/');
    is_whole.then(|| line.get(begin..end)).flatten()
}

/// The last parts of the folders that a line names: what stands in quotes or ends with a `/`, and what such words as
/// "into" stand before. `docker compose` names none.
fn folders_named(line: &str) -> impl Iterator<Item = &str> {
    let mut before = "";
    line.split_whitespace().filter_map(move |written| {
        let led_to = LEADING.iter().any(|word| before.eq_ignore_ascii_case(word));
        before = written;
        let word = written.trim_matches(|c: char| !is_of_path(c) || c == '.');
        let is_marked = written.contains(['`', '\'', '"']) || word.ends_with('/');
        let last = word.trim_end_matches('/').rsplit('/').next()?;
        (led_to || is_marked).then_some(last).filter(|last| !last.is_empty())
    })
}

fn is_of_path(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '_' | '-' | '.' | '/')
}

/// Whether `long` is `short`, or ends with it as with a path.
fn ends_with_path(long: &str, short: &str) -> bool {
    let short = short.trim_start_matches("./").trim_start_matches('/');
    long.strip_suffix(short).is_some_and(|rest| rest.is_empty() || rest.ends_with('/'))
}

#[cfg(test)]
mod tests {
    use super::{ends_with_path, folders_named, word_at};

    #[test]
    fn folders_are_named_in_some_ways() {
        let named = |line| folders_named(line).collect::<Vec<_>>();
        assert_eq!(named("make a `.env` in `deploy`."), ["env", "deploy"]);
        assert_eq!(named("cd ./apps/web && docker compose up"), ["web"]);
        assert_eq!(named("see api/ or (`web/`), and ` / `"), ["api", "web"]);
        assert!(named("docker compose up").is_empty());
    }

    #[test]
    fn words_are_paths() {
        let word = |line: &'static str| word_at(line, line.find(".env")?, line.find(".env")? + 4);
        assert_eq!(word("make `.env`."), Some(".env"));
        assert_eq!(word("cp a \u{201c}deploy/.env\u{201d}"), Some("deploy/.env"));
        assert_eq!(word(".env"), Some(".env"));
        for line in ["cp .env.example x", "a local.env", ".envrc", ".env/bin"] {
            assert_eq!(word(line), None, "{line}");
        }
        assert!(ends_with_path("a/b/.env", "./b/.env") && !ends_with_path("ab/.env", "b/.env"));
    }
}
