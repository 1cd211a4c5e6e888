/**
 * The main job, to be watched: a real Express service, real requests, a fault and a recovery; its error budget is spent,
 * its policy halts releases and allows them again, an incident is opened and acknowledged. `npm run demo`, or `npm run demo -- --serve` to keep it up.
 */
import { join } from "node:path";
import { argv } from "node:process";
import { setTimeout as sleep } from "node:timers/promises";

import { Reliability } from "nines";

import { startLoad } from "./load.ts";
import { watchedBy } from "./people.ts";
import { burnLine, decisionLine, paint, progressLine, PROGRESS_HEAD, say } from "./screen.ts";
import { startShop } from "./service.ts";
import { summaryLines } from "./summary.ts";

const PHASES = [
  { name: "healthy", seconds: 9, broken: false },
  { name: "fault", seconds: 8, broken: true },
  { name: "recovery", seconds: 17, broken: false },
] as const;
const SECONDS = PHASES.reduce((sum, { seconds }) => sum + seconds, 0);
const REQUESTS_PER_SECOND = 80;

const reliability = await Reliability.open({
  file: join(import.meta.dirname, "slo.yaml"),
  evaluateEverySeconds: 0.5,
  actions: {
    run: ({ action, decision }) => {
      say(paint("dim", `   -> action ${action} (${decision})`));
      return Promise.resolve();
    },
  },
});
reliability.on("decisionChanged", ({ from, to, reasons }) => {
  say(decisionLine(from, to, reasons));
});
reliability.on("burnStarted", (change) => {
  say(burnLine(change));
});

const people = watchedBy("ann", reliability);

const shop = await startShop(reliability);
say(
  paint("bold", "nines: a service, its golden signals, its error budget, its policy and its incidents, in one process"),
);
say(
  `The shop listens on ${shop.url}; ${String(REQUESTS_PER_SECOND)} requests a second come for ${String(SECONDS)} seconds.\n`,
);
say(PROGRESS_HEAD);

const load = startLoad(shop.url, REQUESTS_PER_SECOND);
const began = performance.now();
for (const { name, seconds, broken } of PHASES) {
  shop.broken = broken;
  for (let second = 0; second < seconds; second += 1) {
    await sleep(1_000);
    say(progressLine((performance.now() - began) / 1_000, name, load.sent, await reliability.status()));
  }
}
load.stop();

const scrape = await fetch(`${shop.url}/metrics`);
say(`\n${paint("bold", "The golden signals, as Prometheus scrapes them")} (${shop.url}/metrics)`);
for (const line of summaryLines(await scrape.text())) say(`   ${line}`);
for (const { service, decision, reasons } of (await reliability.status()).services) {
  say(`\n${paint("bold", "At the end")} ${service}: ${paint(decision, decision.toUpperCase())}: ${reasons[0] ?? ""}`);
}

for (const line of await people.report()) say(`   ${line}`);

if (argv.includes("--serve")) {
  say(`\nStill up, until Ctrl-C: ${shop.url}/products/1  ${shop.url}/metrics  ${shop.url}/slo`);
  say("No more requests come by themselves: the throughput SLO will notice that, and the policy with it.");
} else {
  await people.close();
  await shop.close();
  await reliability.close();
}
