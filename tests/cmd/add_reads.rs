//! `add` where code reads its variables one by one, without a class, and in schemas of Joi.

use super::Tree;

fn read(tree: &Tree, path: &str) -> String {
    std::fs::read_to_string(tree.path().join(path)).unwrap()
}

/// What the code of the one service becomes when `lines` are carried out in turn.
fn added(path: &str, code: &str, lines: &[&str]) -> String {
    let tree = Tree::new(&[
        ("Dockerfile", "FROM scratch\nCOPY . .\n"),
        (
            "compose.yaml",
            "services:\n  api:\n    build: .\n    environment:\n      HOST_NAME: ${HOST_NAME:-a}\n",
        ),
        (".env.example", "HOST_NAME=a\n"),
    ]);
    tree.write(path, code);
    for line in lines {
        let ran = tree.run(&format!("add {line} --yes"));
        assert_eq!(ran.code, 0, "{line}: {ran:?}");
        assert!(
            !ran.out.contains("no settings class") && !ran.out.contains("by hand:\n  main"),
            "{line}: {}",
            ran.out
        );
        let again = tree.run(&format!("add {line} --yes"));
        assert!(again.code == 2 && again.err.contains("is there already"), "{line}: {again:?}");
    }
    read(&tree, path)
}

const SIX: &[&str] = &[
    "PAGE_SIZE --kind backend --type int --default 20 --about Rows.",
    "MAX_ROWS --kind backend --type int",
    "API_BASE_URL --kind backend --type url --required",
    "HAS_MAIL --kind backend --type bool --default True",
    "LOG_NAME --kind backend --default shop",
    "STRIPE_API_KEY --kind secret",
];

#[test]
fn a_module_of_python_reads_it() {
    let code = "import os\n\nHOST_NAME = os.getenv(\"HOST_NAME\", \"a\")\nTOKEN = os.environ[\"TOKEN\"]\nWORKERS = int(os.getenv(\"WORKERS\", \"2\"))  # of them\n\n\ndef run():\n    pass\n";
    let expected = "  # of them\n# Rows.\nPAGE_SIZE = int(os.getenv(\"PAGE_SIZE\", \"20\"))\n\
        MAX_ROWS = int(os.getenv(\"MAX_ROWS\")) if os.getenv(\"MAX_ROWS\") else None\n\
        API_BASE_URL = os.environ[\"API_BASE_URL\"]\n\
        HAS_MAIL = os.getenv(\"HAS_MAIL\", \"true\").lower() == \"true\"\n\
        LOG_NAME = os.getenv(\"LOG_NAME\", \"shop\")\n\
        STRIPE_API_KEY = os.getenv(\"STRIPE_API_KEY\")\n";
    assert_eq!(added("config.py", code, SIX), code.replace("  # of them\n", expected));
}

#[test]
fn a_class_of_flask_reads_it() {
    let code = "import os\n\n\nclass Config:\n    SECRET_KEY = os.environ.get('SECRET_KEY')\n    HOST_NAME = os.environ.get('HOST_NAME') or 'a'\n\n\nclass Testing(Config):\n    TESTING = True\n";
    let expected = "or 'a'\n    # Rows.\n    PAGE_SIZE = int(os.environ.get('PAGE_SIZE', '20'))\n\
        \x20   MAX_ROWS = int(os.environ.get('MAX_ROWS')) if os.environ.get('MAX_ROWS') else None\n\
        \x20   API_BASE_URL = os.environ['API_BASE_URL']\n\
        \x20   HAS_MAIL = os.environ.get('HAS_MAIL', 'true').lower() == 'true'\n\
        \x20   LOG_NAME = os.environ.get('LOG_NAME', 'shop')\n\
        \x20   STRIPE_API_KEY = os.environ.get('STRIPE_API_KEY')\n";
    assert_eq!(added("app/config.py", code, SIX), code.replace("or 'a'\n", expected));
    let crlf = code.replace('\n', "\r\n");
    assert_eq!(added("app/config.py", &crlf, SIX), code.replace("or 'a'\n", expected).replace('\n', "\r\n"));
}

