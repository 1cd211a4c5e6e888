/** Reads OpenSLO v1alpha. */
import { show } from "../../core/errors.ts";
import type { Path } from "../../core/faults.ts";
import { choices } from "../../core/nearest.ts";
import * as z from "../../core/schema.ts";
import type { DraftSlo } from "./draft.ts";
import { CLUSTER_METADATA, fullShare, share, text } from "./fields.ts";
import { kept, merged } from "./kept.ts";
import type { Texts } from "./labels.ts";
import { shorthandMs, type ShorthandUnit } from "./openslo-duration.ts";
import { counted, type Measure } from "./openslo-measure.ts";
import { promqlOf } from "./query.ts";
import { Notes } from "./openslo-notes.ts";
import { objectiveFields, objectiveNames } from "./openslo-objective.ts";
import { windowOf } from "./openslo-window.ts";
import { readPart } from "./part.ts";
import type { Sheet, Source } from "./sheet.ts";

const metric = z.object({ source: text, queryType: text, query: text });
type AlphaMetric = z.infer<typeof metric>;

const metadata = z.object({ name: text.min(1), displayName: text.optional(), ...CLUSTER_METADATA });

const UNITS = ["Second", "Minute", "Hour", "Day", "Week", "Month", "Quarter", "Year"] as const;
const LETTERS: Readonly<Record<(typeof UNITS)[number], ShorthandUnit | undefined>> = {
  Second: undefined,
  Minute: "m",
  Hour: "h",
  Day: "d",
  Week: "w",
  Month: "M",
  Quarter: "Q",
  Year: "Y",
};

const alphaSlo = z.object({
  apiVersion: text.optional(),
  kind: text.optional(),
  metadata,
  spec: z.object({
    service: text.min(1),
    description: text.optional(),
    budgetingMethod: z.enum(["Occurrences", "Timeslices"]),
    indicator: z.object({ thresholdMetric: metric }).optional(),
    objectives: z
      .array(
        z.object({
          displayName: text.optional(),
          op: z.enum(["lte", "gte", "lt", "gt"]).optional(),
          value: z.number().optional(),
          target: share,
          timeSliceTarget: fullShare.optional(),
          ratioMetrics: z.object({ good: metric, total: metric, counter: z.boolean().optional() }).optional(),
        }),
      )
      .min(1),
    timeWindows: z
      .array(
        z.object({
          unit: z.enum(UNITS),
          count: z.number().int().min(1),
          isRolling: z.boolean().optional(),
          calendar: z.object({ startTime: text, timeZone: text }).optional(),
        }),
      )
      .max(1)
      .optional(),
  }),
});

const alphaService = z.object({
  apiVersion: text.optional(),
  kind: text.optional(),
  metadata,
  spec: z.object({ description: text.optional() }).optional(),
});

type AlphaSlo = z.infer<typeof alphaSlo>;

interface PlacedSlo {
  readonly sheet: Sheet;
  readonly path: Path;
  readonly slo: AlphaSlo;
}

/** The SLOs of the documents of a text. */
export function readOpenSloAlpha(sources: readonly Source[], usualWindow: string): readonly DraftSlo[] {
  const services = new Map<string, { readonly source: Source; readonly notes: Texts }>();
  const slos: PlacedSlo[] = [];
  for (const source of sources) {
    const { sheet, path, value } = source;
    if (value.kind === "SLO") {
      const slo = readPart(alphaSlo, source);
      if (slo !== undefined) slos.push({ sheet, path, slo });
    } else if (value.kind === "Service") {
      const service = readPart(alphaService, source);
      if (service === undefined) continue;
      const { name, displayName } = service.metadata;
      if (services.has(name))
        sheet.fault([...path, "metadata", "name"], `there is another Service ${show(name)} in this text`);
      const notes = kept({ "service-title": displayName, "service-description": service.spec?.description });
      services.set(name, { source, notes });
    } else {
      const problem = value.kind === undefined ? "is missing" : `${show(value.kind)} is not a kind of OpenSLO v1alpha`;
      sheet.fault([...path, "kind"], `${problem}${choices(value.kind, ["SLO", "Service"])}`);
    }
  }
  const used = new Set(slos.map(({ slo }) => slo.spec.service));
  for (const [name, { source }] of services) {
    const idle = `this service has no SLO; it is left out: ${show(name)}`;
    if (!used.has(name)) source.sheet.report(source.path, idle);
  }
  return slos.flatMap((placed) => readSlo(placed, services.get(placed.slo.spec.service)?.notes ?? {}, usualWindow));
}

