/** Steps as they are written. */
import { MILLISECONDS } from "../../core/time/duration.ts";
import { show } from "../../core/errors.ts";
import { choices } from "../../core/nearest.ts";
import { parseTags } from "../../core/template.ts";

import { condition } from "./conditions.ts";
import { COMMAND_KEYS, commandFields } from "./command.ts";
import {
  attempt,
  Fields,
  flag,
  isMapping,
  LIMITS,
  number,
  oneOf,
  type Place,
  type Read,
  refuse,
  text,
  texts,
  whole,
  within,
} from "./fields.ts";
import { actionFields, httpFields } from "./http.ts";
import type { NameBook } from "./names.ts";
import { escalationText, minutes, mitigation } from "./people.ts";
import { span } from "./spans.ts";
import { noted, type Uses } from "./uses.ts";
import type { ApprovalRule, RetryRule, RunbookStep, StepBase } from "../model.ts";

/** A step that was read, with what it asks of others. */
export interface ReadStep {
  readonly name: string;
  /** Whether it has this name only because what was written for one is at fault. */
  readonly isNameless: boolean;
  readonly place: Place;
  readonly uses: Uses;
  /** Undefined if it has faults. */
  readonly step: RunbookStep | undefined;
  readonly parts: readonly ReadStep[];
  readonly rollback: readonly ReadStep[];
}

/** What a step is: one of several, a part of a group, or what takes another back. */
export interface StepRole {
  readonly kind: "step" | "part" | "rollback";
  /** Its name, unless it says another. */
  readonly fallback: string;
  /** What the parts of a destructive group are, unless they say otherwise. */
  readonly isDestructive?: boolean;
}

const KINDS = {
  command: COMMAND_KEYS,
  action: ["action", "run", "input"],
  http: ["http"],
  parallel: ["parallel", "max_parallel", "fail_fast"],
  manual: [],
} as const;
type Kind = keyof typeof KINDS;
const OWN_KEYS: readonly string[] = Object.values(KINDS).flat();
const PEOPLE_KEYS = [
  "step",
  "name",
  "title",
  "description",
  "time_limit",
  "actions",
  "escalation",
  "potential_causes",
  "mitigation",
];
const BASE_KEYS = [
  ...["timeout", "continue_on_failure", "retries", "when", "approval", "destructive", "on_interrupt"],
  ...["rollback", "rollback_if", "max_output"],
];
/** All keys of a step. */
export const STEP_KEYS: readonly string[] = [...PEOPLE_KEYS, ...OWN_KEYS, ...BASE_KEYS];
/** `step` is what many number their steps with, and `run` is for functions: nobody needs to be led to them. */
const UNLISTED = ["step", "run"];

const DAY = MILLISECONDS.d;
const seconds = span({ unit: "seconds", min: 1, max: DAY });
const wait = span({ unit: ["ms", "s"], min: 0, max: DAY });
const patience = span({ unit: ["s", "m"], min: 1_000, max: 7 * DAY });
const DEFAULT_TIMEOUT_MS = 60_000;
const DEFAULT_PATIENCE_MS = 15 * MILLISECONDS.m;
const NO_RETRY: RetryRule = { attempts: 1, delayMs: 1_000, factor: 2, maxDelayMs: 60_000 };
const paragraph = text(LIMITS.text, '"Looks for pods that restart"');
const titleText = text(LIMITS.title, '"Look at the pods"');

/** Reads a step. Whatever is wrong with it, it has a name, so that others may speak of it. */
export function readStep(value: unknown, place: Place, role: StepRole, names: NameBook): ReadStep {
  const uses: Uses = { values: [], steps: [] };
  const raw = typeof value === "string" && role.kind !== "rollback" ? { title: value } : value;
  const isText = typeof value === "string" && value.trim() !== "";
  const instead = isText ? `; write { command: ${show(value)} }` : "";
  const fields = Fields.of(raw, place, STEP_KEYS, { unlisted: UNLISTED, instead });
  const title = fields?.take("title", titleText);
  const claimed = names.claim(fields, { title, fallback: role.fallback, place, isRollback: role.kind === "rollback" });
  const { name } = claimed;
  const broken: ReadStep = { ...claimed, place, uses, step: undefined, parts: [], rollback: [] };
  if (fields === undefined) return broken;
  fields.take("step", placeNumber);
  const kind = kindOf(fields);
  if (kind === undefined) return broken;
  if (role.kind !== "step" && kind === "parallel") {
    refuse(fields.at("parallel"), "a group is a step of its own; it cannot be a part of another, or take one back");
    return broken;
  }
  refuseForeign(fields, kind, role);
  const rollback = role.kind === "rollback" ? [] : rollbacks(fields, name, names);
  const isDestructive = fields.take("destructive", flag) ?? (kind !== "manual" && role.isDestructive === true);
  const parts = kind === "parallel" ? partsOf(fields, { name, isDestructive }, names) : [];
  const base = baseFields(fields, { name, title, kind, uses, rollback, isDestructive });
  const step = completed(base, fields, { kind, uses, parts });
  // What it does may be under a key that is misspelled.
  const isUnclear = kind === "manual" && fields.hasUnknown;
  return { ...broken, step: isUnclear ? undefined : step, parts, rollback };
}

