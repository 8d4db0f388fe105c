//! Which variables a script takes from outside.

use std::collections::BTreeMap;
use std::ops::Range;

use super::Source;
use super::guards::Guard;
use super::name::is_key;
use crate::fact::{Need, Value};
use crate::syntax::shell::{Command, End, Item, ShellOperator, ShellUse, Word};

/// A variable that a script takes from outside.
pub(super) struct Taken {
    pub(super) name: Range<usize>,
    pub(super) need: Need,
}

/// Where a script sets its variables, and which parts of it run in any case.
#[derive(Default)]
pub(super) struct Layout {
    /// Where each variable is set, in order.
    pub(super) set: BTreeMap<String, Vec<usize>>,
    functions: Vec<Range<usize>>,
    /// What runs in any case, if the script gets there.
    always: Vec<Range<usize>>,
    /// Whether an unset variable ends the script (`set -u`), from where on.
    is_strict_from: Option<usize>,
    /// Where the script first takes in other text.
    takes_in_from: Option<usize>,
}

impl Layout {
    pub(super) fn of(text: &str, items: &[Vec<Item>]) -> Self {
        let mut layout = Self::default();
        let shebang = text.lines().next().filter(|line| line.starts_with("#!")).unwrap_or("");
        if shebang.split_whitespace().skip(1).any(is_strict) {
            layout.is_strict_from = Some(0);
        }
        for (number, list) in items.iter().enumerate() {
            layout.read(list, number == 0);
        }
        for places in layout.set.values_mut() {
            places.sort_unstable();
        }
        layout.functions.sort_unstable_by_key(|range| range.start);
        layout.always.sort_unstable_by_key(|range| range.start);
        layout
    }

    fn read(&mut self, list: &[Item], is_outermost: bool) {
        let mut depth = 0_usize;
        let mut function: Option<(usize, usize)> = None;
        let mut end = 0;
        let mut follows_condition = false;
        for item in list {
            match item {
                Item::Function(name) => {
                    if function.is_none() {
                        function = Some((depth, name.range.start));
                    }
                }
                Item::Open(_) => depth += 1,
                Item::Close(..) => {
                    depth = depth.saturating_sub(1);
                    if let Some((outside, start)) = function
                        && outside == depth
                    {
                        self.functions.push(start..end);
                        function = None;
                    }
                    follows_condition = false;
                }
                Item::Part(_) => follows_condition = false,
                Item::Command(command) => {
                    let words =
                        command.words.iter().chain(command.redirects.iter().map(|redirect| &redirect.target));
                    let start = words.clone().map(|word| word.range.start).min().unwrap_or(end);
                    end = words.map(|word| word.range.end).max().unwrap_or(end);
                    let body = command
                        .redirects
                        .iter()
                        .filter_map(|redirect| redirect.body.as_ref())
                        .map(|body| body.end)
                        .max();
                    end = end.max(body.unwrap_or(0));
                    if is_outermost && depth == 0 && !follows_condition {
                        self.always.push(start..end);
                    }
                    follows_condition = matches!(command.end, End::And | End::Or);
                    self.command(command);
                }
            }
        }
    }

    fn command(&mut self, command: &Command) {
        let call = command.call();
        let name = call.first().map_or("", |word| word.text.as_str());
        let arguments = call.get(1..).unwrap_or_default();
        if call.is_empty() {
            for word in &command.words {
                self.sets_word(word);
            }
        }
        let at = call.first().map_or(0, |word| word.range.start);
        match name {
            "export" | "declare" | "typeset" | "readonly" | "local" => {
                let is_local = matches!(name, "local" | "declare" | "typeset");
                for word in arguments.iter().filter(|word| !word.text.starts_with('-')) {
                    match word.assignment() {
                        Some(_) => self.sets_word(word),
                        None if is_local => self.sets(&word.text, word.range.end),
                        None => {}
                    }
                }
                if arguments.iter().any(|word| word.text.starts_with(['$', '`'])) {
                    self.takes_in_from.get_or_insert(at);
                }
            }
            "read" | "mapfile" | "readarray" | "unset" => {
                for word in arguments.iter().filter(|word| !word.text.starts_with('-')) {
                    self.sets(&word.text, word.range.end);
                }
            }
            "for" | "select" => {
                if let Some(word) = arguments.first() {
                    self.sets(&word.text, word.range.end);
                }
            }
            "getopts" => {
                if let Some(word) = arguments.get(1) {
                    self.sets(&word.text, word.range.end);
                }
            }
            "printf" if arguments.first().is_some_and(|word| word.text == "-v") => {
                if let Some(word) = arguments.get(1) {
                    self.sets(&word.text, word.range.end);
                }
            }
            "set" => {
                let is_named = arguments.windows(2).any(|pair| {
                    pair.iter().map(|word| word.text.as_str()).eq(["-o", "nounset"])
                        || (pair
                            .first()
                            .is_some_and(|word| word.text.starts_with('-') && word.text.ends_with('o'))
                            && pair.get(1).is_some_and(|word| word.text == "nounset"))
                });
                if is_named || arguments.iter().any(|word| is_strict(&word.text)) {
                    self.is_strict_from.get_or_insert(at);
                }
            }
            "." | "source" | "eval" => {
                self.takes_in_from.get_or_insert(at);
            }
            _ => {}
        }
    }

