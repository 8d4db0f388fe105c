//! `add`: which files of a service learn of a key, and in which words.

use super::Tree;

fn read(tree: &Tree, path: &str) -> String {
    std::fs::read_to_string(tree.path().join(path)).unwrap()
}

#[test]
fn what_nobody_sets_stays_unset() {
    for (listing, expected) in [
        ("      HOST_NAME: a\n", "      HOST_NAME: a\n      MAX_ROWS:\n"),
        ("      - HOST_NAME=a\n", "      - HOST_NAME=a\n      - MAX_ROWS\n"),
    ] {
        let compose = format!("services:\n  api:\n    build: ./api\n    environment:\n{listing}");
        let tree = Tree::new(&[
            ("compose.yaml", &compose),
            ("api/Dockerfile", "FROM a\nCOPY . .\n"),
            (".env.example", "HOST_NAME=a\n"),
            (
                "api/config.py",
                "from pydantic_settings import BaseSettings\n\n\nclass Settings(BaseSettings):\n    host_name: str\n",
            ),
        ]);
        for kind in ["int", "bool", "float", "port", "url"] {
            tree.write("compose.yaml", &compose);
            let ran = tree.run(&format!("add MAX_ROWS --kind backend --type {kind} --yes"));
            assert_eq!(ran.code, 0, "{kind}: {ran:?}");
            assert!(
                read(&tree, "compose.yaml").ends_with(expected),
                "{kind}: {}",
                read(&tree, "compose.yaml")
            );
            assert_eq!(tree.run("check").code, 0);
            tree.write(".env.example", "HOST_NAME=a\n");
            tree.write("api/config.py", "class Settings(BaseSettings):\n    host_name: str\n");
        }
        let ran = tree.run("add MAX_NAME --kind backend --yes");
        assert!(ran.code == 0 && read(&tree, "compose.yaml").contains("MAX_NAME"), "{ran:?}");
        assert!(read(&tree, "compose.yaml").contains("${MAX_NAME:-}"), "{}", read(&tree, "compose.yaml"));
    }
}
