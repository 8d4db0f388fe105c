//! `add`: what supplies each environment learns of the key, written as its neighbours there are.

use super::Tree;

fn read(tree: &Tree, path: &str) -> String {
    std::fs::read_to_string(tree.path().join(path)).unwrap()
}

const SECRET: &str = "add API_TOKEN --kind secret --required --yes";
const NUMBER: &str = "add PAGE_SIZE --kind backend --type int --default 20 --yes";

/// A declared tree with one environment, which is supplied by `path`.
fn of_source(source: &str, path: &str, text: &str) -> Tree {
    let matrix = format!(
        "version = 1\n[services.api]\nroot = \".\"\n[keys.DB_URL]\nkind = \"secret\"\nrequired = \"all\"\n[environments.live]\ntier = \"production\"\nsources = [{source}]\n"
    );
    let tree = Tree::new(&[
        ("envcheck.toml", &matrix),
        (".env.example", "DB_URL=\nLOG_LEVEL=info\n"),
        (
            "app.py",
            "from pydantic_settings import BaseSettings\n\n\nclass S(BaseSettings):\n    db_url: str\n    log_level: str = \"info\"\n",
        ),
        (path, text),
    ]);
    tree.write(".git/index", super::tracked::index(&[path]));
    tree
}

/// What a file has more after a command.
fn added(tree: &Tree, path: &str, before: &str, line: &str) -> String {
    tree.write(path, before);
    let ran = tree.run(line);
    assert_eq!(ran.code, 0, "{ran:?}");
    let after = read(tree, path);
    let (old, new): (Vec<&str>, Vec<&str>) = (before.lines().collect(), after.lines().collect());
    let start = old.iter().zip(&new).take_while(|(old, new)| old == new).count();
    let rest = old.len() - start;
    assert_eq!(old[start..], new[new.len() - rest..], "only lines are added: {after}");
    new[start..new.len() - rest].iter().map(|line| format!("{line}\n")).collect()
}

#[test]
fn each_kind_of_source_is_served() {
    let manifest = "apiVersion: apps/v1\nkind: Deployment\nmetadata: { name: api }\nspec:\n  template:\n    spec:\n      containers:\n        - name: api\n          image: api\n          env:\n            - name: DB_URL\n              valueFrom:\n                secretKeyRef:\n                  name: api\n                  key: db-url\n            - name: LOG_LEVEL\n              value: info\n";
    let workflow = "on: push\njobs:\n  d:\n    runs-on: ubuntu-latest\n    env:\n      DB_URL: ${{ secrets.DB_URL }}\n    steps:\n      - run: ./run.sh\n";
    let render = "services:\n  - type: web\n    name: api\n    envVars:\n      - key: LOG_LEVEL\n        value: info\n      - key: DB_URL\n        sync: false\n";
    let script = "#!/bin/sh\nexport DB_URL=\"${DB_URL:?}\"\nexport LOG_LEVEL=info\n./run\n";
    let cases: [(&str, &str, &str, &str, &str); 7] = [
        (
            "{ deploy = \"k8s/api.yaml\" }",
            "k8s/api.yaml",
            manifest,
            "            - name: API_TOKEN\n              valueFrom:\n                secretKeyRef:\n                  name: api\n                  key: api-token\n",
            "            - name: PAGE_SIZE\n              value: \"20\"\n",
        ),
        (
            "{ deploy = \".github/workflows/d.yml\" }",
            ".github/workflows/d.yml",
            workflow,
            "      API_TOKEN: ${{ secrets.API_TOKEN }}\n",
            "      PAGE_SIZE: \"20\"\n",
        ),
        (
            "{ deploy = \"render.yaml\" }",
            "render.yaml",
            render,
            "      - key: API_TOKEN\n        sync: false\n",
            "      - key: PAGE_SIZE\n        value: \"20\"\n",
        ),
        (
            "{ deploy = \"deploy.sh\" }",
            "deploy.sh",
            script,
            "export API_TOKEN=\"${API_TOKEN:?}\"\n",
            "export PAGE_SIZE=20\n",
        ),
        (
            "{ deploy = \"fly.toml\" }",
            "fly.toml",
            "app = \"api\"\n\n[env]\nLOG_LEVEL = \"info\"\n",
            "",
            "PAGE_SIZE = \"20\"\n",
        ),
        (
            "{ deploy = \"main.tf\" }",
            "main.tf",
            "resource \"a\" \"b\" {\n  environment = {\n    DB_URL    = var.db_url\n    LOG_LEVEL = \"info\"\n  }\n}\n",
            "",
            "    PAGE_SIZE = \"20\"\n",
        ),
        (
            "{ dotenv = \"deploy/.env.live\" }",
            "deploy/.env.live",
            "DB_URL=postgres://db/x\nLOG_LEVEL=info\n",
            "",
            "# A whole number.\nPAGE_SIZE=20\n",
        ),
    ];
    for (source, path, text, secret, number) in cases {
        let tree = of_source(source, path, text);
        assert_eq!(added(&tree, path, text, SECRET), secret, "{path}");
        let tree = of_source(source, path, text);
        assert_eq!(added(&tree, path, text, NUMBER), number, "{path}");
        let check = tree.run("check");
        assert!(!check.out.contains("PAGE_SIZE"), "{}", check.out);
    }
}

