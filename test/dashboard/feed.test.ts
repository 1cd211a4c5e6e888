import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { ManualClock } from "../../src/core/time/manual-clock.ts";
import { AdapterError } from "../../src/core/errors.ts";
import { DashboardFeed, type FeedReader, type FeedSeat } from "../../src/dashboard/feed/feed.ts";
import type { DashboardService, DashboardSlo, DashboardSnapshot } from "../../src/dashboard/model.ts";
import { silentLogger } from "../../src/ports/logger.ts";
import { eventsIn, ToldPage } from "./feed-told.ts";

const REFRESH_MS = 10_000;
const DAY_MS = 86_400_000;

/** Lets all promises go on. */
const settled = (): Promise<unknown> => new Promise((resolve) => setImmediate(resolve));

type Answer = DashboardSnapshot | Error | Promise<DashboardSnapshot>;

/** A feed whose source answers what it is told to; `asked` are the signals of its questions. */
class Bench {
  readonly clock = new ManualClock();
  readonly asked: AbortSignal[] = [];
  readonly warnings: string[] = [];
  readonly feed: DashboardFeed;
  answer: () => Answer = () => snapshotOf({ at: this.clock.now() });

  constructor(mostReaders?: number, timeoutMs?: number) {
    this.feed = new DashboardFeed({
      source: {
        snapshot: async ({ signal }) => {
          this.asked.push(signal);
          const answer = await this.answer();
          if (answer instanceof Error) throw answer;
          return answer;
        },
      },
      refreshSeconds: REFRESH_MS / 1_000,
      clock: this.clock,
      logger: { ...silentLogger, warn: (message) => this.warnings.push(message) },
      ...(mostReaders === undefined ? {} : { mostReaders }),
      ...(timeoutMs === undefined ? {} : { timeoutMs }),
    });
  }

  async pass(ms: number): Promise<void> {
    // In steps, so that what is due later is not late because promises had no turn.
    for (let rest = ms; rest > 0; rest -= 1_000) {
      this.clock.advance(Math.min(rest, 1_000));
      await settled();
    }
  }

  async join(): Promise<Page> {
    const page = new Page(this.feed);
    await settled();
    return page;
  }
}

/** Who reads all that comes, unless it is clogged: then the first write is its last. */
class Page extends ToldPage implements FeedReader {
  readonly chunks: Uint8Array[] = [];
  readonly seat: FeedSeat | undefined;
  isClogged = false;
  isHere = true;
  ended = 0;
  text = "";

  constructor(feed: DashboardFeed) {
    super();
    this.seat = feed.subscribe(this);
    expect(this.chunks).toEqual([]);
  }

  write(bytes: Uint8Array): boolean {
    expect(this.ended).toBe(0);
    this.chunks.push(bytes);
    const text = new TextDecoder().decode(bytes);
    this.text += text;
    for (const event of eventsIn(text).events) this.apply(event);
    return !this.isClogged;
  }

  end(): void {
    this.ended += 1;
  }

  isThere(): boolean {
    return this.isHere;
  }

  drain(): void {
    this.isClogged = false;
    this.seat?.drained();
  }
}

function slo(id: string, more: Partial<DashboardSlo> = {}): DashboardSlo {
  return {
    id,
    name: id,
    kind: "availability",
    objective: "99.9%",
    objectiveRatio: 0.999,
    window: "30 d",
    range: { start: 0, end: 30 * DAY_MS },
    verdict: "healthy",
    reasons: [],
    state: "measured",
    good: 1,
    total: 1,
    coverage: 1,
    burns: [],
    ...more,
  };
}

function service(name: string, slos: readonly DashboardSlo[] = [], text = "fine"): DashboardService {
  return { name, verdict: "healthy", text, reasons: [], slos, composites: [] };
}

function snapshotOf(more: Partial<DashboardSnapshot> = {}): DashboardSnapshot {
  return { title: "Shop", at: 1, services: [], marks: [], troubles: [], ...more };
}

/** What a page shows, without the pasts that it has kept because the last snapshot has none. */
function withKnownPasts(
  shown: DashboardSnapshot | undefined,
  last: DashboardSnapshot | undefined,
): DashboardSnapshot | undefined {
  const known = new Map(last?.services.map(({ name, slos }) => [name, new Map(slos.map((one) => [one.id, one]))]));
  return (
    shown && {
      ...shown,
      services: shown.services.map(({ slos, ...rest }) => ({
        ...rest,
        slos: slos.map(({ past: kept, ...one }) => {
          const isKnown = known.get(rest.name)?.get(one.id)?.past !== undefined;
          return isKnown && kept !== undefined ? { ...one, past: kept } : one;
        }),
      })),
    }
  );
}

