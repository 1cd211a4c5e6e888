/** A runbook as a page for people. */
import { limitText } from "../../core/time/duration-text.ts";

import { inWords } from "../definition/people.ts";
import { bullets, byCause, stepBlocks } from "./steps.ts";
import { code, inline, lines } from "./text.ts";
import type { Runbook } from "../model.ts";

/**
 * The document for people, as Markdown that GitHub shows. What came from the runbook is text: nothing in it is markup or
 * HTML; only addresses that begin with `http://` or `https://` become links.
 *
 * @example
 * ```ts
 * import { runbookMarkdown, runbookOf } from "nines";
 *
 * const runbook = runbookOf("HighMemoryUsage", [{ name: "check_pods", command: "kubectl get pods -l app=web" }]);
 * if (!runbookMarkdown(runbook).includes("```sh\nkubectl get pods -l app=web\n```")) throw new Error("no command");
 * ```
 */
export function runbookMarkdown(runbook: Runbook): string {
  const { title, name, description, severity, estimatedMs, triggers, steps } = runbook;
  const { escalation, potentialCauses, mitigation, rollbackProcedures, communication } = runbook;
  const facts = [
    ...(name === title ? [] : [`- Name: ${code(name)}`]),
    ...(severity === undefined ? [] : [`- Severity: ${severity}`]),
    ...(estimatedMs === undefined ? [] : [`- Takes about: ${limitText(estimatedMs)}`]),
  ];
  const blocks = [
    `# ${inline(title)}`,
    ...(facts.length === 0 ? [] : [facts.join("\n")]),
    ...(description === undefined ? [] : [lines(description)]),
    ...under("Triggers", triggers.length === 0 ? [] : [triggerTable(triggers)]),
    ...under("Potential causes", bullets(potentialCauses)),
    "## Steps",
    ...steps.flatMap((step, index) => stepBlocks(step, String(index + 1), "###")),
    ...under("Mitigation", byCause(mitigation)),
    ...under("Rollback", bullets(rollbackProcedures)),
    ...under("Escalation", bullets(escalation.map(inWords))),
    ...under("Communication", [
      ...(communication.internal.length === 0 ? [] : ["**Internal:**", ...bullets(communication.internal)]),
      ...(communication.external.length === 0 ? [] : ["**External:**", ...bullets(communication.external)]),
    ]),
  ];
  return `${blocks.join("\n\n")}\n`;
}

function under(title: string, blocks: readonly string[]): readonly string[] {
  return blocks.length === 0 ? [] : [`## ${title}`, ...blocks];
}

function triggerTable(triggers: Runbook["triggers"]): string {
  const rows = triggers.map(({ alert, threshold = "" }) => `| ${inline(alert)} | ${inline(threshold)} |`);
  return ["| Alert | Threshold |", "| --- | --- |", ...rows].join("\n");
}
