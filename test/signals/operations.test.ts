import { describe, expect, it } from "vitest";

import { ManualClock } from "../../src/core/time/manual-clock.ts";
import { GoldenSignalsCollector } from "../../src/signals/collector.ts";
import type { OperationName, OperationOutcome } from "../../src/signals/recorder.ts";
import { parseSloDocument } from "../../src/slo/document.ts";
import { countsOf, samples, slosOf } from "./reading.ts";

const slos = slosOf({
  availability: { target: "99%", measurement_window: "1h" },
  mail: { kind: "availability", target: "99%", measurement_window: "1h", select: { operations: ["mail-*", "post"] } },
  mail_latency: {
    kind: "latency",
    target: "99%",
    threshold: "1s",
    measurement_window: "1h",
    select: { operations: "*" },
  },
});
const COUNT = "operation_duration_seconds_count";

function collector(options: object = {}): { signals: GoldenSignalsCollector; clock: ManualClock } {
  const clock = new ManualClock();
  return { signals: new GoldenSignalsCollector({ slos, clock, buckets: [1], ...options }), clock };
}

describe("a recorder of operations", () => {
  it("times what begins and ends, and tells how it ended", async () => {
    const { signals, clock } = collector();
    const mail = signals.recorder({ operation: "mail-out", kind: "consumer" });
    const ends = (["ok", "error", "aborted"] as const).map((outcome) => {
      const end = mail.start();
      clock.advance(250);
      return () => {
        end(outcome);
      };
    });
    expect(await samples(signals, "operations_in_flight")).toEqual({ 'kind="consumer",operation="mail-out"': 3 });
    for (const end of [...ends, ...ends]) end();
    mail.start()();
    const labels = (outcome: OperationOutcome): string => `kind="consumer",operation="mail-out",outcome="${outcome}"`;
    expect(await samples(signals, COUNT)).toEqual({ [labels("ok")]: 2, [labels("error")]: 1, [labels("aborted")]: 1 });
    expect((await samples(signals, "operation_duration_seconds_sum"))[labels("ok")]).toBe(0.75);
    expect(await samples(signals, "operations_in_flight")).toEqual({ 'kind="consumer",operation="mail-out"': 0 });
  });

  it("is what SLOs count that name operations, and no other", () => {
    const { signals, clock } = collector();
    signals.record({ method: "GET", route: "/mail-out", statusCode: 500, durationSeconds: 0 });
    for (const operation of ["mail-out", "mail-", "post", "mail", "posts"]) {
      const recorder = signals.recorder({ operation });
      recorder.record(2);
      recorder.record(0.5, "error");
      recorder.record(0.5, "aborted");
      recorder.record(3, "aborted");
    }
    expect(countsOf(signals, "mail", clock.now())).toEqual({ good: 3, total: 6 });
    expect(countsOf(signals, "mail_latency", clock.now())).toEqual({ good: 5, total: 15 });
    expect(countsOf(signals, "availability", clock.now())).toEqual({ good: 0, total: 1 });
  });

  it("says nothing of an operation that never ended, and is in no count of requests", async () => {
    const { signals } = collector();
    signals.recorder({ operation: "post" }).start();
    expect(await samples(signals, COUNT)).toEqual({});
    expect(await samples(signals, "http_requests_total")).toEqual({});
    expect(signals.inFlight).toBe(0);
  });

  it.each<[string, unknown, unknown, string]>([
    ["NaN", Number.NaN, "ok", "duration"],
    ["negative", -1, "ok", "duration"],
    ["text", "1", "ok", "duration"],
    ["endless", Infinity, "ok", "duration"],
    ["ended in no known way", 1, "great", "outcome"],
    ["ended as objects do", 1, "__proto__", "outcome"],
    ["ended in a symbol", 1, Symbol("ok"), "outcome"],
  ])("rejects one that is %s", async (_what, seconds, outcome, reason) => {
    const { signals } = collector();
    signals.recorder({ operation: "post" }).record(seconds as number, outcome as OperationOutcome);
    expect(await samples(signals, "nines_rejected_values_total")).toEqual({ [`reason="${reason}"`]: 1 });
    expect(await samples(signals, COUNT)).toEqual({});
  });

  it("ends once, also where it is told a wrong outcome", async () => {
    const { signals } = collector();
    const end = signals.recorder({ operation: "post" }).start();
    end("no" as OperationOutcome);
    end();
    expect(await samples(signals, "operations_in_flight")).toEqual({ 'kind="job",operation="post"': 0 });
    expect(await samples(signals, COUNT)).toEqual({});
  });

  it.each<[unknown, string]>([
    [{ operation: "" }, 'operation: "" is not a name'],
    [{ operation: "  " }, "operation: "],
    [{}, "operation: undefined is not a name"],
    [{ operation: 7 }, "operation: 7 is not a name"],
    [{ operation: "x".repeat(201) }, "write text of 1 to 200 characters"],
    [{ operation: "x", kind: "" }, 'kind: "" is not a name'],
  ])("refuses the name %j", (name, message) => {
    expect(() => collector().signals.recorder(name as OperationName)).toThrow(message);
  });

  it("writes hostile names so that a scraper reads them", async () => {
    const { signals } = collector();
    signals.recorder({ operation: '"}\n\\', kind: "__proto__" }).record(0);
    expect(await samples(signals, COUNT)).toEqual({
      'kind="__proto__",operation="\\"}\ufffd\\\\",outcome="ok"': 1,
    });
  });
});

describe("very many operations", () => {
  it("share one name and kind past the limit, are counted each time, and SLOs still know them", async () => {
    const { signals, clock } = collector({ seriesLimit: 2 });
    const names = Array.from({ length: 500 }, (_, index) => ({
      operation: `mail-${String(index)}`,
      kind: `k${String(index)}`,
    }));
    const recorders = names.map((name) => signals.recorder(name));
    for (const recorder of [...recorders, ...recorders]) recorder.record(0.5);
    recorders[499]?.record(0.5, "error");
    const other = 'kind="(other)",operation="(other)",outcome=';
    expect(await samples(signals, COUNT)).toEqual({
      'kind="k0",operation="mail-0",outcome="ok"': 2,
      'kind="k1",operation="mail-1",outcome="ok"': 2,
      [`${other}"ok"`]: 996,
      [`${other}"error"`]: 1,
    });
    expect(Object.keys(await samples(signals, "operations_in_flight"))).toHaveLength(3);
    expect(await samples(signals, "nines_series_overflow_total")).toEqual({ "": 997 });
    expect(countsOf(signals, "mail", clock.now())).toEqual({ good: 1_000, total: 1_001 });
  });
});

describe("select.operations of a document", () => {
  const parse = (select: object): unknown =>
    parseSloDocument({
      service_level_objectives: { shop: { availability: { target: "99%", measurement_window: "1h", select } } },
    }).slos[0]?.selector;

  it("is one name or a list, with a trailing * for any rest", () => {
    expect(parse({ operations: "mail-*" })).toEqual({ operations: ["mail-*"] });
    expect(parse({ operations: ["a", "b", "a"], status_codes: 500 })).toEqual({
      operations: ["a", "b"],
      statusCodes: ["500"],
    });
  });

  it.each<[object, string]>([
    [{ operations: [] }, "select.operations"],
    [{ operations: [""] }, "select.operations"],
    [{ operations: {} }, "select.operations"],
    [{ operations: "x".repeat(201) }, "select.operations"],
    [{ operations: "a", routes: "/" }, "selects nothing; an operation has no route: write routes or operations"],
  ])("refuses %j", (select, message) => {
    expect(() => parse(select)).toThrow(message);
  });
});
