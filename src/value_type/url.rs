//! URLs as configuration holds them, looked at without a URL crate: what is to be told is what is
//! wrong with a hand-written address, and such a crate repairs silently what it can.
//!
//! After RFC 3986, sections 3.1 and 3.2, with what real connection strings add: several hosts between
//! commas (MongoDB, libpq), empty hosts (`sqlite:///`, `postgresql:///db`), schemes with `+` and `:`
//! (`postgresql+asyncpg`, `jdbc:postgresql`). Holes that somebody else fills (`${X}`, `{port}`,
//! `<host>`, `%s`, `*`) are never wrong.

use std::fmt;

/// The parts of a URL, as written.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Url<'a> {
    /// What stands before `://`, for example `postgresql+asyncpg`.
    pub scheme: &'a str,
    /// What stands before the last `@` of the authority, if there is one: `user:password`.
    pub user_info: Option<&'a str>,
    /// The host, or several between commas, with brackets around an IPv6 address; may be empty.
    pub host: &'a str,
    /// The port, if a single host names one in digits.
    pub port: Option<u16>,
    /// What follows the authority, from `/`, `?` or `#`; may be empty.
    pub rest: &'a str,
}

impl<'a> Url<'a> {
    /// Reads `scheme://authority…`; `None` if the text does not begin so.
    #[must_use]
    pub fn parse(text: &'a str) -> Option<Self> {
        let (scheme, behind) = split_scheme(text)?;
        if !is_scheme(scheme) {
            return None;
        }
        let end = authority_end(behind);
        let (authority, rest) = behind.split_at_checked(end)?;
        let (user_info, place) = match authority.rsplit_once('@') {
            Some((user, place)) => (Some(user), place),
            None => (None, authority),
        };
        let (host, port) = if place.contains(',') { (place, None) } else { split_port(place) };
        Some(Self { scheme, user_info, host, port: port.and_then(|port| port.parse().ok()), rest })
    }

    /// The scheme without what a driver adds: `postgresql` of `postgresql+asyncpg`.
    #[must_use]
    pub fn base_scheme(&self) -> &'a str {
        self.scheme.split('+').next().unwrap_or(self.scheme)
    }

    /// The host without brackets.
    #[must_use]
    pub fn bare_host(&self) -> &'a str {
        self.host.strip_prefix('[').and_then(|host| host.strip_suffix(']')).unwrap_or(self.host)
    }
}

/// What is wrong with a URL. Says nothing of its user, password, host or path.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum UrlProblem {
    /// No `scheme://` at the beginning.
    NoScheme,
    /// Two schemes one after the other: `http://https://`.
    TwoSchemes {
        /// The first.
        first: String,
        /// The second.
        second: String,
    },
    /// `http:/host` or `http//host`.
    BrokenSlashes {
        /// The scheme.
        scheme: String,
    },
    /// A scheme that needs a host, and none behind it.
    EmptyHost,
    /// A bracket without its other half.
    Bracket,
    /// An IPv6 address without brackets around it.
    BareIpv6,
    /// A port that is no number from 0 to 65535.
    BadPort,
    /// A character in the user or the password that ends them early and must be written as `%XX`.
    RawCredentials {
        /// The character.
        character: char,
    },
    /// A blank.
    Space,
    /// `localhost3000`: the host runs into the port.
    GluedPort,
    /// `locahost`.
    NearlyLocalhost,
}

impl fmt::Display for UrlProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoScheme => f.write_str("has no scheme such as `https://`"),
            Self::TwoSchemes { first, second } => {
                write!(f, "has two schemes, `{first}://` and `{second}://`")
            }
            Self::BrokenSlashes { scheme } => write!(f, "lacks `://` behind `{scheme}`"),
            Self::EmptyHost => f.write_str("has no host"),
            Self::Bracket => f.write_str("has a bracket without its other half"),
            Self::BareIpv6 => f.write_str("has an IPv6 address without brackets around it"),
            Self::BadPort => f.write_str("has a port that is no number up to 65535"),
            Self::RawCredentials { character } => {
                write!(f, "has a `{character}` in its user or password that is not encoded")
            }
            Self::Space => f.write_str("has a blank in it"),
            Self::GluedPort => f.write_str("lacks the `:` between host and port"),
            Self::NearlyLocalhost => f.write_str("has a host that is called nearly `localhost`"),
        }
    }
}

