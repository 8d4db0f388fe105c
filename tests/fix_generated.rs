//! Repairs of generated projects: faults of many kinds in files of any layout.
//!
//! Each project is made of lines; a line that is at fault says so in the plan. After a repair all other lines are there
//! as they were, in their order, and what it says it mended is gone.

use std::collections::BTreeMap;

use envcheck::diagnostic::Applicability;
use envcheck::engine::{Asked, Report, Settings, Snapshot};
use envcheck::fix::{Repaired, Wanted, repair};
use envcheck::syntax::yaml;
use envcheck::system::{MemorySystem, System};
use envcheck::text::TreePath;
use proptest::prelude::*;

use crate::fix_pages::changed;
use crate::support::page::CANARY;

/// What a program writes, and no repair touches.
const GENERATED: &str =
    "# >>> generated (do not edit) >>>\nGIT_SHA=unknown\nGIT_SHA=unknown\n# <<< end generated <<<\n";

/// How many kinds of faults there are.
const FAULTS: u32 = 15;

#[derive(Clone, Debug)]
struct Plan {
    /// Which faults are planted, by bit.
    faults: u32,
    /// How the files are laid out, by bit.
    layout: u32,
    /// In which order lines stand whose order means nothing.
    order: Vec<usize>,
}

#[derive(Default)]
struct Text {
    /// The lines, each with whether a repair may change or delete it.
    lines: Vec<(String, bool)>,
}

impl Text {
    fn line(&mut self, line: impl Into<String>) -> &mut Self {
        self.lines.push((line.into(), false));
        self
    }

    fn fault(&mut self, line: impl Into<String>) -> &mut Self {
        self.lines.push((line.into(), true));
        self
    }

    fn lines(&mut self, text: &str) -> &mut Self {
        self.lines.extend(text.lines().map(|line| (line.to_owned(), false)));
        self
    }
}

impl Plan {
    fn has(&self, fault: u32) -> bool {
        self.faults & (1 << fault) != 0
    }

    fn is(&self, layout: u32) -> bool {
        self.layout & (1 << layout) != 0
    }

