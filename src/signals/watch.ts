/** The watch over one response, from its request's arrival to its close. */
import type { GoldenSignalsCollector } from "./collector.ts";
import type { LabelValues } from "./labels.ts";
import { statusOf, type ResponseLike, type SocketLike } from "./response.ts";

/** Tells what a host knows of a request; none of it throws. */
export interface Teller {
  readonly route: (request: unknown, statusCode: number) => string | undefined;
  readonly labels: ((request: unknown, statusCode: number) => LabelValues | undefined) | undefined;
  readonly failed: ((request: unknown, statusCode: number) => boolean | undefined) | undefined;
}

/** One collector's watch over one response. */
export class Observation {
  readonly signals: GoldenSignalsCollector;
  /** Another collector's watch over the same response. */
  next: Observation | undefined;
  // What is known at the end, where the collector takes it from.
  firstByteMs = -1;
  failed: boolean | undefined;
  labels: LabelValues | undefined;
  traceId: string | undefined;
  readonly #beganMs: number;
  readonly #teller: Teller;
  readonly #request: unknown;
  readonly #method: string;
  #joined: { readonly teller: Teller; readonly request: unknown }[] | undefined;
  #over = false;

  constructor(signals: GoldenSignalsCollector, teller: Teller, request: unknown, method: string) {
    this.signals = signals;
    this.next = undefined;
    this.failed = undefined;
    this.labels = undefined;
    this.traceId = signals.activeTraceId();
    this.#teller = teller;
    this.#request = request;
    this.#method = method;
    this.#joined = undefined;
    this.#beganMs = signals.begin();
  }

