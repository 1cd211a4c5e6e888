/** What authors of documents should know, and what is no fault. */
import { formatPath } from "../core/errors.ts";
import { takenForRolling } from "../rules/plan.ts";
import { objectiveRemarks } from "../slo/objective-remarks.ts";

import { placedLine } from "./faults.ts";
import type { WithRules } from "./generated.ts";
import { CALENDAR_OPTION } from "./rule-options.ts";

/** A remark. */
export interface Remark {
  readonly file: string | undefined;
  readonly line: number | undefined;
  readonly column: number | undefined;
  /** An SLO, or a path in the document. */
  readonly about: string;
  readonly message: string;
}

/** Calendar windows of which rules are taken here, and refused by other commands unless they are told to: `remarks`, with how to tell them. */
export function withCalendarOption(remarks: readonly Remark[], read: readonly WithRules[]): readonly Remark[] {
  const texts = new Set(
    read.flatMap(({ document: { slos } }) => slos.slos.map(({ window }) => takenForRolling(window))),
  );
  const needed = `nines rules and nines dashboards need ${CALENDAR_OPTION} for it`;
  return remarks.map((one) => (texts.has(one.message) ? { ...one, message: `${one.message}; ${needed}` } : one));
}

/** What is remarked on documents and their rules. */
export function remarksOf(read: readonly WithRules[]): readonly Remark[] {
  return read.flatMap(({ document: { file, unsupported, slos, beside }, rules }) => [
    ...unsupported.map((issue): Remark => {
      const { path, line, column, message } = issue;
      return { file, line, column, about: formatPath(path), message };
    }),
    ...[...objectiveRemarks([...slos.slos, ...beside.composites]), ...rules.remarks].map(({ slo, message }) =>
      remarkOn(slo, message, file),
    ),
  ]);
}

/** A remark on an SLO. */
export function remarkOn(about: string, message: string, file?: string): Remark {
  return { file, line: undefined, column: undefined, about, message };
}

/** `slo.yaml:7:3: shop/latency: message`. */
export function remarkLine({ about, message, ...place }: Remark): string {
  return placedLine(place, about, message);
}
