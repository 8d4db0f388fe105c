//! Colours, by <https://no-color.org>, <https://bixense.com/clicolors> and <https://force-color.org>.

use super::{TWICE, Tree};

#[test]
fn flag_then_variables_then_terminal() {
    let tree = Tree::new(TWICE);
    // Standard output is a pipe here, so `auto` alone means no colours.
    for (line, variables, expected) in [
        ("", &[][..], false),
        ("--color always", &[], true),
        ("", &[("FORCE_COLOR", "1")], true),
        ("", &[("FORCE_COLOR", "0")], false),
        ("", &[("FORCE_COLOR", "")], false),
        ("", &[("CLICOLOR_FORCE", "1")], true),
        ("", &[("CLICOLOR_FORCE", "0")], false),
        ("", &[("CLICOLOR", "1")], false),
        ("", &[("CLICOLOR_FORCE", "1"), ("CLICOLOR", "0")], true),
        ("", &[("FORCE_COLOR", "1"), ("NO_COLOR", "1")], false),
        ("", &[("FORCE_COLOR", "1"), ("NO_COLOR", "")], true),
        ("--color always", &[("NO_COLOR", "1")], true),
        ("--color never", &[("FORCE_COLOR", "1")], false),
    ] {
        let ran = tree.run_with(line, variables);
        assert_eq!(ran.out.contains('\u{1b}'), expected, "{line} {variables:?}");
        assert_eq!(ran.code, 1);
    }
}

#[test]
fn errors_and_help_follow_too() {
    let tree = Tree::new(TWICE);
    for line in ["nowhere", "--format banana", "explain nothing"] {
        for (color, expected) in [("always", true), ("never", false), ("auto", false)] {
            let ran = tree.run(&format!("--color {color} {line}"));
            assert_eq!(ran.code, 2);
            assert_eq!(ran.err.contains('\u{1b}'), expected, "{color} {line}");
        }
    }
    assert!(tree.run("--color always check --help").out.contains('\u{1b}'));
    assert!(!tree.run("check --help").out.contains('\u{1b}'));
    assert!(!tree.run("--format json --color always").out.contains('\u{1b}'));
}
