/** A shop on a bad afternoon, and many services: what the tests of the page show. */
import { durationText } from "../../../src/core/time/duration-text.ts";
import { minutesText, percentText, plain } from "../../../src/core/figures.ts";
import type {
  DashboardCapacity,
  DashboardMark,
  DashboardService,
  DashboardSignals,
  DashboardSlo,
  DashboardSnapshot,
} from "../../../src/dashboard/model.ts";
import type { PageContent } from "../../../src/dashboard/page/state.ts";
import { manyServices as servicesOf } from "./many.ts";
import { DAY, dice, HOUR, MINUTE, wentLike, type Course } from "./course.ts";

/** 24 November 2026, 14:03:12 in Berlin. */
export const AT: number = Date.UTC(2026, 10, 24, 13, 3, 12);

/** A page that stays as it is. */
export function shopPage(at: number = AT): PageContent {
  return { title: "Shop reliability", snapshot: shop(at) };
}

/** So many services with an SLO each, the gravest first. */
export function manyServices(count: number, at: number = AT): DashboardSnapshot {
  return servicesOf(count, at);
}

/** All that can be shown. */
export function shop(at: number = AT): DashboardSnapshot {
  return {
    title: "Shop reliability",
    at,
    services: [checkout(at), payments(), reviews(at), catalog(at), accounts(at), search(at)],
    marks: shopMarks(at),
    troubles: ["deployments: kubernetes answered 503 Service Unavailable; those shown are of 13:58:12"],
  };
}

const thirtyDays = (at: number): { start: number; end: number } => ({ start: at - 30 * DAY, end: at });
/** The month in Berlin. */
const NOVEMBER = { start: Date.UTC(2026, 9, 31, 23), end: Date.UTC(2026, 10, 30, 23) };

type Told = Omit<DashboardSlo, "objectiveRatio" | "reasons" | keyof ReturnType<typeof wentLike>> &
  Partial<DashboardSlo>;

function sloOf(told: Told, course: Omit<Course, "objectiveRatio">): DashboardSlo {
  const objectiveRatio = Number(told.objective.slice(0, -1)) / 100;
  const went = wentLike({ ...course, objectiveRatio });
  const burning = went.burns
    .filter((burn) => burn.burning)
    .map(
      ({ name, severity, factor, longMs, shortMs, longRate = 0, shortRate = 0 }) =>
        `${name} (${severity}): ${pace(longRate)} over ${durationText(longMs)} and ${pace(shortRate)} over ${durationText(shortMs)}, both above ${String(factor)}x`,
    );
  const left = `${told.id} has ${percentText(went.remainingRatio ?? 0)} of its budget left`;
  const low = (went.remainingRatio ?? 0) < 0.2 ? [`${left}, less than 20 %`] : [];
  const reasons = burning.length + low.length === 0 ? [left] : [...burning, ...low];
  return { ...went, objectiveRatio, reasons, ...told };
}

function pace(rate: number): string {
  return `${plain(rate, 2)}x`;
}

/** As the summary of a service's status writes it. */
function lineOf(
  { verdict, sliRatio = 0, remainingMinutes = 0, remainingRatio = 0, burns }: DashboardSlo,
  p95Ms: number,
): string {
  const left = `${minutesText(remainingMinutes)} min (${percentText(remainingRatio)})`;
  return `${verdict}, availability ${percentText(sliRatio)}, p95 ${String(p95Ms)} ms, budget left ${left}, burn rate ${plain(burns[0]?.longRate ?? 0, 2)}`;
}

