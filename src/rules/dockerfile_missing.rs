//! `dockerfile-missing`

use crate::index::{BuildLink, Index};
use crate::rule::Reporter;
use crate::text::Location;

crate::declare_rule! {
    /// Reports a compose `build:` whose Dockerfile does not exist though its context does.
    ///
    /// ## Why it matters
    ///
    /// The service cannot be built. It goes unnoticed while everybody pulls the image or has an old
    /// one.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// services:
    ///   web:
    ///     build: { context: ./web, dockerfile: Dockerfile.prod }   # web/ holds only Dockerfile
    /// ```
    ///
    /// ## What to do
    ///
    /// Correct `dockerfile:`, which is relative to the context, or add the file.
    pub struct DockerfileMissing = "dockerfile-missing", Missing, Warning;
}

impl DockerfileMissing {
    fn ask(index: &Index, reporter: &mut Reporter<'_>) {
        for site in index.sites() {
            let BuildLink::Missing(wanted) = &site.build else { continue };
            let Some(service) = index.compose_service(site) else { continue };
            let Some(build) = &service.build else { continue };
            if crate::fact::is_aside(&index.path(site.file)) || index.is_path_mentioned(wanted, site.file) {
                continue;
            }
            let named = build.dockerfile.as_ref().unwrap_or(&build.context);
            let span = if named.span.is_empty() { build.span } else { named.span };
            let message = format!("`{}` is built from {wanted}, which is not there", service.name.value);
            let folder = wanted.folder();
            let beside = index
                .files
                .iter()
                .find(|file| index.dockerfile(file.id).is_some() && file.path.folder() == folder);
            let help = match beside {
                Some(other) => format!("did you mean {}?", other.path.name()),
                None => "correct `context:` or `dockerfile:`, or add the file".to_owned(),
            };
            reporter
                .report(message, Location::new(site.file, span), "no such Dockerfile")
                .why("the context folder is in the tree, so the file should be as well")
                .help(help);
        }
    }
}