    fn ending(&self) -> &'static str {
        if self.is(0) { "\r\n" } else { "\n" }
    }

    fn files(&self) -> Vec<(&'static str, Text)> {
        vec![
            (".env.example", self.example()),
            ("compose.yaml", self.compose()),
            ("api/config.py", self.code()),
            ("api/Dockerfile", self.dockerfile()),
            ("secrets.ctmpl", self.template()),
            (".github/workflows/build.yml", self.workflow()),
        ]
    }

    fn example(&self) -> Text {
        let quote = if self.is(1) { "\"" } else { "" };
        let mut own: Vec<(String, bool)> = vec![
            (format!("DATABASE_URL={quote}postgres://db/shop{quote}"), false),
            (format!("CACHE_URL={quote}redis://cache:6379{quote}"), false),
            (format!("QUEUE_NAME={quote}jobs{quote}"), false),
            (format!("SESSION_SECRET={quote}{CANARY}{quote}"), false),
            ("RELEASE=".to_owned(), false),
        ];
        let slip = if self.has(0) { "PAYMENT_TOEKN=" } else { "PAYMENT_TOKEN=" };
        own.push((slip.to_owned(), self.has(0)));
        if !self.has(1) {
            own.push(("REPORT_FOOTER=".to_owned(), false));
        }
        let mut text = Text::default();
        if self.is(2) {
            text.line("# How the shop is set up.").line("");
        }
        for (position, place) in self.order.iter().enumerate() {
            let Some((line, is_fault)) = own.get(*place).cloned() else { continue };
            if self.is(3) && position % 2 == 0 {
                text.line(format!("# line {position}"));
            }
            let comment = if self.is(4) && !line.ends_with('=') { "  # why" } else { "" };
            text.lines.push((format!("{line}{comment}"), is_fault));
        }
        if self.has(2) {
            text.line("").line("PAGE_LENGTH=20").line("PAGE_WIDTH=80").line("PAGE_TITLE=Shop");
            text.fault("PAGE_LENGTH=20").fault("PAGE_WIDTH=80").fault("PAGE_TITLE=Shop");
        }
        if self.has(3) {
            text.line("MAIL_HOST=localhost").line("").fault("# again").fault("MAIL_HOST=localhost");
        }
        if self.has(4) {
            text.fault("# envcheck: ignore[duplicate-key] two loaders");
            text.line("LOG_LEVEL=info");
        }
        if self.is(5) {
            text.lines(GENERATED);
        }
        text
    }

    fn compose(&self) -> Text {
        let mut text = Text::default();
        if self.is(6) {
            text.line("x-common: &common").line("  LOG_LEVEL: info");
        }
        text.line("services:")
            .line("  api:")
            .line("    build:")
            .line("      context: ./api")
            .line("      args:");
        if self.has(5) {
            text.fault("        APP_VERSOIN: \"1\"");
        } else {
            text.line("        APP_VERSION: \"1\"");
        }
        text.line("    environment:");
        if self.is(6) {
            text.line("      <<: *common");
        }
        text.line("      DATABASE_URL: ${DATABASE_URL}");
        if self.is(3) {
            text.line("      # where the cache is");
        }
        if self.has(6) {
            text.fault("      CACHE_URL: \"{CACHE_URL}\"");
        } else {
            text.line("      CACHE_URL: \"${CACHE_URL}\"");
        }
        text.line("      QUEUE_NAME: ${QUEUE_NAME:-jobs}").line("      SESSION_SECRET: ${SESSION_SECRET}");
        if self.has(14) {
            text.fault("      PAYMENT_TOKEN: ${PAYMENT_TOKEN:-}");
        } else {
            text.line("      PAYMENT_TOKEN: ${PAYMENT_TOKEN}");
        }
        if self.has(7) {
            text.fault("      RELEASE: 1.10");
        } else {
            text.line("      RELEASE: \"1.10\"");
        }
        if self.has(8) {
            text.fault("    command: sh -c 'for i in 1 2; do echo \"$i\"; done'");
        }
        text.line("  worker:").line("    image: acme/worker:1").line("    environment:");
        if self.has(9) {
            text.fault("      - QUEUE_NAME=\"jobs\"");
        } else {
            text.line("      - QUEUE_NAME=jobs");
        }
        text.line("      - MODE=a");
        if self.has(10) {
            text.fault("      - MODE=a");
        }
        text
    }

    fn code(&self) -> Text {
        let mut text = Text::default();
        text.lines(
            "from pydantic_settings import BaseSettings\n\n\nclass Settings(BaseSettings):\n    database_url: str\n    \
             cache_url: str\n    queue_name: str\n    session_secret: str\n    payment_token: str\n    release: str = \"\"\n    \
             report_footer: str = \"\"\n    page_length: int = 20\n    page_width: int = 80\n    page_title: str = \"Shop\"\n    \
             mail_host: str = \"localhost\"\n    log_level: str = \"info\"\n\n\nsettings = Settings()",
        );
        text
    }

    fn dockerfile(&self) -> Text {
        let mut text = Text::default();
        text.line("ARG PYTHON_TAG=3.13");
        if self.has(11) {
            text.fault("FROM python:${PYTHON_TGA}");
        } else {
            text.line("FROM python:${PYTHON_TAG}");
        }
        text.lines("ARG APP_VERSION\nARG APP_STAGE\nCOPY . .\nRUN echo $APP_VERSION > version");
        text.line("CMD [\"python\", \"config.py\"]");
        text
    }

    fn template(&self) -> Text {
        let mut text = Text::default();
        text.line("{{ with secret \"secret/data/shop\" }}")
            .line("DATABASE_URL=\"{{ .Data.data.DATABASE_URL }}\"");
        if self.has(12) {
            text.line("CACHE_URL=\"{{ .Data.data.CACHE_URL }}\"").fault("{{- end }}");
            text.line("{{- with secret \"secret/data/queue\" -}}");
        } else {
            text.line("CACHE_URL=\"{{ .Data.data.CACHE_URL }}\"");
        }
        text.line("QUEUE_NAME=\"{{ .Data.data.QUEUE_NAME }}\"").line("{{ end }}");
        text
    }

    fn workflow(&self) -> Text {
        let mut text = Text::default();
        text.lines(
            "on: push\njobs:\n  build:\n    runs-on: ubuntu-latest\n    steps:\n      - uses: actions/checkout@v4\n      \
             - uses: docker/build-push-action@v6\n        with:\n          context: api",
        );
        if self.has(13) {
            text.fault("          build-args: >-");
        } else {
            text.line("          build-args: |");
        }
        text.line("            APP_VERSION=1").line("            APP_STAGE=2");
        text
    }

    fn system(&self) -> MemorySystem {
        let mut system = MemorySystem::default();
        for (path, text) in self.files() {
            let lines: Vec<&str> = text.lines.iter().map(|(line, _)| line.as_str()).collect();
            let last = if self.is(7) { "" } else { self.ending() };
            let content = format!("{}{last}", lines.join(self.ending()));
            system.insert(TreePath::parse(path).unwrap(), content);
        }
        system
    }
}

fn plan() -> impl Strategy<Value = Plan> {
    let order = Just((0..7).collect::<Vec<usize>>()).prop_shuffle();
    (0..1_u32 << FAULTS, 0..1_u32 << 8, order).prop_map(|(faults, layout, order)| Plan {
        faults,
        layout,
        order,
    })
}

fn by_rule(report: &Report) -> BTreeMap<&'static str, usize> {
    let mut counts = BTreeMap::new();
    for found in &report.diagnostics {
        // Keys of one fault count one by one: a repair may split a block.
        *counts.entry(found.rule.0).or_default() += found.keys().count().max(1);
    }
    counts
}

