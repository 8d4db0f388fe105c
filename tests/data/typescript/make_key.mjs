// Writes key.json: what zod 3 and 4, valibot, envalid and t3-env themselves say about the schemas of fixture.mjs.
//
//   npm install zod3@npm:zod@3.25.76 zod4@npm:zod@4 valibot@1 envalid@8 @t3-oss/env-core@0.13
//   node make_key.mjs FOLDER_OF_NODE_MODULES
//
// Of each field it asks: does it fail without a value, what does it take instead, which of the texts does it refuse.
import fs from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";

const here = path.dirname(new URL(import.meta.url).pathname);
const modules = path.resolve(process.argv[2], "node_modules");
const TEXTS = [
  "", "abc", "a", "b", "A", "debug", "info", "0", "1", "5", "-3", "1.5", "70000", "true", "false", "yes", "on",
  "http://localhost:3000", "https://a.example/b", "postgres://u@h:5432/d", "localhost", "a@b.example", '{"a":1}', "[1]",
];

// A copy of the fixture for each version of zod, beside the libraries.
async function load(zod) {
  const text = fs.readFileSync(path.join(here, "fixture.mjs"), "utf8").replace('from "zod"', `from "${zod}"`);
  const file = path.join(path.dirname(modules), `fixture.${zod}.mjs`);
  fs.writeFileSync(file, text);
  return import(pathToFileURL(file).href);
}

const text = (value) => (value === undefined || value === null ? null : typeof value === "object" ? JSON.stringify(value) : String(value));

function field(parse) {
  const without = parse(undefined);
  return {
    required: !without.ok,
    default: without.ok ? text(without.value) : null,
    refuses: TEXTS.filter((probe) => !parse(probe).ok),
  };
}

const key = { texts: TEXTS, schemas: {} };
for (const zod of ["zod3", "zod4"]) {
  const { zodSchema } = await load(zod);
  const shape = zodSchema.shape ?? zodSchema._def.schema.shape;
  key.schemas[zod] = {};
  for (const [name, schema] of Object.entries(shape)) {
    key.schemas[zod][name] = field((value) => {
      const found = schema.safeParse(value);
      return { ok: found.success, value: found.data };
    });
  }
}

const fixture = await load("zod4");
const v = await import(pathToFileURL(path.join(modules, "valibot/dist/index.mjs")).href);
key.schemas.valibot = {};
for (const [name, schema] of Object.entries(fixture.valibotSchema.entries)) {
  key.schemas.valibot[name] = field((value) => {
    // A field of an object that is left out is not one that is undefined.
    const input = value === undefined ? {} : { [name]: value };
    const found = v.safeParse(v.object({ [name]: schema }), input);
    return { ok: found.success, value: found.output?.[name] };
  });
}

process.env.NODE_ENV = "production";
key.schemas.envalid = {};
for (const name of Object.keys(fixture.envalidSchema)) {
  key.schemas.envalid[name] = field((value) => {
    for (const other of Object.keys(fixture.envalidSchema)) delete process.env[other];
    if (value !== undefined) process.env[name] = value;
    let failed = false;
    const env = fixture.readEnvalid(({ errors }) => {
      failed = name in errors;
    });
    return { ok: !failed, value: failed ? undefined : env[name] };
  });
}

// t3-env: which names it takes from the environment, and which of its fields fail without them.
const taken = [];
const environment = process.env;
process.env = new Proxy({ NODE_ENV: "production" }, {
  get: (target, name) => {
    if (typeof name === "string" && /^[A-Z_]*D_/.test(name)) taken.push(name);
    return target[name];
  },
});
let missing = [];
try {
  fixture.readRelays((issues) => {
    missing = issues.map((issue) => String(issue.path[0]));
    throw new Error("refused");
  });
} catch {}
process.env = environment;
key.t3 = { taken, missing };

// One line per field.
const lines = Object.entries(key.schemas).map(([library, fields]) => {
  const each = Object.entries(fields).map(([name, said]) => `   ${JSON.stringify(name)}: ${JSON.stringify(said)}`);
  return `  ${JSON.stringify(library)}: {\n${each.join(",\n")}\n  }`;
});
const whole = `{\n "texts": ${JSON.stringify(TEXTS)},\n "schemas": {\n${lines.join(",\n")}\n },\n "t3": ${JSON.stringify(key.t3)}\n}\n`;
fs.writeFileSync(path.join(here, "key.json"), whole);
