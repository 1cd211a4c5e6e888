import { describe, expect, test } from "vitest";

import { askAll, soundLatencies, soundTraits } from "../../src/budget/ask.ts";
import { ManualClock } from "../../src/core/time/manual-clock.ts";
import { giveWay } from "../../src/core/give-way.ts";
import type { Measurement } from "../../src/core/measurement.ts";
import type { SliAnswer, SliQuestion, SliSource } from "../../src/ports/sli-source.ts";

interface Named {
  readonly id: string;
}

const range = (start: number): { start: number; end: number } => ({ start, end: start + 10 });
const questions: readonly SliQuestion<Named>[] = [
  { subject: { id: "a" }, ranges: [range(0), range(10)] },
  { subject: { id: "b" }, ranges: [range(20)] },
];
const measured = (good: number): Measurement => ({ good, total: 10, coverage: 1 });

function ask(source: object, more: { signal?: AbortSignal; clock?: ManualClock } = {}): Promise<readonly SliAnswer[]> {
  const { clock = new ManualClock(), signal } = more;
  return askAll(questions, { source: source as SliSource<Named>, clock, timeoutMs: 500, ...(signal && { signal }) });
}

/** What is wrong with each answer; "fine" of those that are. */
function said(answers: readonly SliAnswer[]): string[] {
  return answers.map((answer) => ("error" in answer ? answer.error.message : "fine"));
}

describe("a source that is asked one by one", () => {
  test("is asked for each, with its ranges, and answers in their order", async () => {
    const asked: unknown[] = [];
    const source = {
      measure: async (subject: Named, ranges: unknown[]) => {
        asked.push([subject.id, ranges]);
        return ranges.map((_, index) => measured(index));
      },
    };
    expect(await ask(source)).toEqual([{ measurements: [measured(0), measured(1)] }, { measurements: [measured(0)] }]);
    expect(asked).toEqual([
      ["a", [range(0), range(10)]],
      ["b", [range(20)]],
    ]);
  });

  test("may fail for one, or take too long, and the others have their answers", async () => {
    const clock = new ManualClock();
    const failing = new Error("no route");
    const source = {
      measure: ({ id }: Named) => (id === "a" ? new Promise(() => undefined) : Promise.reject(failing)),
    };
    const asking = ask(source, { clock });
    await giveWay();
    clock.advance(500);
    const [late, failed] = await asking;
    expect(late).toMatchObject({ error: { code: "timeout", message: "to measure a did not finish within 500 ms" } });
    expect(failed).toEqual({ error: failing });
  });

  test("changes nothing for anybody by what it does to its ranges", async () => {
    const source = {
      measure: async (_: Named, ranges: Array<{ start: number }>) => {
        const answer = ranges.map(() => measured(1));
        for (const one of ranges) one.start = -1;
        ranges.length = 0;
        return answer;
      },
    };
    expect(said(await ask(source))).toEqual(["fine", "fine"]);
    expect(questions[0]?.ranges).toEqual([range(0), range(10)]);
  });

  test("is told that nobody waits any more, and whoever gave up hears of it", async () => {
    const controller = new AbortController();
    const reason = new Error("enough");
    const signals: AbortSignal[] = [];
    const source = {
      measure: (_: Named, __: unknown, { signal }: { signal: AbortSignal }) => {
        signals.push(signal);
        return new Promise(() => undefined);
      },
    };
    const asking = ask(source, { signal: controller.signal });
    await giveWay();
    controller.abort(reason);
    await expect(asking).rejects.toBe(reason);
    expect(signals.map(({ aborted }) => aborted)).toEqual([true, true]);
  });
});

