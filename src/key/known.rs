//! Keys that images, runtimes, SDKs and tools consume, so that no reader is to be found in a tree.
//!
//! Collected from 31 public repositories and the documentation of the images named. A matrix can add
//! to it with `kind: platform`.

use std::sync::LazyLock;

use foldhash::{HashMap, HashSet};

/// Who consumes a key that no code of a tree reads.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Consumer(pub &'static str);

/// Keys by exact name, with who consumes them.
const EXACT: &[(&str, &[&str])] = &[
    (
        "Node.js",
        &[
            "NODE_ENV",
            "NODE_OPTIONS",
            "NODE_EXTRA_CA_CERTS",
            "NODE_TLS_REJECT_UNAUTHORIZED",
            "NODE_AUTH_TOKEN",
            "NPM_TOKEN",
            "BROWSER",
            "STORYBOOK",
            "VITEST",
        ],
    ),
    (
        "the operating system",
        &[
            "PORT",
            "HOST",
            "HOSTNAME",
            "HOME",
            "PATH",
            "PWD",
            "USER",
            "SHELL",
            "TZ",
            "LANG",
            "LC_ALL",
            "LC_CTYPE",
            "COLUMNS",
            "LINES",
            "TMPDIR",
            "TERM",
            "CI",
            "DEBUG",
            "PUID",
            "PGID",
            "UID",
            "GID",
            "UMASK",
            "DEBIAN_FRONTEND",
            "LD_PRELOAD",
            "LD_LIBRARY_PATH",
            "MALLOC_ARENA_MAX",
            "EDITOR",
            "NO_COLOR",
            "FORCE_COLOR",
            "CLICOLOR",
            "CLICOLOR_FORCE",
        ],
    ),
    (
        "proxies",
        &[
            "HTTP_PROXY",
            "HTTPS_PROXY",
            "NO_PROXY",
            "ALL_PROXY",
            "FTP_PROXY",
            "http_proxy",
            "https_proxy",
            "no_proxy",
            "all_proxy",
            "ftp_proxy",
            "SSL_CERT_FILE",
            "SSL_CERT_DIR",
            "REQUESTS_CA_BUNDLE",
        ],
    ),
    (
        "Python",
        &[
            "VIRTUAL_ENV",
            "DJANGO_SETTINGS_MODULE",
            "WEB_CONCURRENCY",
            "GUNICORN_CMD_ARGS",
            "PROMETHEUS_MULTIPROC_DIR",
            "HF_HOME",
        ],
    ),
    // "Default environment variables" of GitHub's "Variables reference"; other names with this beginning belong to the
    // application. `GITHUB_TOKEN` is what programs that talk to GitHub take by themselves.
    (
        "GitHub Actions",
        &[
            "GITHUB_ACTION",
            "GITHUB_ACTION_PATH",
            "GITHUB_ACTION_REF",
            "GITHUB_ACTION_REPOSITORY",
            "GITHUB_ACTIONS",
            "GITHUB_ACTOR",
            "GITHUB_ACTOR_ID",
            "GITHUB_API_URL",
            "GITHUB_BASE_REF",
            "GITHUB_ENV",
            "GITHUB_EVENT_NAME",
            "GITHUB_EVENT_PATH",
            "GITHUB_GRAPHQL_URL",
            "GITHUB_HEAD_REF",
            "GITHUB_JOB",
            "GITHUB_OUTPUT",
            "GITHUB_PATH",
            "GITHUB_REF",
            "GITHUB_REF_NAME",
            "GITHUB_REF_PROTECTED",
            "GITHUB_REF_TYPE",
            "GITHUB_REPOSITORY",
            "GITHUB_REPOSITORY_ID",
            "GITHUB_REPOSITORY_OWNER",
            "GITHUB_REPOSITORY_OWNER_ID",
            "GITHUB_RETENTION_DAYS",
            "GITHUB_RUN_ATTEMPT",
            "GITHUB_RUN_ID",
            "GITHUB_RUN_NUMBER",
            "GITHUB_SERVER_URL",
            "GITHUB_SHA",
            "GITHUB_STATE",
            "GITHUB_STEP_SUMMARY",
            "GITHUB_TOKEN",
            "GITHUB_TRIGGERING_ACTOR",
            "GITHUB_WORKFLOW",
            "GITHUB_WORKFLOW_REF",
            "GITHUB_WORKFLOW_SHA",
            "GITHUB_WORKSPACE",
        ],
    ),
    ("Rust", &["RUST_LOG", "RUST_BACKTRACE", "RUSTFLAGS", "SQLX_OFFLINE"]),
    (
        "Go",
        &[
            "GOMEMLIMIT",
            "GODEBUG",
            "GOMAXPROCS",
            "GOPATH",
            "GOCACHE",
            "GOFLAGS",
            "GOPROXY",
            "GOOS",
            "GOARCH",
            "GIN_MODE",
            "CGO_ENABLED",
        ],
    ),
    ("Java", &["JAVA_OPTS", "_JAVA_OPTIONS", "JAVA_TOOL_OPTIONS", "JAVA_HOME"]),
    ("Ruby", &["RAILS_ENV", "RACK_ENV", "RAILS_LOG_TO_STDOUT", "RAILS_SERVE_STATIC_FILES"]),
    ("reproducible builds", &["SOURCE_DATE_EPOCH"]),
    ("Next.js", &["NEXT_RUNTIME", "NEXT_PHASE", "NEXT_TELEMETRY_DISABLED"]),
    ("file watchers", &["WATCHPACK_POLLING", "CHOKIDAR_USEPOLLING", "CHOKIDAR_INTERVAL", "FAST_REFRESH"]),
    ("Vite", &["DEV", "PROD", "MODE", "SSR", "BASE_URL"]),
    ("Auth.js", &["AUTH_SECRET", "AUTH_TRUST_HOST", "AUTH_URL"]),
    (
        "the Sentry SDK",
        &[
            "SENTRY_DSN",
            "SENTRY_AUTH_TOKEN",
            "SENTRY_ORG",
            "SENTRY_PROJECT",
            "SENTRY_RELEASE",
            "SENTRY_ENVIRONMENT",
        ],
    ),
    ("the Google Cloud SDK", &["GOOGLE_APPLICATION_CREDENTIALS"]),
    ("the hosting platform", &["DYNO"]),
    (
        "Docker builds",
        &[
            "TARGETPLATFORM",
            "TARGETOS",
            "TARGETARCH",
            "TARGETVARIANT",
            "TARGETSTAGE",
            "BUILDPLATFORM",
            "BUILDOS",
            "BUILDARCH",
            "BUILDVARIANT",
        ],
    ),
    ("cloudflared", &["TUNNEL_TOKEN"]),
    (
        "the QStash SDK",
        &["QSTASH_URL", "QSTASH_TOKEN", "QSTASH_CURRENT_SIGNING_KEY", "QSTASH_NEXT_SIGNING_KEY"],
    ),
    ("the Vercel Blob SDK", &["BLOB_READ_WRITE_TOKEN"]),
    (
        "the Trigger.dev SDK",
        &["TRIGGER_SECRET_KEY", "TRIGGER_API_URL", "TRIGGER_ACCESS_TOKEN", "TRIGGER_PROJECT_REF"],
    ),
    ("PostgreSQL", &["PGDATA", "PGPORT", "PGTZ", "PGHOST", "PGUSER", "PGPASSWORD", "PGDATABASE"]),
];

