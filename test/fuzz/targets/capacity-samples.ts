/** Samples of capacity: whatever was measured, and whenever it is said to have been, no answer has a number that is none. */
import { capacitySvg } from "../../../src/capacity/charts/svg.ts";
import { CapacityPlanner, type CapacityPlannerOptions } from "../../../src/capacity/planner.ts";
import type { CapacitySample } from "../../../src/capacity/series/samples.ts";
import { ConfigurationError, formatPath } from "../../../src/core/errors.ts";
import { ManualClock } from "../../../src/core/time/manual-clock.ts";
import type { Random } from "../../../src/core/random.ts";
import { drawn } from "../support/drawn.ts";
import { oddNumber, revived, SPECIAL_NAMES } from "../support/values.ts";
import type { FuzzTarget, Outcome } from "../types.ts";

/** Numbers that JSON does not have are written as values.ts has them. */
interface Planned {
  readonly services: object;
  readonly samples: readonly unknown[];
  /** What is added later. */
  readonly added: readonly unknown[];
  readonly daysAhead: unknown;
  readonly confidence: unknown;
}

const DAY = 86_400_000;
const AT = Date.UTC(2026, 9, 1);
const METRICS = ["cpu", "disk", "requestRate", "__proto__", "constructor", "", "<b>&\u0000", "\ud800", "m".repeat(300)];
const NUMBERS = [0, 1, -1, 0.5, 1e-300, 5e-324, 1e149, -1e149, 1e151, 1e308, -1e308, 2 ** 53, 1e21, 3];
const STEPS = [1e-3, 1, 60_000, 3_600_000, DAY, 7 * DAY, 400 * DAY, 1e13];
const TIMES = [
  ...[
    0,
    -0,
    5e-324,
    0.1,
    -8.64e15,
    8.64e15,
    8.65e15,
    AT + 0.5,
    AT + 1e12,
    "2026-10-01",
    "2026-02-30",
    "2026-10-01T10:00:00+02:00",
  ],
  ...[
    "2026-10-01 10:00:00.123456789Z",
    "9999-12-31T23:59:59Z",
    "1",
    "now",
    "",
    null,
    {},
    [],
    true,
    "2026-10-01T24:00:00Z",
    "2026-10-01T10:00-9999",
  ],
];

function special(random: Random): object {
  return { $: random.pick(SPECIAL_NAMES) };
}

function anyNumber(random: Random): unknown {
  return random.next() < 0.3 ? special(random) : random.pick(NUMBERS);
}

/** A series that somebody might measure: a level, a trend, a season, noise, jumps, resets, and gaps. */
function anySeries(random: Random): unknown[] {
  const length = random.next() < 0.1 ? random.integer(0, 4) : random.integer(5, 45);
  const step = random.pick(STEPS);
  const scale = random.pick([1, 1, 1, 100, 1e-9, 1e9, 1e148, 1e-300, 0]);
  const [level, trend, noise] = [random.next() * 10, random.pick([0, 0, 0.1, -0.1, 3]), random.pick([0, 0.2, 5])];
  const period = random.pick([0, 7, 24]);
  const isCounter = random.next() < 0.15;
  let total = 0;
  return Array.from({ length }, (_, index) => {
    const season = period === 0 ? 0 : Math.sin((index / period) * 2 * Math.PI) * 2;
    const value = (level + trend * index + season + (random.next() - 0.5) * noise) * scale;
    total = random.next() < 0.05 ? 0 : total + Math.abs(value);
    const timestamp = AT - (length - index) * step;
    return {
      timestamp,
      cpu: isCounter ? total : value,
      ...(random.next() < 0.3 ? { requestRate: Math.abs(value) } : {}),
    };
  });
}

/** The same with what clocks, exporters and people make of it. */
function changed(series: unknown[], random: Random): unknown[] {
  let list = series;
  for (let left = random.integer(0, 4); left > 0; left -= 1) {
    const at = random.integer(0, Math.max(0, list.length - 1));
    const one = list[at] as Record<string, unknown> | null | undefined;
    // What refuses all of the samples comes less often than what they have to live with.
    const kind = random.next() < 0.06 ? random.pick([3, 8]) : random.pick([0, 1, 2, 4, 5, 6, 7, 9]);
    if (one === undefined) list = [...list, { timestamp: random.pick(TIMES), cpu: anyNumber(random) }];
    else if (kind <= 2)
      list = list.with(at, {
        ...one,
        cpu:
          random.next() < 0.1
            ? anyNumber(random)
            : random.pick([...NUMBERS, { $: "NaN" }, { $: "Infinity" }, { $: "-0" }, null]),
      });
    else if (kind === 3)
      list = list.with(at, { ...one, timestamp: random.next() < 0.5 ? random.pick(TIMES) : special(random) });
    else if (kind === 4) list = [...list, one, one];
    else if (kind === 5) list = [...list].reverse();
    else if (kind === 6) list = list.toSpliced(at, random.integer(1, 8));
    else if (kind === 7)
      list = list.with(
        at,
        Object.fromEntries([...Object.entries(one ?? {}), [random.pick(METRICS), random.pick(NUMBERS)]]),
      );
    else if (kind === 8)
      list = list.with(
        at,
        random.next() < 0.15
          ? random.pick([null, 7, "a", [], {}, special(random)])
          : { ...one, cpu: random.pick(NUMBERS) },
      );
    else
      list = [
        ...list,
        {
          timestamp: (Number(one?.timestamp) || AT) + random.pick([5e-324, 1e-9, 0.25, 1, 1e14]),
          cpu: random.pick(NUMBERS),
        },
      ];
  }
  return list;
}

