//! Readers of notations that several kinds of files share, all keeping byte spans.

pub mod interpolation;
pub mod dockerfile;
pub mod shell;
mod escape;
pub mod tree;
pub mod yaml;
