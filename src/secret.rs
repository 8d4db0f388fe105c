//! Values that may be secret, and texts from which they were taken out.
//!
//! Law: no secret value leaves the engine. A [`Secret`] has no `Display`, no serialisation and a
//! `Debug` that tells nothing; rules may compare and measure it, and show it only through
//! [`Secret::shown`], which shows what is plainly no secret and nothing else. Source excerpts reach
//! a report only as a [`MaskedFile`].

mod argument;
mod masked;
mod patterns;
mod placeholder;
mod provider;
mod search;

pub use masked::{MaskedFile, mask};
pub use patterns::{has_url_credentials, is_plainly_public, tells_no_secret};
pub use placeholder::is_placeholder;
pub use provider::{Provider, provider_token};
pub use search::tokens_in;

use std::fmt;
use std::hash::{BuildHasher, RandomState};
use std::sync::OnceLock;

/// A value as a file holds it, which may be secret.
#[derive(Clone, PartialEq, Eq, Hash, Default)]
pub struct Secret(Box<str>);

impl Secret {
    /// Takes a value in.
    #[must_use]
    pub fn new(text: &str) -> Self {
        Self(text.into())
    }

    /// The value itself, for comparing, parsing and measuring inside the engine.
    ///
    /// What it returns must not reach a message, a label, a log or a panic: use [`Secret::shown`].
    #[must_use]
    pub fn reveal(&self) -> &str {
        &self.0
    }

    /// Whether there is no value at all.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The value for a message about `key`: itself where neither its key nor its look allows a
    /// secret, else `***`.
    #[must_use]
    pub fn shown(&self, key: &str) -> String {
        if crate::key::may_hold_secret(key) || !is_plainly_public(&self.0) {
            "***".to_owned()
        } else {
            self.0.to_string()
        }
    }

    /// A hash keyed anew in each process: equal values can be found, none can be guessed from it.
    #[must_use]
    pub fn fingerprint(&self) -> u64 {
        static KEY: OnceLock<RandomState> = OnceLock::new();
        KEY.get_or_init(RandomState::new).hash_one(&self.0)
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(***)")
    }
}
