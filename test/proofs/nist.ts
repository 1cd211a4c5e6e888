/** Least squares beside the certified values of NIST's Statistical Reference Datasets. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { leastSquares } from "../../src/capacity/math/least-squares.ts";
import { fitLine, type LinePoints } from "../../src/capacity/math/line.ts";
import { studentQuantile } from "../../src/capacity/math/student.ts";
import { type Random, seededRandom } from "../../src/core/random.ts";
import { ROOT } from "../support/spawn.ts";
import type { ProofContext, ProofFigures } from "./types.ts";

export const description =
  "Least squares have the digits that NIST certifies, of easy data and of hard ones, in whatever order the rows come.";

interface Size {
  /** Orders of the rows; the first is that of the file. Sums of doubles depend on it. */
  readonly orders: number;
}

export const quick: Size = { orders: 20 };
export const full: Size = { orders: 5_000 };

/** The model of each file, and how many digits have to be right. */
const SETS = {
  Norris: { columns: polynomial(1), floor: 13 },
  Pontius: { columns: polynomial(2), floor: 13 },
  NoInt1: { columns: ([x = NaN]) => [x], floor: 14 },
  NoInt2: { columns: ([x = NaN]) => [x], floor: 14 },
  Longley: { columns: (x) => [1, ...x], floor: 14 },
  Filip: { columns: polynomial(10), floor: 7 },
  Wampler1: { columns: polynomial(5), floor: 15 },
  Wampler2: { columns: polynomial(5), floor: 13 },
  Wampler3: { columns: polynomial(5), floor: 14 },
  Wampler4: { columns: polynomial(5), floor: 14 },
  Wampler5: { columns: polynomial(5), floor: 13 },
} as const satisfies Record<string, { columns: (x: readonly number[]) => readonly number[]; floor: number }>;

/** Of a line in the order of the file; in others its intercept, a thousandth of what it is a difference of, may have one fewer. */
const LINE_FLOOR = 12;
const LINE_FLOOR_SHUFFLED = 11;
/** Norris' x has one decimal: a millisecond for each tenth is exact, and in November 2023. */
const EPOCH_MS = 1.7e12;

/** NIST gives 15 digits. */
const MOST_DIGITS = 15;

interface Dataset {
  readonly y: readonly number[];
  readonly x: readonly (readonly number[])[];
  readonly coefficients: readonly number[];
  readonly deviations: readonly number[];
  readonly deviation: number;
  readonly rSquared: number;
}

export async function run({ orders }: Size, { seed, log }: ProofContext): Promise<ProofFigures> {
  const random = seededRandom(seed);
  const figures: Record<string, string> = {};
  for (const [name, { columns, floor }] of Object.entries(SETS)) {
    log(name);
    const data = read(name);
    const worst = new Worst(`${name} (seed ${seed})`, floor);
    for (let round = 0; round < orders; round += 1) {
      const { x, y } = round === 0 ? data : shuffled(data, random);
      const rows = x.map((row) => columns(row));
      const fit = leastSquares(
        data.coefficients.map((_, place) => rows.map((row) => row[place] as number)),
        y,
      );
      worst.compare("coefficients", fit.coefficients, data.coefficients);
      worst.compare("deviations", fit.deviations, data.deviations);
      worst.compare("deviation", [fit.deviation], [data.deviation]);
      worst.compare("rSquared", [fit.rSquared], [data.rSquared]);
    }
    figures[name] = worst.text;
  }
  const norris = read("Norris");
  for (const [order, floor] of [
    ["in the file's order", LINE_FLOOR],
    ["shuffled", LINE_FLOOR_SHUFFLED],
  ] as const) {
    const plain = new Worst(`fitLine of Norris ${order} (seed ${seed})`, floor);
    const epoch = new Worst(`fitLine of Norris in epoch milliseconds ${order} (seed ${seed})`, floor);
    for (let round = 0; round < (floor === LINE_FLOOR ? 1 : orders); round += 1) {
      const { x: rows, y } = floor === LINE_FLOOR ? norris : shuffled(norris, random);
      const x = rows.map(([value]) => value as number);
      compareLine(plain, norris, { x, y }, 0, 1);
      compareLine(epoch, norris, { x: x.map((value) => EPOCH_MS + Math.round(value * 10)), y }, EPOCH_MS, 10);
    }
    figures[`Norris by fitLine, ${order}`] = plain.text;
    figures[`Norris by fitLine in epoch ms, ${order}`] = epoch.text;
  }
  return { ...figures, orders };
}

