/** A book of budgets: each SLO is measured by whoever counts for it, and by nobody else. */
import { describe, expect, test } from "vitest";

import { BudgetBook } from "../../src/budget/book.ts";
import { ManualClock } from "../../src/core/time/manual-clock.ts";
import type { SliQuestion, SliSource } from "../../src/ports/sli-source.ts";
import { silentLogger } from "../../src/ports/logger.ts";
import { GoldenSignalsCollector } from "../../src/signals/collector.ts";
import { parseSloDocument } from "../../src/slo/document.ts";
import type { Slo } from "../../src/slo/model.ts";

const START = Date.UTC(2026, 2, 1);
const { slos } = parseSloDocument(`
service_level_objectives:
  shop: { availability: { target: 99%, measurement_window: 1h }, latency: { target: 90%, threshold: 200ms, measurement_window: 1h } }
  search: { availability: { target: 99%, measurement_window: 1h } }
`);
const [mine, , theirs] = slos as [Slo, Slo, Slo];

interface Asked {
  readonly measured: (readonly [string, number])[];
  readonly latencies: string[][];
}

/** A source that says 3 of 4 of all, and remembers what it was asked. */
function asking(asked: Asked, over: Partial<SliSource<Slo>> = {}): SliSource<Slo> {
  return {
    measure: async ({ id }, ranges) => {
      asked.measured.push([id, ranges.length]);
      return ranges.map(() => ({ good: 3, total: 4, coverage: 1 }));
    },
    latenciesMs: async (subjects) => {
      asked.latencies.push(subjects.map(({ id }) => id));
      return subjects.map(() => 700);
    },
    traits: () => ({ unit: "time", resolutionMs: 30_000 }),
    ...over,
  };
}

function bookOf(source: SliSource<Slo> | undefined, own: readonly Slo[] = slos.slice(0, 2)) {
  const clock = new ManualClock(START);
  const signals = new GoldenSignalsCollector({ clock, slos: own });
  const book = new BudgetBook({
    ...{ slos, own: signals.source, source, clock, logger: silentLogger, onListenerError: undefined },
    lookBacksMs: () => [60_000],
  });
  clock.advance(1_000);
  for (const statusCode of [200, 200, 200, 200, 500]) {
    signals.record({ method: "GET", route: "/", statusCode, durationSeconds: 0.1 });
  }
  clock.advance(1_000);
  return { book, clock };
}

const question = (subject: Slo): SliQuestion<Slo> => ({ subject, ranges: [{ start: START, end: START + 2_000 }] });

describe("a book with a source", () => {
  test("asks it for what this process does not count, and for nothing else", async () => {
    const asked: Asked = { measured: [], latencies: [] };
    const { book, clock } = bookOf(asking(asked));
    expect(book.asksNobody).toBe(false);
    expect(slos.map((slo) => book.canMeasure(slo))).toEqual([true, true, true]);
    const standings = await book.look(clock.now(), { tell: false });
    expect(standings.map(({ slo, budget }) => [slo.id, budget.state])).toEqual(slos.map(({ id }) => [id, "measured"]));
    expect(new Set(asked.measured.map(([id]) => id))).toEqual(new Set([theirs.id]));
  });

  test("measures one and many, each by its own counts", async () => {
    const asked: Asked = { measured: [], latencies: [] };
    const { book } = bookOf(asking(asked));
    expect(await book.measure(mine, question(mine).ranges)).toMatchObject([{ good: 4, total: 5 }]);
    expect(await book.measure(theirs, question(theirs).ranges)).toEqual([{ good: 3, total: 4, coverage: 1 }]);
    const answers = await book.measureAll([question(theirs), question(mine)]);
    expect(answers).toMatchObject([
      { measurements: [{ good: 3, total: 4 }] },
      { measurements: [{ good: 4, total: 5 }] },
    ]);
    expect(asked.measured.map(([id]) => id)).toEqual([theirs.id, theirs.id]);
  });

  test("tells latencies and traits of whoever counts", async () => {
    const asked: Asked = { measured: [], latencies: [] };
    const { book } = bookOf(asking(asked));
    const range = { start: START, end: START + 2_000 };
    const [own, told] = await book.latenciesMs([mine, theirs], { quantile: 0.5, range });
    expect(own).toBeLessThan(300);
    expect(told).toBe(700);
    await book.latenciesMs([mine], { quantile: 0.5, range });
    expect(asked.latencies).toEqual([[theirs.id]]);
    expect(book.traits(theirs)).toEqual({ unit: "time", resolutionMs: 30_000 });
    expect(book.traits(mine).unit).toBe("events");
  });

  test("hands on who has given up, and says what was asked where no answer comes", async () => {
    const signals: (AbortSignal | undefined)[] = [];
    const measure: SliSource<Slo>["measure"] = (_subject, _ranges, options) => {
      signals.push(options?.signal);
      return new Promise(() => undefined);
    };
    const { book, clock } = bookOf(asking({ measured: [], latencies: [] }, { measure }));
    const late = expect(book.measure(theirs, question(theirs).ranges)).rejects.toThrow(`to measure ${theirs.id}`);
    await Promise.resolve();
    clock.advance(5_000);
    await late;
    const given = new AbortController();
    const aborted = expect(book.measure(theirs, question(theirs).ranges, { signal: given.signal })).rejects.toThrow(
      "enough",
    );
    given.abort(new Error("enough"));
    await aborted;
    expect(signals.map((signal) => signal?.aborted)).toEqual([true, true]);
  });
});

describe("a book without a source", () => {
  test("asks nobody, and what nobody counts has no data", async () => {
    const { book, clock } = bookOf(undefined);
    expect(book.asksNobody).toBe(true);
    expect(slos.map((slo) => book.canMeasure(slo))).toEqual([true, true, false]);
    const [, , last] = await book.look(clock.now(), { tell: false });
    expect(last?.budget).toMatchObject({ state: "no_data", reason: "another service measures it" });
    expect(await book.measure(theirs, question(theirs).ranges)).toMatchObject([{ total: 0, coverage: 0 }]);
    expect(await book.measureAll([question(theirs)])).toMatchObject([{ measurements: [{ total: 0, coverage: 0 }] }]);
    expect(await book.latenciesMs([theirs], { quantile: 0.5, range: { start: START, end: START + 1 } })).toEqual([
      undefined,
    ]);
  });
});

test("a book that counts for all asks nobody, whatever source there is", () => {
  expect(bookOf(asking({ measured: [], latencies: [] }), slos).book.asksNobody).toBe(true);
});

test.each([[null], ["text"], [7]])("a saved state of %j is refused", (state) => {
  expect(() => {
    bookOf(undefined).book.restoreState(state as never);
  }).toThrow(/^budgets: .* is no mapping of states by SLO$/);
});
