/** Values of any size as people write them: percent, bytes, thousands and millions. */
import { niceTicks, type Tick, type TickText } from "../../core/picture/axis.ts";
import { percentText } from "../../core/figures.ts";

const PREFIXES = [
  [1e18, "E"],
  [1e15, "P"],
  [1e12, "T"],
  [1e9, "G"],
  [1e6, "M"],
  [1e3, "k"],
] as const;

/** Ticks from `low` to `high` in the chart's unit, all with the same prefix. */
export function unitTicks(low: number, high: number, most: number, unit: string | undefined): readonly Tick[] {
  const text = textFor(Math.max(Math.abs(low), Math.abs(high)), unit);
  const isBare = text.suffix !== " %";
  return niceTicks(low, high, most, text).map(({ value, label }) => ({
    value,
    label: isBare && value === 0 ? "0" : label,
  }));
}

/** `12.35 MB`, `45 %`, `12.35 k`: four digits, in what the axis shows. Units of the user's own are left out. */
export function figureText(value: number, unit: string | undefined): string {
  if (isPercent(unit)) {
    const ratio = unit === "ratio" ? value : value / 100;
    // Nearly all has to be told from all.
    if (Math.abs(ratio) < 1e3 && (ratio === 0 || Math.abs(ratio) > 1e-6)) return percentText(ratio);
  }
  const { factor, suffix } = textFor(Math.abs(value), unit);
  const digits = Number((value * factor).toPrecision(4));
  return `${String(digits)}${suffix}`;
}

/** As {@link figureText}, with any unit. */
export function valueText(value: number, unit: string | undefined): string {
  return `${figureText(value, unit)}${unit === undefined || isOnAxis(unit) ? "" : ` ${unit}`}`;
}

/** Whether the ticks tell the unit. */
export function isOnAxis(unit: string): boolean {
  return unit === "bytes" || isPercent(unit);
}

function isPercent(unit: string | undefined): boolean {
  return unit === "ratio" || unit === "%";
}

function textFor(most: number, unit: string | undefined): TickText {
  const scale = unit === "ratio" ? 100 : 1;
  const letter = unit === "bytes" ? "B" : isPercent(unit) ? "%" : "";
  const [size, prefix] = prefixFor(most * scale, unit === "bytes" ? 1e3 : 1e4);
  const spaced = prefix.startsWith("e") ? `${prefix} ${letter}` : ` ${prefix}${letter === "%" ? " %" : letter}`;
  return { factor: scale / size, suffix: spaced.trimEnd().replace(/ {2,}/, " "), mostDigits: 12 };
}

/** From `thousands` on a letter; where that is no help any more, a power of ten. */
function prefixFor(most: number, thousands: number): readonly [size: number, prefix: string] {
  // Below it a power of ten is no number to divide by any more.
  if (most > 1e-300 && (most < 1e-5 || most >= 1e21)) {
    const power = Math.floor(Math.log10(most));
    return [10 ** power, `e${String(power)}`];
  }
  const found = most < thousands ? undefined : PREFIXES.find(([size]) => most >= size);
  return found ?? [1, ""];
}
