/** Whoever measures, decides, acts or keeps the books for the loop. */
import { MemoryPolicyAuditLog } from "../../../src/policy/audit.ts";
import { ErrorBudgetPolicy } from "../../../src/policy/error-budget-policy.ts";
import { ConservativePolicy } from "../../../src/policy/threshold-policy.ts";
import type { PolicyInput, PolicyVerdict } from "../../../src/policy/verdict.ts";
import { nodeProcessProbe } from "../../../src/adapters/process/index.ts";
import { Reliability, type ReliabilityOptions } from "../../../src/reliability.ts";

import { DOCUMENT, loop, SOURCE } from "./loop.ts";
import { goesOn, type Scenario } from "./types.ts";

type Source = NonNullable<ReliabilityOptions["source"]>;

const FULL: Required<Source> = {
  ...(SOURCE as Required<Source>),
  measureAll: async (questions) =>
    questions.map(({ ranges }) => ({ measurements: ranges.map(() => ({ good: 500, total: 1_000, coverage: 1 })) })),
  latenciesMs: async (subjects) => subjects.map(() => 100),
  traits: () => ({ unit: "events", resolutionMs: 60_000 }),
};

class Own extends ErrorBudgetPolicy {
  readonly name = "own";
  readonly #like = new ConservativePolicy({ actions: { halt: ["freeze"] } });
  evaluate(input: PolicyInput): PolicyVerdict {
    return this.#like.evaluate(input);
  }
}

export const MEASURED: readonly Scenario[] = [
  {
    ...{ plugin: "sli-source", method: "measure", by: "Reliability", answers: true },
    names: /search|source/,
    play: (stage) => loop(stage, { source: stage.spoiling(SOURCE, "measure") }),
  },
  {
    ...{ plugin: "sli-source", method: "measureAll", by: "Reliability", answers: true },
    names: /search|source/,
    play: (stage) => loop(stage, { source: stage.spoiling(FULL, "measureAll") }),
  },
  {
    ...{ plugin: "sli-source", method: "traits", by: "Reliability", answers: true, atOnce: true, names: undefined },
    play: (stage) => loop(stage, { source: stage.spoiling(FULL, "traits") }),
  },
  {
    ...{ plugin: "policy-actions", method: "run", by: "PolicyEngine", answers: false, names: /freeze/ },
    play: async (stage) => {
      const done: string[] = [];
      const actions = { run: stage.plugin(async ({ service }: { service: string }) => void done.push(service)) };
      await loop(stage, { actions });
      goesOn(done.length >= 1, `frozen: ${done.join()}`);
    },
  },
  {
    ...{ plugin: "policy-audit", method: "append", by: "PolicyEngine", answers: false, names: /audit/ },
    play: async (stage) => {
      const audit = new MemoryPolicyAuditLog();
      await loop(stage, {
        policies: {
          audit: stage.spoiling(audit, "append"),
          default: new ConservativePolicy({ actions: { halt: ["freeze"] } }),
        },
      });
      goesOn(audit.entries().length >= 2, `${String(audit.entries().length)} entries are kept`);
    },
  },
  ...(["evaluate", "lookBacksMs"] as const).map((method): Scenario => ({
    ...{ plugin: "ErrorBudgetPolicy", method, by: "PolicyEngine", answers: true, atOnce: true, names: /own/ },
    // Every other question is about worse figures than those that there are.
    forgives: (nth) => method === "evaluate" && nth % 2 === 0,
    fine: ({ name }) => method === "lookBacksMs" && name.includes("empty list"),
    play: async (stage) => {
      const own = new Own();
      const good = (own[method] as (given: never) => unknown).bind(own) as (given: unknown) => unknown;
      Object.defineProperty(own, method, { value: stage.plugin(good) });
      await loop(stage, {
        policies: { default: new ConservativePolicy({ actions: { halt: ["freeze"] } }), services: { search: own } },
      });
    },
  })),
  ...(["sample", "close"] as const).map((method): Scenario => ({
    ...{ plugin: "process-probe", method, by: "GoldenSignalsCollector", answers: method === "sample", atOnce: true },
    names: method === "close" ? undefined : /gauge/,
    // A list is a sample of which nothing is known.
    fine: ({ name }) => /undefined$|list|(?:empty|endless) mapping|waited for$/.test(name),
    play: (stage) => loop(stage, { signals: { probe: stage.spoiling(nodeProcessProbe(), method) } }),
  })),
  {
    ...{ plugin: "countsAsError", method: "countsAsError", by: "GoldenSignalsCollector", answers: true, atOnce: true },
    names: /countsAsError/,
    play: (stage) => loop(stage, { signals: { countsAsError: stage.plugin((status: number) => status >= 500) } }),
  },
  ...(["warn", "error"] as const).map((method): Scenario => ({
    ...{ plugin: "logger", method, by: "Reliability", answers: false, names: undefined },
    play: async (stage) => {
      const failing = {
        measure: () => Promise.reject(new Error("no source")),
      };
      const save = (): Promise<void> => Promise.reject(new Error("no store"));
      const logger = stage.spoiling(stage.logger, method);
      const store = { load: async () => undefined, save };
      if (method === "warn") {
        await loop(stage, { source: failing, logger, store });
        return;
      }
      const reliability = await stage.play(
        Reliability.open({
          document: DOCUMENT,
          service: "shop",
          logger,
          store,
          clock: stage.clock,
          saveEverySeconds: 10,
        }),
      );
      let looks = 0;
      reliability.on("evaluated", () => {
        looks += 1;
        throw new Error("a bad listener");
      });
      await stage.pass(60_000);
      goesOn(looks >= 10, `it has looked ${String(looks)} times`);
      await stage.attempt("closing", () => reliability.close());
    },
  })),
  {
    ...{ plugin: "listener", method: "on(decisionChanged)", by: "Reliability", answers: false, names: /listener/ },
    play: async (stage) => {
      const reliability = await stage.play(
        Reliability.open({
          ...{ document: DOCUMENT, service: "shop", source: SOURCE, logger: stage.logger, clock: stage.clock },
          evaluateEverySeconds: 0,
        }),
      );
      let others = 0;
      reliability.on(
        "evaluated",
        stage.plugin(() => undefined),
      );
      reliability.on("evaluated", () => (others += 1));
      for (let look = 0; look < 4; look += 1) await stage.play(reliability.evaluate());
      await stage.play(reliability.close());
      goesOn(others === 4, `the other listener was told ${String(others)} times`);
    },
    // Nobody waits for a listener.
    fine: ({ kind }) => kind === "hangs" || kind === "late",
  },
];
