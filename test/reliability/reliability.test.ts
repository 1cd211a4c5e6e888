import { mkdtemp, readdir, readFile, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { Registry } from "prom-client";
import { describe, expect, it } from "vitest";

import { FileStateStore } from "../../src/adapters/file/index.ts";
import { MemoryStateStore } from "../../src/adapters/memory/index.ts";
import { ManualClock } from "../../src/core/time/manual-clock.ts";
import type { SliSource } from "../../src/ports/sli-source.ts";
import { Reliability } from "../../src/reliability.ts";
import type { Slo } from "../../src/slo/model.ts";

const SHOP = `
service_level_objectives:
  shop:
    availability: { target: 99%, measurement_window: 1h }
    latency: { target: 90%, threshold: 200ms, measurement_window: 1h }
`;

function request(reliability: Reliability, times: number, statusCode: number, durationSeconds = 0.05): void {
  for (let index = 0; index < times; index += 1) {
    reliability.signals.record({ method: "GET", route: "/", statusCode, durationSeconds });
  }
}

describe("the loop from requests to decisions", () => {
  it("halts when the budget is spent, and allows again when the window has forgotten it", async () => {
    const clock = new ManualClock();
    const decisions: string[] = [];
    const actions: string[] = [];
    const reliability = await Reliability.open({ document: SHOP, clock, evaluateEverySeconds: 10 });
    reliability.on("decisionChanged", ({ from, to }) => decisions.push(`${from} -> ${to}`));
    reliability.on("exhausted", ({ id }) => actions.push(`exhausted ${id}`));
    reliability.on("recovered", ({ id }) => actions.push(`recovered ${id}`));
    const minute = async (): Promise<void> => {
      for (let step = 0; step < 6; step += 1) {
        clock.advance(10_000);
        await new Promise(setImmediate);
      }
    };
    request(reliability, 1_000, 200);
    await minute();
    request(reliability, 50, 500);
    await minute();
    for (let passed = 0; passed < 61; passed += 1) {
      request(reliability, 20, 200);
      await minute();
    }
    expect(decisions).toEqual(["unknown -> allow", "allow -> halt", "halt -> allow"]);
    expect(actions).toEqual(["exhausted shop/availability", "recovered shop/availability"]);
    await reliability.close();
    expect(clock.pendingTimers).toBe(0);
  });

  it("reads the policies of the same document, and asks for the look-backs that their rules name", async () => {
    const clock = new ManualClock();
    const document = `${SHOP}
error_budget_policies:
  careful:
    services: [shop]
    rules: [{ when: { burn_rate: { over: 7m, above: 2 } }, decision: warn }]
`;
    const reliability = await Reliability.open({ document, clock });
    clock.advance(60_000);
    request(reliability, 95, 200);
    request(reliability, 5, 500);
    const [shop] = (await reliability.evaluate()).services;
    expect(shop?.decision).toBe("warn");
    expect(shop?.reasons[0]).toBe("shop/availability: the budget burns at 5x over 7m (above 2); rule 1 of careful");
    await reliability.close();
  });

  it("publishes the budgets beside the signals, on a registry that the user hands in", async () => {
    const registry = new Registry();
    const clock = new ManualClock();
    const reliability = await Reliability.open({ document: SHOP, clock, signals: { registry } });
    clock.advance(1_000);
    request(reliability, 99, 200);
    request(reliability, 1, 500);
    const text = await registry.metrics();
    expect(text).toContain('slo_error_budget_remaining_ratio{service="shop",slo="availability"} 0');
    expect(text).toContain('slo_sli_ratio{service="shop",slo="availability"} 0.99');
    expect(text).toContain('http_request_duration_seconds_bucket{method="GET",route="/",code="200",le="0.2"} 99');
    await reliability.close();
    expect(await registry.metrics()).not.toMatch(/http_requests|slo_/);
  });
});

describe("what a restart remembers", () => {
  it("goes on from the last save, in files, and counts the time between as unwatched", async () => {
    const folder = await mkdtemp(join(tmpdir(), "state-"));
    const clock = new ManualClock();
    const open = (): Promise<Reliability> =>
      Reliability.open({ document: SHOP, clock, store: new FileStateStore(folder) });
    const first = await open();
    clock.advance(60_000);
    request(first, 990, 200);
    request(first, 10, 500);
    await first.evaluate();
    await first.close();
    clock.advance(60_000);
    const second = await open();
    clock.advance(60_000);
    const [shop] = (await second.status()).services;
    const budget = shop?.slos[0]?.budget;
    expect(budget).toMatchObject({ state: "measured", total: 1_000, bad: 10, verdict: "spent" });
    expect(budget?.coverage).toBeCloseTo(120_000 / 3_600_000, 6);
    expect(shop?.decision).toBe("halt");
    await second.close();
  });

  it("remembers exclusions, and does not tell again what it has told", async () => {
    const store = new MemoryStateStore();
    const clock = new ManualClock();
    const first = await Reliability.open({ document: SHOP, clock, store });
    clock.advance(60_000);
    request(first, 50, 200);
    request(first, 50, 500);
    const started: string[] = [];
    first.on("burnStarted", ({ id, tier }) => started.push(`${id} ${tier.severity} ${String(tier.factor)}`));
    first.on("exhausted", ({ id }) => started.push(`${id} exhausted`));
    await first.evaluate();
    const count = started.length;
    expect(count).toBeGreaterThan(1);
    first.budget("shop/latency").exclude({ start: clock.now() - 1_000, end: clock.now(), reason: "moving house" });
    await first.close();
    const second = await Reliability.open({ document: SHOP, clock, store });
    second.on("burnStarted", ({ id }) => started.push(id));
    second.on("exhausted", ({ id }) => started.push(id));
    await second.evaluate();
    expect(started).toHaveLength(count);
    expect(second.budget("shop/latency").exclusions.map(({ reason }) => reason)).toEqual(["moving house"]);
    await second.close();
  });

  it("starts an SLO afresh whose meaning has changed, and keeps the others", async () => {
    const store = new MemoryStateStore();
    const clock = new ManualClock();
    const first = await Reliability.open({ document: SHOP, clock, store });
    clock.advance(1_000);
    request(first, 10, 200);
    await first.close();
    const second = await Reliability.open({ document: SHOP.replace("200ms", "300ms"), clock, store });
    clock.advance(1_000);
    const totals = (await second.status()).services[0]?.slos.map(({ budget }) => budget.total);
    expect(totals).toEqual([10, 0]);
    await second.close();
  });

  it.each([
    ["text that is no JSON", "half a docum", "the saved state cannot be used; all starts"],
    ["another JSON", '{"signals":"{}"}', "the saved state of what was counted cannot be used; that starts"],
    ["budgets that are none", '{"budgets":7}', "the saved state of budgets cannot be used; that starts"],
    ["policies that are none", '{"policies":{"version":7}}', "the saved state of policies cannot be used; that starts"],
  ])("comes up afresh on %s, says so, and keeps it for whoever asks", async (_name, saved, what) => {
    const store = new MemoryStateStore();
    await store.save("nines-state", saved);
    const told: string[] = [];
    const logger = { warn: (): void => undefined, error: (message: string) => void told.push(message) };
    const reliability = await Reliability.open({ document: SHOP, store, logger });
    expect(told).toEqual([`${what} afresh, and what was saved is kept as "nines-state-refused"`]);
    expect(await store.load("nines-state-refused")).toBe(saved);
    await reliability.close();
  });

  it("does not begin where a state that it cannot use cannot be kept, and says both", async () => {
    const told: string[] = [];
    const logger = { warn: (): void => undefined, error: (message: string) => void told.push(message) };
    const store = {
      load: (key: string) =>
        key === "nines-state" ? Promise.resolve("garbage") : Promise.reject(new Error("what key?")),
      save: () => Promise.reject(new Error("read-only")),
    };
    await expect(Reliability.open({ document: SHOP, store, logger })).rejects.toThrow("read-only");
    expect(told).toEqual(["the saved state cannot be used; nor could it be kept elsewhere, so that nothing is begun"]);
  });

  it("writes over no copy of earlier times that it cannot look at", async () => {
    const store = new (class extends MemoryStateStore {
      override load(key: string): Promise<string | undefined> {
        return key === "nines-state-refused" ? Promise.reject(new Error("busy")) : super.load(key);
      }
    })();
    const saved = new Map<string, string>();
    const save = store.save.bind(store);
    store.save = (key, document) => {
      saved.set(key, document);
      return save(key, document);
    };
    await save("nines-state", "garbage");
    const logger = { warn: (): void => undefined, error: (): void => undefined };
    const reliability = await Reliability.open({ document: SHOP, store, logger });
    expect([...saved]).toEqual([["nines-state-refused-2", "garbage"]]);
    await reliability.close();
  });

  it("goes on with the parts of a state that are sound, and keeps each that was refused, up to nine", async () => {
    const store = new MemoryStateStore();
    const clock = new ManualClock();
    const logger = { warn: (): void => undefined, error: (): void => undefined };
    let before = await Reliability.open({ document: SHOP, store, clock, logger });
    request(before, 999, 200);
    await before.close();
    const texts: string[] = [];
    for (let round = 0; round < 12; round += 1) {
      const state = JSON.parse((await store.load("nines-state"))!) as { policies: object };
      texts.push(JSON.stringify({ ...state, policies: { version: 100 + round } }));
      await store.save("nines-state", texts.at(-1)!);
      clock.advance(1_000);
      before = await Reliability.open({ document: SHOP, store, clock, logger });
      expect((await before.status()).services[0]?.slos[0]?.budget.total).toBe(999);
      await before.close();
    }
    const kept = await Promise.all(
      ["", "-2", "-3", "-8", "-9", "-10"].map((suffix) => store.load(`nines-state-refused${suffix}`)),
    );
    expect(kept).toEqual([texts[0], texts[1], texts[2], texts[7], texts[11], undefined]);
  });

  it("saves for the first time after a second, so that a store that cannot be written is told of at once", async () => {
    const saved: number[] = [];
    const clock = new ManualClock();
    const store = new (class extends MemoryStateStore {
      override async save(key: string, document: string): Promise<void> {
        saved.push(clock.monotonic());
        await super.save(key, document);
      }
    })();
    const started = clock.monotonic();
    const reliability = await Reliability.open({ document: SHOP, store, clock });
    for (let second = 0; second < 125; second += 1) {
      clock.advance(1_000);
      await new Promise(setImmediate);
    }
    expect(saved.map((at) => (at - started) / 1_000)).toEqual([1, 61, 121]);
    await reliability.close();
  });

  it("reports a store that fails while it runs, and tries again", async () => {
    let saves = 0;
    const store = new (class extends MemoryStateStore {
      override save(): Promise<void> {
        saves += 1;
        return Promise.reject(new Error("disk full"));
      }
    })();
    const told: string[] = [];
    const clock = new ManualClock();
    const logger = { warn: (): void => undefined, error: (message: string) => void told.push(message) };
    const reliability = await Reliability.open({ document: SHOP, store, logger, clock, saveEverySeconds: 1 });
    for (let second = 0; second < 3; second += 1) {
      clock.advance(1_000);
      await new Promise(setImmediate);
    }
    expect({ saves, told }).toEqual({ saves: 3, told: Array.from({ length: 3 }, () => "could not save") });
    await expect(reliability.close()).rejects.toThrow("disk full");
  });

  it("leaves one file behind, whole", async () => {
    const folder = await mkdtemp(join(tmpdir(), "state-"));
    const reliability = await Reliability.open({ document: SHOP, store: new FileStateStore(folder) });
    await reliability.save();
    await reliability.close();
    expect(await readdir(folder)).toEqual(["nines-state.json"]);
    const saved = JSON.parse(await readFile(join(folder, "nines-state.json"), "utf8")) as object;
    expect(Object.keys(saved)).toEqual(["signals", "budgets", "policies"]);
  });
});

describe("SLOs that are measured elsewhere", () => {
  const document = `
service_level_objectives:
  shop:
    availability: { target: 99%, measurement_window: 1h, sli: "sum(rate(a[5m])) / sum(rate(b[5m]))" }
`;

  it("say that their expression needs a source", async () => {
    const reliability = await Reliability.open({ document });
    const budget = (await reliability.status()).services[0]?.slos[0]?.budget;
    expect(budget).toMatchObject({ state: "no_data", reason: "its `sli` needs a source to ask" });
    await reliability.close();
  });

  it("are asked of the source that is given, and its failures are answers", async () => {
    let fails = false;
    const source: SliSource<Slo> = {
      measure: (_slo, ranges) =>
        fails
          ? Promise.reject(Object.assign(new Error("connect https://user:secret@prometheus"), { code: "ECONNREFUSED" }))
          : Promise.resolve(ranges.map(() => ({ good: 99, total: 100, coverage: 1 }))),
    };
    const reliability = await Reliability.open({ document, source });
    const budget = async (): Promise<unknown> => (await reliability.status()).services[0]?.slos[0]?.budget;
    expect(await budget()).toMatchObject({ state: "measured", verdict: "spent" });
    fails = true;
    expect(await budget()).toMatchObject({
      state: "no_data",
      reason: "its source could not tell: ECONNREFUSED",
    });
    await reliability.close();
  });

  it.each([
    ["more good than there is", [{ good: 7, total: 3, coverage: 1 }]],
    ["numbers that are none", [{ good: Number.NaN, total: Number.NaN, coverage: 1 }]],
    ["no answer for some ranges", []],
  ])("have no data where the source answers %s", async (_name, answers) => {
    const source: SliSource<Slo> = { measure: () => Promise.resolve(answers) };
    const reliability = await Reliability.open({ document, source });
    expect((await reliability.status()).services[0]?.slos[0]?.budget).toMatchObject({ state: "no_data" });
    await reliability.close();
  });
});

describe("options that cannot be used", () => {
  const two =
    "service_level_objectives:\n  a: { availability: { target: 99%, measurement_window: 1h } }\n  b: { availability: { target: 99%, measurement_window: 1h } }\n";

  it.each([
    ["neither file nor document", {}, "file: give a file or a document"],
    [
      "no service where there are two",
      { document: two },
      'service: say which service this process is, as in { service: "a" }; the document has "a", "b"',
    ],
    [
      "a service that is not there",
      { document: two, service: "c" },
      'service: "c" is not in the document; it has "a", "b"',
    ],
    [
      "a period that is no number",
      { document: SHOP, evaluateEverySeconds: Number.NaN },
      "evaluateEverySeconds: NaN is not a number of seconds; write 0 for never",
    ],
    [
      "a file that is not there",
      { file: "/nowhere/slo.yaml" },
      "file could not read /nowhere/slo.yaml: there is no such file",
    ],
    [
      "a file that is not in the folder where the process is",
      { file: "nowhere.yaml" },
      `file could not read nowhere.yaml: there is no such file; it was looked for in ${process.cwd()}`,
    ],
  ])("%s", async (_name, options, message) => {
    await expect(Reliability.open(options)).rejects.toThrow(message);
  });

  it("names file, line and column of every fault in the document", async () => {
    const file = join(await mkdtemp(join(tmpdir(), "slo-")), "slo.yaml");
    await writeFile(file, SHOP.replace("99%", "99.9.9%").replace("threshold", "treshold"));
    const error = await Reliability.open({ file }).catch((thrown: unknown) => thrown as Error);
    expect((error as Error).message.split("\n")).toHaveLength(3);
    expect((error as Error).message).toContain(`${file}:4:29 service_level_objectives.shop.availability.target`);
    expect(await readFile(file, "utf8")).toContain("treshold");
  });
});
