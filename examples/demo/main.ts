/**
 * The main job, to be watched: a real Express service, real requests, and a fault that a chaos experiment causes; its error budget is spent,
 * its policy halts releases, an incident is opened and acknowledged, a runbook heals the service by a real command, the incident is resolved,
 * releases are allowed again, and a postmortem is written. A dashboard shows all of it, live. `npm run demo`; `-- --serve` keeps it up, `-- --out FOLDER` says where
 * the postmortem goes.
 */
import { mkdtemp, readFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { argv } from "node:process";
import { setTimeout as sleep } from "node:timers/promises";

import { Reliability } from "nines";

import { gameDay } from "./chaos.ts";
import { showOn } from "./face.ts";
import { startLoad } from "./load.ts";
import { respondTo } from "./response.ts";
import { burnLine, decisionLine, paint, progressLine, PROGRESS_HEAD, say } from "./screen.ts";
import { startShop } from "./service.ts";
import { summaryLines } from "./summary.ts";

/** When the experiment strikes, and how long everything may take. */
const FAULT_AT = 9;
const MOST_SECONDS = 45;
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

const shop = await startShop(reliability);
const response = await respondTo(reliability, { url: shop.url, person: "ann" });
const chaos = await gameDay(shop, response.incidents);
const face = showOn(shop, {
  reliability,
  incidents: response.incidents,
  runbooks: response.runbooks,
  chaos: chaos.runner,
});
say(
  paint(
    "bold",
    "nines: a service, its golden signals, its error budget, its policy, its incident, its runbook and its postmortem",
  ),
);
say(
  `The shop listens on ${shop.url}; ${String(REQUESTS_PER_SECOND)} requests a second come, and after ${String(FAULT_AT)} s a chaos experiment has its pool stuck.`,
);
say(`Watch it on the dashboard: ${paint("bold", face.url)}\n`);
say(PROGRESS_HEAD);

const load = startLoad(shop.url, REQUESTS_PER_SECOND);
const began = performance.now();
for (let second = 0; second < MOST_SECONDS; second += 1) {
  if (second === FAULT_AT) chaos.begin();
  await sleep(1_000);
  const status = await reliability.status();
  const phase = shop.broken ? "fault" : second < FAULT_AT ? "healthy" : "healed";
  say(progressLine((performance.now() - began) / 1_000, phase, load.sent, status));
  const mayRelease = status.services.every(({ decision }) => decision === "allow");
  if (second > FAULT_AT && mayRelease && (await response.isOver())) break;
}
load.stop();
const experiment = await chaos.end();

const scrape = await fetch(`${shop.url}/metrics`);
say(`\n${paint("bold", "The golden signals, as Prometheus scrapes them")} (${shop.url}/metrics)`);
for (const line of summaryLines(await scrape.text())) say(`   ${line}`);
for (const { service, decision, reasons } of (await reliability.status()).services) {
  say(`\n${paint("bold", "At the end")} ${service}: ${paint(decision, decision.toUpperCase())}: ${reasons[0] ?? ""}`);
}

for (const line of await response.report()) say(`   ${line}`);
if (experiment !== undefined) {
  const { outcome, injections, steadyAfterwards } = experiment;
  const undone = injections.filter(({ undo }) => undo === "done").length;
  say(
    `   chaos: ${outcome}, ${String(undone)} of ${String(injections.length)} injections undone, steady afterwards: ${String(steadyAfterwards)}`,
  );
}
const out = argv.includes("--out")
  ? (argv[argv.indexOf("--out") + 1] ?? ".")
  : await mkdtemp(join(tmpdir(), "nines-demo-"));
say(`\n${paint("bold", "The postmortem")}, a draft with all that is known:`);
for (const path of await response.postmortems(out)) {
  say(`   ${path}`);
  if (path.endsWith(".html")) face.tell(basename(path, ".html"), await readFile(path, "utf8"));
}
say(`\n${paint("bold", "The dashboard")}, as it stands now: ${await face.save(out)}`);

if (argv.includes("--serve")) {
  say(`\nStill up, until Ctrl-C: ${face.url}  ${shop.url}/products/1  ${shop.url}/metrics  ${shop.url}/slo`);
  say("No more requests come by themselves: the throughput SLO will notice that, and the policy with it.");
} else {
  face.close();
  await response.close();
  await shop.close();
  await reliability.close();
}
