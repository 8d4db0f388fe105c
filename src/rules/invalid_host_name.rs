//! `invalid-host-name`

use crate::fact::{Origin, Role, Value, is_aside};
use crate::index::Index;
use crate::rule::Reporter;
use crate::text::Location;
use crate::value_type::url::Url;

crate::declare_rule! {
    /// Reports an underscore in the host of an `http:` or `ws:` address.
    ///
    /// ## Why it matters
    ///
    /// Docker's name service resolves such names, but RFC 952 and RFC 1123 do not allow them, and many
    /// programs on the way refuse them: Java's `URI` has no host, Django answers 400, browsers and
    /// proxies drop cookies. It works until such a program joins in.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// environment:
    ///   API_URL: http://shop_backend:8000
    /// ```
    ///
    /// ## What to do
    ///
    /// Reach the service under a name with hyphens: its compose service name, or a network alias.
    pub struct InvalidHostName = "invalid-host-name", Naming, Warning;
}

impl InvalidHostName {
    fn ask(index: &Index, reporter: &mut Reporter<'_>) {
        for fact in index.facts().filter(|fact| !is_aside(&index.path(fact.file))) {
            let value: Option<&Value> = match &fact.role {
                Role::Provides(provide) => Some(&provide.value),
                Role::Documents(document) if !document.commented => document.example.as_ref(),
                _ => None,
            };
            let Some(value) = value.filter(|value| value.origin == Origin::Literal) else { continue };
            let Some(url) = Url::parse(value.text.reveal()) else { continue };
            let is_web = matches!(url.scheme, "http" | "https" | "ws" | "wss");
            if !is_web || url.host.contains(['$', '{', '<', '%']) || !url.host.contains('_') {
                continue;
            }
            let message = format!("the host of `{}` has an underscore: `{}`", fact.key, url.host);
            reporter
                .report(message, Location::new(fact.file, value.span), "not a valid host name")
                .key(&fact.key)
                .why("RFC 1123 allows letters, digits and hyphens; many HTTP programs refuse anything else")
                .help(format!(
                    "reach it as `{}`, for instance through a network alias",
                    url.host.replace('_', "-")
                ));
        }
    }
}
