/** What is handed to those who only use it. */
import { invalid, show } from "./errors.ts";
import { isThenable } from "./thenable.ts";

/** @throws {@link ConfigurationError} if `holder` is no object, or still a promise of one */
export function checkHolder(holder: unknown, what: string): asserts holder is object {
  if (isThenable(holder)) throw invalid("holder", `is a promise, not ${what}; write \`await Reliability.open(...)\``);
  if (typeof holder !== "object" || holder === null) throw invalid("holder", `${show(holder)} is not ${what}`);
}
