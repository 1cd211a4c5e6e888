import { describe, expect, it } from "vitest";

import { assessBudget } from "../../src/budget/assess.ts";
import { ErrorBudgetManager, type ErrorBudgetOptions } from "../../src/budget/manager.ts";
import { readSubject } from "../../src/budget/subject.ts";
import { burnTiersFor } from "../../src/budget/tiers.ts";
import { ManualClock } from "../../src/core/time/manual-clock.ts";
import { rollingWindow } from "../../src/core/time/window.ts";
import { DAY, HOUR, MINUTE } from "./failing.ts";

const NOW = Date.UTC(2026, 10, 27, 12);

function make(options: Partial<Record<keyof ErrorBudgetOptions, unknown>> = {}) {
  const given = { objective: "99.9%", window: "30d", clock: new ManualClock(NOW), ...options };
  return new ErrorBudgetManager(given as ErrorBudgetOptions);
}

/** The whole message of what is thrown. */
function said(tell: () => unknown): string {
  try {
    tell();
  } catch (error) {
    expect(error).toMatchObject({ code: "configuration" });
    return (error as Error).message;
  }
  return "";
}

describe("a manager", () => {
  it("tells its burn rates with the shortest look-back first, each once", () => {
    const lookBacks = (options: object) =>
      make(options)
        .status()
        .burnRates.map(({ windowMs }) => windowMs);
    expect(lookBacks({ tiers: [], lookBacksMs: [DAY, 9 * MINUTE, HOUR, DAY, 2 * HOUR] })).toEqual([
      ...[9 * MINUTE, HOUR, 2 * HOUR, DAY],
    ]);
    const tier = { severity: "page", longMs: 2 * HOUR, shortMs: 10 * MINUTE, factor: 2 };
    expect(lookBacks({ tiers: [tier], lookBacksMs: [HOUR] })).toEqual([10 * MINUTE, HOUR, 2 * HOUR]);
  });

  it("of violations has all of its budget from the start, and takes no events", () => {
    const budget = make({ spentIn: "violations" });
    expect(budget.status()).toMatchObject({ state: "measured", consumedRatio: 0, coverage: 1 });
    expect(() => {
      budget.recordEvents({ good: 1, total: 1 });
    }).toThrow("recordEvents: this budget holds violations");
  });

  it("tells when its budget runs out", () => {
    const budget = make();
    expect(budget.timeToExhaustion()).toEqual({ kind: "unknown" });
    budget.recordEvents({ good: 1_000, total: 1_000 });
    expect(budget.timeToExhaustion()).toEqual({ kind: "never" });
    budget.recordEvents({ good: 0, total: 1_000 });
    expect(budget.timeToExhaustion()).toEqual({ kind: "exhausted" });
  });

  it("names the window of a burn rate that is none", () => {
    expect(said(() => make().burnRate("soon"))).toMatch(/^window: "soon" is not a duration/);
  });
});

describe("the saved state", () => {
  const ended = (at: number) => ({ start: at - 1, end: at, reason: "maintenance" });
  const kept = (options: object, beforeMs: number) => {
    const budget = make(options);
    for (const end of [NOW - beforeMs, NOW - beforeMs + 1]) budget.exclude(ended(end));
    return budget.exportState().exclusions;
  };

  it.each([
    ["its window", { window: "30d" }, 30 * DAY],
    ["the longest period", { window: "month" }, 367 * DAY],
    ["its longest look-back", { window: "1h", tiers: [], lookBacksMs: [2 * HOUR, DAY, MINUTE] }, DAY],
  ])("has exclusions for as long as %s and an hour can see them", (_, options, longestMs) => {
    expect(kept(options, longestMs + HOUR)).toEqual([ended(NOW - longestMs - HOUR + 1)]);
  });

  it("with an exclusion that is none is refused as a whole", () => {
    const budget = make();
    const exclusions = [ended(NOW), { start: NOW, end: NOW - 1, reason: "the wrong way round" }];
    const state = { version: 1, exclusions, burning: [], exhausted: true };
    expect(
      said(() => {
        budget.restoreState(state);
      }),
    ).toMatch(/^exclusions\[1\]: from \d+ to \d+ is not a stretch of time; start must be before end$/);
    expect(budget.exportState()).toEqual({ version: 1, exclusions: [], burning: [], exhausted: false });
  });
});

describe("a halt", () => {
  it.each([0, 0.5, 1, 10])("can be asked for above %s of the budget", (consumedRatio) => {
    const budget = make();
    budget.recordEvents({ good: 999_995, total: 1_000_000 });
    expect(budget.shouldHaltReleases({ consumedRatio })).toBe(consumedRatio === 0);
  });

  it.each([
    [-0.1, "-0.1"],
    [10.1, "10.1"],
    ["0.5", '"0.5"'],
    [null, "null"],
    [1n, "1"],
  ])("cannot be asked for above %s", (consumedRatio, shown) => {
    expect(said(() => make().shouldHaltReleases({ consumedRatio: consumedRatio as never }))).toBe(
      `consumedRatio: ${shown} is not a ratio; write 0.8 for 80 %`,
    );
  });

  it("of another name is told the right one", () => {
    for (const name of ["threshold", "consumed"]) {
      expect(said(() => make().shouldHaltReleases({ [name]: 0.8 }))).toBe(
        `${name}: is no option of shouldHaltReleases; did you mean "consumedRatio"? allowed: consumedRatio, at`,
      );
    }
  });
});

