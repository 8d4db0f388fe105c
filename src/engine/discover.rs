//! Which files are read, and as what.

use std::collections::{BTreeMap, BTreeSet};

use rayon::prelude::*;

use crate::fact::SourceKind;
use crate::matrix::{EnvSource, Matrix, Said, is_schema_beside};
use crate::sources;
use crate::suppress::BASELINE_NAME;
use crate::system::{ReadError, System, Tracking, text_of};
use crate::text::{FileId, SourceFile, TreePath};

/// What became of the files that extractors claim.
#[derive(Debug)]
pub(super) struct Claimed {
    /// Those that were read.
    pub(super) found: Vec<Found>,
    /// Those that should have been read and could not be.
    pub(super) unread: Unread,
    /// Those that are no text, though their names promise one.
    pub(super) binary: Unread,
    /// Those that a tool or others wrote, and that are data, though their names are of files that are read.
    pub(super) left_out: Unread,
}

/// What became of one file.
enum Fate {
    Read(Found),
    /// It should have been read, and is an empty file to all who look for it.
    Unread(Found, ReadError),
    Binary(TreePath),
    LeftOut(TreePath, &'static str),
    /// It is no file that names keys, or was gone.
    None,
}

/// A file that an extractor claims.
#[derive(Debug)]
pub(super) struct Found {
    pub(super) path: TreePath,
    pub(super) text: String,
    /// Position of the extractor in [`sources::ALL`].
    pub(super) extractor: usize,
    /// Whether the tree ignores the file, which is read because the matrix names it.
    pub(super) is_ignored: bool,
    /// Whether the text is unknown: the file could not be read.
    pub(super) is_unread: bool,
}

/// Files that could not be read, each with the reason.
type Unread = Vec<(TreePath, String)>;

/// Reads files that are known by name, numbered in the order given.
pub(super) fn read_as_they_are(system: &dyn System, paths: &[TreePath]) -> (Vec<SourceFile>, Unread) {
    let mut files = Vec::new();
    let mut unread = Vec::new();
    for path in paths {
        match system.read(path) {
            Ok(bytes) => {
                let id = FileId(u32::try_from(files.len()).unwrap_or(u32::MAX));
                files.push(SourceFile::new(id, path.clone(), decode(bytes)));
            }
            Err(error) => unread.push((path.clone(), error.to_string())),
        }
    }
    (files, unread)
}

/// What git tracks and the walk left out: an ignore file does not take out what is tracked already. Committed work of
/// tools stays out, and where `.ignore` says what tools may look at, so does all but dotenv files.
fn unwalked(tracked: &BTreeSet<TreePath>, walked: &[TreePath]) -> BTreeSet<TreePath> {
    const OUTPUT: [&str; 8] = ["dist", "build", "out", "target", "vendor", "coverage", "generated", "public"];
    let is_told = walked.iter().any(|path| path.name() == ".ignore");
    let is_dotenv = |path: &TreePath| path.name().starts_with(".env") || path.name().ends_with(".env");
    let is_output = |path: &TreePath| path.folder().parts().any(|folder| OUTPUT.contains(&folder));
    // Both are in order.
    let mut walked = walked.iter().peekable();
    tracked
        .iter()
        .filter(|path| {
            while walked.next_if(|walked| walked < path).is_some() {}
            walked.peek() != Some(path)
        })
        .filter(|path| is_dotenv(path) || !is_told && !is_output(path))
        .cloned()
        .collect()
}

/// Reads every file that some extractor claims: those of the walk, and those that the matrix names
/// though the tree ignores them.
pub(super) fn claimed(
    system: &dyn System,
    mut paths: Vec<TreePath>,
    tracking: &Tracking,
    matrix: &Matrix,
    exclude: &[Said<String>],
) -> Claimed {
    let named = named_by(matrix);
    // The walk is in order.
    let is_unwalked = |path: &&TreePath| paths.binary_search(path).is_err();
    let tracked = match tracking {
        Tracking::Known(tracked) => unwalked(tracked, &paths),
        Tracking::Unknown | Tracking::NoRepository => BTreeSet::new(),
    };
    let ignored: BTreeSet<TreePath> =
        named.keys().filter(is_unwalked).filter(|path| !tracked.contains(*path)).cloned().collect();
    if !(ignored.is_empty() && tracked.is_empty()) {
        paths.extend(ignored.iter().chain(&tracked).cloned());
        paths.sort_unstable();
    }
    let excluded = Exclusion::new(matrix.exclude.iter().chain(exclude));
    let fates: Vec<Fate> = paths
        .into_par_iter()
        // The keys that a baseline names are not mentioned by it.
        .filter(|path| !excluded.holds(path) && !is_schema_beside(path) && path.name() != BASELINE_NAME)
        .map(|path| {
            let told = named.get(&path).and_then(|kind| position_of(kind));
            let claims = |position: &usize| sources::ALL[*position].claims(&path);
            // Most files are of the first kind that claims them, and nobody else has to be asked.
            let Some(first) = told.or_else(|| (0..sources::ALL.len()).find(claims)) else {
                return match sources::why_left_out(&path, None) {
                    Some(reason) => Fate::LeftOut(path, reason),
                    None => Fate::None,
                };
            };
            let is_ignored = ignored.contains(&path);
            // Only what the walk found is known to lie in the tree.
            let is_walked = !is_ignored && !tracked.contains(&path);
            let read = if !is_walked { system.read(&path).map(text_of) } else { system.read_text(&path) };
            let error = match read {
                Ok(Some(bytes)) => {
                    let text = decode(bytes);
                    // What the matrix says a file is, it is.
                    let confirms = |position: &usize| sources::ALL[*position].confirms(&path, &text);
                    let others = (first + 1..sources::ALL.len()).filter(claims);
                    let extractor = told.or_else(|| std::iter::once(first).chain(others).find(confirms));
                    return match extractor {
                        Some(extractor) => {
                            Fate::Read(Found { path, text, extractor, is_ignored, is_unread: false })
                        }
                        None => match sources::why_left_out(&path, Some(&text)) {
                            Some(reason) => Fate::LeftOut(path, reason),
                            None => Fate::None,
                        },
                    };
                }
                Err(ReadError::Missing) => return Fate::None,
                // A name such as `.env` stands for nothing but text; `.ts` may well be a film.
                Ok(None) if told.is_some() || sources::ALL[first].kind().0 == "dotenv" => ReadError::Binary,
                Ok(None) => return Fate::Binary(path),
                Err(error) => error,
            };
            let text = String::new();
            Fate::Unread(Found { path, text, extractor: first, is_ignored, is_unread: true }, error)
        })
        .collect();
    let found = Vec::with_capacity(fates.len());
    let mut claimed = Claimed { found, unread: Vec::new(), binary: Vec::new(), left_out: Vec::new() };
    for fate in fates {
        match fate {
            Fate::Read(found) => claimed.found.push(found),
            Fate::Unread(found, error) => {
                claimed.unread.push((found.path.clone(), error.to_string()));
                // Of a file that would only be searched for names nobody expects anything.
                if sources::ALL[found.extractor].kind() != SourceKind::MENTION {
                    claimed.found.push(found);
                }
            }
            Fate::Binary(path) => claimed.binary.push((path, ReadError::Binary.to_string())),
            Fate::LeftOut(path, reason) => claimed.left_out.push((path, reason.to_owned())),
            Fate::None => {}
        }
    }
    claimed
}

/// The position of the extractor that takes a file of this path with this text, where the matrix says nothing.
pub(super) fn extractor_of(path: &TreePath, text: &str) -> Option<usize> {
    (0..sources::ALL.len()).find(|&position| {
        let extractor = sources::ALL[position];
        extractor.claims(path) && extractor.confirms(path, text)
    })
}

/// The position of the extractor of a kind.
fn position_of(kind: &str) -> Option<usize> {
    sources::ALL.iter().position(|extractor| extractor.kind().0 == kind)
}

/// The files that a matrix's sources name, with the kind that the matrix says they are of.
fn named_by(matrix: &Matrix) -> BTreeMap<TreePath, &'static str> {
    let mut named = BTreeMap::new();
    let triggers = matrix.environments.iter().filter_map(|environment| environment.trigger.as_ref());
    for workflow in triggers.filter_map(|trigger| trigger.workflow.as_ref()) {
        named.entry(workflow.value.clone()).or_insert("github-workflow");
    }
    for source in matrix.environments.iter().flat_map(|environment| &environment.sources) {
        let mut add = |path: &Said<TreePath>, kind| {
            named.entry(path.value.clone()).or_insert(kind);
        };
        match &source.value {
            EnvSource::Dotenv { file, .. } => add(file, "dotenv"),
            EnvSource::Compose { files, env_files, .. } => {
                files.iter().for_each(|file| add(file, "compose"));
                env_files.iter().for_each(|file| add(file, "dotenv"));
            }
            EnvSource::Vault { template, agent, policy, .. } => {
                add(template, "consul-template");
                agent.iter().for_each(|file| add(file, "vault-agent"));
                policy.iter().for_each(|file| add(file, "vault-policy"));
            }
            EnvSource::Workflow { file, .. } => add(file, "github-workflow"),
            // It is read as what its name and text say it is.
            EnvSource::Deploy { .. } | EnvSource::Platform { .. } => {}
        }
    }
    named
}

