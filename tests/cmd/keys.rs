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
            "ARG NEXT_PUBLIC_TITLE\nARG NEXT_PUBLIC_API_URL\nENV NEXT_PUBLIC_TITLE=$NEXT_PUBLIC_TITLE\nENV NEXT_PUBLIC_API_URL=$NEXT_PUBLIC_API_URL\n"
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
fn what_would_come_up_is_told_and_refused() {
    let mut files = SHOP.to_vec();
    let compose = "services:\n  api:\n    build: ./api\n    environment:\n      DATABASE_URL: ${DATABASE_URL:?}\n      SIGNER_ID: ${SIGNER_ID:?}\n      LOG_LEVEL: ${LOG_LEVEL:-info}\n";
    files[1].1 = compose;
    files[3].1 = "from pydantic_settings import BaseSettings\n\n\nclass Settings(BaseSettings):\n    database_url: str\n    signer_id: str\n    log_level: str = \"info\"\n\n\nsettings = Settings()\nprint(settings.database_url)\n";
    let tree = Tree::new(&files);
    let before = tree.run("check --format concise").out;
    for line in ["remove DATABASE_URL --yes", "remove DATABASE_URL"] {
        let ran = tree.run(line);
        assert_eq!(ran.code, 2, "{line}: {ran:?}");
        let told = "then `envcheck check` reports more:\n  compose.yaml:4: [key-not-forwarded] `api` requires `DATABASE_URL`";
        assert!(ran.out.contains(told), "{}", ran.out);
        assert!(ran.err.contains("nothing was changed: 1 finding would come up"), "{}", ran.err);
        assert!(ran.err.contains("--force"), "{}", ran.err);
    }
    assert_eq!(tree.run("remove DATABASE_URL -n").code, 0, "to look is not refused");
    assert_eq!(tree.run("check --format concise").out, before);
    assert_eq!(read(&tree, "compose.yaml"), compose, "nothing was changed");
    let ran = tree.run("remove DATABASE_URL --yes --force");
    assert!(ran.code == 0 && ran.out.ends_with("changed 2 files\n"), "{ran:?}");
    assert!(!read(&tree, "compose.yaml").contains("DATABASE_URL"));
}

#[test]
fn a_finding_goes_with_its_key() {
    let tree = Tree::new(&[
        (".env", "OLD_HOST=a\nOLD_HOST=b\n"),
        ("main.py", "import os\n\nHOST = os.environ[\"OLD_HOST\"]\n"),
    ]);
    let findings = |tree: &Tree| tree.run("check --format concise").out.lines().count();
    let before = findings(&tree);
    let ran = tree.run("rename OLD_HOST NEW_HOST --yes");
    assert_eq!(ran.code, 0, "it is the same finding under another name: {ran:?}");
    assert!(!ran.out.contains("reports more"), "{}", ran.out);
    assert_eq!(findings(&tree), before);
}

