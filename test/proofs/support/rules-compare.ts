/** What promtool finds in one run, beside what the brute force finds in the same samples. */
import type { Random } from "../../../src/core/random.ts";
import { generateRules } from "../../../src/rules/generate.ts";
import { failedShare, grown, type Grown, lookBack, restartSlack } from "./rules-brute-force.ts";
import { anyHistory, type History } from "./rules-history.ts";
import { type Kind, KINDS, scraped } from "./rules-kinds.ts";
import { type Answer, rehearse } from "./rules-promtool.ts";

/** One run of promtool: so many histories of a length, each with an SLO of its own. */
export interface Batch {
  readonly window: "12h" | "30d";
  readonly histories: number;
  readonly hours: number;
  readonly isCalm: boolean;
}

/** What was compared so far. */
export interface Tally {
  histories: number;
  budgets: number;
  present: number;
  /** Off by more than 1 %, because of a restart. */
  budgetsOff: number;
  /** Most that a budget was off, as a share of the consumed one where that is more than all: calm histories, and all. */
  worstCalm: number;
  worst: number;
  mustFire: number;
  mustNotFire: number;
  unclear: number;
  readonly faults: string[];
}

export function newTally(): Tally {
  const counts = { histories: 0, budgets: 0, present: 0, budgetsOff: 0, mustFire: 0, mustNotFire: 0, unclear: 0 };
  return { ...counts, worstCalm: 0, worst: 0, faults: [] };
}

interface Tier {
  readonly name: string;
  readonly long: number;
  readonly short: number;
  readonly factor: number;
}

const [MINUTE, HOUR, DAY] = [60, 3_600, 86_400];
const WINDOWS = { "12h": 12 * HOUR, "30d": 30 * DAY } as const;
const tier = (name: string, long: number, short: number, factor: number): Tier => ({ name, long, short, factor });
/** For 30 d as in the SRE Workbook; for 12 h shrunk with the window, but not below 2 and 4 minutes. */
const TIERS: Readonly<Record<Batch["window"], readonly Tier[]>> = {
  "30d": [
    tier("page_fast", HOUR, 5 * MINUTE, 14.4),
    tier("page_slow", 6 * HOUR, 30 * MINUTE, 6),
    tier("ticket_fast", DAY, 2 * HOUR, 3),
    tier("ticket_slow", 3 * DAY, 6 * HOUR, 1),
  ],
  "12h": [
    tier("page_fast", 4 * MINUTE, 2 * MINUTE, 14.4),
    tier("page_slow", 6 * MINUTE, 2 * MINUTE, 6),
    tier("ticket_fast", 24 * MINUTE, 2 * MINUTE, 3),
    tier("ticket_slow", 72 * MINUTE, 6 * MINUTE, 1),
  ],
};
const PART = 5 * MINUTE;
const LEAST_FAILURES = 5;
/** Budgets may be off by so much of all, or of what is consumed where that is more. */
const TOLERANCE = 0.01;
/** A pace is clearly above a limit, or below it, by so much of it. */
const CLEARLY = 0.1;
const BUDGET = "nines:slo_error_budget_remaining:ratio";
const FIRING = 'ALERTS{alertname="ErrorBudgetBurn",alertstate="firing"}';
const OBJECTIVES = ["90%", "99%", "99%", "99.9%", "99.99%"];

interface Case {
  readonly id: string;
  readonly kind: Kind;
  readonly history: History;
  readonly budget: number;
  readonly window: Batch["window"];
  readonly isCalm: boolean;
}

