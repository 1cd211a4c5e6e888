/** A dashboard of which one source misbehaves: everything else is shown, and the page says what could not be told. */
import { SloDashboard } from "../../../src/dashboard/dashboard.ts";
import type { SloDashboardOptions } from "../../../src/dashboard/options.ts";
import type { DashboardPlanner, DashboardStatuses, ForecastLike } from "../../../src/dashboard/sources.ts";
import { ConservativePolicy } from "../../../src/policy/threshold-policy.ts";
import { PolicyEngine } from "../../../src/policy/engine.ts";
import { parseSloDocument } from "../../../src/slo/document.ts";
import { SloStatusReader } from "../../../src/status/reader.ts";

import { SOURCE } from "./loop.ts";
import type { Stage } from "./stage.ts";
import { goesOn, type Scenario } from "./types.ts";

type Options = Omit<SloDashboardOptions, "statuses">;

const SLOS = parseSloDocument({
  service_level_objectives: {
    shop: { availability: { target: "99%", measurement_window: "1h" } },
    search: { availability: { target: "99%", measurement_window: "1h" } },
  },
});

/** Three snapshots, between which what is remembered goes stale. */
async function show(
  stage: Stage,
  make: (statuses: SloStatusReader) => Options & { readonly statuses?: DashboardStatuses },
): Promise<void> {
  const reader = new SloStatusReader({ slos: SLOS, source: SOURCE, clock: stage.clock });
  const dashboard = new SloDashboard({ statuses: reader, clock: stage.clock, logger: stage.logger, ...make(reader) });
  for (let time = 0; time < 3; time += 1) {
    const snapshot = await stage.play(dashboard.snapshot());
    for (const trouble of snapshot.troubles) stage.tell(trouble);
    for (const { failure } of snapshot.services) if (failure !== undefined) stage.tell(failure);
    goesOn(snapshot.services.length === 2, `${String(snapshot.services.length)} of 2 services are shown`);
    goesOn(JSON.parse(JSON.stringify(snapshot)).at === snapshot.at, "a snapshot is plain JSON");
    await stage.pass(400_000);
  }
  dashboard.close();
}

/** What a source has that is asked at once, or waited for. */
function statusesOf(reader: SloStatusReader, more: object): DashboardStatuses {
  return {
    services: reader.services,
    getSloStatus: (service: string, question) => reader.getSloStatus(service, question),
    getSloStatuses: (question) => reader.getSloStatuses(question),
    source: SOURCE,
    ...more,
  };
}

const FORECAST: ForecastLike = { text: "lasts", level: 0.8, horizonAt: 0, byTrend: { kind: "unknown" } };
const PLANNER: DashboardPlanner = {
  services: ["shop", "search"],
  predictCapacityNeeds: () => ({
    confidence: 0.95,
    metrics: {
      disk: {
        unit: "GB",
        forecast: { state: "forecast" },
        exhaustion: { text: "lasts" },
        chart: { history: [{ at: 0, value: 1 }], forecast: [{ at: 1, mean: 1, lower: 1, upper: 1 }] },
      },
    },
  }),
  generateScalingRecommendations: () => [{ metric: "disk", urgency: "none", summary: "enough" }],
};
const SIGNALS = {
  saturation: () => ({ cpu: 0.5 }),
  examples: () => [
    {
      traceId: "4bf92f3577b34da6a3ce929d0e0e4736",
      at: 0,
      durationSeconds: 1,
      method: "GET",
      route: "/",
      code: "500",
      bad: true,
    },
  ],
  source: { has: () => true },
};

