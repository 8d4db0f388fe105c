//! Arguments that an instruction does not take.

use super::super::names::quoted;
use super::refusal;
use crate::fact::Problem;
use crate::key::KeyName;
use crate::syntax::dockerfile::{Arguments, Fault, Instruction, Joined, Keyword, Pair, expand};
use crate::text::{Span, Spanned};

/// `COPY --from=$X`: BuildKit expands variables in `FROM` and not there.
fn variable_from(keyword: Keyword, instruction: &Instruction, problems: &mut Vec<Problem>) {
    let Some(from) = instruction.flag("--from").filter(|_| keyword == Keyword::Copy) else { return };
    if !from.as_str().contains('$') {
        return;
    }
    problems.push(refusal(from.span(), "`--from` takes no variable", "not expanded here").help(
        "begin a stage with `FROM`, which takes one (`FROM ${IMAGE} AS tools`), and copy `--from=tools`",
    ));
}

/// Checks one instruction.
pub(super) fn check(instruction: &Instruction, escape: char, problems: &mut Vec<Problem>) {
    let Some(keyword) = instruction.keyword else { return };
    let word = keyword.word();
    flags(keyword, instruction, problems);
    variable_from(keyword, instruction, problems);
    let at = instruction.word.span;
    match (keyword, &instruction.arguments) {
        (Keyword::Run | Keyword::Cmd | Keyword::Entrypoint, Arguments::None) => {}
        (_, Arguments::None) => {
            problems.push(refusal(at, format!("`{word}` has no argument"), "needs at least one"));
        }
        (_, Arguments::MixedArray(span)) => problems.push(
            refusal(
                *span,
                format!("`{word}` takes a JSON array of strings"),
                "something else than strings in it",
            )
            .help("put every element in double quotes"),
        ),
        (Keyword::From, Arguments::Words(words)) => from(instruction, words, problems),
        (Keyword::Env | Keyword::Label | Keyword::Arg, Arguments::Pairs(list)) => {
            pairs(keyword, list, problems)
        }
        (Keyword::Copy | Keyword::Add, Arguments::Words(words) | Arguments::Exec(words))
            if words.len() < 2 =>
        {
            problems.push(
                refusal(at, format!("`{word}` has one argument"), "needs a source and a destination")
                    .help("add the destination, for example `.`"),
            );
        }
        (Keyword::Expose, Arguments::Words(words)) => {
            if let Some(comment) = words.iter().find(|word| word.as_str().starts_with('#')) {
                problems.push(trailing_comment(word, comment));
            }
        }
        (Keyword::Healthcheck, Arguments::Check(kind, command)) => {
            let name = kind.as_str().to_ascii_uppercase();
            let is_empty = match &**command {
                Arguments::None => true,
                Arguments::Exec(words) => words.is_empty(),
                _ => false,
            };
            if !matches!(name.as_str(), "CMD" | "NONE") {
                problems.push(
                    refusal(kind.span(), "`HEALTHCHECK` takes `CMD` or `NONE`", "neither of them")
                        .help("write `HEALTHCHECK CMD` before the command"),
                );
            } else if name == "CMD" && is_empty {
                problems.push(refusal(kind.span(), "`HEALTHCHECK CMD` has no command", "nothing behind it"));
            }
        }
        (Keyword::Shell, Arguments::Text(text)) => problems.push(
            refusal(text.span(), "`SHELL` takes a JSON array", "this is none")
                .help(r#"write it as `SHELL ["/bin/bash", "-c"]`"#),
        ),
        (Keyword::Onbuild, Arguments::Trigger(inner)) => match inner.keyword {
            Some(inner_word @ (Keyword::Onbuild | Keyword::From | Keyword::Maintainer)) => {
                problems.push(refusal(
                    inner.word.span,
                    format!("`{}` cannot be a trigger", inner_word.word()),
                    "not allowed behind `ONBUILD`",
                ))
            }
            // A trigger is read only when another image is built from this one.
            Some(_) => check(inner, escape, problems),
            None => {}
        },
        _ => {}
    }
    faults(keyword, instruction, escape, problems);
}

fn from(instruction: &Instruction, words: &[Joined], problems: &mut Vec<Problem>) {
    let comment = words.iter().skip(1).find(|word| word.as_str().starts_with('#'));
    match words {
        _ if comment.is_some() => {
            problems.extend(comment.map(|comment| trailing_comment("FROM", comment)));
        }
        [_] => {}
        [_, between, name] if between.as_str().eq_ignore_ascii_case("as") => {
            let lower = name.as_str().to_ascii_lowercase();
            let is_valid = lower.starts_with(|c: char| c.is_ascii_lowercase())
                && lower.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.'));
            if !is_valid {
                problems.push(
                    refusal(
                        name.span(),
                        format!("{} cannot name a stage", quoted(name.as_str())),
                        "not a valid name",
                    )
                    .help("begin with a letter; letters, digits, `-`, `_` and `.` may follow"),
                );
            }
        }
        _ => problems.push(refusal(
            instruction.word.span,
            "`FROM` takes an image, or an image, `AS` and a name",
            format!("has {} arguments", words.len()),
        )),
    }
}

fn pairs(keyword: Keyword, pairs: &[Pair], problems: &mut Vec<Problem>) {
    let word = keyword.word();
    for pair in pairs {
        let key = pair.key.as_str();
        // Refused for the open quote in the name, or in the value where names are not expanded.
        if key.starts_with(['"', '\'']) && pair.value.is_some() && !is_closed(key) {
            problems.push(
                refusal(
                    pair.key.span(),
                    format!("the quotes in `{word}` belong around the value"),
                    "part of the name",
                )
                .help(format!("write `{word} name=\"value\"`")),
            );
            return;
        }
        match &pair.value {
            Some(_) if key.is_empty() && !pair.is_legacy => {
                problems.push(refusal(
                    pair.key.span(),
                    format!("a name is missing in `{word}`"),
                    "no name before `=`",
                ));
            }
            None if keyword == Keyword::Arg => {}
            None if pair.is_legacy => {
                problems.push(
                    refusal(
                        pair.key.span(),
                        format!("`{word}` gives {} no value", quoted(key)),
                        "needs a value",
                    )
                    .help(format!("write `{word} {}=` for an empty value", pair.key.as_str())),
                );
                return;
            }
            None => {
                problems.push(match key.strip_prefix('#') {
                    Some(_) => trailing_comment(word, &pair.key),
                    // It may be the rest of a value, which is not to be shown.
                    None => refusal(
                        pair.key.span(),
                        format!("a word in `{word}` is no `name=value`"),
                        "a `=` is missing",
                    )
                    .help("put a value with spaces in double quotes"),
                });
                // The words behind are mostly the rest of the same mistake.
                return;
            }
            Some(_) => problems.extend(sign_in_value(keyword, pair)),
        }
    }
}

/// `ENV X = v`, which BuildKit takes for the old form `ENV X v`.
fn sign_in_value(keyword: Keyword, pair: &Pair) -> Option<Problem> {
    let meant = pair.behind_sign().filter(|_| keyword == Keyword::Env)?;
    let key = pair.key.as_str();
    let span = pair.value.as_ref()?.span();
    let mut problem = refusal(
        span,
        format!("the value of `{key}` begins with the `=`"),
        "the `=` is part of it",
    )
    .about(&KeyName::new(key))
    .why("`ENV` with a blank behind the name takes the rest of the line for the value, the `=` as well")
    .help(format!("write `ENV {key}=...`, without blanks around the `=`"));
    // A value of several words needs quotes, and not every value can be put into them.
    let quoted = meant.as_str().strip_prefix('"').and_then(|rest| rest.strip_suffix('"'));
    let (text, signs): (&str, &[char]) = match quoted {
        Some(inside) => (inside, &['"', '\\', '\n']),
        None => (meant.as_str(), &[' ', '\t', '\'', '"', '\\', '\n']),
    };
    if !text.contains(signs) {
        let key_end = pair.key.span().end as usize;
        problem.repair = vec![(Span::new(key_end, meant.span().start as usize), "=".to_owned())];
    }
    Some(problem)
}

/// Whether a text that begins with a quote ends with the same one.
fn is_closed(text: &str) -> bool {
    let mut chars = text.chars();
    let first = chars.next();
    first.is_some() && chars.next_back() == first
}

fn trailing_comment(word: &str, comment: &Joined) -> Problem {
    refusal(
        comment.span(),
        format!("`{word}` takes no comment at the end of its line"),
        "read as one more argument",
    )
    .help("put the comment on a line of its own")
}

/// Flags that are one slip away from one that exists.
fn flags(keyword: Keyword, instruction: &Instruction, problems: &mut Vec<Problem>) {
    let known: &[&str] = match keyword {
        Keyword::From => &["--platform"],
        Keyword::Run => &["--mount", "--network", "--security", "--device"],
        Keyword::Copy => &["--from", "--chown", "--chmod", "--link", "--exclude", "--parents"],
        Keyword::Add => {
            &["--chown", "--chmod", "--link", "--keep-git-dir", "--checksum", "--unpack", "--exclude"]
        }
        Keyword::Healthcheck => {
            &["--interval", "--timeout", "--start-period", "--start-interval", "--retries"]
        }
        _ => &[],
    };
    for flag in &instruction.flags {
        let name = flag.name.value.as_str();
        if known.contains(&name) {
            continue;
        }
        if let Some(meant) = known.iter().find(|known| strsim::osa_distance(known, name) == 1) {
            let mut problem = refusal(
                flag.name.span,
                format!("`{}` has no flag {}", keyword.word(), quoted(name)),
                "BuildKit does not know this flag",
            )
            .help(format!("did you mean `{meant}`?"));
            problem.repair = vec![(flag.name.span, (*meant).to_owned())];
            problems.push(problem);
        }
    }
}

/// Quotes and braces that are not closed where BuildKit expands variables.
fn faults(keyword: Keyword, instruction: &Instruction, escape: char, problems: &mut Vec<Problem>) {
    use Keyword::{Add, Arg, Copy, Env, Expose, From, Label, Stopsignal, User, Volume, Workdir};
    let words: Vec<&Joined> = match (keyword, &instruction.arguments) {
        (Arg | Env | Label, Arguments::Pairs(pairs)) => {
            // The other half of a quote that begins in a name has been told.
            let values = pairs.iter().filter(|pair| !pair.key.as_str().starts_with(['"', '\'']));
            values.filter_map(|pair| pair.value.as_ref()).collect()
        }
        (From | Add | Copy | Expose | Volume, Arguments::Words(words) | Arguments::Exec(words)) => {
            words.iter().collect()
        }
        (Workdir | User | Stopsignal, Arguments::Text(text)) => vec![text],
        _ => return,
    };
    let fault = words.into_iter().find_map(|word| expand(word, escape).fault);
    problems.extend(fault.map(|fault| self::fault(keyword, &fault)));
}

fn fault(keyword: Keyword, fault: &Spanned<Fault>) -> Problem {
    let word = keyword.word();
    let message = match fault.value {
        Fault::OpenQuote('"') => format!("a double quote in `{word}` is not closed"),
        Fault::OpenQuote(_) => format!("a single quote in `{word}` is not closed"),
        Fault::OpenBrace => format!("a `${{` in `{word}` is not closed"),
        Fault::BadSubstitution => format!("`{word}` holds a substitution that BuildKit does not know"),
    };
    let problem = refusal(fault.span, message, "begins here");
    match fault.value {
        Fault::OpenQuote('\'') => problem.help("close it, or put the value in double quotes"),
        Fault::BadSubstitution => {
            problem.help("the forms are `$X`, `${X}`, `${X:-default}` and `${X:+value}`")
        }
        _ => problem.help("close it"),
    }
}
