//! Readers of notations that several kinds of files share, all keeping byte spans.

pub mod go_template;
pub mod hcl;
pub mod yaml;
