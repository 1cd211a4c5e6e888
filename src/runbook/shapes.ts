/** What the events of a run must have, for those that come out of a store. */
import { isTime } from "../incident/times.ts";

import type { RunOccurrence } from "./events.ts";
import { RUN_STATUSES, STEP_STATUSES } from "./run.ts";

type Check = (value: unknown) => boolean;
type Fields = Readonly<Record<string, Check>>;

const text: Check = (value) => typeof value === "string";
const flag: Check = (value) => typeof value === "boolean";
const whole: Check = (value) => Number.isSafeInteger(value) && (value as number) >= 0;
const number: Check = (value) => typeof value === "number" && Number.isFinite(value);

function maybe(check: Check): Check {
  return (value) => value === undefined || check(value);
}

function oneOf(allowed: readonly string[]): Check {
  return (value) => allowed.includes(value as string);
}

function listOf(check: Check): Check {
  return (value) => Array.isArray(value) && value.every(check);
}

function having(fields: Fields): Check {
  return (value) => isMapping(value) && lacking(value, fields) === undefined;
}

function byName(check: Check): Check {
  return (value) => isMapping(value) && Object.values(value).every(check);
}

const texts = byName(text);
const planned = having({ name: text, kind: text, title: maybe(text), of: maybe(text), isRollback: maybe(flag) });
const captured = having({ text, bytes: whole, isCut: flag });
const attempt = having({
  ...{ number: whole, status: oneOf(STEP_STATUSES), reason: maybe(text), signal: maybe(text), url: maybe(text) },
  ...{ startedAt: maybe(isTime), endedAt: maybe(isTime), durationMs: maybe(number), isInterrupted: maybe(flag) },
  ...{ exitCode: maybe(number), httpStatus: maybe(number), stdout: maybe(captured), stderr: maybe(captured) },
  leftovers: maybe(listOf(isMapping)),
});
const step: Fields = { step: text };

const EVENTS: Readonly<Record<RunOccurrence["type"], Fields>> = {
  started: {
    ...{ runbook: text, title: text, alert: text, by: text, lock: text, fingerprint: text },
    incident: maybe(having({ id: text, title: text, severity: text })),
    dryRun: maybe(flag),
    labels: texts,
    annotations: texts,
    parameters: byName((value) => text(value) || flag(value) || number(value)),
    steps: listOf(planned),
  },
  resumed: {},
  renewed: {},
  step_started: { ...step, attempt: whole, command: maybe(listOf(text)), planned: maybe(planned) },
  step_ended: { ...step, attempt, isFinal: flag },
  step_settled: { ...step, status: oneOf(STEP_STATUSES), reason: maybe(text), planned: maybe(planned) },
  approval_requested: { ...step, message: text, expiresAt: number, planned: maybe(planned) },
  approval_answered: { ...step, approved: flag, by: text, reason: maybe(text) },
  cancel_requested: { by: text, reason: maybe(text) },
  rollback_began: { reason: text, outcome: oneOf(["failed", "cancelled"]) },
  ended: { status: oneOf(RUN_STATUSES), reason: maybe(text), mustTell: maybe(flag) },
  telling: {},
  told: {},
};

const SUMMARY: Fields = {
  ...{ runbook: text, alert: text, incident: maybe(text), status: oneOf(RUN_STATUSES), by: text, startedAt: isTime },
  ...{ endedAt: maybe(isTime), steps: whole, settled: whole },
  waiting: listOf(having({ step: text, message: text, expiresAt: number })),
};

/** What of an event is missing or of another kind than it must be; undefined if nothing. */
export function runEventFault(event: object): string | undefined {
  const type: unknown = Reflect.get(event, "type");
  if (typeof type !== "string" || !Object.hasOwn(EVENTS, type)) return "type";
  return lacking(event, { at: isTime, id: text, ...EVENTS[type as RunOccurrence["type"]] });
}

/** The same of a summary. */
export function runSummaryFault(summary: object): string | undefined {
  return lacking(summary, SUMMARY);
}

function lacking(value: object, fields: Fields): string | undefined {
  return Object.keys(fields).find(
    (name) => fields[name]?.(Object.hasOwn(value, name) ? Reflect.get(value, name) : undefined) === false,
  );
}

function isMapping(value: unknown): value is object {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
