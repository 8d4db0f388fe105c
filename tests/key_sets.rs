//! Every difference between the lists of a service's keys is told under `--strict`, once.

use std::fmt::Write as _;

use envcheck::engine::{Settings, Snapshot};
use envcheck::system::MemorySystem;
use envcheck::text::TreePath;

const SHARED: [&str; 6] =
    ["DATABASE_URL", "CACHE_ADDRESS", "QUEUE_NAME", "MAIL_SENDER", "PAGE_LENGTH", "SESSION_LIFETIME"];

/// The key that some lists have.
const KEY: &str = "REPORT_FOOTER";

const LISTS: [&str; 5] = ["code", "example", "compose", "template", "workflow"];

/// What the finding calls each list.
const NAMES: [&str; 5] = [
    "the code of `api`",
    ".env.example",
    "`api` of compose.yaml",
    "secrets.ctmpl",
    ".github/workflows/deploy.yml",
];

/// Findings after which the key is deleted, so that nothing more needs to be said of it.
const GONE: [&str; 5] =
    ["dropped-key", "half-renamed-key", "misspelled-key", "stale-documentation", "unread-key"];

#[derive(Clone, Copy, Debug)]
enum Matrix {
    Inferred,
    /// Compose and template supply different environments.
    Apart,
    /// They supply one together with the workflow.
    Together,
}

fn project(has: &[bool; 5], matrix: Matrix) -> MemorySystem {
    let mut system = MemorySystem::default();
    let mut add = |path: &str, text: String| system.insert(TreePath::parse(path).unwrap(), text);
    let lines = |list: usize, line: &dyn Fn(&str) -> String| -> String {
        SHARED.iter().copied().chain(has[list].then_some(KEY)).map(line).collect()
    };
    let fields = lines(0, &|key| {
        let default = if key == KEY { " = \"x\"" } else { "" };
        format!("    {}: str{default}\n", key.to_lowercase())
    });
    let class = "from pydantic_settings import BaseSettings\n\n\nclass Settings(BaseSettings):\n";
    add("api/config.py", format!("{class}{fields}\n\nsettings = Settings()\n"));
    add("api/Dockerfile", "FROM python:3.13\nCOPY . .\nCMD [\"python\", \"config.py\"]\n".to_owned());
    add(".env.example", lines(1, &|key| format!("{key}=x\n")));
    let given = lines(2, &|key| format!("      {key}: ${{{key}:-x}}\n"));
    add("compose.yaml", format!("services:\n  api:\n    build: ./api\n    environment:\n{given}"));
    let rendered = lines(3, &|key| format!("{key}=\"{{{{ .Data.data.{key} }}}}\"\n"));
    add("secrets.ctmpl", format!("{{{{ with secret \"secret/data/shop\" }}}}\n{rendered}{{{{ end }}}}\n"));
    let set = lines(4, &|key| format!("      {key}: ${{{{ vars.{key} }}}}\n"));
    add(
        ".github/workflows/deploy.yml",
        format!(
            "name: deploy\non: {{ push: {{ branches: [main] }} }}\njobs:\n  deploy:\n    runs-on: ubuntu-latest\n    \
             environment: production\n    env:\n{set}    steps:\n      - uses: actions/checkout@v4\n      \
             - run: docker compose up -d\n"
        ),
    );
    let sources = match matrix {
        Matrix::Inferred => return system,
        Matrix::Apart => {
            "  local: { tier: local, sources: [compose: compose.yaml] }\n  \
             staging: { tier: staging, sources: [vault: { template: secrets.ctmpl }] }\n"
        }
        Matrix::Together => {
            "  production:\n    tier: production\n    sources:\n      - compose: compose.yaml\n      \
             - vault: { template: secrets.ctmpl }\n      - workflow: .github/workflows/deploy.yml\n"
        }
    };
    add(
        "envcheck.yaml",
        format!("version: 1\nservices: {{ api: {{ root: api }} }}\nenvironments:\n{sources}"),
    );
    system
}

/// The findings about the key: rule and message.
fn found(system: &MemorySystem, strict: bool) -> Vec<(String, String)> {
    let settings = Settings { strict, ..Settings::default() };
    let report = Snapshot::take(system, None).report(&settings);
    let about = report.diagnostics.into_iter().filter(|found| found.message.contains(KEY));
    about.map(|found| (found.rule.0.to_owned(), found.message)).collect()
}

#[test]
fn every_difference_is_told_once() {
    let mut wrong = String::new();
    for matrix in [Matrix::Inferred, Matrix::Apart, Matrix::Together] {
        for bits in 0..32_u32 {
            let has: [bool; 5] = std::array::from_fn(|list| bits & (1 << list) != 0);
            let system = project(&has, matrix);
            let told = found(&system, true);
            let with: Vec<&str> =
                LISTS.iter().zip(has).filter(|(_, has)| *has).map(|(list, _)| *list).collect();
            let mut fail = |what: &str| writeln!(wrong, "{matrix:?} {with:?}: {what}: {told:#?}").unwrap();
            let drifts: Vec<&String> =
                told.iter().filter(|(rule, _)| rule == "key-set-drift").map(|(_, message)| message).collect();
            if bits == 0 || bits == 31 {
                if !told.is_empty() {
                    fail("there is no difference");
                }
                continue;
            }
            if told.iter().any(|(rule, _)| GONE.contains(&rule.as_str())) {
                if !drifts.is_empty() {
                    fail("told twice");
                }
                continue;
            }
            if drifts.len() > 1 {
                fail("several findings for one key");
            }
            let parts = drifts.first().and_then(|message| message.split_once(", and not in "));
            for list in 0..5 {
                let is_undocumented =
                    LISTS[list] == "example" && told.iter().any(|(rule, _)| rule == "undocumented-key");
                let is_lacking = parts.is_some_and(|(_, lacking)| lacking.contains(NAMES[list]));
                let is_holding = parts.is_some_and(|(holding, _)| holding.contains(NAMES[list]));
                if has[list] && (is_lacking || parts.is_some() && !is_holding) {
                    fail(&format!("{} has it", LISTS[list]));
                }
                // Of the sources of one environment one is enough.
                let is_beside = matches!(matrix, Matrix::Together) && list >= 2 && has[2..].contains(&true);
                if is_beside && !is_lacking {
                    continue;
                }
                if !has[list] && (is_holding || is_lacking == is_undocumented) {
                    fail(&format!("{} lacks it", LISTS[list]));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

#[test]
fn without_strict_differences_are_no_faults() {
    for list in 0..5 {
        let mut has = [true; 5];
        has[list] = false;
        let told = found(&project(&has, Matrix::Inferred), false);
        assert!(told.iter().all(|(rule, _)| rule != "key-set-drift"), "{told:?}");
    }
}
