//! What the readers share whose languages are read from tokens: from the places where the environment is
//! asked to reads with names, needs and types.

mod flow;
mod guard;
mod helper;
mod listed;
mod name;
mod refusal;

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use super::gather::Gather;
use crate::fact::{Need, Origin, Read, Value};
use crate::syntax::code::Tokens;
use crate::text::Spanned;
use crate::value_type::ValueType;

use flow::Fall;
use name::{Name, names};

/// What has to be known about a language to read calls in it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Dialect {
    /// Operators behind which a default stands: `||`, `??`, `?:`.
    pub(super) fallbacks: &'static [&'static str],
    /// Words that make the program fail: `raise`, `throw`, `abort`.
    pub(super) raises: &'static [&'static str],
    /// Words in front of the name of a function that is defined: `def`, `function`, `fun`.
    pub(super) definitions: &'static [&'static str],
    /// Operators that join texts.
    pub(super) joins: &'static [&'static str],
    /// Words that convert what is in their brackets, or as a method what stands before them.
    pub(super) conversions: &'static [Conversion],
    /// Whether `if` and `unless` need no brackets.
    pub(super) has_open_conditions: bool,
}

/// A word that converts a value or passes it on, and the type that it asks for.
pub(super) type Conversion = (&'static str, fn() -> Option<ValueType>);

/// The tokens of a file, and the texts that it gives to words.
struct Code<'s, 't> {
    tokens: &'s Tokens<'t>,
    dialect: &'static Dialect,
    constants: BTreeMap<&'t str, Vec<Spanned<String>>>,
    lists: listed::Lists<'t>,
}

impl<'s, 't> Code<'s, 't> {
    fn new(tokens: &'s Tokens<'t>, dialect: &'static Dialect) -> Self {
        let mut constants: BTreeMap<&'t str, Vec<Spanned<String>>> = BTreeMap::new();
        let mut lists = listed::Lists::new();
        for at in 0..tokens.len() {
            let Some(word) = tokens.word(at) else { continue };
            // `NAME = "K"`; of a module attribute in Elixir `@name "K"`.
            let value = match () {
                () if tokens.is(at + 1, "=") => at + 2,
                () if word.starts_with('@') => at + 1,
                () => continue,
            };
            listed::note(&mut lists, tokens, word, value);
            if let Some(text) = tokens.string(value).filter(|_| !tokens.has_code(value)) {
                constants.entry(word).or_default().push(text);
            }
        }
        Self { tokens, dialect, constants, lists }
    }
}

/// How a place touches a variable.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Access {
    /// It fails without the variable.
    Fails,
    /// It gets nothing without the variable.
    Copes,
    /// It asks whether the variable is there.
    Test,
    /// The variable is set, to the site's default where that is seen.
    Set,
    /// The variable is set unless it has a value.
    SetIfUnset,
    /// The variable is removed.
    Remove,
}

/// A place where code asks for a variable.
#[derive(Clone, Debug)]
pub(super) struct Site {
    /// The expression of the name.
    pub(super) key: Range<usize>,
    /// The whole expression.
    pub(super) whole: Range<usize>,
    pub(super) access: Access,
    /// The expression of a default that is handed along.
    pub(super) default: Option<Range<usize>>,
    pub(super) value_type: Option<ValueType>,
}

impl Site {
    pub(super) fn new(key: Range<usize>, whole: Range<usize>, access: Access) -> Self {
        Self { key, whole, access, default: None, value_type: None }
    }

    pub(super) fn or(mut self, default: Option<Range<usize>>) -> Self {
        self.default = default;
        self
    }
}