export async function compareBatch(
  program: string,
  random: Random,
  batch: Batch,
  tally: Tally,
  place: string,
): Promise<void> {
  const stepSeconds = random.pick([10, 15, 30]);
  const offsets = Array.from({ length: 30 / stepSeconds }, (_, index) => index * stepSeconds);
  const scrapes = batch.hours * 120;
  const objectives = new Map<string, string>();
  const cases = Array.from({ length: batch.histories }, (_, index): Case => {
    const objective = random.pick(OBJECTIVES);
    const id = `h${index}`;
    objectives.set(id, objective);
    const budget = Number((1 - Number(objective.slice(0, -1)) / 100).toFixed(9));
    const kind = KINDS[index % KINDS.length] as Kind;
    return {
      id,
      kind,
      history: anyHistory(random, { ...batch, scrapes, offsets }),
      budget,
      window: batch.window,
      isCalm: batch.isCalm,
    };
  });
  const lines = cases.map(({ id, kind }) => {
    const objective = objectives.get(id) ?? "";
    const target =
      kind.name === "error_rate" ? `${String(Number((100 - Number(objective.slice(0, -1))).toFixed(6)))}%` : objective;
    return `  ${id}:\n    own: {target: ${target}, measurement_window: ${batch.window}, ${kind.fields(id)}}`;
  });
  const rules = generateRules(`service_level_objectives:\n${lines.join("\n")}\n`).toYaml();
  const times = Array.from({ length: batch.hours * 60 + 7 }, (_, minute) => minute * MINUTE);
  const asks = times.flatMap((atSeconds) => [BUDGET, FIRING].map((expr) => ({ expr, atSeconds })));
  const series = cases.flatMap(({ id, kind, history }) => scraped(kind, history, id, stepSeconds));
  const answers = await rehearse(program, { rules, series, stepSeconds, evaluationSeconds: MINUTE, asks });
  const byCase = cases.map((one) => [one, routesOf(one)] as const);
  times.forEach((at, index) => {
    const [budgets = [], firing = []] = [answers[2 * index], answers[2 * index + 1]];
    const [remaining, alerts] = [byService(budgets), byService(firing)];
    for (const [one, routes] of byCase) {
      for (const [route, streams] of routes) {
        const where = `${one.id} (${one.kind.name}, ${one.window}${route === undefined ? "" : `, ${route}`}) at ${at / MINUTE} min of ${place}`;
        const own = (all: readonly Answer[] | undefined): readonly Answer[] =>
          (all ?? []).filter(({ labels }) => labels.route === route);
        compareBudget(one, streams, at, own(remaining.get(one.id)), tally, where);
        const fired = new Set(own(alerts.get(one.id)).map(({ labels }) => labels.tier ?? ""));
        for (const each of TIERS[one.window])
          compareAlert(one, streams, { at, tier: each, fires: fired.has(each.name) }, tally, where);
      }
    }
  });
  tally.histories += batch.histories;
}

/** With a budget for each route that has ever been seen, or for all. */
function routesOf({ kind, history }: Case): (readonly [string | undefined, readonly Grown[]])[] {
  if (!kind.isGrouped) return [[undefined, kind.streams(history).map(grown)]];
  return ["/a", "/b"].map((route) => [route, kind.streams(history, route).map(grown)]);
}

function byService(answers: readonly Answer[]): ReadonlyMap<string, readonly Answer[]> {
  const found = new Map<string, Answer[]>();
  for (const answer of answers) {
    const { service = "" } = answer.labels;
    found.set(service, [...(found.get(service) ?? []), answer]);
  }
  return found;
}

function compareBudget(
  { kind, budget, window, isCalm }: Case,
  streams: readonly Grown[],
  at: number,
  answers: readonly Answer[],
  tally: Tally,
  where: string,
): void {
  // A route has a budget once it has been counted: that takes two samples.
  const counted = Math.min(...streams.map(({ samples }) => samples[1]?.at ?? Infinity));
  const end = Math.floor(at / PART) * PART;
  // The groups of rules take turns: at a full part the one with the budget may come first.
  if (kind.isGrouped ? !(counted <= (at === end ? at - PART : end)) : at === 0) return;
  const [answer, more] = answers;
  if (answer === undefined || more !== undefined || !Number.isFinite(answer.value)) {
    tally.faults.push(`${answers.length} budgets, ${String(answer?.value)}: ${where}`);
    return;
  }
  tally.present += 1;
  if (at === end) return;
  const consumed = [300, 600].map((longest) => failedShare(streams, end - WINDOWS[window], end, longest) / budget);
  const ours = 1 - answer.value;
  const off = Math.max(0, Math.min(...consumed) - ours, ours - Math.max(...consumed)) / Math.max(1, ...consumed);
  tally.budgets += 1;
  tally.worst = Math.max(tally.worst, off);
  if (isCalm) tally.worstCalm = Math.max(tally.worstCalm, off);
  if (off <= TOLERANCE) return;
  tally.budgetsOff += 1;
  const slack = restartSlack(streams, end - WINDOWS[window], end) / budget / Math.max(1, ...consumed);
  if (off > TOLERANCE + slack)
    tally.faults.push(`budget off by ${off}: consumed ${ours} instead of ${consumed.join(" to ")}: ${where}`);
}

function compareAlert(
  { budget }: Case,
  streams: readonly Grown[],
  { at, tier: { name, long, short, factor }, fires }: { at: number; tier: Tier; fires: boolean },
  tally: Tally,
  where: string,
): void {
  const over = (length: number) => lookBack(streams, at - length, at, length > 2 * HOUR ? PART : 0);
  const [far, near] = [over(long), over(short)];
  const limit = factor * budget;
  const isAbove = Math.min(far.share.low, near.share.low) > limit * (1 + CLEARLY) && far.failures.low > LEAST_FAILURES;
  const isBelow =
    Math.min(far.share.high, near.share.high) < limit * (1 - CLEARLY) ||
    far.failures.high < (LEAST_FAILURES - 0.5) * (1 - CLEARLY);
  if (limit >= 1) return;
  tally[isAbove ? "mustFire" : isBelow ? "mustNotFire" : "unclear"] += 1;
  if (isAbove ? fires : !(isBelow && fires)) return;
  const seen = JSON.stringify({ far, near, limit });
  tally.faults.push(`${name} ${fires ? "fires" : "does not fire"}: ${seen}: ${where}`);
}
