import { once } from "node:events";
import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

import { verifyWebhook } from "../../../src/adapters/webhook/index.ts";
import type { Random } from "../../../src/core/random.ts";

/** What a receiver has taken: how often each key, and the order of the keys of each incident. */
export interface Taken {
  readonly times: Map<string, number>;
  readonly order: Map<string, string[]>;
}

/** Each way to misbehave, and how often of a hundred. */
const FAULTS = [
  ["ok", 70],
  ["too_many", 6],
  ["too_many_date", 2],
  ["broken", 8],
  ["reset", 5],
  ["hang", 2],
  ["lost_answer", 4],
  ["half_answer", 2],
  ["refused", 1],
] as const;
type Fault = (typeof FAULTS)[number][0];

export interface FaultyReceiver extends Taken {
  readonly url: string;
  readonly faults: Map<Fault, number>;
  /** Keys that were refused for good. */
  readonly refused: Set<string>;
  close(): Promise<void>;
}

/**
 * A server that takes messages, and misbehaves by chance: before it takes a message or, worse, after. What it takes is
 * kept by idempotency key, so that what arrives twice is seen.
 */
export async function faultyReceiver(random: Random, secret: string): Promise<FaultyReceiver> {
  const faults = new Map<Fault, number>();
  const times = new Map<string, number>();
  const order = new Map<string, string[]>();
  const refused = new Set<string>();

  const take = (key: string): void => {
    const before = times.get(key) ?? 0;
    times.set(key, before + 1);
    if (before > 0) return;
    const [incident = ""] = key.split("/");
    order.set(incident, [...(order.get(incident) ?? []), key]);
  };
  const misbehave = (fault: Fault, key: string, response: ServerResponse): void => {
    switch (fault) {
      case "ok":
        take(key);
        response.writeHead(202).end();
        return;
      case "too_many":
        response.writeHead(429, { "retry-after": random.pick(["0", "1"]) }).end("slow down");
        return;
      case "too_many_date":
        response.writeHead(503, { "retry-after": new Date(0).toUTCString() }).end();
        return;
      case "broken":
        response.writeHead(random.pick([500, 502, 504])).end("<html>");
        return;
      case "reset":
        response.socket?.resetAndDestroy();
        return;
      case "hang":
        return;
      case "lost_answer":
        take(key);
        response.socket?.destroy();
        return;
      case "half_answer":
        take(key);
        response.writeHead(200, { "content-length": "100" });
        response.write("half");
        setImmediate(() => response.socket?.destroy());
        return;
      case "refused":
        refused.add(key);
        response.writeHead(400).end("no");
    }
  };

  const server = createServer((request, response) => {
    let body = "";
    request.setEncoding("utf8").on("data", (chunk: string) => (body += chunk));
    request.on("error", () => undefined);
    request.on("end", () => {
      const { idempotencyKey } = JSON.parse(body) as { idempotencyKey: string };
      const timestamp = String(request.headers["x-nines-timestamp"]);
      const signature = String(request.headers["x-nines-signature"]);
      const at = Number(timestamp) * 1_000;
      if (!verifyWebhook({ body, timestamp, signature, secret, at })) {
        response.writeHead(401).end();
        return;
      }
      const fault = byShare(random.next() * 100);
      faults.set(fault, (faults.get(fault) ?? 0) + 1);
      misbehave(fault, idempotencyKey, response);
    });
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`,
    faults,
    times,
    order,
    refused,
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}

function byShare(drawn: number): Fault {
  let reached = 0;
  for (const [fault, share] of FAULTS) {
    reached += share;
    if (drawn < reached) return fault;
  }
  return "ok";
}
