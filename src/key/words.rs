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
    // Asked of all keys, and most begin with none of these letters.
    let may_begin = matches!(key.as_bytes().first(), Some(b'N' | b'V' | b'R' | b'E' | b'G' | b'P'));
    if !may_begin {
        return None;
    }
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
    if !may_be_near(slip, meant) || !digits(slip).eq(digits(meant)) {
        return false;
    }
    is_one_slip_off(slip, meant)
}

fn is_one_slip_off(slip: &str, meant: &str) -> bool {
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

/// Whether two names may be near each other at all; false of most pairs, and much sooner than what else is asked.
fn may_be_near(a: &str, b: &str) -> bool {
    // A word more or less leaves the begin and the end of the other.
    let shortest = a.len().min(b.len());
    let (begin, end) = same_ends(a, b);
    if begin + end >= shortest || !is_plain(a) || !is_plain(b) {
        return true;
    }
    // Two small edits change the length by two at most, and with each at most one letter of a kind comes and one goes.
    a.len().abs_diff(b.len()) <= 2 && (letters(a) ^ letters(b)).count_ones() <= 4
}

/// Whether each underscore of a name stands between two words, which are of ASCII.
fn is_plain(name: &str) -> bool {
    name.is_ascii() && !name.contains("__") && !name.starts_with('_') && !name.ends_with('_')
}

/// How many bytes two names have in common at their begins, and at their ends.
fn same_ends(a: &str, b: &str) -> (usize, usize) {
    let begin = a.bytes().zip(b.bytes()).take_while(|(x, y)| x == y).count();
    let end = a.bytes().rev().zip(b.bytes().rev()).take_while(|(x, y)| x == y).count();
    (begin, end)
}

/// Which letters a name has, one bit for each kind (bytes that share a bit count as one kind).
fn letters(name: &str) -> u64 {
    name.bytes().fold(0, |found, byte| found | 1 << (byte & 63))
}

/// In what way two names resemble each other.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Resemblance {
    /// One of their words, or their underscores, by a letter: `MLUTI_ORG` and `MULTI_ORG`.
    Letter,
    /// One has a word more, or a longer one: `STEPS_HOLDER` and `STEPS_PLACEHOLDER`.
    Word,
}

/// In what way two different names resemble each other in all words but one, if they do.
#[must_use]
pub fn resemblance(a: &str, b: &str) -> Option<Resemblance> {
    let (left, right) = (a.as_bytes(), b.as_bytes());
    // All words but one are the same, so that either the begin is or the end; asked first, of whole trees of names.
    let has_same_end = left.first() == right.first() || left.last() == right.last();
    let is_short = left.len().min(right.len()) < SHORTEST;
    if !has_same_end || a == b || !may_resemble(a, b) || is_short || !digits(a).eq(digits(b)) {
        return None;
    }
    resemblance_of_words(a, b)
}

fn resemblance_of_words(a: &str, b: &str) -> Option<Resemblance> {
    let (short, long) = if segments(a).count() <= segments(b).count() { (a, b) } else { (b, a) };
    let (short, long): (Vec<&str>, Vec<&str>) = (segments(short).collect(), segments(long).collect());
    let first = short.iter().zip(&long).take_while(|(x, y)| x == y).count();
    let last = short.iter().rev().zip(long.iter().rev()).take_while(|(x, y)| x == y).count();
    match long.len() - short.len() {
        0 if first == short.len() => Some(Resemblance::Letter),
        0 if first + last + 1 == short.len() => {
            let (x, y) = (short.get(first)?, long.get(first)?);
            let is_pair = [(x, y), (y, x)].iter().any(|(x, y)| SIBLINGS.contains(&(**x, **y)));
            // In short words a letter makes another word; letters in another order are a slip all the same.
            let is_enough =
                x.len().max(y.len()) >= 4 || x.len() == 3 && short.len() >= 2 && has_same_letters(x, y);
            if !is_pair && is_enough && strsim::osa_distance(x, y) == 1 {
                return Some(Resemblance::Letter);
            }
            let (x, y) = if x.len() <= y.len() { (x, y) } else { (y, x) };
            let is_part = !OPPOSITES.contains(x) && x.len() >= 5 && (y.ends_with(x) || y.starts_with(x));
            (is_part && short.len() >= 3).then_some(Resemblance::Word)
        }
        1 if short.concat() == long.concat() => Some(Resemblance::Letter),
        1 => (short.len() >= 2 && first + last >= short.len()).then_some(Resemblance::Word),
        _ => None,
    }
}

