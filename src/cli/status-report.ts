/** How services stand, for people. */
import type { BudgetStatus } from "../budget/status.ts";
import { paceOf } from "../budget/assess.ts";
import { percentText, plain } from "../core/figures.ts";
import { type Window, windowText } from "../core/window.ts";
import { lengthText } from "../rules/look-backs.ts";
import type { ServiceStatus, SloVerdict, StatusReason } from "../status/model.ts";

import type { Colour, Paint } from "./paint.ts";
import { type Cell, type Column, tableLines } from "./table.ts";

const INDENT = "  ";
const NOTHING = "-";
const COLUMNS: readonly Column[] = [
  { title: "SLO" },
  { title: "VERDICT" },
  { title: "SLI", align: "right" },
  { title: "OBJECTIVE", align: "right" },
  { title: "WINDOW" },
  { title: "BUDGET LEFT", align: "right" },
  { title: "MINUTES", align: "right" },
  { title: "BURN RATE", align: "right" },
];
const COLOURS: Readonly<Record<SloVerdict, Colour>> = {
  healthy: "green",
  warning: "yellow",
  unknown: "magenta",
  critical: "red",
};

/** One SLO or composite, as a row. */
interface Judged {
  readonly name: string;
  readonly verdict: SloVerdict;
  readonly reasons: readonly StatusReason[];
  readonly budget: BudgetStatus | undefined;
  readonly window: Window;
  /** What else is said below it. */
  readonly notes: readonly string[];
}

/** The lines on one service: its summary, a table of its SLOs, and below each why it is not healthy. */
export function serviceLines(
  status: ServiceStatus,
  paint: Paint,
  notesOn: (id: string) => readonly string[] = () => [],
): readonly string[] {
  const { service, summary, slos, composites } = status;
  const judged = [
    ...slos.map(({ slo, ...rest }): Judged => ({ ...rest, name: slo.name, notes: notesOn(slo.id) })),
    ...composites.map(({ composite, ...rest }): Judged => {
      const { name, of, id } = composite;
      return { ...rest, name: `${name} (${of})`, notes: notesOn(id) };
    }),
  ];
  const { head, lines } = tableLines(COLUMNS, judged.map(rowOf), { paint, indent: INDENT });
  // The line begins with the verdict, which has its own colour here.
  const figures = summary.text.slice(summary.verdict.length);
  return [
    `${paint("bold", service)}: ${paint(COLOURS[summary.verdict], summary.verdict)}${paint(undefined, figures)}`,
    head,
    ...judged.flatMap((one, index) => [lines[index] ?? "", ...explained(one, paint)]),
  ];
}

function rowOf({ name, verdict, budget, window }: Judged): readonly Cell[] {
  const colour = COLOURS[verdict];
  const measured = budget?.state === "measured" ? budget : undefined;
  const pace = budget === undefined ? undefined : paceOf(budget.burnRates, budget.range)?.rate;
  return [
    { text: name },
    { text: verdict, colour },
    { text: measured === undefined ? NOTHING : percentText(measured.sliRatio) },
    { text: budget?.objective.percentText ?? NOTHING },
    { text: window.kind === "rolling" ? lengthText(window.durationMs) : windowText(window) },
    { text: measured === undefined ? NOTHING : percentText(measured.remainingRatio), colour },
    { text: measured === undefined ? NOTHING : plain(measured.remainingMinutes, 1) },
    { text: pace === undefined ? NOTHING : `${plain(pace, pace < 10 ? 2 : 1)}x` },
  ];
}

function explained({ verdict, reasons, notes }: Judged, paint: Paint): readonly string[] {
  const why = verdict === "healthy" ? reasons.filter(({ code }) => code !== "within_budget") : reasons;
  return [
    ...why.map(
      ({ message }) => `${INDENT}${INDENT}${paint(verdict === "healthy" ? "dim" : COLOURS[verdict], `- ${message}`)}`,
    ),
    ...notes.map((note) => `${INDENT}${INDENT}${paint("dim", `- ${note}`)}`),
  ];
}
