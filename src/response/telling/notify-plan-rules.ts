/** Rules that say who is told of what. */
import { invalid, show } from "../../core/errors.ts";
import { choices } from "../../core/nearest.ts";
import { checkOptions } from "../../core/options.ts";
import type { RecordedEvent } from "../../incident/events.ts";
import { type IncidentState, SEVERITIES, type Severity } from "../../incident/model.ts";
import { NOTIFICATION_KINDS, type NotificationKind } from "../../ports/notifier.ts";

/** Who is told of what. What is left out does not matter. */
export interface NotificationRule {
  /**
   * Of what. `"all"` is everything but `escalated`: escalations ask for their messages themselves, and a rule names
   * `escalated` only for a channel that is to hear of their steps besides.
   */
  readonly on: readonly NotificationKind[] | "all";
  /** Incidents that have, or had, one of these: who was told that it began is told that it is over. */
  readonly severity?: readonly Severity[];
  /** Incidents that affect one of these, or did before the event. */
  readonly services?: readonly string[];
  /** Incidents that have all of these labels. */
  readonly labels?: Readonly<Record<string, string>>;
  /**
   * Who reads it. `"public"` is for status pages: no names of people, no text that was written for the inside, only the
   * updates that are public, and nothing of acknowledgements, escalations and approvals. `"internal"` unless told.
   */
  readonly audience?: "internal" | "public";
  /** Names of channels. */
  readonly to: readonly string[];
  /** Whom to tell there, where the channel reaches several. */
  readonly recipient?: string;
}

/** A rule, checked. */
export interface SoundRule extends NotificationRule {
  readonly kinds: ReadonlySet<NotificationKind>;
  readonly audience: "internal" | "public";
}

const KEYS = ["on", "severity", "services", "labels", "audience", "to", "recipient"];
/** What nobody outside has to know. */
const INTERNAL_KINDS: ReadonlySet<NotificationKind> = new Set(["acknowledged", "escalated", "approval_requested"]);

/** @throws {@link ConfigurationError} naming what is wrong */
export function soundRule(rule: NotificationRule, index: number): SoundRule {
  const at = (...path: (string | number)[]): (string | number)[] => ["rules", index, ...path];
  checkOptions(rule, `rule ${String(index)} of NotificationPlan`, KEYS);
  const { on, audience = "internal", recipient } = rule;
  oneOfEach(at("audience"), [audience], ["internal", "public"]);
  const possible = NOTIFICATION_KINDS.filter((kind) => audience === "internal" || !INTERNAL_KINDS.has(kind));
  const kinds = on === "all" ? possible.filter((kind) => kind !== "escalated") : oneOfEach(at("on"), on, possible);
  if (rule.severity !== undefined) oneOfEach(at("severity"), rule.severity, SEVERITIES);
  if (rule.services !== undefined) texts(at("services"), rule.services);
  texts(at("to"), rule.to).forEach((channel, place) => {
    checkChannel(at("to", place), channel);
  });
  if (recipient !== undefined) texts(at("recipient"), [recipient]);
  const { labels } = rule;
  if (
    labels !== undefined &&
    (typeof labels !== "object" || Object.values(labels).some((v) => typeof v !== "string"))
  ) {
    throw invalid(at("labels"), "must be a mapping of names to text");
  }
  return { ...rule, audience, kinds: new Set(kinds) };
}

/** @throws {@link ConfigurationError} unless `name` can name a channel: it goes into keys and headers */
export function checkChannel(path: string | readonly (string | number)[], name: unknown): void {
  if (typeof name === "string" && /^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/.test(name)) return;
  throw invalid(path, `${show(name)} cannot name a channel; letters, digits, point, dash and underscore, at most 100`);
}

/** Whether `rule` wants to hear of `kind`. */
export function applies(
  rule: SoundRule,
  kind: NotificationKind,
  { before, after, event }: { before: IncidentState | undefined; after: IncidentState; event: RecordedEvent },
): boolean {
  const { severity, services, labels = {}, audience, kinds } = rule;
  if (!kinds.has(kind)) return false;
  // Nobody has to repair any more what is over.
  if (kind === "approval_requested" && after.status === "resolved") return false;
  if (audience === "public" && event.type === "updated" && event.audience !== "public") return false;
  if (severity !== undefined && !after.severities.some((had) => severity.includes(had.severity))) return false;
  const affected = [...after.services, ...(before?.services ?? [])];
  if (services !== undefined && !affected.some((service) => services.includes(service))) return false;
  return Object.entries(labels).every(
    ([name, value]) => Object.hasOwn(after.labels, name) && after.labels[name] === value,
  );
}

function oneOfEach<Choice extends string>(
  path: readonly (string | number)[],
  values: readonly Choice[],
  allowed: readonly Choice[],
): readonly Choice[] {
  for (const value of texts(path, values)) {
    if (!allowed.includes(value as Choice))
      throw invalid(path, `${show(value)} is not possible${choices(value, allowed)}`);
  }
  return values;
}

function texts(path: readonly (string | number)[], values: unknown): readonly string[] {
  if (!Array.isArray(values) || values.length === 0 || values.length > 1_000) {
    throw invalid(path, `${show(values)} is not a list of 1 to 1000 names`);
  }
  for (const value of values as unknown[]) {
    if (typeof value !== "string" || value.trim() === "" || value.length > 200) {
      throw invalid(path, `${show(value)} is not a text of 1 to 200 characters`);
    }
  }
  return values as string[];
}
