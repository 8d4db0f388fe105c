//! All rules, one file each, and the list of them.

mod brace_without_dollar;
mod build_arg_at_run_time;
mod build_arg_out_of_scope;
mod build_arg_undeclared;
mod command_not_in_image;
mod compose_service_missing;
mod compose_structure;
mod config_map_key_missing;
mod copy_source_missing;
mod crossed_secret;
mod debug_enabled;
mod default_drift;
mod default_forbidden;
mod dockerfile_missing;
mod dockerfile_syntax;
mod documented_key_not_forwarded;
mod dotenv_dialect;
mod dotenv_syntax;
mod dropped_key;
mod duplicate_key;
mod empty_required_value;
mod env_file_missing;
mod env_file_oversharing;
mod folded_build_args;
mod forbidden_scheme;
mod foreign_environment;
mod github_env_misuse;
mod half_renamed_key;
mod hard_coded_default;
mod image_key_missing;
mod inlined_at_build;
mod internal_address_for_browser;
mod interpolation_syntax;
mod invalid_host_name;
mod invalid_setting;
mod key_not_forwarded;
mod key_prefix;
mod key_set_drift;
mod key_style;
mod literal_quotes;
mod literal_shadows_variable;
mod local_address;
mod malformed_url;
mod matrix_schema;
mod misplaced_default;
mod misplaced_schema_key;
mod missing_final_newline;
mod misspelled_key;
mod mount_source_missing;
mod non_ascii;
mod optionality_contradiction;
mod placeholder_in_deployed;
mod port_mismatch;
mod public_key_not_baked;
mod public_secret;
mod required_key_missing;
mod resource_name;
mod schema_key_not_relayed;
mod secret_file_tracked;
mod secret_has_default;
mod secret_in_build_arg;
mod secret_in_log;
mod secret_in_plain_text;
mod secret_outside_store;
mod server_key_in_browser;
mod shared_secret;
mod shell_variable_outside_run;
mod sibling_service_drift;
mod source_missing;
mod stale_documentation;
mod stray_flag;
mod swallowed_command;
mod task_runner_drops_key;
mod template_input_missing;
mod template_renders_broken;
mod template_syntax;
mod token_permission_missing;
mod trigger_drift;
mod truthy_text;
mod unavailable_context;
mod undeclared_key;
mod undefined_as_text;
mod undefined_expression;
mod undefined_in_stage;
mod undefined_interpolation;
mod undocumented_key;
mod unescaped_dollar;
mod unexplained_suppression;
mod unknown_suppression;
mod unquoted_scalar;
mod unread_key;
mod unused_declaration;
mod unused_suppression;
mod value_constraint;
mod value_not_allowed;
mod value_type;
mod variable_as_text;
mod variant_drift;
mod vault_path_not_granted;
mod version_stamp_missing;
mod workflow_call_mismatch;
mod workflow_key_missing;
mod workflow_secret_not_passed;
mod workflow_structure;

use crate::rule::Rule;

