import fc from "fast-check";
import { describe, expect, test } from "vitest";

import { artilleryEnsure } from "../../src/capacity/load-tests/thresholds-artillery.ts";
import { k6Thresholds, k6ThresholdsScript } from "../../src/capacity/load-tests/thresholds-k6.ts";
import { ConfigurationError } from "../../src/core/errors.ts";
import { Objective } from "../../src/core/objective.ts";
import { parseSloDocument } from "../../src/slo/document.ts";
import type { RequestSelector, Slo } from "../../src/slo/model.ts";

/** The SLOs of one service, each as `name: { fields }` without its window. */
function slosOf(fields: Readonly<Record<string, string>>): readonly Slo[] {
  const lines = Object.entries(fields).map(([name, rest]) => `    ${name}: { ${rest}, measurement_window: 1d }`);
  return parseSloDocument(`service_level_objectives:\n  shop:\n${lines.join("\n")}\n`).slos;
}

const conditions = (slos: readonly Slo[]): string[] => artilleryEnsure(slos).ensure.conditions.map((c) => c.expression);

describe("thresholds of k6", () => {
  test("say each kind of SLO", () => {
    const slos = slosOf({
      availability: "target: 99.9%",
      latency: "target: 99%, threshold: 300ms",
      throughput: "target: 1000",
      error_rate: "target: 0.5%",
    });
    expect(k6Thresholds(slos)).toMatchObject({
      thresholds: {
        http_req_failed: ["rate<=0.001", "rate<=0.005"],
        http_req_duration: ["p(99)<=300"],
        http_reqs: ["count>0", "rate>=1000"],
      },
      left: [],
    });
  });

  test("keep the digits of the objective", () => {
    const slos = slosOf({
      availability: "target: 99.95%",
      latency: "target: 99.95%, threshold: 2s",
      tail: "kind: latency, target: 99.9999999%, threshold: 1d",
    });
    expect(k6Thresholds(slos).thresholds).toEqual({
      http_req_failed: ["rate<=0.0005"],
      http_req_duration: ["p(99.95)<=2000", "p(99.9999999)<=86400000"],
      http_reqs: ["count>0"],
    });
  });

  test("are on a sub-metric for one route, method or status", () => {
    const slos = slosOf({
      latency: 'target: 99%, threshold: 300ms, select: { routes: "/users/:id", methods: get, status_codes: 200 }',
      availability: "target: 99%, select: { methods: POST }",
      throughput: 'target: 5, select: { routes: "/users/{id}" }',
    });
    expect(k6Thresholds(slos).thresholds).toEqual({
      "http_req_duration{name:/users/:id,method:GET,status:200}": ["p(99)<=300"],
      "http_reqs{name:/users/:id,method:GET,status:200}": ["count>0"],
      "http_req_failed{method:POST}": ["rate<=0.01"],
      "http_reqs{method:POST}": ["count>0"],
      "http_reqs{name:/users/{id}}": ["rate>=5", "count>0"],
    });
  });

  test.each([
    ['routes: ["/a", "/b"]', "it selects 2 routes, and a sub-metric of k6 has one value a tag"],
    ['routes: "/api/*"', '"/api/*" stands for many, and k6 compares a tag as a whole'],
    ["methods: [GET, HEAD]", "it selects 2 methods, and a sub-metric of k6 has one value a tag"],
    ["status_codes: 2xx", '"2xx" stands for many, and k6 compares a tag as a whole'],
    ['routes: "/a,b"', '"/a,b" has a character that no sub-metric of k6 can name'],
    ["operations: send-mail", "it selects operations, and k6 sees only the requests that it makes"],
  ])("leave out a selection of %s, and say why", (select, reason) => {
    const slos = slosOf({ latency: `target: 99%, threshold: 1s, select: { ${select} }` });
    expect(k6Thresholds(slos)).toEqual({ thresholds: {}, left: [{ slo: "shop/latency", reason }], remarks: [] });
  });

  test("end a run early if asked to, but not for its throughput", () => {
    const slos = slosOf({ availability: "target: 99.9%", throughput: "target: 10" });
    expect(k6Thresholds(slos, { abortAfterSeconds: 30 }).thresholds).toEqual({
      http_req_failed: [{ threshold: "rate<=0.001", abortOnFail: true, delayAbortEval: "30s" }],
      http_reqs: ["count>0", "rate>=10"],
    });
  });

  test("come with what the script has to do", () => {
    const slos = slosOf({ availability: 'target: 99.9%, select: { routes: "/a" }', throughput: "target: 10" });
    const { remarks } = k6Thresholds(slos);
    expect(remarks.map((remark) => remark.slice(0, 38))).toEqual([
      "k6 takes an answer of 4xx for a failur",
      "requests to a route need its name as a",
      "k6 compares the mean rate of the whole",
    ]);
  });

  test("are a module that exports options", async () => {
    const slos = slosOf({
      latency: "target: 99%, threshold: 300ms",
      some: 'kind: latency, target: 99%, threshold: 1s, select: { routes: "/*" }',
    });
    const code = k6ThresholdsScript(slos);
    expect(code).toContain('// Not checked by k6: "shop/some": "/*" stands for many');
    const { options } = await import(`data:text/javascript,${encodeURIComponent(code)}`);
    expect(options).toEqual({ thresholds: k6Thresholds(slos).thresholds });
  });

  test("let no name out of a comment", async () => {
    const [slo] = slosOf({ latency: 'target: 99%, threshold: 1s, select: { routes: "/*" }' });
    for (const end of ["\n", "\r", "\u2028", "\u2029"]) {
      const code = k6ThresholdsScript([{ ...slo!, id: `a${end}throw new Error("out");` }]);
      await expect(import(`data:text/javascript,${encodeURIComponent(code)}`)).resolves.toHaveProperty("options");
    }
  });

  test.each([-1, 0.5, 86_401, NaN, "30s"])("do not end a run after %j seconds", (abortAfterSeconds) => {
    expect(() => k6Thresholds([], { abortAfterSeconds } as object)).toThrow("abortAfterSeconds");
  });
});

