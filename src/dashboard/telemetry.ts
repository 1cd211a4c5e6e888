/** The ways from an SLO to its traces and its logs. */
import { durationText } from "../core/time/duration-text.ts";
import { atOnce } from "../core/thenable.ts";

import { logsUrl, type TelemetryLinks, traceUrl } from "./links/links.ts";
import type { DashboardTrace } from "./model.ts";
import type { DashboardStatuses } from "./sources.ts";
import { shownText } from "./texts.ts";

const MOST_TRACES = 10;
const LOGS_MS = 3_600_000;

/** Requests that failed the SLO, as far as their traces were kept. */
export function tracesOf(
  { statuses, links }: { readonly statuses: DashboardStatuses; readonly links?: TelemetryLinks | undefined },
  id: string,
): readonly DashboardTrace[] | undefined {
  const { signals } = statuses;
  if (signals?.examples === undefined || !atOnce(signals.source.has(id))) return undefined;
  const bad = atOnce(signals.examples(id)).filter((one) => one.bad);
  if (bad.length === 0) return undefined;
  return bad.slice(0, MOST_TRACES).map(({ traceId, at, method, route, code, durationSeconds }) => {
    const url = links === undefined ? undefined : traceUrl(links, traceId);
    const text = shownText(`${method} ${route} ${code}, ${durationText(durationSeconds * 1_000)}`, 200);
    return { traceId, at: Math.round(at), text, ...(url === undefined ? {} : { url }) };
  });
}

/** Where the logs of the last hour are. */
export function logsOf(
  links: TelemetryLinks | undefined,
  { service, at }: { readonly service: string; readonly at: number },
): string | undefined {
  return links === undefined ? undefined : logsUrl(links, { service, from: at - LOGS_MS, to: at });
}
