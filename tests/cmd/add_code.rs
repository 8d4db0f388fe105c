//! `add` in the schemas and structs of Go, valibot and envalid, and `rename` and `remove` there.

use super::Tree;

fn read(tree: &Tree, path: &str) -> String {
    std::fs::read_to_string(tree.path().join(path)).unwrap()
}

/// One service `api` with its code.
fn api(path: &str, code: &str) -> Tree {
    let tree = Tree::new(&[
        ("api/Dockerfile", "FROM scratch\nCOPY . .\n"),
        (
            "compose.yaml",
            "services:\n  api:\n    build: ./api\n    environment:\n      HOST_NAME: ${HOST_NAME:-a}\n",
        ),
        (".env.example", "HOST_NAME=a\n"),
    ]);
    tree.write(path, code);
    tree
}

/// What the code becomes when `lines` are carried out in turn; each only once, and no finding comes up.
fn added(path: &str, code: &str, lines: &[&str]) -> String {
    let tree = api(path, code);
    for line in lines {
        let ran = tree.run(&format!("add {line} --service api --yes"));
        assert_eq!(ran.code, 0, "{line}: {ran:?}");
        assert!(!ran.out.contains("no settings class"), "{line}: {}", ran.out);
        let again = tree.run(&format!("add {line} --service api --yes"));
        assert!(again.code == 2 && again.err.contains("is there already"), "{line}: {again:?}");
    }
    let check = tree.run("check");
    assert_eq!(check.code, 0, "{check:?}");
    read(&tree, path)
}

const FIVE: &[&str] = &[
    "PAGE_SIZE --kind backend --type int --default 20 --about Rows.",
    "API_BASE_URL --kind backend --type url --required",
    "ROUNDING --kind backend --type float",
    "HAS_MAIL --kind backend --type bool --default True",
    "STRIPE_API_KEY --kind secret",
];

#[test]
fn a_struct_of_caarlos0_gets_fields() {
    let head = "package main\n\nimport \"github.com/caarlos0/env/v11\"\n\n";
    let tail = "\nfunc main() {\n\tvar config Config\n\t_ = env.Parse(&config)\n}\n";
    let code = format!(
        "{head}type Config struct {{\n\tHost string `env:\"HOST_NAME\" envDefault:\"a\"` // of us\n}}\n{tail}"
    );
    let expected = "type Config struct {\n\tHost string `env:\"HOST_NAME\" envDefault:\"a\"` // of us\n\t// Rows.\n\
        \tPageSize     int     `env:\"PAGE_SIZE\" envDefault:\"20\"`\n\
        \tAPIBaseURL   string  `env:\"API_BASE_URL,required\"`\n\
        \tRounding     float64 `env:\"ROUNDING\"`\n\
        \tHasMail      bool    `env:\"HAS_MAIL\" envDefault:\"true\"`\n\
        \tStripeAPIKey string  `env:\"STRIPE_API_KEY\"`\n}\n";
    assert_eq!(added("api/main.go", &code, FIVE), format!("{head}{expected}{tail}"));
    let crlf = code.replace('\n', "\r\n");
    let expected = format!("{head}{expected}{tail}").replace('\n', "\r\n");
    assert_eq!(added("api/main.go", &crlf, FIVE), expected);
}

#[test]
fn a_struct_of_envconfig_gets_fields() {
    let head = "package main\n\nimport \"github.com/kelseyhightower/envconfig\"\n\n";
    let tail = "\nfunc main() {\n\tvar config Config\n\tenvconfig.MustProcess(\"\", &config)\n}\n";
    let code = format!(
        "{head}type Config struct {{\n\tHostName string `split_words:\"true\" default:\"a\" desc:\"Of us.\"`\n}}\n{tail}"
    );
    let expected = "type Config struct {\n\
        \tHostName     string  `split_words:\"true\" default:\"a\" desc:\"Of us.\"`\n\
        \tPageSize     int     `envconfig:\"PAGE_SIZE\" default:\"20\" desc:\"Rows.\"`\n\
        \tAPIBaseURL   string  `envconfig:\"API_BASE_URL\" required:\"true\"`\n\
        \tRounding     float64 `envconfig:\"ROUNDING\"`\n\
        \tHasMail      bool    `envconfig:\"HAS_MAIL\" default:\"true\"`\n\
        \tStripeAPIKey string  `envconfig:\"STRIPE_API_KEY\"`\n}\n";
    assert_eq!(added("api/main.go", &code, FIVE), format!("{head}{expected}{tail}"));
}

