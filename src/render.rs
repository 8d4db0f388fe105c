//! Formats of a [`Report`](crate::engine::Report), one file each, and of the routes and the table of the
//! index. All of them write into the writer they are given and show masked text only.

mod clean;
mod concise;
mod diff;
mod environments;
mod excerpt;
mod files;
mod full;
mod json;
mod layout;
mod page;
mod rule_page;
mod screen;
mod summary;
mod table;
mod trace;
pub mod wire;

pub use clean::clean;
pub use concise::concise;
pub use diff::diff;
pub use files::{files_json, files_schema};
pub use full::full;
pub use json::json;
pub use layout::{Handler, wrap};
pub use page::page;
pub use rule_page::{headline, rule_list, rule_page};
pub use screen::{Paint, Screen};
pub use summary::summary;
pub use table::{table, table_json, table_markdown};
pub use trace::{Traced, trace, trace_json};
