/** Labels and annotations of other formats, as far as nines can keep them. */
import { show } from "../../core/errors.ts";
import type { Path } from "../../core/faults.ts";
import { annotationNameProblem, labelNameProblem } from "../../slo/label-name.ts";
import type { Sheet } from "./sheet.ts";

/** Written by kubectl: the whole resource once more. */
const LAST_APPLIED = "kubectl.kubernetes.io/last-applied-configuration";

/** Texts by name. */
export type Texts = Readonly<Record<string, string>>;

/** Where labels or annotations stand. */
export interface Labelled {
  readonly sheet: Sheet;
  readonly path: Path;
  readonly texts: Texts | undefined;
}

/** Whether a label of Prometheus can have that name. */
export function isLabelName(name: string): boolean {
  return labelNameProblem(name) === undefined;
}

/** The labels that are possible as ones of Prometheus; `others` has the rest of them. */
export function labelsOf({ sheet, path, texts }: Labelled): { readonly labels: Texts; readonly others: Texts } {
  const labels: Record<string, string> = {};
  const others: Record<string, string> = {};
  for (const [name, value] of Object.entries(texts ?? {})) {
    if (isBlank(value, [...path, name], sheet)) continue;
    if (isLabelName(name)) labels[name] = value;
    else others[name] = value;
  }
  return { labels, others };
}

/**
 * Labels or annotations of alerts, whose names are both those of labels. Others are reported, since there is no other place
 * for them.
 */
export function alertTexts(from: Labelled): Texts {
  const { labels, others } = labelsOf(from);
  for (const name of Object.keys(others)) {
    const rule = "is no name that alerts can have; use letters, digits and _, not beginning with a digit or __";
    from.sheet.report([...from.path, name], `${show(name)} ${rule}; it is left out`);
  }
  return labels;
}

/** The annotations, with those labels that are no labels of Prometheus. */
export function annotationsOf(from: Labelled, others?: Labelled): Texts {
  const kept: Record<string, string> = {};
  for (const [name, value] of Object.entries(from.texts ?? {})) {
    const path = [...from.path, name];
    if (name === LAST_APPLIED) from.sheet.report(path, "belongs to the cluster; it can be removed");
    else if (!isBlank(value, path, from.sheet) && isAnnotation(name, path, from.sheet)) kept[name] = value;
  }
  for (const [name, value] of Object.entries(others?.texts ?? {})) {
    if (others === undefined) break;
    const path = [...others.path, name];
    if (isBlank(value, path, others.sheet)) continue;
    if (Object.hasOwn(kept, name)) others.sheet.report(path, "is left out: an annotation has the same name");
    else if (isAnnotation(name, path, others.sheet)) kept[name] = value;
  }
  return kept;
}

/** Undefined where there are none, so that the document does not have an empty mapping. */
export function unlessEmpty<T extends object>(value: T): T | undefined {
  return Object.keys(value).length === 0 ? undefined : value;
}

function isAnnotation(name: string, path: Path, sheet: Sheet): boolean {
  const problem = annotationNameProblem(name);
  if (problem === undefined) return true;
  sheet.report(path, `${problem}; it is left out`);
  return false;
}

function isBlank(value: string, path: Path, sheet: Sheet): boolean {
  if (value.trim() !== "") return false;
  sheet.report(path, "is blank; it is left out");
  return true;
}
