/** The commands that judge forecasts: their measures against hand-worked values and R, and the commands as they are run. */
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { cellsOf, numberOf, timeAt } from "../../bench/evaluate/csv.ts";
import { hold } from "../../bench/evaluate/contest.ts";
import { evaluateParts, pairsOf } from "../../bench/evaluate/m4-parts.ts";
import { m4Result } from "../../bench/evaluate/m4-report.ts";
import { coverageOf, maseOf, msisOf, owaOf, scaleOf, smapeOf } from "../../bench/evaluate/metrics.ts";
import { main } from "../../bench/evaluate/main.ts";
import { bridged, isSeasonal, naive2 } from "../../bench/evaluate/naive2.ts";
import { originsOf } from "../../bench/evaluate/origins.ts";
import { rowsOf } from "../../bench/evaluate/rows.ts";
import { cleanEnvironment, type Finished, ROOT, runNode } from "../support/spawn.ts";

const DATA = join(ROOT, "test", "data", "nab");
const HOUR = 3_600_000;

/** R's datasets of these names; monthly, from January. */
const AIR_PASSENGERS = [
  [112, 118, 132, 129, 121, 135, 148, 148, 136, 119, 104, 118, 115, 126, 141, 135, 125, 149, 170, 170, 158, 133, 114],
  [140, 145, 150, 178, 163, 172, 178, 199, 199, 184, 162, 146, 166, 171, 180, 193, 181, 183, 218, 230, 242, 209, 191],
  [172, 194, 196, 196, 236, 235, 229, 243, 264, 272, 237, 211, 180, 201, 204, 188, 235, 227, 234, 264, 302, 293, 259],
  [229, 203, 229, 242, 233, 267, 269, 270, 315, 364, 347, 312, 274, 237, 278, 284, 277, 317, 313, 318, 374, 413, 405],
  [355, 306, 271, 306, 315, 301, 356, 348, 355, 422, 465, 467, 404, 347, 305, 336, 340, 318, 362, 348, 363, 435, 491],
  [505, 404, 359, 310, 337, 360, 342, 406, 396, 420, 472, 548, 559, 463, 407, 362, 405, 417, 391, 419, 461, 472, 535],
  [622, 606, 508, 461, 390, 432],
].flat();
const ACCIDENTAL_DEATHS = [
  [9007, 8106, 8928, 9137, 10017, 10826, 11317, 10744, 9713, 9938, 9161, 8927, 7750, 6981, 8038, 8422, 8714, 9512],
  [10120, 9823, 8743, 9129, 8710, 8680, 8162, 7306, 8124, 7870, 9387, 9556, 10093, 9620, 8285, 8466, 8160, 8034, 7717],
  [7461, 7767, 7925, 8623, 8945, 10078, 9179, 8037, 8488, 7874, 8647, 7792, 6957, 7726, 8106, 8890, 9299, 10625, 9302],
  [8314, 8850, 8265, 8796, 7836, 6892, 7791, 8192, 9115, 9434, 10484, 9827, 9110, 9070, 8633, 9240],
].flat();
const LYNX = [
  [
    269, 321, 585, 871, 1475, 2821, 3928, 5943, 4950, 2577, 523, 98, 184, 279, 409, 2285, 2685, 3409, 1824, 409, 151,
    45,
  ],
  [68, 213, 546, 1033, 2129, 2536, 957, 361, 377, 225, 360, 731, 1638, 2725, 2871, 2119, 684, 299, 236, 245, 552, 1623],
  [3311, 6721, 4254, 687, 255, 473, 358, 784, 1594, 1676, 2251, 1426, 756, 299, 201, 229, 469, 736, 2042, 2811, 4431],
  [2511, 389, 73, 39, 49, 59, 188, 377, 1292, 4031, 3495, 587, 105, 153, 387, 758, 1307, 3465, 6991, 6313, 3794, 1836],
  [345, 382, 808, 1388, 2713, 3800, 3091, 2985, 3790, 674, 81, 80, 108, 229, 399, 1132, 2432, 3574, 2935, 1537, 529],
  [485, 662, 1000, 1590, 2657, 3396],
].flat();

