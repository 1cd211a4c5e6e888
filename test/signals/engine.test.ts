import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { ManualClock } from "../../src/core/time/manual-clock.ts";
import { GoldenSignalsCollector } from "../../src/signals/collector.ts";
import type { OperationRecorder, OperationOutcome } from "../../src/signals/recorder.ts";
import { EventList, type Happened, type Question, type Stretch } from "./event-list.ts";
import { countsOf, slosOf } from "./reading.ts";

const hour = { measurement_window: "1h" };
const slos = slosOf({
  availability: { target: "99%", ...hour },
  error_rate: { target: "1%", ...hour, select: { methods: "POST", status_codes: ["5xx", 200, 499] } },
  latency: { target: "99%", threshold: "100ms", ...hour, select: { routes: "/a*" } },
  slow: { kind: "latency", target: "99%", threshold: "300ms", ...hour },
  quarter: { kind: "throughput", target: 8, slice: "250ms", ...hour },
  odd: { kind: "throughput", target: 4, slice: "730ms", measurement_window: "730s" },
  long: { kind: "throughput", target: 2, slice: "1500ms", ...hour, select: { routes: "/b" } },
  jobs: { kind: "availability", target: "99%", ...hour, select: { operations: "mail*" } },
  fast_jobs: { kind: "latency", target: "99%", threshold: "100ms", ...hour, select: { operations: ["mail-a", "x"] } },
});

const isRequest = ({ operation }: Happened): boolean => operation === undefined;
const failed = (event: Happened): boolean =>
  event.failed ?? (event.operation === undefined ? event.code === 418 || event.code === 503 : event.code === 500);
const availability: Question = (event) => (event.code === 499 ? undefined : !failed(event));
const within =
  (seconds: number): Question =>
  (event) => {
    if (event.route === "/a/live" || event.code === 101) return undefined;
    if (event.code !== 499) return event.seconds <= seconds;
    return event.seconds > seconds ? false : undefined;
  };
const only =
  (which: (event: Happened) => boolean, question: Question): Question =>
  (event) =>
    which(event) ? question(event) : undefined;

const QUESTIONS: Readonly<Record<string, Question>> = {
  availability: only(isRequest, availability),
  error_rate: only(
    (event) => isRequest(event) && event.method === "POST" && [200, 499, 500, 503].includes(event.code),
    availability,
  ),
  latency: only((event) => isRequest(event) && event.route.startsWith("/a"), within(0.1)),
  slow: only(isRequest, within(0.3)),
  jobs: only(({ operation = "" }) => operation.startsWith("mail"), availability),
  fast_jobs: only(({ operation = "" }) => ["mail-a", "x"].includes(operation), within(0.1)),
};
const SLICES = [
  { name: "quarter", sliceMs: 250, fewest: 2, question: only(isRequest, () => true) },
  { name: "odd", sliceMs: 730, fewest: 3, question: only(isRequest, () => true) },
  {
    name: "long",
    sliceMs: 1_500,
    fewest: 3,
    question: only(
      (e) => isRequest(e) && e.route === "/b",
      () => true,
    ),
  },
];

const quarterMs = (most: number): fc.Arbitrary<number> => fc.nat(most * 4).map((quarters) => quarters / 4);
// Quarters of a ms, so that adding them up is exact.
const SECONDS = [0, 50, 100, 100.25, 300, 300.25, 12_000].map((ms) => ms / 1_000);
const request = fc.record({
  kind: fc.constant("request" as const),
  times: fc.integer({ min: 1, max: 4 }),
  method: fc.constantFrom("GET", "POST"),
  route: fc.constantFrom("/a", "/a/live", "/b", "/c", "/ignored"),
  code: fc.constantFrom(200, 101, 418, 429, 500, 503),
  seconds: fc.constantFrom(...SECONDS),
  aborted: fc.boolean(),
  failed: fc.constantFrom(undefined, undefined, true, false),
  plan: fc.constantFrom(undefined, "x", "y", "z"),
  /** How long ago it ended; below 0 in the future. */
  ago: fc.oneof(fc.constant(undefined), fc.constantFrom(0, -1, -5_000, 1e12), quarterMs(3_000)),
  byHost: fc.boolean(),
});
type Asked = typeof request extends fc.Arbitrary<infer Value> ? Value : never;
const happening = fc.oneof(
  { weight: 5, arbitrary: request },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant("pass" as const),
      ms: fc.oneof(quarterMs(120), quarterMs(2_000), fc.constantFrom(0.25, 99.75, 100, 250, 60_000)),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant("job" as const),
      operation: fc.constantFrom("mail-a", "mail-b", "x"),
      outcome: fc.constantFrom<OperationOutcome>("ok", "error", "aborted"),
      seconds: fc.constantFrom(...SECONDS),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("measure" as const) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("jump" as const), ms: fc.integer({ min: 1_000, max: 9e7 }) }) },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant("restart" as const), downMs: fc.constantFrom(0, 1, 700, 5_000) }),
  },
);

