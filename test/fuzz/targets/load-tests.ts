/** What k6 and Artillery leave behind, and how much a replica carries by it. */
import { readArtilleryReport } from "../../../src/capacity/load-tests/artillery.ts";
import { replicaCapacity } from "../../../src/capacity/load-tests/capacity.ts";
import { readK6Summary } from "../../../src/capacity/load-tests/k6.ts";
import type { Random } from "../../../src/core/random.ts";
import { ConfigurationError, formatPath } from "../../../src/core/errors.ts";
import { brokenText } from "../../support/broken-text.ts";
import { drawn } from "../support/drawn.ts";
import { mutatedText } from "../support/mutated.ts";
import { oddNumber } from "../support/values.ts";
import { sampleFiles } from "../support/samples.ts";
import type { FuzzTarget, Outcome } from "../types.ts";

interface LoadTest {
  readonly text: string;
  readonly tool: "k6" | "artillery";
  readonly percentile: number;
}

const SAMPLES = sampleFiles("load-tests", /\.(?:json|ndjson)$/);
const WORDS = {
  names: [
    ...[
      "metrics",
      "http_reqs",
      "http_req_duration",
      "http_req_failed",
      "values",
      "count",
      "rate",
      "avg",
      "med",
      "p(95)",
    ],
    ...["passes", "fails", "value", "state", "testRunDurationMs", "aggregate", "intermediate", "counters", "rates"],
    ...[
      "summaries",
      "http.response_time",
      "http.requests",
      "http.codes.200",
      "period",
      "min",
      "max",
      "p50",
      "p95",
      "p99",
    ],
    ...["constructor", "__proto__", "", "checks", "thresholds", "firstCounterAt", "lastCounterAt"],
  ],
  values: [0, -1, 1, 0.5, 1e15, 1e16, "12", null, 1_700_000_000_000, "1700000000000", {}, [], true],
};

function draw(random: Random): LoadTest {
  const sample = random.pick(SAMPLES);
  const isJson = !/\}\s*\n\s*\{/.test(sample);
  const text = isJson ? mutatedText(sample, random, WORDS) : brokenText(sample, random);
  const isArtillery = sample.includes("aggregate");
  return {
    text,
    tool: isArtillery !== random.next() < 0.05 ? "artillery" : "k6",
    percentile: random.pick([50, 90, 95, 99, 99, 42]),
  };
}

function run({ text, tool, percentile }: LoadTest): Outcome {
  try {
    const result = tool === "k6" ? readK6Summary(text) : readArtilleryReport(text);
    const odd = oddNumber(result);
    if (odd !== undefined) throw new Error(`the result has ${odd}`);
    const options = { replicas: 2, latency: { percentile: percentile as 95, limitMs: 250 } };
    const capacity = replicaCapacity([result, result], options);
    const none = oddNumber(capacity);
    if (none !== undefined) throw new Error(`the capacity has ${none}`);
    return { taken: true };
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    const [issue] = error.issues;
    // A file that is no report at all has no place but itself.
    return { refused: issue?.message ?? "", at: `$${formatPath(issue?.path ?? [])}` };
  }
}

export const target: FuzzTarget<LoadTest> = {
  name: "load-tests",
  description: "reports of load tests by k6 and Artillery",
  inputs: drawn(draw),
  run,
};
