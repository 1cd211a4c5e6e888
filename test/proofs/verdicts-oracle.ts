/** What is told of SLOs from a running Prometheus, against a count of the same samples by hand. */
import { PrometheusSource } from "../../src/adapters/prometheus/index.ts";
import { assessBudget, type PeriodShare } from "../../src/budget/assess.ts";
import type { BudgetStatus } from "../../src/budget/status.ts";
import { MILLISECONDS } from "../../src/core/time/duration.ts";
import { seededRandom, type Random } from "../../src/core/random.ts";
import { type TimeRange, windowAt } from "../../src/core/time/window.ts";
import { generateRules } from "../../src/rules/generate.ts";
import type { AlertingRule, RecordingRule } from "../../src/rules/model.ts";
import { parseSloDocument } from "../../src/slo/document.ts";
import type { Slo } from "../../src/slo/model.ts";
import type { SloStatus } from "../../src/status/model.ts";
import { SloStatusReader } from "../../src/status/reader.ts";
import { service as program } from "../support/services.ts";
import { type PastService, pastService } from "./support/past-services.ts";
import {
  countsOf,
  EVERY_SECONDS,
  guessed,
  LONGEST_EXACT_MS,
  lookBackKey,
  PHASE_SECONDS,
  pieceRead,
  recordedRange,
  type ReadingWay,
  summedLookBacks,
} from "./support/recorded-stretches.ts";
import { openStorage, type Storage } from "./support/rules-storage.ts";
import { type Counts, Figures } from "./support/verdict-figures.ts";
import { checkAlerts, checkGate, checkReplay } from "./support/verdict-questions.ts";
import type { ProofContext, ProofFigures } from "./types.ts";
import type { SloDocumentInput } from "../../src/slo/written.ts";

export const description =
  "Statuses from a running Prometheus are those of the same samples counted by hand, rolling and by the calendar, over a change of clocks.";

export const needs = ["prometheus", "promtool"] as const;

interface Size {
  readonly services: number;
  /** Days of the past before the change of clocks, and after it. */
  readonly days: number;
  readonly daysAfter: number;
  readonly windows: readonly string[];
  readonly calendars: readonly string[];
  /** How many instants of the last hours are looked at. */
  readonly instants: number;
}

export const quick: Size = {
  services: 2,
  days: 2,
  daysAfter: 0.5,
  windows: ["1d", "2h"],
  calendars: ["day"],
  instants: 2,
};
export const full: Size = {
  services: 4,
  days: 31,
  daysAfter: 1.4,
  windows: ["30d", "7d", "12h"],
  calendars: ["day", "week", "month"],
  instants: 10,
};

/** The clocks of Berlin went forward at 01:00 UTC. */
const CHANGE = Date.UTC(2026, 2, 29, 1) / 1_000;
/** Rules are evaluated this long before the last instant; what is asked lies in it. */
const RECENT_SECONDS = 8 * 3_600;
const CALENDAR_ZONE = "Europe/Berlin";

export async function run(size: Size, { seed, log }: ProofContext): Promise<ProofFigures> {
  const random = seededRandom(seed);
  const to = CHANGE + size.daysAfter * 86_400;
  // Rules begin an hour after the metrics, and every window after that.
  const from = CHANGE - (size.days + 1) * 86_400;
  const services = Array.from({ length: size.services }, (_, index) =>
    pastService(`s${String(index)}`, { from, to, everySeconds: EVERY_SECONDS }, random),
  );
  const slos = parseSloDocument(documentOf(services, size) as SloDocumentInput).slos;
  const programs = { prometheus: program("prometheus"), promtool: program("promtool") };
  log(`${String(size.services)} services of ${String(size.days)} days to backfill`);
  const storage = await openStorage(
    programs,
    services.flatMap(({ series }) => series),
  );
  try {
    const figures = new Figures();
    const instants = Array.from(
      { length: size.instants },
      () => (to - 60 - random.integer(0, RECENT_SECONDS / 2)) * 1_000 + random.integer(0, 999),
    );
    const sums = summedLookBacks(slos);
    for (const at of instants)
      await compare({ storage, slos, services, at, use: "expressions", figures, random, sums });
    log("the metrics themselves are asked");
    await recordRules(storage, slos, { from: from + 3_600 + PHASE_SECONDS, to });
    log("rules are recorded");
    const replayed = await replay({ storage, slos, services, from: from + 3_600, to });
    log("the past is replayed");
    for (const at of instants) {
      await compare({ storage, slos, services, at, use: "rules", figures, random, sums });
      await compare({ storage, slos: slos.slice(0, 3), services, at, use: "auto", figures, random, sums });
    }
    return { prometheus: storage.version, ...figures.told(), ...replayed };
  } finally {
    await storage.stop();
  }
}

