// Configurations of effect 3, for make_others.mjs.
import { Config, Effect } from "effect";

export const all = {
  I_NAME: Effect.gen(function* () { return yield* Config.string("I_NAME"); }),
  I_FULL: Effect.gen(function* () { return yield* Config.nonEmptyString("I_FULL"); }),
  I_COUNT: Effect.gen(function* () { return yield* Config.integer("I_COUNT"); }),
  I_NUMBER: Effect.gen(function* () { return yield* Config.number("I_NUMBER"); }),
  I_FLAG: Effect.gen(function* () { return yield* Config.boolean("I_FLAG"); }),
  I_PORT: Effect.gen(function* () { return yield* Config.port("I_PORT"); }),
  I_URL: Effect.gen(function* () { return yield* Config.url("I_URL"); }),
  I_LEVEL: Effect.gen(function* () { return yield* Config.literal("debug", "info")("I_LEVEL"); }),
  I_SECRET: Effect.gen(function* () { return yield* Config.redacted(Config.string("I_SECRET")); }),
  I_DEFAULT: Effect.gen(function* () { return yield* Config.integer("I_DEFAULT").pipe(Config.withDefault(3)); }),
  I_OTHER: Effect.gen(function* () { return yield* Config.withDefault(Config.string("I_OTHER"), "x"); }),
  I_MAYBE: Effect.gen(function* () { return yield* Config.option(Config.string("I_MAYBE")); }),
  I_IN_URL: Effect.gen(function* () { return yield* Config.string("URL").pipe(Config.nested("I_IN")); }),
};
