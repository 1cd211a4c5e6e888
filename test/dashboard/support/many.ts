/** Many services with few figures each. */
import type { DashboardService, DashboardSlo, DashboardSnapshot } from "../../../src/dashboard/model.ts";
import { DAY, dice, HOUR, MINUTE } from "./course.ts";

const VERDICTS = ["critical", "unknown", "warning", "healthy"] as const;

/** So many services with an SLO each, the gravest first: 1 % critical, 2 % unknown, 7 % with a warning. */
export function manyServices(count: number, at: number): DashboardSnapshot {
  const chance = dice(count);
  const services = Array.from({ length: count }, (_, index): DashboardService => {
    const share = index / count;
    const verdict = VERDICTS[[0.01, 0.03, 0.1, 1].findIndex((limit) => share < limit)] ?? "healthy";
    const name = `service-${String(index + 1).padStart(4, "0")}`;
    const left = verdict === "critical" ? -chance() : verdict === "warning" ? chance() * 0.2 : 0.25 + chance() * 0.75;
    const pace = verdict === "critical" ? 10 + chance() * 20 : (1 - left) * 0.9;
    const measured = verdict !== "unknown";
    const slo: DashboardSlo = {
      ...{ id: `${name}/availability`, name: "availability", kind: "availability", objective: "99.9%", window: "30 d" },
      ...{
        objectiveRatio: 0.999,
        range: { start: at - 30 * DAY, end: at },
        verdict,
        state: measured ? "measured" : "no_traffic",
      },
      ...{ good: measured ? 99_900 : 0, total: measured ? 100_000 : 0, coverage: 1 },
      reasons: [
        measured
          ? `${name}/availability has ${(left * 100).toFixed(1)} % of its budget left`
          : `${name}/availability cannot be judged: no request has come in 30 d`,
      ],
      ...(measured ? { sliRatio: 1 - 0.001 * (1 - left), remainingRatio: left, remainingMinutes: left * 43.2 } : {}),
      exhaustion: !measured ? { kind: "unknown" } : left <= 0 ? { kind: "exhausted" } : { kind: "never" },
      burns: measured
        ? [
            {
              name: "fast",
              severity: "page",
              factor: 14.4,
              longMs: HOUR,
              shortMs: 5 * MINUTE,
              longRate: pace,
              shortRate: pace,
              burning: pace > 14.4,
            },
            {
              name: "medium",
              severity: "page",
              factor: 6,
              longMs: 6 * HOUR,
              shortMs: 30 * MINUTE,
              longRate: pace / 2,
              shortRate: pace,
              burning: pace > 12,
            },
          ]
        : [],
    };
    return {
      ...{ name, verdict, slos: [slo], composites: [], reasons: slo.reasons },
      text: measured
        ? `${verdict}, availability ${(99.9 + left / 10).toFixed(3)} %, burn rate ${pace.toFixed(2)}`
        : "unknown",
      policy: {
        decision: verdict === "critical" ? "halt" : "allow",
        since: at - DAY,
        reasons: [],
        recommendations: [],
      },
    };
  });
  return { title: "Many services", at, services, marks: [], troubles: [] };
}