describe("a source that takes all questions together", () => {
  const answering = (answers: unknown): object => ({ measureAll: async () => answers });
  const good = { measurements: [measured(1), measured(2)] };

  test("is asked once, with copies, and answers in their order", async () => {
    const asked: unknown[] = [];
    const source = {
      measureAll: async (all: SliQuestion<Named>[], { signal }: { signal: AbortSignal }) => {
        asked.push(structuredClone(all), signal.aborted);
        const answers = all.map(({ ranges }) => ({ measurements: ranges.map(() => measured(3)) }));
        all.length = 0;
        return answers;
      },
    };
    expect(said(await ask(source))).toEqual(["fine", "fine"]);
    expect(asked).toEqual([questions, false]);
  });

  test("is not asked when there is no question", async () => {
    let asked = 0;
    const source = {
      measureAll: async () => {
        asked += 1;
        return [];
      },
    } as unknown as SliSource<Named>;
    expect(await askAll([], { source, clock: new ManualClock(), timeoutMs: 1 })).toEqual([]);
    expect(asked).toBe(0);
  });

  test.each<[string, unknown, string[]]>([
    ["leaves one out", [good], ["fine", "it left a question out"]],
    ["answers with nothing", undefined, ["it left a question out", "it left a question out"]],
    ["says of one that it failed", [good, { error: new Error("no route") }], ["fine", "no route"]],
    ["gives no list", [good, { measurements: "many" }], ["fine", "it answered with something that is no list"]],
    [
      "gives too few",
      [{ measurements: [measured(1)] }, { measurements: [] }],
      ["1 answers came for 2 stretches of time", "0 answers came for 1 stretches of time"],
    ],
  ])("and %s has that in the answers", async (_, answers, expected) => {
    const messages = said(await ask(answering(answers)));
    expect(messages.map((message) => message.replace(/^the SLI source could not measure: /, ""))).toEqual(expected);
  });

  const WRONG: Array<[string, unknown]> = [
    ["null", null],
    ["more good than all", { good: 11, total: 10, coverage: 1 }],
    ["less than none", { good: -1, total: 10, coverage: 1 }],
    ["endlessly many", { good: 1, total: Infinity, coverage: 1 }],
    ["text for good", { good: "1", total: 10, coverage: 1 }],
    ["text for total", { good: 1, total: "10", coverage: 1 }],
    ["text for coverage", { good: 1, total: 10, coverage: "1" }],
    ["a coverage above 1", { good: 1, total: 10, coverage: 1.1 }],
    ["a coverage below 0", { good: 1, total: 10, coverage: -0.1 }],
    ["no coverage", { good: 1, total: 10 }],
  ];
  test.each(WRONG)("and counts %s is not believed", async (_, wrong) => {
    const [answer] = await ask(answering([{ measurements: [measured(1), wrong] }, { measurements: [measured(1)] }]));
    expect(answer).toEqual({
      error: expect.objectContaining({
        ...{ adapter: "the SLI source", operation: "measure", retryable: false },
        message: expect.stringContaining(
          "its answer is no measurement: good from 0 to total, coverage from 0 to 1, all finite",
        ) as unknown,
      }) as unknown,
    });
  });

  test("may count none, and may not have watched at all", async () => {
    const least = { good: 0, total: 0, coverage: 0 };
    const answers = [{ measurements: [least, { good: 10, total: 10, coverage: 1 }] }, { measurements: [least] }];
    expect(said(await ask(answering(answers)))).toEqual(["fine", "fine"]);
  });

  test("and fails, or takes too long, has failed for each; whoever gave up hears of it", async () => {
    const broken = {
      measureAll: async () => {
        throw "text" as unknown;
      },
    };
    expect(said(await ask(broken))).toEqual(["text", "text"]);
    const clock = new ManualClock();
    const hanging = { measureAll: () => new Promise(() => undefined) };
    const asking = ask(hanging, { clock });
    await giveWay();
    clock.advance(500);
    const late = "to measure the SLOs did not finish within 500 ms";
    expect(said(await asking)).toEqual([late, late]);
    const reason = new Error("enough");
    await expect(ask(hanging, { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
  });
});

describe("what a source tells of its latencies", () => {
  test("is known where it is a number, and nothing where it tells none", () => {
    expect(soundLatencies([0, 1.5, -1, NaN, Infinity, "1", null], 7)).toEqual([
      ...[0, 1.5, undefined, undefined, undefined, undefined, undefined],
    ]);
    expect(soundLatencies(undefined, 3)).toEqual([]);
  });

  test.each([["many"], [[1]], [[1, 2, 3]]])("is refused as %j where two were asked for", (answer) => {
    expect(() => soundLatencies(answer, 2)).toThrow("the SLI source could not measure: it did not tell 2 latencies");
  });
});

describe("what a source tells of its counts", () => {
  const traitsOf = (traits: unknown) => soundTraits({ traits } as unknown as SliSource<Named>, { id: "a" });

  test.each([[{ unit: "events", resolutionMs: 1 }], [{ unit: "time", resolutionMs: 60_000 }]])("is %j", (traits) => {
    expect(traitsOf(() => traits)).toEqual(traits);
  });

  test.each([
    [{ unit: "things", resolutionMs: 1 }],
    [{ unit: "events", resolutionMs: 0 }],
    [{ unit: "events", resolutionMs: Infinity }],
    [{ unit: "events", resolutionMs: "1" }],
    [{ unit: "events" }],
    [undefined],
    [null],
    [Promise.resolve({ unit: "events", resolutionMs: 1 })],
  ])("is nothing that can be used as %j", (traits) => {
    expect(traitsOf(() => traits)).toBeUndefined();
  });

  test("is nothing where it cannot be asked", () => {
    expect(traitsOf(undefined)).toBeUndefined();
    expect(
      traitsOf(() => {
        throw new Error("no");
      }),
    ).toBeUndefined();
  });
});
