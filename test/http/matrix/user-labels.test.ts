import { afterAll, describe, expect, it } from "vitest";

import { GoldenSignalsCollector } from "../../../src/signals/collector.ts";
import { Cell } from "./cells.ts";
import { hosts } from "./hosts/index.ts";
import { hushHono } from "./hosts/hono.ts";
import { ask, exchange } from "./raw.ts";
import { read } from "./reading.ts";
import { faulty, WAYS } from "./scenarios/faults.ts";

const collect = (): GoldenSignalsCollector => new GoldenSignalsCollector({ labels: { plan: ["free", "paid"] } });

afterAll(hushHono());

describe.each(hosts)("$name", (host) => {
  it(`${host.name}: a label of the user's is told from the framework's own request`, async () => {
    const cell = new Cell(host);
    try {
      const signals = collect();
      const labels = (request: unknown) => ({ plan: host.rawOf(request).headers["x-plan"] as string });
      const { port } = await cell.serve({ top: [{ signals, options: { labels } }] });
      for (const plan of ["free", "paid", "free"])
        await exchange(port, ask("/users/7", { headers: [`X-Plan: ${plan}`] }));
      const { text, rejected } = await read(signals);
      expect(rejected).toEqual({});
      expect(text).toMatch(/^http_requests_total\{[^}]*plan="free"[^}]*\} 2$/m);
      expect(text).toMatch(/^http_requests_total\{[^}]*plan="paid"[^}]*\} 1$/m);
    } finally {
      await cell.end();
    }
  });

  for (const { title, run } of faulty("labels", WAYS, collect)) {
    it(`${host.name}: ${title}`, async () => {
      const cell = new Cell(host);
      await run(cell).finally(() => cell.end());
    });
  }
});
