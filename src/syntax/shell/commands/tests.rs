use super::{Block, Item, Part, RedirectKind, commands};
use proptest::prelude::*;

/// A short picture of a text's items.
fn picture(text: &str) -> Vec<String> {
    commands(text)
        .iter()
        .map(|items| items.iter().map(|item| one(text, item)).collect::<Vec<_>>().join(" "))
        .collect()
}

fn one(text: &str, item: &Item) -> String {
    let redirects = |redirects: &[super::Redirect]| -> String {
        redirects
            .iter()
            .map(|redirect| {
                let sign = match redirect.kind {
                    RedirectKind::Write => ">",
                    RedirectKind::Append => ">>",
                    RedirectKind::Heredoc { .. } => "<<",
                    RedirectKind::Other => "?",
                };
                let body = redirect.body.clone().map(|body| format!("{:?}", &text[body])).unwrap_or_default();
                format!(" {sign}{}{body}", redirect.target.text)
            })
            .collect()
    };
    match item {
        Item::Command(command) => {
            let words: Vec<_> = command.words.iter().map(|word| word.text.replace(' ', "_")).collect();
            format!("[{}{}]{:?}", words.join(" "), redirects(&command.redirects), command.end)
        }
        Item::Function(name) => format!("{}()", name.text),
        Item::Open(block) => format!("{block:?}("),
        Item::Part(Part::Arm) => "arm".to_owned(),
        Item::Part(part) => format!("{part:?}"),
        Item::Close(_, all) => format!("){}", redirects(all)),
    }
}

#[test]
fn words_and_redirections() {
    assert_eq!(
        picture("A=1 cmd 'a b' \"c $D\" e\\ f 2>&1 >>out < in # no\n! next && x || y | z &"),
        ["[A=1 cmd a_b c_$D e_f ?1 >>out ?in]Plain [next]And [x]Or [y]Pipe [z]Plain"]
    );
    assert_eq!(
        picture("x=(a b) y=\"$(p q)\" `r`"),
        ["[x=(a b) y=$(p_q) `r`]Plain".replace("a b", "a_b"), "[p q]Plain".into(), "[r]Plain".into()]
    );
    assert_eq!(picture("echo a#b $# ${#x} #c"), ["[echo a#b $# ${#x}]Plain"]);
}

#[test]
fn blocks() {
    assert_eq!(
        picture("if [ -z \"$A\" ]; then exit 1; else b; fi\n{ c; d; } > f\n(e) >> g"),
        [
            "If( [[ -z $A ]]Plain Then [exit 1]Plain Else [b]Plain ) Group( [c]Plain [d]Plain ) >f Subshell( [e]Plain ) >>g"
        ]
    );
    assert_eq!(
        picture(
            "f() { a; }\nfunction g { b; }\nfor x in 1 2; do c; done\ncase $x in a|b) d ;; (c) e;; *) f; esac; h"
        ),
        [
            "f() Group( [a]Plain ) g() Group( [b]Plain ) [for x in 1 2]Plain Loop( [c]Plain ) [case $x in]Plain Case( arm [d]Plain arm [e]Plain arm [f]Plain ) [h]Plain"
        ]
    );
    assert_eq!(picture("[[ -z $A || -z \"$B\" ]] && exit 1"), ["[[[ -z $A || -z $B ]]]And [exit 1]Plain"]);
    assert_eq!(
        picture("((a>b)) && c; for ((i=0;i<3;i++)); do d; done"),
        ["[c]Plain [for]Plain Loop( [d]Plain )"]
    );
}

#[test]
fn heredocs() {
    assert_eq!(
        picture("cat <<EOF > f\nA='1\nEOF\ntee g <<-'X' | b\n\tB\n\tX\n{ c\n} <<Y\nz\nY\nd"),
        [
            "[cat <<EOF\"A='1\\n\" >f]Plain [tee g <<X\"\\tB\\n\"]Pipe [b]Plain Group( [c]Plain ) <<Y\"z\\n\" [d]Plain"
        ]
    );
}

proptest! {
    #[test]
    fn ranges_lie_in_the_text(parts in proptest::collection::vec(
        proptest::sample::select(vec![
            "if ", "then ", "fi ", "{ ", "} ", "(", ")", "case ", " in ", "esac", ";;", ";", "\n", "<<E", "E\n", "$(",
            "`", "'", "\"", "$X", "${X:-", "}", "\\", "é", "a=", " ", "#", "&&", "|", ">", ">>f", "[[ ", "]] ", "((", "\r\n", "f()",
        ]),
        0..40,
    )) {
        let text = parts.concat();
        for items in commands(&text) {
            let mut depth = 0_usize;
            for item in &items {
                match item {
                    Item::Command(command) => {
                        for word in &command.words {
                            prop_assert!(text.get(word.range.clone()).is_some());
                            let place = word.place(&(0..word.text.len()));
                            prop_assert!(text.get(place).is_some());
                        }
                        for redirect in &command.redirects {
                            prop_assert!(redirect.body.clone().is_none_or(|body| text.get(body).is_some()));
                        }
                    }
                    Item::Open(_) => depth += 1,
                    Item::Close(..) => depth = depth.checked_sub(1).unwrap(),
                    Item::Function(name) => prop_assert!(text.get(name.range.clone()).is_some()),
                    Item::Part(_) => {}
                }
            }
        }
    }
}

#[test]
fn deep_nesting_is_cheap() {
    for unit in ["$(", "{ ", "(", "if a; then ", "${", "\"$(", "case x in a) ", "`", "<<A\n"] {
        let text = unit.repeat(60_000);
        let _ = commands(&text);
    }
    assert!(matches!(commands("{ a; }")[0][0], Item::Open(Block::Group)));
}
