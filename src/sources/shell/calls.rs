//! What the commands of a script do with keys and files, by the program that is called.

use super::name::{assignment, base, is_key, is_shell};
use super::reads::Layout;
use super::said::Reading;
use super::writes::{self, Output};
use super::{builds, compose_calls, github, text};
use crate::fact::{GithubCall, Need, Origin, Phase, Place, Role, Runner, ScriptRun, Value};
use crate::key::KeyName;
use crate::syntax::shell::{Command, End, Item, Part, Redirect, RedirectKind, Word};

pub(super) struct Calls<'r, 't> {
    reading: &'r mut Reading<'t>,
    layout: &'r Layout,
    /// Whether what the commands print goes elsewhere than what the script prints.
    is_captured: bool,
}

/// Programs that keep variables for an app: the words after the program's name, and what the variables
/// then belong to.
const SETTERS: &[(&str, &[&str])] = &[
    ("heroku", &["config:set"]),
    ("dokku", &["config:set"]),
    ("fly", &["secrets", "set"]),
    ("flyctl", &["secrets", "set"]),
    ("railway", &["variables", "set"]),
    ("gigalixir", &["config:set"]),
    ("scalingo", &["env-set"]),
    ("clever", &["env", "set"]),
    ("supabase", &["secrets", "set"]),
    ("cf", &["set-env"]),
    ("netlify", &["env:set"]),
    ("vercel", &["env", "add"]),
    ("wrangler", &["secret", "put"]),
    ("eb", &["setenv"]),
];

impl<'r, 't> Calls<'r, 't> {
    pub(super) fn new(reading: &'r mut Reading<'t>, layout: &'r Layout, is_captured: bool) -> Self {
        Self { reading, layout, is_captured }
    }

    /// Reads the commands of one list.
    pub(super) fn read(&mut self, items: &[Item]) {
        let outputs = group_outputs(items);
        let captured = is_captured_in_group(items);
        let is_captured = self.is_captured;
        let mut conditions = 0_usize;
        let mut follows_test = false;
        for (at, item) in items.iter().enumerate() {
            match item {
                Item::Part(Part::Then | Part::Else | Part::Arm) => follows_test = false,
                Item::Open(_) => conditions += 1,
                Item::Close(..) => conditions = conditions.saturating_sub(1),
                Item::Command(command) => {
                    let piped = match items.get(at + 1) {
                        Some(Item::Command(next)) if command.end == End::Pipe => writes::tee(next),
                        _ => None,
                    };
                    let output = writes::output(&command.redirects)
                        .or_else(|| writes::tee(command))
                        .or(piped)
                        .or(outputs.get(at).copied().flatten());
                    let is_guarded = conditions > 0 || follows_test || command.end == End::Or;
                    self.is_captured = is_captured
                        || command.end == End::Pipe
                        || captured.get(at).is_some_and(|captured| *captured)
                        || command.redirects.iter().any(takes_output);
                    self.command(command, output, is_guarded);
                    follows_test = matches!(command.end, End::And | End::Or);
                }
                _ => {}
            }
        }
        self.is_captured = is_captured;
    }