function anyPlan(random: Random): object {
  const maybe = (name: string, usual: readonly unknown[]): object => {
    if (random.next() < 0.6) return {};
    return {
      [name]:
        random.next() < 0.98
          ? random.pick(usual)
          : random.pick([anyNumber(random), 1e308, { value: 1, side: "odd" }, -1]),
    };
  };
  return {
    ...maybe("limit", [10, 1, 0.8, { value: 2, side: "below" }, { value: 5, side: "above" }, 1e6, 1e99, 1e-300, 50]),
    ...(random.next() < 0.3 ? { ...maybe("floor", [0, -10]), ...maybe("cap", [1, 100, 1e9]) } : {}),
    ...maybe("kind", ["gauge", "counter"]),
    ...maybe("unit", ["ratio", "%", "GB", "<script>"]),
    ...maybe("statistic", ["mean", "max"]),
    ...maybe("costPerUnit", [0.1, 1e99]),
    ...maybe("sharedByReplicas", [true, false]),
  };
}

function anyPlanned(random: Random): Planned {
  const serving = {
    ...{
      current: random.pick([1, 3, 3, 1_000_000]),
      capacityPerReplica: random.pick([100, 100, 1, 1e-9, 1e99, 1e300]),
    },
    ...(random.next() < 0.5
      ? {
          latency: { share: 0.95, limitMs: random.pick([200, 1e-9, 1e99]) },
          concurrency: random.pick([1, 50, 1_000_000]),
        }
      : {}),
    ...(random.next() < 0.3
      ? {
          costPerReplica: random.pick([30, 30, 1e99]),
          spare: random.pick([0, 2]),
          minimum: 2,
          targetUtilisation: random.pick([0.5, 1, 1e-9]),
        }
      : {}),
  };
  const shop = {
    ...(random.next() < 0.8
      ? {
          metrics: Object.fromEntries([
            ["cpu", anyPlan(random)],
            ...(random.next() < 0.1 ? [[random.pick(METRICS), anyPlan(random)]] : []),
          ]),
        }
      : {}),
    ...(random.next() < 0.25
      ? { serving: random.next() < 0.9 ? serving : { ...serving, current: anyNumber(random) } }
      : {}),
    ...(random.next() < 0.2 ? { leadDays: random.next() < 0.9 ? random.pick([0, 14, 1e9]) : special(random) } : {}),
  };
  return {
    services: random.next() < 0.95 ? { shop } : {},
    samples: random.next() < 0.99 ? changed(anySeries(random), random) : ([] as unknown[]),
    added: random.next() < 0.2 ? changed([], random) : [],
    daysAhead: random.next() < 0.96 ? random.pick([1, 7, 30, 0.01, 3_650]) : random.pick([0, -1, "7", special(random)]),
    confidence:
      random.next() < 0.96 ? random.pick([0.95, 0.5, 0.999]) : random.pick([0, 1, 0.99999999, special(random)]),
  };
}

/** What the documents say is NaN: where there was no value, of a constant, of too few, and of a queue that does not keep up. */
function isMissing(path: string): boolean {
  return /\.history\.\d+\.value$|\.rSquared$|\.checks\.autocorrelation$|\.queue(?:Now|Then)\.\w+Ms$/.test(path);
}

function run(input: Planned): Outcome {
  const { services, samples, added, daysAhead, confidence } = revived(input) as {
    readonly services: NonNullable<CapacityPlannerOptions["services"]>;
    readonly samples: readonly CapacitySample[];
    readonly added: readonly CapacitySample[];
    readonly daysAhead: number;
    readonly confidence: number;
  };
  try {
    const planner = new CapacityPlanner({ services, confidence, clock: new ManualClock(AT) });
    check("a trend", planner.analyzeGrowthTrends("shop", samples));
    if (added.length > 0) planner.addSamples("shop", added);
    const needs = planner.predictCapacityNeeds("shop", { daysAhead });
    check("a forecast", needs);
    for (const { chart } of Object.values(needs.metrics)) {
      const svg = capacitySvg(chart);
      if (/NaN|Infinity|undefined/.test(svg.replace(/<(title|desc|text)[^>]*>[^<]*<\/\1>/g, "")))
        throw new Error("a picture with a number that is none");
    }
    for (const advice of planner.generateScalingRecommendations("shop", { headroomDays: daysAhead })) {
      check("advice", advice);
      if (/\bNaN\b|Infinity|undefined/.test(JSON.stringify(advice).replaceAll(/"metric":"[^"]*"/g, "")))
        throw new Error(`advice in which something is none: ${JSON.stringify(advice)}`);
    }
    return { taken: true };
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    return { refused: error.message, at: formatPath(error.issues[0]?.path ?? []) };
  }
}

function check(what: string, value: unknown): void {
  const odd = oddNumber(value, isMissing);
  if (odd !== undefined) throw new Error(`${what} with a number that is none: ${odd}`);
}

export const target: FuzzTarget<Planned> = {
  name: "capacity-samples",
  description: "samples and plans of a capacity planner",
  share: 0.3,
  inputs: drawn(anyPlanned),
  run,
};
