/** Exit codes that all commands share, and the errors that lead to them. */
import type { ConfigurationIssue } from "../core/errors.ts";

/** What the command ends with where it has no verdict to tell: as in sysexits.h, and as shells have it for Ctrl-C. */
export const EXIT = { fine: 0, unanswered: 3, usage: 64, data: 65, unexpected: 70, interrupted: 130 } as const;

/** The command was called in a way that it does not understand. */
export class UsageError extends Error {
  /** Whose help says more; undefined for that of `nines`. */
  readonly command: string | undefined;

  constructor(message: string, command?: string) {
    super(message);
    this.name = "UsageError";
    this.command = command;
  }
}

/** A fault of a document, by its file. */
export interface DocumentFault extends ConfigurationIssue {
  readonly file: string | undefined;
}

/** Documents that cannot be used, with all their faults. */
export class DocumentError extends Error {
  readonly faults: readonly DocumentFault[];

  constructor(faults: readonly DocumentFault[]) {
    super(faults.length === 1 ? "one fault" : `${String(faults.length)} faults`);
    this.name = "DocumentError";
    this.faults = faults;
  }
}
