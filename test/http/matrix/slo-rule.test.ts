import { afterAll, describe, expect, it } from "vitest";

import { GoldenSignalsCollector } from "../../../src/signals/collector.ts";
import { parseSloDocument } from "../../../src/slo/document.ts";
import { Cell } from "./cells.ts";
import { wrongOnes } from "./hosts/bodies.ts";
import { hosts } from "./hosts/index.ts";
import { hushHono } from "./hosts/hono.ts";
import { ask, exchange } from "./raw.ts";
import { read } from "./reading.ts";

const { slos } = parseSloDocument({
  service_level_objectives: { shop: { availability: { target: "99%", measurement_window: "1h" } } },
});

afterAll(hushHono());

describe.each(hosts)("$name", (host) => {
  const judged = async (
    rule: ((request: unknown, status: number) => boolean | undefined) | undefined,
    paths: readonly string[],
  ): Promise<{ good: number; total: number }> => {
    const cell = new Cell(host);
    try {
      const signals = new GoldenSignalsCollector({ slos });
      const options = rule === undefined ? {} : { countsAsError: rule };
      const { port } = await cell.serve({ top: [{ signals, options }] });
      for (const path of paths) await exchange(port, ask(path));
      const { rejected } = await read(signals);
      expect(rejected).toEqual({});
      const [slo] = slos;
      const now = Date.now();
      const [measured] = slo ? await signals.source.measure(slo, [{ start: now - 60_000, end: now }]) : [];
      return { good: measured?.good ?? -1, total: measured?.total ?? -1 };
    } finally {
      await cell.end();
    }
  };

  it(`${host.name}: without a rule the status tells`, async () => {
    expect(await judged(undefined, ["/users/1", "/status/429", "/wrong", "/status/503"])).toEqual({
      good: 3,
      total: 4,
    });
  });

  it(`${host.name}: a 503 that is meant can be good`, async () => {
    const rule = (_request: unknown, status: number): boolean | undefined => (status === 503 ? false : undefined);
    expect(await judged(rule, ["/status/503", "/throws/1", "/users/1"])).toEqual({ good: 2, total: 3 });
  });

  it(`${host.name}: a 429 can be bad for one client and good for all others`, async () => {
    const rule = (request: unknown, status: number): boolean | undefined =>
      status === 429 ? host.rawOf(request).url === "/status/429?paying" : undefined;
    expect(await judged(rule, ["/status/429", "/status/429?paying", "/status/429"])).toEqual({ good: 2, total: 3 });
  });

  it(`${host.name}: a 200 with an error in its body can be bad`, async () => {
    const rule = (request: unknown): boolean | undefined => (wrongOnes.has(host.rawOf(request)) ? true : undefined);
    expect(await judged(rule, ["/wrong", "/users/1", "/wrong", "/users/2"])).toEqual({ good: 2, total: 4 });
  });
});
