/** Which services and SLOs are looked for: pure. */
import type { SloVerdict } from "../../status/model.ts";
import type { DashboardComposite, DashboardService, DashboardSlo } from "../model.ts";
import { knownVerdict } from "./words.ts";

export interface Filter {
  /** None stands for all. */
  readonly verdicts: ReadonlySet<SloVerdict>;
  readonly text: string;
}

/** A row of the overview. */
export type Row = DashboardSlo | DashboardComposite;

/** A service with those of its rows that are looked for. */
export interface Found {
  readonly service: DashboardService;
  readonly rows: readonly Row[];
}

/** The order in which they are told. */
export const VERDICTS: readonly SloVerdict[] = ["critical", "warning", "unknown", "healthy"];

export const NO_FILTER: Filter = { verdicts: new Set(), text: "" };

export function rowsOf({ slos, composites }: DashboardService): readonly Row[] {
  return composites.length === 0 ? slos : [...slos, ...composites];
}

export function isComposite(row: Row): row is DashboardComposite {
  return "made" in row;
}

/** How many of each verdict: a service without a row counts as one. */
export function countsOf(services: readonly DashboardService[]): Readonly<Record<SloVerdict, number>> {
  const counts = { critical: 0, warning: 0, unknown: 0, healthy: 0 };
  for (const service of services) {
    const rows = rowsOf(service);
    for (const { verdict } of rows.length === 0 ? [service] : rows) counts[knownVerdict(verdict)] += 1;
  }
  return counts;
}

/** All words of the text have to be in the names of the service and the row, in any order. */
export function find(services: readonly DashboardService[], { verdicts, text }: Filter): readonly Found[] {
  const words = text
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== "");
  const asked = (verdict: SloVerdict): boolean => verdicts.size === 0 || verdicts.has(knownVerdict(verdict));
  return services.flatMap((service): Found[] => {
    const all = rowsOf(service);
    if (all.length === 0) return asked(service.verdict) && holds(service.name, words) ? [{ service, rows: all }] : [];
    if (verdicts.size === 0 && words.length === 0) return [{ service, rows: all }];
    const rows = all.filter((row) => asked(row.verdict) && holds(`${service.name} ${row.id} ${titleOf(row)}`, words));
    return rows.length === 0 ? [] : [{ service, rows }];
  });
}

/** So many rows from the beginning, whole services only. */
export function firstRows(found: readonly Found[], limit: number): readonly Found[] {
  let rows = 0;
  const end = found.findIndex((one) => {
    if (rows >= limit) return true;
    rows += Math.max(1, one.rows.length);
    return false;
  });
  return end === -1 ? found : found.slice(0, end);
}

function titleOf(row: Row): string {
  return (isComposite(row) ? row.description : row.title) ?? "";
}

function holds(text: string, words: readonly string[]): boolean {
  const lower = text.toLowerCase();
  return words.every((word) => lower.includes(word));
}
