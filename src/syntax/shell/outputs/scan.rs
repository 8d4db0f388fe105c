//! One walk over the commands of a script.

use super::{Outputs, Print, Printed, Target, Trace, word};
use std::ops::Range;

/// Programs that pass their input on, so that it is printed all the same.
const PASS_ON: &[&str] =
    &["base64", "cat", "fold", "less", "more", "nl", "rev", "sort", "tac", "tee", "uniq", "xxd"];

/// Words behind which a command begins.
const BEFORE_COMMAND: &[&str] = &["then", "do", "else", "elif", "!", "time", "command", "exec", "builtin"];

/// How deep groups may nest; deeper ones are not looked into.
const DEPTH: usize = 64;

/// One part of a pipeline.
#[derive(Default)]
struct Part {
    words: Vec<Range<usize>>,
    stdout: Option<Range<usize>>,
    to_stderr: bool,
    heredoc: Option<usize>,
    /// A group: what was printed inside of it, from this number on.
    group: Option<usize>,
}

/// What surrounds the commands at hand.
struct Group {
    end: &'static str,
    from: usize,
    is_captured: bool,
    /// What was traced before a subshell, which cannot change that.
    was_traced: Option<Option<Trace>>,
    before: Vec<Part>,
}

struct Scanner<'a> {
    text: &'a str,
    at: usize,
    part: Part,
    pipeline: Vec<Part>,
    groups: Vec<Group>,
    /// Heredocs that begin at the next line: end word, whether tabs are stripped, number.
    pending: Vec<(String, bool, usize)>,
    tracing: Option<Trace>,
    found: Outputs,
    /// The next word is the target of a redirection: of standard output, or of something else.
    redirect: Option<bool>,
    /// The name of a function was read, and its body comes next.
    before_body: bool,
}

/// What `text` prints. Never fails; cost is linear.
pub(super) fn find(text: &str) -> Outputs {
    let mut scanner = Scanner {
        text,
        at: 0,
        part: Part::default(),
        pipeline: Vec::new(),
        groups: Vec::new(),
        pending: Vec::new(),
        tracing: None,
        found: Outputs::default(),
        redirect: None,
        before_body: false,
    };
    let shebang = text.lines().next().filter(|line| line.starts_with("#!")).unwrap_or("");
    if shebang.split_whitespace().skip(1).any(is_trace_flag) {
        scanner.tracing = Some(Trace { begun_by: 0..shebang.len(), covers: shebang.len()..text.len() });
    }
    while scanner.at < text.len() {
        scanner.step();
    }
    scanner.end_pipeline();
    while !scanner.groups.is_empty() {
        scanner.leave();
        scanner.end_pipeline();
    }
    scanner.found.traced.extend(scanner.tracing.take());
    scanner.found
}

/// `-x`, `-eux`.
fn is_trace_flag(word: &str) -> bool {
    word.strip_prefix('-').is_some_and(|flags| !flags.starts_with('-') && flags.contains('x'))
}

impl<'a> Scanner<'a> {
    /// Passes the word that begins here, and tells where it stands.
    fn word_range(&mut self, open: Vec<char>) -> Range<usize> {
        let from = self.at;
        self.at += word::length(self.rest(), open);
        from..self.at
    }

