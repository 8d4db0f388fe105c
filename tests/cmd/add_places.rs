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

/// A tree of a front and a back end, with more files.
fn shop(more: &[(&str, &str)]) -> Tree {
    let mut files = vec![
        (".env.example", "HOST_NAME=a\n"),
        ("api/Dockerfile", "FROM a\nCOPY . .\n"),
        ("api/main.py", "import os\n\nHOST = os.environ[\"HOST_NAME\"]\n"),
        ("web/package.json", "{\"name\": \"web\"}\n"),
        ("web/main.ts", "export const url = import.meta.env.VITE_API_URL;\n"),
    ];
    files.extend(more);
    Tree::new(&files)
}

#[test]
fn one_choice_is_taken() {
    let tree = Tree::new(&[
        ("package.json", "{\"name\": \"web\", \"dependencies\": {\"next\": \"15\"}}\n"),
        ("Dockerfile", "FROM node:22\nCOPY . .\n"),
        ("compose.yaml", "services:\n  app:\n    build: .\n    environment:\n      HOST_NAME: a\n"),
        (
            "src/env.ts",
            "import { createEnv } from \"@t3-oss/env-nextjs\";\nimport { z } from \"zod\";\n\nexport const env = createEnv({\n  server: {\n    HOST_NAME: z.string(),\n  },\n  client: {\n    NEXT_PUBLIC_URL: z.string(),\n  },\n  runtimeEnv: {\n    HOST_NAME: process.env.HOST_NAME,\n    NEXT_PUBLIC_URL: process.env.NEXT_PUBLIC_URL ?? process.env.URL,\n  },\n});\n",
        ),
    ]);
    let ran = tree.run("add FOO_KEY --kind backend --yes");
    assert_eq!(ran.code, 0, "{ran:?}");
    assert!(read(&tree, "compose.yaml").ends_with("      FOO_KEY: ${FOO_KEY:-}\n"), "{}", ran.out);
    let code = read(&tree, "src/env.ts");
    assert!(code.contains("    HOST_NAME: z.string(),\n    FOO_KEY: z.string().optional(),\n"), "{code}");
    // The value behind which it stands is computed; its own is not.
    assert!(code.contains("process.env.URL,\n    FOO_KEY: process.env.FOO_KEY,\n  },\n"), "{code}");
}

#[test]
fn the_prefix_decides_and_the_bundle_is_built_where_its_relatives_are() {
    let tree = shop(&[
        (
            "api/Dockerfile",
            "FROM node:22 AS bundle\nCOPY web .\nARG VITE_API_URL=\nRUN npm run build\n\nFROM python:3.13\nCOPY api .\n",
        ),
        ("web/Dockerfile.playwright", "FROM node:22\nCOPY web .\nRUN npm install\n"),
        (
            "compose.yaml",
            "services:\n  api:\n    build:\n      context: .\n      dockerfile: api/Dockerfile\n    environment:\n      HOST_NAME: a\n  playwright:\n    build:\n      context: .\n      dockerfile: web/Dockerfile.playwright\n      args:\n        - NODE_ENV=production\n",
        ),
        ("web/vite-env.d.ts", "interface ImportMetaEnv {\n  readonly VITE_API_URL?: string\n}\n"),
    ]);
    let ran = tree.run("add VITE_TITLE --kind frontend --required --yes");
    assert_eq!(ran.code, 0, "{ran:?}");
    let dockerfile = read(&tree, "api/Dockerfile");
    assert!(dockerfile.contains("ARG VITE_API_URL=\nARG VITE_TITLE\nRUN npm run build\n"), "{dockerfile}");
    assert!(!read(&tree, "web/Dockerfile.playwright").contains("VITE_TITLE"));
    let compose = read(&tree, "compose.yaml");
    assert!(
        compose
            .contains("      dockerfile: api/Dockerfile\n      args:\n        VITE_TITLE: ${VITE_TITLE:?}\n"),
        "{compose}"
    );
    assert!(compose.ends_with("        - NODE_ENV=production\n"), "{compose}");
}

