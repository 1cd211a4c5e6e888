import { calendarWindow, rollingWindow, windowAt } from "../../src/core/time/window.ts";
import { seededRandom } from "../../src/core/random.ts";
import { forecastBudget } from "../../src/forecast/forecast.ts";
import type { BudgetForecast, ExhaustionTime } from "../../src/forecast/model.ts";
import {
  CHANGING,
  drawLife,
  HOUR,
  type Kind,
  type LifeOptions,
  pointsOf,
  spentAfter,
  STATIONARY,
  statusAt,
  timeOf,
} from "./support/budget-lives.ts";
import type { ProofContext, ProofFigures } from "./types.ts";

export const description =
  "Of the intervals that tell when a budget runs out by trend as many hold as they say, never included, where a service goes on as it went; where it changes, most do.";

interface Size {
  /** Lives of each kind, in each window. */
  readonly lives: number;
  /** What chance may add to the points allowed. */
  readonly slackPoints: number;
}

export const quick: Size = { lives: 12, slackPoints: 40 };
export const full: Size = { lives: 1_000, slackPoints: 0 };

const LEVEL = 0.8;
/** Points below the level that are allowed: of the kinds that go on as they went, and of the others. */
const ALLOWED = { stationary: 3, changing: 8 };
const DAY = 24;
const WINDOWS: Readonly<Record<string, LifeOptions>> = {
  "30 d": { window: rollingWindow(30 * DAY * HOUR), windowHours: 30 * DAY, known: 30 * DAY },
  "7 d": { window: rollingWindow(7 * DAY * HOUR), windowHours: 7 * DAY, known: 28 * DAY },
  month: { window: calendarWindow("month"), windowHours: 30 * DAY, known: 31 * DAY },
};

export function run(size: Size, { seed, log }: ProofContext): Promise<ProofFigures> {
  const figures: Record<string, string> = {};
  const faults: string[] = [];
  const together = new Tally();
  for (const [name, options] of Object.entries(WINDOWS)) {
    for (const kind of [...STATIONARY, ...CHANGING]) {
      log(`${name}, ${kind}`);
      const tally = new Tally();
      const random = seededRandom(`${seed}/${name}/${kind}`);
      const stationary = (STATIONARY as readonly Kind[]).includes(kind);
      const tallies = stationary ? [tally, together] : [tally];
      while (tally.lives < size.lives) tryLife(kind, random, options, tallies);
      figures[`${name}, ${kind}`] = tally.text;
      const allowed = (stationary ? ALLOWED.stationary : ALLOWED.changing) + size.slackPoints;
      if (100 * (LEVEL - tally.held) > allowed) faults.push(`${name}, ${kind}: ${tally.text}`);
    }
  }
  figures["all that go on as they went"] = together.text;
  // Of all of them few are enough to tell.
  if (100 * (LEVEL - together.held) > size.slackPoints / 8) faults.push(`together: ${together.text}`);
  if (faults.length > 0) throw new Error(`${faults.join("; ")} (seed ${seed})`);
  return Promise.resolve(figures);
}

function tryLife(
  kind: Kind,
  random: ReturnType<typeof seededRandom>,
  options: LifeOptions,
  tallies: readonly Tally[],
): void {
  const life = drawLife(kind, random, options);
  if (life === undefined) return;
  const status = statusAt(life, life.now);
  // A budget that is spent, or as good as new, is nothing to forecast.
  if (status.state !== "measured" || status.verdict !== "within" || status.consumedRatio < 0.02) return;
  const points = pointsOf(life);
  const forecast = forecastBudget({ subject: life.subject, status, points, stepMs: HOUR }, { level: LEVEL });
  const range = windowAt(life.subject.window, status.at);
  const hours = options.window.kind === "rolling" ? options.windowHours : (range.end - timeOf(life.now)) / HOUR;
  const truth = spentAfter(life, hours);
  for (const tally of tallies) tally.add(forecast, truth, hours);
}

/** What came, beside what was told. */
class Tally {
  lives = 0;
  #held = 0;
  #sooner = 0;
  #never = 0;
  #unforeseen = 0;
  /** Of the intervals, in shares of the horizon. */
  #widths = 0;
  /** In shares of the horizon. */
  readonly #errors: { readonly byTrend: number; readonly byPace: number; readonly ranOut: boolean }[] = [];

  add({ byTrend, atPresentPace, text }: BudgetForecast, truth: number, hours: number): void {
    if (byTrend.kind !== "forecast") throw new Error(text);
    const hoursOf = (moment: ExhaustionTime): number => (moment.kind === "never" ? Infinity : moment.durationMs / HOUR);
    const [earliest, latest] = [hoursOf(byTrend.earliest), hoursOf(byTrend.latest)];
    this.lives += 1;
    // What is known of the truth is the hour it lies in.
    if (truth >= earliest && truth - 1 <= latest) this.#held += 1;
    else if (truth < earliest) this.#sooner += 1;
    this.#widths += (Math.min(hours, latest) - Math.min(hours, earliest)) / hours;
    if (truth === Infinity) this.#never += 1;
    else if (byTrend.probability === 0) this.#unforeseen += 1;
    const error = (told: number): number => Math.abs(Math.min(hours, told) - Math.min(hours, truth)) / hours;
    const pace = atPresentPace.kind === "in" ? atPresentPace.durationMs / HOUR : Infinity;
    this.#errors.push({ byTrend: error(hoursOf(byTrend.expected)), byPace: error(pace), ranOut: truth < Infinity });
  }

  get held(): number {
    return this.#held / this.lives;
  }

  get text(): string {
    const percent = (count: number): string => `${((100 * count) / this.lives).toFixed(1)} %`;
    const mean = (errors: readonly number[]): string =>
      `${((100 * errors.reduce((a, b) => a + b, 0)) / errors.length).toFixed(1)} %`;
    const median = (errors: readonly number[]): string =>
      `${(100 * ([...errors].sort((a, b) => a - b)[Math.floor(errors.length / 2)] ?? 0)).toFixed(1)} %`;
    const all = this.#errors;
    const ranOut = all.filter((one) => one.ranOut);
    const later = this.lives - this.#held - this.#sooner;
    return [
      `${percent(this.#held)} within, ${percent(this.#sooner)} sooner, ${percent(later)} later`,
      `intervals ${percent(this.#widths)} of the horizon wide`,
      `${percent(this.#never)} never ran out, ${percent(this.#unforeseen)} did so in none of the futures`,
      `off by ${mean(all.map(({ byTrend }) => byTrend))} of the horizon on average, at present pace by ${mean(all.map(({ byPace }) => byPace))}`,
      `where it ran out by ${median(ranOut.map(({ byTrend }) => byTrend))} in the middle, at present pace by ${median(ranOut.map(({ byPace }) => byPace))}`,
    ].join("; ");
  }
}
