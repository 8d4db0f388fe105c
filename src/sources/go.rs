//! Go source: `os.Getenv` and its kin, structs whose tags name variables, viper, and flags that variables
//! may give.
//!
//! What is read: the calls of the standard library, with constants, loops over literals and functions of
//! the same file that take the name (`process`); functions of other files by their names (`telling`);
//! structs of caarlos0/env, kelseyhightower/envconfig, sethvargo/go-envconfig, cleanenv and those that share
//! their tags (`structs`); viper (`viper`); urfave/cli and kingpin (`flags`). Whether a variable is needed
//! is told from what the code does next (`flow`).

mod flags;
mod flow;
mod koanf;
mod literal;
mod name;
mod process;
mod relevant;
mod source;
mod structs;
mod tags;
mod telling;
mod types;
mod viper;

use std::sync::LazyLock;

use super::gather::{Gather, is_upper_snake};
use super::mentions::is_foreign;
use super::relevant::Parts;
use super::signs::{Words, any_of};
use crate::fact::{Extraction, Extractor, Hidden, Phase, SourceKind};
use crate::syntax::tree::{Language, parse_parts};
use crate::text::{SourceFile, Span, Spanned, TreePath};

/// Reads `*.go`.
#[derive(Clone, Copy, Debug)]
pub(super) struct Go;

/// Without one of these a file reads no variable in a way that is understood here.
const SIGNS: &[&str] = &[
    "Getenv",
    "getenv",
    "LookupEnv",
    "Environ()",
    "env:\"",
    "envconfig",
    "viper",
    "koanf",
    "EnvVar",
    "Envar",
    "Env(",
    "env(",
    "envOr",
    "EnvOr",
    "envDefault",
    "EnvDefault",
    "envInt",
    "EnvInt",
    "envBool",
    "EnvBool",
    "envStr",
    "EnvStr",
    "EnvWith",
    "envDur",
    "EnvDur",
];

static ANY_SIGN: LazyLock<Words> = LazyLock::new(|| any_of(SIGNS));

impl Extractor for Go {
    fn kind(&self) -> SourceKind {
        SourceKind("go")
    }

    fn claims(&self, path: &TreePath) -> bool {
        path.name().ends_with(".go") && !is_foreign(path)
    }

    fn confirms(&self, _path: &TreePath, text: &str) -> bool {
        ANY_SIGN.stand_in(text)
    }

    fn extract(&self, file: &SourceFile) -> Extraction {
        read(file, &relevant::parts(&file.text))
    }

    fn extract_whole(&self, file: &SourceFile) -> Extraction {
        read(file, &Parts::whole(&file.text))
    }
}

/// What the parsed parts of a file say, and which names stand in the others.
fn read(file: &SourceFile, parts: &Parts) -> Extraction {
    let mut gather = Gather::new(file, phase(&file.path));
    let Some(tree) = parse_parts(Language::Go, &file.text, &parts.parsed) else {
        let reason = "the file is too large or too broken to be parsed";
        gather.gap(Span::at(0), Hidden::Reads, reason);
        return gather.finish();
    };
    let source = source::Source::read(&tree);
    process::read(&source, &mut gather);
    telling::read(&source, &mut gather);
    structs::read(&source, &mut gather);
    viper::read(&source, &mut gather);
    koanf::read(&source, &mut gather);
    flags::read(&source, &mut gather);
    // A name in a string may be read by another file of the package.
    for name in source.nodes().filter_map(|node| node.string()) {
        if is_upper_snake(&name.value) {
            gather.mention(&name);
        }
    }
    for (at, name) in relevant::names(&file.text, &parts.left_out) {
        if is_upper_snake(name) {
            gather.mention(&Spanned::new(name.to_owned(), Span::new(at, at + name.len())));
        }
    }
    gather.finish()
}

