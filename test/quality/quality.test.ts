/** The page of figures is what its ledger says, and nothing in it was written by hand. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { ROOT } from "../support/spawn.ts";

interface Entry {
  readonly section: string;
  readonly claim: string;
  readonly command: string;
  readonly day: string;
  readonly node: string;
  readonly seconds: number;
  readonly holds: boolean;
  readonly figures: Readonly<Record<string, number | string>>;
}
interface Quality {
  readLedger(): Record<string, Entry>;
  renderQuality(ledger: Record<string, Entry>): string;
}

const { readLedger, renderQuality } = (await import(
  join(ROOT, "scripts", "support", "quality.mjs")
)) as unknown as Quality;
const ledger = readLedger();
const entries = Object.entries(ledger);

test("docs/quality.md is made of the ledger", () => {
  expect(readFileSync(join(ROOT, "docs", "quality.md"), "utf8")).toBe(renderQuality(ledger));
});

test("there are figures", () => {
  expect(entries.length).toBeGreaterThan(0);
});

describe.each(entries)("%s", (_name, { command, day, holds, figures, claim }) => {
  test("is a command that exists, with a day, and with figures", () => {
    const [, script, proof] = /^npm run ([\w:]+)(?: -- ([\w-]+))?/.exec(command) ?? [];
    const { scripts } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8")) as {
      scripts: Record<string, string>;
    };
    expect(Object.keys(scripts), command).toContain(script);
    if (script === "proof") expect(existsSync(join(ROOT, "test", "proofs", `${proof ?? ""}.ts`)), command).toBe(true);
    expect(day).toMatch(/^20\d\d-\d\d-\d\d$/);
    expect(claim).not.toBe("");
    expect(Object.keys(figures).length).toBeGreaterThan(0);
  });

  test("holds", () => {
    expect(holds).toBe(true);
  });
});

test("a result that does not hold is shown as one", () => {
  const page = renderQuality({
    x: {
      section: "proofs",
      claim: "A | claim.",
      command: "npm run proof -- x",
      day: "2026-01-01",
      node: "20.0.0",
      seconds: 1_200,
      holds: false,
      figures: { worstMs: 1_234, cell: "a|b" },
    },
  });
  expect(page).toContain("## Proofs\n\n### x");
  expect(page).toContain("1,200 s: **does not hold**");
  expect(page).toContain("| worst ms | 1,234 |");
  expect(page).toContain("| cell | a\\|b |");
});