#[test]
fn arguments_stand_with_arguments() {
    for (block, expected) in [
        (
            "ARG VITE_A\nARG VITE_B\nENV VITE_A=$VITE_A\nENV VITE_B=$VITE_B\n",
            "ARG VITE_A\nARG VITE_B\nARG VITE_C\nENV VITE_A=$VITE_A\nENV VITE_B=$VITE_B\nENV VITE_C=$VITE_C\n",
        ),
        (
            "ARG VITE_A\nENV VITE_A=$VITE_A\nARG VITE_B\nENV VITE_B=$VITE_B\n",
            "ARG VITE_A\nENV VITE_A=$VITE_A\nARG VITE_B\nENV VITE_B=$VITE_B\nARG VITE_C\nENV VITE_C=$VITE_C\n",
        ),
        ("ARG VITE_A\nARG OTHER\n", "ARG VITE_A\nARG VITE_C\nARG OTHER\n"),
    ] {
        let tree = shop(&[
            ("web/Dockerfile", &format!("FROM node:22\nCOPY . .\n{block}RUN npm run build\n")),
            ("compose.yaml", "services:\n  web:\n    build: ./web\n"),
            (
                "web/turbo.json",
                "{\n  \"globalEnv\": [\"CI\", \"VITE_A\", \"Z\"],\n  \"tasks\": { \"build\": { \"env\": [\n    \"VITE_A\",\n    \"VITE_B\"\n  ] }, \"all\": { \"env\": [\"VITE_*\"] } }\n}\n",
            ),
            (
                ".github/workflows/image.yml",
                "on: push\njobs:\n  image:\n    runs-on: ubuntu-latest\n    steps:\n      - uses: docker/build-push-action@v6\n        with:\n          context: ./web\n          build-args: |\n            VITE_A=${{ github.sha }}\n            VITE_B=true\n",
            ),
        ]);
        let ran = tree.run("add VITE_C --kind frontend --service web --yes");
        assert_eq!(ran.code, 0, "{ran:?}");
        let dockerfile = read(&tree, "web/Dockerfile");
        assert!(dockerfile.contains(&format!("COPY . .\n{expected}RUN")), "{dockerfile}");
        let workflow = read(&tree, ".github/workflows/image.yml");
        assert!(
            workflow.ends_with("            VITE_B=true\n            VITE_C=${{ vars.VITE_C }}\n"),
            "{workflow}"
        );
        assert_eq!(
            read(&tree, "web/turbo.json"),
            "{\n  \"globalEnv\": [\"CI\", \"VITE_A\", \"VITE_C\", \"Z\"],\n  \"tasks\": { \"build\": { \"env\": [\n    \"VITE_A\",\n    \"VITE_B\",\n    \"VITE_C\"\n  ] }, \"all\": { \"env\": [\"VITE_*\"] } }\n}\n"
        );
    }
}

#[test]
fn every_file_that_lists_what_a_service_is_given_is_served() {
    let base = "services:\n  api:\n    build: ./api\n    environment:\n      HOST_NAME: ${HOST_NAME}\n";
    let whole =
        "services:\n  api:\n    image: ghcr.io/shop/api\n    environment:\n      HOST_NAME: ${HOST_NAME}\n";
    let tree = shop(&[
        ("docker-compose.yml", base),
        ("docker-compose-prod.yml", whole),
        ("docker-compose.prod.yml", whole),
        ("deploy/compose.yaml", whole),
        ("docker-compose.override.yml", "services:\n  api:\n    environment:\n      DEBUG: 1\n"),
    ]);
    let ran = tree.run("add PAGE_SIZE --kind backend --service api --type int --default 20 --yes");
    assert_eq!(ran.code, 0, "{ran:?}");
    for path in
        ["docker-compose.yml", "docker-compose-prod.yml", "docker-compose.prod.yml", "deploy/compose.yaml"]
    {
        let is_told =
            ran.out.contains(&format!("  {path}:2: `api` is given its keys one by one here as well"));
        let has =
            read(&tree, path).ends_with("      HOST_NAME: ${HOST_NAME}\n      PAGE_SIZE: ${PAGE_SIZE:-20}\n");
        assert!(has != is_told, "{path}: {}", ran.out);
    }
    assert!(!read(&tree, "docker-compose.override.yml").contains("PAGE_SIZE"));
}

