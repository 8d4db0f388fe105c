//! The replay of the historic bugs themselves.
//!
//! ```sh
//! REPLAY_MIRRORS=DIR cargo test --locked replay_of_history -- --ignored --nocapture
//! ```
//!
//! `DIR` holds git directories with full history, `<owner>+<name>` or `<owner>+<name>/repo`. With `REPLAY_TREES=DIR`
//! the trees lie in `<id>/bad` and `<id>/fix` already. `REPLAY_CASE=TEXT` takes only the cases whose id
//! contains it, and tells more.
#![expect(clippy::print_stdout, reason = "the table is what the replay is for")]

use std::path::PathBuf;

use super::case::{self, Case, Score};
use super::trees::{Side, Source};

/// Of the cases that can be found, so many percent must be.
const ENOUGH_PERCENT: usize = 90;

#[test]
#[ignore = "needs the repositories' histories"]
fn replay_of_history() {
    let folder = |name| std::env::var_os(name).map(PathBuf::from);
    let source = folder("REPLAY_MIRRORS")
        .map(Source::Mirrors)
        .or_else(|| folder("REPLAY_TREES").map(Source::Trees))
        .expect("REPLAY_MIRRORS or REPLAY_TREES names a folder");
    let wanted = std::env::var("REPLAY_CASE").unwrap_or_default();
    let (mut passed, mut possible, mut absent) = (0, 0, 0);
    for case in case::all().iter().filter(|case| case.id.contains(&wanted)) {
        let both = source.report(case, Side::Before).zip(source.report(case, Side::After));
        let Some((before, after)) = both else {
            absent += 1;
            println!("{:44} its trees are not there", case.id);
            continue;
        };
        let score = case.score(&before, &after);
        let passes = score.found.is_some() && score.remains.is_empty();
        if case.invisible.is_none() {
            possible += 1;
            passed += usize::from(passes);
        }
        tell(case, &score, passes || !wanted.is_empty());
    }
    println!("{passed} of {possible} found before and silent after; {absent} without trees");
    assert!(possible > 0, "no case could be replayed");
    assert!(
        !wanted.is_empty() || passed * 100 >= possible * ENOUGH_PERCENT,
        "{passed} of {possible} cases found"
    );
}

fn tell(case: &Case, score: &Score, passes: bool) {
    let found =
        score.found.as_ref().map_or("not found".to_owned(), |(rule, level)| format!("{rule} ({level})"));
    let after = if score.remains.is_empty() { "silent" } else { "STILL SAID" };
    let by = if case.matrix.is_empty() { "" } else { " declared" };
    println!("{:44} {found:40} {after}{by}", case.id);
    if let (None, Some(elsewhere)) = (&score.found, &score.elsewhere) {
        println!("    elsewhere: {elsewhere}");
    }
    if let (None, Some(reason)) = (&score.found, &case.invisible) {
        println!("    cannot be found: {reason}");
    }
    if !passes || !score.remains.is_empty() {
        for line in score.remains.iter().take(3) {
            println!("    remains: {line}");
        }
    }
}
