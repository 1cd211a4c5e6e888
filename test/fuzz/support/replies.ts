/** Answers of other systems: a status, headers, a body in pieces, and what becomes of the connection. */
import { setImmediate as turnOfTheLoop } from "node:timers/promises";

import { ManualClock } from "../../../src/core/time/manual-clock.ts";
import type { Random } from "../../../src/core/random.ts";
import type { HttpBodyReader, HttpFetch } from "../../../src/ports/http-fetch.ts";
import { hostileText } from "../../proofs/support/hostile-texts.ts";
import { bytesOf, mutatedText, type Words } from "./mutated.ts";

/** One answer; the body has a character a byte. */
export interface Reply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** After so many bytes each the body comes in another piece; 0 for all at once. */
  readonly pieces: number;
  readonly ending: "ends" | "breaks off" | "hangs" | "is refused";
}

/** A body that was once right, and what it came with. */
export interface Sample {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: string;
}

const STATUSES = [
  200, 200, 201, 202, 204, 301, 302, 304, 400, 401, 403, 404, 405, 408, 409, 422, 425, 429, 500, 501, 503, 504, 599,
];
const PAGE = "<!doctype html><html><body><form action='/login'>Sign in</form></body></html>";
const RETRY_AFTER = [
  "0",
  "1",
  "-1",
  "1e9",
  "Sun, 29 Nov 2026 00:00:00 GMT",
  "9".repeat(99),
  "soon",
  "NaN",
  " 2 ",
  "Infinity",
];
/** Of what a server may say, what may never be told on. */
export const REPEATED = "token-that-nobody-may-see";

/** An answer that was captured, or changed, or is none; half of them are right at least in their status. */
export function anyReply(samples: readonly Sample[], random: Random, words: Words): Reply {
  const { status = 200, headers = {}, body } = random.pick(samples);
  const kind = random.next();
  return {
    status: random.next() < 0.8 ? status : random.pick(STATUSES),
    headers: {
      "content-type":
        random.next() < 0.9 ? "application/json" : random.pick(["text/html; charset=utf-8", "text/plain", ""]),
      ...headers,
      ...(random.next() < 0.15 ? { "retry-after": random.pick(RETRY_AFTER) } : {}),
      ...(random.next() < 0.05 ? { "content-encoding": "gzip" } : {}),
    },
    body: bytesOf(kind < 0.2 ? body : kind < 0.85 ? mutatedText(body, random, words) : anyBody(random), random),
    pieces: random.next() < 0.8 ? 0 : random.integer(1, 500),
    ending: random.next() < 0.94 ? "ends" : random.pick(["breaks off", "hangs", "is refused"] as const),
  };
}

function anyBody(random: Random): string {
  return random.pick([
    ...[
      "",
      "null",
      "[]",
      "{}",
      "0",
      '""',
      "ok",
      PAGE,
      "\ufeff{}",
      "[[[[",
      "[null]",
      '{"error":null}',
      "true",
      "\u001f\u008b\b",
    ],
    ...[
      "[".repeat(random.pick([10, 1_000, 60_000])),
      `{"error":${JSON.stringify(hostileText(random))},"status":500}`,
      REPEATED,
    ],
    ...[`{"error":"${REPEATED}"}`, `"${"x".repeat(70_000)}"`, hostileText(random), `${" ".repeat(100)}{}`],
  ]);
}

/** A `fetch` that gives one answer after the other, and the last one to whoever asks on. */
export function answering(replies: readonly Reply[]): { readonly fetch: HttpFetch; readonly asked: () => number } {
  let asked = 0;
  return {
    asked: () => asked,
    async fetch(_url, { signal }) {
      const reply = replies[Math.min(asked, replies.length - 1)];
      asked += 1;
      if (reply === undefined || reply.ending === "is refused") {
        throw new TypeError("fetch failed", { cause: Object.assign(new Error(REPEATED), { code: "ECONNREFUSED" }) });
      }
      const names = Object.entries(reply.headers).map(([name, value]) => [name.toLowerCase(), value] as const);
      const headers = new Map(names);
      const body = reply.status === 204 ? null : { getReader: () => reader(reply, signal) };
      return { status: reply.status, headers: { get: (name) => headers.get(name.toLowerCase()) ?? null }, body };
    },
  };
}

function reader({ body, pieces, ending }: Reply, signal: AbortSignal | undefined): HttpBodyReader {
  const bytes = Buffer.from(body, "latin1");
  const size = pieces === 0 ? Math.max(1, bytes.length) : pieces;
  let at = 0;
  return {
    async read() {
      signal?.throwIfAborted();
      if (at < bytes.length) {
        at += size;
        return { done: false, value: new Uint8Array(bytes.subarray(at - size, at)) };
      }
      if (ending === "breaks off") throw Object.assign(new Error(REPEATED), { code: "UND_ERR_SOCKET" });
      if (ending === "hangs") {
        await new Promise((_, reject) => signal?.addEventListener("abort", () => reject(signal.reason as Error)));
      }
      return { done: true };
    },
    cancel: async () => {},
  };
}

/** A day of one clock: whoever waits for longer waits for ever. */
const LONGEST_MS = 86_400_000;

/** What comes of `asked`, with time passing whenever nothing else happens. Throws where it never ends. */
export async function inTime<T>(clock: ManualClock, asked: Promise<T>): Promise<T> {
  let isSettled = false;
  const settle = (): void => void (isSettled = true);
  asked.then(settle, settle);
  const began = clock.monotonic();
  for (let idle = 0; !isSettled; idle += 1) {
    await turnOfTheLoop();
    if (idle < 3) continue;
    clock.advance(Math.min(60_000, 50 * 2 ** Math.floor((idle - 3) / 16)));
    if (clock.monotonic() - began > LONGEST_MS) throw new Error("it waits for ever");
  }
  return asked;
}
