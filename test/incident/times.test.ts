/** Times of an incident that were wrong, and are put right. */
import { describe, expect, it } from "vitest";

import type { IncidentState } from "../../src/incident/model.ts";
import { contradiction } from "../../src/incident/times.ts";
import { AT, MINUTE, after, follow, thrownBy } from "./samples.ts";

const at = (minutes: number): number => AT + minutes * MINUTE;
const OVER = after(
  { type: "acknowledged" },
  { type: "status_changed", to: "identified" },
  { type: "status_changed", to: "investigating" },
  { type: "status_changed", to: "monitoring" },
  { type: "resolved" },
);
const corrected = (state: IncidentState, minutes: Readonly<Record<string, number>>, recorded = 30): IncidentState => {
  const times = Object.fromEntries(Object.entries(minutes).map(([name, minute]) => [name, at(minute)]));
  return follow(state, { type: "times_corrected", ...times }, recorded, recorded);
};

describe("a correction", () => {
  it("of the resolution moves the end of the status before it, and nothing else", () => {
    const state = corrected(OVER, { resolvedAt: 6 });
    expect(state.resolvedAt).toBe(at(6));
    expect(state.visits).toEqual([
      { status: "investigating", enteredAt: AT, leftAt: at(2) },
      { status: "identified", enteredAt: at(2), leftAt: at(3) },
      { status: "investigating", enteredAt: at(3), leftAt: at(4) },
      { status: "monitoring", enteredAt: at(4), leftAt: at(6) },
      { status: "resolved", enteredAt: at(6) },
    ]);
  });

  it("of other times leaves the statuses as they were, resolved or not", () => {
    const open = after();
    expect(corrected(open, { startedAt: -9, detectedAt: -5 })).toMatchObject({
      ...{ startedAt: at(-9), detectedAt: at(-5), acknowledgedAt: undefined, resolvedAt: undefined },
      visits: open.visits,
    });
    expect(corrected(OVER, { acknowledgedAt: 2 })).toMatchObject({ acknowledgedAt: at(2), visits: OVER.visits });
  });

  it("may be to the very time at which it is recorded", () => {
    expect(corrected(OVER, { resolvedAt: 30 }).resolvedAt).toBe(at(30));
    expect(corrected(after(), { acknowledgedAt: 30 }).acknowledgedAt).toBe(at(30));
  });

  it("may leave the status before it no time at all", () => {
    const { visits } = corrected(OVER, { resolvedAt: 4 });
    expect(visits.slice(-2)).toEqual([
      { status: "monitoring", enteredAt: at(4), leftAt: at(4) },
      { status: "resolved", enteredAt: at(4) },
    ]);
  });

  it.each<[string, IncidentState, Readonly<Record<string, number>>, string]>([
    [
      "a resolution of what is open",
      after(),
      { resolvedAt: 1 },
      "resolvedAt: it is not resolved yet; resolve it with the time as `at`",
    ],
    [
      "a resolution before the status that it ended",
      OVER,
      { resolvedAt: 3.5 },
      "resolvedAt: 2026-11-22T10:03:30.000Z is before it was monitoring, 2026-11-22T10:04:00.000Z",
    ],
    [
      "an acknowledgement that has not come yet",
      OVER,
      { acknowledgedAt: 31 },
      "acknowledgedAt: 2026-11-22T10:31:00.000Z has not come yet: it is recorded at 2026-11-22T10:30:00.000Z",
    ],
    [
      "a detection after the declaration",
      OVER,
      { detectedAt: 0.5 },
      "declaredAt: 2026-11-22T10:00:00.000Z is before detectedAt, 2026-11-22T10:00:30.000Z",
    ],
  ])("to %s is refused", (_, state, minutes, message) => {
    expect(thrownBy(() => corrected(state, minutes))).toMatchObject({ code: "configuration", message });
  });
});

it.each([
  [{ startedAt: 2, detectedAt: 1 }, ["startedAt", "detectedAt"]],
  [{ startedAt: 2, resolvedAt: 1 }, ["startedAt", "resolvedAt"]],
  [{ detectedAt: 2, acknowledgedAt: 1 }, ["detectedAt", "acknowledgedAt"]],
  [{ declaredAt: 2, acknowledgedAt: 1 }, undefined],
  [{ startedAt: 1, detectedAt: 1, declaredAt: 1, acknowledgedAt: 1, resolvedAt: 1 }, undefined],
  [{}, undefined],
])("of %j, %j contradict each other", (times, expected) => {
  expect(contradiction(times)).toEqual(expected);
});
