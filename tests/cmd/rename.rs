//! `rename`: what is refused, what is left to people, and what is not shown.

use super::Tree;

fn read(tree: &Tree, path: &str) -> String {
    std::fs::read_to_string(tree.path().join(path)).unwrap()
}

#[test]
fn short_secrets_are_shown_under_neither_name() {
    let files = [
        (".env", "DB_PASSWORD=q7z\nLOG_LEVEL=x\n"),
        ("app.py", "import os\n\nP = os.getenv(\"DB_PASSWORD\", \"q7z\")\n"),
        ("fly.toml", "app = \"x\"\n[env]\nDB_PASSWORD = \"q7z\"\n"),
        ("b/app.py", "import os\n\nP = os.getenv(\n    \"DB_PASSWORD\",\n    \"q7*z\",\n)\n"),
        ("c/app.py", "import os\n\nP = os.getenv(\"DB_PASSWORD\", \"q7z-DB_PASSWORD\")\n"),
    ];
    let tree = Tree::new(&files);
    let ran = tree.run("rename DB_PASSWORD DB_THING -n");
    assert!(ran.out.contains("+DB_THING=***"), "{}", ran.out);
    assert!(!format!("{ran:?}").contains("q7"), "{ran:?}");
    let other: Vec<_> = files.map(|(path, text)| (path, text.replace("DB_PASSWORD", "DB_THING"))).into();
    let other: Vec<(&str, &str)> = other.iter().map(|(path, text)| (*path, text.as_str())).collect();
    let ran = Tree::new(&other).run("rename DB_THING DB_PASSWORD -n");
    assert!(ran.out.contains("-DB_THING=***"), "{}", ran.out);
    assert!(!format!("{ran:?}").contains("q7"), "{ran:?}");
}

#[test]
fn findings_that_come_up_tell_no_secret() {
    let tree = Tree::new(&[
        ("app.py", "import os\n\nP = os.getenv(\"DB_PASSWORD\", \"q7z\")\n"),
        ("b/app.py", "import os\n\nP = os.getenv(\"DB_PASSWORD\", \"q8z\")\n"),
        (".env.example", "DB_PASSWORD=q9z\n"),
    ]);
    for line in ["rename DB_PASSWORD DB_THING -n", "rename DB_PASSWORD DB_THING", "remove DB_PASSWORD -n"] {
        let ran = tree.run(line);
        for secret in ["q7z", "q8z", "q9z"] {
            assert!(!format!("{ran:?}").contains(secret), "{line}: {ran:?}");
        }
    }
}

#[test]
fn a_difference_of_repairs_shows_no_short_secret() {
    let tree = Tree::new(&[
        (".env", "PAYMENT_TOEKN=q7z\n"),
        ("main.py", "import os\n\nTOKEN = os.environ[\"PAYMENT_TOKEN\"]\n"),
    ]);
    let ran = tree.run("check --diff --unsafe-fixes");
    assert!(ran.out.contains("+PAYMENT_TOKEN=***"), "{ran:?}");
    assert!(!format!("{ran:?}").contains("q7z"), "{ran:?}");
}