#[test]
fn what_cannot_be_written_is_told_and_the_last_line_says_what_lacks() {
    let tree = of_source("{ dotenv = \"deploy/.env.live\" }", "deploy/.env.live", "DB_URL=postgres://db/x\n");
    let ran = tree.run(SECRET);
    assert_eq!(ran.code, 0, "{ran:?}");
    assert!(
        ran.out.contains(
            "  deploy/.env.live: set `API_TOKEN` for `live`: its value is secret, and git keeps what stands in the file\n"
        ),
        "{}",
        ran.out
    );
    assert!(
        ran.out.ends_with("the chain is not whole: `API_TOKEN` is needed, and missing in `live`\n"),
        "{}",
        ran.out
    );
    assert_eq!(read(&tree, "deploy/.env.live"), "DB_URL=postgres://db/x\n");
    let tree = of_source("{ deploy = \"fly.toml\" }", "fly.toml", "[env]\nDB_URL = \"c4n4ry-5ecret\"\n");
    let ran = tree.run(SECRET);
    assert!(
        ran.out.contains("fly.toml: set `API_TOKEN` for `live`: its value is secret, and the platform"),
        "{}",
        ran.out
    );
    assert!(!ran.out.contains("c4n4ry"), "{}", ran.out);
    let tree = of_source("{ platform = [\"DB_URL\"] }", "x", "");
    let ran = tree.run(SECRET);
    assert!(ran.out.contains("whoever deploys `live` supplies its keys"), "{}", ran.out);
    // Where nobody misses it there is nothing to say.
    let tree = of_source("{ deploy = \"fly.toml\" }", "fly.toml", "[env]\nLOG_LEVEL = \"info\"\n");
    let ran = tree.run("add PAGE_NAME --kind backend --yes");
    assert!(!ran.out.contains("fly.toml: ") && !ran.out.contains("not whole"), "{}", ran.out);
}

#[test]
fn flags_of_commands_are_words_among_words() {
    for (command, after) in [
        ("docker run -e DB_URL api\n", "docker run -e DB_URL -e API_TOKEN api\n"),
        (
            "docker run --env DB_URL=\"$DB_URL\" api\n",
            "docker run --env DB_URL=\"$DB_URL\" --env API_TOKEN=\"$API_TOKEN\" api\n",
        ),
        (
            "docker run \\\n  -e DB_URL \\\n  api\n",
            "docker run \\\n  -e DB_URL \\\n  -e API_TOKEN \\\n  api\n",
        ),
        ("docker run -e DB_URL=\"$1\" api\n", "docker run -e DB_URL=\"$1\" api\n"),
    ] {
        let tree = of_source("{ deploy = \"deploy.sh\" }", "deploy.sh", command);
        let ran = tree.run(SECRET);
        assert_eq!(ran.code, 0, "{ran:?}");
        assert_eq!(read(&tree, "deploy.sh"), after, "{}", ran.out);
    }
}

#[test]
fn a_value_that_stands_there_is_no_model_of_a_secret() {
    for (source, path, text) in [
        ("{ deploy = \"d.sh\" }", "d.sh", "#!/bin/sh\nexport DB_URL=c4n4ry-5ecret\n"),
        ("{ deploy = \"d.sh\" }", "d.sh", "#!/bin/sh\nexport DB_URL=\"${DB_URL:-c4n4ry-5ecret}\"\n"),
        (
            "{ deploy = \"main.tf\" }",
            "main.tf",
            "resource \"a\" \"b\" {\n  environment = {\n    DB_URL = var.db_url\n  }\n}\n",
        ),
        (
            "{ deploy = \"k.yaml\" }",
            "k.yaml",
            "apiVersion: v1\nkind: Pod\nmetadata: { name: api }\nspec:\n  containers:\n    - name: api\n      env:\n        - { name: DB_URL, value: c4n4ry-5ecret }\n        - { name: OTHER_URL, valueFrom: { secretKeyRef: { name: a, key: url } } }\n",
        ),
    ] {
        let tree = of_source(source, path, text);
        let ran = tree.run(SECRET);
        assert_eq!(ran.code, 0, "{ran:?}");
        assert_eq!(read(&tree, path), text, "{}", ran.out);
        assert!(
            ran.out.contains(&format!("  {path}: set `API_TOKEN` for `live`: its value is secret")),
            "{}",
            ran.out
        );
        assert!(!ran.out.contains("c4n4ry"), "{}", ran.out);
    }
}

