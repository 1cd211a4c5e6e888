/** A response of a Node server as nines sees it, and the status that its client saw. */
import { CLIENT_CLOSED_REQUEST, SWITCHED_PROTOCOLS } from "./labels.ts";

/** The part of `http.ServerResponse` that is looked at. */
export interface ResponseLike {
  readonly statusCode: number;
  /** Whether all of it was handed to the operating system. */
  readonly writableFinished: boolean;
  /** Whether its head was sent. */
  readonly headersSent?: boolean;
  /** What made the server give it up, if anything. */
  readonly errored?: Error | null;
  /** Whether it is over already. */
  readonly closed?: boolean;
  /** Its connection while it is its turn; null while it waits behind another response, and after its end. */
  readonly socket?: object | null;
  /** Its request, which knows the connection all the time. */
  readonly req?: RequestLike;
  /** Told once it is complete or broken. */
  on(event: "close", listener: () => void): unknown;
  /** Who is told. */
  listeners(event: "close"): readonly object[];
}

/** The part of `http.IncomingMessage` that is looked at. */
export interface RequestLike {
  readonly socket?: SocketLike | null;
  /** Read for trace ids, if exemplars are asked for. */
  readonly headers?: HeadersLike;
  /** Whether it asked for another protocol and was handed over. */
  readonly upgrade?: boolean | null;
}

/** Request headers by their lower-case names. */
export type HeadersLike = Readonly<Record<string, string | string[] | undefined>>;

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

/** The status that the client of a response which is over has seen: 499 if it had left by then. */
export function statusOf(response: ResponseLike): number {
  // Nothing is read before it is asked for: of a response whose prototype was changed each property is dear.
  const { req } = response;
  if (req?.upgrade === true && response.headersSent !== true) return SWITCHED_PROTOCOLS;
  const socket = req?.socket ?? undefined;
  const broken = Boolean(socket?.errored);
  // A connection that broke before the response was over took what it had not read with it, though all was written.
  if (response.writableFinished && !broken) return response.statusCode;
  // A client that goes away ends the connection or resets it. Where neither has come the server itself broke off: an
  // error, a `destroy()`, a time-out, a shutdown. Whatever the status line said, the client has no answer then.
  const clientLeft = socket?.readableEnded !== false || broken;
  // From Node 24 on a response that waited behind another one when its client left has this error, and no fault.
  const { errored } = response;
  const ofConnection = errored instanceof Error && "code" in errored && errored.code === "ECONNRESET";
  return clientLeft && (!errored || ofConnection) ? CLIENT_CLOSED_REQUEST : failure(response.statusCode);
}

// Nothing was sent, so nobody has checked what the handler put there.
function failure(statusCode: number): number {
  return Number.isInteger(statusCode) && statusCode >= 500 && statusCode <= 999 ? statusCode : 500;
}
