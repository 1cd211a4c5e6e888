/** Faults on the requests of Fastify. */
import type { PlacedFault } from "../ports/fault-plane.ts";
import { checkFaults, faultAnswer, faultOf, type RequestFaults } from "./faults.ts";
import { type BreakableResponse, breakConnection, goOn, waitedFor } from "./node-faults.ts";

/** The part of a Fastify request that is looked at. */
export interface FastifyFaultedRequest {
  readonly method: string;
  /** Path and query as they came. */
  readonly originalUrl: string;
}

/** The part of a Fastify reply that is answered or broken. */
export interface FastifyFaultedReply {
  /** Node's response. */
  readonly raw: BreakableResponse;
  /** Sets the status. */
  code(statusCode: number): unknown;
  /** Sets one header. */
  header(name: string, value: string): unknown;
  /** Sends all of it. */
  send(body: unknown): unknown;
  /** Tells Fastify that it is not its business any more. */
  hijack(): unknown;
}

/** The part of a Fastify instance that a plugin works on. */
export interface FastifyFaultedApp {
  /** Adds a hook for every route that the instance and its plugins add from now on. */
  addHook(
    name: "onRequest",
    hook: (request: FastifyFaultedRequest, reply: FastifyFaultedReply, done: () => void) => void,
  ): unknown;
}

/** A Fastify plugin; it works on the instance that registers it, without a scope of its own. */
export type FastifyFaultPlugin = (app: FastifyFaultedApp, options: unknown, done: () => void) => void;

/**
 * A plugin that puts on requests what faults are placed on their routes. Register it on the application itself, before its routes;
 * `goldenSignals` comes before it wherever it is registered.
 *
 * @example
 * ```ts
 * import fastify from "fastify";
 * import { GoldenSignalsCollector, InProcessFaults } from "nines";
 * import { faultInjection, goldenSignals } from "nines/fastify";
 *
 * const faults = new InProcessFaults({ routes: ["GET /orders/:id"] });
 * const app = fastify();
 * app.register(goldenSignals(new GoldenSignalsCollector()));
 * app.register(faultInjection(faults));
 * ```
 */
export function faultInjection(faults: RequestFaults): FastifyFaultPlugin {
  checkFaults(faults);
  const plugin: FastifyFaultPlugin = (app, _options, done) => {
    app.addHook("onRequest", (request, reply, next) => {
      const met = faults.isActive ? faultOf(faults, request.method, request.originalUrl) : undefined;
      if (met === undefined) next();
      else strike(faults, met, reply, next);
    });
    done();
  };
  return Object.assign(plugin, {
    // Without these the hook would be for the plugin's own routes, of which there are none.
    [Symbol.for("skip-override")]: true,
    [Symbol.for("fastify.display-name")]: "nines-faults",
  });
}

function strike(faults: RequestFaults, met: PlacedFault, reply: FastifyFaultedReply, next: () => void): void {
  const { fault } = met;
  if (fault.kind === "error") {
    const { statusCode, headers, body } = faultAnswer("error", fault.statusCode);
    reply.code(statusCode);
    for (const [name, value] of Object.entries(headers)) reply.header(name, value);
    reply.send(body);
  } else if (fault.kind === "reset") {
    reply.hijack();
    breakConnection(reply.raw);
  } else {
    void waitedFor(faults, { met, request: reply, response: reply.raw }).then((end) => {
      if (end === "left") reply.hijack();
      else goOn(next);
    });
  }
}
