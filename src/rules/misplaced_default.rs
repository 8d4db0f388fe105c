//! `misplaced-default`

use crate::fact::ProblemKind;
use crate::index::Index;
use crate::rule::Reporter;

crate::declare_rule! {
    /// Reports a default in code that is handed over where the reader takes something else: as the cast of
    /// django-environ's `env(..)` and `env.list(..)` or of starlette's `config(..)`, or as the base of
    /// `int(os.environ.get("K"), 0)`; or that is a part of the name, because a comma is missing: `os.getenv("K" "256")`.
    ///
    /// ## Why it matters
    ///
    /// There is no default then. Without the variable the program stops, where the line reads as if it went on; and
    /// with it, the value that was meant as a default is called like a function.
    ///
    /// ## Example
    ///
    /// `settings.py`
    /// ```python
    /// import environ
    ///
    /// env = environ.Env()
    /// TRUSTED = env.list("CSRF_TRUSTED_ORIGINS", ["http://127.0.0.1"])
    /// ```
    ///
    /// ```text
    /// warning[misplaced-default]: the default of `CSRF_TRUSTED_ORIGINS` is handed over as its cast
    /// ```
    ///
    /// ## What to do
    ///
    /// Name it: `env.list("K", default=[])`. Hand the default of `int(os.environ.get("K"), 0)` to the inner call.
    pub struct MisplacedDefault = "misplaced-default", Value, Warning, fixes, by_file;
}

impl MisplacedDefault {
    fn ask(index: &Index, reporter: &mut Reporter<'_>) {
        reporter.problems(
            index,
            ProblemKind::MisplacedDefault,
            "without the variable the program stops",
            "hand the default to the call that reads the variable",
        );
    }
}
