/** The on-call document: who is on call, and who is told until somebody acknowledges. */
import { ConfigurationError, invalid, show } from "../core/errors.ts";
import type { Faults, Path } from "../core/faults.ts";
import { readInstant } from "../core/time/instant.ts";
import { choices } from "../core/nearest.ts";
import { check, openDocument } from "../core/parse.ts";
import * as z from "../core/schema.ts";

import { all } from "./business-hours/fields.ts";
import { EscalationPolicy, type EscalationPolicyOptions } from "./escalation/policy.ts";
import { type EscalationRule, ruleField } from "./escalation/rules.ts";
import { Layer, type OnCallLayer } from "./on-call/layer.ts";
import { type OnCallOverride, overrideField } from "./on-call/overrides.ts";
import { OnCallSchedule } from "./on-call/on-call.ts";

/** What an on-call document says; hand it to an `EscalationPlanner` as it is. */
export interface OnCallDocument {
  readonly schedules: readonly OnCallSchedule[];
  readonly policies: readonly EscalationPolicy[];
  /** Missing if the document has none. */
  readonly rules?: readonly EscalationRule[];
}

const MOST_NAMED = 1_000;
const MOST_RULES = 10_000;
const anything = z.unknown().optional();
const MAPPING = z.record(z.string(), z.unknown());
const DOCUMENT = z.strictObject({
  on_call: MAPPING.optional(),
  escalation: z
    .strictObject({ policies: MAPPING, rules: z.array(z.unknown()).min(1).max(MOST_RULES).optional() })
    .optional(),
  service_level_objectives: anything,
  error_budget_policies: anything,
});
const SCHEDULE = z.strictObject({ layers: z.array(z.unknown()).min(1), overrides: z.array(z.unknown()).optional() });
// What is within is checked, with its places, by what is made of it.
const LAYER = z.strictObject({
  name: anything,
  people: anything,
  handover: anything,
  starts_at: anything,
  during: anything,
});
const OVERRIDE = z.strictObject({ person: anything, from: anything, until: anything });
const POLICY = z.strictObject({ steps: anything, repeat: anything, business_hours: anything });

/**
 * Reads the sections `on_call` and `escalation` of a document: YAML or JSON text, or the same as a plain object. It may
 * share its file with SLOs and policies. `docs/response.md` has every field.
 *
 * @param options.file - what to call the document in an error, as a rule its file's name
 * @throws {@link ConfigurationError} with all faults of the document at once (the first 100 in full), each with its path
 *   and, for text, line and column
 *
 * @example
 * ```ts
 * import { EscalationPlanner, parseOnCallDocument } from "nines";
 *
 * const document = parseOnCallDocument(`
 *   on_call:
 *     primary:
 *       layers:
 *         - name: weeks
 *           people: [ann, bob]
 *           handover: { every: week, on: mon, at: "09:00", zone: Europe/Berlin }
 *           starts_at: 2026-01-05
 *   escalation:
 *     policies:
 *       critical:
 *         steps: [{ to: [{ channel: pager, schedule: primary }], wait: 15m }]
 *         repeat: 2
 * `);
 * const planner = new EscalationPlanner(document);
 * const policy = planner.selectPolicy({ severity: "SEV1", services: [], labels: {} });
 * if (policy?.rounds !== 3) throw new Error("not read");
 * ```
 */
export function parseOnCallDocument(input: string | object, options: { readonly file?: string } = {}): OnCallDocument {
  const { document, faults } = openDocument(input, options);
  const isSound = check(DOCUMENT, document.value, [], faults) !== undefined;
  // What is wrong beside a section, or in one of them, must not hide what is wrong in the others.
  const { on_call, escalation } = mappingOf(document.value) ?? {};
  const written = mappingOf(escalation);
  const schedules = named(mappingOf(on_call), ["on_call"], faults).map(([name, raw]) =>
    readSchedule(name, raw, { path: ["on_call", name], faults }),
  );
  const inPolicies = ["escalation", "policies"];
  const known = isSound || on_call !== undefined ? Object.keys(mappingOf(on_call) ?? {}) : undefined;
  const policies = named(mappingOf(written?.policies), inPolicies, faults).map(([name, raw]) =>
    readPolicy(name, raw, { path: [...inPolicies, name], faults, known }),
  );
  const names = mappingOf(written?.policies);
  const rules = listOf(written?.rules, MOST_RULES)?.map((rule, index) => {
    const path = ["escalation", "rules", index];
    return attempt({ path, faults }, () => ruleField([], rule, names && Object.keys(names)));
  });
  // Under another key they are not missing.
  const hasOthers = Object.keys(written ?? {}).some((key) => key !== "policies" && key !== "rules");
  if (policies.length > 1 && written?.rules === undefined && !hasOthers) {
    faults.add(["escalation", "rules"], "is missing; with several policies it must tell which is for which incidents");
  }
  faults.throwIfAny(document);
  return {
    schedules: schedules.filter((schedule) => schedule !== undefined),
    policies: policies.filter((policy) => policy !== undefined),
    ...(rules === undefined ? {} : { rules: rules.filter((rule) => rule !== undefined) }),
  };
}

