/** What a commit may ask for. A line of the log must stay one line. */
import { invalid, show } from "../../core/errors.ts";
import type { IncidentChange } from "../../ports/incident-store.ts";

const LONGEST_KEY = 200;

/** @throws ConfigurationError naming the first change that cannot be written */
export function checkChanges(changes: readonly IncidentChange[]): void {
  for (const [index, change] of changes.entries()) {
    const { events, summary, dueAt, claims = [], number } = change;
    if (number !== undefined && !(Number.isSafeInteger(number) && number > 0)) {
      throw invalid(["changes", index, "number"], `${show(number)} is no number of an incident`);
    }
    for (const text of [summary, ...events]) {
      if (typeof text === "string" && text !== "" && !text.includes("\n")) continue;
      const where = text === summary ? "summary" : "events";
      throw invalid(["changes", index, where], `${show(text)} is not JSON on one line`);
    }
    if (dueAt !== undefined && Number.isNaN(dueAt)) throw invalid(["changes", index, "dueAt"], "NaN is no time");
    for (const { key } of claims) {
      if (typeof key === "string" && key !== "" && key.length <= LONGEST_KEY) continue;
      throw invalid(
        ["changes", index, "claims"],
        `${show(key)} is no key; write 1 to ${String(LONGEST_KEY)} characters`,
      );
    }
  }
}