    fn command(&mut self, command: &Command, output: Option<Output<'_>>, is_guarded: bool) {
        let call = command.call();
        if let Some(output) = output {
            writes::print(self.reading, command, output);
        }
        builds::stray(self.reading, command);
        let Some((name, arguments)) = call.split_first() else { return };
        let program = base(&name.text);
        builds::note(self.reading, program, arguments);
        compose_calls::note(self.reading, program, arguments);
        text::quoted(self.reading, program, arguments);
        text::only_quoted(self.reading, program, arguments);
        let mut sets = Vec::new();
        for (word, key, value) in command.assignments() {
            if is_key(key) {
                sets.push(KeyName::new(key));
                self.give(word, key, value, Place::Script);
            }
        }
        match program {
            "export" => self.exports(arguments),
            "declare" | "typeset" if arguments.first().is_some_and(|word| word.text.contains('x')) => {
                self.exports(arguments)
            }
            "." | "source" => {
                if let Some(path) = arguments.first() {
                    let path = self.reading.spelled(path);
                    self.reading.said.script.sources.push(path);
                    self.reading.gap(name, "a script takes variables from another file");
                }
            }
            "eval" => self.reading.gap(name, "a script runs text that it computes"),
            "cp" => writes::copy(self.reading, arguments, is_guarded),
            "sed" | "gsed" => writes::edit(self.reading, arguments),
            "envsubst" => self.substituted(arguments),
            "printenv" => {
                for word in arguments.iter().filter(|word| word.is_plain) {
                    self.observe_read(word, &word.text, 0);
                }
            }
            "docker" | "podman" | "nerdctl" | "docker-compose" => self.container(program, arguments),
            "kubectl" | "oc" => self.literals(arguments),
            "gh" => {
                let span = (self.reading.source.place)(&name.range);
                let text = self.reading.source.written;
                let written = |word: &Word| text.get(word.range.clone()).unwrap_or("");
                let found = github::call(arguments, &sets, written);
                let calls = &mut self.reading.said.script.github_calls;
                calls.extend(found.map(|call| GithubCall { span, ..call }));
            }
            _ => {}
        }
        self.kept(program, arguments);
        self.custom_writer(program, arguments);
        self.runs(name, program, arguments, sets, is_guarded);
    }

    /// `KEY=value`, a whole word.
    fn give(&mut self, word: &Word, key: &str, value: &str, place: Place) {
        let begin = word.text.len() - value.len();
        let value = self.reading.value(word, begin);
        let at = word.text.find(key).unwrap_or(0);
        self.reading.provides(key, &word.place(&(at..at + key.len())), place, value);
    }

    fn exports(&mut self, arguments: &[Word]) {
        for word in arguments {
            match word.assignment() {
                Some((key, value)) if is_key(key) => self.give(word, key, value, Place::Script),
                // What the script has set before becomes everybody's.
                None if is_key(&word.text) && self.layout.has_set(&word.text, word.range.start) => {
                    let value = Value::of(Origin::Unknown, (self.reading.source.place)(&word.range));
                    self.reading.provides(&word.text, &word.range, Place::Script, value);
                }
                None if word.text.starts_with(['$', '`']) => {
                    self.reading.gap(word, "a script exports what it computes");
                }
                _ => {}
            }
        }
    }

    /// A name that the script hands on or looks up, at `from` in a word.
    fn observe_read(&mut self, word: &Word, key: &str, from: usize) {
        let range = word.place(&(from..from + key.len()));
        if is_key(key) && !self.layout.has_set(key, range.start) {
            let role = Role::read(Need::Unknown);
            self.reading.fact(key, &range, self.reading.source.own.clone(), Phase::Run, role);
        }
    }

    /// `envsubst '$A ${B}'`.
    fn substituted(&mut self, arguments: &[Word]) {
        for word in arguments.iter().filter(|word| word.is_plain) {
            for (at, _) in word.text.match_indices('$') {
                let rest = word.text.get(at + 1..).unwrap_or("");
                let begin = at + 1 + usize::from(rest.starts_with('{'));
                let rest = word.text.get(begin..).unwrap_or("");
                let length = rest.bytes().take_while(|&b| b.is_ascii_alphanumeric() || b == b'_').count();
                let key = rest.get(..length).unwrap_or("").to_owned();
                self.observe_read(word, &key, begin);
            }
        }
    }

