/** Watches one response of a Node server from its request's arrival to its close; every Node framework ends here. */
import type { GoldenSignalsCollector, RouteTeller } from "./collector.ts";
import { CLIENT_CLOSED_REQUEST } from "./labels.ts";

/** The part of `http.ServerResponse` that is looked at. */
export interface ResponseLike {
  readonly statusCode: number;
  /** Whether all of it was handed to the operating system. */
  readonly writableFinished: boolean;
  /** What made the server give it up, if anything. */
  readonly errored?: Error | null;
  /** Whether it is over already. */
  readonly closed?: boolean;
  /** Its connection while it is its turn; null while it waits behind another response, and after its end. */
  readonly socket?: object | null;
  /** Its request, which knows the connection all the time. */
  readonly req?: { readonly socket?: SocketLike | null };
  /** Told once it is complete or broken. */
  once(event: "close", listener: () => void): unknown;
}

/** The part of `net.Socket` that is looked at. */
export interface SocketLike {
  /** Whether the other side has ended the connection. */
  readonly readableEnded?: boolean;
  /** What broke it, if anything. */
  readonly errored?: Error | null;
  /** Whether it is over already. */
  readonly closed?: boolean;
  /** Told once it is over. */
  once(event: "close", listener: () => void): unknown;
}

/** The collector itself, or something that has one, such as a `Reliability`. */
export type SignalsHolder = GoldenSignalsCollector | { readonly signals: GoldenSignalsCollector };

/** The collector of `holder`. */
export function signalsOf(holder: SignalsHolder): GoldenSignalsCollector {
  return "signals" in holder ? holder.signals : holder;
}

/**
 * Counts the request behind `response` once it is over; `route` is asked for its pattern then. A response that this
 * collector watches already is counted once, by the first that knows its route: whatever is mounted twice, in any order.
 *
 * Never throws; a fault is reported to the collector.
 */
export function observeResponse(
  signals: GoldenSignalsCollector,
  method: string,
  response: ResponseLike,
  route: RouteTeller,
): void {
  const tellers = signals.routesOf(response);
  // A server's listener sees a request first and knows no route; the framework's middleware after it does.
  if (tellers.push(route) > 1) return;
  const beganMs = signals.begin();
  onceOver(response, () => {
    signals.finish(beganMs, method, routeBy(tellers, signals), statusOf(response));
  });
}

function routeBy(tellers: readonly RouteTeller[], signals: GoldenSignalsCollector): string | undefined {
  for (const route of tellers) {
    try {
      const pattern = route();
      if (pattern !== undefined) return pattern;
    } catch (error) {
      signals.fault("the route of a request could not be told", error);
    }
  }
  return undefined;
}

/** Calls `listener` once, when `response` is over: also where Node does not tell. */
function onceOver(response: ResponseLike, listener: () => void): void {
  const socket = response.req?.socket ?? undefined;
  const waits = response.socket === null && socket !== undefined;
  let over = false;
  const once = (): void => {
    if (over) return;
    over = true;
    if (waits) waiting.get(socket)?.delete(once);
    listener();
  };
  response.once("close", once);
  // A client may be gone before the middleware's turn; the handlers that follow at once may still name the route.
  if (response.closed === true || (waits && socket.closed === true)) queueMicrotask(once);
  // Responses that wait behind another one (pipelining) are not told when their connection breaks.
  else if (waits) waitingOn(socket).add(once);
}

const waiting = new WeakMap<SocketLike, Set<() => void>>();

/** Who is told when `socket` is over: by one listener, however many responses wait. */
function waitingOn(socket: SocketLike): Set<() => void> {
  const known = waiting.get(socket);
  if (known !== undefined) return known;
  const listeners = new Set<() => void>();
  waiting.set(socket, listeners);
  socket.once("close", () => {
    for (const listener of listeners) listener();
  });
  return listeners;
}

function statusOf({ statusCode, writableFinished, errored, req }: ResponseLike): number {
  if (writableFinished) return statusCode;
  const socket = req?.socket ?? undefined;
  // A client that goes away ends the connection or resets it. Where neither has come the server itself broke off: an
  // error, a `destroy()`, a time-out, a shutdown. Whatever the status line said, the client has no answer then.
  const clientLeft = socket?.readableEnded !== false || Boolean(socket.errored);
  // From Node 24 on a response that waited behind another one when its client left has this error, and no fault.
  const ofConnection = errored instanceof Error && "code" in errored && errored.code === "ECONNRESET";
  return clientLeft && (!errored || ofConnection) ? CLIENT_CLOSED_REQUEST : failure(statusCode);
}

// Nothing was sent, so nobody has checked what the handler put there.
function failure(statusCode: number): number {
  return Number.isInteger(statusCode) && statusCode >= 500 && statusCode <= 999 ? statusCode : 500;
}
