//! How findings look: one rendering of every layout, compared as text.

use std::collections::BTreeMap;
use std::path::Path;

use envcheck::diagnostic::{Diagnostic, Label, RuleId, Severity};
use envcheck::engine::Report;
use envcheck::render::{self, Screen};
use envcheck::secret::MaskedFile;
use envcheck::text::{FileId, Location, Span, TreePath};

/// Files whose marks are written into their text: `«1:label»` before and `«/1»` behind what the
/// finding's label 1 marks.
struct Stage {
    files: BTreeMap<FileId, MaskedFile>,
    marks: BTreeMap<u32, Label>,
}

impl Stage {
    fn new(files: &[(&str, &str)]) -> Self {
        let mut stage = Self { files: BTreeMap::new(), marks: BTreeMap::new() };
        for (id, (path, marked)) in (0..).map(FileId).zip(files) {
            let mut text = String::new();
            let mut open: BTreeMap<u32, (usize, String)> = BTreeMap::new();
            let mut rest = *marked;
            while let Some((before, behind)) = rest.split_once('«') {
                text.push_str(before);
                let (tag, after) = behind.split_once('»').unwrap();
                rest = after;
                if let Some(number) = tag.strip_prefix('/') {
                    let number = number.parse().unwrap();
                    let (start, message) = open.remove(&number).unwrap();
                    let at = Location::new(id, Span::new(start, text.len()));
                    stage.marks.insert(number, Label { at, message });
                } else {
                    let (number, message) = tag.split_once(':').unwrap();
                    open.insert(number.parse().unwrap(), (text.len(), message.to_owned()));
                }
            }
            text.push_str(rest);
            stage.files.insert(id, MaskedFile::new(TreePath::parse(path).unwrap(), &text, &[]));
        }
        stage
    }

    fn finding(self, severity: Severity, message: &str, why: &str, help: &str) -> Report {
        let text = |text: &str| (!text.is_empty()).then(|| text.to_owned());
        Report {
            diagnostics: vec![Diagnostic {
                rule: RuleId("some-rule"),
                severity,
                message: message.to_owned(),
                labels: self.marks.into_values().collect(),
                why: text(why),
                help: text(help),
                key: None,
                further: Vec::new(),
                environments: Vec::new(),
                fix: None,
            }],
            files: self.files,
            ..Report::default()
        }
    }
}

/// Every layout once.
fn gallery() -> Vec<(&'static str, Report)> {
    let minified =
        format!("{}read(«1:no default»\"API_URL\"«/1»){}", "var a=0;".repeat(60), ";b()".repeat(90));
    let far = format!("A=«1:begins here»{}«/1» B=«2:other»x«/2»", "z".repeat(300));
    let block: String = (1..=12).map(|number| format!("    KEY_{number}: {number}\n")).collect();
    vec![
        (
            "labels in several files, the numbers right-aligned",
            Stage::new(&[
                ("envs/matrix.yaml", &format!("{}  «1:required here»REDIS_URL«/1»: {{ kind: secret }}\n", "\n".repeat(13))),
                ("deploy/secrets.ctmpl", "\n\n\n\n\n{{- if eq $env \"staging\" }}«2:supplied only in `staging`»REDIS_URL«/2»=...\n"),
            ])
            .finding(
                Severity::Error,
                "`REDIS_URL` is required in `production` and nothing supplies it there",
                "`apps/backend/src/config.py:88` reads it with no default, so the service would not start",
                "supply it in the `production` branch of deploy/secrets.ctmpl",
            ),
        ),
        (
            "several labels in one line, and a long help",
            Stage::new(&[(
                "compose.yaml",
                "services:\n  web:\n    image: «3:the image»app«/3»:«1:what is wrong»${TAG}«/1»-«2:the rest»x«/2»\n",
            )])
            .finding(
                Severity::Warning,
                "`TAG` is defined nowhere",
                "compose puts an empty text in its place",
                "define `TAG` in the `.env` beside the compose file, or give it a default such as `${TAG:-latest}`, or pass it \
                 in the workflow that deploys this file; `docker compose config` shows what compose makes of it",
            ),
        ),
        (
            "labels on neighbouring and on distant lines, without why and help",
            Stage::new(&[(
                ".env",
                "«2:first set here»A=1«/2»\nB=2\n«1:set again here»A=3«/1»\nC=4\nD=5\nE=6\n«3:and here»A=7«/3»\n",
            )])
            .finding(Severity::Warning, "`A` is set three times", "", ""),
        ),
        (
            "a mark of several lines from the beginning of a line",
            Stage::new(&[("compose.yaml", "services:\n  «1:this service»web:\n    image: app\n    ports: []«/1»\n  db: {}\n")])
                .finding(Severity::Note, "`web` publishes nothing", "", "remove `ports`"),
        ),
        (
            "a long mark from the middle of a line, with a short one inside and its middle left out",
            Stage::new(&[(
                "compose.yaml",
                &format!("services:\n  web:\n    environment: «1:no `KEY_13` here»&env\n    «2:the first»KEY_0«/2»: 0\n{block}    KEY_LAST: 0«/1»\n"),
            )])
            .finding(Severity::Warning, "`KEY_13` is not forwarded", "", ""),
        ),
        (
            "tabs, wide characters, and what would steer the terminal",
            Stage::new(&[(
                "配置/app.env",
                "\tNAME=\t«1:wide»漢字«/1»\u{1b}[31m «2:behind»x«/2»\u{202e}\n",
            )])
            .finding(Severity::Warning, "`NAME` says \u{1b}[31mmore than it should", "", ""),
        ),
        (
            "a minified line is cropped around its mark",
            Stage::new(&[("dist/app.js", &minified)]).finding(Severity::Warning, "`API_URL` is not baked", "", ""),
        ),
        (
            "both ends of a mark that is too long itself",
            Stage::new(&[("a.env", &far)]).finding(Severity::Warning, "`A` is long", "", ""),
        ),
        (
            "empty marks: inside a line, at its end, at the end of the file",
            Stage::new(&[(
                "a.env",
                "A=«1:a value is missing»«/1»x\r\nB=1«2:here»«/2»\r\n«3:and a line»«/3»",
            )])
            .finding(Severity::Error, "something is missing", "", "add it"),
        ),
        (
            "no place at all",
            Stage::new(&[]).finding(Severity::Error, "no matrix is declared", "rules about demands need one", "write one"),
        ),
    ]
}

