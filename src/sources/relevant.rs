//! Which statements of a long file are parsed: those that may touch the environment, and what they need of the others.
//!
//! Parsing is most of what a file of code costs, and most of a long file that reads a variable somewhere has
//! nothing to do with variables. Statements at the left margin that name nothing of the environment, use nothing
//! that does and are not used by anything that does are left out. All else is parsed, each byte at its own place.

use std::ops::Range;

use foldhash::{HashMap, HashMapExt, HashSet};

/// Shorter files, in bytes, are parsed as a whole.
pub(super) const SHORT: usize = 4 << 10;

/// How often a function around a function around a read is still looked for.
const ROUNDS: usize = 5;

/// A statement at the left margin, with what belongs to it.
#[derive(Clone, Debug)]
pub(super) struct Statement<'t> {
    pub(super) range: Range<usize>,
    /// The names it binds, as far as it is a definition, an assignment or an import.
    pub(super) binds: Vec<&'t str>,
    /// Whether it only defines something, so that it means nothing to those who do not use it.
    pub(super) may_go: bool,
    /// Whether it is a function.
    pub(super) is_function: bool,
    /// Whether it is a class.
    pub(super) is_class: bool,
    /// Whether its name stands for a value, or for a function that is handed nothing, and so for no way to read
    /// another variable.
    pub(super) is_value: bool,
}

/// What a statement has to do with the environment.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(super) enum Touch {
    /// Nothing.
    None,
    /// It takes variables whose names it writes down: who uses what it binds gets values, and no way to read others.
    Plain,
    /// It may read or set any variable, or hand on the environment.
    Any,
}

/// A file's parts.
#[derive(Debug)]
pub(super) struct Parts {
    /// What is to be parsed.
    pub(super) parsed: Vec<Range<usize>>,
    /// What is not.
    pub(super) left_out: Vec<Range<usize>>,
}

impl Parts {
    /// All of a text, to be parsed.
    pub(super) fn whole(text: &str) -> Self {
        let whole = 0..text.len();
        Self { parsed: Vec::from([whole]), left_out: Vec::new() }
    }

    /// The statements that are `kept`, and the others.
    pub(super) fn of(statements: &[Statement<'_>], kept: &[bool]) -> Self {
        let mut parts = Self { parsed: Vec::new(), left_out: Vec::new() };
        for (statement, is_kept) in statements.iter().zip(kept) {
            parts.push(statement.range.clone(), *is_kept);
        }
        parts
    }

    /// Adds what stands behind all that was added.
    pub(super) fn push(&mut self, range: Range<usize>, is_parsed: bool) {
        let list = if is_parsed { &mut self.parsed } else { &mut self.left_out };
        match list.last_mut() {
            Some(last) if last.end == range.start => last.end = range.end,
            _ if range.is_empty() => {}
            _ => list.push(range),
        }
    }
}

/// Who names whom among the statements of a file.
pub(super) struct Graph<'s, 't> {
    statements: &'s [Statement<'t>],
    /// The statements that bind a name.
    binds: HashMap<&'t str, Vec<usize>>,
    /// The names of this file that each statement uses or binds.
    names: Vec<Vec<&'t str>>,
    /// The statements that use or bind a name.
    users: HashMap<&'t str, Vec<usize>>,
}

