//! `remove`: what goes, and what is left to people.

use super::Tree;

fn read(tree: &Tree, path: &str) -> String {
    std::fs::read_to_string(tree.path().join(path)).unwrap()
}

#[test]
fn commands_stay() {
    let tree = Tree::new(&[
        (
            ".gitlab-ci.yml",
            "variables:\n  OLD_KEY: r\ntest:\n  script:\n    - echo $OLD_KEY\ndeploy:\n  script:\n    - ./x $OLD_KEY\n    - ./y\n",
        ),
        (".env.example", "OLD_KEY=1\n"),
    ]);
    let ran = tree.run("remove OLD_KEY -y");
    assert_eq!(ran.code, 0, "{ran:?}");
    let rest = "test:\n  script:\n    - echo $OLD_KEY\ndeploy:\n  script:\n    - ./x $OLD_KEY\n    - ./y\n";
    assert_eq!(read(&tree, ".gitlab-ci.yml"), rest);
    assert!(ran.out.contains("  .gitlab-ci.yml:5: mentions `OLD_KEY`"), "{}", ran.out);
    assert!(ran.out.contains("  .gitlab-ci.yml:8: mentions `OLD_KEY`"), "{}", ran.out);
}

#[test]
fn entries_of_all_kinds_go() {
    for (path, before, after) in [
        ("fly.toml", "app = \"a\"\n\n[env]\n  # Old.\n  OLD_KEY = \"1\"\n", "app = \"a\"\n\n[env]\n"),
        (
            "render.yaml",
            "services:\n  - name: a\n    envVars:\n      - key: OLD_KEY\n        value: \"1\"\n      - key: PORT\n        value: \"2\"\n",
            "services:\n  - name: a\n    envVars:\n      - key: PORT\n        value: \"2\"\n",
        ),
        (
            "turbo.json",
            "{\n  \"globalEnv\": [\"CI\", \"OLD_KEY\"],\n  \"tasks\": {\n    \"build\": {\n      \"env\": [\n        \"OLD_KEY\",\n        \"A_KEY\"\n      ]\n    }\n  }\n}\n",
            "{\n  \"globalEnv\": [\"CI\"],\n  \"tasks\": {\n    \"build\": {\n      \"env\": [\n        \"A_KEY\"\n      ]\n    }\n  }\n}\n",
        ),
        (".envrc", "# Old one.\nexport OLD_KEY=1\n\nexport A_KEY=2\n", "export A_KEY=2\n"),
        ("run.sh", "#!/bin/sh\nexport OLD_KEY=1\nexec ./run\n", "#!/bin/sh\nexec ./run\n"),
        (
            ".github/workflows/a.yml",
            "on: push\njobs:\n  a:\n    runs-on: x\n    steps:\n      - uses: docker/build-push-action@v6\n        with:\n          build-args: |\n            A_KEY=1\n            OLD_KEY=${{ vars.OLD_KEY }}\n",
            "on: push\njobs:\n  a:\n    runs-on: x\n    steps:\n      - uses: docker/build-push-action@v6\n        with:\n          build-args: |\n            A_KEY=1\n",
        ),
        (
            "Dockerfile",
            "FROM a\n# Old.\nENV A_KEY=1 \\\n    OLD_KEY=2\n\n# Also old.\nARG OLD_KEY\n\nRUN x\n",
            "FROM a\n# Old.\nENV A_KEY=1\n\nRUN x\n",
        ),
        (
            "compose.yaml",
            "services:\n  a:\n    image: b\n    environment:\n      A_KEY: 1\n      # Old.\n      OLD_KEY: 2\n\n  b:\n    environment: { OLD_KEY: 1 }\n",
            "services:\n  a:\n    image: b\n    environment:\n      A_KEY: 1\n\n  b:\n    environment: {}\n",
        ),
    ] {
        let tree = Tree::new(&[(path, before)]);
        let ran = tree.run("remove OLD_KEY -y --force");
        assert_eq!(ran.code, 0, "{path}: {ran:?}");
        assert_eq!(read(&tree, path), after, "{path}: {}", ran.out);
    }
}

#[test]
fn everything_that_is_left_is_listed_on_request() {
    let lines: String = (0..40).map(|number| format!("{number} OLD_KEY\n\n")).collect();
    let tree = Tree::new(&[(".env", "OLD_KEY=1\n"), ("README.md", &lines)]);
    let few = tree.run("remove OLD_KEY -n");
    assert!(few.out.contains("  and 15 more; --verbose lists them\n"), "{}", few.out);
    let all = tree.run("-v remove OLD_KEY -n");
    assert!(all.out.contains("README.md:79: ") && !all.out.contains(" more"), "{}", all.out);
}

