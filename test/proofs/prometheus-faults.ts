import { AsyncLocalStorage } from "node:async_hooks";
import { setTimeout as pause } from "node:timers/promises";

import { type HttpFetch, PrometheusApi } from "../../src/adapters/prometheus/index.ts";
import { type Clock, systemClock } from "../../src/core/time/clock.ts";
import { type Random, seededRandom } from "../../src/core/random.ts";
import { FAULTS, type FaultName, type FaultyPrometheus, startFaultyPrometheus } from "../support/faulty-prometheus.ts";
import { memoryHeld } from "./support/heap.ts";
import { misjudged, type Settings, SLACK_MS, type Story } from "./support/prometheus-judge.ts";
import { API_QUESTIONS, type Ending, type ProvenQuestion } from "./support/prometheus-questions.ts";
import type { ProofContext, ProofFigures } from "./types.ts";

export const description =
  "Whatever comes over the wire, each question to a Prometheus ends in time, in a way that this allows, and leaves nothing.";

interface Size {
  readonly sequences: number;
  /** Answers of 100 MB. */
  readonly huge: number;
}

export const quick: Size = { sequences: 44, huge: 8 };
export const full: Size = { sequences: 1_000, huge: 100 };

/** Whoever asks a Prometheus by way of the client can be asked here too. */
const QUESTIONS: readonly ProvenQuestion[] = [...API_QUESTIONS];

const BEAT_MS = 20;
const LANES = 4;
const MOST_QUESTIONS = 10;
const ALL = names(() => true);
const GOOD = names(({ kinds }) => kinds.length === 0);
const BAD = names(({ kinds }) => kinds.length > 0);
const MOST_BYTES = 4 * 1_048_576;
const AT_ONCE = 4;
/** The texts of those at once, and what lies about in sockets; all of them whole would be seven times as much. */
const MOST_HELD = 64 * 1_048_576;

/** Tells whose question a request belongs to. One for all: each makes everything asynchronous slower. */
const stories = new AsyncLocalStorage<Story>();

interface Figures {
  questions: number;
  requests: number;
  worstOverrunMs: number;
  readonly endings: Map<string, number>;
  readonly faults: Set<string>;
}

export async function run(size: Size, { seed, log }: ProofContext): Promise<ProofFigures> {
  const unhandled: unknown[] = [];
  const note = (reason: unknown): unknown => unhandled.push(reason);
  process.on("unhandledRejection", note).on("uncaughtException", note);
  const figures: Figures = {
    questions: 0,
    requests: 0,
    worstOverrunMs: -Infinity,
    endings: new Map(),
    faults: new Set(),
  };
  const still = standstill();
  let next = 0;
  try {
    await Promise.all(
      Array.from({ length: LANES }, async () => {
        const server = await startFaultyPrometheus();
        try {
          while (next < size.sequences) {
            next += 1;
            if (next % 100 === 0) log(`${String(next)} sequences`);
            // Each of them is met with, and not by chance.
            const first = ALL[next % ALL.length] ?? "ok";
            await sequence(server, { seed: `${seed}/${String(next)}`, first, stoodMs: still.stoodMs }, figures);
          }
        } finally {
          await server.close();
        }
      }),
    );
    const peak = await floods(size.huge, seed);
    // A rejection is unhandled once the turn it happened in is over.
    await pause(10);
    if (unhandled.length > 0) throw new Error(`unhandled (seed ${seed})`, { cause: unhandled[0] });
    const unseen = ALL.filter((name) => !figures.faults.has(name));
    if (unseen.length > 0) throw new Error(`never drawn: ${unseen.join(", ")} (seed ${seed})`);
    return {
      sequences: size.sequences,
      questions: figures.questions,
      requests: figures.requests,
      endings: [...figures.endings]
        .sort()
        .map(([kind, count]) => `${kind} ${String(count)}`)
        .join(", "),
      worstOverrunMs: Math.round(figures.worstOverrunMs),
      slackMs: SLACK_MS,
      stoodStillMs: Math.round(still.stoodMs()),
      hugeAnswers: size.huge,
      peakMebibytes: Math.round(peak / 1_048_576),
    };
  } finally {
    still.stop();
    process.off("unhandledRejection", note).off("uncaughtException", note);
  }
}