#[test]
fn maps_that_a_container_takes_whole_are_served() {
    let text = "apiVersion: v1\nkind: ConfigMap\nmetadata: { name: conf }\ndata:\n  LOG_LEVEL: \"info\"\n---\napiVersion: v1\nkind: Pod\nmetadata: { name: api }\nspec:\n  containers:\n    - name: api\n      envFrom:\n        - configMapRef: { name: conf }\n        - secretRef: { name: kept }\n";
    let tree = of_source("{ deploy = \"k.yaml\" }", "k.yaml", text);
    assert_eq!(added(&tree, "k.yaml", text, NUMBER), "  PAGE_SIZE: \"20\"\n");
    let tree = of_source("{ deploy = \"k.yaml\" }", "k.yaml", text);
    let ran = tree.run(SECRET);
    assert!(
        ran.out.contains("k.yaml: set `API_TOKEN` for `live`: the Secret `kept` has to hold it"),
        "{}",
        ran.out
    );
}

#[test]
fn manifests_are_found_without_a_matrix() {
    let manifest = |name: &str, image: &str, keys: [&str; 2]| {
        let [first, second] = keys;
        format!(
            "apiVersion: apps/v1\nkind: Deployment\nmetadata: {{ name: {name} }}\nspec:\n  template:\n    spec:\n      containers:\n        - name: {name}\n          image: {image}\n          env:\n            - name: {first}\n              value: a\n            - name: {second}\n              value: b\n"
        )
    };
    let tree = Tree::new(&[
        ("package.json", "{\"name\": \"api\"}\n"),
        ("Dockerfile", "FROM node:22\nCOPY . .\nCMD [\"node\", \"x\"]\n"),
        (".env.example", "LOG_LEVEL=info\nHOST_NAME=a\n"),
        (
            "src/config.ts",
            "export const config = {\n  log: process.env.LOG_LEVEL ?? \"info\",\n  host: process.env.HOST_NAME ?? \"a\",\n};\n",
        ),
        ("k8s/own.yaml", &manifest("web", "shop/web", ["LOG_LEVEL", "HOST_NAME"])),
        ("k8s/db.yaml", &manifest("db", "postgres:17", ["POSTGRES_DB", "LOG_LEVEL"])),
    ]);
    let ran = tree.run(NUMBER);
    assert_eq!(ran.code, 0, "{ran:?}");
    assert!(
        read(&tree, "k8s/own.yaml").ends_with("            - name: PAGE_SIZE\n              value: \"20\"\n"),
        "{}",
        ran.out
    );
    assert!(!read(&tree, "k8s/db.yaml").contains("PAGE_SIZE"));
    assert!(!ran.out.contains("no compose file"), "{}", ran.out);
}

#[test]
fn another_spelling_is_there_already_for_who_folds_case() {
    let tree = of_source("{ dotenv = \"x.env\" }", "x.env", "LOG_LEVEL=info\nONLY_HERE=1\n");
    for (key, place) in [("log_level", "app.py:6"), ("Only_Here", "x.env:2")] {
        let ran = tree.run(&format!("add {key} --kind backend --yes"));
        assert_eq!(ran.code, 2, "{ran:?}");
        let upper = key.to_ascii_uppercase();
        assert!(ran.err.contains(&format!("`{upper}` is there already, at {place}")), "{}", ran.err);
    }
    // Who takes names as they are knows two keys.
    let tree = Tree::new(&[
        ("package.json", "{\"name\": \"api\"}\n"),
        ("config.ts", "export const config = { log: process.env.LOG_LEVEL, host: process.env.HOST_NAME };\n"),
    ]);
    let ran = tree.run("add log_level --kind backend --dry-run");
    assert_eq!(ran.code, 0, "{ran:?}");
}

