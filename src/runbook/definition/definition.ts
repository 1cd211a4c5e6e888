/** From what is written to a runbook that is checked and complete. */
import { invalid, show } from "../../core/errors.ts";
import { frozen } from "../../core/frozen.ts";
import { openPlain } from "../../core/plain.ts";
import { parseTags, type TagTemplate, tagsOf } from "../../core/template.ts";

import {
  attempt,
  Fields,
  flag,
  isMapping,
  LIMITS,
  type Place,
  type Read,
  refuse,
  text,
  texts,
  within,
} from "./fields.ts";
import { NameBook, slug } from "./names.ts";
import { communication, escalations, minutes, mitigation, procedures, triggers } from "./people.ts";
import { checkReferences, valueProblem } from "./references.ts";
import { severity } from "./severity.ts";
import { readStep, type ReadStep, STEP_KEYS, withoutUndefined } from "./step.ts";
import type { RunbookDefinition, StepDefinition } from "./types.ts";
import { noted, type ValueUse } from "./uses.ts";
import type { Runbook } from "../model.ts";

const KEYS = [
  ...["name", "title", "description", "severity", "estimated_time", "triggers", "steps", "escalation"],
  ...["potential_causes", "mitigation", "rollback_procedures", "communication", "lock", "rollback_on_cancel"],
];
const runbookName: Read<string> = text(200, "HighMemoryUsage");
const NAMELESS = "runbook";
const checked = new WeakSet<object>();
/** How to name a runbook whose name nobody has said. */
const unnamed = new WeakMap<object, (name: string) => Runbook>();
const fills = new WeakMap<object, readonly ValueUse[]>();

/**
 * Makes a runbook of its steps, or of all that there is to say of it. One that was checked already is answered as it is, but
 * for its name if nobody has said any: neither its document, nor who read it.
 *
 * @param name - as a rule that of the alert; taken unless the definition has one
 * @throws {@link ConfigurationError} with all faults at once, each with its path, such as `steps[2].when.step`
 *
 * @example
 * ```ts
 * import { runbookOf } from "nines";
 *
 * const runbook = runbookOf("HighMemoryUsage", [
 *   { name: "check_pods", command: "kubectl get pods -l app=web", timeout: 30, continueOnFailure: true },
 *   { name: "restart", command: ["kubectl", "delete", "pod", "--", "{{ labels.pod }}"], destructive: true },
 *   { name: "tell", run: ({ values }) => `restarted ${values.labels.pod ?? "nothing"}` },
 * ]);
 * if (runbook.steps.length !== 3) throw new Error("not read");
 * ```
 */
export function runbookOf(
  name: string,
  definition: readonly (string | StepDefinition)[] | RunbookDefinition | Runbook,
): Runbook {
  if (typeof (definition as unknown) === "string") {
    throw invalid("steps", `${show(definition)} is not a runbook yet, but text; hand in what parseRunbook makes of it`);
  }
  const isDone = typeof definition === "object" && isChecked(definition);
  const rename = isDone ? unnamed.get(definition) : undefined;
  if (isDone && rename === undefined) return definition;
  const written = isDone ? {} : Array.isArray(definition) ? { steps: definition as unknown } : definition;
  const { document, faults } = openPlain(written, { isKept });
  const place = { path: [], faults };
  runbookName(name, within(place, "name"));
  const runbook = rename === undefined ? readRunbook(document.value, place, name) : rename(name);
  faults.throwIfAny(document);
  return seal(runbook);
}

/**
 * All values that a runbook is filled in with or asks about, each with its place in the document: in commands and scripts, their
 * environment, requests, inputs, conditions, approvals and the lock, of steps, parts and rollbacks.
 *
 * @throws {@link ConfigurationError} if it is no runbook that was checked here
 */
export function usesOf(runbook: Runbook): readonly ValueUse[] {
  const found = fills.get(runbook);
  if (found === undefined) throw invalid("runbook", "was not made by runbookOf or parseRunbook");
  return found;
}

/** Whether a runbook has a name that somebody has said. */
export function hasOwnName(runbook: Runbook): boolean {
  return !unnamed.has(runbook);
}

/** Whether something is a runbook that was checked. */
function isChecked(value: object): value is Runbook {
  return checked.has(value);
}

/** What code has and documents have not. */
export function isKept(value: unknown): boolean {
  return typeof value === "function" || value instanceof RegExp;
}

/** Freezes a runbook without faults, and remembers that it has none. */
export function seal(runbook: Runbook | undefined): Runbook {
  frozen(runbook);
  checked.add(runbook as Runbook);
  return runbook as Runbook;
}

