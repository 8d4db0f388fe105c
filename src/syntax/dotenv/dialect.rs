//! What the programs that load dotenv files make of a text.

mod compose;
mod docker;
mod dotenvy;
mod expand;
mod node;
mod npm;
mod python;
mod shell;
pub(super) mod substitution;
mod systemd;

use std::collections::BTreeMap;

use crate::secret::Secret;

/// A program that reads dotenv text, in the version that was measured.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Dialect {
    /// npm `dotenv` 18, `parse()`; no interpolation.
    NpmDotenv,
    /// npm `dotenv` with `dotenv-expand` 12, which Next.js and Vite pin.
    DotenvExpand12,
    /// npm `dotenv` with `dotenv-expand` 1000, which also executes `$(command)`.
    DotenvExpand1000,
    /// `node --env-file` of Node 20.
    Node,
    /// python-dotenv 1.2 with interpolation, as pydantic-settings uses it.
    PythonDotenv,
    /// python-dotenv 1.2 without interpolation.
    PythonDotenvRaw,
    /// Rust's `dotenvy` 0.15.
    Dotenvy,
    /// Docker Compose 2.26, `env_file:` and `.env`.
    Compose,
    /// compose-go 2.13, the library of later Compose releases.
    ComposeGo,
    /// `docker run --env-file` of Docker 28.
    DockerEnvFile,
    /// systemd 252, `environment.d`.
    Systemd,
    /// bash 5.2, `set -a; . file`.
    Bash,
}

/// The variables of the process that reads, which some readers interpolate with.
pub type Host<'a> = &'a dyn Fn(&str) -> Option<String>;

/// What a reader makes of a text.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Reading {
    /// The variables with their values; `None` for one that is present without a value.
    pub variables: BTreeMap<String, Option<Secret>>,
    /// Why the reader refused something: the first reason, in a few words for users. Some readers
    /// go on behind a refusal, others keep nothing at all.
    pub refused: Option<&'static str>,
    /// Whether the reader would execute a command of the text or compute in another way that is not
    /// imitated: what would come of it is left out of the values.
    pub computes: bool,
}

/// The most bytes that interpolation may make of one value; what would be longer stays as written.
/// Real files are far below, and a chain of doubling references would fill the memory.
const LONGEST_VALUE: usize = 1 << 20;

impl Reading {
    fn set(&mut self, key: &str, value: &str) {
        self.variables.insert(key.to_owned(), Some(Secret::new(value)));
    }

    fn get(&self, key: &str) -> Option<&str> {
        self.variables.get(key)?.as_ref().map(Secret::reveal)
    }

    fn refuse(&mut self, reason: &'static str) {
        self.refused.get_or_insert(reason);
    }
}

impl Dialect {
    /// All dialects.
    pub const ALL: &[Self] = &[
        Self::NpmDotenv,
        Self::DotenvExpand12,
        Self::DotenvExpand1000,
        Self::Node,
        Self::PythonDotenv,
        Self::PythonDotenvRaw,
        Self::Dotenvy,
        Self::Compose,
        Self::ComposeGo,
        Self::DockerEnvFile,
        Self::Systemd,
        Self::Bash,
    ];

    /// The reader's name for users.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::NpmDotenv => "npm's dotenv",
            Self::DotenvExpand12 | Self::DotenvExpand1000 => "dotenv-expand",
            Self::Node => "node --env-file",
            Self::PythonDotenv | Self::PythonDotenvRaw => "python-dotenv",
            Self::Dotenvy => "dotenvy",
            Self::Compose | Self::ComposeGo => "docker compose",
            Self::DockerEnvFile => "docker --env-file",
            Self::Systemd => "systemd",
            Self::Bash => "the shell",
        }
    }

    /// What this reader makes of `text`, when the process that reads has the variables `host`.
    ///
    /// The cost is linear in the text for text that people write; callers hand in single statements.
    #[must_use]
    pub fn read(self, text: &str, host: Host<'_>) -> Reading {
        match self {
            Self::NpmDotenv => npm::read(text),
            Self::DotenvExpand12 => expand::read(text, host, expand::EmptyMeans::Unset),
            Self::DotenvExpand1000 => expand::read(text, host, expand::EmptyMeans::Set),
            Self::Node => node::read(text),
            Self::PythonDotenv => python::read(text, Some(host)),
            Self::PythonDotenvRaw => python::read(text, None),
            Self::Dotenvy => dotenvy::read(text, host),
            Self::Compose => compose::read(text, host, compose::OnError::KeepNothing),
            Self::ComposeGo => compose::read(text, host, compose::OnError::KeepEarlier),
            Self::DockerEnvFile => docker::read(text, host),
            Self::Systemd => systemd::read(text, host),
            Self::Bash => shell::read(text, host),
        }
    }
}
