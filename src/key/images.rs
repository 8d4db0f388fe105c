//! What well-known images read, and what they refuse to start without.

use super::segments;

/// Images that refuse to start without one of these keys, each group being any-of; from the images'
/// own entrypoints.
const REQUIREMENTS: &[(&[&str], &[&str])] = &[
    (
        &[
            "postgres",
            "postgis/postgis",
            "pgvector/pgvector",
            "timescale/timescaledb",
            "pgautoupgrade/pgautoupgrade",
        ],
        &["POSTGRES_PASSWORD", "POSTGRES_PASSWORD_FILE", "POSTGRES_HOST_AUTH_METHOD"],
    ),
    (
        &["mysql"],
        &[
            "MYSQL_ROOT_PASSWORD",
            "MYSQL_ROOT_PASSWORD_FILE",
            "MYSQL_ALLOW_EMPTY_PASSWORD",
            "MYSQL_RANDOM_ROOT_PASSWORD",
        ],
    ),
    (
        &["mariadb"],
        &[
            "MARIADB_ROOT_PASSWORD",
            "MARIADB_ROOT_PASSWORD_FILE",
            "MARIADB_ROOT_PASSWORD_HASH",
            "MARIADB_ALLOW_EMPTY_ROOT_PASSWORD",
            "MARIADB_RANDOM_ROOT_PASSWORD",
            "MYSQL_ROOT_PASSWORD",
            "MYSQL_ROOT_PASSWORD_FILE",
            "MYSQL_ALLOW_EMPTY_PASSWORD",
            "MYSQL_RANDOM_ROOT_PASSWORD",
        ],
    ),
    // `postgresql_validate` of its `libpostgresql.sh`, and the aliases in its `postgresql-env.sh`.
    (
        &["bitnami/postgresql", "bitnamilegacy/postgresql"],
        &[
            "POSTGRESQL_PASSWORD",
            "POSTGRES_PASSWORD",
            "POSTGRESQL_PASSWORD_FILE",
            "POSTGRES_PASSWORD_FILE",
            "ALLOW_EMPTY_PASSWORD",
        ],
    ),
    (&["mcr.microsoft.com/mssql/server"], &["ACCEPT_EULA"]),
    (&["mcr.microsoft.com/mssql/server"], &["MSSQL_SA_PASSWORD", "SA_PASSWORD"]),
    (&["dpage/pgadmin4"], &["PGADMIN_DEFAULT_EMAIL", "PGADMIN_CONFIG_SERVER_MODE"]),
];

/// The any-of groups of keys, one of each, that an official image refuses to start without.
///
/// `image` is a compose image reference; registry host and tag are ignored.
#[must_use]
pub fn image_requirements(image: &str) -> Vec<&'static [&'static str]> {
    let without_digest = image.split('@').next().unwrap_or(image);
    let name = match without_digest.rsplit_once(':') {
        Some((name, tag)) if !tag.contains('/') => name,
        _ => without_digest,
    };
    let name = name.strip_prefix("docker.io/").unwrap_or(name);
    let name = name.strip_prefix("library/").unwrap_or(name);
    REQUIREMENTS.iter().filter(|(images, _)| images.contains(&name)).map(|&(_, keys)| keys).collect()
}

/// A well-known image, and the first words of the keys that are its own.
#[derive(Debug)]
pub struct KnownImage {
    names: &'static [&'static str],
    words: &'static [&'static str],
}

impl KnownImage {
    /// Whether a key begins as those that the image reads.
    #[must_use]
    pub fn may_read(&self, key: &str) -> bool {
        segments(key).next().is_some_and(|word| self.words.contains(&word))
    }
}

/// From the images' own documentation.
const KNOWN: &[KnownImage] = &[
    KnownImage {
        names: &["postgres", "postgis", "pgvector", "timescaledb", "pgbouncer", "pgadmin4", "postgresql"],
        words: &["POSTGRES", "POSTGRESQL", "PG", "PGPASSWORD", "PGUSER", "PGADMIN", "DB", "DATABASE"],
    },
    KnownImage {
        names: &["mysql", "mariadb", "phpmyadmin"],
        words: &["MYSQL", "MARIADB", "PMA", "DB", "DATABASE"],
    },
    KnownImage { names: &["mongo", "mongo-express"], words: &["MONGO", "MONGODB", "ME", "DB", "DATABASE"] },
    KnownImage { names: &["redis", "valkey", "keydb", "dragonfly"], words: &["REDIS", "VALKEY", "CACHE"] },
    KnownImage { names: &["rabbitmq"], words: &["RABBITMQ", "AMQP"] },
    KnownImage { names: &["memcached"], words: &["MEMCACHED"] },
    KnownImage { names: &["minio", "mc"], words: &["MINIO", "AWS", "S3", "STORAGE", "MC"] },
    KnownImage { names: &["nginx", "httpd", "haproxy", "caddy"], words: &["NGINX", "CADDY", "HAPROXY"] },
    KnownImage {
        names: &["mailpit", "mailhog", "mailcatcher", "maildev"],
        words: &["MP", "MH", "SMTP", "MAILDEV"],
    },
    KnownImage {
        names: &["elasticsearch", "opensearch", "meilisearch", "typesense"],
        words: &["ELASTIC", "ELASTICSEARCH", "OPENSEARCH", "MEILI", "TYPESENSE"],
    },
    KnownImage { names: &["adminer"], words: &["ADMINER"] },
    KnownImage {
        names: &["prometheus", "grafana", "loki", "jaeger", "all-in-one"],
        words: &["GF", "GRAFANA", "PROMETHEUS", "LOKI"],
    },
    KnownImage { names: &["clickhouse-server", "clickhouse"], words: &["CLICKHOUSE"] },
];

/// The well-known image that a reference names, whatever its registry and tag.
#[must_use]
pub fn known_image(image: &str) -> Option<&'static KnownImage> {
    let name = image.rsplit('/').next()?.split([':', '@', '$']).next()?.to_ascii_lowercase();
    KNOWN.iter().find(|known| known.names.contains(&name.as_str()))
}

#[cfg(test)]
mod tests {
    use super::image_requirements;

    #[test]
    fn images_and_their_tags() {
        assert_eq!(image_requirements("docker.io/library/postgres:16-alpine").len(), 1);
        assert_eq!(image_requirements("mcr.microsoft.com/mssql/server:2022-latest").len(), 2);
        assert!(image_requirements("localhost:5000/app").is_empty());
    }
}
