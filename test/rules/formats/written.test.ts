/**
 * What of an SLO stands where in OpenSLO. Read in test/data/rules/formats/written.txt, which
 * `npx vitest run test/rules/formats/written.test.ts -u` makes anew.
 */
import { expect, test } from "vitest";
import { importSlos } from "../../../src/rules/formats/import.ts";
import { writeOpenSlo } from "../../../src/rules/formats/write-openslo.ts";
import { parseSloDocument } from "../../../src/slo/document.ts";
import type { SloDocumentInput } from "../../../src/slo/written.ts";
import { openSloProblems } from "./openslo-rules.ts";
import { plain } from "./samples.ts";

const documentOf = (services: object): SloDocumentInput => ({ service_level_objectives: services }) as SloDocumentInput;
const one = (fields: object, name = "a"): SloDocumentInput =>
  documentOf({ shop: { [name]: { kind: "availability", target: "99%", measurement_window: "30d", ...fields } } });
const slices = (time_slices: object): SloDocumentInput =>
  one({ measurement_window: "1h", sli: "sum(rate(a[5m])) / sum(rate(b[5m]))", time_slices });
const throughput = (fields: object): SloDocumentInput =>
  one({ kind: "throughput", target: 5, measurement_window: "1d", ...fields });
const latency = (fields: object): SloDocumentInput => one({ kind: "latency", threshold: "250ms", ...fields });
const alerting = (fields: object): SloDocumentInput => one({ alerting: fields });

const key = (length: number): string => `k${"e".repeat(length - 2)}y`;