function completed(
  base: StepBase,
  fields: Fields,
  { kind, uses, parts }: { readonly kind: Kind; readonly uses: Uses; readonly parts: readonly ReadStep[] },
): RunbookStep | undefined {
  if (kind === "manual") return { ...base, kind };
  if (kind === "parallel") {
    const steps = parts.flatMap(({ step }) => (step === undefined || step.kind === "parallel" ? [] : [step]));
    const maxParallel = fields.take("max_parallel", whole(1, LIMITS.inGroup)) ?? Math.max(1, steps.length);
    return { ...base, kind, steps, maxParallel, failFast: fields.take("fail_fast", flag) ?? false };
  }
  const own =
    kind === "command"
      ? commandFields(fields, uses)
      : kind === "http"
        ? httpFields(fields, uses)
        : actionFields(fields, uses);
  return own && { ...base, ...own };
}

/** `step: 3` is for people; where it does not fit, two steps were swapped or one is missing. */
const placeNumber: Read<number> = (value, place) => {
  const index = place.path.at(-2);
  if (typeof value === "number" && typeof index === "number" && value === index + 1) return value;
  const number = typeof index === "number" ? String(index + 1) : "1";
  return refuse(place, `${show(value)} is not its place among the steps; leave it out, or write ${number}`);
};

function kindOf(fields: Fields): Kind | undefined {
  const kinds = (["command", "action", "http", "parallel"] as const).filter((kind) => fields.has(kind));
  if (fields.has("run") && !kinds.includes("action")) kinds.push("action");
  const [kind, other] = kinds;
  if (other !== undefined) return refuse(fields.place, `has ${kinds.join(" and ")}; a step does one thing`);
  return kind ?? "manual";
}

function refuseForeign(fields: Fields, kind: Kind, { kind: role }: StepRole): void {
  if (kind === "manual" && fields.hasUnknown) return;
  const own: readonly string[] = KINDS[kind];
  for (const key of OWN_KEYS) {
    if (!fields.has(key) || own.includes(key)) continue;
    const owner = (Object.keys(KINDS) as Kind[]).find((other) => (KINDS[other] as readonly string[]).includes(key));
    refuse(
      fields.at(key),
      `is for a step with ${owner ?? "a command"}; this one has ${kind === "manual" ? "none, and is for people" : kind}`,
      "key",
    );
  }
  const unfit = [
    ...(kind === "parallel" ? ["retries", "rollback", "rollback_if", "max_output", "on_interrupt"] : []),
    ...(kind === "manual" ? ["timeout", "retries", "max_output", "on_interrupt", "destructive", "approval"] : []),
    ...(role === "rollback" ? ["rollback", "rollback_if"] : []),
  ];
  const what =
    role === "rollback"
      ? "what takes a step back"
      : kind === "parallel"
        ? "a group; its parts may have it"
        : "a step that people do; this is one, for it has no command, action, http or parallel";
  for (const key of unfit) if (fields.has(key)) refuse(fields.at(key), `is not for ${what}`, "key");
}

interface About {
  readonly name: string;
  readonly title: string | undefined;
  readonly kind: Kind;
  readonly uses: Uses;
  readonly rollback: readonly ReadStep[];
  readonly isDestructive: boolean;
}