const past = (total: number): NonNullable<DashboardSlo["past"]> => [{ start: 0, stepMs: 1, bad: [0], total: [total] }];

describe("what a feed tells", () => {
  it("is all of it first, and then what has changed, with every refresh", async () => {
    const bench = new Bench();
    let services = [service("a", [slo("a/x", { past: past(1) })]), service("b", [slo("b/x", { past: past(2) })])];
    bench.answer = () => snapshotOf({ at: bench.clock.now(), services });
    const page = await bench.join();
    expect([page.names, page.snapshot, eventsIn(page.text).retry]).toEqual([["snapshot"], bench.answer(), [3_000]]);

    await bench.pass(REFRESH_MS);
    const { events } = eventsIn(page.text);
    expect(events[1]).toEqual({ name: "update", data: { at: bench.clock.now(), order: ["a", "b"], services: [] } });

    services = [service("b", [slo("b/x", { past: past(2), good: 0 })], "bad"), services[0]!];
    await bench.pass(REFRESH_MS);
    const told = eventsIn(page.text).events[2]!.data;
    expect(told.order).toEqual(["b", "a"]);
    expect(told.services).toHaveLength(1);
    expect(told.services[0]).toMatchObject({ name: "b", text: "bad", slos: [{ id: "b/x", good: 0 }] });
    expect("past" in told.services[0].slos[0] || "marks" in told || "troubles" in told).toBe(false);
    expect(page.snapshot).toEqual(bench.answer());
  });

  it("is a past that has changed, and marks and troubles that have", async () => {
    const bench = new Bench();
    const page = await bench.join();
    const first = { kind: "incident", id: "INC-1", text: "x", from: 1, services: [] } as const;
    for (const [next, keys] of [
      [{ services: [service("a", [slo("a/x", { past: past(1) })])] }, []],
      [{ services: [service("a", [slo("a/x", { past: past(2) })])], marks: [first] }, ["marks"]],
      [{ services: [service("a", [slo("a/x", { past: past(2) })])], marks: [first], troubles: ["t"] }, ["troubles"]],
      [{ marks: [] }, ["marks", "troubles"]],
    ] as const) {
      bench.answer = () => snapshotOf(next);
      await bench.pass(REFRESH_MS);
      expect(page.snapshot).toEqual(snapshotOf(next));
      const { name, data } = eventsIn(page.text).events.at(-1)!;
      expect([name, Object.keys(data).sort()]).toEqual(["update", ["at", "order", "services", ...keys].sort()]);
    }
  });

  it("is no past where the snapshot has none: pages keep the one that they have", async () => {
    const bench = new Bench();
    bench.answer = () => snapshotOf({ services: [service("a", [slo("a/x", { past: past(1) })])] });
    const page = await bench.join();
    bench.answer = () => snapshotOf({ services: [service("a", [slo("a/x")])] });
    await bench.pass(REFRESH_MS);
    expect([page.names.at(-1), page.snapshot?.services[0]?.slos[0]?.past]).toEqual(["update", past(1)]);
    const late = await bench.join();
    expect(late.snapshot).toEqual(bench.answer());
    bench.answer = () => snapshotOf({ services: [service("a", [slo("a/x", { past: past(1) })])] });
    await bench.pass(REFRESH_MS);
    expect([late.names, late.snapshot]).toEqual([["snapshot", "update"], bench.answer()]);
  });

  it("is all of it again where an update could not say what has changed", async () => {
    const bench = new Bench();
    bench.answer = () => snapshotOf({ services: [service("a", [slo("a/x", { past: past(1) })])] });
    const page = await bench.join();
    for (const next of [
      snapshotOf({ services: [service("a", [slo("a/x")])], title: "Other" }),
      snapshotOf({ services: [service("a"), service("a")], title: "Other" }),
      snapshotOf({ services: [service("a", [slo("a/x"), slo("a/x")])], title: "Other" }),
      snapshotOf({ title: "Other" }),
    ]) {
      bench.answer = () => next;
      await bench.pass(REFRESH_MS);
      expect([page.names.at(-1), page.snapshot]).toEqual(["snapshot", next]);
    }
  });

  it("leaves out what moves with the clock alone, until it has moved far", async () => {
    const bench = new Bench();
    let moved = 0;
    bench.answer = () => {
      const range = { start: moved, end: moved + 30 * DAY_MS };
      return snapshotOf({ services: [service("a", [slo("a/x", { range, coverage: moved / (30 * DAY_MS) })])] });
    };
    const page = await bench.join();
    const sent: number[] = [];
    for (let hours = 1; hours <= 12; hours += 1) {
      moved = (hours * DAY_MS) / 24;
      await bench.pass(REFRESH_MS);
      sent.push(eventsIn(page.text).events.at(-1)!.data.services.length);
      const known = page.snapshot!.services[0]!.slos[0]!;
      expect(moved - known.range.start).toBeLessThanOrEqual(0.01 * 30 * DAY_MS);
      expect(moved / (30 * DAY_MS) - known.coverage).toBeLessThanOrEqual(0.005);
    }
    // A share of 0.005 of 30 days are 3.6 hours.
    expect(sent).toEqual([0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1]);
  });

  it("is bytes that all who hear it share", async () => {
    const bench = new Bench();
    const [one, two] = [await bench.join(), await bench.join()];
    bench.answer = () => snapshotOf({ services: [service("a")] });
    await bench.pass(REFRESH_MS);
    bench.answer = () => new AdapterError("x", { adapter: "a", operation: "b", retryable: true });
    await bench.pass(REFRESH_MS);
    expect(one.names).toEqual(["snapshot", "update", "failure"]);
    expect(one.chunks.length).toBe(two.chunks.length);
    for (const [index, chunk] of one.chunks.entries()) expect(chunk).toBe(two.chunks[index]);
  });

  it("holds whatever texts are in it", async () => {
    const bench = new Bench();
    const hostile = "\r\n\n: x\ndata: y\u2028\ud800\0\ufeff</script>";
    bench.answer = () =>
      snapshotOf({ title: hostile, services: [service(hostile, [slo(hostile)])], troubles: [hostile] });
    const page = await bench.join();
    expect(page.snapshot).toEqual(bench.answer());
  });
});

