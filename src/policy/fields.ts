/** The fields of a policy document. */
import { parseDuration } from "../core/time/duration.ts";
import { invalid, show } from "../core/errors.ts";
import { field, oneOrMore, remembering } from "../core/parse.ts";
import * as z from "../core/schema.ts";
import { SLO_KINDS } from "../slo/model.ts";
import { shareField } from "../slo/targets.ts";
import { nameProblem, textField } from "../slo/texts.ts";

import type { ConditionBounds } from "./conditions.ts";
import type { PolicyRule } from "./declared-policy.ts";

const MOST_RULES = 100;
const MOST_NAMES = 1_000;
const MOST_TEXTS = 20;

const share = shareField("80%");

const pace: z.ZodType<number> = field((input) => {
  if (typeof input === "number" && input >= 0 && input <= 1e9) return input;
  throw invalid([], `${show(input)} is not a burn rate; write a number from 0, such as 14.4`);
}, "14.4");

const lookBack: z.ZodType<number> = field(
  remembering((input) => {
    const lookBackMs = parseDuration(input as string, []);
    if (lookBackMs > 0) return lookBackMs;
    throw invalid([], `${show(input)} is no length of time; write a duration such as 1h`);
  }),
  "1h",
);

/** A name of a service, an SLO or an action. */
export const nameField: z.ZodType<string> = field(readName, "checkout");

function readName(input: unknown): string {
  const problem = typeof input === "string" ? nameProblem(input) : `${show(input)} is not a name; write text`;
  if (problem === undefined) return input as string;
  throw invalid([], problem);
}

/** The name of an SLO within its service. */
const sloField: z.ZodType<string> = field((input) => {
  if (typeof input !== "string") return readName(input);
  const parts = input.split("/");
  const isId = parts.length === 2 && parts.every((part) => nameProblem(part) === undefined);
  if (!isId) return readName(input);
  const hint = "write the SLO's name without its service, and the service, if it matters, as service";
  throw invalid([], `${show(input)} is the id of an SLO; ${hint}; did you mean ${show(parts[1])}?`);
}, "availability");

/** One name, or a list of them. */
function namesOf(one: z.ZodType<string>): z.ZodType<string[]> {
  return oneOrMore(one, z.array(one).min(1).max(MOST_NAMES));
}

function bounds<Shape extends z.ZodRawShape>(value: z.ZodType<number>, rest: Shape) {
  const shape = {
    above: value.optional(),
    at_least: value.optional(),
    below: value.optional(),
    at_most: value.optional(),
    ...rest,
  };
  return z.strictObject(shape).check((context) => {
    const problem = boundsProblem(context.value as ConditionBounds);
    if (problem !== undefined) context.issues.push({ code: "custom", message: problem, input: context.value });
  });
}

function boundsProblem({ above, at_least, below, at_most }: ConditionBounds): string | undefined {
  const low = above ?? at_least;
  const high = below ?? at_most;
  if (low === undefined && high === undefined) return "is empty; write above, at_least, below or at_most";
  if (above !== undefined && at_least !== undefined) return "has both above and at_least; write one of them";
  if (below !== undefined && at_most !== undefined) return "has both below and at_most; write one of them";
  if (low === undefined || high === undefined) return undefined;
  const isPoint = low === high && above === undefined && below === undefined;
  return low < high || isPoint ? undefined : `nothing is from ${String(low)} to ${String(high)}, so it never holds`;
}

const burn = bounds(pace, { over: lookBack });
const kind = z.enum(SLO_KINDS);

const conditions = z
  .strictObject({
    consumed: bounds(share, {}).optional(),
    remaining: bounds(share, {}).optional(),
    burn_rate: z.union([z.array(burn).min(1).max(MOST_TEXTS), burn.transform((one) => [one])]).optional(),
    slo_kind: z.union([z.array(kind).min(1), kind.transform((one) => [one])]).optional(),
    slo: namesOf(sloField).optional(),
    service: namesOf(nameField).optional(),
  })
  .refine((when) => Object.keys(when).length > 0, { message: "is empty; leave it out for a rule that always holds" });

const rule = z.strictObject({
  when: conditions.optional(),
  decision: z.enum(["allow", "warn", "halt"]),
  actions: z.array(nameField).max(MOST_TEXTS).default([]),
  recommendations: z.array(textField(500, '"Stop feature releases"')).max(MOST_TEXTS).default([]),
});

/** One policy, as it is written. */
export interface WrittenPolicy {
  readonly services: readonly string[];
  readonly default: boolean;
  readonly when_idle: "unknown" | "allow";
  readonly rules: readonly PolicyRule[];
}

export const policySchema: z.ZodType<WrittenPolicy> = z.strictObject({
  services: z.array(nameField).min(1).max(MOST_NAMES).default([]),
  default: z.boolean().default(false),
  when_idle: z.enum(["unknown", "allow"]).default("unknown"),
  rules: z.array(rule).min(1).max(MOST_RULES),
}) as z.ZodType<WrittenPolicy>;