function readSlo({ sheet, path, slo }: PlacedSlo, serviceNotes: Texts, usualWindow: string): DraftSlo[] {
  const { metadata, spec } = slo;
  const names = objectiveNames(metadata.name, spec.objectives);
  const window = alphaWindow({ sheet, path, slo }) ?? usualWindow;
  const notes = new Notes(undefined, path, sheet);
  return spec.objectives.flatMap((objective, index) => {
    const where = [...path, "spec", "objectives", index];
    const measure = measureOf(objective, where, { sheet, path, slo });
    if (measure === undefined) return [];
    const own = objectiveFields({
      ...{ sheet, path: where, specPath: [...path, "spec"], target: objective.target, measure, kind: undefined, notes },
      ...slicesOf(objective, where, { sheet, path, slo }),
    });
    if (own === undefined) return [];
    const draft: DraftSlo = {
      ...{ sheet, path: spec.objectives.length === 1 ? path : where },
      service: { text: spec.service, path: [...path, "spec", "service"] },
      name: { text: names[index] ?? metadata.name, path: [...path, "metadata", "name"] },
      fields: {
        ...own.fields,
        measurement_window: window,
        title: metadata.displayName === "" ? undefined : metadata.displayName,
        description: spec.description === "" ? undefined : spec.description,
        annotations: merged(serviceNotes, kept({ objective: objective.displayName })),
      },
      origins: {
        ...own.origins,
        title: [...path, "metadata", "displayName"],
        description: [...path, "spec", "description"],
        sli: where,
        measurement_window: [...path, "spec", "timeWindows", 0],
        "measurement_window.time_zone": [...path, "spec", "timeWindows", 0, "calendar", "timeZone"],
      },
    };
    return [draft];
  });
}

function alphaWindow({ sheet, path, slo }: PlacedSlo): string | object | undefined {
  const [written] = slo.spec.timeWindows ?? [];
  if (written === undefined) return undefined;
  const at = [...path, "spec", "timeWindows", 0];
  const { unit, count, isRolling, calendar } = written;
  const letter = LETTERS[unit];
  if (letter !== undefined) {
    if (!Number.isSafeInteger(shorthandMs({ count, unit: letter }))) {
      sheet.fault([...at, "count"], `${show(count)} is out of range; a window is at most a year long`);
      return undefined;
    }
    return windowOf({
      sheet,
      path: at,
      lengthPath: [...at, "unit"],
      length: { count, unit: letter },
      isRolling,
      calendar,
    });
  }
  if (calendar !== undefined) {
    sheet.report([...at, "calendar"], "is left out: a window of seconds is a rolling one here");
  } else if (isRolling === false) {
    sheet.report([...at, "isRolling"], "has no calendar beside it; the window is taken as a rolling one");
  }
  return `${String(count)}s`;
}

type AlphaObjective = AlphaSlo["spec"]["objectives"][number];

/** v1alpha has no length of slices, and its examples have no target of them either. */
function slicesOf(
  objective: AlphaObjective,
  where: Path,
  { sheet, path, slo }: PlacedSlo,
): {
  readonly objective: AlphaObjective & { readonly timeSliceWindow?: string };
  readonly method: "Occurrences" | "Timeslices" | "RatioTimeslices";
} {
  const { budgetingMethod } = slo.spec;
  if (budgetingMethod === "Occurrences") return { objective, method: budgetingMethod };
  const at = [...path, "spec", "budgetingMethod"];
  sheet.report(at, "has no length of the slices in v1alpha; they are a minute long here");
  const sliced = { ...objective, timeSliceWindow: "1m" };
  if (objective.timeSliceTarget !== undefined) return { objective: sliced, method: budgetingMethod };
  const instead = "each slice counts as far as it was good";
  sheet.report([...where, "timeSliceTarget"], `is missing beside Timeslices, so ${instead}`);
  return { objective: sliced, method: "RatioTimeslices" };
}

function measureOf(objective: AlphaObjective, where: Path, { sheet, path, slo }: PlacedSlo): Measure | undefined {
  const { ratioMetrics } = objective;
  const threshold = slo.spec.indicator?.thresholdMetric;
  const at = [...path, "spec", "indicator", "thresholdMetric"];
  if (ratioMetrics === undefined) {
    if (threshold === undefined) sheet.fault(where, "needs ratioMetrics, or its SLO an indicator with thresholdMetric");
    const query = threshold && queryOf(threshold, at, sheet);
    return query === undefined ? undefined : { of: "value", text: query };
  }
  if (threshold !== undefined)
    sheet.fault([...where, "ratioMetrics"], "stands beside the thresholdMetric of the SLO; write one of them");
  const { good, total, counter } = ratioMetrics;
  const counts = { good, total };
  const texts = Object.entries(counts).map(([name, part]) => {
    const partPath = [...where, "ratioMetrics", name];
    const query = queryOf(part, partPath, sheet);
    return [name, query && counted(query, counter, [...partPath, "query"], sheet)] as const;
  });
  if (texts.some(([, query]) => query === undefined)) return undefined;
  return { of: "events", counts: Object.fromEntries(texts) as Record<string, string> };
}

function queryOf({ source, queryType, query }: AlphaMetric, path: Path, sheet: Sheet): string | undefined {
  if (queryType.toLowerCase() === "promql" && /^(?:prometheus|sloth)$/i.test(source)) {
    if (query.trim() !== "") return promqlOf(query, [...path, "query"], sheet)?.text;
    sheet.fault([...path, "query"], "is blank; write PromQL, such as sum(rate(http_requests_total[5m]))");
    return undefined;
  }
  const wrong = queryType.toLowerCase() === "promql" ? "source" : "queryType";
  const said = wrong === "source" ? source : queryType;
  sheet.leaveOut([...path, wrong], `nines reads PromQL of Prometheus, and not ${show(said)}`);
  return undefined;
}
