import { describe, expect, test } from "vitest";
import { ConfigurationError, formatPath } from "../../src/core/errors.ts";
import { parseSloDocument } from "../../src/slo/document.ts";
import type { SloDocumentInput } from "../../src/slo/written.ts";

const ROOT = "service_level_objectives";

/** The faults of a document as `line:column path: message`. */
function faultsOf(input: string | object): string[] {
  try {
    parseSloDocument(input as string | SloDocumentInput, { file: "slo.yaml" });
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    return error.issues.map(({ line, column, path, message }) => {
      const place = line === undefined ? "" : `${line}:${column} `;
      return `${place}${formatPath(path)}: ${message}`;
    });
  }
  return [];
}

const GOOD: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  availability: { target: "99.9%", measurement_window: "30d" },
  latency: { target: "99%", threshold: "200ms", measurement_window: "30d" },
  throughput: { target: "1000", measurement_window: "30d" },
  error_rate: { target: "0.1%", measurement_window: "30d" },
};

/** A document with one SLO of `kind` with one field wrong; each field on a line of its own, that one last, on line 4 or later. */
function withField(kind: string, field: string, written: string | undefined): { text: string; line: number } {
  const fields = Object.entries(GOOD[kind]!).filter(([key]) => key !== field);
  const lines = [`${ROOT}:`, "  shop:", `    ${kind}:`, ...fields.map(([key, value]) => `      ${key}: ${value}`)];
  if (written !== undefined) lines.push(`      ${field}: ${written}`);
  return { text: lines.join("\n"), line: written === undefined ? 3 : lines.length };
}

const KINDS = "availability, latency, throughput, error_rate";
const WINDOW = "a duration such as 30d, or a calendar period such as { calendar: month, time_zone: Europe/Berlin }";
const DURATION = "write whole numbers with units (y, w, d, h, m, s, ms), such as 30d, 1h30m or 200ms";
const COMMON =
  "measurement_window, sli, select, minimum_events, title, description, labels, annotations, alerting, time_slices";

