/** Lines as they were written, for tests. */
import type { LineWriter, LogLevel, LogValue } from "../../src/logging/model.ts";
import { type LineOptions, linesTo } from "../../src/logging/writers.ts";

/** One line. */
export interface HeardLine {
  readonly level: LogLevel;
  readonly message: string;
  readonly fields: Readonly<Record<string, LogValue>>;
}

/** The events of all lines that were ever heard in this file. */
export const heardEvents = new Set<unknown>();

/** The types that each field of all these lines has had. */
export const heardTypes = new Map<string, Set<string>>();

/** A writer that remembers. */
export function hearing(options: LineOptions = {}): { readonly logger: LineWriter; readonly lines: HeardLine[] } {
  const lines: HeardLine[] = [];
  const logger = linesTo((level, message, fields) => {
    lines.push({ level, message, fields });
    heardEvents.add(fields.event);
    for (const [name, value] of Object.entries(fields)) {
      heardTypes.set(name, (heardTypes.get(name) ?? new Set()).add(typeof value));
    }
  }, options);
  return { logger, lines };
}

/** The events of lines, in order. */
export function eventsOf(lines: readonly HeardLine[]): string[] {
  return lines.map(({ level, fields }) => `${level} ${String(fields.event)}`);
}

export const TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";
