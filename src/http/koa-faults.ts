/** Faults on the requests of Koa. */
import type { PlacedFault } from "../ports/fault-plane.ts";
import { checkFaults, faultAnswer, faultOf, noteFault, type RequestFaults } from "./faults.ts";
import { type BreakableResponse, breakConnection, waitedFor } from "./node-faults.ts";

/** The part of a Koa context that is looked at, answered or broken. */
export interface KoaFaulted {
  readonly method: string;
  /** Path and query as they came. */
  readonly originalUrl: string;
  readonly res: BreakableResponse;
  /** Whether Koa writes the answer. */
  respond?: boolean | undefined;
  status: number;
  body: unknown;
  /** Sets one header. */
  set(name: string, value: string): unknown;
}

/** A Koa middleware that hands requests on, or answers for itself. */
export type KoaFaultMiddleware = (context: KoaFaulted, next: () => Promise<unknown>) => Promise<unknown>;

/**
 * A middleware that puts on requests what faults are placed on their routes. Use it behind `goldenSignals`, before all else.
 *
 * @example
 * ```ts
 * import Koa from "koa";
 * import { GoldenSignalsCollector, InProcessFaults } from "nines";
 * import { faultInjection, goldenSignals } from "nines/koa";
 *
 * const faults = new InProcessFaults({ routes: ["GET /orders/:id"] });
 * const app = new Koa();
 * app.use(goldenSignals(new GoldenSignalsCollector()));
 * app.use(faultInjection(faults));
 * ```
 */
export function faultInjection(faults: RequestFaults): KoaFaultMiddleware {
  checkFaults(faults);
  return (context, next) => {
    const met = faults.isActive ? faultOf(faults, context.method, context.originalUrl) : undefined;
    return met === undefined ? next() : struck(faults, met, context, next);
  };
}

async function struck(
  faults: RequestFaults,
  met: PlacedFault,
  context: KoaFaulted,
  next: () => Promise<unknown>,
): Promise<unknown> {
  const { fault } = met;
  if (fault.kind !== "error" && fault.kind !== "reset") {
    const end = await waitedFor(faults, { met, request: context, response: context.res });
    if (end !== "left") return next();
    context.respond = false;
    return undefined;
  }
  noteFault(faults, met, context);
  if (fault.kind === "error") {
    const { statusCode, headers, body } = faultAnswer("error", fault.statusCode);
    context.status = statusCode;
    for (const [name, value] of Object.entries(headers)) context.set(name, value);
    context.body = body;
    return undefined;
  }
  context.respond = false;
  breakConnection(context.res);
  return undefined;
}
