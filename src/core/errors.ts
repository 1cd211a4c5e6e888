/** Every error that nines throws on purpose: one base, few kinds, each with enough context to act on. */

const BRAND = Symbol.for("nines.ReliabilityError");

/** The kinds of {@link ReliabilityError}; stable, safe to switch on. */
export type ReliabilityErrorCode = "configuration" | "illegal_transition" | "conflict" | "adapter" | "timeout";

/** Facts that belong to an error, for a log line. Never secrets, bodies or command output. */
export type ErrorContext = Readonly<Record<string, unknown>>;

/**
 * Base of all errors thrown by nines.
 *
 * Use {@link isReliabilityError} rather than `instanceof` to recognise it: the guard also works when two copies of the
 * package are installed.
 */
export class ReliabilityError extends Error {
  /** What kind of trouble this is. */
  readonly code: ReliabilityErrorCode;
  /** Facts for a log line. */
  readonly context: ErrorContext;
  constructor(code: ReliabilityErrorCode, message: string, options: { cause?: unknown; context?: ErrorContext } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = new.target.name;
    this.code = code;
    this.context = options.context ?? {};
    // Not enumerable: it is for the guard below, not for logs.
    Object.defineProperty(this, BRAND, { value: true });
  }
}

/** One fault in something that the user wrote: where it is, what is wrong and what is allowed. */
export interface ConfigurationIssue {
  /** Keys and indexes from the document's root to the fault; empty for the document itself. */
  readonly path: readonly (string | number)[];
  /** What is wrong and what is allowed. */
  readonly message: string;
  /** 1-based line in the source text, where there is one. */
  readonly line?: number;
  /** 1-based column in the source text, where there is one. */
  readonly column?: number;
}

/**
 * Something that the user wrote cannot be used as it is. Lists all the faults at once.
 *
 * @example
 * ```ts
 * import { ConfigurationError } from "nines";
 *
 * const error = new ConfigurationError([{ path: ["target"], message: "must be a percentage, such as 99.9%" }]);
 * if (!error.message.includes("target: must be a percentage")) throw error;
 * ```
 */
export class ConfigurationError extends ReliabilityError {
  /** Each fault with its place. */
  readonly issues: readonly ConfigurationIssue[];
  /** The file that the faults are in, where one was named. */
  readonly file: string | undefined;

  constructor(issues: readonly ConfigurationIssue[], options: { file?: string; cause?: unknown } = {}) {
    super("configuration", describeIssues(issues, options.file), {
      cause: options.cause,
      context: { issueCount: issues.length, ...(options.file === undefined ? {} : { file: options.file }) },
    });
    this.issues = issues;
    this.file = options.file;
  }
}

/** A state machine was asked for an edge that it does not have. */
export class IllegalTransitionError extends ReliabilityError {
  /** The state it was in. */
  readonly from: string;
  /** The event that was refused. */
  readonly event: string;
  /** The events that this state allows. */
  readonly allowed: readonly string[];

  /** @param message - what to say instead of the three, where people know them by other words */
  constructor(from: string, event: string, allowed: readonly string[], message?: string) {
    const options = allowed.length === 0 ? "nothing" : allowed.join(", ");
    super("illegal_transition", message ?? `"${event}" is not possible while ${from}; possible: ${options}`, {
      context: { from, event, allowed },
    });
    this.from = from;
    this.event = event;
    this.allowed = allowed;
  }
}

/** Somebody else was first: what was to be changed is not any more as it was expected. Look at it again, then try again. */
export class ConflictError extends ReliabilityError {
  constructor(message: string, options: { cause?: unknown; context?: ErrorContext } = {}) {
    super("conflict", message, options);
  }
}

/** Something outside of the process (a store, a notifier, an API) did not do what it was asked. */
export class AdapterError extends ReliabilityError {
  /** Which adapter, such as `"file-store"`. */
  readonly adapter: string;
  /** What it was asked to do, such as `"save"`. */
  readonly operation: string;
  /** Whether the same call may work later. */
  readonly retryable: boolean;

