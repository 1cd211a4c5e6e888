/** Where nines reports what nobody is there to be thrown at. */

/**
 * The part of a logger that nines asks for: `console` and winston fit as they are. pino takes the fields first: `pinoLines(logger)` fits.
 */
export interface Logger {
  /** Something is worth a look. */
  warn(message: string, fields?: Readonly<Record<string, unknown>>): void;
  /** Something failed. */
  error(message: string, fields?: Readonly<Record<string, unknown>>): void;
}

/** Says nothing; the default, since a library does not write to its host's terminal unasked. */
export const silentLogger: Logger = { warn: () => undefined, error: () => undefined };

/** `logger`, but what it throws goes nowhere: it is told in places where a throw would end the process. */
export function harmless(logger: Logger): Logger {
  const quietly = (log: () => void): void => {
    try {
      log();
    } catch {
      // Nobody is left to be told.
    }
  };
  return {
    warn(message, fields) {
      quietly(() => {
        logger.warn(message, fields);
      });
    },
    error(message, fields) {
      quietly(() => {
        logger.error(message, fields);
      });
    },
  };
}
