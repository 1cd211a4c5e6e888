/** A process that uses everything and closes it, and then uses it again and leaves it as it is: it has to end by itself. */
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as pause } from "node:timers/promises";

import { LocalCommandRunner } from "../../../src/adapters/command/index.ts";
import { systemClock } from "../../../src/core/time/clock.ts";
import { dashboardHandler, observeServer } from "../../../src/http/node.ts";
import { CLOSABLES } from "./closables.ts";
import { JumpWorld } from "./jump-world.ts";
import { tell } from "./tell.ts";

/** What is documented to keep a process alive: threads, a run that waits for people, an experiment that is to be undone. */
const KEEPS_ALIVE = ["ProcessPressure", "RunbookExecutor", "ChaosRunner"];
const PACE = {
  ...{ lookMs: 500, answerMs: 300, escalateMs: 1_000, holdMs: 1_000 },
  ...{ chaosMs: 300, chaosEveryMs: 60_000, windowMs: 4_000 },
};
const COMMAND = { program: "true", args: [], environment: {}, isDryRun: false, key: "RUN-0001/true" };

/** Everything, behind a server of its own. */
async function use(isClosing: boolean): Promise<void> {
  const world = await JumpWorld.open(systemClock, { seed: "closing", pace: PACE });
  const closes: (() => unknown)[] = [];
  for (const [name, open] of Object.entries(CLOSABLES)) {
    const close = await open(systemClock);
    if (isClosing) closes.push(close);
    else if (KEEPS_ALIVE.includes(name)) await close();
  }
  const dashboard = dashboardHandler(world.dashboard);
  const server = createServer((request, response) => {
    if (request.url?.startsWith("/dashboard") === true) dashboard(request, response);
    else response.end("fine");
  });
  const unobserve = observeServer(server, world.reliability);
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const url = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`;
  await (await fetch(`${url}/orders/7`)).text();
  const page = new AbortController();
  await fetch(`${url}/dashboard?events`, { signal: page.signal });
  await new LocalCommandRunner().run(COMMAND);
  world.serve(50);
  await world.runner.run(world.experiment, { by: "the child" });
  await pause(600);
  await world.look();
  page.abort();
  // The server is the host's own.
  server.close();
  server.closeAllConnections();
  if (!isClosing) return;
  unobserve();
  for (const close of closes.reverse()) await close();
  await world.close();
}

for (const isClosing of [true, false]) {
  await use(isClosing);
  tell(isClosing ? "closed" : "left");
}
