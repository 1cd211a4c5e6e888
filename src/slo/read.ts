/** One SLO from its mapping in a document, kind by kind. */
import { Objective } from "../core/objective.ts";
import { check } from "../core/parse.ts";
import type { Faults, Path } from "../core/faults.ts";
import * as z from "../core/schema.ts";
import type { Slo, SloBase, SloKind, ThroughputSlo } from "./model.ts";
import { alertingField } from "./alerting-field.ts";
import { ratioOf } from "./events.ts";
import { annotationsField, labelsField } from "./labels-field.ts";
import { selectorField } from "./selector.ts";
import { rateField, sliField, slicesField } from "./sli-field.ts";
import { sliceProblem, usualSliceMs } from "./slices.ts";
import { ceilingField, floorField, minimumEventsField, objectiveField, sliceField, thresholdField } from "./targets.ts";
import { textField } from "./texts.ts";
import { windowField } from "./window-field.ts";

const COMMON = {
  measurement_window: windowField,
  sli: sliField.optional(),
  select: selectorField.optional(),
  minimum_events: minimumEventsField.optional(),
  title: textField(200, '"The shop answers"').optional(),
  description: textField(1_000, '"Pages of the shop"').optional(),
  labels: labelsField.optional(),
  annotations: annotationsField.optional(),
  alerting: alertingField.optional(),
};

/** Of the kinds that count events. */
const OF_EVENTS = { ...COMMON, time_slices: slicesField.optional() };

// Compiled, since a document has thousands of SLOs; a compiled schema falls back to the plain one to tell its faults.
// Made at first use, for it takes longer than the import of all the rest.
const schemas = lazily(() => {
  const target = objectiveField("99.9%");
  const objective = objectiveField("99%").optional();
  const slice = sliceField.optional();
  const unknown = z.unknown().optional();
  return {
    availability: z.compile(z.strictObject({ kind: kindIs("availability"), target, ...OF_EVENTS })),
    latency: z.compile(z.strictObject({ kind: kindIs("latency"), target, threshold: thresholdField, ...OF_EVENTS })),
    throughput: z.compile(
      z.strictObject({ kind: kindIs("throughput"), target: floorField, objective, slice, ...COMMON, sli: rateField }),
    ),
    error_rate: z.compile(z.strictObject({ kind: kindIs("error_rate"), target: ceilingField, ...OF_EVENTS })),
    /** What can be judged without knowing the kind. */
    undecided: z.strictObject({ kind: unknown, target: unknown, threshold: unknown, objective, slice, ...OF_EVENTS }),
  };
});

type CommonFields = z.infer<z.ZodObject<typeof COMMON>>;
type EventFields = z.infer<z.ZodObject<typeof OF_EVENTS>>;
type ThroughputFields = z.infer<ReturnType<typeof schemas>["throughput"]>;

const USUAL_OBJECTIVE = Objective.parse("99%");

/** An SLO as its document has it. */
export interface WrittenSlo {
  readonly service: string;
  readonly name: string;
  /** Undefined if it cannot be told; that is a fault that the caller has gathered. */
  readonly kind: SloKind | undefined;
  readonly fields: unknown;
  readonly path: Path;
}

/** Undefined if it has faults, which are then in `faults`. */
export function readSlo(written: WrittenSlo, faults: Faults): Slo | undefined {
  const { kind, fields: raw, path } = written;
  switch (kind) {
    case "availability": {
      const fields = check(schemas().availability, raw, path, faults);
      return fields && { kind, ...ofEvents(written, fields.target, fields, faults) };
    }
    case "latency": {
      const fields = check(schemas().latency, raw, path, faults);
      return fields && { kind, ...ofEvents(written, fields.target, fields, faults), thresholdMs: fields.threshold };
    }
    case "error_rate": {
      const fields = check(schemas().error_rate, raw, path, faults);
      return fields && { kind, ...ofEvents(written, fields.target, fields, faults) };
    }
    case "throughput": {
      const fields = check(schemas().throughput, raw, path, faults);
      return fields && throughput(written, fields, faults);
    }
    default:
      check(schemas().undecided, raw, path, faults);
      return undefined;
  }
}

function throughput(written: WrittenSlo, fields: ThroughputFields, faults: Faults): ThroughputSlo | undefined {
  const window = fields.measurement_window;
  const sliceMs = fields.slice ?? usualSliceMs(window);
  const problem =
    sliceMs === undefined
      ? "is missing; no usual length divides the window, so write one that does"
      : sliceProblem(window, sliceMs);
  if (sliceMs === undefined || problem !== undefined) {
    faults.add([...written.path, "slice"], problem ?? "");
    return undefined;
  }
  const common = base(written, fields.objective ?? USUAL_OBJECTIVE, fields);
  return { kind: "throughput", ...common, floorPerSecond: fields.target, sliceMs };
}

function ofEvents(written: WrittenSlo, objective: Objective, fields: EventFields, faults: Faults): SloBase {
  const common = base(written, objective, fields);
  if (fields.time_slices === undefined) return common;
  const { length: lengthMs, target, empty } = fields.time_slices;
  const path = [...written.path, "time_slices"];
  if (common.expression === undefined)
    faults.add(path, "are possible only beside an `sli`; this process counts events");
  const problem = sliceProblem(common.window, lengthMs);
  if (problem !== undefined) faults.add([...path, "length"], problem);
  return { ...common, slices: { lengthMs, empty, ...(target === undefined ? {} : { objective: target }) } };
}

function base({ service, name, kind }: WrittenSlo, objective: Objective, fields: CommonFields): SloBase {
  const { sli, select } = fields;
  const expression = typeof sli === "object" ? ratioOf(sli, kind === "error_rate") : sli;
  return {
    id: `${service}/${name}`,
    service,
    name,
    objective,
    window: fields.measurement_window,
    minimumEvents: fields.minimum_events ?? 1,
    ...(expression === undefined ? {} : { expression }),
    ...(typeof sli === "object" ? { events: sli } : {}),
    ...(select === undefined ? {} : { selector: select }),
    ...given(fields, ["title", "description", "labels", "annotations", "alerting"]),
  };
}

function given<Fields extends object, Name extends keyof Fields>(
  fields: Fields,
  names: readonly Name[],
): { [Key in Name]?: Exclude<Fields[Key], undefined> } {
  return Object.fromEntries(names.filter((name) => fields[name] !== undefined).map((name) => [name, fields[name]])) as {
    [Key in Name]?: Exclude<Fields[Key], undefined>;
  };
}

function lazily<T>(make: () => T): () => T {
  let made: T | undefined;
  return () => (made ??= make());
}

function kindIs<K extends SloKind>(kind: K): z.ZodOptional<z.ZodLiteral<K>> {
  return z.literal(kind).optional();
}
