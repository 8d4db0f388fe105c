//! Historic bugs of public repositories, replayed.
//!
//! `tests/replay/<id>.toml` is a case: two commits, what was wrong before, which rule should say so where. The
//! repositories are not part of this one, so their replay is asked for: see [`history`]. `tests/replay/<id>.md`
//! is the same bug in a few files written for it, before and after its mending; those run always.

mod case;
mod history;
mod pages;
mod trees;
