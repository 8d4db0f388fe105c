//! What the words of a key's name tell.

/// Prefixes whose keys a bundler bakes into code that browsers download, with their framework.
const PUBLIC_PREFIXES: &[&str] = &[
    "NEXT_PUBLIC_",
    "VITE_",
    "REACT_APP_",
    "EXPO_PUBLIC_",
    "NUXT_PUBLIC_",
    "GATSBY_",
    "VUE_APP_",
    "PUBLIC_",
];

/// The browser prefix of a key, if it has one.
#[must_use]
pub fn public_prefix(key: &str) -> Option<&'static str> {
    PUBLIC_PREFIXES.iter().copied().find(|prefix| key.len() > prefix.len() && key.starts_with(prefix))
}

/// The parts of a key between underscores, empty ones left out.
pub fn segments(key: &str) -> impl Iterator<Item = &str> {
    key.split('_').filter(|part| !part.is_empty())
}

/// Whether a key's name says that its value is a secret.
///
/// Deliberately wide: it decides what is *masked*. Rules that accuse somebody use it together with
/// other evidence. Names of public halves and of settings about secrets are left out.
#[must_use]
pub fn is_secret_name(key: &str) -> bool {
    let upper = key.to_ascii_uppercase();
    let parts: Vec<&str> = segments(&upper).collect();
    let has = |word: &str| parts.contains(&word);
    let ends = |word: &str| parts.last() == Some(&word);
    if has("PUBLIC") || has("PUBLISHABLE") || public_prefix(&upper).is_some() {
        return false;
    }
    let about = [
        "EXPIRY",
        "EXPIRE",
        "EXPIRES",
        "EXPIRATION",
        "TTL",
        "LENGTH",
        "SECONDS",
        "MINUTES",
        "HOURS",
        "DAYS",
        "LIMIT",
        "ENABLED",
        "DISABLED",
        "ALGORITHM",
        "LIFETIME",
        "MAX",
        "MIN",
        "NAME",
        "PATH",
        "FILE",
        "HEADER",
        "COUNT",
        "URL",
        "ENDPOINT",
        "ISSUER",
        "AUDIENCE",
        "POLICY",
        "TIMEOUT",
        "ROUNDS",
        "REQUIRED",
        "TOKENS",
        "SIZE",
        "HOST",
        "PORT",
    ];
    if parts.last().is_some_and(|last| about.contains(last)) && !ends("URL") {
        return false;
    }
    let strong = [
        "PASSWORD",
        "PASSWD",
        "PASSPHRASE",
        "PASS",
        "PWD",
        "SECRET",
        "SECRETS",
        "TOKEN",
        "APIKEY",
        "CREDENTIAL",
        "CREDENTIALS",
        "SALT",
        "PEPPER",
        "DSN",
        "HTPASSWD",
    ];
    if parts.iter().any(|part| strong.contains(part)) && !ends("URL") {
        return true;
    }
    let key_of = [
        "API",
        "SECRET",
        "ACCESS",
        "PRIVATE",
        "ENCRYPTION",
        "SIGNING",
        "MASTER",
        "AUTH",
        "JWT",
        "LICENSE",
        "SERVICE",
        "HMAC",
        "AES",
        "FERNET",
        "SSH",
        "ROLE",
        "APP",
        "ADMIN",
    ];
    parts.windows(2).any(|pair| key_of.contains(&pair[0]) && matches!(pair[1], "KEY" | "KEYS"))
        || (has("WEBHOOK") && ends("URL"))
        || matches!(upper.as_str(), "KEY" | "DATABASE_URL" | "REDIS_URL" | "MONGO_URL" | "AMQP_URL")
}

/// Whether `slip` could be a slip of the pen for `meant`: one small edit in a long name, a swap, or
/// one `_segment_` too many or too few.
#[must_use]
pub fn near_miss(slip: &str, meant: &str) -> bool {
    if slip == meant {
        return false;
    }
    let (a, b): (Vec<&str>, Vec<&str>) = (segments(slip).collect(), segments(meant).collect());
    if a == b {
        return true;
    }
    // Names that differ only in a number (REPLICA_1, REPLICA_2) are siblings, not slips.
    let digits = |text: &str| text.bytes().filter(u8::is_ascii_digit).collect::<Vec<_>>();
    if digits(slip) != digits(meant) {
        return false;
    }
    let shortest = slip.len().min(meant.len());
    let distance = strsim::osa_distance(slip, meant);
    if distance == 1 && shortest >= 6 || distance == 2 && shortest >= 10 {
        return true;
    }
    let (short, long) = if a.len() < b.len() { (&a, &b) } else { (&b, &a) };
    short.len() >= 2
        && long.len() == short.len() + 1
        && (0..long.len()).any(|skip| {
            long.iter().enumerate().filter(|&(i, _)| i != skip).map(|(_, part)| part).eq(short.iter())
        })
}

#[cfg(test)]
mod tests {
    use super::{is_secret_name, near_miss};

    #[test]
    fn secret_names() {
        for yes in ["DB_PASSWORD", "API_KEY", "S3_SECRET_KEY", "JWT_SECRET", "DATABASE_URL", "SENTRY_DSN"] {
            assert!(is_secret_name(yes), "{yes}");
        }
        for no in [
            "TOKEN_EXPIRY_SECONDS",
            "NEXT_PUBLIC_API_KEY",
            "KEY_PREFIX",
            "LOG_LEVEL",
            "AI_JSON_MAX_TOKENS",
            "PUBLIC_KEY",
        ] {
            assert!(!is_secret_name(no), "{no}");
        }
    }

    #[test]
    fn near_misses() {
        assert!(near_miss("CACHE_TLS_CERT", "CACHE_TLS_CERT_PATH"));
        assert!(near_miss("DATABSE_URL", "DATABASE_URL"));
        assert!(!near_miss("REPLICA_1_URL", "REPLICA_2_URL"));
        assert!(!near_miss("DB_HOST", "DB_PORT"));
    }
}
