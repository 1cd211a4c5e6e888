/** Whether a Prometheus has what SLOs are about: data, and the rules that are generated of them. */
import type { PrometheusSource } from "../adapters/prometheus/source.ts";
import type { InstantSample } from "../adapters/prometheus/result.ts";
import { MILLISECONDS } from "../core/time/duration.ts";
import { type ConventionName, type Series, seriesOf } from "../rules/convention.ts";
import type { Slo } from "../slo/model.ts";

/** What a Prometheus has of an SLO. */
export interface FoundSlo {
  readonly slo: string;
  /** Events in the last hour; its metrics, which did not grow; nothing; or it could not be told. */
  readonly data: "events" | "idle" | "none" | "unknown";
  readonly good: number | undefined;
  readonly total: number | undefined;
  /** `outdated`: rules of this SLO are there, with another objective or window. */
  readonly rules: "recorded" | "outdated" | "missing" | "unknown";
  /** What is not as it should be, as sentences. */
  readonly remarks: readonly string[];
}

const LOOK_BACK_MS = MILLISECONDS.h;
/** Rules of a budget are evaluated every two minutes. */
const RECENT = "10m";

/** Looks SLOs up. Rejects if the Prometheus does not answer at all. */
export async function findSlos(
  slos: readonly Slo[],
  context: {
    readonly source: PrometheusSource;
    readonly convention: ConventionName;
    readonly at: number;
    readonly signal: AbortSignal;
  },
): Promise<readonly FoundSlo[]> {
  const { source, convention, at, signal } = context;
  const names = slos.map((slo) => seriesOf(slo, convention));
  const wanted = new Set(names.flatMap(({ objective, windowLength }) => [objective.record, windowLength.record]));
  const recorded = new Map<string, readonly InstantSample[]>();
  for (const record of wanted) {
    const result = await source.api.query(`last_over_time(${record}[${RECENT}])`, { at, signal });
    if (!result.ok) throw new Error(result.failure.message);
    recorded.set(record, result.data);
  }
  const range = { start: at - LOOK_BACK_MS, end: at };
  const questions = slos.map((subject) => ({ subject, ranges: [range] }));
  const answers = await source.measureAll(questions, { signal });
  return slos.map((slo, index): FoundSlo => {
    const own = names[index] as (typeof names)[number];
    const valueOf = (series: Series): number | undefined =>
      recorded.get(series.record)?.find(({ labels }) => hasLabels(labels, series.labels))?.value;
    const data = dataOf(answers[index]);
    const rules = rulesOf(slo, valueOf(own.objective), {
      found: valueOf(own.windowLength),
      wanted: own.windowLength.value,
    });
    return { slo: slo.id, ...data, ...rules, remarks: [...data.remarks, ...rules.remarks] };
  });
}

type Answer = Awaited<ReturnType<PrometheusSource["measureAll"]>>[number];

function dataOf(answer: Answer | undefined): Omit<FoundSlo, "slo" | "rules"> {
  const nothing = { good: undefined, total: undefined };
  if (answer === undefined || "error" in answer) {
    const why = answer?.error.message ?? "there was no answer";
    return { data: "unknown", ...nothing, remarks: [`its data could not be looked up: ${why}`] };
  }
  const [measurement] = answer.measurements;
  if (measurement === undefined || (measurement.coverage === 0 && measurement.total === 0)) {
    return { data: "none", ...nothing, remarks: ["Prometheus has no data of it in the last hour"] };
  }
  const { good, total } = measurement;
  return { data: total > 0 ? "events" : "idle", good, total, remarks: [] };
}

function rulesOf(
  { objective }: Slo,
  found: number | undefined,
  window: { readonly found: number | undefined; readonly wanted: number },
): Pick<FoundSlo, "rules" | "remarks"> {
  if (found === undefined || window.found === undefined) {
    return { rules: "missing", remarks: ["its rules are not recorded; load what `nines rules` writes"] };
  }
  if (found === Number(objective.ratioText) && window.found === window.wanted)
    return { rules: "recorded", remarks: [] };
  return { rules: "outdated", remarks: ["its rules are recorded with another objective or window; load them anew"] };
}

function hasLabels(labels: Readonly<Record<string, string>>, wanted: Readonly<Record<string, string>>): boolean {
  return Object.entries(wanted).every(([name, value]) => labels[name] === value);
}
