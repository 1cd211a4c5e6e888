import { afterEach, describe, expect, it, vi } from "vitest";

import {
  type HttpInit,
  type HttpReply,
  PrometheusApi,
  type PrometheusApiOptions,
  type PrometheusResult,
} from "../../../src/adapters/prometheus/index.ts";
import { ManualClock } from "../../../src/core/time/manual-clock.ts";
import { seededRandom } from "../../../src/core/random.ts";

const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
const OK = (): Response => Response.json({ status: "success", data: { resultType: "vector", result: [] } });
const busy = (retryAfter?: string): Response =>
  new Response("", { status: 503, headers: retryAfter === undefined ? {} : { "retry-after": retryAfter } });

interface Sent {
  readonly at: number;
  readonly init: HttpInit;
  readonly answer: (reply: HttpReply) => void;
}

/** A server whose answers the test gives, at times that the test makes pass. */
class Bench {
  readonly clock = new ManualClock();
  readonly sent: Sent[] = [];
  readonly warn = vi.fn();
  underWay = 0;
  most = 0;
  readonly api: PrometheusApi;

  constructor(options: Partial<PrometheusApiOptions> = {}, answer?: (attempt: number) => Response | undefined) {
    this.api = new PrometheusApi({
      url: "http://prometheus:9090",
      clock: this.clock,
      random: { ...seededRandom(1), next: () => 0.5 },
      logger: { warn: this.warn, error: () => expect.unreachable("nothing is an error") },
      fetch: (_, init) =>
        new Promise((resolve, reject) => {
          this.underWay += 1;
          this.most = Math.max(this.most, this.underWay);
          let isOver = false;
          const end = (): void => {
            if (!isOver) this.underWay -= 1;
            isOver = true;
          };
          const reply = (one: HttpReply): void => {
            end();
            resolve(one);
          };
          init.signal?.addEventListener("abort", () => {
            end();
            reject(init.signal?.reason as Error);
          });
          this.sent.push({ at: this.clock.monotonic(), init, answer: reply });
          const ready = answer?.(this.sent.length);
          if (ready !== undefined) reply(ready);
        }),
      ...options,
    });
  }

  /** Lets time pass in small steps, with everything that happens within. */
  async pass(ms: number, stepMs: number = 1): Promise<void> {
    await settle();
    for (let passed = 0; passed < ms; passed += stepMs) {
      this.clock.advance(Math.min(stepMs, ms - passed));
      await settle();
    }
  }

  times(): number[] {
    return this.sent.map(({ at }) => at);
  }
}

let unhandled: unknown[] = [];
const note = (reason: unknown): unknown => unhandled.push(reason);
process.on("unhandledRejection", note);
afterEach(() => {
  expect(unhandled).toEqual([]);
  unhandled = [];
});

