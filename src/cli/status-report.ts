/** How services stand, for people. */
import type { BudgetStatus, BurnRate } from "../budget/status.ts";
import { paceOf } from "../budget/assess.ts";
import { formatDuration } from "../core/time/duration.ts";
import { minutesText, percentText, plain } from "../core/figures.ts";
import type { Window } from "../core/time/window.ts";
import { windowName } from "../core/time/window-text.ts";
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
  /** Whose reasons are its own too: the worst member of a composite. */
  readonly like: string | undefined;
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
    ...slos.map(({ slo, ...rest }): Judged => ({ ...rest, name: slo.name, like: undefined, notes: notesOn(slo.id) })),
    ...composites.map(({ composite, worst: like, ...rest }): Judged => {
      const { name, of, id } = composite;
      return { ...rest, name: `${name} (${of})`, like, notes: notesOn(id) };
    }),
  ];
  const { head, lines } = tableLines(COLUMNS, judged.map(rowOf), { paint, indent: INDENT });
  const told = new Set<string>();
  // The line begins with the verdict, which has its own colour here.
  const figures = summary.text.slice(summary.verdict.length);
  return [
    `${paint("bold", service)}: ${paint(COLOURS[summary.verdict], summary.verdict)}${paint(undefined, figures)}`,
    head,
    ...judged.flatMap((one, index) => [lines[index] ?? "", ...explained(one, paint, told)]),
  ];
}

function rowOf({ name, verdict, budget, window }: Judged): readonly Cell[] {
  const colour = COLOURS[verdict];
  const measured = budget?.state === "measured" ? budget : undefined;
  const pace = budget === undefined ? undefined : paceOf(budget.burnRates, budget.range);
  return [
    { text: name },
    { text: verdict, colour },
    { text: measured === undefined ? NOTHING : percentText(measured.sliRatio) },
    { text: budget?.objective.percentText ?? NOTHING },
    { text: windowName(window) },
    { text: measured === undefined ? NOTHING : percentText(measured.remainingRatio), colour },
    { text: measured === undefined ? NOTHING : minutesText(measured.remainingMinutes) },
    { text: pace === undefined ? NOTHING : paceText(pace) },
  ];
}

/** Of which look-back it is differs from window to window. */
function paceText({ rate, windowMs }: BurnRate): string {
  return rate === undefined
    ? NOTHING
    : `${plain(rate, rate < 10 ? 2 : 1)}x over ${formatDuration(Math.round(windowMs))}`;
}

/** What is `told` above of a member is not told again. */
function explained({ verdict, reasons, like, notes }: Judged, paint: Paint, told: Set<string>): readonly string[] {
  const why = verdict === "healthy" ? reasons.filter(({ code }) => code !== "within_budget") : reasons;
  const messages = why.map(({ message }) => message);
  const fresh = messages.filter((message) => !told.has(message));
  for (const message of fresh) told.add(message);
  const as = fresh.length < messages.length && like !== undefined ? [`as ${like}, the worst of its members`] : [];
  const line = (colour: Colour, text: string): string => `${INDENT}${INDENT}${paint(colour, `- ${text}`)}`;
  return [
    ...[...as, ...fresh].map((text) => line(verdict === "healthy" ? "dim" : COLOURS[verdict], text)),
    ...notes.map((text) => line("dim", text)),
  ];
}
