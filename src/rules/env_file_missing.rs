//! `env-file-missing`

use crate::index::{EnvFileLink, Index};
use crate::rule::Reporter;
use crate::text::Location;

crate::declare_rule! {
    /// Reports an `env_file:` that is not in the tree and that no example beside it stands for.
    ///
    /// ## Why it matters
    ///
    /// `docker compose` refuses to start any service of the file while a required `env_file` is
    /// missing, and a newcomer has nothing to make it from.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// services:
    ///   api:
    ///     env_file: ./config/api.env    # there is neither api.env nor api.env.example
    /// ```
    ///
    /// ## What to do
    ///
    /// Correct the path, add an example (`api.env.example`) from which the file is made, or mark the
    /// entry as not required (`required: false`).
    pub struct EnvFileMissing = "env-file-missing", Missing, Warning;
}

impl EnvFileMissing {
    fn ask(index: &Index, reporter: &mut Reporter<'_>) {
        for site in index.sites() {
            let Some(service) = index.compose_service(site) else { continue };
            let path = index.path(site.file);
            if crate::fact::is_aside(&path) {
                continue;
            }
            for (entry, link) in service.env_files.iter().zip(&site.env_files) {
                let EnvFileLink::Missing(wanted) = link else { continue };
                // Whoever writes or copies the file by a script or a workflow names it there.
                if index.is_path_mentioned(wanted, site.file) {
                    continue;
                }
                let message =
                    format!("`env_file` of `{}` names {wanted}, which is not there", service.name.value);
                reporter
                    .report(
                        message,
                        Location::new(site.file, entry.path.span),
                        "no such file, and no example of it",
                    )
                    .why("compose refuses to start while a required `env_file` is missing")
                    .help(format!("add {wanted}.example, correct the path, or set `required: false`"));
            }
        }
    }
}
