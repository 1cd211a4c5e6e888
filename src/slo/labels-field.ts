/** Labels and annotations: texts by name. */
import * as z from "../core/schema.ts";
import { annotationNameProblem, labelNameProblem } from "./label-name.ts";
import { textField } from "./texts.ts";

const MOST_ENTRIES = 100;

const labelName = z.string().refine((name) => labelNameProblem(name) === undefined, {
  error: ({ input }) => labelNameProblem(String(input)),
});

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