/// Whether all words but one of two names may be the same: of several, either the first is or the last. Or their letters
/// are the same and only divided otherwise.
fn may_resemble(a: &str, b: &str) -> bool {
    let (begin, end) = same_ends(a, b);
    let is_begin = a.get(..begin).is_some_and(|same| same.contains('_'));
    let is_end = a.len().checked_sub(end).and_then(|at| a.get(at..)).is_some_and(|same| same.contains('_'));
    let is_divided_otherwise =
        a.bytes().filter(|&byte| byte != b'_').eq(b.bytes().filter(|&byte| byte != b'_'));
    is_begin
        || is_end
        || is_divided_otherwise
        || !a.contains('_')
        || !b.contains('_')
        || !is_plain(a)
        || !is_plain(b)
}

fn has_same_letters(a: &str, b: &str) -> bool {
    let sorted = |text: &str| {
        let mut letters = text.as_bytes().to_vec();
        letters.sort_unstable();
        letters
    };
    sorted(a) == sorted(b)
}

/// Words that people write for one another in names.
const SYNONYMS: &[&[&str]] = &[
    &["PG", "POSTGRES", "POSTGRESQL", "DB", "DATABASE"],
    &["URL", "URI", "DSN", "ENDPOINT"],
    &["PASS", "PASSWORD", "PWD", "PW"],
    &["USER", "USERNAME"],
    &["HOST", "HOSTNAME", "SERVER"],
    &["KEY", "TOKEN"],
    &["DIR", "PATH", "FOLDER", "DIRECTORY"],
    &["MAIL", "EMAIL", "SMTP"],
];

/// The names that people write for another one: with a word for another of its words, as its plural or its singular.
pub fn written_for(name: &str) -> impl Iterator<Item = String> {
    let words: Vec<String> = segments(name).map(str::to_owned).collect();
    let number = match name.strip_suffix('S') {
        Some(one) => one.to_owned(),
        None => format!("{name}S"),
    };
    let number = Some(number).filter(|other| name.len().min(other.len()) >= 4);
    let places = if words.len() >= 2 { words.len() } else { 0 };
    let others = (0..places).flat_map(move |at| {
        let word = words.get(at).cloned().unwrap_or_default();
        let synonyms = SYNONYMS.iter().filter(|synonyms| synonyms.contains(&word.as_str()));
        let others = synonyms.flat_map(|synonyms| synonyms.iter().copied());
        let others: Vec<&str> = others.filter(|other| *other != word).collect();
        let words = words.clone();
        others.into_iter().map(move |other| {
            let mut written = words.clone();
            if let Some(place) = written.get_mut(at) {
                other.clone_into(place);
            }
            written.join("_")
        })
    });
    others.chain(number)
}

/// Whether one of two names may be what people write for the other: a slip, a plural, a word more, a word for another.
/// Enough for a question to people, not for a finding.
#[must_use]
pub fn is_taken_for(a: &str, b: &str) -> bool {
    near_miss(a, b) || resemblance(a, b).is_some() || written_for(a).any(|name| name == b)
}

/// Names below this length resemble too many.
const SHORTEST: usize = 7;

/// Words that differ by a letter and are no slips of each other.
const SIBLINGS: &[(&str, &str)] =
    &[("HTTP", "HTTPS"), ("HOST", "POST"), ("MODE", "CODE"), ("MODE", "NODE"), ("CODE", "NODE")];

/// The digits of a name, in which no slip and what it is meant for differ.
pub fn digits(text: &str) -> impl Iterator<Item = u8> {
    text.bytes().filter(u8::is_ascii_digit)
}