#[test]
fn a_name_that_code_has_already_is_refused() {
    let settings = "from pydantic_settings import BaseSettings\n\n\nclass Base(BaseSettings):\n    cache_url: str = \"\"\n\n\nclass Settings(Base):\n    redis_url: str\n";
    for (path, text, place) in [
        ("index.ts", "const CACHE_URL = \"local\";\nconst { REDIS_URL } = process.env;\n", "index.ts:1"),
        (
            "src/main.rs",
            "const REDIS_URL: &str = \"REDIS_URL\";\nfn main() {\n    let CACHE_URL = 1;\n    std::env::var(REDIS_URL);\n}\n",
            "src/main.rs:3",
        ),
        (
            "s.py",
            "from pydantic import Field\nfrom pydantic_settings import BaseSettings\n\n\nclass S(BaseSettings):\n    cache_url: str = Field(\"x\", alias=\"CACHE_DSN\")\n    redis_url: str = \"r\"\n",
            "s.py:6",
        ),
        (
            "t.py",
            "from pydantic_settings import BaseSettings\n\n\nclass S(BaseSettings):\n    redis_url: str = \"r\"\n\n    @property\n    def cache_url(self):\n        return self.redis_url\n",
            "t.py:8",
        ),
        ("u.py", settings, "u.py:5"),
    ] {
        let tree = Tree::new(&[(".env.example", "REDIS_URL=x\n"), (path, text)]);
        let ran = tree.run("rename REDIS_URL CACHE_URL --yes");
        // A second field of a class above is a key of its own.
        let told = [
            format!("`CACHE_URL` is there already, at {place}"),
            format!("`cache_url` is there already, at {place}"),
            "`CACHE_URL` exists already".to_owned(),
        ];
        assert_eq!(ran.code, 2, "{text}: {ran:?}");
        assert!(told.iter().any(|told| ran.err.contains(told.as_str())), "{text}: {}", ran.err);
        assert_eq!(read(&tree, path), text);
    }
    let tree = Tree::new(&[
        (
            "a.go",
            "package a\n\nimport \"os\"\n\nconst REDIS_URL = \"REDIS_URL\"\n\nvar u = os.Getenv(REDIS_URL)\n",
        ),
        ("b.go", "package a\n\nvar CACHE_URL = \"x\"\n"),
    ]);
    let ran = tree.run("rename REDIS_URL CACHE_URL --yes");
    assert!(ran.code == 2 && ran.err.contains("`CACHE_URL` is there already, at b.go:3"), "{ran:?}");
}

#[test]
fn a_name_of_something_apart_is_not_in_the_way() {
    let tree = Tree::new(&[
        (".env.example", "REDIS_URL=x\n"),
        (
            "a.ts",
            "// CACHE_URL was here.\nexport const url = process.env.REDIS_URL;\nexport const name = \"CACHE_URL is no key\";\n",
        ),
        ("b.ts", "const CACHE_URL = 1;\nexport const url = process.env.REDIS_URL + CACHE_URL;\n"),
        (
            "c.py",
            "from pydantic_settings import BaseSettings\n\n\nclass S(BaseSettings):\n    redis_url: str\n\n\nclass Other:\n    cache_url = 1\n\n\ndef f(cache_url):\n    return cache_url\n",
        ),
    ]);
    let ran = tree.run("rename REDIS_URL CACHE_URL --yes");
    assert_eq!(ran.code, 0, "{ran:?}");
    assert!(read(&tree, "b.ts").contains("process.env.CACHE_URL + CACHE_URL"));
    assert!(read(&tree, "c.py").contains("class S(BaseSettings):\n    cache_url: str\n"));
}

#[test]
fn attributes_of_other_objects_stay() {
    let config = "from functools import lru_cache\n\nfrom pydantic_settings import BaseSettings\n\n\nclass Settings(BaseSettings):\n    redis_url: str\n\n    def shown(self):\n        return self.redis_url\n\n\n@lru_cache\ndef get_settings():\n    return Settings()\n\n\nsettings = Settings()\n";
    let uses = "from fastapi import Depends\n\nfrom config import Settings, get_settings, settings as conf\nfrom config import settings\nimport config\n\n\nclass Other:\n    redis_url = 1\n\n    def f(self):\n        return self.redis_url\n\n\no = Other()\na = o.redis_url\nb = settings.redis_url\nc = config.settings.redis_url\nd = get_settings().redis_url\ne = conf.redis_url\n\n\ndef f(s: Settings = Depends(get_settings), t=Depends(get_settings)):\n    return f\"{s.redis_url}\", t.redis_url\n\n\ndef g(settings):\n    return settings.redis_url\n\n\nclass App:\n    def __init__(self):\n        self.conf = get_settings()\n\n    def h(self):\n        return self.conf.redis_url\n";
    let tree = Tree::new(&[(".env.example", "REDIS_URL=x\n"), ("config.py", config), ("uses.py", uses)]);
    let ran = tree.run("rename REDIS_URL CACHE_URL --yes");
    assert_eq!(ran.code, 0, "{ran:?}");
    assert_eq!(read(&tree, "config.py"), config.replace("redis_url", "cache_url"));
    let kept = ["redis_url = 1", "self.redis_url", "o.redis_url", "return settings.redis_url"];
    let mut expected = uses.replace("redis_url", "cache_url");
    for kept in kept {
        expected = expected.replace(&kept.replace("redis_url", "cache_url"), kept);
    }
    assert_eq!(read(&tree, "uses.py"), expected, "{}", ran.out);
    assert!(ran.out.contains("  uses.py:28: `redis_url` may be the field"), "{}", ran.out);
}

