import { describe, expect, it } from "vitest";

import { ErrorBudgetManager } from "../../src/budget/manager.ts";
import { ConfigurationError } from "../../src/core/errors.ts";
import { LISTENED } from "../../src/incident/edge-words.ts";
import { violationsOf } from "../../src/incident/charging.ts";
import { IncidentManager } from "../../src/incident/manager.ts";
import { incidentMetrics } from "../../src/incident/metrics.ts";
import { isSeverity } from "../../src/incident/model.ts";
import { fold, transition } from "../../src/incident/transition.ts";
import { draftPostmortem } from "../../src/postmortem/draft.ts";
import { Reliability } from "../../src/reliability.ts";
import { parseStatusDocument } from "../../src/status/document.ts";

const BY = { by: "ann" };
const untyped = (value: unknown): never => value as never;

describe("who listens", () => {
  const incidents = new IncidentManager();
  it.each([
    ["resolve", 'on: "resolve" is no event; did you mean "resolved"?'],
    ["status_changed", 'did you mean "statusChanged"?'],
  ])("to %s is told that there is no such event", (name, message) => {
    expect(() => incidents.on(untyped(name), () => undefined)).toThrow(message);
  });

  it("needs a function", () => {
    const budget = new ErrorBudgetManager({ objective: "99%", window: "30d" });
    expect(() => budget.on("exhausted", untyped(undefined))).toThrow("undefined is no listener");
    expect(() => budget.on(untyped("burning"), () => undefined)).toThrow("allowed: burnStarted, burnCleared");
  });

  it("may ask for every event that there is", () => {
    expect(LISTENED).toContain("notificationGivenUp");
    for (const name of LISTENED) incidents.on(untyped(name), () => undefined)();
  });
});

it.each([
  [{ status: "resolved" }, "status: is no option of list"],
  [{ severity: "sev1" }, 'severity: "sev1" is not possible'],
  [{ open: "yes" }, "open"],
  [{ from: 1_795_962_217 }, "was it meant in seconds?"],
  [{ until: NaN }, "until"],
  [{ service: 7 }, "service"],
])("a list by %j is refused", async (filter, message) => {
  const incidents = new IncidentManager();
  await expect(incidents.list(untyped(filter)).next()).rejects.toThrow(message);
  await expect(incidents.list({ from: 0, until: Infinity }).next()).resolves.toMatchObject({ done: true });
});

it.each<[string, () => unknown, string]>([
  ["incidentMetrics", () => incidentMetrics(untyped({}), { from: 0, until: 1, at: 1 }), "is no list of incidents"],
  [
    "incidentMetrics of a list that comes later",
    () => incidentMetrics(untyped(new IncidentManager().list()), { from: 0, until: 1, at: 1 }),
    "by for await",
  ],
  ["violationsOf", () => violationsOf(untyped(undefined)), "incident: undefined is not what is needed"],
  ["fold", () => fold(untyped(undefined)), "events: undefined is no list of events"],
  ["fold of nothing", () => fold([untyped(undefined)]), "events: undefined is not what is needed"],
  ["transition", () => transition(undefined, untyped(undefined), 1), "event: undefined is not what is needed"],
  ["draftPostmortem", () => draftPostmortem(untyped(undefined)), "a mapping with incident, events, at"],
  ["parseStatusDocument", () => parseStatusDocument("{}", untyped(undefined)), "slos: undefined are no SLOs"],
  ["new Reliability", () => new (untyped(Reliability) as new (options: object) => unknown)({}), "Reliability.open("],
])("%s says what it needs", (_, call, message) => {
  expect(call).toThrow(ConfigurationError);
  expect(call).toThrow(message);
});

it("a decision that says nothing is refused, and an event that there is not is told the nearest one", async () => {
  const incidents = new IncidentManager();
  const { id } = await incidents.createIncident({ title: "t", severity: "SEV3", ...BY });
  await expect(incidents.correlate("k", BY, () => untyped(undefined))).rejects.toThrow("decide: gave undefined");
  await expect(incidents.apply(id, BY, () => untyped(undefined))).rejects.toThrow(
    "decide: undefined is no list of events",
  );
  const misspelt = incidents.apply(id, BY, () => [untyped({ type: "resolve" })]);
  await expect(misspelt).rejects.toThrow(ConfigurationError);
});

it("a severity of a form is told from another text", () => {
  expect(["SEV1", "sev1", undefined].map(isSeverity)).toEqual([true, false, false]);
});
