//! What envcheck thinks the readers of dotenv read, held against recorded runs of the real ones.

use envcheck::syntax::dotenv::Dialect;

/// Rows that a reader is known to be read differently for, each with the reason.
const KNOWN_DIFFERENCES: &[(&str, Dialect, &str)] = &[
    ("cmd_subst", Dialect::DotenvExpand1000, "commands are never executed"),
    ("cmd_subst", Dialect::Bash, "commands are never executed"),
];

fn column(dialect: Dialect) -> &'static str {
    match dialect {
        Dialect::NpmDotenv => "npm_dotenv",
        Dialect::DotenvExpand12 => "npm_dotenv_expand_12",
        Dialect::DotenvExpand1000 => "npm_dotenv_expand_1000",
        Dialect::Node => "node_env_file",
        Dialect::PythonDotenv => "python_dotenv",
        Dialect::PythonDotenvRaw => "python_dotenv_nointerp",
        Dialect::Dotenvy => "dotenvy",
        Dialect::Compose => "compose",
        Dialect::ComposeGo => "compose_go_head",
        Dialect::DockerEnvFile => "docker_env_file",
        Dialect::Systemd => "systemd_environment_d",
        Dialect::Bash => "bash",
    }
}

#[test]
fn every_reader_reads_as_recorded() {
    let host = |name: &str| match name {
        "HOST_VAR" => Some("from_host".to_owned()),
        "HOME" => Some("/home/u".to_owned()),
        _ => None,
    };
    let mut failures = Vec::new();
    let mut rows = 0;
    for line in include_str!("data/dotenv_dialects.jsonl").lines() {
        let row: serde_json::Value = serde_json::from_str(line).unwrap();
        let id = row["id"].as_str().unwrap();
        rows += 1;
        for &dialect in Dialect::ALL {
            let recorded = &row[column(dialect)];
            let reading = dialect.read(row["line"].as_str().unwrap(), &host);
            let found: serde_json::Map<String, serde_json::Value> = reading
                .variables
                .iter()
                .map(|(key, value)| (key.clone(), value.as_ref().map(|value| value.reveal()).into()))
                .collect();
            let mut expected = recorded["vars"].as_object().unwrap().clone();
            expected.sort_keys();
            let fails = recorded.get("error").is_some();
            let same = found == expected && (!fails || reading.refused.is_some() || reading.computes);
            let known = KNOWN_DIFFERENCES.iter().any(|&(row, reader, _)| (row, reader) == (id, dialect));
            if same == known {
                failures.push(format!(
                    "{id} {dialect:?}: {} recorded {expected:?} (error: {fails}), found {found:?} ({:?}){}",
                    row["line"],
                    reading.refused,
                    if known { "; no longer a known difference" } else { "" }
                ));
            }
        }
    }
    assert_eq!(rows, 102);
    assert!(failures.is_empty(), "{} of {}\n{}", failures.len(), rows * 12, failures.join("\n"));
}
