import { describe, expect, it } from "vitest";

import { assessBudget } from "../../src/budget/assess.ts";
import type { Connection } from "../../src/cli/connection.ts";
import { forecastsOf } from "../../src/cli/forecasts.ts";
import type { Io } from "../../src/cli/io.ts";
import { WatchedSource } from "../../src/cli/watched-source.ts";
import { ManualClock } from "../../src/core/time/manual-clock.ts";
import type { TimeRange } from "../../src/core/time/window.ts";
import { parseSloDocument } from "../../src/slo/document.ts";
import type { Slo } from "../../src/slo/model.ts";
import type { SloStatus } from "../../src/status/model.ts";
import { SloStatusReader } from "../../src/status/reader.ts";
import { fakePrometheus, type Job, NOBODY, steady } from "./fake.ts";
import { folderOf, jsonOf, nines, NOW, ONE, SHOP } from "./support.ts";

const HOUR = 3_600_000;
const COMPOSITES = `composite_slos:
  checkout:
    journey: { of: weighted, members: { checkout/availability: 3, checkout/latency: 1 }, target: 99.5%, measurement_window: 30d }
    whole: { of: all, members: [checkout/availability, checkout/latency], measurement_window: 30d }
`;
/** Fails a little, and much in the last hour. */
const broken: Job = (range) => steady(600, lengthOf(range) <= HOUR ? 0.05 : 0.0012)(range);
const JOBS = { checkout: broken, catalog: steady(100, 0.001) };

function connectionOf(source: WatchedSource): Connection {
  return { source, timeoutMs: 300_000, wholeMs: 601_000 };
}

function lengthOf({ start, end }: TimeRange): number {
  return end - start;
}

async function status(
  jobs: Readonly<Record<string, Job>>,
  options: readonly string[] = [],
  { document = SHOP, ...world }: Parameters<typeof nines>[1] & { readonly document?: string } = {},
): Promise<
  Awaited<ReturnType<typeof nines>> & { readonly asked: Awaited<ReturnType<typeof fakePrometheus>>["asked"] }
> {
  const pathOf = folderOf({ "slo.yaml": document });
  const { url, asked } = await fakePrometheus(jobs);
  return { ...(await nines(["status", pathOf("slo.yaml"), ...options, "--prometheus", url], world)), asked };
}