function documentOf(services: readonly PastService[], { windows, calendars }: Size): object {
  const measured = [
    ...windows.map((window) => [window, window] as const),
    ...calendars.map((calendar) => [calendar, { calendar, time_zone: CALENDAR_ZONE }] as const),
  ];
  return {
    service_level_objectives: Object.fromEntries(
      services.map(({ name }) => [
        name,
        Object.fromEntries(
          measured.flatMap(([title, window]) => [
            [
              `good-${title}`,
              {
                kind: "availability",
                target: "99.5%",
                measurement_window: window,
                sli: `sum(rate(requests_total{job="${name}",code!~"5.."}[5m])) / sum(rate(requests_total{job="${name}"}[5m]))`,
              },
            ],
            [
              `fast-${title}`,
              {
                kind: "latency",
                target: "99%",
                threshold: "300ms",
                measurement_window: window,
                sli: `histogram_quantile(0.99, sum by (le) (rate(duration_seconds_bucket{job="${name}"}[5m])))`,
              },
            ],
          ]),
        ),
      ]),
    ),
  };
}

/** What of the rules a source reads, each as far back as it is read. */
async function recordRules(
  storage: Storage,
  slos: readonly Slo[],
  { from, to }: { from: number; to: number },
): Promise<void> {
  const rules = generateRules(slos, { calendarWindows: "rolling" }).groups.flatMap((group) => group.rules);
  const isCount = (record: string): boolean => /^nines:slo_(events|errors):increase$/.test(record);
  const isSum = (expr: string): boolean => expr.includes("sum_over_time(nines:");
  const only = (keep: (rule: RecordingRule, window: string) => boolean): RecordingRule[] =>
    rules.filter((rule): rule is RecordingRule => "record" in rule && keep(rule, rule.labels?.window ?? ""));
  const recent = to - RECENT_SECONDS + PHASE_SECONDS;
  // Each after those that it reads.
  for (const count of ["events", "errors"]) {
    const isThis = (record: string): boolean => record === `nines:slo_${count}:increase`;
    await storage.record(
      only(({ record }, window) => record === "nines:slo_data:present" || (isThis(record) && window === "5m")),
      from,
      to,
    );
    await storage.record(
      only(({ record, expr }, window) => isThis(record) && !isSum(expr) && window !== "5m"),
      recent,
      to,
    );
  }
  await storage.record(
    only(({ record, expr }) => isCount(record) && isSum(expr)),
    recent,
    to,
  );
  await storage.record(
    only(({ record }) => record === "nines:slo_error:ratio"),
    recent,
    to,
  );
  await storage.record(
    only(({ record }) => record === "nines:slo_burn_rate:ratio"),
    recent,
    to,
  );
}

