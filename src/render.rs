//! Formats of a [`Report`](crate::engine::Report), one file each. All of them write into the writer
//! they are given and show masked text only.

mod clean;
mod concise;
mod excerpt;
mod full;
mod json;
mod layout;
mod page;
mod screen;
mod summary;
pub mod wire;

pub use clean::clean;
pub use concise::concise;
pub use full::full;
pub use json::json;
pub use layout::{Handler, wrap};
pub use page::page;
pub use screen::{Paint, Screen};
pub use summary::summary;