/** One client, and some questions to it, one after the other and side by side. */
async function sequence(
  server: FaultyPrometheus,
  { seed, first, stoodMs }: { readonly seed: string; readonly first: FaultName; readonly stoodMs: () => number },
  figures: Figures,
): Promise<void> {
  const random = seededRandom(seed);
  const settings = drawSettings(random);
  const { clock, timers } = countingClock();
  const badness = random.next();
  const drawn = [first];
  const draw = (): FaultName => drawn.pop() ?? random.pick(random.next() < badness ? BAD : GOOD);
  const api = new PrometheusApi({ url: server.url, ...settings, clock, random, fetch: faulty(server, draw) });

  const ask = async (): Promise<void> => {
    const question = random.pick(QUESTIONS);
    const controller = new AbortController();
    const startedAt = systemClock.monotonic();
    const stoodBefore = stoodMs();
    const { name, requests } = question;
    const story: Story = { question: name, requests, met: [], startedAt, endedAt: NaN, stoodMs: 0, hasGivenUp: false };
    const giveUp = (): void => {
      story.hasGivenUp = true;
      controller.abort();
    };
    const cancel =
      random.next() < 0.15 ? systemClock.schedule(giveUp, random.integer(0, settings.timeoutMs)) : undefined;
    const fail = (what: string, ending?: Ending): never => {
      const met = story.met.map(({ fault, at }) => `${fault} at ${(at - startedAt).toFixed()}`).join(", ");
      const facts = JSON.stringify({ ending, settings, tookMs: story.endedAt - startedAt });
      throw new Error(`${question.name}: ${what}; met with ${met}; ${facts} (seed ${seed})`);
    };
    const ending = await stories.run(story, () =>
      question
        .ask(api, random, random.next() < 0.5 || cancel !== undefined ? controller.signal : undefined)
        .catch((error: unknown) => fail(String(error))),
    );
    story.endedAt = systemClock.monotonic();
    story.stoodMs = stoodMs() - stoodBefore;
    cancel?.();
    const wrong = misjudged(ending, story, settings);
    if (wrong !== undefined) fail(wrong, ending);
    figures.questions += 1;
    figures.requests += story.met.length;
    const overrunMs = story.endedAt - startedAt - story.stoodMs - settings.timeoutMs;
    figures.worstOverrunMs = Math.max(figures.worstOverrunMs, overrunMs);
    const kind = ending.ok ? "ok" : ending.kind;
    figures.endings.set(kind, (figures.endings.get(kind) ?? 0) + 1);
    for (const { fault } of story.met) figures.faults.add(fault);
  };

  let left = random.integer(1, MOST_QUESTIONS);
  await Promise.all(
    Array.from({ length: random.integer(1, 4) }, async () => {
      for (; left > 0;) {
        left -= 1;
        await ask();
      }
    }),
  );
  if (timers() > 0) throw new Error(`${String(timers())} timers are left (seed ${seed})`);
  for (let looks = 0; server.inFlight() > 0; looks += 1) {
    if (looks > 500) throw new Error(`${String(server.inFlight())} requests are left (seed ${seed})`);
    await pause(10);
  }
}

function drawSettings(random: Random): Settings {
  const timeoutMs = random.integer(100, 300);
  return {
    timeoutMs,
    ...(random.next() < 0.5 ? { attemptTimeoutMs: random.integer(50, timeoutMs) } : {}),
    retries: random.integer(0, 3),
    concurrency: random.integer(1, 4),
    maxBytes: random.integer(16, 256) * 1_024,
    partial: random.pick(["refuse", "accept"]),
  };
}

/** Each request meets with something; what that was is written down with the question that it belongs to. */
function faulty(server: FaultyPrometheus, draw: () => FaultName): HttpFetch {
  return (url, init) => {
    const fault = draw();
    stories.getStore()?.met.push({ fault, at: systemClock.monotonic() });
    if (fault === "refused") return fetch(url.replace(server.url, server.closedUrl), init);
    return fetch(url, { ...init, headers: { ...init.headers, "x-fault": fault } });
  };
}

/** The machine's clock, and how many timers wait. */
function countingClock(): { readonly clock: Clock; readonly timers: () => number } {
  const waiting = new Set<symbol>();
  const clock: Clock = {
    ...systemClock,
    schedule(callback, delayMs, options) {
      const timer = Symbol("timer");
      waiting.add(timer);
      const cancel = systemClock.schedule(
        () => {
          waiting.delete(timer);
          callback();
        },
        delayMs,
        options,
      );
      return () => {
        waiting.delete(timer);
        cancel();
      };
    },
  };
  return { clock, timers: () => waiting.size };
}

/** How long the process has stood still so far, since the machine had other things to do. */
function standstill(): { readonly stoodMs: () => number; readonly stop: () => void } {
  let last = systemClock.monotonic();
  let stood = 0;
  const stoodMs = (): number => stood + Math.max(0, systemClock.monotonic() - last - 2 * BEAT_MS);
  const timer = setInterval(() => {
    stood = stoodMs();
    last = systemClock.monotonic();
  }, BEAT_MS);
  return { stoodMs, stop: () => clearInterval(timer) };
}

/** Many answers that are too large, some of them packed; the most memory that was held while they came. */
async function floods(count: number, seed: string): Promise<number> {
  const server = await startFaultyPrometheus();
  const api = new PrometheusApi({ url: server.url, maxBytes: MOST_BYTES, concurrency: AT_ONCE, timeoutMs: 60_000 });
  const before = memoryHeld();
  let peak = 0;
  let left = count;
  try {
    const asking = Array.from({ length: AT_ONCE }, async () => {
      for (; left > 0;) {
        left -= 1;
        server.fault = left % 4 === 0 ? "bomb" : "huge";
        const result = await api.query("up");
        if (result.ok || result.failure.kind !== "too_large")
          throw new Error(`${JSON.stringify(result)} (seed ${seed})`);
      }
    });
    const all = Promise.all(asking);
    let isOver = false;
    const over = all.finally(() => {
      isOver = true;
    });
    // Whoever looks while they come sees what is held; what is garbage is not counted.
    while (!isOver) {
      peak = Math.max(peak, memoryHeld() - before);
      // A look takes long, and they are to come in the meantime.
      await pause(100);
    }
    await over;
  } finally {
    await server.close();
  }
  if (peak > MOST_HELD) throw new Error(`${String(peak)} bytes were held at once (seed ${seed})`);
  return peak;
}

function names(wanted: (fault: { readonly kinds: readonly string[] }) => boolean): readonly FaultName[] {
  return (Object.keys(FAULTS) as FaultName[]).filter((name) => wanted(FAULTS[name]));
}
