//! Changing files of a tree on disk: all of them or none.
#![expect(clippy::disallowed_methods, reason = "this module is part of the one that touches the disk")]

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use tempfile::{NamedTempFile, TempPath};

use super::{OsSystem, ReadError};
use crate::text::TreePath;

/// The content of one file, before and after.
#[derive(Clone, PartialEq, Eq)]
pub struct Replacement {
    /// The file.
    pub path: TreePath,
    /// What was read; `None` for a file that is to be new.
    pub before: Option<Vec<u8>>,
    /// What is to stand there.
    pub after: Vec<u8>,
}

// Contents may hold secrets.
impl std::fmt::Debug for Replacement {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Replacement({})", self.path)
    }
}

/// Why nothing was changed.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum ReplaceError {
    /// Somebody else changed the file since it was read.
    #[error("`{0}` has changed since it was read")]
    Changed(TreePath),
    /// The path leads out of its root, through a symbolic link or into a root that nobody named.
    #[error("`{0}` leads out of the tree")]
    Outside(TreePath),
    /// The file, or the folder around it, must not be written.
    #[error("`{0}` is read-only")]
    ReadOnly(TreePath),
    /// The operating system refused.
    #[error("`{path}` cannot be written: {reason}")]
    Refused {
        /// The file.
        path: TreePath,
        /// The operating system's words.
        reason: String,
    },
    /// The operating system refused in the middle, and again when the files before it were to be put
    /// back; this is the only case in which something was changed.
    #[error("`{path}` cannot be written: {reason}; these could not be put back and hold the new text: {}", spelled(.stuck))]
    Stuck {
        /// The file.
        path: TreePath,
        /// The operating system's words.
        reason: String,
        /// The files that were changed and stay so.
        stuck: Vec<TreePath>,
    },
}

fn spelled(paths: &[TreePath]) -> String {
    paths.iter().map(|path| format!("`{path}`")).collect::<Vec<_>>().join(", ")
}

/// One file that is ready to be put in its place.
struct Staged<'a> {
    wanted: &'a Replacement,
    target: PathBuf,
    fresh: TempPath,
    /// The old content, ready to be put back.
    backup: Option<TempPath>,
}

impl OsSystem {
    /// Replaces the content of files, or of none of them. The new contents are written beside their
    /// targets and renamed into place after a last look at each target; permissions stay. A symbolic
    /// link inside the tree stays one, and the file it leads to is changed.
    ///
    /// # Errors
    /// [`ReplaceError`]; except for [`ReplaceError::Stuck`] every file is then as it was.
    pub fn replace_all(&self, replacements: &[Replacement]) -> Result<(), ReplaceError> {
        let mut staged = Vec::with_capacity(replacements.len());
        for wanted in replacements {
            staged.push(self.stage(wanted)?);
        }
        // What is new comes last: that nothing stands in its place shows only then.
        staged.sort_by_key(|one| one.wanted.before.is_none());
        commit(staged)
    }

    fn stage<'a>(&self, wanted: &'a Replacement) -> Result<Staged<'a>, ReplaceError> {
        let path = &wanted.path;
        let refused = |error: std::io::Error| told(path, &error);
        let (target, permissions) = match &wanted.before {
            Some(_) => {
                let target = self.inside(path).map_err(|error| match error {
                    ReadError::Missing => ReplaceError::Changed(path.clone()),
                    ReadError::Outside => ReplaceError::Outside(path.clone()),
                    error => ReplaceError::Refused { path: path.clone(), reason: error.to_string() },
                })?;
                let permissions = fs::metadata(&target).map_err(refused)?.permissions();
                if permissions.readonly() {
                    return Err(ReplaceError::ReadOnly(path.clone()));
                }
                (target, Some(permissions))
            }
            None => {
                let folder = self.inside(&path.folder()).map_err(|error| match error {
                    ReadError::Outside | ReadError::Missing => ReplaceError::Outside(path.clone()),
                    error => ReplaceError::Refused { path: path.clone(), reason: error.to_string() },
                })?;
                (folder.join(path.name()), None)
            }
        };
        let folder = target.parent().unwrap_or(Path::new("."));
        let beside = |content: &[u8]| -> std::io::Result<TempPath> {
            let mut builder = tempfile::Builder::new();
            builder.prefix(".envcheck-");
            let mut file: NamedTempFile = match &permissions {
                Some(permissions) => {
                    let file = builder.tempfile_in(folder)?;
                    file.as_file().set_permissions(permissions.clone())?;
                    file
                }
                None => builder.permissions_of_new_files().tempfile_in(folder)?,
            };
            file.write_all(content)?;
            file.as_file().sync_all()?;
            Ok(file.into_temp_path())
        };
        let fresh = beside(&wanted.after).map_err(refused)?;
        let backup = wanted.before.as_deref().map(beside).transpose().map_err(refused)?;
        Ok(Staged { wanted, target, fresh, backup })
    }
}

/// Files of one's own begin with the permissions that programs usually give; the umask does the rest.
trait NewFiles {
    fn permissions_of_new_files(&mut self) -> &mut Self;
}

impl NewFiles for tempfile::Builder<'_, '_> {
    fn permissions_of_new_files(&mut self) -> &mut Self {
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            self.permissions(fs::Permissions::from_mode(0o666))
        }
        #[cfg(not(unix))]
        self
    }
}

fn told(path: &TreePath, error: &std::io::Error) -> ReplaceError {
    match error.kind() {
        std::io::ErrorKind::PermissionDenied | std::io::ErrorKind::ReadOnlyFilesystem => {
            ReplaceError::ReadOnly(path.clone())
        }
        std::io::ErrorKind::AlreadyExists => ReplaceError::Changed(path.clone()),
        _ => ReplaceError::Refused { path: path.clone(), reason: error.to_string() },
    }
}

