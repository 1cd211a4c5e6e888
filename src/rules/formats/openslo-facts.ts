/** The burn-rate alerts of an SLO as policies of OpenSLO state them, whichever SLO of nines they come from. */
import { show } from "../../core/errors.ts";
import type { Path } from "../../core/faults.ts";
import { nominalMs } from "../../budget/tiers.ts";
import type { Objective } from "../../core/objective.ts";
import type { Window } from "../../core/time/window.ts";
import type { BurnSeverity, SloAlerting } from "../../slo/alerting.ts";
import { tiersFor } from "../../budget/slo-tiers.ts";
import { fitTierName } from "./names.ts";
import { writeShorthand } from "./openslo-duration.ts";
import { NOTE_PREFIX } from "./openslo-notes.ts";
import type { OpenSloObjects } from "./openslo-objects.ts";
import type { AlertCondition, AlertPolicy, OpenSloObject } from "./openslo-types.ts";
import type { Sheet } from "./sheet.ts";

/** The annotation of a policy that has the name of its tier in nines. */
export const TIER_NOTE: string = `${NOTE_PREFIX}tier`;

/** The annotation of a notification target that nines has written. */
export const TARGET_NOTE: string = `${NOTE_PREFIX}severity`;

/** Four scrapes of 15 s: look-backs are at least as long. */
const LEAST_LOOK_BACK_MS = 60_000;

/** One alert. */
export interface AlertFact {
  readonly name: string;
  readonly severity: string;
  readonly threshold: number;
  readonly lookbackWindow: string;
  readonly alertAfter: string;
  readonly noData: boolean;
}

/** One that is read, and where it stands. */
export interface PlacedFact extends AlertFact {
  readonly sheet: Sheet;
  /** Of the condition. */
  readonly path: Path;
  readonly hasName: boolean;
}

/** What nines' own alerts would be. */
export function factsOf(slo: { window: Window; objective: Objective; alerting: SloAlerting }): AlertFact[] {
  const { objective, alerting } = slo;
  const question = { windowMs: nominalMs(slo.window), objective, alerting, leastMs: LEAST_LOOK_BACK_MS };
  return tiersFor(question).tiers.map(({ name, severity, factor, longMs, shortMs }) => ({
    name,
    severity,
    threshold: factor,
    lookbackWindow: writeShorthand(longMs),
    alertAfter: writeShorthand(shortMs),
    noData: alerting.noData === severity,
  }));
}

/** Whether both say the same. */
export function sameFacts(one: readonly AlertFact[], other: readonly AlertFact[]): boolean {
  const shown = (facts: readonly AlertFact[]): string =>
    JSON.stringify(
      facts.map((fact) => [
        fact.name,
        fact.severity,
        fact.threshold,
        fact.lookbackWindow,
        fact.alertAfter,
        fact.noData,
      ]),
    );
  return shown(one) === shown(other);
}

/** The alerts of an SLO's `alertPolicies`. */
export function factsFrom(
  policies: OpenSloObject<"SLO">["spec"]["alertPolicies"],
  at: { readonly sheet: Sheet; readonly path: Path },
  objects: OpenSloObjects,
): PlacedFact[] {
  return (policies ?? []).flatMap((written, index) => {
    const path = [...at.path, index];
    const ref = typeof written === "string" ? written : written.alertPolicyRef;
    if (ref === undefined) return factsOfPolicy({ policy: written as AlertPolicy, sheet: at.sheet, path }, objects);
    const refPath = typeof written === "string" ? path : [...path, "alertPolicyRef"];
    if (typeof written === "object" && (written.spec ?? written.metadata) !== undefined) {
      at.sheet.fault(path, "has alertPolicyRef beside a policy of its own; write one of them");
    }
    const found = objects.refer("AlertPolicy", ref, { sheet: at.sheet, path: refPath });
    return found === undefined ? [] : factsOfPolicy({ ...found, policy: found.object as AlertPolicy }, objects);
  });
}

interface PlacedPolicy {
  readonly policy: AlertPolicy;
  readonly sheet: Sheet;
  readonly path: Path;
}

function factsOfPolicy(placed: PlacedPolicy, objects: OpenSloObjects): PlacedFact[] {
  const { policy, sheet, path } = placed;
  const at = [...path, "spec"];
  const { spec } = policy;
  if (spec === undefined) {
    sheet.fault(at, "is missing; write the policy's conditions, or alertPolicyRef instead of the policy");
    return [];
  }
  const tier = tierNote(policy.metadata?.annotations, [...path, "metadata", "annotations"], sheet);
  if (spec.alertWhenResolved === true) {
    sheet.report([...at, "alertWhenResolved"], "is not used; Alertmanager tells of the end by `send_resolved`");
  }
  reportTargets(placed, objects);
  if (spec.alertWhenBreaching === false) {
    sheet.report([...at, "alertWhenBreaching"], "is false, so this policy has no burn-rate alert and is left out");
    return [];
  }
  return spec.conditions.flatMap((condition, index) => {
    const own = { condition, sheet, path: [...at, "conditions", index] };
    const fact = factOf(own, objects);
    if (fact === undefined) return [];
    const names = [...new Set([policy.metadata?.name, fact.name])].filter((one) => one !== undefined);
    if (tier !== undefined && names.length > 1) {
      fact.sheet.report([...fact.path, "metadata", "name"], `has no meaning beside ${TIER_NOTE}`);
    }
    const name = tier ?? (names.length === 0 ? `tier-${String(index + 1)}` : names.join("_"));
    return [{ ...fact, name, hasName: tier !== undefined, noData: spec.alertWhenNoData ?? false }];
  });
}

