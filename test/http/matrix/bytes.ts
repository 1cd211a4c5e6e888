/** Whether an application that is watched answers with the very bytes of one that is not. */
import type { Random } from "../../../src/core/random.ts";
import { GoldenSignalsCollector } from "../../../src/signals/collector.ts";
import { endApp, listen } from "./cells.ts";
import type { Host } from "./host.ts";
import { ask, exchange } from "./raw.ts";
import { read } from "./reading.ts";

/** Conversations whose answers of the watched application are not those of the plain one, and what was counted. */
export interface Comparison {
  readonly differences: readonly { readonly sent: string; readonly plain: string; readonly watched: string }[];
  readonly counted: number;
}

/** Holds every conversation with both applications; some at a time. The last request of each must end its connection. */
export async function compare(host: Host, conversations: readonly string[], atOnce: number = 16): Promise<Comparison> {
  const signals = new GoldenSignalsCollector();
  const apps = [await host.build({}), await host.build({ top: [{ signals }] })] as const;
  const [plainPort, watchedPort] = [await listen(apps[0].server), await listen(apps[1].server)];
  const differences: { sent: string; plain: string; watched: string }[] = [];
  const waiting = [...conversations].reverse();
  const worker = async (): Promise<void> => {
    for (let sent = waiting.pop(); sent !== undefined; sent = waiting.pop()) {
      const [plain, watched] = await Promise.all([answer(plainPort, sent), answer(watchedPort, sent)]);
      if (plain !== watched) differences.push({ sent, plain, watched });
    }
  };
  try {
    await Promise.all(Array.from({ length: atOnce }, worker));
    const { requests } = await read(signals);
    return { differences, counted: Object.values(requests).reduce((sum, count) => sum + count, 0) };
  } finally {
    await Promise.all(apps.map(endApp));
  }
}

async function answer(port: number, text: string): Promise<string> {
  const { received } = await exchange(port, text);
  return received.replace(/^Date: .*$/gim, "Date: -");
}

const OCTETS = "Content-Type: application/octet-stream";

/** One of everything that the applications do. */
export const CONVERSATIONS: readonly string[] = [
  ...["/", "/users/7", "/users/%20%C3%A9?x=1", "/tenants/acme/users/7", "/missing/1", "/nowhere", "/keys"],
  ...["/throws/1", "/rejects/1", "/tenants/acme/throws/1", "/tenants/acme/nowhere", "/status/204", "/status/304"],
  ...["/status/418", "/status/503", "/wait/5", "/stream/10", "/large/10", "/large/300000", "/breaks", "/redirect"],
  ...["/cookies", "/wrong", "/destroys", "/flush", "/hints", "/users/%ff", "/%", "http://elsewhere.example/users/7"],
].flatMap((path) => [ask(path), ...(/[2357]$|^\/$/.test(path) ? [ask(path, { method: "HEAD" })] : [])]);

/** Those with bodies, other methods, versions and pipelines. */
export const RARE_CONVERSATIONS: readonly string[] = [
  ask("/users/7", { method: "OPTIONS" }),
  ask("/users/7", { method: "DELETE" }),
  ask("/users/7", { method: "PROPFIND" }),
  ask("/echo", { method: "POST", headers: [OCTETS, "Content-Length: 5"], body: "hello" }),
  ask("/echo", { method: "POST", headers: [OCTETS, "Transfer-Encoding: chunked"], body: "5\r\nhello\r\n0\r\n\r\n" }),
  ask("/users/7", { version: "1.0" }),
  ask("/stream/5", { version: "1.0" }),
  `${["/users/1", "/wait/5", "/keys", "/stream/5", "/nowhere"].map((path) => ask(path, { keep: true })).join("")}${ask("/")}`,
  "NONSENSE\r\n\r\n",
];

/** One to four requests on one connection, of any kind. */
export function anyConversation(random: Random): string {
  const requests = Array.from({ length: random.integer(1, 4) }, () => anyRequest(random, true));
  return `${requests.join("")}${anyRequest(random, false)}`;
}

function anyRequest(random: Random, keep: boolean): string {
  const id = random.pick(["7", "a%20b", "%C3%A9", "x".repeat(40), "..", "%2e%2e", "a+b", "$&'"]);
  const query = random.pick(["", "", "?a=1", "?q=%ff&/"]);
  const path = random.pick([
    ...["/", `/users/${id}`, `/tenants/${id}/users/${id}`, `/missing/${id}`, `/nowhere/${id}`, "/keys", "/throws/1"],
    ...["/rejects/1", `/tenants/${id}/throws/1`, `/status/${random.pick([201, 204, 304, 404, 429, 500])}`, "/cookies"],
    ...[`/large/${random.integer(0, 70_000)}`, "/redirect", "/wrong", `/stream/${random.integer(0, 5)}`, "/hints"],
  ]);
  // Hono answers HEAD by a response of its own, also where a handler says that it has answered already.
  const past = path === "/keys" || path === "/hints";
  const method = past ? "GET" : random.pick(["GET", "GET", "GET", "HEAD", "OPTIONS", "DELETE", "PROPFIND", "POST"]);
  if (method !== "POST") return ask(`${path}${query}`, { method, keep });
  const body = "b".repeat(random.integer(0, 3_000));
  return ask("/echo", { method, keep, headers: [OCTETS, `Content-Length: ${body.length}`], body });
}
