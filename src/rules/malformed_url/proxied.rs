//! Addresses that a proxy of the tree hands requests to.

use std::sync::LazyLock;

use regex::Regex;

use crate::index::Index;
use crate::rule::Reporter;
use crate::text::{Location, Span};

#[expect(clippy::expect_used, reason = "a constant pattern; the pages of the rule use it")]
static TARGETS: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?m-u)^[ \t]*(?:reverse_proxy|proxy_pass|server|upstream)[ \t]+(?:(?u:[^ \t\r\n#;])+[ \t]+)*?(?:[a-z]+://)?([a-z]+):[0-9]{2,5}\b")
        .expect("constant pattern")
});

/// Reports `locahost` in the targets of a Caddyfile or of nginx.
pub(super) fn ask(index: &Index, reporter: &mut Reporter<'_>) {
    for file in index.in_focus().filter_map(|(file, _)| index.files.get(file)) {
        let name = file.path.name();
        let is_proxy =
            name.starts_with("Caddyfile") || name.ends_with(".Caddyfile") || name.contains("nginx");
        if !is_proxy || !(file.text.contains("reverse_proxy") || file.text.contains("proxy_pass")) {
            continue;
        }
        for host in TARGETS.captures_iter(&file.text).filter_map(|found| found.get(1)) {
            if strsim::osa_distance(host.as_str(), "localhost") != 1 {
                continue;
            }
            reporter
                .report(
                    format!(
                        "requests are handed to `{}`, a host that is called nearly `localhost`",
                        host.as_str()
                    ),
                    Location::new(file.id, Span::new(host.start(), host.end())),
                    "malformed",
                )
                .why("the proxy finds no such host, and answers with an error")
                .help("write `localhost`");
        }
    }
}
