/** A person's word against the policy's: with a name, a reason and an end. */
import { ConfigurationError, show, type ConfigurationIssue } from "../core/errors.ts";
import { formatDuration } from "../core/time/duration.ts";
import { checkWords } from "../core/words.ts";

import { timeText } from "./sentences.ts";

/** A decision that is in force whatever the policy says, until it expires. */
export interface PolicyOverride {
  /** What is in force. */
  readonly decision: "allow" | "halt";
  /** Who says so. */
  readonly by: string;
  /** Why. */
  readonly reason: string;
  /** When it was set, in epoch milliseconds. */
  readonly setAt: number;
  /** The first moment at which it no longer holds, in epoch milliseconds. */
  readonly expiresAt: number;
  /** Names of what is to be done if it changes the decision. */
  readonly actions: readonly string[];
}

/** What is said to set one. */
export interface OverrideRequest {
  /** The service that it is for. */
  readonly service: string;
  /** What is to be in force. */
  readonly decision: "allow" | "halt";
  /** Who says so; 1 to 200 characters. */
  readonly by: string;
  /** Why; 1 to 1,000 characters. */
  readonly reason: string;
  /** The first moment at which it no longer holds, in epoch milliseconds; in the future, but not too far. */
  readonly expiresAt: number;
  /** Names of what is to be done if it changes the decision; nothing unless told. */
  readonly actions?: readonly string[];
}

/** The override that `request` asks for at `at`; throws a {@link ConfigurationError} with all that is wrong with it. */
export function readOverride(request: OverrideRequest, at: number, maxOverrideMs: number): PolicyOverride {
  const { decision, expiresAt, actions = [] } = request;
  const issues: ConfigurationIssue[] = [];
  const fault = (name: string, message: string): void => void issues.push({ path: [name], message });
  if (!(["allow", "halt"] as readonly unknown[]).includes(decision)) {
    fault("decision", `${show(decision)} cannot override; write "allow" or "halt"`);
  }
  checkWords(request.by, 200, (message) => fault("by", `${message}, the name of who is responsible`));
  checkWords(request.reason, 1_000, (message) => fault("reason", `${message}, why this is right`));
  const latest = at + maxOverrideMs;
  if (!Number.isFinite(expiresAt) || expiresAt <= at || expiresAt > latest) {
    const shown = Number.isFinite(expiresAt) && Math.abs(expiresAt) < 8e15 ? timeText(expiresAt) : show(expiresAt);
    const allowed = `after ${timeText(at)} and, ${formatDuration(maxOverrideMs)} at most, up to ${timeText(latest)}`;
    fault("expiresAt", `${shown} is not possible; write a moment in epoch milliseconds ${allowed}`);
  }
  if (!Array.isArray(actions) || !actions.every((name) => typeof name === "string" && name !== "")) {
    fault("actions", "is not a list of names");
  }
  if (issues.length > 0) throw new ConfigurationError(issues);
  return Object.freeze({
    decision,
    by: request.by.trim(),
    reason: request.reason.trim(),
    setAt: at,
    expiresAt,
    actions: Object.freeze([...actions]),
  });
}