describe("nines status", () => {
  it("tells of each service how it stands, and of each SLO why it is not healthy", async () => {
    const { code, stdout, stderr } = await status(JOBS, [], { document: SHOP + COMPOSITES });
    expect({ code, stderr }).toEqual({ code: 2, stderr: "" });
    expect(stdout)
      .toBe(`checkout: critical, availability 99.88 %, p95 210 ms, overspent by 8.6 min (-20 %), burn rate 50
  SLO                 VERDICT       SLI  OBJECTIVE  WINDOW  BUDGET LEFT  MINUTES    BURN RATE
  availability        critical  99.88 %      99.9%  30d           -20 %     -8.6  50x over 1h
    - checkout/availability has spent 1.2 times its budget: 99.88 % were good where 99.9% are promised
    - page_fast (page): 50x burn over 1h and 50x burn over 5m, both above 14.4x
    - ticket_slow (ticket): 1.2x burn over 3d and 1.2x burn over 6h, both above 1x
  latency             healthy   99.88 %        99%  30d            88 %    380.2   5x over 1h
  journey (weighted)  healthy   99.88 %      99.5%  30d            76 %    164.2  10x over 1h
  whole (all)         critical        -          -  30d               -        -            -
    - as checkout/availability, the worst of its members

catalog: healthy, availability 99.9 %, budget left 90.7 min (90 %), burn rate 0.1
  SLO           VERDICT     SLI  OBJECTIVE  WINDOW  BUDGET LEFT  MINUTES      BURN RATE
  availability  healthy  99.9 %        99%  7d             90 %     90.7  0.1x over 14m

as of 2026-11-29 03:00:00, UTC
`);
  });

  it.each<[string, Readonly<Record<string, Job>>, number]>([
    ["healthy", { catalog: steady(100, 0.001) }, 0],
    ["warning", { catalog: steady(100, 0.008) }, 1],
    ["critical", { catalog: steady(100, 0.02) }, 2],
    ["unknown", {}, 3],
  ])("ends as %s", async (verdict, jobs, code) => {
    const ran = await status(jobs, [], { document: ONE });
    expect(ran).toMatchObject({ code, stdout: expect.stringMatching(new RegExp(`^catalog: ${verdict}`)) });
  });

  it("ends by the worst of its services, and critical is worse than unknown", async () => {
    expect((await status({ checkout: broken })).code).toBe(2);
    expect((await status({ checkout: steady(600) })).code).toBe(3);
    expect((await status({ checkout: steady(600), catalog: steady(100, 0.008) })).code).toBe(1);
  });

  it("tells of the services that are named, once each", async () => {
    const { code, stdout, asked } = await status(JOBS, ["catalog", "catalog"]);
    expect(code).toBe(0);
    expect(stdout.match(/^\w+:/gm)).toEqual(["catalog:"]);
    expect(asked.every(({ form }) => form.get("query")?.includes('job="checkout"') === false)).toBe(true);
  });

  it("refuses services that there are not", async () => {
    const { code, stdout, stderr } = await status(JOBS, ["chekout"]);
    expect({ code, stdout }).toEqual({ code: 64, stdout: "" });
    expect(stderr).toMatch(
      /"chekout" is no service of .*slo\.yaml; did you mean "checkout"\? allowed: checkout, catalog/,
    );
  });

  it("does not take what it cannot learn for healthy", async () => {
    const pathOf = folderOf({ "slo.yaml": ONE });
    const args = ["status", pathOf("slo.yaml"), "--prometheus", `${NOBODY}/tenant-7`, "--timeout", "5s"];
    const { code, stdout, stderr } = await nines(args);
    expect(code).toBe(3);
    // Where it is comes once, however many SLOs there are, and without what may be a secret.
    expect(stderr).toBe(
      "nines: 127.0.0.1:2: prometheus could not measure the SLOs: there was no answer (ECONNREFUSED)\n",
    );
    expect(stdout).not.toContain("127.0.0.1");
    const message = "prometheus could not measure the SLOs: there was no answer (ECONNREFUSED)";
    expect(jsonOf(await nines([...args, "--json"]))).toMatchObject({ unanswered: { host: "127.0.0.1:2", message } });
    expect(stdout).toMatch(/^catalog: unknown\n/);
    expect(stdout).toMatch(
      / {4}- catalog\/availability cannot be judged: its source could not tell: .* there was no answer \(ECONNREFUSED\)\n/,
    );
  });

  it("judges over another window, by the calendar of a zone", async () => {
    const week = await status(JOBS, ["catalog", "--window", "1d"]);
    expect(week.stdout).toMatch(/ 99% {2}1d /);
    const month = await status(JOBS, ["catalog", "--window", "month", "--time-zone", "Europe/Berlin", "--json"]);
    expect(jsonOf(month)).toMatchObject({
      services: [
        {
          slos: [
            {
              window: { kind: "calendar", unit: "month", zone: "Europe/Berlin" },
              budget: { range: { start: Date.UTC(2026, 9, 31, 23), end: Date.UTC(2026, 10, 30, 23) } },
            },
          ],
        },
      ],
    });
  });

  it("tells of what is left of a small budget in figures that mean something", async () => {
    const document = ONE.replace("99%", "99.999%").replace("7d", "30d");
    const { stdout } = await status({ catalog: steady(600, 0.0000095) }, [], { document });
    expect(stdout).toMatch(/^catalog: warning, .*, budget left 0\.022 min \(5 %\), /);
    expect(stdout).toMatch(/ 5 % {4}0\.022 /);
  });

  it("tells how it was", async () => {
    const at = Date.UTC(2026, 10, 1, 12, 30);
    const { stdout, asked } = await status(JOBS, ["catalog", "--at", "2026-11-01T13:30+01:00"]);
    expect(stdout).toMatch(/\nas of 2026-11-01 12:30:00, UTC\n$/);
    expect(asked.map(({ form }) => Date.parse(form.get("time") ?? ""))).toContain(at);
  });

  it("asks what it is told to ask: what rules recorded, or the metrics", async () => {
    const queries = async (...options: string[]): Promise<string> => {
      const { asked } = await status(JOBS, ["catalog", ...options]);
      return asked.map(({ form }) => form.get("query")).join("\n");
    };
    expect(await queries("--rules")).not.toMatch(/total \d+/);
    expect(await queries("--expressions")).not.toContain("nines:slo");
    expect(await queries("--rules", "--convention", "sloth")).toContain("slo:sli_events:increase");
    const own = ONE.replace(/ {6}sli:.*\n/, "");
    const { asked } = await status(JOBS, ["--expressions", "--target", 'app="{{ service }}"'], { document: own });
    expect(asked[0]?.form.get("query")).toContain('app="catalog"');
  });

  it.each<[string, readonly string[], string]>([
    [
      "a window",
      ["--window", "fortnight"],
      '--window: "fortnight" is not a window; write a time such as 7d, or one of day, week, month, quarter, year',
    ],
    ["an empty window", ["--window", "0s"], '--window: "0s" is not a window'],
    ["a zone", ["--window", "month", "--time-zone", "Mars"], '--time-zone: "Mars"'],
    ["a zone of nothing", ["--time-zone", "UTC"], "--time-zone needs --window: it says whose calendar that means"],
    [
      "a zone of a window without a calendar",
      ["--window", "7d", "--time-zone", "Europe/Berlin"],
      "--time-zone: --window 7d is as long in every zone; leave it out, or write a window of the calendar: day, week, month, quarter, year",
    ],
    [
      "an instant",
      ["--at", "2026-11-29"],
      '--at: "2026-11-29" is not an instant; write one such as 2026-11-29T01:00:00Z',
    ],
    ["a day that is none", ["--at", "2026-13-29T01:00:00Z"], "--at: "],
    [
      "two kinds of questions",
      ["--rules", "--expressions"],
      "--rules and --expressions cannot be given together; leave one of them out",
    ],
  ])("refuses %s that cannot be", async (_title, options, message) => {
    const { code, stdout, stderr, asked } = await status(JOBS, options);
    expect({ code, stdout, asked }).toEqual({ code: 64, stdout: "", asked: [] });
    expect(stderr).toContain(`nines status: ${message}`);
  });

  it("reads documents of other tools", async () => {
    const { stdout } = await nines(["import", "-", "--to", "openslo"], { stdin: ONE });
    const { code, stdout: told } = await status(JOBS, [], { document: stdout });
    expect({ code, told }).toEqual({ code: 0, told: expect.stringMatching(/^catalog: healthy/) });
  });
});

