/** A service that measures itself with nines, is asked many times a second, and fails when it is told to. */
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

import { metricsHandler, observeServer } from "../../../src/http/node.ts";
import { GoldenSignalsCollector } from "../../../src/signals/collector.ts";

const PAUSE_MS = 25;

/** The service. */
export interface Shop {
  /** Host and port. */
  readonly target: string;
  /** Whether half of the requests fail. */
  fails: boolean;
  /** Ends the service; those who ask it see that nobody listens. */
  readonly stop: () => Promise<void>;
}

/** Starts it, with somebody who asks it. */
export async function startShop(): Promise<Shop> {
  const signals = new GoldenSignalsCollector();
  const scrape = metricsHandler(signals);
  let count = 0;
  const server = createServer((request, response) => {
    if (request.url === "/metrics") {
      scrape(request, response);
      return;
    }
    count += 1;
    response.statusCode = shop.fails && count % 2 === 0 ? 500 : 200;
    response.end();
  });
  observeServer(server, signals, { route: ({ url }) => url });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const target = `127.0.0.1:${String((server.address() as AddressInfo).port)}`;
  const asking = setInterval(() => {
    fetch(`http://${target}/checkout`).then(
      (answer) => answer.arrayBuffer(),
      () => undefined,
    );
  }, PAUSE_MS);
  const shop: Shop = {
    target,
    fails: false,
    async stop() {
      clearInterval(asking);
      const closed = once(server, "close");
      server.close();
      server.closeAllConnections();
      await closed;
      signals.close();
    },
  };
  return shop;
}
