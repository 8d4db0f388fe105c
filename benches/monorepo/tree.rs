//! A monorepo of any size: what a service of it looks like.
//!
//! The tree is the same for the same number of services, and a larger tree holds the smaller one.
//! Keys that all services have (`DATABASE_URL`) stand beside keys of one service, because joins that
//! are quadratic show only with the first. One service in fifty has a fault.

/// The files of a monorepo of `services` services, with their contents.
pub(crate) fn files(services: usize) -> impl Iterator<Item = (String, String)> {
    let root = [
        (".gitignore".to_owned(), "node_modules/\n*.log\n".to_owned()),
        ("package.json".to_owned(), "{ \"name\": \"shop\", \"private\": true }\n".to_owned()),
        ("README.md".to_owned(), "# Shop\n\nEvery service lies below `services/`.\n".to_owned()),
    ];
    root.into_iter().chain((0..services).flat_map(|number| Service::new(number).files()))
}

/// The words that services are named after.
const WORDS: &[&str] = &[
    "billing", "catalog", "search", "cart", "orders", "stock", "mail", "users", "media", "report", "pricing",
    "ledger", "events", "offers", "routes", "claims",
];

/// The files of one service.
#[derive(Debug)]
pub(crate) struct Service {
    /// Its name, which is also the name of its folder.
    pub(crate) name: String,
    /// The prefix of the keys that it alone has.
    pub(crate) prefix: String,
    number: usize,
}

impl Service {
    /// The service with this number.
    pub(crate) fn new(number: usize) -> Self {
        let word = WORDS[number % WORDS.len()];
        let name = format!("{word}-{number:05}");
        let prefix = name.replace('-', "_").to_uppercase();
        Self { name, prefix, number }
    }

    /// The path of a file of the service.
    pub(crate) fn path(&self, file: &str) -> String {
        format!("services/{}/{file}", self.name)
    }

    fn is_faulty(&self) -> bool {
        self.number % 50 == 7
    }

    fn files(&self) -> Vec<(String, String)> {
        let (settings, main, code, entry) = match self.number % 3 {
            0 => ("app/settings.py", "app/main.py", self.python(), PYTHON_MAIN),
            1 => ("src/config.ts", "src/server.ts", self.typescript(), TYPESCRIPT_MAIN),
            _ => ("config/config.go", "main.go", self.go(), GO_MAIN),
        };
        let prose = format!("# {}\n\nSet `{}_TOKEN` before you start it.\n{}", self.name, self.prefix, PROSE);
        vec![
            (self.path("Dockerfile"), self.dockerfile()),
            (self.path("compose.yaml"), self.compose()),
            (self.path(".env"), self.dotenv(false)),
            (self.path(".env.example"), self.dotenv(true)),
            (self.path(settings), code),
            (self.path(main), entry.replace("NAME", &self.name)),
            (self.path("deploy/secrets.ctmpl"), self.template()),
            (self.path("deploy/start.sh"), self.script()),
            (self.path("README.md"), prose),
            (format!(".github/workflows/{}.yml", self.name), self.workflow()),
        ]
    }

    fn dockerfile(&self) -> String {
        let Self { name, prefix, .. } = self;
        let late = if self.is_faulty() { "RUN echo ${BUILD_REVISION}\n" } else { "" };
        format!(
            "FROM debian:13 AS build\nARG {prefix}_REGION=eu\nWORKDIR /src\nCOPY . .\n\
             RUN make REGION=${{{prefix}_REGION}}\n{late}\nFROM debian:13-slim\n\
             ENV LOG_FORMAT=json \\\n    SERVICE_NAME={name}\nCOPY --from=build /src/out /app\n\
             EXPOSE 8000\nCMD [\"/app/start.sh\"]\n"
        )
    }

