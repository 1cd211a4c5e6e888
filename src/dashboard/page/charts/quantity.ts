/** Figures with their units: in words, and short beside an axis. */
import { percentText, plain } from "../../../core/figures.ts";

export interface Quantity {
  /** `12.5 %`, `1,240 ms`. */
  text(value: number): string;
  /** Beside an axis whose marks are `step` apart: as many digits as tell them apart. */
  tick(value: number, step: number): string;
}

const MOST_DIGITS = 9;
const BYTE_UNITS = ["B", "kB", "MB", "GB", "TB", "PB", "EB"] as const;
const COUNT_UNITS = ["", "k", "M", "G", "T"] as const;

/** Of a whole, from 0 to 1. */
export const SHARE: Quantity = {
  text: percentText,
  tick: (value, step) => `${plain(value * 100, digitsOf(step * 100))} %`,
};

/** From 0 to 100. */
const PERCENT: Quantity = {
  text: (value) => percentText(value / 100),
  tick: (value, step) => `${plain(value, digitsOf(step))} %`,
};

/** Times the pace that the budget was made for. */
export const BURN_RATE: Quantity = {
  text: (value) => `${meaning(value)}×`,
  tick: (value, step) => `${plain(value, digitsOf(step))}×`,
};

export const MILLISECONDS: Quantity = {
  text: (value) => (Math.abs(value) < 10_000 ? `${meaning(value)} ms` : `${plain(value / 1_000, 1)} s`),
  tick: (value, step) =>
    step < 1_000 ? `${plain(value, digitsOf(step))} ms` : `${plain(value / 1_000, digitsOf(step / 1_000))} s`,
};

const BYTES: Quantity = {
  text: (value) => scaled(value, 1_000, BYTE_UNITS),
  tick: (value) => scaled(value, 1_000, BYTE_UNITS),
};

/** By the name of its unit; one that is not known stands behind the figure. */
export function quantityOf(unit: string | undefined): Quantity {
  if (unit === "ratio") return SHARE;
  if (unit === "%") return PERCENT;
  if (unit === "bytes") return BYTES;
  return {
    text: (value) => (unit === undefined ? meaning(value) : `${meaning(value)} ${unit}`),
    tick: (value, step) =>
      step < 1_000 ? plain(value, digitsOf(step)) : scaled(value, 1_000, COUNT_UNITS).replace(/ $/, ""),
  };
}

/** Three digits that mean something; whole numbers stay whole. */
function meaning(value: number): string {
  const size = Math.abs(value);
  if (size === 0 || size >= 100) return plain(value, 0);
  return plain(value, Math.min(MOST_DIGITS, 2 - Math.floor(Math.log10(size))));
}

function scaled(value: number, base: number, units: readonly string[]): string {
  const size = Math.abs(value);
  const power = size < base ? 0 : Math.min(units.length - 1, Math.floor(Math.log10(size) / Math.log10(base) + 1e-9));
  return `${meaning(value / base ** power)} ${units[power] ?? ""}`;
}

/** How many digits after the point a multiple of `step` has. */
function digitsOf(step: number): number {
  let digits = 0;
  while (digits < MOST_DIGITS && Math.abs(step * 10 ** digits - Math.round(step * 10 ** digits)) > 1e-6) digits += 1;
  return digits;
}