/** Replays the past of one SLO of each service: of the metrics, and of what was recorded, against the alerts of the rules. */
async function replay(given: {
  readonly storage: Storage;
  readonly slos: readonly Slo[];
  readonly services: readonly PastService[];
  readonly from: number;
  readonly to: number;
}): Promise<ProofFigures> {
  const { storage, slos, services, from, to } = given;
  let [steps, episodes, pages, worst, alertMinutes] = [0, 0, 0, 0, 0];
  for (const past of services) {
    const slo = slos.find((one) => one.service === past.name) as Slo;
    for (const [use, stepMs] of [
      ["expressions", MILLISECONDS.m],
      ["rules", 5 * MILLISECONDS.m],
    ] as const) {
      const source = new PrometheusSource({ url: storage.url, use, timeoutMs: 120_000 });
      const start = Math.ceil((from * 1_000) / stepMs) * stepMs;
      const range = { start, end: Math.floor((to * 1_000) / stepMs) * stepMs };
      const figures = await checkReplay(slo, past, {
        source,
        range,
        stepMs,
        lateMs: use === "expressions" ? 0 : 1_000 * (60 - PHASE_SECONDS),
      });
      steps += figures.steps;
      episodes += figures.episodes;
      pages += figures.pages;
      worst = Math.max(worst, figures.worst);
      if (stepMs > MILLISECONDS.m) continue;
      const rules = generateRules([slo]).groups.flatMap((group) => group.rules);
      const alerts = rules.filter((rule): rule is AlertingRule => "alert" in rule && rule.labels?.tier !== undefined);
      const recent = to - RECENT_SECONDS + 600;
      alertMinutes += await checkAlerts(figures.report, alerts, { url: storage.url, from: recent, to: to - 600 });
    }
  }
  return {
    replayedSteps: steps,
    replayedEpisodes: episodes,
    replayedPages: pages,
    worstReplayedBudget: worst.toExponential(2),
    minutesOfAlertsThatAgree: alertMinutes,
  };
}

interface Comparison {
  readonly storage: Storage;
  readonly slos: readonly Slo[];
  readonly services: readonly PastService[];
  readonly at: number;
  readonly use: "rules" | "expressions" | "auto";
  readonly figures: Figures;
  readonly random: Random;
  /** The look-backs that are recorded as sums. */
  readonly sums: ReadonlySet<string>;
}

async function compare({ storage, slos, services, at, use, figures, random, sums }: Comparison): Promise<void> {
  const source = new PrometheusSource({ url: storage.url, use, timeoutMs: 120_000 });
  // Somewhere in the windows, whatever these are.
  const begin = at - random.integer(1_200, 7_200) * 1_000;
  const exclusions = [{ start: begin, end: begin + random.integer(60, 1_000) * 1_000, reason: "maintenance" }];
  const way = { at, by: use, slos: slos.length, sums };
  for (const excluded of [[], exclusions]) {
    const reader = new SloStatusReader({ slos, source, exclusions: excluded, timeoutMs: 120_000 });
    for (const { service, slos: statuses } of await reader.getSloStatuses({ at })) {
      if (excluded.length === 0 && use !== "auto") {
        const past = services.find(({ name }) => name === service) as PastService;
        const counted = statuses.map((status) => ({
          // A gate asks about one service alone.
          ...byHand(status, past, { excluded: [], ...way, slos: statuses.length }),
          lookBack: (windowMs: number) => lookBackByHand(status, past, { windowMs, by: use, sums }),
        }));
        await checkGate(service, { statuses: reader, at, counted });
        figures.gates += 1;
      }
      for (const status of statuses) {
        const past = services.find(({ name }) => name === status.slo.service) as PastService;
        const where = `${status.slo.id} at ${new Date(at).toISOString()} by ${use}${excluded.length > 0 ? ", with maintenance" : ""}`;
        check(status, past, { where, figures, excluded, ...way });
      }
    }
  }
}

interface Reading extends ReadingWay {
  readonly excluded: readonly TimeRange[];
}

/** What of an SLO's window was counted, and how much of it has passed. */
interface ByHand {
  readonly slo: Slo;
  readonly good: number;
  readonly total: number;
  readonly period: PeriodShare;
  readonly countedUntil: number;
  /** What may be said besides, by the guesses of `increase()`. */
  readonly least: Counts;
  readonly most: Counts;
}

