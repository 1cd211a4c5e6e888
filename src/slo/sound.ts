/** SLOs that were made by hand, or came back from JSON: checked like those of a document, before anybody relies on them. */
import { ConfigurationError, invalid, show } from "../core/errors.ts";
import type { Path } from "../core/faults.ts";
import { Objective, type ObjectiveInput } from "../core/objective.ts";
import { readWindow, type Window } from "../core/time/window.ts";
import { ratioOf } from "./events.ts";
import { annotationNameProblem } from "./label-name.ts";
import { SLO_EMPTY_SLICES, type Slo, SLO_KINDS, type SloBase, type SloKind } from "./model.ts";
import { named, oneOf, type Read, shaped } from "./shape.ts";
import { sliceProblem } from "./slices.ts";
import { above0, alerting, count, labels, text } from "./sound-alerting.ts";
import { nameProblem } from "./texts.ts";

/** What {@link sloOf} makes an SLO of. */
export interface SloFields extends Partial<Omit<SloBase, "objective" | "window" | "service" | "name">> {
  readonly service: string;
  readonly name: string;
  readonly kind: SloKind;
  /** The share that is to be good, of an `error_rate` as well: `"99.9%"`, or an {@link Objective}. */
  readonly objective: ObjectiveInput;
  /** A duration such as `"30d"`, `"month"`, or a window. */
  readonly window: string | Window;
  /** Of `latency`, which needs it. */
  readonly thresholdMs?: number;
  /** Of `throughput`, which needs it. */
  readonly floorPerSecond?: number;
  /** Of `throughput`, which needs it. */
  readonly sliceMs?: number;
}

const name: Read = (value, path) => {
  const problem = typeof value === "string" ? nameProblem(value) : `${show(value)} is not a name`;
  if (problem === undefined) return value;
  throw invalid(path, problem);
};

const window: Read = (value, path) => {
  try {
    const read = readWindow(value as string | Window, String(path.at(-1)));
    return typeof value === "string" ? read : value;
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    const issues = error.issues.map((issue) => ({ ...issue, path: [...path, ...issue.path.slice(1)] }));
    throw new ConfigurationError(issues, { cause: error });
  }
};

const texts = (keys: readonly string[]): Readonly<Record<string, Read>> =>
  Object.fromEntries(keys.map((key) => [key, listOfTexts]));

const COMMON: Readonly<Record<string, Read>> = {
  id: text,
  service: name,
  name,
  kind: oneOf(SLO_KINDS),
  objective: (value, path) => objectiveOf(value, path).withBudget(path),
  window,
  expression: text,
  selector: shaped({
    what: "a selector",
    fields: texts(["routes", "methods", "statusCodes", "operations"]),
    words: { status_codes: "statusCodes" },
  }),
  minimumEvents: count,
  description: text,
  title: text,
  labels,
  annotations: named("annotations by their names", annotationNameProblem, text),
  alerting,
};

const OF_EVENTS: Readonly<Record<string, Read>> = {
  ...COMMON,
  events: shaped({ what: "two counts", fields: { total: text, good: text, bad: text }, needed: ["total"] }),
  slices: shaped({
    what: "time slices",
    fields: { lengthMs: above0("60000"), objective: objectiveOf, empty: oneOf(SLO_EMPTY_SLICES) },
    needed: ["lengthMs", "empty"],
    words: { length: "lengthMs", target: "objective" },
  }),
};

/** What documents call them. */
const WORDS = {
  ...{ sli: "expression", target: "objective", measurement_window: "window", measurementWindow: "window" },
  ...{ minimum_events: "minimumEvents", threshold: "thresholdMs", slice: "sliceMs", floor: "floorPerSecond" },
  ...{ select: "selector", time_slices: "slices", timeSlices: "slices" },
};

const NEEDED = ["service", "name", "kind", "objective", "window"];
const OF_KIND: Readonly<Record<SloKind, Read>> = {
  availability: shaped({ what: "an Slo", fields: OF_EVENTS, needed: NEEDED, words: WORDS }),
  error_rate: shaped({ what: "an Slo", fields: OF_EVENTS, needed: NEEDED, words: WORDS }),
  latency: shaped({
    what: "an Slo of latency",
    fields: { ...OF_EVENTS, thresholdMs: above0("200", 86_400_000) },
    needed: [...NEEDED, "thresholdMs"],
    words: WORDS,
  }),
  throughput: shaped({
    what: "an Slo of throughput",
    fields: { ...COMMON, floorPerSecond: above0("1000", 1e12), sliceMs: above0("60000") },
    needed: [...NEEDED, "floorPerSecond", "sliceMs"],
    words: { ...WORDS, target: "floorPerSecond" },
  }),
};