function mappingOf(value: unknown): Readonly<Record<string, unknown>> | undefined {
  return MAPPING.safeParse(value).data;
}

function listOf(value: unknown, most = Infinity): readonly unknown[] | undefined {
  return Array.isArray(value) && value.length <= most ? (value as unknown[]) : undefined;
}

interface Place {
  readonly path: Path;
  readonly faults: Faults;
}

function readSchedule(name: string, raw: unknown, { path, faults }: Place): OnCallSchedule | undefined {
  const fields = check(SCHEDULE, raw, path, faults);
  const written = mappingOf(raw);
  const layers = (listOf(written?.layers) ?? []).map((layer, index) => {
    const place = { path: [...path, "layers", index], faults };
    return readFields(LAYER, layer, place, ({ starts_at, ...rest }) => {
      const options = { ...rest, startsAt: starts_at } as OnCallLayer;
      new Layer(options, []);
      return options;
    });
  });
  const overrides = (listOf(written?.overrides) ?? []).map((override, index) => {
    const place = { path: [...path, "overrides", index], faults };
    return readFields(OVERRIDE, override, place, ({ person, from, until }) => {
      const [begins, ends] = all(
        () => instant("from", from),
        () => instant("until", until),
      );
      return overrideField([], { person, from: begins, until: ends });
    });
  });
  const isSound = fields !== undefined && !layers.includes(undefined) && !overrides.includes(undefined);
  if (!isSound) return undefined;
  const options = { name, layers: layers as OnCallLayer[], overrides: overrides as OnCallOverride[] };
  return attempt({ path, faults }, () => new OnCallSchedule(options));
}

function readPolicy(
  name: string,
  raw: unknown,
  { path, faults, known }: Place & { readonly known: readonly string[] | undefined },
): EscalationPolicy | undefined {
  const policy = readFields(POLICY, raw, { path, faults }, ({ steps, repeat, business_hours }) => {
    const options = {
      name,
      steps,
      ...(repeat === undefined ? {} : { repeat }),
      ...(business_hours === undefined ? {} : { businessHours: business_hours }),
    } as EscalationPolicyOptions;
    return new EscalationPolicy(options);
  });
  // Also where the policy has other faults.
  if (known !== undefined) checkSchedules(mappingOf(raw)?.steps, { path: [...path, "steps"], faults, known });
  return policy;
}

function checkSchedules(steps: unknown, { path, faults, known }: Place & { readonly known: readonly string[] }): void {
  listOf(steps)?.forEach((step, index) => {
    listOf(mappingOf(step)?.to)?.forEach((target, place) => {
      const schedule = mappingOf(target)?.schedule;
      // What is no name is a fault already.
      if (typeof schedule !== "string" || schedule === "" || known.includes(schedule)) return;
      const allowed = known.length === 0 ? "; on_call has none" : choices(schedule, known);
      faults.add([...path, index, "to", place, "schedule"], `there is no schedule ${show(schedule)}${allowed}`);
    });
  });
}

/** What `make` makes of the fields of a mapping, and the faults of both: beside a key that is not known, none is told as missing. */
function readFields<Shape extends z.ZodRawShape, Made>(
  schema: z.ZodObject<Shape>,
  raw: unknown,
  place: Place,
  make: (fields: Partial<Record<keyof Shape, unknown>>) => Made,
): Made | undefined {
  const isSound = check(schema, raw, place.path, place.faults) !== undefined;
  const written = mappingOf(raw);
  if (written === undefined) return undefined;
  const known = Object.entries(written).filter(([key]) => Object.hasOwn(schema.shape, key));
  const fields = Object.fromEntries(known) as Partial<Record<keyof Shape, unknown>>;
  const isTold = ([key = ""]: Path): boolean => isSound || Object.hasOwn(fields, key);
  const made = attempt(place, () => make(fields), isTold);
  return isSound ? made : undefined;
}

function named(
  mapping: Readonly<Record<string, unknown>> | undefined,
  path: Path,
  faults: Faults,
): [string, unknown][] {
  const entries = Object.entries(mapping ?? {});
  if (entries.length <= MOST_NAMED) return entries;
  faults.add(path, `has ${String(entries.length)} entries; allowed: at most ${String(MOST_NAMED)}`);
  return [];
}

/** What `make` makes; undefined if it finds a fault, which is then told at its place in the document. */
function attempt<T>(
  { path, faults }: Place,
  make: () => T,
  isTold: (within: Path) => boolean = () => true,
): T | undefined {
  try {
    return make();
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    for (const issue of error.issues) {
      const within = issue.path.map(writtenKey);
      if (isTold(within)) faults.add([...path, ...within], issue.message);
    }
    return undefined;
  }
}

/** A key of an options object as documents write it. */
function writtenKey(key: string | number): string | number {
  return key === "startsAt" ? "starts_at" : key === "businessHours" ? "business_hours" : key;
}

/** An instant with its offset from UTC, such as `2026-12-24T09:00+01:00`. */
function instant(path: string, value: unknown): number {
  const at = readInstant(value);
  if (at !== undefined) return at;
  throw invalid(path, `${show(value)} is not an instant; write one with its offset, such as "2026-12-24T09:00+01:00"`);
}
