/** Times and figures for people. */
import { offsetMsAt } from "../core/calendar.ts";
import { durationText } from "../core/duration-text.ts";

/** `2026-11-22 10:04:05` by the clocks of `zone`. */
export function timeIn(zone: string, at: number): string {
  return new Date(Math.floor(at) + offsetMsAt(zone, at)).toISOString().slice(0, 19).replace("T", " ");
}

/** `2026-11-22`. */
export function dateIn(zone: string, at: number): string {
  return timeIn(zone, at).slice(0, 10);
}

/** `43.2 min`; less than one in seconds. */
export function minutesText(minutes: number): string {
  return minutes === 0 || minutes >= 1 ? `${plain(minutes, 1)} min` : durationText(minutes * 60_000);
}

/** A duration, or that nobody knows it. */
export function spanText(ms: number | undefined): string {
  return ms === undefined ? "unknown" : durationText(ms);
}

/** `12.5 %`: three digits that mean something, more where it is nearly all. */
export function percentText(ratio: number): string {
  const percent = ratio * 100;
  const distance = Math.min(Math.abs(percent), Math.abs(100 - percent));
  const digits = distance === 0 || distance >= 10 ? 1 : Math.min(6, 2 - Math.floor(Math.log10(distance)));
  return `${plain(percent, digits)} %`;
}

/** `21.6`: at most `digits` after the point. */
export function plain(value: number, digits: number): string {
  const text = value.toFixed(digits);
  const [whole = "", fraction = ""] = text.split(".");
  const kept = fraction.replace(/0+$/, "");
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, ",");
  const sign = /^-0$/.test(grouped) && kept === "" ? "0" : grouped;
  return kept === "" ? sign : `${sign}.${kept}`;
}

/** `3 steps`, `1 step`. */
export function counted(count: number, word: string, several: string = `${word}s`): string {
  return `${plain(count, 0)} ${count === 1 ? word : several}`;
}

/** `1 more step is in the journal`. */
export function moreText(count: number, word: string, where: string): string {
  return `${counted(count, `more ${word} is`, `more ${word}s are`)} ${where}`;
}

/** `succeeded after 1 min 50 s, some of it only dry`. */
export function endedText(status: string, durationMs: number | undefined, isDry: boolean): string {
  const lasted = durationMs === undefined ? "" : ` after ${durationText(durationMs)}`;
  return `${spaced(status)}${lasted}${isDry ? ", some of it only dry" : ""}`;
}

/** `in_review` as `in review`. */
export function spaced(name: string): string {
  return name.replaceAll("_", " ");
}
