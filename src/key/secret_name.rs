//! Which names say that their keys hold secrets.

use super::words::public_prefix;

/// The words of a name in capitals, without the number at their ends: divided at everything that is no
/// letter or digit, and where a capital follows a small letter (`dbPassword2` -> `DB`, `PASSWORD`).
fn words(key: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut was_small = false;
    for c in key.chars() {
        let is_letter = c.is_ascii_alphanumeric();
        if !is_letter || (was_small && c.is_ascii_uppercase()) {
            words.push(String::new());
        }
        was_small = c.is_ascii_lowercase();
        if let Some(last) = words.last_mut().filter(|_| is_letter) {
            last.push(c.to_ascii_uppercase());
        }
    }
    words.retain_mut(|word| {
        word.truncate(word.trim_end_matches(|c: char| c.is_ascii_digit()).len());
        !word.is_empty()
    });
    words
}

/// Last words of names that tell something *about* a secret: how long it lives, where it lies, what it is
/// called.
const ABOUT: &[&str] = &[
    "ADDRESS",
    "AGE",
    "ALG",
    "ALGORITHM",
    "AUDIENCE",
    "BACKEND",
    "COUNT",
    "DAYS",
    "DECIMALS",
    "DIR",
    "DISABLED",
    "DURATION",
    "EMAIL",
    "ENABLED",
    "ENCODING",
    "ENDPOINT",
    "EXPIRATION",
    "EXPIRE",
    "EXPIRES",
    "EXPIRY",
    "FILE",
    "FOLDER",
    "FORMAT",
    "HEADER",
    "HINT",
    "HOST",
    "HOURS",
    "INTERVAL",
    "ISSUER",
    "LEEWAY",
    "LENGTH",
    "LIFETIME",
    "LIMIT",
    "LOGIN",
    "MANAGER",
    "MAX",
    "MIN",
    "MINUTES",
    "MODE",
    "NAME",
    "PATH",
    "PATTERN",
    "POLICY",
    "PORT",
    "PREFIX",
    "PROVIDER",
    "REALM",
    "REGEX",
    "REGION",
    "REQUIRED",
    "RESET",
    "ROTATION",
    "ROUNDS",
    "SCOPE",
    "SCOPES",
    "SECONDS",
    "SIZE",
    "STORE",
    "STRATEGY",
    "SUFFIX",
    "SYMBOL",
    "TIMEOUT",
    "TTL",
    "TYPE",
    "URI",
    "URL",
    "USER",
    "USERNAME",
    "VALIDITY",
    "VERSION",
];

/// Words that make a name a switch, whatever it switches (`ALLOW_EMPTY_PASSWORD`).
const SWITCHES: &[&str] =
    &["ALLOW", "ALLOWED", "DISABLE", "ENABLE", "HAS", "RANDOM", "REQUIRE", "SHOW", "SKIP"];

/// Words that no value but a secret goes by.
const STRONG: &[&str] = &[
    "APIKEY",
    "APITOKEN",
    "AUTHTOKEN",
    "CREDENTIAL",
    "CREDENTIALS",
    "DSN",
    "HTPASSWD",
    "PASS",
    "PASSPHRASE",
    "PASSWD",
    "PASSWORD",
    "PASSWORDS",
    "PEPPER",
    "PGPASS",
    "PRIVATEKEY",
    "PWD",
    "SALT",
    "SECRET",
    "SECRETKEY",
    "SECRETS",
    "TOKEN",
    "TOKENS",
];

/// Words before `KEY` that make it a secret one.
const KEY_OF: &[&str] = &[
    "ACCESS",
    "ACCOUNT",
    "ADMIN",
    "AES",
    "API",
    "APP",
    "AUTH",
    "ENCRYPT",
    "ENCRYPTION",
    "FERNET",
    "HMAC",
    "JWT",
    "LICENSE",
    "MASTER",
    "PRIVATE",
    "ROLE",
    "SECRET",
    "SERVICE",
    "SIGNATURE",
    "SIGNING",
    "SSH",
    "STORAGE",
];

