import { expect, it } from "vitest";

import { generateRules } from "../../../src/rules/generate.ts";
import { faultsOf } from "../../proofs/support/rules-docs-checks.ts";
import { checkRules } from "../../proofs/support/rules-docs-promtool.ts";
import { describeWithService } from "../../support/services.ts";
import type { SloDocumentInput } from "../../../src/slo/written.ts";

const JOB = 'job="shop"';

/** An SLO of each kind, with an expression and without one, over one window. */
function documentOf(measurement_window: string): object {
  const rate = (metric: string, more = ""): string => `sum(rate(${metric}{${JOB}${more}}[5m]))`;
  const both = (fields: object, sli: unknown): object => ({ ...fields, measurement_window, sli });
  const slice = measurement_window === "1h" ? "1m" : "1h";
  return {
    service_level_objectives: {
      shop: {
        availability: both(
          { target: "99.9%" },
          `${rate("requests_total", ',code!~"5.."')} / ${rate("requests_total")}`,
        ),
        latency: both(
          { target: "99%", threshold: "200ms" },
          `${rate("d_seconds_bucket", ',le="0.2"')} / ${rate("d_seconds_count")}`,
        ),
        error_rate: both({ target: "0.1%" }, { total: rate("requests_total"), bad: rate("errors_total") }),
        throughput: both({ target: 10, slice }, rate("requests_total")),
        gauge: both({ kind: "availability", target: "99.9%" }, 'avg_over_time(probe_success{job="probe"}[5m])'),
        grouped: both(
          { kind: "availability", target: "99.5%" },
          'sum by (route) (rate(m{code!~"5.."}[5m])) / sum by (route) (rate(m[5m]))',
        ),
      },
      own: {
        availability: { target: "99.9%", measurement_window },
        latency: { target: "99%", threshold: "250ms", measurement_window },
        error_rate: { target: "0.1%", measurement_window },
        throughput: { target: 10, slice, measurement_window },
        jobs: { kind: "availability", target: "99%", measurement_window, select: { operations: "send-mail-*" } },
      },
    },
  };
}

describeWithService(["promtool"], "rules of every kind of SLO", () => {
  it.each(["1h", "7d", "28d", "30d", "90d", "1y"])(
    "over %s are taken, by both conventions",
    { timeout: 30_000 },
    async (window) => {
      for (const convention of ["nines", "sloth"] as const) {
        const rules = generateRules(documentOf(window) as SloDocumentInput, { convention });
        expect(faultsOf(rules.groups)).toEqual([]);
        expect(await checkRules(rules.toYaml())).toEqual([]);
        expect(rules.toYaml()).toContain(`window: ${window}`);
      }
    },
  );
});
