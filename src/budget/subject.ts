/** What has a budget, as it may be handed in. */
import { invalid, show } from "../core/errors.ts";
import { Objective, type ObjectiveInput } from "../core/objective.ts";
import { readWindow, type Window } from "../core/time/window.ts";
import type { BudgetSubject } from "./status.ts";

/** A {@link BudgetSubject} with text in place of its objects: an SLO is one, and so is `{ objective: "99.9%", window: "30d" }`. */
export interface BudgetSubjectInput {
  /** Names it in events and messages; `"budget"` without it. */
  readonly id?: string | undefined;
  /** The promised share of good events, such as `"99.9%"`. */
  readonly objective: ObjectiveInput;
  /** What it is judged over: a duration such as `"30d"`, `"month"` (UTC) and the like, or a window. */
  readonly window: string | Window;
  /** Fewer events than this in the window are too little to judge; 1 without it. */
  readonly minimumEvents?: number | undefined;
}

/** @throws {@link ConfigurationError} naming the field that is wrong */
export function readSubject(subject: BudgetSubjectInput, path: readonly string[] = []): BudgetSubject {
  const given: unknown = subject;
  if (typeof given !== "object" || given === null) {
    throw invalid(path.length === 0 ? "subject" : path, `${show(given)} is no mapping; write { objective, window }`);
  }
  const { id = "budget", minimumEvents = 1 } = subject;
  return {
    id,
    objective: Objective.parse(subject.objective, [...path, "objective"]),
    window: readWindow(subject.window),
    minimumEvents: wholeNumber("minimumEvents", minimumEvents),
  };
}

/** @throws {@link ConfigurationError} if `value` is none */
export function wholeNumber(name: string, value: number): number {
  if (Number.isInteger(value) && value >= 0) return value;
  throw invalid(name, `${show(value)} is not a whole number from 0`);
}
