import { readFileSync } from "node:fs";
import { join } from "node:path";
import { load } from "js-yaml";
import { describe, expect, test } from "vitest";
import type { Slo } from "../../src/slo/model.ts";
import { parseSloDocument } from "../../src/slo/document.ts";
import type { SloDocumentInput } from "../../src/slo/written.ts";

const EXAMPLE = readFileSync(join(import.meta.dirname, "../data/slo/example.yaml"), "utf8");

/** The one SLO of a document that has these fields. */
function only(name: string, fields: string): Slo {
  return parseSloDocument(`service_level_objectives: { shop: { ${name}: ${fields} } }`).slos[0]!;
}

/** As text, the way that a log would have it. */
function brief({ id, kind, objective, window, ...rest }: Slo): string {
  const own =
    "thresholdMs" in rest
      ? ` <= ${rest.thresholdMs} ms`
      : "floorPerSecond" in rest
        ? ` >= ${rest.floorPerSecond}/s in ${rest.sliceMs} ms`
        : "";
  return `${id} ${kind} ${objective.percentText}${own} over ${JSON.stringify(window)}`;
}

describe("the example", () => {
  const document = parseSloDocument(EXAMPLE, { file: "slo.yaml" });

  test("is read as it stands", () => {
    expect(document.slos.map(brief)).toEqual([
      'web_frontend/availability availability 99.9% over {"kind":"rolling","durationMs":2592000000}',
      'web_frontend/latency latency 95% <= 200 ms over {"kind":"rolling","durationMs":2592000000}',
      'web_frontend/throughput throughput 99% >= 1000/s in 10000 ms over {"kind":"rolling","durationMs":300000}',
      'api_service/availability availability 99.95% over {"kind":"rolling","durationMs":2592000000}',
      'api_service/latency latency 99% <= 100 ms over {"kind":"rolling","durationMs":2592000000}',
      'api_service/error_rate error_rate 99.9% over {"kind":"rolling","durationMs":2592000000}',
    ]);
  });

  test("keeps expressions verbatim, and has none where none is written", () => {
    expect(document.get("web_frontend/latency")?.expression).toBe(
      "histogram_quantile(0.95, rate(http_request_duration_seconds_bucket{job='frontend'}[5m]))",
    );
    expect(Object.keys(document.get("api_service/error_rate")!)).not.toContain("expression");
  });

  test("answers by service and by id", () => {
    expect(document.services).toEqual(["web_frontend", "api_service"]);
    expect(document.forService("api_service").map(({ name }) => name)).toEqual([
      "availability",
      "latency",
      "error_rate",
    ]);
    expect(document.forService("toString")).toEqual([]);
    expect(document.get("api_service/throughput")).toBeUndefined();
  });

  test("is the same as a plain object, and as JSON", () => {
    const plain = load(EXAMPLE) as SloDocumentInput;
    expect(parseSloDocument(plain).slos).toEqual(document.slos);
    expect(parseSloDocument(JSON.stringify(plain, null, 2)).slos).toEqual(document.slos);
  });
});

describe("an SLO", () => {
  test("has defaults for what is left out", () => {
    expect(only("availability", "{ target: 99.9%, measurement_window: 1h }")).toStrictEqual({
      kind: "availability",
      id: "shop/availability",
      service: "shop",
      name: "availability",
      objective: expect.objectContaining({ partsPerBillion: 999_000_000 }),
      window: { kind: "rolling", durationMs: 3_600_000 },
      minimumEvents: 1,
    });
  });

  test("takes its kind from `kind` when its name is none", () => {
    expect(only("checkout", "{ kind: error_rate, target: 0.05%, measurement_window: 7d }")).toMatchObject({
      kind: "error_rate",
      id: "shop/checkout",
      objective: { percentText: "99.95%" },
    });
    expect(only("latency", "{ kind: latency, target: 99%, threshold: 1s, measurement_window: 7d }").kind).toBe(
      "latency",
    );
  });

  test("keeps everything that narrows or explains it", () => {
    expect(
      only(
        "availability",
        '{ target: 0.999, measurement_window: { rolling: 1d }, minimum_events: 50, description: "Täglich\\n☕", select: { routes: /pay/*, methods: [get, POST, get], status_codes: [2XX, 404, "404"] } }',
      ),
    ).toMatchObject({
      objective: { percentText: "99.9%" },
      window: { kind: "rolling", durationMs: 86_400_000 },
      minimumEvents: 50,
      description: "Täglich\n☕",
      selector: { routes: ["/pay/*"], methods: ["GET", "POST"], statusCodes: ["2xx", "404"] },
    });
  });

  test.each<[string, object]>([
    ["{ calendar: month, time_zone: Europe/Berlin }", { kind: "calendar", unit: "month", zone: "Europe/Berlin" }],
    ["{ calendar: quarter }", { kind: "calendar", unit: "quarter", zone: "UTC" }],
    ["{ rolling: 2w }", { kind: "rolling", durationMs: 1_209_600_000 }],
    ["1s", { kind: "rolling", durationMs: 1_000 }],
    ["1y", { kind: "rolling", durationMs: 31_536_000_000 }],
  ])("may be judged over %s", (written, window) => {
    expect(only("availability", `{ target: 99%, measurement_window: ${written} }`).window).toStrictEqual(window);
  });

  test("of throughput has its own objective and slices", () => {
    const fields = "{ target: 0.5, objective: 99.5%, slice: 30s, measurement_window: { calendar: day } }";
    expect(only("throughput", fields)).toMatchObject({
      floorPerSecond: 0.5,
      sliceMs: 30_000,
      objective: { percentText: "99.5%" },
    });
  });

  test("may stand beside policies, which are not looked into", () => {
    const text = `${EXAMPLE}error_budget_policies: { anything: [goes, { here: 1 }] }\n`;
    expect(parseSloDocument(text).slos).toHaveLength(6);
  });

  test("may be repeated by an alias, to be another SLO", () => {
    const text =
      "service_level_objectives:\n  a: &all\n    availability: { target: 99%, measurement_window: 1d }\n  b: *all\n";
    expect(parseSloDocument(text).slos.map(({ id }) => id)).toEqual(["a/availability", "b/availability"]);
  });
});
