/** From the SLOs of a service to the service. */
import type { CompositeStatus, ServiceStatus, SloStatus } from "./model.ts";
import { type LatencyReading, summarise } from "./summary.ts";
import { gravest } from "./verdict.ts";

/** What is known of a service. */
export interface ServiceParts {
  readonly at: number;
  readonly slos: readonly SloStatus[];
  readonly composites: readonly CompositeStatus[];
  readonly latency: LatencyReading;
}

/** As good as the worst of its SLOs and composites. */
export function serviceStatus(service: string, { at, slos, composites, latency }: ServiceParts): ServiceStatus {
  const all = [...slos, ...composites];
  const verdict = gravest(all.map((one) => one.verdict)) ?? "unknown";
  const reasons = all.filter((one) => one.verdict === verdict).flatMap((one) => one.reasons);
  return { service, at, verdict, reasons, summary: summarise(slos, verdict, latency), slos, composites };
}
