/** Texts and figures on their way to a page: bounded, visible, and no longer than they mean something. */
import { cut } from "../core/cut.ts";
import { visible } from "../core/escape.ts";

const LONGEST = 500;

/** A text that others have written. */
export function shownText(text: unknown, most: number = LONGEST): string {
  return visible(cut(typeof text === "string" ? text : String(text), most));
}

/** At most `most` of them, and how many there are beyond. */
export function shownTexts(texts: readonly unknown[], most: number): string[] {
  const shown = texts.slice(0, most).map((text) => shownText(text));
  const rest = texts.length - shown.length;
  return rest > 0 ? [...shown, `and ${String(rest)} more`] : shown;
}

/** A figure of so many digits; nothing for what is none. */
export function figure(value: number | undefined, digits: number = 12): number | undefined {
  return value === undefined || !Number.isFinite(value) ? undefined : Number(value.toPrecision(digits));
}

/** Without what is not known: JSON would leave it out as well, and types say so. */
export function known<Value extends object>(value: Value): { [Key in keyof Value]: Exclude<Value[Key], undefined> } {
  return Object.fromEntries(Object.entries(value).filter(([, one]) => one !== undefined)) as {
    [Key in keyof Value]: Exclude<Value[Key], undefined>;
  };
}
