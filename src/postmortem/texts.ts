/** Spans, counts and names for people. */
import { durationText } from "../core/time/duration-text.ts";
import { plain } from "../core/figures.ts";

/** `43.2 min`; less than one in seconds. */
export function minutesText(minutes: number): string {
  return minutes === 0 || minutes >= 1 ? `${plain(minutes, 1)} min` : durationText(minutes * 60_000);
}

/** A duration, or that nobody knows it. */
export function spanText(ms: number | undefined): string {
  return ms === undefined ? "unknown" : durationText(ms);
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

/** Which part of a fault is in the figures, where the incident starts with its alert. */
export function countedFromText(alert: string): string {
  return `when the alert ${alert} fired; what failed before is not in it`;
}