describe("attempts", () => {
  it("are three, after waits that grow", async () => {
    const bench = new Bench({}, () => busy());
    const asked = bench.api.query("up");
    await bench.pass(1_000, 10);
    expect(bench.times()).toEqual([0, 50, 150]);
    expect(await asked).toMatchObject({ ok: false, failure: { kind: "unavailable", attempts: 3, status: 503 } });
    expect(bench.warn.mock.calls.map(([message]) => String(message))).toEqual([
      'prometheus could not query "up": it was answered with 503; it is asked again in 50 ms',
      'prometheus could not query "up": it was answered with 503; it is asked again in 100 ms',
    ]);
    expect(bench.clock.pendingTimers).toBe(0);
  });

  it("end with the first that is answered", async () => {
    const bench = new Bench({}, (attempt) => (attempt < 2 ? busy() : OK()));
    const asked = bench.api.query("up");
    await bench.pass(1_000, 10);
    expect(await asked).toMatchObject({ ok: true });
    expect(bench.times()).toEqual([0, 50]);
  });

  it("are one where no retries are wanted", async () => {
    const bench = new Bench({ retries: 0 }, () => busy());
    expect(await bench.api.query("up")).toMatchObject({ failure: { attempts: 1 } });
    expect(bench.warn).not.toHaveBeenCalled();
  });

  it("count for each part of a range", async () => {
    const bench = new Bench({ retries: 1 }, (attempt) =>
      attempt % 2 === 1 ? busy() : Response.json({ status: "success", data: { resultType: "matrix", result: [] } }),
    );
    const asked = bench.api.queryRange("up", { start: 0, end: 22_000_000, stepMs: 1_000 });
    await bench.pass(1_000, 10);
    expect(await asked).toMatchObject({ ok: true });
    expect(bench.sent).toHaveLength(6);
  });

  it("wait at random, between nothing and the whole of twice as long each time, five seconds at most", async () => {
    const random = seededRandom("jitter");
    const waits: number[][] = Array.from({ length: 10 }, () => []);
    for (let round = 0; round < 200; round += 1) {
      const bench = new Bench({ retries: 10, timeoutMs: 3_600_000, random }, () => busy());
      const asked = bench.api.query("up");
      // Each time the next timer alone, whenever that is.
      const schedule = vi.spyOn(bench.clock, "schedule");
      for (let attempt = 0; attempt < 10; attempt += 1) {
        await settle();
        const delayMs = schedule.mock.lastCall?.[1] ?? NaN;
        waits[attempt]?.push(delayMs);
        bench.clock.advance(delayMs);
      }
      await asked;
    }
    waits.forEach((all, index) => {
      const mostMs = Math.min(5_000, 100 * 2 ** index);
      expect(Math.min(...all)).toBeGreaterThanOrEqual(0);
      expect(Math.max(...all)).toBeLessThan(mostMs);
      // Spread over the whole of it: of 200 draws none misses a twentieth but once in 30,000 times.
      expect(Math.min(...all)).toBeLessThan(mostMs / 20);
      expect(Math.max(...all)).toBeGreaterThan(mostMs * 0.95);
    });
  });

  it("wait as long as the server asks for, and the jitter on top", async () => {
    const bench = new Bench({}, (attempt) => (attempt === 1 ? busy("2") : OK()));
    const asked = bench.api.query("up");
    await bench.pass(3_000, 10);
    expect(bench.times()).toEqual([0, 2_050]);
    expect(await asked).toMatchObject({ ok: true });
  });

  it("end at once where the server asks for more time than there is", async () => {
    const bench = new Bench({ timeoutMs: 5_000 }, () => busy("5"));
    expect(await bench.api.query("up")).toMatchObject({
      failure: { kind: "rate_limited", attempts: 1, retryAfterMs: 5_000 },
    });
    expect(bench.clock.pendingTimers).toBe(0);
  });

  it("take so long each, where that is told", async () => {
    const bench = new Bench({ attemptTimeoutMs: 300 });
    const asked = bench.api.query("up");
    await bench.pass(2_000, 10);
    expect(bench.times()).toEqual([0, 350, 750]);
    expect(await asked).toMatchObject({
      failure: { kind: "timeout", attempts: 3, message: expect.stringMatching(/no whole answer within 300 ms$/) },
    });
    expect(bench.sent.map(({ init }) => init.signal?.aborted)).toEqual([true, true, true]);
  });
});

