//! What actions need of the token of their job, and what `permissions:` leaves it.
//!
//! A mapping under `permissions` takes away all that it does not name; without one the token has what the repository's
//! settings say, and `id-token` never. Source: "Automatic token authentication" and "Workflow syntax", `permissions`, of
//! GitHub's documentation; what each action needs is from its own README.

use super::Reader;
use crate::fact::{Problem, ProblemKind};
use crate::syntax::yaml::{Entry, Node};
use crate::text::Span;

/// What the token of a job may do.
#[derive(Clone, Copy)]
enum Granted<'n> {
    /// What the settings of the repository say.
    Default,
    /// Nothing can be told.
    Unknown,
    /// What this entry says.
    Said(&'n Entry),
}

impl<'n> Granted<'n> {
    fn of(node: &'n Node) -> Option<Self> {
        node.entry("permissions").map(Self::Said)
    }

    /// Whether a permission to write is surely not granted.
    fn lacks(self, name: &str) -> bool {
        match self {
            Self::Unknown => false,
            Self::Default => name == "id-token",
            Self::Said(entry) => match entry.value.as_str() {
                Some("write-all") => false,
                Some("read-all") => true,
                Some(text) => text.is_empty() && name == "id-token",
                None => {
                    entry.value.is_mapping()
                        && entry
                            .value
                            .get(name)
                            .and_then(Node::as_str)
                            .is_none_or(|level| matches!(level, "read" | "none"))
                }
            },
        }
    }
}

/// Actions that use the token of the job without being given another, each with what they write.
const WRITING: &[(&str, &[&str])] = &[
    ("actions/attest", &["id-token", "attestations"]),
    ("actions/attest-build-provenance", &["id-token", "attestations"]),
    ("actions/attest-sbom", &["id-token", "attestations"]),
    ("actions/deploy-pages", &["pages", "id-token"]),
    ("peter-evans/create-pull-request", &["contents", "pull-requests"]),
    ("softprops/action-gh-release", &["contents"]),
    ("stefanzweifel/git-auto-commit-action", &["contents"]),
    ("github/codeql-action/analyze", &["security-events"]),
    ("github/codeql-action/upload-sarif", &["security-events"]),
    ("marocchino/sticky-pull-request-comment", &["pull-requests"]),
    ("googleapis/release-please-action", &["contents", "pull-requests"]),
    ("google-github-actions/release-please-action", &["contents", "pull-requests"]),
];

/// Inputs by which an action is given another token.
const TOKENS: &[&str] = &["token", "github-token", "github_token", "GITHUB_TOKEN", "repo-token", "ssh-key"];

/// Looks at the jobs of a workflow.
pub(super) fn check(reader: &mut Reader<'_>, document: &Node) {
    let Some(jobs) = document.get("jobs").filter(|jobs| jobs.is_mapping()) else { return };
    // A workflow that others call has what the job that calls it has.
    let default = if reader.workflow.call.is_some() { Granted::Unknown } else { Granted::Default };
    let of_all = Granted::of(document).unwrap_or(default);
    for (_, job) in reader.entries(jobs) {
        if !job.value.via_alias {
            of_job(reader, document, &job.value, Granted::of(&job.value).unwrap_or(of_all));
        }
    }
}

fn of_job(reader: &mut Reader<'_>, document: &Node, job: &Node, granted: Granted<'_>) {
    let steps = job.get("steps").map(Node::items).unwrap_or_default();
    // Another token that git or all steps are given is not that of the job.
    let has_own_token = steps.iter().any(|step| {
        let is_checkout = action_of(step).is_some_and(|(action, _)| action == "actions/checkout");
        is_checkout && TOKENS.iter().any(|name| input(step, name).is_some())
    });
    for step in steps {
        let Some((action, span)) = action_of(step).filter(|_| reader.take(0)) else { continue };
        if step.get("continue-on-error").and_then(Node::as_str).is_some_and(|text| text != "false") {
            continue;
        }
        let needed: Vec<&str> = match action {
            "aws-actions/configure-aws-credentials" if assumes_role(job, steps, step) => vec!["id-token"],
            "google-github-actions/auth" if input(step, "workload_identity_provider").is_some() => {
                vec!["id-token"]
            }
            "docker/build-push-action" if pushes_to_github(document, steps, step) => vec!["packages"],
            "stefanzweifel/git-auto-commit-action" if has_own_token => continue,
            _ => {
                let is_given = TOKENS.iter().any(|name| input(step, name).is_some_and(is_other_token))
                    || step.get("env").is_some_and(|env| {
                        env.get("GITHUB_TOKEN").and_then(Node::as_str).is_some_and(is_other_token)
                    });
                match WRITING.iter().find(|(known, _)| *known == action) {
                    Some((_, needed)) if !is_given => needed.to_vec(),
                    _ => continue,
                }
            }
        };
        let lacking: Vec<&str> = needed.into_iter().filter(|name| granted.lacks(name)).collect();
        if !lacking.is_empty() {
            tell(reader, action, span, &lacking, granted);
        }
    }
}

