//! Addresses with the password of a server that everybody can reach.

use std::net::Ipv4Addr;

use crate::secret::is_placeholder;
use crate::value_type::url::Url;

/// Whether a text is the address of a public server with a password that is no sample.
pub(super) fn is_public(text: &str) -> bool {
    let text = text.trim();
    let Some(url) = Url::parse(text) else { return false };
    let Some((user, password)) = url.user_info.and_then(|user| user.split_once(':')) else { return false };
    is_public_host(url.host)
        && is_password(user, password, url.host.parse::<Ipv4Addr>().is_ok())
        && !text.contains(['$', '{', '<', ' ', '*'])
}

/// Whether a password may be a real one: samples are words, and name what they stand for.
///
/// Who writes down the number of a server means that server: there a longer password of several sorts of signs is real
/// though it holds the word `secret`.
fn is_password(user: &str, password: &str, is_of_number: bool) -> bool {
    let lower = password.to_ascii_lowercase();
    let has = |is: fn(&u8) -> bool| password.as_bytes().iter().any(is);
    let is_mixed = is_of_number && password.len() >= 12 && has(u8::is_ascii_punctuation);
    password.len() >= 8
        && has(u8::is_ascii_digit)
        && has(u8::is_ascii_alphabetic)
        && !SAMPLES.iter().any(|sample| lower.contains(sample) && !(*sample == "secret" && is_mixed))
        && (user.len() < 3 || !lower.contains(&user.to_ascii_lowercase()))
        && (is_mixed || !is_placeholder(password))
}

/// Parts of passwords that are samples.
const SAMPLES: &[&str] = &[
    "pass", "secret", "1234", "abcd", "xxx", "test", "sample", "example", "token", "demo", "changeme",
    "your", "admin", "key", "foo",
];

/// Words of names that lead to nobody, and of networks that not everybody can reach.
const NOT_PUBLIC: &[&str] = &[
    "sample",
    "test",
    "invalid",
    "local",
    "localhost",
    "localdomain",
    "internal",
    "intranet",
    "lan",
    "home",
    "corp",
    "svc",
    "cluster",
    "docker",
    "domain",
    "mydomain",
    "host",
    "hostname",
    "foo",
    "bar",
    "acme",
];

/// Words that only a whole label of a name makes one of the above.
const OF_COMPANIES: &[&str] = &["corp", "acme", "home"];

fn is_public_host(host: &str) -> bool {
    if let Ok(address) = host.parse::<Ipv4Addr>() {
        let is_shared = matches!(address.octets(), [0 | 100, ..] | [1, 2, 3, 4]);
        return !(address.is_private()
            || address.is_loopback()
            || address.is_link_local()
            || address.is_documentation()
            || address.is_multicast()
            || address.is_broadcast()
            || is_shared);
    }
    let lower = host.to_ascii_lowercase();
    let labels: Vec<&str> = lower.split('.').collect();
    let is_name = |label: &&str| {
        !label.is_empty() && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
    };
    let is_top =
        labels.last().is_some_and(|top| top.len() >= 2 && top.bytes().all(|byte| byte.is_ascii_alphabetic()));
    let is_made_up = |word: &str| {
        NOT_PUBLIC.contains(&word)
            || word.contains("example")
            || word.starts_with("your")
            || word.starts_with("xxx")
    };
    labels.len() >= 3
        && is_top
        && labels.iter().all(is_name)
        && !labels.iter().any(|label| is_made_up(label))
        // `acme-corp.io` is a name like any other.
        && !labels.iter().flat_map(|label| label.split('-')).any(|word| is_made_up(word) && !OF_COMPANIES.contains(&word))
}

#[cfg(test)]
mod tests {
    use super::is_public;

    #[test]
    fn passwords_of_servers() {
        for yes in [
            "postgres://shop:Gn8fQ2vLz0@db-7.eu.shopcloud.com/shop",
            "postgres://admin:vR8kQ2mZ7tLx@db.acme-corp.io/shop",
            "mysql://root:h7Kq93mZ@203.0.114.9:3306/shop",
        ] {
            assert!(is_public(yes), "{yes}");
        }
        for no in [
            "postgres://postgres:postgres@localhost:5432/app",
            "postgres://shop:Gn8fQ2vLz0@db:5432/app",
            "postgres://shop:Gn8fQ2vLz0@192.168.1.4/app",
            "postgres://shop:Gn8fQ2vLz0@203.0.113.9/app",
            "postgres://shop:Gn8fQ2vLz0@db.example.com/app",
            "postgres://shop:Gn8fQ2vLz0@db.acme.com/app",
            "postgres://user:password123@db.eu.shopcloud.com/app",
            "postgres://shop:${PASSWORD1}@db.eu.shopcloud.com/app",
            "postgres://shop:shop2024@db.eu.shopcloud.com/app",
            "https://0a1b2c3d4e5f@o12.ingest.sentry.io/1",
            "redis://default:xxxxxxx1@eu1-abc.upstash.io:6379",
            "postgres://shop:Gn8fQ2vLz0@db.shop.svc.cluster.local/app",
        ] {
            assert!(!is_public(no), "{no}");
        }
    }
}
