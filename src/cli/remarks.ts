/** What authors of documents should know, and what is no fault. */
import { formatPath } from "../core/errors.ts";

import { placedLine } from "./faults.ts";
import type { WithRules } from "./generated.ts";

/** A remark. */
export interface Remark {
  readonly file: string | undefined;
  readonly line: number | undefined;
  readonly column: number | undefined;
  /** An SLO, or a path in the document. */
  readonly about: string;
  readonly message: string;
}

/** What is remarked on documents and their rules. */
export function remarksOf(read: readonly WithRules[]): readonly Remark[] {
  return read.flatMap(({ document: { file, unsupported }, rules }) => [
    ...unsupported.map((issue): Remark => {
      const { path, line, column, message } = issue;
      return { file, line, column, about: formatPath(path), message };
    }),
    ...rules.remarks.map(({ slo, message }) => remarkOn(slo, message, file)),
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
