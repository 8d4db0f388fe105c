//! Which variables a script demands: tests for emptiness whose outcome ends the script.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use super::name::{base, fails, is_key};
use crate::syntax::shell::{Block, Command, End, Item, Part, Word};

/// What a script's tests say about a variable.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Guard {
    /// Whether the script ends without the variable.
    pub(super) is_required: bool,
    /// The variable's name in the first such test.
    pub(super) name: Range<usize>,
}

/// Tests of one list of commands that are looked at; honest scripts chain a few.
const MAX_CHAIN: usize = 64;

/// A test whether a variable is empty or unset.
#[derive(Clone)]
struct Test {
    /// The variables: several where a loop goes through their names.
    of: Vec<(String, Range<usize>)>,
    /// Whether it holds for an empty variable (`-z`) or for one that is not (`-n`).
    is_empty: bool,
}

/// An open block.
struct Frame {
    block: Block,
    part: Option<Part>,
    tests: Vec<Test>,
    /// Variables that the condition names: lists of what is missing.
    names: BTreeSet<String>,
    /// Whether its tests have to hold together, so that none decides alone.
    is_joined: bool,
    fails: bool,
    fails_otherwise: bool,
    /// Lists of what is missing that it adds to.
    adds_to: Vec<String>,
    /// The tests that guard a group: `[ -z "$X" ] && { ... }`.
    guarded_by: Vec<Test>,
}

#[derive(Default)]
struct Finder {
    found: BTreeMap<String, Guard>,
    /// Functions of the script that end it.
    failing: BTreeSet<String>,
    /// Names in arrays and in the lists of loops, by the array or the loop's variable.
    lists: BTreeMap<String, Vec<(String, Range<usize>)>>,
    /// Variables found missing, by the variable in which the script gathers them.
    missing: BTreeMap<String, Vec<Test>>,
    frames: Vec<Frame>,
    /// The tests of the list of commands that is being read.
    chain: Vec<Test>,
    /// Those of them that the next command is guarded by.
    ready: Vec<Test>,
}

/// The variables that a script tests, by name.
pub(super) fn find(items: &[Vec<Item>]) -> BTreeMap<String, Guard> {
    let mut finder = Finder { failing: failing_functions(items), ..Finder::default() };
    for list in items {
        finder.frames.clear();
        finder.chain.clear();
        finder.ready.clear();
        for item in list {
            finder.item(item);
        }
    }
    finder.found
}

/// The functions in whose bodies something ends the script.
fn failing_functions(items: &[Vec<Item>]) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let mut name: Option<String> = None;
    let mut depth = 0_usize;
    for item in items.iter().flatten() {
        match item {
            Item::Function(word) if name.is_none() => {
                name = Some(word.text.clone());
                depth = 0;
            }
            Item::Open(_) => depth += 1,
            Item::Close(..) => {
                depth = depth.saturating_sub(1);
                if depth == 0 {
                    name = None;
                }
            }
            Item::Command(command) if fails(command) => found.extend(name.clone()),
            _ => {}
        }
    }
    found
}

impl Finder {
    fn item(&mut self, item: &Item) {
        match item {
            Item::Command(command) => self.command(command),
            Item::Open(block) => {
                let guarded_by =
                    if *block == Block::Group { std::mem::take(&mut self.ready) } else { Vec::new() };
                self.chain.clear();
                self.ready.clear();
                self.frames.push(Frame {
                    block: *block,
                    part: None,
                    tests: Vec::new(),
                    names: BTreeSet::new(),
                    is_joined: false,
                    fails: false,
                    fails_otherwise: false,
                    adds_to: Vec::new(),
                    guarded_by,
                });
            }
            Item::Part(part) => {
                if *part == Part::Elif {
                    self.decide();
                }
                if let Some(frame) = self.frames.last_mut() {
                    frame.part = if *part == Part::Elif { None } else { Some(*part) };
                }
            }
            Item::Close(..) => {
                self.decide();
                self.frames.pop();
            }
            Item::Function(_) => {}
        }
    }

