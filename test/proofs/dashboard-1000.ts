import { gzipSync } from "node:zlib";

import { ManualClock } from "../../src/core/time/manual-clock.ts";
import type { TimeRange } from "../../src/core/time/window.ts";
import { SloDashboard } from "../../src/dashboard/dashboard.ts";
import type { SliQuestion, SliSource } from "../../src/ports/sli-source.ts";
import { parseSloDocument } from "../../src/slo/document.ts";
import type { Slo } from "../../src/slo/model.ts";
import { SloStatusReader } from "../../src/status/reader.ts";
import { launchPageBrowser, type OpenedPage } from "../support/dashboard-page.ts";
import type { ServiceName } from "../support/services.ts";
import type { ProofContext, ProofFigures } from "./types.ts";

export const description =
  "A page of very many services is less than a megabyte, and the reader sees the first of them within a second.";

export const needs: readonly ServiceName[] = ["chromium"];

interface Size {
  readonly services: number;
  /** Pages that are made, and opened; of the times the middle one counts. */
  readonly rounds: number;
  /** A second is a promise of the full form only: tests are not timed. */
  readonly withinMs: number | undefined;
}

export const quick: Size = { services: 1_000, rounds: 1, withinMs: undefined };
export const full: Size = { services: 1_000, rounds: 7, withinMs: 1_000 };

const MOST_BYTES = 1_000_000;
const NOW = Date.UTC(2026, 5, 15, 12);

/** Ten requests a second of each service; the share that fails is its own, and the last hour of every tenth is a fault. */
class Many implements SliSource<Slo> {
  measureAll(questions: readonly SliQuestion<Slo>[]) {
    return Promise.resolve(
      questions.map(({ subject, ranges }) => ({ measurements: ranges.map((one) => count(subject, one)) })),
    );
  }

  measure(slo: Slo, ranges: readonly TimeRange[]) {
    return Promise.resolve(ranges.map((one) => count(slo, one)));
  }
}

function count({ service }: Slo, { start, end }: TimeRange) {
  const number = Number(service.slice(-4));
  const total = Math.round((end - start) / 100);
  const faultMs = number % 10 === 0 ? Math.max(0, end - Math.max(start, NOW - 3_600_000)) : 0;
  const bad = Math.round(total * 0.0004 * ((number % 7) / 6) + (faultMs / 100) * 0.05);
  return { good: Math.max(0, total - bad), total, coverage: 1 };
}

export async function run({ services, rounds, withinMs }: Size, { log }: ProofContext): Promise<ProofFigures> {
  const clock = new ManualClock(NOW);
  const names = Array.from({ length: services }, (_, index) => `service-${String(index).padStart(4, "0")}`);
  const slos = parseSloDocument({
    service_level_objectives: Object.fromEntries(
      names.map((name) => [name, { availability: { target: "99.9%", measurement_window: "30d" } }]),
    ),
  });
  const statuses = new SloStatusReader({ slos, source: new Many(), clock });
  const made: number[] = [];
  const seen: number[] = [];
  const whole: number[] = [];
  let html = "";
  const browser = await launchPageBrowser();
  try {
    for (let round = 0; round < rounds; round += 1) {
      // A dashboard of its own each time: nothing is remembered.
      const dashboard = new SloDashboard({ statuses, clock });
      const began = performance.now();
      html = await dashboard.generateHtml();
      made.push(performance.now() - began);
      dashboard.close();
      const opened = await browser.openHtml(html);
      try {
        const times = await timesOf(opened, services);
        seen.push(times.firstViewMs);
        whole.push(times.allRowsMs);
        log(
          `made in ${ms(made)}, seen after ${ms(seen)}, all rows after ${ms(whole)} (medians of ${String(round + 1)})`,
        );
      } finally {
        await opened.close();
      }
    }
  } finally {
    await browser.close();
  }
  const bytes = Buffer.byteLength(html);
  if (bytes >= MOST_BYTES) throw new Error(`the page has ${String(bytes)} bytes`);
  const firstView = median(seen);
  if (withinMs !== undefined && firstView >= withinMs) throw new Error(`the first view took ${String(firstView)} ms`);
  return {
    services,
    bytes,
    gzipped: gzipSync(html).length,
    madeMs: Math.round(median(made)),
    firstViewMs: Math.round(firstView),
    allRowsMs: Math.round(median(whole)),
  };
}

/** From the beginning of the navigation, by the browser's own clock. */
async function timesOf(opened: OpenedPage, services: number): Promise<{ firstViewMs: number; allRowsMs: number }> {
  const { page } = opened;
  await page.waitForFunction(`document.querySelectorAll("article").length === ${String(services)}`, {
    timeout: 60_000,
  });
  const told = (await page.evaluate(`({
    firstViewMs: performance.getEntriesByName("nines first view")[0]?.startTime,
    paintMs: performance.getEntriesByName("first-contentful-paint")[0]?.startTime,
    allRowsMs: performance.now(),
    first: document.querySelector("article h3")?.textContent,
  })`)) as { firstViewMs?: number; paintMs?: number; allRowsMs: number; first?: string };
  if (told.firstViewMs === undefined) throw new Error("the page does not say when its first view was there");
  if (!/^service-\d{3}0$/.test(told.first ?? ""))
    throw new Error(`${String(told.first)} stands first, and it does not burn`);
  const troubles = await opened.troubles();
  if (troubles.length > 0) throw new Error(troubles.join("; "));
  return { firstViewMs: Math.max(told.firstViewMs, told.paintMs ?? 0), allRowsMs: told.allRowsMs };
}

function median(values: readonly number[]): number {
  return [...values].sort((one, other) => one - other)[Math.floor(values.length / 2)] ?? NaN;
}

function ms(values: readonly number[]): string {
  return `${median(values).toFixed(0)} ms`;
}
