import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";

import { SloDashboard } from "../../src/dashboard/dashboard.ts";
import { dashboardHandler } from "../../src/http/node.ts";
import { IncidentManager } from "../../src/incident/manager.ts";
import { Reliability } from "../../src/reliability.ts";
import { launchPageBrowser, type OpenedPage } from "../support/dashboard-page.ts";
import type { ServiceName } from "../support/services.ts";
import type { ProofContext, ProofFigures } from "./types.ts";

export const description =
  "A live page in a real browser follows a real service through a fault and back, and says what the server says, without a complaint.";

export const needs: readonly ServiceName[] = ["chromium"];

interface Size {
  readonly seconds: number;
}

export const quick: Size = { seconds: 6 };
export const full: Size = { seconds: 60 };

/** Requests a second. */
const RATE = 50;
const REFRESH_SECONDS = 0.5;
/** A page may be that much behind: two refreshes, and the time that both take. */
const PATIENCE_MS = 5_000;

export async function run({ seconds }: Size, { log }: ProofContext): Promise<ProofFigures> {
  const reliability = await Reliability.open({
    document: {
      service_level_objectives: {
        shop: { availability: { target: "99%", measurement_window: `${String(seconds)}s` } },
        ...Object.fromEntries(others()),
      },
    },
    service: "shop",
    evaluateEverySeconds: REFRESH_SECONDS,
  });
  const incidents = new IncidentManager();
  const dashboard = new SloDashboard({ statuses: reliability, incidents, refreshSeconds: REFRESH_SECONDS });
  const server = createServer(dashboardHandler(dashboard)).listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const browser = await launchPageBrowser();
  try {
    const opened = await browser.openUrl(`http://127.0.0.1:${String(port)}/`);
    return await watch(opened, { seconds, reliability, incidents, log });
  } finally {
    await browser.close();
    dashboard.close();
    await ended(server);
    await reliability.close();
  }
}

/** Nobody measures them, so they need more attention than a shop that is well: its past is no part of what is told to all. */
function others(): [string, object][] {
  const slo = {
    kind: "availability",
    target: "99%",
    measurement_window: "1h",
    sli: "sum(rate(a[5m])) / sum(rate(b[5m]))",
  };
  return Array.from({ length: 65 }, (_, index) => [`other-${String(index)}`, { availability: slo }]);
}

async function watch(
  opened: OpenedPage,
  world: { seconds: number; reliability: Reliability; incidents: IncidentManager; log: ProofContext["log"] },
): Promise<ProofFigures> {
  const { seconds, reliability, incidents, log } = world;
  const { page } = opened;
  const began = performance.now();
  const verdicts = new Set<string>();
  let told = 0;
  let lastTime = "";
  let incident: string | undefined;
  const heapBefore = await heapOf(opened);
  for (let tick = 0; performance.now() - began < seconds * 1_000; tick += 1) {
    const share = (performance.now() - began) / (seconds * 1_000);
    const failing = share > 0.3 && share < 0.5;
    for (let count = 0; count < RATE / 10; count += 1) {
      const statusCode = failing && count % 2 === 0 ? 500 : 200;
      reliability.signals.record({ method: "GET", route: "/cart", statusCode, durationSeconds: 0.01 });
    }
    if (failing && incident === undefined) {
      ({ id: incident } = await incidents.createIncident({
        title: "the cart fails",
        severity: "SEV2",
        by: "ann",
        services: ["shop"],
      }));
    }
    await sleep(100);
    if (tick % 5 !== 0) continue;
    const seen = await look(opened);
    if (seen.time !== lastTime) told += 1;
    lastTime = seen.time;
    if (seen.verdict !== undefined) verdicts.add(seen.verdict);
    if (seen.connection !== "live") throw new Error(`the page says that it is ${seen.connection}`);
    if (tick % 50 === 0) log(`${String(Math.round(share * 100))} %: ${String(seen.verdict)}, ${String(seen.sli)}`);
  }
  for (const verdict of ["healthy", "critical"]) {
    if (!verdicts.has(verdict)) throw new Error(`the page was never ${verdict}: ${[...verdicts].join()}`);
  }
  // The traffic has ended: page and server come to the same figures, whichever minute it is.
  await agrees(opened, reliability);
  await page.waitForFunction(
    `document.querySelector('[aria-label="shop"]')?.textContent.includes(${JSON.stringify(incident)})`,
    {
      timeout: PATIENCE_MS,
    },
  );
  const heapAfter = await heapOf(opened);
  // Its course comes by itself, as soon as somebody looks at it.
  await page.evaluate(`location.hash = "#/slo/shop%2Favailability"`);
  await page.waitForFunction(`document.querySelector(".view canvas") !== null`, { timeout: PATIENCE_MS });
  const troubles = (await opened.troubles()).filter(
    (one) => !/^asked for: http:\/\/127\.0\.0\.1:\d+\/\?(events|past=shop%2Favailability)$/.test(one),
  );
  if (troubles.length > 0) throw new Error(troubles.join("; "));
  const streams = opened.requests.filter((url) => url.endsWith("?events")).length;
  if (streams !== 1) throw new Error(`${String(streams)} streams were opened: the first one broke`);
  return {
    seconds,
    newsSeen: told,
    verdicts: [...verdicts].join(", "),
    heapBeforeKb: heapBefore,
    heapAfterKb: heapAfter,
  };
}

interface Seen {
  readonly time: string;
  readonly connection: string;
  readonly verdict: string | undefined;
  readonly sli: string | undefined;
}

async function look({ page }: OpenedPage): Promise<Seen> {
  return (await page.evaluate(`({
    time: document.querySelector("header")?.textContent ?? "",
    connection: document.querySelector(".sign")?.dataset.connection ?? "",
    verdict: document.querySelector('[aria-label="shop"] tr[data-tone]')?.dataset.tone,
    sli: document.querySelector('[aria-label="shop"] td[data-label="SLI"]')?.textContent,
  })`)) as Seen;
}

/** Waits until the page shows the SLI that the server has now, as nothing is counted any more. */
async function agrees(opened: OpenedPage, reliability: Reliability): Promise<void> {
  const until = performance.now() + PATIENCE_MS;
  let shown: string | undefined;
  let known = 0;
  while (performance.now() < until) {
    const { slos } = await reliability.getSloStatus("shop");
    const [status] = slos;
    known = status?.budget.state === "measured" ? status.budget.sliRatio * 100 : NaN;
    shown = (await look(opened)).sli;
    // The window moves on while both are asked; a hundredth of a percent is a request or two of it.
    if (Math.abs(Number.parseFloat(shown ?? "") - known) < 0.5) return;
    await sleep(200);
  }
  throw new Error(`the page says ${String(shown)}, and the server ${String(known)} %`);
}

async function heapOf({ client }: OpenedPage): Promise<number> {
  await client.send("HeapProfiler.collectGarbage");
  const { usedSize } = (await client.send("Runtime.getHeapUsage")) as { usedSize: number };
  return Math.round(usedSize / 1_024);
}

async function ended(server: Server): Promise<void> {
  server.close();
  server.closeAllConnections();
  await once(server, "close");
}
