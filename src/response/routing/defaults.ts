/** What labels and annotations mean that many people use. */
import { SEVERITY_OF } from "../../runbook/definition/severity.ts";

import { clip } from "../alerts/fields.ts";
import { labelOf } from "../alerts/alerts.ts";
import type { RoutableAlert, RoutedAlert } from "./asked.ts";

const SEVERITY_LABELS = ["severity", "sloth_severity", "priority", "level"];
const SERVICE_LABELS = ["service", "sloth_service", "app", "job"];
const SLO_LABELS = ["slo", "sloth_id"];
const RUNBOOK_ANNOTATIONS = ["runbook_url", "runbook"];
const TITLE_ANNOTATIONS = ["summary", "title", "message"];
const UNKNOWN_SEVERITY = "SEV3";
const LONGEST_NAME = 200;
const LONGEST_RUNBOOK = 2_000;

/** What an alert asks for by its own labels and annotations. */
export function wellKnown({ labels, annotations }: RoutableAlert): Omit<RoutedAlert, "commander" | "labels"> {
  const severity = SEVERITY_LABELS.map((name) => SEVERITY_OF.get((labelOf(labels, name) ?? "").toLowerCase()));
  const runbook = first(annotations, RUNBOOK_ANNOTATIONS);
  return {
    severity: severity.find((found) => found !== undefined) ?? UNKNOWN_SEVERITY,
    services: names(labels, SERVICE_LABELS),
    slos: names(labels, SLO_LABELS),
    runbook: runbook === undefined || runbook.length > LONGEST_RUNBOOK ? undefined : runbook,
    title: first(annotations, TITLE_ANNOTATIONS) ?? nameOf(labels),
  };
}

/** `alertname`, with the service that it is about. */
export function nameOf(labels: RoutableAlert["labels"]): string {
  const name = first(labels, ["alertname"]) ?? "alert";
  const [service] = names(labels, SERVICE_LABELS);
  return service === undefined ? name : `${name}: ${service}`;
}

function names(labels: RoutableAlert["labels"], candidates: readonly string[]): readonly string[] {
  const found = first(labels, candidates);
  return found === undefined ? [] : [clip(found, LONGEST_NAME)];
}

function first(texts: Readonly<Record<string, string>>, candidates: readonly string[]): string | undefined {
  for (const name of candidates) {
    const text = labelOf(texts, name)?.trim() ?? "";
    if (text !== "") return text;
  }
  return undefined;
}
