/** The loop as a service has it: two services, one of which is measured elsewhere, with plugins that are well. */
import { MemoryStateStore } from "../../../src/adapters/memory/index.ts";
import { ConservativePolicy } from "../../../src/policy/threshold-policy.ts";
import type { PolicyActionRequest } from "../../../src/ports/policy-actions.ts";
import { Reliability, type ReliabilityOptions } from "../../../src/reliability.ts";

import type { Stage } from "./stage.ts";
import { goesOn } from "./types.ts";

export const DOCUMENT = {
  service_level_objectives: {
    shop: { availability: { target: "99.9%", measurement_window: "30d" } },
    search: {
      availability: {
        target: "99.9%",
        measurement_window: "30d",
        sli: 'sum(rate(requests{code!~"5.."}[5m])) / sum(rate(requests[5m]))',
      },
    },
  },
};

/** Half of all fails, wherever it is asked. */
export const SOURCE: NonNullable<ReliabilityOptions["source"]> = {
  measure: async (_slo, ranges) => ranges.map(() => ({ good: 500, total: 1_000, coverage: 1 })),
};

/** What a service with those plugins comes to. */
export interface Played {
  readonly reliability: Reliability;
  readonly done: readonly string[];
}

/** Opens it, has requests fail, looks three times, saves and closes; what `own` counts is never lost. */
export async function loop(stage: Stage, options: Partial<ReliabilityOptions> = {}): Promise<void> {
  const done: string[] = [];
  const opened = await stage.attempt("opening", () =>
    Reliability.open({
      document: DOCUMENT,
      service: "shop",
      source: SOURCE,
      store: new MemoryStateStore(),
      actions: { run: async ({ action, service }: PolicyActionRequest) => void done.push(`${service} ${action}`) },
      policies: { default: new ConservativePolicy({ actions: { halt: ["freeze"] } }) },
      evaluateEverySeconds: 0,
      saveEverySeconds: 0,
      logger: stage.logger,
      clock: stage.clock,
      ...options,
    }),
  );
  // A store that cannot be read must not be written over: it says so, and does not begin.
  if (opened === undefined) return;
  for (const name of ["actionFailed", "auditFailed"] as const) {
    opened.on(name, ({ error }) => stage.tell(name, error));
  }
  const record = (): void => {
    for (let count = 0; count < 100; count += 1) {
      opened.signals.record({
        method: "GET",
        route: "/",
        statusCode: count % 2 === 0 ? 500 : 200,
        durationSeconds: 0.01,
      });
    }
  };
  for (let look = 0; look < 3; look += 1) {
    record();
    await stage.pass(1_000);
    const looked = await stage.play(opened.evaluate());
    for (const { reasons } of looked.services) for (const reason of reasons) stage.tell(reason);
    const shop = looked.services.find(({ service }) => service === "shop");
    goesOn(shop?.decision === "halt", `the shop, which this process counts, is ${String(shop?.decision)}`);
    await stage.attempt("saving", () => opened.save());
  }
  const statuses = await stage.play(opened.getSloStatuses({ window: "1h" }));
  for (const { slos } of statuses)
    for (const { reasons } of slos) for (const { message } of reasons) stage.tell(message);
  const counted = statuses.find(({ service }) => service === "shop")?.slos[0]?.budget;
  goesOn(counted?.state === "measured" && counted.total === 300, "300 requests were counted");
  const text = await stage.play(opened.metrics());
  goesOn(text.includes('http_requests_total{method="GET",route="/",code="200"} 150'), "the metrics have the requests");
  for (const line of text.split("\n")) if (/rejected.* [1-9]\d*$/.test(line)) stage.tell(line);
  goesOn(!text.replace(/^#.*$/gm, "").includes("NaN"), "no metric is NaN");
  await stage.attempt("closing", () => opened.close());
  goesOn(options.actions !== undefined || done.includes("shop freeze"), `the shop is frozen: ${done.join()}`);
}
