//! What several tests need.

pub(crate) mod dump;
pub(crate) mod page;