    fn sets_word(&mut self, word: &Word) {
        if let Some((name, _)) = word.assignment() {
            self.sets(name, word.range.end);
        }
    }

    fn sets(&mut self, name: &str, at: usize) {
        self.set.entry(name.to_owned()).or_default().push(at);
    }

    /// Whether the script itself has set a variable before a place: earlier in it, or, in a function, which
    /// runs nobody knows when, anywhere.
    pub(super) fn has_set(&self, name: &str, at: usize) -> bool {
        let Some(places) = self.set.get(name) else { return false };
        if is_within(&self.functions, at) {
            return true;
        }
        places.first().is_some_and(|&first| first <= at)
    }

    /// Whether the script ends at a place if the variable there is unset.
    fn is_demanded_at(&self, at: usize) -> bool {
        is_within(&self.always, at)
            && self.is_strict_from.is_some_and(|from| from <= at)
            && self.takes_in_from.is_none_or(|from| at < from)
    }
}

/// Whether a place lies in one of the ranges, which are in order and apart.
fn is_within(ranges: &[Range<usize>], at: usize) -> bool {
    let before = ranges.partition_point(|range| range.start <= at);
    before.checked_sub(1).and_then(|last| ranges.get(last)).is_some_and(|range| range.contains(&at))
}

/// Whether an option of a shell (`-eu`, `-euxo`) makes unset variables an error.
fn is_strict(option: &str) -> bool {
    option.strip_prefix('-').is_some_and(|letters| {
        !letters.starts_with('-') && letters.contains('u') && letters.bytes().all(|b| b.is_ascii_alphabetic())
    })
}

/// What a script takes from outside, one entry per variable and kind of need, in order.
pub(super) fn taken(
    source: &Source<'_>,
    uses: &[ShellUse],
    layout: &Layout,
    guards: &BTreeMap<String, Guard>,
) -> Vec<Taken> {
    let text = source.text;
    let mut found: BTreeMap<&str, Vec<Taken>> = BTreeMap::new();
    for used in uses {
        let name = text.get(used.name.clone()).unwrap_or("");
        if !is_key(name) || layout.has_set(name, used.name.start) {
            continue;
        }
        let guard = guards.get(name);
        let known = found.entry(name).or_default();
        if guard.is_some_and(|guard| guard.name == used.name) {
            // The test itself is no use with a default.
            let need =
                if guard.is_some_and(|guard| guard.is_required) { Need::Required } else { Need::Optional };
            known.push(Taken { name: used.name.clone(), need });
            continue;
        }
        let need = match &used.operator {
            ShellOperator::Refuse { .. } => Need::Required,
            ShellOperator::Alternative => Need::Optional,
            ShellOperator::Default { text: default, .. } => {
                let span = (source.place)(default);
                Need::Default(Value::literal(text.get(default.clone()).unwrap_or(""), span))
            }
            ShellOperator::Take if layout.is_demanded_at(used.name.start) => Need::Required,
            ShellOperator::Take => Need::Unknown,
        };
        known.push(Taken { name: used.name.clone(), need });
    }
    // Names that only a list spells: `for name in A B; do [ -n "${!name}" ] || exit 1`.
    for (name, guard) in guards {
        if !found.contains_key(name.as_str()) && !layout.has_set(name, guard.name.start) {
            let need = if guard.is_required { Need::Required } else { Need::Optional };
            found.insert(name, vec![Taken { name: guard.name.clone(), need }]);
        }
    }
    let mut all: Vec<Taken> = found.into_values().filter_map(strongest).collect();
    all.sort_by_key(|taken| taken.name.start);
    all
}

/// The use that says most about what happens without the variable.
fn strongest(uses: Vec<Taken>) -> Option<Taken> {
    let rank = |need: &Need| match need {
        Need::Required => 0,
        Need::Default(value) if !value.text.reveal().is_empty() => 1,
        Need::Optional | Need::Default(_) => 2,
        Need::Unknown => 3,
    };
    uses.into_iter().min_by_key(|taken| (rank(&taken.need), taken.name.start))
}
