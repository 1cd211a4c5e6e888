/** Sources and probes of a maturity model, statuses of a gate, signals of a sampler. */
import { SignalSampler } from "../../../src/capacity/sampler.ts";
import { ReleaseGate } from "../../../src/gate/gate.ts";
import { MaturityModel } from "../../../src/maturity/maturity-model.ts";
import type { MaturitySources } from "../../../src/maturity/sources.ts";
import { parseSloDocument } from "../../../src/slo/document.ts";
import { SloStatusReader } from "../../../src/status/reader.ts";

import { SOURCE } from "./loop.ts";
import { START, type Stage } from "./stage.ts";
import { goesOn, type Scenario } from "./types.ts";

const SLOS = parseSloDocument({
  service_level_objectives: {
    shop: { availability: { target: "99%", measurement_window: "1h" } },
    search: { availability: { target: "99%", measurement_window: "1h" } },
  },
});
const SERVICES = ["shop", "search"];
const BEGAN = START - 86_400_000;
const INCIDENT = {
  ...{ id: "INC-0001", severity: "SEV1", status: "resolved", startedAt: BEGAN, detectedAt: BEGAN },
  ...{ acknowledgedAt: BEGAN, resolvedAt: BEGAN + 60_000 },
};
const GOOD: MaturitySources = {
  services: SERVICES,
  slos: SLOS,
  statuses: {
    getSloStatus: async () => ({ slos: [{ slo: { id: "shop/availability" }, budget: { state: "measured" } }] }),
  },
  signals: { saturation: () => ({ cpu: 0.5 }) },
  onCall: { gaps: () => [] },
  incidents: {
    list: async function* () {
      yield INCIDENT;
    },
    get: async () => ({ roles: { commander: {} } }),
  },
  runbooks: {
    runbooks: () => ["restart"],
    runbookFor: () => ({ name: "restart", steps: [{ kind: "command" }] }),
    list: async function* () {
      yield { id: "RUN-0001", runbook: "restart", status: "succeeded", startedAt: BEGAN, incident: "INC-0001" };
    },
    get: async () => ({ isDry: false, steps: [] }),
  },
  policies: { policyFor: () => ({ name: "own" }), auditEntries: () => [{}] },
  capacity: {
    services: SERVICES,
    analyzeGrowthTrends: () => ({ metrics: { disk: { state: "trend" } } }),
    predictCapacityNeeds: () => ({ metrics: { disk: { forecast: { state: "forecast" }, limit: {} } } }),
  },
};
const METHODS: Readonly<Record<string, readonly [methods: readonly string[], names: RegExp]>> = {
  statuses: [["getSloStatus"], /statuses/],
  signals: [["saturation"], /signals/],
  onCall: [["gaps"], /schedule/],
  incidents: [["list", "get"], /incidents/],
  runbooks: [["runbooks", "runbookFor", "list"], /runbooks/],
  policies: [["policyFor", "auditEntries"], /policies/],
  capacity: [["analyzeGrowthTrends", "predictCapacityNeeds"], /planner/],
};
const AT_ONCE =
  /^(?:saturation|gaps|runbooks|runbookFor|policyFor|auditEntries|analyzeGrowthTrends|predictCapacityNeeds)$/;

/** Collects twice; each criterion gets a finding. */
async function collect(stage: Stage, model: MaturityModel): Promise<void> {
  for (let time = 0; time < 3; time += 1) {
    const evidence = await stage.play(model.collect());
    goesOn(Object.keys(evidence).length > 5, `${String(Object.keys(evidence).length)} criteria have evidence`);
    for (const finding of Object.values(evidence)) stage.tell(finding.text);
  }
  const report = JSON.stringify(await stage.play(model.assess()));
  goesOn(!report.includes("NaN"), "no score is NaN");
  stage.told.push(report);
  model.close();
}

export const ASSESSED: readonly Scenario[] = [
  ...Object.entries(METHODS).flatMap(([source, [methods, names]]) =>
    methods.map((method): Scenario => ({
      ...{
        plugin: `MaturitySources.${source}`,
        method,
        by: "MaturityModel",
        answers: true,
        atOnce: AT_ONCE.test(method),
      },
      // What junk there is that is a truth of its own (no saturation, no gap, no runbook) is not told apart from it.
      ...{ names, fine: ({ kind }) => kind === "junk" },
      play: (stage) => {
        const good = GOOD[source as keyof MaturitySources] as object;
        const sources = { ...GOOD, [source]: stage.spoiling(good, method as never) };
        return collect(stage, new MaturityModel({ sources, clock: stage.clock }));
      },
    })),
  ),
  {
    ...{ plugin: "MaturityProbe", method: "probe", by: "MaturityModel", answers: true, names: /slos\.|probe/ },
    play: (stage) => {
      const [id = ""] = new MaturityModel({}).criteria.map((criterion) => criterion.id);
      const probes = { [id]: stage.plugin(async () => ({ share: 1, text: "as it should be" })) };
      return collect(stage, new MaturityModel({ sources: GOOD, probes, clock: stage.clock }));
    },
  },
  {
    ...{ plugin: "MaturitySources.postmortems", method: "postmortems", by: "MaturityModel", answers: true },
    ...{ names: /postmortems/, fine: ({ kind }) => kind === "junk" },
    play: (stage) => {
      const sources = { ...GOOD, postmortems: stage.plugin(async () => []) };
      return collect(stage, new MaturityModel({ sources, clock: stage.clock }));
    },
  },
  {
    ...{
      plugin: "StatusTeller",
      method: "getSloStatus",
      by: "ReleaseGate",
      answers: true,
      names: /shop|failed|status/,
    },
    play: async (stage) => {
      const reader = new SloStatusReader({ slos: SLOS, source: SOURCE, clock: stage.clock });
      const statuses = { getSloStatus: stage.plugin((service: string) => reader.getSloStatus(service)) };
      const gate = new ReleaseGate({ statuses, whenUnknown: "closed", clock: stage.clock });
      gate.on("failed", ({ service, error }) => stage.tell(`${service} could not be told`, error));
      for (let time = 0; time < 4; time += 1) {
        const { allowed, verdict, reasons } = await stage.play(gate.check("shop"));
        for (const { message } of reasons) if (verdict === "unknown") stage.tell(message);
        goesOn(!allowed, "a service whose budget is spent, or not told, is not released");
      }
    },
  },
  {
    ...{
      plugin: "SampledSignals",
      method: "saturation",
      by: "SignalSampler",
      answers: true,
      atOnce: true,
      names: /sample/,
    },
    fine: ({ kind }) => kind === "junk",
    play: async (stage) => {
      const signals = { requests: 1, saturation: stage.plugin(() => ({ cpu: 0.5 })) };
      const sampler = new SignalSampler({ signals, clock: stage.clock, logger: stage.logger });
      let taken = 0;
      const stop = sampler.every(60_000, () => (taken += 1));
      await stage.pass(310_000);
      stop();
      goesOn(taken >= 4, `${String(taken)} of 5 samples were taken`);
    },
  },
  {
    ...{ plugin: "SignalSampler.every", method: "take", by: "SignalSampler", answers: false, names: /sample/ },
    fine: ({ kind }) => kind === "hangs" || kind === "late",
    play: async (stage) => {
      const sampler = new SignalSampler({
        signals: { requests: 1, saturation: () => ({}) },
        ...{ clock: stage.clock, logger: stage.logger },
      });
      const stop = sampler.every(
        60_000,
        stage.plugin(() => undefined),
      );
      await stage.pass(310_000);
      stop();
    },
  },
];