describe("the ensure of Artillery", () => {
  test("says latency and throughput as conditions, since a request of exactly the threshold is good", () => {
    const slos = slosOf({ latency: "target: 99%, threshold: 300ms", throughput: "target: 20" });
    expect(artilleryEnsure(slos)).toMatchObject({
      ensure: {
        conditions: [
          { expression: "http.response_time.p99 <= 300", strict: true },
          { expression: "http.request_rate >= 20", strict: true },
        ],
      },
      plugins: { ensure: {} },
      left: [],
    });
  });

  test("counts requests without an answer and each status of 5xx, in whole numbers", () => {
    const [expression] = conditions(slosOf({ availability: "target: 99.93%" }));
    expect(expression).toMatch(/^\(http\.requests - http\.responses \+ \(http\.codes\.500 or 0\) \+ .*\) \* 10000 <= /);
    expect(expression).toMatch(/ <= http\.requests \* 7$/);
    expect(conditions(slosOf({ error_rate: "target: 0.1%" }))[0]).toMatch(/\) \* 1000 <= http\.requests$/);
  });

  test("takes latency up to the next percentile that there is, and says so", () => {
    const { ensure, remarks } = artilleryEnsure(slosOf({ latency: "target: 92.5%, threshold: 250ms" }));
    expect(ensure.conditions).toEqual([{ expression: "http.response_time.p95 <= 250", strict: true }]);
    expect(remarks).toEqual([
      "shop/latency promises 92.5% and is judged by p95, the next stricter percentile that Artillery has",
    ]);
  });

  test("leaves out latency above 99%: no condition of Artillery's can name p999", () => {
    const { ensure, left } = artilleryEnsure(slosOf({ latency: "target: 99.5%, threshold: 1s" }));
    expect(ensure.conditions).toEqual([]);
    expect(left).toEqual([
      {
        slo: "shop/latency",
        reason: "it promises 99.5%, and the strictest percentile that Artillery's ensure can read is p99",
      },
    ]);
  });

  test("leaves out what selects requests", () => {
    const { left } = artilleryEnsure(slosOf({ availability: 'target: 99%, select: { routes: "/a" }' }));
    expect(left).toEqual([
      { slo: "shop/availability", reason: "it selects some of the requests, and Artillery's totals are of all" },
    ]);
  });

  test("says what two SLOs share once", () => {
    expect(conditions(slosOf({ availability: "target: 99.9%", error_rate: "target: 0.1%" }))).toHaveLength(1);
  });
});

