//! Readers of notations that several kinds of files share, all keeping byte spans.

pub mod dockerfile;
mod escape;
pub mod interpolation;
pub mod shell;
pub mod tree;
pub mod yaml;
