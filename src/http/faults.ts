/** What faults do to the requests of a host, whatever the framework. */
import { invalid } from "../core/errors.ts";
import { checkMethods } from "../core/options.ts";
import { CHAOS_BODY, CHAOS_HEADER } from "../chaos/in-process/faulty-fetch.ts";
import type { HeldRequest, HoldEnd } from "../chaos/in-process/holds.ts";
import type { PlacedFault } from "../ports/fault-plane.ts";
import type { Answer } from "./answer.ts";
import { forgetStruck, noteStruck } from "./struck-routes.ts";

/** What decides about requests: `InProcessFaults`. */
export interface RequestFaults {
  /** Whether there is anything to decide. */
  readonly isActive: boolean;
  /** The fault that a request meets with. */
  decide(request: { readonly method: string; readonly path: string }): PlacedFault | undefined;
  /** The pattern of the route that a fault is on, for the labels of golden signals. */
  routeOf?(met: PlacedFault): string | undefined;
  /** Has a request wait. */
  hold(met: PlacedFault): HeldRequest;
}

/** @throws `ConfigurationError` if `faults` cannot decide */
export function checkFaults(faults: RequestFaults): void {
  if ((faults as unknown) === undefined) throw invalid("faults", "is missing; give InProcessFaults");
  checkMethods(faults, "faults", ["decide", "hold"]);
}

/** The fault that the request meets with; `url` is its path and query as they came, or a whole address. Never throws. */
export function faultOf(faults: RequestFaults, method: string, url: string): PlacedFault | undefined {
  try {
    const path = pathOf(url);
    return path === undefined ? undefined : faults.decide({ method, path });
  } catch {
    // Chaos that fails is no chaos that was asked for.
    return undefined;
  }
}

/** Notes for golden signals that `request` does not come to its handler, and which route that would have been. Never throws. */
export function noteFault(faults: RequestFaults, met: PlacedFault, request: object): void {
  try {
    noteStruck(request, faults.routeOf?.(met));
  } catch {
    // It is counted without its route.
  }
}

/** What is answered in place of the handler. */
export function faultAnswer(kind: string, statusCode: number): Answer {
  const headers = {
    "Content-Type": "application/json; charset=utf-8",
    "Cache-Control": "no-store",
    [CHAOS_HEADER]: kind,
  };
  return { statusCode, headers, body: CHAOS_BODY };
}

/** A request that is to wait. */
export interface Waiting {
  readonly met: PlacedFault;
  readonly request: object;
  /** Is told how to say that its client has gone. */
  readonly onLeave: (letGo: () => void) => void;
  /** Whether its client has gone, however the wait ended. Never throws. */
  readonly isGone: () => boolean;
}

/** Has a request wait; `left` if its client went before it goes on. Never rejects. */
export async function waited(faults: RequestFaults, { met, request, onLeave, isGone }: Waiting): Promise<HoldEnd> {
  // Golden signals learn of a client that has gone before anybody here does.
  noteFault(faults, met, request);
  let end: HoldEnd = "removed";
  try {
    const { ended, letGo } = faults.hold(met);
    onLeave(letGo);
    end = await ended;
  } catch {
    // What cannot wait goes on.
  }
  if (end === "left" || isGone()) return "left";
  forgetStruck(request);
  return end;
}

/** Undefined for what has no path, such as the asterisk of OPTIONS. */
function pathOf(url: string): string | undefined {
  const rest = url.startsWith("/") ? url : url.replace(/^[a-z][a-z0-9+.-]*:\/\/[^/?#]*/i, "");
  const end = rest.search(/[?#]/);
  const path = end < 0 ? rest : rest.slice(0, end);
  if (path.startsWith("/")) return path;
  return path === "" && rest !== url ? "/" : undefined;
}
