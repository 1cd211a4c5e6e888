/** Budgeting by time slices in OpenSLO. */
import { formatDuration, parseDuration } from "../../core/time/duration.ts";
import { ConfigurationError, show } from "../../core/errors.ts";
import type { Path } from "../../core/faults.ts";
import { readShorthand, shorthandMs, writeShorthand } from "./openslo-duration.ts";
import type { Notes } from "./openslo-notes.ts";
import type { SloObjective } from "./openslo-types.ts";
import type { Sheet } from "./sheet.ts";

/** How a budget is counted. */
export type BudgetingMethod = "Occurrences" | "Timeslices" | "RatioTimeslices";

/** What is asked. */
export interface SliceQuestion {
  readonly sheet: Sheet;
  /** Of the objective. */
  readonly path: Path;
  readonly objective: Pick<SloObjective, "timeSliceTarget" | "timeSliceWindow">;
  readonly method: BudgetingMethod;
  readonly notes: Notes;
  readonly isThroughput: boolean;
}

/** The fields of slices; undefined if there are faults. */
export function sliceFields(question: SliceQuestion): Readonly<Record<string, unknown>> | undefined {
  const { sheet, path, objective, method, notes, isThroughput } = question;
  const { timeSliceTarget, timeSliceWindow } = objective;
  const targetPath = [...path, "timeSliceTarget"];
  if (method === "Occurrences") {
    if (timeSliceTarget !== undefined) sheet.report(targetPath, `has no meaning beside ${method}`);
    if (timeSliceWindow !== undefined) sheet.report([...path, "timeSliceWindow"], `has no meaning beside ${method}`);
    return {};
  }
  const length = lengthOf(question);
  const needsTarget = method === "Timeslices";
  if (needsTarget && timeSliceTarget === undefined) {
    sheet.fault(targetPath, "is missing; write the share of good events that makes a slice a good one, such as 0.95");
  } else if (!needsTarget && timeSliceTarget !== undefined) sheet.report(targetPath, `has no meaning beside ${method}`);
  if (length === undefined || (needsTarget && timeSliceTarget === undefined)) return undefined;
  if (isThroughput) {
    if (needsTarget && timeSliceTarget?.budgetPartsPerBillion === 0) return { slice: length };
    sheet.report(targetPath, "is taken for 1: a slice of throughput holds the floor or does not");
    return { slice: length };
  }
  const target = needsTarget ? timeSliceTarget?.percentText : undefined;
  const empty = notes.take("empty-slices");
  return {
    time_slices: {
      length,
      ...(target === undefined ? {} : { target }),
      ...(empty === undefined ? {} : { empty }),
    },
  };
}

function lengthOf({ sheet, path, objective, notes }: SliceQuestion): string | undefined {
  const written = objective.timeSliceWindow;
  const at = [...path, "timeSliceWindow"];
  const shorthand = typeof written === "number" ? readShorthand(`${String(written)}m`) : readShorthand(written ?? "");
  if (shorthand === undefined || shorthand.count === 0) {
    const problem = written === undefined ? "is missing" : `${show(written)} is not a length of time`;
    sheet.fault(at, `${problem}; write whole minutes, or a duration such as 5m`);
    return undefined;
  }
  const text = formatDuration(shorthandMs(shorthand));
  const short = writeShorthand(shorthandMs(shorthand));
  const exact = notes.exactly("slice", short, (note) => {
    const ms = msOf(note);
    return ms === undefined ? undefined : writeShorthand(ms);
  });
  return exact === short ? text : exact;
}

/** Milliseconds of a duration of nines; undefined if it is none. */
export function msOf(duration: string): number | undefined {
  try {
    return parseDuration(duration);
  } catch (error) {
    if (error instanceof ConfigurationError) return undefined;
    throw error;
  }
}