impl UrlProblem {
    /// What to do about it.
    #[must_use]
    pub fn help(&self) -> String {
        match self {
            Self::NoScheme => "write the scheme in front: `https://host/path`".to_owned(),
            Self::TwoSchemes { second, .. } => format!("keep one scheme, probably `{second}://`"),
            Self::BrokenSlashes { scheme } => format!("write `{scheme}://`"),
            Self::EmptyHost => "name the host behind `://`".to_owned(),
            Self::Bracket | Self::BareIpv6 => {
                "write an IPv6 address as `[::1]`, with both brackets".to_owned()
            }
            Self::BadPort => "write `host:port` with a port from 1 to 65535".to_owned(),
            Self::RawCredentials { character } => {
                format!("write the `{character}` in the user or the password as `%{:02X}`", *character as u32)
            }
            Self::Space => "remove the blank, or write it as `%20`".to_owned(),
            Self::GluedPort => "write `localhost:port`".to_owned(),
            Self::NearlyLocalhost => "write `localhost`".to_owned(),
        }
    }
}

/// Whether `text` can be a scheme: a letter, then letters, digits, `+`, `-`, `.`; `jdbc:` may stand in
/// front of it.
#[must_use]
pub fn is_scheme(text: &str) -> bool {
    let text = text.strip_prefix("jdbc:").unwrap_or(text);
    text.bytes().next().is_some_and(|byte| byte.is_ascii_alphabetic())
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'-' | b'.' | b'_'))
}

/// What stands before and behind the first `://`. Most texts have no such sign, and a search for one byte is soon set up.
fn split_scheme(text: &str) -> Option<(&str, &str)> {
    let bytes = text.as_bytes();
    let at = memchr::memchr_iter(b':', bytes).find(|at| bytes.get(at + 1..at + 3) == Some(b"//"))?;
    Some((text.get(..at)?, text.get(at + 3..)?))
}

/// Whether a text sets out to be a URL, well-formed or not.
#[must_use]
pub fn begins_like_url(text: &str) -> bool {
    text.contains('/')
        && (split_scheme(text).is_some_and(|(scheme, _)| is_scheme(scheme)) || broken_slashes(text).is_some())
}

/// What is wrong with `text` as one URL; `None` if nothing is. References `${…}` in it are the
/// caller's business.
#[must_use]
pub fn problem(text: &str) -> Option<UrlProblem> {
    if let Some(scheme) = broken_slashes(text) {
        return Some(UrlProblem::BrokenSlashes { scheme: scheme.to_owned() });
    }
    let Some((scheme, behind)) = split_scheme(text).filter(|(scheme, _)| is_scheme(scheme)) else {
        return (!is_opaque(text)).then_some(UrlProblem::NoScheme);
    };
    if let Some((second, _)) = split_scheme(behind)
        && is_scheme(second)
    {
        return Some(UrlProblem::TwoSchemes { first: scheme.to_owned(), second: second.to_owned() });
    }
    let (authority, rest) = behind.split_at_checked(authority_end(behind)).unwrap_or((behind, ""));
    if let Some(character) = raw_credentials(scheme, authority, rest) {
        return Some(UrlProblem::RawCredentials { character });
    }
    let place = authority.rsplit_once('@').map_or(authority, |(_, place)| place);
    // The addresses of Go's MySQL driver, which migration tools take behind a scheme.
    if ["tcp(", "tcp6(", "unix("].iter().any(|network| place.starts_with(network)) {
        return None;
    }
    if let Some(found) = place.split(',').find_map(place_problem) {
        return Some(found);
    }
    let web = matches!(scheme.to_ascii_lowercase().as_str(), "http" | "https" | "ws" | "wss");
    if web && split_port(place).0.is_empty() {
        return Some(UrlProblem::EmptyHost);
    }
    text.contains(char::is_whitespace).then_some(UrlProblem::Space)
}