    fn compose(&self) -> String {
        let Self { name, prefix, .. } = self;
        let token = if self.is_faulty() {
            String::new()
        } else {
            format!("      {prefix}_TOKEN: ${{{prefix}_TOKEN}}\n")
        };
        format!(
            "services:\n  {name}:\n    build:\n      context: .\n      args:\n        {prefix}_REGION: ${{REGION:-eu}}\n    \
             image: registry.example.com/shop/{name}:${{IMAGE_TAG:-latest}}\n    environment:\n      \
             DATABASE_URL: ${{DATABASE_URL}}\n      REDIS_URL: ${{REDIS_URL:-redis://redis:6379/0}}\n      \
             LOG_LEVEL: ${{LOG_LEVEL:-INFO}}\n{token}      {prefix}_TIMEOUT: \"30\"\n    \
             ports:\n      - \"8000\"\n    depends_on: [db]\n  db:\n    image: postgres:17\n    environment:\n      \
             POSTGRES_PASSWORD: ${{POSTGRES_PASSWORD}}\n    volumes:\n      - data:/var/lib/postgresql/data\n\
             volumes:\n  data:\n"
        )
    }

    fn dotenv(&self, is_example: bool) -> String {
        let Self { name, prefix, .. } = self;
        let secret = |text: &str| if is_example { String::new() } else { text.to_owned() };
        let password = if is_example { "" } else { "local" };
        format!(
            "# What {name} needs on a developer's machine.\nDATABASE_URL=postgresql://shop:{password}@localhost:5432/{word}\n\
             REDIS_URL=redis://localhost:6379/0\nLOG_LEVEL=DEBUG\nPOSTGRES_PASSWORD={password}\n\n# Its own.\n\
             {prefix}_TOKEN={}\n{prefix}_TIMEOUT=30\n{prefix}_WORKERS=4\n",
            secret("local-token"),
            word = WORDS[self.number % WORDS.len()],
        )
    }

    fn python(&self) -> String {
        let prefix = &self.prefix;
        let lower = prefix.to_lowercase();
        format!(
            "\"\"\"Settings.\"\"\"\n\nfrom pydantic import Field, SecretStr\nfrom pydantic_settings import BaseSettings, SettingsConfigDict\n\n\n\
             class Settings(BaseSettings):\n    model_config = SettingsConfigDict(env_file=\".env\", extra=\"ignore\")\n\n    \
             database_url: str\n    redis_url: str = \"redis://localhost:6379/0\"\n    log_level: str = \"INFO\"\n    \
             {lower}_token: SecretStr\n    {lower}_timeout: int = 30\n    {lower}_workers: int = Field(default=4, ge=1)\n\n\n\
             settings = Settings()\n{PYTHON_BODY}"
        )
    }

    fn typescript(&self) -> String {
        let prefix = &self.prefix;
        format!(
            "import {{ z }} from \"zod\";\n\nconst schema = z.object({{\n  DATABASE_URL: z.string().url(),\n  \
             REDIS_URL: z.string().default(\"redis://localhost:6379/0\"),\n  LOG_LEVEL: z.string().default(\"INFO\"),\n  \
             {prefix}_TOKEN: z.string(),\n  {prefix}_TIMEOUT: z.coerce.number().default(30),\n}});\n\n\
             export const env = schema.parse(process.env);\nexport const workers = Number(process.env.{prefix}_WORKERS ?? \"4\");\n{TYPESCRIPT_BODY}"
        )
    }

    fn go(&self) -> String {
        let prefix = &self.prefix;
        format!(
            "package config\n\nimport (\n\t\"log\"\n\t\"os\"\n)\n\n// Config is what the service needs.\ntype Config struct {{\n\tDatabaseURL string\n\t\
             Token       string\n}}\n\n// Load reads the environment.\nfunc Load() Config {{\n\tdatabase := os.Getenv(\"DATABASE_URL\")\n\tif database == \"\" {{\n\t\t\
             log.Fatal(\"DATABASE_URL is not set\")\n\t}}\n\tlevel := os.Getenv(\"LOG_LEVEL\")\n\tif level == \"\" {{\n\t\tlevel = \"INFO\"\n\t}}\n\t\
             log.SetPrefix(level)\n\treturn Config{{DatabaseURL: database, Token: os.Getenv(\"{prefix}_TOKEN\")}}\n}}\n{GO_BODY}"
        )
    }