#[test]
fn fields_of_rust_are_renamed_where_the_object_is_known() {
    let code = "use serde::Deserialize;\nuse std::sync::Arc;\n\n#[derive(Deserialize)]\nstruct Config {\n    redis_url: String,\n}\n\nstruct Other {\n    redis_url: u8,\n}\n\nstruct State {\n    config: Arc<Config>,\n}\n\nimpl Config {\n    fn shown(&self) -> &str {\n        &self.redis_url\n    }\n}\n\nimpl Other {\n    fn shown(&self) -> u8 {\n        self.redis_url\n    }\n}\n\nfn load() -> Config {\n    envy::from_env().unwrap()\n}\n\nfn run(state: State, other: Other) {\n    let c = load();\n    println!(\"{}\", c.redis_url);\n    go(state.config.redis_url.clone(), other.redis_url);\n}\n\nfn main() {\n    let config: Config = envy::from_env().unwrap();\n    go(config.redis_url, 1);\n}\n";
    let tree = Tree::new(&[(".env.example", "REDIS_URL=x\n"), ("src/main.rs", code)]);
    let ran = tree.run("rename REDIS_URL CACHE_URL --yes");
    assert_eq!(ran.code, 0, "{ran:?}");
    let mut expected = code.replace("redis_url", "cache_url");
    for kept in ["    redis_url: u8", "        self.redis_url\n", "other.redis_url"] {
        expected = expected.replace(&kept.replace("redis_url", "cache_url"), kept);
    }
    assert_eq!(read(&tree, "src/main.rs"), expected, "{}", ran.out);
}

#[test]
fn a_key_behind_a_prefix_keeps_the_prefix_or_waits() {
    let code = "from pydantic_settings import BaseSettings, SettingsConfigDict\n\n\nclass DB(BaseSettings):\n    model_config = SettingsConfigDict(env_prefix=\"DB_\")\n    host: str\n\n\ndb = DB()\nprint(db.host)\n";
    let tree = Tree::new(&[(".env.example", "DB_HOST=x\n"), ("config.py", code)]);
    let ran = tree.run("rename DB_HOST DATABASE_HOST --yes");
    assert_eq!(ran.code, 2, "{ran:?}");
    let told =
        "config.py:6: `host` reads `DB_HOST` behind the prefix `DB_`: give it the alias `DATABASE_HOST`";
    assert!(ran.out.contains(told), "{}", ran.out);
    assert!(ran.err.contains("nothing was changed: 1 place would keep the old name"), "{}", ran.err);
    assert_eq!(read(&tree, ".env.example"), "DB_HOST=x\n");
    assert_eq!(tree.run("rename DB_HOST DATABASE_HOST -n").code, 0, "to look is not refused");
    assert_eq!(tree.run("rename DB_HOST DATABASE_HOST --yes --force").code, 0);
    assert_eq!(read(&tree, ".env.example"), "DATABASE_HOST=x\n");
    tree.write(".env.example", "DB_HOST=x\n");
    assert_eq!(tree.run("rename DB_HOST DB_SERVER --yes").code, 0);
    assert_eq!(read(&tree, "config.py"), code.replace("host", "server"));
}

