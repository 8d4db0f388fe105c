//! How secrets look, and how harmless values look.

use std::sync::LazyLock;

use regex::Regex;

use super::argument::passwords_of_commands;
use super::placeholder::is_placeholder;
use super::provider::{compiled, provider_token, token_ranges};

static URL_CREDENTIALS: LazyLock<Regex> =
    LazyLock::new(|| compiled(r"[a-zA-Z][a-zA-Z0-9+.-]*://[^/\s:@'`]*:([^/\s@'`]+)@"));

/// Whether `value` is a URL with a password in it (`scheme://user:password@host`).
#[must_use]
pub fn has_url_credentials(value: &str) -> bool {
    URL_CREDENTIALS
        .captures_iter(value)
        .filter_map(|found| found.get(1))
        .any(|password| !is_reference(password.as_str()))
}

/// Whether a text in a password's place only names where the password comes from.
fn is_reference(text: &str) -> bool {
    text.starts_with(['$', '{', '%', '<'])
}

/// The byte ranges in `text` that look secret whatever key they belong to: passwords in URLs,
/// provider tokens, password hashes, what follows `password=`-like words, and passwords among the arguments of commands.
pub(super) fn secret_looking_ranges(text: &str) -> Vec<std::ops::Range<usize>> {
    // Password hashes in the form of crypt(3), with the `$` doubled as in compose files or not.
    static HASH: LazyLock<Regex> = LazyLock::new(|| {
        compiled(
            r"\${1,2}(?:2[abxy]|apr1|argon2(?:id|i|d)|[1567]|y|scrypt|pbkdf2[a-z0-9-]*)\${1,2}[^\s$][^\s]{15,}",
        )
    });
    static ASSIGNED: LazyLock<Regex> = LazyLock::new(|| {
        compiled(
            r#"(?i)[A-Z0-9_.-]*(?:password|passwd|passphrase|secret|token|api_?key|access_?key|private_?key|credential)[A-Z0-9_]*["']?\s*(?::=|=|:)\s*(?:Some\()?["']?([^\s"'#,;)]{4,})"#,
        )
    });
    let mut ranges: Vec<_> = URL_CREDENTIALS
        .captures_iter(text)
        .filter_map(|found| found.get(1))
        .filter(|password| !is_reference(password.as_str()))
        .map(|password| password.range())
        .collect();
    if memchr::memchr_iter(b'$', text.as_bytes()).nth(1).is_some() {
        ranges.extend(HASH.find_iter(text).map(|found| found.range()));
    }
    ranges.extend(token_ranges(text));
    let mut from = 0;
    while let Some(found) = ASSIGNED.captures_at(text, from) {
        let (Some(whole), Some(value)) = (found.get(0), found.get(1)) else { break };
        let before = text.get(whole.start()..value.start()).unwrap_or_default();
        if before.contains('\n') && begins_another_entry(value.as_str()) {
            // What looked like the value may be a secret's own name.
            from = value.start();
            continue;
        }
        from = value.end();
        let plain = value.as_str();
        let is_name = !before.ends_with(['"', '\'']) && is_constant(plain);
        if !plain.contains(['$', '{', '(', '<']) && !is_placeholder(plain) && !is_code_word(plain) && !is_name
        {
            ranges.push(value.range());
        }
    }
    let told = passwords_of_commands(text).into_iter();
    ranges.extend(told.filter(|range| text.get(range.clone()).is_some_and(|plain| !is_code_word(plain))));
    ranges
}

/// Whether what stands on the line below `API_KEY=` or `api_key:` is not its value but the next entry:
/// `LOG_LEVEL=info`, `kind:`.
fn begins_another_entry(text: &str) -> bool {
    let name = text.trim_start_matches(|c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '.' | '-'));
    // A name ends before its sign; padding of base64 (`YWJj==`) is no sign.
    name.len() < text.len()
        && (name == ":"
            || name.strip_prefix('=').is_some_and(|rest| !rest.is_empty() && !rest.starts_with('=')))
}

/// Words that follow `password:` in code and declarations without being a value.
fn is_code_word(value: &str) -> bool {
    matches!(
        value.trim_end_matches([',', ';']),
        "str"
            | "String"
            | "string"
            | "None"
            | "null"
            | "true"
            | "false"
            | "Option"
            | "SecretStr"
            | "Secret"
            | "required"
            | "optional"
            | "secret"
            | "config"
            | "read"
            | "data"
    ) || value.starts_with("Option<")
        || value.starts_with("str|")
        || value.contains("::")
        || is_read(value)
}

