/** The report of a run for people: what was believed, done, seen and undone, as Markdown. */
import { zoneProblem } from "../core/time/calendar.ts";
import { durationText } from "../core/time/duration-text.ts";
import { invalid } from "../core/errors.ts";
import { percentText } from "../core/figures.ts";
import { checkOptions } from "../core/options.ts";
import { timeIn } from "../core/time/time-text.ts";
import { escapeMarkdown } from "../postmortem/escape.ts";

import type { ChaosPhase, ChaosReport, ProbeObservation } from "./model.ts";

/**
 * A report as Markdown. Names and messages come out as they are, and as nothing else: none can add a heading, a row or a link.
 *
 * @param options - `zone`: by whose clocks times are told, an IANA name; UTC unless told
 *
 * @example
 * ```ts
 * import { ChaosExperiment, chaosReportMarkdown, ChaosRunner, MemoryStateStore, probe } from "nines";
 *
 * class Nothing extends ChaosExperiment {
 *   readonly kind = "nothing";
 *   targets() {
 *     return ["a", "b"].map((id) => ({ id, group: "all", healthy: true, labels: {}, details: {} }));
 *   }
 *   inject() {
 *     return { result: "done", message: "nothing was done" } as const;
 *   }
 *   undo(): void {}
 * }
 * const runner = await ChaosRunner.open({ store: new MemoryStateStore(), guard: "none" });
 * const report = await runner.run(new Nothing({ name: "nothing", steadyState: [probe("the sun shines", () => true)] }));
 * const text = chaosReportMarkdown(report, { zone: "Europe/Berlin" });
 * if (!text.startsWith("# Chaos: nothing\n")) throw new Error(text);
 * await runner.stop();
 * ```
 */
export function chaosReportMarkdown(report: ChaosReport, options: { readonly zone?: string } = {}): string {
  checkOptions(options, "chaosReportMarkdown", ["zone"]);
  const { zone = "UTC" } = options;
  const problem = zoneProblem(zone);
  if (problem !== undefined) throw invalid("zone", problem);
  const parts = [
    `# Chaos: ${escapeMarkdown(report.experiment)}`,
    summary(report, zone),
    ...reasons(report),
    "## What was believed",
    ...believed(report),
    "## What was done",
    done(report, zone),
    "## What was seen",
    seen(report, zone),
    "## What was undone",
    undone(report, zone),
    "## Timeline",
    timeline(report, zone),
  ];
  return `${parts.join("\n\n")}\n`;
}

const MOST_ROWS = 500;
const PHASES: Readonly<Record<ChaosPhase, string>> = { before: "before", during: "meanwhile", after: "afterwards" };
const OUTCOMES: Readonly<Record<ChaosReport["outcome"], string>> = {
  dry_run: "a dry run: all was looked at, and nothing was done",
  refused: "refused: it did not begin",
  completed: "completed: it took its whole time",
  aborted: "aborted: it was ended early",
  failed: "failed: an injection could not be made",
};

function summary(
  { id, kind, by, services, startedAt, endedAt, outcome, blastRadius, reasons: [first] }: ChaosReport,
  zone: string,
): string {
  // Who looks at no more than the head of it is to see what ended it.
  const why =
    outcome === "aborted" && first !== undefined
      ? `, by ${escapeMarkdown(first.code)}: ${escapeMarkdown(first.message)}`
      : "";
  const rows: [string, string][] = [
    ["Outcome", `**${OUTCOMES[outcome]}**${why}`],
    ["Run", escapeMarkdown(id)],
    ["Kind", escapeMarkdown(kind)],
    ["By", escapeMarkdown(by)],
    ["Services", services.length === 0 ? "none named" : services.map(escapeMarkdown).join(", ")],
    [
      "Time",
      `${timeIn(zone, startedAt)} to ${timeIn(zone, endedAt)} (${escapeMarkdown(zone)}), ${durationText(endedAt - startedAt)}`,
    ],
    ["Blast radius", chosenText(blastRadius)],
  ];
  return table(["", ""], rows);
}