/// Servers whose addresses carry a password.
const STORES: &[&str] = &[
    "AMQP",
    "BROKER",
    "CELERY",
    "DATABASE",
    "DB",
    "MARIADB",
    "MONGO",
    "MONGODB",
    "MQ",
    "MYSQL",
    "NATS",
    "PG",
    "POSTGRES",
    "POSTGRESQL",
    "RABBITMQ",
    "REDIS",
    "SMTP",
    "SQLALCHEMY",
    "WEBHOOK",
];

/// Whether a key's name says that its value is a secret.
///
/// One piece of evidence for an accusation, never the only one. Names of public halves, of switches and of
/// settings about secrets are left out. What may be *shown* is for [`may_hold_secret`] to say.
#[must_use]
pub fn is_secret_name(key: &str) -> bool {
    if !has_stem(key) {
        return false;
    }
    let upper = key.to_ascii_uppercase();
    let words = words(key);
    let has = |word: &str| words.iter().any(|known| known == word);
    if has("PUBLIC") || has("PUBLISHABLE") || public_prefix(&upper).is_some() || is_about(&words) {
        return false;
    }
    is_strong(&words)
        || is_secret_key(&words)
        || (has("WEBHOOK") && words.last().is_some_and(|last| last == "URL"))
        || matches!(upper.as_str(), "KEY" | "DATABASE_URL" | "REDIS_URL" | "MONGO_URL" | "AMQP_URL")
}

/// Whether the value of a key may be a secret, so that it is never shown.
///
/// Wider than [`is_secret_name`]: it also counts addresses of servers that carry a password, any kind of
/// key, glued words (`PGPASSWORD`), and what must not be but may be under a prefix for browsers.
#[must_use]
pub fn may_hold_secret(key: &str) -> bool {
    if is_secret_name(key) {
        return true;
    }
    let words = words(key);
    let has = |word: &str| words.iter().any(|known| known == word);
    let holds = |part: &str| words.iter().any(|known| known.contains(part));
    let last = words.last().map_or("", String::as_str);
    // What a mistake puts under a public prefix is a secret until somebody has looked at it.
    if ["SECRET", "PASSWORD", "PASSWD", "PASSPHRASE", "CREDENTIAL"].iter().any(|part| holds(part))
        || has("PRIVATE") && last == "KEY"
        || has("ROLE") && last == "KEY"
    {
        return !is_about(&words);
    }
    if matches!(last, "URL" | "URI" | "URLS" | "STRING" | "CONNECTION") {
        return STORES.iter().any(|store| has(store)) || has("CONNECTION");
    }
    if has("PUBLIC") || has("PUBLISHABLE") || public_prefix(&key.to_ascii_uppercase()).is_some() {
        return false;
    }
    let is_count = is_about(&words) || is_amount(&words);
    let other_key = matches!(last, "KEY" | "KEYS")
        && !["CACHE", "SORT", "PRIMARY", "PARTITION", "FOREIGN", "SITE", "ROUTING"]
            .iter()
            .any(|word| has(word));
    !is_count
        && (holds("TOKEN")
            || holds("APIKEY")
            || other_key
            || matches!(
                last,
                "AUTH" | "HEADERS" | "AUTHORIZATION" | "PW" | "PASSW" | "PIN" | "PSK" | "COOKIE"
            )
            || last.ends_with("PASS") && !matches!(last, "BYPASS" | "COMPASS"))
}

