/** Instants as the reader's clocks tell them. */

const MINUTE = 60_000;
const DAY = 86_400_000;
/** From here on marks are months. */
const MONTH = 27 * DAY;

/** Writes instants. */
export interface Times {
  /** `24 Nov 2026, 14:03`. */
  full(at: number): string;
  /** `24 Nov 2026, 14:03 – 15:10`: the day is told once if it is one. */
  range(from: number, until: number): string;
  /** Beside an axis whose marks are `stepMs` apart; a second line where the day or the year is another one. */
  ticks(instants: readonly number[], stepMs: number): readonly string[];
}

/** By the clocks of `zone`, as `locale` writes them; those of the reader unless told. */
export function timesOf({ zone, locale }: { readonly zone?: string; readonly locale?: string } = {}): Times {
  const format = (options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat =>
    new Intl.DateTimeFormat(locale, zone === undefined ? options : { ...options, timeZone: zone });
  const full = format({ dateStyle: "medium", timeStyle: "short" });
  const clock = format({ timeStyle: "short" });
  const seconds = format({ timeStyle: "medium" });
  const day = format({ day: "numeric", month: "short" });
  const month = format({ month: "short" });
  const year = format({ year: "numeric" });

  /** The larger unit stands below the smaller one, at the first mark and wherever it changes. */
  const twoLines = (
    instants: readonly number[],
    upper: Intl.DateTimeFormat,
    lower: Intl.DateTimeFormat,
    first: boolean,
  ): string[] => {
    let known: string | undefined = first || instants[0] === undefined ? undefined : lower.format(instants[0]);
    return instants.map((at) => {
      const larger = lower.format(at);
      const changed = larger !== known;
      known = larger;
      return changed ? `${upper.format(at)}\n${larger}` : upper.format(at);
    });
  };

  return {
    full: (at) => (isTime(at) ? full.format(at) : "–"),
    range: (from, until) => (isTime(from) && isTime(until) && from <= until ? full.formatRange(from, until) : "–"),
    ticks(instants, stepMs) {
      if (stepMs < DAY) return twoLines(instants, stepMs < MINUTE ? seconds : clock, day, true);
      if (stepMs < MONTH) return twoLines(instants, day, year, false);
      return twoLines(instants, month, year, true);
    },
  };
}

/** Whether a Date can hold it. */
function isTime(at: number): boolean {
  return Math.abs(at) <= 8.64e15;
}
