/** Reads Sloth's SLOs. */
import { show } from "../../core/errors.ts";
import type { Path } from "../../core/faults.ts";
import type { Objective } from "../../core/objective.ts";
import type { DraftSlo } from "./draft.ts";
import { kept, merged } from "./kept.ts";
import { alertTexts, annotationsOf, labelsOf, type Texts, unlessEmpty } from "./labels.ts";
import { isMapping, readPart } from "./part.ts";
import type { Sheet, Source } from "./sheet.ts";
import {
  FILE_KEYS,
  RESOURCE_KEYS,
  slothFile,
  type SlothGroup,
  type SlothKeys,
  slothResource,
  type SlothSlo,
} from "./sloth-schema.ts";
import { promqlOf } from "./query.ts";

/** Where a group of SLOs stands, and what its SLOs share. */
interface Group {
  readonly sheet: Sheet;
  readonly path: Path;
  readonly keys: SlothKeys;
  readonly window: string;
  readonly annotations: Texts;
  readonly labels: Texts;
}

/** The SLOs of one document. `window` is what Sloth is told by its flag: its documents have none. */
export function readSloth(source: Source, window: string): readonly DraftSlo[] {
  const { sheet, path, value } = source;
  if (!Object.hasOwn(value, "apiVersion")) {
    const file = readPart(slothFile, source);
    const common = { sheet, path, keys: FILE_KEYS, window, annotations: {} };
    return file === undefined ? [] : readGroup(file, common);
  }
  const kind = value.kind;
  if (kind !== "PrometheusServiceLevel") {
    const windows = kind === "AlertWindows" ? "; write its windows as `alerting.tiers` of the SLOs" : "";
    sheet.report(
      path,
      `nines reads PrometheusServiceLevel of Sloth, and not ${typeof kind === "string" ? kind : show(kind)}${windows}`,
    );
    return [];
  }
  const resource = readPart(slothResource, source);
  if (resource === undefined) return [];
  const { name, namespace, labels, annotations } = resource.metadata ?? {};
  const metadata = [...path, "metadata"];
  const notes = annotationsOf(
    { sheet, path: [...metadata, "annotations"], texts: annotations },
    { sheet, path: [...metadata, "labels"], texts: labels },
  );
  return readGroup(resource.spec, {
    sheet,
    path: [...path, "spec"],
    keys: RESOURCE_KEYS,
    window,
    annotations: { ...notes, ...kept({ resource: name, namespace }) },
  });
}

function readGroup(group: SlothGroup, common: Omit<Group, "labels">): DraftSlo[] {
  const labels = { sheet: common.sheet, path: [...common.path, "labels"], texts: group.labels };
  const sorted = labelsOf(labels);
  const annotations = { ...common.annotations, ...annotationsOf({ ...labels, texts: sorted.others }) };
  const all: Group = { ...common, labels: sorted.labels, annotations };
  return group.slos.flatMap((slo, index) => readOne(slo, index, group.service, all) ?? []);
}

function readOne(slo: SlothSlo, index: number, service: string, group: Group): DraftSlo | undefined {
  const { sheet, keys } = group;
  const path = [...group.path, "slos", index];
  const sli = sliOf(slo, path, group);
  if (sli === undefined) return undefined;
  const own = labelsOf({ sheet, path: [...path, "labels"], texts: slo.labels });
  const others = annotationsOf({ sheet, path: [...path, "labels"], texts: own.others });
  const labels = { ...group.labels, ...own.labels };
  return {
    sheet,
    path,
    service: { text: service, path: [...group.path, "service"] },
    name: { text: slo.name, path: [...path, "name"] },
    fields: {
      ...sli,
      measurement_window: group.window,
      description: slo.description === "" ? undefined : slo.description,
      labels: unlessEmpty(labels),
      annotations: merged(group.annotations, others),
      alerting: alertingOf(slo, path, labels, group),
    },
    origins: {
      measurement_window: path,
      sli: [...path, "sli"],
      description: [...path, "description"],
      labels: [...path, "labels"],
      alerting: [...path, "alerting"],
      "alerting.page": [...path, "alerting", keys.page],
      "alerting.ticket": [...path, "alerting", keys.ticket],
    },
  };
}

function sliOf(slo: SlothSlo, path: Path, { sheet, keys }: Group): Record<string, unknown> | undefined {
  const { raw, events, plugin } = slo.sli;
  const sli = [...path, "sli"];
  if ([raw, events, plugin].filter((one) => one !== undefined).length !== 1) {
    sheet.fault(sli, "needs one of events, raw and plugin");
    return undefined;
  }
  if (plugin !== undefined) {
    const instead = `write its queries as events: ${keys.errors} and ${keys.total}`;
    sheet.leaveOut([...sli, "plugin"], "nines has no plugins of Sloth", `; ${instead}`);
    return undefined;
  }
  if (raw !== undefined) {
    const query = queryOf(raw[keys.errorRatio] ?? "", [...sli, "raw", keys.errorRatio], sheet);
    return query === undefined ? undefined : { kind: "error_rate", target: ceilingOf(slo.objective), sli: query };
  }
  const bad = queryOf(events?.[keys.errors] ?? "", [...sli, "events", keys.errors], sheet);
  const total = queryOf(events?.[keys.total] ?? "", [...sli, "events", keys.total], sheet);
  if (bad === undefined || total === undefined) return undefined;
  return { kind: "availability", target: slo.objective.percentText, sli: { bad, total } };
}

/** Undefined if it cannot be read; that is then told. */
function queryOf(query: string, path: Path, sheet: Sheet): string | undefined {
  const filled = promqlOf(query, path, sheet);
  if (filled?.hadWindow === false) sheet.report(path, "has no {{.window}}; it is taken as it is written");
  return filled?.text;
}

function alertingOf(slo: SlothSlo, path: Path, labels: Texts, { sheet, keys }: Group): object | undefined {
  const { alerting = {} } = slo;
  const name = alerting.name;
  const at = [...path, "alerting"];
  // Sloth's series have the SLO's labels, and so have the alerts that are made of them.
  const own = alertTexts({ sheet, path: [...at, "labels"], texts: alerting.labels });
  const annotations = { sheet, path: [...at, "annotations"], texts: alerting.annotations };
  return unlessEmpty(
    defined({
      name: name === "" ? undefined : name,
      labels: merged(labels, own),
      annotations: merged(alertTexts(annotations)),
      page: textsOf(alerting[keys.page], [...at, keys.page], sheet),
      ticket: textsOf(alerting[keys.ticket], [...at, keys.ticket], sheet),
    }),
  );
}

function textsOf(alert: unknown, path: Path, sheet: Sheet): false | object | undefined {
  if (!isMapping(alert)) return undefined;
  const { disable, labels, annotations } = alert as { disable?: boolean; labels?: Texts; annotations?: Texts };
  if (disable === true) {
    const lost = [labels === undefined ? "" : "labels", annotations === undefined ? "" : "annotations"];
    for (const key of lost.filter((one) => one !== "")) {
      sheet.report([...path, key], "is left out: these alerts are disabled");
    }
    return false;
  }
  return unlessEmpty(
    defined({
      labels: merged(alertTexts({ sheet, path: [...path, "labels"], texts: labels })),
      annotations: merged(alertTexts({ sheet, path: [...path, "annotations"], texts: annotations })),
    }),
  );
}

function ceilingOf(objective: Objective): string {
  return objective.complement().percentText;
}

function defined(fields: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}
