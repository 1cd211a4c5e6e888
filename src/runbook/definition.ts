/** From what is written to a runbook that is checked and complete. */
import { show } from "../core/errors.ts";
import { openPlain } from "../core/plain.ts";
import { parseTags, type TagTemplate, tagsOf } from "../core/template.ts";

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
} from "./definition-fields.ts";
import { NameBook, slug } from "./definition-names.ts";
import { communication, escalations, minutes, mitigation, procedures, triggers } from "./definition-people.ts";
import { checkReferences, valueProblem } from "./definition-references.ts";
import { severity } from "./definition-severity.ts";
import { readStep, type ReadStep, STEP_KEYS, withoutUndefined } from "./definition-step.ts";
import type { RunbookDefinition, StepDefinition } from "./definition-types.ts";
import type { Runbook } from "./model.ts";

const KEYS = [
  ...["name", "title", "description", "severity", "estimated_time", "triggers", "steps", "escalation"],
  ...["potential_causes", "mitigation", "rollback_procedures", "communication", "lock", "rollback_on_cancel"],
];
const runbookName: Read<string> = text(200, "HighMemoryUsage");
const checked = new WeakSet<object>();

/**
 * Makes a runbook of its steps, or of all that there is to say of it. One that was checked already is answered as it is.
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
export function runbookOf(name: string, definition: readonly StepDefinition[] | RunbookDefinition | Runbook): Runbook {
  if (typeof definition === "object" && isChecked(definition)) return definition;
  const { document, faults } = openPlain(Array.isArray(definition) ? { steps: definition as unknown } : definition, {
    isKept,
  });
  const place = { path: [], faults };
  runbookName(name, within(place, "name"));
  const runbook = readRunbook(document.value, place, name);
  faults.throwIfAny(document);
  return seal(runbook);
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
  freeze(runbook);
  checked.add(runbook as Runbook);
  return runbook as Runbook;
}

function freeze(value: unknown): void {
  if (typeof value !== "object" || value === null || Object.isFrozen(value)) return;
  Object.freeze(value);
  for (const inner of Object.values(value)) freeze(inner);
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
  const title = fields.take("title", text(LIMITS.title, '"High memory usage"'));
  const fires = fields.take("triggers", triggers) ?? [];
  const [trigger, another] = fires;
  const name =
    fields.take("name", runbookName) ??
    fallbackName ??
    (another === undefined ? trigger?.alert : undefined) ??
    slug(title) ??
    "runbook";
  const optional = {
    description: fields.take("description", text(LIMITS.text, '"For when memory runs out"')),
    severity: fields.take("severity", severity),
    estimatedMs: fields.take("estimated_time", minutes),
  };
  return {
    name,
    title: title ?? name,
    ...withoutUndefined(optional),
    triggers: fires,
    steps: steps.flatMap(({ step }) => (step === undefined ? [] : [step])),
    escalation: fields.take("escalation", escalations) ?? [],
    potentialCauses: fields.take("potential_causes", texts) ?? [],
    mitigation: fields.take("mitigation", mitigation) ?? {},
    rollbackProcedures: fields.take("rollback_procedures", procedures) ?? [],
    communication: fields.take("communication", communication) ?? { internal: [], external: [] },
    lock: fields.take("lock", lock) ?? { text: name, parts: [name] },
    rollbackOnCancel: fields.take("rollback_on_cancel", flag) ?? false,
  };
}

/** A mapping that was meant to be in a list. */
function isStep(value: object): boolean {
  return Object.keys(value).every((key) => STEP_KEYS.includes(key)) && !Object.hasOwn(value, "title");
}

function stepsOf(fields: Fields, place: Place): readonly ReadStep[] {
  const written = fields.raw("steps");
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
const lock: Read<TagTemplate> = (value, place) => {
  const written = text(LIMITS.title, '"web-{{ labels.cluster }}"')(value, place);
  const made = written === undefined ? undefined : attempt(place, () => parseTags(written, []));
  for (const { path, name } of made === undefined ? [] : tagsOf(made)) {
    const isLate = path[0] === "steps" || path[0] === "secrets";
    const problem = isLate
      ? `${show(name)} is not for a lock; allowed: labels, annotations, alert, incident, run, parameters`
      : valueProblem(path);
    if (problem !== undefined) refuse(place, problem);
  }
  return made;
};
