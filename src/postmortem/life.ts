/** From a draft to a closed postmortem, and back. */
import { ConfigurationError, IllegalTransitionError, invalid, show } from "../core/errors.ts";
import { checkOptions } from "../core/options.ts";
import { checkWords } from "../core/words.ts";
import { time } from "../incident/commands.ts";
import { frozen } from "../core/frozen.ts";
import { timeText } from "../incident/times.ts";

import { openItemFaults, postmortemFaults } from "./faults.ts";
import { POSTMORTEM_EDGES } from "./life-edges.ts";
import { type Postmortem, POSTMORTEM_STATUSES, type PostmortemStatus } from "./model.ts";

/** Who changes the status of a postmortem, into what, and when. */
export interface StatusCommand {
  readonly to: PostmortemStatus;
  readonly by: string;
  /** In epoch milliseconds; not before the last change, or before the incident if there is none yet. */
  readonly at: number;
}

/**
 * The postmortem in its next status. Into `reviewed` and `closed` it comes only when nothing is missing and each action
 * item is specific, owned and dated; into `closed` only when no action item is open.
 *
 * @throws {@link IllegalTransitionError} if the status does not lead there
 * @throws {@link ConfigurationError} with all that is missing, or if `at` is before the last change
 *
 * @example
 * ```ts
 * import { changePostmortemStatus, IncidentManager, PostmortemGenerator } from "nines";
 *
 * const incidents = new IncidentManager();
 * const { id } = await incidents.createIncident({ title: "checkout fails", severity: "SEV2", by: "ann" });
 * const draft = await new PostmortemGenerator({ incidents }).generate(id, { authors: ["ann"] });
 * const inReview = changePostmortemStatus(draft, { to: "in_review", by: "ann", at: Date.now() });
 * if (inReview.status !== "in_review" || inReview.changes.length !== 1) throw new Error(inReview.status);
 * ```
 */
export function changePostmortemStatus(postmortem: Postmortem, command: StatusCommand): Postmortem {
  checkOptions(command, "changePostmortemStatus", ["to", "by", "at"]);
  const { to, by } = command;
  if (!POSTMORTEM_STATUSES.includes(to)) {
    throw invalid("to", `${show(to)} is no status of a postmortem; allowed: ${POSTMORTEM_STATUSES.join(", ")}`);
  }
  checkWords(by, 200, (problem) => {
    throw invalid("by", problem);
  });
  const at = time("at", command.at);
  const { status: from, changes, detection } = postmortem;
  const allowed = POSTMORTEM_EDGES[from];
  if (!allowed.includes(to)) throw new IllegalTransitionError(from, to, allowed);
  const last = changes.at(-1);
  const earliest = last?.at ?? detection.startedAt;
  if (at < earliest) {
    const than = last === undefined ? "the incident began" : `it became ${last.to}`;
    throw invalid("at", `${timeText(at)} is before ${timeText(earliest)}, when ${than}`);
  }
  checkReady(postmortem, to);
  return frozen({ ...postmortem, status: to, changes: [...changes, { from, to, by, at }] });
}

/** @throws {@link ConfigurationError} with all that keeps the postmortem from that status */
export function checkReady(postmortem: Postmortem, to: PostmortemStatus): void {
  if (to !== "reviewed" && to !== "closed") return;
  const issues = [...postmortemFaults(postmortem), ...(to === "closed" ? openItemFaults(postmortem) : [])];
  if (issues.length === 0) return;
  const { id } = postmortem.incident;
  throw new ConfigurationError([
    { path: ["status"], message: `the postmortem of ${id} cannot be ${to} yet; it lacks what follows` },
    ...issues,
  ]);
}

/** Whether its date has passed at `at` (epoch milliseconds) and nobody has reviewed it. */
export function isPostmortemOverdue({ dueAt, status }: Pick<Postmortem, "dueAt" | "status">, at: number): boolean {
  return dueAt !== undefined && at > dueAt && (status === "draft" || status === "in_review");
}
