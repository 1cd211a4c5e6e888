/** What every state store must do; run it against yours. */
import type { StateStore } from "../ports/store.ts";

/** One question to a port's implementation; `check` rejects if the answer is wrong. */
export interface ContractCase {
  /** What must hold, as a sentence. */
  readonly name: string;
  /** Rejects with what went wrong. */
  readonly check: () => Promise<void>;
}

/** How a contract gets what it looks at, and lets go of it. */
export interface ContractOptions<Made> {
  /** Closes what `create` made, after each case, whether or not that holds. */
  readonly dispose?: ((made: Made) => unknown) | undefined;
}

/** Runs `check` on what `create` makes, and lets go of that. */
export async function withMade<Made>(
  create: () => Made | Promise<Made>,
  { dispose }: ContractOptions<Made>,
  check: (made: Made) => Promise<void>,
): Promise<void> {
  const made = await create();
  try {
    await check(made);
  } finally {
    await dispose?.(made);
  }
}

/**
 * The contract of a {@link StateStore}, to be run by any test runner: `create` makes a fresh and empty store each time, `dispose`
 * closes it.
 *
 * @example
 * ```ts
 * import { MemoryStateStore } from "nines";
 * import { stateStoreContract } from "nines/testing";
 *
 * for (const { check } of stateStoreContract(() => new MemoryStateStore())) await check();
 * ```
 */
export function stateStoreContract<Made extends StateStore>(
  create: () => Made | Promise<Made>,
  options: ContractOptions<Made> = {},
): readonly ContractCase[] {
  const given = (name: string, check: (store: StateStore) => Promise<void>): ContractCase => ({
    name,
    check: () => withMade(create, options, check),
  });
  return [
    given("has nothing under a key that was never saved", async (store) => {
      expectSame(await store.load("absent"), undefined);
    }),
    given("gives back what was saved, letter by letter", async (store) => {
      for (const text of ["", "{}", "ä€😀\n\u0000\r\n", "x".repeat(1_000_000)]) {
        await store.save("key", text);
        expectSame(await store.load("key"), text);
      }
    }),
    given("keeps the documents of two keys apart", async (store) => {
      await store.save("one", "1");
      await store.save("two", "2");
      expectSame(await store.load("one"), "1");
      expectSame(await store.load("two"), "2");
    }),
    given("has the last of many saves that were asked for at once", async (store) => {
      await Promise.all(Array.from({ length: 20 }, (_, index) => store.save("key", String(index))));
      expectSame(await store.load("key"), "19");
    }),
  ];
}

function expectSame(actual: unknown, expected: unknown): void {
  if (actual === expected) return;
  const text = (value: unknown): string =>
    typeof value === "string" ? JSON.stringify(value.slice(0, 60)) : String(value);
  throw new Error(`expected ${text(expected)}, got ${text(actual)}`);
}
