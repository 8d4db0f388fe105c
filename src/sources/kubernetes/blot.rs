//! Actions of templates in YAML, put out of the way so that the rest can be read.

/// The text with its `{{ ... }}` blotted out, byte for byte, and whether there were any. A line of actions
/// alone becomes blank; an action in a line becomes letters.
pub(super) fn actions(text: &str) -> (String, bool) {
    if !text.contains("{{") {
        return (text.to_owned(), false);
    }
    let mut bytes = text.as_bytes().to_vec();
    let mut from = 0;
    while let Some(begin) = text.get(from..).and_then(|rest| rest.find("{{")).map(|at| from + at) {
        let Some(end) = text.get(begin..).and_then(|rest| rest.find("}}")).map(|at| begin + at + 2) else {
            break;
        };
        for byte in bytes.get_mut(begin..end).unwrap_or_default().iter_mut().filter(|byte| **byte != b'\n') {
            *byte = b'x';
        }
        from = end;
    }
    // Letters of actions alone in a line are no YAML.
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        let range = at..at + line.len();
        at = range.end;
        if line.contains("{{") || line.contains("}}") {
            let is_alone = without_actions(line).trim().is_empty();
            if is_alone {
                for byte in bytes
                    .get_mut(range)
                    .unwrap_or_default()
                    .iter_mut()
                    .filter(|byte| !byte.is_ascii_whitespace())
                {
                    *byte = b' ';
                }
            }
        }
    }
    (String::from_utf8(bytes).unwrap_or_default(), true)
}

/// What a line holds besides actions and comments of YAML; of an action over several lines the part here.
fn without_actions(line: &str) -> String {
    let mut rest = String::new();
    let mut from = 0;
    let mut text = line;
    if let (Some(end), begin) = (line.find("}}"), line.find("{{"))
        && begin.is_none_or(|begin| end < begin)
    {
        text = line.get(end + 2..).unwrap_or("");
    }
    while let Some(begin) = text.get(from..).and_then(|rest| rest.find("{{")).map(|at| from + at) {
        rest.push_str(text.get(from..begin).unwrap_or(""));
        let Some(end) = text.get(begin..).and_then(|rest| rest.find("}}")) else { return rest };
        from = begin + end + 2;
    }
    rest.push_str(text.get(from..).unwrap_or(""));
    rest
}

#[cfg(test)]
mod tests {
    use super::actions;
    use proptest::prelude::*;

    #[test]
    fn keeps_everything_else_where_it_is() {
        let text = "a: {{ .Values.b }}\n{{- if .c }}\nd: \"{{ e }}é\"\n{{- end }}\n";
        let (blotted, is_template) = actions(text);
        assert!(is_template);
        assert_eq!(blotted, "a: xxxxxxxxxxxxxxx\n            \nd: \"xxxxxxxé\"\n          \n");
    }

    proptest! {
        #[test]
        fn length_stays(text in "[{}é a:\n]{0,60}") {
            let (blotted, _) = actions(&text);
            prop_assert_eq!(blotted.len(), text.len());
        }
    }
}
