/** Axes of values: how long they are, where ticks are, and what is written at them. */

/** A tick of an axis. */
export interface Tick {
  readonly value: number;
  readonly label: string;
}

/** How values are written at ticks. */
export interface TickText {
  /** What a value is multiplied by before it is written, such as 100 for percent. */
  readonly factor: number;
  /** What comes behind the figure. */
  readonly suffix: string;
  /** Digits after the point, at most. */
  readonly mostDigits: number;
}

const PERCENT: TickText = { factor: 100, suffix: " %", mostDigits: 6 };
const NICE = [1, 2, 2.5, 5, 10];

/** The step of 1, 2, 2.5 or 5 times a power of ten that makes at most `most` of `span`. */
function niceStep(span: number, most: number): number {
  const rough = span / most;
  const power = 10 ** Math.floor(Math.log10(rough));
  // A hair of slack: 0.1 * 3 is not 0.3.
  const factor = NICE.find((nice) => nice * power >= rough * (1 - 1e-9)) ?? 10;
  return factor * power;
}

/** Ticks from `low` to `high`, at most `most` steps, with no more digits than tell them apart. */
export function niceTicks(low: number, high: number, most: number, text: TickText): readonly Tick[] {
  const { factor, suffix, mostDigits } = text;
  const step = niceStep((high - low) * factor, most);
  const digits = Math.max(0, Math.min(mostDigits, Math.ceil(-Math.log10(step) - 1e-9) + (isQuarter(step) ? 1 : 0)));
  const first = Math.ceil((low * factor) / step - 1e-6);
  const last = Math.floor((high * factor) / step + 1e-6);
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, index) => {
    const scaled = (first + index) * step;
    const figure = scaled.toFixed(digits);
    return { value: scaled / factor, label: `${/^-0(\.0*)?$/.test(figure) ? figure.slice(1) : figure}${suffix}` };
  });
}

/** Ticks in percent from `low` to `high`, both shares. */
export function percentTicks(low: number, high: number, most: number): readonly Tick[] {
  return niceTicks(low, high, most, PERCENT);
}

/** `low` and `high`, which is more, as the nearest ticks around them. */
export function niceRange(low: number, high: number, most: number): readonly [low: number, high: number] {
  // As the ticks are found that are written in percent: so they are the same to the last digit.
  const step = niceStep((high - low) * 100, most) / 100;
  return [Math.floor(low / step + 1e-6) * step, Math.ceil(high / step - 1e-6) * step];
}

/** 2.5, 0.25 ...: one digit more than its size says. */
function isQuarter(step: number): boolean {
  const leading = step / 10 ** Math.floor(Math.log10(step) + 1e-9);
  return Math.abs(leading - 2.5) < 1e-6;
}

/** A place in a picture: two digits are less than a pixel. */
export function fix(value: number): string {
  return String(Math.round(value * 100) / 100);
}
