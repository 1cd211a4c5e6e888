/** What all hosts on a Node server share: writing an answer, and counting open connections. */
import type { GoldenSignalsCollector } from "../signals/collector.ts";
import type { Answer } from "./answer.ts";

/** The part of `http.ServerResponse` that an answer is written to. */
export interface WritableResponse {
  statusCode: number;
  /** Whether something else has answered already. */
  readonly headersSent?: boolean;
  /** Sets one header. */
  setHeader(name: string, value: string): unknown;
  /** Sends all of it. */
  end(body: string | Uint8Array<ArrayBuffer>): unknown;
}

/** Writes `answer` and ends the response; does nothing if something else, such as a time-out, has answered meanwhile. */
export function writeAnswer(response: WritableResponse, answer: Answer): void {
  if (response.headersSent === true) return;
  response.statusCode = answer.statusCode;
  for (const [name, value] of Object.entries(answer.headers)) response.setHeader(name, value);
  response.end(answer.body);
}

/** The same, once the answer is there. Never rejects. */
export async function writeAnswerOf(answer: Promise<Answer>, response: WritableResponse): Promise<void> {
  try {
    writeAnswer(response, await answer);
  } catch {
    // The host has done something to this response; nobody is left to answer, and a rejection would end the process.
  }
}

/** A body as frameworks on Node take it: most know bytes only as a `Buffer`. */
export function bufferOr(body: Answer["body"]): string | Buffer {
  return typeof body === "string" ? body : Buffer.from(body.buffer, body.byteOffset, body.byteLength);
}

/** The part of `net.Server` that counts its connections. */
export interface ConnectionCounter {
  /** How many are open now. */
  getConnections(callback: (error: Error | null, count: number) => void): unknown;
}

const counted = new WeakMap<GoldenSignalsCollector, WeakSet<ConnectionCounter>>();

/** Adds `server` to the collector's open connections, once. Does not keep the server from being collected. */
export function countConnections(signals: GoldenSignalsCollector, server: ConnectionCounter): void {
  const known = counted.get(signals) ?? new WeakSet();
  if (known.has(server)) return;
  counted.set(signals, known.add(server));
  const reference = new WeakRef(server);
  signals.addConnections(
    () =>
      new Promise((resolve, reject) => {
        const alive = reference.deref();
        if (alive === undefined) resolve(0);
        else
          alive.getConnections((error, count) => {
            if (error === null) resolve(count);
            else reject(error);
          });
      }),
  );
}

/** Adds the server behind each connection that it is told of; cheap for those that it knows. */
export function connectionsOf(signals: GoldenSignalsCollector): (socket: object | null | undefined) => void {
  const known = new WeakSet<object>();
  return (socket) => {
    // Node tells the server that accepted a connection; a connection that was made up has none.
    const server = (socket as { readonly server?: ConnectionCounter } | null | undefined)?.server;
    if (server === undefined || known.has(server)) return;
    known.add(server);
    if (typeof server.getConnections === "function") countConnections(signals, server);
  };
}