    fn rest(&self) -> &'a str {
        self.text.get(self.at..).unwrap_or("")
    }

    fn word(&self, range: &Range<usize>) -> &'a str {
        self.text.get(range.clone()).unwrap_or("")
    }

    fn step(&mut self) {
        let rest = self.rest();
        let Some(c) = rest.chars().next() else { return };
        let skip = |scanner: &mut Self, count: usize| scanner.at += count;
        match c {
            '\n' => {
                skip(self, 1);
                // A pipe at the end of a line goes on below.
                let goes_on =
                    self.part.words.is_empty() && self.part.group.is_none() && !self.pipeline.is_empty();
                if !goes_on && !self.before_body {
                    self.end_pipeline();
                }
                self.heredocs();
            }
            '\\' if rest.starts_with("\\\n") => skip(self, 2),
            _ if c.is_whitespace() => skip(self, c.len_utf8()),
            '#' => self.at += rest.find('\n').unwrap_or(rest.len()),
            ';' => {
                skip(self, 1);
                self.end_pipeline();
            }
            '&' if rest.starts_with("&>") => {
                skip(self, if rest.starts_with("&>>") { 3 } else { 2 });
                self.redirect = Some(true);
            }
            '&' => {
                skip(self, if rest.starts_with("&&") { 2 } else { 1 });
                self.end_pipeline();
            }
            '|' if rest.starts_with("||") => {
                skip(self, 2);
                self.end_pipeline();
            }
            '|' => {
                skip(self, if rest.starts_with("|&") { 2 } else { 1 });
                let part = std::mem::take(&mut self.part);
                self.pipeline.push(part);
            }
            '(' => self.open_parenthesis(),
            ')' => {
                skip(self, 1);
                if self.groups.last().is_some_and(|group| group.end == ")") {
                    self.end_pipeline();
                    self.leave();
                } else {
                    // `pattern)` of a `case`.
                    self.part = Part::default();
                    self.pipeline.clear();
                }
            }
            '<' | '>' => self.redirection(c, None),
            _ => self.take_word(),
        }
    }

    fn open_parenthesis(&mut self) {
        self.at += 1;
        if self.rest().starts_with(')') && !self.part.words.is_empty() {
            // `name()`: what stands in the body is printed for whoever calls it.
            self.at += 1;
            self.part.words.clear();
            self.before_body = true;
            return;
        }
        let is_captured = std::mem::take(&mut self.before_body);
        self.enter(")", is_captured);
    }

    fn enter(&mut self, end: &'static str, is_captured: bool) {
        if self.groups.len() >= DEPTH {
            self.at = self.text.len();
            return;
        }
        let was_traced = (end == ")").then(|| self.tracing.clone());
        let before = std::mem::take(&mut self.pipeline);
        self.part = Part::default();
        self.groups.push(Group { end, from: self.found.prints.len(), is_captured, was_traced, before });
    }

    fn leave(&mut self) {
        let Some(group) = self.groups.pop() else { return };
        if group.is_captured {
            self.found.prints.truncate(group.from);
        }
        if let Some(before) = group.was_traced {
            match (before, self.tracing.take()) {
                (None, Some(trace)) => self.end_trace(trace),
                (Some(before), None) => {
                    self.tracing = Some(Trace { covers: self.at..self.text.len(), ..before });
                }
                (_, trace) => self.tracing = trace,
            }
        }
        self.pipeline = group.before;
        self.part = Part { group: Some(group.from), ..Part::default() };
    }

    fn end_trace(&mut self, mut trace: Trace) {
        trace.covers.end = self.at.max(trace.covers.start);
        self.found.traced.push(trace);
    }

    fn redirection(&mut self, c: char, descriptor: Option<&str>) {
        let rest = self.rest();
        if rest.starts_with("<<") && !rest.starts_with("<<<") {
            let strips_tabs = rest.starts_with("<<-");
            self.at += if strips_tabs { 3 } else { 2 };
            let rest = self.rest();
            self.at += rest.len() - rest.trim_start_matches([' ', '\t']).len();
            let range = self.word_range(Vec::new());
            let word = self.word(&range).replace(['"', '\'', '\\'], "");
            self.found.heredocs.push(range);
            let number = self.found.heredocs.len() - 1;
            self.part.heredoc = Some(number);
            self.pending.push((word, strips_tabs, number));
            return;
        }
        let sign = rest.len() - rest.trim_start_matches(['<', '>', '|']).len();
        self.at += sign.clamp(1, 3);
        let is_stdout = c == '>' && descriptor.is_none_or(|descriptor| descriptor == "1");
        if self.rest().starts_with('(') {
            // `<(commands)`: another program reads what they print.
            self.at += 1;
            self.word_range(vec![')']);
            return;
        }
        if let Some(other) = self.rest().strip_prefix('&') {
            let end = other.find(|c: char| !c.is_ascii_digit() && c != '-').unwrap_or(other.len());
            let from = self.at + 1;
            self.at = from + end;
            match other.get(..end) {
                Some("2") if is_stdout => self.part.to_stderr = true,
                Some("1") => {}
                // What the other numbers stand for is not followed.
                _ if is_stdout => self.part.stdout = Some(from..self.at),
                _ => {}
            }
            return;
        }
        self.redirect = Some(is_stdout);
    }

    fn take_word(&mut self) {
        let range = self.word_range(Vec::new());
        let word = self.word(&range);
        if let Some(is_stdout) = self.redirect.take() {
            if is_stdout {
                self.part.stdout = Some(range);
            }
            return;
        }
        let next = self.rest().chars().next();
        if matches!(next, Some('<' | '>')) && word.bytes().all(|byte| byte.is_ascii_digit()) {
            return self.redirection(next.unwrap_or('>'), Some(word));
        }
        let first = self.part.words.first().map_or("", |first| self.word(first));
        let is_function = first == "function" && self.part.words.len() == 2;
        let is_body = std::mem::take(&mut self.before_body);
        if word == "{" && (self.part.words.is_empty() || is_function) {
            return self.enter("}", is_body || is_function);
        }
        if first == "case" && word == "in" {
            self.part = Part::default();
            return;
        }
        if self.part.words.is_empty() {
            if self.groups.last().is_some_and(|group| group.end == word) {
                self.end_pipeline();
                return self.leave();
            }
            match word {
                "if" => return self.enter("fi", is_body),
                "while" | "until" => return self.enter("done", is_body),
                "for" | "select" => self.enter("done", is_body),
                "case" => self.enter("esac", is_body),
                _ if BEFORE_COMMAND.contains(&word) || is_assignment(word) => return,
                _ => {}
            }
        }
        self.part.words.push(range);
    }

    /// The bodies of the heredocs that begin at this line.
    fn heredocs(&mut self) {
        for (word, strips_tabs, number) in std::mem::take(&mut self.pending) {
            let from = self.at;
            let mut end = self.text.len();
            let mut next = self.text.len();
            let mut at = from;
            for line in self.rest().split_inclusive('\n') {
                let bare = line.trim_end_matches(['\n', '\r']);
                let bare = if strips_tabs { bare.trim_start_matches('\t') } else { bare };
                if bare == word {
                    (end, next) = (at, at + line.len());
                    break;
                }
                at += line.len();
            }
            if let Some(body) = self.found.heredocs.get_mut(number) {
                *body = from..end;
            }
            self.at = next;
        }
    }

    fn end_pipeline(&mut self) {
        self.redirect = None;
        self.before_body = false;
        let part = std::mem::take(&mut self.part);
        self.pipeline.push(part);
        let parts = std::mem::take(&mut self.pipeline);
        for (number, part) in parts.iter().enumerate() {
            let behind = parts.get(number + 1..).unwrap_or_default();
            let to = self.target(part, behind);
            if let Some(from) = part.group {
                for print in self.found.prints.iter_mut().skip(from) {
                    if print.to == Target::Log {
                        print.to = to.clone();
                    }
                }
                continue;
            }
            self.trace(part);
            if let (Some(what), Some(first), Some(last)) =
                (self.printed(part, number > 0), part.words.first(), part.words.last())
            {
                self.found.prints.push(Print { command: first.start..last.end, what, to });
            }
        }
    }

    fn target(&self, part: &Part, behind: &[Part]) -> Target {
        if let Some(path) = &part.stdout {
            let name = self.word(path).trim_matches(['"', '\'']);
            let is_log =
                name.starts_with("/dev/std") || name.starts_with("/dev/tty") || name.starts_with("/proc/");
            return if is_log { Target::Log } else { Target::File(path.clone()) };
        }
        if part.to_stderr {
            return Target::Log;
        }
        for (count, next) in behind.iter().enumerate() {
            let program = next.words.first().map_or("", |word| self.word(word));
            let program = program.rsplit('/').next().unwrap_or(program);
            let decodes = next.words.iter().any(|word| matches!(self.word(word), "-d" | "-D" | "--decode"));
            if count >= DEPTH || !PASS_ON.contains(&program) || decodes {
                return Target::Program;
            }
            if let Some(path) = &next.stdout {
                return Target::File(path.clone());
            }
        }
        Target::Log
    }

    fn trace(&mut self, part: &Part) {
        let mut words = part.words.iter().map(|word| self.word(word));
        if words.next() != Some("set") {
            return;
        }
        let words: Vec<&str> = words.take_while(|word| *word != "--").collect();
        let on = words.iter().any(|word| is_trace_flag(word))
            || words.windows(2).any(|pair| pair == ["-o", "xtrace"]);
        let off = words.iter().any(|word| word.starts_with('+') && word.contains('x'))
            || words.windows(2).any(|pair| pair == ["+o", "xtrace"]);
        if on && self.tracing.is_none() {
            let begun_by =
                part.words.first().map_or(0, |word| word.start)..part.words.last().map_or(0, |word| word.end);
            self.tracing = Some(Trace { begun_by, covers: self.at..self.text.len() });
        } else if off && let Some(trace) = self.tracing.take() {
            self.end_trace(trace);
        }
    }

    fn printed(&self, part: &Part, has_input: bool) -> Option<Printed> {
        let (first, arguments) = part.words.split_first()?;
        let is_flag = |word: &&Range<usize>| self.word(word).starts_with('-');
        match self.word(first) {
            "echo" | "printf" => {
                let texts: Vec<Range<usize>> = arguments.to_vec();
                (!texts.is_empty()).then_some(Printed::Texts(texts))
            }
            "printenv" => match arguments.iter().find(|word| !is_flag(word)) {
                Some(name) => Some(Printed::Variable(name.clone())),
                None => Some(Printed::Environment),
            },
            "env" => arguments.iter().all(|word| is_flag(&word)).then_some(Printed::Environment),
            "export" | "declare" if !arguments.is_empty() => {
                let asks = arguments.iter().all(|word| matches!(self.word(word), "-p" | "-px" | "-xp"));
                asks.then_some(Printed::Environment)
            }
            "set" => arguments.is_empty().then_some(Printed::Environment),
            "cat" => {
                let files: Vec<Range<usize>> =
                    arguments.iter().filter(|word| !is_flag(word)).cloned().collect();
                match (files.is_empty(), part.heredoc) {
                    (true, Some(number)) if !has_input => Some(Printed::Heredoc(number)),
                    (true, _) => None,
                    (false, _) => Some(Printed::Files(files)),
                }
            }
            _ => None,
        }
    }
}

fn is_assignment(word: &str) -> bool {
    word.split_once('=').is_some_and(|(name, _)| {
        let name = name.strip_suffix('+').unwrap_or(name);
        !name.is_empty()
            && !name.starts_with(|c: char| c.is_ascii_digit())
            && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
    })
}