describe("one wrong field is told with its line, its path and what to write", () => {
  test.each<[kind: string, field: string, written: string | undefined, path: string, message: string]>([
    ["availability", "target", undefined, "target", "is missing; write one, such as 99.9%"],
    ["availability", "target", "", "target", "is empty; write one, such as 99.9%"],
    [
      "availability",
      "target",
      "100%",
      "target",
      "100% leaves no error budget to measure against; the nearest that does is 99.9999999%",
    ],
    ["availability", "target", "high", "target", '"high" is not an objective; write a percentage such as 99.9%'],
    [
      "availability",
      "target",
      "1.5",
      "target",
      "1.5 could be a percentage or a ratio; write 1.5% if it is a percentage",
    ],
    ["availability", "target", "101%", "target", '"101%" is out of range; an objective is above 0% and at most 100%'],
    ["availability", "target", "0", "target", "0 is out of range; an objective is above 0% and at most 100%"],
    ["availability", "target", "-1", "target", "-1 is not an objective; write a percentage such as 99.9%"],
    ["availability", "target", ".nan", "target", "NaN is not an objective; write a percentage such as 99.9%"],
    ["availability", "target", "[99%]", "target", "a list of 1 is not an objective; write a percentage such as 99.9%"],
    [
      "availability",
      "target",
      "yes",
      "target",
      '"yes" is not an objective; write a percentage such as 99.9% (some YAML readers take "yes" for true)',
    ],
    [
      "availability",
      "target",
      "99.99999999%",
      "target",
      '"99.99999999%" has more digits than nines keeps: at most 7 after the point',
    ],
    ["availability", "threshold", "200ms", "threshold", `unknown key "threshold"; allowed: kind, target, ${COMMON}`],
    [
      "availability",
      "minimum_event",
      "1",
      "minimum_event",
      `unknown key "minimum_event"; did you mean "minimum_events"? allowed: kind, target, ${COMMON}`,
    ],
    ["availability", "kind", "latency", "kind", '"latency" is not allowed here; allowed: availability'],

    ["latency", "threshold", undefined, "threshold", "is missing; write one, such as 200ms"],
    ["latency", "threshold", "200", "threshold", `200 is not a duration; ${DURATION}`],
    ["latency", "threshold", "0.2s", "threshold", `"0.2s" is not a duration; did you mean "200ms"?; ${DURATION}`],
    ["latency", "threshold", "0s", "threshold", '"0s" is out of range; a threshold is from 1ms to 1d'],
    ["latency", "threshold", "2d", "threshold", '"2d" is out of range; a threshold is from 1ms to 1d'],
    ["latency", "slice", "1m", "slice", `unknown key "slice"; allowed: kind, target, threshold, ${COMMON}`],

    [
      "throughput",
      "target",
      "1000rps",
      "target",
      '"1000rps" is not a floor; write requests a second as a number above 0, such as 1000',
    ],
    [
      "throughput",
      "target",
      "0",
      "target",
      "0 is not a floor; write requests a second as a number above 0, such as 1000",
    ],
    [
      "throughput",
      "target",
      "1e400",
      "target",
      '"1e400" is not a floor; write requests a second as a number above 0, such as 1000',
    ],
    [
      "throughput",
      "target",
      ".inf",
      "target",
      "Infinity is not a floor; write requests a second as a number above 0, such as 1000",
    ],
    [
      "throughput",
      "target",
      "010",
      "target",
      "010 is octal to some YAML readers and decimal to others; write 10, or quotes if it is text",
    ],
    [
      "throughput",
      "target",
      "1_000",
      "target",
      '"1_000" is not a floor; write requests a second as a number above 0, such as 1000 (some YAML readers take "1_000" for 1000)',
    ],
    [
      "throughput",
      "objective",
      "100%",
      "objective",
      "100% leaves no error budget to measure against; the nearest that does is 99.9999999%",
    ],
    [
      "throughput",
      "slice",
      "7m",
      "slice",
      "slices of 7m do not divide the window of 30d into equal parts, at least 2 of them",
    ],
    ["throughput", "slice", "10s", "slice", "slices of 10s are more than 100000 in a window of 30d; write longer ones"],
    ["throughput", "slice", "0", "slice", `0 is not a duration; ${DURATION}`],

    ["error_rate", "target", "0.1", "target", "0.1 could be a percentage or a ratio; write it with a %, such as 0.1%"],
    [
      "error_rate",
      "target",
      "0%",
      "target",
      '"0%" leaves no error budget to measure against; the least that does is 0.0000001%',
    ],
    ["error_rate", "target", "100%", "target", '"100%" allows every request to fail; write less than 100%'],
    ["error_rate", "target", "x%", "target", '"x%" is not an objective; write a percentage such as 99.9%'],

    ["availability", "measurement_window", undefined, "measurement_window", `is missing; it must be ${WINDOW}`],
    ["availability", "measurement_window", "30", "measurement_window", `30 is not ${WINDOW}`],
    [
      "availability",
      "measurement_window",
      "1:30",
      "measurement_window",
      `"1:30" is not a duration; ${DURATION} (some YAML readers take "1:30" for 90)`,
    ],
    [
      "availability",
      "measurement_window",
      "30 days",
      "measurement_window",
      `"30 days" is not a duration; did you mean "30d"?; ${DURATION}`,
    ],
    [
      "availability",
      "measurement_window",
      "999ms",
      "measurement_window",
      '"999ms" is out of range; a rolling window is from 1s to 1y',
    ],
    [
      "availability",
      "measurement_window",
      "366d",
      "measurement_window",
      '"366d" is out of range; a rolling window is from 1s to 1y',
    ],
    ["availability", "measurement_window", "{}", "measurement_window", `is missing a length; write ${WINDOW}`],
    [
      "availability",
      "measurement_window",
      "{ calendar: fortnight }",
      "measurement_window.calendar",
      '"fortnight" is not allowed here; allowed: day, week, month, quarter, year',
    ],
    [
      "availability",
      "measurement_window",
      "{ calender: month }",
      "measurement_window.calender",
      'unknown key "calender"; did you mean "calendar"? allowed: rolling, calendar, time_zone',
    ],
    [
      "availability",
      "measurement_window",
      "{ calendar: month, time_zone: Mars/Base }",
      "measurement_window.time_zone",
      '"Mars/Base" is not a time zone; write an IANA name such as Europe/Berlin or UTC',
    ],
    [
      "availability",
      "measurement_window",
      "{ rolling: 1d, time_zone: UTC }",
      "measurement_window",
      "a rolling window has no calendar and no time_zone; write either rolling, or calendar with its time_zone",
    ],
    [
      "availability",
      "measurement_window",
      "{ rolling: 2y }",
      "measurement_window.rolling",
      '"2y" is out of range; a rolling window is from 1s to 1y',
    ],

    ["availability", "sli", '" "', "sli", 'is blank; write some text, such as "sum(rate(http_requests_total[5m]))"'],
    ["availability", "sli", "1", "sli", "1 is not PromQL as text, or { good, total } or { bad, total }"],
    ["availability", "sli", `"${"x".repeat(10_001)}"`, "sli", "has 10001 characters; allowed: at most 10000"],
    ["availability", "description", '"a\\u001bb"', "description", "contains the control character U+001B; remove it"],
    ["availability", "description", '"a\\u202eb"', "description", "contains the control character U+202E; remove it"],
    [
      "availability",
      "minimum_events",
      "no",
      "minimum_events",
      '"no" is not a number of events; write a whole number from 1 (some YAML readers take "no" for false)',
    ],
    [
      "availability",
      "minimum_events",
      "0.5",
      "minimum_events",
      "0.5 is not a number of events; write a whole number from 1",
    ],
    [
      "availability",
      "minimum_events",
      "0",
      "minimum_events",
      "0 is not a number of events; write a whole number from 1",
    ],
    [
      "availability",
      "minimum_events",
      "1e300",
      "minimum_events",
      "1e+300 is not a number of events; write a whole number from 1",
    ],

    ["availability", "select", "[]", "select", "a list of 0 is not a mapping"],
    [
      "availability",
      "select",
      "{}",
      "select",
      "selects nothing; write routes, methods, status_codes or operations, or leave it out",
    ],
    [
      "availability",
      "select",
      "{ route: /a }",
      "select.route",
      'unknown key "route"; did you mean "routes"? allowed: routes, methods, status_codes, operations',
    ],
    [
      "availability",
      "select",
      "{ routes: [users] }",
      "select.routes[0]",
      '"users" is not a route; begin it with /, such as /users/:id or /api/*',
    ],
    ["availability", "select", "{ routes: [] }", "select.routes", "has 0 items; allowed: at least 1"],
    [
      "availability",
      "select",
      "{ methods: GTE }",
      "select.methods",
      '"GTE" is not an HTTP method; did you mean "GET"?',
    ],
    ["availability", "select", "{ methods: {} }", "select.methods", "a mapping is not a list or text or a number"],
    [
      "availability",
      "select",
      "{ status_codes: [2xx, 600] }",
      "select.status_codes[1]",
      "600 is not a status code; write one such as 404, or a class such as 2xx",
    ],
    [
      "availability",
      "select",
      "{ status_codes: 5x }",
      "select.status_codes",
      '"5x" is not a status code; write one such as 404, or a class such as 2xx',
    ],
  ])("%s with %s: %s", (kind, field, written, path, message) => {
    const { text, line } = withField(kind, field, written);
    const [fault, ...others] = faultsOf(text);
    expect(others).toEqual([]);
    expect(fault?.replace(/^(\d+):\d+/, "$1")).toBe(`${line} ${ROOT}.shop.${kind}.${path}: ${message}`);
  });
});

