/** What the servers of all frameworks have in common. */
import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";

import { HandWritten } from "../signals/floor.ts";
import { samplesOf } from "../signals/exposition.ts";

/** The same application bare, with nines, with instrumentation written by hand, and with what people use today. */
export type Variant = "bare" | "nines" | "floor" | Peer;
/** Some frameworks have two that people use. */
export type Peer = "peer" | "bundle";

/** A server that listens. */
export interface Served {
  readonly port: number;
  /** How many requests to `/users/:id` it has counted. */
  counted(): number | Promise<number>;
}

type Start = () => Promise<Served>;

/** How each variant of one framework is started. */
export type Variants = Readonly<Record<Exclude<Variant, "bundle">, Start>> & { readonly bundle?: Start };

/** Routes beside the one that is asked for, half of them before it. */
export const SIBLINGS = Array.from({ length: 20 }, (_, index) => `/resource-${index}/:id`);
export const ROUTES: readonly string[] = [...SIBLINGS.slice(0, 10), "/users/:id", ...SIBLINGS.slice(10)];

/** The answer to a request. */
export function userOf(id: unknown): object {
  return { id, name: "Ada Lovelace", active: true };
}

export function listen(listener: RequestListener, counted: Served["counted"]): Promise<Served> {
  return portOf(createServer(listener), counted);
}

export function portOf(server: Server, counted: Served["counted"]): Promise<Served> {
  // The connections wait while the other variants are measured.
  server.keepAliveTimeout = 0;
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => resolve({ port: (server.address() as AddressInfo).port, counted }));
  });
}

/** What a bare server counts. */
export const nothing = (): number => 0;

/** What instrumentation with a text to scrape has counted under a label that names the users' route. */
export function countedIn(scrape: () => Promise<string>): () => Promise<number> {
  return async () =>
    samplesOf(await scrape())
      .filter(({ name }) => name === "http_request_duration_seconds_count")
      .filter(({ labels }) => /^\/users\/(:id|#val)$/.test(labels.route ?? labels.path ?? ""))
      .reduce((sum, { value }) => sum + value, 0);
}

/** Instrumentation by hand, and what it has counted. */
export function byHand(): { readonly floor: HandWritten; readonly counted: () => Promise<number> } {
  const floor = new HandWritten();
  return { floor, counted: countedIn(async () => floor.scrape([])) };
}
