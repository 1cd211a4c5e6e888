/** Four questions and a canary, without a server: `node --import tsx examples/verdicts/main.ts` */
import {
  backtest,
  backtestText,
  candidatesOf,
  compareCanary,
  forecastBudget,
  parseSloDocument,
  ReleaseGate,
  type Slo,
  type SliSource,
  SloStatusReader,
  stepsOf,
  type TimeRange,
} from "nines";
import { ManualClock } from "nines/testing";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

// A month in which a release failed for a quarter of an hour, and since yesterday a little fails all the time.
const now = Date.UTC(2026, 4, 31, 12);
const failing = (at: number): number =>
  at >= now - 9 * DAY && at < now - 9 * DAY + 15 * MINUTE ? 0.8 : at >= now - DAY ? 0.002 : 0.0001;
const perMinute = 600;
const bad = (at: number): number => Math.floor(perMinute * failing(at) + ((at / MINUTE) % 20) / 20);

// Whatever counts is a source: nines/prometheus has one, a Reliability is one. This one knows the minutes above.
const source: SliSource<Slo> = {
  measure: (_slo, ranges) => Promise.resolve(ranges.map((range) => counted(range))),
};
function counted({ start, end }: TimeRange): { good: number; total: number; coverage: number } {
  let [failed, total] = [0, 0];
  for (let at = Math.ceil(start / MINUTE) * MINUTE; at < end; at += MINUTE) {
    failed += bad(at);
    total += perMinute;
  }
  return { good: total - failed, total, coverage: 1 };
}

const document = parseSloDocument({
  service_level_objectives: { shop: { availability: { target: "99.9%", measurement_window: "30d" } } },
});
const [slo] = document.slos;
if (slo === undefined) throw new Error("there is one SLO");
const clock = new ManualClock(now);

// How are we doing?
const reader = new SloStatusReader({ slos: document, source, clock });
const { summary, reasons, slos } = await reader.getSloStatus("shop");
console.log(summary.text);
for (const { message } of reasons) console.log(`  ${message}`);

// May we release?
const gate = new ReleaseGate({ statuses: reader, whenUnknown: "closed", clock });
const answer = await gate.check("shop");
console.log(`release: ${answer.verdict}, since ${answer.reasons[0]?.message ?? "nobody knows"}`);

// When does the budget run out?
const points = Array.from({ length: 720 }, (_, hour) => {
  const end = now - (719 - hour) * HOUR;
  return { at: end, ...counted({ start: end - HOUR, end }) };
});
const [status] = slos;
if (status === undefined) throw new Error("there is one status");
console.log(forecastBudget({ subject: slo, status: status.budget, points, stepMs: HOUR }).text);

// Would these alerts have helped, and what does the month support?
const samples = Array.from({ length: (30 * DAY) / MINUTE }, (_, minute) => {
  const at = now - 30 * DAY + minute * MINUTE;
  return { at, total: perMinute, good: perMinute - bad(at) };
});
const steps = stepsOf(samples, { start: now - 30 * DAY, end: now, stepMs: MINUTE });
console.log(backtestText(backtest(candidatesOf(slo, [{ objective: "99.5%" }]), steps)));

// Is the new version worse than the old?
const canary = compareCanary({
  name: slo.id,
  objective: slo.objective,
  baseline: { good: 239_950, total: 240_000 },
  canary: { good: 11_940, total: 12_000 },
});
console.log(`canary: ${canary.verdict}: ${canary.reasons.join("; ")}`);