/// Whether one letter is wrong, missing, too many or swapped with its neighbour; digits count something, and are never
/// slips.
#[must_use]
pub fn is_letter_off(slip: &str, meant: &str) -> bool {
    digits(slip).eq(digits(meant)) && strsim::osa_distance(slip, meant) == 1
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
    use proptest::prelude::{Strategy, any, prop, prop_assert, proptest};

    use super::{Resemblance, is_one_slip_off, is_taken_for, may_be_near, may_resemble, near_miss};
    use super::{resemblance, resemblance_of_words};

    /// A name, and what a few edits make of it.
    fn names() -> impl Strategy<Value = (String, String)> {
        let edits =
            prop::collection::vec((any::<prop::sample::Index>(), 0..5, "[A-D_é]{1,2}|[A-D]{1,4}_"), 0..4);
        ("[A-D]{1,4}(_{1,2}[A-D]{1,4}){0,3}|_[A-D_é]{1,8}", edits).prop_map(|(name, edits)| {
            let mut other: Vec<char> = name.chars().collect();
            for (place, sort, text) in edits {
                let at = place.index(other.len() + 1);
                match sort {
                    0 if at < other.len() => drop(other.remove(at)),
                    1 if at + 1 < other.len() => other.swap(at, at + 1),
                    2 => drop(other.splice(at..at, text.chars())),
                    3 => drop(other.splice(0..at, text.chars())),
                    _ => drop(other.splice(at.., text.chars())),
                }
            }
            (name, other.into_iter().collect())
        })
    }

    proptest! {
        #[test]
        fn what_is_told_sooner_is_never_told_otherwise((a, b) in names()) {
            prop_assert!(may_be_near(&a, &b) || !is_one_slip_off(&a, &b), "{a} {b}");
            prop_assert!(may_resemble(&a, &b) || a == b || resemblance_of_words(&a, &b).is_none(), "{a} {b}");
        }
    }

    #[test]
    fn words_that_resemble() {
        let alike = [
            ("IS_MLUTI_ORG", "IS_MULTI_ORG", Resemblance::Letter),
            ("INFRA_REPORT_APP_ID", "INFRA_REPORTS_APP_ID", Resemblance::Letter),
            ("ENABLE__STEPS", "ENABLE_STEPS", Resemblance::Letter),
            ("LEDGER_NATSURL", "LEDGER_NATS_URL", Resemblance::Letter),
            ("ENABLE_STEPS_HOLDER", "ENABLE_STEPS_PLACEHOLDER", Resemblance::Word),
            ("UPLOAD_STATIC_FOLDER", "UPLOAD_FOLDER", Resemblance::Word),
        ];
        for (a, b, how) in alike {
            assert_eq!(resemblance(a, b), Some(how), "{a} {b}");
            assert_eq!(resemblance(b, a), Some(how), "{b} {a}");
        }
        let unlike = [
            ("HTTP_PORT", "HTTPS_PORT"),
            ("DB_NAME", "DB_USERNAME"),
            ("DISALLOW_SIGN_UP", "ALLOW_SIGN_UP"),
            ("DB_HOST", "DB_PORT"),
            ("REPLICA_1_URL", "REPLICA_2_URL"),
            ("URL", "APP_URL"),
            ("APP_URL", "APP_URL"),
            ("SMTP_USER", "SMTP_PASS"),
        ];
        for (a, b) in unlike {
            assert_eq!(resemblance(a, b), None, "{a} {b}");
        }
    }

    #[test]
    fn names_that_are_taken_for_another() {
        let taken = [("ADMIN", "ADMINS"), ("LEDGER_POSTGRES_DSN", "LEDGER_PG_DSN"), ("A_DB_URL", "A_DB_URI")];
        for (a, b) in taken {
            assert!(is_taken_for(a, b) && is_taken_for(b, a), "{a} {b}");
        }
        assert!(!is_taken_for("DB_HOST", "DB_PORT") && !is_taken_for("S3_KEY", "JWT_KEY"));
        assert_eq!(resemblance("QUEUE_DNS", "QUEUE_DSN"), Some(Resemblance::Letter));
        assert_eq!(resemblance("QUEUE_KEY", "QUEUE_KEN"), None);
    }

    #[test]
    fn near_misses() {
        assert!(near_miss("CACHE_TLS_CERT", "CACHE_TLS_CERT_PATH"));
        assert!(near_miss("DATABSE_URL", "DATABASE_URL"));
        assert!(!near_miss("REPLICA_1_URL", "REPLICA_2_URL"));
        assert!(!near_miss("DB_HOST", "DB_PORT"));
    }
}
