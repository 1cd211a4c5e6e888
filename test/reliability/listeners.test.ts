import { describe, expect, it } from "vitest";

import { ErrorBudgetManager } from "../../src/budget/manager.ts";
import { KillSwitch } from "../../src/chaos/kill-switch.ts";
import { ManualClock } from "../../src/core/time/manual-clock.ts";
import { ReleaseGate } from "../../src/gate/gate.ts";
import { IncidentManager } from "../../src/incident/manager.ts";
import { PolicyEngine } from "../../src/policy/engine.ts";
import type { Logger } from "../../src/ports/logger.ts";
import { Reliability } from "../../src/reliability.ts";
import { ALERT, executing } from "../runbook/support.ts";

const fails = (): never => {
  throw new Error("my bug");
};
const document = {
  service_level_objectives: { shop: { availability: { target: "99.9%", measurement_window: "1h" } } },
};

interface Told {
  readonly logger?: Logger;
  readonly onListenerError?: (failure: { readonly event: string }) => void;
}

/** Each of them with a listener that throws when the event comes. */
const HOLDERS: readonly (readonly [string, string, (told: Told) => Promise<void> | void])[] = [
  [
    "IncidentManager",
    "created",
    async (told) => {
      const incidents = new IncidentManager(told);
      incidents.on("created", async () => fails());
      await incidents.createIncident({ title: "x", severity: "SEV1", by: "ann" });
    },
  ],
  [
    "PolicyEngine",
    "overrideSet",
    async (told) => {
      const engine = new PolicyEngine({ ...told, knownServices: ["shop"] });
      engine.on("overrideSet", fails);
      await engine.setOverride({
        ...{ service: "shop", decision: "allow", reason: "x", by: "ann" },
        expiresAt: Date.now() + 60_000,
      });
    },
  ],
  [
    "ReleaseGate",
    "failed",
    async (told) => {
      const statuses = { getSloStatus: async () => fails() };
      const gate = new ReleaseGate({ ...told, statuses, whenUnknown: "open" });
      gate.on("failed", fails);
      await gate.check("shop");
    },
  ],
  [
    "ErrorBudgetManager",
    "exhausted",
    (told) => {
      const budget = new ErrorBudgetManager({ ...told, objective: "99%", window: "1h", clock: new ManualClock(1e12) });
      budget.on("exhausted", fails);
      budget.recordEvents({ good: 0, total: 100 });
      budget.evaluate();
    },
  ],
  [
    "KillSwitch",
    "pulled",
    (told) => {
      const killSwitch = new KillSwitch(told);
      killSwitch.onPull(fails);
      killSwitch.pull({ by: "ann", reason: "x" });
    },
  ],
  [
    "RunbookExecutor",
    "runStarted",
    async (told) => {
      const { executor } = executing([{ name: "a", command: "echo" }], told);
      executor.on("runStarted", fails);
      await executor.executeRunbook(ALERT, { by: "ann" });
    },
  ],
];

describe.each(HOLDERS)("a listener to %s", (_name, event, emit) => {
  it("that throws is told to its logger", async () => {
    const told: unknown[] = [];
    const note = (message: string, fields?: object): void => void told.push([message, fields]);
    await emit({ logger: { warn: note, error: note } });
    await expect
      .poll(() => told)
      .toContainEqual([`a listener to ${event} failed`, expect.objectContaining({ error: new Error("my bug") })]);
  });

  it("that throws is told to onListenerError, and not to the logger", async () => {
    const told: string[] = [];
    const logged: string[] = [];
    const logger = { warn: () => undefined, error: (message: string) => void logged.push(message) };
    await emit({ logger, onListenerError: (failure) => void told.push(failure.event) });
    await expect.poll(() => told).toEqual([event]);
    expect(logged).toEqual([]);
  });
});

it("a service without a logger has its process warned of what its listeners throw", async () => {
  const warnings: Error[] = [];
  const others = process.listeners("warning");
  process.removeAllListeners("warning");
  process.on("warning", (warning) => warnings.push(warning));
  const reliability = await Reliability.open({ document, evaluateEverySeconds: 0 });
  reliability.on("evaluated", async () => fails());
  await reliability.evaluate();
  await expect.poll(() => warnings.map(({ message }) => message)).toEqual(['a listener to "evaluated" failed: my bug']);
  process.removeAllListeners("warning");
  for (const other of others) process.on("warning", other);
  await reliability.close();
});
