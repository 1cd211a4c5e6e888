/** Labels that rules set themselves: nobody else's may have their names. */
import type { Path } from "../core/faults.ts";
import type { Slo } from "../slo/model.ts";

import type { SeriesNames } from "./convention.ts";
import type { Grouping } from "./promql/expression.ts";

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
  const by = grouping.kind === "by" ? grouping.labels : [];
  const info = new Set([...names.ofInfo, ...Object.keys(names.info.labels), ...names.lookBackLabels]);
  const set = new Set([...names.own, ...Object.keys(names.errorRatio("").more ?? {})]);
  const ofAlerts = (path: Path, labels: Texts | undefined): LabelFault[] => [
    ...taken(path, labels, alertOwn(names)),
    ...taken(
      path,
      labels,
      new Set(by),
      "is what the SLO is grouped by, so each alert has that label already; leave it out",
    ),
  ];
  const grouped = by.filter((label) => set.has(label));
  return [
    ...grouped.map((label) => ({
      path: ["sli"],
      message: names.own.includes(label)
        ? `is grouped by ${label}, a label that the rules set themselves; group by another`
        : `is grouped by ${label}, which is among the SLO's labels too, and those are on each series in Sloth's convention; drop one`,
    })),
    ...by
      .filter((label) => Object.hasOwn(ofAll, label))
      .map((label) => ({
        path: ["sli"],
        message: `is grouped by ${label}, which is among the labels of every alert, and would make its alerts one; leave it out there`,
      })),
    ...taken(["labels"], slo.labels, info),
    ...ofAlerts(["alerting", "labels"], alerting?.labels),
    ...(["page", "ticket"] as const).flatMap((severity) => {
      const own = alerting?.[severity];
      return own ? ofAlerts(["alerting", severity, "labels"], own.labels) : [];
    }),
  ];
}

/** Severities and tiers are anyone's to name: the other labels tell alerts apart. */
function alertOwn(names: SeriesNames): ReadonlySet<string> {
  return new Set(names.own.filter((label) => label !== "severity" && label !== "tier"));
}

function taken(
  path: Path,
  labels: Texts | undefined,
  own: ReadonlySet<string>,
  message = "is a label that the rules set themselves; name it otherwise",
): LabelFault[] {
  return Object.keys(labels ?? {})
    .filter((label) => own.has(label))
    .map((label) => ({ path: [...path, label], message }));
}