    fn command(&mut self, command: &Command) {
        self.note_lists(command);
        let (tests, is_joined) = self.tests(command);
        let is_test = is_test(command);
        let ends =
            fails(command) || command.call().first().is_some_and(|name| self.failing.contains(&name.text));
        if ends {
            self.demand_arguments(command);
        }
        let adds_to = gathers(command);
        if !is_test {
            let ready = std::mem::take(&mut self.ready);
            if ends {
                self.require(&ready);
            }
            for name in &adds_to {
                self.missing.entry(name.clone()).or_default().extend(ready.iter().cloned());
            }
            // `[ -z "$X" ] && echo missing && exit 1`
            if command.end == End::And {
                self.ready = ready;
            }
            self.chain.clear();
        }
        if let Some(frame) = self.frames.last_mut() {
            match frame.part {
                None if frame.block == Block::If => {
                    frame.is_joined |= is_joined || (command.end == End::And && is_test);
                    frame.tests.extend(tests.iter().cloned());
                    frame.names.extend(command.words.iter().filter_map(variable).map(|(name, _)| name));
                }
                Some(Part::Else) => frame.fails_otherwise |= ends,
                _ => {
                    frame.fails |= ends;
                    frame.adds_to.extend(adds_to);
                }
            }
        }
        if is_test {
            for test in &tests {
                self.note(test, false);
            }
            if self.chain.len() < MAX_CHAIN {
                self.chain.extend(tests);
            }
            self.ready = match command.end {
                End::And if !is_joined => self.chain.iter().filter(|test| test.is_empty).cloned().collect(),
                End::Or => self.chain.iter().filter(|test| !test.is_empty).cloned().collect(),
                _ => Vec::new(),
            };
            if command.end == End::Plain {
                self.chain.clear();
            }
        }
    }

    /// What the innermost block says about its tests.
    fn decide(&mut self) {
        let Some(frame) = self.frames.last_mut() else { return };
        let tests = std::mem::take(&mut frame.tests);
        let names = std::mem::take(&mut frame.names);
        let adds_to = std::mem::take(&mut frame.adds_to);
        let guarded = std::mem::take(&mut frame.guarded_by);
        let is_joined = std::mem::replace(&mut frame.is_joined, false);
        let fails = std::mem::replace(&mut frame.fails, false);
        let fails_otherwise = std::mem::replace(&mut frame.fails_otherwise, false);
        let of = |is_empty: bool| -> Vec<Test> {
            tests.iter().filter(|test| test.is_empty == is_empty).cloned().collect()
        };
        let (empty, present) = (of(true), of(false));
        for name in adds_to {
            self.missing.entry(name).or_default().extend(empty.iter().chain(&guarded).cloned());
        }
        if fails {
            let gathered: Vec<Test> =
                names.iter().filter_map(|name| self.missing.remove(name)).flatten().collect();
            self.require(&gathered);
            self.require(&guarded);
            if !is_joined || tests.len() == 1 {
                self.require(&empty);
            }
        }
        if fails_otherwise {
            self.require(&present);
        }
    }

    fn require(&mut self, tests: &[Test]) {
        for test in tests {
            self.note(test, true);
        }
    }

    fn note(&mut self, test: &Test, is_required: bool) {
        for (name, place) in &test.of {
            let guard = self
                .found
                .entry(name.clone())
                .or_insert_with(|| Guard { is_required: false, name: place.clone() });
            if is_required && !guard.is_required {
                *guard = Guard { is_required, name: place.clone() };
            }
        }
    }

    /// `require_env DATABASE_URL`, where the script's own function ends it.
    fn demand_arguments(&mut self, command: &Command) {
        const WORDS: &[&str] =
            &["require", "need", "check", "ensure", "assert", "must", "validate", "verify"];
        let Some((name, arguments)) = command.call().split_first() else { return };
        let name = name.text.to_ascii_lowercase();
        if !WORDS.iter().any(|word| name.contains(word)) {
            return;
        }
        let named = arguments.iter().filter(|word| word.is_plain && is_key(&word.text));
        let of = named.map(|word| (word.text.clone(), word.place(&(0..word.text.len())))).collect();
        self.note(&Test { of, is_empty: true }, true);
    }

    /// `for X in A B`, `NAMES=(A B)`.
    fn note_lists(&mut self, command: &Command) {
        for word in &command.words {
            let Some((name, value)) = word.assignment().filter(|(_, value)| value.starts_with('(')) else {
                continue;
            };
            let mut from = word.text.len() - value.len();
            let mut list = Vec::new();
            for part in value.split([' ', '\t', '\n', '(', ')']) {
                let bare = part.trim_matches(['"', '\'']);
                if is_key(bare) {
                    let begin = from + (part.len() - part.trim_start_matches(['"', '\'']).len());
                    list.push((bare.to_owned(), word.place(&(begin..begin + bare.len()))));
                }
                from += part.len() + 1;
            }
            self.lists.insert(name.to_owned(), list);
        }
        let [first, name, third, rest @ ..] = command.words.as_slice() else { return };
        if first.text != "for" || third.text != "in" {
            return;
        }
        let mut list = Vec::new();
        for word in rest {
            if word.is_plain && is_key(&word.text) {
                list.push((word.text.clone(), word.place(&(0..word.text.len()))));
            } else if let Some(array) =
                word.text.strip_prefix("${").and_then(|text| text.strip_suffix("[@]}"))
            {
                list.extend(self.lists.get(array).into_iter().flatten().cloned());
            }
        }
        self.lists.insert(name.text.clone(), list);
    }

