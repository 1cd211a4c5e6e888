/** Instants by the reader's clock, as the reader's language writes them. */

type Options = Intl.DateTimeFormatOptions;

const TIME: Options = { hour: "2-digit", minute: "2-digit" };
const DATE: Options = { weekday: "short", day: "numeric", month: "short" };

const formats = new Map<Options, Intl.DateTimeFormat>();

function format(options: Options, at: number): string {
  if (!(Math.abs(at) <= 8.64e15)) return "–";
  const known = formats.get(options) ?? new Intl.DateTimeFormat(undefined, options);
  formats.set(options, known);
  return known.format(at);
}

const CLOCK: Options = { ...TIME, second: "2-digit" };
const DAY_TIME: Options = { ...DATE, ...TIME };
const DAY: Options = { ...DATE, year: "numeric" };
const DAY_CLOCK: Options = { ...DAY, ...CLOCK };

const DAY_SECONDS: Options = { ...DATE, ...CLOCK };
/** Of what is shorter the seconds matter. */
const SHORT_MS = 600_000;

/** `14:03:12`, with its day if that is not `now`'s. */
export function clockText(at: number, now: number = Date.now()): string {
  return format(DAY, at) === format(DAY, now) ? format(CLOCK, at) : format(DAY_CLOCK, at);
}

/** `Tue 24 Nov, 14:03`. */
export function momentText(at: number): string {
  return format(DAY_TIME, at);
}

/** `Tue, 24 Nov 2026, 14:03:12`. */
export function exactText(at: number): string {
  return format(DAY_CLOCK, at);
}

/** `14:03`, where the day is known. */
export function hourText(at: number): string {
  return format(TIME, at);
}

/** `Tue 24 Nov, 14:03 – 15:10`; with seconds where it is short. */
export function stretchText(from: number, until: number | undefined): string {
  if (until === undefined) return `since ${momentText(from)}`;
  if (until === from) return momentText(from);
  if (Math.abs(until - from) < SHORT_MS) return `${format(DAY_SECONDS, from)} – ${format(CLOCK, until)}`;
  const sameDay = format(DAY, from) === format(DAY, until);
  return `${momentText(from)} – ${sameDay ? hourText(until) : momentText(until)}`;
}

/** `Europe/Berlin`. */
export function zoneName(): string {
  return new Intl.DateTimeFormat().resolvedOptions().timeZone;
}
