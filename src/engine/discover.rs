//! Which files are read, and as what.

use std::collections::{BTreeMap, BTreeSet};

use rayon::prelude::*;

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
    // An ignore file does not take out what is tracked already.
    let is_dotenv = |path: &&TreePath| path.name().starts_with(".env") || path.name().ends_with(".env");
    let tracked: BTreeSet<TreePath> = match tracking {
        Tracking::Known(tracked) => tracked.iter().filter(is_dotenv).filter(is_unwalked).cloned().collect(),
        Tracking::Unknown | Tracking::NoRepository => BTreeSet::new(),
    };
    let ignored: BTreeSet<TreePath> =
        named.keys().filter(is_unwalked).filter(|path| !tracked.contains(*path)).cloned().collect();
    if !(ignored.is_empty() && tracked.is_empty()) {
        paths.extend(ignored.iter().chain(&tracked).cloned());
        paths.sort_unstable();
    }
    let excluded = Exclusion::new(matrix.exclude.iter().chain(exclude));
    let results: Vec<Result<Option<Found>, (TreePath, ReadError, bool)>> = paths
        .into_par_iter()
        // The keys that a baseline names are not mentioned by it.
        .filter(|path| !excluded.holds(path) && !is_schema_beside(path) && path.name() != BASELINE_NAME)
        .map(|path| {
            let told = named.get(&path).and_then(|kind| position_of(kind));
            let claims: Vec<usize> = match told {
                Some(position) => vec![position],
                None => {
                    (0..sources::ALL.len()).filter(|&position| sources::ALL[position].claims(&path)).collect()
                }
            };
            if claims.is_empty() {
                return Ok(None);
            }
            let is_ignored = ignored.contains(&path);
            // Only what the walk found is known to lie in the tree.
            let is_walked = !is_ignored && !tracked.contains(&path);
            let read = if !is_walked { system.read(&path).map(text_of) } else { system.read_text(&path) };
            let bytes = match read {
                Ok(Some(bytes)) => bytes,
                Err(ReadError::Missing) => return Ok(None),
                // A name such as `.env` stands for nothing but text; `.ts` may well be a film.
                Ok(None) => {
                    let is_surely = told.is_some() || sources::ALL[claims[0]].kind().0 == "dotenv";
                    return Err((path, ReadError::Binary, is_surely));
                }
                Err(error) => return Err((path, error, true)),
            };
            let text = decode(bytes);
            // What the matrix says a file is, it is.
            let extractor = told.or_else(|| {
                claims.into_iter().find(|&position| sources::ALL[position].confirms(&path, &text))
            });
            Ok(extractor.map(|extractor| Found { path, text, extractor, is_ignored }))
        })
        .collect();
    let mut claimed = Claimed { found: Vec::new(), unread: Vec::new(), binary: Vec::new() };
    for result in results {
        match result {
            Ok(file) => claimed.found.extend(file),
            Err((path, error, true)) => claimed.unread.push((path, error.to_string())),
            Err((path, error, false)) => claimed.binary.push((path, error.to_string())),
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
    use super::decode;

    #[test]
    fn bad_bytes_keep_offsets() {
        assert_eq!(decode(b"A=\xff\xfe\xc3\xa9\n".to_vec()), "A=??\u{e9}\n");
    }
}
