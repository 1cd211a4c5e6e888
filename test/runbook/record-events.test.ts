import { describe, expect, it } from "vitest";

import { AdapterError } from "../../src/core/errors.ts";
import type { RunOccurrence } from "../../src/runbook/events.ts";
import { foldRunTexts, readRunSummary, runSummaryText } from "../../src/runbook/record.ts";
import { ended, journalOf, STARTED, stateAfter } from "./journal.ts";

const asking: RunOccurrence = { type: "approval_requested", step: "part", message: "Go on?", expiresAt: 9_000 };
const textsOf = (...occurrences: readonly RunOccurrence[]): string[] =>
  journalOf(...occurrences).map((event) => JSON.stringify(event));

describe("the summary of a run", () => {
  it("has what lists need, and what waits", () => {
    const state = stateAfter({ type: "step_started", step: "look", attempt: 1 }, ended("look"), asking);
    expect(JSON.parse(runSummaryText(state))).toEqual({
      ...{ runbook: "Slow", alert: "Latency", incident: "INC-0001", status: "running", by: "ann", startedAt: 1_000 },
      ...{ steps: 3, settled: 1, waiting: [{ step: "part", message: "Go on?", expiresAt: 9_000 }] },
    });
    expect(readRunSummary(runSummaryText(state), "RUN-0001").waiting).toHaveLength(1);
  });

  it("has no question that was answered, and says when it ended", () => {
    const state = stateAfter(
      asking,
      { type: "approval_answered", step: "part", approved: false, by: "bob" },
      { type: "ended", status: "failed" },
    );
    expect(JSON.parse(runSummaryText(state))).toEqual({
      ...{ runbook: "Slow", alert: "Latency", incident: "INC-0001", status: "failed", by: "ann", startedAt: 1_000 },
      ...{ endedAt: 4_000, steps: 3, settled: 0, waiting: [] },
    });
  });

  it("that is none of a run is refused as what a store kept", () => {
    const read = (): unknown => readRunSummary('{"title":"an incident"}', "RUN-0001");
    expect(read).toThrow(AdapterError);
    expect(read).toThrow(
      expect.objectContaining({
        message: "run store could not read a run: the summary of RUN-0001 is none of a run: look at its runbook",
        ...{ adapter: "run store", operation: "read a run", retryable: false },
      }),
    );
  });
});

describe("a journal that is read back", () => {
  it("gives each event, with the run after it", () => {
    const { state, events, states } = foldRunTexts(
      undefined,
      textsOf(STARTED, { type: "resumed" }, { type: "renewed" }),
      "RUN-0001",
    );
    expect(events.map(({ type }) => type)).toEqual(["started", "resumed", "renewed"]);
    expect(states.map(({ version, resumed }) => [version, resumed])).toEqual([
      [1, 0],
      [2, 1],
      [3, 1],
    ]);
    expect(state).toBe(states[2]);
  });

  it("goes on from where it was read to", () => {
    const before = stateAfter({ type: "resumed" });
    expect(foldRunTexts(before, [], "RUN-0001")).toEqual({ state: before, events: [], states: [] });
    expect(foldRunTexts(before, textsOf({ type: "renewed" }), "RUN-0001").state?.version).toBe(3);
  });

  it.each<[string, readonly string[], string]>([
    [
      "what does not follow",
      textsOf(STARTED, { type: "told" }),
      'event 2 of RUN-0001, "told", does not follow from those before it; is the store one of runs?',
    ],
    [
      "what has no beginning",
      textsOf({ type: "resumed" }),
      'event 1 of RUN-0001, "resumed", does not follow from those before it; is the store one of runs?',
    ],
    ["what is not JSON", [...textsOf(STARTED), "{"], "event 2 of RUN-0001 is not JSON"],
    ["a list", ["[]"], "event 1 of RUN-0001 is none of a run: look at its type"],
  ])("is refused for %s, naming the event", (_title, texts, message) => {
    expect(() => foldRunTexts(undefined, texts, "RUN-0001")).toThrow(`run store could not read a run: ${message}`);
  });
});
