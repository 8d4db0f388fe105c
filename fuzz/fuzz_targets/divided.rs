#![no_main]
//! Long files are divided before they are parsed: the parts tell what the whole tells, and a file in which the words
//! are not found that reading begins with has nothing to tell.
//!
//! What begins with a control character is a list of statements of the case pages, two bytes each; all else is a text.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use envcheck::sources;
use envcheck::syntax::tree::{Language, parse};

/// How a language is written.
struct Kind {
    kind: &'static str,
    path: &'static str,
    language: Language,
    /// What makes a text long enough to be divided.
    padding: fn() -> String,
    /// What every text begins with that is put together of units.
    header: String,
    /// The files of the case pages, and their paragraphs.
    units: Vec<&'static str>,
}

static KINDS: LazyLock<[Kind; 3]> = LazyLock::new(|| {
    [
        Kind {
            kind: "python",
            path: "app/main.py",
            language: Language::Python,
            header: String::new(),
            padding: || format!("\ndef padding():\n{}", "    pass  # and no more\n".repeat(200)),
            units: units(
                &[
                    include_str!("../../tests/sources/python/helpers.md"),
                    include_str!("../../tests/sources/python/process.md"),
                    include_str!("../../tests/sources/python/settings.md"),
                ],
                "\n```py",
            ),
        },
        Kind {
            kind: "typescript",
            path: "app/main.ts",
            language: Language::TypeScript,
            header: String::new(),
            padding: || format!("\nfunction padding() {{\n{}}}\n", "  padding(1, 2, 3);\n".repeat(250)),
            units: units(
                &[
                    include_str!("../../tests/sources/typescript/frameworks.md"),
                    include_str!("../../tests/sources/typescript/helpers.md"),
                    include_str!("../../tests/sources/typescript/process.md"),
                    include_str!("../../tests/sources/typescript/schemas.md"),
                ],
                "\n```ts",
            ),
        },
        go(),
    ]
});

/// A file of Go has its package and all that it imports at its head, so only what stands below them makes units.
fn go() -> Kind {
    let pages = [
        include_str!("../../tests/sources/go/helpers.md"),
        include_str!("../../tests/sources/go/libraries.md"),
        include_str!("../../tests/sources/go/process.md"),
    ];
    let mut units = units(&pages, "\n```go");
    let is_whole = |word: &str| ["viper", "koanf"].iter().any(|library| word.contains(library));
    let imports: BTreeSet<&str> = units
        .iter()
        .filter(|unit| unit.starts_with("import"))
        .flat_map(|unit| unit.lines())
        .map(|line| line.trim_start_matches("import").trim())
        .filter(|line| line.ends_with('"') && !is_whole(line))
        .collect();
    let imports: Vec<&str> = imports.into_iter().collect();
    units.retain(|unit| !unit.starts_with("package") && !unit.starts_with("import") && !is_whole(unit));
    Kind {
        kind: "go",
        path: "app/main.go",
        language: Language::Go,
        header: format!("package app\n\nimport (\n{}\n)\n\n", imports.join("\n")),
        padding: || {
            let function = "func padding() {\n\tcompute(1, 2, 3)\n\tother.Compute()\n}\n\n";
            format!("\n{}", function.repeat(120))
        },
        units,
    }
}

/// The fenced texts of pages, whole and by statement.
fn units(pages: &[&'static str], fence: &str) -> Vec<&'static str> {
    let mut units = Vec::new();
    for page in pages {
        for text in page.split(fence).skip(1).filter_map(|rest| rest.split("\n```").next()) {
            let Some((_, text)) = text.split_once('\n') else { continue };
            units.push(text);
            let mut from = 0;
            for (at, _) in text.match_indices('\n') {
                if text[at + 1..].starts_with(|c: char| c.is_alphabetic() || c == '@') {
                    units.push(&text[from..at]);
                    from = at + 1;
                }
            }
            units.push(&text[from..]);
        }
    }
    units
}

/// The text that `data` stands for, and how it is written.
fn text_of(data: &[u8]) -> Option<(&'static Kind, String)> {
    let (&mode, rest) = data.split_first()?;
    if mode >= b' ' || mode.is_ascii_whitespace() {
        let text = envcheck_fuzz::text(data);
        let kind = KINDS.iter().find(|kind| is_sound(kind, &text))?;
        return Some((kind, text));
    }
    let kind = &KINDS[usize::from(mode) % KINDS.len()];
    let mut text = kind.header.clone();
    for pair in rest.chunks_exact(2).take(40) {
        let number = usize::from(u16::from_le_bytes([pair[0], pair[1]]));
        text += kind.units[number % kind.units.len()];
        text.push('\n');
    }
    if mode & 16 != 0 {
        text = lengthened(&text);
    }
    is_sound(kind, &text).then_some((kind, text))
}

/// The text with more to do in each function of Python, before what it does.
fn lengthened(text: &str) -> String {
    let mut long = String::new();
    let mut lines = text.lines().peekable();
    while let Some(line) = lines.next() {
        long += line;
        long.push('\n');
        let is_definition = line.trim_start().starts_with("def ") && line.ends_with(':');
        if let (true, Some(next)) = (is_definition, lines.peek()) {
            let indent = &next[..next.len() - next.trim_start().len()];
            long += &format!("{indent}other = compute(1, 2, 3)\n").repeat(20);
        }
    }
    long
}

/// Mistakes in one part of a text change what a parser makes of the others.
fn is_sound(kind: &Kind, text: &str) -> bool {
    parse(kind.language, text).is_some_and(|tree| !tree.root().has_error())
}

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    let Some((kind, text)) = text_of(data) else { return };
    let text = text + &(kind.padding)();
    let extractor = sources::ALL.iter().find(|known| known.kind().0 == kind.kind).expect("known kinds");
    let file = envcheck_fuzz::file(kind.path, &text);
    let whole = extractor.extract_whole(&file);
    if !extractor.confirms(&file.path, &file.text) {
        // A name with an escape in it is no word of the text; nobody spells one so.
        assert!(whole.facts.is_empty() || text.contains('\\'), "not looked into: {:?}\n{text}", whole.facts);
        return;
    }
    let parts = extractor.extract(&file);
    assert!(parts.facts == whole.facts, "parts {:#?}\nwhole {:#?}\n{text}", parts.facts, whole.facts);
    assert!(parts.gaps == whole.gaps, "parts {:?}\nwhole {:?}\n{text}", parts.gaps, whole.gaps);
    let same = parts.structure == whole.structure;
    assert!(same, "parts {:?}\nwhole {:?}\n{text}", parts.structure, whole.structure);
});
