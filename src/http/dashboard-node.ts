/** A dashboard's answers on a Node response: what Node's own server, Express, Fastify and Koa have in common. */
import type { FeedReader, FeedSeat } from "../dashboard/feed/feed.ts";
import type { RequestLike } from "../signals/response.ts";
import { leaveOut } from "../signals/watch.ts";
import type { DashboardAnswer, EventStream } from "./dashboard.ts";
import { breakConnection, type BreakableResponse } from "./node-faults.ts";
import { isGone, whenGone } from "./node-faults-leaving.ts";
import { type WritableResponse, writeAnswer } from "./node-response.ts";

/** The part of `http.ServerResponse` that events are written to. */
export interface StreamableResponse extends WritableResponse {
  readonly writableFinished: boolean;
  /** Whether it has been ended. */
  readonly writableEnded?: boolean;
  readonly closed?: boolean;
  readonly socket?: object | null;
  readonly req?: RequestLike;
  /** Sends the head. */
  flushHeaders?(): unknown;
  /** Sends a piece; false if it has to wait. */
  write(bytes: Uint8Array): boolean;
  /** Sends what something before it holds back, such as a middleware that compresses. */
  flush?(): unknown;
  /** Told once it is complete or broken, and when it can take more. */
  on(event: "close" | "drain", listener: () => void): unknown;
  /** Who is told. */
  listeners(event: "close"): object[];
}

/** Writes `answer` as it is, or as it goes on, and has nobody count it: who looks at a service is none of its users. Never rejects. */
export async function writeDashboard(answer: Promise<DashboardAnswer>, response: StreamableResponse): Promise<void> {
  leaveOut(response);
  try {
    const told = await answer;
    if ("stream" in told) writeEvents(told.stream, response);
    else writeAnswer(response, told);
  } catch {
    // The host has done something to this response; nobody is left to answer.
  }
}

/** Begins to write events; does nothing if something else has answered meanwhile. */
export function writeEvents(stream: EventStream, response: StreamableResponse): void {
  if (response.headersSent === true || response.writableEnded === true) return;
  endsConnection(response);
  const isServed = presenceOf(response);
  let isSlow = false;
  let forget = (): void => undefined;
  const reader: FeedReader = {
    write: (bytes) => {
      // Node tells nobody of a write behind the end: it is an error that ends the process.
      if (response.writableEnded === true) throw new Error("something else has ended the stream");
      isSlow = !response.write(bytes);
      response.flush?.();
      return !isSlow;
    },
    end: () => {
      forget();
      // What it has not read would have to be waited for.
      if (isSlow) breakConnection(response);
      else if (response.writableEnded !== true) response.end("");
    },
    isThere: () => response.writableEnded !== true && isServed(),
  };
  const seat = stream.subscribe(reader);
  if (seat === undefined) {
    writeAnswer(response, stream.full);
    return;
  }
  forget = whenLeft(response, seat);
  response.on("drain", () => {
    isSlow = false;
    seat.drained();
  });
  response.statusCode = 200;
  for (const [name, value] of Object.entries(stream.headers)) response.setHeader(name, value);
  response.flushHeaders?.();
}

/** Gives the seat back once the client goes; returns how to forget about it. */
function whenLeft(response: StreamableResponse, seat: FeedSeat): () => void {
  return whenGone(response, () => {
    seat.leave();
  });
}

/** A connection that stays would keep a server that closes from its end. HTTP/2 has its own way. */
export function endsConnection(response: object): void {
  if ("shouldKeepAlive" in response) response.shouldKeepAlive = false;
}

interface Listening {
  readonly listening?: boolean;
}

/** Servers that have been seen to listen: of one that does not, that tells whether it has ended or was never to. */
const known = new WeakSet<Listening>();

/** Tells whether the client of `response` is there, and its server goes on: one that closes waits for all responses to end. */
export function presenceOf(response: BreakableResponse): () => boolean {
  const { server } = (response.req?.socket ?? {}) as { readonly server?: Listening | null };
  const isServing = (): boolean => {
    if (typeof server !== "object" || server === null || typeof server.listening !== "boolean") return true;
    if (server.listening) known.add(server);
    return server.listening || !known.has(server);
  };
  isServing();
  return () => !isGone(response) && isServing();
}