/**
 * By `Benchmarks and Evaluation.R` of https://github.com/Mcompetitions/M4-methods (commit 74e0279), its functions SeasonalityTest,
 * f3 of Benchmarks, smape_cal and mase_cal, run in R 4 with forecast 8.20 on all but the last `steps` values.
 */
const BY_R = [
  {
    name: "AirPassengers",
    values: AIR_PASSENGERS,
    period: 12,
    steps: 18,
    forecast: [
      518.944888311658, 515.314186696991, 450.483894735075, 391.398442857325, 339.784568971511, 381.714877645924,
    ],
    naive2: { smape: 9.50093246488101, mase: 1.50925841581744 },
    naive: { smape: 13.2181771347878, mase: 2.15822275834339 },
    owaOfNaive: 1.41061969708324,
  },
  {
    name: "USAccDeaths",
    values: ACCIDENTAL_DEATHS,
    period: 12,
    steps: 18,
    forecast: [
      10063.65179683842, 9542.32220997459, 8446.85620522597, 8774.64239418982, 8282.39687241331, 8410.61529646506,
    ],
    naive2: { smape: 3.29511238912369, mase: 0.580408218493566 },
    naive: { smape: 8.74866733996036, mase: 1.53127742258995 },
    owaOfNaive: 2.64666014358946,
  },
  {
    name: "lynx, as if of an odd period",
    values: LYNX,
    period: 9,
    steps: 9,
    forecast: [4390.02950451048, 6756.08410644562, 9771.83024177796, 11016.55217004037, 9062.95291718723],
    naive2: { smape: 111.702487705401, mase: 5.11786891941014 },
    naive: { smape: 84.5995406117071, mase: 1.86111278477369 },
    owaOfNaive: 0.560507413175113,
  },
];

describe("the measures", () => {
  test("are what they are worked out by hand", () => {
    // 200 · (10/210 + 0/160 + 20/60) / 3
    expect(smapeOf([100, 80, 40], [110, 80, 20])).toBeCloseTo((200 * (10 / 210 + 20 / 60)) / 3, 12);
    expect(smapeOf([0, 10], [0, 10])).toBe(0);
    // One season of two before: |3-1|, |6-2|, |5-3| are 8/3 on average.
    expect(scaleOf([1, 2, 3, 6, 5], 2)).toBeCloseTo(8 / 3, 12);
    expect(maseOf([7, 8], [5, 9], 3)).toBeCloseTo(0.5, 12);
    expect(coverageOf([1, 5, 9, 4], [0, 6, 8, 4], [2, 7, 10, 4])).toBe(0.75);
    // Widths 2 and 4; 3 below the second's lower bound, times 2/0.05.
    expect(msisOf([1, 5], [0, 8], [2, 12], 0.05, 2)).toBeCloseTo((2 + 4 + 40 * 3) / 2 / 2, 12);
    expect(owaOf({ smape: 12, mase: 1.5 }, { smape: 10, mase: 2 })).toBeCloseTo((1.2 + 0.75) / 2, 12);
  });

  test("leave out what is not known", () => {
    expect(smapeOf([NaN, 80], [110, 80])).toBe(0);
    expect(maseOf([NaN, 8], [5, 9], 2)).toBe(0.5);
    expect(scaleOf([1, NaN, 3, 6, 5], 2)).toBe(2);
    expect(maseOf([NaN], [1], 1)).toBeNaN();
  });

  test("are in units of the step before where there is no season to compare with, and of nothing for a constant", () => {
    expect(scaleOf([1, 3, 2], 24)).toBe(1.5);
    expect(scaleOf([1, 2, 1, 2, 1], 2)).toBe(1);
    expect(scaleOf([4, 4, 4], 1)).toBeNaN();
  });
});