describe("the time of a question", () => {
  it("ends it, and all that belongs to it", async () => {
    const bench = new Bench({ timeoutMs: 1_000 }, (attempt) => (attempt === 1 ? busy() : undefined));
    const asked = bench.api.query("up");
    await bench.pass(1_000, 10);
    expect(await asked).toEqual({
      ok: false,
      failure: {
        kind: "timeout",
        message:
          'prometheus could not query "up": there was no whole answer within 1 s; the time before, it was answered with 503',
        reason: "there was no whole answer within 1 s; the time before, it was answered with 503",
        retryable: true,
        attempts: 2,
      },
    });
    expect(bench.sent[1]?.init.signal?.aborted).toBe(true);
    expect(bench.clock.pendingTimers).toBe(0);
    await bench.pass(10_000, 1_000);
    expect(bench.sent).toHaveLength(2);
  });

  it("ends it between two attempts too", async () => {
    const bench = new Bench({ timeoutMs: 1_000 }, () => busy("0.96"));
    const asked = bench.api.query("up");
    await bench.pass(10);
    expect(await asked).toMatchObject({ failure: { kind: "rate_limited", attempts: 1 } });
    expect(bench.clock.pendingTimers).toBe(0);
  });

  it("counts for all the parts of a range together", async () => {
    const bench = new Bench({ timeoutMs: 1_000 });
    const asked = bench.api.queryRange("up", { start: 0, end: 33_000_000, stepMs: 1_000 });
    for (let part = 0; part < 2; part += 1) {
      await bench.pass(400, 100);
      bench.sent.at(-1)?.answer(Response.json({ status: "success", data: { resultType: "matrix", result: [] } }));
    }
    await bench.pass(200, 100);
    expect(await asked).toMatchObject({ failure: { kind: "timeout", attempts: 3 } });
  });

  it("ends it though fetch hears of nothing, and gives its place to the next", async () => {
    let calls = 0;
    const deaf = (): Promise<HttpReply> => {
      calls += 1;
      return calls === 1 ? new Promise(() => undefined) : Promise.resolve(OK());
    };
    const bench = new Bench({ timeoutMs: 1_000, concurrency: 1, fetch: deaf });
    const asked = bench.api.query("up");
    await bench.pass(1_000, 100);
    expect(await asked).toMatchObject({ failure: { kind: "timeout" } });
    expect(await bench.api.query("up")).toMatchObject({ ok: true });
  });
});

it("a question keeps the process alive until it is answered", async () => {
  const bench = new Bench({ attemptTimeoutMs: 300 }, () => busy());
  const schedule = vi.spyOn(ManualClock.prototype, "schedule");
  const asked = bench.api.query("up");
  await bench.pass(1_000, 10);
  await asked;
  // The question, three attempts, and two waits between them.
  expect(schedule.mock.calls).toHaveLength(6);
  for (const call of schedule.mock.calls as unknown[][]) expect(call[2]).toEqual({ keepAlive: true });
  schedule.mockRestore();
});

describe("the queue", () => {
  it("lets so many go at once, in the order in which they came", async () => {
    const bench = new Bench({ concurrency: 3, timeoutMs: 60_000 });
    const order: number[] = [];
    const all = Array.from({ length: 20 }, async (_, index) => {
      await bench.api.query("up", { at: index });
      order.push(index);
    });
    for (let answered = 0; answered < 20; answered += 1) {
      await settle();
      expect(bench.underWay).toBe(Math.min(3, 20 - answered));
      bench.sent[answered]?.answer(OK());
    }
    await Promise.all(all);
    expect(bench.most).toBe(3);
    expect(order).toEqual(Array.from({ length: 20 }, (_, index) => index));
    expect(bench.clock.pendingTimers).toBe(0);
  });

  it("is left by those whose time is over, and takes nobody's place", async () => {
    const bench = new Bench({ concurrency: 1, timeoutMs: 1_000 });
    const first = bench.api.query("up");
    await bench.pass(500, 100);
    const second = bench.api.query("up");
    await bench.pass(100, 100);
    const third = bench.api.query("up");
    await bench.pass(400, 100);
    expect(await first).toMatchObject({ failure: { kind: "timeout", attempts: 1 } });
    await settle();
    expect(bench.times()).toEqual([0, 1_000]);
    await bench.pass(500, 100);
    expect(await second).toMatchObject({ failure: { kind: "timeout", attempts: 1 } });
    await settle();
    bench.sent[2]?.answer(OK());
    expect(await third).toMatchObject({ ok: true });
  });

  it("is no place to wait in for ever", async () => {
    const bench = new Bench({ concurrency: 1, timeoutMs: 1_000, attemptTimeoutMs: 1_000 });
    const [first, second] = [bench.api.query("up"), bench.api.query("down")];
    await bench.pass(1_000, 100);
    expect(await first).toMatchObject({ failure: { kind: "timeout", attempts: 1 } });
    expect(await second).toMatchObject({
      failure: {
        kind: "timeout",
        attempts: 0,
        message: 'prometheus could not query "down": its turn did not come within 1 s',
      },
    });
    expect(bench.underWay).toBe(0);
  });

  it("is not stood in by those who wait to ask again", async () => {
    const bench = new Bench({ concurrency: 1 }, (attempt) => (attempt === 1 ? busy("1") : OK()));
    const first = bench.api.query("up");
    await settle();
    expect(await bench.api.query("down")).toMatchObject({ ok: true });
    await bench.pass(1_100, 50);
    expect(await first).toMatchObject({ ok: true });
  });
});

