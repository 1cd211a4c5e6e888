/** SLOs and sources for the tests of statuses. */
import type { Measurement } from "../../src/core/measurement.ts";
import type { TimeRange } from "../../src/core/time/window.ts";
import type { SliSource } from "../../src/ports/sli-source.ts";
import { parseSloDocument, type SloDocument } from "../../src/slo/document.ts";
import type { Slo } from "../../src/slo/model.ts";
import type { SloDocumentInput } from "../../src/slo/written.ts";

export const AT: number = Date.UTC(2026, 5, 15, 12);
export const HOUR = 3_600_000;
export const DAY = 86_400_000;

/** A document with one service and these SLOs. */
export function documentOf(slos: object, service = "shop"): SloDocument {
  return parseSloDocument({ service_level_objectives: { [service]: slos } } as SloDocumentInput);
}

export const AVAILABILITY = { availability: { target: "99.9%", measurement_window: "30d" } };

/** Answers each question by a function of the SLO and the range. */
export function sourceOf(count: (slo: Slo, range: TimeRange) => Partial<Measurement>): SliSource<Slo> {
  return {
    measure: (slo, ranges) =>
      Promise.resolve(ranges.map((range) => ({ good: 0, total: 0, coverage: 1, ...count(slo, range) }))),
  };
}

/** One event a second, of which `failing` says how many per second fail; exact at the edges. */
export function traffic(failing: (at: number) => number): (slo: Slo, range: TimeRange) => Measurement {
  const stepMs = 60_000;
  return (_, { start, end }) => {
    let [bad, total] = [0, 0];
    for (let at = Math.ceil(start / stepMs) * stepMs; at < end; at += stepMs) {
      total += 60;
      bad += 60 * failing(at);
    }
    return { good: total - bad, total, coverage: 1 };
  };
}