describe("a page that has heard all messages", () => {
  const slos = fc.uniqueArray(
    fc.record({ id: fc.constantFrom("x", "y", "z"), good: fc.nat(2), past: fc.option(fc.nat(2), { nil: undefined }) }),
    { selector: ({ id }) => id, maxLength: 3 },
  );
  const services = fc.uniqueArray(
    fc.record({ name: fc.constantFrom("a", "b", "c"), text: fc.constantFrom("p", "q"), slos }),
    {
      selector: ({ name }) => name,
      maxLength: 3,
    },
  );
  const snapshots = fc.record({
    title: fc.constantFrom("t", "t", "t", "u"),
    services,
    marks: fc.nat(1),
    troubles: fc.nat(1),
  });
  const steps = fc.array(
    fc.record({
      snapshot: fc.option(snapshots, { nil: undefined }),
      acts: fc.array(fc.record({ page: fc.nat(2), act: fc.constantFrom("clog", "drain", "leave", "join", "none") }), {
        maxLength: 3,
      }),
    }),
    { minLength: 1, maxLength: 12 },
  );

  it("shows the last snapshot, however it came there, and whoever was slow meanwhile", async () => {
    await fc.assert(
      fc.asyncProperty(steps, async (course) => {
        const bench = new Bench();
        bench.answer = () => new Error("nothing yet");
        let last: DashboardSnapshot | undefined;
        const pages: (Page | undefined)[] = [new Page(bench.feed), undefined, undefined];
        const quiet = new Page(bench.feed);
        for (const { snapshot, acts } of course) {
          if (snapshot === undefined) bench.answer = () => new Error("https://ada:hunter2@internal");
          else {
            last = snapshotOf({
              title: snapshot.title,
              at: bench.clock.now(),
              services: snapshot.services.map(({ name, text, slos: own }) =>
                service(
                  name,
                  own.map((one) =>
                    slo(one.id, { good: one.good, ...(one.past === undefined ? {} : { past: past(one.past) }) }),
                  ),
                  text,
                ),
              ),
              marks: [{ kind: "chaos", id: "c", text: "", from: snapshot.marks, services: [] }],
              troubles: snapshot.troubles === 0 ? [] : ["t"],
            });
            const answer = last;
            bench.answer = () => answer;
          }
          for (const { page: index, act } of acts) {
            const page = pages[index];
            if (act === "join" && page === undefined) pages[index] = new Page(bench.feed);
            else if (page === undefined) continue;
            else if (act === "clog") page.isClogged = true;
            else if (act === "drain") page.drain();
            else if (act === "leave") {
              page.seat?.leave();
              pages[index] = undefined;
            }
          }
          await settled();
          bench.clock.advance(REFRESH_MS);
          await settled();
        }
        for (const page of pages) page?.drain();
        for (const page of [quiet, ...pages]) {
          if (page === undefined || page.ended > 0) continue;
          expect(withKnownPasts(page.snapshot, last)).toEqual(last);
          expect(page.failure === undefined).toBe(course.at(-1)?.snapshot !== undefined);
        }
        bench.feed.close();
        expect(bench.feed.readers).toBe(0);
      }),
      { numRuns: 100 },
    );
  });
});

