//! Readers of notations that several kinds of files share, all keeping byte spans.

pub mod code;
pub mod comments;
pub mod dockerfile;
pub mod dotenv;
pub(crate) mod escape;
pub mod generated;
pub mod github_expression;
pub mod go_template;
pub mod hcl;
pub mod image_name;
pub mod interpolation;
pub mod shell;
pub mod tree;
pub mod yaml;