#[test]
fn the_source_of_each_declared_environment_is_served() {
    let image = "services:\n  api:\n    image: ghcr.io/shop/api\n    environment:\n      OTHER_NAME: a\n";
    let tree = shop(&[
        ("compose.yaml", "services:\n  api:\n    build: ./api\n    environment:\n      HOST_NAME: a\n"),
        ("live.yaml", image),
        ("unknown.yaml", image),
        (
            "envs/matrix.yaml",
            "version: 1\nservices:\n  api: { root: api }\nkeys:\n  HOST_NAME: { service: api }\n",
        ),
        ("envs/local.yaml", "tier: local\nsources:\n  - compose: compose.yaml\n"),
        ("envs/production.yaml", "tier: production\nsources:\n  - compose: live.yaml\n"),
    ]);
    let ran = tree.run("add PAGE_SIZE --kind backend --service api --type int --default 20 --yes");
    assert_eq!(ran.code, 0, "{ran:?}");
    for path in ["compose.yaml", "live.yaml"] {
        assert!(read(&tree, path).ends_with("      PAGE_SIZE: ${PAGE_SIZE:-20}\n"), "{path}: {}", ran.out);
    }
    assert!(!read(&tree, "unknown.yaml").contains("PAGE_SIZE"));
}

#[test]
fn files_that_only_build_are_given_nothing() {
    let tree = shop(&[
        ("deploy/build.yml", "services:\n  api:\n    image: shop/api:${TAG:-1}\n    build: ../api\n"),
        (
            "deploy/compose.yaml",
            "services:\n  api:\n    image: hub/api:${TAG:-1}\n    environment:\n      HOST_NAME: ${HOST_NAME}\n",
        ),
    ]);
    let ran = tree.run("add PAGE_SIZE --kind backend --service api --yes");
    assert_eq!(ran.code, 0, "{ran:?}");
    assert!(read(&tree, "deploy/compose.yaml").contains("PAGE_SIZE"), "{}", ran.out);
    assert!(!read(&tree, "deploy/build.yml").contains("PAGE_SIZE"), "{}", ran.out);
    assert!(!ran.out.contains("only built here"), "{}", ran.out);
}

#[test]
fn a_secret_reaches_who_has_no_list_yet() {
    let tree = shop(&[("compose.yaml", "services:\n  api:\n    build: ./api\n    ports: [\"1:1\"]\n")]);
    let ran = tree.run("add SIGNING_SECRET --kind secret --service api --required --yes");
    assert_eq!(ran.code, 0, "{ran:?}");
    let compose = read(&tree, "compose.yaml");
    assert!(compose.ends_with("    environment:\n      SIGNING_SECRET: ${SIGNING_SECRET:?}\n"), "{compose}");
    assert!(!ran.out.contains("it is supplied"), "{}", ran.out);
}

#[test]
fn fields_are_described_as_their_neighbours_are() {
    let code = "from pydantic import Field\nfrom pydantic_settings import BaseSettings\n\n\nclass Settings(BaseSettings):\n    host_name: str = Field(default=\"a\", description=\"Of us.\")\n";
    for (line, field) in [
        ("--type int --default 20", "    page_size: int = Field(default=20, description=\"\\\"Rows\\\"\")\n"),
        ("--required", "    page_size: str = Field(description=\"\\\"Rows\\\"\")\n"),
        ("", "    page_size: str | None = Field(default=None, description=\"\\\"Rows\\\"\")\n"),
    ] {
        let tree = shop(&[("api/main.py", code)]);
        let ran =
            tree.run(&format!("add PAGE_SIZE --kind backend --service api --about \"Rows\" --yes {line}"));
        assert_eq!(ran.code, 0, "{ran:?}");
        assert_eq!(read(&tree, "api/main.py"), format!("{code}{field}"));
    }
}

#[test]
fn what_tests_and_examples_start_is_theirs() {
    let compose = "services:\n  api:\n    build: BUILD\n    environment:\n      HOST_NAME: a\n";
    let (own, of_tests) = (compose.replace("BUILD", "./api"), compose.replace("BUILD", "../api"));
    let tree = shop(&[
        ("compose.yaml", &own),
        ("e2e/compose.yaml", &of_tests),
        ("examples/compose.yaml", &of_tests),
    ]);
    let ran = tree.run("add MAX_NAME --kind backend --service api --yes");
    assert_eq!(ran.code, 0, "{ran:?}");
    assert!(read(&tree, "compose.yaml").contains("MAX_NAME"), "{ran:?}");
    assert_eq!(read(&tree, "e2e/compose.yaml"), of_tests);
    assert_eq!(read(&tree, "examples/compose.yaml"), of_tests);
}
