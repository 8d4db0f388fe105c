//! Servers that run in containers of their own, and the values by which others look for one on the local machine.

use super::is_local;
use crate::fact::ComposeService;
use crate::index::{Index, Site};
use crate::key::{public_prefix, segments};
use crate::text::FileId;
use crate::value_type::url::Url;

/// A kind of server that runs in a container of its own.
pub(super) struct Server {
    /// Schemes of its addresses, without what a driver adds.
    pub(super) schemes: &'static [&'static str],
    /// Pieces of the names of images that run it.
    pub(super) images: &'static [&'static str],
    /// Words before `_HOST` in keys that name its host.
    pub(super) words: &'static [&'static str],
    /// The port on which it listens unless told otherwise.
    port: &'static str,
    /// The ports on which programs ask it by HTTP, and no browser does.
    http: &'static [u16],
}

/// What most servers have in common.
const OTHER: Server = Server { schemes: &[], images: &[], words: &[], port: "", http: &[] };

pub(super) const SERVERS: &[Server] = &[
    Server {
        schemes: &["postgres", "postgresql", "postgis", "jdbc:postgresql"],
        images: &["postgres", "pgvector", "timescale", "postgis", "pgautoupgrade"],
        words: &["POSTGRES", "POSTGRESQL", "PG", "DB", "DATABASE"],
        port: "5432",
        ..OTHER
    },
    Server {
        schemes: &["mysql", "mariadb", "jdbc:mysql", "jdbc:mariadb"],
        images: &["mysql", "mariadb"],
        words: &["MYSQL", "MARIADB", "DB", "DATABASE"],
        port: "3306",
        ..OTHER
    },
    Server {
        schemes: &["redis", "rediss", "valkey"],
        images: &["redis", "valkey", "keydb", "dragonfly"],
        words: &["REDIS", "VALKEY", "CACHE"],
        port: "6379",
        ..OTHER
    },
    Server {
        schemes: &["mongodb"],
        images: &["mongo"],
        words: &["MONGO", "MONGODB"],
        port: "27017",
        ..OTHER
    },
    Server {
        schemes: &["amqp", "amqps"],
        images: &["rabbitmq"],
        words: &["RABBITMQ", "AMQP", "MQ"],
        port: "5672",
        ..OTHER
    },
    Server {
        schemes: &["mssql", "sqlserver", "jdbc:sqlserver"],
        images: &["mssql/server", "azure-sql-edge"],
        words: &["MSSQL", "SQLSERVER", "DB", "DATABASE"],
        port: "1433",
        ..OTHER
    },
    Server { schemes: &["nats"], images: &["nats"], words: &["NATS"], port: "4222", ..OTHER },
    Server { schemes: &["memcached", "memcache"], images: &["memcached"], port: "11211", ..OTHER },
    Server { schemes: &["neo4j", "bolt"], images: &["neo4j"], words: &["NEO4J"], port: "7687", ..OTHER },
    Server { schemes: &["mqtt", "mqtts"], images: &["mosquitto", "emqx"], port: "1883", ..OTHER },
    Server {
        schemes: &["smtp"],
        images: &["mailpit", "mailhog", "maildev", "mailcatcher"],
        port: "1025",
        ..OTHER
    },
    Server {
        schemes: &["clickhouse", "jdbc:clickhouse"],
        images: &["clickhouse"],
        words: &["CLICKHOUSE"],
        port: "9000",
        http: &[8123],
    },
    Server {
        images: &["elasticsearch"],
        words: &["ELASTICSEARCH", "ELASTIC"],
        port: "9200",
        http: &[9200],
        ..OTHER
    },
    Server { images: &["opensearch"], words: &["OPENSEARCH"], port: "9200", http: &[9200], ..OTHER },
    Server { images: &["qdrant"], words: &["QDRANT"], port: "6333", http: &[6333], ..OTHER },
    Server { images: &["ollama/ollama"], words: &["OLLAMA"], port: "11434", http: &[11434], ..OTHER },
    Server {
        images: &["opentelemetry-collector", "otel-lgtm", "jaegertracing/all-in-one", "jaegertracing/jaeger"],
        words: &["OTLP", "OTEL"],
        port: "4317",
        http: &[4317, 4318],
        ..OTHER
    },
];

/// Words of keys whose address is one for browsers.
const FOR_BROWSERS: &[&str] = &["BROWSER", "CLIENT", "EXTERNAL", "FRONTEND", "PUBLIC", "WEB"];

/// Whether a key names the host of such a server: `REDIS_HOST`, `APP_DB_HOST`, `PGHOST`.
pub(super) fn names_host_of(key: &str, server: &Server) -> bool {
    let parts: Vec<&str> = segments(key).collect();
    match parts.as_slice() {
        ["PGHOST"] => server.words.contains(&"PG"),
        [.., word, "HOST" | "HOSTNAME" | "SERVER"] => server.words.contains(word),
        _ => false,
    }
}

