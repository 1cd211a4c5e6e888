/** What a book of budgets says where things are missing, fail, take long or have only begun. */
import { describe, expect, it } from "vitest";

import { BudgetBook, type BudgetBookOptions } from "../../src/budget/book.ts";
import { burnTiersFor } from "../../src/budget/tiers.ts";
import { giveWay } from "../../src/core/give-way.ts";
import { ManualClock } from "../../src/core/time/manual-clock.ts";
import { silentLogger } from "../../src/ports/logger.ts";
import type { SliSource } from "../../src/ports/sli-source.ts";
import { GoldenSignalsCollector } from "../../src/signals/collector.ts";
import { parseSloDocument } from "../../src/slo/document.ts";
import type { Slo } from "../../src/slo/model.ts";
import { DAY, HOUR, MINUTE } from "./failing.ts";

const START = Date.UTC(2026, 2, 1);

interface Asked extends Partial<BudgetBookOptions> {
  /** How many of the SLOs this process counts. */
  readonly count?: number;
}

/** A book of the SLOs of one service, as they are written. */
function bookOf(slos: string, { count = 0, ...more }: Asked = {}) {
  const document = parseSloDocument(`service_level_objectives:\n  shop: ${slos}\n`);
  const clock = new ManualClock(START);
  const signals = new GoldenSignalsCollector({ clock, slos: document.slos.slice(0, count) });
  const book = new BudgetBook({
    ...{ slos: document.slos, own: signals.source, source: undefined, clock, logger: silentLogger },
    ...{ lookBacksMs: () => [], onListenerError: undefined },
    ...more,
  });
  const record = (statusCode: number) => {
    signals.record({ method: "GET", route: "/", statusCode, durationSeconds: 0.1 });
  };
  const look = async (options: { tell?: boolean; signal?: AbortSignal } = {}) =>
    (await book.look(clock.now(), { tell: false, ...options })).map(({ budget }) => budget);
  return { book, clock, record, look, slos: document.slos };
}

const HOURLY = "{ availability: { target: 99%, measurement_window: 1h } }";
const TWO =
  "{ availability: { target: 99%, measurement_window: 1h }, error_rate: { target: 1%, measurement_window: 1h } }";

/** A source that never answers, and the signals it was given. */
function hanging() {
  const signals: (AbortSignal | undefined)[] = [];
  const source: SliSource<Slo> = {
    measure: (_subject, _ranges, options) => {
      signals.push(options?.signal);
      return new Promise(() => undefined);
    },
  };
  return { source, signals };
}

describe("a book", () => {
  it("says which SLOs there are, of many the first twenty", () => {
    const { book } = bookOf(TWO);
    expect(() => book.get("shop/nothing")).toThrow(
      expect.objectContaining({
        code: "configuration",
        message: 'id: there is no SLO "shop/nothing"; there are: shop/availability, shop/error_rate',
      }),
    );
    const names = Array.from({ length: 21 }, (_, index) => `slo${String(index)}`);
    const fields = "{ kind: availability, target: 99%, measurement_window: 1h }";
    const many = bookOf(`{ ${names.map((name) => `${name}: ${fields}`).join(", ")} }`);
    const listed = names.slice(0, 20).map((name) => `shop/${name}`);
    expect(() => many.book.get("x")).toThrow(new RegExp(`there are: ${listed.join(", ")}$`));
  });

  it("takes out the time that its document excludes", () => {
    const written = { start: START, end: START + 1_000, reason: "maintenance" };
    const { book } = bookOf(TWO, { exclusions: ({ id }) => (id === "shop/availability" ? [written] : []) });
    expect(book.get("shop/availability").exclusions).toEqual([written]);
    expect(book.get("shop/error_rate").exclusions).toEqual([]);
  });

  it("goes on from a state that has more SLOs than there are now", () => {
    const before = bookOf(TWO).book;
    const by = { start: START, end: START + 1_000, reason: "by hand" };
    for (const id of ["shop/availability", "shop/error_rate"]) before.get(id).exclude(by);
    const { book } = bookOf(HOURLY);
    book.restoreState({ "shop/gone": {}, ...before.exportState() });
    expect(book.get("shop/availability").exclusions).toEqual([by]);
  });
});

