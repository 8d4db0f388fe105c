//! Writing a file anew.

use std::fs;
use std::io::Write as _;

use super::{OsSystem, ReadError, WriteError};
use crate::text::TreePath;

impl OsSystem {
    /// Writes a file, whether or not one is there already. Readers see the old content or the new one, never
    /// a part; the permissions stay. No symbolic link is followed out of the tree.
    ///
    /// # Errors
    /// [`WriteError`]; the old content is still there then.
    pub fn replace(&self, path: &TreePath, content: &[u8]) -> Result<(), WriteError> {
        let real = match self.inside(path) {
            Ok(real) if path.root_name().is_none() => real,
            Ok(_) | Err(ReadError::Outside) => return Err(WriteError::Outside),
            Err(ReadError::Missing) => return self.write_new(path, content),
            Err(error) => return Err(WriteError::Refused(error.to_string())),
        };
        let refused = |error: std::io::Error| WriteError::Refused(error.to_string());
        let metadata = fs::metadata(&real).map_err(refused)?;
        if !metadata.is_file() {
            return Err(WriteError::Refused("it is not a file".to_owned()));
        }
        let folder = real.parent().ok_or(WriteError::Outside)?;
        let mut file = tempfile::NamedTempFile::new_in(folder).map_err(refused)?;
        file.write_all(content).map_err(refused)?;
        fs::set_permissions(file.path(), metadata.permissions()).map_err(refused)?;
        file.persist(&real).map_err(|error| refused(error.error))?;
        Ok(())
    }
}
