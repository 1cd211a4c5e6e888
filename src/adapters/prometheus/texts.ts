/** Texts from a Prometheus, fit to be shown: on one line, bounded, without secrets. */
import { cut } from "../../core/cut.ts";

const MOST_CHARACTERS = 300;
const MOST_NOTES = 10;

/** On one line, and at most `most` characters. */
export function oneLine(text: string, most: number = MOST_CHARACTERS): string {
  return cut(
    text
      .slice(0, 10 * most)
      .replace(/[\s\p{C}]+/gu, " ")
      .trim(),
    most,
  );
}

/** The texts of a list. That there is something is known even if it cannot be read; undefined and null are nothing. */
export function textsOf(list: unknown): readonly string[] {
  const all: readonly unknown[] = Array.isArray(list) ? list : list === undefined || list === null ? [] : [list];
  const texts = all.filter((text) => typeof text === "string");
  return texts.length === 0 && all.length > 0 ? ["a remark that is no text"] : texts;
}

/** The first ten, fit to be shown, and how many more there are. */
export function notesOf(texts: readonly string[], hide: (text: string) => string): readonly string[] {
  const shown = texts.slice(0, MOST_NOTES).map((text) => oneLine(hide(text)));
  return texts.length > MOST_NOTES ? [...shown, `and ${String(texts.length - MOST_NOTES)} more`] : shown;
}
