//! Rules as Markdown: the page of one, and the list of all.

use std::fmt::Write as _;

use crate::rule::{Level, OptionKind, OptionSpec, Rule, RuleMeta};

/// The whole page of a rule, with its name as title, what is to be known before reading, and its options.
#[must_use]
pub fn rule_page(meta: &RuleMeta) -> String {
    // Doc comments keep the blank behind `///`.
    let body: Vec<&str> = meta.page.lines().map(|line| line.strip_prefix(' ').unwrap_or(line)).collect();
    let mut page = format!("# {}\n\n{}\n\n{}\n", meta.id, facts(meta), body.join("\n").trim());
    let _ =
        write!(page, "\n## Options\n\nIn `envcheck.toml`, under `[rules.{}]`, besides `level`:\n\n", meta.id);
    for option in meta.all_options() {
        let _ = writeln!(page, "- `{}` ({}): {}", option.name, kind(option), option.about);
    }
    page
}

/// Group, level, needs and repairs in one line.
fn facts(meta: &RuleMeta) -> String {
    let level = match meta.level {
        Level::Strict => "speaks only with `--strict` or when selected by name",
        Level::Error => "level error",
        Level::Warning => "level warning",
    };
    let mut facts = format!("Group {}, {level}.", meta.group.word());
    if meta.needs_matrix {
        facts.push_str(" Needs a declared matrix.");
    }
    if meta.fixes {
        facts.push_str(" Some findings carry a repair.");
    }
    facts
}

fn kind(option: &OptionSpec) -> String {
    match option.kind {
        OptionKind::Patterns => "names, in which `*` stands for any text".to_owned(),
        OptionKind::Texts => "texts".to_owned(),
        OptionKind::Words(words) => {
            let words: Vec<String> = words.iter().map(|word| format!("`{word}`")).collect();
            format!("some of {}; all by default", words.join(", "))
        }
        OptionKind::Flag(default) => format!("`true` or `false`, by default `{default}`"),
    }
}

/// All rules as Markdown tables, one per group, with links to their pages beside it.
#[must_use]
pub fn rule_list(rules: &[&dyn Rule]) -> String {
    let mut text = "# Rules\n\n\
         The level *strict* speaks only with `--strict`, or where settings raise or select the rule. A rule that needs \
         a matrix is silent where none is declared. Levels, options and exceptions stand in `envcheck.toml`; \
         `envcheck schema settings` describes it.\n"
        .to_owned();
    let mut group = None;
    let mut metas: Vec<&RuleMeta> = rules.iter().map(|rule| rule.meta()).collect();
    metas.sort_by_key(|meta| (meta.group, meta.id));
    for meta in metas {
        if group != Some(meta.group) {
            group = Some(meta.group);
            let _ = write!(
                text,
                "\n## {}\n\n| Rule | Level | Needs a matrix | Repairs | Reports |\n|---|---|---|---|---|\n",
                meta.group.word()
            );
        }
        let mark = |flag: bool| if flag { "yes" } else { "" };
        let _ = writeln!(
            text,
            "| [{id}]({id}.md) | {} | {} | {} | {} |",
            meta.level.word(),
            mark(meta.needs_matrix),
            mark(meta.fixes),
            headline(meta).replace('|', "\\|"),
            id = meta.id
        );
    }
    text
}

/// What a rule reports, in its first sentence, without "Reports".
#[must_use]
pub fn headline(meta: &RuleMeta) -> String {
    let summary = meta.summary();
    let first = summary.split_once(". ").map_or(summary.as_str(), |(first, _)| first);
    let first = first.strip_prefix("Reports ").unwrap_or(first);
    first.trim_end_matches('.').to_owned()
}