/// Keys that libraries take by themselves where the code hands them nothing. Unlike those of tools, they matter to
/// the program as much as its own.
const LIBRARIES: &[(&str, &[&str])] = &[
    (
        "an SDK of a model provider",
        &[
            "ANTHROPIC_API_KEY",
            "ANTHROPIC_BASE_URL",
            "COHERE_API_KEY",
            "DEEPSEEK_API_KEY",
            "GEMINI_API_KEY",
            "GOOGLE_API_KEY",
            "GOOGLE_GENERATIVE_AI_API_KEY",
            "GROQ_API_KEY",
            "HF_TOKEN",
            "MISTRAL_API_KEY",
            "OPENAI_API_KEY",
            "OPENAI_BASE_URL",
            "OPENAI_ORG_ID",
            "OPENAI_ORGANIZATION",
            "OPENAI_PROJECT_ID",
            "PERPLEXITY_API_KEY",
            "REPLICATE_API_TOKEN",
            "TAVILY_API_KEY",
            "TOGETHER_API_KEY",
            "VOYAGE_API_KEY",
            "XAI_API_KEY",
        ],
    ),
    (
        "a library for signing in",
        &[
            "AUTH0_BASE_URL",
            "AUTH0_CLIENT_ID",
            "AUTH0_CLIENT_SECRET",
            "AUTH0_DOMAIN",
            "AUTH0_ISSUER_BASE_URL",
            "AUTH0_SECRET",
            "BETTER_AUTH_SECRET",
            "BETTER_AUTH_URL",
            "CLERK_PUBLISHABLE_KEY",
            "CLERK_SECRET_KEY",
            "NEXT_PUBLIC_CLERK_PUBLISHABLE_KEY",
            "NEXT_PUBLIC_CLERK_SIGN_IN_URL",
            "NEXT_PUBLIC_CLERK_SIGN_UP_URL",
            "NEXT_PUBLIC_CLERK_AFTER_SIGN_IN_URL",
            "NEXT_PUBLIC_CLERK_AFTER_SIGN_UP_URL",
            "WORKOS_API_KEY",
            "WORKOS_CLIENT_ID",
            "WORKOS_COOKIE_PASSWORD",
        ],
    ),
    (
        "a client of a hosted store",
        &[
            "CLOUDINARY_URL",
            "CONVEX_DEPLOYMENT",
            "EDGE_CONFIG",
            "KV_REST_API_READ_ONLY_TOKEN",
            "KV_REST_API_TOKEN",
            "KV_REST_API_URL",
            "KV_URL",
            "UPLOADTHING_APP_ID",
            "UPLOADTHING_SECRET",
            "UPLOADTHING_TOKEN",
            "UPSTASH_REDIS_REST_TOKEN",
            "UPSTASH_REDIS_REST_URL",
        ],
    ),
    (
        "an SDK of a service",
        &[
            "INNGEST_EVENT_KEY",
            "INNGEST_SIGNING_KEY",
            "LANGFUSE_HOST",
            "LANGFUSE_PUBLIC_KEY",
            "LANGFUSE_SECRET_KEY",
            "LANGSMITH_API_KEY",
            "LANGSMITH_PROJECT",
            "LANGSMITH_TRACING",
            "LANGCHAIN_API_KEY",
            "LANGCHAIN_PROJECT",
            "LANGCHAIN_TRACING_V2",
            "RESEND_API_KEY",
            "TWILIO_ACCOUNT_SID",
            "TWILIO_AUTH_TOKEN",
        ],
    ),
    ("Heroku's buildpacks", &["DISABLE_COLLECTSTATIC"]),
];