#[test]
fn a_plan_shows_references_and_hides_values() {
    let compose = "services:\n  api:\n    build: .\n    environment: { DB_URL: \"${DB_URL:?}\", AUTH_TOKEN: \"${AUTH_TOKEN:?}\", SIGNING_KEY: \"c4n4ry-5ecret\" }\n";
    let template = "{{ with secret \"secret/data/shop\" }}\nDB_URL={{ .Data.data.DB_URL }}\nOTHER_TOKEN={{ .Data.data.x | or \"c4n4ry-5ecret\" }}\n{{ end }}\n";
    let tree = Tree::new(&[
        ("compose.yaml", compose),
        ("secrets.ctmpl", template),
        ("Dockerfile", "FROM node:22\nCOPY . .\n"),
        (".env.example", "DB_URL=\n"),
        ("package.json", "{\"name\": \"api\"}\n"),
        (
            "config.ts",
            "export const config = {\n  dbUrl: process.env.DB_URL!,\n  logLevel: process.env.LOG_LEVEL,\n  key: process.env.SIGNING_KEY,\n};\n",
        ),
    ]);
    let ran = tree.run("add API_TOKEN --kind secret --required --dry-run");
    assert_eq!(ran.code, 0, "{ran:?}");
    for line in [
        "+API_TOKEN={{ .Data.data.API_TOKEN }}",
        "API_TOKEN: \"${API_TOKEN:?}\"",
        "+  apiToken: process.env.API_TOKEN!,",
        "+API_TOKEN=changeme",
    ] {
        assert!(ran.out.contains(line), "{line}: {}", ran.out);
    }
    assert!(!ran.out.contains("c4n4ry"), "{}", ran.out);
}

#[test]
fn workflows_that_start_compose_give_what_it_demands() {
    let workflow = "on: push\njobs:\n  deploy:\n    runs-on: x\n    steps:\n      - run: docker compose up -d --build\n        env:\n          HOST_NAME: ${{ vars.HOST_NAME }}\n          DB_URL: ${{ secrets.DB_URL }}\n          VITE_API_URL: ${{ vars.VITE_API_URL }}\n      - run: ./other\n        env:\n          HOST_NAME: b\n";
    let tree = Tree::new(&[
        (".github/workflows/deploy.yml", workflow),
        (
            "compose.yaml",
            "services:\n  api:\n    build: api\n    environment:\n      HOST_NAME: ${HOST_NAME:?}\n      DB_URL: ${DB_URL:?}\n  web:\n    build:\n      context: web\n      args:\n        VITE_API_URL: ${VITE_API_URL:?}\n",
        ),
        ("api/Dockerfile", "FROM scratch\nCOPY . .\n"),
        (
            "api/app.py",
            "import os\n\nHOST = os.environ[\"HOST_NAME\"]\nDB = os.environ[\"DB_URL\"]\nB = os.getenv(\"B\")\n",
        ),
        ("web/Dockerfile", "FROM node\nARG VITE_API_URL\nCOPY . .\nRUN npm run build\n"),
        ("web/src/main.ts", "export const url = import.meta.env.VITE_API_URL;\n"),
        (".env.example", "HOST_NAME=a\nVITE_API_URL=http://localhost\n"),
    ]);
    for (line, added) in [
        ("API_URL --kind backend --service api --required", "API_URL: ${{ vars.API_URL }}"),
        ("API_TOKEN --kind secret --service api --required", "API_TOKEN: ${{ secrets.API_TOKEN }}"),
        ("PAGE_SIZE --kind backend --service api --default 20", ""),
        ("VITE_MAP_URL --kind frontend --service web --required", "VITE_MAP_URL: ${{ vars.VITE_MAP_URL }}"),
        ("VITE_TITLE --kind frontend --service web --default Shop", ""),
    ] {
        let before = read(&tree, ".github/workflows/deploy.yml");
        let ran = tree.run(&format!("add {line} --yes"));
        assert_eq!(ran.code, 0, "{line}: {ran:?}");
        let after = read(&tree, ".github/workflows/deploy.yml");
        let new: Vec<&str> = after.lines().filter(|line| !before.contains(line)).map(str::trim).collect();
        assert_eq!(new.join("\n"), added, "{line}: {after}");
        let (first, _) = after.split_once("./other").unwrap();
        assert!(first.contains(added), "the step that starts it: {after}");
    }
}