/// The scheme of `http:/host`, `http//host` or `http:host`; web schemes only, since others may mean it.
fn broken_slashes(text: &str) -> Option<&'static str> {
    ["https", "http", "wss", "ws"].into_iter().find(|scheme| {
        text.get(..scheme.len()).is_some_and(|start| start.eq_ignore_ascii_case(scheme))
            && text.get(scheme.len()..).is_some_and(|behind| {
                behind.starts_with("//") || (behind.starts_with(":/") && !behind.starts_with("://"))
            })
    })
}

/// URLs that are complete without `//` (RFC 3986, section 1.1.2).
fn is_opaque(text: &str) -> bool {
    let schemes =
        ["mailto:", "data:", "urn:", "tel:", "about:", "file:", "unix:", "sqlite:", "jdbc:", "magnet:"];
    schemes
        .iter()
        .any(|scheme| text.get(..scheme.len()).is_some_and(|start| start.eq_ignore_ascii_case(scheme)))
}

fn authority_end(behind: &str) -> usize {
    behind.find(['/', '?', '#']).unwrap_or(behind.len())
}

/// The host and the text behind its last `:`, brackets respected.
fn split_port(place: &str) -> (&str, Option<&str>) {
    if let Some(close) = place.rfind(']') {
        let (host, behind) = place.split_at_checked(close + 1).unwrap_or((place, ""));
        return (host, behind.strip_prefix(':'));
    }
    place.rsplit_once(':').map_or((place, None), |(host, port)| (host, Some(port)))
}

/// A character that ends user and password early: an `@` before the last one, or a `/`, `?`, `#` in a
/// password, which shows in that what precedes it looks like `user:password` and an `@` follows.
fn raw_credentials(scheme: &str, authority: &str, rest: &str) -> Option<char> {
    if let Some((user, _)) = authority.rsplit_once('@') {
        let (name, password) = user.split_once(':')?;
        // Accounts of mail servers are addresses of mail, and clients take the last `@`.
        let is_account = matches!(scheme, "smtp" | "smtps" | "imap" | "imaps" | "pop3" | "pop3s");
        let is_sound = is_account && !password.contains('@') && name.matches('@').count() == 1;
        return (user.contains('@') && !is_sound && !has_hole(user)).then_some('@');
    }
    let (_, password) = authority.split_once(':')?;
    let looks_like_port = password.is_empty() || password.bytes().all(|byte| byte.is_ascii_digit());
    let (_, host) = rest.split_once('@')?;
    let host = host.split(['/', ':', '?']).next().unwrap_or(host);
    let looks_like_host = !host.is_empty()
        && host.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_'));
    (!looks_like_port && looks_like_host && !has_hole(authority)).then(|| rest.chars().next()).flatten()
}

fn place_problem(place: &str) -> Option<UrlProblem> {
    if has_hole(place) {
        return None;
    }
    let count = |bracket: char| place.matches(bracket).count();
    if count('[') != count(']') {
        return Some(UrlProblem::Bracket);
    }
    let (host, port) = split_port(place);
    if !host.starts_with('[') && host.contains(':') {
        let is_address = host.bytes().all(|byte| byte.is_ascii_hexdigit() || byte == b':');
        return Some(if is_address && host.contains("::") {
            UrlProblem::BareIpv6
        } else {
            UrlProblem::BadPort
        });
    }
    let glued = host.strip_prefix("localhost").or_else(|| host.strip_prefix("127.0.0.1"));
    if glued.is_some_and(|glued| !glued.is_empty() && glued.bytes().all(|byte| byte.is_ascii_digit())) {
        return Some(UrlProblem::GluedPort);
    }
    // Of letters alone: `localhost1` may be a machine's name.
    let is_word = matches!(host.len(), 8..=10) && host.bytes().all(|byte| byte.is_ascii_lowercase());
    if is_word && host != "localhost" && strsim::osa_distance(host, "localhost") == 1 {
        return Some(UrlProblem::NearlyLocalhost);
    }
    let port = port?;
    let digits = port.bytes().filter(u8::is_ascii_digit).count();
    // Words stand for a port in samples: `host:port`.
    if digits == 0 || port.contains(char::is_whitespace) {
        return None;
    }
    (digits != port.len() || port.parse::<u16>().is_err()).then_some(UrlProblem::BadPort)
}

