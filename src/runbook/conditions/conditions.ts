/** Whether a step is for now: conditions on what earlier steps came to. */
import { finds, TRIED_CHARACTERS } from "../../core/pattern/expression.ts";
import { lookUp } from "../place-values.ts";
import type { StepStatus } from "../run.ts";
import type { RunValues } from "../values.ts";

/** What must hold of a text. All that is said must hold. */
export interface TextTest {
  readonly equals?: string | undefined;
  readonly oneOf?: readonly string[] | undefined;
  readonly contains?: string | undefined;
  /** Finds something. */
  readonly matches?: RegExp | undefined;
  /** Is a number above this. */
  readonly above?: number | undefined;
  /** Is a number below this. */
  readonly below?: number | undefined;
}

/** A condition, as it is checked. */
export type StepCondition =
  | {
      readonly kind: "step";
      /** Name of an earlier step. */
      readonly step: string;
      readonly status?: readonly StepStatus[] | undefined;
      readonly exitCode?: readonly number[] | undefined;
      readonly output?: TextTest | undefined;
    }
  /** A value, such as `labels.severity`. One that is missing is an empty text. */
  | { readonly kind: "value"; readonly path: readonly string[]; readonly test: TextTest }
  | { readonly kind: "all" | "any"; readonly of: readonly StepCondition[] }
  | { readonly kind: "not"; readonly of: StepCondition };

/** Whether `condition` holds. Of a step that has not run nothing holds but what is said with `not`. */
export function holds(condition: StepCondition, values: RunValues): boolean {
  switch (condition.kind) {
    case "all":
      return condition.of.every((inner) => holds(inner, values));
    case "any":
      return condition.of.some((inner) => holds(inner, values));
    case "not":
      return !holds(condition.of, values);
    case "value":
      return passes(condition.test, valueOf(condition.path, values));
    case "step": {
      const { step: name, status, exitCode, output } = condition;
      const step = Object.hasOwn(values.steps, name) ? values.steps[name] : undefined;
      if (step === undefined) return false;
      if (status !== undefined && !status.includes(step.status)) return false;
      if (exitCode !== undefined && (step.exit_code === undefined || !exitCode.includes(step.exit_code))) return false;
      return output === undefined || passes(output, { text: step.output, isCut: step.isCut === true });
    }
  }
}

interface Seen {
  readonly text: string;
  /** Whether there was more: then it is not known to be equal to anything. */
  readonly isCut: boolean;
}

function valueOf(path: readonly string[], values: RunValues): Seen {
  const found = lookUp(path, values);
  return "refused" in found ? { text: "", isCut: false } : found.filled;
}

function passes({ equals, oneOf, contains, matches, above, below }: TextTest, { text, isCut }: Seen): boolean {
  if (equals !== undefined && (isCut || text !== equals)) return false;
  if (oneOf !== undefined && (isCut || !oneOf.includes(text))) return false;
  if (contains !== undefined && !text.includes(contains)) return false;
  if (matches !== undefined && !finds(matches, text.slice(0, TRIED_CHARACTERS))) return false;
  if (above === undefined && below === undefined) return true;
  const figure = isCut ? NaN : numberIn(text);
  return (above === undefined || figure > above) && (below === undefined || figure < below);
}

/** `91`, `0.91`, ` 91% `; anything else is no number. */
function numberIn(text: string): number {
  const found = text.length > 100 ? null : /^\s*([-+]?(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?)\s*%?\s*$/i.exec(text);
  return found === null ? NaN : Number(found[1]);
}
