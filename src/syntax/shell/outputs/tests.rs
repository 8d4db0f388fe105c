use proptest::prelude::*;

use super::{Printed, Target, find};

/// What is printed into the log, as written.
fn logged(text: &str) -> Vec<String> {
    let found = find(text);
    let prints = found.prints.iter().filter(|print| print.to == Target::Log);
    prints
        .map(|print| match &print.what {
            Printed::Texts(texts) => {
                texts.iter().map(|text_range| &text[text_range.clone()]).collect::<Vec<_>>().join(" ")
            }
            Printed::Heredoc(number) => text[found.heredocs[*number].clone()].to_owned(),
            Printed::Variable(name) => text[name.clone()].to_owned(),
            Printed::Environment => "all".to_owned(),
            Printed::Files(files) => text[files[0].clone()].to_owned(),
        })
        .collect()
}

#[test]
fn what_reaches_the_log() {
    for (text, expected) in [
        ("echo $A", vec!["$A"]),
        ("if true; then echo \"a $A b\" 'c'; fi", vec!["\"a $A b\" 'c'"]),
        ("A=1 printf '%s' \"$A\" && cat .env", vec!["'%s' \"$A\"", ".env"]),
        (
            "echo $A >&2; echo $B 1>&2; echo $C 2>/dev/null; echo $D > /dev/stderr",
            vec!["$A", "$B", "$C", "$D"],
        ),
        (
            "env | sort; printenv A; printenv | base64 | cat; export -p; set\n",
            vec!["all", "A", "all", "all", "all"],
        ),
        ("echo $A | tee log; ( echo $B ); { echo $C; }", vec!["$A", "$B", "$C"]),
        ("for x in a b; do echo $A; done; while read y; do echo $B; done", vec!["$A", "$B"]),
        ("case $1 in env) echo $A;; x|printenv) cat .env ;; esac", vec!["$A", ".env"]),
        ("cat <<EOF\n$A\nEOF\necho $B", vec!["$A\n", "$B"]),
        ("echo a \\\n  $A # $B\n", vec!["a $A"]),
        ("f() { return; }; echo $A", vec!["$A"]),
    ] {
        assert_eq!(logged(text), expected, "{text}");
    }
}

#[test]
fn what_does_not() {
    for text in [
        "echo $A > x; echo $A >> \"$GITHUB_ENV\"; echo $A 1>x; echo $A &> x; echo $A >| x",
        "echo $A | docker login --password-stdin; echo $A | base64 -d > x; echo $A | base64 > x",
        "X=$(echo $A); Y=\"$(echo \"$B\" | cat)\" Z=`echo $C`; f $(printenv A)",
        "{ echo $A; echo $B; } >> .env; ( echo $A; env ) > x; { echo $A; } | cat > x",
        "if true; then echo $A; fi > x; for x in 1; do echo $A; done | grep x",
        "f() { echo $A; }; function g { echo $A; }; h()\n{\n  echo $A\n}\ni() ( echo $A )",
        "cat <<EOF > .env\n$A\nEOF\ncat > .env <<-'EOF'\n\t$A\n\tEOF\n",
        "env A=b cmd; set -e; set -- a; export A; cat; cat < x; echo; env -i cmd; declare A=1",
        "diff <(env) <(printenv); while read x; do y; done < <(env)",
        "case $1 in env) ;; printenv|env) ;; esac",
        "# echo $A\ntrue # env",
        "env | grep -c X; env |\n  grep x; echo $A |\n wc -c",
        "exec 3>x; echo $A >&3",
    ] {
        assert_eq!(logged(text), Vec::<String>::new(), "{text}");
    }
}

#[test]
fn what_is_traced() {
    let traced = |text: &str| -> Vec<String> {
        find(text).traced.iter().map(|trace| text[trace.covers.clone()].trim().to_owned()).collect()
    };
    assert_eq!(traced("a; set -x; b; c; set +x; d"), ["b; c; set +x;"]);
    assert_eq!(traced("a\nset -euxo pipefail\nb"), ["b"]);
    assert_eq!(traced("set -o xtrace\nb\n{ set +x; } 2>/dev/null\nc"), ["b\n{ set +x;"]);
    assert_eq!(traced("#!/bin/bash -ex\nb"), ["b"]);
    assert_eq!(traced("( set -x; a ); b"), ["a )"]);
    assert_eq!(traced("set -e; set -u; set -- -x"), Vec::<String>::new());
}

proptest! {
    #[test]
    fn ranges_hold(words in proptest::collection::vec(
        prop_oneof![
            Just("echo"), Just("env"), Just("cat"), Just("set -x"), Just("$A"), Just("'"), Just("\""), Just("("), Just(")"),
            Just("{"), Just("}"), Just("|"), Just(";"), Just("\n"), Just(">"), Just("<<E"), Just("E"), Just("if"), Just("fi"),
            Just("case"), Just("in"), Just("esac"), Just("f()"), Just("<("), Just("$("), Just("`"), Just("2>&1"), Just("é"),
            Just("\\"), Just("#"), Just("&&"), Just("done"), Just("while"),
        ], 0..40), glued in any::<bool>())
    {
        let text = words.join(if glued { "" } else { " " });
        let found = find(&text);
        let mut ranges = found.heredocs.clone();
        for trace in &found.traced {
            ranges.extend([trace.begun_by.clone(), trace.covers.clone()]);
        }
        for print in &found.prints {
            ranges.push(print.command.clone());
            match &print.what {
                Printed::Texts(parts) | Printed::Files(parts) => ranges.extend(parts.clone()),
                Printed::Variable(name) => ranges.push(name.clone()),
                Printed::Heredoc(number) => prop_assert!(*number < found.heredocs.len()),
                Printed::Environment => {}
            }
        }
        for range in ranges {
            prop_assert!(text.get(range.clone()).is_some(), "{range:?} {text:?}");
        }
    }
}
