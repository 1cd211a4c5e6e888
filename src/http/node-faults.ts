/** Faults on a Node response: what Node's own server, Express, Fastify, Koa and Hono's Node server have in common. */
import type { HoldEnd } from "../chaos/in-process/holds.ts";
import type { PlacedFault } from "../ports/fault-plane.ts";
import { checkFaults, faultAnswer, faultOf, noteFault, type RequestFaults, waited } from "./faults.ts";
import { type WritableResponse, writeAnswer } from "./node-response.ts";

export type { RequestFaults } from "./faults.ts";

/** The part of a connection that is broken. */
export interface BreakableSocket {
  /** Ends it as a peer that died would. */
  resetAndDestroy?(): unknown;
  /** Ends it. */
  destroy?(): unknown;
}

/** The part of `http.ServerResponse` that is broken, or waited for. */
export interface BreakableResponse {
  /** Whether it is over already. */
  readonly closed?: boolean;
  /** Its connection while it is its turn. */
  readonly socket?: object | null;
  /** Its request, which knows the connection all the time. */
  readonly req?: { readonly socket?: object | null };
  /** Its stream, where it is one of many on a connection. */
  readonly stream?: unknown;
  /** Breaks it off. */
  destroy?(): unknown;
  /** Told once it is complete or broken. */
  on(event: "close", listener: () => void): unknown;
}

/** The part of a request that is looked at. */
export interface FaultedRequest {
  readonly method?: string | undefined;
  /** Path and query; below the mount, where there is one. */
  readonly url?: string | undefined;
  /** Path and query as they came, where that is something else. */
  readonly originalUrl?: string;
}

/** The part of a response that is looked at, answered or broken. */
export interface FaultedResponse extends WritableResponse, BreakableResponse {}

/** A middleware that hands requests on to `next`, or to nobody. */
export type FaultMiddleware = (request: FaultedRequest, response: FaultedResponse, next: () => void) => void;

/** The middleware of Node and Express. */
export function nodeFaultInjection(faults: RequestFaults): FaultMiddleware {
  checkFaults(faults);
  return (request, response, next) => {
    const met = faults.isActive ? metBy(faults, request, response) : undefined;
    if (met === undefined) {
      next();
      return;
    }
    const { fault } = met;
    if (fault.kind === "error") {
      noteFault(faults, met, request);
      writeSafely(response, fault.statusCode);
    } else if (fault.kind === "reset") {
      noteFault(faults, met, request);
      breakConnection(response);
    } else {
      // A promise goes on in the request's own asynchronous context, whoever ends the wait.
      void waitedFor(faults, { met, request, response }).then((end) => {
        if (end !== "left") next();
      });
    }
  };
}

/** Has `request` wait before it comes to `response`; `left` if its client goes meanwhile. */
export function waitedFor(
  faults: RequestFaults,
  { met, request, response }: { met: PlacedFault; request: object; response: BreakableResponse },
): Promise<HoldEnd> {
  const onLeave = (letGo: () => void): void => {
    if (response.closed === true) letGo();
    else response.on("close", letGo);
  };
  return waited(faults, { met, request, onLeave });
}

/** Resets the connection of `response`, or its stream alone where others share the connection. Never throws. */
export function breakConnection(response: BreakableResponse): void {
  try {
    const { stream } = response;
    if (isStream(stream)) {
      stream.close(HTTP2_INTERNAL_ERROR);
      return;
    }
    const socket = (response.req?.socket ?? response.socket ?? {}) as BreakableSocket;
    if (!isReset(socket)) (socket.destroy === undefined ? response : socket).destroy?.();
  } catch {
    // It is broken already.
  }
}

const HTTP2_INTERNAL_ERROR = 2;

interface Http2Stream {
  close(code: number): unknown;
}

function isStream(stream: unknown): stream is Http2Stream {
  return typeof stream === "object" && stream !== null && "rstCode" in stream && "close" in stream;
}

/** Only plain TCP can be reset: of others Node throws, and they are ended without a word. */
function isReset(socket: BreakableSocket): boolean {
  if (socket.resetAndDestroy === undefined) return false;
  try {
    socket.resetAndDestroy();
    return true;
  } catch {
    return false;
  }
}

function metBy(
  faults: RequestFaults,
  { method = "", url = "", originalUrl = url }: FaultedRequest,
  { headersSent }: FaultedResponse,
): PlacedFault | undefined {
  // Something has answered already.
  return headersSent === true ? undefined : faultOf(faults, method, originalUrl);
}

function writeSafely(response: FaultedResponse, statusCode: number): void {
  try {
    writeAnswer(response, faultAnswer("error", statusCode));
  } catch {
    breakConnection(response);
  }
}