#[test]
fn a_second_name_is_a_name() {
    let code = "from pydantic import AliasChoices, Field\nfrom pydantic_settings import BaseSettings\n\n\nclass S(BaseSettings):\n    cache: str = Field(\"x\", validation_alias=AliasChoices(\"CACHE_DSN\", \"OLD_CACHE_DSN\"))\n";
    let tree = Tree::new(&[("cfg.py", code)]);
    let ran = tree.run("rename CACHE_DSN OLD_CACHE_DSN --yes");
    assert!(ran.code == 2 && ran.err.contains("`OLD_CACHE_DSN` exists already, at cfg.py:6"), "{ran:?}");
    let ran = tree.run("remove OLD_CACHE_DSN --yes");
    assert!(ran.code == 0 && ran.out.contains("cfg.py:6: "), "{ran:?}");
    let ran = tree.run("rename OLD_CACHE_DSN FORMER_DSN --yes");
    assert_eq!(ran.code, 0, "{ran:?}");
    assert_eq!(read(&tree, "cfg.py"), code.replace("OLD_CACHE_DSN", "FORMER_DSN"));
}

#[test]
fn what_was_renamed_is_not_left_by_hand() {
    let code = "#[derive(serde::Deserialize)]\nstruct Cfg {\n    #[serde(rename = \"MAIL_URL\")]\n    #[serde(default)]\n    pub(crate) mail: String,\n}\n\nfn main() {\n    let c: Cfg = envy::from_env().unwrap();\n    println!(\"{}\", c.mail);\n}\n";
    let tree = Tree::new(&[("src/main.rs", code), (".env.example", "MAIL_URL=x\n")]);
    let ran = tree.run("rename MAIL_URL POST_URL --yes");
    assert_eq!(ran.code, 0, "{ran:?}");
    assert!(!ran.out.contains("by hand"), "{}", ran.out);
    assert_eq!(read(&tree, "src/main.rs"), code.replace("MAIL_URL", "POST_URL"));
}

#[test]
fn names_of_the_code_s_own_stay() {
    let settings = "import os\n\nSECRET_KEY = os.environ[\"SECRET_KEY\"]\nDEBUG = os.environ.get(\"DEBUG\") == \"1\"\n\n\nclass Config:\n    SECRET_KEY = os.environ[\"SECRET_KEY\"]\n\n\nVALUES = {\"SECRET_KEY\": os.environ[\"SECRET_KEY\"]}\n";
    let uses = "from django.conf import settings\n\nfrom proj import settings as own\nfrom proj.settings import DEBUG, SECRET_KEY\n\nprint(settings.SECRET_KEY, own.DEBUG, SECRET_KEY, DEBUG, app.config[\"SECRET_KEY\"], getattr(own, \"SECRET_KEY\"))\nprint(own.VALUES[\"SECRET_KEY\"], mock.patch(\"proj.settings.SECRET_KEY\", 1))\nmonkeypatch.setenv(\"SECRET_KEY\", \"x\")\noverride_settings(DEBUG=1, SECRET_KEY=\"y\")\nrun(env=dict(os.environ, SECRET_KEY=\"z\"))\n";
    let env = "export const SECRET_KEY = process.env.SECRET_KEY;\nexport const env = { CACHE: process.env.CACHE, SECRET_KEY };\n";
    let page =
        "import { env, SECRET_KEY } from \"./env\";\nconsole.log(env.CACHE, env.SECRET_KEY, SECRET_KEY);\n";
    let tree = Tree::new(&[
        (".env.example", "SECRET_KEY=changeme\nDEBUG=0\nCACHE=1\n"),
        ("proj/settings.py", settings),
        ("proj/views.py", uses),
        ("web/env.ts", env),
        ("web/page.ts", page),
    ]);
    for line in ["SECRET_KEY DJANGO_SECRET_KEY", "DEBUG DJANGO_DEBUG", "CACHE WEB_CACHE"] {
        let ran = tree.run(&format!("rename {line} --yes --force"));
        assert_eq!(ran.code, 0, "{ran:?}");
        assert!(ran.out.contains("stays here: the code's own name"), "{}", ran.out);
    }
    let settings = settings
        .replace("os.environ[\"", "os.environ[\"DJANGO_")
        .replace("get(\"DEBUG\")", "get(\"DJANGO_DEBUG\")");
    assert_eq!(read(&tree, "proj/settings.py"), settings);
    assert_eq!(
        read(&tree, "proj/views.py"),
        uses.replace("setenv(\"", "setenv(\"DJANGO_").replace("environ, ", "environ, DJANGO_")
    );
    let env = env.replace("env.SECRET_KEY", "env.DJANGO_SECRET_KEY").replace("env.CACHE", "env.WEB_CACHE");
    assert_eq!(read(&tree, "web/env.ts"), env);
    assert_eq!(read(&tree, "web/page.ts"), page);
}

