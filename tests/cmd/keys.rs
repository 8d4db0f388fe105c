//! `add`, `rename` and `remove`.

use super::Tree;

const SHOP: &[(&str, &str)] = &[
    (
        ".env.example",
        "# The database.\nDATABASE_URL=postgres://localhost/shop\n\n# How much is told.\nLOG_LEVEL=info\n",
    ),
    (
        "compose.yaml",
        "services:\n  api:\n    build: ./api\n    environment:\n      DATABASE_URL: ${DATABASE_URL:?}\n      LOG_LEVEL: ${LOG_LEVEL:-info}\n  web:\n    build: ./web\n",
    ),
    ("api/Dockerfile", "FROM python:3.13\nCOPY . .\nCMD [\"python\", \"main.py\"]\n"),
    (
        "api/config.py",
        "from pydantic_settings import BaseSettings\n\n\nclass Settings(BaseSettings):\n    database_url: str\n    log_level: str = \"info\"\n\n    def shown(self) -> str:\n        return self.log_level\n",
    ),
    (
        "web/Dockerfile",
        "FROM node:22 AS build\nARG NEXT_PUBLIC_TITLE\nENV NEXT_PUBLIC_TITLE=$NEXT_PUBLIC_TITLE\nCOPY . .\nRUN npm run build\n\nFROM nginx\nCOPY --from=build /app/out /usr/share/nginx/html\n",
    ),
    ("web/page.tsx", "export const title = process.env.NEXT_PUBLIC_TITLE;\n"),
    ("README.md", "Set `LOG_LEVEL` to `debug` to see more.\n"),
];

fn read(tree: &Tree, path: &str) -> String {
    std::fs::read_to_string(tree.path().join(path)).unwrap()
}

#[test]
fn a_backend_key_goes_everywhere() {
    let tree = Tree::new(SHOP);
    let line = "add PAGE_SIZE --kind backend --service api --type int --default 20";
    let asked = tree.run(line);
    assert_eq!(asked.code, 2, "{asked:?}");
    assert!(asked.err.contains("add --yes"), "{}", asked.err);
    assert!(asked.out.contains("+      PAGE_SIZE: ${PAGE_SIZE:-20}"), "the plan is shown: {}", asked.out);
    assert_eq!(read(&tree, "compose.yaml"), SHOP[1].1, "and nothing is changed");
    let ran = tree.run(&format!("{line} --yes"));
    assert_eq!(ran.code, 0, "{ran:?}");
    assert!(ran.out.ends_with("changed 3 files\n"), "{}", ran.out);
    assert!(
        read(&tree, ".env.example").ends_with("LOG_LEVEL=info\n\n# A whole number.\nPAGE_SIZE=20\n"),
        "{}",
        read(&tree, ".env.example")
    );
    assert!(
        read(&tree, "api/config.py")
            .contains("    log_level: str = \"info\"\n    page_size: int = 20\n\n    def")
    );
    assert!(
        read(&tree, "compose.yaml")
            .contains("      LOG_LEVEL: ${LOG_LEVEL:-info}\n      PAGE_SIZE: ${PAGE_SIZE:-20}\n")
    );
    let again = tree.run(&format!("{line} --yes"));
    assert_eq!(again.code, 2, "{again:?}");
    assert!(again.err.contains("`PAGE_SIZE` is there already"), "{}", again.err);
    assert_eq!(tree.run("check").code, 0);
}

#[test]
fn a_frontend_key_is_baked_in() {
    let tree = Tree::new(SHOP);
    let slip = tree.run("add API_URL --kind frontend --service web --yes");
    assert_eq!(slip.code, 2, "{slip:?}");
    assert!(slip.err.contains("did you mean `NEXT_PUBLIC_API_URL`?"), "{}", slip.err);
    let ran = tree.run("add NEXT_PUBLIC_API_URL --kind frontend --service web --type url --required --yes");
    assert_eq!(ran.code, 0, "{ran:?}");
    let dockerfile = read(&tree, "web/Dockerfile");
    assert!(
        dockerfile.contains(
            "ARG NEXT_PUBLIC_TITLE\nARG NEXT_PUBLIC_API_URL\nENV NEXT_PUBLIC_API_URL=$NEXT_PUBLIC_API_URL\n"
        ),
        "{dockerfile}"
    );
    let compose = read(&tree, "compose.yaml");
    let build = "    build:\n      context: ./web\n      args:\n        NEXT_PUBLIC_API_URL: ${NEXT_PUBLIC_API_URL:?}\n";
    assert!(compose.contains(build), "{compose}");
    assert!(read(&tree, ".env.example").contains("# A URL, required.\nNEXT_PUBLIC_API_URL=https://"));
    assert!(ran.out.contains("by hand:\n"), "{}", ran.out);
    assert!(ran.out.contains("process.env.NEXT_PUBLIC_API_URL"), "{}", ran.out);
}

#[test]
fn a_secret_comes_from_the_store() {
    let template =
        "{{ with secret \"secret/data/shop\" }}\nDATABASE_URL=\"{{ .Data.data.DATABASE_URL }}\"\n{{ end }}\n";
    let mut files = SHOP.to_vec();
    files.push(("secrets.ctmpl", template));
    let tree = Tree::new(&files);
    let refused = tree.run("add STRIPE_API_KEY --kind backend --service api");
    assert!(refused.code == 2 && refused.err.contains("--kind secret"), "{refused:?}");
    let ran = tree.run("add STRIPE_API_KEY --kind secret --service api --required --yes");
    assert_eq!(ran.code, 0, "{ran:?}");
    let rendered = read(&tree, "secrets.ctmpl");
    assert!(
        rendered.contains("\nSTRIPE_API_KEY=\"{{ .Data.data.STRIPE_API_KEY }}\"\n{{ end }}"),
        "{rendered}"
    );
    assert!(read(&tree, ".env.example").contains("STRIPE_API_KEY=changeme\n"));
    assert!(read(&tree, "api/config.py").contains("    stripe_api_key: str\n"));
    assert!(ran.out.contains("put a value for the field `STRIPE_API_KEY`"), "{}", ran.out);
}

