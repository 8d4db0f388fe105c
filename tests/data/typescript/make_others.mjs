// Writes others.json: what convict, Adonis, arktype, arkenv, env-schema with TypeBox, and Effect themselves say about
// others.mjs and effects.mjs.
//
//   npm install convict@6 @adonisjs/env@6 arktype@2 arkenv@0.11 env-schema@8 @sinclair/typebox@0.34 effect@3
//   node make_others.mjs FOLDER_OF_NODE_MODULES
//
// Of each key it asks: does it fail without a value, what does it take instead, which of the texts does it refuse.
import fs from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";

const here = path.dirname(new URL(import.meta.url).pathname);
const folder = path.resolve(process.argv[2]);
const TEXTS = [
  "", "abc", "debug", "info", "0", "1", "5", "-3", "70000", "true", "false", "yes",
  "http://localhost:3000", "https://a.example/b", "localhost", "a@b.example", "00000000-0000-4000-8000-000000000000",
];

// A copy beside the libraries.
async function load(name) {
  const file = path.join(folder, `copy.${name}`);
  fs.writeFileSync(file, fs.readFileSync(path.join(here, name)));
  return import(pathToFileURL(file).href);
}

const text = (value) => (value === undefined || value === null ? null : typeof value === "object" ? JSON.stringify(value) : String(value));

function field(parse) {
  const answer = (probe) => {
    try {
      return { ok: true, value: parse(probe) };
    } catch {
      return { ok: false };
    }
  };
  const without = answer(undefined);
  return {
    required: !without.ok,
    default: without.ok ? text(without.value) : null,
    refuses: TEXTS.filter((probe) => !answer(probe).ok),
  };
}

const others = await load("others.mjs");
const effects = await load("effects.mjs");
const { Env } = await import(pathToFileURL(path.join(folder, "node_modules/@adonisjs/env/build/index.js")).href);
const { type } = await import(pathToFileURL(path.join(folder, "node_modules/arktype/out/index.js")).href);
const { ConfigProvider, Effect } = await import(pathToFileURL(path.join(folder, "node_modules/effect/dist/esm/index.js")).href);

// A value for every other key, so that only the one that is asked about can fail.
const RIGHT = {
  C_SECRET: "s", D_NAME: "d", D_PORT: "1", D_FLAG: "true", D_LEVEL: "info", D_URL: "http://a.example", D_LOOSE: "a.example", D_MAIL: "a@b.example", D_ID: "00000000-0000-4000-8000-000000000000", D_HOST: "localhost",
  E_NAME: "e", E_URL: "http://a.example", E_PORT: "1", E_RATIO: "1", E_LEVEL: "info", E_NOTHING: "e", E_LONG: "eee", E_MAIL: "a@b.example", E_ID: "00000000-0000-4000-8000-000000000000",
  F_NAME: "f", F_NUMBER: "1", F_PORT: "1", F_FLAG: "true", G_NAME: "g", G_COUNT: "1", G_FLAG: "true", G_LEVEL: "info",
  H_NAME: "h", H_COUNT: "1", H_FLAG: "true", H_LEVEL: "info",
};

function ask(library, names, read) {
  schemas[library] = {};
  for (const name of names) {
    schemas[library][name] = field((value) => {
      const env = { ...RIGHT };
      delete env[name];
      if (value !== undefined) env[name] = value;
      return read(env, name);
    });
  }
}

function as(env, read) {
  const before = process.env;
  process.env = env;
  try {
    return read();
  } finally {
    process.env = before;
  }
}

const schemas = {};
const settings = { C_NAME: "name", C_SECRET: "secret", C_NULLABLE: "nullable", C_UNSET: "unset", C_ANY: "any", C_PORT: "server.port", C_COUNT: "server.count", C_LEVEL: "server.level" };
ask("convict", Object.keys(settings), (env, name) => settings[name].split(".").reduce((at, part) => at[part], others.readConvict(env)));
const validators = {
  D_NAME: Env.schema.string(), D_MAYBE: Env.schema.string.optional(), D_PORT: Env.schema.number(), D_FLAG: Env.schema.boolean(),
  D_FLAG_MAYBE: Env.schema.boolean.optional(), D_LEVEL: Env.schema.enum(["debug", "info"]),
  D_URL: Env.schema.string({ format: "url", tld: false }), D_LOOSE: Env.schema.string({ format: "url", tld: false, protocol: false }),
  D_MAIL: Env.schema.string({ format: "email" }), D_ID: Env.schema.string({ format: "uuid" }), D_HOST: Env.schema.string({ format: "host" }),
};
ask("adonis", Object.keys(validators), (env, name) => validators[name](name, env[name]));
ask("arktype", "E_NAME E_MAYBE E_URL E_PORT E_RATIO E_LEVEL E_NAMED E_COUNT E_NOTHING E_LONG E_MAIL E_ID".split(" "), (env, name) => {
  const found = others.Ark(env);
  if (found instanceof type.errors) throw found;
  return found[name];
});
ask("arkenv", "F_NAME F_NUMBER F_PORT F_FLAG F_ON F_LEVEL".split(" "), (env, name) => as(env, others.readArkenv)[name]);
ask("env-schema", Object.keys(others.jsonSchema.properties), (env, name) => others.readJson(env)[name]);
ask("typebox", Object.keys(others.boxed.properties), (env, name) => others.readBoxed(env)[name]);
ask("effect", Object.keys(effects.all), (env, name) => {
  const found = Effect.runSync(Effect.withConfigProvider(effects.all[name], ConfigProvider.fromMap(new Map(Object.entries(env)), { pathDelim: "_", seqDelim: "," })));
  return found !== null && typeof found === "object" && found._tag === "None" ? undefined : found;
});

// One line per key.
const lines = Object.entries(schemas).map(([library, fields]) => {
  const each = Object.entries(fields).map(([name, said]) => `   ${JSON.stringify(name)}: ${JSON.stringify(said)}`);
  return `  ${JSON.stringify(library)}: {\n${each.join(",\n")}\n  }`;
});
const whole = `{\n "texts": ${JSON.stringify(TEXTS)},\n "schemas": {\n${lines.join(",\n")}\n }\n}\n`;
fs.writeFileSync(path.join(here, "others.json"), whole);
