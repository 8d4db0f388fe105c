use super::Kubernetes;
use crate::fact::Extractor;
use crate::text::{FileId, SourceFile, TreePath};
use proptest::prelude::*;

fn path(text: &str) -> TreePath {
    TreePath::parse(text).unwrap()
}

#[test]
fn knows_objects_by_their_content() {
    let object = "# x\napiVersion: v1\nkind: Pod\n";
    assert!(Kubernetes.confirms(&path("k8s/pod.yaml"), object));
    assert!(Kubernetes.confirms(&path("kustomization.yaml"), "resources: []\n"));
    assert!(Kubernetes.confirms(&path("chart/values.yaml"), "env:\n  A: b\n"));
    for no in ["services:\n  apiVersion: 1\n", "name: x apiVersion: y kind: z", "apiVersion: 1\n"] {
        assert!(!Kubernetes.confirms(&path("a.yaml"), no), "{no}");
    }
}

#[test]
fn aliases_do_not_multiply() {
    let mut text =
        String::from("apiVersion: v1\nkind: X\na0: &a0 {containers: [{env: [{name: A, value: b}]}]}\n");
    for number in 1..30 {
        text.push_str(&format!("a{number}: &a{number} {{x: *a{0}, y: *a{0}}}\n", number - 1));
    }
    let found = Kubernetes.extract(&SourceFile::new(FileId(0), path("a.yaml"), text));
    assert!(found.facts.len() < 1 << 17);
}

proptest! {
    #[test]
    fn spans_lie_in_the_file(parts in proptest::collection::vec(
        proptest::sample::select(vec![
            "apiVersion: v1\n", "kind: Secret\n", "kind: ConfigMap\n", "kind: Deployment\n", "metadata:\n  name: a\n", "data:\n  AB: x\n",
            "stringData:\n  AB: é\n", "spec:\n  containers:\n  - name: c\n    env:\n    - name: AB\n      value: b\n", "---\n", "{{ if x }}\n",
            "  K: {{ .v }}\n", "\u{feff}", "\r\n", "\0", "*a", "&a ", "- ", "literals:\n- AB=c\n", "configMapGenerator:\n- name: x\n  ", "}}",
            "    - name: CD\n      valueFrom:\n        secretKeyRef: {name: s, key: K}\n",
        ]),
        0..30,
    )) {
        let file = SourceFile::new(FileId(0), path("a.yaml"), parts.concat());
        let found = Kubernetes.extract(&file);
        for span in found.facts.iter().map(|fact| fact.span).chain(found.hidden).chain(found.gaps.iter().map(|gap| gap.span)) {
            prop_assert!(file.text.get(span.range()).is_some());
        }
    }

    #[test]
    fn random_text_never_panics(text in any::<String>()) {
        Kubernetes.extract(&SourceFile::new(FileId(0), path("a.yaml"), text.clone()));
        Kubernetes.extract(&SourceFile::new(FileId(0), path("values.yaml"), format!("env:\n{text}")));
    }
}
