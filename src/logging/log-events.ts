/** Every decision and event as one structured line of the service's own log. */
import { type Clock, systemClock } from "../core/time/clock.ts";
import { invalid, show, within } from "../core/errors.ts";
import { choices } from "../core/nearest.ts";
import { checkMethods, checkOptions } from "../core/options.ts";
import { atOnce, handled, quietly } from "../core/thenable.ts";
import type { OpenTelemetryLike } from "../signals/traces.ts";

import { BUDGET_LINES } from "./budget-lines.ts";
import { CHAOS_LINES, KILL_SWITCH_LINES, type KillSwitchTold, SCHEDULE_LINES } from "./chaos-lines.ts";
import { GATE_LINES } from "./gate-lines.ts";
import { INCIDENT_LINES } from "./incident-lines.ts";
import { instantText } from "./instants.ts";
import { FIELD_NAMES, type LineRule, type LineRules, type LineWriter, type LogFields, type LogLevel } from "./model.ts";
import { POLICY_LINES } from "./policy-lines.ts";
import { RUNBOOK_LINES } from "./runbook-lines.ts";
import { type EventSources, SOURCE_METHODS, type EventTeller } from "./sources.ts";
import { traceFields, type TraceSources } from "./traces.ts";

/** What can be told to {@link logEvents}. */
export interface LogEventsOptions {
  /** Who writes the lines: `pinoLines(logger)`, `winstonLines(logger)`, `consoleLines(console)` or `linesTo(write)`. */
  readonly logger: LineWriter;
  /** Events that are not wanted, by the names that lines have. */
  readonly except?: readonly string[];
  /** `@opentelemetry/api`: for the trace in which something happened. */
  readonly opentelemetry?: OpenTelemetryLike;
  /** Where a trace can be looked at, such as ``(id) => `https://jaeger.example.com/trace/${id}` ``: becomes the field `trace_url`. */
  readonly traceUrl?: (traceId: string) => string | undefined;
  /** Told of what the logger threw or rejected with, and of what `traceUrl`, or a source that is left, threw. */
  readonly onError?: (error: unknown) => void;
  readonly clock?: Clock;
}

const RULES: readonly LineRules<object>[] = [
  ...[BUDGET_LINES, POLICY_LINES, INCIDENT_LINES, RUNBOOK_LINES],
  ...[GATE_LINES, CHAOS_LINES, SCHEDULE_LINES, KILL_SWITCH_LINES],
];

/** The names that the field `event` may have. */
export const LOGGED_EVENTS: readonly string[] = RULES.flatMap((rules) =>
  (Object.values(rules) as LineRule<never>[]).flatMap((rule) => ("event" in rule ? [rule.event] : [])),
);

/**
 * Writes a line for each thing that `sources` tell of: decisions, burning budgets, incidents, runbooks, releases, chaos. A line has the
 * name of its `event` and flat fields, and where there is one the id of a trace to begin with.
 *
 * A logger that fails harms nobody.
 *
 * @returns how to stop
 * @throws {@link ConfigurationError} for options that cannot be used
 * @example
 * ```ts
 * import { IncidentManager, linesTo, logEvents } from "nines";
 *
 * const incidents = new IncidentManager();
 * const lines: string[] = [];
 * const stop = logEvents(
 *   { incidents },
 *   { logger: linesTo((level, _message, { event, incident, by }) => lines.push(`${level} ${event} ${incident} ${by}`)) },
 * );
 * const { id } = await incidents.createIncident({ title: "checkout fails", severity: "SEV2", services: ["checkout"], by: "ann" });
 * await incidents.acknowledge(id, { by: "bob" });
 * stop();
 * const expected = "warn incident_created INC-0001 ann,info incident_acknowledged INC-0001 bob";
 * if (lines.join() !== expected) throw new Error(lines.join());
 * ```
 */
export function logEvents(sources: EventSources, options: LogEventsOptions): () => void {
  const lines = new Lines(sources, options);
  const listening: Listening = { write: lines.write, stops: [] };
  const stop = (): void => {
    for (const one of listening.stops.splice(0)) lines.trying(one);
  };
  try {
    listenToAll(sources, listening);
  } catch (error) {
    stop();
    throw error;
  }
  return stop;
}

type Write = <Payload>(rule: LineRule<Payload> | undefined, payload: Payload) => void;

/** Who writes, and how to leave each source that is listened to so far. */
interface Listening {
  readonly write: Write;
  readonly stops: (() => void)[];
}

function listenToAll(sources: EventSources, listening: Listening): void {
  const { write, stops } = listening;
  const { reliability, budget, policies, incidents, runbooks, gate, chaos, scheduler } = sources;
  listen(reliability, { ...BUDGET_LINES, ...POLICY_LINES }, listening);
  listen(budget, BUDGET_LINES, listening);
  listen(policies, POLICY_LINES, listening);
  listen(runbooks, RUNBOOK_LINES, listening);
  listen(gate, GATE_LINES, listening);
  listen(chaos, CHAOS_LINES, listening);
  listen(scheduler, SCHEDULE_LINES, listening);
  for (const one of new Set([chaos?.killSwitch, sources.killSwitch])) if (one !== undefined) watch(one, listening);
  const changed = incidents?.on("changed", (told) => {
    // A later version of a store may know events that this one does not.
    const rule = Object.hasOwn(INCIDENT_LINES, told.event.type) ? INCIDENT_LINES[told.event.type] : undefined;
    write(rule as LineRule<typeof told> | undefined, told);
  });
  if (changed !== undefined) stops.push(changed);
  // It was told when the runner was opened, and nobody could listen then.
  for (const one of chaos?.recovered ?? []) write(CHAOS_LINES.recovered, one);
}

