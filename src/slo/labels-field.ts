/** Labels and annotations: texts by name. */
import { show } from "../core/errors.ts";
import { z } from "../core/schema.ts";
import { textField } from "./texts.ts";

const MOST_ENTRIES = 100;

const labelName = z.string().regex(/^(?!__)[A-Za-z_]\w{0,99}$/, {
  error: ({ input }) =>
    `${show(input)} is not a name of a label; use letters, digits and _, not beginning with a digit or __`,
});

// Keys such as `sloth.dev/owner` come from other tools.
const annotationName = z.string().regex(/^[A-Za-z_][\w./-]{0,199}$/, {
  error: ({ input }) => `${show(input)} is not a name of an annotation; use letters, digits, _, ., / and -`,
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
