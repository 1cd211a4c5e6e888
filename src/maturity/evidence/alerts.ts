/** What alerting rules and the schedule of those on call show. */
import { durationText } from "../../core/duration-text.ts";
import { MILLISECONDS } from "../../core/duration.ts";
import type { MaturityEvidence } from "../model.ts";
import type { AlertLike, RulesLike } from "../sources.ts";

import { counted, type Look, partOf, untold } from "./look.ts";

const PAGES: ReadonlySet<string> = new Set(["page", "critical"]);
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
    const paging = alerts.filter(({ labels }) => PAGES.has(labels?.severity ?? labels?.sloth_severity ?? ""));
    const covered = (alert: AlertLike): boolean =>
      isAnnotated(alert, RUNBOOKS) || runbooks?.runbookFor(alert.alert) !== undefined;
    const bare = alerts.filter((alert) => !covered(alert));
    const linked = alerts.filter((alert) => isAnnotated(alert, DASHBOARDS)).length;
    const lacking = [...new Set(bare.map(({ alert }) => alert))];
    const have = (what: string) => ({ one: "alert", has: `has ${what}`, have: `have ${what}` });
    const pages = partOf(paging.length, alerts.length, { one: "alert", has: "pages somebody", have: "page somebody" });
    const none = { share: 0, text: "there is no alerting rule" };
    return {
      paging: alerts.length === 0 ? none : { share: paging.length > 0 ? 1 : 0.5, text: pages.text },
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

/** An alert on the pace names the SLO, and the factor or a tool's own label. */
function burning(
  alerts: readonly AlertLike[],
  slos: { readonly slos: readonly { readonly id: string }[] } | undefined,
): MaturityEvidence[string] {
  const watched = new Set(alerts.flatMap(({ labels = {} }) => (labels.factor === undefined ? [] : [labels.slo])));
  if (slos === undefined)
    return untold(
      `${counted(watched.size, "SLO has such alerts", "SLOs have such alerts")}; the SLOs were not handed in`,
    );
  const missing = slos.slos.filter(({ id }) => !watched.has(id)).map(({ id }) => id);
  if (slos.slos.length === 0) return { share: 0, text: "there is no SLO that could alert" };
  const what = "alerts on the burn rate";
  const words = { one: "SLO", has: `has ${what}`, have: `have ${what}`, lacking: missing };
  return partOf(slos.slos.length - missing.length, slos.slos.length, words);
}

/** Whether somebody is on call in the four weeks to come. */
export const ON_CALL_LOOK: Look = {
  source: "onCall",
  criteria: ["on_call"],
  find({ at, sources: { onCall } }) {
    const lengthMs = DAYS_AHEAD * MILLISECONDS.d;
    const gaps = onCall?.gaps({ start: at, end: at + lengthMs }) ?? [];
    const emptyMs = gaps.reduce((sum, { from, until }) => sum + (until - from), 0);
    const weeks = `the next ${String(DAYS_AHEAD)} days`;
    const text =
      emptyMs === 0
        ? `somebody is on call in all of ${weeks}`
        : `nobody is on call for ${durationText(emptyMs)} of ${weeks}`;
    return { on_call: { share: Math.max(0, 1 - emptyMs / lengthMs), text } };
  },
};

function alertsOf(rules: RulesLike | undefined): readonly AlertLike[] {
  return (rules?.groups ?? []).flatMap((group) => group.rules.filter((rule) => "alert" in rule));
}

function isAnnotated({ annotations = {} }: AlertLike, names: readonly string[]): boolean {
  return names.some((name) => (annotations[name] ?? "") !== "");
}
