/** Chaos in a service's own process: orders fail on purpose, the cart must not care, and afterwards nothing is left of it. */
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process, { stdout } from "node:process";

import { ChaosRunner, ErrorInjectionExperiment, httpProbe, InProcessFaults, undoOnSignals } from "nines";
import { FileStateStore } from "nines/file";
import { faultInjection } from "nines/node";

// Two routes, of which one may be struck: the other is what must go on.
const faults = new InProcessFaults({ routes: ["GET /orders", "GET /cart"] });
const inject = faultInjection(faults);
const server = createServer((request, response) => {
  inject(request, response, () => response.end("served\n"));
}).listen(0, "127.0.0.1");
await once(server, "listening");
const url = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`;
const ask = async (path: string): Promise<string> => `${path} ${String((await fetch(`${url}${path}`)).status)}`;

const folder = await mkdtemp(join(tmpdir(), "chaos-"));
const experiment = new ErrorInjectionExperiment({
  name: "orders fail",
  description: "The cart is served without them.",
  plane: faults,
  targets: ["GET /orders"],
  statusCode: 503,
  duration: "2s",
  steadyState: [httpProbe({ url: `${url}/cart`, name: "the cart is served" })],
});
const runner = await ChaosRunner.open({
  store: new FileStateStore(folder),
  // There is no budget in this example: the steady state is all that guards it.
  guard: "none",
  probeEvery: "100ms",
  experiments: [experiment],
});
const off = undoOnSignals(runner, process);

const dry = await runner.run(experiment);
stdout.write(`${dry.outcome}: ${String(dry.timeline.at(-1)?.message)}\n`);

runner.arm();
const running = runner.run(experiment, { by: "the example" });
while (!faults.isActive) await new Promise((resolve) => setTimeout(resolve, 5));
stdout.write(`meanwhile: ${await ask("/orders")}, ${await ask("/cart")}\n`);
const { outcome, injections, steadyAfterwards } = await running;
for (const { target, result, undo } of injections) stdout.write(`${target}: ${result}, undone: ${undo}\n`);
stdout.write(`${outcome}, steady afterwards: ${String(steadyAfterwards)}\n`);
stdout.write(`afterwards: ${await ask("/orders")}, ${await ask("/cart")}\n`);

off();
await runner.stop();
server.closeAllConnections();
server.close();
await rm(folder, { recursive: true });
