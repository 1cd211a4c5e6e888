/** Faults on a Node response: what Node's own server, Express, Fastify, Koa and Hono's Node server have in common. */
import type { HoldEnd } from "../chaos/in-process/holds.ts";
import type { PlacedFault } from "../ports/fault-plane.ts";
import { checkFaults, faultAnswer, faultOf, noteFault, type RequestFaults, waited } from "./faults.ts";
import { type BreakableResponse, isGone, whenGone } from "./node-faults-leaving.ts";
import { type WritableResponse, writeAnswer } from "./node-response.ts";

export type { RequestFaults } from "./faults.ts";
export type { BreakableResponse } from "./node-faults-leaving.ts";

/** The part of a connection that is broken. */
export interface BreakableSocket {
  /** Ends it as a peer that died would. */
  resetAndDestroy?(): unknown;
  /** Ends it. */
  destroy?(): unknown;
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
      void waitedFor(faults, { met, request, response }).then((end) => {
        if (end !== "left") goOn(next);
      });
    }
  };
}

/**
 * Calls `next` from what follows a wait: in the request's own asynchronous context, whoever ended the wait, but outside of its promise.
 * What a handler throws is an uncaught exception then, as it is without a wait, and no unhandled rejection.
 */
export function goOn(next: () => void): void {
  queueMicrotask(() => {
    next();
  });
}

/** Has `request` wait before it comes to `response`; `left` if its client goes meanwhile. */
export async function waitedFor(
  faults: RequestFaults,
  { met, request, response }: { met: PlacedFault; request: object; response: BreakableResponse },
): Promise<HoldEnd> {
  let forget = (): void => undefined;
  const onLeave = (letGo: () => void): void => {
    forget = whenGone(response, letGo);
  };
  const end = await waited(faults, { met, request, onLeave, isGone: () => isGone(response) });
  forget();
  return end;
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
