//! All integration tests in one binary, because linking dominates.
#![expect(clippy::unwrap_used, clippy::expect_used, reason = "tests fail by panicking")]
#![expect(clippy::disallowed_methods, reason = "tests read fixtures and run the program")]

mod cmd;
mod compose_differential;
mod divided;
mod dockerfile_buildkit;
mod dockerfile_properties;
mod dotenv_dialects;
mod examples;
mod fix_generated;
mod fix_pages;
mod fuzz_seeds;
mod go_struct_tags;
mod house;
mod init;
mod key_sets;
mod matrix_read;
mod matrix_schema;
mod monorepo;
mod nasty;
mod pydantic_key;
mod python_env_key;
mod remove_generated;
mod replay;
mod routes;
mod rule_docs;
mod rule_pages;
mod source_pages;
mod support;
mod typescript_key;
mod workflow_contexts;
mod workflow_source;
mod workspace;

#[path = "../benches/monorepo/tree.rs"]
mod tree;
