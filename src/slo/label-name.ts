/** What labels and annotations may be called. */
import { show } from "../core/errors.ts";

/** Why `name` cannot be a label of Prometheus that people give; undefined if it can. */
export function labelNameProblem(name: string): string | undefined {
  if (/^(?!__)[A-Za-z_]\w{0,99}$/.test(name)) return undefined;
  return `${show(name)} is not a name of a label; use letters, digits and _, not beginning with a digit or __`;
}

/** Why `name` cannot be an annotation of an SLO; keys such as `sloth.dev/owner`, which come from other tools, can. */
export function annotationNameProblem(name: string): string | undefined {
  if (/^[A-Za-z_][\w./-]{0,199}$/.test(name)) return undefined;
  return `${show(name)} is not a name of an annotation; use letters, digits, _, ., / and -`;
}
