/** The ways in which somebody's plugin misbehaves. */

/** What a call comes to: one that fails must be told; junk must be, where the answer counts; the rest does no harm. */
export type WayKind = "throws" | "rejects" | "hangs" | "late" | "junk" | "harmless";

export interface Way {
  readonly name: string;
  readonly kind: WayKind;
  /** Takes the place of a call; `good` is the call as it should have been, `later` waits beyond every deadline. */
  act(good: () => unknown, given: readonly unknown[], later: () => Promise<void>): unknown;
}

/** What may be thrown: JavaScript does not ask what it is. */
export const THROWN: Readonly<Record<string, () => unknown>> = {
  "an Error": () => new Error("boom"),
  undefined: () => undefined,
  null: () => null,
  "a string": () => "boom",
  "a symbol": () => Symbol("boom"),
  "an object without a prototype": () => Object.assign(Object.create(null) as object, { boom: true }),
  "a frozen error": () => Object.freeze(new Error("boom")),
  "an error whose message throws": () => trapped(new Error("boom"), "message"),
  "an error whose name throws": () => trapped(new Error("boom"), "name"),
  "an error whose cause throws": () => trapped(new Error("boom"), "cause"),
  "an error whose stack throws": () => trapped(new Error("boom"), "stack"),
  "an error with a symbol for a name": () => Object.assign(new Error("boom"), { name: Symbol("boom"), message: 7 }),
  "an error that is its own cause": () => {
    const error = new Error("boom");
    error.cause = error;
    return error;
  },
  "a proxy that is dead": () => dead(),
  "something with our brand": () => ({ [Symbol.for("nines.ReliabilityError")]: true }),
};

const JUNK: Readonly<Record<string, () => unknown>> = {
  undefined: () => undefined,
  null: () => null,
  "a number": () => 7,
  "not a number": () => NaN,
  "a string": () => "junk",
  "a megabyte": () => "x".repeat(1_000_000),
  "a bigint": () => 7n,
  "a function": () => () => undefined,
  "an empty list": () => [],
  "a list of null": () => [null, undefined, 7],
  "a long list": () => Array.from({ length: 10_000 }, () => ({})),
  "an empty mapping": () => ({}),
  "a mapping whose properties throw": () => throwing(),
  "a list whose items throw": () => [throwing(), throwing()],
  "an endless mapping": () => endless(),
  "a dead proxy": () => dead(),
};

/** Answers that are waited for, and are not what they seem. */
const STRANGE: readonly Way[] = [
  way("answers twice", "harmless", (good) =>
    thenable((resolve) => {
      const answer = good();
      resolve(answer);
      resolve("junk");
    }),
  ),
  way("answers, then rejects", "harmless", (good) =>
    thenable((resolve, reject) => {
      resolve(good());
      reject(new Error("boom"));
    }),
  ),
  way("rejects, then answers", "rejects", (good) =>
    thenable((resolve, reject) => {
      reject(new Error("boom"));
      resolve(good());
    }),
  ),
  way("answers with what throws when it is waited for", "rejects", () =>
    thenable(() => {
      throw new Error("boom");
    }),
  ),
  way("answers with what cannot be asked whether it is waited for", "junk", () => trapped({}, "then")),
  way("answers with what never settles", "hangs", () => thenable(() => undefined)),
];

/** All of them. */
export const WAYS: readonly Way[] = [
  ...Object.entries(THROWN).map(([name, make]) =>
    way(`throws ${name}`, "throws", () => {
      throw make();
    }),
  ),
  ...Object.entries(THROWN).map(([name, make]) =>
    way(`rejects with ${name}`, "rejects", async () => {
      throw make();
    }),
  ),
  way("hangs for ever", "hangs", () => new Promise(() => undefined)),
  way("answers too late", "late", async (good, _, later) => {
    await later();
    return good();
  }),
  way("rejects too late", "late", async (_good, _, later) => {
    await later();
    throw new Error("boom");
  }),
  // What was asked for is done all the same: only the answer is none.
  ...Object.entries(JUNK).map(([name, make]) =>
    way(`answers ${name}`, "junk", (good) => {
      void Promise.resolve(good()).catch(() => undefined);
      return make();
    }),
  ),
  ...Object.entries(JUNK).map(([name, make]) =>
    way(`promises ${name}`, "junk", async (good) => {
      await good();
      return make();
    }),
  ),
  ...STRANGE,
  way("does it twice", "harmless", async (good) => {
    await Promise.resolve(good()).catch(() => undefined);
    return good();
  }),
  way("spoils what it was given", "harmless", (good, given) => {
    const answer = good();
    for (const one of given) spoil(one);
    return answer;
  }),
];

function way(name: string, kind: WayKind, act: Way["act"]): Way {
  return { name, kind, act };
}

/** `target`, of which one property cannot be read. */
function trapped<T extends object>(target: T, name: string): T {
  return Object.defineProperty(target, name, {
    get() {
      throw new Error(`${name} cannot be read`);
    },
  });
}

function throwing(): object {
  return new Proxy(
    {},
    {
      get(_, name) {
        // A promise that resolves with it has to be able to ask.
        if (name === "then") return undefined;
        throw new Error(`${String(name)} cannot be read`);
      },
      has: () => {
        throw new Error("nobody may ask");
      },
      ownKeys: () => {
        throw new Error("nobody may list");
      },
    },
  );
}

/** Each property is a mapping like itself. */
function endless(): object {
  return new Proxy({}, { get: (_, name) => (typeof name === "symbol" || name === "then" ? undefined : endless()) });
}

function dead(): object {
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  return proxy;
}

function thenable(then: (resolve: (value: unknown) => void, reject: (reason: unknown) => void) => void): object {
  return { then };
}

function spoil(value: unknown, depth = 0): void {
  if (typeof value !== "object" || value === null || depth > 3 || value instanceof AbortSignal) return;
  for (const name of Object.keys(value)) {
    spoil(Reflect.get(value, name), depth + 1);
    Reflect.set(value, name, "spoilt");
  }
  if (Array.isArray(value) && !Object.isFrozen(value)) value.length = 0;
}