function checkout(at: number): DashboardService {
  const outage = { from: at - 52 * MINUTE, until: at, errorRatio: 0.0195 };
  const availability = sloOf(
    {
      ...{
        id: "checkout/availability",
        name: "availability",
        kind: "availability",
        objective: "99.9%",
        window: "30 d",
      },
      title: "Checkout answers",
      description: "Share of POST /checkout and POST /cart requests that end without a server error.",
      verdict: "critical",
      state: "measured",
      forecast: {
        text: "runs out in 9 h (between 5 h and 2 d 4 h) by trend; in 6 h 10 min at the present pace",
        ...{ kind: "forecast", level: 0.8, probability: 0.94, horizonAt: at + 30 * DAY },
        ...{ expectedAt: at + 9 * HOUR, earliestAt: at + 5 * HOUR, latestAt: at + 52 * HOUR },
      },
      traces: [
        ["4bf92f3577b34da6a3ce929d0e0e4736", 1.2, "POST /checkout 502, 1,840 ms"],
        ["00f067aa0ba902b7d1c1f0a8c2f4e6aa", 2.9, "POST /checkout 500, 212 ms"],
        ["a3ce929d0e0e47364bf92f3577b34da6", 4.4, "POST /cart 503, 3,004 ms"],
      ].map(([traceId, minutes, text]) => ({
        ...{ traceId: String(traceId), at: at - Number(minutes) * MINUTE, text: String(text) },
        url: `https://traces.example.com/trace/${String(traceId)}`,
      })),
    },
    {
      ...{ at, range: thirtyDays(at), rate: 42, errorRatio: 0.00024, seed: 3 },
      episodes: [
        outage,
        { from: at - 17.2 * DAY, until: at - 17.2 * DAY + 70 * MINUTE, errorRatio: 0.18 },
        { from: at - 6.4 * DAY, until: at - 6.4 * DAY + 3 * HOUR, errorRatio: 0.27 },
      ],
    },
  );
  const latency = sloOf(
    {
      ...{ id: "checkout/latency", name: "latency", kind: "latency", objective: "99%", window: "30 d" },
      title: "Checkout within 400 ms",
      verdict: "warning",
      state: "measured",
      latency: {
        ...{ thresholdMs: 400, windowMs: 5 * MINUTE, p50Ms: 96, p95Ms: 388, p99Ms: 1_240 },
        past: Array.from({ length: 72 }, (_, index) => {
          const wave = 210 + 40 * Math.sin(index / 6) + (index > 61 ? (index - 61) * 15 : 0);
          return { at: at - (72 - index) * 5 * MINUTE, p95Ms: index === 30 || index === 31 ? null : Math.round(wave) };
        }),
      },
      forecast: {
        text: "lasts for the next 30 d by trend, but for a chance of 12 %; in 22 d at the present pace",
        ...{ kind: "forecast", level: 0.8, probability: 0.12, horizonAt: at + 30 * DAY },
      },
    },
    {
      ...{ at, range: thirtyDays(at), rate: 42, errorRatio: 0.0083, seed: 5 },
      episodes: [{ from: at - 90 * MINUTE, until: at, errorRatio: 0.011 }],
    },
  );
  return {
    name: "checkout",
    verdict: "critical",
    text: lineOf(availability, 388),
    reasons: [...availability.reasons, ...latency.reasons],
    slos: [availability, latency],
    composites: [
      {
        ...{
          id: "checkout/journey",
          name: "journey",
          made: "the traffic of checkout/availability, accounts/availability",
        },
        description: "From the cart to the confirmation.",
        ...{ objective: "99.5%", window: "30 d", verdict: "healthy", sliRatio: 0.99871 },
        ...{
          remainingRatio: 0.742,
          remainingMinutes: 160.3,
          reasons: ["checkout/journey has 74.2 % of its budget left"],
        },
      },
    ],
    policy: {
      decision: "halt",
      since: at - 38 * MINUTE,
      reasons: [
        `checkout/availability: ${percentText(1 - (availability.remainingRatio ?? 0))} of the budget is spent; releases halt above 80 %`,
      ],
      recommendations: [
        "Stop feature releases; ship only repairs and security fixes until the budget has recovered.",
        "Write a postmortem for any single incident that took more than 20% of the budget.",
      ],
    },
    gate: {
      ...{ verdict: "block", allowed: false, policy: "conservative" },
      reasons: ["conservative halts releases of checkout", "INC-0042 (SEV1) is open"],
    },
    signals: signals(at, { rate: 42.3, errors: 0.0195, p50: 96, load: 0.78 }),
    capacity: checkoutCapacity(at),
    logsUrl: "https://logs.example.com/app/discover?service=checkout",
  };
}

function signals(at: number, now: { rate: number; errors: number; p50: number; load: number }): DashboardSignals {
  const chance = dice(Math.round(now.rate));
  return {
    ...{ windowMs: 5 * MINUTE, requestsPerSecond: now.rate, errorRatio: now.errors },
    ...{ p50Ms: now.p50, p95Ms: now.p50 * 4, p99Ms: now.p50 * 13 },
    saturation: { cpu: now.load, memory: 0.61, "event loop": 0.12, "db connections": Math.min(1, now.load * 1.18) },
    past: Array.from({ length: 60 }, (_, index) => ({
      at: at - (59 - index) * MINUTE,
      saturation: {
        cpu: Math.min(1, now.load - 0.2 + (index / 60) * 0.2 + chance() * 0.05),
        memory: 0.58 + index / 2_000,
        "event loop": 0.08 + chance() * 0.06,
        "db connections": Math.min(1, now.load * 0.9 + (index / 60) * 0.15 + chance() * 0.03),
      },
    })),
  };
}