/// The name of the action that a step uses, without its version.
fn action_of(step: &Node) -> Option<(&str, Span)> {
    let uses = step.get("uses").filter(|uses| !uses.via_alias)?;
    Some((uses.as_str()?.split('@').next()?.trim(), uses.span))
}

fn input<'n>(step: &'n Node, name: &str) -> Option<&'n str> {
    step.get("with")?.get(name)?.as_str().filter(|text| !text.trim().is_empty())
}

/// Whether a text is some token that is not the job's own.
fn is_other_token(text: &str) -> bool {
    let is_own = text.contains("github.token") || text.contains("secrets.GITHUB_TOKEN");
    !is_own || text.contains("||")
}

/// Whether the step asks AWS for a role with nothing but the token of the job.
fn assumes_role(job: &Node, steps: &[Node], step: &Node) -> bool {
    const OTHERWISE: &[&str] = &["aws-access-key-id", "web-identity-token-file", "role-chaining"];
    let is_hosted = job.get("runs-on").and_then(Node::as_str).is_some_and(|label| {
        ["ubuntu-", "macos-", "windows-"].iter().any(|system| label.starts_with(system))
    });
    let signs_in = |other: &Node| {
        action_of(other).is_some_and(|(action, _)| action == "aws-actions/configure-aws-credentials")
    };
    let is_first = steps.iter().find(|other| signs_in(other)).is_some_and(|first| first.span == step.span);
    let has_keys = |node: &Node| node.get("env").is_some_and(|env| env.get("AWS_ACCESS_KEY_ID").is_some());
    is_hosted
        && is_first
        && input(step, "role-to-assume").is_some()
        && OTHERWISE.iter().all(|name| input(step, name).is_none())
        && !has_keys(job)
        && !has_keys(step)
}

/// Whether the step pushes an image to GitHub's registry with the token of the job.
fn pushes_to_github(document: &Node, steps: &[Node], step: &Node) -> bool {
    let is_of_github = |text: &str| {
        text.contains("ghcr.io")
            || document.get("env").is_some_and(|env| {
                env.entries().into_iter().any(|entry| {
                    let name = entry.key.as_str().unwrap_or("");
                    entry.value.as_str() == Some("ghcr.io") && text.contains(&format!("env.{name}"))
                })
            })
    };
    let logins: Vec<&Node> = steps
        .iter()
        .filter(|step| action_of(step).is_some_and(|(action, _)| action == "docker/login-action"))
        .collect();
    let [login] = logins.as_slice() else { return false };
    let is_login = input(login, "registry").is_some_and(is_of_github)
        && input(login, "password").is_some_and(|password| !is_other_token(password));
    let is_push = input(step, "push").is_some_and(|push| push == "true");
    is_login
        && is_push
        && input(step, "tags").is_some_and(|tags| is_of_github(tags) || tags.contains("steps."))
}

fn tell(reader: &mut Reader<'_>, action: &str, span: Span, lacking: &[&str], granted: Granted<'_>) {
    let wanted: Vec<String> = lacking.iter().map(|name| format!("`{name}: write`")).collect();
    let wanted = wanted.join(" and ");
    let message = format!("`{action}` needs {wanted}, which the token of its job does not have");
    let mut problem = Problem::new(ProblemKind::TokenPermission, span, message, "uses the token of the job");
    problem = match granted {
        Granted::Said(entry) => problem
            .related(entry.key.span, "takes away all that it does not name")
            .help(format!("add {wanted} to the permissions of the job")),
        Granted::Default | Granted::Unknown => problem
            .why("no token has `id-token` that is not asked for, whatever the repository's settings say")
            .help("add `permissions:` with `id-token: write` to the job, and name there what else it needs, such as `contents: read`"),
    };
    reader.problem(problem);
}
