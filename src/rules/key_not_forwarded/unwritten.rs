//! What compose demands and the dotenv that a deployment writes for it leaves out.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use regex::Regex;

use super::written::WrittenDotenvs;
use crate::fact::{COMPOSE_NAMES, Fact, Need, Place, Role};
use crate::index::Index;
use crate::key::{KeyName, is_tool_key, near_miss};
use crate::rule::{Reporter, enumerate, enumerate_some};
use crate::text::{FileId, SourceFile};

/// So many keys of the written dotenv must be variables of a compose file for it to be written for that.
const ENOUGH: usize = 2;

#[expect(clippy::expect_used, reason = "constant patterns; tests use them")]
fn pattern(text: &str) -> Regex {
    Regex::new(text).expect("constant pattern")
}

/// `cat > PATH <<EOF` and `cat <<EOF > PATH`, with the word that ends it.
static HEREDOC: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r#"^\s*(?:-\s+)?(?:run:\s*)?cat\s+(?:>{1,2}\s*\S+\s+<<-?\s*['"]?(\w+)['"]?|<<-?\s*['"]?(\w+)['"]?\s+>{1,2}\s*\S+)\s*$"#,
    )
});
/// `echo "KEY=.." >> PATH`.
static PRINTED: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r#"^\s*(?:-\s+)?(?:run:\s*)?["']?(?:echo|printf)\s+(?:-\w+\s+)?\\?["']?[A-Za-z_]\w*=[^;&|]*>{1,2}\s*\S+["']?\s*$"#,
    )
});
/// What takes the finished file elsewhere or protects it.
static SHIPPED: LazyLock<Regex> = LazyLock::new(|| {
    pattern(r"^\s*(?:-\s+)?(?:run:\s*)?(?:(scp|rsync)|chmod|chown|docker|docker-compose|sudo docker)\s")
});
static ASSIGNMENT: LazyLock<Regex> = LazyLock::new(|| pattern(r"^\s*(?:[A-Za-z_]\w*=|#|$)"));
/// A pipeline that others add to, or a machine that has variables of its own.
const OPEN: &[&str] =
    &["self-hosted", "--env-file", "envsubst", "eval \"", "infisical", "doppler", "sops ", "vault "];

/// Reports variables that a compose file takes without a default, where a deployment writes the dotenv for it from the
/// first line to the last and leaves them out.
pub(super) fn ask(index: &Index, dotenvs: &WrittenDotenvs<'_>, reporter: &mut Reporter<'_>) {
    for (&(file, path), facts) in
        dotenvs.iter().filter(|((_, path), _)| path.rsplit('/').next() == Some(".env"))
    {
        let Some(source) = index.files.get(file) else { continue };
        let is_pipeline = index.kind(file).is_some_and(|kind| kind.0 == "gitlab-ci");
        if !(is_pipeline || index.workflow(file).is_some_and(|workflow| !workflow.is_broken)) {
            continue;
        }
        let Some(how) = written_whole(source, path) else { continue };
        // The jobs of a pipeline see all variables of the project, and so does compose that they start.
        if !how.is_shipped && is_pipeline {
            continue;
        }
        for (compose, _) in index.all_composes() {
            if !index.is_aside(compose) && is_deployed(index, source, compose, how.is_shipped) {
                compare(index, reporter, (source, path, facts), compose);
            }
        }
    }
}

/// How a file makes a dotenv.
struct Written {
    /// Whether it is sent to another machine.
    is_shipped: bool,
}

/// How a file makes a dotenv of which it writes every line; `None` where it may take lines from elsewhere.
fn written_whole(source: &SourceFile, path: &str) -> Option<Written> {
    let text = source.text.as_str();
    if OPEN.iter().any(|sign| text.contains(sign)) {
        return None;
    }
    let mut is_shipped = false;
    let mut lines = text.lines();
    while let Some(line) = lines.next() {
        let is_shipping = SHIPPED.captures(line);
        // The same file by its path on another machine.
        let is_written_there = line.contains("/.env") && line.contains(['>', '<']) && is_shipping.is_none();
        if is_written_there && !names(line, path) {
            return None;
        }
        if !names(line, path) || line.trim_start().starts_with('#') {
            continue;
        }
        if let Some(heredoc) = HEREDOC.captures(line) {
            let end = heredoc.get(1).or(heredoc.get(2)).map_or("", |word| word.as_str());
            loop {
                let inside = lines.next()?;
                if inside.trim() == end {
                    break;
                }
                if !ASSIGNMENT.is_match(inside) {
                    return None;
                }
            }
        } else if let Some(shipped) = is_shipping {
            is_shipped |= shipped.get(1).is_some();
        } else if !PRINTED.is_match(line) {
            return None;
        }
    }
    Some(Written { is_shipped })
}

/// Whether a line names a path, and no longer one.
fn names(line: &str, path: &str) -> bool {
    line.match_indices(path).any(|(at, _)| {
        let behind = line.get(at + path.len()..).and_then(|rest| rest.chars().next());
        let before = line.get(..at).and_then(|before| before.chars().next_back());
        let is_of_name = |c: char| c.is_alphanumeric() || matches!(c, '.' | '_' | '-');
        !behind.is_some_and(is_of_name) && !before.is_some_and(|c| is_of_name(c) || c == '/')
    })
}