  constructor(
    message: string,
    options: { adapter: string; operation: string; retryable: boolean; cause?: unknown; context?: ErrorContext },
  ) {
    const { adapter, operation, retryable } = options;
    super("adapter", `${adapter} could not ${operation}: ${message}`, {
      cause: options.cause,
      context: { adapter, operation, retryable, ...options.context },
    });
    this.adapter = adapter;
    this.operation = operation;
    this.retryable = retryable;
  }
}

/** An operation did not settle in the time that it was given. */
export class TimeoutError extends ReliabilityError {
  /** The limit, in milliseconds. */
  readonly timeoutMs: number;

  constructor(operation: string, timeoutMs: number, options: { cause?: unknown } = {}) {
    super("timeout", `${operation} did not finish within ${timeoutMs} ms`, {
      cause: options.cause,
      context: { operation, timeoutMs },
    });
    this.timeoutMs = timeoutMs;
  }
}

/**
 * Tells whether `value` is an error of nines, of this or another installed copy of the package.
 *
 * @example
 * ```ts
 * import { isReliabilityError, parseDuration } from "nines";
 *
 * try {
 *   parseDuration("soon");
 * } catch (error) {
 *   if (!isReliabilityError(error) || error.code !== "configuration") throw error;
 * }
 * ```
 */
export function isReliabilityError(value: unknown): value is ReliabilityError {
  if (typeof value !== "object" || value === null) return false;
  try {
    if (!(BRAND in value)) return false;
    // Whoever is told that it is one of ours reads these three.
    const { code, message, context } = value as Partial<Record<keyof ReliabilityError, unknown>>;
    return typeof code === "string" && typeof message === "string" && typeof context === "object" && context !== null;
  } catch {
    // What was thrown may be anything, and asking it may throw again.
    return false;
  }
}

/** A {@link ConfigurationError} about one argument: `path` is its name. */
export function invalid(path: string | readonly (string | number)[], message: string): ConfigurationError {
  return new ConfigurationError([{ path: typeof path === "string" ? [path] : path, message }]);
}

/**
 * Shows a value from outside in a message: quoted, on one line and never longer than 60 characters. Never throws, whatever it is.
 */
export function show(value: unknown): string {
  let text: string;
  if (typeof value === "string") text = quoted(value);
  else if (isList(value)) text = `a list of ${String(value.length)}`;
  else if (typeof value === "object" && value !== null) text = "a mapping";
  else text = typeof value === "function" ? "a function" : String(value);
  // Half of a surrogate pair would be a broken letter.
  return text.length > 60 ? `${text.slice(0, 57).replace(/[\uD800-\uDBFF]$/, "")}...` : text;
}

/** A proxy that is dead throws when it is asked. */
function isList(value: unknown): value is readonly unknown[] {
  try {
    return Array.isArray(value) && typeof value.length === "number";
  } catch {
    return false;
  }
}

// JSON escapes what is below the space; these also end lines, move cursors or turn the direction of writing.
function quoted(text: string): string {
  const start = text.length > 60 ? text.slice(0, 60) : text;
  return JSON.stringify(start).replace(
    /[\u007f-\u009f\u2028-\u202e\u2066-\u2069]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

/** `["a", 0, "b c"]` as `a[0]["b c"]`, the way that a person would write it. */
export function formatPath(path: readonly (string | number)[]): string {
  let text = "";
  for (const key of path) {
    if (typeof key === "number") text += `[${String(key)}]`;
    else if (/^[A-Za-z_][\w-]*$/.test(key)) text += text === "" ? key : `.${key}`;
    else text += `[${show(key)}]`;
  }
  return text;
}

function describeIssues(issues: readonly ConfigurationIssue[], file: string | undefined): string {
  const lines = issues.map((issue) => {
    const place = [file, issue.line, issue.column].filter((part) => part !== undefined).join(":");
    const path = formatPath(issue.path);
    const at = [place, path].filter((part) => part !== "").join(" ");
    return at === "" ? issue.message : `${at}: ${issue.message}`;
  });
  return lines.length === 1 ? (lines[0] ?? "") : `${String(lines.length)} faults\n  ${lines.join("\n  ")}`;
}

/** What `make` makes; the faults that it finds are within `path`. */
export function within<T>(path: readonly (string | number)[], make: () => T): T {
  try {
    return make();
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    throw new ConfigurationError(error.issues.map((issue) => ({ ...issue, path: [...path, ...issue.path] })));
  }
}