#[test]
fn settings_of_django_read_it() {
    let head = "import environ\n\nenv = environ.Env(DEBUG=(bool, False))\n\nDEBUG = env(\"DEBUG\")\nHOST_NAME = env(\"HOST_NAME\", default=\"a\")\n";
    let tail = "\nDATABASES = {\"default\": env.db(\"DATABASE_URL\")}\n";
    let expected = "# Rows.\nPAGE_SIZE = env.int(\"PAGE_SIZE\", default=20)\nMAX_ROWS = env.int(\"MAX_ROWS\", default=None)\n\
        API_BASE_URL = env(\"API_BASE_URL\")\nHAS_MAIL = env.bool(\"HAS_MAIL\", default=True)\n\
        LOG_NAME = env(\"LOG_NAME\", default=\"shop\")\nSTRIPE_API_KEY = env(\"STRIPE_API_KEY\", default=None)\n";
    assert_eq!(added("shop/settings.py", &format!("{head}{expected}"), &[]), format!("{head}{expected}"));
    assert_eq!(added("shop/settings.py", head, SIX), format!("{head}{expected}"));
    let whole =
        added("shop/settings/base.py", &format!("{head}{tail}"), &["PAGE_SIZE --kind backend --type int"]);
    assert!(whole.contains("PAGE_SIZE = env.int(\"PAGE_SIZE\", default=None)\n"), "{whole}");
}

#[test]
fn an_object_of_typescript_takes_it() {
    let code = "export const config = {\n  hostName: process.env.HOST_NAME || 'a',\n  token: process.env.TOKEN!,\n  mail: { from: process.env.MAIL_FROM },\n};\n";
    let expected = "MAIL_FROM },\n  /** Rows. */\n  pageSize: Number(process.env.PAGE_SIZE || 20),\n\
        \x20 maxRows: process.env.MAX_ROWS ? Number(process.env.MAX_ROWS) : undefined,\n\
        \x20 apiBaseUrl: process.env.API_BASE_URL!,\n\
        \x20 hasMail: (process.env.HAS_MAIL || 'true') === 'true',\n\
        \x20 logName: process.env.LOG_NAME || 'shop',\n\
        \x20 stripeApiKey: process.env.STRIPE_API_KEY,\n};\n";
    assert_eq!(added("src/config.ts", code, SIX), code.replace("MAIL_FROM },\n};\n", expected));
}

#[test]
fn arguments_of_clap_take_it() {
    let head = "use clap::Parser;\n\n#[derive(Parser)]\nstruct Cli {\n    /// The address.\n    #[arg(long, env = \"HOST_NAME\", default_value = \"a\")]\n    pub host_name: String,\n";
    let tail = "    #[arg(short)]\n    verbose: bool,\n}\n\nfn main() {\n    let cli = Cli::parse();\n    println!(\"{}\", cli.host_name);\n}\n";
    let expected = "    /// Rows.\n    #[arg(long, env = \"PAGE_SIZE\", default_value_t = 20)]\n    pub page_size: i64,\n\
        \x20   #[arg(long, env = \"MAX_ROWS\")]\n    pub max_rows: Option<i64>,\n\
        \x20   #[arg(long, env = \"API_BASE_URL\")]\n    pub api_base_url: String,\n\
        \x20   #[arg(long, env = \"LOG_NAME\", default_value = \"shop\")]\n    pub log_name: String,\n\
        \x20   #[arg(long, env = \"STRIPE_API_KEY\")]\n    pub stripe_api_key: Option<String>,\n";
    let five: Vec<&str> = SIX.iter().copied().filter(|line| !line.starts_with("HAS_MAIL")).collect();
    assert_eq!(added("src/main.rs", &format!("{head}{tail}"), &five), format!("{head}{expected}{tail}"));
}

