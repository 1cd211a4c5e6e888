/** What is asked of a Prometheus that may fail, and what a good answer is. */
import { PrometheusApi, type PrometheusResult } from "../../../src/adapters/prometheus/index.ts";
import type { Random } from "../../../src/core/random.ts";
import { SPARSE_STEPS } from "../../support/faulty-prometheus.ts";

/** What became of a question: an answer, or a kind of failure. */
export type Ending = { readonly ok: true } | { readonly ok: false; readonly kind: string; readonly attempts?: number };

/** A kind of question. */
export interface ProvenQuestion {
  readonly name: string;
  /** How many requests it takes if each is answered at once. */
  readonly requests: number;
  /** Throws if an answer is not what was to be answered. */
  ask(this: void, api: PrometheusApi, random: Random, signal: AbortSignal | undefined): Promise<Ending>;
}

const LABELS = ["a", "ü"].map((pod) => ({ __name__: "up", pod }));

/** Of the client itself. */
export const API_QUESTIONS: readonly ProvenQuestion[] = [
  {
    name: "query",
    requests: 1,
    async ask(api, random, signal) {
      const at = random.integer(0, 2_000_000_000_000);
      const value = at / 1_000;
      return ended(
        await api.query("up", { at, needed: true, ...given(signal) }),
        LABELS.map((labels) => ({ labels, at, value })),
      );
    },
  },
  {
    name: "short range",
    requests: 1,
    ask: (api, random, signal) => askRange(api, "up", { start: random.integer(0, 1_000_000), steps: 60, signal }),
  },
  {
    name: "long range",
    requests: 3,
    ask: (api, random, signal) =>
      askRange(api, "sparse", { start: random.integer(0, 1_000_000), steps: 22_001, signal }),
  },
  { name: "series", requests: 1, ask: async (api, _, signal) => ended(await api.series("up", given(signal)), LABELS) },
  {
    name: "label names",
    requests: 1,
    ask: async (api, _, signal) => ended(await api.labelNames(given(signal)), ["__name__", "pod"]),
  },
  {
    name: "label values",
    requests: 1,
    ask: async (api, _, signal) => ended(await api.labelValues("pod", given(signal)), ["a", "ü"]),
  },
  {
    name: "metadata",
    requests: 1,
    ask: async (api, _, signal) =>
      ended(await api.metadata(given(signal)), [{ metric: "up", type: "gauge", help: "Whether it is up.", unit: "" }]),
  },
  {
    name: "version",
    requests: 1,
    ask: async (api, _, signal) => ended(await api.buildInfo(given(signal)), { version: "3.5.0" }),
  },
  {
    name: "freshness",
    requests: 1,
    async ask(api, random, signal) {
      const at = random.integer(0, 2_000_000_000_000);
      return ended(await api.freshness("up", { at, newerThanMs: 1, ...given(signal) }), { newestAt: at, ageMs: 0 });
    },
  },
];

async function askRange(
  api: PrometheusApi,
  query: "up" | "sparse",
  range: { readonly start: number; readonly steps: number; readonly signal: AbortSignal | undefined },
): Promise<Ending> {
  const { start, steps, signal } = range;
  const stepMs = 1_000;
  const every = query === "sparse" ? SPARSE_STEPS : 1;
  const points = Array.from({ length: Math.ceil(steps / every) }, (_, nth) => {
    const at = start + nth * every * stepMs;
    return { at, value: at / 1_000 };
  });
  const end = start + (steps - 1) * stepMs;
  return ended(
    await api.queryRange(query, { start, end, stepMs }, given(signal)),
    LABELS.map((labels) => ({ labels, points })),
  );
}

function ended(result: PrometheusResult<unknown>, expected: unknown): Ending {
  if (!result.ok) return { ok: false, kind: result.failure.kind, attempts: result.failure.attempts };
  const data = JSON.stringify(result.data);
  if (data !== JSON.stringify(expected)) throw new Error(`answered with ${data.slice(0, 300)}`);
  return { ok: true };
}

function given(signal: AbortSignal | undefined): { readonly signal?: AbortSignal } {
  return signal === undefined ? {} : { signal };
}
