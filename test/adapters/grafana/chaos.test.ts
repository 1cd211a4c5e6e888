import { afterEach, beforeEach, describe, expect, it } from "vitest";

import { GrafanaChaosAnnotations } from "../../../src/adapters/grafana/index.ts";
import { annotateRuns, type AnnotateRunsOptions } from "../../../src/chaos/links/annotate.ts";
import { ManualClock } from "../../../src/core/time/manual-clock.ts";
import { passing, runnerOf, settled, Strike, T0 } from "../../chaos/support.ts";
import { type FakeGrafana, fakeGrafana } from "./fake-grafana.ts";

let fake: FakeGrafana;

beforeEach(async () => {
  fake = await fakeGrafana();
});
afterEach(() => fake.close());

const graphs = (): GrafanaChaosAnnotations =>
  new GrafanaChaosAnnotations({ baseUrl: fake.url, token: "glsa_1", dashboardUid: "shop", panelId: 4, tags: ["prod"] });

const MARK = { run: "chaos-1", experiment: "a <pod> goes", at: T0, text: "web-1 is struck" };
const REGION = { ...MARK, until: T0 + 60_000, outcome: "completed", services: ["cart"] };

describe("annotations of chaos in Grafana", () => {
  it("mark the beginning, and make a region of it at the end", async () => {
    await graphs().begin(MARK);
    expect(fake.seen[0]).toMatchObject({
      method: "GET",
      url: "/api/annotations?type=annotation&limit=200&tags=chaos-1",
      headers: { authorization: "Bearer glsa_1" },
    });
    expect(fake.seen[1]).toMatchObject({
      method: "POST",
      url: "/api/annotations",
      json: {
        dashboardUID: "shop",
        panelId: 4,
        time: T0,
        text: "chaos: a &lt;pod&gt; goes\nweb-1 is struck",
        tags: ["chaos", "chaos-1", "a <pod> goes", "prod"],
      },
    });
    await graphs().end(REGION);
    expect(fake.seen[3]).toMatchObject({ method: "PATCH", url: "/api/annotations/1" });
    expect(fake.drawn).toEqual([
      {
        ...{ id: 1, dashboardUID: "shop", panelId: 4, time: T0, timeEnd: T0 + 60_000 },
        text: "chaos: a &lt;pod&gt; goes\nweb-1 is struck\ncompleted",
        tags: ["chaos", "chaos-1", "a <pod> goes", "completed", "cart", "prod"],
      },
    ]);
  });

  it("are drawn once, whatever answers were lost and however often it is told", async () => {
    const call = graphs();
    for (const draw of [() => call.begin(MARK), () => call.end(REGION)]) {
      fake.trouble.push("lost");
      await expect(draw()).rejects.toMatchObject({ retryable: true });
      await draw();
      await draw();
    }
    expect(fake.drawn).toHaveLength(1);
    expect(fake.seen.filter(({ method }) => method !== "GET")).toHaveLength(2);
  });

  it("are drawn whole where the beginning was never told, and have a length", async () => {
    await graphs().end({ ...REGION, until: T0 });
    expect(fake.drawn).toMatchObject([{ time: T0, timeEnd: T0 + 1 }]);
  });

  it("of two runs are two", async () => {
    await graphs().begin(MARK);
    await graphs().begin({ ...MARK, run: "chaos-2" });
    await graphs().end({ ...REGION, run: "chaos-2" });
    expect(fake.drawn.map(({ time, timeEnd }) => timeEnd - time)).toEqual([0, 60_000]);
  });

  it("refuse options that there are not, and never show the token", () => {
    const make = (options: object) => () =>
      new GrafanaChaosAnnotations({ baseUrl: fake.url, token: "a b", ...options });
    expect(make({})).toThrow(/token: is missing or cannot be one/);
    expect(make({ token: "a", panelI: 1 })).toThrow(/is no option of GrafanaChaosAnnotations; did you mean "panelId"/);
  });
});

describe("the runs of a runner in Grafana", () => {
  async function drawing(options: AnnotateRunsOptions = {}) {
    const { runner, clock } = await runnerOf();
    const errors: unknown[] = [];
    const waits = new ManualClock();
    const off = annotateRuns(runner, graphs(), { clock: waits, onError: (error) => errors.push(error), ...options });
    const strike = new Strike({ services: ["cart"] });
    const run = () => passing(clock, runner.run(strike), { stepMs: 500 });
    return { runner, run, errors, waits, off };
  }

  it("are regions from when they strike to when all is undone", async () => {
    const { run, off, errors } = await drawing();
    const report = await run();
    await off();
    expect(fake.drawn).toMatchObject([
      { time: T0, timeEnd: T0 + 10_000, tags: ["chaos", report.id, "a strike", "completed", "cart", "prod"] },
    ]);
    expect(errors).toEqual([]);
  });

  it("are not drawn where nothing was struck", async () => {
    const { runner, run, off } = await drawing();
    runner.disarm();
    await run();
    await off();
    expect([fake.drawn, fake.seen]).toEqual([[], []]);
  });

  it("are tried again when Grafana does not answer, with waits that double", async () => {
    fake.trouble.push("lost", 503, 429);
    const { run, off, waits, errors } = await drawing();
    await run();
    let isOff = false;
    const done = off().then(() => (isOff = true));
    for (let passed = 0; passed < 7_000; passed += 500) {
      for (let turn = 0; turn < 20; turn += 1) await settled();
      // A real server answers in its own time.
      await new Promise((resolve) => setTimeout(resolve, 20));
      waits.advance(500);
    }
    await done;
    expect([isOff, errors]).toEqual([true, []]);
    expect(fake.drawn).toMatchObject([{ time: T0, timeEnd: T0 + 10_000 }]);
  });

  it("are drawn one after the other: an end waits for its beginning", async () => {
    const { runner, clock } = await runnerOf();
    const told: string[] = [];
    let release = (): void => undefined;
    const slow = {
      begin: async () => {
        told.push("begins");
        await new Promise<void>((resolve) => (release = resolve));
        told.push("has begun");
      },
      end: async () => void told.push("ends"),
    };
    const off = annotateRuns(runner, slow);
    await passing(clock, runner.run(new Strike()), { stepMs: 500 });
    for (let turn = 0; turn < 20; turn += 1) await settled();
    expect(told).toEqual(["begins"]);
    release();
    await off();
    expect(told).toEqual(["begins", "has begun", "ends"]);
  });

  it("are given up when it refuses, which holds no run up and is told", async () => {
    fake.trouble.push(403, 403);
    const { run, off, errors } = await drawing();
    expect((await run()).outcome).toBe("completed");
    await off();
    expect(errors).toMatchObject([
      { code: "adapter", retryable: false },
      { code: "adapter", retryable: false },
    ]);
    expect(fake.seen.filter(({ method }) => method !== "GET")).toHaveLength(2);
  });
});