/** What was chosen, not what was allowed. */
function chosenText({ chosen, targets, eligible, share }: ChaosReport["blastRadius"]): string {
  const count = chosen.length;
  const of = `${count === 0 ? "none" : String(count)} of ${String(targets)} targets ${count > 1 ? "were" : "was"} chosen`;
  const struck = `${String(eligible)} could be struck`;
  if (count === 0) return `${of}; ${struck}`;
  const part = count === 1 ? "of its group" : "of the group that it takes most of";
  return `${of}, which is ${percentText(share)} ${part}; ${struck}`;
}

function reasons({ reasons: all }: ChaosReport): string[] {
  if (all.length === 0) return [];
  return [all.map(({ code, message }) => `- ${escapeMarkdown(message)} (${escapeMarkdown(code)})`).join("\n")];
}

function believed({ description, observations }: ChaosReport): string[] {
  const said = description === undefined || description.trim() === "" ? [] : [escapeMarkdown(description)];
  const probes = [...new Set(observations.map(({ probe }) => probe))];
  if (probes.length === 0) return [...said, "Nobody looked at a steady state."];
  return [
    ...said,
    "That this holds before, meanwhile and afterwards:",
    probes.map((name) => `- ${escapeMarkdown(name)}`).join("\n"),
  ];
}

function done({ injections, blastRadius, outcome }: ChaosReport, zone: string): string {
  if (injections.length === 0) {
    const chosen = blastRadius.chosen.map(escapeMarkdown).join(", ");
    return outcome === "dry_run" && chosen !== "" ? `Nothing. This would be struck: ${chosen}` : "Nothing.";
  }
  return table(
    ["Target", "Result", "At", "Message"],
    injections.map(({ target, result, injectedAt, message }) => [
      escapeMarkdown(target),
      result,
      timeIn(zone, injectedAt),
      escapeMarkdown(message),
    ]),
  );
}

/** There are thousands of looks; what counts is how many held, and the first that did not. */
function seen({ observations, steadyAfterwards }: ChaosReport, zone: string): string {
  if (observations.length === 0) return "Nothing.";
  const looks = new Map<string, ProbeObservation[]>();
  for (const one of observations) {
    const key = JSON.stringify([one.phase, one.probe]);
    const those = looks.get(key);
    if (those === undefined) looks.set(key, [one]);
    else those.push(one);
  }
  const rows = [...looks.values()].map((those) => {
    const [first] = those as [ProbeObservation];
    const failed = those.filter(({ ok }) => !ok);
    const shown = failed[0] ?? those.at(-1) ?? first;
    return [
      PHASES[first.phase],
      escapeMarkdown(first.probe),
      `${String(those.length - failed.length)} of ${String(those.length)}`,
      `${timeIn(zone, shown.at)}: ${escapeMarkdown(shown.message)}`,
    ];
  });
  const after =
    steadyAfterwards === undefined
      ? "Nobody looked whether the steady state came back."
      : `The steady state ${steadyAfterwards ? "came back" : "did not come back in time"}.`;
  return `${table(["When", "What", "Held", "First that did not hold, or last look"], rows)}\n\n${after}`;
}

function undone({ injections }: ChaosReport, zone: string): string {
  const all = injections.filter(({ undo }) => undo !== "not_needed");
  if (all.length === 0) return "There was nothing to be undone.";
  return table(
    ["Target", "Undone"],
    all.map(({ target, undo, undoneAt }) => [
      escapeMarkdown(target),
      undo === "done" && undoneAt !== undefined ? timeIn(zone, undoneAt) : "**not yet: it is in the journal**",
    ]),
  );
}

function timeline({ timeline: all }: ChaosReport, zone: string): string {
  if (all.length === 0) return "Nothing happened.";
  const rows = all
    .slice(0, MOST_ROWS)
    .map(({ at, code, message }) => [preciseTimeIn(zone, at), escapeMarkdown(code), escapeMarkdown(message)]);
  const more = all.length > MOST_ROWS ? `\n\nAnd ${String(all.length - MOST_ROWS)} more.` : "";
  return `${table(["At", "What", "Message"], rows)}${more}`;
}

/** `2026-11-22 10:04:05.678`: much happens within a second. */
function preciseTimeIn(zone: string, at: number): string {
  return `${timeIn(zone, at)}.${new Date(Math.floor(at)).toISOString().slice(20, 23)}`;
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`;
  return [line(head), line(head.map(() => "---")), ...rows.map(line)].join("\n");
}