/** What documents were read into: frozen, so nobody can have changed it since. */
const fromDocuments = new WeakSet();

/** Takes an SLO, which must be frozen, for sound. */
export function trustSlo(slo: Slo): Slo {
  fromDocuments.add(slo);
  return slo;
}

/**
 * An SLO made in code, checked: what `generateRules`, an `SloStatusReader` and the like take. One that is sound is given
 * back as it is; text for `objective` and `window` is read, as it is after a way through JSON.
 *
 * @throws {@link ConfigurationError} with all its faults, each with the key and what is allowed
 *
 * @example
 * ```ts
 * import { generateRules, sloOf } from "nines";
 *
 * const slo = sloOf({
 *   service: "shop",
 *   name: "availability",
 *   kind: "availability",
 *   objective: "99.9%",
 *   window: "30d",
 *   expression: 'sum(rate(http_requests_total{job="shop",code!~"5.."}[5m])) / sum(rate(http_requests_total{job="shop"}[5m]))',
 * });
 * if (slo.id !== "shop/availability" || !generateRules([slo]).toYaml().includes("vector(0.001)")) throw new Error("no rules");
 * ```
 */
export function sloOf(fields: SloFields): Slo {
  return soundSlo(fields, []);
}

/** As {@link sloOf}, of anything, with a path. */
export function soundSlo(value: unknown, path: Path): Slo {
  if (typeof value !== "object" || value === null || !NEEDED.some((key) => Object.hasOwn(value, key))) {
    throw invalid(path, `${show(value)} is no SLO; take those of parseSloDocument, or make one by sloOf`);
  }
  if (fromDocuments.has(value)) return value as Slo;
  const kind = SLO_KINDS.find((one) => one === (value as { readonly kind?: unknown }).kind);
  const read = OF_KIND[kind ?? "availability"](value, path) as Partial<Slo>;
  return whole({ ...(read as SloBase), kind: kind ?? "availability" } as Slo, value as Slo, path);
}

/** SLOs of a list, each with its place in it in its faults. */
export function soundSlos(list: readonly unknown[], path: Path = []): readonly Slo[] {
  return list.map((slo, index) => soundSlo(slo, [...path, index]));
}

/** With what can be told from the rest; the `given` one where nothing is missing. */
function whole(read: Slo, given: Slo, path: Path): Slo {
  const right = `${read.service}/${read.name}`;
  const { id = right, minimumEvents = 1, events, kind } = read as Partial<Slo>;
  if (id !== right) {
    throw invalid([...path, "id"], `${show(id)} is not service/name; write ${show(right)}, or leave it out`);
  }
  if (events !== undefined && (events.good === undefined) === (events.bad === undefined)) {
    throw invalid([...path, "events"], "needs good or bad beside total, and not both");
  }
  const expression = read.expression ?? (events && ratioOf(events, kind === "error_rate"));
  checkSlices(read, expression, path);
  const made = { ...read, id, minimumEvents, ...(expression === undefined ? {} : { expression }) };
  const isSame = Object.entries(made).every(([key, value]) => Reflect.get(given, key) === value);
  return isSame && Object.keys(given).length === Object.keys(made).length ? given : made;
}

function checkSlices(slo: Slo, expression: string | undefined, path: Path): void {
  const [key, lengthMs] =
    slo.kind === "throughput" ? (["sliceMs", slo.sliceMs] as const) : (["slices", slo.slices?.lengthMs] as const);
  const problem = lengthMs === undefined ? undefined : sliceProblem(slo.window, lengthMs);
  if (problem !== undefined) throw invalid([...path, key], problem);
  if (slo.slices !== undefined && expression === undefined) {
    throw invalid([...path, "slices"], "are possible only beside an expression; this process counts events");
  }
}

function listOfTexts(value: unknown, path: Path): unknown {
  if (Array.isArray(value) && value.length > 0 && value.every((one) => typeof one === "string")) return value;
  throw invalid(path, `${show(value)} is not a list of texts`);
}

/** One of another copy of nines is read by its digits. */
function objectiveOf(value: unknown, path: Path): Objective {
  if (value instanceof Objective) return value;
  const parts: unknown =
    typeof value === "object" && value !== null ? Reflect.get(value, "partsPerBillion") : undefined;
  if (typeof parts === "number") return Objective.fromPartsPerBillion(parts, path);
  return Objective.parse(value as ObjectiveInput, path);
}