    /// `docker run`, `docker exec`, `docker build` and their likes in compose.
    fn container(&mut self, program: &str, arguments: &[Word]) {
        let verb = arguments
            .iter()
            .take(12)
            .find(|word| matches!(word.text.as_str(), "run" | "exec" | "create" | "build" | "up" | "config"));
        let verb = verb.map_or("", |word| word.text.as_str());
        let after = |flag: &[&str]| {
            let mut pairs = arguments.windows(2);
            pairs.find_map(|pair| match pair {
                [name, value] if flag.contains(&name.text.as_str()) => Some(value.text.clone()),
                _ => None,
            })
        };
        let place = match verb {
            "build" => Place::BuildArgs(after(&["-t", "--tag"]).unwrap_or_default()),
            _ => Place::Workload(after(&["--name"]).unwrap_or_else(|| "container".to_owned())),
        };
        let flags: &[&str] = match verb {
            "build" => &["--build-arg"],
            "run" | "exec" | "create" => &["-e", "--env"],
            _ => &[],
        };
        // compose and other programs, also those that the container starts, have readers of their own.
        let mut is_own = program == "docker" && matches!(verb, "run" | "create");
        let mut words = arguments.iter().peekable();
        while let Some(word) = words.next() {
            let (flag, joined) = match word.text.split_once('=') {
                Some((flag, _)) if flag.starts_with('-') => (flag, Some(flag.len() + 1)),
                _ => (word.text.as_str(), None),
            };
            let is_file = flag == "--env-file";
            is_own &= !matches!(base(&word.text), "compose" | "node" | "bun" | "deno" | "npx" | "tsx");
            if !is_file && !flags.contains(&flag) {
                continue;
            }
            let (word, from) = match joined {
                Some(from) => (word, from),
                None => match words.next() {
                    Some(next) => (next, 0),
                    None => return,
                },
            };
            let text = word.text.get(from..).unwrap_or("");
            if is_file {
                if is_own && !text.contains(['$', '`']) {
                    let span = (self.reading.source.place)(&word.place(&(from..word.text.len())));
                    let path = crate::text::Spanned::new(text.to_owned(), span);
                    self.reading.said.script.docker_env_files.push(path);
                }
                continue;
            }
            match text.split_once('=') {
                Some((key, _)) if KeyName::new(key).is_identifier() => {
                    let value = self.reading.value(word, from + key.len() + 1);
                    self.reading.provides(key, &word.place(&(from..from + key.len())), place.clone(), value);
                }
                None if is_key(text) => {
                    let range = word.place(&(from..word.text.len()));
                    let value = Value::of(Origin::Host, (self.reading.source.place)(&range));
                    self.reading.provides(text, &range, place.clone(), value);
                    self.observe_read(word, text, from);
                }
                _ => {}
            }
        }
    }

    /// `kubectl create secret generic x --from-literal=KEY=value`, `kubectl set env deployment/x KEY=value`.
    fn literals(&mut self, arguments: &[Word]) {
        let sets =
            arguments.windows(2).any(|pair| pair.iter().map(|word| word.text.as_str()).eq(["set", "env"]));
        for word in arguments {
            let from = if word.text.starts_with("--from-literal=") { "--from-literal=".len() } else { 0 };
            let Some((name, _)) = assignment(word.text.get(from..).unwrap_or("")) else { continue };
            if (from > 0 || sets) && name.start == 0 {
                let key = word.text.get(from..from + name.end).unwrap_or("").to_owned();
                let value = self.reading.value(word, from + name.end + 1);
                let place = Place::Workload("kubectl".to_owned());
                self.reading.provides(&key, &word.place(&(from..from + name.end)), place, value);
            }
        }
    }

    /// Programs of platforms that keep variables.
    fn kept(&mut self, program: &str, arguments: &[Word]) {
        let Some((_, verbs)) = SETTERS.iter().find(|(name, _)| *name == program) else { return };
        let mut words = arguments.iter();
        if !verbs.iter().all(|verb| words.by_ref().any(|word| word.text == *verb)) {
            return;
        }
        let place = Place::Workload(program.to_owned());
        for word in words {
            match word.assignment() {
                Some((key, value)) => self.give(word, key, value, place.clone()),
                None if is_key(&word.text) && word.is_plain => {
                    let value = Value::of(Origin::Unknown, (self.reading.source.place)(&word.range));
                    self.reading.provides(&word.text, &word.range, place.clone(), value);
                }
                None => {}
            }
        }
    }

    /// `update_env_var "$env" "KEY" "value"`: a function of the script that puts a key into a dotenv.
    fn custom_writer(&mut self, program: &str, arguments: &[Word]) {
        const VERBS: &[&str] =
            &["set", "update", "add", "write", "put", "upsert", "replace", "append", "ensure", "inject"];
        let name = program.to_ascii_lowercase();
        let mut parts = name.split(['_', '-']);
        let is_writer =
            parts.clone().any(|part| part.contains("env")) && parts.any(|part| VERBS.contains(&part));
        if !is_writer {
            return;
        }
        let mut pairs = arguments.windows(2);
        let found = pairs.find(|pair| pair.first().is_some_and(|word| word.is_plain && is_key(&word.text)));
        let Some([key, value]) = found else { return };
        let given = self.reading.value(value, 0);
        let path = arguments.iter().find(|word| super::name::is_dotenv(word));
        let place = Place::Written(path.map(|word| word.text.clone()).unwrap_or_default());
        self.reading.provides(&key.text, &key.place(&(0..key.text.len())), place, given);
    }

