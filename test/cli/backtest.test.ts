import { describe, expect, it } from "vitest";

import { backtest } from "../../src/backtest/backtest.ts";
import { candidatesOf } from "../../src/backtest/candidate.ts";
import { stepsOf } from "../../src/backtest/steps.ts";
import { backtestText } from "../../src/backtest/text.ts";
import { parseSloDocument } from "../../src/slo/document.ts";
import { fakePrometheus, type Job, steady } from "./fake.ts";
import { folderOf, jsonOf, nines, NOW, ONE, SHOP, withoutFolder, type World } from "./support.ts";

const MINUTE = 60_000;
const DAY = 1_440 * MINUTE;
const START = NOW - 2 * DAY;
const SHORT = ONE.replace("7d", "1d");
/** Two days of minutes; in the last hour but one a third fails. */
const SAMPLES = Array.from({ length: 2_880 }, (_, minute) => {
  const isBad = minute >= 2_760 && minute < 2_820;
  return { at: START + minute * MINUTE, good: isBad ? 20 : 30, total: 30 };
});
const AS_JSON = JSON.stringify(SAMPLES);
const AS_CSV = ["at,good,total", ...SAMPLES.map(({ at, good, total }) => [at, good, total].join())].join("\n");
/** The same to a Prometheus: what ends in the bad hour. */
const outage: Job = ({ start, end }) => {
  const minutes = (end - start) / MINUTE;
  const isBad = start >= START + 2_760 * MINUTE && end <= START + 2_820 * MINUTE;
  return { total: 30 * minutes, good: (isBad ? 20 : 30) * minutes };
};

/** What the library says of the same. */
function told(
  document: string,
  variations: Parameters<typeof candidatesOf>[1] = [],
  range = { start: START, end: NOW },
): string {
  const [slo] = parseSloDocument(document).slos;
  return backtestText(backtest(candidatesOf(slo!, variations), stepsOf(SAMPLES, { ...range, stepMs: MINUTE })));
}

async function ofFile(
  text: string,
  options: readonly string[] = [],
  document = SHORT,
): Promise<Awaited<ReturnType<typeof nines>>> {
  const pathOf = folderOf({ "slo.yaml": document, samples: text });
  const ran = await nines(["backtest", pathOf("slo.yaml"), "--samples", pathOf("samples"), ...options]);
  return { ...ran, stderr: withoutFolder(ran.stderr, pathOf) };
}

