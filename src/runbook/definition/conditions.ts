/** Conditions as they are written. */
import { show } from "../../core/errors.ts";

import { expression } from "../../core/pattern/expression.ts";
import type { StepCondition, TextTest } from "../conditions/conditions.ts";
import {
  attempt,
  Fields,
  isMapping,
  LIMITS,
  number,
  oneOf,
  oneOrMore,
  type Place,
  type Read,
  refuse,
  text,
  whole,
} from "./fields.ts";
import type { Uses } from "./uses.ts";
import type { StepStatus } from "../run.ts";

const FINISHED = [
  "succeeded",
  "failed",
  "timed_out",
  "cancelled",
  "skipped",
  "dry",
  "manual",
  "refused",
] as const satisfies readonly StepStatus[];
const TESTS = ["equals", "one_of", "contains", "matches", "above", "below"];
const MOST_CONDITIONS = 100;
const DEEPEST = 10;
const words = text(LIMITS.text, '"3 pods"');

const FORMS = "write step: with status, exit_code or output; value: with a test; all:, any: or not:";

/** A condition; of a list of them all must hold. What it asks about is noted in `uses`. */
export function condition(uses: Uses, depth: number = 0): Read<StepCondition> {
  const inner: Read<StepCondition> = (value, place) =>
    depth < DEEPEST
      ? condition(uses, depth + 1)(value, place)
      : refuse(place, `is nested too deep; allowed: ${String(DEEPEST)}`);
  const several =
    (kind: "all" | "any"): Read<StepCondition> =>
    (value, place) => {
      if (!Array.isArray(value) || value.length === 0) return refuse(place, `${show(value)} is no list of conditions`);
      const of = oneOrMore(inner, MOST_CONDITIONS)(value, place);
      return of && { kind, of };
    };
  return (value, place) => {
    if (Array.isArray(value)) return several("all")(value, place);
    if (!isMapping(value)) return refuse(place, `${show(value)} is no condition; ${FORMS}`);
    const forms = ["step", "value", "all", "any", "not"].filter((key) => Object.hasOwn(value, key));
    const [form] = forms;
    if (form === undefined || forms.length > 1) {
      return refuse(
        place,
        `${form === undefined ? "says nothing to hold" : `has ${forms.join(" and ")}, which are two conditions`}; ${FORMS}`,
      );
    }
    if (form === "step") return aboutStep(value, place, uses);
    if (form === "value") return aboutValue(value, place, uses);
    const fields = Fields.of(value, place, [form]);
    if (form !== "not") return fields?.take(form, several(form as "all" | "any"));
    const of = fields?.take("not", inner);
    return of && { kind: "not", of };
  };
}

function aboutStep(value: object, place: Place, uses: Uses): StepCondition | undefined {
  const fields = Fields.of(value, place, ["step", "status", "exit_code", "output"]);
  const step = fields?.take("step", text(200, "check_pods"));
  if (fields === undefined || step === undefined) return undefined;
  const status = fields.take("status", oneOrMore(oneOf(FINISHED), FINISHED.length));
  const exitCode = fields.take("exit_code", oneOrMore(whole(0, 255), 256));
  const output = fields.take("output", (raw, at) => (isMapping(raw) ? tests(raw, at) : wordsTest(raw, at)));
  if (!["status", "exit_code", "output"].some((key) => fields.has(key))) {
    if (fields.hasUnknown) return undefined;
    return refuse(place, "says nothing to hold of the step; write status, exit_code or output");
  }
  const needs = fields.has("output") ? "output" : fields.has("exit_code") ? "exit_code" : "status";
  uses.steps.push({ path: fields.at("step").path, step, needs });
  return {
    kind: "step",
    step,
    ...(status === undefined ? {} : { status }),
    ...(exitCode === undefined ? {} : { exitCode }),
    ...(output === undefined ? {} : { output }),
  };
}

function aboutValue(value: object, place: Place, uses: Uses): StepCondition | undefined {
  const fields = Fields.of(value, place, ["value", ...TESTS]);
  const name = fields?.take("value", text(1_000, "labels.severity"));
  if (fields === undefined || name === undefined) return undefined;
  const path = name.split(".");
  uses.values.push({ path: fields.at("value").path, value: path });
  const test = testOf(fields, place);
  return test && { kind: "value", path, test };
}

function wordsTest(value: unknown, place: Place): TextTest | undefined {
  const equals = scalar(value, place);
  return equals === undefined ? undefined : { equals };
}

function tests(value: object, place: Place): TextTest | undefined {
  const fields = Fields.of(value, place, TESTS);
  return fields && testOf(fields, place);
}

function testOf(fields: Fields, place: Place): TextTest | undefined {
  if (!TESTS.some((key) => fields.has(key)) && fields.hasUnknown) return undefined;
  if (!TESTS.some((key) => fields.has(key))) return refuse(place, `says nothing to hold; write ${TESTS.join(", ")}`);
  const equals = fields.take("equals", scalar);
  const among = fields.take("one_of", oneOrMore(scalar, LIMITS.items));
  const contains = fields.take("contains", words);
  const matches = fields.take("matches", (raw, at) => attempt(at, () => expression(raw)));
  const above = fields.take("above", number(-Number.MAX_VALUE, Number.MAX_VALUE));
  const below = fields.take("below", number(-Number.MAX_VALUE, Number.MAX_VALUE));
  if (above !== undefined && below !== undefined && !(above < below)) {
    refuse(place, `nothing is above ${String(above)} and below ${String(below)}, so it never holds`);
  }
  return {
    ...(equals === undefined ? {} : { equals }),
    ...(among === undefined ? {} : { oneOf: among }),
    ...(contains === undefined ? {} : { contains }),
    ...(matches === undefined ? {} : { matches }),
    ...(above === undefined ? {} : { above }),
    ...(below === undefined ? {} : { below }),
  };
}

/** Text; or what YAML took for something else. An empty one is asked for as well. */
function scalar(value: unknown, place: Place): string | undefined {
  if (value === "") return value;
  return typeof value === "number" || typeof value === "boolean" ? String(value) : words(value, place);
}
