//! Private keys in files of their own. What is in them is found as a token, as in every other text.

use crate::fact::{Extraction, Extractor, SourceKind};
use crate::text::{SourceFile, TreePath};

/// Reads `*.pem`, `*.key` and the like, and what `ssh-keygen` writes.
#[derive(Clone, Copy, Debug)]
pub(super) struct PrivateKey;

/// Endings of files that hold keys and certificates.
const ENDINGS: &[&str] = &[".pem", ".key", ".p8", ".ppk"];

/// Files of `ssh-keygen`.
const NAMES: &[&str] = &["id_rsa", "id_dsa", "id_ecdsa", "id_ed25519"];

impl Extractor for PrivateKey {
    fn kind(&self) -> SourceKind {
        SourceKind("private-key")
    }

    fn claims(&self, path: &TreePath) -> bool {
        let name = path.name();
        NAMES.contains(&name) || ENDINGS.iter().any(|ending| name.ends_with(ending))
    }

    /// Certificates and public keys are read by everybody; one behind a passphrase is no use to anybody.
    fn confirms(&self, _path: &TreePath, text: &str) -> bool {
        text.contains("PRIVATE KEY-----") && !text.contains("ENCRYPTED")
    }

    fn extract(&self, _file: &SourceFile) -> Extraction {
        Extraction::default()
    }
}
