//! The inside of a function or a class, found without parsing it.

use std::ops::Range;

use super::super::relevant::words;
use super::statements::{Reader, Start, starts};

/// The inside of a function or a class.
#[derive(Debug)]
pub(super) struct Body {
    pub(super) is_class: bool,
    /// What stands before it, with the bracket that opens it.
    pub(super) head: Range<usize>,
    /// Its statements or members, one behind the other.
    pub(super) parts: Vec<Range<usize>>,
    /// Where the code of each begins, behind its comments.
    pub(super) codes: Vec<usize>,
    /// The bracket that closes it, and all behind that.
    pub(super) tail: Range<usize>,
}

/// The inside of the function, the class or the call with a function at `range`. `None` if it is none, or not written
/// in the usual way: indented throughout, the brackets at the ends of lines.
pub(super) fn body(text: &str, range: Range<usize>) -> Option<Body> {
    inside(text, &range, false).or_else(|| inside(text, &range, true))
}

/// `of_object`: of an object that a function is called with, which has members as a class has.
fn inside(text: &str, range: &Range<usize>, of_object: bool) -> Option<Body> {
    let mut reader = Reader::of(text, range)?;
    let mut comments = Vec::new();
    // The margin of the statement, the end of its head and the depth behind that.
    let mut margin = None;
    let mut head: Option<(usize, bool, usize)> = None;
    let mut inner = None;
    let mut members: Vec<Start> = Vec::new();
    let mut code = range.start;
    while reader.at < range.end {
        let line = reader.at;
        let width = reader.indent(line);
        let rest = reader.bytes.get(line + width..).unwrap_or_default();
        let is_code = !matches!(rest, [] | [b'\r' | b'\n' | b'@', ..] | [b'/', b'/' | b'*', ..]);
        let is_plain = reader.templates.is_empty();
        if let Some((end, is_class, depth)) = head {
            if is_plain && reader.depth == depth && is_code {
                if Some(width) == margin && rest.starts_with(b"}") {
                    let behind = text.get(line..range.end)?.trim();
                    if of_object && !matches!(behind, "})" | "});" | "}),") {
                        return None;
                    }
                    let parts = match of_object {
                        true => members,
                        false => starts(text, end..line, inner?, &mut Vec::new())?,
                    };
                    return divided(is_class, range.start..end, parts, line..range.end);
                }
                inner = inner.or(Some(width)).filter(|_| Some(width) > margin);
                inner?;
                if of_object && Some(width) == inner && matches!(reader.last, b',' | b'{') {
                    let at = if members.is_empty() { end } else { line };
                    members.push(Start { at, code: line + width });
                }
            }
            reader.line(&mut comments)?;
            continue;
        }
        if is_code && margin.is_none() && reader.depth == 0 {
            margin = Some(width);
            code = line + width;
        }
        let before = comments.len();
        reader.line(&mut comments)?;
        let is_head = margin == Some(width) && reader.last == b'{' && comments.len() == before;
        if is_code && is_plain && is_head && reader.templates.is_empty() {
            match opens(text.get(code..reader.at)?) {
                Opens::Class => head = Some((reader.at, true, reader.depth)),
                Opens::Function => head = Some((reader.at, false, reader.depth)),
                Opens::Parameters if of_object => head = Some((reader.at, true, reader.depth)),
                Opens::Parameters => {}
                Opens::Other => return None,
            }
        }
    }
    None
}

fn divided(is_class: bool, head: Range<usize>, starts: Vec<Start>, tail: Range<usize>) -> Option<Body> {
    if starts.is_empty() {
        return None;
    }
    let ends = starts.iter().skip(1).map(|start| start.at).chain([tail.start]);
    let parts = starts.iter().zip(ends).map(|(start, end)| start.at..end).collect();
    let codes = starts.iter().map(|start| start.code).collect();
    Some(Body { is_class, head, parts, codes, tail })
}

/// What a bracket at the end of a line opens.
enum Opens {
    Class,
    Function,
    /// Names that a function takes out of what it is handed.
    Parameters,
    Other,
}