fn commit(staged: Vec<Staged<'_>>) -> Result<(), ReplaceError> {
    for one in &staged {
        if let Some(before) = &one.wanted.before
            && !fs::read(&one.target).is_ok_and(|now| now == *before)
        {
            return Err(ReplaceError::Changed(one.wanted.path.clone()));
        }
    }
    let mut done: Vec<(&Replacement, PathBuf, Option<TempPath>)> = Vec::new();
    for one in staged {
        let placed = match one.wanted.before {
            Some(_) => one.fresh.persist(&one.target),
            // Never over something that came in the meantime.
            None => one.fresh.persist_noclobber(&one.target),
        };
        match placed {
            Ok(()) => done.push((one.wanted, one.target, one.backup)),
            Err(failed) => {
                let stuck = put_back(done);
                let error = told(&one.wanted.path, &failed.error);
                return Err(if stuck.is_empty() {
                    error
                } else {
                    ReplaceError::Stuck {
                        path: one.wanted.path.clone(),
                        reason: failed.error.to_string(),
                        stuck,
                    }
                });
            }
        }
    }
    Ok(())
}

/// Undoes what was done, the last first; what cannot be undone is returned.
fn put_back(done: Vec<(&Replacement, PathBuf, Option<TempPath>)>) -> Vec<TreePath> {
    let mut stuck = Vec::new();
    for (wanted, target, backup) in done.into_iter().rev() {
        let undone = match backup {
            Some(backup) => backup.persist(&target).is_ok(),
            None => fs::remove_file(&target).is_ok(),
        };
        if !undone {
            stuck.push(wanted.path.clone());
        }
    }
    stuck
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::{ReplaceError, Replacement, commit};
    use crate::system::OsSystem;
    use crate::text::TreePath;

    fn path(text: &str) -> TreePath {
        TreePath::parse(text).unwrap()
    }

    fn change(name: &str, before: Option<&str>, after: &str) -> Replacement {
        Replacement { path: path(name), before: before.map(Into::into), after: after.into() }
    }

    fn tree() -> (tempfile::TempDir, OsSystem) {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("a"), "1").unwrap();
        fs::write(folder.path().join("b"), "2").unwrap();
        let system = OsSystem::new(folder.path(), &[]).unwrap();
        (folder, system)
    }

    fn names(folder: &tempfile::TempDir) -> Vec<String> {
        let mut names: Vec<String> = fs::read_dir(folder.path())
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        names
    }

    #[test]
    fn all_or_none() {
        let (folder, system) = tree();
        let read = |name: &str| fs::read_to_string(folder.path().join(name)).unwrap();
        let lost = [change("a", Some("1"), "x"), change("b", Some("what was read"), "y")];
        assert_eq!(system.replace_all(&lost), Err(ReplaceError::Changed(path("b"))));
        assert_eq!((read("a"), read("b")), ("1".into(), "2".into()));
        let good = [change("c", None, "z"), change("a", Some("1"), "x"), change("b", Some("2"), "y")];
        assert_eq!(system.replace_all(&good), Ok(()));
        assert_eq!((read("a"), read("b"), read("c")), ("x".into(), "y".into(), "z".into()));
        assert_eq!(names(&folder), ["a", "b", "c"], "nothing is left beside them");
    }

    #[test]
    fn what_was_done_is_undone() {
        let (folder, system) = tree();
        let wanted = [change("a", Some("1"), "x"), change("c", None, "z")];
        let staged = wanted.iter().map(|one| system.stage(one).unwrap()).collect();
        fs::write(folder.path().join("c"), "of somebody else").unwrap();
        assert_eq!(commit(staged), Err(ReplaceError::Changed(path("c"))));
        assert_eq!(fs::read_to_string(folder.path().join("a")).unwrap(), "1");
        assert_eq!(fs::read_to_string(folder.path().join("c")).unwrap(), "of somebody else");
        assert_eq!(names(&folder), ["a", "b", "c"]);
    }

    #[cfg(unix)]
    #[test]
    fn links_and_permissions() {
        use std::os::unix::fs::{PermissionsExt, symlink};
        let (folder, system) = tree();
        let outside = tempfile::tempdir().unwrap();
        fs::write(outside.path().join("far"), "1").unwrap();
        symlink(outside.path().join("far"), folder.path().join("far")).unwrap();
        symlink("a", folder.path().join("near")).unwrap();
        symlink(outside.path(), folder.path().join("folder")).unwrap();
        let write = |one: Replacement| system.replace_all(&[one]);
        assert_eq!(write(change("far", Some("1"), "x")), Err(ReplaceError::Outside(path("far"))));
        assert_eq!(write(change("folder/new", None, "x")), Err(ReplaceError::Outside(path("folder/new"))));
        fs::set_permissions(folder.path().join("a"), fs::Permissions::from_mode(0o640)).unwrap();
        assert_eq!(write(change("near", Some("1"), "x")), Ok(()));
        assert!(fs::symlink_metadata(folder.path().join("near")).unwrap().is_symlink());
        assert_eq!(fs::read_to_string(folder.path().join("a")).unwrap(), "x");
        let mode = fs::metadata(folder.path().join("a")).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o640);
        fs::set_permissions(folder.path().join("b"), fs::Permissions::from_mode(0o444)).unwrap();
        assert_eq!(write(change("b", Some("2"), "x")), Err(ReplaceError::ReadOnly(path("b"))));
        assert_eq!(fs::read_to_string(outside.path().join("far")).unwrap(), "1");
    }
}