#[test]
fn what_images_from_elsewhere_read_stays() {
    let compose = "services:\n  db:\n    image: postgres:17\n    env_file: db.env\n    environment:\n      POSTGRES_PASSWORD: ${POSTGRES_PASSWORD:?}\n  old:\n    image: mirror.example.com/library/postgres\n    environment:\n      - POSTGRES_PASSWORD\n  api:\n    build: .\n    environment:\n      POSTGRES_PASSWORD: ${POSTGRES_PASSWORD}\n  own:\n    image: ghcr.io/acme/own\n    environment:\n      POSTGRES_PASSWORD: ${POSTGRES_PASSWORD}\n";
    let workflow = "on: push\njobs:\n  a:\n    runs-on: x\n    services:\n      db:\n        image: postgres\n        env:\n          POSTGRES_PASSWORD: x1\n    steps:\n      - run: ./test\n        env:\n          POSTGRES_PASSWORD: x1\n";
    let tree = Tree::new(&[
        (".env.example", "POSTGRES_PASSWORD=changeme\n"),
        ("db.env", "POSTGRES_PASSWORD=changeme\n"),
        ("Dockerfile", "FROM scratch\nCOPY . .\n"),
        ("app.py", "import os\n\nP = os.environ[\"POSTGRES_PASSWORD\"]\n"),
        ("compose.yaml", compose),
        (".github/workflows/a.yml", workflow),
    ]);
    let ran = tree.run("rename POSTGRES_PASSWORD DB_PASSWORD --yes --force");
    assert_eq!(ran.code, 0, "{ran:?}");
    for told in [
        "compose.yaml:4: `db` is given `POSTGRES_PASSWORD` from here",
        "compose.yaml:10: the image reads `POSTGRES_PASSWORD`: give it `${DB_PASSWORD}` under that name",
    ] {
        assert!(ran.out.contains(told), "{told}: {}", ran.out);
    }
    let compose = compose
        .replace("${POSTGRES_PASSWORD", "${DB_PASSWORD")
        .replacen(
            "build: .\n    environment:\n      POSTGRES_PASSWORD",
            "build: .\n    environment:\n      DB_PASSWORD",
            1,
        )
        .replacen(
            "acme/own\n    environment:\n      POSTGRES_PASSWORD",
            "acme/own\n    environment:\n      DB_PASSWORD",
            1,
        );
    assert_eq!(read(&tree, "compose.yaml"), compose);
    let (head, steps) = workflow.split_once("steps:").unwrap();
    let workflow = format!("{head}steps:{}", steps.replace("POSTGRES", "DB"));
    assert_eq!(read(&tree, ".github/workflows/a.yml"), workflow);
}