#[test]
fn a_declared_matrix_learns_of_the_key() {
    let mut files = SHOP.to_vec();
    let matrix = "version: 1\nservices:\n  api: { root: api }\n  web: { root: web, public_prefix: NEXT_PUBLIC_ }\nkeys:\n  DATABASE_URL:\n    service: api\n    required: deployed\n";
    let local = "tier: local\nsources:\n  - compose: compose.yaml\n";
    files.extend([("envs/matrix.yaml", matrix), ("envs/local.yaml", local)]);
    let tree = Tree::new(&files);
    let ran = tree.run("add PAGE_SIZE --kind backend --type int --default 20 --yes");
    assert_eq!(ran.code, 0, "{ran:?}");
    let expected = "  PAGE_SIZE:\n    service: api\n    type: int\n    default: \"20\"\n";
    assert!(read(&tree, "envs/matrix.yaml").ends_with(expected), "{}", read(&tree, "envs/matrix.yaml"));
    assert!(ran.out.contains("local, api: "), "each environment is told of: {}", ran.out);
}

#[test]
fn a_key_is_renamed_in_every_file() {
    let tree = Tree::new(SHOP);
    let ran = tree.run("rename LOG_LEVEL LOG_VERBOSITY --yes");
    assert_eq!(ran.code, 0, "{ran:?}");
    assert!(read(&tree, ".env.example").contains("LOG_VERBOSITY=info\n"));
    assert!(read(&tree, "compose.yaml").contains("LOG_VERBOSITY: ${LOG_VERBOSITY:-info}\n"));
    let code = read(&tree, "api/config.py");
    assert!(
        code.contains("    log_verbosity: str = \"info\"\n") && code.contains("return self.log_verbosity\n"),
        "{code}"
    );
    assert_eq!(read(&tree, "README.md"), SHOP[6].1, "documentation is listed, not changed");
    assert!(ran.out.contains("README.md:1: mentions `LOG_LEVEL`"), "{}", ran.out);
    assert_eq!(tree.run("check").code, 0);
    let back = tree.run("rename LOG_VERBOSITY LOG_LEVEL --yes");
    assert_eq!(back.code, 0, "{back:?}");
    for (path, text) in SHOP {
        assert_eq!(read(&tree, path), *text, "{path}: there and back again");
    }
}

#[test]
fn names_that_do_not_fit_are_refused() {
    let tree = Tree::new(SHOP);
    for (line, says) in [
        ("rename LOG_LEVEL DATABASE_URL", "`DATABASE_URL` exists already, at "),
        ("rename LOG_LEVL X_Y", "did you mean `LOG_LEVEL`?"),
        ("rename LOG_LEVEL 1X", "`1X` is no name"),
        ("rename LOG_LEVEL LOG_LEVEL", "has this name already"),
        ("remove LOG_LEVL", "did you mean `LOG_LEVEL`?"),
        ("add NEW_KEY --kind backend --service nobody", "there is no service `nobody`"),
        (
            "add PAGE_SIZE --kind backend --service api --type int --default many",
            "the default is not a whole number",
        ),
    ] {
        let ran = tree.run(line);
        assert_eq!(ran.code, 2, "{line}: {ran:?}");
        assert!(ran.err.contains(says), "{line}: {}", ran.err);
    }
}

#[test]
fn a_key_is_removed_and_its_readers_are_listed() {
    let tree = Tree::new(SHOP);
    let ran = tree.run("remove LOG_LEVEL --yes");
    assert_eq!(ran.code, 0, "{ran:?}");
    assert_eq!(read(&tree, ".env.example"), "# The database.\nDATABASE_URL=postgres://localhost/shop\n\n");
    assert!(
        read(&tree, "compose.yaml")
            .contains("    environment:\n      DATABASE_URL: ${DATABASE_URL:?}\n  web:")
    );
    assert!(ran.out.contains("api/config.py:6: code reads `LOG_LEVEL`"), "{}", ran.out);
    let rest = tree.run("remove DATABASE_URL --yes");
    assert_eq!(rest.code, 0, "{rest:?}");
    assert!(!read(&tree, "compose.yaml").contains("environment"), "{}", read(&tree, "compose.yaml"));
}

#[test]
fn a_plan_shows_no_secret() {
    let files = [
        (".env", "API_TOKEN=c4n4ry-5ecret\nMODE=1\n"),
        ("main.py", "import os\n\nTOKEN = os.environ[\"API_TOKEN\"]\nMODE = os.environ[\"MODE\"]\n"),
    ];
    let tree = Tree::new(&files);
    for line in ["rename API_TOKEN SERVICE_HANDLE -n", "remove API_TOKEN -n", "rename MODE RUN_MODE -n"] {
        let ran = tree.run(line);
        assert_eq!(ran.code, 0, "{ran:?}");
        assert!(ran.out.contains("--- a/.env"), "{ran:?}");
        assert!(!format!("{ran:?}").contains("c4n4ry"), "{line}: {ran:?}");
    }
}
