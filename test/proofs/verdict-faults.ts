/** Statuses, gates and backtests, with a Prometheus behind them that fails in every way. */
import { setTimeout as pause } from "node:timers/promises";

import { type HttpFetch, PrometheusSource } from "../../src/adapters/prometheus/index.ts";
import { backtestSlo } from "../../src/backtest/source.ts";
import { systemClock } from "../../src/core/time/clock.ts";
import { isReliabilityError } from "../../src/core/errors.ts";
import { type Random, seededRandom } from "../../src/core/random.ts";
import { ReleaseGate } from "../../src/gate/gate.ts";
import { parseSloDocument } from "../../src/slo/document.ts";
import type { Slo } from "../../src/slo/model.ts";
import { SloStatusReader } from "../../src/status/reader.ts";
import { FAULTS, type FaultName, startFaultyPrometheus } from "../support/faulty-prometheus.ts";
import type { ProofContext, ProofFigures } from "./types.ts";

export const description =
  "Whatever a Prometheus does, a status, a gate and a backtest end in time: with what is right, or with why nobody can tell.";

interface Size {
  readonly sequences: number;
}

export const quick: Size = { sequences: 60 };
export const full: Size = { sequences: 1_000 };

/** So much later than its time a question may end: it is there to find what hangs. */
const SLACK_MS = 1_500;
const LANES = 4;
const BAD = (Object.keys(FAULTS) as FaultName[]).filter(
  (name) => FAULTS[name].kinds.length > 0 && FAULTS[name].kinds[0] !== "partial",
);
const [SLO] = parseSloDocument({
  service_level_objectives: { shop: { availability: { target: "99.9%", measurement_window: "30d" } } },
}).slos as [Slo];

export async function run({ sequences }: Size, { seed, log }: ProofContext): Promise<ProofFigures> {
  const unhandled: unknown[] = [];
  const note = (reason: unknown): unknown => unhandled.push(reason);
  process.on("unhandledRejection", note).on("uncaughtException", note);
  const endings = new Map<string, number>();
  let [next, worstMs] = [0, -Infinity];
  try {
    await Promise.all(
      Array.from({ length: LANES }, async () => {
        const server = await startFaultyPrometheus();
        try {
          while (next < sequences) {
            next += 1;
            if (next % 100 === 0) log(`${String(next)} sequences`);
            const own = `${seed}/${String(next)}`;
            const { ending, overrunMs } = await sequence(server, seededRandom(own)).catch((error: unknown) => {
              throw new Error(`it does not hold (seed ${own})`, { cause: error });
            });
            endings.set(ending, (endings.get(ending) ?? 0) + 1);
            worstMs = Math.max(worstMs, overrunMs);
          }
        } finally {
          await server.close();
        }
      }),
    );
    await pause(10);
    if (unhandled.length > 0) throw new Error(`unhandled (seed ${seed})`, { cause: unhandled[0] });
  } finally {
    process.off("unhandledRejection", note).off("uncaughtException", note);
  }
  const told = [...endings].sort().map(([ending, count]) => `${ending} ${String(count)}`);
  return { sequences, endings: told.join(", "), worstOverrunMs: Math.round(worstMs), slackMs: SLACK_MS };
}

interface Server {
  readonly url: string;
  readonly closedUrl: string;
  inFlight(): number;
}

