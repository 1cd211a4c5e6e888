/** A game day on paper: the agenda before it, the report after it. */
import { durationText } from "../../core/time/duration-text.ts";
import { escapeMarkdown } from "../../postmortem/escape.ts";
import { timeIn } from "../../core/time/time-text.ts";
import { chaosReportMarkdown } from "../report-markdown.ts";

import type { GameDaySummary } from "./model.ts";
import type { PlannedEntry } from "./plan.ts";

/** The plan, with times by the clocks of its zone. */
export function agendaMarkdown(day: GameDaySummary, entries: readonly PlannedEntry[]): string {
  const rows = entries.map(({ at, afterMs, experiment, hypothesis, owner, notes = "" }, index) => [
    at ?? (index === 0 ? "at once" : afterMs === 0 ? "right after" : `${durationText(afterMs)} after`),
    experiment.name,
    hypothesis,
    owner,
    durationText(experiment.durationMs),
    notes,
  ]);
  const parts = [
    `# Game day: ${escapeMarkdown(day.title)}`,
    head(day),
    `## Agenda`,
    table([`Time (${day.zone})`, "Experiment", "Hypothesis", "Owner", "Fault stays", "Notes"], rows),
    ...section("When we stop", list(day.abortCriteria)),
    ...section("Who is told", list(day.communication)),
  ];
  return `${parts.join("\n\n")}\n`;
}

/** What came of it: the day, each experiment, what was learned, what is to be done. */
export function gameDayMarkdown(day: GameDaySummary): string {
  const { zone, date, entries, notes, actions, stoppedFor, status } = day;
  // Rehearsals are on other days, and late ones end on the next.
  const time = (at: number): string => {
    const text = timeIn(zone, at).slice(0, 16);
    return text.startsWith(date) ? text.slice(11) : text;
  };
  const rows = entries.map(({ experiment, hypothesis, owner, outcome, reason, problem, report }) => [
    report === undefined ? "" : time(report.startedAt),
    experiment,
    hypothesis,
    owner,
    outcome.replaceAll("_", " "),
    report?.steadyAfterwards === undefined ? "not looked at" : report.steadyAfterwards ? "yes" : "no",
    problem ?? reason ?? "",
  ]);
  const learned = notes.map(
    ({ at, by, text, experiment }) =>
      `- ${time(at)} ${escapeMarkdown(by)}${experiment === undefined ? "" : ` on ${escapeMarkdown(experiment)}`}: ${escapeMarkdown(text)}`,
  );
  const toDo = actions.map(
    ({ text, owner, due }) =>
      `- [ ] ${escapeMarkdown(text)} (${escapeMarkdown(owner)}${due === undefined ? "" : `, by ${due}`})`,
  );
  const reports = entries.flatMap(({ report }) =>
    // One heading less: it is a part now. Nothing in a report can look like a heading but its headings.
    report === undefined ? [] : [chaosReportMarkdown(report, { zone }).trimEnd().replace(/^#/gm, "##")],
  );
  const parts = [
    `# Game day: ${escapeMarkdown(day.title)}`,
    head(day),
    stoppedFor === undefined ? `The day is ${status}.` : `The day was stopped: ${escapeMarkdown(stoppedFor)}`,
    "## Results",
    table(["Time", "Experiment", "Hypothesis", "Owner", "Outcome", "Steady afterwards", "Why"], rows),
    "## What was learned",
    learned.length === 0 ? "Nobody has noted anything." : learned.join("\n"),
    "## Action items",
    toDo.length === 0 ? "There are none." : toDo.join("\n"),
    ...reports,
  ];
  return `${parts.join("\n\n")}\n`;
}

function head({ date, zone, facilitator, participants, services }: GameDaySummary): string {
  return table(
    ["", ""],
    [
      ["Date", `${date}, ${zone}`],
      ["Facilitator", facilitator],
      ["Participants", participants.map(({ name, role }) => `${name} (${role})`).join(", ") || "none named"],
      ["Services", services.join(", ") || "none named"],
    ],
  );
}

function section(title: string, text: string): string[] {
  return text === "" ? [] : [`## ${title}`, text];
}

function list(items: readonly string[]): string {
  return items.map((item) => `- ${escapeMarkdown(item)}`).join("\n");
}

function table(titles: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`;
  return [
    line(titles.map(escapeMarkdown)),
    line(titles.map(() => "---")),
    ...rows.map((row) => line(row.map(escapeMarkdown))),
  ].join("\n");
}
