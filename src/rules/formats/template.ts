/** Queries with Sloth's variable for the window in them. */

/** The look-back that stands for any: nines replaces it by those that it needs. */
const LOOK_BACK = "5m";

const WINDOW = /\{\{-?\s*\.window\s*-?\}\}/g;

/** A query without the variable. */
export interface FilledQuery {
  readonly text: string;
  /** Whether it had it. */
  readonly hadWindow: boolean;
  /** Another variable that is left, which nines does not know. */
  readonly unknown?: string;
}

/** `rate(x[{{.window}}])` as `rate(x[5m])`. */
export function fillWindow(query: string): FilledQuery {
  const text = query.replace(WINDOW, LOOK_BACK).trim();
  const unknown = /\{\{.*?(?:\}\}|$)/s.exec(text)?.[0];
  return { text, hadWindow: text !== query.trim(), ...(unknown === undefined ? {} : { unknown }) };
}
