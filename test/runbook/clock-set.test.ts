import { expect, it } from "vitest";

import { ManualClock } from "../../src/core/time/manual-clock.ts";
import { IncidentManager } from "../../src/incident/manager.ts";
import { RunbookExecutor } from "../../src/runbook/executor/executor.ts";

it.each([-31_536_000_000, -3_600_000])(
  "nothing of a run ends before it began, and its incident is told all of it, though the clock is set by %s ms",
  async (steppedMs) => {
    const clock = new ManualClock();
    const incidents = new IncidentManager({ clock });
    const logged: string[] = [];
    const logger = { warn: (text: string) => logged.push(text), error: (text: string) => logged.push(text) };
    const executor = new RunbookExecutor({ clock, incidents, logger });
    executor.registerRunbook("Slow", [
      { name: "before", action: () => "fine" },
      { name: "meanwhile", action: () => clock.stepWall(steppedMs) },
      { name: "after", action: () => "fine" },
    ]);
    const { id } = await incidents.createIncident({ title: "slow", severity: "SEV2", by: "ann" });
    const incident = { id, title: "slow", severity: "SEV2" } as const;
    const run = await executor.executeRunbook("Slow", { by: "ann", incident });
    expect(run.status).toBe("succeeded");
    for (const { startedAt, endedAt = NaN } of [run, ...run.steps, ...run.steps.flatMap(({ attempts }) => attempts)]) {
      expect(endedAt).toBeGreaterThanOrEqual(startedAt ?? NaN);
    }
    await executor.close();
    expect(logged).toEqual([]);
    const notes = (await incidents.timeline(id)).filter(({ type }) => type === "noted");
    expect(notes.length).toBeGreaterThanOrEqual(4);
  },
);
