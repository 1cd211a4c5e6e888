/** A dashboard's server as the page knows it: the document, and messages that a test sends by hand. */
import { createServer, type Server, type ServerResponse } from "node:http";
import { freePort } from "../../support/ports.ts";
import { htmlOf } from "./page-html.ts";
import type { DashboardMessages, DashboardSnapshot } from "../../../src/dashboard/model.ts";

export interface NewsServer {
  readonly url: string;
  /** What a page is given that is opened from now on. */
  snapshot: DashboardSnapshot | undefined;
  /** How many listen. */
  readonly listeners: number;
  /** How many were turned away. */
  readonly refused: number;
  /** What is answered to whoever wants to listen; 200 lets them. */
  status: number;
  tell<Name extends keyof DashboardMessages>(name: Name, message: DashboardMessages[Name]): void;
  tellText(name: string, text: string): void;
  /** Drops all connections and takes no more. */
  stop(): Promise<void>;
  /** Again, on the same port. */
  start(): Promise<void>;
}

export async function newsServer(refreshSeconds: number): Promise<NewsServer> {
  const listeners = new Set<ServerResponse>();
  let server: Server;
  const port = await freePort();
  let refused = 0;
  const news = {
    url: "",
    snapshot: undefined as DashboardSnapshot | undefined,
    status: 200,
    get listeners() {
      return listeners.size;
    },
    get refused() {
      return refused;
    },
    tell(name: string, message: unknown) {
      news.tellText(name, JSON.stringify(message));
    },
    tellText(name: string, text: string) {
      for (const listener of listeners) listener.write(`event: ${name}\ndata: ${text}\n\n`);
    },
    stop: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
    start: () =>
      new Promise<void>((resolve) => {
        server = createServer((request, response) => {
          if (!request.url!.startsWith("/events")) {
            const live = { url: "events", refreshSeconds };
            const { snapshot } = news;
            response.setHeader("content-type", "text/html; charset=utf-8");
            const content = { title: "Shop reliability", live, ...(snapshot === undefined ? {} : { snapshot }) };
            void htmlOf(content).then((html) => response.end(html));
            return;
          }
          if (news.status !== 200) {
            refused += 1;
            response.writeHead(news.status).end();
            return;
          }
          response.writeHead(200, { "content-type": "text/event-stream", "cache-control": "no-store" });
          response.write("retry: 200\n\n");
          listeners.add(response);
          response.on("close", () => listeners.delete(response));
        });
        server.listen(port, "127.0.0.1", () => {
          news.url = `http://127.0.0.1:${port}/`;
          resolve();
        });
      }),
  };
  await news.start();
  return news;
}
