//! What holds for every text, however broken.

use proptest::prelude::*;

use super::read_template;
use crate::fact::{Extraction, Fallback, Need, PathPart, Provision, Role, Structure, Value};
use crate::text::{FileId, Span};

/// All spans of an extraction.
fn spans(extraction: &Extraction) -> Vec<Span> {
    fn of_value(value: &Value, found: &mut Vec<Span>) {
        found.push(value.span);
        for reference in &value.references {
            found.push(reference.span);
            if let Fallback::Default { span, .. } = &reference.fallback {
                found.push(*span);
            }
        }
    }
    let mut found = Vec::new();
    for fact in &extraction.facts {
        found.push(fact.span);
        match &fact.role {
            Role::Reads(read) => {
                if let Need::Default(value) = &read.need {
                    of_value(value, &mut found);
                }
            }
            Role::Provides(provide) => {
                of_value(&provide.value, &mut found);
                if let Provision::OrElse(value) = &provide.provision {
                    of_value(value, &mut found);
                }
            }
            Role::Documents(_) | Role::Observed => {}
        }
    }
    for problem in &extraction.problems {
        found.push(problem.span);
        found.extend(problem.related.iter().map(|(span, _)| *span));
    }
    found.extend(extraction.gaps.iter().map(|gap| gap.span));
    found.extend(extraction.mentions.iter().map(|mention| mention.span));
    if let Structure::Template(template) = &extraction.structure {
        for read in &template.vault_reads {
            found.push(read.span);
            found.extend(read.path.iter().filter_map(|part| match part {
                PathPart::Variable(reference) => Some(reference.span),
                PathPart::Text(_) | PathPart::Unknown => None,
            }));
        }
    }
    found
}

fn check(text: &str) {
    for span in spans(&read_template(FileId(0), text, true)) {
        assert!(text.get(span.range()).is_some(), "{span:?} in {text:?}");
    }
}

const PIECES: &str = "(A=|B_C=|\\{\\{|\\{\\{- | -\\}\\}|\\}\\}|if |else|else if |with |range |end|define |block |template |break|\
    \\.Data\\.data\\.X|\\.|\\$x|\\$y := |\\$x = |secret |env |printf |or |eq |ne |index |\"A\"|\"s/%s\"|\"%q\\\\n\"|\"é|`r`|\\(|\\)|\\||,|-| |\n|\r\n|\t|é|#|'|\"|1|/\\*|\\*/)";

proptest! {
    #![proptest_config(ProptestConfig { cases: 600, ..ProptestConfig::default() })]

    #[test]
    fn spans_lie_in_the_file(text in proptest::collection::vec(PIECES, 0..60)) {
        check(&text.concat());
    }

    #[test]
    fn any_text_is_read(text in any::<String>()) {
        check(&text);
    }

    #[test]
    fn parts_of_a_template_are_read(start in 0_usize..700, end in 0_usize..700) {
        let text = "{{- $env := env \"ENV\" -}}\n{{- with secret (printf \"secret/data/%s/é\" $env) }}\nA={{ with .Data.data.A }}{{ printf \"%q\" . }}{{ else }}\"x\"{{ end }}\n{{/* é */ -}}\nB={{ or (env \"B\") \"d\" | printf \"%q\" }}\n{{ if eq $env \"a\" \"b\" }}C='{{ .Data.data.C }}'{{ else if .Data.data.D }}D=1{{ end }}\n{{- end }}\n";
        let (start, end) = (text.floor_char_boundary(start), text.floor_char_boundary(end));
        if start < end {
            check(&text[start..end]);
        }
    }
}

/// A quadratic step would keep this test busy for hours.
#[test]
fn large_and_deep_templates_are_cheap() {
    let many = 20_000;
    for text in [
        "{{ if env \"A\" }}".repeat(many),
        "{{ end }}".repeat(many),
        format!("A={{{{ {} }}}}", "(".repeat(many)),
        format!("A={{{{ if env \"A\" }}}}{}{{{{ end }}}}", "{{ else if env \"B\" }}x".repeat(many)),
        "{{ $x := env \"A\" }}".repeat(many),
        format!("{{{{ $x := \"a\" }}}}{}A={{{{ $x }}}}", "{{ $x = printf \"%s%s\" $x $x }}".repeat(many)),
        "A={{ with .Data.data.X }}{{ . }}{{ end }}{{ if env \"A\" }}\n{{ end }}".repeat(many),
        "x{{ with ! }}y{{ end }}".repeat(many),
        "{{".repeat(many),
        "{{ \"".repeat(many),
        "{{/*".repeat(many),
        "A=\"\n".repeat(many),
        "\0".repeat(many),
    ] {
        check(&text);
    }
}
