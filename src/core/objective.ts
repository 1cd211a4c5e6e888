/** An objective with exactly the digits that its author wrote. */
import { invalid, show } from "./errors.ts";

const WHOLE = 1_000_000_000;

/** What {@link Objective.parse} reads: `"99.9%"`, `0.999`, `99.9`, or an objective. */
export type ObjectiveInput = string | number | Objective;

/**
 * A share of good events that is promised, kept as whole parts per billion, so that `99.9%` leaves a budget of exactly
 * `0.001` (and not `0.0010000000000000009`, which is what `1 - 0.999` gives).
 *
 * @example
 * ```ts
 * import { Objective } from "nines";
 *
 * const objective = Objective.parse("99.95%");
 * if (objective.budgetText !== "0.0005" || objective.budgetRatio !== 0.0005) throw new Error("digits were lost");
 * ```
 */
export class Objective {
  /** The promised share, in parts per billion: from 1 to 1,000,000,000. */
  readonly partsPerBillion: number;
  /** What may fail, as a fraction in lowest terms: `[1, 1000]` for 99.9 %. Small factors keep products exact. */
  readonly budgetFraction: readonly [numerator: number, denominator: number];

  private constructor(partsPerBillion: number) {
    this.partsPerBillion = partsPerBillion;
    const budget = WHOLE - partsPerBillion;
    const divisor = greatestCommonDivisor(WHOLE, budget);
    this.budgetFraction = Object.freeze([budget / divisor, WHOLE / divisor] as const);
    Object.freeze(this);
  }

  /**
   * Reads an objective. Text with a `%` is a percentage; without one, a number below 1 is a ratio and a number from 50
   * to 100 a percentage. What lies between could be either and is refused. At most 9 decimals as a ratio, 7 as a percentage.
   *
   * @param path - what to call it in an error
   * @throws {@link ConfigurationError} on anything else
   */
  static parse(input: ObjectiveInput, path: string | readonly (string | number)[] = "objective"): Objective {
    if (input instanceof Objective) return input;
    const text = typeof input === "number" ? plainDigits(input) : input;
    const match = typeof text === "string" && text.length <= 40 ? /^(\d+)(?:\.(\d+))?\s*(%?)$/.exec(text.trim()) : null;
    if (match === null) {
      throw invalid(path, `${show(input)} is not an objective; write a percentage such as 99.9%`);
    }
    const [, whole = "0", fraction = "", sign] = match;
    const percent = sign === "%" || Number(text) >= 50;
    if (!percent && Number(text) > 1) {
      throw invalid(path, `${show(input)} could be a percentage or a ratio; write ${text}% if it is a percentage`);
    }
    const decimals = percent ? 7 : 9;
    const digits = fraction.replace(/0+$/, "");
    if (digits.length > decimals) {
      throw invalid(
        path,
        `${show(input)} has more digits than nines keeps: at most ${String(decimals)} after the point`,
      );
    }
    return Objective.fromPartsPerBillion(
      Number(whole) * 10 ** decimals + Number(digits.padEnd(decimals, "0")),
      path,
      input,
    );
  }

  /** The objective of that many parts per billion: a whole number from 1 to 1,000,000,000. */
  static fromPartsPerBillion(
    partsPerBillion: number,
    path: string | readonly (string | number)[] = "partsPerBillion",
    written: unknown = partsPerBillion,
  ): Objective {
    if (!Number.isInteger(partsPerBillion) || partsPerBillion < 1 || partsPerBillion > WHOLE) {
      throw invalid(path, `${show(written)} is out of range; an objective is above 0% and at most 100%`);
    }
    return new Objective(partsPerBillion);
  }

  /** The promised share, from 0 to 1. */
  get ratio(): number {
    return this.partsPerBillion / WHOLE;
  }

  /** What may fail, in parts per billion. */
  get budgetPartsPerBillion(): number {
    return WHOLE - this.partsPerBillion;
  }

  /** The share that may fail, from 0 to 1. */
  get budgetRatio(): number {
    return this.budgetPartsPerBillion / WHOLE;
  }

  /** The share that may fail as exact decimal digits, such as `"0.001"`. */
  get budgetText(): string {
    return decimalText(this.budgetPartsPerBillion, 9);
  }

  /** The promised share as exact decimal digits, such as `"0.999"`. */
  get ratioText(): string {
    return decimalText(this.partsPerBillion, 9);
  }

  /** As a percentage with exact digits, such as `"99.9%"`. */
  get percentText(): string {
    return `${decimalText(this.partsPerBillion, 7)}%`;
  }

  /** The objective whose budget is this one's promise: 0.1 % of errors is 99.9 % of successes. */
  complement(): Objective {
    return Objective.fromPartsPerBillion(this.budgetPartsPerBillion, "objective", this.percentText);
  }

  /**
   * This objective, if it leaves any budget.
   *
   * @throws {@link ConfigurationError} if it is 100 %: a budget of zero cannot be divided by
   */
  withBudget(path: string | readonly (string | number)[] = "objective"): this {
    if (this.budgetPartsPerBillion > 0) return this;
    throw invalid(path, "100% leaves no error budget to measure against; the nearest that does is 99.9999999%");
  }

  /** As {@link percentText}. */
  toString(): string {
    return this.percentText;
  }

  /** The percentage, so that JSON keeps the digits. */
  toJSON(): string {
    return this.percentText;
  }
}

function decimalText(value: number, decimals: number): string {
  const digits = String(value).padStart(decimals + 1, "0");
  const fraction = digits.slice(-decimals).replace(/0+$/, "");
  const whole = digits.slice(0, -decimals);
  return fraction === "" ? whole : `${whole}.${fraction}`;
}

// 1e-7.toString() is "1e-7"; the digits are the same, the notation is not what the pattern reads.
function plainDigits(value: number): string {
  return Number.isFinite(value) && String(value).includes("e-") ? value.toFixed(12).replace(/0+$/, "") : String(value);
}

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b);
}
