import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { describe, expect, test } from "vitest";
import { filesUnder } from "../support/files.ts";
import { findService } from "../support/services.ts";
import { ROOT } from "../support/spawn.ts";
import type { Proof } from "./types.ts";

const paths = filesUnder("test/proofs", ".ts").filter(
  (path) => path.split("/").length === 3 && !path.endsWith(".test.ts") && !path.endsWith("/types.ts"),
);

test("there are proofs to run", () => {
  expect(paths.length).toBeGreaterThan(0);
});

describe("in its quick form", () => {
  test.for(paths)("%s holds", { timeout: 60_000 }, async (path, { skip }) => {
    const proof = (await import(pathToFileURL(join(ROOT, path)).href)) as Proof<unknown>;
    const missing = (proof.needs ?? []).filter((name) => findService(name) === undefined);
    // Where all programs are required, the proof itself says which one it did not find.
    skip(missing.length > 0 && process.env.NINES_REQUIRE_SERVICES !== "1", `not found: ${missing.join(", ")}`);
    expect(proof.description).not.toBe("");
    const figures = await proof.run(proof.quick, { seed: "nines", log: () => undefined });
    // A proof that looked at nothing proves nothing.
    expect(Object.keys(figures).length).toBeGreaterThan(0);
  });
});
