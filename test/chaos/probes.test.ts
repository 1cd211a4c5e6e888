import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { describe, expect, test } from "vitest";

import { BudgetGuard, type BudgetGuardOptions } from "../../src/chaos/guard.ts";
import { httpProbe } from "../../src/chaos/http-probe.ts";
import { probe, sloProbe } from "../../src/chaos/probes.ts";
import { SloStatusReader } from "../../src/status/reader.ts";
import { AT, AVAILABILITY, documentOf, sourceOf } from "../status/support.ts";
import { ManualClock } from "../../src/core/time/manual-clock.ts";
import { passing, runnerOf, Strike } from "./support.ts";

const MINUTE = 60_000;

/** Statuses of shop, of which so many of a million requests of the window and of a thousand of the last minute failed. */
function statusesOf(failed: { window?: number; minute?: number; total?: number; watched?: boolean }): SloStatusReader {
  const { window = 0, minute = 0, total = 1_000, watched = true } = failed;
  const source = sourceOf((_, { start, end }) => {
    const coverage = watched ? 1 : 0;
    if (end - start > MINUTE) return { good: 1_000_000 - window, total: 1_000_000, coverage: 1 };
    return { good: Math.max(0, total - minute), total, coverage };
  });
  return new SloStatusReader({ slos: documentOf(AVAILABILITY), source, clock: new ManualClock(AT) });
}

describe("the guard on the budget", () => {
  const look = (
    failed: Parameters<typeof statusesOf>[0],
    options: Partial<BudgetGuardOptions> = {},
  ): Promise<{ readonly ok: boolean; readonly message: string }> =>
    new BudgetGuard({ statuses: statusesOf(failed), ...options }).look(["shop"], {});

  test.each<[string, Parameters<typeof statusesOf>[0], Partial<BudgetGuardOptions>, boolean]>([
    ["all of it is left", {}, {}, true],
    ["exactly the least is left", { window: 750 }, {}, true],
    ["less than the least is left", { window: 751 }, {}, false],
    ["less than another least is left", { window: 501 }, { minimumRemainingRatio: 0.5 }, false],
    ["it burns at exactly the most", { minute: 10 }, {}, true],
    ["it burns faster than the most", { minute: 11 }, {}, false],
    ["it burns faster than another most", { minute: 3 }, { maximumBurnRate: 2 }, false],
    ["nothing came in the look-back", { total: 0 }, {}, false],
    ["nobody watched over the look-back", { total: 0, watched: false }, {}, false],
  ])("when %s", async (_what, failed, options, ok) => {
    expect((await look(failed, options)).ok).toBe(ok);
  });

  test("says what was judged, and what is too much", async () => {
    expect((await look({ window: 500, minute: 7 })).message).toBe(
      "shop/availability has 50 % of its budget left and burns it at 7 times its pace over 1 min, at most 10",
    );
    expect((await look({ window: 900 })).message).toBe(
      "shop/availability has 10 % of its budget left, and chaos needs 25 %",
    );
    expect((await look({ minute: 50 })).message).toBe(
      "shop/availability burns its budget at 50 times its pace over 1 min, and 10 is the most",
    );
    expect((await look({ total: 0 })).message).toBe("how fast shop/availability burns over 1 min cannot be told");
  });

  test("refuses services without an SLO, and those that there are not", async () => {
    const guard = new BudgetGuard({ statuses: statusesOf({}) });
    await expect(guard.look(["shpo"], {})).rejects.toThrow("is no service here");
  });

  test.each<[object, string]>([
    [{ minimumRemainingRatio: 25 }, "guard.minimumRemainingRatio: 25 is out of range; write a number from 0 to 1"],
    [{ maximumBurnRate: -1 }, "guard.maximumBurnRate: -1 is out of range"],
    [{ lookBack: "soon" }, "guard.lookBack:"],
    [{ burnRate: 1 }, "guard.burnRate: is no option"],
  ])("is refused with %j", (options, message) => {
    expect(() => new BudgetGuard({ statuses: statusesOf({}), ...options })).toThrow(message);
  });

  test("keeps a run from beginning, ends one that burns too fast, and needs to know the services", async () => {
    const failed = { minute: 0, window: 0 };
    const guard = {
      statuses: { getSloStatus: (name: string, question?: object) => statusesOf(failed).getSloStatus(name, question) },
    };
    const { runner, clock } = await runnerOf({ guard });
    const strike = new Strike({ services: ["shop"], steadyState: [] });
    const burning = await passing(clock, runner.run(strike), {
      onStep: (passedMs) => {
        if (passedMs === 3_000) failed.minute = 500;
      },
    });
    expect([burning.outcome, burning.reasons[0]?.code]).toEqual(["aborted", "guarded"]);
    // A quarter of a second is the time between two looks.
    expect(burning.endedAt - burning.startedAt).toBeLessThanOrEqual(3_300);
    expect(strike.faults.size).toBe(0);
    const again = await passing(clock, runner.run(strike));
    expect([again.outcome, again.reasons[0]?.code, strike.injected.length]).toEqual(["refused", "guarded", 1]);
    const nameless = await passing(clock, runner.run(new Strike()));
    expect(nameless.reasons[0]?.code).toBe("no_services");
  });
});

