/** Which incident is under which escalation policy. */
import { invalid, show } from "../../core/errors.ts";
import { choices } from "../../core/nearest.ts";
import { type IncidentSummary, SEVERITIES, type Severity } from "../../incident/model.ts";

import { type FieldPath, listField, nameField, objectField } from "../business-hours/fields.ts";

/** Incidents that meet all that it names are under its policy; one that names nothing is for all. */
export interface EscalationRule {
  /** One of these severities. */
  readonly severities?: readonly Severity[];
  /** At least one of these services. */
  readonly services?: readonly string[];
  /** All of these labels, with these values. */
  readonly labels?: Readonly<Record<string, string>>;
  /** Name of the policy; null for no escalation. */
  readonly policy: string | null;
}

/** What a rule looks at. */
export type EscalationSubject = Pick<IncidentSummary, "severity" | "services" | "labels">;

const MOST_NAMES = 1_000;
const MOST_LABELS = 50;

/** A rule from outside. @throws {@link ConfigurationError} if it is none */
export function ruleField(path: FieldPath, value: unknown, policies: readonly string[]): EscalationRule {
  const { severities, services, labels, policy } = objectField(path, value, [
    "severities",
    "services",
    "labels",
    "policy",
  ]);
  if (policy !== null && !policies.includes(policy as string)) {
    throw invalid([...path, "policy"], `there is no policy ${show(policy)}${choices(policy, policies)}`);
  }
  return {
    ...(severities === undefined ? {} : { severities: severitiesField([...path, "severities"], severities) }),
    ...(services === undefined ? {} : { services: servicesField([...path, "services"], services) }),
    ...(labels === undefined ? {} : { labels: labelsField([...path, "labels"], labels) }),
    policy: policy as string | null,
  };
}

/** Whether `rule` is for `subject`. */
export function ruleFits({ severities, services, labels = {} }: EscalationRule, subject: EscalationSubject): boolean {
  return (
    severities?.includes(subject.severity) !== false &&
    (services === undefined || services.some((service) => subject.services.includes(service))) &&
    Object.entries(labels).every(
      ([name, value]) => Object.hasOwn(subject.labels, name) && subject.labels[name] === value,
    )
  );
}

function severitiesField(path: FieldPath, value: unknown): Severity[] {
  return listField(path, value, { most: SEVERITIES.length, what: "severities" }).map((severity, index) => {
    const found = SEVERITIES.find((known) => known === severity);
    if (found !== undefined) return found;
    throw invalid([...path, index], `${show(severity)} is not a severity${choices(severity, SEVERITIES)}`);
  });
}

function servicesField(path: FieldPath, value: unknown): string[] {
  const names = listField(path, value, { most: MOST_NAMES, what: "services" });
  return names.map((name, index) => nameField([...path, index], name));
}

function labelsField(path: FieldPath, value: unknown): Record<string, string> {
  const isMapping = typeof value === "object" && value !== null && !Array.isArray(value);
  const entries = isMapping ? Object.entries(value) : [];
  if (!isMapping || entries.length > MOST_LABELS) {
    throw invalid(path, `${show(value)} is not a mapping of at most ${String(MOST_LABELS)} names to text`);
  }
  for (const [name, text] of entries) {
    if (typeof text !== "string") throw invalid([...path, name], `${show(text)} is not text; write it in quotes`);
  }
  return Object.fromEntries(entries);
}
