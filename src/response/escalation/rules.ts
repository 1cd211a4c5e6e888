/** Which incident is under which escalation policy. */
import { invalid, show } from "../../core/errors.ts";
import { choices } from "../../core/nearest.ts";
import { type IncidentSummary, SEVERITIES, type Severity } from "../../incident/model.ts";

import { all, each, type FieldPath, listField, nameField, objectField } from "../business-hours/fields.ts";

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

/** A rule from outside, about one of `policies`, where it is known which there are. @throws {@link ConfigurationError} if it is none */
export function ruleField(path: FieldPath, value: unknown, policies: readonly string[] | undefined): EscalationRule {
  const { severities, services, labels, policy } = objectField(path, value, [
    "severities",
    "services",
    "labels",
    "policy",
  ]);
  const [its, ofSeverities, ofServices, withLabels] = all(
    () => policyField([...path, "policy"], policy, policies),
    () => (severities === undefined ? undefined : severitiesField([...path, "severities"], severities)),
    () => (services === undefined ? undefined : servicesField([...path, "services"], services)),
    () => (labels === undefined ? undefined : labelsField([...path, "labels"], labels)),
  );
  return {
    ...(ofSeverities === undefined ? {} : { severities: ofSeverities }),
    ...(ofServices === undefined ? {} : { services: ofServices }),
    ...(withLabels === undefined ? {} : { labels: withLabels }),
    policy: its,
  };
}

function policyField(path: FieldPath, value: unknown, policies: readonly string[] | undefined): string | null {
  if (value === null || policies?.includes(value as string) === true) return value as string | null;
  if (policies === undefined && typeof value === "string") return value;
  throw invalid(path, `there is no policy ${show(value)}${policies === undefined ? "" : choices(value, policies)}`);
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
  return each(listField(path, value, { most: SEVERITIES.length, what: "severities" }), (severity, index) => {
    const found = SEVERITIES.find((known) => known === severity);
    if (found !== undefined) return found;
    throw invalid([...path, index], `${show(severity)} is not a severity${choices(severity, SEVERITIES)}`);
  });
}

function servicesField(path: FieldPath, value: unknown): string[] {
  const names = listField(path, value, { most: MOST_NAMES, what: "services" });
  return each(names, (name, index) => nameField([...path, index], name));
}

function labelsField(path: FieldPath, value: unknown): Record<string, string> {
  const isMapping = typeof value === "object" && value !== null && !Array.isArray(value);
  const entries = isMapping ? Object.entries(value) : [];
  if (!isMapping || entries.length > MOST_LABELS) {
    throw invalid(path, `${show(value)} is not a mapping of at most ${String(MOST_LABELS)} names to text`);
  }
  return Object.fromEntries(
    each(entries, ([name, text]: [string, unknown]) => {
      if (typeof text === "string") return [name, text];
      throw invalid([...path, name], `${show(text)} is not text; write it in quotes`);
    }),
  );
}
