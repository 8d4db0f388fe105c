//! Repairs: which are applied, in which order, and how it is made sure that they repair.
//!
//! Nothing is written here. A tree is repaired in memory, over the system that holds it, and checked
//! again after every round: a repair counts only where its finding is gone, no other finding came up and
//! every edited file can still be read. What remains is a list of [`Change`]s, for
//! [`OsSystem::replace_all`](crate::system::OsSystem::replace_all) to write, all of them or none.

mod add;
mod apply;
mod choose;
mod names;
mod plan;
mod preview;
mod remove;
mod rename;
mod rounds;
mod verify;

pub use add::{NewKey, Unclear, add, is_read_only};
pub use apply::Change;
pub use choose::Wanted;
pub use names::words;
pub use plan::{BroughtUp, ByHand, Plan, Realised, Renamed, Step};
pub use preview::{Hunk, Line, Preview, Tag, preview};
pub use remove::remove;
pub use rename::{Rename, Taken, rename, unread_mentions};
pub use rounds::{Applied, Refused, Repaired, repair};