/// Adds the reads of all sites, those by functions of the file that take the name, and those by functions
/// of other files whose names tell.
pub(super) fn read(tokens: &Tokens<'_>, dialect: &'static Dialect, sites: &[Site], gather: &mut Gather<'_>) {
    let code = &Code::new(tokens, dialect);
    let mut helpers = helper::Helpers::default();
    for site in sites {
        emit(code, site, &helper::Around::default(), &mut helpers, gather);
    }
    let taken: BTreeSet<usize> = sites.iter().flat_map(|site| site.whole.start..site.key.start).collect();
    // A function around such a function is found in the next round.
    let mut latest = helpers.clone();
    for _ in 0..3 {
        if latest.is_empty() {
            break;
        }
        let mut next = helper::Helpers::default();
        for (site, around) in helper::calls(code, &latest) {
            emit(code, &site, &around, &mut next, gather);
        }
        next.forget(&helpers);
        helpers.extend(next.clone());
        latest = next;
    }
    for (site, fails) in helper::telling(code, &helpers, &taken) {
        for name in names(code, site.key.clone()) {
            let Name::Written(name) = name else { continue };
            let (fall, value_type) = flow::usage(code, &site);
            let need = match fall {
                Fall::Nothing | Fall::Parameter(_) if fails => Need::Required,
                // What the function does by itself is not to be seen.
                Fall::Nothing | Fall::Parameter(_) => Need::Unknown,
                Fall::Fails => Need::Required,
                Fall::Takes(value) => Need::Default(value),
            };
            gather.read(&name, Read { value_type, ..Read::with_need(need) });
        }
    }
}

fn emit(
    code: &Code<'_, '_>,
    site: &Site,
    around: &helper::Around,
    helpers: &mut helper::Helpers,
    gather: &mut Gather<'_>,
) {
    for name in names(code, site.key.clone()) {
        let name = around.wrap(name);
        let (fall, value_type) = flow::usage(code, site);
        let fall = if fall == Fall::Nothing && refusal::demands(code, site) { Fall::Fails } else { fall };
        match name {
            Name::Written(name) if site.access == Access::Remove => gather.observed(&name),
            Name::Written(name) if matches!(site.access, Access::Set | Access::SetIfUnset) => {
                let unseen = || Value::of(Origin::Unknown, code.tokens.span(site.whole.clone()));
                let value = site.default.clone().map_or_else(unseen, |value| flow::value(code, value));
                // What stands around it is not seen.
                gather.set(&name, value, false);
            }
            Name::Written(name) => {
                gather.read(&name, Read { value_type, ..Read::with_need(need(code, site, fall)) });
            }
            Name::Given { before: prefix, .. } | Name::Prefixed(prefix)
                if matches!(site.access, Access::Set | Access::SetIfUnset) =>
            {
                gather.sets_unseen(&prefix, code.tokens.span(site.key.clone()));
            }
            _ if !matches!(site.access, Access::Fails | Access::Copes) => {}
            Name::Given { word, before, after } => {
                let around = (before.clone(), after.clone());
                match helper::define(code, site, &word, fall.clone(), value_type.clone(), around) {
                    Some((name, helper)) => helpers.add(name, helper),
                    None => match listed::items(code, site.whole.start, &word) {
                        Some(items) => {
                            let need = need(code, site, fall);
                            for item in items {
                                let name = Spanned::new(format!("{before}{}{after}", item.value), item.span);
                                let value_type = value_type.clone();
                                gather.read(&name, Read { value_type, ..Read::with_need(need.clone()) });
                            }
                        }
                        None => gather.computed(&before, code.tokens.span(site.key.clone())),
                    },
                }
            }
            Name::Prefixed(prefix) => gather.computed(&prefix, code.tokens.span(site.key.clone())),
            Name::Elsewhere => {}
        }
    }
}

