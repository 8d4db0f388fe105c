//! Reading settings: by hand from the tree that the matrix is read from too, so that every entry keeps
//! its place and what is wrong can be answered with what was meant.

use std::collections::BTreeMap;

use ignore::gitignore::GitignoreBuilder;

use super::{Override, SetLevel, TeamSettings};
use crate::diagnostic::RuleId;
use crate::matrix::reader::{Reader, nearest, one_of, suggestion};
use crate::matrix::tree::{Content, Entry, Tree, parse};
use crate::matrix::{MatrixProblem, SETTINGS, is_matrix_word, main_file, says_matrix};
use crate::rule::{Level, OptionKind, OptionSpec, OptionValue, Options, RuleMeta};
use crate::rules;
use crate::text::{Location, SourceFile, Span};

/// What settings may say.
const TOP: [&str; 7] = ["select", "ignore", "strict", "rules", "overrides", "exclude", "baseline"];

/// The levels by their words.
const LEVELS: [(&str, SetLevel); 4] = [
    ("error", Some(Level::Error)),
    ("warning", Some(Level::Warning)),
    ("strict", Some(Level::Strict)),
    ("off", None),
];

/// Whether a file that may hold a matrix or settings holds settings and no matrix.
#[must_use]
pub fn is_settings(file: &SourceFile) -> bool {
    let (mut faults, mut problems) = (Vec::new(), Vec::new());
    let tree = parse(file, &mut faults, &mut problems);
    let means_settings = |entry: &Entry| nearest(&entry.key, &TOP).is_some();
    if tree.as_ref().is_some_and(says_matrix) {
        return false;
    }
    tree.is_some_and(|tree| tree.entries().iter().any(means_settings))
        || !(faults.is_empty() && problems.is_empty()) && begins_with_settings(&file.text)
}

/// Whether a line of a broken file begins with what settings say, before any does with what a matrix says.
fn begins_with_settings(text: &str) -> bool {
    let words = text.lines().filter_map(|line| {
        let said = line.trim_start_matches(['\u{feff}', '[', ' ', '\t', '"']);
        said.split(|c: char| !(c.is_ascii_alphanumeric() || c == '_')).next()
    });
    let mut told = words.filter_map(|word| {
        if TOP.contains(&word) { Some(true) } else { is_matrix_word(word).then_some(false) }
    });
    told.next().unwrap_or(false)
}

/// Reads the settings from the files that are settings and, where there are none, from the matrix. Never
/// fails: what is not valid is left out and told.
#[must_use]
pub fn read(files: &[&SourceFile], matrix: &[&SourceFile]) -> (TeamSettings, Vec<MatrixProblem>) {
    let mut reader = Reader { subject: Some("the settings"), ..Reader::default() };
    let mut settings = TeamSettings::default();
    let mut files = files.to_vec();
    files.sort_by_key(|file| file.path.name().starts_with('.'));
    if let [first, others @ ..] = files.as_slice() {
        let mut faults = Vec::new();
        let tree = parse(first, &mut faults, &mut reader.problems);
        settings.file = Some(first.id);
        if let Some(tree) = tree {
            reader.settings(&tree, &mut settings);
        }
        // Where the notation is broken, what follows from that is no fault of its own.
        if !faults.is_empty() {
            faults.truncate(1);
            reader.problems = faults;
        }
        for other in others {
            reader.second(beginning(other), beginning(first), "there are two files of settings");
        }
    }
    if let Some(main) = main_file(matrix)
        // What is wrong with the notation is told where the matrix is read.
        && let Some(tree) = parse(main, &mut Vec::new(), &mut Vec::new())
        && let Some(entry) = tree.entry(SETTINGS)
    {
        match files.first() {
            Some(first) => {
                let message =
                    format!("settings stand in `{}` and under `{SETTINGS}` in the matrix", first.path);
                reader.second(entry.key_at, beginning(first), &message);
            }
            None => {
                settings.file = Some(main.id);
                reader.settings(&entry.value, &mut settings);
            }
        }
    }
    (settings, reader.problems)
}

/// The first line of a file.
fn beginning(file: &SourceFile) -> Location {
    let line = file.lines().line_range(&file.text, 0);
    Location::new(file.id, Span::new(line.start, line.end))
}

impl Reader {
    fn second(&mut self, at: Location, first: Location, message: &str) {
        let problem = MatrixProblem::new(at, message, "not read").related(first, "read");
        self.tell(problem.help("keep the settings in one place"));
    }

    fn settings(&mut self, tree: &Tree, settings: &mut TeamSettings) {
        for entry in self.fields("the settings", tree, "a map", &TOP) {
            let value = &entry.value;
            match entry.key.as_str() {
                "select" => settings.select = self.rules_named("select", value),
                "ignore" => settings.ignore = self.rules_named("ignore", value),
                "strict" => settings.strict = self.flag("strict", value).unwrap_or_default(),
                "rules" => self.rules(value, settings),
                "overrides" => self.overrides(value, settings),
                "exclude" => settings.exclude = self.globs("exclude", value),
                "baseline" => settings.baseline = self.path("baseline", value),
                _ => {}
            }
        }
    }

