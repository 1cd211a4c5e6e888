/** Level 1: one can see that something is wrong, and people need not do everything by hand. */
import type { MaturityCriterion } from "../model.ts";

/** What it asks for. */
export const BASIC_CRITERIA: readonly MaturityCriterion[] = [
  {
    id: "golden_signals",
    area: "monitoring",
    level: 1,
    required: true,
    weight: 4,
    question: "Are latency, traffic, errors and saturation of every service measured?",
    advice: "Mount the middleware of nines in each service, and add a gauge for what can run full.",
    docs: "docs/signals.md",
  },
  {
    id: "dashboards",
    area: "monitoring",
    level: 1,
    weight: 2,
    question: "Is there one page for each service on which anybody sees how it is?",
    advice: "Give each service a dashboard of its golden signals, and name it in its alerts.",
    docs: "docs/signals.md",
  },
  {
    id: "paging",
    area: "alerting",
    level: 1,
    required: true,
    weight: 4,
    question: "Does a machine wake somebody when users are hurt, before they have to tell you?",
    advice: "Generate alerting rules from the SLOs, and route the severity that pages to whoever is on call.",
    docs: "docs/rules.md",
  },
  {
    id: "on_call",
    area: "alerting",
    level: 1,
    weight: 2,
    question: "Is somebody on call at every hour that you promise?",
    advice: "Keep a schedule without gaps, with somebody to stand in.",
    docs: "docs/response.md",
  },
  {
    id: "release_pipeline",
    area: "releases",
    level: 1,
    required: true,
    weight: 3,
    question: "Is every release tested, built and deployed by a pipeline, and never by hand?",
    advice: "Put the steps of a release into a pipeline, and take the rights to do without it away.",
  },
  {
    id: "restores",
    area: "resilience",
    level: 1,
    weight: 3,
    question: "Was data restored from a backup within the last half year, to see that it can be?",
    advice: "Restore a backup into an empty system, take the time, and do it again every quarter.",
  },
];