/// Whether a name has in it what each name of a secret has, capitals or not. Asked of all keys, of which few have it.
fn has_stem(key: &str) -> bool {
    let mut rest = key.as_bytes();
    while let Some(first) = rest.first() {
        let stems: &[&[u8]] = match first.to_ascii_uppercase() {
            b'C' => &[b"CREDENTIAL"],
            b'D' => &[b"DSN"],
            b'H' => &[b"HTPASSWD"],
            b'K' => &[b"KEY"],
            b'P' => &[b"PASS", b"PEPPER", b"PWD"],
            b'S' => &[b"SALT", b"SECRET"],
            b'T' => &[b"TOKEN"],
            b'U' => &[b"URL"],
            _ => &[],
        };
        for stem in stems {
            if rest.get(..stem.len()).is_some_and(|begin| begin.eq_ignore_ascii_case(stem)) {
                return true;
            }
        }
        rest = rest.get(1..).unwrap_or_default();
    }
    false
}

fn is_about(words: &[String]) -> bool {
    let last = words.last().map_or("", String::as_str);
    let is_webhook = last == "URL" && words.iter().any(|word| word == "WEBHOOK");
    let is_store = last == "URL" && words.len() == 2;
    (ABOUT.contains(&last) && !is_webhook && (!is_store || is_strong(words)))
        || words.iter().any(|word| SWITCHES.contains(&word.as_str()))
        || words.first().is_some_and(|first| matches!(first.as_str(), "USE" | "IS" | "NO"))
}

/// Whether a name counts tokens of text: `MAX_TOKENS`, `TOKENS_PER_MINUTE`.
fn is_amount(words: &[String]) -> bool {
    let amounts = [
        "AMOUNT", "BUDGET", "CONTEXT", "COST", "INPUT", "MAX", "MIN", "NUM", "OUTPUT", "PER", "PRICE",
        "TOTAL",
    ];
    words.iter().any(|word| amounts.contains(&word.as_str()))
}

fn is_strong(words: &[String]) -> bool {
    let is_shell_folder = matches!(words, [only] if only == "PWD" || only == "OLDPWD");
    let is_pass_through =
        words.windows(2).any(|pair| pair[0] == "PASS" && matches!(pair[1].as_str(), "THROUGH" | "ON"));
    let counts = is_amount(words);
    !is_shell_folder
        && !is_pass_through
        && words.iter().any(|word| {
            let glued = ["PASSWORD", "PASSWD", "PASSPHRASE"].iter().any(|end| word.ends_with(end));
            (STRONG.contains(&word.as_str()) || glued) && !(counts && word.starts_with("TOKEN"))
        })
}

fn is_secret_key(words: &[String]) -> bool {
    words
        .windows(2)
        .any(|pair| KEY_OF.contains(&pair[0].as_str()) && matches!(pair[1].as_str(), "KEY" | "KEYS"))
        || words.iter().any(|word| matches!(word.as_str(), "ACCESSKEY" | "MASTERKEY" | "SIGNINGKEY"))
}

#[cfg(test)]
mod tests {
    use super::{is_secret_name, may_hold_secret};

    #[test]
    fn names_of_secrets() {
        for yes in "DB_PASSWORD POSTGRES_PASSWORD PGPASSWORD REDIS_PASSWORD MYSQL_ROOT_PASSWORD \
             RABBITMQ_DEFAULT_PASS SMTP_PASS SMTP_PASSWORD API_KEY OPENAI_API_KEY STRIPE_SECRET_KEY \
             S3_SECRET_KEY AWS_SECRET_ACCESS_KEY AWS_ACCESS_KEY_ID JWT_SECRET JWT_SIGNING_KEY SECRET_KEY \
             SECRET_KEY_BASE SESSION_SECRET NEXTAUTH_SECRET GITHUB_TOKEN VAULT_TOKEN SLACK_BOT_TOKEN \
             SLACK_WEBHOOK_URL DISCORD_WEBHOOK_URL GOOGLE_CLIENT_SECRET DATABASE_URL REDIS_URL SENTRY_DSN \
             ENCRYPTION_KEY FERNET_KEY APP_KEY PRIVATE_KEY SSH_PRIVATE_KEY SUPABASE_SERVICE_ROLE_KEY \
             MINIO_ROOT_PASSWORD S3_ACCESS_KEY BASIC_AUTH_PASSWORD ADMIN_PASSWORD HASH_SALT \
             GOOGLE_APPLICATION_CREDENTIALS_JSON_CREDENTIALS dbPassword apiKey stripeSecretKey \
             db-password spring.datasource.password API_TOKEN_2 PASSWORD1 API_TOKENS TUNNEL_TOKEN \
             COOKIE_SECRET KEYCLOAK_ADMIN_PASSWORD WEBHOOK_SECRET LICENSE_KEY API_KEYS TOKEN PASSWORD \
             SECRET KEY AZURE_STORAGE_ACCOUNT_KEY ACCESS_TOKEN"
            .split_whitespace()
        {
            assert!(is_secret_name(yes), "{yes}");
            assert!(may_hold_secret(yes), "{yes}");
        }
    }

