/** Events and summaries as stores keep them. */
import { DEEPEST_KEPT, readMapping } from "../core/ask.ts";
import { AdapterError, ConfigurationError, invalid, show } from "../core/errors.ts";
import { frozen } from "../core/frozen.ts";
import { isDeeperThan } from "../core/json-depth.ts";
import { choices } from "../core/nearest.ts";
import { messageOfThrown } from "../core/thrown.ts";

import type { RecordedEvent } from "./events.ts";
import type { IncidentState, IncidentSummary } from "./model.ts";
import { EVENT_TYPES, eventFault, summaryFault } from "./shapes.ts";
import { foldOne } from "./transition.ts";

/** `event` as one line of text. */
export function eventText(event: RecordedEvent): string {
  return JSON.stringify(event);
}

/**
 * `event` as it will be read out of the store, frozen: a copy, so that what the caller handed in stays his own.
 *
 * @throws {@link ConfigurationError} if it cannot be kept
 */
export function keptEvent(event: RecordedEvent): RecordedEvent {
  let kept: object;
  try {
    const text = eventText(event);
    if (isDeeperThan(text, DEEPEST_KEPT)) throw new RangeError("too deep");
    kept = JSON.parse(text) as object;
  } catch (cause) {
    // The engine's words may quote what is in it.
    throw new ConfigurationError([{ path: [event.type], message: "cannot be written as JSON" }], { cause });
  }
  if (!EVENT_TYPES.includes(event.type)) {
    throw invalid("type", `${show(event.type)} is no event of an incident${choices(event.type, EVENT_TYPES)}`);
  }
  const fault = eventFault(kept);
  if (fault !== undefined) throw invalid(event.type, `is no event of an incident: ${fault}`);
  return frozen(kept as RecordedEvent);
}

/** The part of `state` that lists and figures need, as one line of text. */
export function summaryText(state: IncidentState): string {
  const summary: IncidentSummary = {
    title: state.title,
    severity: state.severity,
    status: state.status,
    services: state.services,
    slos: state.slos,
    affectsSlo: state.affectsSlo,
    labels: state.labels,
    startedAt: state.startedAt,
    detectedAt: state.detectedAt,
    declaredAt: state.declaredAt,
    acknowledgedAt: state.acknowledgedAt,
    resolvedAt: state.resolvedAt,
    visits: state.visits,
    severities: state.severities,
    reopened: state.reopened,
    mergedInto: state.mergedInto,
  };
  return JSON.stringify(summary);
}

/** What {@link eventText} wrote, frozen. @throws {@link AdapterError} if it is no event */
export function readEvent(text: string, id: string, number: number): RecordedEvent {
  const parsed = readMapping(text, `event ${String(number)} of ${id}`, unreadable) as Partial<RecordedEvent>;
  const fault = eventFault(parsed);
  if (fault !== undefined) throw unreadable(`event ${String(number)} of ${id} is no event: ${fault}`);
  return frozen(parsed as RecordedEvent);
}

/** What {@link summaryText} wrote. @throws {@link AdapterError} if it is no summary */
export function readSummary(text: string, id: string): IncidentSummary {
  const parsed = readMapping(text, `the summary of ${id}`, unreadable) as Partial<IncidentSummary>;
  const fault = summaryFault(parsed);
  if (fault !== undefined) throw unreadable(`the summary of ${id} is none: ${fault}`);
  return parsed as IncidentSummary;
}

/** `state` after the events in `texts`. @throws {@link AdapterError} if they cannot be, naming the first that cannot */
export function foldTexts(
  state: IncidentState | undefined,
  texts: readonly string[],
  id: string,
): IncidentState | undefined {
  let folded = state;
  const scratch = {};
  for (const text of texts) {
    const number = (folded?.version ?? 0) + 1;
    const event = readEvent(text, id, number);
    try {
      folded = foldOne(folded, event, scratch);
    } catch (cause) {
      const why = messageOfThrown(cause);
      throw unreadable(`event ${String(number)} of ${id} does not follow from those before it: ${why}`, cause);
    }
  }
  return folded;
}

function unreadable(message: string, cause?: unknown): AdapterError {
  return new AdapterError(message, {
    adapter: "incident store",
    operation: "read an incident",
    retryable: false,
    cause,
  });
}
