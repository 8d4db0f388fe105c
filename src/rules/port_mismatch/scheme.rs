//! Addresses of one port, which speaks with encryption or without.

use std::collections::BTreeMap;

use super::host::shown;
use crate::fact::Fact;
use crate::index::Index;
use crate::rule::Reporter;
use crate::text::Location;
use crate::value_type::url::Url;

/// Reports a dotenv's `wss://localhost:3170` beside its `http://localhost:3170`.
pub(super) fn ask(index: &Index, reporter: &mut Reporter<'_>) {
    for (file, _) in index.dotenv_files() {
        if index.is_aside(file) {
            continue;
        }
        let mut found: BTreeMap<u16, [Vec<(&Fact, Location)>; 2]> = BTreeMap::new();
        for (fact, text, at) in shown(index, file) {
            let Some((port, is_encrypted)) = local_port(text) else { continue };
            let [plain, encrypted] = found.entry(port).or_default();
            if is_encrypted { encrypted } else { plain }.push((fact, at));
        }
        for (port, [plain, encrypted]) in found {
            let (Some((without, plain_at)), Some((with, at))) = (plain.first(), encrypted.first()) else {
                continue;
            };
            reporter
                .report(
                    format!(
                        "`{}` asks port {port} of the local machine with encryption, and `{}` without",
                        with.key, without.key
                    ),
                    *at,
                    "with encryption",
                )
                .label(*plain_at, "without")
                .key(&with.key)
                .why("one port speaks in one of these ways, so that one of the two gets no answer")
                .help("write the same way for both: `http:` and `ws:`, or `https:` and `wss:`");
        }
    }
}

/// The port of an address on the local machine, and whether it is asked with encryption.
fn local_port(text: &str) -> Option<(u16, bool)> {
    let url = Url::parse(text)?;
    let is_encrypted = match url.scheme {
        "http" | "ws" => false,
        "https" | "wss" => true,
        _ => return None,
    };
    matches!(url.host, "localhost" | "127.0.0.1").then_some((url.port?, is_encrypted))
}
