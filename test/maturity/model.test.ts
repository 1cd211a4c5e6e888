import { expect, test } from "vitest";

import { MemoryStateStore } from "../../src/adapters/memory/index.ts";
import { ManualClock } from "../../src/core/time/manual-clock.ts";
import { MATURITY_CRITERIA } from "../../src/maturity/criteria.ts";
import { MaturityModel, type MaturityModelOptions } from "../../src/maturity/maturity-model.ts";
import type { MaturityReport } from "../../src/maturity/model.ts";
import { AT, criterion, DAY } from "./support.ts";

const told = (report: MaturityReport, id: string) => report.criteria.find((one) => one.id === id);
const slos = { services: ["a"], slos: [{ id: "a/x", service: "a", kind: "availability" }] };

test("sources that throw, reject or hang make what they tell of unknown, with the reason, and nothing else", async () => {
  const clock = new ManualClock(AT);
  const model = new MaturityModel({
    sources: {
      slos,
      services: ["a"],
      chaos: {
        get history(): never {
          throw new Error("a secret of the house");
        },
      },
      incidents: {
        list: () => ({ [Symbol.asyncIterator]: () => ({ next: () => new Promise(() => {}) }) }),
        get: async () => ({ roles: {} }),
      },
      postmortems: async () => Promise.reject(Object.assign(new Error("no"), { code: "ECONNREFUSED" })),
      onCall: { gaps: () => [{ from: NaN, until: AT }] },
      policies: { policyFor: () => undefined as never, auditEntries: () => [] },
    },
    probes: {
      traces: () => ({ share: 2, text: "too much" }),
      game_days: async () => ({ share: 1, text: "two of two teams held one" }),
      canaries: () => new Promise(() => {}),
    },
    answers: { by: "ann", at: AT, answers: { acknowledged: "yes" } },
    clock,
    timeout: "5s",
  });
  const assessing = model.assess();
  for (let turn = 0; turn < 20; turn += 1) await Promise.resolve();
  clock.advance(5_000);
  const report = await assessing;
  expect(told(report, "slos_defined")?.state).toBe("met");
  expect(told(report, "chaos_run")).toMatchObject({
    state: "unknown",
    text: "the experiments could not be read: Error",
  });
  expect(told(report, "incident_roles")?.text).toBe(
    "the incidents could not be read: the incidents did not finish within 5000 ms",
  );
  expect(told(report, "acknowledged")).toMatchObject({ state: "met", source: "answer" });
  expect(told(report, "acknowledged")?.text).toContain("(not seen: the incidents could not be read");
  expect(told(report, "postmortems_written")?.text).toBe("the postmortems could not be read: ECONNREFUSED");
  expect(told(report, "budget_policy")?.text).toBe("the policies could not be read: TypeError");
  expect(told(report, "traces")).toMatchObject({ state: "unknown", text: "the probe of traces has answered nonsense" });
  expect(told(report, "on_call")).toMatchObject({ state: "unknown", text: "the schedule has answered nonsense" });
  expect(told(report, "game_days")).toMatchObject({ state: "met", source: "evidence" });
  expect(told(report, "canaries")?.text).toMatch(/^the probe of canaries could not be read: .* 5000 ms$/);
  expect(JSON.stringify(report)).not.toContain("secret");
});

test("a signal ends it early, with its reason", async () => {
  const model = new MaturityModel({ probes: { traces: () => new Promise(() => {}) } });
  const controller = new AbortController();
  const assessing = model.assess({ signal: controller.signal });
  controller.abort(new Error("enough"));
  await expect(assessing).rejects.toThrow("enough");
});

test("what is recorded tells since when, and the trend; another model on the same store goes on with it", async () => {
  const clock = new ManualClock(AT);
  const store = new MemoryStateStore();
  const criteria = [criterion("a", 1), criterion("b", 2)];
  const share = { a: 0.5, b: 0 };
  const options: MaturityModelOptions = {
    ...{ store, clock, criteria },
    probes: { a: () => ({ share: share.a, text: "a" }), b: () => ({ share: share.b, text: "b" }) },
  };
  const first = await new MaturityModel(options).record();
  expect(first.trend).toBeUndefined();
  expect(told(first, "a")?.since).toBeUndefined();

  clock.advance(DAY);
  share.a = 1;
  const second = await new MaturityModel(options).record();
  expect(second.trend).toEqual({ since: AT, level: 1, score: 25 });
  expect([told(second, "a")?.since, told(second, "b")?.since]).toEqual([undefined, AT]);

  clock.advance(DAY);
  const model = new MaturityModel(options);
  const third = await model.assess();
  expect([told(third, "a")?.since, told(third, "b")?.since]).toEqual([AT + DAY, AT]);
  expect((await model.history()).records).toEqual([
    { at: AT, level: 0, score: 25, areas: { slos: 25 } },
    { at: AT + DAY, level: 1, score: 50, areas: { slos: 50 } },
  ]);
  // Nothing was recorded by assessing; the same instant again is the same record; an earlier one is refused.
  await model.record();
  await model.record();
  expect((await model.history()).records).toHaveLength(3);
  await expect(model.record({ at: AT })).rejects.toThrow(/record assessments in their order/);
});

