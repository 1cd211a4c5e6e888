/** Where nines reports what nobody is there to be thrown at. */
import type { ListenerFailure } from "../core/events.ts";
import { invalid } from "../core/errors.ts";
import { checkMethods } from "../core/options.ts";
import { quietly } from "../core/thenable.ts";

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

/** Refuses what cannot write as nines asks; undefined is none. @throws {@link ConfigurationError} */
export function checkLogger(logger: unknown): void {
  checkMethods(logger, "logger", ["warn", "error"]);
  if (isPino(logger)) {
    throw invalid("logger", "a pino takes the fields before the message, and would lose them; write pinoLines(logger)");
  }
}

/** By what pino alone has. */
function isPino(logger: unknown): boolean {
  const { bindings, isLevelEnabled, levels } = (logger ?? {}) as Readonly<Record<string, unknown>>;
  return typeof bindings === "function" && typeof isLevelEnabled === "function" && typeof levels === "object";
}

/** `logger`, but what it throws, or rejects with, goes nowhere: it is told in places where that would end the process. */
export function harmless(logger: Logger): Logger {
  return {
    warn(message, fields) {
      quietly(() => logger.warn(message, fields));
    },
    error(message, fields) {
      quietly(() => logger.error(message, fields));
    },
  };
}

/**
 * Who is told of what listeners throw: `onListenerError`, or else `logger`; undefined if there is neither, and then the process
 * warns of it.
 */
export function toldOfListeners({
  onListenerError,
  logger,
}: {
  readonly onListenerError?: ((failure: ListenerFailure) => void) | undefined;
  readonly logger?: Logger | undefined;
}): ((failure: ListenerFailure) => void) | undefined {
  if (onListenerError !== undefined || logger === undefined) return onListenerError;
  const safe = harmless(logger);
  return ({ event, error }) => {
    safe.error(`a listener to ${event} failed`, { error });
  };
}