/** Reads one runbook, or a bare list of steps. Whatever is wrong is in the faults of `place`. */
export function readRunbook(value: unknown, place: Place, fallbackName: string | undefined): Runbook | undefined {
  const isList = Array.isArray(value);
  if (!isList && isMapping(value) && !Object.hasOwn(value, "steps") && isStep(value)) {
    return refuse(place, "is a single step; write a list of steps");
  }
  const fields = Fields.of(isList ? { steps: value as unknown } : value, place, KEYS);
  if (fields === undefined) return undefined;
  const steps = stepsOf(fields, isList ? place : fields.at("steps"));
  checkReferences(steps, place.faults);
  const uses: ValueUse[] = [];
  const title = fields.take("title", text(LIMITS.title, '"High memory usage"'));
  const fires = fields.take("triggers", triggers) ?? [];
  const [trigger, another] = fires;
  const said =
    fields.take("name", runbookName) ??
    fallbackName ??
    (another === undefined ? trigger?.alert : undefined) ??
    slug(title);
  const optional = {
    description: fields.take("description", text(LIMITS.text, '"For when memory runs out"')),
    severity: fields.take("severity", severity),
    estimatedMs: fields.take("estimated_time", minutes),
  };
  const rest = {
    ...withoutUndefined(optional),
    triggers: fires,
    steps: steps.flatMap(({ step }) => (step === undefined ? [] : [step])),
    escalation: fields.take("escalation", escalations) ?? [],
    potentialCauses: fields.take("potential_causes", texts) ?? [],
    mitigation: fields.take("mitigation", mitigation) ?? {},
    rollbackProcedures: fields.take("rollback_procedures", procedures) ?? [],
    communication: fields.take("communication", communication) ?? { internal: [], external: [] },
    rollbackOnCancel: fields.take("rollback_on_cancel", flag) ?? false,
  };
  const ownLock = fields.take("lock", lock(uses));
  for (const step of steps) usesWithin(step, uses);
  const named = (name: string): Runbook => {
    const runbook = { name, title: title ?? name, ...rest, lock: ownLock ?? { text: name, parts: [name] } };
    fills.set(runbook, Object.freeze(uses));
    return runbook;
  };
  if (said !== undefined) return named(said);
  const nameless = named(NAMELESS);
  unnamed.set(nameless, named);
  return nameless;
}

function usesWithin({ uses, parts, rollback }: ReadStep, all: ValueUse[]): void {
  for (const { path, value } of uses.values) all.push({ path, value });
  for (const inner of [...parts, ...rollback]) usesWithin(inner, all);
}

/** A mapping that was meant to be in a list. */
function isStep(value: object): boolean {
  const keys = Object.keys(value);
  return keys.length > 0 && keys.every((key) => STEP_KEYS.includes(key)) && !keys.includes("title");
}

function stepsOf(fields: Fields, place: Place): readonly ReadStep[] {
  const written = fields.raw("steps");
  if (fields.isMisspelled("steps")) return [];
  if (!Array.isArray(written) || written.length === 0) {
    const what = fields.has("steps") ? `${show(written)} is no list of steps` : "is missing";
    refuse(place, `${Array.isArray(written) ? "is empty" : what}; write at least one step`);
    return [];
  }
  const count = (value: unknown): number => {
    if (Array.isArray(value)) return value.reduce((sum: number, item: unknown) => sum + count(item), 0);
    if (!isMapping(value)) return 1;
    const { parallel, rollback } = value as Readonly<Record<string, unknown>>;
    return 1 + (Array.isArray(parallel) ? count(parallel) : 0) + (rollback === undefined ? 0 : count(rollback));
  };
  const total = count(written);
  if (total > LIMITS.steps) {
    refuse(place, `has ${String(total)} steps, parts and rollbacks counted; allowed: at most ${String(LIMITS.steps)}`);
    return [];
  }
  const names = new NameBook(written);
  return written.map((value: unknown, index) =>
    readStep(value, within(place, index), { kind: "step", fallback: `step_${String(index + 1)}` }, names),
  );
}

/** The lock is known before anything ran, and is shown. */
const lock =
  (uses: ValueUse[]): Read<TagTemplate> =>
  (value, place) => {
    const written = text(LIMITS.title, '"web-{{ labels.cluster }}"')(value, place);
    const made = written === undefined ? undefined : attempt(place, () => parseTags(written, []));
    if (made === undefined) return undefined;
    noted({ values: uses }, made, place.path);
    for (const { path, name } of tagsOf(made)) {
      const isLate = path[0] === "steps" || path[0] === "secrets";
      const problem = isLate
        ? `${show(name)} is not for a lock; allowed: labels, annotations, alert, incident, run, parameters`
        : valueProblem(path);
      if (problem !== undefined) refuse(place, problem);
    }
    return made;
  };