/// Keys by prefix, with who consumes them.
const PREFIXES: &[(&str, &[&str])] = &[
    ("Python", &["PYTHON", "UV_", "PIP_", "POETRY_", "FLASK_", "OMP_"]),
    ("Cargo", &["CARGO_"]),
    (".NET", &["ASPNETCORE_", "DOTNET_"]),
    ("Docker", &["COMPOSE_", "DOCKER_", "BUILDKIT_"]),
    ("Vercel and Turborepo", &["VERCEL", "TURBO_"]),
    ("test runners", &["PLAYWRIGHT_", "CYPRESS_", "K6_"]),
    // Auth.js takes `AUTH_<PROVIDER>_ID` and `_SECRET` by itself.
    (
        "Auth.js",
        &[
            "NEXTAUTH_",
            "AUTH_APPLE_",
            "AUTH_AUTH0_",
            "AUTH_COGNITO_",
            "AUTH_DISCORD_",
            "AUTH_FACEBOOK_",
            "AUTH_GITHUB_",
            "AUTH_GITLAB_",
            "AUTH_GOOGLE_",
            "AUTH_KEYCLOAK_",
            "AUTH_LINKEDIN_",
            "AUTH_MICROSOFT_ENTRA_ID_",
            "AUTH_OKTA_",
            "AUTH_SLACK_",
            "AUTH_TWITCH_",
            "AUTH_TWITTER_",
        ],
    ),
    ("OpenTelemetry", &["OTEL_"]),
    ("monitoring agents", &["NEW_RELIC_", "DD_", "SIGNOZ_"]),
    ("cloud SDKs", &["AWS_", "GOOGLE_CLOUD_", "AZURE_"]),
    ("Nx", &["NX_"]),
    ("GitHub Actions", &["RUNNER_", "ACTIONS_"]),
    ("the hosting platform", &["RENDER_", "FLY_", "RAILWAY_", "HEROKU_", "ECS_", "KUBERNETES_", "DOKPLOY_"]),
    // <https://coolify.io/docs/knowledge-base/docker/compose>, "magic environment variables".
    (
        "Coolify",
        &[
            "SERVICE_FQDN_",
            "SERVICE_URL_",
            "SERVICE_USER_",
            "SERVICE_PASSWORD_",
            "SERVICE_BASE64_",
            "SERVICE_REALBASE64_",
        ],
    ),
    ("Terraform", &["TF_VAR_"]),
    ("Vault", &["VAULT_"]),
];

