/** Labels of the user's own: few values each, whatever the service hands in. */
import { ConfigurationError, invalid, show } from "../core/errors.ts";
import { cleanLabel, type LabelValues } from "./labels.ts";

/**
 * The user's own labels, by name: the values that are told apart, or how many of them at most (the first to come). Every
 * other value is `(other)`; a request without one has an empty label, which to Prometheus is none.
 */
export type LabelBounds = Readonly<Record<string, readonly string[] | number>>;

const OTHER = "(other)";
const TAKEN: ReadonlySet<string> = new Set(["method", "route", "code", "class", "le"]);
const MOST_VALUES = 1_000;
const MOST_COMBINATIONS = 1e8;

interface Label {
  readonly name: string;
  readonly most: number;
  /** Values by their number; 0 is none, 1 is any other. */
  readonly values: string[];
  readonly numbers: Map<string, number>;
}

/** Gives each combination of values a small number, and back. */
export class UserLabels {
  readonly #labels: readonly Label[];

  /** @throws {@link ConfigurationError} if a name cannot be a label, or there may be too many combinations. */
  constructor(bounds: LabelBounds) {
    if (!isPlain(bounds)) throw invalid("labels", `${show(bounds)} is no object of labels and their bounds`);
    this.#labels = Object.entries(bounds).map(([name, allowed]) => labelOf(name, allowed));
    const combinations = this.#labels.reduce((product, { most }) => product * (most + 2), 1);
    if (combinations > MOST_COMBINATIONS) {
      throw invalid("labels", `${String(combinations)} combinations are too many; allow fewer values`);
    }
  }

  /** The number of a combination. */
  numberOf(values: LabelValues | undefined): number {
    let number = 0;
    for (const label of this.#labels) number = number * (label.most + 2) + valueNumber(label, values);
    return number;
  }

  /** The labels of a combination; what has no value is left out. */
  of(number: number): Readonly<Record<string, string>> {
    const labels: Record<string, string> = {};
    let rest = number;
    for (let index = this.#labels.length - 1; index >= 0; index -= 1) {
      const { name, most, values } = this.#labels[index] as Label;
      const value = rest % (most + 2);
      if (value > 0) labels[name] = values[value] ?? OTHER;
      rest = Math.floor(rest / (most + 2));
    }
    return labels;
  }
}

function isPlain(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || prototype === Object.prototype;
}

function valueNumber({ name, most, values, numbers }: Label, given: LabelValues | undefined): number {
  if (typeof given !== "object" || (given as unknown) === null || !Object.hasOwn(given, name)) return 0;
  const value: unknown = given[name];
  if (typeof value !== "string" && typeof value !== "number" && typeof value !== "boolean")
    return value === undefined ? 0 : 1;
  const text = String(value);
  if (text === "") return 0;
  const known = numbers.get(text);
  if (known !== undefined) return known;
  const cleaned = cleanLabel(text);
  const number = numbers.get(cleaned);
  if (number !== undefined) return number;
  if (values.length >= most + 2) return 1;
  values.push(cleaned);
  numbers.set(cleaned, values.length - 1);
  return values.length - 1;
}

function labelOf(name: string, allowed: unknown): Label {
  const path = ["labels", name];
  if (!/^[a-zA-Z_][a-zA-Z0-9_]{0,99}$/.test(name) || name.startsWith("__")) {
    throw invalid(path, `${show(name)} is not a label name; write letters, digits and _, and no __ before them`);
  }
  if (TAKEN.has(name)) throw invalid(path, `nines has a label of that name itself: ${[...TAKEN].join(", ")}`);
  const size: unknown = Array.isArray(allowed) ? allowed.length : allowed;
  if (typeof size !== "number" || !Number.isInteger(size) || size < 1 || size > MOST_VALUES) {
    const limit = String(MOST_VALUES);
    throw invalid(
      path,
      `${show(allowed)} does not bound it; write a list of 1 to ${limit} values, or how many at most`,
    );
  }
  const values = ["", OTHER];
  const numbers = new Map([[OTHER, 1]]);
  for (const [index, value] of (Array.isArray(allowed) ? (allowed as unknown[]) : []).entries()) {
    if (typeof value !== "string" || value === "") {
      throw new ConfigurationError([
        { path: [...path, index], message: `${show(value)} is not a label value; write text` },
      ]);
    }
    const cleaned = cleanLabel(value);
    if (numbers.has(cleaned)) continue;
    values.push(cleaned);
    numbers.set(cleaned, values.length - 1);
  }
  // What a list says twice makes no room for others.
  const most = Array.isArray(allowed) ? values.length - 2 : size;
  return { name, most, values, numbers };
}
