import { describe, test } from "vitest";

import { MemoryStateStore } from "../../../src/adapters/memory/index.ts";
import { stateStoreContract } from "../../../src/testing/index.ts";

describe("memory keeps the contract of a state store", () => {
  test.each(stateStoreContract(() => new MemoryStateStore()))("it $name", async ({ check }) => check());
});
