/** Makes one test of each scenario for a host: a cell of the matrix. */
import { once } from "node:events";
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";

import { describe, expect, it } from "vitest";

import { GoldenSignalsCollector } from "../../../src/signals/collector.ts";
import { eventually } from "./eventually.ts";
import type { App, Host, Plan } from "./host.ts";

/** A served application. */
export interface Served {
  readonly server: Server;
  readonly port: number;
  /** The collector of the plan that `Cell.serve` makes where it is given none. */
  readonly signals: GoldenSignalsCollector;
}

/** A scenario at a host. */
export class Cell {
  readonly host: Host;
  readonly #apps: App[] = [];

  constructor(host: Host) {
    this.host = host;
  }

  /** Builds the application, lets `prepare` at its server, and listens. Without a plan one collector is on top. */
  async serve(plan?: Plan, prepare: (server: Server) => void = () => undefined): Promise<Served> {
    const signals = plan?.top?.[0]?.signals ?? new GoldenSignalsCollector();
    const app = await this.host.build(plan ?? { top: [{ signals }] });
    this.#apps.push(app);
    prepare(app.server);
    return { server: app.server, port: await listen(app.server), signals };
  }

  /** Ends all that was served. */
  async end(): Promise<void> {
    await Promise.all(this.#apps.map(endApp));
  }
}

/** Starts to listen on a free port. */
export async function listen(server: Server): Promise<number> {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return (server.address() as AddressInfo).port;
}

/** Ends an application with its connections. */
export async function endApp({ server, close }: App): Promise<void> {
  const closed = server.listening ? once(server, "close") : undefined;
  server.close();
  server.closeAllConnections();
  await closed;
  await close();
}

/** What a host is asked. */
export interface Scenario {
  readonly title: string;
  /** Looks at durations, so that nothing else may run beside it. */
  readonly alone?: true;
  run(this: void, cell: Cell): Promise<void>;
}

/** One test for each scenario. */
export function matrix(host: Host, groups: Readonly<Record<string, readonly Scenario[]>>): void {
  const scenarios = Object.values(groups).flat();
  const unhandled: unknown[] = [];
  process.on("unhandledRejection", (reason) => unhandled.push(reason));

  for (const [group, members] of Object.entries(groups)) {
    describe(group, () => {
      for (const scenario of members) {
        // What a framework has no notion of is no cell of it; the test below names these with their reasons.
        if (host.lacks[scenario.title] !== undefined) continue;
        const title = `${host.name}: ${scenario.title}`;
        if (scenario.alone === true) it(title, () => runCell(host, scenario));
        else it.concurrent(title, () => runCell(host, scenario));
      }
    });
  }

  const lacks = Object.entries(host.lacks).map(([title, reason]) => `${title} [${reason}]`);
  const without = lacks.length === 0 ? "every cell" : `every cell but ${lacks.join(", ")}`;
  it(`${host.name}: has ${without}, and left no rejection unhandled`, async () => {
    const titles = scenarios.map(({ title }) => title);
    expect(new Set(titles).size).toBe(titles.length);
    expect(Object.keys(host.lacks).filter((title) => !titles.includes(title))).toEqual([]);
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(unhandled).toEqual([]);
  });
}

async function runCell(host: Host, { run }: Scenario): Promise<void> {
  const cell = new Cell(host);
  try {
    await run(cell);
  } finally {
    await cell.end();
  }
}

/** Waits for a condition of `server`'s. */
export async function noConnections(server: Server): Promise<void> {
  let count = -1;
  await eventually(
    () => {
      server.getConnections((_error, now) => (count = now));
      return count === 0;
    },
    () => `no connections; there are ${count}`,
  );
}
