/** Labels that rules set themselves: nobody else's may have their names. */
import type { Path } from "../core/faults.ts";
import type { Slo } from "../slo/model.ts";

import type { SeriesNames } from "./convention.ts";
import type { Grouping } from "./indicator/model.ts";

type Texts = Readonly<Record<string, string>>;

/** A label that cannot be, by its path within the SLO. */
export interface LabelFault {
  readonly path: Path;
  readonly message: string;
}

/** Of the grouping, of the info metric and of alerts. */
export function labelFaults(
  slo: Slo,
  { names, grouping, ofAll }: { readonly names: SeriesNames; readonly grouping: Grouping; readonly ofAll: Texts },
): LabelFault[] {
  const { alerting } = slo;
  const info = new Set([...names.ofInfo, ...Object.keys(names.info.labels), ...names.lookBackLabels]);
  const set = new Set([...names.own, ...Object.keys(names.errorRatio("").more ?? {})]);
  const alerts = new Set([...alertOwn(names), ...(grouping.kind === "by" ? grouping.labels : [])]);
  const grouped = grouping.kind === "by" ? grouping.labels.filter((label) => set.has(label)) : [];
  return [
    ...grouped.map((label) => ({
      path: ["sli"],
      message: `is grouped by ${label}, a label that the rules set themselves; group by another`,
    })),
    ...(grouping.kind === "by" ? grouping.labels.filter((label) => Object.hasOwn(ofAll, label)) : []).map((label) => ({
      path: ["sli"],
      message: `is grouped by ${label}, which is among the labels of every alert, and would make its alerts one; leave it out there`,
    })),
    ...taken(["labels"], slo.labels, info),
    ...taken(["alerting", "labels"], alerting?.labels, alerts),
    ...(["page", "ticket"] as const).flatMap((severity) => {
      const own = alerting?.[severity];
      return own === undefined || own === false ? [] : taken(["alerting", severity, "labels"], own.labels, alerts);
    }),
  ];
}

/** Severities and tiers are anyone's to name: the other labels tell alerts apart. */
function alertOwn(names: SeriesNames): ReadonlySet<string> {
  return new Set(names.own.filter((label) => label !== "severity" && label !== "tier"));
}

function taken(path: Path, labels: Texts | undefined, own: ReadonlySet<string>): LabelFault[] {
  return Object.keys(labels ?? {})
    .filter((label) => own.has(label))
    .map((label) => ({
      path: [...path, label],
      message: "is a label that the rules set themselves; name it otherwise",
    }));
}
