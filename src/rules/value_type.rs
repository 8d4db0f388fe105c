//! `value-type`.

use std::collections::BTreeMap;

use crate::declare_rule;
use crate::fact::{Fact, ProblemKind, Role};
use crate::index::{Expected, Given, Giver, Index};
use crate::key::KeyName;
use crate::rule::{Reporter, enumerate};
use crate::text::FileId;
use crate::value_type::{Mismatch, ValueType};

declare_rule! {
    /// Reports values that the type of their key does not allow, so that its reader fails or misreads them.
    ///
    /// ## Why it matters
    ///
    /// Every value of an environment is a text until code converts it. A number with a unit, an empty text for an
    /// integer or a comma-separated text for a list that pydantic reads as JSON stops the service when it
    /// starts, in the one environment that has the value, long after the change was merged.
    ///
    /// The type is the one that the matrix declares, else the one that the code itself gives
    /// (`pool_size: int`). A schema that parses the environment and converts nothing (`z.number()`) takes no value at
    /// all, which is told at the schema, and so is a setting of Django that has to be a number and is one only by default.
    /// Placeholders, values with references and empty values in examples say nothing, unless a validator sees an empty
    /// text of a key that may be left out.
    ///
    /// ## Example
    ///
    /// `settings.py`
    /// ```python
    /// from pydantic_settings import BaseSettings
    ///
    /// class Settings(BaseSettings):
    ///     allowed_hosts: list[str]
    /// ```
    ///
    /// `.env`
    /// ```dotenv
    /// ALLOWED_HOSTS=a.example.com,b.example.com
    /// ```
    ///
    /// ```text
    /// error[value-type]: the value of `ALLOWED_HOSTS` is not JSON
    /// ```
    ///
    /// ## What to do
    ///
    /// Write a value of the type, or correct the type in the matrix if the code accepts more than it says.
    pub struct ValueTypeRule = "value-type", Value, Error, fixes, by_file;
}

/// So many more lines are shown of a finding that stands for several.
const SHOWN: usize = 12;

impl ValueTypeRule {
    fn ask(index: &Index, reporter: &mut Reporter<'_>) {
        reporter.problems(
            index,
            ProblemKind::RefusedText,
            "every variable is a text, so the program refuses to start as soon as this one is set",
            "let the schema convert it: `z.coerce.number()`, `z.stringbool()`, a `transform`",
        );
        let expectations = index.expectations();
        let mut refused = Refused::new();
        for given in index.given_values() {
            cut_short(index, reporter, &given);
            if let Some(expected) = expectations.refused_empty(&given) {
                let reader = expected.by.map(|fact| fact.file);
                refused.entry((given.at.file, reader)).or_default().push((given, expected));
                continue;
            }
            let found = expectations.mismatch(&given).or_else(|| expectations.empty_mismatch(&given));
            let Some((why, expected)) = found else { continue };
            // Other rules speak of these.
            if matches!(why.innermost(), Mismatch::NotListed(_) | Mismatch::Url(_)) {
                continue;
            }
            let what = match given.by {
                Giver::Code(_) => format!("the code's default for `{}`", given.key),
                Giver::Example => format!("the example value of `{}`", given.key),
                _ => format!("the value of `{}`", given.key),
            };
            let mut finding = reporter
                .report(
                    format!("{what}{} {why}", given.in_environments()),
                    given.at,
                    format!("not {}", expected.value_type),
                )
                .key(given.key)
                .why(reason(index, &given, &expected))
                .help(help(&why, expected.value_type))
                .environments(given.environment_names());
            if let Some(at) = expected.at {
                finding = finding.label(at, origin(&expected));
            }
            drop(finding);
        }
        refused_empty(reporter, refused);
    }
}

/// Empty values of one file that the validators of another see.
type Refused<'a> = BTreeMap<(FileId, Option<FileId>), Vec<(Given<'a>, Expected<'a>)>>;

/// Tells of empty values that validators see, where the keys may be left out: one fault of the file that writes them.
fn refused_empty(reporter: &mut Reporter<'_>, refused: Refused<'_>) {
    for group in refused.into_values() {
        let Some((first, expected)) = group.first() else { continue };
        let names: Vec<&str> = group.iter().map(|(given, _)| given.key.as_str()).collect();
        let keys: Vec<KeyName> = group.iter().map(|(given, _)| given.key.clone()).collect();
        let example = if matches!(first.by, Giver::Example) { "example " } else { "" };
        let message = match names.as_slice() {
            [name] => format!("the {example}value of `{name}` is empty, which its reader refuses"),
            _ => {
                format!("the {example}values of {} are empty, which their reader refuses", enumerate(&names))
            }
        };
        let label = format!("not {}, and not left out either", expected.value_type);
        let mut finding = reporter
            .report(message, first.at, label)
            .keys(&keys)
            .environments(first.environment_names())
            .why("an empty text is a value: only a variable that is not set passes as optional, or takes the default")
            .help("comment the line out, or take an empty text for none where it is read: `process.env.X || undefined`");
        if let Some(at) = expected.at {
            finding = finding.label(at, origin(expected));
        }
        for (other, _) in group.iter().skip(1).take(SHOWN) {
            finding = finding.label(other.at, "so is this one");
        }
        drop(finding);
    }
}

