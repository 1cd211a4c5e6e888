/** Reads OpenSLO v1. */
import { show } from "../../core/errors.ts";
import type { Path } from "../../core/faults.ts";
import { type SloKind, SLO_KINDS } from "../../slo/model.ts";
import type { DraftSlo } from "./draft.ts";
import { kept, merged } from "./kept.ts";
import { annotationsOf, labelsOf, type Texts } from "./labels.ts";
import { dnsLabel } from "./names.ts";
import { alertingOf } from "./openslo-alerts.ts";
import { readShorthand, writeShorthand } from "./openslo-duration.ts";
import { measureOf } from "./openslo-measure.ts";
import { indicatorName, namesOf, shortTitle } from "./openslo-names.ts";
import { Notes } from "./openslo-notes.ts";
import { type Found, OpenSloObjects } from "./openslo-objects.ts";
import type { SliObject, SloObjective } from "./openslo-types.ts";
import { objectiveFields, objectiveNames, writtenTarget } from "./openslo-objective.ts";
import { windowOf } from "./openslo-window.ts";
import { msOf } from "./openslo-slices.ts";
import type { Sheet, Source } from "./sheet.ts";

type FoundSlo = Found<"SLO">;

/** The SLOs of the documents of a text. */
export function readOpenSlo(sources: readonly Source[], usualWindow: string): readonly DraftSlo[] {
  const objects = new OpenSloObjects(sources);
  const drafts = objects.all("SLO").flatMap((found) => readSlo(found, objects, usualWindow));
  objects.reportIdle();
  return drafts;
}

function readSlo(found: FoundSlo, objects: OpenSloObjects, usualWindow: string): DraftSlo[] {
  const { sheet, path, object } = found;
  const { metadata, spec } = object;
  const at = [...path, "metadata"];
  const notes = new Notes(metadata.annotations, [...at, "annotations"], sheet);
  const service = notes.exactly("service", spec.service, dnsLabel);
  const name = notes.exactly("name", metadata.name, (note) =>
    namesOf(service, note).find((label) => label === metadata.name),
  );
  const window = spec.timeWindow?.[0] === undefined ? usualWindow : measurementWindow(found, notes);
  const kind = kindOf(notes, sheet);
  const common = commonFields(found, notes, objects);
  const names = objectiveNames(name, spec.objectives);
  const isComposite = spec.objectives.some((one) => (one.indicator ?? one.indicatorRef) !== undefined);
  if (isComposite)
    sheet.report([...path, "spec", "objectives"], "are SLOs of their own here; nines does not combine them");
  const drafts = spec.objectives.flatMap((objective, index) => {
    const where = [...path, "spec", "objectives", index];
    const sli = sliOf(objective, where, found, objects);
    const target = writtenTarget(objective, where, sheet);
    if (sli === undefined || target === undefined || window === undefined) return [];
    const measure = measureOf({ sheet: sli.sheet, path: [...sli.path, "spec"], spec: sli.object.spec, objects });
    if (measure === undefined) return [];
    const own = objectiveFields({
      sheet,
      path: where,
      objective,
      target,
      measure,
      kind,
      notes,
      method: spec.budgetingMethod,
      specPath: [...path, "spec"],
    });
    if (own === undefined) return [];
    const alerting = alertingOf({
      ...{ sheet, path: [...path, "spec", "alertPolicies"], policies: spec.alertPolicies },
      ...{ notes, objects, window, objective: target },
    });
    const draft: DraftSlo = {
      ...{ sheet, path: spec.objectives.length === 1 ? path : where },
      service: { text: service, path: [...path, "spec", "service"] },
      name: { text: names[index] ?? name, path: [...at, "name"] },
      fields: {
        ...own.fields,
        measurement_window: window,
        ...common.fields,
        annotations: withMore(common.annotations, { ...sli.notes, ...kept({ objective: objective.displayName }) }),
        alerting,
      },
      origins: { ...originsOf(found, notes), ...own.origins, sli: sli.path },
    };
    return [draft];
  });
  notes.reportUntaken();
  return drafts;
}

function measurementWindow({ sheet, path, object }: FoundSlo, notes: Notes): string | object | undefined {
  const [written] = object.spec.timeWindow ?? [];
  const at = [...path, "spec", "timeWindow", 0];
  const length = readShorthand(written?.duration ?? "");
  if (written === undefined || length === undefined || length.count === 0) {
    const allowed = "write a whole number with m, h, d, w, M, Q or Y, such as 30d";
    sheet.fault([...at, "duration"], `${show(written?.duration)} is not a duration of OpenSLO; ${allowed}`);
    return undefined;
  }
  const { isRolling, calendar } = written;
  const window = windowOf({ sheet, path: at, lengthPath: [...at, "duration"], length, isRolling, calendar });
  if (calendar !== undefined) return window;
  const exact = notes.exactly("window", written.duration, abbreviated);
  return exact === written.duration ? window : exact;
}

