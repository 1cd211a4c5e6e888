/** Error budgets by hand, without a server: `node --import tsx examples/budget-math/main.ts` */
import { AvailabilityCalculator, type BudgetStatus, ErrorBudgetManager } from "nines";
import { ManualClock } from "nines/testing";

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

// What does the target allow, and can the system keep it?
const calculator = new AvailabilityCalculator();
console.log(`99.9% allows ${calculator.errorBudget("99.9%", "30d").text} of downtime in 30 days`);
const system = calculator.series(["99.99%", calculator.parallel(["99.5%", "99.5%"]), "99.95%"]);
console.log(`balancer, two servers and a database: ${calculator.nines(system).toFixed(2)} nines`);

// What has gone wrong so far? The clock stands still, so that the figures are always the same.
const clock = new ManualClock(Date.UTC(2026, 2, 20, 12));
const now = clock.now();
const budget = new ErrorBudgetManager({ objective: "99.9%", window: "30d", id: "shop", clock });
budget.addViolations([
  { timestamp: now - 12 * DAY, minutes: 20 },
  // Half of the customers were served.
  { timestamp: now - 5 * DAY, minutes: 10, impact: 0.5 },
  { timestamp: now - HOUR, minutes: 9 },
  // The same outage as seen by another monitor: overlaps count once.
  { timestamp: now - HOUR + 120_000, minutes: 6 },
]);
show("as it was seen", budget.status());

// The first of them turns out to have been announced maintenance.
budget.exclude({ start: now - 12 * DAY, end: now - 12 * DAY + 20 * 60_000, reason: "Database upgrade" });
show("without maintenance", budget.status());

clock.advance(26 * DAY);
show("26 days later", budget.status());

function show(title: string, status: BudgetStatus): void {
  if (status.state !== "measured") {
    console.log(`${title}: ${status.reason}`);
    return;
  }
  const { consumedRatio, remainingMinutes, verdict, exhaustion } = status;
  const ends = exhaustion.kind === "in" ? `${String(Math.round(exhaustion.durationMs / 60_000))} min` : exhaustion.kind;
  const consumed = (consumedRatio * 100).toFixed(1);
  console.log(`${title}: ${consumed}% consumed, ${remainingMinutes.toFixed(1)} min left, ${verdict}; ends: ${ends}`);
}
