/** Durations as people and Prometheus write them: `30d`, `1h30m`, `200ms`. */
import { invalid, show } from "../errors.ts";

/** Milliseconds in one of each unit; a year is 365 days, as in Prometheus. */
export const MILLISECONDS = {
  ms: 1,
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
  y: 31_536_000_000,
} as const;

const SHAPE = /^(?:(\d+)y)?(?:(\d+)w)?(?:(\d+)d)?(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?(?:(\d+)ms)?$/;
const UNITS = ["y", "w", "d", "h", "m", "s", "ms"] as const;
const LONGEST_MS = 100 * MILLISECONDS.y;

/**
 * Reads a duration in Prometheus' notation: whole numbers with the units y, w, d, h, m, s, ms, largest first, each at
 * most once. Source of the notation: Prometheus, "Time durations", and `model.ParseDuration`.
 *
 * @param text - such as `"30d"`, `"1h30m"` or `"200ms"`
 * @param path - what to call it in an error; an argument's or a field's name
 * @returns milliseconds, from 0 to 100 years
 * @throws {@link ConfigurationError} if it is anything else
 *
 * @example
 * ```ts
 * import { parseDuration } from "nines";
 *
 * if (parseDuration("1h30m") !== 5_400_000) throw new Error("an hour and a half");
 * ```
 */
export function parseDuration(text: string, path: string | readonly (string | number)[] = "duration"): number {
  const match = typeof text === "string" && text.length <= 40 ? SHAPE.exec(text) : null;
  if (match === null || text === "") {
    if (text === "0") return 0;
    const found = (text as unknown) === undefined ? "is missing" : `${show(text)} is not a duration`;
    throw invalid(
      path,
      `${found}${meantBy(text)}; write whole numbers with units (${UNITS.join(", ")}), such as 30d, 1h30m or 200ms`,
    );
  }
  let total = 0;
  UNITS.forEach((unit, index) => {
    total += Number(match[index + 1] ?? 0) * MILLISECONDS[unit];
  });
  if (total > LONGEST_MS) throw invalid(path, `${show(text)} is longer than 100 years`);
  return total;
}

/** One number with a unit, as people say it. */
const SAID =
  /^(\d{1,9}(?:\.\d{1,9})?) ?(y|w|d|h|m|s|ms|years?|weeks?|days?|hours?|min|minutes?|sec|seconds?|milliseconds?)$/;

/** `; did you mean "200ms"?` for `0.2s`, or nothing. */
function meantBy(text: unknown): string {
  const [, number, said = ""] = (typeof text === "string" && text.length <= 40 ? SAID.exec(text) : null) ?? [];
  const unit = said === "ms" || said.startsWith("milli") ? "ms" : UNITS.find((one) => one === said.charAt(0));
  if (number === undefined || unit === undefined) return "";
  const ms = Math.round(Number(number) * MILLISECONDS[unit]);
  return ms > 0 && ms <= LONGEST_MS ? `; did you mean ${show(formatDuration(ms))}?` : "";
}

/** The same where none at all cannot be meant: a limit at which everything is late, a pause that never rests. */
export function parsePositiveDuration(text: string, path: string | readonly (string | number)[] = "duration"): number {
  const ms = parseDuration(text, path);
  if (ms > 0) return ms;
  throw invalid(path, `${show(text)} is no time at all; write more than that, such as 10s`);
}

/**
 * Writes a duration as Prometheus does (`model.Duration.String`): weeks and years only when it is a whole number of them.
 *
 * @param durationMs - whole milliseconds, not negative
 * @throws {@link ConfigurationError} if it is not
 *
 * @example
 * ```ts
 * import { formatDuration } from "nines";
 *
 * const texts = [formatDuration(5_400_000), formatDuration(30 * 86_400_000), formatDuration(28 * 86_400_000)];
 * if (texts.join() !== "1h30m,30d,4w") throw new Error(texts.join());
 * ```
 */
export function formatDuration(durationMs: number): string {
  if (!Number.isSafeInteger(durationMs) || durationMs < 0) {
    throw invalid("durationMs", `${show(durationMs)} is not a whole number of milliseconds`);
  }
  if (durationMs === 0) return "0s";
  let rest = durationMs;
  let text = "";
  for (const unit of UNITS) {
    const size = MILLISECONDS[unit];
    if ((unit === "y" || unit === "w") && rest % size !== 0) continue;
    const count = Math.floor(rest / size);
    if (count > 0) text += `${String(count)}${unit}`;
    rest -= count * size;
  }
  return text;
}
