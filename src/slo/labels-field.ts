/** Labels and annotations: texts by name. */
import { show } from "../core/errors.ts";
import * as z from "../core/schema.ts";
import { textField } from "./texts.ts";

const MOST_ENTRIES = 100;

/** Why `name` cannot be a label of Prometheus that people give; undefined if it can. */
export function labelNameProblem(name: string): string | undefined {
  if (/^(?!__)[A-Za-z_]\w{0,99}$/.test(name)) return undefined;
  return `${show(name)} is not a name of a label; use letters, digits and _, not beginning with a digit or __`;
}

const labelName = z.string().refine((name) => labelNameProblem(name) === undefined, {
  error: ({ input }) => labelNameProblem(String(input)),
});

/** Why `name` cannot be an annotation of an SLO; keys such as `sloth.dev/owner`, which come from other tools, can. */
export function annotationNameProblem(name: string): string | undefined {
  if (/^[A-Za-z_][\w./-]{0,199}$/.test(name)) return undefined;
  return `${show(name)} is not a name of an annotation; use letters, digits, _, ., / and -`;
}

const annotationName = z.string().refine((name) => annotationNameProblem(name) === undefined, {
  error: ({ input }) => annotationNameProblem(String(input)),
});

/** As a label of Prometheus. */
export const labelsField: z.ZodType<Readonly<Record<string, string>>> = texts(labelName, "shop", 1_000);

/** As an annotation of Prometheus. */
export const alertAnnotationsField: z.ZodType<Readonly<Record<string, string>>> = texts(
  labelName,
  '"Ask the team"',
  10_000,
);

/** As an annotation of Kubernetes. */
export const annotationsField: z.ZodType<Readonly<Record<string, string>>> = texts(
  annotationName,
  '"Ask the team"',
  10_000,
);

function texts(name: z.ZodType<string>, example: string, most: number): z.ZodType<Readonly<Record<string, string>>> {
  return z
    .record(name as z.ZodType<string, string>, textField(most, example))
    .refine((all) => Object.keys(all).length <= MOST_ENTRIES, {
      error: `has more than ${String(MOST_ENTRIES)} entries`,
    });
}
