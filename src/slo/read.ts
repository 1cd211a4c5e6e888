/** One SLO from its mapping in a document, kind by kind. */
import { Objective } from "../core/objective.ts";
import { check } from "../core/parse.ts";
import type { Faults, Path } from "../core/faults.ts";
import { z } from "../core/schema.ts";
import type { Slo, SloBase, SloKind, ThroughputSlo } from "./model.ts";
import { selectorField } from "./selector.ts";
import { sliceProblem, usualSliceMs } from "./slices.ts";
import { ceilingField, floorField, minimumEventsField, objectiveField, sliceField, thresholdField } from "./targets.ts";
import { textField } from "./texts.ts";
import { windowField } from "./window-field.ts";

const COMMON = {
  measurement_window: windowField,
  sli: textField(10_000, '"sum(rate(http_requests_total[5m]))"').optional(),
  select: selectorField.optional(),
  minimum_events: minimumEventsField.optional(),
  description: textField(1_000, '"Pages of the shop"').optional(),
};

// Compiled, since a document has thousands of SLOs; a compiled schema falls back to the plain one to tell its faults.
// Made at first use, for it takes longer than the import of all the rest.
const schemas = lazily(() => {
  const target = objectiveField("99.9%");
  const objective = objectiveField("99%").optional();
  const slice = sliceField.optional();
  const unknown = z.unknown().optional();
  return {
    availability: z.compile(z.strictObject({ kind: kindIs("availability"), target, ...COMMON })),
    latency: z.compile(z.strictObject({ kind: kindIs("latency"), target, threshold: thresholdField, ...COMMON })),
    throughput: z.compile(
      z.strictObject({ kind: kindIs("throughput"), target: floorField, objective, slice, ...COMMON }),
    ),
    error_rate: z.compile(z.strictObject({ kind: kindIs("error_rate"), target: ceilingField, ...COMMON })),
    /** What can be judged without knowing the kind. */
    undecided: z.strictObject({ kind: unknown, target: unknown, threshold: unknown, objective, slice, ...COMMON }),
  };
});

type CommonFields = z.infer<z.ZodObject<typeof COMMON>>;
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
      return fields && { kind, ...base(written, fields.target, fields) };
    }
    case "latency": {
      const fields = check(schemas().latency, raw, path, faults);
      return fields && { kind, ...base(written, fields.target, fields), thresholdMs: fields.threshold };
    }
    case "error_rate": {
      const fields = check(schemas().error_rate, raw, path, faults);
      return fields && { kind, ...base(written, fields.target, fields) };
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

function base({ service, name }: WrittenSlo, objective: Objective, fields: CommonFields): SloBase {
  const { sli, select, description } = fields;
  return {
    id: `${service}/${name}`,
    service,
    name,
    objective,
    window: fields.measurement_window,
    minimumEvents: fields.minimum_events ?? 1,
    ...(sli === undefined ? {} : { expression: sli }),
    ...(select === undefined ? {} : { selector: select }),
    ...(description === undefined ? {} : { description }),
  };
}

function lazily<T>(make: () => T): () => T {
  let made: T | undefined;
  return () => (made ??= make());
}

function kindIs<K extends SloKind>(kind: K): z.ZodOptional<z.ZodLiteral<K>> {
  return z.literal(kind).optional();
}
