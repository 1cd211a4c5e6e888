/** Lines through the logger that the service has already. */
import { type Clock, systemClock } from "../core/time/clock.ts";
import { invalid, show } from "../core/errors.ts";
import { choices } from "../core/nearest.ts";
import { checkMethods, checkOptions } from "../core/options.ts";
import { isThenable } from "../core/thenable.ts";

import { flatFields, oneLine, textOf } from "./flat.ts";
import { FIELD_NAMES, type FieldNames, type LineWriter, type LogLevel, type LogValue } from "./model.ts";
import { namedFields } from "./names.ts";

/** How lines are written. */
export interface LineOptions {
  /** By which names: `"otel"` (unless told), as Loki and OpenTelemetry have them, or `"ecs"`, as Elasticsearch has. */
  readonly fields?: FieldNames;
}

/** The part of pino that is asked. */
export interface PinoLike {
  /** Writes a line of level 30. */
  info(fields: object, message: string): unknown;
  /** Of level 40. */
  warn(fields: object, message: string): unknown;
  /** Of level 50. */
  error(fields: object, message: string): unknown;
}

/** The part of winston that is asked. */
export interface WinstonLike {
  /** Writes a line. */
  log(line: { level: string; message: string; [field: string]: unknown }): unknown;
  /** Those of syslog have no `warn`. */
  readonly levels?: object | undefined;
  /** What each line gets. `log` lets it hide fields of the line. */
  readonly defaultMeta?: object | null | undefined;
  /** Writes a line as it is. */
  write?(line: object): unknown;
}

/** The part of `console` that is asked. */
export interface ConsoleLike {
  /** Writes to stdout. */
  info(text: string): unknown;
  /** Writes to stderr. */
  warn(text: string): unknown;
  /** Writes to stderr. */
  error(text: string): unknown;
}

/**
 * Lines by a function of yours: the others are made of it. What `write` throws goes to whoever logs, who may not be harmed by it; what
 * it rejects with goes to those who wait for it, as {@link logEvents} does, and ends no process where nobody does.
 *
 * @throws {@link ConfigurationError} for options that cannot be used
 * @example
 * ```ts
 * import { linesTo } from "nines";
 *
 * const lines: string[] = [];
 * const logger = linesTo((level, message, fields) => void lines.push(JSON.stringify({ level, message, ...fields })));
 * logger.warn("the store is slow\nagain", { ms: 900 });
 * if (lines.join() !== '{"level":"warn","message":"the store is slow again","logger":"nines","ms":900}') throw new Error(lines.join());
 * ```
 */
export function linesTo(
  write: (level: LogLevel, message: string, fields: Record<string, LogValue>) => unknown,
  options: LineOptions = {},
): LineWriter {
  if (typeof write !== "function") throw invalid("write", `${show(write)} is no function`);
  checkOptions(options, "lines", ["fields"]);
  const { fields: names = "otel" } = options;
  if (!FIELD_NAMES.includes(names)) {
    throw invalid("fields", `${show(names)} is not possible${choices(names, FIELD_NAMES)}`);
  }
  const at =
    (level: LogLevel) =>
    (message: string, fields: Readonly<Record<string, unknown>> = {}): unknown => {
      const flat = { logger: "nines", ...flatFields(fields) };
      const result = write(level, oneLine(textOf(message)), namedFields(flat, names));
      if (!isThenable(result)) return undefined;
      // Asked once only: there are promises that begin their work whenever somebody waits for them.
      const written = Promise.resolve(result);
      written.catch(() => undefined);
      return written;
    };
  return { fields: names, info: at("info"), warn: at("warn"), error: at("error") };
}

/**
 * Lines through pino.
 *
 * @throws {@link ConfigurationError} for what is no logger
 * @example
 * ```ts
 * import { pinoLines } from "nines";
 * import { pino } from "pino";
 *
 * const lines: string[] = [];
 * const logger = pinoLines(pino({ base: null }, { write: (line: string) => lines.push(line) }));
 * logger.warn("the store is slow", { ms: 900 });
 * const { level, msg, ms } = JSON.parse(lines[0] ?? "") as Record<string, unknown>;
 * if (level !== 40 || msg !== "the store is slow" || ms !== 900) throw new Error(lines[0]);
 * ```
 */
