/** Who is told of what happens to incidents, decided when it happens. */
import { invalid, show } from "../../core/errors.ts";
import { checkMethods, checkOptions } from "../../core/options.ts";
import type { IncidentOccurrence, IncidentNotificationRequested, RecordedEvent } from "../../incident/events.ts";
import type { IncidentPlanner } from "../../incident/keeper.ts";
import type { IncidentState } from "../../incident/model.ts";
import { transition } from "../../incident/transition.ts";

import { applies, type NotificationRule, type SoundRule, soundRule } from "./notify-plan-rules.ts";
import { internalText, kindOf, publicText } from "./notify-plan-texts.ts";

/** What can be told to a {@link NotificationPlan}. */
export interface NotificationPlanOptions {
  /** Each applies on its own; a channel that several lead to is told once. */
  readonly rules: readonly NotificationRule[];
  /**
   * Address of your page or route on which approvals of runbooks are answered, for the messages that ask for one; `run` and `step`
   * are added to its query.
   */
  readonly approvals?: string;
}

/**
 * An {@link IncidentPlanner} that asks for messages by rules. They are kept in the same commit as the event that they
 * tell of, so no crash comes between the two; a {@link NotificationOutbox} delivers them.
 *
 * @example
 * ```ts
 * import { IncidentManager, NotificationPlan } from "nines";
 *
 * const planner = new NotificationPlan({
 *   rules: [
 *     { on: ["opened", "acknowledged", "resolved", "reopened"], severity: ["SEV1", "SEV2"], to: ["pager"] },
 *     { on: "all", to: ["room"] },
 *     { on: "all", labels: { visible: "yes" }, audience: "public", to: ["page"] },
 *   ],
 * });
 * const incidents = new IncidentManager({ planner });
 * const { notifications } = await incidents.createIncident({
 *   title: "checkout fails", severity: "SEV2", services: ["checkout"], by: "ann",
 * });
 * if (notifications.map(({ key }) => key).join() !== "1/pager,1/room") throw new Error("who is told?");
 * ```
 */
export class NotificationPlan implements IncidentPlanner {
  readonly #rules: readonly SoundRule[];
  readonly #approvals: string | undefined;

  constructor(options: NotificationPlanOptions) {
    checkOptions(options, "NotificationPlan", ["rules", "approvals"]);
    const rules: unknown = options.rules;
    if (!Array.isArray(rules) || rules.length > 1_000) throw invalid("rules", `${show(rules)} is not a list of rules`);
    this.#rules = options.rules.map(soundRule);
    this.#approvals = options.approvals;
    if (options.approvals !== undefined) checkAddress(options.approvals);
  }

  /** Names of all the channels that rules lead to. */
  get channels(): readonly string[] {
    return [...new Set(this.#rules.flatMap(({ to }) => to))];
  }

  follow(
    before: IncidentState | undefined,
    after: IncidentState,
    events: readonly RecordedEvent[],
  ): readonly IncidentOccurrence[] {
    const asked: IncidentNotificationRequested[] = [];
    let state = before;
    events.forEach((event, index) => {
      // The last one is known; an incident may have thousands of alerts, which each step would copy.
      const next = index === events.length - 1 ? after : transition(state, event, event.recordedAt);
      asked.push(...this.#messages(event, state, next));
      state = next;
    });
    return asked;
  }

  #messages(
    event: RecordedEvent,
    before: IncidentState | undefined,
    after: IncidentState,
  ): IncidentNotificationRequested[] {
    const kind = kindOf(event);
    if (kind === undefined) return [];
    const asked = new Map<string, IncidentNotificationRequested>();
    for (const rule of this.#rules) {
      if (!applies(rule, kind, { before, after, event })) continue;
      const isPublic = rule.audience === "public";
      const message = isPublic ? publicText(event, after) : internalText(event, before, after, this.#approvals);
      for (const channel of rule.to) {
        const whom = JSON.stringify([channel, rule.recipient]);
        if (asked.has(whom)) continue;
        const earlier = [...asked.values()].filter((other) => other.channel === channel).length;
        const key = `${String(after.version)}/${channel}${earlier === 0 ? "" : `/${String(earlier + 1)}`}`;
        const to = rule.recipient === undefined ? {} : { recipient: rule.recipient };
        asked.set(whom, { type: "notification_requested", key, channel, kind, message, ...to });
      }
    }
    return [...asked.values()];
  }
}

function checkAddress(approvals: unknown): void {
  const isShort = typeof approvals === "string" && approvals.length <= 1_000;
  if (isShort && URL.canParse(approvals) && /^https?:$/.test(new URL(approvals).protocol)) return;
  throw invalid("approvals", `${show(approvals)} is no address; write it as in https://ops.example.com/approvals`);
}

/**
 * One planner of several: what each of them adds, in their order. Whoever is told of the same by several of them is told
 * once.
 *
 * @example
 * ```ts
 * import { combinePlanners, IncidentManager, NotificationPlan } from "nines";
 *
 * const room = new NotificationPlan({ rules: [{ on: "all", to: ["room"] }] });
 * const page = new NotificationPlan({ rules: [{ on: "all", audience: "public", to: ["page"] }] });
 * const incidents = new IncidentManager({ planner: combinePlanners(room, page) });
 * const { notifications } = await incidents.createIncident({ title: "checkout fails", severity: "SEV2", by: "ann" });
 * if (notifications.length !== 2) throw new Error("two are told");
 * ```
 */
export function combinePlanners(...planners: readonly IncidentPlanner[]): IncidentPlanner {
  for (const planner of planners) checkMethods(planner, "planners", ["follow"]);
  return {
    channels: [...new Set(planners.flatMap(({ channels = [] }) => channels))],
    follow(before, after, events) {
      const asked = new Map<string, IncidentNotificationRequested>();
      return planners.flatMap((planner) =>
        planner.follow(before, after, events).flatMap((occurrence): readonly IncidentOccurrence[] => {
          if (occurrence.type !== "notification_requested") return [occurrence];
          const added = unlessAsked(occurrence, asked);
          return added === undefined ? [] : [added];
        }),
      );
    },
  };
}

/** `request` with a key that no other one has; undefined if it is there already. */
function unlessAsked(
  request: IncidentNotificationRequested,
  asked: Map<string, IncidentNotificationRequested>,
): IncidentNotificationRequested | undefined {
  let { key } = request;
  // Plans that know nothing of each other number their messages alike.
  for (let count = 2; asked.has(key); count += 1) {
    const other = asked.get(key) as IncidentNotificationRequested;
    if (other.kind === request.kind && other.channel === request.channel && other.recipient === request.recipient) {
      return undefined;
    }
    key = `${request.key}/${String(count)}`;
  }
  const added = { ...request, key };
  asked.set(key, added);
  return added;
}