/** Compares a line whose x is `perUnit` times the file's, and begins at `zero`. */
function compareLine(worst: Worst, data: Dataset, points: LinePoints, zero: number, perUnit: number): void {
  const line = fitLine(points);
  const { upper, mean } = line.confidenceInterval(zero);
  const deviations = [(upper - mean) / studentQuantile(0.975, line.degrees), line.slopeDeviation * perUnit];
  worst.compare("coefficients", [line.at(zero), line.slope * perUnit], data.coefficients);
  worst.compare("deviations", deviations, data.deviations);
  worst.compare("deviation", [line.deviation], [data.deviation]);
  worst.compare("rSquared", [line.rSquared], [data.rSquared]);
  if (zero === 0) {
    worst.compare("coefficients", [line.intercept], data.coefficients.slice(0, 1));
    worst.compare("deviations", [line.interceptDeviation], data.deviations.slice(0, 1));
  }
}

/** The least digits of each kind that were right. */
class Worst {
  readonly #what: string;
  readonly #floor: number;
  readonly #digits = new Map<string, number>();

  constructor(what: string, floor: number) {
    this.#what = what;
    this.#floor = floor;
  }

  compare(kind: string, found: readonly number[], certified: readonly number[]): void {
    if (found.length !== certified.length || found.length === 0) throw new Error(`${this.#what}: not as many ${kind}`);
    for (const [place, value] of found.entries()) {
      const digits = digitsOf(value, certified[place] as number);
      this.#digits.set(kind, Math.min(digits, this.#digits.get(kind) ?? MOST_DIGITS));
      if (!(digits >= this.#floor)) {
        const told = `${String(value)} instead of ${String(certified[place])}, ${digits.toFixed(2)} digits`;
        throw new Error(`${kind} ${String(place)} of ${this.#what}: ${told}`);
      }
    }
  }

  get text(): string {
    return [...this.#digits].map(([kind, digits]) => `${kind} ${digits.toFixed(1)}`).join(", ");
  }
}

/** Logarithm of the relative error, as NIST compares programs; of the absolute one where zero is certified. */
function digitsOf(found: number, certified: number): number {
  const error = Math.abs(found - certified) / (certified === 0 ? 1 : Math.abs(certified));
  return error === 0 ? MOST_DIGITS : Math.min(MOST_DIGITS, -Math.log10(error));
}

function polynomial(degree: number): (x: readonly number[]) => readonly number[] {
  return ([x = NaN]) => Array.from({ length: degree + 1 }, (_, power) => x ** power);
}

function shuffled({ x, y }: Dataset, random: Random): Pick<Dataset, "x" | "y"> {
  const order = y.map((_, place) => place);
  for (let last = order.length - 1; last > 0; last -= 1) {
    const other = random.integer(0, last);
    [order[last], order[other]] = [order[other] as number, order[last] as number];
  }
  return { x: order.map((place) => x[place] as readonly number[]), y: order.map((place) => y[place] as number) };
}

function read(name: string): Dataset {
  const lines = readFileSync(join(ROOT, "test/data/nist", `${name}.dat`), "utf8").split(/\r?\n/);
  const certified = lines.slice(30, 60).join("\n");
  const parameters = [...certified.matchAll(/^ +B\d+ +(\S+) +(\S+)/gm)];
  const number = (pattern: RegExp): number => Number(pattern.exec(certified)?.[1]);
  const rows = lines
    .slice(60)
    .filter((line) => line.trim() !== "")
    .map((line) => line.trim().split(/\s+/).map(Number));
  const data = {
    y: rows.map(([y]) => y as number),
    x: rows.map(([, ...x]) => x),
    coefficients: parameters.map(([, estimate]) => Number(estimate)),
    deviations: parameters.map(([, , deviation]) => Number(deviation)),
    deviation: number(/Residual\s+Standard Deviation +(\S+)/),
    rSquared: number(/R-Squared +(\S+)/),
  };
  const all = [...rows.flat(), ...data.coefficients, ...data.deviations, data.deviation, data.rSquared];
  if (rows.length < 3 || parameters.length === 0 || !all.every(Number.isFinite)) throw new Error(`cannot read ${name}`);
  return data;
}