describe("both", () => {
  test.each([
    ["text", "a"],
    ["an SLO that is not in a list", slosOf({ availability: "target: 99%" })[0]],
    ["a list of something else", [{ kind: "apdex" }]],
    ["a list with nothing", [null]],
  ])("refuse %s", (_, slos) => {
    for (const write of [k6Thresholds, k6ThresholdsScript, artilleryEnsure]) {
      expect(() => write(slos as unknown as readonly Slo[])).toThrow(ConfigurationError);
    }
  });

  test("write numbers without an exponent, or refuse them", () => {
    const [slo] = slosOf({ throughput: "target: 20" });
    const at = (floorPerSecond: number): Slo => ({ ...slo, floorPerSecond }) as Slo;
    expect(conditions([at(1e-7)])).toEqual(["http.request_rate >= 0.0000001"]);
    for (const bad of [NaN, Infinity, -1, 1e22]) {
      expect(() => artilleryEnsure([at(bad)])).toThrow("floorPerSecond");
      expect(() => k6Thresholds([at(bad)])).toThrow("floorPerSecond");
    }
  });

  test("say every objective with exactly its digits, none of them with an exponent", () => {
    const [availability, latency] = slosOf({ availability: "target: 99%", latency: "target: 99%, threshold: 1s" });
    const budgets = fc.integer({ min: 1, max: 999_999_999 });
    fc.assert(
      fc.property(budgets, (budget) => {
        const objective = Objective.fromPartsPerBillion(1_000_000_000 - budget);
        const slos = [
          { ...availability!, objective },
          { ...latency!, objective },
        ];
        const { thresholds } = k6Thresholds(slos);
        const rate = /^rate<=(0\.\d+)$/.exec(thresholds.http_req_failed?.[0] as string)?.[1] ?? "";
        const percentile = /^p\(([\d.]+)\)<=1000$/.exec(thresholds.http_req_duration?.[0] as string)?.[1] ?? "";
        expect(Math.round(Number(rate) * 1e9)).toBe(budget);
        expect(Objective.parse(`${percentile}%`).budgetPartsPerBillion).toBe(budget);
        const [, denominator, numerator = "1"] =
          /\) \* (\d+) <= http\.requests(?: \* (\d+))?$/.exec(conditions(slos)[0] ?? "") ?? [];
        expect(BigInt(budget) * BigInt(denominator ?? 0)).toBe(1_000_000_000n * BigInt(numerator));
      }),
    );
  });
});

