/** Real requests over real sockets, at a steady pace. */
import { Agent, request } from "node:http";

/** A running load. */
export interface Load {
  /** Requests sent so far. */
  readonly sent: number;
  /** Ends it; what is under way is let go. */
  stop(): void;
}

/** Sends `perSecond` requests a second to the shop at `url`: products mostly, and one checkout in five. */
export function startLoad(url: string, perSecond: number): Load {
  const agent = new Agent({ keepAlive: true, maxSockets: 64 });
  const load = {
    sent: 0,
    stop(): void {
      clearInterval(timer);
      agent.destroy();
    },
  };
  const timer = setInterval(() => {
    load.sent += 1;
    const checkout = load.sent % 5 === 0;
    const path = checkout ? `/checkout/${String(load.sent)}` : `/products/${String(load.sent % 97)}`;
    const sending = request(`${url}${path}`, { agent, method: checkout ? "POST" : "GET" }, (response) => {
      response.resume();
    });
    // A request that fails is what the service counts; the load goes on.
    sending.on("error", () => undefined);
    sending.end();
  }, 1_000 / perSecond);
  return load;
}