test("records are bounded, and those that are written at once are all kept", async () => {
  const model = new MaturityModel({ history: 3 });
  await Promise.all([1, 2, 3, 4, 5].map((day) => model.record({ at: AT + day * DAY })));
  expect((await model.history()).records.map(({ at }) => (at - AT) / DAY)).toEqual([3, 4, 5]);
});

test("records at the same moment are taken one after the other, so that each sees the one before", async () => {
  const clock = new ManualClock(AT);
  const waiting: (() => void)[] = [];
  const golden_signals = async () => {
    if (waiting.length === 0) await new Promise<void>((resolve) => void waiting.push(resolve));
    return { share: 1, text: "all are measured" };
  };
  const model = new MaturityModel({ probes: { golden_signals }, clock });
  // The first one is slow, and the second one is asked for later.
  const first = model.record();
  clock.advance(5);
  const second = model.record();
  for (let turn = 0; turn < 20; turn += 1) await Promise.resolve();
  waiting[0]?.();
  expect((await first).at).toBe(AT);
  expect((await second).at).toBe(AT + 5);
  expect(told(await second, "golden_signals")?.since).toBe(AT);
  const { records, states } = await model.history();
  expect(records.map(({ at }) => at)).toEqual([AT, AT + 5]);
  expect(states.golden_signals).toEqual({ state: "met", since: AT });
  await expect(model.record({ at: AT + 2 })).rejects.toThrow(
    "at: 2026-03-20 00:00:00.002 is before 2026-03-20 00:00:00.005 (UTC), which was recorded last",
  );
});

test("a record that fails holds up no other", async () => {
  const model = new MaturityModel();
  const [bad, good] = await Promise.allSettled([model.record({ at: NaN }), model.record({ at: AT })]);
  expect([bad.status, good.status]).toEqual(["rejected", "fulfilled"]);
});

test("a history that is none of ours is refused and left as it is", async () => {
  const store = new MemoryStateStore();
  for (const text of ["{", "[]", '{"version":2}', '{"version":1,"records":[{"at":"x"}],"states":{}}']) {
    await store.save("maturity", text);
    const model = new MaturityModel({ store });
    await expect(model.record()).rejects.toThrow(/maturity-history could not be read/);
    expect(await store.load("maturity")).toBe(text);
  }
});

test("criteria of your own stand beside those of nines, and others are left out", async () => {
  const own = criterion("pets_named", 1, { area: "pets" });
  const criteria = [...MATURITY_CRITERIA.filter(({ area }) => area !== "capacity"), own];
  const model = new MaturityModel({ criteria, probes: { pets_named: async () => ({ share: 1, text: "all are" }) } });
  const { areas } = await model.assess();
  expect(areas.map(({ area }) => area)).not.toContain("capacity");
  expect(areas.at(-1)).toEqual({ area: "pets", title: "pets", score: 100, known: 1 });
});

test.each([
  [{ source: {} }, /source: is no option of MaturityModel; did you mean "sources"/],
  [{ sources: { slo: slos } }, /sources.slo: is no option of sources; did you mean "slos"/],
  [{ sources: { incidents: {} } }, /sources.incidents: a mapping has no method list/],
  [{ sources: { services: "shop" } }, /sources.services: "shop" is no list of names/],
  [{ sources: { scaledByForecastAt: NaN } }, /sources.scaledByForecastAt: NaN is not a time/],
  [
    { sources: { scaledByForecastAt: 1_795_962_217 } },
    /^sources.scaledByForecastAt: 1795962217 is 1970-01-21T18:52:42.217Z in milliseconds; was it meant in seconds\?$/,
  ],
  [{ probes: { trace: () => undefined } }, /probes.trace: is no option of probes; did you mean "traces"/],
  [{ probes: { traces: 1 } }, /probes.traces: 1 is no function/],
  [{ history: 0 }, /history: 0 is out of range/],
  [{ timeout: "0s" }, /timeout: "0s" is no time at all/],
  [{ store: {} }, /store: a mapping has no method load/],
])("%j is refused", (options, message) => {
  expect(() => new MaturityModel(options as never)).toThrow(message);
});

test("a scaling in the seventies is taken beside a clock that stands there", () => {
  const clock = new ManualClock(2e9);
  expect(new MaturityModel({ sources: { scaledByForecastAt: 1_795_962_217 }, clock }).criteria).not.toEqual([]);
});