describe("a look", () => {
  it("tells of this process' own SLOs at once, however long the source takes for the others", async () => {
    const { book, clock, record, look } = bookOf(TWO, { count: 1, source: hanging().source });
    const told: string[] = [];
    book.onAny((name, { id }) => told.push(`${name} ${id}`));
    clock.advance(1_000);
    for (let count = 0; count < 10; count += 1) record(500);
    clock.advance(1_000);
    const looking = look({ tell: true });
    await giveWay();
    expect(told).toContain("exhausted shop/availability");
    clock.advance(5_000);
    const [, late] = await looking;
    expect(late).toMatchObject({
      state: "no_data",
      reason: "its source could not tell: to measure shop/error_rate did not finish within 5000 ms",
    });
  });

  it("that is given up hands that on, and still tells of each", async () => {
    const { source, signals } = hanging();
    const { clock, look } = bookOf(TWO, { source });
    clock.advance(1_000);
    const controller = new AbortController();
    const looking = look({ signal: controller.signal });
    await giveWay();
    controller.abort(new RangeError("enough"));
    await giveWay();
    expect(signals.map((signal) => signal?.aborted)).toEqual([true, true]);
    clock.advance(5_000);
    const reasons = (await looking).map((budget) => ("reason" in budget ? [budget.state, budget.reason] : []));
    expect(reasons).toEqual([
      ["no_data", "its source could not tell: RangeError"],
      ["no_data", "its source could not tell: RangeError"],
    ]);
  });

  it("that fails is told to the log, with what was thrown", async () => {
    const lines: unknown[] = [];
    const thrown = new Error("a secret");
    const { look } = bookOf(HOURLY, {
      source: { measure: () => Promise.reject(thrown) },
      logger: { ...silentLogger, warn: (...line) => lines.push(line) },
    });
    const [budget] = await look();
    expect(budget).toMatchObject({ state: "no_data", reason: "its source could not tell: Error" });
    expect(lines).toEqual([["shop/availability could not be measured", { error: thrown }]]);
  });

  it("has no latencies of a source that tells none", async () => {
    const { book, slos } = bookOf(HOURLY, { source: hanging().source });
    const range = { start: START, end: START + 1_000 };
    expect(await book.latenciesMs(slos, { quantile: 0.5, range })).toEqual([undefined]);
  });

  it("at what this process counts gives the budget's own reasons, in events", async () => {
    const { clock, record, look } = bookOf(
      "{ availability: { target: 99%, measurement_window: 1h, minimum_events: 2 } }",
      { count: 1 },
    );
    clock.advance(1_000);
    expect(await look()).toMatchObject([{ state: "no_traffic", reason: "watched, and nothing came" }]);
    record(200);
    clock.advance(1_000);
    expect(await look()).toMatchObject([
      { state: "too_little_traffic", reason: "1 of the 2 events that are needed to judge" },
    ]);
  });

  it("at throughput gives reasons in slices, and none once it can judge", async () => {
    const slo = "{ throughput: { target: 10, measurement_window: 1h, slice: 10s, minimum_events: 2 } }";
    const { clock, look } = bookOf(slo, { count: 1 });
    expect(await look()).toMatchObject([{ state: "no_data", reason: "nothing was measured in this window" }]);
    clock.advance(5_000);
    expect(await look()).toMatchObject([{ state: "no_traffic", reason: "watched, and no time slice is over yet" }]);
    clock.advance(5_000);
    expect(await look()).toMatchObject([
      { state: "too_little_traffic", reason: "1 of the 2 slices of 10 s that are needed to judge" },
    ]);
    clock.advance(10_000);
    const [judged] = await look();
    expect(judged).toMatchObject({ state: "measured", total: 2 });
    expect(judged).not.toHaveProperty("reason");
  });
});

describe("the tiers of a book's budgets", () => {
  const tiersOf = (slos: string, more: Asked = {}) => {
    const { book, slos: read } = bookOf(slos, more);
    return book.get(read[0]?.id ?? "").tiers;
  };
  const throughput = (window: string, slice: string) =>
    `{ throughput: { target: 10, measurement_window: ${window}, slice: ${slice} } }`;

  it("are the usual ones of the window, whatever a source resolves", () => {
    const source: SliSource<Slo> = { ...hanging().source, traits: () => ({ unit: "events", resolutionMs: MINUTE }) };
    expect(tiersOf(HOURLY, { source })).toEqual(burnTiersFor("1h"));
    expect(tiersOf(HOURLY, { count: 1 })).toEqual(burnTiersFor("1h"));
  });

  it("are the usual ones of throughput whose slices are no longer than any look-back", () => {
    expect(tiersOf(throughput("30d", "1m"), { count: 1 })).toEqual(burnTiersFor("30d"));
    const [fast] = burnTiersFor("30d");
    expect(fast?.shortMs).toBe(5 * MINUTE);
    expect(tiersOf(throughput("30d", "5m"), { count: 1 })).toEqual(burnTiersFor("30d"));
  });

  it("look back a slice at least where some of the usual ones would be shorter", () => {
    const tiers = tiersOf(throughput("1h", "20s"), { count: 1 });
    expect(tiers.length).toBeGreaterThan(0);
    expect(tiers.every(({ shortMs, longMs }) => shortMs >= 20_000 && longMs >= 40_000)).toBe(true);
    // The last of them looks back long enough, and stays.
    expect(burnTiersFor("1h").at(-1)).toMatchObject({ shortMs: 30_000, longMs: HOUR / 10 });
    expect(tiers.at(-1)).toMatchObject({ shortMs: 30_000, longMs: HOUR / 10 });
    expect(tiersOf(throughput("1d", "20s"), { count: 1 }).at(-1)).toMatchObject({ longMs: DAY / 10 });
  });
});
