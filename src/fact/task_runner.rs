//! The shape of a task runner's configuration.

use crate::key::KeyName;
use crate::text::{Span, Spanned};

/// A `turbo.json`.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct TaskRunnerFile {
    /// Whether tasks see only the keys that are listed (`envMode: strict`, and since version 2 without it).
    pub is_strict: bool,
    /// Keys that every task is given (`globalEnv`, `globalPassThroughEnv`), patterns such as `NEXT_PUBLIC_*` included.
    pub global: Vec<Spanned<KeyName>>,
    /// The place of the global list: where a key would be added.
    pub global_span: Option<Span>,
    /// The tasks, in order.
    pub tasks: Vec<Task>,
    /// Whether it extends another configuration, whose lists count as well.
    pub extends: bool,
}

/// A task.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Task {
    /// Its name: `build`, or `web#build` for that of one package.
    pub name: Spanned<String>,
    /// Keys it is given (`env`, `passThroughEnv`), patterns included.
    pub env: Vec<Spanned<KeyName>>,
}