impl<'s, 't> Graph<'s, 't> {
    pub(super) fn of(text: &'t str, statements: &'s [Statement<'t>]) -> Self {
        let mut binds: HashMap<&str, Vec<usize>> = HashMap::new();
        for (position, statement) in statements.iter().enumerate() {
            for &name in &statement.binds {
                binds.entry(name).or_default().push(position);
            }
        }
        let mut names = vec![Vec::new(); statements.len()];
        let mut users: HashMap<&str, Vec<usize>> = HashMap::new();
        let shapes = Shapes::of(binds.keys().copied());
        for (position, statement) in statements.iter().enumerate() {
            let used = words(text.get(statement.range.clone()).unwrap_or(""));
            for word in used.filter(|word| shapes.may_hold(word) && binds.contains_key(word)) {
                let users = users.entry(word).or_default();
                if users.last() != Some(&position) {
                    users.push(position);
                    names[position].push(word);
                }
            }
        }
        Self { statements, binds, names, users }
    }

    /// The names by which statements that read the environment, or use one that does, can be called, and which
    /// statements are needed, where `touches` tells what each has to do with the environment itself. `with_called`
    /// keeps the functions that readers call, too.
    pub(super) fn kept(&self, touches: &[Touch], with_called: bool) -> (HashSet<&'t str>, Vec<bool>) {
        let is_touched = || touches.iter().map(|touch| *touch != Touch::None);
        let mut kept: Vec<bool> =
            self.statements.iter().zip(is_touched()).map(|(one, touches)| touches || !one.may_go).collect();
        // Whoever uses what reads the environment may be a helper around it.
        let mut is_reader: Vec<bool> = is_touched().collect();
        let mut is_value: Vec<bool> = self
            .statements
            .iter()
            .zip(touches)
            .map(|(one, touch)| one.is_value || *touch == Touch::Plain)
            .collect();
        let mut latest: Vec<usize> = (0..is_reader.len()).filter(|&at| is_reader[at]).collect();
        for _ in 0..ROUNDS {
            let bound = latest.iter().filter(|&&at| !is_value[at]).flat_map(|&at| &self.statements[at].binds);
            let users: Vec<usize> =
                bound.filter_map(|name| self.users.get(name)).flatten().copied().collect();
            latest.clear();
            for user in users {
                let is_new = !std::mem::replace(&mut is_reader[user], true);
                let was_plain = std::mem::replace(&mut is_value[user], self.statements[user].is_value);
                if is_new || was_plain && !is_value[user] {
                    latest.push(user);
                }
            }
            latest.iter().for_each(|&at| kept[at] = true);
        }
        let readers =
            (0..is_reader.len()).filter(|&at| is_reader[at] && !is_value[at]).map(|at| &self.statements[at]);
        let names = readers.flat_map(|one| one.binds.iter().copied()).collect();
        // What a reader names may be a list of keys, a prefix or the type of a field.
        let mut open: Vec<usize> = (0..is_reader.len()).filter(|&at| is_reader[at]).collect();
        while let Some(at) = open.pop() {
            let named = self.names[at].iter().filter_map(|name| self.binds.get(name)).flatten();
            for &named in named {
                if self.statements[named].is_function {
                    kept[named] |= with_called;
                } else if !std::mem::replace(&mut is_reader[named], true) {
                    kept[named] = true;
                    open.push(named);
                }
            }
        }
        (names, kept)
    }
}

/// A statement of a function's body.
pub(super) struct Step<'t> {
    pub(super) code: &'t str,
    /// The names that it may bind, on any of its lines.
    pub(super) bound: Vec<&'t str>,
    /// What it has to do with the environment itself.
    pub(super) touch: Touch,
    /// Whether it may end the function, and so is parsed in any case.
    pub(super) ends: bool,
}

