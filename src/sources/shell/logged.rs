//! What a shell text prints that may be secret.

use std::ops::Range;

use crate::fact::{Logged, LoggedHow, LoggedWhat, must_not_be_printed};
use crate::key::KeyName;
use crate::syntax::shell::{self, Printed, Script, ShellUse, Target};
use crate::text::Span;

/// A part of a shell text that another program fills in before the shell reads it.
pub(in crate::sources) struct Filled {
    /// The part.
    pub(in crate::sources) range: Range<usize>,
    /// The name of what is filled in.
    pub(in crate::sources) key: KeyName,
}

/// What `text` prints, with a letter for each byte of what is `filled` in, in order; `script` is what it does
/// with variables.
pub(in crate::sources) fn logged(
    text: &str,
    script: &Script,
    filled: &[Filled],
    place: &dyn Fn(&Range<usize>) -> Span,
) -> Vec<Logged> {
    let outputs = shell::outputs(text);
    let mut found = Vec::new();
    let mut note = |what, range: &Range<usize>, how| found.push(Logged { what, span: place(range), how });
    let name = |range: &Range<usize>| KeyName::new(text.get(range.clone()).unwrap_or(""));
    // The values that a part of the script takes whole, each with its place.
    let values = |part: &Range<usize>| -> Vec<(LoggedWhat, Range<usize>)> {
        let uses = script.uses_in(part).iter().filter(|found| found.takes_all(text));
        let uses = uses.filter_map(|found| {
            let key = name(&found.name);
            let what = match script.sets(text, found) {
                false => LoggedWhat::Variable(key),
                true => LoggedWhat::Fetched(key, place(&fetched(text, script, found)?)),
            };
            Some((what, found.name.clone()))
        });
        let from = filled.partition_point(|filled| filled.range.start < part.start);
        let to = filled.partition_point(|filled| filled.range.end <= part.end);
        let inside = filled.get(from..to).unwrap_or_default().iter();
        uses.chain(inside.map(|filled| (LoggedWhat::Filled(filled.key.clone()), filled.range.clone())))
            .collect()
    };
    for print in &outputs.prints {
        let how = match &print.to {
            Target::Log => LoggedHow::Printed,
            Target::File(path) => LoggedHow::Written(path_of(text, path)),
            Target::Program => continue,
        };
        let parts = match &print.what {
            Printed::Texts(parts) => parts.clone(),
            Printed::Heredoc(number) => outputs.heredocs.get(*number).cloned().into_iter().collect(),
            Printed::Variable(variable) => {
                note(LoggedWhat::Variable(name(variable)), variable, how);
                continue;
            }
            Printed::Environment => {
                note(LoggedWhat::Environment, &print.command, how);
                continue;
            }
            Printed::Files(files) => {
                for file in files.iter().filter(|_| how == LoggedHow::Printed) {
                    note(LoggedWhat::File(path_of(text, file)), file, LoggedHow::Printed);
                }
                continue;
            }
        };
        // What a runner is told with `::add-mask::` and its kin does not show.
        let told = |part: &Range<usize>| {
            let words = text.get(part.clone()).unwrap_or("").trim_start_matches(['"', '\'']);
            ["::add-mask::", "::set-", "::save-"].iter().any(|command| words.starts_with(command))
        };
        if parts.iter().any(told) {
            continue;
        }
        for (what, range) in parts.iter().flat_map(&values) {
            note(what, &range, how.clone());
        }
    }
    for trace in &outputs.traced {
        let begun = place(&trace.begun_by);
        for (what, range) in values(&trace.covers) {
            if !outputs.is_in_heredoc(range.start) {
                note(what, &range, LoggedHow::Traced(begun));
            }
        }
    }
    found
}

/// How commands begin that answer with a secret.
const FETCHES: &[&str] = &[
    "vault kv get ",
    "vault read ",
    "aws secretsmanager get-secret-value ",
    "gcloud secrets versions access ",
    "op read ",
    "az keyvault secret show ",
    "doppler secrets get ",
];

/// Programs whose output holds what they are given, or a part of it.
const PASSING: &[&str] = &["jq", "yq", "tr", "base64", "cut", "sed", "head", "tail"];

/// Where the script takes a secret into the variable: by its only assignment, which is nothing but the answer of a store
/// of secrets.
fn fetched(text: &str, script: &Script, found: &ShellUse) -> Option<Range<usize>> {
    let name = text.get(found.name.clone()).filter(|name| must_not_be_printed(name))?;
    let mut values = script.assignments.get(name)?.iter().filter(|value| !value.is_empty());
    let (Some(value), None) = (values.next(), values.next()) else { return None };
    let mut unfilled = script.assignments.get(name)?.iter().filter(|value| value.is_empty());
    if !unfilled.all(|other| keeps_value(text, other.start, other.start < value.start)) {
        return None;
    }
    // What GitHub is told of is masked.
    if value.end > found.name.start || text.contains("::add-mask::") {
        return None;
    }
    let call = text.get(value.clone())?.trim_matches('"').strip_prefix("$(")?.strip_suffix(')')?;
    let mut pipeline = call.split("||").next()?.split('|').map(str::trim);
    let command = pipeline.next()?;
    // `--query ARN` and its like ask for something else than the value.
    let asks_for_value = match command.split_once("--query") {
        Some((_, query)) => {
            let query = query.trim_start_matches(['=', ' ', '"', '\'']);
            ["SecretString", "SecretBinary", "value"].iter().any(|field| query.starts_with(field))
        }
        None => true,
    };
    let passes = |part: &str| {
        let program = part.split_whitespace().next().unwrap_or("");
        PASSING.contains(&program) && !part.contains("length") && !part.contains("keys")
    };
    let is_fetch = FETCHES.iter().any(|begin| command.starts_with(begin));
    (is_fetch && asks_for_value && pipeline.all(passes)).then(|| value.clone())
}

/// Whether the words up to `at` only mark a variable (`export X`), and so leave it the value that it is given elsewhere:
/// those that make a new one of it (`local X`) have to stand `before` that.
fn keeps_value(text: &str, at: usize, before: bool) -> bool {
    let words = text.get(..at).unwrap_or("");
    let command = words.rsplit(['\n', ';', '&', '|', '(', '{']).next().unwrap_or("").trim_start();
    match command.split_whitespace().next() {
        _ if words.ends_with('=') => false,
        Some("export" | "readonly") => true,
        Some("local" | "declare" | "typeset") => before,
        _ => false,
    }
}

/// The same for a whole script, without what shows nothing.
pub(super) fn of_script(text: &str, script: &Script) -> Vec<Logged> {
    let place = |range: &Range<usize>| Span::new(range.start, range.end);
    let mut found = logged(text, script, &[], &place);
    let shows = |one: &Logged| !matches!(one.how, LoggedHow::Written(_));
    if !found.iter().any(shows) {
        return Vec::new();
    }
    let shows_files = found.iter().any(|one| matches!(one.what, LoggedWhat::File(_)));
    found.retain(|one| shows_files || shows(one));
    // Files that the script does not write itself hold nothing that is known.
    let is_written = found.iter().any(|one| !shows(one));
    found.retain(|one| is_written || !matches!(one.what, LoggedWhat::File(_)));
    found
}

fn path_of(text: &str, range: &Range<usize>) -> String {
    let path = text.get(range.clone()).unwrap_or("").trim_matches(['"', '\'']);
    path.strip_prefix("./").unwrap_or(path).to_owned()
}
