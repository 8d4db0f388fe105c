//! Edits become new contents.

use std::collections::BTreeMap;

use crate::diagnostic::Edit;
use crate::engine::decode;
use crate::system::{Overlay, Replacement, System};
use crate::text::{FileId, Files, TreePath};

/// The content of one file before and after all edits.
pub type Change = Replacement;

/// The new contents of the files that `edits` touch. Bytes that no edit covers stay as they are, also
/// those that are not UTF-8.
///
/// `None` where a file is not what was read, or edits overlap.
pub(super) fn edited(
    system: &dyn System,
    files: &Files,
    edits: &[&Edit],
) -> Option<BTreeMap<TreePath, Vec<u8>>> {
    let mut by_file: BTreeMap<FileId, Vec<&Edit>> = BTreeMap::new();
    for edit in edits {
        by_file.entry(edit.at.file).or_default().push(edit);
    }
    let mut contents = BTreeMap::new();
    for (file, edits) in by_file {
        let file = files.get(file)?;
        let bytes = system.read(&file.path).ok()?;
        if decode(bytes.clone()) != file.text {
            return None;
        }
        contents.insert(file.path.clone(), spliced(&bytes, edits)?);
    }
    Some(contents)
}

/// `bytes` with all replacements made; insertions at one place keep the order of `edits`.
fn spliced(bytes: &[u8], mut edits: Vec<&Edit>) -> Option<Vec<u8>> {
    edits.sort_by_key(|edit| edit.at.span);
    let mut done = Vec::with_capacity(bytes.len());
    let mut at = 0;
    for edit in edits {
        let range = edit.at.span.range();
        done.extend_from_slice(bytes.get(at..range.start)?);
        bytes.get(range.clone())?;
        done.extend_from_slice(edit.replacement.as_bytes());
        at = range.end;
    }
    done.extend_from_slice(bytes.get(at..)?);
    Some(done)
}

/// What lies over a system, as changes of the files below; texts that change nothing are left out.
pub(super) fn changes(below: &dyn System, overlay: &Overlay<'_>) -> Vec<Change> {
    let change = |(path, after): (&TreePath, &Vec<u8>)| {
        let before = below.read(path).ok();
        (before.as_ref() != Some(after)).then(|| Change { path: path.clone(), before, after: after.clone() })
    };
    overlay.texts().iter().filter_map(change).collect()
}