/** Each as lines of JSON: all objects but the first service. */
const CASES: ReadonlyArray<readonly [string, SloDocumentInput]> = [
  ["the least that an SLO has", one({})],
  ["a title and a description", one({ title: "It works", description: "Of the shop." })],
  ["a title that is too long", one({ title: `${"x".repeat(62)} y` })],
  ["a title with blanks around it", one({ title: " It works" })],
  [
    "labels that OpenSLO allows, and others",
    one({
      labels: {
        a: "b",
        _odd: "c",
        [key(63)]: "d",
        [key(64)]: "e",
        f: "x".repeat(63),
        g: "x".repeat(64),
        h: "with blank",
        i: "-",
        j: "a.b_c-d",
      },
    }),
  ],
  ["labels of which OpenSLO allows none", one({ labels: { _odd: "a" } })],
  ["no labels, said so", one({ labels: {}, annotations: {} })],
  [
    "annotations that OpenSLO allows, and others",
    one({
      annotations: {
        a: "b",
        "x.y/z": "c",
        Odd: "d",
        "x/Odd": "e",
        "nines.dev/own": "f",
        "openslo.com/x": "g",
        "openslo.community/x": "h",
        "nines.developers/x": "i",
        "a/b/c": "j",
        [key(63)]: "k",
        [key(64)]: "l",
        [`${"x".repeat(63)}/a`]: "m",
        [`${"x".repeat(64)}/a`]: "n",
        "x_y/z": "o",
      },
    }),
  ],
  ["events of good ones that are counters", one({ sli: { good: "sum(rate(a[5m]))", total: "sum(rate(b[5m]))" } })],
  ["events of bad ones that are no counters", one({ sli: { bad: "sum(a)", total: "sum(b)" } })],
  ["events of which only the total takes a rate", one({ sli: { bad: "sum(a)", total: "sum(rate(b[5m]))" } })],
  ["events of which only the good ones do", one({ sli: { good: "sum(rate(a[5m]))", total: "sum(b)" } })],
  ["a share", one({ sli: "a / b" })],
  ["an error rate", one({ kind: "error_rate", target: "1%", sli: "a / b" })],
  ["an error rate of its own signals", one({ kind: "error_rate", target: "1%" })],
  ["a latency of its own signals", latency({})],
  ["a latency as a share", latency({ sli: "a / b" })],
  ["a latency as a quantile", latency({ sli: "histogram_quantile (0.9, sum by (le) (rate(h_bucket[5m])))" })],
  ["a latency by a metric that is called so", latency({ sli: "my_histogram_quantile / b" })],
  ["a latency as events", latency({ sli: { good: "histogram_quantile(0.9, h)", total: "b" } })],
  ["an availability by a quantile", one({ sli: "histogram_quantile(0.9, h) < 1" })],
  ["a throughput of its own signals", throughput({})],
  ["a throughput", throughput({ sli: "sum(rate(x[5m]))", objective: "95%", slice: "5m" })],
  ["a throughput whose slices are no whole minutes", throughput({ slice: "90s" })],
  ["a window of whole days", one({ measurement_window: "4w" })],
  ["a window of whole hours", one({ measurement_window: "90m" })],
  ["a window of less than a minute", one({ measurement_window: "30s" })],
  ["a window of no whole minutes", one({ measurement_window: "61s" })],
  ...["day", "week", "month", "quarter", "year"].map(
    (calendar) =>
      [`a calendar ${calendar}`, one({ measurement_window: { calendar, time_zone: "Asia/Tokyo" } })] as const,
  ),
  ["slices with a target", slices({ length: "5m", target: "95%", empty: "ignored" })],
  ["slices of seconds, without a target", slices({ length: "30s", empty: "bad" })],
  ["least events", one({ minimum_events: 10, sli: "a / b" })],
  ["the requests that are meant", one({ select: { routes: ["/a"], methods: ["GET"], status_codes: ["2xx"] } })],
  ["some of the requests", one({ select: { methods: ["GET"] } })],
  ["operations", one({ select: { operations: ["x"] } })],
  [
    "alerts, and all that can be said of them",
    alerting({
      name: "ShopBurns",
      runbook: "https://a.example",
      dashboard: "https://b.example",
      minimum_failures: 3,
      no_data: "page",
      labels: { a: "b" },
      annotations: { c: "d" },
      page: { labels: { e: "f" } },
      ticket: { annotations: { g: "h" } },
      tiers: {
        page_fast: { budget: "3%", short: "10m" },
        page_slow: false,
        ticket_fast: { factor: 2, long: "1d" },
        ticket_slow: false,
        own: { severity: "ticket", factor: 1.5, long: "2d", short: "4h" },
      },
    }),
  ],
  ["alerts that are all off", alerting({ page: false, ticket: false, no_data: false })],
  ["tickets alone, and of missing data", alerting({ page: false, no_data: "ticket", tiers: { ticket_slow: false } })],
  [
    "names of policies that would be one",
    documentOf({
      shop: {
        "a-b": {
          kind: "availability",
          target: "99%",
          measurement_window: "30d",
          alerting: { ticket: false, tiers: { page_slow: false } },
        },
      },
      "shop-a": {
        b: {
          kind: "availability",
          target: "99%",
          measurement_window: "30d",
          alerting: { ticket: false, tiers: { page_slow: false } },
        },
      },
    }),
  ],
  [
    "names that several services have",
    documentOf(
      Object.fromEntries(
        ["shop", "cart", "shop-x"].map((name) => [
          name,
          {
            availability: { target: "99%", measurement_window: "30d" },
            [name]: { kind: "availability", target: "99%", measurement_window: "30d" },
          },
        ]),
      ),
    ),
  ],
  [
    "names that collide with those of another service and its SLO",
    documentOf({
      a: { b: { kind: "availability", target: "99%", measurement_window: "30d" } },
      c: {
        b: { kind: "availability", target: "99%", measurement_window: "30d" },
        "a-b": { kind: "availability", target: "99%", measurement_window: "30d" },
      },
    }),
  ],
  [
    "names that are no DNS labels",
    documentOf({ Shop: { "Check.Out": { kind: "availability", target: "99%", measurement_window: "30d" } } }),
  ],
];

test("what is written of each field", async () => {
  const texts = CASES.map(([title, document]) => {
    const { slos } = parseSloDocument(document);
    const text = writeOpenSlo(slos);
    const back = importSlos(text);
    expect([back.slos.slos, back.unsupported, openSloProblems(plain(text))], title).toEqual([slos, [], []]);
    return `# ${title}\n${plain(text)
      .slice(1)
      .map((object) => `${JSON.stringify(object)}\n`)
      .join("")}`;
  });
  await expect(texts.join("\n")).toMatchFileSnapshot("../../data/rules/formats/written.txt");
});