#[test]
fn keys_of_objects_that_are_elsewhere_keep_their_names() {
    let pod = "apiVersion: v1\nkind: Pod\nmetadata:\n  name: a\nspec:\n  containers:\n    - name: a\n      image: b\n      env:\n        - name: CACHE_DSN\n          valueFrom:\n            secretKeyRef: { name: s, key: CACHE_DSN }\n";
    let tree = Tree::new(&[("pod.yaml", pod)]);
    let ran = tree.run("rename CACHE_DSN CACHE_URL -y");
    assert_eq!(ran.code, 0, "{ran:?}");
    assert_eq!(read(&tree, "pod.yaml"), pod.replace("name: CACHE_DSN", "name: CACHE_URL"));
    assert!(ran.out.contains("pod.yaml:12: an object in the cluster has a key `CACHE_DSN`"), "{}", ran.out);
    tree.write("pod.yaml", pod);
    let ran = tree.run("rename CACHE_DSN CACHE_URL -y --kubernetes-key");
    assert_eq!(read(&tree, "pod.yaml"), pod.replace("CACHE_DSN", "CACHE_URL"));
    assert!(ran.out.contains("Kubernetes: rename the key `CACHE_DSN` to `CACHE_URL`"), "{}", ran.out);
    tree.write("pod.yaml", pod);
    let secret = "apiVersion: v1\nkind: Secret\nmetadata:\n  name: s\nstringData:\n  CACHE_DSN: x\n";
    tree.write("secret.yaml", secret);
    tree.run("rename CACHE_DSN CACHE_URL -y");
    assert_eq!(read(&tree, "pod.yaml"), pod.replace("CACHE_DSN", "CACHE_URL"));
    assert_eq!(read(&tree, "secret.yaml"), secret.replace("CACHE_DSN", "CACHE_URL"));
}

#[test]
fn assignments_of_all_kinds_go() {
    for (path, before, after) in [
        ("Makefile", "OLD_KEY = 1\nexport OLD_KEY\nA = 2\nall:\n\techo $(A)\n", "A = 2\nall:\n\techo $(A)\n"),
        ("run.sh", "#!/bin/sh\nOLD_KEY=2\nexport OLD_KEY\nexec ./run\n", "#!/bin/sh\nexec ./run\n"),
        (
            "main.tf",
            "resource \"a\" \"b\" {\n  environment = {\n    OLD_KEY = \"1\"\n    A_KEY = \"2\"\n  }\n}\n",
            "resource \"a\" \"b\" {\n  environment = {\n    A_KEY = \"2\"\n  }\n}\n",
        ),
        (
            "package.json",
            "{\n  \"scripts\": {\n    \"start\": \"OLD_KEY=x node a.js\"\n  }\n}\n",
            "{\n  \"scripts\": {\n    \"start\": \"node a.js\"\n  }\n}\n",
        ),
    ] {
        let tree = Tree::new(&[(path, before), (".env", "OLD_KEY=1\n")]);
        let ran = tree.run("remove OLD_KEY -y --force");
        assert_eq!(ran.code, 0, "{path}: {ran:?}");
        assert_eq!(read(&tree, path), after, "{path}: {}", ran.out);
    }
}

#[test]
fn what_stays_says_why() {
    let make = "all:\n\tOLD_KEY=1 ./run\n";
    let tree = Tree::new(&[("Makefile", make), (".env", "OLD_KEY=1\n")]);
    let ran = tree.run("remove OLD_KEY -y --force");
    assert!(
        ran.out.contains("Makefile:2: stop setting `OLD_KEY` (the line or command says more than this)"),
        "{}",
        ran.out
    );
    assert_eq!(read(&tree, "Makefile"), make);
}

