//! What the words of a key's name tell.

/// Prefixes whose keys a bundler bakes into code that browsers download, with their framework.
pub const PUBLIC_PREFIXES: &[&str] = &[
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

/// Whether `slip` could be a slip of the pen for `meant`: one small edit in a long name, a swap, or
/// one `_segment_` too many or too few.
#[must_use]
pub fn near_miss(slip: &str, meant: &str) -> bool {
    if slip == meant {
        return false;
    }
    // Names that differ only in a number (REPLICA_1, REPLICA_2) are siblings, not slips. Asked first, of whole
    // trees of names.
    if !digits(slip).eq(digits(meant)) {
        return false;
    }
    let (a, b): (Vec<&str>, Vec<&str>) = (segments(slip).collect(), segments(meant).collect());
    if a == b {
        return true;
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

/// The digits of a name, in which no slip and what it is meant for differ.
pub fn digits(text: &str) -> impl Iterator<Item = u8> {
    text.bytes().filter(u8::is_ascii_digit)
}

/// Words that say the opposite of one another in names of switches.
pub const OPPOSITES: &[&str] = &["ALLOW", "DISALLOW", "ENABLE", "DISABLE", "ENABLED", "DISABLED", "FORBID"];

/// How many first words two keys share.
#[must_use]
pub fn shared_segments(a: &str, b: &str) -> usize {
    segments(a).zip(segments(b)).take_while(|(a, b)| a == b).count()
}

#[cfg(test)]
mod tests {
    use super::near_miss;

    #[test]
    fn near_misses() {
        assert!(near_miss("CACHE_TLS_CERT", "CACHE_TLS_CERT_PATH"));
        assert!(near_miss("DATABSE_URL", "DATABASE_URL"));
        assert!(!near_miss("REPLICA_1_URL", "REPLICA_2_URL"));
        assert!(!near_miss("DB_HOST", "DB_PORT"));
    }
}