/// Who consumes this key by convention, if anybody does.
#[must_use]
pub fn consumer_of(key: &str) -> Option<Consumer> {
    static BY_NAME: LazyLock<HashMap<&str, &str>> = LazyLock::new(|| {
        let all = EXACT.iter().rev().flat_map(|(who, keys)| keys.iter().map(move |key| (*key, *who)));
        all.collect()
    });
    static BY_FIRST: LazyLock<HashMap<u8, Vec<(&str, &str)>>> = LazyLock::new(|| {
        let mut found: HashMap<u8, Vec<(&str, &str)>> = HashMap::default();
        for (start, who) in
            PREFIXES.iter().flat_map(|(who, starts)| starts.iter().map(move |start| (*start, *who)))
        {
            found.entry(start.bytes().next().unwrap_or_default()).or_default().push((start, who));
        }
        found
    });
    let prefix = || {
        let alike = BY_FIRST.get(key.as_bytes().first()?)?;
        alike.iter().find(|(start, _)| key.starts_with(start)).map(|(_, who)| *who)
    };
    BY_NAME.get(key).copied().or_else(prefix).map(Consumer)
}

/// Whether some tool, runtime or SDK consumes the key, so that "never read" says nothing.
#[must_use]
pub fn is_tool_key(key: &str) -> bool {
    consumer_of(key).is_some()
}

/// Whether some library takes the key by itself, so that a tree without a reader of it is no dead end.
#[must_use]
pub fn is_library_key(key: &str) -> bool {
    static NAMES: LazyLock<HashSet<&str>> =
        LazyLock::new(|| LIBRARIES.iter().flat_map(|(_, keys)| keys.iter().copied()).collect());
    NAMES.contains(key)
}

#[cfg(test)]
mod tests {
    use super::is_tool_key;

    #[test]
    fn tools_and_images() {
        assert!(is_tool_key("NODE_ENV") && is_tool_key("OTEL_SERVICE_NAME") && !is_tool_key("DATABASE_URL"));
    }
}