fn phase(path: &TreePath) -> Phase {
    let in_tests = path.folder().parts().any(|part| matches!(part, "test" | "tests" | "e2e" | "testdata"));
    if in_tests || path.name().ends_with("_test.go") { Phase::Test } else { Phase::Run }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::Go;
    use crate::fact::{Extraction, Extractor, Need, Role};
    use crate::text::{FileId, SourceFile, Span, TreePath};

    fn extract(text: &str) -> Extraction {
        let path = TreePath::parse("app/main.go").unwrap();
        let file = SourceFile::new(FileId(0), path, text.to_owned());
        let found = Go.extract(&file);
        let inside = |span: Span| assert!(text.get(span.range()).is_some(), "{span:?} in {text:?}");
        for fact in &found.facts {
            inside(fact.span);
            if let Role::Reads(read) = &fact.role
                && let Need::Default(value) = &read.need
            {
                inside(value.span);
            }
        }
        found.gaps.iter().for_each(|gap| inside(gap.span));
        for mention in &found.mentions {
            inside(mention.span);
            assert_eq!(text.get(mention.span.range()), Some(mention.key.as_str()));
        }
        found
    }

    #[test]
    fn names_that_name_each_other_end() {
        let head = "package a\nimport \"os\"\n";
        let doubled: String = (0..60).map(|at| format!("var v{} = v{at} + v{at}\n", at + 1)).collect();
        extract(&format!("{head}var v0 = \"x\"\n{doubled}var x = os.Getenv(v60)\n"));
        extract(&format!("{head}var a = b\nvar b = a\nvar x = os.Getenv(a)\n"));
        extract(&format!(
            "{head}type A struct {{ B B `env:\",prefix=X_\"` }}\ntype B struct {{ A A; C A; K int `env:\"K\"` }}\n"
        ));
        extract(&format!(
            "{head}func f(k string) string {{ return f(k + \"x\") + os.Getenv(k) }}\nvar x = f(\"A\")\n"
        ));
    }

    #[test]
    fn deep_and_long_source_ends() {
        for unit in
            ["os.Getenv(", "(", "[]string{", "if x {", "x = ", "!", "func() {", "struct { A ", "\"a\" + "]
        {
            extract(&format!("package a\nimport \"os\"\nvar x = {}", unit.repeat(5_000)));
            extract(&format!("package a\nimport \"os\"\nfunc f() {{ {}", unit.repeat(5_000)));
        }
        let reads = "if os.Getenv(\"A_KEY\") == \"\" { panic(1) }\n".repeat(5_000);
        extract(&format!("package a\nimport \"os\"\nfunc f() {{\n{reads}}}\n"));
        let list = "\"A_KEY\", ".repeat(20_000);
        extract(&format!(
            "package a\nimport \"os\"\nfunc f() {{ for _, k := range []string{{{list}}} {{ os.Getenv(k) }} }}"
        ));
    }

    proptest! {
        #[test]
        fn random_source_never_panics(
            parts in proptest::collection::vec(
                proptest::sample::select(vec![
                    "package a\n", "import \"os\"\n", "os.Getenv(", "os.LookupEnv(", ")", "(", "\"A_KEY\"", "\"é\"", "`", "é",
                    "if v := ", "; v == \"\" {", "}", "{", "\n", "func f(k, d string) string {", "return ", "k", "d", " + ",
                    "type T struct {", "A string `env:\"A_B,required\" default:\"é\"`", "B T `env:\", prefix=P_\"`", ", ", "x := ",
                    "import \"github.com/spf13/viper\"\n", "viper.BindEnv(", "viper.AutomaticEnv()", "log.Fatal(", "os.Environ()",
                    "for _, k := range ", "[]string{", "fmt.Sprintf(\"A_%s\", ", "\r\n", "\u{feff}", "\0", "getEnv(", "!ok", "== ",
                    "A int `env-default:\"\\\"\" env:\"A,B\"`", "var c T\n", "envconfig.Process(\"a\", &c)",
                    "import \"github.com/kelseyhightower/envconfig\"\n", "env:\"",
                ]),
                0..60,
            )
        ) {
            extract(&parts.concat());
        }
    }
}
