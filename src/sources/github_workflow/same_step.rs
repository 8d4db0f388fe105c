//! What a script writes to `$GITHUB_ENV` and does not get back: lines without a name, and variables that the
//! same step reads.
//!
//! The runner reads the file when the step is over. Until then the shell knows nothing of what stands in it.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::LazyLock;

use regex::Regex;

use super::Reader;
use super::jobs::Surroundings;
use crate::fact::{Problem, ProblemKind};
use crate::key::KeyName;
use crate::syntax::shell::{Script, ShellOperator};
use crate::syntax::yaml::Placed;

#[expect(clippy::expect_used, reason = "constant patterns; tests use them")]
fn pattern(text: &str) -> Regex {
    Regex::new(text).expect("constant pattern")
}

/// `echo "$NAME" >> $GITHUB_ENV` as a whole line.
static NAMELESS: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r#"(?m)^[ \t]*echo[ \t]+("?\$\{?([A-Za-z_][A-Za-z0-9_]*)\}?"?)[ \t]*>>[ \t]*"?\$\{?GITHUB_ENV\}?"?[ \t]*$"#,
    )
});

/// `echo "NAME=value" >> $GITHUB_ENV` as a whole line.
static NAMED: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r#"(?m)^[ \t]*echo[ \t]+["']?([A-Za-z_][A-Za-z0-9_]*)=[^\n]*>>[ \t]*"?\$\{?GITHUB_ENV\}?"?[ \t]*$"#,
    )
});

pub(super) fn check(
    reader: &mut Reader<'_>,
    placed: &Placed<'_>,
    text: &str,
    script: &Script,
    surroundings: &Surroundings<'_>,
) {
    if !text.contains("GITHUB_ENV") {
        return;
    }
    nameless(reader, placed, text, script);
    too_early(reader, placed, text, script, surroundings);
    stale(reader, placed, text, script);
}

/// `echo "NAME=${NAME,,}" >> $GITHUB_ENV`: the same variable with its letters in another case.
static RECASED: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r#"(?m)^[ \t]*echo[ \t]+["']?([A-Za-z_][A-Za-z0-9_]*)=\$\{([A-Za-z_][A-Za-z0-9_]*)(,,|\^\^)\}["']?[ \t]*>>[ \t]*"?\$\{?GITHUB_ENV\}?"?[ \t]*$"#,
    )
});

/// A variable of the script that later steps get in another case, and that the script itself goes on to use as it was.
fn stale(reader: &mut Reader<'_>, placed: &Placed<'_>, text: &str, script: &Script) {
    for found in RECASED.captures_iter(text).take(64) {
        let (Some(line), Some(name), Some(source)) = (found.get(0), found.get(1), found.get(2)) else {
            continue;
        };
        let values = script.assignments.get(name.as_str()).map(Vec::as_slice).unwrap_or_default();
        let is_own = |value: &&Range<usize>| !line.range().contains(&value.start);
        let is_set_again = values.iter().any(|value| value.start >= line.end());
        if name.as_str() != source.as_str() || is_set_again || !values.iter().any(|value| is_own(&value)) {
            continue;
        }
        let used = script.uses.iter().find(|used| {
            let is_name = text.get(used.name.clone()) == Some(name.as_str());
            let as_it_is = text.get(used.name.end..).is_none_or(|rest| !rest.starts_with([',', '^']));
            is_name
                && as_it_is
                && used.name.start > line.end()
                && matches!(used.operator, ShellOperator::Take)
        });
        let Some(used) = used else { continue };
        let name = name.as_str();
        let message = format!("`${name}` is what it was: only later steps get it in another case");
        let problem = Problem::new(
            ProblemKind::GithubEnvMisuse,
            placed.place(&used.name),
            message,
            "the value of before",
        )
        .related(placed.place(&source.range()), "changed for the steps behind this one")
        .about(&KeyName::new(name))
        .why("what goes to `$GITHUB_ENV` changes nothing in the shell of this step")
        .help(format!(
            "set it in the script first: `{name}=\"${{{name}{}}}\"`",
            found.get(3).map_or("", |case| case.as_str())
        ));
        reader.problem(problem);
    }
}

/// A value without the name that it is to have. Where the value itself may hold a name, nothing is said.
fn nameless(reader: &mut Reader<'_>, placed: &Placed<'_>, text: &str, script: &Script) {
    // Between `NAME<<WORD` and `WORD` lines need no name.
    if text.contains("<<") && text.split("<<").skip(1).any(|rest| !rest.starts_with('<')) {
        return;
    }
    for found in NAMELESS.captures_iter(text) {
        let (Some(printed), Some(name)) = (found.get(1), found.get(2)) else { continue };
        let name = name.as_str();
        let Some(values) = script.assignments.get(name) else { continue };
        let is_plain = |value: &Range<usize>| {
            let value = text.get(value.clone()).unwrap_or("");
            !value.is_empty() && !value.contains(['=', '`']) && !value.contains("$(")
        };
        if !values.iter().all(is_plain) {
            continue;
        }
        let message = format!("the value of `{name}` goes to `$GITHUB_ENV` without a name");
        let place = placed.place(&printed.range());
        reader.problem(
            Problem::new(ProblemKind::GithubEnvMisuse, place, message, "no `NAME=` before it")
                .about(&KeyName::new(name))
                .why("GitHub refuses the line (\"Invalid format\"), and the step fails")
                .help(format!("write `echo \"{name}=${name}\" >> \"$GITHUB_ENV\"`")),
        );
    }
}

/// A variable that the step writes for later ones, and reads behind that as if it were set already.
fn too_early(
    reader: &mut Reader<'_>,
    placed: &Placed<'_>,
    text: &str,
    script: &Script,
    surroundings: &Surroundings<'_>,
) {
    if script.takes_in_other_text {
        return;
    }
    let mut written: BTreeMap<&str, Range<usize>> = BTreeMap::new();
    let mut lines: Vec<Range<usize>> = Vec::new();
    // Scripts that write more are generated, and comparing all of it would cost its square.
    for found in NAMED.captures_iter(text).take(64) {
        let (Some(line), Some(name)) = (found.get(0), found.get(1)) else { continue };
        written.entry(name.as_str()).or_insert(name.range());
        lines.push(line.range());
    }
    if written.is_empty() {
        return;
    }
    for used in &script.uses {
        let name = text.get(used.name.clone()).unwrap_or("");
        let Some(write) = written.get(name) else { continue };
        // What is printed into the file looks like an assignment.
        let is_own = |value: &Range<usize>| !lines.iter().any(|line| line.contains(&value.start));
        let is_set = script.assignments.get(name).is_some_and(|values| values.iter().take(8).any(is_own))
            || surroundings.contains_key(name)
            || reader.is_set_before(name);
        // In the line that writes it, it may be the value that the step began with.
        let is_behind = text.get(write.end..used.name.start).is_some_and(|between| between.contains('\n'));
        if is_set || !is_behind || !matches!(used.operator, ShellOperator::Take) {
            continue;
        }
        let message = format!("`${name}` is empty here: the step itself writes it to `$GITHUB_ENV`");
        let problem = Problem::new(
            ProblemKind::GithubEnvMisuse,
            placed.place(&used.name),
            message,
            "read in the same step",
        )
        .related(placed.place(write), "written for the steps behind this one")
        .about(&KeyName::new(name))
        .why("the runner reads the file when the step is over, so the shell of this step knows no such variable")
        .help(format!("set `{name}=...` in the script too, or read it in the next step"));
        reader.problem(problem);
        written.remove(name);
    }
}
