import { expect, it } from "vitest";

import { runNode } from "../../support/spawn.ts";

it("keeps no process alive: with a probe, a collector and scrapes it ends by itself", async () => {
  const script = `
    import { GoldenSignalsCollector } from "./src/index.ts";
    import { nodeProcessProbe } from "./src/adapters/process/index.ts";
    const signals = new GoldenSignalsCollector({ probe: nodeProcessProbe() });
    signals.addConnections(() => Promise.resolve(1));
    const began = signals.begin();
    for (let scrape = 0; scrape < 3; scrape += 1) {
      await signals.metrics();
      gc();
    }
    signals.finish(began, "GET", "/", 200);
    const { memory } = signals.saturation();
    process.stdout.write("memory " + typeof memory);
    // Neither the collector nor the probe is closed.
  `;
  const child = await runNode(["--expose-gc", "--import", "tsx", "--input-type=module", "--eval", script], {
    timeout: 25_000,
  });
  expect(child).toEqual({ code: 0, stdout: "memory number", stderr: "" });
}, 30_000);
