import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

import type { Notification, NotificationKind, NotifiedIncident } from "../../../src/ports/notifier.ts";

/** Parsed JSON, of which a test looks at whatever it expects to be there. */
export type Json = ReturnType<typeof JSON.parse>;

/** A request as it came over the wire. */
export interface Seen {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingMessage["headers"];
  readonly text: string;
  /** The body, parsed. */
  readonly json: Json;
}

/** What a fake answers: a status, a status with a body, or whatever it does itself. */
export type Answer =
  | number
  | readonly [status: number, body: string, headers?: Record<string, string>]
  | ((seen: Seen, response: ServerResponse) => void);

export interface FakeServer {
  readonly url: string;
  readonly seen: Seen[];
  /** What comes next; the last one stays. */
  answers: Answer[];
  close(): Promise<void>;
}

/** A real server on a free port that answers as it is told. */
export async function fakeServer(...answers: Answer[]): Promise<FakeServer> {
  const seen: Seen[] = [];
  const fake = { seen, answers: answers.length === 0 ? [200 as Answer] : answers };
  const server = createServer((request, response) => {
    let text = "";
    request.setEncoding("utf8").on("data", (chunk: string) => (text += chunk));
    request.on("end", () => {
      const { method = "", url = "", headers } = request;
      const one: Seen = { method, url, headers, text, json: text === "" ? undefined : JSON.parse(text) };
      seen.push(one);
      const answer = (fake.answers.length > 1 ? fake.answers.shift() : fake.answers[0]) as Answer;
      if (typeof answer === "function") answer(one, response);
      else if (typeof answer === "number") response.writeHead(answer).end();
      else response.writeHead(answer[0], answer[2]).end(answer[1]);
    });
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  return Object.assign(fake, {
    url: `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`,
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  });
}

export const STARTED = Date.UTC(2026, 10, 22, 10);

/** A notification of `INC-0001`, with what a test changes. */
export function notificationOf(
  kind: NotificationKind,
  incident: Partial<NotifiedIncident> = {},
  rest: Partial<Notification> = {},
): Notification {
  return {
    idempotencyKey: `INC-0001/${kind}`,
    kind,
    at: STARTED + 60_000,
    message: `it is ${kind}`,
    incident: {
      id: "INC-0001",
      title: "checkout fails",
      severity: "SEV2",
      status: kind === "resolved" ? "resolved" : "investigating",
      services: ["checkout", "cart"],
      startedAt: STARTED,
      labels: { team: "shop" },
      runbook: "https://wiki.example.com/checkout",
      ...(kind === "resolved" ? { resolvedAt: STARTED + 60_000 } : {}),
      ...incident,
    },
    ...rest,
  };
}
