/** Text fields: names, expressions, descriptions. */
import { invalid, show } from "../core/errors.ts";
import { field } from "../core/parse.ts";
import type * as z from "../core/schema.ts";

// With those that turn the direction of writing, and so show another text than is there.
const CONTROL = /(?![\n\r\t])[\p{Cc}\p{Cs}\u2028-\u202e\u2066-\u2069]/u;

/** Text of 1 to `most` characters that can be shown on a terminal. */
export function textField(most: number, example: string): z.ZodType<string> {
  return field((input) => {
    if (typeof input !== "string") throw invalid([], `${show(input)} is not text; write it in quotes`);
    if (input.length > most)
      throw invalid([], `has ${String(input.length)} characters; allowed: at most ${String(most)}`);
    if (input.trim() === "") throw invalid([], `is blank; write some text, such as ${example}`);
    const control = CONTROL.exec(input);
    if (control === null) return input;
    const code = (input.codePointAt(control.index) ?? 0).toString(16).toUpperCase().padStart(4, "0");
    throw invalid([], `contains the control character U+${code}; remove it`);
  }, example);
}

/** Why `name` cannot be the name of a service or an SLO; undefined if it can. It ends up in labels, ids and file names. */
export function nameProblem(name: string): string | undefined {
  if (/^(?!\d+$)[A-Za-z0-9][\w.-]{0,99}$/.test(name)) return undefined;
  const length = name.length > 100 ? `, at most 100 of them` : "";
  return `${show(name)} is not a name; use letters, digits, _, . and -, beginning with a letter or digit${length}`;
}