/// Whether somebody still has to fill a hole in the text.
fn has_hole(text: &str) -> bool {
    text.contains(['$', '{', '}', '<', '>', '*', '%']) && {
        // `%40` is an encoded character and no hole.
        text.contains(['$', '{', '}', '<', '>', '*'])
            || text.split('%').skip(1).any(|behind| {
                !behind.get(..2).is_some_and(|code| code.bytes().all(|byte| byte.is_ascii_hexdigit()))
            })
    }
}

#[cfg(test)]
mod tests {
    use super::{Url, UrlProblem, problem};

    #[test]
    fn healthy_urls() {
        for text in [
            "https://example.com",
            "http://localhost:3000/a?b=http://c",
            "postgresql+asyncpg://user:p%40ss@db:5432/app",
            "postgresql:///app",
            "sqlite+aiosqlite:///./x.db",
            "sqlite://",
            "redis://:secret@redis:6379/0",
            "mongodb://a:27017,b:27017/db?replicaSet=rs",
            "postgresql://USER:PASSWORD@HOST:PORT/DB",
            "postgresql://user:password@host:port/db",
            "https://<host>:<port>/x",
            "https://pr-{number}.example.com",
            "http://*.example.com",
            "http://localhost:*",
            "http://[::1]:8080/",
            "jdbc:postgresql://host/db",
            "unix:///var/run/docker.sock",
            "s3://bucket/a@b",
            "https://registry.example.com:443/@scope/name",
            "https://user@example.com@host.example.com/x",
            "mailto:a@b.example",
            "http://example.com/a:b@c",
            "amqp://guest:gu:est@rabbit//",
            "PLAINTEXT://:9092",
        ] {
            assert_eq!(problem(text), None, "{text}");
        }
    }

    #[test]
    fn broken_urls() {
        let two = UrlProblem::TwoSchemes { first: "http".to_owned(), second: "https".to_owned() };
        for (text, expected) in [
            ("http://https://example.com", two),
            ("localhost:8080/path", UrlProblem::NoScheme),
            ("example.com", UrlProblem::NoScheme),
            ("/api", UrlProblem::NoScheme),
            ("://host", UrlProblem::NoScheme),
            ("http:/example.com", UrlProblem::BrokenSlashes { scheme: "http".to_owned() }),
            ("https//example.com", UrlProblem::BrokenSlashes { scheme: "https".to_owned() }),
            ("http://", UrlProblem::EmptyHost),
            ("https:///path", UrlProblem::EmptyHost),
            ("http://:8080", UrlProblem::EmptyHost),
            ("http://[::1:8080", UrlProblem::Bracket),
            ("http://::1:8080", UrlProblem::BareIpv6),
            ("http://host:80:80", UrlProblem::BadPort),
            ("http://localhost3000/x", UrlProblem::GluedPort),
            ("http://host:80a", UrlProblem::BadPort),
            ("http://host:99999", UrlProblem::BadPort),
            ("postgres://user:p@ss@host/db", UrlProblem::RawCredentials { character: '@' }),
            ("postgres://user:p#ss@host/db", UrlProblem::RawCredentials { character: '#' }),
            ("postgres://user:p/ss@host:5432/db", UrlProblem::RawCredentials { character: '/' }),
            ("https://example.com/a b", UrlProblem::Space),
        ] {
            assert_eq!(problem(text), Some(expected), "{text}");
        }
    }

    #[test]
    fn shows_its_parts() {
        let url = Url::parse("postgresql+asyncpg://u:p@[::1]:5432/db?x").unwrap();
        assert_eq!((url.base_scheme(), url.bare_host(), url.port), ("postgresql", "::1", Some(5432)));
        assert_eq!((url.user_info, url.rest), (Some("u:p"), "/db?x"));
        assert_eq!(Url::parse("example.com"), None);
    }

    proptest::proptest! {
        #[test]
        fn never_panics(text in "\\PC{0,40}", glue in "[a-z:/@\\[\\]#,é ]{0,40}") {
            for text in [text, glue] {
                let _ = (problem(&text), Url::parse(&text));
            }
        }
    }
}
