import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { describe, expect, test } from "vitest";
import { filesUnder } from "../support/files.ts";
import { ROOT } from "../support/spawn.ts";
import type { Proof } from "./types.ts";

const paths = filesUnder("test/proofs", ".ts").filter(
  (path) => path.split("/").length === 3 && !path.endsWith(".test.ts") && !path.endsWith("/types.ts"),
);

test("there are proofs to run", () => {
  expect(paths.length).toBeGreaterThan(0);
});

describe.each(paths)("%s", (path) => {
  test("holds in its quick form", { timeout: 60_000 }, async () => {
    const proof = (await import(pathToFileURL(join(ROOT, path)).href)) as Proof<unknown>;
    expect(proof.description).not.toBe("");
    const figures = await proof.run(proof.quick, { seed: "nines", log: () => undefined });
    // A proof that looked at nothing proves nothing.
    expect(Object.keys(figures).length).toBeGreaterThan(0);
  });
});
