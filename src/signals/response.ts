/** Watches one response of a Node server from its request's arrival to its close; every Node framework ends here. */
import type { GoldenSignalsCollector } from "./collector.ts";
import { CLIENT_CLOSED_REQUEST } from "./labels.ts";

/** The part of `http.ServerResponse` that is looked at. */
export interface ResponseLike {
  readonly statusCode: number;
  /** Whether all of it was handed to the operating system. */
  readonly writableFinished: boolean;
  /** What made the server give it up, if anything. */
  readonly errored?: Error | null;
  /** Told once it is complete or broken. */
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
 * collector watches already is left alone, so that a middleware mounted twice counts once.
 *
 * Never throws; a fault is reported to the collector.
 */
export function observeResponse(
  signals: GoldenSignalsCollector,
  method: string,
  response: ResponseLike,
  route: () => string | undefined,
): void {
  if (!signals.claim(response)) return;
  const beganMs = signals.begin();
  response.once("close", () => {
    let pattern: string | undefined;
    try {
      pattern = route();
    } catch (error) {
      signals.fault("the route of a request could not be told", error);
    }
    signals.finish(beganMs, method, pattern, statusOf(response));
  });
}

function statusOf({ statusCode, writableFinished, errored }: ResponseLike): number {
  if (writableFinished) return statusCode;
  // The server broke off what it had begun: whatever the status line said, the client has no answer.
  if (errored) return Math.max(500, statusCode);
  return CLIENT_CLOSED_REQUEST;
}
