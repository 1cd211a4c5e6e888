/** A document that is being imported: what is wrong with it, and what of it nines does not do. */
import { ConfigurationError, type ConfigurationIssue } from "../../core/errors.ts";
import { inOrder, type OpenDocument, type Path } from "../../core/faults.ts";

const MOST_TOLD = 100;

/** A mapping in a document. */
export interface Source {
  readonly sheet: Sheet;
  readonly path: Path;
  readonly value: Readonly<Record<string, unknown>>;
}

/** One document. What is told twice, since two SLOs share an object, is kept once. */
export class Sheet {
  readonly opened: OpenDocument;
  readonly reports: ConfigurationIssue[] = [];
  /** Those of the reports for which an SLO is left out. */
  readonly leftOut: ConfigurationIssue[] = [];
  private readonly told = new Set<string>();

  constructor(opened: OpenDocument) {
    this.opened = opened;
  }

  /** Something that makes an SLO impossible. */
  fault(path: Path, message: string, at: "key" | "value" | { readonly offset: number } = "value"): void {
    if (this.isNew(path, message)) this.opened.faults.add(path, message, at);
  }

  /** Something that nines does not do, or does otherwise. */
  report(path: Path, message: string, at: "key" | "value" = "key"): void {
    if (!this.isNew(path, message)) return;
    this.reports.push({ path, message, ...this.opened.document.locate(path, at) });
  }

  /** The same of something without which there is no SLO; `instead` is what to do about it. */
  leaveOut(path: Path, message: string, instead = ""): void {
    const before = this.reports.length;
    this.report(path, `${message}, so this SLO is left out${instead}`);
    this.leftOut.push(...this.reports.slice(before));
  }

  /** The faults so far, without those that are only counted. */
  issues(): readonly ConfigurationIssue[] {
    try {
      this.opened.faults.throwIfAny(this.opened.document);
      return [];
    } catch (error) {
      if (error instanceof ConfigurationError) return error.issues.slice(0, MOST_TOLD);
      throw error;
    }
  }

  private isNew(path: Path, message: string): boolean {
    const key = JSON.stringify([path, message]);
    if (this.told.has(key)) return false;
    this.told.add(key);
    return true;
  }
}

/** Throws the faults of all of `sheets`, if there are any. */
export function throwFaults(sheets: readonly Sheet[], file: string | undefined): void {
  const issues = sheets.flatMap((sheet) => sheet.issues());
  const untold = sheets.reduce((sum, sheet) => sum + sheet.opened.faults.untold, 0);
  if (issues.length > 0) throw importError(issues, file, untold);
}

/** One error, in the order of the text, with the first 100 in full. */
export function importError(
  issues: readonly ConfigurationIssue[],
  file: string | undefined,
  untold = 0,
): ConfigurationError {
  const told = inOrder(issues).slice(0, MOST_TOLD);
  const rest = issues.length - told.length + untold;
  if (rest > 0) told.push({ path: [], message: `and ${String(rest)} more faults` });
  return new ConfigurationError(told, file === undefined ? {} : { file });
}