type ReadFact = Omit<PlacedFact, "name" | "noData" | "hasName"> & { readonly name: string | undefined };

function factOf(
  { condition, sheet, path }: { condition: AlertCondition; sheet: Sheet; path: Path },
  objects: OpenSloObjects,
): ReadFact | undefined {
  if (condition.conditionRef !== undefined) {
    if ((condition.spec ?? condition.metadata) !== undefined) {
      sheet.fault(path, "has conditionRef beside a condition of its own; write one of them");
    }
    const found = objects.refer("AlertCondition", condition.conditionRef, { sheet, path: [...path, "conditionRef"] });
    if (found === undefined) return undefined;
    return factOf({ condition: found.object as AlertCondition, sheet: found.sheet, path: found.path }, objects);
  }
  const { spec, metadata } = condition;
  tierNote(metadata?.annotations, [...path, "metadata", "annotations"], sheet);
  if (spec === undefined) {
    sheet.fault([...path, "spec"], "is missing; write the condition, or conditionRef instead of it");
    return undefined;
  }
  const { kind = "burnrate", op = "gt", threshold, lookbackWindow, alertAfter = "0m" } = spec.condition;
  const at = [...path, "spec", "condition"];
  if (kind !== "burnrate") {
    sheet.report([...at, "kind"], `nines alerts on burn rates, and not on ${show(kind)}; the condition is left out`);
    return undefined;
  }
  if (op === "lt" || op === "lte") {
    sheet.report([...at, "op"], "nines alerts when a budget burns faster than a threshold; the condition is left out");
    return undefined;
  }
  if (op === "gte") sheet.report([...at, "op"], "nines alerts above the threshold, and not at it");
  return { name: metadata?.name, severity: spec.severity, threshold, lookbackWindow, alertAfter, sheet, path };
}

function tierNote(
  annotations: Readonly<Record<string, string>> | undefined,
  path: Path,
  sheet: Sheet,
): string | undefined {
  for (const name of Object.keys(annotations ?? {})) {
    if (name !== TIER_NOTE) {
      sheet.report([...path, name], "is not used; write annotations of alerts as `alerting.annotations` of the SLO");
    }
  }
  const note = annotations?.[TIER_NOTE];
  if (note === undefined || note === fitTierName(note)) return note;
  sheet.fault([...path, TIER_NOTE], `${show(note)} is no name of a tier; use small letters, digits, _ and -`);
  return undefined;
}

function reportTargets({ policy, sheet, path }: PlacedPolicy, objects: OpenSloObjects): void {
  policy.spec?.notificationTargets?.forEach((target, index) => {
    const { targetRef } = target;
    const found = typeof targetRef === "string" ? objects.find("AlertNotificationTarget", targetRef) : undefined;
    const at = [...path, "spec", "notificationTargets", index];
    const instead = "nines notifies nobody itself; route its alerts by the label `severity` in Alertmanager";
    const isOwn = found !== undefined && isOwnTarget(found.object);
    if (!isOwn || Object.keys(target).length > 1) sheet.report(at, instead);
    if (found !== undefined && !isOwn) found.sheet.report(found.path, instead);
  });
}

/** The notification target that nines writes for a severity, since OpenSLO asks for one. */
export function ownTarget(severity: BurnSeverity): OpenSloObject<"AlertNotificationTarget"> {
  return {
    apiVersion: "openslo/v1",
    kind: "AlertNotificationTarget",
    metadata: { name: `nines-${severity}`, annotations: { [TARGET_NOTE]: severity } },
    spec: { target: severity },
  };
}

function isOwnTarget(object: OpenSloObject<"AlertNotificationTarget">): boolean {
  return (["page", "ticket"] as const).some((severity) => isSame(object, ownTarget(severity)));
}

function isSame(
  one: OpenSloObject<"AlertNotificationTarget">,
  other: OpenSloObject<"AlertNotificationTarget">,
): boolean {
  const shown = ({ metadata, spec }: typeof one): string =>
    JSON.stringify([
      metadata.name,
      metadata.displayName,
      metadata.labels,
      metadata.annotations,
      spec?.target,
      spec?.description,
    ]);
  return shown(one) === shown(other);
}
