/** What alerting rules and the schedule of those on call show. */
import { durationText } from "../../core/time/duration-text.ts";
import { MILLISECONDS } from "../../core/time/duration.ts";
import { atOnce } from "../../core/thenable.ts";
import type { MaturityEvidence } from "../model.ts";
import type { AlertLike, OnCallLike, RulesLike } from "../sources.ts";

import { counted, type Look, partOf, untold } from "./look.ts";

const PAGES: ReadonlySet<unknown> = new Set(["page", "critical"]);
const RUNBOOKS = ["runbook_url", "runbook"];
const DASHBOARDS = ["dashboard_url", "dashboard", "__dashboardUid__"];
/** That many days of the schedule are looked at. */
const DAYS_AHEAD = 28;

/** Alerts of Prometheus. */
export const RULE_LOOK: Look = {
  source: "rules",
  criteria: ["paging", "dashboards", "burn_rate_alerts", "runbook_coverage"],
  find({ sources: { rules, slos, runbooks } }): MaturityEvidence {
    const alerts = alertsOf(rules);
    const paging = alerts.filter(pages);
    const covered = (alert: AlertLike): boolean =>
      isAnnotated(alert, RUNBOOKS) || atOnce(runbooks?.runbookFor(alert.alert)) !== undefined;
    const bare = alerts.filter((alert) => !covered(alert));
    const linked = alerts.filter((alert) => isAnnotated(alert, DASHBOARDS)).length;
    const lacking = [...new Set(bare.map(({ alert }) => alert))];
    const have = (what: string) => ({ one: "alert", has: `has ${what}`, have: `have ${what}` });
    const words = { one: "alert", has: "pages somebody", have: "page somebody" };
    const { text } = partOf(paging.length, alerts.length, words);
    const none = { share: 0, text: "there is no alerting rule" };
    return {
      paging: alerts.length === 0 ? none : { share: paging.length > 0 ? 1 : 0.5, text },
      // Dashboards that no alert names may be there all the same.
      ...(linked === 0 ? {} : { dashboards: partOf(linked, alerts.length, have("a dashboard")) }),
      burn_rate_alerts: burning(alerts, slos),
      runbook_coverage:
        alerts.length === 0
          ? untold("there is no alert that could have a runbook")
          : partOf(alerts.length - bare.length, alerts.length, { ...have("a runbook"), lacking }),
    };
  },
};

/** By its severity, or by its tier: `severity` may be a word of the house that receives it. */
function pages({ labels }: AlertLike): boolean {
  return PAGES.has(labels?.severity) || PAGES.has(labels?.sloth_severity) || String(labels?.tier).startsWith("page");
}

/** The SLO whose pace it alerts on, as nines and Sloth write it: its id, or that of Sloth; undefined if it is no such alert. */
function watchedBy({ labels, expr = "" }: AlertLike): string | undefined {
  if (labels?.factor !== undefined) return labels.slo;
  if (labels?.sloth_severity === undefined) return undefined;
  const named = (name: string): string | undefined =>
    labels[name] ?? new RegExp(`\\b${name}="([^"]*)"`).exec(expr)?.[1];
  const [service, slo] = [named("sloth_service"), named("sloth_slo")];
  // Two SLOs can have one `sloth_id`.
  return service === undefined || slo === undefined ? named("sloth_id") : `${service}/${slo}`;
}

/** Which SLOs have an alert on the pace of their own. */
function burning(
  alerts: readonly AlertLike[],
  slos: { readonly slos: readonly { readonly id: string }[] } | undefined,
): MaturityEvidence[string] {
  const watched = new Set(alerts.flatMap((alert) => watchedBy(alert) ?? []));
  if (slos === undefined)
    return untold(
      `${counted(watched.size, "SLO has such alerts", "SLOs have such alerts")}; the SLOs were not handed in`,
    );
  const missing = slos.slos
    .filter(({ id }) => !watched.has(id) && !watched.has(id.replace("/", "-")))
    .map(({ id }) => id);
  if (slos.slos.length === 0) return { share: 0, text: "there is no SLO that could alert" };
  // Other tools write other labels: nothing that can be read proves nothing.
  if (watched.size === 0 && alerts.length > 0)
    return untold(
      `none of ${counted(alerts.length, "alert")} can be read as one on the burn rate, of nines or of Sloth`,
    );
  const what = "alerts on the burn rate";
  const words = { one: "SLO", has: `has ${what}`, have: `have ${what}`, lacking: missing };
  return partOf(slos.slos.length - missing.length, slos.slos.length, words);
}

/** Whether somebody is on call in the four weeks to come. */
export const ON_CALL_LOOK: Look = {
  source: "onCall",
  criteria: ["on_call"],
  async find({ at, sources: { onCall } }) {
    const lengthMs = DAYS_AHEAD * MILLISECONDS.d;
    // A schedule of others may answer anything, and no list is no proof that there are no gaps.
    const gaps = await Promise.resolve<unknown>(onCall?.gaps({ start: at, end: at + lengthMs }));
    if (!Array.isArray(gaps)) return { on_call: untold("the schedule has answered nonsense") };
    const emptyMs = (gaps as ReturnType<OnCallLike["gaps"]>).reduce((sum, { from, until }) => sum + (until - from), 0);
    const weeks = `the next ${String(DAYS_AHEAD)} days`;
    const text =
      emptyMs === 0
        ? `somebody is on call in all of ${weeks}`
        : `nobody is on call for ${durationText(emptyMs)} of ${weeks}`;
    return { on_call: { share: Math.max(0, 1 - emptyMs / lengthMs), text } };
  },
};

/** The groups of rules, or of a manifest of the Prometheus operator; undefined if there is no list of them. */
export function groupsOf(rules: unknown): RulesLike["groups"] | undefined {
  const { groups, spec } = (rules ?? {}) as { readonly groups?: unknown; readonly spec?: Partial<RulesLike> | null };
  const found = groups ?? spec?.groups;
  return Array.isArray(found) ? (found as RulesLike["groups"]) : undefined;
}

function alertsOf(rules: unknown): readonly AlertLike[] {
  const groups = groupsOf(rules);
  if (groups === undefined) throw new TypeError("there is no list of groups");
  return groups.flatMap((group) => group.rules.filter((rule) => "alert" in rule));
}

function isAnnotated({ annotations = {} }: AlertLike, names: readonly string[]): boolean {
  return names.some((name) => (annotations[name] ?? "") !== "");
}
