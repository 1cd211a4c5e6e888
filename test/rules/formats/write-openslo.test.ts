import { readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { quote } from "../../../src/rules/promql/write.ts";
import { describe, expect, test } from "vitest";
import { formatDuration } from "../../../src/core/time/duration.ts";
import { importSlos } from "../../../src/rules/formats/import.ts";
import { writeOpenSlo } from "../../../src/rules/formats/write-openslo.ts";
import { parseSloDocument } from "../../../src/slo/document.ts";
import { SLO_KINDS } from "../../../src/slo/model.ts";
import { sloOf } from "../../../src/slo/sound.ts";
import { openSloProblems } from "./openslo-rules.ts";
import { plain, sample, samplesOf } from "./samples.ts";
import type { SloDocumentInput } from "../../../src/slo/written.ts";

const MINUTE = 60_000;

const name = fc
  .stringMatching(/^[A-Za-z][\w.-]{0,70}$/)
  .filter((one) => !["constructor", "prototype", ...SLO_KINDS].includes(one));
const text = fc
  .string({ minLength: 1, maxLength: 100, unit: "grapheme" })
  .filter((one) => one.trim() !== "" && !/(?![\n\r\t])[\p{Cc}\p{Cs}\u2028-\u202e\u2066-\u2069\uFEFF]/u.test(one));
const labels = fc.dictionary(fc.stringMatching(/^_?[A-Za-z]\w{0,70}$/), text, { maxKeys: 3 });
const annotations = fc.dictionary(
  fc.oneof(
    fc.stringMatching(/^_?[A-Za-z][\w./-]{0,70}$/),
    fc.constantFrom(
      "nines.dev/kind",
      "nines.dev/own",
      "example.com/owner",
      "openslo.com/x",
      "source.nines.dev/indicator",
    ),
  ),
  text,
  { maxKeys: 3 },
);
const percent = fc.integer({ min: 1, max: 999_999_999 }).map((ppb) => {
  const digits = String(ppb).padStart(8, "0");
  return `${digits.slice(0, -7)}.${digits.slice(-7)}%`;
});
const duration = (least: number, most: number): fc.Arbitrary<string> =>
  fc
    .oneof(
      fc.integer({ min: least, max: most }),
      fc.integer({ min: Math.ceil(least / 60), max: Math.floor(most / 60) }).map((m) => m * 60),
    )
    .map((seconds) => formatDuration(seconds * 1_000));

const query = fc.oneof(
  text,
  fc.constantFrom(
    "sum(rate(x_total[5m]))",
    "sum(x_total)",
    "histogram_quantile(0.9, sum by (le) (rate(h_bucket[5m])))",
    "sum(rate(x[{{.window}}]))",
    'max(up{job="a"}) <= 3',
    "own",
  ),
);
/** Sloth's variable is filled in when it is read: it is no PromQL. */
const promql = query.map((one) => `sum(rate(x{v=${quote(one.replaceAll(/\{\{|\}\}/g, ""))}}[5m]))`);

const window = fc.oneof(
  duration(3600, 365 * 86_400),
  fc.record({
    calendar: fc.constantFrom("day", "week", "month", "quarter", "year"),
    time_zone: fc.constantFrom("UTC", "Europe/Berlin", "America/St_Johns"),
  }),
);

const tier = fc.oneof(
  fc.constant(false as const),
  fc.record(
    {
      severity: fc.constantFrom("page", "ticket"),
      factor: fc.double({ min: 0.01, max: 1_000, noNaN: true }),
      long: duration(120, 86_400),
    },
    { requiredKeys: ["severity", "factor", "long"] },
  ),
  fc.record({ budget: fc.constantFrom("2%", "7.5%", 0.03), short: fc.constantFrom("30s", "1m") }, { requiredKeys: [] }),
);
const texts = fc.oneof(fc.constant(false as const), fc.record({ labels, annotations: labels }, { requiredKeys: [] }));
const alerting = fc.record(
  {
    name: text,
    runbook: fc.webUrl({ validSchemes: ["https"] }),
    dashboard: fc.webUrl({ validSchemes: ["https"] }),
    minimum_failures: fc.integer({ min: 1, max: 1e6 }),
    no_data: fc.constantFrom("page", "ticket", false),
    labels,
    annotations: labels,
    page: texts,
    ticket: texts,
    tiers: fc.dictionary(
      fc.oneof(
        fc.constantFrom("page_fast", "page_slow", "ticket_fast", "ticket_slow"),
        fc.stringMatching(/^[a-z][a-z0-9_-]{0,49}$/),
      ),
      tier,
      { maxKeys: 4 },
    ),
  },
  { requiredKeys: [] },
);

const common = fc.record(
  {
    title: text,
    description: text,
    labels,
    annotations,
    minimum_events: fc.integer({ min: 1 }),
    select: fc.record({
      routes: fc.constantFrom("/a", ["/a/:id", "/b*"]),
      methods: fc.constantFrom("GET", ["post", "put"]),
    }),
    alerting,
  },
  { requiredKeys: [] },
);

const sli = fc.oneof(promql, fc.record({ good: promql, total: promql }), fc.record({ bad: promql, total: promql }));

const slo = fc
  .record({
    kind: fc.constantFrom(...SLO_KINDS),
    percent,
    measurement_window: window,
    common,
    sli: fc.option(sli, { nil: undefined }),
    slices: fc.option(
      fc.record({
        length: fc.constantFrom("30m", "1m", "20s"),
        target: fc.option(fc.oneof(percent, fc.constant("100%")), { nil: undefined }),
        empty: fc.constantFrom("ignored", "good", "bad"),
      }),
      { nil: undefined },
    ),
    ms: fc.integer({ min: 1, max: 86_400_000 }),
    hours: fc.integer({ min: 2, max: 500 }),
  })
  .map(({ kind, percent, common, sli, slices, ms, hours, ...rest }) => {
    const fields = { kind, target: percent, ...rest, ...common, ...(sli === undefined ? {} : { sli }) };
    if (kind === "throughput") {
      if (typeof sli === "object") return { ...fields, kind: "availability" };
      const own = { target: ms / 7, objective: percent, slice: formatDuration((hours * 60 * MINUTE) / 20) };
      return { ...fields, ...own, measurement_window: `${String(hours)}h` };
    }
    const sliced =
      slices === undefined || sli === undefined
        ? {}
        : {
            measurement_window: `${String(hours)}h`,
            time_slices: Object.fromEntries(Object.entries(slices).filter(([, value]) => value !== undefined)),
          };
    return { ...fields, ...sliced, ...(kind === "latency" ? { threshold: formatDuration(ms) } : {}) };
  });

const document = fc.dictionary(name, fc.dictionary(name, slo, { minKeys: 1, maxKeys: 3 }), { minKeys: 1, maxKeys: 3 });

describe("what is written as OpenSLO", () => {
  test("is read as the same SLOs, and nothing of it is unsupported", () => {
    fc.assert(
      fc.property(document, (service_level_objectives) => {
        const { slos } = parseSloDocument({ service_level_objectives } as SloDocumentInput);
        const back = importSlos(writeOpenSlo(slos));
        expect(back.slos.slos).toEqual(slos);
        expect(back.unsupported).toEqual([]);
      }),
      { numRuns: 60 },
    );
  });

  test("holds to the specification", () => {
    fc.assert(
      fc.property(document, (service_level_objectives) => {
        const { slos } = parseSloDocument({ service_level_objectives } as SloDocumentInput);
        expect(openSloProblems(plain(writeOpenSlo(slos)))).toEqual([]);
      }),
      { numRuns: 60 },
    );
  });

  test("of a document of another tool is read as what that document says", () => {
    const readable = ["sloth", "openslo-v1alpha", "openslo-v1", "pyrra"].flatMap(samplesOf).filter((path) => {
      try {
        importSlos(sample(path));
        return true;
      } catch {
        return false;
      }
    });
    expect(readable.length).toBeGreaterThan(14);
    for (const path of readable) {
      const { slos } = importSlos(sample(path));
      const text = writeOpenSlo(slos.slos);
      const back = importSlos(text);
      expect(back.slos.slos, path).toEqual(slos.slos);
      expect(back.unsupported, path).toEqual([]);
      expect(writeOpenSlo(back.slos), path).toBe(writeOpenSlo(importSlos(writeOpenSlo(back.slos)).slos));
    }
  });

  test.each([
    ["sum(rate(all[5m]", "sum(rate(good[$__range]))", true],
    ["sum(rate(all[5m]", "sum(good", false],
    ["sum(all", "sum(rate(good[$__range]))", false],
  ])("of %s and %s, which are no PromQL, is of counters where both have a range", (total, good, isCounter) => {
    const fields = {
      service: "shop",
      name: "checkout",
      kind: "availability",
      objective: "99%",
      window: "30d",
    } as const;
    const objects = plain(writeOpenSlo([sloOf({ ...fields, events: { good, total } })])) as readonly object[];
    const metric = (query: string): object => ({ metricSource: { type: "Prometheus", spec: { query } } });
    expect(objects[1]).toHaveProperty("spec.indicator.spec", {
      ratioMetric: { ...(isCounter ? { counter: true } : {}), good: metric(good), total: metric(total) },
    });
  });

  test("of no SLO at all is refused", () => {
    expect(() => writeOpenSlo([])).toThrow("there are no SLOs in it");
  });
});

test("the example of the documentation", () => {
  const example = readFileSync(join(import.meta.dirname, "../../data/slo/example.yaml"), "utf8");
  const { slos } = parseSloDocument(example);
  const text = writeOpenSlo(slos);
  expect(importSlos(text).slos.slos).toEqual(slos);
  expect(text).toContain("name: web-frontend-");
  expect(openSloProblems(plain(text))).toEqual([]);
});
