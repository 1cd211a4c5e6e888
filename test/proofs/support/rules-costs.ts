/** What evaluating the rules of one SLO reads from Prometheus: ours, Sloth's, and the counters over the whole window. */
import { parseYaml } from "../../../src/core/yaml/yaml.ts";
import { generateRules } from "../../../src/rules/generate.ts";
import type { RecordingRule, RuleGroup } from "../../../src/rules/model.ts";
import { ninesSpec, slothRules } from "./rules-sloth.ts";
import { openStorage, type Storage, type StoredSeries } from "./rules-storage.ts";

/** What some expressions take together. */
export interface Cost {
  readonly samples: number;
  readonly ms: number;
}

/** Everything that was read, by way. */
export interface Costs {
  readonly version: string;
  readonly slothSource: string;
  /** What remains of the budget, over the window. */
  readonly budget: Readonly<Record<"ours" | "sloth" | "raw", Cost & { readonly remaining: number }>>;
  /** Every rule of the SLO, once. */
  readonly all: Readonly<Record<"oursShort" | "oursBudget" | "sloth", Cost>>;
}

/** Between scrapes, and between evaluations of rules. */
const EVERY_SECONDS = 30;
const INSTANCES = 10;
/** What a counter grows by from one scrape to the next, by its code. */
const GROWTH: Readonly<Record<string, number>> = { 200: 1_999, 500: 1 };
const START = Date.UTC(2026, 0, 1) / 1_000;
const DAY = 86_400;
/** As long as this a recorded value is read that no rule reads a range of. */
const RECENT = 600;

/** Asks a Prometheus with `days` of data right after them, so often for the time that it takes. */
export async function costsOf(
  programs: { readonly prometheus: string; readonly promtool: string },
  { days, rounds }: { readonly days: number; readonly rounds: number },
): Promise<Costs> {
  const [short, budget] = generateRules(ninesSpec("shop")).groups as [RuleGroup, RuleGroup];
  const { rules, source } = await slothRules();
  const theirs = (parseYaml(rules).value as { groups: readonly RuleGroup[] }).groups;
  const end = START + days * DAY;
  const storage = await openStorage(programs, [...counters(end), ...recorded([short, budget, ...theirs], end)]);
  try {
    // Between two full 5 minutes, as most evaluations are.
    const ask = askers(storage, end + 17, rounds);
    const [events = "", errors = ""] = expressions([budget], /:increase$/);
    const [ratio = ""] = expressions(theirs, /ratio_rate30d$/);
    const failed = 'sum(increase(requests_total{job="shop",code=~"5.."}[30d]))';
    const raw = `1 - ${failed} / sum(increase(requests_total{job="shop"}[30d])) / 0.001`;
    return {
      version: storage.version,
      slothSource: source,
      budget: {
        ours: {
          ...(await ask.cost(expressions([budget]))),
          remaining: 1 - (await ask.value(errors)) / (await ask.value(events)) / 0.001,
        },
        sloth: {
          ...(await ask.cost(expressions(theirs, /ratio_rate30d$|period_/))),
          remaining: 1 - (await ask.value(ratio)) / 0.001,
        },
        raw: { ...(await ask.cost([raw])), remaining: await ask.value(raw) },
      },
      all: {
        oursShort: await ask.cost(expressions([short])),
        oursBudget: await ask.cost(expressions([budget])),
        sloth: await ask.cost(expressions(theirs)),
      },
    };
  } finally {
    await storage.stop();
  }
}

/** Expressions of rules; with a name, only of those that record under such a one. */
function expressions(groups: readonly RuleGroup[], name?: RegExp): string[] {
  const rules = groups.flatMap((group) => group.rules);
  return rules
    .filter((rule) => name === undefined || ("record" in rule && name.test(rule.record)))
    .map(({ expr }) => expr);
}

function askers(storage: Storage, at: number, rounds: number) {
  return {
    value: async (query: string): Promise<number> => (await storage.ask(query, at)).value,
    /** The samples of all, and the least time of some rounds. */
    async cost(queries: readonly string[]): Promise<Cost> {
      let [samples, ms] = [0, Infinity];
      for (let round = 0; round < rounds; round += 1) {
        const answers = [];
        for (const query of queries) answers.push(await storage.ask(query, at));
        samples = answers.reduce((sum, answer) => sum + answer.samples, 0);
        ms = Math.min(
          ms,
          answers.reduce((sum, answer) => sum + answer.ms, 0),
        );
      }
      return { samples, ms };
    },
  };
}

function counters(end: number): StoredSeries[] {
  return Object.entries(GROWTH).flatMap(([code, growth]) =>
    Array.from({ length: INSTANCES }, (_, instance): StoredSeries => ({
      series: `requests_total{job="shop",instance="i${instance}",code="${code}"}`,
      from: START,
      to: end,
      everySeconds: EVERY_SECONDS,
      valueAt: (at) => ((at - START) / EVERY_SECONDS) * growth,
    })),
  );
}

/** What the rules record of that, as far back as other rules read it. */
function recorded(groups: readonly RuleGroup[], end: number): StoredSeries[] {
  const rules = groups.flatMap((group) => group.rules).filter((rule): rule is RecordingRule => "record" in rule);
  return rules.map(({ record, labels = {} }): StoredSeries => {
    const pairs = Object.entries(labels).map(([name, value]) => `${name}=${JSON.stringify(value)}`);
    const isPart = record.endsWith(":increase") && labels.window === "5m";
    const isRead = isPart || /ratio_rate5m$|:present$/.test(record);
    const value = valueOf(record);
    return {
      series: `${record}{${pairs.join(",")}}`,
      from: isRead ? START : end - RECENT,
      to: end,
      everySeconds: EVERY_SECONDS,
      valueAt: () => value,
    };
  });
}

function valueOf(record: string): number {
  const part = (INSTANCES * 300) / EVERY_SECONDS;
  const [good = 0, bad = 0] = Object.values(GROWTH);
  if (record === "nines:slo_events:increase") return part * (good + bad);
  if (record === "nines:slo_errors:increase") return part * bad;
  return record.includes("error:ratio") ? bad / (good + bad) : 1;
}
