//! Readers of notations that several kinds of files share, all keeping byte spans.

mod escape;
pub mod tree;
pub mod yaml;
