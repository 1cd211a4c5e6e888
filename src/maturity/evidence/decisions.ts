/** What policies, the gate and chaos runs show. */
import { durationText } from "../../core/time/duration-text.ts";
import { MILLISECONDS } from "../../core/time/duration.ts";
import { dateIn } from "../../core/time/time-text.ts";
import { atOnce } from "../../core/thenable.ts";

import { counted, type Look, LOOK_BACK_DAYS, partOf, untold } from "./look.ts";

/** A name that no service has: what it is under is the default. */
const NOBODY = "\u0000no service";
/** What nines itself decides by, where nobody has chosen. */
const UNCHOSEN = "conservative";
/** Three stretches of thirty days. */
const MONTHS = 3;
const MONTH_MS = 30 * MILLISECONDS.d;
/** What dry runs alone count. */
const DRY = 0.25;
/** Outcomes of runs in which something was struck. */
const STRUCK: ReadonlySet<string> = new Set(["completed", "aborted"]);

/** Whether somebody has chosen what happens when a budget is spent. */
export const POLICY_LOOK: Look = {
  source: "policies",
  criteria: ["budget_policy"],
  find({ sources: { policies, services, slos } }) {
    const asked = services ?? slos?.services;
    if (policies === undefined || asked === undefined || asked.length === 0) {
      return { budget_policy: untold("nobody has told which services there are") };
    }
    const fallback = atOnce(policies.policyFor(NOBODY));
    const missing = asked.filter((service) => {
      const policy = atOnce(policies.policyFor(service));
      return policy === fallback && policy.name === UNCHOSEN;
    });
    const audited = counted(atOnce(policies.auditEntries()).length, "entry", "entries");
    const what = { has: "is under a policy that was chosen", have: "are under a policy that was chosen" };
    const words = { one: "service", ...what, lacking: missing, rest: `; ${audited} in the audit log` };
    return { budget_policy: partOf(asked.length - missing.length, asked.length, words) };
  },
};

/** Whether anybody asks the gate. A process that has just begun has heard nothing yet. */
export const GATE_LOOK: Look = {
  source: "gate",
  criteria: ["release_gate"],
  find({ at, from, asked }) {
    if (asked === undefined) return {};
    const { since, count, lastAt } = asked;
    if (lastAt !== undefined && lastAt >= from) {
      const text = `the gate was asked ${counted(count, "time")} since ${dateIn("UTC", since)}, last on ${dateIn("UTC", lastAt)}`;
      return { release_gate: { share: 1, text } };
    }
    const text = `nobody has asked the gate in the last ${durationText(Math.max(0, at - since))}`;
    return { release_gate: since <= from ? { share: 0, text } : untold(text) };
  },
};

/** What was broken on purpose. A dry run is a beginning. */
export const CHAOS_LOOK: Look = {
  source: "chaos",
  criteria: ["chaos_run", "chaos_regular"],
  find({ at, from, sources: { chaos } }) {
    const history = (chaos?.history ?? []).filter(({ startedAt, endedAt }) => startedAt >= from && endedAt <= at);
    const runs = history.filter(({ outcome }) => STRUCK.has(outcome));
    const dry = history.some(({ outcome }) => outcome === "dry_run");
    const months = Array.from({ length: MONTHS }, (_, index) => {
      return runs.some(({ endedAt }) => Math.floor((at - endedAt) / MONTH_MS) === index);
    }).filter(Boolean).length;
    const days = `in the last ${String(LOOK_BACK_DAYS)} days`;
    if (runs.length === 0) {
      // Runners remember no runs of earlier processes: nothing there proves nothing.
      const none = untold(`no experiment ${days} that the runner remembers`);
      return { chaos_run: dry ? { share: DRY, text: `nothing but dry runs ${days}` } : none, chaos_regular: none };
    }
    const ago = durationText(at - Math.max(...runs.map(({ endedAt }) => endedAt)));
    return {
      chaos_run: { share: 1, text: `${counted(runs.length, "experiment")} ${days}, the last ${ago} ago` },
      chaos_regular: {
        share: months / MONTHS,
        text: `an experiment in ${String(months)} of the last ${String(MONTHS)} stretches of 30 days`,
      },
    };
  },
};
