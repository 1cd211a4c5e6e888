/** What a plane over Toxiproxy must do, whether that is real or stands in. */
import { once } from "node:events";
import { setTimeout as pause } from "node:timers/promises";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";

import { ToxiproxyPlane } from "../../../src/adapters/toxiproxy/index.ts";
import { MemoryStateStore } from "../../../src/adapters/memory/index.ts";
import { ChaosRunner } from "../../../src/chaos/runner.ts";
import { ToolkitExperiment } from "../../../src/chaos/toolkit/experiment.ts";
import { chaosToolkitExperiment } from "../../../src/chaos/toolkit/write.ts";
import type { InjectableFault } from "../../../src/ports/fault-plane.ts";
import { faultPlaneContract } from "../../../src/testing/index.ts";
import type { RunningToxiproxy } from "../../support/toxiproxy-stand-in.ts";
import { Client, median, startEcho, type Upstream } from "./bench.ts";

/** How late a machine that has other things to do may be: so much that it is never the reason. */
const ALLOWANCE_MS = 1_000;

const LATENCY: InjectableFault = { kind: "latency", latencyMs: 60, jitterMs: 20 };

export function describeToxiproxy(title: string, start: () => Promise<RunningToxiproxy>): void {
  describe(title, () => {
    let toxiproxy: RunningToxiproxy;
    let echo: Upstream;
    let plane: ToxiproxyPlane;
    let listen: string;
    const clients: Client[] = [];

    const send = (method: string, path: string, body?: object, headers = {}): Promise<Response> =>
      fetch(`${toxiproxy.url}${path}`, {
        method,
        headers: { "user-agent": "test", ...headers },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
    const toxicsOn = async (proxy = "shop"): Promise<unknown> => (await send("GET", `/proxies/${proxy}/toxics`)).json();
    const client = async (): Promise<Client> => {
      const opened = await Client.open(listen);
      clients.push(opened);
      return opened;
    };
    const put = (fault: InjectableFault, id = "chaos-1", share = 1): Promise<void> =>
      plane.place({ id, target: "shop", fault, share });

    beforeAll(async () => {
      [toxiproxy, echo] = await Promise.all([start(), startEcho()]);
    });
    afterAll(async () => {
      await toxiproxy.stop();
      await echo.stop();
    });
    beforeEach(async () => {
      plane = new ToxiproxyPlane({ url: toxiproxy.url });
      const made = await send("POST", "/proxies", { name: "shop", listen: "127.0.0.1:0", upstream: echo.address });
      expect(made.status).toBe(201);
      ({ listen } = (await made.json()) as { listen: string });
    });
    afterEach(async () => {
      for (const one of clients.splice(0)) one.close();
      for (const name of Object.keys((await (await send("GET", "/proxies")).json()) as object)) {
        await send("DELETE", `/proxies/${encodeURIComponent(name)}`);
      }
    });

    describe("is a plane that", () => {
      const create = async (): Promise<ToxiproxyPlane> => {
        await send("POST", "/proxies", { name: "other", listen: "127.0.0.1:0", upstream: echo.address });
        return plane;
      };
      it.each(faultPlaneContract(create))("$name", ({ check }) => check());
    });

    it("has the proxies as targets, those that are off as not healthy", async () => {
      await send("POST", "/proxies", {
        name: "a b/off",
        listen: "127.0.0.1:0",
        upstream: echo.address,
        enabled: false,
      });
      await send("POST", "/proxies", { name: "a b", listen: "127.0.0.1:0", upstream: echo.address, enabled: false });
      expect(await plane.targets()).toEqual([
        { id: "a b", healthy: false, labels: { listen: "127.0.0.1:0", upstream: echo.address } },
        { id: "shop", healthy: true, labels: { listen, upstream: echo.address } },
      ]);
      await plane.place({ id: "x", target: "a b", fault: { kind: "cut" }, share: 1 });
      expect(await plane.remove({ id: "x", target: "a b" })).toBe(true);
    });

    it("puts each kind of fault, and takes it away once", async () => {
      const expected = [
        [LATENCY, "latency", { latency: 60, jitter: 20 }],
        [{ kind: "bandwidth", bytesPerSecond: 12_999 }, "bandwidth", { rate: 12 }],
        [{ kind: "reset" }, "reset_peer", { timeout: 0 }],
        [{ kind: "cut" }, "timeout", { timeout: 0 }],
      ] as const;
      for (const [fault, type, attributes] of expected) {
        await put(fault, "chaos-1", 0.25);
        const toxic = { name: "nines-chaos-1", type, stream: "downstream", toxicity: 0.25, attributes };
        expect(await toxicsOn()).toEqual([toxic]);
        expect(await plane.remove({ id: "chaos-1", target: "shop" })).toBe(true);
        expect(await plane.remove({ id: "chaos-1", target: "shop" })).toBe(false);
        expect(await toxicsOn()).toEqual([]);
      }
    });

    it("replaces what has the same id, whatever it was", async () => {
      await put(LATENCY);
      await put({ kind: "bandwidth", bytesPerSecond: 5_000 });
      await new ToxiproxyPlane({ url: toxiproxy.url, stream: "upstream" }).place({
        ...{ id: "chaos-1", target: "shop", share: 0.5, fault: { kind: "bandwidth", bytesPerSecond: 5_000 } },
      });
      expect(await toxicsOn()).toMatchObject([{ name: "nines-chaos-1", stream: "upstream", toxicity: 0.5 }]);
    });

    it("knows its own, and leaves alone what others have put", async () => {
      const other = new ToxiproxyPlane({ url: toxiproxy.url, prefix: "other-" });
      await other.place({ id: "chaos-1", target: "shop", fault: { kind: "bandwidth", bytesPerSecond: 5e6 }, share: 1 });
      await send("POST", "/proxies/shop/toxics", { type: "latency", name: "by-hand", attributes: { latency: 1 } });
      await put(LATENCY, "chaos-1", 0.5);
      await put({ kind: "cut" }, "chaos-2", 0.125);
      const ours = [
        { id: "chaos-1", target: "shop", fault: LATENCY, share: 0.5, stream: "downstream" },
        { id: "chaos-2", target: "shop", fault: { kind: "cut" }, share: 0.125, stream: "downstream" },
      ];
      expect(await plane.toxics()).toEqual(ours);
      expect(await plane.removeAll()).toEqual(ours);
      expect(await plane.removeAll()).toEqual([]);
      expect(await toxicsOn()).toMatchObject([{ name: "other-chaos-1" }, { name: "by-hand" }]);
    });

    it("says what is wrong where there is no such proxy, and that nothing is there to be taken away", async () => {
      await expect(plane.place({ id: "x", target: "shpo", fault: LATENCY, share: 1 })).rejects.toMatchObject({
        message:
          "toxiproxy could not put latency on shpo: it was answered with 404, proxy not found; create it by POST /proxies, or look at its name",
        retryable: false,
      });
      expect(await plane.remove({ id: "x", target: "shpo" })).toBe(false);
    });

    it("is not taken for a browser, whatever fetch calls itself", async () => {
      const browser = { "user-agent": "Mozilla/5.0" };
      expect((await send("GET", "/proxies", undefined, browser)).status).toBe(403);
      await expect(new ToxiproxyPlane({ url: toxiproxy.url, headers: browser }).targets()).rejects.toThrow(
        /403: Toxiproxy refuses what calls itself Mozilla/,
      );
    });

    // Certain from below: bytes are held from when they reach the proxy, after the clock was started. From above only a
    // machine that stands still for seconds could spoil it, and of the median at that: half of the trips.
    it("makes round trips as late as was asked for, within the jitter", async () => {
      const one = await client();
      const trips = async (count: number): Promise<number[]> => {
        const times: number[] = [];
        for (let trip = 0; trip < count; trip += 1) times.push(await one.roundTrip());
        return times;
      };
      await trips(3);
      await put(LATENCY);
      const late = await trips(15);
      expect(Math.min(...late)).toBeGreaterThanOrEqual(40);
      expect(median(late)).toBeLessThan(80 + ALLOWANCE_MS);
      expect(await plane.remove({ id: "chaos-1", target: "shop" })).toBe(true);
      // So much later than anything else that a trip without it is shorter than any with it.
      await put({ kind: "latency", latencyMs: ALLOWANCE_MS, jitterMs: 0 });
      expect(await one.roundTrip()).toBeGreaterThanOrEqual(ALLOWANCE_MS);
      await plane.remove({ id: "chaos-1", target: "shop" });
      expect(median(await trips(7))).toBeLessThan(ALLOWANCE_MS);
    });

    it("lets bytes through no faster than was asked for", async () => {
      const one = await client();
      await put({ kind: "bandwidth", bytesPerSecond: 100_000 });
      expect(await one.roundTrip(40_000)).toBeGreaterThanOrEqual(400);
    });

    it("resets connections", async () => {
      await put({ kind: "reset" });
      await expect((await client()).roundTrip()).rejects.toMatchObject({ code: "ECONNRESET" });
      await plane.remove({ id: "chaos-1", target: "shop" });
      await (await client()).roundTrip();
    });

    it("cuts: what is sent is not answered, until the cut is taken away and the connection closed", async () => {
      const upwards = new ToxiproxyPlane({ url: toxiproxy.url, stream: "upstream" });
      const one = await client();
      await one.roundTrip();
      const before = echo.received();
      await put({ kind: "cut" });
      const closed = once(one.socket, "close");
      one.socket.write("hello");
      // The upstream gets what goes there, as only what comes back is cut.
      await expect.poll(() => echo.received(), { timeout: 10_000 }).toBe(before + 5);
      await pause(150);
      expect(one.received).toBe(1);
      await plane.remove({ id: "chaos-1", target: "shop" });
      await closed;
      expect(one.received).toBe(1);

      await upwards.place({ id: "chaos-2", target: "shop", fault: { kind: "cut" }, share: 1 });
      const two = await client();
      two.socket.write("hello");
      await pause(150);
      expect([two.received, echo.received()]).toEqual([0, before + 5]);
    });

    it.each<InjectableFault>([
      LATENCY,
      { kind: "reset" },
      { kind: "cut" },
      { kind: "bandwidth", bytesPerSecond: 5_000 },
    ])("takes an experiment that is written for others: $kind is put, and taken away", async (fault) => {
      const experiment = new ToolkitExperiment({
        document: chaosToolkitExperiment({
          ...{ title: "written", description: "for others", hypothesis: "it answers", duration: "100ms" },
          probes: [{ name: "Toxiproxy", url: `${toxiproxy.url}/version` }],
          strike: { kind: "toxiproxy", api: toxiproxy.url, proxy: "shop", fault },
        }),
        fetch,
      });
      const runner = await ChaosRunner.open({ store: new MemoryStateStore(), guard: "none", armed: true });
      const during: unknown[] = [];
      runner.on("moment", async ({ code }) => {
        if (code === "injection_done") during.push(await toxicsOn());
      });
      const report = await runner.run(experiment);
      expect([report.outcome, report.reasons]).toEqual(["completed", []]);
      const type = { latency: "latency", reset: "reset_peer", cut: "timeout", bandwidth: "bandwidth", error: "" }[
        fault.kind
      ];
      expect(during).toMatchObject([[{ type, stream: "downstream", toxicity: 1 }]]);
      expect(await toxicsOn()).toEqual([]);
    });

    it("puts it on a share of the connections", async () => {
      await put({ kind: "reset" }, "chaos-1", 0.5);
      let resets = 0;
      // By chance all of 60 would meet it, or none, once in 5e17 runs.
      for (let count = 0; count < 60; count += 1) {
        const one = await client();
        await one.roundTrip().catch(() => (resets += 1));
        one.close();
      }
      expect(resets).toBeGreaterThan(0);
      expect(resets).toBeLessThan(60);
    });
  });
}