describe("the JSON of nines status", () => {
  it("has the verdict, and each service as the library has it", async () => {
    const ran = await status(JOBS, ["--json"]);
    expect({ code: ran.code, stderr: ran.stderr }).toEqual({ code: 2, stderr: "" });
    const answer = jsonOf(ran);
    expect(Object.keys(answer)).toEqual([
      "command",
      "exitCode",
      "at",
      "verdict",
      "services",
      "forecasts",
      "unanswered",
    ]);
    expect(answer).toMatchObject({
      command: "status",
      exitCode: 2,
      at: NOW,
      verdict: "critical",
      forecasts: null,
      services: [
        {
          service: "checkout",
          verdict: "critical",
          summary: { p95LatencyMs: 210, availabilityRatio: expect.closeTo(0.9988, 9) },
          slos: [{ slo: { id: "checkout/availability", objective: "99.9%" }, budget: { state: "measured" } }, {}],
        },
        { service: "catalog", verdict: "healthy" },
      ],
    });
  });

  it("has a null for what is not known", async () => {
    const answer = jsonOf(await status({}, ["--json"], { document: ONE }));
    expect(answer).toMatchObject({
      exitCode: 3,
      services: [{ summary: { availabilityRatio: null, p95LatencyMs: null, remainingMinutes: null, burnRate: null } }],
    });
  });
});

