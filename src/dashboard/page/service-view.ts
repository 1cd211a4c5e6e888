/** One service: what is decided about it, its signals, its SLOs and what happened. */
import type {
  DashboardCapacity,
  DashboardGate,
  DashboardPolicy,
  DashboardService,
  DashboardSignals,
} from "../model.ts";
import { durationText } from "../../core/time/duration-text.ts";
import { plain } from "../../core/figures.ts";

import { badge, loadBar, moment, outward, section, sentences, term } from "./bits.ts";
import { capacityCharts, signalCharts } from "./charts/index.ts";
import { rowsOf } from "./filter.ts";
import { markList } from "./mark-list.ts";
import { marksOf } from "./marks.ts";
import { drawn, h, type ElementPart, type Part } from "./parts.ts";
import { sloTable } from "./slo-table.ts";
import type { PageState } from "./state.ts";
import { missing, viewHead } from "./view-head.ts";
import {
  DECISION_WORDS,
  GATE_WORDS,
  latencyText,
  lineText,
  perSecondText,
  ratioText,
  safeUrl,
  TONES,
} from "./words.ts";

/** From these shares on a resource attracts the eye. */
const FULL = 0.9;
const FILLING = 0.75;

export function serviceView({ snapshot }: PageState, name: string): readonly Part[] {
  const service = snapshot?.services.find((one) => one.name === name);
  if (snapshot === undefined || service === undefined) return missing("service", name, snapshot === undefined);
  const { policy, gate, signals, capacity = [] } = service;
  const rows = rowsOf(service);
  const marks = marksOf(snapshot.marks, name);
  return [
    viewHead({
      ...{ path: [], name, verdict: service.verdict, reasons: service.reasons },
      about: [service.failure === undefined && h("p.line", {}, lineText(service))],
    }),
    logs(service),
    service.failure !== undefined &&
      h("p.failed", { key: "failed" }, "Nothing can be told of it: ", h("span", {}, service.failure)),
    (policy !== undefined || gate !== undefined) &&
      h(
        "div.pair",
        { key: "decided" },
        policy !== undefined && policyCard(policy),
        gate !== undefined && gateCard(gate),
      ),
    signals !== undefined && signalsCard(name, signals, snapshot.at),
    section(
      "slos",
      "SLOs",
      rows.length === 0
        ? h("p.none", {}, "It has no SLO that could be told.")
        : sloTable(name, rows, snapshot.at, { headed: true }),
    ),
    capacity.length > 0 && capacityCard(capacity, snapshot.at),
    section("marks", "What happened", marks.length === 0 ? h("p.none", {}, "Nothing that is known.") : markList(marks)),
  ].filter((part) => part !== false);
}

function logs({ logsUrl }: DashboardService): ElementPart | false {
  if (logsUrl === undefined) return false;
  return h(
    "p.logs",
    { key: "logs" },
    safeUrl(logsUrl) === undefined ? `Logs: ${logsUrl}` : outward(logsUrl, "Look at its logs"),
  );
}

function policyCard({ decision, since, reasons, recommendations, override }: DashboardPolicy): ElementPart {
  return section(
    "policy",
    "Policy",
    h("p.decided", {}, badge(TONES[decision], DECISION_WORDS[decision]), h("span.when", {}, "since ", moment(since))),
    override !== undefined && h("p.override", {}, h("strong", {}, "Overridden: "), override),
    sentences(reasons),
    recommendations.length > 0 && h("p.advice", {}, "What to do"),
    sentences(recommendations),
  );
}

function gateCard({ verdict, allowed, policy, reasons }: DashboardGate): ElementPart {
  return section(
    "gate",
    "Gate",
    h(
      "p.decided",
      {},
      badge(TONES[verdict], GATE_WORDS[verdict]),
      h("span.when", {}, allowed ? "a release may go out" : "no release goes out"),
    ),
    h("p.about", {}, `Policy ${policy}`),
    sentences(reasons),
  );
}

function signalsCard(name: string, signals: DashboardSignals, at: number): ElementPart {
  const { windowMs, requestsPerSecond, errorRatio, p50Ms, p95Ms, p99Ms, saturation } = signals;
  const resources = Object.entries(saturation);
  return section(
    "signals",
    "Golden signals",
    h("p.about", {}, `Over the last ${durationText(windowMs)}`),
    h(
      "dl.figures",
      {},
      term("Traffic", perSecondText(requestsPerSecond)),
      term("Errors", ratioText(errorRatio)),
      term("Latency, p50", latencyText(p50Ms)),
      term("Latency, p95", latencyText(p95Ms)),
      term("Latency, p99", latencyText(p99Ms)),
    ),
    resources.length > 0 && h("h4", {}, "Saturation"),
    resources.length > 0 && h("dl.loads", {}, ...resources.map(([resource, share]) => load(resource, share))),
    (signals.past?.length ?? 0) > 1 && drawn("signals", [signals, at], signalCharts, { name, signals, at }),
  );
}

function load(resource: string, share: number): ElementPart {
  const tone = share >= FULL ? "critical" : share >= FILLING ? "warning" : "healthy";
  return term(resource, loadBar(share, tone), h("span.figure", {}, `${plain(share * 100, 0)} %`));
}

const URGENCY = {
  now: { tone: "critical", text: "Act now" },
  soon: { tone: "warning", text: "Act soon" },
  planned: { tone: "healthy", text: "Plan for it" },
  unknown: { tone: "unknown", text: "Cannot be told" },
  none: { tone: "healthy", text: "Enough" },
} as const;

function capacityCard(capacity: readonly DashboardCapacity[], at: number): ElementPart {
  return section(
    "capacity",
    "Capacity",
    h(
      "ul.capacities",
      {},
      ...capacity.map(({ metric, text, urgency = "unknown" }) =>
        h(
          "li",
          { key: metric },
          badge(URGENCY[urgency].tone, URGENCY[urgency].text),
          h(
            "span",
            {},
            h("strong", {}, `${metric}:`),
            ` ${text.startsWith(`${metric}: `) ? text.slice(metric.length + 2) : text}`,
          ),
        ),
      ),
    ),
    drawn("capacity", [capacity, at], capacityCharts, { capacity, at }),
  );
}