export function pinoLines(logger: PinoLike, options: LineOptions = {}): LineWriter {
  need(logger, "pino", ["info", "warn", "error"]);
  const other = otherThanPino(logger);
  if (other !== undefined) throw invalid("logger", `${other}; write consoleLines(console) or winstonLines(logger)`);
  return linesTo((level, message, fields) => logger[level](fields, message), options);
}

/**
 * Lines through winston. Give it `format.json()`, or another that writes one line for each. Fields of a line come before its `defaultMeta`.
 *
 * @throws {@link ConfigurationError} for what is no logger
 * @example
 * ```ts
 * import { winstonLines } from "nines";
 * import { createLogger, format, transports } from "winston";
 *
 * const logger = winstonLines(createLogger({ format: format.json(), transports: [new transports.Console({ silent: true })] }));
 * logger.warn("the store is slow", { ms: 900 });
 * ```
 */
export function winstonLines(logger: WinstonLike, options: LineOptions = {}): LineWriter {
  need(logger, "winston", ["log"]);
  return linesTo((level, message, fields) => {
    const { levels, defaultMeta } = logger;
    const name = level === "warn" && levels !== undefined && !("warn" in levels) ? "warning" : level;
    const line = { ...fields, level: name, message };
    const hidden = Object.keys(defaultMeta ?? {}).some((key) => Object.hasOwn(line, key));
    // `log` would write its own over ours, and `write` adds nothing.
    return hidden && typeof logger.write === "function" ? logger.write({ ...defaultMeta, ...line }) : logger.log(line);
  }, options);
}

/**
 * Lines of JSON through `console`: one call, one line.
 *
 * @throws {@link ConfigurationError} for what is no console
 * @example
 * ```ts
 * import { consoleLines } from "nines";
 *
 * const lines: string[] = [];
 * const write = (line: string): void => void lines.push(line);
 * const logger = consoleLines({ info: write, warn: write, error: write }, { fields: "ecs" });
 * logger.warn("the store is slow", { ms: 900 });
 * if (!lines[0]?.endsWith('"log.level":"warn","message":"the store is slow","log.logger":"nines","nines.ms":900}')) throw new Error(lines[0]);
 * ```
 */
export function consoleLines(console: ConsoleLike, options: LineOptions & { readonly clock?: Clock } = {}): LineWriter {
  need(console, "console", ["info", "warn", "error"]);
  checkOptions(options, "consoleLines", ["fields", "clock"]);
  const { clock = systemClock, ...names } = options;
  checkMethods(clock, "clock", ["now"]);
  return linesTo((level, message, { at, "nines.at": nines, ...fields }) => {
    const time = at ?? nines ?? new Date(clock.now()).toISOString();
    const line =
      names.fields === "ecs"
        ? { "@timestamp": time, "ecs.version": "8.11.0", "log.level": level, message, ...fields }
        : { at: time, level, message, ...fields };
    return console[level](JSON.stringify(line));
  }, names);
}

/** Those that take the message first would be handed the fields in its place. */
function otherThanPino(logger: unknown): string | undefined {
  const { log, bindings } = logger as Readonly<Record<string, unknown>>;
  const hasLog = typeof log === "function" && typeof bindings !== "function";
  return hasLog ? "has log(), as console and winston have, which take the message first, and is no pino" : undefined;
}

function need(logger: unknown, what: string, methods: readonly string[]): void {
  // Undefined is fine with checkMethods, and not here.
  if (logger === undefined) throw invalid("logger", `is missing; give the ${what} that is to write the lines`);
  // A logger may be a function, too.
  checkMethods(typeof logger === "function" ? Object(logger) : logger, "logger", methods);
}
