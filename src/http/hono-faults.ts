/** Faults on the requests of Hono: on Node with @hono/node-server, and elsewhere. */
import type { PlacedFault } from "../ports/fault-plane.ts";
import { isAborted, onAbort } from "../core/abort.ts";
import { checkFaults, faultAnswer, faultOf, noteFault, type RequestFaults, waited } from "./faults.ts";
import { type BreakableResponse, breakConnection, waitedFor } from "./node-faults.ts";

/** The part of a Hono context that is looked at, or answered with. */
export interface HonoFaulted {
  readonly req: {
    readonly method: string;
    /** The whole address. */
    readonly url: string;
    /** The standard request; its signal aborts when the client goes, where the platform tells. */
    readonly raw: { readonly signal?: AbortSignal };
  };
  /** `outgoing` is Node's response where @hono/node-server serves. */
  readonly env: unknown;
  /** Makes a response. */
  body(body: string | Uint8Array<ArrayBuffer>, statusCode: number, headers: Record<string, string>): Response;
}

/** A Hono middleware that hands requests on, or answers for itself. */
export type HonoFaultMiddleware = (context: HonoFaulted, next: () => Promise<void>) => Promise<Response | undefined>;

/**
 * A middleware that puts on requests what faults are placed on their routes. Use it behind `goldenSignals` or `observeApp`, before all else.
 *
 * Only Node lets a handler break a connection: elsewhere a reset is a 503 that says so in its header `x-nines-chaos`.
 *
 * @example
 * ```ts
 * import { Hono } from "hono";
 * import { GoldenSignalsCollector, InProcessFaults } from "nines";
 * import { faultInjection, observeApp } from "nines/hono";
 *
 * const faults = new InProcessFaults({ routes: ["GET /orders/:id"] });
 * const app = new Hono();
 * observeApp(app, new GoldenSignalsCollector());
 * app.use(faultInjection(faults));
 * app.get("/orders/:id", (context) => context.text("an order"));
 * await faults.place({ id: "f", target: "GET /orders/:id", fault: { kind: "error", statusCode: 503 }, share: 1 });
 * const { status } = await app.request("/orders/7");
 * if (status !== 503) throw new Error(String(status));
 * ```
 */
export function faultInjection(faults: RequestFaults): HonoFaultMiddleware {
  checkFaults(faults);
  return (context, next) => {
    const met = faults.isActive ? faultOf(faults, context.req.method, context.req.url) : undefined;
    return met === undefined ? passed(next) : struck(faults, met, context, next);
  };
}

async function struck(
  faults: RequestFaults,
  met: PlacedFault,
  context: HonoFaulted,
  next: () => Promise<void>,
): Promise<Response | undefined> {
  const { fault } = met;
  const outgoing = outgoingOf(context.env);
  if (fault.kind === "error" || fault.kind === "reset") noteFault(faults, met, context);
  if (fault.kind === "error") return answered(context, "error", fault.statusCode);
  if (fault.kind === "reset") {
    if (outgoing === undefined) return answered(context, "reset", UNAVAILABLE);
    await broken(outgoing);
    return nothingToSend();
  }
  let release = (): void => undefined;
  const end = await (outgoing === undefined
    ? waited(faults, {
        met,
        request: context,
        onLeave: (letGo) => {
          release = onAbort(signalOf(context), letGo);
        },
        isGone: () => isAborted(signalOf(context)),
      })
    : waitedFor(faults, { met, request: context, response: outgoing }));
  release();
  return end === "left" ? nothingToSend() : passed(next);
}

const UNAVAILABLE = 503;

/** Hono's own promise: one more would be one more turn for each request. */
function passed(next: () => Promise<void>): Promise<undefined> {
  return next() as Promise<undefined>;
}

function answered(context: HonoFaulted, kind: string, status: number): Response {
  const { statusCode, headers, body } = faultAnswer(kind, status);
  return context.body(body, statusCode, headers);
}

/** Resolves when it is over: a response that is written before that would count as one. */
function broken(outgoing: BreakableResponse): Promise<void> {
  return new Promise((resolve) => {
    outgoing.on("close", resolve);
    breakConnection(outgoing);
    if (outgoing.closed === true) resolve();
  });
}

/** By this header @hono/node-server knows that it need not write: there is nobody to read. */
function nothingToSend(): Response {
  return new Response(null, { headers: { "x-hono-already-sent": "true" } });
}

function outgoingOf(env: unknown): BreakableResponse | undefined {
  const { outgoing } = (env ?? {}) as { readonly outgoing?: BreakableResponse };
  return typeof outgoing?.on === "function" ? outgoing : undefined;
}

function signalOf({ req }: HonoFaulted): AbortSignal | undefined {
  const { signal } = req.raw;
  return signal instanceof AbortSignal ? signal : undefined;
}
