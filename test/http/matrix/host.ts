/** What the matrix asks of every framework: one little application, built with the framework's own means. */
import type { IncomingMessage, Server } from "node:http";

import type { GoldenSignalsCollector } from "../../../src/signals/collector.ts";
import type { ObserveOptions } from "../../../src/signals/observer.ts";

/** One mounting of a collector. */
export interface Watch {
  readonly signals: GoldenSignalsCollector;
  /** Their `request` is the framework's own; {@link Host.rawOf} knows it. */
  readonly options?: ObserveOptions<unknown>;
  /** How often the very same middleware is mounted, one after the other. */
  readonly times?: number;
}

/** Where collectors are mounted; nowhere without it. */
export interface Plan {
  /** On the application, before all routes. */
  readonly top?: readonly Watch[];
  /** On the router that is mounted under `/tenants/:tenant`. */
  readonly inner?: readonly Watch[];
}

/** A built application. */
export interface App {
  /** Not listening yet. */
  readonly server: Server;
  /** What the framework itself holds open. */
  close(): unknown;
}

/** A framework under test. */
export interface Host {
  readonly name: string;
  /** Titles of the cells that have no meaning here, each with the reason. */
  readonly lacks: Readonly<Record<string, string>>;
  /** The application that {@link PATTERNS} tells of, watched by `plan`. */
  build(plan: Plan): Promise<App>;
  /** Node's request behind the framework's. */
  rawOf(request: unknown): IncomingMessage;
}

/**
 * The patterns that an application has, and nothing else may be a route label.
 *
 * - `/` answers `home`; `/users/:id` the id; `/tenants/:tenant/users/:id` both, with a slash
 * - `throws`, `rejects` fail (500); `missing` answers 404 by itself; `status` answers with the status in the path
 * - `wait` answers after so many ms; `stream` has a chunk at once and one after so many ms; `late` waits 30 ms, streams
 *   a byte, and its last one 200 ms later; `large` has so many bytes; `breaks` fails after its first chunk
 * - `redirect`, `cookies`, `wrong` (a 200 that tells of an error, see `wrongOnes`)
 * - `POST /echo` reads the body and tells its length
 * - `never`, `destroys`, `flush`, `hints`, `keys`: see `rawHandlers`
 */
export const PATTERNS: readonly string[] = [
  "/",
  "/users/:id",
  "/tenants/:tenant/users/:id",
  "/tenants/:tenant/throws/:id",
  "/throws/:id",
  "/rejects/:id",
  "/missing/:id",
  "/status/:code",
  "/wait/:ms",
  "/stream/:ms",
  "/late",
  "/large/:bytes",
  "/breaks",
  "/redirect",
  "/cookies",
  "/wrong",
  "/echo",
  "/never",
  "/destroys",
  "/flush",
  "/hints",
  "/keys",
];

/** The route label of what no route took. */
export const UNMATCHED = "(unmatched)";
