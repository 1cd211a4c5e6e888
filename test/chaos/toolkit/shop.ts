/** A real server that has a state, and a cache that can be lost. */
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";

/** What was asked of it, in order. */
export interface Asked {
  readonly line: string;
  readonly body: string;
  readonly headers: IncomingMessage["headers"];
}

/** A server that answers until it is closed. */
export interface Shop {
  readonly url: string;
  readonly asked: Asked[];
  /** `up` or `down`. */
  cache: string;
  /** What `/health` says. */
  state: string;
  /** Instead of the answer that it would give, by line. */
  readonly statuses: Map<string, number>;
  close(): Promise<void>;
}

export async function openShop(): Promise<Shop> {
  const asked: Asked[] = [];
  const server = createServer((request, response) => {
    void text(request).then((body) => {
      const line = `${request.method ?? ""} ${request.url ?? ""}`;
      asked.push({ line, body, headers: request.headers });
      const status = shop.statuses.get(line) ?? 200;
      if (line === "PUT /cache" && status < 400) shop.cache = (JSON.parse(body) as { readonly state: string }).state;
      if (line === "GET /hang") return;
      if (line === "GET /long") {
        response.end("a".repeat(70_000));
        return;
      }
      response.writeHead(status, { "content-type": line === "GET /health" ? "application/json" : "text/plain" });
      response.end(line === "GET /health" ? JSON.stringify({ state: shop.state }) : "welcome\n");
    });
  });
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  const shop: Shop = {
    url: `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`,
    asked,
    cache: "up",
    state: "up",
    statuses: new Map(),
    close: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
        server.closeAllConnections();
      }),
  };
  return shop;
}
