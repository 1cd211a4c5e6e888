/** What a step of an escalation does: pure, so that it can be decided again when somebody else was first. */
import { show } from "../../core/errors.ts";
import type { IncidentEscalated, IncidentOccurrence, IncidentNotificationRequested } from "../../incident/events.ts";
import type { IncidentState } from "../../incident/model.ts";
import { timeText } from "../../incident/times.ts";

import type { EscalationPolicy, EscalationTarget, TimedStep } from "./policy.ts";
import type { OnCallSchedule } from "../on-call/on-call.ts";

/** What the keys of messages begin with that ask somebody to acknowledge. */
export const ESCALATION_KEYS = "escalation/";

/** What steps are taken with. */
export interface StepContext {
  readonly policy: EscalationPolicy;
  readonly schedules: ReadonlyMap<string, OnCallSchedule>;
  readonly incident: Pick<IncidentState, "reopened" | "severities">;
  /** In epoch milliseconds. */
  readonly at: number;
}

/** A step in a round, both from 0. */
export interface StepPlace {
  readonly step: number;
  readonly round: number;
}

/**
 * Takes the step at `place`: tells those it names, and says what comes next and when. A step for which nobody is on call
 * leads to the next one at once; the last one of a round keeps its wait, for somebody may be there then.
 */
export function takeStep(context: StepContext, place: StepPlace): IncidentOccurrence[] {
  const { policy, at } = context;
  const occurrences: IncidentOccurrence[] = [];
  let { step, round } = place;
  // The policy may have lost steps since the step was planned.
  if (step >= policy.stepCount) [step, round] = [0, round + 1];
  for (;;) {
    const sound = policy.step(step);
    if (round >= policy.rounds || sound === undefined) return [...occurrences, ended(policy)];
    const opening = policy.nextOpening(at);
    if (opening > at) return [...occurrences, postponed(policy, { step, round }, opening)];
    const isLast = step + 1 === policy.stepCount;
    const next = isLast ? { step: 0, round: round + 1 } : { step: step + 1, round };
    const told = tell(context, sound, { step, round });
    const goesOn = told.requests.length === 0 && !isLast;
    const dueAt = goesOn ? at : policy.dueAfter(at, sound.waitMs);
    const message = `${placeText(policy, { step, round })}: ${told.text}${goesOn ? "; goes on to the next step at once" : ""}`;
    occurrences.push({ type: "escalated", message, next: { policy: policy.name, ...next, dueAt } }, ...told.requests);
    if (!goesOn) return occurrences;
    ({ step, round } = next);
  }
}

function ended({ rounds, name }: EscalationPolicy): IncidentEscalated {
  const count = rounds === 1 ? "1 round" : `${String(rounds)} rounds`;
  return { type: "escalated", message: `nobody acknowledged after ${count} of ${show(name)}; the escalation ends` };
}

function postponed(policy: EscalationPolicy, place: StepPlace, dueAt: number): IncidentEscalated {
  const message = `${placeText(policy, place)}: waits for business hours, ${timeText(dueAt)}`;
  return { type: "escalated", message, next: { policy: policy.name, ...place, dueAt } };
}

interface Told {
  readonly requests: readonly IncidentNotificationRequested[];
  readonly text: string;
}

function tell(context: StepContext, { to }: TimedStep, place: StepPlace): Told {
  const { policy, incident } = context;
  const requests = new Map<string, IncidentNotificationRequested>();
  const tells: string[] = [];
  const missing: string[] = [];
  const run = `${String(incident.reopened)}.${String(incident.severities.length)}`;
  to.forEach((target, index) => {
    const recipient = recipientOf(context, target);
    if (target.schedule !== undefined && recipient === undefined) {
      missing.push(`nobody is on call for ${show(target.schedule)}`);
      return;
    }
    const { channel } = target;
    // Two schedules may lead to the same person.
    const receiver = JSON.stringify([channel, recipient]);
    if (requests.has(receiver)) return;
    requests.set(receiver, {
      type: "notification_requested",
      key: `${ESCALATION_KEYS}${run}/${String(place.round)}/${String(place.step)}/${String(index)}`,
      channel,
      kind: "escalated",
      message: `please acknowledge (${placeText(policy, place)})`,
      ...(recipient === undefined ? {} : { recipient }),
    });
    tells.push(recipient === undefined ? show(channel) : `${show(recipient)} by ${show(channel)}`);
  });
  const told = tells.length === 0 ? [] : [`tells ${tells.join(", ")}`];
  return { requests: [...requests.values()], text: [...told, ...missing].join("; ") };
}

function recipientOf({ schedules, at }: StepContext, { person, schedule }: EscalationTarget): string | undefined {
  return schedule === undefined ? person : schedules.get(schedule)?.whoIsOnCall(at, at).person;
}

function placeText({ name, stepCount, rounds }: EscalationPolicy, { step, round }: StepPlace): string {
  const inRound = rounds === 1 ? "" : `, round ${String(round + 1)} of ${String(rounds)}`;
  return `${show(name)}, step ${String(step + 1)} of ${String(stepCount)}${inRound}`;
}