#[test]
fn a_schema_of_joi_gets_entries() {
    let head = "import { Module } from '@nestjs/common';\nimport { ConfigModule } from '@nestjs/config';\nimport * as Joi from 'joi';\n\n@Module({\n  imports: [\n    ConfigModule.forRoot({\n      validationSchema: Joi.object({\n        HOST_NAME: Joi.string().default('a'),\n";
    let tail = "      }),\n    }),\n  ],\n})\nexport class AppModule {}\n";
    let expected = "        /** Rows. */\n        PAGE_SIZE: Joi.number().integer().default(20),\n        MAX_ROWS: Joi.number().integer(),\n\
        \x20       API_BASE_URL: Joi.string().uri().required(),\n        HAS_MAIL: Joi.boolean().default(true),\n\
        \x20       LOG_NAME: Joi.string().default('shop'),\n        STRIPE_API_KEY: Joi.string().allow(''),\n";
    assert_eq!(added("src/app.module.ts", &format!("{head}{tail}"), SIX), format!("{head}{expected}{tail}"));
}

#[test]
fn a_schema_that_extends_another_gets_the_entry() {
    let code = "import { z } from \"zod\";\n\nconst base = z.object({\n  HOST_NAME: z.string(),\n});\n\nexport const env = base.extend({\n  MAIL_FROM: z.string(),\n}).parse(process.env);\n";
    let expected = code.replace(
        "  MAIL_FROM: z.string(),\n",
        "  MAIL_FROM: z.string(),\n  LOG_NAME: z.string().optional(),\n",
    );
    assert_eq!(added("src/env.ts", code, &["LOG_NAME --kind backend"]), expected);
}

#[test]
fn reads_in_passing_are_no_list() {
    let tree = Tree::new(&[
        ("Dockerfile", "FROM scratch\nCOPY . .\n"),
        (".env.example", "HOST_NAME=a\n"),
        ("main.py", "import os\n\nHOST = os.environ[\"HOST_NAME\"]\n"),
        ("next.config.js", "module.exports = { a: process.env.A_KEY, b: process.env.B_KEY };\n"),
        (
            "src/config.ts",
            "export const config: Config = {\n  a: process.env.A_KEY,\n  b: process.env.B_KEY,\n};\n",
        ),
    ]);
    let ran = tree.run("add PAGE_SIZE --kind backend --yes");
    assert_eq!(ran.code, 0, "{ran:?}");
    assert!(ran.out.contains("  src/config.ts:1: read `PAGE_SIZE` in the object"), "{}", ran.out);
    assert!(ran.out.ends_with("changed 1 file\n"), "{}", ran.out);
}

#[test]
fn what_only_code_reads_gets_the_rest_of_its_way() {
    let code = "import os\n\nTTL = int(os.getenv(\"CACHE_TTL\", \"60\"))\nURL = os.environ[\"HOST_NAME\"]\n";
    let class = "from pydantic_settings import BaseSettings\n\n\nclass S(BaseSettings):\n    cache_ttl: int = 60\n    host_name: str\n";
    for code in [code, class] {
        let tree = Tree::new(&[
            ("Dockerfile", "FROM scratch\nCOPY . .\n"),
            (
                "compose.yaml",
                "services:\n  api:\n    build: .\n    environment:\n      HOST_NAME: ${HOST_NAME:?}\n",
            ),
            (".env.example", "HOST_NAME=a\n"),
            ("app/config.py", code),
        ]);
        let ran = tree.run("add CACHE_TTL --kind backend --yes");
        assert!(ran.code == 0 && !ran.out.contains("by hand"), "{ran:?}");
        assert_eq!(read(&tree, "app/config.py"), code, "it is read already");
        assert_eq!(read(&tree, ".env.example"), "HOST_NAME=a\n# A whole number.\nCACHE_TTL=60\n");
        let compose = read(&tree, "compose.yaml");
        assert!(compose.ends_with("      CACHE_TTL: ${CACHE_TTL:-60}\n"), "{compose}");
        let again = tree.run("add CACHE_TTL --kind backend --yes");
        assert!(again.code == 2 && again.err.contains("is there already"), "{again:?}");
    }
}