export const DASHBOARDS: readonly Scenario[] = [
  ...(["getSloStatus", "getSloStatuses"] as const).map((method): Scenario => ({
    ...{
      plugin: "DashboardStatuses",
      method,
      by: "SloDashboard",
      answers: true,
      names: /status|told|Error|proxy|failed/,
    },
    play: (stage) =>
      show(stage, (reader) => {
        const all = statusesOf(reader, method === "getSloStatus" ? { getSloStatuses: undefined } : {});
        return { statuses: stage.spoiling(all, method) };
      }),
  })),
  {
    ...{ plugin: "DashboardStatuses", method: "exclusionsOf", by: "SloDashboard", answers: true, atOnce: true },
    names: /exclusions|past|course/,
    fine: ({ name }) => /list|undefined$| null$|string$|megabyte$/.test(name),
    play: (stage) =>
      show(stage, (reader) => ({ statuses: statusesOf(reader, { exclusionsOf: stage.plugin(() => []) }) })),
  },
  ...(["measure", "measureAll", "latenciesMs"] as const).map((method): Scenario => ({
    ...{
      plugin: "sli-source",
      method,
      by: "SloDashboard",
      answers: true,
      names: /past|latenc|percentile|course|could not/i,
    },
    ...(method === "latenciesMs" ? { fine: ({ name }) => /list|number$|undefined$/.test(name) } : {}),
    play: (stage) =>
      show(stage, (reader) => {
        const full = {
          measure: SOURCE.measure,
          latenciesMs: async (slos: readonly unknown[]) => slos.map(() => 100),
          ...(method === "measureAll"
            ? {
                measureAll: async (questions: readonly { ranges: readonly unknown[] }[]) =>
                  questions.map(({ ranges }) => ({
                    measurements: ranges.map(() => ({ good: 500, total: 1_000, coverage: 1 })),
                  })),
              }
            : {}),
        };
        return { statuses: statusesOf(reader, { source: stage.spoiling(full, method) }) };
      }),
  })),
  ...(["saturation", "examples"] as const).map((method): Scenario => ({
    ...{ plugin: "DashboardSignalsSource", method, by: "SloDashboard", answers: true, atOnce: true },
    names: /how full|requests that failed/,
    fine: ({ name }) => /list|mapping$|endless|undefined$|waited for$/.test(name),
    play: (stage) =>
      show(stage, (reader) => ({
        statuses: statusesOf(reader, {
          signals: { ...SIGNALS, [method]: stage.plugin<[], object>(SIGNALS[method]) },
        }),
        links: { traces: { jaeger: "http://traces.example/" } },
      })),
  })),
  {
    ...{ plugin: "DashboardSignalsSource", method: "source.has", by: "SloDashboard", answers: true, atOnce: true },
    names: /not all of|could not/,
    fine: ({ kind }) => kind !== "throws",
    play: (stage) =>
      show(stage, (reader) => ({
        statuses: statusesOf(reader, { signals: { ...SIGNALS, source: { has: stage.plugin(() => true) } } }),
      })),
  },
  {
    ...{ plugin: "deployments", method: "deployments", by: "SloDashboard", answers: true, names: /deployments/ },
    fine: ({ name }) => name.includes("list"),
    play: (stage) => show(stage, () => ({ deployments: { deployments: stage.plugin(async () => []) } })),
  },
  {
    ...{ plugin: "DashboardIncidents", method: "list", by: "SloDashboard", answers: true, names: /incidents/ },
    // Whatever can be gone through has none in it.
    fine: ({ name }) => /list|string$|megabyte$/.test(name),
    play: (stage) => show(stage, () => ({ incidents: { list: stage.plugin(async function* () {}) as never } })),
  },
  {
    ...{ plugin: "DashboardIncidents", method: "next", by: "SloDashboard", answers: true, names: /incidents/ },
    fine: ({ name }) => /done|endless|number|string|megabyte|bigint|function|NaN|list|mapping$/.test(name),
    play: (stage) =>
      show(stage, () => {
        const next = stage.plugin(async () => ({ done: true, value: undefined }));
        return { incidents: { list: () => ({ [Symbol.asyncIterator]: () => ({ next }) }) as never } };
      }),
  },
  {
    ...{ plugin: "DashboardGateLike", method: "check", by: "SloDashboard", answers: true, names: /gate/ },
    play: (stage) =>
      show(stage, () => ({
        gate: {
          check: stage.plugin(async () => ({ verdict: "pass", allowed: true, policy: "own", reasons: [] }) as const),
        },
      })),
  },
  {
    ...{ plugin: "DashboardForecaster", method: "forecast", by: "SloDashboard", answers: true, names: /forecast/ },
    play: (stage) => show(stage, () => ({ forecast: stage.plugin(async () => FORECAST) })),
  },
  ...(["predictCapacityNeeds", "generateScalingRecommendations"] as const).map((method): Scenario => ({
    ...{ plugin: "DashboardPlanner", method, by: "SloDashboard", answers: true, atOnce: true, names: /capacity/ },
    fine: ({ name }) => /empty (?:list|mapping)|long list|endless/.test(name),
    play: (stage) =>
      show(stage, () => ({ capacity: { ...PLANNER, [method]: stage.plugin(PLANNER[method] as () => unknown) } })),
  })),
  {
    ...{ plugin: "DashboardPolicies", method: "preview", by: "SloDashboard", answers: true, atOnce: true },
    names: /polic|decision/,
    play: (stage) =>
      show(stage, () => {
        const engine = new PolicyEngine({ default: new ConservativePolicy(), clock: stage.clock });
        return { policies: stage.spoiling(engine, "preview") };
      }),
  },
  {
    ...{ plugin: "DashboardPolicies", method: "auditEntries", by: "SloDashboard", answers: true, atOnce: true },
    names: /halts/,
    fine: ({ name }) => /list|string$|megabyte$|undefined$| null$/.test(name),
    play: (stage) =>
      show(stage, () => {
        const engine = new PolicyEngine({ default: new ConservativePolicy(), clock: stage.clock });
        return { policies: stage.spoiling(engine, "auditEntries") };
      }),
  },
  {
    ...{
      plugin: "incidentUrl",
      method: "incidentUrl",
      by: "SloDashboard",
      answers: true,
      atOnce: true,
      names: /page of an incident/,
    },
    fine: ({ name }) => /undefined$|string$|megabyte$/.test(name),
    play: (stage) =>
      show(stage, () => ({
        incidentUrl: stage.plugin(() => "https://incidents.example/"),
        incidents: {
          list: async function* () {
            for (const id of ["INC-0001", "INC-0002"]) {
              yield {
                ...{ id, version: 1, severity: "SEV1", status: "investigating", title: "fails", services: ["shop"] },
                ...{ startedAt: stage.clock.now() - 60_000, detectedAt: stage.clock.now() - 60_000 },
              } as never;
            }
          },
        },
      })),
  },
];
