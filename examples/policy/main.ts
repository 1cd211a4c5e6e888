/** A policy from YAML, an override and the audit log: `node --import tsx examples/policy/main.ts` */
import { readFile } from "node:fs/promises";
import { join } from "node:path";

import { assessBudget, parsePolicyDocument, parseSloDocument, PolicyEngine } from "nines";
import { ManualClock } from "nines/testing";

const file = join(import.meta.dirname, "slo.yaml");
const text = await readFile(file, "utf8");
const [slo] = parseSloDocument(text, { file }).slos;
if (slo === undefined) throw new Error(`${file} has no SLO`);

const clock = new ManualClock(Date.UTC(2026, 2, 20, 12));
const engine = new PolicyEngine({
  ...parsePolicyDocument(text, { file }),
  actions: {
    run: async ({ action, service, idempotencyKey }) => {
      console.log(`   runs ${action} for ${service} (${idempotencyKey})`);
    },
  },
  clock,
});
engine.on("decisionChanged", ({ from, to, reasons }) => {
  console.log(`   ${from} -> ${to}: ${reasons[0] ?? ""}`);
});

// What the last 30 days brought, looked at once an hour: failures of a million requests.
for (const failures of [100, 620, 850, 770, 740]) {
  console.log(`${String(failures)} failures`);
  const window = { good: 1_000_000 - failures, total: 1_000_000, coverage: 1 };
  const status = assessBudget(slo, { window, lookBacks: [] }, clock.now());
  await engine.applyPolicy("checkout", [{ slo, status }]);
  if (failures === 850) {
    console.log("a person overrules it for half an hour");
    await engine.setOverride({
      service: "checkout",
      decision: "allow",
      by: "Ada Lovelace",
      reason: "The repair has to go out",
      expiresAt: clock.now() + 1_800_000,
    });
  }
  clock.advance(3_600_000);
}

console.log("audit log");
for (const { at, what, by } of engine.auditEntries("checkout")) {
  const time = new Date(at).toISOString().slice(11, 16);
  console.log(`   ${time} ${what}${by === undefined ? "" : ` by ${by}`}`);
}