#[test]
fn who_else_knows_a_name_is_told() {
    let tree = Tree::new(&[
        (".env.example", "NEXTAUTH_SECRET=changeme\nLOG_FORMAT=json\n"),
        (
            "a.ts",
            "export const secret = process.env.NEXTAUTH_SECRET;\nexport const format = process.env.LOG_FORMAT;\n",
        ),
    ]);
    let told = "others know `NEXTAUTH_SECRET` as well (";
    assert!(tree.run("rename NEXTAUTH_SECRET SIGNING_SECRET -n").out.contains(told));
    assert!(!tree.run("rename LOG_FORMAT LOG_STYLE -n").out.contains("others know"));
}

#[test]
fn names_stay_in_code_whose_grammar_is_not_known() {
    let ruby = "# SESSION_KEY signs.\nSESSION_KEY = ENV.fetch(\"SESSION_KEY\")\n";
    let java = "class Config {\n  // Of SESSION_KEY.\n  static final String SESSION_KEY = System.getenv(\"SESSION_KEY\");\n}\n";
    let uses = "class Use {\n  String key = Config.SESSION_KEY;\n}\n";
    let php = "<?php\ndefine('SESSION_KEY', getenv('SESSION_KEY'));\necho SESSION_KEY;\n";
    let tree = Tree::new(&[
        (".env.example", "SESSION_KEY=changeme\n"),
        ("config/a.rb", ruby),
        ("src/Config.java", java),
        ("src/Use.java", uses),
        ("web/a.php", php),
    ]);
    let ran = tree.run("rename SESSION_KEY SIGNING_KEY --yes");
    assert_eq!(ran.code, 0, "{ran:?}");
    for place in ["config/a.rb:2", "src/Config.java:3", "src/Use.java:2", "web/a.php:2", "web/a.php:3"] {
        assert!(ran.out.contains(&format!("{place}: names `SESSION_KEY`")), "{place}: {}", ran.out);
    }
    let ruby = "# SIGNING_KEY signs.\nSESSION_KEY = ENV.fetch(\"SIGNING_KEY\")\n";
    assert_eq!(read(&tree, "config/a.rb"), ruby);
    let java = java.replace("// Of SESSION", "// Of SIGNING").replace("(\"SESSION", "(\"SIGNING");
    assert_eq!(read(&tree, "src/Config.java"), java);
    assert_eq!(read(&tree, "src/Use.java"), uses);
    assert_eq!(read(&tree, "web/a.php"), php.replace("getenv('SESSION", "getenv('SIGNING"));
}

#[test]
fn names_that_are_the_key_go_with_it() {
    let schema = "import { z } from \"zod\";\nexport const env = z.object({ REDIS_URL: z.string() }).parse(process.env);\n";
    let page = "import { env } from \"./env\";\nconsole.log(env.REDIS_URL);\n";
    let field = "from pydantic_settings import BaseSettings\n\n\nclass S(BaseSettings):\n    REDIS_URL: str\n\n\ns = S()\nprint(s.REDIS_URL)\n";
    let files = [(".env.example", "REDIS_URL=x\n"), ("env.ts", schema), ("page.ts", page), ("s.py", field)];
    let tree = Tree::new(&files);
    let ran = tree.run("rename REDIS_URL CACHE_URL --yes");
    assert_eq!(ran.code, 0, "{ran:?}");
    for (path, text) in files {
        assert_eq!(read(&tree, path), text.replace("REDIS_URL", "CACHE_URL"), "{path}");
    }
}

#[cfg(unix)]
#[test]
fn help_names_the_option_that_the_command_has() {
    use std::os::unix::fs::PermissionsExt;
    let tree = Tree::new(&[(".env", "OLD_KEY=1\n"), ("a.py", "import os\n\nK = os.environ[\"OLD_KEY\"]\n")]);
    let mode =
        |mode| std::fs::set_permissions(tree.path().join(".env"), std::fs::Permissions::from_mode(mode));
    mode(0o444).unwrap();
    let ran = tree.run("rename OLD_KEY NEW_KEY --yes");
    mode(0o644).unwrap();
    if ran.code == 2 {
        assert!(ran.err.contains("--dry-run") && !ran.err.contains("--diff"), "{}", ran.err);
    }
}
