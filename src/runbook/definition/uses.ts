/** What a step asks of others: the values that it fills in, the steps that its conditions are about. */
import type { Path } from "../../core/faults.ts";
import { type TagTemplate, tagsOf } from "../../core/template.ts";

/** A value that is filled in or asked about. */
export interface ValueUse {
  /** Where it is written. */
  readonly path: Path;
  /** `["steps", "check", "output"]`. */
  readonly value: readonly string[];
  /** How to write braces there that are no place to fill in; undefined where they cannot be written. */
  readonly braces?: string | undefined;
}

/** A step that a condition is about. */
export interface StepUse {
  /** Where it is written. */
  readonly path: Path;
  readonly step: string;
  readonly needs: "status" | "exit_code" | "output";
}

/** All of one step, gathered while it is read. */
export interface Uses {
  readonly values: ValueUse[];
  readonly steps: StepUse[];
}

/** Notes the values that `template` is filled in with, and answers it. */
export function noted(uses: Pick<Uses, "values">, template: TagTemplate, path: Path, braces?: string): TagTemplate {
  for (const tag of tagsOf(template))
    uses.values.push({ path, value: tag.path, ...(braces === undefined ? {} : { braces }) });
  return template;
}