describe.each(BY_R)("Naive2 of $name", ({ values, period, steps, forecast, ...expected }) => {
  const training = values.slice(0, -steps);
  const actual = values.slice(-steps);
  const own = naive2(training, period, steps);
  const errorsOf = (guess: Float64Array) => ({
    smape: smapeOf(actual, guess),
    mase: maseOf(actual, guess, scaleOf(training, period)),
  });

  test("is R's, and so are its errors and the OWA beside it", () => {
    for (const [step, value] of forecast.entries()) expect(own[step]! / value).toBeCloseTo(1, 11);
    const [reference, naive] = [errorsOf(own), errorsOf(new Float64Array(steps).fill(training.at(-1)!))];
    for (const key of ["smape", "mase"] as const) {
      expect(reference[key] / expected.naive2[key]).toBeCloseTo(1, 11);
      expect(naive[key] / expected.naive[key]).toBeCloseTo(1, 11);
    }
    expect(owaOf(naive, reference)).toBeCloseTo(expected.owaOfNaive, 11);
    expect(owaOf(reference, reference)).toBe(1);
  });
});

describe("Naive2", () => {
  test("is the last value where there is no season", () => {
    const noise = Array.from({ length: 60 }, (_, place) => 100 + ((place * 7919) % 31));
    expect(isSeasonal(noise, 12)).toBe(false);
    expect([...naive2(noise, 12, 2)]).toEqual([noise.at(-1), noise.at(-1)]);
  });

  test.each([
    ["too little to see a season", [1, 2, 1, 2, 1], 2],
    ["values below 0", Array.from({ length: 40 }, (_, place) => [-5, 3][place % 2]!), 2],
    ["a season whose last place is always 0", Array.from({ length: 40 }, (_, place) => [4, 0][place % 2]!), 2],
    ["a constant", Array.from({ length: 40 }, () => 3), 4],
  ])("is the last value of %s", (_, values, period) => {
    expect([...naive2(values, period, 3)]).toEqual([1, 2, 3].map(() => values.at(-1)));
  });

  test("bridges gaps by lines", () => {
    expect([...bridged([NaN, 1, NaN, NaN, 4, NaN])]).toEqual([1, 2, 3, 4, 4]);
  });
});

describe("reading", () => {
  test.each([
    ["2014-02-14 14:30:00", Date.UTC(2014, 1, 14, 14, 30)],
    ["2014-02-14T14:30:00Z", Date.UTC(2014, 1, 14, 14, 30)],
    ["2014-02-14T14:30:00+01:00", Date.UTC(2014, 1, 14, 13, 30)],
    ["1392388200", Date.UTC(2014, 1, 14, 14, 30)],
    ["1392388200000", Date.UTC(2014, 1, 14, 14, 30)],
    ["1392388200.5", Date.UTC(2014, 1, 14, 14, 30) + 500],
    ["yesterday", undefined],
    ["", undefined],
  ])("takes %j as a time", (cell, at) => {
    expect(timeAt(cell)).toBe(at);
  });

  test.each([
    ["1.5", 1.5],
    ["-2e3", -2000],
    ["", NaN],
    ["NaN", NaN],
    ["NA", NaN],
    ["abc", undefined],
    ["Infinity", undefined],
    ["1e999", undefined],
  ])("takes %j as a number", (cell, value) => {
    expect(numberOf(cell)).toBe(value);
  });

  test("takes quotes from cells", () => {
    expect(cellsOf('"M1", "1,5",2,"say ""x""",')).toEqual(["M1", "1,5", "2", 'say "x"', ""]);
  });

  test("finds the columns by their names, and says what it did not look at", () => {
    const { rows, notes } = rowsOf('Value,host,"Timestamp"\n3,a,1970-01-01 00:00:01\n', "x.csv");
    expect(rows).toEqual([{ at: 1_000, value: 3 }]);
    expect(notes).toEqual(["x.csv: other columns not looked at: host"]);
    expect(rowsOf("ds,y\n5,3\n", "x.csv").notes[0]).toContain('"ds,y" does not say timestamp and value');
    expect(rowsOf("5,3\n6,4", "x.csv").rows).toHaveLength(2);
  });
});

describe("moments to forecast from", () => {
  const options = { horizon: 24, every: 6, from: 0.5, least: 168, most: 60 };

  test("go from the half, or a week, to the last with a horizon after it", () => {
    expect(originsOf(337, options).places).toEqual(Array.from({ length: 25 }, (_, index) => 169 + 6 * index));
    expect(originsOf(240, options).places.at(0)).toBe(168);
    // Too short for a week: half of it is what there is.
    expect(originsOf(100, options).places).toEqual([50, 56, 62, 68, 74]);
    expect(originsOf(40, options).places).toEqual([]);
  });

  test("are evenly fewer where there are too many, the first and the last among them", () => {
    const { places, possible } = originsOf(5_160, options);
    expect(possible).toBe(427);
    expect(places).toHaveLength(60);
    expect([places.at(0), places.at(-1)]).toEqual([2_580, 5_136]);
    expect(new Set(places).size).toBe(60);
  });
});