describe("whole", () => {
  const all = slosOf({
    availability: "target: 99.9%",
    latency: 'target: 99%, threshold: 300ms, select: { routes: "/a" }',
    throughput: "target: 10",
    error_rate: "target: 0.5%",
    tail: 'kind: latency, target: 99%, threshold: 1s, select: { routes: "/*" }',
  });
  const fourHundreds =
    "k6 takes an answer of 4xx for a failure, and nines does not; this in the script makes them agree: " +
    "http.setResponseCallback(http.expectedStatuses({ min: 200, max: 499 }))";
  const tagged = 'requests to a route need its name as a tag: http.get(url, { tags: { name: "/users/:id" } })';
  const mean = "k6 compares the mean rate of the whole run, ramps included, with the floor";
  const wild = '"/*" stands for many, and k6 compares a tag as a whole';

  test("thresholds of k6 are told", () => {
    expect(k6Thresholds(all)).toEqual({
      thresholds: {
        http_req_failed: ["rate<=0.001", "rate<=0.005"],
        http_reqs: ["count>0", "rate>=10"],
        "http_req_duration{name:/a}": ["p(99)<=300"],
        "http_reqs{name:/a}": ["count>0"],
      },
      left: [{ slo: "shop/tail", reason: wild }],
      remarks: [fourHundreds, tagged, mean],
    });
  });

  test("remarks of k6 are on what is asked for", () => {
    const remarksOf = (fields: Readonly<Record<string, string>>): readonly string[] =>
      k6Thresholds(slosOf(fields)).remarks;
    expect(remarksOf({ latency: "target: 99%, threshold: 1s" })).toEqual([]);
    expect(remarksOf({ availability: "target: 99%" })).toEqual([fourHundreds]);
    expect(remarksOf({ error_rate: "target: 1%" })).toEqual([fourHundreds]);
    expect(remarksOf({ throughput: "target: 1" })).toEqual([mean]);
  });

  test("a module for k6 is written", () => {
    const code = k6ThresholdsScript([all[0]!, all[4]!], { abortAfterSeconds: 5 });
    expect(code).toBe(
      [
        `// ${fourHundreds}`,
        `// Not checked by k6: "shop/tail": ${wild}`,
        "export const options = {",
        '  "thresholds": {',
        '    "http_req_failed": [',
        "      {",
        '        "threshold": "rate<=0.001",',
        '        "abortOnFail": true,',
        '        "delayAbortEval": "5s"',
        "      }",
        "    ],",
        '    "http_reqs": [',
        '      "count>0"',
        "    ]",
        "  }",
        "};",
        "",
      ].join("\n"),
    );
  });

  test.each([
    [0, "0s"],
    [86_400, "86400s"],
  ])("a run of k6 may end early after %d seconds", (abortAfterSeconds, delayAbortEval) => {
    const { thresholds } = k6Thresholds(all.slice(0, 1), { abortAfterSeconds });
    expect(thresholds.http_req_failed).toEqual([{ threshold: "rate<=0.001", abortOnFail: true, delayAbortEval }]);
  });

  test.each<[string, RequestSelector, string | undefined]>([
    ["a route that ends like a class of statuses", { routes: ["/2xx"] }, undefined],
    ["a route that begins like one", { routes: ["2xx/a"] }, undefined],
    ["a class of statuses", { statusCodes: ["5xx"] }, '"5xx" stands for many, and k6 compares a tag as a whole'],
    ["a star", { methods: ["*"] }, '"*" stands for many, and k6 compares a tag as a whole'],
    ["a comma", { routes: ["/a,b"] }, '"/a,b" has a character that no sub-metric of k6 can name'],
    ["a quote", { routes: ['/a"b'] }, '"/a\\"b" has a character that no sub-metric of k6 can name'],
    ["an apostrophe", { routes: ["/a'b"] }, '"/a\'b" has a character that no sub-metric of k6 can name'],
    ["a space", { routes: ["/a b"] }, '"/a b" has a character that no sub-metric of k6 can name'],
    ["a separator of lines", { routes: ["/\u2028"] }, '"/\\u2028" has a character that no sub-metric of k6 can name'],
    ["nothing of a list", { routes: [] }, undefined],
    [
      "two statuses",
      { statusCodes: ["200", "201"] },
      "it selects 2 status codes, and a sub-metric of k6 has one value a tag",
    ],
    [
      "operations beside a route",
      { routes: ["/a"], operations: ["mail"] },
      "it selects operations, and k6 sees only the requests that it makes",
    ],
  ])("a tag of k6 is %s, or it is left with a reason", (_, selector, reason) => {
    const { left, thresholds } = k6Thresholds([{ ...all[0]!, selector }]);
    expect(left).toEqual(reason === undefined ? [] : [{ slo: "shop/availability", reason }]);
    const [value] = selector.routes ?? [];
    const name = `http_req_failed${value === undefined ? "" : `{name:${value}}`}`;
    expect(Object.keys(thresholds)).toEqual(reason === undefined ? [name, name.replace("req_failed", "reqs")] : []);
  });

  test("conditions of Artillery are told", () => {
    const codes = [500, 501, 502, 503, 504, 505, 506, 507, 508, 510, 511, 520, 521, 522, 523, 524, 525, 526, 530];
    const failed = `(http.requests - http.responses + ${codes.map((code) => `(http.codes.${String(code)} or 0)`).join(" + ")})`;
    const slos = slosOf({
      availability: "target: 99.9%",
      throughput: "target: 20",
      error_rate: "target: 0.3%",
      latency: "target: 50%, threshold: 300ms",
      tail: 'kind: latency, target: 99%, threshold: 1s, select: { routes: "/*" }',
    });
    expect(artilleryEnsure(slos)).toEqual({
      ensure: {
        conditions: [
          { expression: `${failed} * 1000 <= http.requests`, strict: true },
          { expression: "http.request_rate >= 20", strict: true },
          { expression: `${failed} * 1000 <= http.requests * 3`, strict: true },
          { expression: "http.response_time.p50 <= 300", strict: true },
        ],
      },
      plugins: { ensure: {} },
      left: [{ slo: "shop/tail", reason: "it selects some of the requests, and Artillery's totals are of all" }],
      remarks: [
        `of the answers, those of ${codes.join(", ")} are failures; Artillery has no counter for all of 5xx`,
        "http.request_rate is of requests made, answered or not: the mean over the run's periods, as a whole number",
      ],
    });
  });

  test.each([
    ["50.1%", "p75"],
    ["75%", "p75"],
    ["90%", "p90"],
    ["90.001%", "p95"],
    ["98.9%", "p99"],
    ["99%", "p99"],
  ])("latency of %s is judged by %s", (target, name) => {
    const { ensure, remarks } = artilleryEnsure(slosOf({ latency: `target: ${target}, threshold: 1s` }));
    expect(ensure.conditions).toEqual([{ expression: `http.response_time.${name} <= 1000`, strict: true }]);
    const next = `shop/latency promises ${target} and is judged by ${name}, the next stricter percentile that Artillery has`;
    expect(remarks).toEqual(name === `p${target.slice(0, -1)}` ? [] : [next]);
  });

  test.each<[number, string | undefined]>([
    [0, "0"],
    [7, "7"],
    [1_234.5, "1234.5"],
    [1e-6, "0.000001"],
    [1e-7, "0.0000001"],
    [1.25e-7, "0.000000125"],
    [5e-9, "0.000000005"],
    [999_999_999_999_999_900_000, "999999999999999900000"],
    [1e21, undefined],
    [1e-10, undefined],
    [-0.5, undefined],
    [-1e-7, undefined],
    [NaN, undefined],
  ])("a number of %d is written as %s", (floorPerSecond, text) => {
    const slo = { ...all[2]!, floorPerSecond } as Slo;
    if (text !== undefined) {
      expect(k6Thresholds([slo]).thresholds).toEqual({ http_reqs: [`rate>=${text}`, "count>0"] });
      return;
    }
    expect(() => k6Thresholds([slo])).toThrow(
      expect.objectContaining({
        message: `floorPerSecond: ${String(floorPerSecond)} cannot be written as a threshold; allowed are numbers from 0 to 1e21`,
      }),
    );
  });

  test("a limit of latency that cannot be written is told by its name", () => {
    const slo = { ...slosOf({ latency: "target: 99%, threshold: 1s" })[0]!, thresholdMs: NaN } as Slo;
    const message = "thresholdMs: NaN cannot be written as a threshold; allowed are numbers from 0 to 1e21";
    for (const write of [k6Thresholds, artilleryEnsure])
      expect(() => write([slo])).toThrow(expect.objectContaining({ message }));
  });

  test.each<[unknown, string]>([
    ["a", 'slos: k6Thresholds takes a list of SLOs, not "a"'],
    [null, "slos: k6Thresholds takes a list of SLOs, not null"],
    [
      [all[0], { kind: "latenci" }],
      'slos[1].kind: "latenci" is not a kind of SLO; did you mean "latency"? allowed: availability, latency, throughput, error_rate',
    ],
    [[null], "slos[0].kind: undefined is not a kind of SLO; allowed: availability, latency, throughput, error_rate"],
    [["a"], "slos[0].kind: undefined is not a kind of SLO; allowed: availability, latency, throughput, error_rate"],
  ])("what is no list of SLOs is refused: %j", (slos, message) => {
    expect(() => k6Thresholds(slos as Slo[])).toThrow(expect.objectContaining({ code: "configuration", message }));
    expect(() => artilleryEnsure(slos as Slo[])).toThrow(
      expect.objectContaining({ message: message.replace("k6Thresholds", "artilleryEnsure") }),
    );
  });

  test.each([-1, 0.5, 86_401, "30s"])("a delay of %j is refused", (abortAfterSeconds) => {
    const shown = JSON.stringify(abortAfterSeconds);
    expect(() => k6Thresholds([], { abortAfterSeconds } as object)).toThrow(
      expect.objectContaining({
        message: `abortAfterSeconds: ${shown} is not possible; write whole seconds from 0 to 86400`,
      }),
    );
  });

  test("a misspelt option is refused", () => {
    expect(() => k6Thresholds([], { abortAfter: 3 } as object)).toThrow(
      'abortAfter: is no option of k6Thresholds; did you mean "abortAfterSeconds"? allowed: abortAfterSeconds',
    );
  });
});