function byHand({ slo, at }: SloStatus, past: PastService, { excluded, ...way }: Reading): ByHand {
  const count = slo.kind === "latency" ? past.fast : past.counted;
  const window = windowAt(slo.window, at);
  const without = (range: TimeRange): readonly TimeRange[] =>
    excluded
      .reduce(
        (pieces, { start, end }) =>
          pieces.flatMap((piece) => [
            { start: piece.start, end: Math.min(piece.end, start) },
            { start: Math.max(piece.start, end), end: piece.end },
          ]),
        [range],
      )
      .filter(({ start, end }) => end > start);
  const read = without({ start: window.start, end: at }).map((piece) => pieceRead(slo, piece, way));
  const counts = read.map((piece) => countsOf(past, count, piece));
  const sum = (of: (...all: readonly number[]) => number): Counts => {
    const add = (each: (one: ReturnType<typeof count>) => number): number =>
      counts.reduce((whole, possible) => whole + of(...possible.map(each)), 0);
    return {
      good: add(({ good }) => good),
      bad: add(({ good, total }) => total - good),
      total: add(({ total }) => total),
    };
  };
  const { good, total } = sum((first) => first);
  const lengthOf = (range: TimeRange): number =>
    without(range).reduce((length, { start, end }) => length + end - start, 0);
  return {
    slo,
    good,
    total,
    period: { passedMs: lengthOf({ start: window.start, end: at }), wholeMs: lengthOf(window) },
    countedUntil: read.at(-1)?.until ?? at,
    least: sum(Math.min),
    most: sum(Math.max),
  };
}

function check(
  status: SloStatus,
  past: PastService,
  { where, figures, ...reading }: Reading & { readonly where: string; readonly figures: Figures },
): void {
  const { slo, budget, at, countedUntil } = status;
  const truth = byHand(status, past, reading);
  if (countedUntil !== truth.countedUntil) {
    throw new Error(`${where}: counted until ${String(countedUntil)}, where ${String(truth.countedUntil)} is right`);
  }
  const assessed = ({ good, total }: { readonly good: number; readonly total: number }): BudgetStatus =>
    assessBudget(slo, { window: { good, total, coverage: 1 }, lookBacks: [], period: truth.period }, at);
  const expected = assessed(truth);
  const follows = assessed(budget);
  if (budget.state !== "measured" || expected.state !== "measured" || follows.state !== "measured") {
    throw new Error(`${where}: ${budget.state} where ${expected.state} is right`);
  }
  figures.budget(budget, expected, { ...truth, follows, where, lagMs: at - countedUntil });
  if (reading.excluded.length > 0) return;
  for (const { windowMs, bad, total } of budget.burnRates) {
    const truth = lookBackByHand(status, past, { windowMs, ...reading });
    const off = Math.max(difference(total, truth.total), difference(bad, truth.total - truth.good));
    const told = `${String(bad)} of ${String(total)} over ${String(windowMs / 60_000)} min`;
    figures.burn(off, `${where}: ${told}`);
  }
}

/** What was counted in a look-back, as the rules or the expressions look at it. */
function lookBackByHand(
  { slo, at }: SloStatus,
  past: PastService,
  { windowMs, by, sums }: Pick<Comparison, "sums"> & { readonly windowMs: number; readonly by: Comparison["use"] },
): { readonly good: number; readonly total: number } {
  const count = slo.kind === "latency" ? past.fast : past.counted;
  const isRecorded = by !== "expressions";
  const isSum = isRecorded && sums.has(lookBackKey(slo.id, windowMs));
  const { start, end } = isRecorded ? recordedRange(windowMs, at, isSum) : { start: at - windowMs, end: at };
  const isExact = isSum || windowMs <= (LONGEST_EXACT_MS[by] ?? 0);
  return isExact ? count({ start, end }) : guessed(count, { start, end });
}

/** In shares of what is right, counts below a hundred taken for a hundred. */
function difference(ours: number, truth: number): number {
  return Math.abs(ours - truth) / Math.max(100, truth);
}