const CODES: Readonly<Record<OperationOutcome, number>> = { ok: 200, error: 500, aborted: 499 };

/** A collector and the list of all that happened to it. */
class Rig {
  readonly #clock = new ManualClock();
  readonly #list = new EventList();
  readonly #seriesLimit: number;
  #signals: GoldenSignalsCollector;
  #jobs = new Map<string, OperationRecorder>();

  constructor(seriesLimit: number) {
    this.#seriesLimit = seriesLimit;
    this.#signals = this.#collector();
  }

  request({ method, route, code, seconds, aborted, failed: verdict, plan, ago, byHost }: Asked): void {
    const status = aborted ? 499 : code;
    const labels = plan === undefined ? undefined : { plan };
    if (byHost) {
      const beganMs = this.#signals.begin();
      this.#pass(seconds * 1_000);
      this.#signals.finish(beganMs, method, route, status, { failed: verdict, labels });
    } else {
      const endedMs = ago === undefined ? undefined : this.#clock.monotonic() - ago;
      const rest = { failed: verdict, labels, aborted, endedMs };
      this.#signals.record({ method, route, statusCode: code, durationSeconds: seconds, ...rest });
    }
    const at = this.#list.now - (byHost ? 0 : (ago ?? 0));
    const operation = route === "/ignored" ? "(nobody asks)" : undefined;
    this.#list.add({ at, operation, method, route, code: status, seconds, failed: verdict });
  }

  job(operation: string, outcome: OperationOutcome, seconds: number): void {
    const known = this.#jobs.get(operation) ?? this.#signals.recorder({ operation });
    this.#jobs.set(operation, known);
    known.record(seconds, outcome);
    const rest = { method: "", route: "", code: CODES[outcome], seconds, failed: undefined };
    this.#list.add({ at: this.#list.now, operation, ...rest });
  }

  pass(ms: number): void {
    this.#pass(ms);
  }

  jump(ms: number): void {
    this.measure();
    this.#clock.stepWall(ms);
    this.#list.gap(ms);
    this.measure();
  }