function checkoutCapacity(at: number): DashboardCapacity[] {
  const chance = dice(9);
  const valueAt = (day: number): number => 0.55 + day * 0.0042 + Math.sin((day / 7) * 2 * Math.PI) * 0.03;
  return [
    {
      ...{ metric: "db connections", unit: "ratio", state: "forecast", urgency: "soon", limit: 0.9, confidence: 0.95 },
      text: "db connections: reaches 90 % in 20 d (between 13 d and 31 d): add capacity within 2 weeks",
      history: Array.from({ length: 60 }, (_, day) => ({
        at: at - (60 - day) * DAY,
        value: day === 22 ? null : valueAt(day) + chance() * 0.02,
      })),
      forecast: Array.from({ length: 30 }, (_, day) => {
        const mean = valueAt(60 + day);
        return { at: at + day * DAY, mean, lower: mean - 0.02 - day * 0.002, upper: mean + 0.02 + day * 0.002 };
      }),
      ...{ reachedFrom: at + 13 * DAY, reachedAt: at + 20 * DAY, reachedUntil: at + 31 * DAY },
    },
    {
      ...{ metric: "disk", unit: "bytes", state: "unknown", urgency: "unknown", confidence: 0.95 },
      text: "4 values are no trend; it needs 10 at different steps",
      history: Array.from({ length: 4 }, (_, day) => ({ at: at - (4 - day) * DAY, value: 3.1e10 + day * 2e8 })),
      forecast: [],
    },
  ];
}

function payments(): DashboardService {
  return {
    ...{ name: "payments", verdict: "unknown", text: "unknown: its source did not answer" },
    ...{ reasons: [], slos: [], composites: [] },
    failure: "prometheus at http://prometheus:9090 did not answer within 10 s",
  };
}

function reviews(at: number): DashboardService {
  const nothing = { good: 0, total: 0, coverage: 1, burns: [], exhaustion: { kind: "unknown" } } as const;
  return {
    ...{ name: "reviews", verdict: "unknown", text: "unknown", composites: [] },
    reasons: ["reviews/availability cannot be judged: no request has come in 30 d"],
    slos: [
      {
        ...{
          id: "reviews/availability",
          name: "availability",
          kind: "availability",
          objective: "99.5%",
          window: "30 d",
        },
        ...{ objectiveRatio: 0.995, range: thirtyDays(at), verdict: "unknown", state: "no_traffic", ...nothing },
        reasons: ["reviews/availability cannot be judged: no request has come in 30 d"],
      },
      {
        ...{ id: "reviews/imports", name: "imports", kind: "throughput", objective: "95%", window: "7 d" },
        ...{ objectiveRatio: 0.95, range: { start: at - 7 * DAY, end: at }, verdict: "unknown", state: "no_data" },
        ...{ ...nothing, coverage: 0 },
        reasons: ["reviews/imports cannot be judged: nobody has looked in 7 d"],
      },
    ],
    policy: {
      decision: "unknown",
      since: at - 2 * DAY,
      reasons: ["reviews/availability cannot be judged"],
      recommendations: [],
    },
  };
}

function catalog(at: number): DashboardService {
  const availability = sloOf(
    {
      ...{ id: "catalog/availability", name: "availability", kind: "availability", objective: "99.95%" },
      ...{ window: "calendar month, Europe/Berlin", verdict: "warning", state: "measured" },
      title: "Catalog can be read",
      forecast: {
        text: "runs out in 4 d 2 h (between 2 d and never in the 6 d 9 h to the end of the period) by trend; in 5 d at the present pace",
        ...{ kind: "forecast", level: 0.8, probability: 0.71, horizonAt: NOVEMBER.end },
        ...{ expectedAt: at + 4 * DAY + 2 * HOUR, earliestAt: at + 2 * DAY },
      },
    },
    {
      ...{ at, range: NOVEMBER, rate: 310, errorRatio: 0.00012, seed: 8 },
      episodes: [{ from: at - 27 * HOUR, until: at, errorRatio: 0.0016 }],
    },
  );
  return {
    ...{ name: "catalog", verdict: "warning", composites: [], slos: [availability], reasons: availability.reasons },
    text: lineOf(availability, 61),
    policy: {
      ...{ decision: "warn", since: at - 5 * HOUR },
      reasons: ["catalog/availability: burn rate 3.2 over 1 d"],
      recommendations: ["Release in small steps that can be taken back, and watch the error budget."],
      override: "mira allowed releases until 25 Nov 09:00: the fix for the image cache is in release 812",
    },
    gate: {
      verdict: "warn",
      allowed: true,
      policy: "conservative",
      reasons: ["catalog/availability burns its budget"],
    },
    signals: signals(at, { rate: 309, errors: 0.0016, p50: 14, load: 0.44 }),
  };
}

