//! Dotenv files that an environment loads.

use super::{Done, Given, given};
use crate::fix::add::NewKey;
use crate::index::Index;
use crate::matrix::Kind;
use crate::rule::repair::document;
use crate::system::Tracking;
use crate::text::TreePath;

/// Adds a key to a dotenv file: its default, and never a value that nobody gave.
pub(super) fn add(index: &Index, wanted: &NewKey, path: &TreePath) -> Done {
    let Some(file) = index.files.at(path).map(|file| file.id) else {
        // Who has no such file yet makes it from an example, which tells about the key.
        let Some(example) = index.example_of(path) else {
            return match given(wanted) {
                Given::Elsewhere => Done::ByHand("the file is not in the tree".to_owned()),
                Given::Text(_) | Given::Perhaps => Done::Nothing,
            };
        };
        let edit = document(index, example, &wanted.entry, false);
        return edit.map_or(Done::Nothing, |edit| Done::Edits(vec![edit]));
    };
    if index.is_example(file) {
        return Done::Nothing;
    }
    let is_private = matches!(&index.tracking, Tracking::Known(tracked) if !tracked.contains(path));
    match given(wanted) {
        Given::Text(_) if is_private => Done::Nothing,
        Given::Text(_) => match document(index, file, &wanted.entry, false) {
            Some(edit)
                if edit.replacement.lines().any(|line| line.starts_with(wanted.entry.key.as_str())) =>
            {
                Done::Edits(vec![edit])
            }
            _ => Done::ByHand(
                "its default cannot be written there in a way that every reader takes".to_owned(),
            ),
        },
        Given::Elsewhere if is_private => Done::ByHand("the file is nobody's but yours".to_owned()),
        Given::Elsewhere if wanted.kind == Kind::Secret => {
            Done::ByHand("its value is secret, and git keeps what stands in the file".to_owned())
        }
        Given::Elsewhere => Done::ByHand("there is no default to write down".to_owned()),
        Given::Perhaps => Done::Nothing,
    }
}