it("a misspelt field of events is named alone", () => {
  const tell = () => {
    make().recordEvents({ good: 1, total: 2, timestamp: NOW } as never);
  };
  expect(said(tell)).toBe('timestamp: is no option of recordEvents; did you mean "at"? allowed: at, good, total');
});

describe("tiers", () => {
  const tier = { severity: "page", longMs: 10, shortMs: 5, factor: 1 };

  it.each([
    ["a word", "page", 'tiers: "page" is no list of tiers'],
    ["a mapping", { ...tier }, /^tiers: .* is no list of tiers$/],
    ["null", [null], "tiers[0].longMs: undefined is not a positive number of milliseconds"],
    ["no long look-back", [{ ...tier, longMs: 0 }], "tiers[0].longMs: 0 is not a positive number of milliseconds"],
    ["a negative one", [tier, { ...tier, longMs: -1 }], "tiers[1].longMs: -1 is not a positive number of milliseconds"],
    ["an endless one", [{ ...tier, longMs: Infinity }], "tiers[0].longMs: Infinity is not a positive number of"],
    [
      "no short look-back",
      [{ ...tier, shortMs: 0 }],
      "tiers[0].shortMs: 0 is not a positive number of milliseconds up to longMs",
    ],
    ["a negative short one", [{ ...tier, shortMs: -5 }], "tiers[0].shortMs: -5 is not a positive number of"],
    ["a longer short one", [{ ...tier, shortMs: 11 }], "tiers[0].shortMs: 11 is not a positive number of"],
  ])("that are %s are refused", (_, tiers, message) => {
    const told = said(() => make({ tiers }));
    if (typeof message === "string") expect(told.startsWith(message)).toBe(true);
    else expect(told).toMatch(message);
  });

  it("may look back equally far twice", () => {
    expect(make({ tiers: [{ ...tier, shortMs: 10 }] }).tiers).toEqual([{ ...tier, shortMs: 10 }]);
  });

  it("of a short window look back a tenth of a second at least", () => {
    const shortest = (windowMs: number) => burnTiersFor(rollingWindow(windowMs)).map(({ shortMs }) => shortMs);
    expect(shortest(720 * 1_200)[0]).toBe(100);
    expect(shortest(720 * 1_193)).toEqual([597, 2_386, 7_158]);
  });
});

describe("a subject", () => {
  it.each([[null], ["99.9%"], [undefined]])("is not %j", (subject) => {
    const message = "is no mapping; write { objective, window }";
    const window = { good: 1, total: 1, coverage: 1 };
    expect(said(() => assessBudget(subject as never, { window }, NOW))).toMatch(/^subject: /);
    expect(said(() => readSubject(subject as never))).toContain(message);
    expect(said(() => readSubject(subject as never, ["budgets", "shop"]))).toMatch(/^budgets\.shop: /);
  });
});

describe("answers to questions", () => {
  /** Questions about 30 days and no look-back, with 20 and 5 days cut out of them: 1, 2 and 2 days are left. */
  const cut = () => {
    const budget = make({ tiers: [] });
    budget.exclude({ start: NOW - 29 * DAY, end: NOW - 9 * DAY, reason: "a" });
    budget.exclude({ start: NOW - 7 * DAY, end: NOW - 2 * DAY, reason: "b" });
    return { budget, questions: budget.questions() };
  };
  const answer = (good: number, coverage: number, until?: number) => ({
    ...{ good, total: 10, coverage },
    ...(until === undefined ? {} : { until }),
  });

  it("are added up, each watched for as long as it is", () => {
    const { questions } = cut();
    expect(questions.ranges.map(({ start, end }) => (end - start) / DAY)).toEqual([1, 2, 2]);
    const answers = [answer(10, 1), answer(9, 0), answer(8, 0.5)];
    expect(questions.fold(answers).window).toStrictEqual({ good: 27, total: 30, coverage: 0.4 });
    const all = [answer(10, 1), answer(10, 1), answer(10, 1)];
    expect(questions.fold(all).window).toStrictEqual({ good: 30, total: 30, coverage: 1 });
  });

  it("lag behind as far as the last of them does", () => {
    const { questions } = cut();
    const answers = [answer(10, 1, NOW - 3), answer(10, 1, NOW - 2), answer(10, 1, NOW - 1)];
    expect(questions.fold(answers).window.until).toBe(NOW - 1);
  });

  it("are taken as they are where nothing is cut out, and refused if they are wrong", () => {
    const budget = make({ tiers: [] });
    const questions = budget.questions();
    const one = { good: 9, total: 10, coverage: 0.3, until: NOW - 1 };
    expect(questions.fold([one]).window).toBe(one);
    expect(said(() => budget.assess(questions, [{ ...one, coverage: 1.5 }]))).toMatch(
      /^window: good 9, total 10, coverage 1.5 is not a measurement/,
    );
  });

  it.each([[undefined], [9], ["9"], [null]])("are not %j", (wrong) => {
    const { budget, questions } = cut();
    expect(said(() => budget.assess(questions, [answer(1, 1), wrong as never, answer(1, 1)]))).toMatch(
      /^answers\[1\]: .* is not a measurement; write \{ good, total, coverage \}$/,
    );
  });
});