/// What a site needs, given what it does where the variable has no value.
fn need(code: &Code<'_, '_>, site: &Site, fall: Fall) -> Need {
    match fall {
        Fall::Fails if flow::is_conditional(code, site) => Need::Unknown,
        Fall::Fails => Need::Required,
        Fall::Nothing | Fall::Parameter(_) if guard::demands(code, site) => Need::Required,
        Fall::Nothing | Fall::Parameter(_) => Need::Optional,
        Fall::Takes(value) => Need::Default(value),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use crate::fact::{Extraction, Extractor, Need, Role};
    use crate::sources::{csharp, elixir, jvm, php, ruby, spring, symfony};
    use crate::text::{FileId, SourceFile, Span, TreePath};

    const READERS: &[(&dyn Extractor, &str)] = &[
        (&ruby::Ruby, "app/main.rb"),
        (&ruby::Ruby, "config/database.yml"),
        (&php::Php, "app/main.php"),
        (&php::Php, "views/main.blade.php"),
        (&jvm::Jvm, "app/Main.java"),
        (&jvm::Jvm, "app/Main.kt"),
        (&jvm::Jvm, "app/build.gradle"),
        (&csharp::CSharp, "app/Main.cs"),
        (&elixir::Elixir, "app/main.ex"),
        (&spring::Spring, "app/application.yml"),
        (&symfony::Symfony, "app/config.yaml"),
    ];

    fn extract(reader: &dyn Extractor, path: &str, text: &str) -> Extraction {
        let file = SourceFile::new(FileId(0), TreePath::parse(path).unwrap(), text.to_owned());
        let found = reader.extract(&file);
        let inside = |span: Span| assert!(text.get(span.range()).is_some(), "{path}: {span:?} in {text:?}");
        for fact in &found.facts {
            inside(fact.span);
            if let Role::Reads(read) = &fact.role
                && let Need::Default(value) = &read.need
            {
                inside(value.span);
            }
        }
        found.gaps.iter().for_each(|gap| inside(gap.span));
        for mention in &found.mentions {
            assert_eq!(text.get(mention.span.range()), Some(mention.key.as_str()), "{path}");
        }
        found
    }

    #[test]
    fn deep_and_long_source_ends() {
        let units = [
            "ENV[",
            "(",
            "ENV['A'] || ",
            "getenv('A') ?: ",
            "System.getenv(",
            "a + ",
            "(\"A_\" + ",
            "\"#{ENV[",
            "def f(k) ENV[k] end f(",
            "?? ",
            "${A_KEY:",
            "%env(",
            "<%= ",
            "<?php ",
            "env('A', ",
            "System.get_env(\"A\") |> f() ",
        ];
        for (reader, path) in READERS {
            for unit in units {
                extract(*reader, path, &unit.repeat(3_000));
            }
            let constants: String =
                (0..3_000).map(|at| format!("K{at} = 'A_{at}'\nENV[K{at}]; getenv($k{at});\n")).collect();
            extract(*reader, path, &constants);
        }
    }

    proptest! {
        #[test]
        fn random_source_never_panics(
            parts in proptest::collection::vec(
                proptest::sample::select(vec![
                    "ENV", "[", "]", "(", ")", "'A_KEY'", "\"B_KEY\"", "\"é\"", "é", ".fetch(", ", ", " || ", " ?: ", " ?? ", "{", "}",
                    "\n", "getenv(", "$_ENV", "env(", "<?php ", "?>", "{{ ", " }}", "<%= ", " %>", "System.getenv(", "System.get_env(",
                    "def f(name, default)", "end", "function f($name)", "name", "$name", "\"A_#{name}\"", "\"#{", "raise", "throw ", "==",
                    "${A_KEY:d}", "${", ":", "%env(int:A)%", "@Value(", "Environment.GetEnvironmentVariable(", "Configuration", "GetSection(",
                    " if ", "|k|", "%w[A_B]", "#", "//", "\r\n", "\u{feff}", "\0", "'", "\"", "=", "+", ".", "<>", "|>", "1", "getEnv(",
                ]),
                0..60,
            )
        ) {
            let text = parts.concat();
            for (reader, path) in READERS {
                extract(*reader, path, &text);
            }
        }
    }
}