/// What the bracket opens that `head` ends with.
fn opens(head: &str) -> Opens {
    let mut definition = head.trim_start();
    while let Some(rest) = ["export ", "default ", "declare ", "abstract ", "async "]
        .iter()
        .find_map(|word| definition.strip_prefix(word))
    {
        definition = rest.trim_start();
    }
    let first = words(definition).next().unwrap_or("");
    let Some(before) = head.trim_end().strip_suffix('{').map(str::trim_end) else { return Opens::Other };
    match first {
        // Nothing of their statements is seen outside but what they assign.
        "try" | "if" | "for" | "while" => Opens::Function,
        "switch" | "do" | "else" | "catch" | "interface" | "type" | "enum" | "namespace" | "with"
        | "import" => Opens::Other,
        "class" => Opens::Class,
        _ if before.ends_with("=>") || before.ends_with(')') => Opens::Function,
        // Behind the parameters stands what it returns.
        _ if before.lines().last().is_some_and(|line| line.contains("): ")) => Opens::Function,
        // The names that it takes out, and behind those the type of what it is handed.
        _ if before.ends_with('(') || before.ends_with("}:") => Opens::Parameters,
        _ => Opens::Other,
    }
}

#[cfg(test)]
mod tests {
    use super::body;
    use proptest::prelude::*;

    fn parts(text: &str) -> Option<Vec<&str>> {
        body(text, 0..text.len()).map(|body| body.parts.into_iter().map(|part| &text[part]).collect())
    }

    #[test]
    fn bodies_are_divided() {
        let bodies: [(&str, &[&str]); 7] = [
            (
                "export class A extends B {\n  // c\n  a = 1;\n\n  @D()\n  async b(): Promise<void> {\n    c();\n  }\n}\n",
                &["  // c\n  a = 1;\n\n", "  @D()\n  async b(): Promise<void> {\n    c();\n  }\n"],
            ),
            (
                "describe('a', () => {\n  it('b', async () => {\n    c();\n  });\n  d();\n}, 10);\n",
                &["  it('b', async () => {\n    c();\n  });\n", "  d();\n"],
            ),
            ("export function F({\n  a,\n  b,\n}: P): R {\n  a();\n  b();\n}\n", &["  a();\n", "  b();\n"]),
            (
                "export function F({\n  a,\n}: {\n  a: string;\n}) {\n  a();\n  b();\n}\n",
                &["  a();\n", "  b();\n"],
            ),
            (
                "const a = f({\n  b: 1,\n  c: () => {\n    d();\n  },\n});\n",
                &["  b: 1,\n", "  c: () => {\n    d();\n  },\n"],
            ),
            ("if (a) {\n  b();\n  c();\n} else {\n  d();\n}\n", &["  b();\n", "  c();\n"]),
            (
                "  try {\n    a();\n    b();\n  } catch (error) {\n    c();\n  }\n",
                &["    a();\n", "    b();\n"],
            ),
        ];
        for (text, expected) in bodies {
            assert_eq!(parts(text).unwrap(), expected, "{text}");
        }
    }

    #[test]
    fn what_is_no_body_is_not_divided() {
        for text in [
            "const a = {\n  b: 1,\n  c: 2,\n};\n",
            "f({\n  b: 1,\n  c: 2,\n}).g();\n",
            "switch (a) {\n  case b:\n  c();\n}\n",
            "function a() {\nb();\nc();\n}\n",
            "function a() {\n    b();\n  c();\n}\n",
            "function a() { b();\n  c();\n}\n",
        ] {
            assert_eq!(parts(text), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn parts_make_up_the_whole(
            units in proptest::collection::vec(
                proptest::sample::select(vec![
                    "function f() {\n", "class A {\n", "  a();\n", "  b() {\n    c();\n  }\n", "}\n", "  const d = `\n", "${", "}",
                    "`", "'", "/* c */", "// c\n", "(", ")", "  @D()\n", "\n", "\r\n", "é", "  ", "=> {\n", "f({\n", "});\n",
                ]),
                0..40,
            )
        ) {
            let text = units.concat();
            if let Some(found) = body(&text, 0..text.len()) {
                let mut end = found.head.end;
                prop_assert_eq!(found.head.start, 0);
                for (part, code) in found.parts.iter().zip(&found.codes) {
                    prop_assert_eq!(part.start, end);
                    prop_assert!(part.contains(code));
                    prop_assert!(text.get(part.clone()).is_some());
                    end = part.end;
                }
                prop_assert_eq!(found.tail, end..text.len());
            }
        }
    }
}