function abbreviated(note: string): string | undefined {
  const ms = msOf(note);
  return ms === undefined ? undefined : writeShorthand(ms);
}

function kindOf(notes: Notes, sheet: Sheet): SloKind | undefined {
  const note = notes.take("kind");
  const kind = SLO_KINDS.find((known) => known === note);
  if (note !== undefined && kind === undefined) {
    sheet.fault(notes.pathOf("kind"), `${show(note)} is not a kind; allowed: ${SLO_KINDS.join(", ")}`);
  }
  return kind;
}

/** What is undefined, or has no entries, is left as it is where there is nothing to add. */
function withMore(texts: Texts | undefined, more: Texts): Texts | undefined {
  return Object.keys(more).length === 0 ? texts : { ...texts, ...more };
}

interface CommonFields {
  readonly fields: Readonly<Record<string, unknown>>;
  readonly annotations: Texts | undefined;
}

function commonFields({ sheet, path, object }: FoundSlo, notes: Notes, objects: OpenSloObjects): CommonFields {
  const { metadata, spec } = object;
  const at = [...path, "metadata"];
  const sorted = labelsOf({ sheet, path: [...at, "labels"], texts: metadata.labels });
  const annotations = annotationsOf(
    { sheet, path: [...at, "annotations"], texts: notes.rest },
    { sheet, path: [...at, "labels"], texts: sorted.others },
  );
  const service = objects.find("Service", spec.service)?.object;
  const title = metadata.displayName === "" ? undefined : metadata.displayName;
  const events = notes.take("minimum-events");
  return {
    fields: {
      title: title === undefined ? notes.take("title") : notes.exactly("title", title, shortTitle),
      description: spec.description === "" ? undefined : spec.description,
      labels: withNote(merged(sorted.labels), notes.mapping("labels")),
      minimum_events: events === undefined || !/^\d{1,15}$/.test(events) ? events : Number(events),
      select: notes.mapping("select"),
    },
    annotations: withNote(
      merged(
        annotations,
        kept({ "service-title": service?.metadata.displayName, "service-description": service?.spec?.description }),
      ),
      notes.mapping("annotations"),
    ),
  };
}

/** Texts, with those of a note, which may also say that there are none. */
function withNote(texts: Texts | undefined, note: Readonly<Record<string, unknown>> | undefined): Texts | undefined {
  return note === undefined ? texts : { ...texts, ...(note as Texts) };
}

interface FoundSli {
  readonly sheet: Sheet;
  readonly path: Path;
  readonly object: SliObject;
  readonly notes: Texts;
}

/** The indicator of an objective: its own, or that of its SLO. */
function sliOf(objective: SloObjective, where: Path, slo: FoundSlo, objects: OpenSloObjects): FoundSli | undefined {
  const { sheet, object } = slo;
  const isOwn = (objective.indicator ?? objective.indicatorRef) !== undefined;
  const { indicator, indicatorRef } = isOwn ? objective : object.spec;
  const at = isOwn ? where : [...slo.path, "spec"];
  if (isOwn && (object.spec.indicator ?? object.spec.indicatorRef) !== undefined) {
    sheet.fault(at, "has an indicator, and its SLO has one too; write either");
  }
  if ((indicator === undefined) === (indicatorRef === undefined)) {
    sheet.fault([...at, "indicator"], "needs one of indicator and indicatorRef");
    return undefined;
  }
  if (indicatorRef !== undefined) {
    const sli = objects.refer("SLI", indicatorRef, { sheet, path: [...at, "indicatorRef"] });
    const found = sli?.object as SliObject | undefined;
    return sli && found && { sheet: sli.sheet, path: sli.path, object: found, notes: notesOf(found, undefined) };
  }
  if (indicator === undefined) return undefined;
  return { sheet, path: [...at, "indicator"], object: indicator, notes: notesOf(indicator, object.metadata.name) };
}

/** What an SLI says for people. The name of an inline one that is only its SLO's is not worth keeping. */
function notesOf({ metadata, spec }: SliObject, slo: string | undefined): Texts {
  const name = slo === undefined || metadata?.name === indicatorName(slo) ? undefined : metadata?.name;
  const title = metadata?.displayName;
  return kept({ indicator: name, "indicator-title": title, "indicator-description": spec.description });
}

function originsOf({ path }: FoundSlo, notes: Notes): Record<string, Path> {
  const metadata = [...path, "metadata"];
  const spec = [...path, "spec"];
  return {
    title: [...metadata, "displayName"],
    description: [...spec, "description"],
    labels: [...metadata, "labels"],
    annotations: [...metadata, "annotations"],
    alerting: notes.take("alerting") === undefined ? [...spec, "alertPolicies"] : notes.pathOf("alerting"),
    select: notes.pathOf("select"),
    minimum_events: notes.pathOf("minimum-events"),
    measurement_window: [...spec, "timeWindow", 0, "duration"],
    "measurement_window.time_zone": [...spec, "timeWindow", 0, "calendar", "timeZone"],
  };
}
