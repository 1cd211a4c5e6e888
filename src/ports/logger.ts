/** Where nines reports what nobody is there to be thrown at. */

/** The part of pino, winston or `console` that nines asks for. */
export interface Logger {
  /** Something is worth a look. */
  warn(message: string, fields?: Readonly<Record<string, unknown>>): void;
  /** Something failed. */
  error(message: string, fields?: Readonly<Record<string, unknown>>): void;
}

/** Says nothing; the default, since a library does not write to its host's terminal unasked. */
export const silentLogger: Logger = { warn: () => undefined, error: () => undefined };