/// Whether a text outside of quotes is the name of a constant, or of a variable: `token = API_KEY`.
fn is_constant(text: &str) -> bool {
    text.contains('_')
        && !text.ends_with('_')
        && text.starts_with(|c: char| c.is_ascii_uppercase())
        && text.bytes().all(|byte| byte.is_ascii_uppercase() || byte == b'_')
}

/// Whether what follows `password:` in code reads it from where it is kept, by a name: `process.env.DB_PASSWORD`,
/// `os.environ["DB_PASSWORD"]`, of which the quote is no part.
fn is_read(value: &str) -> bool {
    let is_name = |name: &str| {
        !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'.'))
    };
    let value = value.trim_end_matches([',', ';', '!', '?', ']', '}']);
    let of_name = ["process.env.", "import.meta.env.", "Bun.env.", "secrets.", "vars.", "var."];
    of_name.iter().any(|start| value.strip_prefix(start).is_some_and(is_name))
        || matches!(value, "process.env[" | "os.environ[" | "environ[" | "ENV[")
}

/// Whether a value can be shown whatever key it has: empty, a truth value, a small number, a common
/// word, an address without credentials, a placeholder, a plain path.
///
/// Everything else counts as possibly secret.
#[must_use]
pub fn is_plainly_public(value: &str) -> bool {
    static HARMLESS: LazyLock<Regex> = LazyLock::new(|| {
        compiled(
            r"(?x)^(?:
              -?[0-9]{1,7}(?:\.[0-9]{1,6})?(?:ms|s|m|h|d|k|mb|gb|kb|%)?
            | [0-9]{1,3}(?:\.[0-9]{1,3}){2,3}(?::[0-9]{1,5})?
            | (?i:true|false|yes|no|on|off|null|none|debug|info|warn|warning|error|trace|critical|fatal
                 |production|prod|staging|stage|development|dev|test|testing|local|preview|ci|unknown|default|auto|latest
                 |localhost|json|text|enabled|disabled)
            | [a-z][a-z0-9+.-]*://[A-Za-z0-9.\[\]:_{}$*-]+(?:/[A-Za-z0-9._~/{}$-]{0,40})?
            | [a-z0-9-]{1,40}(?:\.[a-z0-9-]{1,40}){0,4}\.[a-z]{2,20}(?::[0-9]{1,5})?
            | [a-z][a-z0-9-]{0,30}:[0-9]{2,5}
            | \.{0,2}/[A-Za-z0-9._/-]{0,60}
            | \$\{?[A-Za-z_][A-Za-z0-9_]*\}?
            )$",
        )
    });
    value.is_empty()
        || is_placeholder(value)
        || (HARMLESS.is_match(value)
            && !value.contains("webhook")
            && !value.split(['/', '.', ':', '-', '_', '~']).any(is_mixed)
            && token_ranges(value).next().is_none()
            && provider_token(value).is_none()
            && !has_url_credentials(value))
}

/// Whether a piece of an address or a path is long and mixed enough to be a secret itself, as in the
/// addresses of webhooks.
fn is_mixed(piece: &str) -> bool {
    let has = |class: fn(&u8) -> bool| piece.bytes().any(|byte| class(&byte));
    let digits = piece.bytes().filter(u8::is_ascii_digit).count();
    let letters = has(u8::is_ascii_lowercase) || has(u8::is_ascii_uppercase);
    let all_cases = has(u8::is_ascii_lowercase) && has(u8::is_ascii_uppercase) && digits > 0;
    piece.len() >= 8 && all_cases || piece.len() >= 12 && letters && digits >= 2
}

/// Whether the value of a key that is a secret gives nothing away: an address without a password, a path,
/// a truth value.
///
/// Narrower than [`is_plainly_public`], since for such a key a number or a common word is a poor secret
/// and no harmless value.
#[must_use]
pub fn tells_no_secret(value: &str) -> bool {
    let is_switch =
        matches!(value.to_ascii_lowercase().as_str(), "" | "true" | "false" | "yes" | "no" | "on" | "off");
    let is_place = value.contains("://") || value.starts_with(['/', '.']);
    is_switch || is_placeholder(value) || (is_place && is_plainly_public(value))
}

#[cfg(test)]
mod tests {
    use super::{is_plainly_public, secret_looking_ranges, tells_no_secret};