    /// The tests that a command makes, and whether they have to hold together.
    fn tests(&self, command: &Command) -> (Vec<Test>, bool) {
        let mut found = Vec::new();
        if !is_test(command) {
            return (found, false);
        }
        let words = command.call().get(1..).unwrap_or_default();
        let words: Vec<&Word> =
            words.iter().filter(|word| !matches!(word.text.as_str(), "]" | "]]" | "(" | ")")).collect();
        let is_joined = words.iter().any(|word| matches!(word.text.as_str(), "&&" | "-a"));
        let text = |at: usize| words.get(at).map_or("", |word| word.text.as_str());
        for (at, word) in words.iter().enumerate() {
            let is_negated = at > 0 && text(at - 1) == "!";
            let single = |at: usize| at == 0 || matches!(text(at - 1), "!" | "||" | "&&" | "-o" | "-a");
            let ends = |at: usize| at >= words.len() || matches!(text(at), "||" | "&&" | "-o" | "-a");
            let test = match word.text.as_str() {
                "-z" | "-n" => words.get(at + 1).map(|operand| (*operand, word.text == "-z")),
                "=" | "==" | "!=" if at > 0 && words.get(at + 1).is_some_and(|next| next.text.is_empty()) => {
                    words.get(at - 1).map(|operand| (*operand, word.text != "!="))
                }
                "-v" => words.get(at + 1).map(|operand| (*operand, false)),
                _ if single(at) && ends(at + 1) => Some((*word, false)),
                _ => None,
            };
            let Some((operand, is_empty)) = test else { continue };
            let of = if word.text == "-v" && is_key(&operand.text) {
                vec![(operand.text.clone(), operand.place(&(0..operand.text.len())))]
            } else {
                self.subjects(operand)
            };
            if !of.is_empty() {
                found.push(Test { of, is_empty: is_empty != is_negated });
            }
        }
        (found, is_joined)
    }

    /// The variables whose values a word is: itself, or those that a loop's variable names.
    fn subjects(&self, word: &Word) -> Vec<(String, Range<usize>)> {
        if let Some(rest) = word.text.strip_prefix("${!") {
            let name: String = rest.chars().take_while(|c| c.is_ascii_alphanumeric() || *c == '_').collect();
            return self.lists.get(&name).cloned().unwrap_or_default();
        }
        variable(word).filter(|(name, _)| is_key(name)).into_iter().collect()
    }
}

/// The variable of a word that is one expansion alone, or the list that `${#X[@]}` counts.
fn variable(word: &Word) -> Option<(String, Range<usize>)> {
    let rest = word.text.strip_prefix('$')?;
    let inside = rest.strip_prefix('{').map(|rest| rest.strip_suffix('}').unwrap_or(rest));
    let counted = inside.and_then(|inside| inside.strip_prefix('#'));
    let text = counted.or(inside).unwrap_or(rest);
    let length = text.bytes().take_while(|&b| b.is_ascii_alphanumeric() || b == b'_').count();
    let name = text.get(..length).filter(|name| !name.is_empty())?;
    let behind = text.get(length..).unwrap_or("");
    let is_whole = match inside {
        None => behind.is_empty(),
        // `${X}`, `${X:-}`, `${X-}`, `${X+x}`, `${X:+x}`, `${X[@]}`
        Some(_) => {
            matches!(behind, "" | ":-" | "-" | "[@]" | "[*]")
                || behind.trim_start_matches(':').starts_with('+')
        }
    };
    let begin = word.text.find(text)?;
    is_whole.then(|| (name.to_owned(), word.place(&(begin..begin + length))))
}

fn is_test(command: &Command) -> bool {
    command.call().first().is_some_and(|name| matches!(base(&name.text), "[" | "[[" | "test"))
}

/// The variables in which a command gathers what is missing: `missing+=(X)`, `errors=1`.
fn gathers(command: &Command) -> Vec<String> {
    const WORDS: &[&str] = &["missing", "error", "fail", "invalid", "unset", "problem"];
    let names = command.words.iter().map_while(Word::assignment).map(|(name, _)| name);
    names
        .filter(|name| WORDS.iter().any(|word| name.to_ascii_lowercase().contains(word)))
        .map(str::to_owned)
        .collect()
}