fn draw(screen: &Screen) -> String {
    let mut text = String::new();
    for (title, report) in gallery() {
        let mut out = Vec::new();
        render::full(&report, screen, &mut out).unwrap();
        let drawn = String::from_utf8(out).unwrap();
        assert!(
            !drawn.lines().any(|line| line.ends_with(' ')),
            "{title}: blanks at the end of a line\n{drawn}"
        );
        text.push_str(&format!("# {title}\n\n{drawn}"));
    }
    text
}

pub(super) fn compare(name: &str, found: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(name);
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(&path, found).unwrap();
    }
    let expected = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(expected == found, "{name} differs (UPDATE=1 rewrites it); found\n{found}");
}

#[test]
fn full_format_in_ascii() {
    compare("tests/cmd/full.txt", &draw(&Screen { width: 100, colour: false, unicode: false }));
}

#[test]
fn full_format_in_unicode() {
    compare("tests/cmd/full_unicode.txt", &draw(&Screen { width: 100, colour: false, unicode: true }));
}

#[test]
fn colours_change_nothing_but_colours() {
    let plain = draw(&Screen { width: 100, colour: false, unicode: false });
    let painted: String = gallery()
        .into_iter()
        .map(|(title, report)| {
            let mut out = Vec::new();
            render::full(&report, &Screen { width: 100, colour: true, unicode: false }, &mut out).unwrap();
            format!("# {title}\n\n{}", String::from_utf8(out).unwrap())
        })
        .collect();
    assert!(painted.contains("\u{1b}[1m\u{1b}[91merror[some-rule]"), "{painted}");
    let mut stripped = String::new();
    let mut rest = painted.as_str();
    while let Some((before, behind)) = rest.split_once("\u{1b}[") {
        stripped.push_str(before);
        rest = behind.split_once('m').unwrap().1;
    }
    stripped.push_str(rest);
    assert_eq!(stripped, plain);
}

proptest::proptest! {
    #[test]
    fn any_marks_in_any_text_can_be_shown(
        text in "[a=\t é漢\u{202e}\r\n]{0,80}",
        stretch in 0..3usize,
        marks in proptest::collection::vec((0..200usize, 0..60usize), 1..6),
        width in 1..120usize,
        unicode in proptest::bool::ANY,
    ) {
        let text = text.replace('=', &"=".repeat(1 + stretch * 150));
        let labels = marks.iter().map(|&(start, length)| {
            let start = text.floor_char_boundary(start.min(text.len()));
            let end = text.ceil_char_boundary((start + length).min(text.len()));
            let at = Location::new(FileId(0), Span::new(start, end));
            Label { at, message: format!("from {start} to {end}") }
        });
        let mut stage = Stage::new(&[]);
        stage.marks = (0..).zip(labels).collect();
        let path = TreePath::parse("a.env").unwrap();
        stage.files.insert(FileId(0), MaskedFile::new(path, &text, &[]));
        let messages: Vec<String> = stage.marks.values().map(|label| label.message.clone()).collect();
        let mut out = Vec::new();
        let report = stage.finding(Severity::Warning, "something", "because", "");
        render::full(&report, &Screen { width, colour: false, unicode }, &mut out).unwrap();
        let drawn = String::from_utf8(out).unwrap();
        for message in messages {
            proptest::prop_assert!(drawn.contains(&message), "{message} is not shown\n{drawn}");
        }
        proptest::prop_assert!(!drawn.contains(['\t', '\r', '\u{202e}']), "{drawn:?}");
    }
}
