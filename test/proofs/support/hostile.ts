/** Clients that mean harm, or are broken. */
import { setTimeout as pause } from "node:timers/promises";

import type { Random } from "../../../src/core/random.ts";
import { ask, RawClient } from "../../http/matrix/raw.ts";

const METHODS = [
  "GET",
  "HEAD",
  "POST",
  "PUT",
  "DELETE",
  "OPTIONS",
  "TRACE",
  "PROPFIND",
  "PURGE",
  "CONNECT",
  "FOO",
  "get",
];
const ROUTES = [
  "/users/",
  "/tenants/a/users/",
  "/missing/",
  "/throws/",
  "/wait/",
  "/large/",
  "/stream/",
  "/",
  "/keys",
  "/flush",
];
const VALUES = [
  ...[
    "7",
    "%2e%2e",
    "%ff",
    "%",
    "%zz",
    "%00",
    "..",
    "../../etc/passwd",
    '"}\\',
    "${jndi:x}",
    "<script>",
    "\u00ff\u00fe",
  ],
  ...["30", "5", "1000000", "x".repeat(4_000), "%F0%9F%92%A9", "a;b=c", "//", "?", "#"],
];

function anyTarget(random: Random): string {
  const path = `${random.pick(ROUTES)}${random.pick(VALUES)}${random.integer(0, 1_000_000)}`;
  return random.pick([
    path,
    path,
    path,
    `http://evil.example${path}`,
    "*",
    `/${path}`,
    `${path}?${random.pick(VALUES)}`,
  ]);
}

/** Some requests that are right but odd. */
function odd(random: Random): string {
  return Array.from({ length: random.integer(1, 6) }, () =>
    ask(anyTarget(random), { method: random.pick(METHODS), keep: random.next() < 0.9 }),
  ).join("");
}

/** Bytes that are wrong, whole or in part. */
const WRONG: readonly ((random: Random) => string)[] = [
  (random) => odd(random).slice(0, random.integer(1, 60)),
  (random) => ask("/", { headers: Array.from({ length: random.integer(50, 300) }, (_, index) => `X-${index}: y`) }),
  (random) => ask("/", { headers: [`X: ${"y".repeat(random.integer(17_000, 40_000))}`] }),
  (random) => ask(`/${"p".repeat(random.integer(9_000, 40_000))}`),
  () => ask("/echo", { method: "POST", headers: ["Content-Length: 5", "Content-Length: 6"], body: "hello" }),
  () => ask("/echo", { method: "POST", headers: ["Content-Length: 5", "Transfer-Encoding: chunked"], body: "hello" }),
  () => ask("/echo", { method: "POST", headers: ["Transfer-Encoding: chunked"], body: "zz\r\nhello\r\n" }),
  () => ask("/echo", { method: "POST", headers: ["Transfer-Encoding: chunked"], body: "5\r\nhel" }),
  () => ask("/echo", { method: "POST", headers: ["Content-Length: -1"], body: "hello" }),
  () => ask("/echo", { method: "POST", headers: ["Content-Length: 100000"], body: "hello" }),
  () => ask("/echo", { method: "POST", headers: ["Content-Type: application/json", "Content-Length: 3"], body: "{a}" }),
  () => "GET / HTTP/1.1\r\n\r\n",
  () => "GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
  () => "GET / HTTP/9.9\r\nHost: h\r\n\r\n",
  () => "GET /users/7\r\n\r\n",
  () => "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
  () => "\u0016\u0003\u0001\u0002\u0000\u0001\u0000",
  () => ask("/users/7", { headers: ["Host: other", "Connection: Upgrade", "Upgrade: websocket"] }),
  () => ask("/users/7", { headers: ["Expect: 100-continue"] }),
  () => ask("/users/7", { headers: ["Expect: something-else"] }),
  () => ask("/users/7", { headers: ["X: a\u0000b"] }),
  () => ask("/users/7", { headers: ["X : a"] }),
  (random) =>
    `${odd(random)}${Array.from({ length: 100 }, () => String.fromCharCode(random.integer(0, 255))).join("")}`,
];

/** What a hostile client says: requests that are right but odd, or bytes that are none. */
export function hostileBytes(random: Random): string {
  return random.next() < 0.5 ? odd(random) : random.pick(WRONG)(random);
}

/** One hostile client from its connection to its end. */
export async function attack(port: number, random: Random): Promise<void> {
  const text = hostileBytes(random);
  const ending = random.pick(["leave", "leave", "reset", "reset", "end", "wait"] as const);
  const cut = random.next() < 0.3 ? random.integer(1, text.length) : text.length;
  const client = await RawClient.open(port, { deaf: random.next() < 0.2, allowHalfOpen: random.next() < 0.3 });
  client.send(text.slice(0, cut));
  await pause(random.integer(0, 6));
  if (cut < text.length && random.next() < 0.5) client.send(text.slice(cut));
  if (ending === "end") client.socket.end();
  if (ending === "wait" || ending === "end") await pause(random.integer(5, 20));
  if (ending === "reset") client.reset();
  else client.leave();
}