describe("those who are compared", () => {
  test("speak for each other where a model does not apply", () => {
    const line = Float64Array.from({ length: 40 }, (_, place) => 10 + place + ((place * 7) % 3));
    const { forecasts, replaced } = hold(line, { steps: 4, seasons: [], period: 1 });
    expect(replaced).toContain("seasonal-naive");
    expect(replaced).not.toContain("linear");
    expect(forecasts["linear-seasons"]).toEqual(forecasts.linear);
    expect(forecasts["profile-naive"]).toEqual(forecasts.naive);
  });

  test("are chosen alike whatever the confidence of the interval", () => {
    const season = Float64Array.from(
      { length: 120 },
      (_, place) => 50 + 9 * Math.sin(place / 1.9) + ((place * 7919) % 5),
    );
    const { interval, interval95 } = hold(season, { steps: 6, seasons: [12], period: 12 });
    const [same, narrow] = [interval(0.95), interval(0.8)];
    expect([...same.lower]).toEqual([...interval95.lower]);
    expect([...same.upper]).toEqual([...interval95.upper]);
    expect(narrow.upper[0]! - narrow.lower[0]!).toBeLessThan(same.upper[0]! - same.lower[0]!);
  });
});

describe("the commands", () => {
  let scratch = "";
  beforeAll(() => {
    scratch = mkdtempSync(join(tmpdir(), "nines-evaluate-"));
  });
  afterAll(() => rmSync(scratch, { recursive: true, force: true }));

  const evaluate = (...args: string[]): Promise<Finished> =>
    runNode([join(ROOT, "scripts", "evaluate.mjs"), ...args], { env: cleanEnvironment() });

  const write = (files: Readonly<Record<string, string>>): string => {
    const folder = mkdtempSync(join(scratch, "folder-"));
    for (const [name, text] of Object.entries(files)) {
      mkdirSync(dirname(join(folder, name)), { recursive: true });
      writeFileSync(join(folder, name), text);
    }
    return folder;
  };

  const hourly = (length: number, start = Date.UTC(2024, 0, 1)) =>
    Array.from({ length }, (_, hour) => ({
      at: start + hour * HOUR,
      value: 100 + 20 * Math.sin((hour * Math.PI) / 12) + ((hour * 7919) % 7),
    }));
  const text = (at: number): string => new Date(at).toISOString().slice(0, 19).replace("T", " ");

  test("evaluate a folder with all that files have", async () => {
    const tidy = hourly(240).map(({ at, value }) => `${text(at)},${value}`);
    const rough = [...tidy.slice(0, 50), ...tidy.slice(55)].reverse();
    rough.splice(
      10,
      0,
      "never,1",
      `${text(Date.UTC(2024, 0, 3))},`,
      "",
      `${text(Date.UTC(2024, 0, 3))},lots`,
      tidy[3]!,
    );
    const folder = write({
      "rough.csv": `\uFEFF"Timestamp","Value"\r\n${rough.join("\r\n")}`,
      "epoch.csv": hourly(240)
        .map(({ at, value }) => `${at / 1_000},${value},x`)
        .join("\n"),
      "daily.CSV": `timestamp,value\n${hourly(60)
        .map(({ value }, day) => `${text(day * 24 * HOUR).slice(0, 10)},${value}`)
        .join("\n")}\n`,
      "constant.csv": `timestamp,value\n${hourly(240)
        .map(({ at }) => `${text(at)},7`)
        .join("\n")}\n`,
      "short.csv": `timestamp,value\n${tidy.slice(0, 5).join("\n")}\n`,
      "junk.csv": "nothing here\n",
      "empty.csv": "",
      "notes.txt": "no series",
    });
    const { code, stdout, stderr } = await evaluate(folder, "--horizon", "6", "--every", "40", "--json");
    expect(stderr).toContain("rough.csv");
    expect(code).toBe(0);
    const told = JSON.parse(stdout);
    const byName = Object.fromEntries(told.series.map((one: { name: string }) => [one.name, one]));
    expect(Object.keys(byName).sort()).toEqual(["constant", "daily", "epoch", "rough"]);
    expect(byName.rough).toMatchObject({ steps: 240, stepMs: HOUR, seasons: [24, 168], origins: 2 });
    expect(byName.epoch.steps).toBe(240);
    expect(byName.daily).toMatchObject({ steps: 60, stepMs: 24 * HOUR, seasons: [7] });
    expect(byName.epoch.scores.chosen.mase).toBeLessThan(byName.epoch.scores.naive.mase);
    // What is always the same is forecast without error, and has no unit.
    expect(byName.constant.scores.chosen).toMatchObject({ smape: 0, mase: null });
    expect(told.skipped.map(({ name }: { name: string }) => name).sort()).toEqual([
      "empty.csv",
      "junk.csv",
      "short.csv",
    ]);
    const notes = told.notes.join("\n");
    expect(notes).toContain('rough.csv:12 "never,1" is no time and number; 2 rows of rough.csv left out so');
    expect(notes).toContain("rough.csv: 1 row without a value");
    expect(notes).toContain("rough.csv: 5 of 240 steps without a value");
    expect(notes).toContain("daily.CSV: its own step is taken, 1d, which is longer than 1h");
    expect(told.standings.find(({ name }: { name: string }) => name === "naive2").owa).toBe(1);
  });

  test("print a table with a line that says how the choice did, and check it where asked", async () => {
    const folder = write({
      "one.csv": `timestamp,value\n${hourly(240)
        .map(({ at, value }) => `${text(at)},${value}`)
        .join("\n")}\n`,
    });
    const { code, stdout } = await evaluate(folder, "--horizon", "6", "--every", "30", "--check");
    const verdict =
      /^median MASE: chosen ([\d.]+), best single model \(([a-z-]+)\) ([\d.]+): (at or under|above)$/m.exec(stdout);
    expect(verdict).not.toBeNull();
    const [, , best, , words] = verdict!;
    expect(stdout).toMatch(new RegExp(`^${best!} +[\\d.]+`, "m"));
    expect(stdout).toMatch(/^chosen +[\d.]+ +[\d.]+ +[\d.]+ +[\d.]+ +[\d.]+$/m);
    expect(stdout).toMatch(/^worse than naive: 0 of 1 series$/m);
    expect(code).toBe(words === "above" ? 1 : 0);
  });

  test("end with 1 and a word about what is wrong, without a stack", async () => {
    const { code, stdout, stderr } = await evaluate("no/such/folder");
    expect([code, stdout, stderr]).toEqual([1, "", "evaluate: there is no no/such/folder\n"]);
  });

  test.each([
    [[join(ROOT, "scripts")], "has no file that ends in .csv"],
    [[DATA, "--horizon", "0"], '--horizon: "0" is not a whole number of 1 or more'],
    [[DATA, "--step", "soon"], "--step"],
    [[DATA, "--seasons", "1"], "1 is no season"],
    [[DATA, "--what"], "--what"],
    [[DATA, "--limit", "3"], "--limit is only for --m4"],
    [["--m4", DATA], "has no pair such as Monthly-train.csv and Monthly-test.csv"],
    [["--m4", DATA, DATA], "one folder, or a train file and a test file"],
  ])("refuse %j", async (args, message) => {
    await expect(main(args, "")).rejects.toThrow(message);
  });

  test("evaluate M4's layout as M4's own code does", async () => {
    const row = (id: string, values: readonly (string | number)[]): string =>
      [id, ...values].map((cell) => `"${cell}"`).join(",");
    const [air, deaths] = [AIR_PASSENGERS, ACCIDENTAL_DEATHS];
    const header = `"V1","V2","V3"\r\n`;
    const folder = write({
      "Train/monthly-Train.csv": `${header}${row("M1", air.slice(0, -18))}\r\n${row("M2", [...deaths.slice(0, -18), "", "NA"])}\r\n${row("M9", [1, 2, 3])}`,
      "Test/Monthly-test.csv": `${header}${row("M2", deaths.slice(-18))}\n${row("M7", [1])}\n${row("M1", air.slice(-18))}\n`,
      "Train/Yearly-train.csv": "V1,V2,V3,V4,V5,V6,V7,V8\nY1,1,2,oops,4,5,6,7\nY2,5,5,5,5,5,5,5",
      "Test/Yearly-test.csv": "V1,V2,V3\nY1,8,9\nY2,5,5\n",
      "Train/Weekly-train.csv": "V1,V2\nW1,1\n",
    });
    const { code, stdout } = await evaluate("--m4", folder, "--json");
    expect(code).toBe(0);
    const { groups, notes } = JSON.parse(stdout);
    expect(groups.map(({ name, count }: { name: string; count: number }) => [name, count])).toEqual([
      ["Yearly", 2],
      ["Monthly", 2],
      ["All", 4],
    ]);
    const { models } = groups[1];
    const meanOf = (who: "naive" | "naive2", key: "smape" | "mase"): number =>
      (BY_R[0]![who][key] + BY_R[1]![who][key]) / 2;
    for (const who of ["naive", "naive2"] as const)
      for (const key of ["smape", "mase"] as const) expect(models[who][key]).toBeCloseTo(meanOf(who, key), 9);
    const ratio = (key: "smape" | "mase"): number => meanOf("naive", key) / meanOf("naive2", key);
    expect(models.naive.owa).toBeCloseTo((ratio("smape") + ratio("mase")) / 2, 9);
    expect(models.naive2.owa).toBe(1);
    // Y2 never changes, so its MASE has no unit.
    expect(groups[0].scaled).toBe(1);
    const said = notes.join("\n");
    expect(said).toContain("1 id(s) of monthly-Train.csv have no test row, and are left out: M9");
    expect(said).toContain("1 id(s) of Monthly-test.csv have no train row, and are left out: M7");
    expect(said).toContain('Yearly-train.csv:2 "oops" is no number');
    expect(said).toMatch(/Weekly-train\.csv has no test file/);
  });

  test("take two files, a part of their series, and as many processes as they are given", async () => {
    const rows = (from: number, to: number): string =>
      Array.from({ length: 90 }, (_, id) =>
        [
          `T${id + 1}`,
          ...Array.from(
            { length: to - from },
            (_, step) => 50 + id + ((from + step) % 4) * 3 + (((from + step) * id) % 5),
          ),
        ].join(","),
      ).join("\n");
    const folder = write({ "train.csv": rows(0, 20), "test.csv": rows(20, 24) });
    const files = [join(folder, "train.csv"), join(folder, "test.csv")];
    await expect(main(["--m4", ...files, "--workers", "1"], "")).rejects.toThrow("say it by --period");
    const { pairs } = pairsOf(files, () => undefined);
    const quiet = { workers: 1, program: "", say: () => undefined };
    const [alone] = m4Result(await evaluateParts(pairs, { period: 4, limit: 45 }, quiet)).groups;
    const { stdout } = await evaluate("--m4", ...files, "--period", "4", "--limit", "45", "--workers", "2", "--json");
    const [shared] = JSON.parse(stdout).groups;
    expect(alone).toMatchObject({ name: "train", count: 45, scaled: 45 });
    expect(shared.count).toBe(45);
    for (const key of ["smape", "mase", "owa"] as const)
      expect(shared.models.chosen[key]).toBeCloseTo(alone!.models.chosen[key], 9);
    expect(shared.msis).toBeCloseTo(alone!.msis, 9);
  });

  test("evaluate the seven series that come with them", async () => {
    const files = readdirSync(DATA).filter((name) => name.endsWith(".csv"));
    expect(files).toHaveLength(7);
    expect(readFileSync(join(DATA, "LICENSE.txt"), "utf8")).toContain("MIT");
    const { code, stdout } = await evaluate(DATA, "--origins", "2");
    expect(code).toBe(0);
    expect(stdout).toContain("ec2_network_in_5abac7: 395 steps of 1h");
    expect(stdout).toContain(
      "nyc_taxi: 5,160 steps of 1h, seasons of 24 and 168 looked for, from 2 moments, of 427 possible",
    );
    expect(stdout).toMatch(/^median MASE: chosen /m);
  });
});
