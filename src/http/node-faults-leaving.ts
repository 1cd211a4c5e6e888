/** Whether the client of a Node response has gone: a response that waits for its turn on a connection is not told so itself. */

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

/** The part of a connection that tells of its end. */
interface EndingSocket {
  readonly destroyed?: boolean;
  on(event: "close", listener: () => void): unknown;
  off(event: "close", listener: () => void): unknown;
}

/** Whether nobody is there any more to read `response`. Never throws. */
export function isGone(response: BreakableResponse): boolean {
  try {
    return response.closed === true || socketOf(response)?.destroyed === true;
  } catch {
    return false;
  }
}

/** Calls `callback` when the client of `response` goes, at once if it has, maybe twice; returns how to forget about it. */
export function whenGone(response: BreakableResponse, callback: () => void): () => void {
  if (isGone(response)) {
    callback();
    return () => undefined;
  }
  response.on("close", callback);
  const socket = socketOf(response);
  return socket === undefined ? () => undefined : whenClosed(socket, callback);
}

const LISTENING = new WeakMap<EndingSocket, Set<() => void>>();

/** However many requests wait on a connection, it has one listener: Node would warn of a leak when there are more than ten. */
function whenClosed(socket: EndingSocket, callback: () => void): () => void {
  let waiting = LISTENING.get(socket);
  if (waiting === undefined) {
    waiting = new Set();
    LISTENING.set(socket, waiting);
    socket.on("close", tellAll);
  }
  const all = waiting;
  all.add(callback);
  return () => {
    all.delete(callback);
    if (all.size > 0 || LISTENING.get(socket) !== all) return;
    LISTENING.delete(socket);
    socket.off("close", tellAll);
  };
}

function tellAll(this: EndingSocket): void {
  const waiting = LISTENING.get(this) ?? [];
  LISTENING.delete(this);
  this.off("close", tellAll);
  for (const callback of waiting) callback();
}

/** Undefined where the response is one stream of many: that tells of its own end. */
function socketOf({ stream, req, socket }: BreakableResponse): EndingSocket | undefined {
  if (typeof stream === "object" && stream !== null) return undefined;
  const ending = (req?.socket ?? socket ?? {}) as Partial<EndingSocket>;
  return typeof ending.on === "function" && typeof ending.off === "function" ? (ending as EndingSocket) : undefined;
}
