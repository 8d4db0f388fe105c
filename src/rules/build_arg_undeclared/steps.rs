//! The same for workflows, steps that use `docker/build-push-action`, and for commands: `docker build --build-arg`.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    DOES_NOT, PASSED, advice, declared, declared_in_stage, is_near, is_taken, renamed, set_by_itself, user_of,
};
use crate::index::{BuildLink, Index};
use crate::key::KeyName;
use crate::rule::Reporter;
use crate::text::{FileId, Location};

/// The places that pass one argument to one Dockerfile.
#[derive(Default)]
struct Passed {
    all: Vec<Location>,
    /// The stages that they build, in small letters; `None` for the last one.
    targets: BTreeSet<Option<String>>,
}

pub(super) fn ask(index: &Index, reporter: &mut Reporter<'_>) {
    let mut found: BTreeMap<(FileId, KeyName), Passed> = BTreeMap::new();
    let mut pass = |dockerfile: FileId, key: &KeyName, at: Location, target: Option<String>| {
        if index.is_read_whole(dockerfile) && !is_taken(index, dockerfile, key) {
            let passed = found.entry((dockerfile, key.clone())).or_default();
            passed.all.push(at);
            passed.targets.insert(target);
        }
    };
    let builds = index.step_builds();
    for build in &builds {
        let BuildLink::Dockerfile(dockerfile) = build.link else { continue };
        let target = build.build.target.as_ref().map(|target| target.value.to_ascii_lowercase());
        index.step_build_args(build).for_each(|arg| pass(dockerfile, &arg.key, arg.at(), target.clone()));
    }
    for (file, build, dockerfile) in index.command_builds() {
        let args = build.args.iter();
        args.for_each(|arg| {
            pass(dockerfile, &KeyName::new(arg), Location::new(file, arg.span), build.target.clone());
        });
    }
    for ((dockerfile, key), Passed { all: args, targets }) in found {
        let Some(first) = args.first() else { continue };
        let path = index.files.path(dockerfile);
        let message = format!("{path}{DOES_NOT}`{key}`");
        let mut finding = reporter.report(message, *first, PASSED).key(&key);
        for other in args.iter().skip(1).take(3) {
            finding = finding.label(*other, "and here");
        }
        let near = declared(index, dockerfile).find(|fact| is_near(&key, &fact.key));
        let own = set_by_itself(index, dockerfile, &key);
        let stages: Option<BTreeSet<usize>> =
            targets.iter().map(|target| index.stage_called(dockerfile, target.as_deref())).collect();
        // What several stages take is declared where somebody knows which of them uses it.
        let built = stages.and_then(|stages| stages.first().copied().filter(|_| stages.len() == 1));
        let fix = match (near, built) {
            (Some(near), _) => renamed(args.iter().copied(), &key, near),
            (None, Some(built)) if own.is_none() => declared_in_stage(index, &key, dockerfile, Some(built)),
            (None, _) => None,
        };
        let help = match near {
            Some(near) => {
                finding = finding.label(near.at(), "this one is declared");
                format!("did you mean `{}`?", near.key)
            }
            None => {
                let user = built.map(|built| user_of(index, dockerfile, built, &key));
                let stage = user.and_then(|stage| index.dockerfile(dockerfile)?.stages.get(stage));
                let stage = stage.map(|stage| Location::new(dockerfile, stage.base.span));
                let (seen, advice) = advice(index, dockerfile, &key, own, stage);
                if let Some((at, label)) = seen {
                    finding = finding.label(at, label);
                }
                advice
            }
        };
        finding.fix_if(fix).why("BuildKit drops arguments that no `ARG` declares").help(help);
    }
}

#[cfg(test)]
mod tests {
    use super::super::BuildArgUndeclared;
    use crate::fact::Extraction;
    use crate::index::Index;
    use crate::matrix::Matrix;
    use crate::rule::{Reporter, Rule};
    use crate::sources;
    use crate::text::{FileId, Files, SourceFile, TreePath};

    const WORKFLOW: &str = ".github/workflows/build.yml";

    fn findings(files: &[(&str, &str)]) -> Vec<String> {
        let mut all = Vec::new();
        let mut extractions: Vec<Extraction> = Vec::new();
        let mut kinds = Vec::new();
        for (number, (path, text)) in (0..).zip(files) {
            let path = TreePath::parse(path).unwrap();
            let extractor = sources::ALL.iter().find(|extractor| extractor.claims(&path)).unwrap();
            let file = SourceFile::new(FileId(number), path, (*text).to_owned());
            extractions.push(extractor.extract(&file));
            kinds.push(Some(extractor.kind()));
            all.push(file);
        }
        let index = Index::build(Files::new(all), Matrix::default(), Vec::new(), extractions, kinds);
        let mut found = Vec::new();
        BuildArgUndeclared.check(&index, &mut Reporter::new(BuildArgUndeclared.meta(), &mut found));
        found
            .iter()
            .map(|diagnostic| format!("{}; {}", diagnostic.message, diagnostic.help.as_deref().unwrap_or("")))
            .collect()
    }

    fn workflow(with: &str) -> String {
        format!(
            "on: push\njobs:\n  build:\n    steps:\n      - uses: actions/checkout@v4\n      - uses: docker/build-push-action@v6\n        with:\n{with}"
        )
    }

    #[test]
    fn names_what_the_dockerfile_drops() {
        let with = "          context: ./web\n          build-args: |\n            # the release\n            APP_URL=https://x.example\n            GIT_SHA=${{ github.sha }}\n            BUILDKIT_INLINE_CACHE=1\n            API_URL=y\n";
        let dockerfile = "FROM node:22\nARG APP_URL\nARG GIT_COMMIT\n";
        let found = findings(&[(WORKFLOW, &workflow(with)), ("web/Dockerfile", dockerfile)]);
        assert_eq!(
            found,
            [
                "web/Dockerfile does not declare the build argument `API_URL`; did you mean `APP_URL`?",
                "web/Dockerfile does not declare the build argument `GIT_SHA`; add `ARG GIT_SHA` to the stage that uses it, or stop passing it",
            ]
        );
        let with = "          file: docker/app.Dockerfile\n          build-args: A_A=1\n";
        let found = findings(&[(WORKFLOW, &workflow(with)), ("docker/app.Dockerfile", "FROM x\n")]);
        assert_eq!(found.len(), 1, "{found:?}");
    }

    #[test]
    fn is_silent_where_the_dockerfile_is_not_known() {
        let dockerfile = ("Dockerfile", "FROM node:22\n");
        for with in [
            "          file: ${{ matrix.file }}\n          build-args: A_A=1\n",
            "          context: https://github.com/a/b.git\n          build-args: A_A=1\n",
            "          context: '{{defaultContext}}:web'\n          build-args: A_A=1\n",
            "          file: other/Dockerfile\n          build-args: A_A=1\n",
            "          build-args: ${{ inputs.build-args }}\n",
            "          build-args: A_A\n",
        ] {
            assert!(findings(&[(WORKFLOW, &workflow(with)), dockerfile]).is_empty(), "{with}");
        }
        let elsewhere = workflow("          build-args: A_A=1\n")
            .replace("checkout@v4\n", "checkout@v4\n        with:\n          repository: a/b\n");
        assert!(findings(&[(WORKFLOW, &elsewhere), dockerfile]).is_empty());
        let onbuild =
            [(WORKFLOW, &*workflow("          build-args: A_A=1\n")), ("Dockerfile", "FROM x\nARG A_A\n")];
        assert!(findings(&onbuild).is_empty());
    }
}
