// Schemas in languages of their own, for make_others.mjs and for the test that holds what is read in them against what
// the libraries say.
import { Env } from "@adonisjs/env";
import arkenv from "arkenv";
import { type } from "arktype";
import convict from "convict";
import envSchema from "env-schema";
import { Type } from "@sinclair/typebox";

export const readConvict = (env) => {
  const config = convict({
    name: { format: String, default: "n", env: "C_NAME" },
    secret: { format: String, default: null, env: "C_SECRET" },
    nullable: { format: String, default: null, nullable: true, env: "C_NULLABLE" },
    unset: { format: String, default: undefined, env: "C_UNSET" },
    any: { format: "*", default: null, env: "C_ANY" },
    server: {
      port: { doc: "The port.", format: "port", default: 3000, env: "C_PORT" },
      count: { format: "int", default: 1, env: "C_COUNT" },
      level: { format: ["debug", "info"], default: "info", env: "C_LEVEL" },
    },
  }, { env });
  config.validate();
  return config.getProperties();
};

export const adonis = await Env.create(new URL("file:///nowhere/"), {
  D_NAME: Env.schema.string(),
  D_MAYBE: Env.schema.string.optional(),
  D_PORT: Env.schema.number(),
  D_FLAG: Env.schema.boolean(),
  D_FLAG_MAYBE: Env.schema.boolean.optional(),
  D_LEVEL: Env.schema.enum(["debug", "info"]),
  D_URL: Env.schema.string({ format: "url", tld: false }), D_LOOSE: Env.schema.string({ format: "url", tld: false, protocol: false }),
  D_MAIL: Env.schema.string({ format: "email" }), D_ID: Env.schema.string({ format: "uuid" }),
  D_HOST: Env.schema.string({ format: "host" }),
}).catch((error) => error);

export const Ark = type({
  E_NAME: "string",
  "E_MAYBE?": "string",
  E_URL: "string.url",
  E_PORT: "string.integer.parse",
  E_RATIO: "string.numeric.parse",
  E_LEVEL: "'debug' | 'info'",
  E_NAMED: "string = 'x'",
  E_COUNT: "string.integer.parse = '5'",
  E_NOTHING: "string | undefined",
  E_LONG: "string >= 3",
  E_MAIL: "string.email",
  E_ID: "string.uuid",
});
export const readArk = () => Ark.assert(process.env);

export const readArkenv = () => arkenv({
  F_NAME: "string",
  F_NUMBER: "number",
  F_PORT: "number.port",
  F_FLAG: "boolean",
  F_ON: "boolean = true",
  F_LEVEL: "'debug' | 'info' = 'info'",
});

export const jsonSchema = {
  type: "object",
  required: ["G_NAME", "G_PORT", "G_FLAG", "G_LEVEL", "G_COUNT"],
  properties: {
    G_NAME: { type: "string" },
    G_MAYBE: { type: "string" },
    G_LONG: { type: "string", minLength: 4 },
    G_PORT: { type: "number", default: 3000 },
    G_COUNT: { type: "integer", minimum: 1, maximum: 10 },
    G_FLAG: { type: "boolean" },
    G_LEVEL: { type: "string", enum: ["debug", "info"] },
  },
};
export const readJson = (env) => envSchema({ schema: jsonSchema, data: env, env: false });

export const boxed = Type.Object({
  H_NAME: Type.String(),
  H_MAYBE: Type.Optional(Type.String()),
  H_PORT: Type.Number({ default: 3000 }),
  H_COUNT: Type.Integer({ minimum: 1, maximum: 10 }),
  H_FLAG: Type.Boolean(),
  H_LEVEL: Type.Union([Type.Literal("debug"), Type.Literal("info")]),
});
export const readBoxed = (env) => envSchema({ schema: boxed, data: env, env: false });
