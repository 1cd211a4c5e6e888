/** SLO documents: what is read of them, and the rules that are made of those which can be read. */
import { parsePolicyDocument } from "../../../src/policy/document.ts";
import { generateRules } from "../../../src/rules/generate.ts";
import { parseSloDocument } from "../../../src/slo/document.ts";
import { parseStatusDocument } from "../../../src/status/document.ts";
import { type DocumentInput, documents, given, tried } from "../support/documents.ts";
import { fences, sampleFiles } from "../support/samples.ts";
import type { FuzzTarget } from "../types.ts";
import type { SloDocumentInput } from "../../../src/slo/written.ts";

const [POLICIES = ""] = fences("yaml policy");
const SAMPLES = [
  ...sampleFiles("slo", /\.yaml$/),
  ...sampleFiles("slo-formats/nines", /\.yaml$/),
  ...fences("yaml slo"),
  ...fences("yaml slo")
    .slice(0, 3)
    .map((text) => `${text}\n${POLICIES}`),
];
const WORDS = {
  names: [
    ...["service_level_objectives", "error_budget_policies", "composite_slos", "exclusions", "target", "kind", "sli"],
    ...[
      "measurement_window",
      "threshold",
      "time_slices",
      "select",
      "alerting",
      "labels",
      "annotations",
      "title",
      "tiers",
    ],
    ...[
      "calendar",
      "time_zone",
      "good",
      "bad",
      "total",
      "length",
      "empty",
      "minimum_events",
      "objective",
      "slice",
      "page",
    ],
    ...[
      "ticket",
      "budget",
      "long",
      "short",
      "factor",
      "severity",
      "no_data",
      "constructor",
      "__proto__",
      "toString",
      "",
    ],
    ...["of", "members", "missing", "from", "to", "reason", "slos", "services", "routes", "methods", "status_codes"],
  ],
  values: [
    ...[
      "99.9%",
      "99.999999999%",
      "100%",
      "0%",
      "99.99999999999%",
      99.9,
      "1e2%",
      "95",
      "0.1%",
      "30d",
      "7d",
      "5m",
      "1ms",
    ],
    ...[
      "90s",
      "1y",
      "1000000y",
      "1s500ms",
      "0d",
      "-1d",
      "200ms",
      "availability",
      "latency",
      "error_rate",
      "throughput",
    ],
    ...[
      "month",
      "quarter",
      "Europe/Berlin",
      "Mars/Base",
      "UTC",
      "2xx",
      "GET",
      "/a/*",
      false,
      true,
      { calendar: "month" },
    ],
    ...[
      "sum(rate(a_total{code!~'5..'}[5m])) / sum(rate(a_total[5m]))",
      "up",
      "rate(a[5m]",
      "histogram_quantile(0.9, a)",
    ],
    ...[
      "2026-11-01T01:00:00Z",
      "2026-02-30T00:00:00Z",
      "shop/availability",
      ["shop/availability"],
      "good",
      "{{ service }}",
    ],
  ],
};

function hasPolicies(input: DocumentInput): boolean {
  return "text" in input
    ? /^error_budget_policies:/m.test(input.text)
    : "error_budget_policies" in (input.value as object);
}

export const target: FuzzTarget<DocumentInput> = {
  name: "slo-documents",
  description: "SLO documents, with composites, exclusions and policies",
  inputs: documents(SAMPLES, WORDS),
  run: (input) =>
    tried(input, () => {
      const { slos } = parseSloDocument(given(input) as string | SloDocumentInput);
      parseStatusDocument(given(input), slos);
      if (hasPolicies(input)) parsePolicyDocument(given(input));
      const rules = generateRules(given(input) as string | SloDocumentInput, { calendarWindows: "rolling" });
      if (slos.length > 0 && rules.toYaml() === "") throw new Error("rules without a word");
    }),
};