    /// One rule's name or a list of them.
    fn rules_named(&mut self, name: &str, tree: &Tree) -> Vec<RuleId> {
        let texts = self.texts(name, tree);
        texts.into_iter().filter_map(|text| Some(self.rule(&text.value, text.at?)?.id)).collect()
    }

    fn rule(&mut self, name: &str, at: Location) -> Option<&'static RuleMeta> {
        if let Some(rule) = rules::by_name(name) {
            return Some(rule.meta());
        }
        let problem = MatrixProblem::new(at, format!("there is no rule `{name}`"), "no rule has this name");
        let in_group = rules::ALL.iter().map(|rule| rule.meta()).filter(|meta| meta.group.word() == name);
        let in_group: Vec<&str> = in_group.map(|meta| meta.id.0).collect();
        let known: Vec<&str> = rules::ALL.iter().map(|rule| rule.meta().id.0).collect();
        let help = match (in_group.as_slice(), suggestion(name, &known, "")) {
            ([], meant) if meant.is_empty() => "`envcheck rules` lists all rules".to_owned(),
            ([], meant) => meant,
            (group, _) => format!("`{name}` is a group; its rules are {}", group.join(", ")),
        };
        self.tell(problem.help(help));
        None
    }

    fn level(&mut self, name: &str, tree: &Tree) -> Option<SetLevel> {
        Some(self.choice(name, tree, &LEVELS)?.value)
    }

    fn rules(&mut self, tree: &Tree, settings: &mut TeamSettings) {
        for entry in self.map("rules", tree, "a map of rules") {
            let Some(meta) = self.rule(&entry.key, entry.key_at) else { continue };
            if let Content::Table(_) = &entry.value.content {
                let (level, options) = self.rule_table(meta, &entry.value);
                if let Some(level) = level {
                    settings.levels.insert(meta.id, level);
                }
                settings.options.insert(meta.id, options);
            } else if let Some(level) = self.level(meta.id.0, &entry.value) {
                settings.levels.insert(meta.id, level);
            }
        }
    }

    /// `{ level = "error", allow = ["X"] }`.
    fn rule_table(&mut self, meta: &'static RuleMeta, tree: &Tree) -> (Option<SetLevel>, Options) {
        let known: Vec<&str> =
            std::iter::once("level").chain(meta.all_options().map(|option| option.name)).collect();
        let (mut level, mut options) = (None, Options::default());
        for entry in self.fields(meta.id.0, tree, "a map", &known) {
            if entry.key == "level" {
                level = self.level("level", &entry.value);
            } else if let Some(option) = meta.all_options().find(|option| option.name == entry.key)
                && let Some(value) = self.option(option, &entry.value)
            {
                options.set(option, value);
            }
        }
        (level, options)
    }

    fn option(&mut self, option: &OptionSpec, tree: &Tree) -> Option<OptionValue> {
        match option.kind {
            OptionKind::Flag(_) => self.flag(option.name, tree).map(OptionValue::Flag),
            OptionKind::Patterns | OptionKind::Texts => {
                let texts = self.texts(option.name, tree);
                Some(OptionValue::Texts(texts.into_iter().map(|text| text.value).collect()))
            }
            OptionKind::Words(words) => {
                let mut chosen = Vec::new();
                for text in self.texts(option.name, tree) {
                    if words.contains(&text.as_str()) {
                        chosen.push(text.value);
                    } else if let Some(at) = text.at {
                        let message = format!("`{}` must list {}", option.name, one_of(words));
                        let label = format!("not a word for `{}`", option.name);
                        let problem = MatrixProblem::new(at, message, label);
                        self.tell(problem.help(suggestion(&text.value, words, "")));
                    }
                }
                Some(OptionValue::Texts(chosen))
            }
        }
    }

    fn overrides(&mut self, tree: &Tree, settings: &mut TeamSettings) {
        let Content::List(items) = &tree.content else {
            self.ill_typed("overrides", tree, "a list of maps with `paths` and `rules`");
            return;
        };
        for item in items {
            let (mut paths, mut levels) = (Vec::new(), BTreeMap::new());
            for entry in self.fields("overrides", item, "a map with `paths` and `rules`", &["paths", "rules"])
            {
                if entry.key == "paths" {
                    paths = self.globs("paths", &entry.value);
                } else {
                    for entry in self.map("rules", &entry.value, "a map of rules") {
                        if let Some(meta) = self.rule(&entry.key, entry.key_at)
                            && let Some(level) = self.level(meta.id.0, &entry.value)
                        {
                            levels.insert(meta.id, level);
                        }
                    }
                }
            }
            let is_map = matches!(item.content, Content::Table(_));
            for missing in ["paths", "rules"].iter().filter(|name| is_map && item.entry(name).is_none()) {
                let message = format!("an override lacks `{missing}`");
                self.tell(MatrixProblem::new(item.at, message, "has no effect"));
            }
            let mut builder = GitignoreBuilder::new("");
            for glob in &paths {
                // Those that do not parse are told and left out above.
                let _ = builder.add_line(None, glob);
            }
            if let (Ok(paths), false) = (builder.build(), levels.is_empty()) {
                settings.overrides.push(Override { paths, levels });
            }
        }
    }
}