/// The service beside that of a site for which the value looks on the local machine, with its file: the address has
/// such a server's scheme, or the key says whose host, `host:port` or connection string it is.
pub(super) fn looked_for<'a>(
    index: &'a Index,
    site: &Site,
    key: &str,
    text: &str,
) -> Option<(FileId, &'a ComposeService)> {
    let key = key.to_ascii_uppercase();
    if let Some(url) = Url::parse(text).filter(|url| is_local(url.host)) {
        let by_http = url.port.filter(|_| matches!(url.scheme, "http" | "https") && !is_for_browsers(&key));
        let mut asked = SERVERS.iter().filter(|server| {
            server.schemes.contains(&url.base_scheme())
                || by_http.is_some_and(|port| server.http.contains(&port))
        });
        return asked.find_map(|server| running(index, site, server));
    }
    if !text.contains("localhost") && !text.contains("127.0.0.1") && !text.contains("::1") {
        return None;
    }
    let mut asked = SERVERS.iter().filter(|server| {
        is_local(text) && names_host_of(&key, server)
            || is_local_port(text, server) && segments(&key).any(|word| server.words.contains(&word))
    });
    if let Some(found) = asked.find_map(|server| running(index, site, server)) {
        return Some(found);
    }
    // `Server=` may be of several databases: the one that runs beside it.
    let servers = SERVERS.iter().filter(|server| is_local_connection(text, server));
    let mut found = servers.filter_map(|server| running(index, site, server));
    found.next().filter(|_| found.next().is_none())
}

/// `localhost:6379`, with options of a client behind a comma.
fn is_local_port(text: &str, server: &Server) -> bool {
    let place = text.split(',').next().unwrap_or(text);
    place.rsplit_once(':').is_some_and(|(host, port)| is_local(host) && port == server.port)
}

/// `Host=localhost;Port=5432;Database=app`, as ADO.NET has it.
fn is_local_connection(text: &str, server: &Server) -> bool {
    let parts = || text.split(';').filter_map(|part| part.split_once('='));
    let is_database = parts().any(|(name, _)| {
        matches!(
            name.trim().to_ascii_lowercase().as_str(),
            "database" | "initial catalog" | "user id" | "username" | "uid"
        )
    });
    is_database
        && parts().any(|(name, value)| {
            let place = value.trim().trim_start_matches("tcp:");
            let (host, port) = place.split_once([',', ':']).unwrap_or((place, server.port));
            let is_of = match name.trim().to_ascii_lowercase().as_str() {
                "host" => server.words.contains(&"PG"),
                "server" | "data source" => server.words.contains(&"DATABASE"),
                _ => false,
            };
            is_of && is_local(host) && port == server.port
        })
}

fn is_for_browsers(key: &str) -> bool {
    public_prefix(key).is_some() || segments(key).any(|word| FOR_BROWSERS.contains(&word))
}

/// The first other service of a site's project that runs such a server; none if the service itself is one.
fn running<'a>(index: &'a Index, site: &Site, server: &Server) -> Option<(FileId, &'a ComposeService)> {
    let own = index.compose_service(site);
    if own.is_some_and(|own| own.build.is_none() && runs(own, server)) {
        return None;
    }
    let own = own.map(|service| service.name.value.as_str());
    index.project_of(site.file).into_iter().find_map(|file| {
        let services = &index.compose(file)?.services;
        let other = services.iter().filter(|service| Some(service.name.value.as_str()) != own);
        other.into_iter().find(|service| runs(service, server)).map(|service| (file, service))
    })
}

fn runs(service: &ComposeService, server: &Server) -> bool {
    service.image.as_ref().is_some_and(|image| {
        let path = image.split('@').next().unwrap_or(image);
        let name = path.rsplit('/').next().unwrap_or(path);
        let name = name.split(':').next().unwrap_or(name);
        let is_tool =
            ["exporter", "admin", "commander", "insight", "backup", "express", "dashboards", "keeper", "box"];
        let has = |piece: &str| if piece.contains('/') { path.contains(piece) } else { name.contains(piece) };
        server.images.iter().any(|piece| has(piece)) && !is_tool.iter().any(|tool| name.contains(tool))
    })
}

#[cfg(test)]
mod tests {
    use super::{SERVERS, is_local_connection, is_local_port};

    #[test]
    fn connection_strings() {
        let of = |text: &str| -> Vec<&str> {
            SERVERS
                .iter()
                .filter(|server| is_local_connection(text, server))
                .map(|server| server.port)
                .collect()
        };
        assert_eq!(of("Host=localhost;Port=5433;Database=a;Username=b"), ["5432"]);
        assert_eq!(of("Server=tcp:127.0.0.1,1433;Initial Catalog=a"), ["1433"]);
        assert_eq!(of("Server=localhost;Database=a"), ["5432", "3306", "1433"]);
        assert!(of("Host=db;Database=localhost").is_empty() && of("Host=localhost").is_empty());
        assert!(SERVERS.iter().any(|server| is_local_port("localhost:6379,ssl=false", server)));
        assert!(!SERVERS.iter().any(|server| is_local_port("redis:6379", server)));
    }
}
