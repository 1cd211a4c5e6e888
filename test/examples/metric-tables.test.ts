import { readFileSync } from "node:fs";
import { join } from "node:path";

import { expect, test } from "vitest";

import { Reliability } from "../../src/index.ts";
import { ManualClock } from "../../src/testing/index.ts";
import { ROOT } from "../support/spawn.ts";

/** Rows of the tables of a page whose first cell is a metric: name, type (gauge where the table has no types), labels. */
function documented(page: string, typed: boolean): string[] {
  const text = readFileSync(join(ROOT, "docs", page), "utf8");
  const rows = [
    ...text.matchAll(/^\| `((?:http|operations?|dependency|service|nines|slo)_\w+)` +\|([^|\n]*)\|([^|\n]*)\|/gm),
  ];
  return rows.map(([, name = "", second = "", third = ""]) => {
    const labels = [...(typed ? third : `\`service\` \`slo\` ${second}`).matchAll(/`(\w+)`/g)].map(
      ([, label]) => label,
    );
    return `${name} ${typed ? second.trim() : "gauge"} ${labels.sort().join(",")}`;
  });
}

/** The same of an exposition in which every metric has a sample. */
function exposed(exposition: string): string[] {
  return [...exposition.matchAll(/^# TYPE (\w+) (\w+)$/gm)].map(([, name = "", type = ""]) => {
    const sample = new RegExp(`^${name}(?:_bucket)?(?:\\{(.*)\\})? \\S+$`, "m").exec(exposition);
    expect(sample, `${name} has no sample`).not.toBeNull();
    const labels = [...(sample?.[1] ?? "").matchAll(/(\w+)="/g)].map(([, label]) => label);
    return `${name} ${type} ${labels.sort().join(",")}`;
  });
}

test("the tables of the pages have every metric with its type and labels, and no other", async () => {
  const clock = new ManualClock();
  const reliability = await Reliability.open({
    document: { service_level_objectives: { shop: { availability: { target: "99.9%", measurement_window: "30d" } } } },
    clock,
  });
  const { signals } = reliability;
  signals.record({ method: "GET", route: "/", statusCode: 500, durationSeconds: 0.01, firstByteSeconds: 0.01 });
  signals.recorder({ operation: "job" }).record(0.01);
  await signals.wrapFetch(() => Promise.resolve({ status: 200 }))("http://shop.example/");
  signals.record({ method: "GET", route: "/", statusCode: Number.NaN, durationSeconds: 0.01 });
  clock.advance(10_000);
  const exposition = await reliability.metrics();
  await reliability.close();
  const tables = [...documented("signals.md", true), ...documented("budget.md", false)];
  expect(tables.sort()).toEqual(exposed(exposition).sort());
});
