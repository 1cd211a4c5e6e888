/** What a line says, and who writes lines. */
import type { Logger } from "../ports/logger.ts";

/** How loud a line is. */
export type LogLevel = "info" | "warn" | "error";

/** The value of a field. */
export type LogValue = string | number | boolean | readonly string[];

/** The fields of a line. What is undefined is left out. */
export type LogFields = Readonly<Record<string, LogValue | undefined>>;

/** By which names fields are written: those of OpenTelemetry and Loki, or those of the Elastic Common Schema. */
export const FIELD_NAMES = ["otel", "ecs"] as const;
/** One of {@link FIELD_NAMES}. */
export type FieldNames = (typeof FIELD_NAMES)[number];

/** Writes lines. It is a {@link Logger}, too: hand it to everything that takes one. */
export interface LineWriter extends Logger {
  /** By which names it writes fields. */
  readonly fields: FieldNames;
  /** Something happened, as it should. */
  info(message: string, fields?: Readonly<Record<string, unknown>>): void;
}

/** What a line is about, as far as that leads to a trace. */
export interface TraceHint {
  /** Ids of the SLOs whose bad requests it is about. */
  readonly slos?: readonly string[];
  /** Labels and annotations that may name a trace, the best first. */
  readonly labels?: Iterable<Readonly<Record<string, string>>>;
}

/** One event as a line. */
export interface Told {
  readonly level: LogLevel;
  readonly message: string;
  /** When it happened, in epoch milliseconds; now unless told. */
  readonly at?: number | undefined;
  readonly fields: LogFields;
  readonly trace?: TraceHint | undefined;
}

/** How an event is told under its name, or why it is not. */
export type LineRule<Payload> =
  { readonly event: string; readonly told: (payload: Payload) => Told } | { readonly notLogged: string };

/** A rule for every event of a source: the compiler sees to it that none is forgotten. */
export type LineRules<Payloads extends object> = { readonly [Name in keyof Payloads]: LineRule<Payloads[Name]> };