    #[test]
    fn an_empty_secret_does_not_hide_the_next_entry() {
        let hidden = |text: &'static str| -> Vec<&str> {
            super::secret_looking_ranges(text).into_iter().map(|range| &text[range]).collect()
        };
        assert_eq!(hidden("API_KEY=\nWINDOW_DAYS=30d\n"), [""; 0]);
        assert_eq!(hidden("PAYMENT_API_KEY:\n  kind: config\n"), [""; 0]);
        assert_eq!(hidden("API_KEY=\nDB_PASSWORD=hunter2hunter2\n"), ["hunter2hunter2"]);
        assert_eq!(hidden("password:\n  hunter2hunter2\n"), ["hunter2hunter2"]);
        assert_eq!(hidden("password:\n  aHVudGVyMg==\n"), ["aHVudGVyMg=="]);
    }

    #[test]
    fn harmless_values() {
        for yes in [
            "",
            "true",
            "5432",
            "http://localhost:9000",
            "INFO",
            "30s",
            "redis.internal:6379",
            "10.0.0.1",
            "0.0.0.0:8080",
            "1.2.3",
            "redis://redis:6379/0",
            "https://api.example.com/v1",
            "/var/lib/app",
            "./data",
            "db:5432",
            "smtp.example.com",
            "changeme",
            "<token>",
            "${DB_PASSWORD}",
            "https://app-staging.example.com/callback",
        ] {
            assert!(is_plainly_public(yes), "{yes}");
        }
    }

    #[test]
    fn what_may_be_secret() {
        for no in [
            "hunter2",
            "postgres://u:p@h/d",
            "s3cr3t-value",
            "correct horse",
            "shop-staging",
            "redis://:hunter2@redis:6379",
            "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl",
            "MTk4NjIyNDgzNDcx.Cl2FMQ.ZnCjm1XVW7vRze4b7Cq4se7kKWs",
            "https://hooks.example.com/services/Qx7Lm2Vt9ZpRw4Kd",
            "https://example.com/api/webhooks/98127364509182/abc",
            "/9j4AAQSkZJRgABAQAAAQABAAD",
            "changeme-8fk2x91q4z",
            "c4n4ry-5ecret",
            "12345678",
        ] {
            assert!(!is_plainly_public(no), "{no}");
        }
    }

    #[test]
    fn values_that_give_nothing_away() {
        for yes in [
            "",
            "true",
            "redis://redis:6379/0",
            "postgresql+asyncpg://db:5432/app",
            "/run/secrets/key",
            "changeme",
        ] {
            assert!(tells_no_secret(yes), "{yes}");
        }
        for no in ["123456", "postgres", "test", "redis://:pw@redis:6379", "production", "c4n4ry-5ecret"] {
            assert!(!tells_no_secret(no), "{no}");
        }
    }

    #[test]
    fn texts_hide_what_looks_secret() {
        for secret in [
            "postgres://app:hunter2@db/app",
            "password = \"hunter22\"",
            "Authorization: Bearer Qx7Lm2Vt9ZpRw4Kd",
            "DB_PASSWORD=hunter22",
            "apiKey: 'Qx7Lm2Vt9Zp'",
            "AccountKey=Qx7Lm2Vt9ZpRw4Kd8Ns3Bf6H==",
            "password = var.hunter2-x",
            "redis-server --requirepass hunter22 --port 1",
            "[\"redis-server\", \"--requirepass\", \"hunter22$one\"]",
            "[\"--token\", \"hunter22\", \"-x\"]",
            "app --db-password 'hunter22'",
            "mysqladmin ping -uroot -phunter22",
            "mysql -phunter22",
            "echo a | docker login -u me -p hunter22 ghcr.io",
            "curl -s -u admin:hunter22 https://x",
            "redis-cli -h db -a hunter22 ping",
            "mc alias set m http://minio:9000 admin hunter22 && echo",
            "token eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl",
        ] {
            assert!(!secret_looking_ranges(secret).is_empty(), "{secret}");
        }
        for plain in [
            "postgres://db/app",
            "password: str",
            "DB_PASSWORD=${DB_PASSWORD}",
            "token: Option<String>",
            "LOG_LEVEL=info",
            "mailPassword: process.env.MAIL_PASSWORD!,",
            "API_TOKEN = os.environ[\"API_TOKEN\"]",
            "db_password = var.db_password",
            "const authToken = API_KEY;",
            "redis-server --requirepass $REDIS_PASSWORD --port 1",
            "docker build --secret id=npm,src=.npmrc .",
            "echo $T | docker login --password-stdin -u me",
            "docker run -p 8080:80 mysql",
            "mysql -p$MYSQL_PASSWORD",
            "psql --no-password -h db",
            "curl -u $USER:$PASS https://x",
            "helm upgrade --token ${TOKEN}",
            "cargo test -p api",
        ] {
            assert!(secret_looking_ranges(plain).is_empty(), "{plain}");
        }
    }
}
