/** What the demo shows in the terminal. */
import { stdout } from "node:process";

import {
  type BudgetStatus,
  type BurnChange,
  formatDuration,
  type Incident,
  type PolicyDecision,
  type ReliabilityStatus,
  type RunbookRun,
} from "nines";

const COLOURS = { allow: 32, warn: 33, unknown: 35, halt: 31, dim: 2, bold: 1 } as const;

/** `text` in a colour or a weight, on a terminal that can show it. */
export function paint(style: keyof typeof COLOURS, text: string): string {
  return stdout.isTTY ? `\u001b[${String(COLOURS[style])}m${text}\u001b[0m` : text;
}

/** One line of the demo's output. */
export function say(text = ""): void {
  stdout.write(`${text}\n`);
}

/** The column names above the {@link progressLine}s. */
export const PROGRESS_HEAD =
  "   time  phase      requests  availability  budget left  burn 1s/12s  latency ok  decision";

/** How everything stands, in a line. */
export function progressLine(seconds: number, phase: string, requests: number, status: ReliabilityStatus): string {
  const [shop] = status.services;
  const budget = (name: string): BudgetStatus | undefined => shop?.slos.find(({ slo }) => slo.name === name)?.budget;
  const availability = budget("availability");
  const latency = budget("latency");
  const decision = shop?.decision ?? "unknown";
  const cells = [
    `${seconds.toFixed(0).padStart(6)}s`,
    phase.padEnd(9),
    String(requests).padStart(8),
    percent(availability, "sliRatio").padStart(12),
    percent(availability, "remainingRatio").padStart(11),
    burns(availability).padStart(11),
    percent(latency, "sliRatio").padStart(10),
    paint(decision, decision.toUpperCase()),
  ];
  return cells.join("  ");
}

/** A decision that changed, with its reasons. */
export function decisionLine(from: PolicyDecision, to: PolicyDecision, reasons: readonly string[]): string {
  return `${paint("bold", `   >> the policy says ${paint(to, to.toUpperCase())}`)} (it was ${from}): ${reasons[0] ?? ""}`;
}

/** An incident to which something happened. */
export function incidentLine({ id, severity, title, status }: Incident, what: string): string {
  return paint(status === "monitoring" ? "allow" : "warn", `   ## ${id} (${severity}, ${title}): ${what}`);
}

/** What a run of a runbook has to say. */
export function runLine({ id }: RunbookRun, what: string): string {
  return paint("dim", `   == ${id} ${what}`);
}

/** A burn rate that crossed its threshold. */
export function burnLine({ id, tier, long }: BurnChange): string {
  const rate = long.rate?.toFixed(1) ?? "?";
  return paint("dim", `   !! ${id} burns ${rate}x over ${formatDuration(tier.longMs)}: a ${tier.severity}`);
}

function percent(status: BudgetStatus | undefined, field: "sliRatio" | "remainingRatio"): string {
  if (status?.state !== "measured") return status?.state.replaceAll("_", " ") ?? "-";
  return `${(status[field] * 100).toFixed(field === "sliRatio" ? 2 : 0)}%`;
}

function burns(status: BudgetStatus | undefined): string {
  const fast = status?.burnRates.findLast(({ windowMs }) => windowMs <= 1_200);
  const whole = status?.state === "measured" ? status.consumedRatio : undefined;
  return `${fast?.rate?.toFixed(1) ?? "-"}/${whole?.toFixed(1) ?? "-"}`;
}