/// Whether the lines that nobody may change are there, each as it was, in their order.
fn keeps(path: &str, text: &Text, after: &str, ending: &str) -> Result<(), TestCaseError> {
    let mut lines = after.split(ending);
    for (line, _) in text.lines.iter().filter(|(_, is_fault)| !is_fault) {
        prop_assert!(lines.any(|found| found == line), "{path} lost {line:?}:\n{after}");
    }
    Ok(())
}

fn check(plan: &Plan, least: Applicability, strict: bool) -> Result<(), TestCaseError> {
    let settings = Settings { strict, ..Settings::default() };
    let wanted = Wanted { settings: settings.clone(), least, below: None, earlier: None };
    let system = plan.system();
    let before = Snapshot::take(&system, None).report(&settings);
    let repaired: Repaired = repair(&system, &Asked::default(), &wanted);
    let after = changed(&system, &repaired);
    for (path, text) in plan.files() {
        let content = String::from_utf8(after.read(&TreePath::parse(path).unwrap()).unwrap()).unwrap();
        keeps(path, &text, &content, plan.ending())?;
        let bare = content.matches('\n').count() - content.matches("\r\n").count();
        prop_assert!(!plan.is(0) || bare == 0, "{path}: mixed line ends\n{content:?}");
        if std::path::Path::new(path).extension().is_some_and(|end| end == "yaml" || end == "yml") {
            prop_assert!(yaml::parse(&content).errors.is_empty(), "{path}:\n{content}");
        }
        if plan.is(5) && path == ".env.example" {
            let generated = GENERATED.trim_end().replace('\n', plan.ending());
            prop_assert!(content.contains(&generated), "{content}");
        }
    }
    let left = Snapshot::take(&after, None).report(&settings);
    let (had, has) = (by_rule(&before), by_rule(&left));
    // What a rule leaves to others while they speak of a key may come up once they do not.
    let takes_over = |rule: &str| envcheck::rules::by_name(rule).is_some_and(|rule| rule.meta().afterwards);
    for (rule, count) in has.iter().filter(|(rule, _)| !takes_over(rule)) {
        prop_assert!(*count <= had.get(rule).copied().unwrap_or(0), "{rule} is new: {left:#?}");
    }
    let total = |counts: &BTreeMap<&str, usize>| -> usize {
        counts.iter().filter(|(rule, _)| !takes_over(rule)).map(|(_, count)| count).sum()
    };
    let mended = total(&had) - total(&has);
    prop_assert!(mended >= repaired.applied.len(), "{:#?}\n{left:#?}", repaired.applied);
    let can_be_made = |found: &&envcheck::diagnostic::Diagnostic| {
        found.fix.as_ref().is_some_and(|fix| fix.applicability >= least)
    };
    let waiting = left.diagnostics.iter().filter(can_be_made).count();
    prop_assert!(waiting == repaired.refused.len(), "{:#?}\n{left:#?}", repaired.refused);
    let again = repair(&after, &Asked::default(), &wanted);
    prop_assert!(
        again.changes.is_empty(),
        "a second run changes {:#?}, after {:#?} and {:#?}",
        again.applied,
        repaired.applied,
        repaired.refused
    );
    Ok(())
}

/// Each fault alone is mended by the boldest repairs, and the plan plants what it says.
#[test]
fn each_planted_fault_is_mended() {
    let healthy = Plan { faults: 0, layout: 0, order: (0..7).collect() };
    let settings = Settings { strict: true, ..Settings::default() };
    let known = by_rule(&Snapshot::take(&healthy.system(), None).report(&settings));
    for fault in 0..FAULTS {
        let plan = Plan { faults: 1 << fault, ..healthy.clone() };
        let system = plan.system();
        let report = Snapshot::take(&system, None).report(&settings);
        let new: Vec<_> = by_rule(&report)
            .into_iter()
            .filter(|(rule, count)| known.get(rule).is_none_or(|had| had < count))
            .collect();
        assert!(!new.is_empty(), "fault {fault} is none");
        let wanted =
            Wanted { settings: settings.clone(), least: Applicability::Unsafe, below: None, earlier: None };
        let repaired = repair(&system, &Asked::default(), &wanted);
        assert!(!repaired.applied.is_empty(), "fault {fault}: {new:?} is not mended: {:?}", repaired.refused);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 100, ..ProptestConfig::default() })]

    #[test]
    fn safe_repairs_mend_what_they_say_and_nothing_else(plan in plan(), strict in any::<bool>()) {
        check(&plan, Applicability::Safe, strict)?;
    }

    #[test]
    fn bold_repairs_mend_what_they_say_and_nothing_else(plan in plan(), strict in any::<bool>()) {
        check(&plan, Applicability::Unsafe, strict)?;
    }
}