/// Whether a file starts or sends a compose file: it names it, or starts whichever lies at the root.
fn is_deployed(index: &Index, source: &SourceFile, compose: FileId, is_shipped: bool) -> bool {
    let path = index.path(compose);
    let starts = |line: &str| line.contains("docker compose") || line.contains("docker-compose ");
    let sends = |line: &str| is_shipped && (line.contains("scp ") || line.contains("rsync "));
    let mut lines = source.text.lines().filter(|line| starts(line) || sends(line));
    lines.any(|line| {
        let is_usual = COMPOSE_NAMES.contains(&path.within_root());
        let is_plain = !line.contains(" -f") && !line.contains("--file") && !line.contains("ssh ");
        names(line, path.name()) || names(line, path.within_root()) || starts(line) && is_usual && is_plain
    })
}

/// What is said of a dotenv: the file that writes it, its path, and the keys.
type Dotenv<'a> = (&'a SourceFile, &'a str, &'a [&'a Fact]);

fn compare(index: &Index, reporter: &mut Reporter<'_>, dotenv: Dotenv<'_>, compose: FileId) {
    let (source, path, facts) = dotenv;
    let keys: BTreeSet<&KeyName> = facts.iter().map(|fact| &fact.key).collect();
    let mut demanded: BTreeMap<&KeyName, &Fact> = BTreeMap::new();
    let mut bare: BTreeMap<&KeyName, &Fact> = BTreeMap::new();
    for fact in index.interpolations(compose) {
        let Role::Reads(read) = &fact.role else { continue };
        match read.need {
            Need::Required => drop(demanded.entry(&fact.key).or_insert(fact)),
            Need::Unknown => drop(bare.entry(&fact.key).or_insert(fact)),
            _ => {}
        }
    }
    let all: BTreeSet<&KeyName> = demanded.keys().chain(bare.keys()).copied().collect();
    let taken = all.iter().filter(|key| keys.contains(*key)).count();
    if taken < ENOUGH || taken * 2 < all.len() {
        return;
    }
    // What is only empty without a value may be meant to be, unless nearly all others are written.
    let is_nearly_all = taken > ENOUGH && (all.len() - taken) * 4 <= all.len();
    let is_lacking = |key: &KeyName| {
        !keys.contains(key)
            && !is_tool_key(key)
            && !names_elsewhere(source, key)
            && !index.facts_of(key).any(|fact| is_set_for_all(index, fact))
    };
    let mut lacking: Vec<(&KeyName, &Fact)> =
        demanded.into_iter().filter(|(key, _)| is_lacking(key)).collect();
    let is_refused = !lacking.is_empty();
    if is_nearly_all {
        let known: BTreeSet<&KeyName> = lacking.iter().map(|(key, _)| *key).collect();
        lacking.extend(bare.into_iter().filter(|(key, _)| !known.contains(key) && is_lacking(key)));
    }
    let (Some((key, _)), Some(last)) = (lacking.first().copied(), facts.last()) else { return };
    let names: Vec<&str> = lacking.iter().map(|(key, _)| key.as_str()).collect();
    let verb = if names.len() == 1 { "is" } else { "are" };
    let mut finding = reporter
        .report(
            format!(
                "{} {verb} not written to {path}, from which {} takes {}",
                enumerate_some(&names),
                index.files.path(compose),
                if names.len() == 1 { "it" } else { "them" }
            ),
            last.at(),
            "the last of what is written",
        )
        .key(key);
    for (_, fact) in lacking.iter().take(3) {
        finding = finding.label(fact.at(), "taken here without a default");
    }
    let slip = facts.iter().find(|fact| {
        near_miss(&fact.key, key)
            && !all.contains(&fact.key)
            && index.code_reads_named(&fact.key).next().is_none()
    });
    let why = match is_refused {
        true => "compose refuses to start without it",
        false => "compose warns and goes on with an empty text",
    };
    let help = match slip {
        Some(slip) => {
            finding = finding.label(slip.at(), "nothing takes this one");
            format!("did you mean `{key}` by `{}`?", slip.key)
        }
        None => format!("write {} as well", enumerate(&names)),
    };
    finding.why(why).help(help);
}

/// Whether the file names a key otherwise than as a value that it hands over.
fn names_elsewhere(source: &SourceFile, key: &KeyName) -> bool {
    source.text.match_indices(key.as_str()).any(|(at, _)| {
        let is_of_name = |c: char| c == '_' || c.is_ascii_alphanumeric();
        let before = source.text.get(..at).unwrap_or("");
        let behind = source.text.get(at + key.len()..).unwrap_or("");
        let is_whole = !before.ends_with(is_of_name) && !behind.starts_with(is_of_name);
        let is_value = ["$", "${", "secrets.", "vars.", "env."].iter().any(|sign| before.ends_with(sign));
        is_whole && !is_value
    })
}

/// Whether a statement gives the variable to everybody who starts compose in the tree.
fn is_set_for_all(index: &Index, fact: &Fact) -> bool {
    matches!(fact.role, Role::Provides(_)) && fact.place == Place::Dotenv && !index.is_example(fact.file)
}