describe("a caller that gives up", () => {
  const aborted = {
    ok: false,
    failure: { kind: "aborted", message: 'prometheus could not query "up": the caller\'s signal ended it' },
  };
  async function abortWhen(bench: Bench, wait: () => Promise<void>): Promise<PrometheusResult<unknown>> {
    const controller = new AbortController();
    const asked = bench.api.query("up", { signal: controller.signal });
    await wait();
    controller.abort(new Error("enough"));
    const result = await asked;
    expect(bench.clock.pendingTimers).toBe(0);
    expect(bench.underWay).toBe(0);
    const { length } = bench.sent;
    await bench.pass(20_000, 1_000);
    expect(bench.sent).toHaveLength(length);
    return result;
  }

  it("before it is asked asks nothing", async () => {
    const bench = new Bench();
    expect(await bench.api.query("up", { signal: AbortSignal.abort() })).toMatchObject(aborted);
    expect(bench.sent).toHaveLength(0);
  });

  it("ends the request", async () => {
    const bench = new Bench();
    expect(await abortWhen(bench, settle)).toMatchObject({ ...aborted, failure: { attempts: 1, retryable: true } });
    expect(bench.sent[0]?.init.signal?.aborted).toBe(true);
  });

  it("ends the wait for the next attempt", async () => {
    const bench = new Bench({}, () => busy());
    expect(await abortWhen(bench, () => bench.pass(20))).toMatchObject({ ...aborted, failure: { attempts: 1 } });
  });

  it("ends the wait for its turn", async () => {
    const bench = new Bench({ concurrency: 1, timeoutMs: 1_000 });
    const first = bench.api.query("first");
    const controller = new AbortController();
    const asked = bench.api.query("up", { signal: controller.signal });
    await settle();
    controller.abort();
    expect(await asked).toMatchObject({ ...aborted, failure: { attempts: 0 } });
    bench.sent[0]?.answer(OK());
    expect(await first).toMatchObject({ ok: true });
    expect(bench.clock.pendingTimers).toBe(0);
  });

  it("may share a signal with a hundred others", async () => {
    const warnings: unknown[] = [];
    const onWarning = (warning: unknown): unknown => warnings.push(warning);
    process.on("warning", onWarning);
    const bench = new Bench();
    const controller = new AbortController();
    const all = Array.from({ length: 100 }, () => bench.api.query("up", { signal: controller.signal }));
    await settle();
    controller.abort();
    for (const result of await Promise.all(all)) expect(result).toMatchObject({ failure: { kind: "aborted" } });
    await settle();
    process.off("warning", onWarning);
    expect(warnings).toEqual([]);
    expect(bench.clock.pendingTimers).toBe(0);
  });
});

it.each<readonly [string, () => unknown]>([
  ["throws", () => expect.unreachable("a fetch that throws")],
  ["rejects with an error of no class", () => Promise.reject(Object.create(null) as Error)],
  ["gives nothing", () => undefined],
  ["gives something else", () => Promise.resolve({ status: 200 })],
  [
    "breaks in the body",
    () =>
      Promise.resolve({
        status: 200,
        headers: new Headers(),
        body: { getReader: () => expect.unreachable("no reader") },
      }),
  ],
])("a fetch that %s is a failure like any other", async (_, fetch) => {
  const api = new PrometheusApi({ url: "http://prometheus:9090", retries: 0, fetch: fetch as never });
  expect(await api.query("up")).toMatchObject({ ok: false, failure: { kind: "unreachable", attempts: 1 } });
});