#[test]
fn a_prefix_stands_in_no_tag() {
    let code = "package main\n\nimport \"github.com/kelseyhightower/envconfig\"\n\ntype Config struct {\n\tHost string `envconfig:\"HOST_NAME\" default:\"a\"`\n\n\tother int\n}\n\nvar config Config\n\nfunc main() { envconfig.MustProcess(\"shop\", &config) }\n";
    let line = "SHOP_PAGE_SIZE --kind backend --type int --default 20 --about Rows.";
    let expected = code.replace(
        "\n\n\tother",
        "\n\t// Rows.\n\tPageSize int `envconfig:\"PAGE_SIZE\" default:\"20\"`\n\n\tother",
    );
    assert_eq!(added("api/main.go", code, &[line]), expected);
}

#[test]
fn columns_stay_columns() {
    let head = "package main\n\nimport \"github.com/caarlos0/env/v11\"\n\n";
    let tail = "\nfunc main() { _ = env.Parse(&Config{}) }\n";
    for (before, after) in [
        (
            "\tHost     string `env:\"HOST_NAME\" envDefault:\"a\"`\n\tLongName string `json:\"x\"`\n",
            "\tHost     string `env:\"HOST_NAME\" envDefault:\"a\"`\n\tPageSize int    `env:\"PAGE_SIZE\"`\n\tLongName string `json:\"x\"`\n",
        ),
        (
            "\tA, B string\n\tHost string `env:\"HOST_NAME\" envDefault:\"a\"` // x\n\tC    []byte `json:\"x\"`                       // y\n",
            "\tA, B     string\n\tHost     string `env:\"HOST_NAME\" envDefault:\"a\"` // x\n\tPageSize int    `env:\"PAGE_SIZE\"`\n\tC        []byte `json:\"x\"` // y\n",
        ),
        // Nobody runs gofmt here.
        (
            "\tHost  string `env:\"HOST_NAME\" envDefault:\"a\"`\n",
            "\tHost  string `env:\"HOST_NAME\" envDefault:\"a\"`\n\tPageSize int `env:\"PAGE_SIZE\"`\n",
        ),
    ] {
        let code = |fields: &str| format!("{head}type Config struct {{\n{fields}}}\n{tail}");
        assert_eq!(
            added("api/main.go", &code(before), &["PAGE_SIZE --kind backend --type int"]),
            code(after)
        );
    }
}

#[test]
fn a_schema_of_valibot_gets_entries() {
    let head = "import * as v from 'valibot';\n\nexport const env = v.parse(\n  v.object({\n    HOST_NAME: v.optional(v.string(), 'a'),\n";
    let tail = "  }),\n  process.env,\n);\n";
    let expected = "    /** Rows. */\n    PAGE_SIZE: v.optional(v.pipe(v.string(), v.transform(Number), v.integer()), '20'),\n\
        \x20   API_BASE_URL: v.pipe(v.string(), v.url()),\n\
        \x20   ROUNDING: v.optional(v.pipe(v.string(), v.transform(Number), v.number())),\n\
        \x20   HAS_MAIL: v.optional(v.picklist(['true', 'false']), 'true'),\n\
        \x20   STRIPE_API_KEY: v.optional(v.string()),\n";
    assert_eq!(added("api/env.ts", &format!("{head}{tail}"), FIVE), format!("{head}{expected}{tail}"));
}

#[test]
fn a_schema_of_envalid_gets_entries() {
    for (import, space) in [
        ("import { cleanEnv, str } from \"envalid\";", ""),
        ("import * as envalid from \"envalid\";", "envalid."),
    ] {
        let call = if space.is_empty() { "cleanEnv" } else { "envalid.cleanEnv" };
        let head = format!(
            "\n\nexport const env = {call}(process.env, {{\n  HOST_NAME: {space}str({{ default: \"a\" }})"
        );
        let expected = format!(
            ",\n  PAGE_SIZE: {space}num({{ default: 20, desc: \"Rows.\" }}),\n  API_BASE_URL: {space}url(),\n  \
             ROUNDING: {space}num({{ default: undefined }}),\n  HAS_MAIL: {space}bool({{ default: true }}),\n  \
             STRIPE_API_KEY: {space}str({{ default: undefined }})\n}});\n"
        );
        let imported = import.replace(", str", ", str, num, url, bool");
        assert_eq!(
            added("api/env.ts", &format!("{import}{head}\n}});\n"), FIVE),
            format!("{imported}{head}{expected}")
        );
    }
}

