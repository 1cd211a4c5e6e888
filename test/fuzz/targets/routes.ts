/** Routes: whatever patterns an application has and whatever is asked of it, only patterns become labels, and all is counted. */
import { GoldenSignalsCollector } from "../../../src/signals/collector.ts";
import { eventually } from "../../http/matrix/eventually.ts";
import { drawn } from "../support/drawn.ts";
import { readScrape } from "../support/exposition.ts";
import {
  anyApplication,
  type Application,
  ask,
  forgetListeners,
  HOSTS,
  MARK,
  open,
  serve,
} from "../support/route-applications.ts";
import type { FuzzTarget, Outcome } from "../types.ts";

async function run(application: Application): Promise<Outcome> {
  const signals = new GoldenSignalsCollector();
  try {
    serve(await HOSTS[application.host](application, signals));
  } catch (error) {
    // The framework refuses the pattern, in its own words.
    return { refused: `${application.host}: ${String(error)}`, at: "a pattern" };
  }
  const statuses: number[] = [];
  let refused: Outcome | undefined;
  for (const asked of application.requests) {
    try {
      const { status, isReached } = await ask(asked);
      // What Node itself refuses, and what Hono's adaptor does, has reached no application.
      if (isReached && !(application.host === "hono" && status === 400)) statuses.push(status);
    } catch (error) {
      // No address at all: it was never sent.
      if (!(error instanceof TypeError)) throw error;
      refused = { refused: error.message, at: "the address" };
    }
  }
  await eventually(
    () => signals.inFlight === 0,
    () => "nothing to be in flight",
  );
  forgetListeners();
  const samples = readScrape(await signals.metrics());
  const counted = samples.filter(({ name }) => name === "http_requests_total");
  const codes = counted
    .flatMap(({ labels, value }) => new Array<number>(value).fill(Number(labels.get("code"))))
    .sort((a, b) => a - b);
  if (codes.join() !== statuses.sort((a, b) => a - b).join())
    throw new Error(`answered ${statuses.join()}, counted ${codes.join()}`);
  for (const { name, labels } of samples) {
    for (const [label, value] of labels)
      if (value.includes(MARK)) throw new Error(`an address became ${label} of ${name}: ${value}`);
  }
  const rejected = samples.find(({ name }) => name === "nines_rejected_values_total");
  if (rejected !== undefined) throw new Error(`rejected: ${rejected.labels.get("reason") ?? ""}`);
  return refused ?? { taken: true };
}

export const target: FuzzTarget<Application> = {
  name: "routes",
  description: "patterns of routes and mounts, and the addresses that are asked for",
  share: 0.3,
  open,
  inputs: drawn(anyApplication),
  run,
};