/// Tells of a duration with a unit, of which code of JavaScript takes the number alone.
fn cut_short(index: &Index, reporter: &mut Reporter<'_>, given: &Given<'_>) {
    // Few values are durations, which is told sooner than whether they are meant.
    if matches!(given.by, Giver::Code(_)) || !is_duration(given.text.reveal()) || given.meant().is_none() {
        return;
    }
    let mut reads = index.code_reads_of(given.key).map(|(read, _)| (read, converted_by(index, read)));
    // Who else reads it may well know units.
    let Some((read, Some(by))) = reads.next() else { return };
    if !reads.all(|(_, other)| other == Some(by)) {
        return;
    }
    let (label, why) = match by {
        "parseInt" => {
            ("read as its number alone", "`parseInt` takes the digits at the beginning and nothing else")
        }
        _ => ("read as NaN", "`Number` makes NaN of a text that is not a number as a whole"),
    };
    reporter
        .report(format!("the unit of `{}` is lost on its reader", given.key), given.at, label)
        .key(given.key)
        .label(read.at(), format!("converted by `{by}` here"))
        .why(why)
        .help("write the number in the unit that the code counts in, or let the code read units")
        .environments(given.environment_names());
}

/// Whether a text is a number with a unit of time: `168h`, `30s`, `500ms`.
fn is_duration(text: &str) -> bool {
    let unit = text.trim_start_matches(|c: char| c.is_ascii_digit());
    unit.len() < text.len() && matches!(unit, "ms" | "s" | "sec" | "m" | "min" | "h" | "d" | "w")
}

/// The function of JavaScript that makes a number of what is read: `parseInt(config.get("KEY"), 10)`. `None` where the
/// result is multiplied, so that the number was meant alone, or looked at before it is used.
fn converted_by(index: &Index, read: &Fact) -> Option<&'static str> {
    let path = index.path(read.file);
    let ending = path.name().rsplit('.').next()?;
    if !matches!(ending, "ts" | "js" | "mts" | "mjs" | "cts" | "cjs" | "tsx" | "jsx") {
        return None;
    }
    let text = &index.files.get(read.file)?.text;
    let before = text.get(..read.span.range().start)?;
    let before = before.get(before.rfind([';', '=', '{', '}', ',', '\n']).map_or(0, |at| at + 1)..)?;
    let (at, by) = ["parseInt(", "Number("]
        .iter()
        .find_map(|by| Some((before.rfind(by)? + by.len(), by.trim_end_matches('('))))?;
    let between = before.get(at..)?;
    let is_access = |c: char| {
        c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '<' | '>' | '(' | '[' | '"' | '\'' | '!' | '?')
    };
    if !between.chars().all(is_access) || between.matches('(').count() > 1 {
        return None;
    }
    let behind = text.get(read.span.range().end..)?;
    let statement = behind.split([';', '\n']).next()?;
    let is_judged = by == "Number" && text.contains("isNaN");
    (!is_judged && !statement.contains(['*', '/', '+'])).then_some(by)
}

/// What stands where the type is said.
pub(super) fn origin(expected: &Expected<'_>) -> String {
    match expected.by {
        Some(_) => format!("read as {} here", expected.value_type),
        None => format!("declared as {} here", expected.value_type),
    }
}

fn reason(index: &Index, given: &Given<'_>, expected: &Expected<'_>) -> &'static str {
    match expected.by {
        Some(fact) if is_pydantic(index, fact) => match (given.by, expected.value_type) {
            (Giver::Example, _) => "whoever copies the example gets a service that does not start",
            (_, ValueType::Json) => {
                "pydantic-settings reads lists, maps and models as JSON, so the service does not start"
            }
            _ => "pydantic refuses it, so the service does not start",
        },
        Some(_) if matches!(expected.value_type, ValueType::Pattern(_)) => {
            "the code that reads it refuses it"
        }
        Some(_) => "the code that reads it cannot convert it",
        None => "everybody who uses the key relies on the type that the matrix declares",
    }
}

fn is_pydantic(index: &Index, fact: &Fact) -> bool {
    let is_settings = matches!(&fact.role, Role::Reads(read) if read.settings.is_some());
    is_settings && index.files.path(fact.file).ends_with(".py")
}

fn help(why: &Mismatch, value_type: &ValueType) -> String {
    match (why.innermost(), value_type) {
        (Mismatch::Empty, _) => "leave the key out where it has no value".to_owned(),
        (Mismatch::NotJson, _) => "write JSON: a list is `[\"a\",\"b\"]`".to_owned(),
        (Mismatch::NotBool, _) => "write `true` or `false`".to_owned(),
        (Mismatch::Scheme { allowed, .. }, _) => match allowed.as_slice() {
            [only] => format!("write `{only}://…`"),
            _ => "use one of the allowed schemes".to_owned(),
        },
        _ => format!("write {value_type}"),
    }
}