/// Every rule, in the order of groups and names.
pub static ALL: &[&dyn Rule] = &[
    // drift
    &default_drift::DefaultDrift,
    &dropped_key::DroppedKey,
    &half_renamed_key::HalfRenamedKey,
    &hard_coded_default::HardCodedDefault,
    &key_set_drift::KeySetDrift,
    &literal_shadows_variable::LiteralShadowsVariable,
    &misspelled_key::MisspelledKey,
    &optionality_contradiction::OptionalityContradiction,
    &sibling_service_drift::SiblingServiceDrift,
    &stale_documentation::StaleDocumentation,
    &undocumented_key::UndocumentedKey,
    &unread_key::UnreadKey,
    &variant_drift::VariantDrift,
    // missing
    &config_map_key_missing::ConfigMapKeyMissing,
    &default_forbidden::DefaultForbidden,
    &dockerfile_missing::DockerfileMissing,
    &documented_key_not_forwarded::DocumentedKeyNotForwarded,
    &empty_required_value::EmptyRequiredValue,
    &env_file_missing::EnvFileMissing,
    &github_env_misuse::GithubEnvMisuse,
    &image_key_missing::ImageKeyMissing,
    &key_not_forwarded::KeyNotForwarded,
    &mount_source_missing::MountSourceMissing,
    &required_key_missing::RequiredKeyMissing,
    &template_input_missing::TemplateInputMissing,
    &token_permission_missing::TokenPermissionMissing,
    &undefined_expression::UndefinedExpression,
    &undefined_interpolation::UndefinedInterpolation,
    &vault_path_not_granted::VaultPathNotGranted,
    &version_stamp_missing::VersionStampMissing,
    &workflow_call_mismatch::WorkflowCallMismatch,
    &workflow_key_missing::WorkflowKeyMissing,
    &workflow_secret_not_passed::WorkflowSecretNotPassed,
    // build
    &build_arg_at_run_time::BuildArgAtRunTime,
    &build_arg_out_of_scope::BuildArgOutOfScope,
    &build_arg_undeclared::BuildArgUndeclared,
    &command_not_in_image::CommandNotInImage,
    &copy_source_missing::CopySourceMissing,
    &inlined_at_build::InlinedAtBuild,
    &misplaced_schema_key::MisplacedSchemaKey,
    &public_key_not_baked::PublicKeyNotBaked,
    &schema_key_not_relayed::SchemaKeyNotRelayed,
    &server_key_in_browser::ServerKeyInBrowser,
    &task_runner_drops_key::TaskRunnerDropsKey,
    &undefined_in_stage::UndefinedInStage,
    &folded_build_args::FoldedBuildArgs,
    // secret
    &crossed_secret::CrossedSecret,
    &env_file_oversharing::EnvFileOversharing,
    &placeholder_in_deployed::PlaceholderInDeployed,
    &public_secret::PublicSecret,
    &secret_file_tracked::SecretFileTracked,
    &secret_has_default::SecretHasDefault,
    &secret_in_build_arg::SecretInBuildArg,
    &secret_in_log::SecretInLog,
    &secret_in_plain_text::SecretInPlainText,
    &secret_outside_store::SecretOutsideStore,
    &shared_secret::SharedSecret,
    // naming
    &invalid_host_name::InvalidHostName,
    &key_prefix::KeyPrefix,
    &key_style::KeyStyle,
    &non_ascii::NonAscii,
    &resource_name::ResourceName,
    // value
    &debug_enabled::DebugEnabled,
    &forbidden_scheme::ForbiddenScheme,
    &foreign_environment::ForeignEnvironment,
    &internal_address_for_browser::InternalAddressForBrowser,
    &local_address::LocalAddress,
    &malformed_url::MalformedUrl,
    &misplaced_default::MisplacedDefault,
    &port_mismatch::PortMismatch,
    &truthy_text::TruthyText,
    &undefined_as_text::UndefinedAsText,
    &value_constraint::ValueConstraint,
    &value_not_allowed::ValueNotAllowed,
    &value_type::ValueTypeRule,
    &variable_as_text::VariableAsText,
    // syntax
    &brace_without_dollar::BraceWithoutDollar,
    &compose_service_missing::ComposeServiceMissing,
    &compose_structure::ComposeStructure,
    &dockerfile_syntax::DockerfileSyntax,
    &dotenv_dialect::DotenvDialect,
    &dotenv_syntax::DotenvSyntax,
    &duplicate_key::DuplicateKey,
    &interpolation_syntax::InterpolationSyntax,
    &literal_quotes::LiteralQuotes,
    &missing_final_newline::MissingFinalNewline,
    &shell_variable_outside_run::ShellVariableOutsideRun,
    &stray_flag::StrayFlag,
    &swallowed_command::SwallowedCommand,
    &template_renders_broken::TemplateRendersBroken,
    &template_syntax::TemplateSyntax,
    &unavailable_context::UnavailableContext,
    &unescaped_dollar::UnescapedDollar,
    &unquoted_scalar::UnquotedScalar,
    &workflow_structure::WorkflowStructure,
    // matrix
    &invalid_setting::InvalidSetting,
    &matrix_schema::MatrixSchema,
    &source_missing::SourceMissing,
    &trigger_drift::TriggerDrift,
    &undeclared_key::UndeclaredKey,
    &unexplained_suppression::UnexplainedSuppression,
    &unknown_suppression::UnknownSuppression,
    &unused_declaration::UnusedDeclaration,
    &unused_suppression::UnusedSuppression,
];

/// The rule of this name.
#[must_use]
pub fn by_name(name: &str) -> Option<&'static dyn Rule> {
    ALL.iter().copied().find(|rule| rule.meta().id.0 == name)
}
