/** Marks deployments on Grafana's graphs, as annotations. */
import { cut } from "../../core/cut.ts";
import { invalid, show } from "../../core/errors.ts";
import { checkWords } from "../../core/words.ts";
import type { Deployment } from "../../ports/deployments.ts";
import type { CallOptions } from "../../ports/store.ts";

import { listAnnotations } from "./annotations.ts";
import { type GrafanaOptions, type GrafanaPlace, readGrafana, shownText } from "./settings.ts";

/**
 * Shows deployments on Grafana's graphs: a mark when one begins, a region from the beginning to the end where that is known. Its
 * tags are `deployment`, the service, the version, the outcome if there is one, and an id made of the service, the version and the
 * beginning. It looks at what is there first, so what is told twice is drawn once, and what is told again with its end or its
 * outcome becomes that.
 *
 * @example
 * ```ts
 * import { GrafanaDeploymentAnnotations } from "nines/grafana";
 *
 * const called: string[] = [];
 * const graphs = new GrafanaDeploymentAnnotations({
 *   baseUrl: "https://grafana.example.com",
 *   token: "glsa_0123",
 *   fetch: async (_url, { method, body = "" }) => {
 *     called.push(`${method} ${body}`);
 *     return new Response(method === "GET" ? "[]" : "{}");
 *   },
 * });
 * await graphs.mark({ service: "checkout", version: "v1.4.2", at: 1_000, until: 61_000, outcome: "succeeded" });
 * if (!called[1]?.includes('"time":1000,"timeEnd":61000')) throw new Error(called.join());
 * ```
 */
export class GrafanaDeploymentAnnotations {
  readonly #grafana: GrafanaPlace;

  constructor(options: GrafanaOptions) {
    this.#grafana = readGrafana(options, "GrafanaDeploymentAnnotations");
  }

  /**
   * Draws it. Failures are rejections; who asks sets the time limit.
   *
   * @throws `ConfigurationError` if the service, the version or a time is none
   */
  async mark(deployment: Deployment, { signal }: CallOptions = {}): Promise<void> {
    check(deployment);
    const { caller, place, tags } = this.#grafana;
    const { service, version, outcome } = deployment;
    const time = Math.round(deployment.at);
    const id = idOf(deployment);
    const named = ["deployment", service, version, ...(outcome === undefined ? [] : [outcome])];
    const what = {
      // A region has a length.
      ...(deployment.until === undefined ? {} : { timeEnd: Math.max(time + 1, Math.round(deployment.until)) }),
      text: textOf(deployment),
      tags: [...new Set([...named.map((tag) => cut(tag, MOST_CHARACTERS)), id, ...tags])],
    };
    const [drawn] = await listAnnotations(caller, id, signal);
    if (drawn === undefined) {
      await caller.call({ operation: "add an annotation", json: { ...place, time, ...what }, signal });
    } else if (drawn.text !== what.text || (what.timeEnd !== undefined && drawn.timeEnd !== what.timeEnd)) {
      const path = `/${String(drawn.id)}`;
      await caller.call({ operation: "change an annotation", method: "PATCH", path, json: what, signal });
    }
  }
}

const MOST_CHARACTERS = 100;
const MOST_MS = 8.64e15;

/** A tag that no other deployment has. Each name is cut by itself, so that a long one leaves room for the rest. */
function idOf({ service, version, at }: Deployment): string {
  return `deployment:${cut(service, 35)}:${cut(version, 35)}:${String(Math.round(at))}`;
}

function textOf({ service, version, by, url, outcome }: Deployment): string {
  const lines = [
    `deployment: ${cut(service, 200)} ${cut(version, 200)}`,
    ...(outcome === undefined ? [] : [outcome.replace("_", " ")]),
    ...(by === undefined ? [] : [`by ${cut(by, 200)}`]),
    ...(url === undefined ? [] : [cut(url, 1_000)]),
  ];
  return shownText(lines.join("\n"));
}

function check({ service, version, at, until }: Deployment): void {
  for (const [name, words] of Object.entries({ service, version })) {
    checkWords(words, 1_000, (message) => {
      throw invalid(name, message);
    });
  }
  for (const [name, time] of Object.entries({ at, until: until ?? at })) {
    if (typeof time === "number" && Math.abs(time) <= MOST_MS) continue;
    throw invalid(name, `${show(time)} is no time; write epoch milliseconds`);
  }
}