/// The paths that matrix and settings exclude.
struct Exclusion(Option<ignore::gitignore::Gitignore>);

impl Exclusion {
    fn new<'g>(globs: impl Iterator<Item = &'g Said<String>>) -> Self {
        let mut builder = ignore::gitignore::GitignoreBuilder::new("");
        for glob in globs {
            // A glob that does not parse excludes nothing; whoever read it has told.
            let _ = builder.add_line(None, glob);
        }
        Self(builder.build().ok().filter(|globs| !globs.is_empty()))
    }

    fn holds(&self, path: &TreePath) -> bool {
        self.0
            .as_ref()
            .is_some_and(|globs| globs.matched_path_or_any_parents(path.within_root(), false).is_ignore())
    }
}

/// Bytes as text; what is not UTF-8 becomes `?`, byte for byte, so that offsets hold.
pub(crate) fn decode(bytes: Vec<u8>) -> String {
    String::from_utf8(bytes).unwrap_or_else(|error| {
        let mut text = String::new();
        for chunk in error.as_bytes().utf8_chunks() {
            text.push_str(chunk.valid());
            text.extend(chunk.invalid().iter().map(|_| '?'));
        }
        text
    })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::{decode, unwalked};
    use crate::text::TreePath;

    fn paths(names: &[&str]) -> Vec<TreePath> {
        names.iter().map(|name| TreePath::parse(name).unwrap()).collect()
    }

    #[test]
    fn what_is_tracked_is_read_though_it_is_ignored() {
        let tracked: BTreeSet<TreePath> =
            paths(&[".env", "a/settings.py", "a/x.py", "dist/index.js", "z.py"]).into_iter().collect();
        let found = |walked: &[&str]| unwalked(&tracked, &paths(walked)).into_iter().collect::<Vec<_>>();
        assert_eq!(found(&["a/x.py", "b.py", "z.py"]), paths(&[".env", "a/settings.py"]));
        assert_eq!(found(&[]), paths(&[".env", "a/settings.py", "a/x.py", "z.py"]));
        // Who writes `.ignore` tells tools what to leave alone; secrets in git are told all the same.
        assert_eq!(found(&[".ignore", "z.py"]), paths(&[".env"]));
    }

    #[test]
    fn bad_bytes_keep_offsets() {
        assert_eq!(decode(b"A=\xff\xfe\xc3\xa9\n".to_vec()), "A=??\u{e9}\n");
    }
}