#[test]
fn a_list_that_services_share_by_an_anchor_is_served_once() {
    let alias = "x-env: &env\n  HOST_NAME: ${HOST_NAME:-a}\nservices:\n  api:\n    build: .\n    environment: *env\n  worker:\n    build: .\n    environment:\n      <<: *env\n      WORKERS: 2\n";
    let merged = "x-env: &env\n  HOST_NAME: ${HOST_NAME:-a}\nservices:\n  worker:\n    build: .\n    environment:\n      <<: *env\n      WORKERS: 2\n";
    let list = "x-env: &env\n  - HOST_NAME=a\nservices:\n  api:\n    build: .\n    environment: *env\n";
    let whole = "x-app: &app\n  build: .\n  environment:\n    HOST_NAME: a\nservices:\n  api:\n    <<: *app\n  worker:\n    <<: *app\n";
    for (compose, behind, line) in [
        (alias, "  HOST_NAME: ${HOST_NAME:-a}\n", "  PAGE_SIZE: ${PAGE_SIZE:-20}\n"),
        (merged, "      WORKERS: 2\n", "      PAGE_SIZE: ${PAGE_SIZE:-20}\n"),
        (list, "  - HOST_NAME=a\n", "  - PAGE_SIZE=${PAGE_SIZE:-20}\n"),
        (whole, "    HOST_NAME: a\n", "    PAGE_SIZE: ${PAGE_SIZE:-20}\n"),
    ] {
        let tree = Tree::new(&[
            ("compose.yaml", compose),
            ("Dockerfile", "FROM scratch\nCOPY . .\n"),
            (
                "app.py",
                "import os\n\nHOST = os.getenv(\"HOST_NAME\")\nA = os.getenv(\"WORKERS\")\nB = os.getenv(\"TZ\")\n",
            ),
            (".env.example", "HOST_NAME=a\n"),
        ]);
        let ran = tree.run(NUMBER);
        assert!(ran.code == 0 && !ran.out.contains("by hand"), "{ran:?}");
        assert_eq!(read(&tree, "compose.yaml"), compose.replacen(behind, &format!("{behind}{line}"), 1));
    }
}

#[test]
fn a_compose_file_that_adds_to_another_leaves_lists_to_it() {
    let base = "services:\n  api:\n    image: acme/api\n    environment:\n      HOST_NAME: a\n";
    let dev = "services:\n  api:\n    build: .\n  jobs:\n    build: .\n";
    let tree = Tree::new(&[
        ("compose.yaml", base),
        ("compose.dev.yaml", dev),
        ("Dockerfile", "FROM scratch\nCOPY . .\n"),
        ("app.py", "import os\n\nHOST = os.getenv(\"HOST_NAME\")\n"),
        (".env.example", "HOST_NAME=a\n"),
    ]);
    let ran = tree.run(NUMBER);
    assert_eq!(ran.code, 0, "{ran:?}");
    assert_eq!(read(&tree, "compose.yaml"), format!("{base}      PAGE_SIZE: ${{PAGE_SIZE:-20}}\n"));
    let alone = "    environment:\n      PAGE_SIZE: ${PAGE_SIZE:-20}\n";
    assert_eq!(read(&tree, "compose.dev.yaml"), format!("{dev}{alone}"), "`jobs` stands here alone");
}

#[test]
fn only_what_is_known_to_supply_a_service_is_served_without_a_matrix() {
    let release = "on: push\nenv:\n  PYTHON_VERSION: \"3.12\"\njobs:\n  production:\n    runs-on: x\n    environment: production\n    steps:\n      - run: ./deploy\n";
    let tree = Tree::new(&[
        (".github/workflows/release.yml", release),
        (
            "compose.yaml",
            "services:\n  api:\n    build: api\n    environment:\n      HOST_NAME: ${HOST_NAME:-a}\n  web:\n    build: web\n",
        ),
        ("api/Dockerfile", "FROM scratch\nARG PYTHON_VERSION=3\nCOPY . .\n"),
        (
            "api/app.py",
            "import os\n\nHOST = os.getenv(\"HOST_NAME\")\nURL = os.getenv(\"NEXT_PUBLIC_APP_URL\")\nA = os.getenv(\"A\")\n",
        ),
        ("web/Dockerfile", "FROM node\nARG NEXT_PUBLIC_APP_URL\nCOPY . .\nRUN npm run build\n"),
        ("web/src/main.ts", "export const url = process.env.NEXT_PUBLIC_APP_URL;\n"),
        (".env.example", "HOST_NAME=a\nNEXT_PUBLIC_APP_URL=http://localhost\n"),
    ]);
    // Servers may read keys of bundles as well: each key has one service that can be meant.
    let ran = tree.run(NUMBER);
    assert!(ran.code == 0 && ran.out.contains("pass `PAGE_SIZE` to `api`"), "{ran:?}");
    let ran = tree.run("add NEXT_PUBLIC_MAP_URL --kind frontend --default /map --yes");
    assert!(ran.code == 0 && ran.out.contains("to the build of `web`"), "{ran:?}");
    assert_eq!(read(&tree, ".github/workflows/release.yml"), release);
    assert!(!ran.out.contains("release.yml"), "{}", ran.out);
}
