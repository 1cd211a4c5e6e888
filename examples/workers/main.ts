/** An error budget for jobs instead of requests: `node --import tsx examples/workers/main.ts` */
import { ErrorBudgetManager, formatDuration } from "nines";
import { ManualClock } from "nines/testing";

// A real worker leaves the clock out; here an afternoon passes at once.
const clock = new ManualClock(Date.UTC(2026, 2, 20, 12));
const jobs = new ErrorBudgetManager({ id: "mailer/jobs", objective: "99%", window: "7d", minimumEvents: 50, clock });

const time = (at: number): string => new Date(at).toISOString().slice(11, 16);
jobs.on("burnStarted", ({ at, tier, long }) => {
  const rate = (long.rate ?? 0).toFixed(1);
  console.log(`${time(at)} ${tier.severity}: burns ${rate}x over ${formatDuration(tier.longMs)}`);
});
jobs.on("burnCleared", ({ at, tier }) => {
  console.log(`${time(at)} the ${tier.severity} over ${formatDuration(tier.longMs)} is over`);
});
jobs.on("exhausted", ({ at }) => console.log(`${time(at)} the budget is exhausted`));
jobs.on("recovered", ({ at }) => console.log(`${time(at)} the budget has something left again`));

/** Runs one job and counts it, whether or not it works. */
function runJob(work: () => void): void {
  try {
    work();
    jobs.recordEvents({ good: 1, total: 1 });
  } catch {
    jobs.recordEvents({ good: 0, total: 1 });
  }
}

for (let minute = 0; minute < 180; minute += 1) {
  const mailServerDown = minute >= 60 && minute < 70;
  for (let job = 0; job < 20; job += 1) {
    runJob(() => {
      if (mailServerDown) throw new Error("connection refused");
    });
  }
  clock.advance(60_000);
  jobs.evaluate();
}

const last = jobs.status();
if (last.state === "measured") {
  const { good, total, consumedRatio } = last;
  console.log(
    `${time(last.at)} ${String(good)} of ${String(total)} jobs done, budget consumed ${consumedRatio.toFixed(2)}x`,
  );
}