#[test]
fn a_field_that_no_code_uses_goes() {
    for (path, before, after) in [
        (
            "config.py",
            "from pydantic_settings import BaseSettings\n\n\nclass Settings(BaseSettings):\n    # OLD_KEY is old.\n    old_key: str = \"\"\n    \"\"\"Of the past.\"\"\"\n    a_key: str\n",
            "from pydantic_settings import BaseSettings\n\n\nclass Settings(BaseSettings):\n    a_key: str\n",
        ),
        (
            "env.ts",
            "import { z } from \"zod\";\n\nexport const env = z\n  .object({\n    /** Old. */\n    OLD_KEY: z.string().optional(),\n    A_KEY: z.string(),\n  })\n  .parse(process.env);\n",
            "import { z } from \"zod\";\n\nexport const env = z\n  .object({\n    A_KEY: z.string(),\n  })\n  .parse(process.env);\n",
        ),
        (
            "src/main.rs",
            "use serde::Deserialize;\n\n#[derive(Deserialize)]\nstruct Config {\n    /// Old.\n    #[serde(default)]\n    pub old_key: String,\n    pub a_key: String,\n}\n\nfn main() {\n    let config: Config = envy::from_env().unwrap();\n    println!(\"{}\", config.a_key);\n}\n",
            "use serde::Deserialize;\n\n#[derive(Deserialize)]\nstruct Config {\n    pub a_key: String,\n}\n\nfn main() {\n    let config: Config = envy::from_env().unwrap();\n    println!(\"{}\", config.a_key);\n}\n",
        ),
        (
            "main.go",
            "package main\n\nimport \"github.com/caarlos0/env/v11\"\n\ntype Config struct {\n\tOldKey string `env:\"OLD_KEY\"`\n\tAKey   string `env:\"A_KEY\"`\n}\n\nfunc main() {\n\tvar c Config\n\t_ = env.Parse(&c)\n}\n",
            "package main\n\nimport \"github.com/caarlos0/env/v11\"\n\ntype Config struct {\n\tAKey   string `env:\"A_KEY\"`\n}\n\nfunc main() {\n\tvar c Config\n\t_ = env.Parse(&c)\n}\n",
        ),
    ] {
        let tree = Tree::new(&[(path, before), (".env.example", "OLD_KEY=1\nA_KEY=1\n")]);
        let ran = tree.run("remove OLD_KEY -y --force");
        assert_eq!(ran.code, 0, "{path}: {ran:?}");
        assert_eq!(read(&tree, path), after, "{path}: {}", ran.out);
    }
    for (path, text) in [
        (
            "config.py",
            "from pydantic_settings import BaseSettings\n\n\nclass Settings(BaseSettings):\n    old_key: str = \"\"\n    a_key: str\n\n\nprint(Settings().old_key)\n",
        ),
        (
            "only.py",
            "from pydantic_settings import BaseSettings\n\n\nclass Settings(BaseSettings):\n    old_key: str = \"\"\n",
        ),
    ] {
        let tree = Tree::new(&[(path, text), (".env.example", "OLD_KEY=1\nA_KEY=1\n")]);
        let ran = tree.run("remove OLD_KEY -y --force");
        assert!(ran.out.contains(&format!("{path}:5: code reads `OLD_KEY`")), "{}", ran.out);
        assert_eq!(read(&tree, path), text);
    }
}

#[test]
fn what_speaks_of_the_key_alone_goes_with_it() {
    let example = "# Where rows are kept.\nHOST_NAME=a\n# How long answers are kept.\n# In seconds.\nCACHE_TTL=60\nLOG_LEVEL=info\n";
    let section = "HOST_NAME=a\n# All that is tuned.\nCACHE_TTL=60\nCACHE_SIZE=1\n";
    let rust = "use serde::Deserialize;\n\n#[derive(Deserialize)]\npub struct Settings {\n    pub host_name: String,\n    #[serde(default = \"ttl\")]\n    pub cache_ttl: u64,\n    pub log_level: String,\n}\n\n/// A minute.\nfn ttl() -> u64 {\n    60\n}\n\npub fn load() -> Settings {\n    envy::from_env().unwrap()\n}\n";
    let shared = rust.replace("pub log_level: String", "#[serde(default = \"ttl\")]\n    pub log_level: u64");
    let go = "package main\n\nimport \"github.com/caarlos0/env/v11\"\n\ntype Config struct {\n\tHostName string `env:\"HOST_NAME\"`\n\t// CacheTTL is how long answers are kept.\n\tCacheTTL int `env:\"CACHE_TTL\"`\n\tLogLevel string `env:\"LOG_LEVEL\"`\n}\n\nfunc main() {\n\tvar c Config\n\t_ = env.Parse(&c)\n}\n";
    let tree = Tree::new(&[
        (".env.example", example),
        ("b/.env.example", section),
        ("src/config.rs", rust),
        ("d/main.go", go),
    ]);
    let ran = tree.run("remove CACHE_TTL -y");
    assert_eq!(ran.code, 0, "{ran:?}");
    let without = |text: &str, part: &str| {
        assert!(text.contains(part), "{part}");
        text.replace(part, "")
    };
    let told = "# How long answers are kept.\n# In seconds.\nCACHE_TTL=60\n";
    assert_eq!(read(&tree, ".env.example"), without(example, told));
    assert_eq!(read(&tree, "b/.env.example"), without(section, "CACHE_TTL=60\n"));
    let field = "    #[serde(default = \"ttl\")]\n    pub cache_ttl: u64,\n";
    let alone = without(rust, "/// A minute.\nfn ttl() -> u64 {\n    60\n}\n\n");
    assert_eq!(read(&tree, "src/config.rs"), without(&alone, field));
    let field = "\t// CacheTTL is how long answers are kept.\n\tCacheTTL int `env:\"CACHE_TTL\"`\n";
    assert_eq!(read(&tree, "d/main.go"), without(go, field));
    let tree = Tree::new(&[(".env.example", example), ("src/config.rs", &shared)]);
    assert_eq!(tree.run("remove CACHE_TTL -y").code, 0);
    let field = "    #[serde(default = \"ttl\")]\n    pub cache_ttl: u64,\n";
    assert_eq!(read(&tree, "src/config.rs"), without(&shared, field), "another field has the same default");
}