    #[test]
    fn names_of_no_secrets() {
        for no in "TOKEN_EXPIRY_SECONDS ACCESS_TOKEN_EXPIRE_MINUTES JWT_ALGORITHM JWT_EXPIRES KEY_PREFIX \
             LOG_LEVEL AI_JSON_MAX_TOKENS MAX_TOKENS TOKENS_PER_MINUTE MAX_TOKEN_LENGTH PUBLIC_KEY \
             NEXT_PUBLIC_API_KEY VITE_STRIPE_PUBLISHABLE_KEY STRIPE_PUBLISHABLE_KEY PASSWORD_MIN_LENGTH \
             PASSWORD_RESET_TIMEOUT POSTGRES_PASSWORD_FILE SECRET_NAME TOKEN_URL \
             MYSQL_ALLOW_EMPTY_PASSWORD MYSQL_RANDOM_ROOT_PASSWORD ENABLE_PASSWORD_LOGIN \
             DISABLE_TOKEN_AUTH USE_SECRETS_MANAGER PWD OLDPWD PATH PORT S3_BUCKET POSTGRES_USER \
             POSTGRES_DB COMPASS_URL BYPASS_CACHE PASS_THROUGH_HEADERS_ENABLED TOKENIZER KEYCLOAK_REALM \
             MONKEY HOTKEYS TOKEN_ADDRESS TOKEN_SYMBOL SECRETARY_EMAIL API_KEY_HEADER SSH_KEY_PATH \
             AUTH_TYPE PASSENGER_APP_ENV EMAIL_HOST GIT_SHA S3_ENDPOINT"
            .split_whitespace()
        {
            assert!(!is_secret_name(no), "{no}");
        }
    }

    #[test]
    fn what_may_hold_a_secret_is_wider() {
        for yes in "NEXT_PUBLIC_APP_SECRET VITE_ADMIN_PASSWORD REACT_APP_PRIVATE_KEY \
             PUBLIC_SUPABASE_SERVICE_ROLE_KEY POSTGRES_URL MONGODB_URI SQLALCHEMY_DATABASE_URI \
             CELERY_BROKER_URL DB_CONNECTION_STRING SMTP_URL MY_KEY AUTHTOKEN BASIC_AUTH REDIS_AUTH \
             OTEL_EXPORTER_OTLP_HEADERS WIFI_PSK MAILPASS SOMETOKEN SERVICE_DATABASE_URL"
            .split_whitespace()
        {
            assert!(may_hold_secret(yes), "{yes}");
        }
        for no in
            "NEXT_PUBLIC_API_URL VITE_MAPBOX_TOKEN LOG_LEVEL PORT API_URL CACHE_KEY MAX_TOKENS S3_BUCKET \
             S3_ENDPOINT TOKEN_EXPIRY_SECONDS APP_ENV BASE_URL CONTEXT_TOKENS COMPASS"
                .split_whitespace()
        {
            assert!(!may_hold_secret(no), "{no}");
        }
    }
}
