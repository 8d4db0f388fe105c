//! Readers of notations that several kinds of files share, all keeping byte spans.

pub mod dotenv;
pub mod yaml;
