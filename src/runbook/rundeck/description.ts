/** What a runbook says to people, as the description of a Rundeck job. */
import { limitText } from "../../core/time/duration-text.ts";

import { inWords } from "../definition/people.ts";
import type { Runbook } from "../model.ts";

/** The first line is text, the rest is Markdown. */
export function descriptionOf(runbook: Runbook): string {
  const { title, description, severity, estimatedMs, triggers, escalation, potentialCauses, mitigation } = runbook;
  const { rollbackProcedures, communication } = runbook;
  const facts = [
    severity === undefined ? "" : `Severity: ${severity}`,
    estimatedMs === undefined ? "" : `Takes about ${limitText(estimatedMs)}`,
  ];
  const sections = [
    description ?? "",
    facts.filter((fact) => fact !== "").join(". "),
    list(
      "Triggers",
      triggers.map(({ alert, threshold }) => (threshold === undefined ? alert : `${alert}: ${threshold}`)),
    ),
    list("Escalation", escalation.map(inWords)),
    list("Potential causes", potentialCauses),
    ...Object.entries(mitigation).map(([cause, steps]) => list(`Mitigation: ${cause}`, steps)),
    list("Rollback", rollbackProcedures),
    list("Internal communication", communication.internal),
    list("External communication", communication.external),
  ];
  return [oneLine(title), ...sections.filter((section) => section !== "")].join("\n\n");
}

/** Without line ends. */
export function oneLine(text: string): string {
  return text.replace(/\s+/g, " ").trim();
}

function list(title: string, items: readonly string[]): string {
  if (items.length === 0) return "";
  return `**${oneLine(title)}**\n\n${items.map((item) => `* ${oneLine(item)}`).join("\n")}`;
}