describe("nines backtest of samples", () => {
  it("tells what the library tells of all of them, with a suggestion at the end", async () => {
    const { code, stdout, stderr } = await ofFile(AS_JSON);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(stdout).toBe(told(SHORT));
    expect(stdout).toMatch(/^Pages +1, for /m);
    expect(stdout).toMatch(
      /\n99% over 1d: \d\d\.?\d*% would have been kept in all of 1,441 windows of 1d; of the usual objectives \d+%\.\n$/,
    );
  });

  it("reads CSV with its columns in any order, and times as people write them", async () => {
    const { stdout } = await ofFile(AS_JSON);
    expect((await ofFile(AS_CSV)).stdout).toBe(stdout);
    const turned = SAMPLES.map(
      ({ at, good, total }) => `${String(total)}, note ,${new Date(at).toISOString()}, ${String(good)}`,
    );
    expect((await ofFile(["\uFEFFTotal,note,AT,good", ...turned, ""].join("\r\n"))).stdout).toBe(stdout);
    const texts = SAMPLES.map((sample) => ({ ...sample, at: new Date(sample.at).toISOString() }));
    expect((await ofFile(JSON.stringify(texts))).stdout).toBe(stdout);
    const pathOf = folderOf({ "slo.yaml": SHORT });
    expect((await nines(["backtest", pathOf("slo.yaml"), "--samples", "-"], { stdin: AS_CSV })).stdout).toBe(stdout);
  });

  it("looks at the stretch that it is told", async () => {
    const last = { start: NOW - DAY, end: NOW };
    expect((await ofFile(AS_JSON, ["--last", "1d"])).stdout).toBe(told(SHORT, [], last));
    const between = ["--from", "2026-11-28T03:00:00Z", "--to", "2026-11-29T02:00:00Z"];
    const part = { start: NOW - DAY, end: NOW - 60 * MINUTE };
    expect((await ofFile(AS_JSON, between)).stdout).toBe(told(SHORT, [], part));
    expect((await ofFile(AS_JSON, ["--step", "2m"])).stdout).toContain("in steps of 2 min");
  });

  it("tries each objective with each window, and what is there already once", async () => {
    const options = ["--objective", "99.5%", "--objective", "99%", "--window", "12h", "--window", "24h"];
    const { stdout } = await ofFile(AS_JSON, options);
    expect(stdout).toContain("99% over 1d");
    expect(stdout).toBe(
      told(SHORT, [{ window: "12h" }, { objective: "99.5%" }, { objective: "99.5%", window: "12h" }]),
    );
    const calendar = await ofFile(AS_JSON, ["--window", "day", "--time-zone", "Europe/Berlin", "--json"]);
    expect(jsonOf(calendar)).toMatchObject({
      report: { candidates: [{}, { subject: { window: { kind: "calendar", unit: "day", zone: "Europe/Berlin" } } }] },
    });
  });

  it("suggests what was kept often enough", async () => {
    const all = await ofFile(AS_JSON);
    const most = await ofFile(AS_JSON, ["--kept", "50%"]);
    const supported = ({ stdout }: { readonly stdout: string }): number => Number(/past +([\d.]+)%/.exec(stdout)?.[1]);
    expect(supported(most)).toBeGreaterThan(supported(all));
  });

  it("takes a step without a sample for idle, or for unwatched if it is told", async () => {
    const halved = JSON.stringify(SAMPLES.filter((_, minute) => minute % 2 === 0));
    expect((await ofFile(halved)).stdout).not.toContain("watched");
    expect((await ofFile(halved, ["--without-samples", "unwatched"])).stdout).toContain("50 % of it watched");
  });

  it("is one object as JSON", async () => {
    expect(jsonOf(await ofFile(AS_JSON, ["--json"]))).toMatchObject({
      command: "backtest",
      slo: "catalog/availability",
      report: {
        stepMs: MINUTE,
        range: { start: START, end: NOW },
        candidates: [{ name: "99% over 1d", pages: 1, suggestion: { usual: expect.stringMatching(/%$/) } }],
      },
    });
  });

  it.each<[string, string, string]>([
    ["no columns", "1,2,3\n", 'samples: its first line is "1,2,3"; it has to name the columns at, good and total'],
    ["no JSON", "[1,", "samples: is no JSON; write a list of objects with at, good and total"],
    ["a sample that is none", "[7]", "samples: [0]: 7 is no object with at, good and total"],
    [
      "a time that is none",
      "at,good,total\nyesterday,1,2",
      'samples:2:1: at: "yesterday" is not a time such as 2026-11-29T01:00:00Z, or epoch milliseconds',
    ],
    [
      "a day that no month has",
      "at,good,total\n2026-02-30T00:00:00Z,1,2",
      'samples:2:1: at: "2026-02-30T00:00:00Z" is not a time such as 2026-11-29T01:00:00Z, or epoch milliseconds',
    ],
    [
      "times in seconds",
      "at,good,total\n\n1796012396,4,5\n1796012456,5,5",
      "samples:3:1: at: 1796012396 is 1970-01-21T18:53:32.396Z in milliseconds; was it meant in seconds? write a time such as 2026-11-29T01:00:00Z, or epoch milliseconds",
    ],
    [
      "one time in seconds among others",
      "total,at,good\n5,2026-11-29T01:00:00Z,5\n5,1796012396,4",
      "samples:3:1: at: 1796012396 is 1970-01-21T18:53:32.396Z in milliseconds; was it meant in seconds? write a time such as 2026-11-29T01:00:00Z, or epoch milliseconds",
    ],
    [
      "times in seconds as JSON",
      JSON.stringify([
        { at: 1_796_012_396_000, good: 4, total: 5 },
        { at: 1_796_012_456, good: 5, total: 5 },
      ]),
      "samples: [1].at: 1796012456 is 1970-01-21T18:53:32.456Z in milliseconds; was it meant in seconds? write a time such as 2026-11-29T01:00:00Z, or epoch milliseconds",
    ],
    ["a sample that is missing", "[null]", "samples: [0]: null is no object with at, good and total"],
    ["a column that is missing", "at,good,total\n0,1", "samples:2:1: total: undefined is not a number"],
    [
      "more good than there are",
      "at,good,total\n0,3,2",
      "samples: samples[0].good: 3 is not a count from 0 to total (2)",
    ],
  ])("refuses a file with %s", async (_title, text, message) => {
    const { code, stdout, stderr } = await ofFile(text);
    expect({ code, stdout }).toEqual({ code: 65, stdout: "" });
    expect(stderr).toBe(`${message}\n`);
  });

  it("takes times of the early seventies that are not all like seconds, as of a test", async () => {
    const { code, stdout } = await ofFile("at,good,total\n0,1,1\n1200000000,1,1", ["--step", "2m"]);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^1970-01-01 00:00:00 to 1970-01-14 21:22:00, UTC/);
  });

  it("remarks how many samples it leaves out, and nothing where it takes all", async () => {
    const last = await ofFile(AS_JSON, ["--last", "1d"]);
    const remark = "1,440 of 2,880 samples are outside of the past that is asked for, and left out";
    expect([last.code, last.stderr]).toEqual([0, `samples: ${remark}\n`]);
    expect((await ofFile(AS_JSON, ["--from", "2026-11-27T03:01:00Z"])).stderr).toBe(
      "samples: 1 of 2,880 samples is outside of the past that is asked for, and left out\n",
    );
    const { stdout, stderr } = await ofFile(AS_JSON, ["--last", "1d", "--json"]);
    expect(JSON.parse(stdout)).toMatchObject({ remarks: [{ message: remark }] });
    expect(stderr).toBe("");
    expect(jsonOf(await ofFile(AS_JSON, ["--json"]))).toMatchObject({ remarks: [] });
  });

  it.each(["rules", "expressions"])("is asked of no Prometheus, so --%s is refused", async (option) => {
    const { code, stderr } = await ofFile(AS_JSON, [`--${option}`]);
    expect(code).toBe(64);
    expect(stderr).toContain(
      `nines backtest: --${option} is what is asked of a Prometheus, and --samples are a file; leave one of them out\n`,
    );
  });

  describe("tells of a fault of the SLO document", () => {
    const tiers = (text: string): string => `${SHORT}      alerting: { tiers: { ${text} } }\n`;

    it("by that document, and not by the samples", async () => {
      const { code, stdout, stderr } = await ofFile(
        AS_JSON,
        [],
        tiers("mine: { severity: page, long: 2d, factor: 2 }"),
      );
      expect({ code, stdout }).toEqual({ code: 65, stdout: "" });
      expect(stderr).toBe(
        "slo.yaml:7:34: service_level_objectives.catalog.availability.alerting.tiers.mine: looks back 2d, and the SLO's window has only 1d\n",
      );
    });

    it("by what was tried where the document alone has none", async () => {
      const { code, stderr } = await ofFile(
        AS_JSON,
        ["--objective", "99.5%", "--window", "6h"],
        tiers("mine: { severity: page, long: 12h, factor: 2 }"),
      );
      expect(code).toBe(64);
      expect(stderr).toContain(
        "nines backtest: --window: 99% over 6h cannot be tried: tiers.mine looks back 12h, and the SLO's window has only 6h\n",
      );
    });
  });

  it.each<[string, readonly string[], string]>([
    [
      "an end before them",
      ["--to", "2026-11-01T00:00:00Z"],
      '--to: the samples begin at 2026-11-27T03:00:00.000Z, with no step of 1m before "2026-11-01T00:00:00Z"',
    ],
    [
      "a beginning behind them",
      ["--from", "2026-12-01T00:00:00Z"],
      '--from: no step of 1m is over between "2026-12-01T00:00:00Z" and the end of the past, 2026-11-29T03:00:00.000Z',
    ],
    [
      "a length that is too long, with an end",
      ["--last", "11y", "--to", "2026-11-29T00:00:00Z", "--step", "1h"],
      "--last: the end is more than ten years after the start",
    ],
    [
      "a window shorter than a step",
      ["--window", "30m", "--step", "1h"],
      '--step: the alert page_fast of "99% over 1d" looks back 2m, and a step of the past has 1h: take steps of 2m at most',
    ],
  ])("refuses %s", async (_title, options, message) => {
    const { code, stderr } = await ofFile(AS_JSON, options);
    expect(code).toBe(64);
    expect(stderr).toContain(`nines backtest: ${message}\n`);
  });

  it("refuses samples that are too far apart, if nobody said which of them", async () => {
    const { code, stderr } = await ofFile("at,good,total\n0,1,1\n1700000000000,1,1", ["--step", "1h"]);
    expect(code).toBe(64);
    expect(stderr).toContain("nines backtest: --samples: the end is more than ten years after the start\n");
  });
});

