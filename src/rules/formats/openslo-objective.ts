/** One objective of an SLO of OpenSLO. */
import { formatDuration } from "../../core/time/duration.ts";
import { show } from "../../core/errors.ts";
import type { Path } from "../../core/faults.ts";
import type { Objective } from "../../core/objective.ts";
import type { SloKind } from "../../slo/model.ts";
import { readPromql } from "../promql/read.ts";
import { numberText } from "../promql/write.ts";
import { fitName } from "./names.ts";
import type { Measure } from "./openslo-measure.ts";
import type { Notes } from "./openslo-notes.ts";
import type { SloObjective } from "./openslo-types.ts";
import { type BudgetingMethod, sliceFields } from "./openslo-slices.ts";
import type { Sheet } from "./sheet.ts";

const OPERATORS = { lte: "<=", gte: ">=", lt: "<", gt: ">" } as const;

/** What is asked. */
export interface ObjectiveQuestion {
  readonly sheet: Sheet;
  readonly path: Path;
  /** Of the SLO's `spec`. */
  readonly specPath: Path;
  readonly objective: Pick<SloObjective, "op" | "value" | "timeSliceTarget" | "timeSliceWindow">;
  readonly target: Objective;
  readonly measure: Measure;
  /** The kind that a note of nines says. */
  readonly kind: SloKind | undefined;
  readonly notes: Notes;
  readonly method: BudgetingMethod;
}

/** Fields of nines, and where they come from. */
export interface ObjectiveFields {
  readonly fields: Readonly<Record<string, unknown>>;
  readonly origins: Readonly<Record<string, Path>>;
}

/** The promise: one of the two ways to write it. */
export function writtenTarget(
  { target, targetPercent }: Pick<SloObjective, "target" | "targetPercent">,
  path: Path,
  sheet: Sheet,
): Objective | undefined {
  if (target !== undefined && targetPercent !== undefined) {
    sheet.fault([...path, "targetPercent"], "stands beside target; write one of them");
  } else if (target === undefined && targetPercent === undefined) {
    sheet.fault([...path, "target"], "is missing; write a share such as 0.999, or targetPercent such as 99.9");
  }
  return target ?? targetPercent;
}

/** A name for each objective: that of the SLO, with what tells them apart where there are several. */
export function objectiveNames(
  slo: string,
  objectives: ReadonlyArray<{ readonly displayName?: string | undefined }>,
): readonly string[] {
  if (objectives.length === 1) return [slo];
  const words = objectives.map(({ displayName = "" }) => fitName(displayName.trim())?.toLowerCase());
  const areNames = new Set(words.filter((word) => word !== undefined)).size === words.length;
  return words.map((word, index) => `${slo}-${(areNames ? word : undefined) ?? String(index + 1)}`);
}

/** Undefined if there are faults. */
export function objectiveFields(question: ObjectiveQuestion): ObjectiveFields | undefined {
  const { sheet, path, objective, measure, notes, target } = question;
  const kind = question.kind ?? (measure.of === "ratio" && measure.failures ? "error_rate" : "availability");
  const valuePath = [...path, "value"];
  const compares = measure.of === "value" || (measure.of === "own" && kind === "throughput");
  if (!compares) reportComparison(question);
  const slices = sliceFields({ ...question, isThroughput: kind === "throughput" });
  const sli = compares ? comparisonFields(question, kind) : { kind, ...sliOf(measure, kind) };
  if (slices === undefined || sli === undefined) return undefined;
  const threshold = kind === "latency" && !compares ? { threshold: thresholdNote(notes, sheet) } : {};
  const targetPath = [...path, "target"];
  const promise =
    kind === "throughput"
      ? { target: objective.value, objective: target.percentText }
      : { target: kind === "error_rate" ? target.complement().percentText : target.percentText };
  return {
    fields: { ...sli, ...promise, ...threshold, ...slices },
    origins: {
      target: kind === "throughput" ? valuePath : targetPath,
      objective: targetPath,
      threshold: compares ? valuePath : notes.pathOf("threshold"),
      slice: [...path, "timeSliceWindow"],
      "time_slices.length": [...path, "timeSliceWindow"],
      "time_slices.target": [...path, "timeSliceTarget"],
      "time_slices.empty": notes.pathOf("empty-slices"),
      time_slices: [...question.specPath, "budgetingMethod"],
    },
  };
}

function reportComparison({ sheet, path, objective }: ObjectiveQuestion): void {
  for (const key of ["op", "value"] as const) {
    if (objective[key] !== undefined) sheet.report([...path, key], "has no meaning for an SLI of good and bad events");
  }
}

function sliOf(measure: Measure, kind: SloKind): object {
  if (measure.of === "events") return { sli: measure.counts };
  if (measure.of !== "ratio") return {};
  return { sli: measure.failures === (kind === "error_rate") ? measure.text : `1 - (${measure.text})` };
}

/** A value that is compared: good is the time in which the comparison holds, unless a note says what else it means. */
function comparisonFields(question: ObjectiveQuestion, kind: SloKind): Record<string, unknown> | undefined {
  const { sheet, path, objective, measure } = question;
  const { op, value } = objective;
  if (op === undefined) sheet.fault([...path, "op"], "is missing beside a thresholdMetric; allowed: lte, gte, lt, gt");
  if (value === undefined) sheet.fault([...path, "value"], "is missing beside a thresholdMetric; write a number");
  if (op === undefined || value === undefined) return undefined;
  const text = measure.of === "value" ? { sli: measure.text } : {};
  const wanted = { throughput: "gte", latency: "lte", availability: op, error_rate: undefined }[kind];
  if (wanted !== op) {
    const allowed = wanted === undefined ? "a ratioMetric" : `op: ${wanted}`;
    sheet.fault([...path, "op"], `${show(op)} does not go with an SLO of the kind ${kind}; write ${allowed}`);
    return undefined;
  }
  if (kind === "throughput") return { kind, ...text };
  // Seconds, as Prometheus has them.
  if (kind === "latency") return { kind, ...text, threshold: thresholdOf(value, [...path, "value"], sheet) };
  const left = measure.of === "value" ? operand(measure.text) : "";
  return { kind, sli: `${left} ${OPERATORS[op]} ${numberText(value)}` };
}

function thresholdOf(seconds: number, path: Path, sheet: Sheet): string | undefined {
  const ms = Number((seconds * 1_000).toPrecision(12));
  if (Number.isSafeInteger(ms) && ms >= 1) return formatDuration(ms);
  sheet.fault(path, `${show(seconds)} is no threshold; write whole milliseconds in seconds, such as 0.2`);
  return undefined;
}

function thresholdNote(notes: Notes, sheet: Sheet): string | undefined {
  const note = notes.take("threshold");
  if (note === undefined)
    sheet.fault(notes.pathOf("threshold"), "is missing beside nines.dev/kind: latency; write one such as 200ms");
  return note;
}

/** With brackets, where an operator in it could bind weaker than the comparison. */
function operand(text: string): string {
  const read = readPromql(text);
  const isOne = !("fault" in read) && read.expression.kind !== "binary" && read.expression.kind !== "unary";
  return isOne ? text : `(${text})`;
}
