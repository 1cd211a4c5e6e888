import { describe, expect, it } from "vitest";

import { DEEPEST_KEPT } from "../../src/core/ask.ts";
import { readEvent } from "../../src/incident/record.ts";
import { foldRunTexts, readRunSummary } from "../../src/runbook/record.ts";

const started = {
  ...{ type: "started", runbook: "r", title: "r", alert: "Slow", by: "ann", lock: "l", fingerprint: "f" },
  ...{ labels: {}, annotations: {}, parameters: {}, steps: [{ name: "a", kind: "command" }], at: 1, id: "o:1" },
};
const summary = {
  runbook: "r",
  alert: "Slow",
  status: "failed",
  by: "ann",
  startedAt: 1,
  steps: 1,
  settled: 0,
  waiting: [],
};

describe("what is read back of a run", () => {
  it("is a run if nothing of it is missing", () => {
    expect(foldRunTexts(undefined, [JSON.stringify(started)], "RUN-0001").state?.steps).toHaveLength(1);
    expect(readRunSummary(JSON.stringify(summary), "RUN-0001").status).toBe("failed");
  });

  it.each(["steps", "labels", "lock", "at", "by"])("is refused without its %s, naming the event", (name) => {
    const text = JSON.stringify({ ...started, [name]: null });
    const read = () => foldRunTexts(undefined, [text], "RUN-0001");
    expect(read).toThrow(`event 1 of RUN-0001 is none of a run: look at its ${name}`);
  });

  it.each(["startedAt", "steps", "waiting"])("has a summary with its %s", (name) => {
    const read = () => readRunSummary(JSON.stringify({ ...summary, [name]: "x" }), "RUN-0001");
    expect(read).toThrow(`the summary of RUN-0001 is none of a run: look at its ${name}`);
  });
});

it("refuses an event that is deeper than whoever looks at all of it could call itself", () => {
  const data = `${'{"a":'.repeat(20_000)}1${"}".repeat(20_000)}`;
  const text = `{"type":"noted","kind":"k","message":"m","by":"a","at":1,"recordedAt":1,"data":${data}}`;
  expect(() => readEvent(text, "INC-0001", 2)).toThrow(
    `event 2 of INC-0001 is more than ${String(DEEPEST_KEPT)} lists`,
  );
});
