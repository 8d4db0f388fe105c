use super::Shell;
use crate::fact::{Extractor, Structure};
use crate::text::{FileId, SourceFile, TreePath};
use proptest::prelude::*;

fn path(text: &str) -> TreePath {
    TreePath::parse(text).unwrap()
}

#[test]
fn knows_scripts() {
    for yes in
        ["a.sh", "docker-entrypoint.sh", "docker/entrypoint", "bin/start", ".envrc", "x/.husky/pre-commit"]
    {
        assert!(Shell.claims(&path(yes)) && Shell.confirms(&path(yes), "#!/usr/bin/env bash\n"), "{yes}");
    }
    for no in ["a.py", "README", "node_modules/a/b.sh", "Dockerfile"] {
        assert!(!Shell.claims(&path(no)), "{no}");
    }
    assert!(!Shell.confirms(&path("bin/start"), "print(1)"));
    assert!(!Shell.confirms(&path("bin/start"), "#!/usr/bin/env node\n"));
    assert!(Shell.confirms(&path("a.sh"), "echo"));
}

#[test]
fn long_texts_take_no_long_time() {
    for unit in [
        "A=$(",
        "[ -z $A ] && {\n",
        "echo A=$A >> .env\n",
        "if [ -z $AB ]; then exit 1; fi\n",
        "f() {\n",
        "X=($AB ",
    ] {
        let file = SourceFile::new(FileId(0), path("a.sh"), unit.repeat(5_000));
        Shell.extract(&file);
    }
}

proptest! {
    #[test]
    fn spans_lie_in_the_file(parts in proptest::collection::vec(
        proptest::sample::select(vec![
            "if ", "[ -z ", "${AB:-", "}", "] ", "; then ", "exit 1", "; fi\n", "echo ", "AB=1", " >> .env", "\n", "cat <<E > .env\n",
            "E\n", "$(", ")", "\"", "'", "é", "\\", "\\n", "sed -i s/AB=.*/AB=$X/ .env", "docker run -e AB", "--build-arg=X=$AB ",
            "for X in AB CD; do ", "${!X}", " done ", "\r\n", "\u{feff}", "\0", "export ", "set_env AB ", "{ ", "} > .env", " && ", " || ",
        ]),
        0..40,
    )) {
        let file = SourceFile::new(FileId(0), path("a.sh"), parts.concat());
        let found = Shell.extract(&file);
        for fact in &found.facts {
            // Quotes may stand in a name, as in `A"B"=1`.
            let written = file.text.get(fact.span.range()).map(|text| text.replace(['"', '\'', '\\'], ""));
            prop_assert_eq!(written.as_deref(), Some(fact.key.as_str()));
        }
        for span in found.hidden.iter().chain(found.gaps.iter().map(|gap| &gap.span)) {
            prop_assert!(file.text.get(span.range()).is_some());
        }
        let Structure::Commands(script) = found.structure else { panic!("a script") };
        for write in script.writes {
            prop_assert!(file.text.get(write.path.span.range()).is_some());
        }
    }

    #[test]
    fn random_text_never_panics(text in any::<String>()) {
        Shell.extract(&SourceFile::new(FileId(0), path("a.sh"), text));
    }
}