function accounts(at: number): DashboardService {
  const availability = sloOf(
    {
      ...{
        id: "accounts/availability",
        name: "availability",
        kind: "availability",
        objective: "99.9%",
        window: "30 d",
      },
      ...{ verdict: "healthy", state: "measured" },
    },
    { at, range: thirtyDays(at), rate: 12, errorRatio: 0.00029, seed: 13, watchedFrom: at - 24 * DAY },
  );
  const errors = sloOf(
    {
      ...{ id: "accounts/sign-in", name: "sign-in", kind: "error_rate", objective: "99%", window: "7 d" },
      ...{ verdict: "healthy", state: "measured" },
    },
    { at, range: { start: at - 7 * DAY, end: at }, rate: 1.4, errorRatio: 0.0036, seed: 14 },
  );
  return {
    ...{ name: "accounts", verdict: "healthy", slos: [errors, availability], composites: [] },
    reasons: errors.reasons,
    text: lineOf(availability, 44),
    policy: {
      decision: "allow",
      since: at - 12 * DAY,
      reasons: ["accounts/availability: 29 % of the budget is spent"],
      recommendations: [],
    },
    gate: { verdict: "pass", allowed: true, policy: "conservative", reasons: [] },
    signals: signals(at, { rate: 12.1, errors: 0.0003, p50: 11, load: 0.2 }),
  };
}

function search(at: number): DashboardService {
  const latency = sloOf(
    {
      ...{
        id: "search/latency",
        name: "latency",
        kind: "latency",
        objective: "99.5%",
        window: "30 d",
        verdict: "healthy",
      },
      ...{ title: "Search within 250 ms", state: "measured" },
      latency: { thresholdMs: 250, windowMs: 5 * MINUTE, p50Ms: 31, p95Ms: 118, p99Ms: 233 },
    },
    {
      ...{ at, range: thirtyDays(at), rate: 88, errorRatio: 0.0007, seed: 21 },
      episodes: [{ from: at - 3 * DAY, until: at - 3 * DAY + 2 * HOUR, errorRatio: 0.02 }],
    },
  );
  return {
    ...{ name: "search", verdict: "healthy", slos: [latency], composites: [], reasons: latency.reasons },
    text: lineOf(latency, 118),
    signals: signals(at, { rate: 87.7, errors: 0, p50: 31, load: 0.35 }),
  };
}

function shopMarks(at: number): DashboardMark[] {
  return [
    {
      ...{
        kind: "incident",
        id: "INC-0042",
        text: "SEV1 checkout fails",
        from: at - 47 * MINUTE,
        state: "investigating",
      },
      ...{ services: ["checkout"], url: "https://incidents.example.com/INC-0042" },
    },
    {
      kind: "deployment",
      id: "checkout-1.84.0",
      text: "checkout 1.84.0",
      from: at - 54 * MINUTE,
      until: at - 53 * MINUTE,
      services: ["checkout"],
      state: "completed",
    },
    {
      kind: "deployment",
      id: "catalog-812",
      text: "catalog release 812",
      from: at - 27 * HOUR,
      until: at - 27 * HOUR,
      services: ["catalog"],
      state: "completed",
    },
    {
      kind: "chaos",
      id: "exp-7",
      text: "kill one search pod",
      from: at - 3 * DAY,
      until: at - 3 * DAY + 2 * HOUR,
      services: ["search"],
      state: "hypothesis held",
    },
    {
      kind: "exclusion",
      id: "maintenance-9",
      text: "Database upgrade, announced",
      from: at - 5 * DAY,
      until: at - 5 * DAY + 6 * HOUR,
      services: [],
    },
    {
      ...{
        kind: "incident",
        id: "INC-0039",
        text: "SEV2 payment provider slow",
        from: at - 6.4 * DAY,
        until: at - 6.4 * DAY + 3 * HOUR,
      },
      ...{ services: ["checkout"], slos: ["checkout/availability"], state: "resolved" },
    },
    {
      kind: "incident",
      id: "INC-0031",
      text: "SEV1 checkout down",
      from: at - 17.2 * DAY,
      until: at - 17.2 * DAY + 70 * MINUTE,
      services: ["checkout"],
      state: "resolved",
    },
  ];
}