describe("a probe of SLOs", () => {
  test("holds while none stands worse than is allowed", async () => {
    const check = (
      failed: Parameters<typeof statusesOf>[0],
      atWorst?: "healthy" | "warning" | "unknown" | "critical",
    ) =>
      sloProbe({ statuses: statusesOf(failed), service: "shop", ...(atWorst === undefined ? {} : { atWorst }) }).check(
        {},
      );
    expect(await check({})).toMatchObject({ ok: true });
    expect(await check({ window: 800 })).toMatchObject({ ok: true });
    expect(await check({ window: 800 }, "healthy")).toMatchObject({ ok: false });
    expect(await check({ window: 2_000 })).toMatchObject({ ok: false });
    expect(await check({ window: 2_000 }, "critical")).toMatchObject({ ok: true });
  });

  test("does not hold for an SLO that there is not", async () => {
    const missing = sloProbe({ statuses: statusesOf({}), service: "shop", slos: ["shop/latency"] });
    expect(await missing.check({})).toEqual({ ok: false, message: "there is no SLO shop/latency of shop" });
    expect(() => sloProbe({ statuses: statusesOf({}), service: "shop", atWorst: "fine" as never })).toThrow("atWorst:");
    expect(() => sloProbe({ statuses: {} as never, service: "shop" })).toThrow("statuses:");
    expect(() => sloProbe({ service: "shop" } as never)).toThrow("statuses: is missing");
    expect(() => sloProbe({ statuses: statusesOf({}) } as never)).toThrow("service: is missing");
    expect(() => sloProbe({ statuses: statusesOf({}), service: " " })).toThrow('service: " "');
  });
});

describe("a probe from a function", () => {
  test.each<[unknown, boolean]>([
    [true, true],
    [undefined, false],
    [{ ok: true, message: "fine" }, true],
    [{ ok: false, message: "not fine" }, false],
    [false, false],
    [0, false],
    ["true", false],
    [null, false],
  ])("that gives %j", async (given, ok) => {
    expect((await probe("p", () => given).check({})).ok).toBe(ok);
  });
});

describe("a probe of an address", () => {
  test("holds by the status of a real answer, and shows neither user nor query", async () => {
    const server = createServer((request, response) => {
      response.writeHead(request.url?.startsWith("/moved") === true ? 302 : 200, { location: "/" });
      response.end("x".repeat(100_000));
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as AddressInfo;
    const url = (path: string): string => `http://127.0.0.1:${String(port)}${path}`;
    try {
      const seen = await httpProbe({ url: url("/healthz?token=secret") }).check({});
      expect(seen).toEqual({ ok: true, message: `${url("/healthz")} answers 200` });
      expect((await httpProbe({ url: url("/moved") }).check({})).ok).toBe(false);
      expect((await httpProbe({ url: url("/moved"), status: [302] }).check({})).ok).toBe(true);
      expect((await httpProbe({ url: url("/"), status: 503 }).check({})).ok).toBe(false);
    } finally {
      server.closeAllConnections();
      server.close();
    }
  });

  test("says which address could not be asked, and why, whatever it is called", async () => {
    const server = createServer().listen(0, "127.0.0.1");
    await once(server, "listening");
    const { port } = server.address() as AddressInfo;
    server.close();
    await once(server, "close");
    const address = `http://127.0.0.1:${String(port)}/`;
    const seen = await httpProbe({ url: `${address}?token=secret`, name: "the shop" }).check({});
    expect(seen).toEqual({ ok: false, message: `${address} could not be asked: ECONNREFUSED` });
    const signal = AbortSignal.abort(new Error("too late"));
    await expect(httpProbe({ url: address }).check({ signal })).rejects.toThrow("too late");
  });

  test("sends the user of the address as basic authorization, and shows it nowhere", async () => {
    const asked: unknown[] = [];
    const fetch = (url: string, { headers }: { readonly headers: object }): Promise<never> => {
      asked.push([url, headers]);
      return Promise.resolve({ status: 200, headers: { get: () => null }, body: null } as never);
    };
    const one = httpProbe({ url: "http://ad%C3%A0:p%40ss@a.example/x", headers: { accept: "*/*" }, fetch });
    expect([one.name, await one.check({})]).toEqual([
      "http://a.example/x",
      { ok: true, message: "http://a.example/x answers 200" },
    ]);
    const authorization = `Basic ${Buffer.from("adà:p@ss").toString("base64")}`;
    expect(asked).toEqual([["http://a.example/x", { accept: "*/*", authorization }]]);
  });

  test.each<[object, string]>([
    [{ url: "shop" }, 'url: "shop" is no address'],
    [{ url: "file:///etc/passwd" }, "url:"],
    [{ url: "ftp://u:secret@a/x" }, 'url: "ftp://a/x" is no address'],
    [{ url: "http://u:p@a", headers: { Authorization: "x" } }, "headers.authorization: is given beside a user in url"],
    [{ url: "http://a", status: 20 }, "status: 20 is no status"],
    [{ url: "http://a", timeout: 1 }, "timeout: is no option of httpProbe"],
  ])("is refused with %j", (options, message) => {
    expect(() => httpProbe(options as never)).toThrow(message);
  });
});
