//! What Laravel's `sail`, which starts compose for people, sets before it does.

use crate::index::Index;
use crate::text::FileId;

/// The variables that it exports besides those that begin with `SAIL_`.
const EXPORTED: &[&str] = &["APP_PORT", "APP_SERVICE", "DB_PORT", "WWWGROUP", "WWWUSER"];

/// What the containers of such a project are told to know that it is one.
const MARK: &str = "LARAVEL_SAIL";

/// Where the package lies that composer brings.
const PACKAGE: &str = "vendor/laravel/sail";

/// Whether a compose file is one that `sail` starts, and sets this variable for.
pub(super) fn exports(index: &Index, file: FileId, key: &str) -> bool {
    (EXPORTED.contains(&key) || key.starts_with("SAIL_"))
        && index.sites_in(file).iter().any(|site| {
            let build = index.compose_service(site).and_then(|service| service.build.as_ref());
            let is_marked = || index.environment_of(site).any(|fact| fact.key.as_str() == MARK);
            build.is_some_and(|build| build.context.value.contains(PACKAGE)) || is_marked()
        })
}
