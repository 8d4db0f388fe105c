//! A compose file, or several merged, as far as it concerns what services receive.

use std::collections::BTreeMap;

use crate::text::Location;

/// One file or several.
#[derive(Clone, Default)]
pub(super) struct Model {
    /// The services; `None` for one without content.
    pub(super) services: BTreeMap<String, Option<Service>>,
    /// `include:`, until it is applied.
    pub(super) include: Vec<Include>,
    /// The top-level `name:`.
    pub(super) name: Option<String>,
}

/// A service.
#[derive(Clone)]
pub(super) struct Service {
    /// Where its name stands.
    pub(super) at: Location,
    pub(super) environment: Option<Variables>,
    pub(super) build: Option<Build>,
    pub(super) env_files: Option<Vec<EnvFile>>,
    pub(super) profiles: Vec<String>,
    pub(super) extends: Option<Extends>,
    pub(super) secrets: Vec<Grant>,
    pub(super) configs: Vec<Grant>,
    /// Why something of it may be hidden.
    pub(super) open: Option<String>,
}

impl Service {
    pub(super) fn new(at: Location) -> Self {
        Self {
            at,
            environment: None,
            build: None,
            env_files: None,
            profiles: Vec::new(),
            extends: None,
            secrets: Vec::new(),
            configs: Vec::new(),
            open: None,
        }
    }
}

/// A `build:`.
#[derive(Clone, Default)]
pub(super) struct Build {
    pub(super) args: Option<Variables>,
}

/// An `environment:` or `args:`.
#[derive(Clone, Default)]
pub(super) struct Variables {
    /// Whether it is a list, as written or since it was merged; `!reset` of an entry reaches mappings only.
    pub(super) is_list: bool,
    pub(super) entries: Vec<Entry>,
    /// Why entries may be missing: a name that is not known.
    pub(super) open: Option<String>,
}

/// One variable. `None` passes it on from the project's variables.
#[derive(Clone)]
pub(super) struct Entry {
    pub(super) key: String,
    pub(super) value: Option<String>,
    pub(super) at: Location,
}

/// One `env_file:`.
#[derive(Clone)]
pub(super) struct EnvFile {
    pub(super) at: Location,
    /// Relative to the project's folder once its file was resolved.
    pub(super) path: String,
    pub(super) required: bool,
    pub(super) format: Option<String>,
}

/// An `extends:`.
#[derive(Clone)]
pub(super) struct Extends {
    pub(super) at: Location,
    pub(super) file: Option<String>,
    pub(super) service: String,
}

/// A secret or config that a service mounts.
#[derive(Clone)]
pub(super) struct Grant {
    pub(super) source: String,
    pub(super) target: String,
}

/// One `include:`.
#[derive(Clone)]
pub(super) struct Include {
    pub(super) at: Location,
    pub(super) paths: Vec<String>,
    pub(super) project_directory: Option<String>,
    pub(super) env_files: Vec<String>,
}
