// Schemas whose fields are read by envcheck and judged by the real libraries; see make_key.mjs.
import { z } from "zod";
import * as v from "valibot";
import { cleanEnv, str, num, bool, port, url, host, email, json } from "envalid";
import { createEnv } from "@t3-oss/env-core";

const flag = (value) => z.string().default(value).transform((text) => text === "true");
const count = z.coerce.number().int().positive();
const LEVELS = ["debug", "info", "error"];

export const zodSchema = z
  .object({
    A_STRING: z.string(),
    A_OPTIONAL: z.string().optional(),
    A_NULLABLE: z.string().nullable(),
    A_NULLISH: z.string().nullish(),
    A_DEFAULT: z.string().default("d"),
    A_DEFAULT_OPTIONAL: z.string().optional().default("d"),
    A_CATCH: z.enum(["a", "b"]).catch("a"),
    A_URL: z.string().url(),
    A_URL_OPTIONAL: z.string().url().optional(),
    A_ENUM: z.enum(["a", "b"]),
    A_ENUM_DEFAULT: z.enum(["a", "b"]).default("b"),
    A_ENUM_CONST: z.enum(LEVELS).default("info"),
    A_NATIVE: z.nativeEnum({ One: "a", Two: "b" }),
    A_LITERAL: z.literal("a"),
    A_UNION: z.union([z.literal("a"), z.literal("b")]),
    A_OR: z.enum(["a"]).or(z.literal("b")),
    A_COERCED: z.coerce.number(),
    A_COERCED_INT: z.coerce.number().int(),
    A_COERCED_BOUNDS: z.coerce.number().int().min(1).max(65535),
    A_COERCED_DEFAULT: z.coerce.number().default(60 * 60),
    A_COERCED_OPTIONAL: z.coerce.number().optional(),
    A_COUNT: count,
    A_COUNT_DEFAULT: count.default(3),
    A_COERCED_BOOL: z.coerce.boolean(),
    A_COERCED_STRING: z.coerce.string(),
    A_FLAG: flag("false"),
    A_TRANSFORM: z.string().transform((text) => text.length),
    A_PIPE: z.string().transform(Number).pipe(z.number().int()),
    A_REFINED: z.string().refine((text) => text.length > 2),
    A_NUMBER_REFINED: z.coerce.number().refine((number) => number > 2),
    A_PREPROCESSED: z.preprocess((text) => text === "true", z.boolean()),
    A_PREPROCESSED_OPTIONAL: z.preprocess((text) => text || undefined, z.string().optional()),
    A_MIN: z.string().min(1),
    A_EMAIL: z.string().email(),
    A_NUMBER: z.number().optional(),
    A_LIST: z.array(z.string()).default([]),
    A_ANY: z.any(),
    A_UNKNOWN: z.unknown(),
    A_OPTIONAL_FUNCTION: z.optional(z.string()),
    A_DESCRIBED: z.string().describe("about it").optional(),
  })
  .superRefine(() => {});

export const valibotSchema = v.object({
  B_STRING: v.string(),
  B_OPTIONAL: v.optional(v.string()),
  B_DEFAULT: v.optional(v.string(), "d"),
  B_NULLISH: v.nullish(v.string(), "d"),
  B_URL: v.pipe(v.string(), v.url()),
  B_PICK: v.picklist(["a", "b"]),
  B_LITERAL: v.literal("a"),
  B_UNION: v.union([v.literal("a"), v.literal("b")]),
  B_NUMBER: v.pipe(v.string(), v.transform(Number), v.number()),
  B_MIN: v.pipe(v.string(), v.minLength(1)),
  B_FALLBACK: v.fallback(v.picklist(["a", "b"]), "a"),
  B_OPTIONAL_URL: v.optional(v.pipe(v.string(), v.url())),
});

export const envalidSchema = {
  C_STRING: str(),
  C_DEFAULT: str({ default: "d" }),
  C_UNDEFINED: str({ default: undefined }),
  C_CHOICES: str({ choices: ["a", "b"] }),
  C_CHOICES_DEFAULT: str({ choices: LEVELS, default: "info" }),
  C_NUMBER: num(),
  C_NUMBER_DEFAULT: num({ default: 5 }),
  C_BOOL: bool(),
  C_BOOL_DEFAULT: bool({ default: false }),
  C_PORT: port({ default: 3000 }),
  C_URL: url(),
  C_HOST: host({ default: "localhost" }),
  C_EMAIL: email(),
  C_JSON: json(),
  C_DEVELOPMENT: str({ devDefault: "d" }),
};

export const readZod = () => zodSchema.safeParse(process.env);
export const readValibot = () => v.safeParse(valibotSchema, process.env);
export const readEnvalid = (reporter) => cleanEnv(process.env, envalidSchema, { reporter });

export const readRelays = (onValidationError) =>
  createEnv({
    server: {
      D_URL: z.string().url(),
      D_ID: z.string().optional(),
      D_LEVEL: z.enum(["debug", "info"]).default("info"),
    },
    clientPrefix: "PUBLIC_",
    client: { PUBLIC_D_KEY: z.string() },
    shared: { D_MODE: z.enum(["a", "b"]).optional() },
    runtimeEnvStrict: {
      D_URL: process.env.D_URL,
      D_ID: process.env.D_SSO_ID,
      D_LEVEL: process.env.D_LEVEL,
      PUBLIC_D_KEY: process.env.PUBLIC_D_KEY,
      D_MODE: process.env.D_MODE,
    },
    isServer: true,
    onValidationError,
  });