    fn template(&self) -> String {
        let Self { name, prefix, .. } = self;
        format!(
            "{{{{- with secret (printf \"secret/data/%s/{name}\" (env \"ENV\")) -}}}}\nDATABASE_URL={{{{ .Data.data.database_url }}}}\n\
             {prefix}_TOKEN={{{{ .Data.data.token }}}}\n{{{{ end -}}}}\nLOG_LEVEL=INFO\n"
        )
    }

    fn script(&self) -> String {
        let Self { name, prefix, .. } = self;
        format!(
            "#!/bin/sh\nset -eu\n: \"${{{prefix}_WORKERS:=4}}\"\nwhile ! nc -z \"${{DB_HOST:-localhost}}\" 5432; do\n  echo \"{name} waits\"\n  sleep 1\ndone\n\
             exec /app/{name} --workers \"${prefix}_WORKERS\"\n"
        )
    }

    fn workflow(&self) -> String {
        let Self { name, prefix, .. } = self;
        format!(
            "name: {name}\non:\n  push:\n    branches: [main]\n    paths:\n      - services/{name}/**\n      - .github/workflows/{name}.yml\njobs:\n  test:\n    \
             runs-on: ubuntu-24.04\n    env:\n      LOG_LEVEL: DEBUG\n    steps:\n      - uses: actions/checkout@v5\n      - run: make -C services/{name} test\n        \
             env:\n          {prefix}_TOKEN: ${{{{ secrets.{prefix}_TOKEN }}}}\n  image:\n    needs: test\n    runs-on: ubuntu-24.04\n    steps:\n      - uses: actions/checkout@v5\n      \
             - uses: docker/build-push-action@v6\n        with:\n          context: services/{name}\n          push: true\n          tags: registry.example.com/shop/{name}:${{{{ github.sha }}}}\n          \
             build-args: |\n            {prefix}_REGION=eu\n"
        )
    }
}

const PYTHON_MAIN: &str = "\"\"\"NAME.\"\"\"\n\nimport logging\n\nfrom .settings import settings\n\nlogger = logging.getLogger(__name__)\nMAX_RETRIES = 5\n\n\ndef main() -> None:\n    \
    logging.basicConfig(level=settings.log_level)\n    for attempt in range(MAX_RETRIES):\n        logger.info(\"attempt %d of NAME\", attempt)\n\n\nif __name__ == \"__main__\":\n    main()\n";

const PYTHON_BODY: &str = "\n\ndef describe() -> dict[str, str]:\n    \"\"\"What the service shows of itself.\"\"\"\n    return {\n        \"level\": settings.log_level,\n        \"redis\": settings.redis_url,\n    }\n";

const TYPESCRIPT_MAIN: &str = "import { createServer } from \"node:http\";\nimport { env } from \"./config\";\n\nconst MAX_BODY = 1 << 20;\n\nexport function start(port: number): void {\n  const server = createServer((request, response) => {\n    \
    const length = Number(request.headers[\"content-length\"] ?? 0);\n    response.statusCode = length > MAX_BODY ? 413 : 200;\n    response.end(`NAME at ${env.LOG_LEVEL}`);\n  });\n  server.listen(port);\n}\n";

const TYPESCRIPT_BODY: &str = "\nexport interface Shown {\n  level: string;\n  redis: string;\n}\n\nexport function describe(): Shown {\n  return { level: env.LOG_LEVEL, redis: env.REDIS_URL };\n}\n";

const GO_MAIN: &str = "package main\n\nimport (\n\t\"fmt\"\n\t\"net/http\"\n)\n\nconst MAX_CONNECTIONS = 100\n\nfunc main() {\n\thttp.HandleFunc(\"/\", func(w http.ResponseWriter, r *http.Request) {\n\t\tfmt.Fprintf(w, \"NAME %s\", r.URL.Path)\n\t})\n\t_ = http.ListenAndServe(\":8000\", nil)\n}\n";

const GO_BODY: &str = "\n// Describe says what the service shows of itself.\nfunc (c Config) Describe() map[string]string {\n\treturn map[string]string{\"database\": c.DatabaseURL}\n}\n";

const PROSE: &str = "\n## Running\n\nCopy `.env.example` to `.env`, then run `docker compose up`.\n\n## Layout\n\nThe code reads its settings once, at the start, and passes them on.\n";