    /// Which script or target a command runs.
    fn runs(&mut self, name: &Word, program: &str, arguments: &[Word], sets: Vec<KeyName>, is_guarded: bool) {
        let plain = |word: &&Word| !word.text.starts_with(['-', '+']);
        let is_captured = self.is_captured;
        let mut add = |by: Runner, word: &Word| {
            let name = self.reading.spelled(word);
            self.reading.said.script.runs.push(ScriptRun {
                by,
                name,
                sets: sets.clone(),
                is_captured,
                is_guarded,
            });
        };
        if is_shell(program) {
            let takes_text = arguments
                .iter()
                .take_while(|word| word.text.starts_with('-'))
                .any(|word| !word.text.starts_with("--") && word.text.ends_with('c'));
            if let Some(script) = arguments.iter().find(plain).filter(|_| !takes_text) {
                add(Runner::Shell, script);
            }
        } else if matches!(program, "make" | "gmake" | "just") {
            let by = if program == "just" { Runner::Just } else { Runner::Make };
            let mut words = arguments.iter();
            while let Some(word) = words.next() {
                if matches!(word.text.as_str(), "-C" | "-f" | "-j" | "--directory" | "--file") {
                    words.next();
                } else if plain(&word) && word.assignment().is_none() {
                    add(by, word);
                }
            }
        } else if matches!(program, "npm" | "pnpm" | "yarn" | "bun") {
            let verb = arguments.iter().position(|word| matches!(word.text.as_str(), "run" | "run-script"));
            if let Some(script) = verb.and_then(|verb| arguments.get(verb + 1)) {
                add(Runner::Package, script);
            }
        } else if name.text.contains('/') && (name.text.ends_with(".sh") || name.text.starts_with("./")) {
            add(Runner::Shell, name);
        }
    }
}

/// Which words of a command without a shell name the scripts that it runs: `["tini", "--", "/start.sh"]`.
pub(in crate::sources) fn scripts_among<'w>(words: impl IntoIterator<Item = &'w str>) -> Vec<usize> {
    let mut found = Vec::new();
    for (number, word) in words.into_iter().enumerate() {
        let is_script = word.ends_with(".sh") || word.ends_with(".bash");
        if is_script || number == 0 && word.contains('/') && !word.contains(char::is_whitespace) {
            found.push(number);
        }
    }
    found
}

/// Whether a redirection takes the output of a command.
fn takes_output(redirect: &Redirect) -> bool {
    matches!(redirect.kind, RedirectKind::Write | RedirectKind::Append)
        && !redirect.target.text.starts_with("/dev/std")
}

/// For each item, whether the output of a group around it goes into a file.
fn is_captured_in_group(items: &[Item]) -> Vec<bool> {
    let mut captured = vec![false; items.len()];
    let mut open = Vec::new();
    for (at, item) in items.iter().enumerate() {
        match item {
            Item::Open(_) => open.push(at),
            Item::Close(_, redirects) => {
                let begin = open.pop().filter(|_| redirects.iter().any(takes_output));
                if let Some(begin) = begin {
                    captured.get_mut(begin..at).unwrap_or_default().fill(true);
                }
            }
            _ => {}
        }
    }
    captured
}

/// For each item, where the output of the groups around it goes.
fn group_outputs(items: &[Item]) -> Vec<Option<Output<'_>>> {
    let mut outputs = vec![None; items.len()];
    let mut open = Vec::new();
    for (at, item) in items.iter().enumerate() {
        match item {
            Item::Open(_) => open.push(at),
            Item::Close(_, redirects) => {
                let Some(begin) = open.pop() else { continue };
                let Some(output) = writes::output(redirects) else { continue };
                for inner in outputs.get_mut(begin..at).unwrap_or_default() {
                    inner.get_or_insert(output);
                }
            }
            _ => {}
        }
    }
    outputs
}