describe("the source of a feed", () => {
  it("is asked only while somebody reads: at once, and one refresh after each answer", async () => {
    const bench = new Bench();
    await bench.pass(60_000);
    expect([bench.asked.length, bench.clock.pendingTimers]).toEqual([0, 0]);
    const page = await bench.join();
    expect(bench.asked.length).toBe(1);
    await bench.pass(REFRESH_MS - 1);
    expect(bench.asked.length).toBe(1);
    await bench.pass(1);
    expect(bench.asked.length).toBe(2);
    page.seat?.leave();
    page.seat?.leave();
    await bench.pass(60_000);
    expect([bench.asked.length, bench.clock.pendingTimers]).toEqual([2, 0]);
  });

  it("is not asked again for whoever comes within a refresh, with or without others", async () => {
    const bench = new Bench();
    const first = await bench.join();
    const second = await bench.join();
    expect(second.snapshot).toEqual(first.snapshot);
    first.seat?.leave();
    second.seat?.leave();
    await bench.pass(4_000);
    const third = await bench.join();
    expect([third.snapshot, bench.asked.length]).toEqual([first.snapshot, 1]);
    await bench.pass(5_999);
    expect(bench.asked.length).toBe(1);
    await bench.pass(1);
    expect(bench.asked.length).toBe(2);
    expect(third.names).toEqual(["snapshot", "update"]);
  });

  it("is asked at once for whoever comes later, who sees nothing of before", async () => {
    const bench = new Bench();
    (await bench.join()).seat?.leave();
    await bench.pass(REFRESH_MS);
    bench.answer = () => new Promise(() => undefined);
    const page = await bench.join();
    expect([bench.asked.length, page.names]).toEqual([2, []]);
  });

  it("is asked one question at a time, however slow it is", async () => {
    const bench = new Bench();
    let letGo = (_snapshot: DashboardSnapshot): void => undefined;
    bench.answer = () => new Promise((resolve) => (letGo = resolve));
    const page = await bench.join();
    await bench.pass(25_000);
    const other = await bench.join();
    page.seat?.leave();
    other.seat?.leave();
    const third = await bench.join();
    expect(bench.asked.length).toBe(1);
    letGo(snapshotOf({ at: 7 }));
    await settled();
    expect([third.snapshot?.at, page.snapshot, other.snapshot]).toEqual([7, undefined, undefined]);
    expect(third.names).toEqual(["snapshot"]);
    await bench.pass(REFRESH_MS - 1);
    expect(bench.asked.length).toBe(1);
    await bench.pass(1);
    expect(bench.asked.length).toBe(2);
  });

  it("is given up after 30 s, and asked again once it has ended, or after 5 min if it never does", async () => {
    const bench = new Bench();
    const never = new Promise<DashboardSnapshot>(() => undefined);
    let end = (_snapshot: DashboardSnapshot): void => undefined;
    bench.answer = () => new Promise((resolve) => (end = resolve));
    const page = await bench.join();
    await bench.pass(30_000);
    expect([page.names, bench.asked[0]?.aborted]).toEqual([["failure"], true]);
    expect(page.failure?.message).toBe("the dashboard's snapshot did not finish within 30000 ms");
    // It runs on; pages hear that nothing is to be had.
    await bench.pass(20_000);
    expect([page.names.length, bench.asked.length]).toEqual([3, 1]);
    bench.answer = () => never;
    end(snapshotOf({ at: 7 }));
    await bench.pass(REFRESH_MS);
    expect([bench.asked.length, page.snapshot]).toEqual([2, undefined]);
    bench.answer = () => snapshotOf({ at: 9 });
    await bench.pass(299_000);
    expect(bench.asked.length).toBe(2);
    await bench.pass(REFRESH_MS);
    expect([bench.asked.length, page.snapshot?.at, page.failure]).toEqual([3, 9, undefined]);
  });

  it("is given as long as is told, and no second question before that", async () => {
    const bench = new Bench(undefined, 400_000);
    let end = (_snapshot: DashboardSnapshot): void => undefined;
    bench.answer = () => new Promise((resolve) => (end = resolve));
    const page = await bench.join();
    await bench.pass(399_000);
    expect(page.names).toEqual([]);
    end(snapshotOf({ at: 7 }));
    await settled();
    expect(page.snapshot?.at).toBe(7);
    await bench.pass(REFRESH_MS + 400_000);
    expect(page.failure?.message).toBe("the dashboard's snapshot did not finish within 400000 ms");
    await bench.pass(3 * REFRESH_MS);
    expect(bench.asked.length).toBe(2);
  });

  it("is told of when it fails, in words that hold no secret, to those who are there and those who come", async () => {
    const bench = new Bench();
    const page = await bench.join();
    bench.answer = () => new Error("https://ada:hunter2@internal");
    await bench.pass(REFRESH_MS);
    expect(page.failure).toEqual({ at: bench.clock.now(), message: "Error" });
    const late = await bench.join();
    expect(late.names).toEqual(["snapshot", "failure"]);
    expect([late.snapshot, late.failure]).toEqual([page.snapshot, page.failure]);
    expect(page.text + late.text).not.toContain("hunter2");
    await bench.pass(REFRESH_MS);
    expect(page.names).toEqual(["snapshot", "failure", "failure"]);
    expect(bench.warnings).toEqual(["the dashboard could not be told: Error"]);
    bench.answer = () => snapshotOf({ at: 5 });
    await bench.pass(REFRESH_MS);
    expect([page.names.at(-1), page.failure, page.snapshot?.at, late.failure]).toEqual([
      "update",
      undefined,
      5,
      undefined,
    ]);
  });

  it("may throw at once, or answer what is no snapshot", async () => {
    const bench = new Bench();
    bench.answer = () => {
      throw new AdapterError("it is away", { adapter: "prometheus", operation: "query", retryable: true });
    };
    const page = await bench.join();
    expect(page.failure?.message).toBe("prometheus could not query: it is away");
    for (const odd of [undefined, {}, { services: [null] }, { services: 1n }, snapshotOf({ at: 1n as never })]) {
      bench.answer = () => odd as never;
      await bench.pass(REFRESH_MS);
      expect(page.names.at(-1)).toBe("failure");
    }
    bench.answer = () => snapshotOf();
    await bench.pass(REFRESH_MS);
    expect(page.names.at(-1)).toBe("snapshot");
  });
});