describe("the frame of a document", () => {
  test.each<[string, string | object, string[]]>([
    ["no services", `${ROOT}: {}`, [`1:27 ${ROOT}: is empty; write at least one service`]],
    ["a service that is empty", `${ROOT}:\n  a:\n`, [`2:3 ${ROOT}.a: is empty; it must be a mapping`]],
    ["a service without SLOs", `${ROOT}:\n  a: {}\n`, [`2:6 ${ROOT}.a: is empty; write at least one SLO`]],
    [
      "an SLO that is empty",
      `${ROOT}:\n  a:\n    latency:\n`,
      [`3:5 ${ROOT}.a.latency: is empty; it must be a mapping`],
    ],
    ["an SLO that is a list", `${ROOT}:\n  a:\n    b: [1]\n`, [`3:8 ${ROOT}.a.b: a list of 1 is not a mapping`]],
    [
      "no root key",
      "slos: 1",
      [
        `1:1 ${ROOT}: is missing; it must be a mapping`,
        `1:1 slos: unknown key "slos"; allowed: ${ROOT}, error_budget_policies, composite_slos, exclusions`,
      ],
    ],
    [
      "a misspelled root key",
      "service_level_objective: {}",
      [
        `1:1 service_level_objective: unknown key "service_level_objective"; did you mean "${ROOT}"? allowed: ${ROOT}, error_budget_policies, composite_slos, exclusions`,
      ],
    ],
    ["a list", "- a", ["1:1 : a list of 1 is not a mapping"]],
    ["null", "~", ["1:1 : is empty; it must be a mapping"]],
    ["nothing", "", ["1:1 : the document is empty"]],
    ["an empty object", {}, [`${ROOT}: is missing; it must be a mapping`]],
    ["a number", 7 as unknown as object, [": 7 is not a mapping"]],
    [
      "nothing at all",
      undefined as unknown as object,
      [": undefined is not read here; allowed: plain objects, lists, text, numbers, true, false and null"],
    ],
  ])("%s", (_, input, faults) => {
    expect(faultsOf(input)).toEqual(faults);
  });

  const FIELDS = "{ kind: availability, target: 99%, measurement_window: 1d }";
  const RULE = "is not a name; use letters, digits, _, . and -, beginning with a letter or digit";
  test.each([
    ["a b", `${ROOT}.shop["a b"]: "a b" ${RULE}`],
    ["-a", `${ROOT}.shop["-a"]: "-a" ${RULE}`],
    ["a/b", `${ROOT}.shop["a/b"]: "a/b" ${RULE}`],
    ["ü", `${ROOT}.shop["ü"]: "ü" ${RULE}`],
    ["", `${ROOT}.shop[""]: "" ${RULE}`],
    ["12", `${ROOT}.shop["12"]: "12" ${RULE}`],
    ["n".repeat(101), `${ROOT}.shop.${"n".repeat(101)}: "${"n".repeat(56)}... ${RULE}, at most 100 of them`],
  ])("an SLO that is named %s", (name, fault) => {
    expect(faultsOf(`${ROOT}:\n  shop:\n    "${name}": ${FIELDS}`)).toEqual([`3:5 ${fault}`]);
  });

  test("a name is told how long it may be only if it is longer", () => {
    const [fault = ""] = faultsOf(`${ROOT}:\n  shop:\n    "${"n".repeat(99)}!": ${FIELDS}`);
    expect(fault.endsWith(RULE)).toBe(true);
  });

  test.each([
    ["checkout", "", `is missing, and the SLO's name is not a kind; allowed: ${KINDS}`],
    [
      "avaliability",
      "",
      `is missing, and the SLO's name is not a kind; did you mean "availability"? allowed: ${KINDS}`,
    ],
    ["checkout", "kind: latncy,", `"latncy" is not a kind; did you mean "latency"? allowed: ${KINDS}`],
    ["checkout", "kind: [latency],", `a list of 1 is not a kind; allowed: ${KINDS}`],
  ])("an SLO %s with %s has no kind", (name, kind, message) => {
    const [fault, ...others] = faultsOf(
      `${ROOT}:\n  shop:\n    ${name}: { ${kind} target: 1, measurement_window: 1d }`,
    );
    expect(others).toEqual([]);
    expect(fault?.replace(/^3:\d+ /, "")).toBe(`${ROOT}.shop.${name}.kind: ${message}`);
  });
});