describe("nines backtest of a Prometheus", () => {
  const of = async (options: readonly string[], world: World = {}, document = SHORT) => {
    const pathOf = folderOf({ "slo.yaml": document });
    const { url, asked } = await fakePrometheus({ catalog: outage, checkout: steady(60) });
    const ran = await nines(["backtest", pathOf("slo.yaml"), "--prometheus", url, ...options], world);
    return { ...ran, asked };
  };

  it("tells the same of the same counts, and nothing on stderr", async () => {
    const { code, stdout, stderr } = await of(["--last", "2d", "--expressions"]);
    expect({ code, stdout, stderr }).toEqual({ code: 0, stdout: told(SHORT), stderr: "" });
  });

  it("looks at steps that are over: the last 30 days unless told", async () => {
    const { stdout: minutes } = await of(["--expressions", "--json"], { now: NOW + 90_000 }, ONE);
    const end = NOW + MINUTE;
    expect(JSON.parse(minutes)).toMatchObject({ report: { range: { start: end - 30 * DAY, end } } });
  });

  it("shows on a terminal how far it is, and takes that away", async () => {
    const { stdout, stderr } = await of(["--last", "2d", "--expressions"], { terminals: ["stderr"] });
    expect(stdout).toBe(told(SHORT));
    const clear = "\r\u001b[K";
    expect(stderr.split(clear)).toEqual([
      "",
      `asking Prometheus about catalog/availability [${"=".repeat(15)}${" ".repeat(15)}] 50 %`,
      `asking Prometheus about catalog/availability [${"=".repeat(30)}] 100 %`,
      "",
    ]);
    expect((await of(["--last", "2d", "--expressions", "--json"], { terminals: ["stderr"] })).stderr).toBe("");
  });

  it("tells elsewhere in lines every few seconds if it is told to", async () => {
    let elapsed = 0;
    const monotonic = (): number => (elapsed += 2_000);
    const { stderr } = await of(["--last", "5d", "--expressions", "--progress"], { monotonic });
    const lines = stderr.trim().split("\n");
    expect(lines.at(-1)).toBe("asking Prometheus about catalog/availability: 100 %");
    expect(lines.length).toBeGreaterThan(1);
    expect(lines.every((line) => /: \d+ %$/.test(line))).toBe(true);
    expect((await of(["--last", "5d", "--expressions", "--progress"], { monotonic: () => 0 })).stderr).toBe(
      `${lines.at(-1)!}\n`,
    );
  });

  it("needs to know which SLO", async () => {
    expect(await of([], {}, SHOP)).toMatchObject({
      code: 64,
      stderr: expect.stringMatching(
        /--slo is missing, and .* has 3 SLOs; allowed: checkout\/availability, checkout\/latency, catalog\/availability/,
      ),
    });
    expect(await of(["--slo", "catalog/availabilty"], {}, SHOP)).toMatchObject({
      code: 64,
      stderr: expect.stringContaining('did you mean "catalog/availability"?'),
    });
    const { stdout } = await of(["--slo", "catalog/availability", "--last", "2d", "--expressions", "--json"], {}, SHOP);
    expect(JSON.parse(stdout)).toMatchObject({ slo: "catalog/availability" });
  });

  it("ends with 3 and the reason when it does not answer", async () => {
    const pathOf = folderOf({ "slo.yaml": SHORT });
    const { url } = await fakePrometheus({}, { instead: (response) => response.writeHead(404).end("no such page") });
    const { code, stdout, stderr } = await nines(["backtest", pathOf("slo.yaml"), "--prometheus", url]);
    expect({ code, stdout }).toEqual({ code: 3, stdout: "" });
    expect(stderr).toMatch(/^nines: 127\.0\.0\.1:\d+: prometheus could not measure the SLOs: .*404.*\n$/);
  });

  it("ends with 3 and the query where nothing at all is found, and with no table", async () => {
    const pathOf = folderOf({ "slo.yaml": SHORT, "month.yaml": ONE.replace("7d", "30d") });
    const { url } = await fakePrometheus({ checkout: steady(60) });
    const { host } = new URL(url);
    const of = async (name: string, ...options: string[]) =>
      nines(["backtest", pathOf(name), "--prometheus", url, "--last", "1d", ...options]);
    const told = await of("slo.yaml");
    expect({ code: told.code, stdout: told.stdout }).toEqual({ code: 3, stdout: "" });
    expect(told.stderr).toBe(
      `nines: ${host}: prometheus could not tell the past of catalog/availability: nothing was found of it from 2026-11-28 03:00:00 to 2026-11-29 03:00:00, UTC; the query was for http_requests_total{job="catalog"}\n`,
    );
    expect((await of("month.yaml", "--rules", "--step", "5m")).stderr).toContain(
      '; the query was for nines:slo_data:present{service="catalog",slo="catalog/availability"}\n',
    );
    const answer = jsonOf(await of("slo.yaml", "--json"));
    expect(answer).toMatchObject({
      error: { kind: "unanswered", exitCode: 3, message: expect.stringContaining("nothing was found of it") },
    });
  });

  it("has a table where something was watched, and nothing came", async () => {
    const pathOf = folderOf({ "slo.yaml": SHORT });
    const { url } = await fakePrometheus({ catalog: () => ({ good: 0, total: 0, coverage: 1 }) });
    const ran = await nines(["backtest", pathOf("slo.yaml"), "--prometheus", url, "--last", "1d", "--expressions"]);
    expect(ran).toMatchObject({ code: 0, stderr: "" });
  });

  it("ends at once when a person ends it, and leaves no bar behind", async () => {
    const abort = new AbortController();
    const pathOf = folderOf({ "slo.yaml": SHORT });
    const { url } = await fakePrometheus({}, { instead: () => abort.abort(new Error("ended")) });
    const ran = await nines(["backtest", pathOf("slo.yaml"), "--prometheus", url], {
      signal: abort.signal,
      terminals: ["stderr"],
    });
    expect(ran).toEqual({ code: 130, stdout: "", stderr: "\r\u001b[K\r\u001b[K" });
  });
});

