//! What makes two findings of different runs the same one.

use super::Diagnostic;
use crate::text::Files;

impl Diagnostic {
    /// A short name for this finding that survives edits elsewhere in the file: it is made of the
    /// rule, the path, the key and the environments, not of line numbers, messages or values.
    #[must_use]
    pub fn fingerprint(&self, files: &Files) -> String {
        let path = self.primary().map_or("", |label| files.path(label.at.file));
        let key = self.key.as_ref().map_or("", |key| key.as_str());
        let further = self.further.iter().map(|key| key.as_str());
        let mut hash = Fnv::default();
        let environments = self.environments.iter().map(String::as_str);
        for part in [self.rule.0, path, key].into_iter().chain(further).chain(environments) {
            hash.add(part.as_bytes());
            hash.add(&[0]);
        }
        format!("{:016x}", hash.0)
    }
}

/// FNV-1a, 64 bits: stable between versions and machines, which `std`'s hasher is not.
struct Fnv(u64);

impl Default for Fnv {
    fn default() -> Self {
        Self(0xcbf2_9ce4_8422_2325)
    }
}

impl Fnv {
    fn add(&mut self, bytes: &[u8]) {
        for &byte in bytes {
            self.0 = (self.0 ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
        }
    }
}