  // A server's listener sees a request first and knows no route; the framework's middleware after it does.
  joinedBy(teller: Teller, request: unknown): void {
    if (teller === this.#teller || this.#joined?.some((other) => other.teller === teller) === true) return;
    (this.#joined ??= []).push({ teller, request });
  }

  firstByte(): void {
    if (this.firstByteMs < 0) this.firstByteMs = this.signals.monotonic();
  }

  leaveOut(): void {
    if (this.#over) return;
    this.#over = true;
    this.signals.leaveOut();
  }

  end(response: ResponseLike): void {
    if (this.#over) return;
    this.#over = true;
    const request = this.#request;
    const teller = this.#teller;
    const statusCode = statusOf(response);
    let route = teller.route(request, statusCode);
    this.failed = teller.failed?.(request, statusCode);
    this.labels = teller.labels?.(request, statusCode);
    if (this.#joined !== undefined) {
      for (const other of this.#joined) {
        route ??= other.teller.route(other.request, statusCode);
        this.failed ??= other.teller.failed?.(other.request, statusCode);
        this.labels ??= other.teller.labels?.(other.request, statusCode);
      }
    }
    // Node makes an object of the headers for whoever asks first.
    if (this.signals.exemplars) this.traceId ??= this.signals.traceIdOf(response.req?.headers);
    this.signals.finish(this.#beganMs, this.#method, route, statusCode, this);
  }
}

/** Puts a private field on somebody else's object: nothing but the class that has the field can see it. */
class Place {
  constructor(target: object) {
    return target;
  }
}

/**
 * Leads to the first watch over a response: from the response itself, or from the listener that ends the watch, where
 * one more property of the response would be dear.
 */
class Mark extends Place {
  readonly #first: Observation;

  private constructor(target: object, first: Observation) {
    super(target);
    this.#first = first;
  }

  static put(target: object, first: Observation): void {
    new Mark(target, first);
  }

  static at(target: object): Observation | undefined {
    return #first in target ? target.#first : undefined;
  }
}

/** The first watch over `response`; the others come after it. */
function watchOver(response: ResponseLike): Observation | undefined {
  const marked = Mark.at(response);
  if (marked !== undefined || isAsMade(response)) return marked;
  for (const listener of response.listeners("close")) {
    const first = Mark.at(listener);
    if (first !== undefined) return first;
  }
  return undefined;
}

/** Has `signals` watch `response`, and `teller` asked at its end. A watch that it has already is joined. */
export function observeFrom(
  signals: GoldenSignalsCollector,
  teller: Teller,
  request: unknown,
  method: string,
  response: ResponseLike,
): void {
  const first = watchOver(response);
  let known = first;
  while (known !== undefined && known.signals !== signals) known = known.next;
  if (known !== undefined) {
    known.joinedBy(teller, request);
    return;
  }
  const observation = new Observation(signals, teller, request, method);
  if (first !== undefined) {
    observation.next = first.next;
    first.next = observation;
    return;
  }
  const over = (): void => {
    endAll(observation, response);
  };
  Mark.put(isAsMade(response) ? response : over, observation);
  onceOver(response, over);
  noteFirstByte(response);
}

/** Has nobody count what `response` is for: one that lasts as long as its client wishes tells nothing of the service. Never throws. */
export function leaveOut(response: ResponseLike): void {
  try {
    for (let watch = watchOver(response); watch !== undefined; watch = watch.next) watch.leaveOut();
  } catch {
    // It is counted then, as long as it lasts.
  }
}

function endAll(first: Observation, response: ResponseLike): void {
  for (let watch: Observation | undefined = first; watch !== undefined; watch = watch.next) {
    try {
      watch.end(response);
    } catch (error) {
      watch.signals.fault("a request could not be counted", error);
    }
  }
}

/** Calls `over` when `response` is over: also where Node does not tell. It may be called more than once. */
function onceOver(response: ResponseLike, over: () => void): void {
  response.on("close", over);
  if (response.socket !== null && response.closed !== true) return;
  const socket = response.req?.socket ?? undefined;
  // A client may be gone before the middleware's turn; the handlers that follow at once may still name the route.
  if (response.closed === true || socket?.closed === true) {
    queueMicrotask(over);
    return;
  }
  // Responses that wait behind another one (pipelining) are not told when their connection breaks.
  if (socket === undefined) return;
  const waits = waitingOn(socket);
  waits.add(over);
  response.on("close", () => waits.delete(over));
}

const waiting = new WeakMap<SocketLike, Set<() => void>>();

/** Who is told when `socket` is over: by one listener, however many wait. */
function waitingOn(socket: SocketLike): Set<() => void> {
  const known = waiting.get(socket);
  if (known !== undefined) return known;
  const listeners = new Set<() => void>();
  waiting.set(socket, listeners);
  socket.once("close", () => {
    for (const over of listeners) over();
  });
  return listeners;
}

type Sender = (this: unknown, ...args: unknown[]) => unknown;

const SENDERS = ["write", "end", "flushHeaders"] as const;
const overlaid = new WeakSet<object>();
let latest: object | undefined;
let latestAsMade = true;

/**
 * Whether `response` has the prototype that it was made with. Express gives each another one, and such an object takes
 * microseconds to get one more property.
 */
function isAsMade(response: object): boolean {
  const prototype = Object.getPrototypeOf(response) as object | null;
  if (prototype === latest) return latestAsMade;
  return prototype === null || Object.hasOwn(prototype, "constructor");
}

/**
 * Node tells nobody when it sends a response's first byte, but only three methods send it. They are overlaid where
 * responses inherit them, once: the responses themselves stay as they were, and so does all that is handed through.
 */
function noteFirstByte(response: object): void {
  const prototype = Object.getPrototypeOf(response) as Partial<Record<string, Sender>> | null;
  // Nearly all responses of a process have the same prototype.
  if (prototype === null || prototype === latest) return;
  latestAsMade = isAsMade(response);
  latest = prototype;
  if (overlaid.has(prototype)) return;
  overlaid.add(prototype);
  for (const name of SENDERS) {
    const send = prototype[name];
    if (typeof send !== "function") continue;
    const value = { [name]: overlay(send) }[name];
    Object.defineProperty(prototype, name, { value, configurable: true, writable: true, enumerable: false });
  }
}

function overlay(send: Sender): Sender {
  return function (...args) {
    let watch = isResponse(this) ? watchOver(this) : undefined;
    for (; watch !== undefined; watch = watch.next) watch.firstByte();
    return send.apply(this, args);
  };
}

// Whatever somebody calls a method of Node's upon, the method itself shall be the one to complain.
function isResponse(value: unknown): value is ResponseLike {
  return typeof value === "object" && value !== null && "listeners" in value && typeof value.listeners === "function";
}
