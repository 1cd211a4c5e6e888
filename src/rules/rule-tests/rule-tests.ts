/** Unit tests of generated rules, as `promtool test rules` reads them. */
import { formatDuration, MILLISECONDS } from "../../core/time/duration.ts";
import { writeYaml } from "../../core/yaml/yaml.ts";
import type { Slo } from "../../slo/model.ts";

import { selectorText } from "../promql/write.ts";
import type { Check } from "./checks.ts";
import { seriesText } from "./label-sets.ts";
import { type Load, loadOf } from "./load.ts";
import { type TestedSlo, Traffic } from "./pieces.ts";
import { type Scenario, scenariosOf } from "./scenarios.ts";
import { upSamples } from "./timeline.ts";

/** An SLO, and where its rules are. */
export interface RuleTestInput extends TestedSlo {
  readonly scrapeIntervalMs: number;
  /** The names of its groups, in the order that they are evaluated in. */
  readonly groups: readonly string[];
  /** The rule file, as the test file names it. */
  readonly ruleFile: string;
}

/** The text of a test file, or why there is none. */
export type RuleTestText = { readonly yaml: string } | { readonly problem: string };

/** Samples come every so many seconds: what divides a minute, and is not rarer than scrapes are. */
const STEPS = [60, 30, 20, 15, 12, 10, 6, 5, 4, 3, 2, 1];
/** Half a part of a window: more often costs time, and shows nothing more. */
const EVALUATED = "2m30s";
const LONGEST_SLICE_MS = 5 * MILLISECONDS.m;

/** The tests of one SLO. */
export function ruleTestOf(input: RuleTestInput): RuleTestText {
  const { subject, groups, ruleFile, scrapeIntervalMs } = input;
  const sliceMs = sliceOf(subject.slo);
  if (sliceMs > LONGEST_SLICE_MS) {
    return { problem: `its slices of ${formatDuration(sliceMs)} are longer than the test` };
  }
  const load = loadOf(subject.indicator);
  if ("problem" in load) return load;
  const stepMs = (STEPS.find((seconds) => seconds * MILLISECONDS.s <= scrapeIntervalMs) ?? 1) * MILLISECONDS.s;
  const scenarios = scenariosOf(new Traffic(input, load, stepMs));
  return {
    yaml: writeYaml({
      rule_files: [ruleFile],
      evaluation_interval: subject.lookBacks.window.sumOf === undefined ? "1m" : EVALUATED,
      group_eval_order: groups,
      tests: scenarios.map((scenario) => plainTest(scenario, load, subject.slo)),
    }),
  };
}

function plainTest({ name, timeline, checks }: Scenario, load: Load, slo: Slo): object {
  const series = load.series.map((one) => ({ series: seriesText(one.labels), values: timeline.samplesOf(one) }));
  const up = upText(load);
  const isMeasured = up === undefined || series.some((one) => one.series === up);
  return {
    name: `${slo.id}: ${name}`,
    interval: formatDuration(timeline.stepMs),
    input_series: [...series, ...(isMeasured ? [] : [{ series: up, values: upSamples(timeline) }])].filter(
      ({ values }) => !/^_x\d+$/.test(values),
    ),
    promql_expr_test: checks.map(plainCheck),
  };
}

function plainCheck({ atMs, expr, samples }: Check): object {
  return {
    expr,
    eval_time: formatDuration(atMs),
    exp_samples: samples.map(({ labels, value }) => ({ labels: labelsText(labels), value })),
  };
}

function labelsText(labels: Readonly<Record<string, string>>): string {
  const matchers = Object.entries(labels).map(([name, value]) => ({ name, operator: "=" as const, value }));
  return matchers.length === 0 ? "{}" : selectorText({ metric: undefined, matchers });
}

/** `up` of the target that has the series; undefined where no label tells the job. */
function upText({ series }: Load): string | undefined {
  const { job = "", instance = "" } = series.map((one) => one.labels).find((one) => (one.job ?? "") !== "") ?? {};
  return job === "" ? undefined : seriesText({ __name__: "up", job, instance });
}

function sliceOf(slo: Slo): number {
  return slo.kind === "throughput" ? slo.sliceMs : (slo.slices?.lengthMs ?? 0);
}
