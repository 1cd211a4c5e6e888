/** A thousand SLOs in a running Prometheus: told together, and one after the other. */
import { performance } from "node:perf_hooks";

import type { SloDocumentInput } from "../../src/slo/written.ts";
import { openStorage, type StoredSeries } from "../../test/proofs/support/rules-storage.ts";
import type { BenchmarkOptions } from "../support/types.ts";

/** What it took, in milliseconds and in queries. */
export interface StatusFigures {
  readonly together: { readonly ms: number; readonly queries: number };
  readonly oneByOne: { readonly ms: number; readonly queries: number };
  /** The queries of a tenth of the SLOs. */
  readonly queriesOfTenth: number;
}

const END = Date.UTC(2026, 5, 1) / 1_000;
const WEEK = 7 * 86_400;

/** Times both in turn, and gives the medians. */
export async function statusFigures(
  programs: { readonly prometheus: string; readonly promtool: string },
  { quick, progress }: BenchmarkOptions,
): Promise<StatusFigures> {
  // As a user has them.
  const nines = (await import(import.meta.resolve("nines"))) as typeof import("nines");
  const { PrometheusApi, PrometheusSource } = (await import(
    import.meta.resolve("nines/prometheus")
  )) as typeof import("nines/prometheus");
  const count = quick ? 100 : 1_000;
  const slos = nines.parseSloDocument(documentOf(count));
  const rules = nines.generateRules(slos).groups.flatMap((group) => group.rules);
  const recorded = rules.filter((rule) => "record" in rule && /increase$|present$/.test(rule.record));
  progress(`${String(count)} SLOs, ${String(recorded.length)} recorded series of a week to backfill`);
  const storage = await openStorage(
    programs,
    recorded.map((rule): StoredSeries => {
      const { record, labels = {} } = rule as { record: string; labels?: Record<string, string> };
      const pairs = Object.entries(labels).map(([name, value]) => `${name}=${JSON.stringify(value)}`);
      const isPresence = record.endsWith("present");
      const value = isPresence ? 1 : record.includes("errors") ? 1 : 10_000;
      // Whether there were data is looked at all over the window, counts at its end.
      const from = isPresence ? END - WEEK : END - 600;
      return {
        series: `${record}{${pairs.join(",")}}`,
        from,
        to: END,
        everySeconds: isPresence ? 300 : 60,
        valueAt: () => value,
      };
    }),
  );
  try {
    let queries = 0;
    const fetchCounted: typeof fetch = (input, init) => {
      queries += 1;
      return fetch(input, init);
    };
    const at = END * 1_000;
    const options = { url: storage.url, fetch: fetchCounted, timeoutMs: 600_000 };
    const readerOf = (document: typeof slos): InstanceType<typeof nines.SloStatusReader> =>
      new nines.SloStatusReader({
        slos: document,
        source: new PrometheusSource({ ...options, use: "rules" }),
        timeoutMs: 600_000,
      });
    const together = async (reader: InstanceType<typeof nines.SloStatusReader>): Promise<number> => {
      const statuses = await reader.getSloStatuses({ at });
      return statuses.filter(({ verdict }) => verdict !== "unknown").length;
    };
    const api = new PrometheusApi(options);
    const oneByOne = async (): Promise<number> => {
      const answers = await Promise.all(
        slos.slos.map(({ id }) => api.query(`{__name__=~"nines:slo_(events|errors):increase",slo="${id}"}`, { at })),
      );
      return answers.filter((answer) => answer.ok && answer.data.length > 0).length;
    };
    const timed = async (run: () => Promise<number>): Promise<{ ms: number; queries: number }> => {
      queries = 0;
      const started = performance.now();
      const told = await run();
      if (told === 0) throw new Error("nothing was told");
      return { ms: performance.now() - started, queries };
    };
    const rounds = quick ? 1 : 9;
    const reader = readerOf(slos);
    const first = await timed(() => together(reader));
    progress(`the first time, with the expressions to understand: ${first.ms.toFixed(0)} ms`);
    const [ours, theirs] = [[], []] as { ms: number; queries: number }[][] as [
      { ms: number; queries: number }[],
      { ms: number; queries: number }[],
    ];
    for (let round = 0; round < rounds; round += 1) {
      ours.push(await timed(() => together(reader)));
      theirs.push(await timed(oneByOne));
    }
    const tenth = await timed(() => together(readerOf(nines.parseSloDocument(documentOf(count / 10)))));
    const median = (all: { ms: number; queries: number }[]): { ms: number; queries: number } =>
      all.sort((one, other) => one.ms - other.ms)[Math.floor(all.length / 2)] as { ms: number; queries: number };
    return { together: median(ours), oneByOne: median(theirs), queriesOfTenth: tenth.queries };
  } finally {
    await storage.stop();
  }
}

function documentOf(count: number): SloDocumentInput {
  const perService = 10;
  return {
    service_level_objectives: Object.fromEntries(
      Array.from({ length: count / perService }, (_, service) => [
        `s${String(service)}`,
        Object.fromEntries(
          Array.from({ length: perService }, (_unused, slo) => [
            `a${String(slo)}`,
            {
              kind: "availability" as const,
              target: "99.9%",
              measurement_window: "7d",
              sli: `sum(rate(http_requests_total{job="s${String(service)}",route="/${String(slo)}",code!~"5.."}[5m])) / sum(rate(http_requests_total{job="s${String(service)}",route="/${String(slo)}"}[5m]))`,
            },
          ]),
        ),
      ]),
    ),
  };
}