describe("forecasts of nines status", () => {
  /** Half a percent fails, and one percent in the last days; catalog may fail by one. */
  const worsening: Job = (range) => steady(100, range.start >= NOW - 72 * HOUR ? 0.01 : 0.005)(range);

  it("are told below each SLO, in one sentence", async () => {
    const { code, stdout } = await status({ catalog: worsening }, ["--forecast"], { document: ONE });
    expect(code).toBe(0);
    expect(stdout).toMatch(/^ {4}- forecast: .+ by trend; .+$/m);
    const { stdout: without } = await status({ catalog: worsening }, [], { document: ONE });
    expect(stdout.replace(/^ {4}- forecast: .*\n/m, "")).toBe(without);
    expect((await status(JOBS, ["--forecast"])).stdout).toMatch(/^ {4}- forecast: is spent$/m);
  });

  it("are in the JSON, as the library has them", async () => {
    const answer = jsonOf(await status({ catalog: worsening }, ["--forecast", "--json"], { document: ONE }));
    expect(answer).toMatchObject({
      forecasts: [
        {
          slo: "catalog/availability",
          problem: null,
          forecast: {
            id: "catalog/availability",
            at: NOW,
            horizonAt: NOW + 7 * 24 * HOUR,
            byTrend: { kind: "forecast" },
          },
        },
      ],
    });
  });

  it("are over the window that is asked for", async () => {
    const answer = jsonOf(
      await status({ catalog: worsening }, ["--forecast", "--window", "3d", "--json"], { document: ONE }),
    );
    expect(answer).toMatchObject({ forecasts: [{ forecast: { horizonAt: NOW + 3 * 24 * HOUR } }] });
  });

  it("neither count nor expect what the document excludes", async () => {
    const [start, end] = [NOW - 72 * HOUR, NOW - 48 * HOUR];
    const outage: Job = (range) => steady(100, range.start < end && range.end > start ? 0.2 : 0.0001)(range);
    const times = [start, end].map((at) => new Date(at).toISOString());
    const excluded = `exclusions: [{ from: ${times[0] ?? ""}, to: ${times[1] ?? ""}, reason: moved }]\n`;
    const forecastOf = async (document: string): Promise<unknown> => {
      const answer = jsonOf(await status({ catalog: outage }, ["--forecast", "--json"], { document }));
      return (answer.forecasts as readonly { readonly forecast: { readonly byTrend: unknown } }[])[0]?.forecast.byTrend;
    };
    expect(await forecastOf(ONE + excluded)).toMatchObject({ kind: "forecast", probability: 0 });
    expect(await forecastOf(ONE)).not.toMatchObject({ probability: 0 });
  });

  it("are not made of composites, which is said, with the SLOs to look at", async () => {
    const document = SHOP + COMPOSITES;
    const why = "the course of a composite is not counted; look at checkout/availability, checkout/latency";
    const { stdout } = await status(JOBS, ["checkout", "--forecast"], { document });
    expect(stdout.split(`    - forecast: could not be made: ${why}\n`)).toHaveLength(3);
    const answer = jsonOf(await status(JOBS, ["checkout", "--forecast", "--json"], { document }));
    expect((answer.forecasts as readonly { readonly slo: string }[]).map(({ slo }) => slo)).toEqual([
      "checkout/availability",
      "checkout/latency",
      "checkout/journey",
      "checkout/whole",
    ]);
    expect(answer).toMatchObject({ forecasts: [{}, {}, { forecast: null, problem: why }, { forecast: null }] });
  });

  it("may take as long as all that is asked for one answer", async () => {
    const clock = new ManualClock(NOW);
    const io = { clock, signal: new AbortController().signal } as unknown as Io;
    const [slo] = parseSloDocument(ONE).slos as [Slo];
    const budget = assessBudget(slo, { window: { good: 99, total: 100, coverage: 1 }, lookBacks: [] }, NOW);
    const one = { slo, window: slo.window, budget } as SloStatus;
    const source = Object.assign(new WatchedSource({ url: NOBODY }), { measure: () => new Promise(() => undefined) });
    const reader = new SloStatusReader({ slos: [slo], source });
    const made = forecastsOf(
      [{ slos: [one], composites: [] } as never],
      { connection: connectionOf(source), reader },
      io,
    );
    clock.advance(601_000);
    expect((await made)[0]?.problem).toContain("did not finish within 601000 ms");
  });

  it("that cannot be made take nothing else away", async () => {
    const pathOf = folderOf({ "slo.yaml": ONE });
    const { code, stdout } = await nines([
      "status",
      pathOf("slo.yaml"),
      "--prometheus",
      NOBODY,
      "--forecast",
      "--timeout",
      "5s",
    ]);
    expect(code).toBe(3);
    expect(stdout).toMatch(/^catalog: unknown\n/);
    expect(stdout).toMatch(/^ {4}- forecast: could not be made: .*there was no answer \(ECONNREFUSED\)$/m);
  });
});

describe("colours", () => {
  const isColoured = async (world: Parameters<typeof nines>[1], ...options: string[]): Promise<boolean> =>
    (await status(JOBS, ["catalog", ...options], world)).stdout.includes("\u001b[");

  it("are for terminals", async () => {
    expect(await isColoured({})).toBe(false);
    expect(await isColoured({ terminals: ["stderr"] })).toBe(false);
    expect(await isColoured({ terminals: ["stdout"] })).toBe(true);
    expect(await isColoured({ terminals: ["stdout"], env: { TERM: "dumb" } })).toBe(false);
  });

  it("are as the environment says, unless an option says otherwise", async () => {
    expect(await isColoured({ terminals: ["stdout"], env: { NO_COLOR: "1" } })).toBe(false);
    expect(await isColoured({ terminals: ["stdout"], env: { NO_COLOR: "" } })).toBe(true);
    expect(await isColoured({ env: { FORCE_COLOR: "1", NO_COLOR: "1" } })).toBe(true);
    expect(await isColoured({ terminals: ["stdout"], env: { FORCE_COLOR: "0" } })).toBe(false);
    expect(await isColoured({ env: { NO_COLOR: "1" } }, "--colour", "always")).toBe(true);
    expect(await isColoured({ terminals: ["stdout"], env: { FORCE_COLOR: "1" } }, "--colour", "never")).toBe(false);
  });

  it("change nothing else", async () => {
    const { stdout } = await status(JOBS, ["catalog"]);
    const coloured = await status(JOBS, ["catalog"], { terminals: ["stdout"] });
    // eslint-disable-next-line no-control-regex -- these are what is looked for
    expect(coloured.stdout.replace(/\u001b\[\d+m/g, "")).toBe(stdout);
    expect(coloured.stdout).toContain("\u001b[32mhealthy\u001b[39m");
  });

  it("are not in JSON", async () => {
    expect(await isColoured({ terminals: ["stdout"] }, "--json")).toBe(false);
  });
});
