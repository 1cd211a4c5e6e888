/** SLIs of a queue: success, latency, freshness and throughput of its jobs: `node --import tsx examples/queue/main.ts` */
import { join } from "node:path";

import { Reliability } from "nines";
import { ManualClock } from "nines/testing";

// A real worker leaves the clock out; here two hours pass at once.
const clock = new ManualClock(Date.UTC(2026, 2, 20, 12));
const reliability = await Reliability.open({
  file: join(import.meta.dirname, "slo.yaml"),
  clock,
  evaluateEverySeconds: 0,
});
const { signals } = reliability;

interface Mail {
  readonly to: string;
  readonly askedAt: number;
}

const queue: Mail[] = [];
const MOST = 200;
signals.addSaturation("mail_queue", () => queue.length / MOST);

let mailServer: "well" | "slow" | "refuses" = "well";
async function deliver(mail: Mail): Promise<void> {
  clock.advance(mailServer === "slow" ? 15_000 : 500);
  if (mailServer === "refuses") throw new Error(`${mail.to} is refused`);
}

const send = signals.wrap(deliver, { operation: "send-mail", kind: "consumer" });
const age = signals.recorder({ operation: "mail-age", kind: "consumer" });

/** Takes jobs until the queue is empty or the time is up. */
async function work(until: number): Promise<void> {
  for (let mail = queue.shift(); mail !== undefined; mail = queue.shift()) {
    await send(mail).catch(() => undefined);
    // Counted at the end, so that a job that waits is not fresh, however fast it is once begun.
    age.record((clock.now() - mail.askedAt) / 1_000);
    if (clock.now() >= until) return;
  }
}

const time = (): string => new Date(clock.now()).toISOString().slice(11, 16);

async function tell(what: string): Promise<void> {
  const { services } = await reliability.evaluate();
  console.log(`${time()} ${what}; ${String(queue.length)} wait`);
  for (const { slo, budget } of services[0]?.slos ?? []) {
    if (budget.state !== "measured") continue;
    const { good, total, consumedRatio } = budget;
    console.log(`   ${slo.name}: ${String(good)} of ${String(total)}, ${consumedRatio.toFixed(2)} of the budget spent`);
  }
}

for (let minute = 0; minute < 120; minute += 1) {
  if (minute === 60) await tell("all is well");
  if (minute === 80) await tell("after twenty minutes of a slow mail server");
  mailServer = minute >= 60 && minute < 80 ? "slow" : minute >= 100 && minute < 105 ? "refuses" : "well";
  const end = Math.max(clock.now(), Date.UTC(2026, 2, 20, 12, minute + 1));
  for (let count = 0; count < 10; count += 1) queue.push({ to: `customer ${String(count)}`, askedAt: clock.now() });
  await work(end);
  if (clock.now() < end) clock.advance(end - clock.now());
}
await tell("after five minutes in which it refused everything");
const { decision, reasons } = (await reliability.evaluate()).services[0] ?? {};
console.log(`${String(decision)}: ${reasons?.[0] ?? ""}`);
await reliability.close();
