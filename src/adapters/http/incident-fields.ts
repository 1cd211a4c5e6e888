/** What notifiers say of an incident, in the shapes that most receivers ask for. */
import { cut } from "../../core/cut.ts";
import type { NotifiedIncident } from "../../ports/notifier.ts";

/** `INC-0001 SEV2: checkout fails`, at most `most` characters. */
export function headline({ id, severity, title }: NotifiedIncident, most: number): string {
  return cut(`${id} ${severity}: ${title}`, most);
}

/** Its services as one text. */
export function servicesText({ services }: NotifiedIncident, most: number): string {
  return cut(services.join(", "), most);
}

/** At most `count` labels, each at most `most` characters. */
export function labelEntries(
  labels: Readonly<Record<string, string>>,
  { count, most }: { readonly count: number; readonly most: number },
): (readonly [name: string, value: string])[] {
  return Object.entries(labels)
    .slice(0, count)
    .map(([name, value]) => [cut(name, 100), cut(value, most)]);
}

/** The runbook's address, if it is one that can be clicked on. */
export function runbookUrl({ runbook }: NotifiedIncident): string | undefined {
  if (runbook === undefined || !/^https?:\/\//i.test(runbook)) return undefined;
  try {
    return new URL(runbook).href;
  } catch {
    return undefined;
  }
}

/** An instant as receivers write it. */
export function isoTime(at: number): string {
  return new Date(at).toISOString();
}