test("all faults of a document are listed at once, in its order", () => {
  const text = [
    `${ROOT}:`,
    "  web:",
    "    latency: { target: 99.9, treshold: 200ms, measurement_window: 30d }",
    "    availability:",
    "      target: 100%",
    "      target: 99%",
    "      measurement_window: { calendar: month, time_zone: Mars/Base }",
    "    checkout: { measurement_window: 5 }",
    "  api: []",
    "extra: 1",
  ].join("\n");
  expect(faultsOf(text).map((fault) => fault.split(": ")[0])).toEqual([
    `3:30 ${ROOT}.web.latency.treshold`,
    `5:15 ${ROOT}.web.availability.target`,
    `6:7 ${ROOT}.web.availability.target`,
    `7:57 ${ROOT}.web.availability.measurement_window.time_zone`,
    `8:5 ${ROOT}.web.checkout.kind`,
    `8:37 ${ROOT}.web.checkout.measurement_window`,
    `9:8 ${ROOT}.api`,
    "10:1 extra",
  ]);
});

test.each([
  [
    "name: x\nsteps: [{ command: ls }]\n",
    "2:1",
    "steps: is that of a runbook, and there are no SLOs; read it by parseRunbook",
  ],
  [
    "on_call: {}\n",
    "1:1",
    "on_call: is that of an on-call document, and there are no SLOs; read it by parseOnCallDocument",
  ],
  [
    "alert_routes: []\n",
    "1:1",
    "alert_routes: is that of routes of alerts, and there are no SLOs; read it by parseAlertRoutes",
  ],
  [
    "maturity_answers: {}\n",
    "1:1",
    "maturity_answers: is that of answers about maturity, and there are no SLOs; read it by parseMaturityAnswers",
  ],
])("another document of nines is told by its kind: %s", (text, place, message) => {
  expect(faultsOf(text)).toEqual([`${place} ${message}`]);
});

test.each([
  ["availability", "shop"],
  ["checkout", "checkout"],
])("an SLO in the place of its service: %s", (name, service) => {
  const text = `${ROOT}:\n  ${name}: { target: 99%, measurement_window: 30d }\n  web: { availability: { target: 1 } }\n`;
  const example = `${service}: { availability: { target: 99.9%, measurement_window: 30d } }`;
  const [first, ...others] = faultsOf(text);
  expect(first).toBe(`2:3 ${ROOT}.${name}: has the fields of an SLO, which stands below its service, as in ${example}`);
  expect(others.map((fault) => fault.split(": ")[0])).toEqual([
    `3:10 ${ROOT}.web.availability.measurement_window`,
    `3:34 ${ROOT}.web.availability.target`,
  ]);
});