  restart(downMs: number): void {
    const saved = this.#signals.save();
    this.#list.look();
    this.#clock.advance(downMs);
    if (downMs > 0) this.#list.gap(downMs);
    this.#signals = this.#collector();
    this.#jobs = new Map();
    expect(this.#signals.restore(saved)).toHaveLength(slos.length);
  }

  measure(): void {
    countsOf(this.#signals, "availability", this.#clock.now());
    this.#list.look();
  }

  /** Compares every SLO over stretches that begin, and perhaps end, so many tenths of a second ago. */
  compare(stretches: readonly (readonly [number, number])[]): void {
    this.measure();
    const tenths = Math.floor(this.#list.now / 100);
    for (const [length, rest] of stretches) {
      const from = Math.max(0, (tenths - length - rest) * 100);
      const to = (tenths - rest) * 100;
      // Within a tenth of a second of now, an end is now.
      const stretch: Stretch = { from, to: this.#list.now - to < 100 ? undefined : to };
      if (to <= from) continue;
      for (const [name, question] of Object.entries(QUESTIONS)) {
        expect(this.#counted(name, stretch), name).toEqual(this.#list.tally(question, stretch));
      }
      for (const { name, question, sliceMs, fewest } of SLICES) {
        expect(this.#counted(name, stretch), name).toEqual(this.#list.slices(question, sliceMs, fewest, stretch));
      }
    }
  }

  #counted(name: string, { from, to }: Stretch): { good: number; total: number } {
    const now = this.#clock.now();
    const end = to === undefined ? now : now - this.#list.age(to);
    return countsOf(this.#signals, name, end, end - (now - this.#list.age(from)));
  }

  #pass(ms: number): void {
    this.#clock.advance(ms);
    this.#list.now += ms;
  }

  #collector(): GoldenSignalsCollector {
    return new GoldenSignalsCollector({
      slos,
      clock: this.#clock,
      seriesLimit: this.#seriesLimit,
      labels: { plan: 2 },
      countsAsError: (code) => code === 418 || code === 503,
      ignoreRoutes: ["/ign*"],
      longLivedRoutes: ["/a/live"],
    });
  }
}

describe("the counts behind the SLIs", () => {
  it("are those of a list of all events, to the step and the slice", () => {
    fc.assert(
      fc.property(
        fc.array(happening, { minLength: 1, maxLength: 60 }),
        fc.array(fc.tuple(fc.integer({ min: 1, max: 120 }), fc.nat(60)), { minLength: 1, maxLength: 6 }),
        fc.constantFrom(1, 4, 2_000),
        (happenings, stretches, seriesLimit) => {
          const rig = new Rig(seriesLimit);
          for (const what of happenings) {
            if (what.kind === "pass") rig.pass(what.ms);
            else if (what.kind === "job") rig.job(what.operation, what.outcome, what.seconds);
            else if (what.kind === "jump") rig.jump(what.ms);
            else if (what.kind === "restart") rig.restart(what.downMs);
            else if (what.kind === "measure") rig.compare(stretches.slice(0, 1));
            else for (let time = 0; time < what.times; time += 1) rig.request(what);
          }
          rig.compare(stretches);
        },
      ),
      { numRuns: 1_000 },
    );
  }, 120_000);
});

describe("a line of watched time", () => {
  it("is saved and restored over and over, however its readings are rounded", () => {
    const clock = new ManualClock();
    let signals = new GoldenSignalsCollector({ slos, clock });
    for (const ms of [100.01, 700, 0, 0.1, 0.7, 0, 33.3, 66.6, 0]) {
      clock.advance(ms);
      signals.record({ method: "GET", route: "/", statusCode: 200, durationSeconds: 0 });
      const saved = signals.save();
      clock.advance(700);
      signals = new GoldenSignalsCollector({ slos, clock });
      expect(signals.restore(saved)).toHaveLength(slos.length);
      expect(new GoldenSignalsCollector({ slos, clock }).restore(signals.save())).toHaveLength(slos.length);
    }
    expect(countsOf(signals, "availability", clock.now())).toEqual({ good: 9, total: 9 });
  });
});

describe("a reading of the clock that is handed in", () => {
  const signalsAt = (clock: ManualClock): GoldenSignalsCollector => new GoldenSignalsCollector({ slos, clock });
  const one = { method: "GET", route: "/", statusCode: 200, durationSeconds: 0 };

  it.each([-1e17, -Number.MAX_VALUE, Number.MIN_SAFE_INTEGER])(
    "that is as far back as %d leaves the next ones in their own steps",
    (endedMs) => {
      const clock = new ManualClock();
      const signals = signalsAt(clock);
      clock.advance(5_000);
      countsOf(signals, "availability", clock.now());
      signals.record({ ...one, endedMs });
      for (let second = 0; second < 3; second += 1) {
        clock.advance(1_000);
        signals.record(one);
      }
      clock.advance(450);
      const last = [500, 1_500, 2_500, 3_500].map((ms) => countsOf(signals, "availability", clock.now(), ms).total);
      expect(last).toEqual([1, 2, 3, 4]);
    },
  );

  it.each([Infinity, -Infinity, Number.NaN, "5", 5n, null])("is refused where it is %s", (endedMs) => {
    const clock = new ManualClock();
    const signals = signalsAt(clock);
    countsOf(signals, "availability", clock.now());
    signals.record({ ...one, endedMs: endedMs as number });
    const total = endedMs === null ? 1 : 0;
    expect(countsOf(signals, "availability", clock.now() + 1, 1_000)).toEqual({ good: total, total });
  });
});
