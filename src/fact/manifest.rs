//! The shape of manifests: the workloads they run and the objects that hold keys for them.

use crate::text::{Span, Spanned};

/// A file of Kubernetes objects.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct ManifestFile {
    /// Objects that hold keys.
    pub stores: Vec<KeyStore>,
    /// The containers of workloads.
    pub containers: Vec<ManifestContainer>,
}

/// Which kind of object holds keys.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
pub enum StoreKind {
    /// A `ConfigMap`.
    #[default]
    ConfigMap,
    /// A `Secret`, or what makes one: `ExternalSecret`, `SealedSecret`.
    Secret,
}

/// A `ConfigMap` or `Secret`, or a generator that makes one.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct KeyStore {
    /// Which.
    pub kind: StoreKind,
    /// Its name.
    pub name: Spanned<String>,
    /// Its namespace, if it says one.
    pub namespace: Option<String>,
    /// Whether it may hold keys that the file does not show: files, templates, a store outside.
    pub is_open: bool,
    /// The dotenv files that a generator reads its keys from, as written.
    pub env_files: Vec<Spanned<String>>,
}

/// A container of a workload.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct ManifestContainer {
    /// `Deployment/api/web`: kind, name and container, the name of its [`Place::Workload`].
    ///
    /// [`Place::Workload`]: super::Place::Workload
    pub workload: String,
    /// Its name.
    pub name: Spanned<String>,
    /// The workload's namespace, if it says one.
    pub namespace: Option<String>,
    /// Its image.
    pub image: Option<Spanned<String>>,
    /// The objects whose keys all become variables: `envFrom`.
    pub takes_all: Vec<StoreUse>,
    /// The keys it takes one by one: `configMapKeyRef`, `secretKeyRef`.
    pub takes: Vec<StoreUse>,
}

/// A use of an object that holds keys.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct StoreUse {
    /// Which kind of object.
    pub kind: StoreKind,
    /// The object's name.
    pub name: Spanned<String>,
    /// The key in it; `None` for all.
    pub key: Option<Spanned<String>>,
    /// The variable that takes it; for `envFrom` the prefix.
    pub variable: Option<String>,
    /// Whether the container starts without it (`optional: true`).
    pub is_optional: bool,
    /// Where it stands.
    pub span: Span,
}