#[test]
fn a_schema_in_other_words_is_left_to_people() {
    let code = "import * as v from 'valibot';\n\nexport const env = v.parse(v.object({\n  HOST_NAME: v.string([v.minLength(1)]),\n}), process.env);\n";
    let tree = api("api/env.ts", code);
    let ran = tree.run("add PAGE_SIZE --kind backend --service api --type int --yes");
    assert_eq!(ran.code, 0, "{ran:?}");
    assert_eq!(read(&tree, "api/env.ts"), code);
    assert!(ran.out.contains("api/env.ts: add `PAGE_SIZE` to the schema"), "{}", ran.out);
}

#[test]
fn keys_of_tags_are_renamed_and_removed() {
    let code = "package main\n\nimport \"github.com/kelseyhightower/envconfig\"\n\ntype Config struct {\n\tHost string `envconfig:\"HOST_NAME\" default:\"a\"`\n\tPort int    `default:\"1\"`\n}\n\nvar config Config\n\nfunc main() {\n\tenvconfig.MustProcess(\"shop\", &config)\n\tprintln(config.Host, config.Port)\n}\n";
    let tree = api("api/main.go", code);
    let ran = tree.run("rename SHOP_HOST_NAME SHOP_BIND_HOST --yes");
    assert_eq!(ran.code, 0, "{ran:?}");
    assert_eq!(read(&tree, "api/main.go"), code.replace("\"HOST_NAME\"", "\"BIND_HOST\""));
    let ran = tree.run("rename SHOP_PORT SHOP_BIND_PORT --yes");
    assert_eq!(ran.code, 0, "{ran:?}");
    assert!(ran.out.contains("api/main.go:7: the field `Port` reads `SHOP_PORT` by its name"), "{}", ran.out);
    let ran = tree.run("remove SHOP_BIND_HOST --yes");
    assert_eq!(ran.code, 0, "{ran:?}");
    assert!(ran.out.contains("api/main.go:6: code reads `SHOP_BIND_HOST`"), "{}", ran.out);
}

#[test]
fn a_class_of_class_validator_gets_fields_like_its_others() {
    let head = "import { IsInt, IsOptional, IsString, Min } from 'class-validator';\n\n\
        export class EnvironmentVariables {\n  @IsString()\n  HOST_NAME: string;\n\n  \
        @IsOptional()\n  @IsString()\n  MAIL_SENDER?: string; // shown to all\n\n  \
        @IsInt()\n  @Min(1)\n  PAGE_SIZE: number;\n";
    let code = format!("{head}}}\n");
    let lines = &["API_TOKEN --kind secret --required", "REPLY_TO --kind backend --about Answers."];
    let tree = api("api/src/env.validation.ts", &code);
    for line in lines {
        let ran = tree.run(&format!("add {line} --service api --yes"));
        assert_eq!(ran.code, 0, "{line}: {ran:?}");
    }
    let expected = format!(
        "{head}\n  @IsString()\n  API_TOKEN: string;\n\n  /** Answers. */\n  @IsOptional()\n  @IsString()\n  REPLY_TO?: string;\n}}\n"
    );
    assert_eq!(read(&tree, "api/src/env.validation.ts"), expected);
    // No field shows how a number without bounds is written.
    let ran = tree.run("add MAX_ROWS --kind backend --type int --required --service api --yes");
    assert!(ran.code == 0 && ran.out.contains("env.validation.ts"), "{ran:?}");
    assert_eq!(read(&tree, "api/src/env.validation.ts"), expected);
}

#[test]
fn a_schema_about_something_else_is_left_alone() {
    let slack = "import { z } from \"zod\";\n\nexport const env = z\n  .object({\n    SLACK_CLIENT_ID: z.string(),\n    SLACK_CHANNEL: z.string(),\n  })\n  .parse(process.env);\n";
    let tree = Tree::new(&[
        ("Dockerfile", "FROM scratch\nCOPY . .\n"),
        (
            "compose.yaml",
            "services:\n  api:\n    build: .\n    environment:\n      SLACK_CHANNEL: ${SLACK_CHANNEL:-a}\n",
        ),
        (".env.example", "SLACK_CHANNEL=a\n"),
        ("src/slack/env.ts", slack),
    ]);
    let ran = tree.run("add PAGE_SIZE --kind backend --type int --default 20 --yes");
    assert!(ran.code == 0 && ran.out.contains("no settings class was found"), "{ran:?}");
    let path = tree.path().join("src/slack/env.ts");
    assert_eq!(std::fs::read_to_string(&path).unwrap(), slack);
    let ran = tree.run("add SLACK_LIMIT --kind backend --type int --default 20 --yes");
    assert_eq!(ran.code, 0, "{ran:?}");
    assert!(std::fs::read_to_string(&path).unwrap().contains("SLACK_LIMIT: z.coerce.number()"), "{ran:?}");
}
