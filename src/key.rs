//! Names of configuration keys.

mod images;
mod known;
mod secret_name;
mod words;

pub use images::{KnownImage, image_requirements, known_image};
pub use known::{Consumer, consumer_of, is_library_key, is_tool_key};
pub use secret_name::{is_secret_name, may_hold_secret};
pub use words::{
    OPPOSITES, PUBLIC_PREFIXES, Resemblance, digits, is_letter_off, is_taken_for, near_miss, public_prefix,
    resemblance, segments, shared_segments, written_for,
};

use std::fmt;
use std::sync::Arc;

/// The key whose value is the name of the module with Django's settings.
pub const SETTINGS_MODULE: &str = "DJANGO_SETTINGS_MODULE";

/// The name of a configuration key as a file writes it, for example `DATABASE_URL`.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct KeyName(Arc<str>);

impl KeyName {
    /// The name `text`, taken as it is.
    #[must_use]
    pub fn new(text: &str) -> Self {
        Self(text.into())
    }

    /// The name as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether a shell and every dotenv reader accept it: a letter or `_`, then letters, digits, `_`.
    #[must_use]
    pub fn is_identifier(&self) -> bool {
        let mut bytes = self.0.bytes();
        bytes.next().is_some_and(|b| b.is_ascii_alphabetic() || b == b'_')
            && bytes.all(|b| b.is_ascii_alphanumeric() || b == b'_')
    }

    /// The name in capitals, borrowed where it is written so.
    #[must_use]
    pub fn in_capitals(&self) -> std::borrow::Cow<'_, str> {
        if self.0.bytes().any(|b| b.is_ascii_lowercase()) {
            self.0.to_ascii_uppercase().into()
        } else {
            (&*self.0).into()
        }
    }

    /// The name in capitals, for readers that fold case (pydantic-settings, figment).
    #[must_use]
    pub fn folded(&self) -> Self {
        if self.0.bytes().any(|b| b.is_ascii_lowercase()) {
            Self(self.0.to_ascii_uppercase().into())
        } else {
            self.clone()
        }
    }
}

impl std::ops::Deref for KeyName {
    type Target = str;
    fn deref(&self) -> &str {
        &self.0
    }
}

impl std::borrow::Borrow<str> for KeyName {
    fn borrow(&self) -> &str {
        &self.0
    }
}

impl From<&str> for KeyName {
    fn from(text: &str) -> Self {
        Self::new(text)
    }
}

impl fmt::Display for KeyName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for KeyName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&*self.0, f)
    }
}
