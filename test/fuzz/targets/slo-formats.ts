/** SLOs of other tools: OpenSLO, Sloth and Pyrra, each read by itself or as what it is said to be. */
import { importSlos } from "../../../src/rules/formats/import.ts";
import { SLO_FORMATS, type SloFormat } from "../../../src/rules/formats/model.ts";
import { writeOpenSlo } from "../../../src/rules/formats/write-openslo.ts";
import { parseSloDocument } from "../../../src/slo/document.ts";
import { type DocumentInput, drawDocument, given, tried } from "../support/documents.ts";
import { drawn } from "../support/drawn.ts";
import { sampleFiles } from "../support/samples.ts";
import type { FuzzTarget } from "../types.ts";
import type { SloDocumentInput } from "../../../src/slo/written.ts";

interface Import {
  readonly document: DocumentInput;
  readonly format: string;
}

const SAMPLES = sampleFiles("slo-formats", /\.ya?ml$/);
const WORDS = {
  names: [
    ...[
      "apiVersion",
      "kind",
      "metadata",
      "name",
      "spec",
      "service",
      "slos",
      "objective",
      "sli",
      "events",
      "raw",
      "plugin",
    ],
    ...["error_query", "total_query", "errorQuery", "totalQuery", "error_ratio_query", "alerting", "version", "labels"],
    ...[
      "objectives",
      "target",
      "targetPercent",
      "ratioMetrics",
      "ratioMetric",
      "good",
      "bad",
      "total",
      "thresholdMetric",
    ],
    ...["indicator", "indicatorRef", "timeWindow", "budgetingMethod", "timeSliceTarget", "timeSliceWindow", "counter"],
    ...[
      "incremental",
      "metricSource",
      "type",
      "query",
      "queryType",
      "window",
      "indicators",
      "ratio",
      "latency",
      "errors",
    ],
    ...[
      "displayName",
      "duration",
      "isRolling",
      "calendar",
      "startTime",
      "timeZone",
      "unit",
      "count",
      "constructor",
      "",
      "op",
    ],
  ],
  values: [
    ...["prometheus/v1", "openslo/v1", "openslo/v1alpha", "sloth.slok.dev/v1", "pyrra.dev/v1alpha1", "openslo.com/v2"],
    ...[
      "SLO",
      "SLI",
      "Service",
      "DataSource",
      "AlertPolicy",
      "PrometheusServiceLevel",
      "ServiceLevelObjective",
      "Prometheus",
    ],
    ...[
      99.9,
      "99.9",
      0.999,
      1,
      100,
      0,
      99.99999999999,
      "30d",
      "4w",
      "1M",
      "1Q",
      "28d",
      "1h",
      "Occurrences",
      "Timeslices",
    ],
    ...[
      'sum(rate(a_total{code=~"5.."}[{{.window}}]))',
      'a_total{code=~"5.."}',
      "{{.window}}",
      "{{ .x }}",
      "rate(a[5m]",
    ],
    ...[
      "2026-01-01 00:00:00",
      "America/New_York",
      "Mars/Base",
      "Day",
      "Month",
      "lte",
      "gt",
      "../escape",
      true,
      false,
      {},
    ],
  ],
};

export const target: FuzzTarget<Import> = {
  name: "slo-formats",
  description: "SLOs of OpenSLO, Sloth and Pyrra",
  inputs: drawn((random) => ({
    document: drawDocument(random.pick(SAMPLES), random, WORDS),
    format: random.next() < 0.8 ? "" : random.pick(SLO_FORMATS),
  })),
  run: ({ document, format }) =>
    tried(document, () => {
      const named = format === "" ? {} : { format: format as SloFormat };
      const read = importSlos(given(document), named);
      for (const { message } of read.unsupported) if (message.trim() === "") throw new Error("lost without a word");
      // What it made of them is a document that says the same.
      const again = parseSloDocument(JSON.parse(JSON.stringify(read.document)) as SloDocumentInput);
      if (again.slos.length !== read.slos.slos.length) throw new Error("the document says something else");
      writeOpenSlo(read.slos);
    }),
};
