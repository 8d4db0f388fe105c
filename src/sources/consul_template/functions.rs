//! The functions that a template may call.

/// Go's own, from the documentation of `text/template` (1.27).
const GO: &[&str] = &[
    "and", "call", "eq", "ge", "gt", "html", "index", "js", "le", "len", "lt", "ne", "not", "or", "print",
    "printf", "println", "slice", "urlquery",
];

/// consul-template's, from the function map of its `template/template.go` (August 2026). Those of
/// sprig, `sprig_…`, are not listed.
const CONSUL_TEMPLATE: &[&str] = &[
    "add",
    "base64Decode",
    "base64Encode",
    "base64URLDecode",
    "base64URLEncode",
    "byKey",
    "byMeta",
    "byPort",
    "byTag",
    "caLeaf",
    "caRoots",
    "connect",
    "contains",
    "containsAll",
    "containsAny",
    "containsNone",
    "containsNotAll",
    "datacenters",
    "divide",
    "env",
    "envOrDefault",
    "executeTemplate",
    "explode",
    "explodeMap",
    "exportedServices",
    "file",
    "hmacSHA256Hex",
    "importedServices",
    "in",
    "indent",
    "join",
    "key",
    "keyExists",
    "keyOrDefault",
    "loop",
    "ls",
    "maximum",
    "md5sum",
    "mergeMap",
    "mergeMapWithOverride",
    "minimum",
    "modulo",
    "multiply",
    "mustEnv",
    "node",
    "nodes",
    "nomadService",
    "nomadServices",
    "nomadVar",
    "nomadVarExists",
    "nomadVarList",
    "nomadVarListSafe",
    "parseBool",
    "parseFloat",
    "parseInt",
    "parseJSON",
    "parseUint",
    "parseYAML",
    "partitions",
    "peerings",
    "pkiCert",
    "plugin",
    "regexMatch",
    "regexReplaceAll",
    "replaceAll",
    "safeLs",
    "safeTree",
    "scratch",
    "secret",
    "secrets",
    "service",
    "services",
    "sha256Hex",
    "sockaddr",
    "split",
    "splitToMap",
    "spew_dump",
    "spew_printf",
    "spew_sdump",
    "spew_sprintf",
    "subtract",
    "timestamp",
    "toJSON",
    "toJSONPretty",
    "toLower",
    "toTOML",
    "toTitle",
    "toUnescapedJSON",
    "toUnescapedJSONPretty",
    "toUpper",
    "toYAML",
    "tree",
    "trim",
    "trimPrefix",
    "trimSpace",
    "trimSuffix",
    "writeToFile",
    // Names of older versions.
    "key_exists",
    "key_or_default",
    "vault",
    "NewMap",
];

/// Whether Go or consul-template has a function of this name.
pub(super) fn is_known(name: &str) -> bool {
    GO.contains(&name) || CONSUL_TEMPLATE.contains(&name) || name.starts_with("sprig_")
}

/// The function that was meant, if `name` is one slip of the pen away from one.
pub(super) fn near(name: &str) -> Option<&'static str> {
    let all = || GO.iter().chain(CONSUL_TEMPLATE).copied();
    let folded = all().find(|known| known.eq_ignore_ascii_case(name));
    let longest = |known: &str| known.len().max(name.len());
    folded.or_else(|| {
        all()
            .map(|known| (strsim::osa_distance(known, name), known))
            .filter(|&(distance, known)| {
                distance == 1 && longest(known) >= 4 || distance == 2 && longest(known) >= 8
            })
            .min()
            .map(|(_, known)| known)
    })
}

#[cfg(test)]
mod tests {
    use super::{is_known, near};

    #[test]
    fn slips() {
        assert_eq!(near("secert"), Some("secret"));
        assert_eq!(near("toupper"), Some("toUpper"));
        assert_eq!(near("envOrDefualt"), Some("envOrDefault"));
        assert_eq!(near("include"), None);
        assert!(is_known("sprig_b64enc"));
    }
}