/// Which steps of a function are parsed: those that touch the environment, those that use the names they bind, those that
/// may end the function, and what binds the names that all of these use. Of those who only use a value, the ones that may
/// judge it, as `judges` tells.
pub(super) fn needed(steps: &[Step<'_>], judges: impl Fn(&str) -> bool) -> Vec<bool> {
    let mut users: HashMap<&str, Vec<usize>> = HashMap::new();
    let mut binders: HashMap<&str, Vec<usize>> = HashMap::new();
    for (at, step) in steps.iter().enumerate() {
        step.bound.iter().for_each(|name| binders.entry(*name).or_default().push(at));
    }
    let shapes = Shapes::of(binders.keys().copied());
    for (at, step) in steps.iter().enumerate() {
        for word in words(step.code).filter(|word| shapes.may_hold(word) && binders.contains_key(word)) {
            let users = users.entry(word).or_default();
            if users.last() != Some(&at) {
                users.push(at);
            }
        }
    }
    let mut kept: Vec<bool> = steps.iter().map(|step| step.touch != Touch::None).collect();
    // Whether all that use what a step binds are needed.
    let mut is_followed: Vec<bool> = steps.iter().map(|step| step.touch == Touch::Any).collect();
    let mut open: Vec<usize> = (0..kept.len()).filter(|&at| kept[at]).collect();
    while let Some(at) = open.pop() {
        let is_all = is_followed[at];
        for &user in steps[at].bound.iter().filter_map(|name| users.get(name)).flatten() {
            if !is_followed[user] && (is_all || user != at && judges(steps[user].code)) {
                (is_followed[user], kept[user]) = (true, true);
                open.push(user);
            }
        }
    }
    kept.iter_mut().zip(steps).for_each(|(kept, step)| *kept |= step.ends);
    let mut open: Vec<usize> = (0..kept.len()).filter(|&at| kept[at]).collect();
    while let Some(at) = open.pop() {
        let names = words(steps[at].code).filter(|word| shapes.may_hold(word));
        let binding = names.filter_map(|name| binders.get(name)).flatten();
        open.extend(binding.copied().filter(|&binder| !std::mem::replace(&mut kept[binder], true)));
    }
    kept
}

/// With which bytes some words begin, and how long they are: most words of a text are none of them, and need not be
/// looked up.
struct Shapes {
    /// For each first byte a bit for each length, lengths that differ by 64 sharing one.
    lengths: [u64; 256],
}

impl Shapes {
    fn of<'w>(words: impl Iterator<Item = &'w str>) -> Self {
        let mut shapes = Self { lengths: [0; 256] };
        for word in words {
            let (first, length) = Self::shape(word);
            shapes.lengths[first] |= length;
        }
        shapes
    }

    fn may_hold(&self, word: &str) -> bool {
        let (first, length) = Self::shape(word);
        self.lengths[first] & length != 0
    }

    fn shape(word: &str) -> (usize, u64) {
        (word.as_bytes().first().map_or(0, |&first| usize::from(first)), 1 << (word.len() % 64))
    }
}

/// Which bytes names consist of.
const OF_NAME: [bool; 256] = {
    let mut of_name = [false; 256];
    let mut byte = 0;
    while byte < 256 {
        of_name[byte] = matches!(byte as u8, b'_' | b'$' | 0x80..) || (byte as u8).is_ascii_alphanumeric();
        byte += 1;
    }
    of_name
};

/// The words of a text that may be names.
pub(super) fn words(text: &str) -> impl Iterator<Item = &str> {
    let is_of_name = |byte: u8| OF_NAME[usize::from(byte)];
    let bytes = text.as_bytes();
    let mut at = 0;
    std::iter::from_fn(move || {
        let start = at + bytes.get(at..)?.iter().position(|&byte| is_of_name(byte))?;
        let length = bytes.get(start..)?.iter().position(|&byte| !is_of_name(byte));
        at = length.map_or(bytes.len(), |length| start + length);
        text.get(start..at)
    })
}

/// What stands before a word that is a part of `text`.
pub(super) fn before<'t>(text: &'t str, word: &str) -> &'t str {
    let start = word.as_ptr().addr().checked_sub(text.as_ptr().addr());
    start.and_then(|start| text.get(..start)).unwrap_or("")
}

/// What stands behind a word that is a part of `text`.
pub(super) fn behind<'t>(text: &'t str, word: &str) -> &'t str {
    let end = (word.as_ptr().addr() + word.len()).checked_sub(text.as_ptr().addr());
    end.and_then(|end| text.get(end..)).unwrap_or("")
}