#[test]
fn what_programs_write_is_left_to_them() {
    let generated = "{\n  \"RUN_MODE\": \"1\"\n}\n";
    let tree = Tree::new(&[
        (".env", "RUN_MODE=1\n"),
        ("main.py", "import os\n\nMODE = os.environ[\"RUN_MODE\"]\n"),
        ("docs/keys.generated.json", generated),
        ("src/gen.ts", "// Code generated by make. DO NOT EDIT.\nexport const name = \"RUN_MODE\";\n"),
    ]);
    let ran = tree.run("rename RUN_MODE START_MODE --yes");
    assert_eq!(ran.code, 0, "{ran:?}");
    assert_eq!(read(&tree, "docs/keys.generated.json"), generated);
    assert!(read(&tree, "src/gen.ts").contains("RUN_MODE"));
    assert!(
        ran.out.contains("at the source: programs write files like `keys.generated.json`")
            && ran.out.contains("`gen.ts` says \"Code generated by make. DO NOT EDIT.\""),
        "{}",
        ran.out
    );
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

#[test]
fn a_schema_with_halves_learns_of_the_key() {
    let schema = "import { createEnv } from '@t3-oss/env-nextjs';\nimport { z } from 'zod';\n\nexport const env = createEnv({\n  server: {\n    DATABASE_URL: z.string().url(),\n    MAIL_FROM: z.string(), // shown to users\n  },\n  client: {\n    NEXT_PUBLIC_TITLE: z.string()\n  },\n  runtimeEnv: {\n    DATABASE_URL: process.env.DATABASE_URL,\n    MAIL_FROM: process.env.MAIL_FROM,\n    NEXT_PUBLIC_TITLE: process.env.NEXT_PUBLIC_TITLE,\n  },\n});\n";
    let tree = Tree::new(&[
        (
            ".env.example",
            "DATABASE_URL=postgres://localhost/x\nMAIL_FROM=a@example.com\nNEXT_PUBLIC_TITLE=x\n",
        ),
        ("src/env.ts", schema),
        ("package.json", "{\"name\": \"web\"}\n"),
        (
            "Dockerfile",
            "FROM node:22\nARG NEXT_PUBLIC_TITLE\nCOPY . .\nRUN npm run build\nCMD [\"npm\", \"start\"]\n",
        ),
        (
            "compose.yaml",
            "services:\n  web:\n    build:\n      context: .\n      args:\n        NEXT_PUBLIC_TITLE: ${NEXT_PUBLIC_TITLE}\n    environment:\n      DATABASE_URL: ${DATABASE_URL}\n      MAIL_FROM: ${MAIL_FROM}\n",
        ),
        (
            ".github/workflows/image.yml",
            "on: push\njobs:\n  image:\n    runs-on: ubuntu-latest\n    steps:\n      - uses: actions/checkout@v4\n      - uses: docker/build-push-action@v6\n        with:\n          context: .\n          build-args: |\n            NEXT_PUBLIC_TITLE=${{ vars.NEXT_PUBLIC_TITLE }}\n",
        ),
    ]);
    let ran = tree.run("add NEXT_PUBLIC_API_URL --kind frontend --service web --type url --required --yes");
    assert_eq!(ran.code, 0, "{ran:?}");
    let code = read(&tree, "src/env.ts");
    assert!(
        code.contains(
            "    NEXT_PUBLIC_TITLE: z.string(),\n    NEXT_PUBLIC_API_URL: z.string().url()\n  },\n"
        ),
        "{code}"
    );
    assert!(code.contains("    NEXT_PUBLIC_API_URL: process.env.NEXT_PUBLIC_API_URL,\n  },\n"), "{code}");
    assert!(read(&tree, ".env.example").ends_with("NEXT_PUBLIC_API_URL=https://api.example.com\n"));
    let workflow = read(&tree, ".github/workflows/image.yml");
    assert!(
        workflow.ends_with("            NEXT_PUBLIC_API_URL=${{ vars.NEXT_PUBLIC_API_URL }}\n"),
        "{workflow}"
    );
    assert!(ran.out.contains("GitHub: set the variable `NEXT_PUBLIC_API_URL`"), "{}", ran.out);
    let ran = tree.run("add PAGE_SIZE --kind backend --service web --type int --default 20 --about x --yes");
    assert_eq!(ran.code, 0, "{ran:?}");
    let code = read(&tree, "src/env.ts");
    let entry = "    MAIL_FROM: z.string(), // shown to users\n    /** x */\n    PAGE_SIZE: z.coerce.number().int().default(20),\n  },\n";
    assert!(code.contains(entry), "{code}");
    assert!(code.contains("    PAGE_SIZE: process.env.PAGE_SIZE,\n"), "{code}");
    let check = tree.run("check");
    assert_eq!(check.code, 0, "{check:?}");
}

#[test]
fn a_plain_schema_and_a_struct_learn_of_the_key() {
    let tree = Tree::new(&[
        (
            "web/env.ts",
            "import { z } from \"zod\";\n\nexport const env = z\n  .object({\n    DATABASE_URL: z.string(),\n    PAGE_SIZE: z.string().optional(),\n  })\n  .parse(process.env);\n",
        ),
        ("web/Dockerfile", "FROM node:22\nCOPY . .\n"),
        (
            "api/src/main.rs",
            "use serde::Deserialize;\n\n#[derive(Deserialize)]\nstruct Config {\n    /// The database.\n    pub database_url: String,\n    pub mail_from: Option<String>, // shown\n}\n\nfn main() {\n    let config: Config = envy::from_env().unwrap();\n    let other = Config { database_url: config.database_url, mail_from: None };\n}\n",
        ),
        ("api/Dockerfile", "FROM rust:1\nCOPY . .\n"),
        ("compose.yaml", "services:\n  web: { build: ./web }\n  api: { build: ./api }\n"),
    ]);
    let ran = tree.run("add API_PORT --kind backend --service web --type port --required --yes");
    assert_eq!(ran.code, 0, "{ran:?}");
    let code = read(&tree, "web/env.ts");
    assert!(code.contains("    API_PORT: z.coerce.number().int().min(1).max(65535),\n  })"), "{code}");
    let ran = tree.run("add CACHE_PORT --kind backend --service api --type port --about Cached. --yes");
    assert_eq!(ran.code, 0, "{ran:?}");
    let code = read(&tree, "api/src/main.rs");
    let fields =
        "    pub mail_from: Option<String>, // shown\n    /// Cached.\n    pub cache_port: Option<u16>,\n}\n";
    assert!(code.contains(fields), "{code}");
    assert!(
        ran.out.contains("api/src/main.rs:12: `Config` may be built here: set `cache_port`"),
        "{}",
        ran.out
    );
}

#[test]
fn a_matrix_in_toml_learns_of_the_key() {
    let head = "version = 1\n\n[services.api]\nroot = \"api\"\n\n";
    for (keys, expected) in [
        (
            "[keys.DATABASE_URL]\nservice = \"api\"\n\n# Where it runs.\n[environments.local]\ntier = \"local\"\n",
            "service = \"api\"\n\n[keys.PAGE_SIZE]\nservice = \"api\"\ntype = \"int\"\ndefault = \"20\"\n\n# Where it runs.\n",
        ),
        ("[keys]\nDATABASE_URL = { service = \"api\" } # x\n", "DATABASE_URL = { service = \"api\" } # x\n"),
        (
            "[keys]\nDATABASE_URL = { service = \"api\" }",
            "DATABASE_URL = { service = \"api\" }\nPAGE_SIZE = { service = \"api\", type = \"int\", default = \"20\" }",
        ),
    ] {
        let tree = Tree::new(&[
            ("envcheck.toml", &format!("{head}{keys}")),
            ("api/config.py", "import os\n\nURL = os.environ[\"DATABASE_URL\"]\n"),
            (".env.example", "DATABASE_URL=x\n"),
        ]);
        let ran = tree.run("add PAGE_SIZE --kind backend --service api --type int --default 20 --yes");
        assert_eq!(ran.code, 0, "{ran:?}");
        let matrix = read(&tree, "envcheck.toml");
        assert!(matrix.contains(expected), "{matrix}");
        assert!(!tree.run("check").out.contains("matrix-schema"), "{:?}", tree.run("check"));
    }
}