function listen<Payloads extends object>(
  source: EventTeller<Payloads> | undefined,
  rules: LineRules<Payloads>,
  { write, stops }: Listening,
): void {
  if (source === undefined) return;
  for (const name of Object.keys(rules) as (keyof Payloads)[]) {
    if (!("event" in rules[name])) continue;
    const off = source.on(name, (payload) => {
      write(rules[name], payload);
    });
    stops.push(off);
  }
}

function watch(killSwitch: NonNullable<EventSources["killSwitch"]>, { write, stops }: Listening): void {
  let listening = false;
  const offPull = killSwitch.onPull((pulled: KillSwitchTold["pulled"]) => {
    // One that is pulled already tells so at once, though nothing has happened.
    if (listening) write(KILL_SWITCH_LINES.pulled, pulled);
  });
  stops.push(offPull);
  const offRelease = killSwitch.onRelease(() => {
    write(KILL_SWITCH_LINES.released, undefined);
  });
  stops.push(offRelease);
  listening = true;
}

/** Makes lines of events, and hands them on. */
class Lines {
  readonly #logger: LineWriter;
  readonly #except: ReadonlySet<string>;
  readonly #traces: TraceSources;
  readonly #onError: (error: unknown) => void;
  readonly #clock: Clock;

  constructor(sources: EventSources, options: LogEventsOptions) {
    checkOptions(sources, "logEvents", Object.keys(SOURCE_METHODS));
    for (const [name, methods] of Object.entries(SOURCE_METHODS)) {
      checkMethods(sources[name as keyof EventSources], name, methods);
    }
    checkOptions(options, "logEvents", ["logger", "except", "opentelemetry", "traceUrl", "onError", "clock"]);
    const { logger, except = [], opentelemetry, traceUrl, onError, clock = systemClock } = options;
    // A logger as it is would take the fields for something else, and nobody would notice.
    if (!FIELD_NAMES.includes((logger as Partial<LineWriter> | undefined)?.fields as LineWriter["fields"])) {
      throw invalid(
        "logger",
        "writes no lines; write pinoLines(logger), winstonLines(logger) or consoleLines(console)",
      );
    }
    checkMethods(logger, "logger", ["info", "warn", "error"]);
    if (!Array.isArray(except)) throw invalid("except", `${show(except)} is no list of events`);
    except.forEach((name: unknown, index) => {
      if (!(LOGGED_EVENTS as readonly unknown[]).includes(name)) {
        throw invalid(["except", index], `${show(name)} is no event${choices(name, LOGGED_EVENTS)}`);
      }
    });
    if (opentelemetry !== undefined) {
      const trace = (opentelemetry as { readonly trace?: unknown } | null)?.trace;
      // Undefined is fine with checkMethods, and not here.
      within(["opentelemetry"], () => {
        checkMethods(trace ?? null, "trace", ["getActiveSpan"]);
      });
    }
    for (const [name, given] of Object.entries({ traceUrl, onError }) as [string, unknown][]) {
      if (given !== undefined && typeof given !== "function") throw invalid(name, `${show(given)} is no function`);
    }
    checkMethods(clock, "clock", ["now"]);
    this.#logger = logger;
    this.#except = new Set(except);
    const signals = sources.signals ?? sources.reliability?.signals;
    this.#traces = { opentelemetry, signals, link: (id) => this.#linkTo(id, traceUrl) };
    this.#onError = onError ?? ((): undefined => undefined);
    this.#clock = clock;
  }

  readonly write: Write = (rule, payload) => {
    if (rule === undefined || "notLogged" in rule || this.#except.has(rule.event)) return;
    try {
      const { level, message, at: told, fields, trace } = rule.told(payload);
      const now = this.#clock.now();
      const at = instantText(told) ?? instantText(now);
      const found = this.#traceFields(trace, told ?? now);
      const logger: Readonly<Record<LogLevel, (message: string, fields: LogFields) => unknown>> = this.#logger;
      const written = logger[level](message, { event: rule.event, at, ...found, ...fields });
      handled(written, (error) => {
        this.#tell(error);
      });
    } catch (error) {
      this.#tell(error);
    }
  };

  /** Does what may throw. */
  trying(work: () => void): void {
    try {
      work();
    } catch (error) {
      this.#tell(error);
    }
  }

  /** A trace without an address is better than none. */
  #linkTo(traceId: string, traceUrl: LogEventsOptions["traceUrl"]): string | undefined {
    try {
      const url: unknown = atOnce(traceUrl?.(traceId));
      return typeof url === "string" ? url : undefined;
    } catch (error) {
      this.#tell(error);
      return undefined;
    }
  }

  #traceFields(...[hint, at]: [Parameters<typeof traceFields>[0], number]): ReturnType<typeof traceFields> {
    try {
      return traceFields(hint, at, this.#traces);
    } catch (error) {
      // A line without a trace is better than none.
      this.#tell(error);
      return {};
    }
  }

  #tell(error: unknown): void {
    // The reporter is the user's code, maybe async; if it fails nobody is left to be told.
    const report: (error: unknown) => unknown = this.#onError;
    quietly(() => report(error));
  }
}
