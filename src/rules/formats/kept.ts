/** What other formats say and nines has no field for, kept as annotations of the SLO. */
import { unlessEmpty, type Texts } from "./labels.ts";

/** Begins the names of such annotations. */
const PREFIX = "source.nines.dev/";

/** `{ namespace }` as `{ "source.nines.dev/namespace": ... }`; what is undefined or blank is left out. */
export function kept(words: Readonly<Record<string, string | undefined>>): Texts {
  const given = Object.entries(words).filter(([, word]) => word !== undefined && word.trim() !== "");
  return Object.fromEntries(given.map(([name, word]) => [`${PREFIX}${name}`, word ?? ""]));
}

/** All of `parts` as one mapping, or undefined if that would be empty. Later ones win. */
export function merged(...parts: ReadonlyArray<Texts | undefined>): Texts | undefined {
  return unlessEmpty(Object.assign({}, ...parts) as Texts);
}