it.each<[string, readonly string[], string]>([
  ["an objective", ["--objective", "lots"], "--objective: "],
  ["an objective without a budget", ["--objective", "100%"], "--objective: 100% leaves no error budget"],
  ["a window", ["--window", "fortnight"], '--window: "fortnight" is not a window'],
  ["a share", ["--kept", "most"], "--kept: "],
  ["a length", ["--last", "long"], '--last: "long" is not a duration'],
  ["no length", ["--step", "0s"], '--step: "0s" is no time at all'],
  [
    "steps longer than look-backs",
    ["--step", "1h"],
    '--step: the alert page_fast of "99% over 1d" looks back 2m, and a step of the past has 1h',
  ],
  ["too many steps", ["--step", "1s", "--last", "60d"], "--step: 5184000 steps of 1s are too many"],
  ["a beginning", ["--from", "2026-11-01"], '--from: "2026-11-01" is not an instant'],
  ["a day that no month has", ["--to", "2026-02-30T00:00:00Z"], '--to: "2026-02-30T00:00:00Z" is not an instant'],
  [
    "a length that is too long, with an end",
    ["--last", "500d", "--to", "2026-11-01T00:00:00Z"],
    "--last: the end is more than 400 days after the start",
  ],
  [
    "a beginning that is too long ago",
    ["--from", "2024-11-01T00:00:00Z", "--step", "2m"],
    "--from: the end is more than 400 days after the start",
  ],
  [
    "a beginning that is still to come",
    ["--from", "2026-12-01T00:00:00Z"],
    '--from: no step of 1m is over between "2026-12-01T00:00:00Z" and the end of the past, 2026-11-29T03:00:00.000Z',
  ],
  [
    "a beginning and a length",
    ["--from", "2026-11-01T00:00:00Z", "--last", "1d"],
    "--last and --from cannot be given together",
  ],
  [
    "an end before the beginning",
    ["--from", "2026-11-02T00:00:00Z", "--to", "2026-11-01T00:00:00Z"],
    "the past that is asked for has no step in it",
  ],
  [
    "two sources",
    ["--samples", "x", "--prometheus", "http://127.0.0.1:1"],
    "--samples and --prometheus cannot be given together",
  ],
  ["idle steps of a Prometheus", ["--without-samples", "idle"], "--without-samples needs --samples"],
])("refuses %s that cannot be", async (_title, options, message) => {
  const pathOf = folderOf({ "slo.yaml": SHORT });
  const world = { env: { NINES_PROMETHEUS_URL: "http://127.0.0.1:1" } };
  const { code, stdout, stderr } = await nines(["backtest", pathOf("slo.yaml"), ...options], world);
  expect({ code, stdout }).toEqual({ code: 64, stdout: "" });
  expect(stderr).toContain(`nines backtest: ${message}`);
});
