import { expect, it } from "vitest";

import { chaosReportMarkdown } from "../../src/chaos/report-markdown.ts";
import { passing, runnerOf, Strike } from "./support.ts";

it.each([-31_536_000_000, -3_600_000, 3_600_000, 31_536_000_000])(
  "a run lasts as long as it lasts, though the clock is set by %s ms meanwhile",
  async (steppedMs) => {
    const { runner, clock } = await runnerOf();
    let isSet = false;
    const report = await passing(clock, runner.run(new Strike({ duration: "10s" })), {
      onStep: (passedMs) => {
        if (passedMs < 3_000 || isSet) return;
        isSet = true;
        clock.stepWall(steppedMs);
      },
    });
    expect(report.outcome).toBe("completed");
    expect(report.endedAt - report.startedAt).toBeGreaterThanOrEqual(10_000);
    expect(report.endedAt - report.startedAt).toBeLessThan(20_000);
    for (const { injectedAt, undoneAt = NaN } of report.injections) expect(undoneAt).toBeGreaterThan(injectedAt);
    const times = report.timeline.map(({ at }) => at);
    expect(times).toEqual([...times].sort((one, other) => one - other));
    expect(chaosReportMarkdown(report)).not.toMatch(/[-\u2212]\d+ ?(s|min|h|d)\b/);
  },
);