describe("the readers of a feed", () => {
  it("get a comment every 15 s", async () => {
    const bench = new Bench();
    bench.answer = () => new Promise(() => undefined);
    const page = await bench.join();
    await bench.pass(14_999);
    expect(eventsIn(page.text).comments).toBe(0);
    await bench.pass(45_001);
    expect(eventsIn(page.text).comments).toBe(4);
  });

  it("are left out while they are slow, and get all of it once they have drained", async () => {
    const bench = new Bench();
    bench.answer = () => snapshotOf({ at: bench.clock.now(), services: [service("a", [], String(bench.clock.now()))] });
    const page = await bench.join();
    page.isClogged = true;
    await bench.pass(REFRESH_MS);
    const held = page.chunks.length;
    await bench.pass(49_000);
    expect(page.chunks.length).toBe(held);
    page.drain();
    expect(page.names).toEqual(["snapshot", "update", "snapshot"]);
    expect(page.snapshot?.at).toBe(bench.clock.now() - 9_000);
    await bench.pass(REFRESH_MS);
    expect([page.names.at(-1), page.ended]).toEqual(["update", 0]);
  });

  it("get nothing twice where they have missed nothing", async () => {
    const bench = new Bench();
    const page = await bench.join();
    page.isClogged = true;
    await bench.pass(REFRESH_MS);
    page.drain();
    page.drain();
    expect(page.names).toEqual(["snapshot", "update"]);
    await bench.pass(REFRESH_MS);
    expect(page.names).toEqual(["snapshot", "update", "update"]);
  });

  it("are ended if they stay clogged for 60 s, and nobody else is", async () => {
    const bench = new Bench();
    const [slow, quick] = [await bench.join(), await bench.join()];
    slow.isClogged = true;
    await bench.pass(REFRESH_MS);
    await bench.pass(59_000);
    expect([slow.ended, bench.feed.readers]).toEqual([0, 2]);
    await bench.pass(1_000);
    expect([slow.ended, quick.ended, bench.feed.readers]).toEqual([1, 0, 1]);
  });

  it("are waited for as long as they take a piece now and then, and get all of it", async () => {
    const bench = new Bench();
    bench.answer = () => snapshotOf({ at: bench.clock.now(), troubles: ["é".repeat(100_000)] });
    const chunks: Uint8Array[] = [];
    let ended = 0;
    const seat = bench.feed.subscribe({ write: (bytes) => chunks.push(bytes) < 0, end: () => (ended += 1) });
    await settled();
    for (let passed = 0; !Buffer.concat(chunks).toString().endsWith("\n\n") || passed < 1; passed += 1) {
      expect(passed).toBeLessThan(10);
      await bench.pass(59_000);
      seat?.drained();
    }
    const read = new ToldPage();
    for (const event of eventsIn(Buffer.concat(chunks).toString()).events) read.apply(event);
    expect([read.names, read.snapshot?.troubles[0]?.length, ended]).toEqual([["snapshot"], 100_000, 0]);
    expect(Math.max(...chunks.map(({ length }) => length))).toBeLessThanOrEqual(65_536);
    // All of it shares the bytes that were made once.
    expect(new Set(chunks.slice(1).map(({ buffer }) => buffer)).size).toBe(1);
    await bench.pass(60_000);
    expect([ended, bench.feed.readers]).toEqual([1, 0]);
  });

  it("may say that they have drained while they are written to", async () => {
    const bench = new Bench();
    bench.answer = () => snapshotOf({ troubles: ["x".repeat(300_000)] });
    let text = "";
    const seat: FeedSeat | undefined = bench.feed.subscribe({
      write(bytes) {
        text += new TextDecoder().decode(bytes);
        seat?.drained();
        return true;
      },
      end: () => undefined,
    });
    await settled();
    const { events } = eventsIn(text);
    expect(events.map(({ name, data }) => [name, data.troubles[0].length])).toEqual([["snapshot", 300_000]]);
  });

  it("are ended if a second finds them gone, or a write fails", async () => {
    const bench = new Bench();
    const [gone, broken, rude] = [await bench.join(), await bench.join(), await bench.join()];
    gone.isHere = false;
    broken.isThere = () => {
      throw new Error("broken");
    };
    rude.write = () => {
      throw new Error("no");
    };
    rude.end = () => {
      throw new Error("no");
    };
    await bench.pass(1_000);
    expect([gone.ended, broken.ended, bench.feed.readers]).toEqual([1, 1, 1]);
    await bench.pass(REFRESH_MS);
    expect([bench.feed.readers, bench.clock.pendingTimers]).toEqual([0, 0]);
  });

  it("are 100 at most unless told, and each place is given back", async () => {
    for (const most of [undefined, 3]) {
      const bench = new Bench(most);
      const pages = Array.from({ length: most ?? 100 }, () => new Page(bench.feed));
      const late = new Page(bench.feed);
      expect([late.seat, bench.feed.readers]).toEqual([undefined, most ?? 100]);
      pages[1]?.seat?.leave();
      expect(new Page(bench.feed).seat).toBeDefined();
      await settled();
      expect([bench.asked.length, late.names, pages[1]?.names, pages[0]?.names]).toEqual([1, [], [], ["snapshot"]]);
    }
  });

  it("are told nothing once they have left", async () => {
    const bench = new Bench();
    const page = new Page(bench.feed);
    page.seat?.leave();
    await settled();
    page.drain();
    await bench.pass(REFRESH_MS);
    expect([page.chunks, page.ended, bench.asked.length]).toEqual([[], 0, 1]);
  });

  it("are all ended when it closes; nothing is left, and nobody comes in", async () => {
    const bench = new Bench();
    bench.answer = () => new Promise(() => undefined);
    const pages = [await bench.join(), await bench.join()];
    bench.feed.close();
    bench.feed.close();
    await settled();
    expect(pages.map(({ ended }) => ended)).toEqual([1, 1]);
    expect([bench.asked[0]?.aborted, bench.clock.pendingTimers, bench.warnings]).toEqual([true, 0, []]);
    expect([bench.feed.isClosed, new Bench(0).feed.isClosed]).toEqual([true, false]);
    expect(bench.feed.subscribe(pages[0]!)).toBeUndefined();
  });
});
