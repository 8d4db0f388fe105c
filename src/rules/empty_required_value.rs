//! `empty-required-value`

use crate::fact::{Fallback, Need, Origin, Role};
use crate::index::Index;
use crate::rule::Reporter;
use crate::text::Location;

crate::declare_rule! {
    /// Reports a key that the code requires and that compose fills with an empty text when it is not set.
    ///
    /// ## Why it matters
    ///
    /// `${X:-}` silences compose, and the code's own check for a missing key passes as well, because the
    /// key is there: empty. The service starts and fails later, at the first use.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// services:
    ///   api:
    ///     build: ./api
    ///     environment:
    ///       SIGNING_KEY: ${SIGNING_KEY:-}
    /// ```
    ///
    /// ```python
    /// class Settings(BaseSettings):
    ///     signing_key: str
    /// ```
    ///
    /// ## What to do
    ///
    /// Let compose demand it: `${SIGNING_KEY:?}`. (`${SIGNING_KEY?}` accepts an empty one.)
    pub struct EmptyRequiredValue = "empty-required-value", Missing, Warning;
}

impl EmptyRequiredValue {
    fn ask(index: &Index, reporter: &mut Reporter<'_>) {
        let mut told = std::collections::BTreeSet::new();
        for site in index.sites() {
            if index.is_sink(site) || crate::fact::is_aside(&index.path(site.file)) {
                continue;
            }
            for fact in index.environment_of(site) {
                let Role::Provides(provide) = &fact.role else { continue };
                let (Origin::Literal, [reference]) =
                    (&provide.value.origin, provide.value.references.as_slice())
                else {
                    continue;
                };
                let empties =
                    matches!(&reference.fallback, Fallback::Default { text, .. } if text.is_empty());
                let is_whole = provide.value.text.reveal().starts_with("${")
                    && provide.value.text.reveal().ends_with('}');
                if !empties || !is_whole || index.non_empty_in_dotenv(&reference.key).is_some() {
                    continue;
                }
                let reader = index.reads_of_site(site).find(|(read_fact, read)| {
                    read.need == Need::Required
                        && read.settings.is_some()
                        && read.alternatives.is_empty()
                        && (read_fact.key == fact.key
                            || read.folds_case && read_fact.key.folded() == fact.key.folded())
                });
                let Some((reader, _)) = reader else { continue };
                if !told.insert((fact.file, fact.key.clone())) {
                    continue;
                }
                let message = format!(
                    "`{}` is required by the code, and compose passes an empty one when it is not set",
                    fact.key
                );
                reporter
                    .report(
                        message,
                        Location::new(fact.file, provide.value.span),
                        "empty when nobody sets it",
                    )
                    .label(reader.at(), "required here")
                    .key(&fact.key)
                    .why("an empty value passes for a set one, so the service starts and fails later")
                    .help(format!("write `${{{}:?}}`", reference.key));
            }
        }
    }
}