async function sequence(
  server: Server,
  random: Random,
): Promise<{ readonly ending: string; readonly overrunMs: number }> {
  const timeoutMs = random.integer(150, 400);
  const badness = random.pick([0, 0.3, 0.7, 1]);
  const drawn = { good: 0, bad: 0 };
  const fetchDrawn: HttpFetch = async (url, init) => {
    if (random.next() >= badness) {
      drawn.good += 1;
      return new Response(goodAnswer(new URLSearchParams(init.body as string)), {
        headers: { "content-type": "application/json" },
      });
    }
    drawn.bad += 1;
    const fault = random.pick(BAD);
    if (fault === "refused") return fetch(url.replace(server.url, server.closedUrl), init);
    return fetch(url, { ...init, headers: { ...init.headers, "x-fault": fault } });
  };
  const source = new PrometheusSource({
    url: server.url,
    fetch: fetchDrawn,
    use: random.pick(["auto", "expressions"]),
    timeoutMs,
    retries: random.integer(0, 2),
    maxBytes: 131_072,
    random,
  });
  const limitMs = timeoutMs + random.integer(0, 100);
  const reader = new SloStatusReader({ slos: [SLO], source, timeoutMs: limitMs });
  const what = random.pick(["status", "gate", "backtest"] as const);
  const startedAt = systemClock.monotonic();
  const ending = await ask(what, { reader, source, random, timeoutMs, host: new URL(server.url).host });
  const tookMs = systemClock.monotonic() - startedAt;
  const overrunMs = tookMs - limitMs;
  if (overrunMs > SLACK_MS) throw new Error(`${what} took ${String(tookMs)} ms of ${String(limitMs)}`);
  const isKnown = !/unknown|failed/.test(ending);
  if (isKnown && drawn.good === 0) throw new Error(`${what} knows of a Prometheus that answered nothing: ${ending}`);
  if (!isKnown && drawn.bad === 0) throw new Error(`${what} does not know though all was well: ${ending}`);
  for (let looks = 0; server.inFlight() > 0 && looks < 300; looks += 1) await pause(10);
  if (server.inFlight() > 0) throw new Error(`${what} left requests behind`);
  return { ending, overrunMs };
}

async function ask(
  what: "status" | "gate" | "backtest",
  given: {
    readonly reader: SloStatusReader;
    readonly source: PrometheusSource;
    readonly random: Random;
    readonly timeoutMs: number;
    readonly host: string;
  },
): Promise<string> {
  const { reader, source, random, timeoutMs, host } = given;
  const quiet = (texts: unknown): void => {
    if (JSON.stringify(texts).includes(host)) throw new Error(`an address is told: ${JSON.stringify(texts)}`);
  };
  if (what === "status") {
    const { verdict, reasons } = await reader.getSloStatus("shop");
    quiet(reasons);
    if (verdict !== "healthy" && verdict !== "unknown") throw new Error(`it is ${verdict}`);
    return `status ${verdict}`;
  }
  if (what === "gate") {
    const whenUnknown = random.pick(["open", "closed"] as const);
    const { verdict, allowed, reasons } = await new ReleaseGate({ statuses: reader, whenUnknown, timeoutMs }).check(
      "shop",
    );
    quiet(reasons);
    if (allowed !== (verdict === "pass" || (verdict === "unknown" && whenUnknown === "open"))) {
      throw new Error(`${verdict} is ${allowed ? "allowed" : "held back"} by a gate that is ${whenUnknown}`);
    }
    return `gate ${verdict}`;
  }
  const end = Math.floor(Date.now() / 60_000) * 60_000;
  try {
    const { candidates } = await backtestSlo(SLO, { source, range: { start: end - 3_600_000, end } });
    if (candidates[0]?.sliRatio !== 1) throw new Error(`its SLI is ${String(candidates[0]?.sliRatio)}`);
    return "backtest told";
  } catch (error) {
    if (!isReliabilityError(error) || error.code === "configuration") throw error;
    quiet(error.message);
    return "backtest failed";
  }
}

/** What a Prometheus says of a service without a failure, to the branches of a query. */
function goodAnswer(form: URLSearchParams): string {
  const branches = [...(form.get("query") ?? "").matchAll(/"nines_branch", "([^"]+)"/g)].map((match) => match[1] ?? "");
  const [start, end] = [form.get("start"), form.get("end")].map((text) => Date.parse(text ?? ""));
  const at = Number.isNaN(Date.parse(form.get("time") ?? ""))
    ? Number(form.get("time"))
    : Date.parse(form.get("time") ?? "") / 1_000;
  const value = (branch: string): string => (branch.startsWith("part") ? "0" : "1000");
  const isRange = form.has("step");
  const times = isRange
    ? Array.from(
        { length: Math.floor(((end ?? 0) - (start ?? 0)) / 60_000) + 1 },
        (_, index) => (start ?? 0) / 1_000 + index * 60,
      )
    : [];
  const result = branches
    // Nothing was recorded: what is counted is asked of the metrics.
    .filter((branch) => /^(?:total|part|watched) /.test(branch))
    .map((branch) => ({
      metric: { nines_branch: branch },
      ...(isRange ? { values: times.map((time) => [time, value(branch)]) } : { value: [at, value(branch)] }),
    }));
  return JSON.stringify({ status: "success", data: { resultType: isRange ? "matrix" : "vector", result } });
}
