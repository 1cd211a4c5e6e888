/** Marks chaos on Grafana's graphs, as annotations. */
import { cut } from "../../core/cut.ts";
import type { ChaosAnnotator, ChaosMark, ChaosRegion } from "../../ports/chaos-annotator.ts";
import type { CallOptions } from "../../ports/store.ts";

import { type Annotation, listAnnotations } from "./annotations.ts";
import { type GrafanaOptions, type GrafanaPlace, readGrafana, shownText } from "./settings.ts";

/**
 * A {@link ChaosAnnotator} that shows runs on Grafana's graphs: a mark when one begins to strike, which becomes a region when it has ended.
 * Its tags are `chaos`, the id of the run, the experiment and, from the end on, the outcome and the services. It looks at what is there
 * first, so what is told twice is drawn once.
 *
 * @example
 * ```ts
 * import { GrafanaChaosAnnotations } from "nines/grafana";
 *
 * const called: string[] = [];
 * const graphs = new GrafanaChaosAnnotations({
 *   baseUrl: "https://grafana.example.com",
 *   token: "glsa_0123",
 *   fetch: async (_url, { method, body = "" }) => {
 *     called.push(`${method} ${body}`);
 *     return new Response(method === "GET" ? "[]" : "{}");
 *   },
 * });
 * await graphs.begin({ run: "chaos-1", experiment: "a pod goes", at: 1_000, text: "pod/shop/web-1 is struck" });
 * if (!called[1]?.includes('"time":1000')) throw new Error(called.join());
 * ```
 */
export class GrafanaChaosAnnotations implements ChaosAnnotator {
  readonly #grafana: GrafanaPlace;

  constructor(options: GrafanaOptions) {
    this.#grafana = readGrafana(options, "GrafanaChaosAnnotations");
  }

  /** Draws the mark. */
  async begin(mark: ChaosMark, { signal }: CallOptions = {}): Promise<void> {
    if ((await this.#drawn(mark, signal)) !== undefined) return;
    const what = { time: Math.round(mark.at), text: textOf(mark), tags: this.#tags(mark, []) };
    await this.#post(what, signal);
  }

  async end(region: ChaosRegion, { signal }: CallOptions = {}): Promise<void> {
    const drawn = await this.#drawn(region, signal);
    const time = drawn?.time ?? Math.round(region.at);
    const what = {
      // A region has a length.
      timeEnd: Math.max(time + 1, Math.round(region.until)),
      text: `${textOf(region)}\n${shownText(region.outcome)}`,
      tags: this.#tags(region, [region.outcome, ...region.services.slice(0, 20)]),
    };
    if (drawn === undefined) await this.#post({ time, ...what }, signal);
    else if (drawn.timeEnd !== what.timeEnd) {
      const path = `/${String(drawn.id)}`;
      await this.#grafana.caller.call({ operation: "end a region", method: "PATCH", path, json: what, signal });
    }
  }

  async #drawn({ run }: ChaosMark, signal: AbortSignal | undefined): Promise<Annotation | undefined> {
    const [first] = await listAnnotations(this.#grafana.caller, cut(run, MOST_CHARACTERS), signal);
    return first;
  }

  async #post(what: object, signal: AbortSignal | undefined): Promise<void> {
    const { caller, place } = this.#grafana;
    await caller.call({ operation: "add an annotation", json: { ...place, ...what }, signal });
  }

  #tags({ run, experiment }: ChaosMark, more: readonly string[]): readonly string[] {
    const tags = ["chaos", run, experiment, ...more].map((tag) => cut(tag, MOST_CHARACTERS));
    return [...new Set([...tags, ...this.#grafana.tags])];
  }
}

const MOST_CHARACTERS = 100;

function textOf({ experiment, text }: ChaosMark): string {
  return shownText(`chaos: ${cut(experiment, 200)}\n${cut(text, 2_000)}`);
}