function baseFields(fields: Fields, { name, title, kind, uses, rollback, isDestructive }: About): StepBase {
  const optional = {
    title,
    description: fields.take("description", paragraph),
    timeLimitMs: fields.take("time_limit", minutes),
    escalation: fields.take("escalation", escalationText),
    potentialCauses: fields.take("potential_causes", texts),
    mitigation: fields.take("mitigation", mitigation),
    when: fields.take("when", condition(uses)),
    approval: fields.take("approval", approval(uses)),
    maxOutput: fields.take("max_output", whole(1, 10_000_000)),
  };
  return {
    name,
    ...withoutUndefined(optional),
    actions: fields.take("actions", texts) ?? [],
    // A group takes as long as its parts.
    timeoutMs: fields.take("timeout", seconds) ?? (kind === "parallel" ? DAY : DEFAULT_TIMEOUT_MS),
    continueOnFailure: fields.take("continue_on_failure", flag) ?? false,
    retry: fields.take("retries", retries) ?? NO_RETRY,
    isDestructive,
    onInterrupt: fields.take("on_interrupt", oneOf(["repeat", "ask", "fail"])) ?? (isDestructive ? "ask" : "repeat"),
    rollback: rollback.flatMap(({ step }) => (step === undefined || step.kind === "parallel" ? [] : [step])),
    rollbackIf: fields.take("rollback_if", oneOf(["done", "started"])) ?? "done",
  };
}

/** Without the keys that have no value. */
export function withoutUndefined<T extends object>(value: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(value).filter(([, item]) => item !== undefined)) as {
    [K in keyof T]?: Exclude<T[K], undefined>;
  };
}

/** `3`: it is tried again three times. `{ attempts: 3 }`: it is tried three times in all. */
const retries: Read<RetryRule> = (value, place) => {
  if (typeof value === "number") {
    const again = whole(0, 99)(value, place);
    return again === undefined ? undefined : { ...NO_RETRY, attempts: again + 1 };
  }
  if (!isMapping(value)) {
    return refuse(
      place,
      `${show(value)} is neither a number nor { attempts, delay }; write 3, or { attempts: 3, delay: 10s }`,
    );
  }
  const fields = Fields.of(value, place, ["attempts", "delay", "factor", "max_delay"]);
  const attempts = fields?.need("attempts", whole(1, 100), "3");
  const delayMs = fields?.take("delay", wait) ?? NO_RETRY.delayMs;
  const factor = fields?.take("factor", number(1, 10)) ?? NO_RETRY.factor;
  const maxDelayMs = fields?.take("max_delay", wait) ?? Math.max(delayMs, NO_RETRY.maxDelayMs);
  if (maxDelayMs < delayMs) return refuse(place, "max_delay is shorter than delay");
  return attempts === undefined ? undefined : { attempts, delayMs, factor, maxDelayMs };
};

const approval =
  (uses: Uses): Read<ApprovalRule | undefined> =>
  (value, place) => {
    if (typeof value === "boolean") return value ? { timeoutMs: DEFAULT_PATIENCE_MS } : undefined;
    if (!isMapping(value))
      return refuse(place, `${show(value)} is neither true nor message: and timeout:${choices(value, ["true"])}`);
    const fields = Fields.of(value, place, ["message", "timeout"]);
    const message = fields?.take("message", (raw, at) => {
      const written = paragraph(raw, at);
      const made = written === undefined ? undefined : attempt(at, () => parseTags(written, []));
      return made && noted(uses, made, at.path).text;
    });
    return {
      timeoutMs: fields?.take("timeout", patience) ?? DEFAULT_PATIENCE_MS,
      ...(message === undefined ? {} : { message }),
    };
  };

function partsOf(
  fields: Fields,
  { name, isDestructive }: Pick<StepBase, "name" | "isDestructive">,
  names: NameBook,
): readonly ReadStep[] {
  return several(fields, "parallel", (value, place, index) =>
    readStep(value, place, { kind: "part", fallback: `${name}_${String(index + 1)}`, isDestructive }, names),
  );
}

function rollbacks(fields: Fields, name: string, names: NameBook): readonly ReadStep[] {
  return several(fields, "rollback", (value, place, index) => {
    const fallback = `${name}.rollback${index === 0 ? "" : `.${String(index + 1)}`}`;
    return readStep(value, place, { kind: "rollback", fallback }, names);
  });
}

function several(
  fields: Fields,
  key: string,
  read: (value: unknown, place: Place, index: number) => ReadStep,
): readonly ReadStep[] {
  const found = fields.take<readonly ReadStep[]>(key, (value, place) => {
    if (!Array.isArray(value)) {
      return key === "rollback" ? [read(value, place, 0)] : refuse(place, `${show(value)} is no list of steps`);
    }
    const [length, most] = [value.length, LIMITS.inGroup];
    if (length === 0 || length > most)
      return refuse(place, `has ${String(length)} steps; allowed: 1 to ${String(most)}`);
    return value.map((item: unknown, index) => read(item, within(place, index), index));
  });
  return found ?? [];
}
