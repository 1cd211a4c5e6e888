/** Golden signals for Express, 4 and 5. */
import { RequestObserver, signalsOf, type ObserveOptions, type SignalsHolder } from "../signals/observer.ts";
import type { HeadersLike, ResponseLike } from "../signals/response.ts";
import {
  metricsEndpoint,
  statusEndpoint,
  type Endpoint,
  type EndpointRequest,
  type MetricsHolder,
  type StatusHolder,
} from "./answer.ts";
import { approvalEndpoint, type ApprovalHandlerOptions, type ApprovalsLike } from "./approvals.ts";
import { adoptRequest, notedRoute, noteRoutes } from "./express-routes.ts";
import { dashboardEndpoint, type DashboardHandlerOptions, type DashboardLike } from "./dashboard.ts";
import { type StreamableResponse, writeDashboard } from "./dashboard-node.ts";
import { gateEndpoint, type GateHandlerOptions, type GateLike } from "./gate.ts";
import { type FaultMiddleware, nodeFaultInjection, type RequestFaults } from "./node-faults.ts";
import { connectionsOf, writeAnswerOf, type WritableResponse } from "./node-response.ts";
import { routeOrStruck } from "./struck-routes.ts";

export type { MetricsHolder, StatusHolder } from "./answer.ts";
export type { ApprovalHandlerOptions, ApprovalsLike } from "./approvals.ts";
export type { BasicLogin } from "./dashboard-login.ts";
export type { DashboardFeedLike, DashboardHandlerOptions, DashboardLike } from "./dashboard.ts";
export type { StreamableResponse } from "./dashboard-node.ts";
export type { GateHandlerOptions, GateLike } from "./gate.ts";
export type {
  BreakableResponse,
  FaultedRequest,
  FaultedResponse,
  FaultMiddleware,
  RequestFaults,
} from "./node-faults.ts";
export type { WritableResponse } from "./node-response.ts";

/** The part of an Express request that is looked at. */
export interface ExpressRequest {
  readonly method: string;
  /** Its application; a router without one names no routes. */
  readonly app?: object;
  /** Its connection; Node tells the server that accepted it. */
  readonly socket: object;
}

/** An Express middleware. */
export type ExpressMiddleware<Request = ExpressRequest> = (
  request: Request,
  response: ResponseLike,
  next: () => void,
) => void;

/** The part of an Express request that an answer is for. */
export interface ExpressAsking {
  readonly method?: string | undefined;
  /** Path and query below the mount. */
  readonly url?: string | undefined;
  /** Path and query as they came. */
  readonly originalUrl?: string;
  readonly headers?: HeadersLike;
  /** What the route took out of the path. */
  readonly params?: object;
}

/** An Express handler that answers for itself. */
export type ExpressHandler = (request: ExpressAsking, response: WritableResponse) => void;

/** The same of an answer that may go on. */
export type ExpressStreamHandler = (request: ExpressAsking, response: StreamableResponse) => void;

/**
 * A middleware that counts every request which comes by it. Mount it first, on the application: `app.use(goldenSignals(x))`.
 * The route label is the pattern with its mounts (`/tenants/:tenant/users/:id`), also where a handler fails. What no route
 * took is `(unmatched)`; what a mounted handler answered itself, such as static files, is the mount's pattern and `/*`.
 *
 * It never throws, delays or changes a response.
 *
 * @example
 * ```ts
 * import express from "express";
 * import { GoldenSignalsCollector } from "nines";
 * import { goldenSignals, metricsHandler } from "nines/express";
 *
 * const signals = new GoldenSignalsCollector();
 * const app = express();
 * app.use(goldenSignals(signals));
 * app.get("/users/:id", (request, response) => { response.json({ id: request.params.id }); });
 * app.get("/metrics", metricsHandler(signals));
 * ```
 */
export function goldenSignals<Request extends ExpressRequest = ExpressRequest>(
  holder: SignalsHolder,
  options: ObserveOptions<Request> = {},
): ExpressMiddleware<Request> {
  const signals = signalsOf(holder);
  const observer = new RequestObserver<Request>(signals, {
    ...options,
    route: (request) => routeOrStruck(notedRoute(request), request),
  });
  const connections = connectionsOf(signals);
  return (request, response, next) => {
    observer.observe(request, request.method, response);
    try {
      // Express documents `app.request` as the prototype of the application's requests; its types leave it out.
      const { request: prototype } = (request.app ?? {}) as { readonly request?: object };
      if (prototype !== undefined) {
        noteRoutes(prototype);
        adoptRequest(request);
      }
      connections(request.socket);
    } catch (error) {
      signals.fault("a request could not be observed", error);
    }
    next();
  };
}

/** A handler that answers with the metrics, for Prometheus to scrape. */
export function metricsHandler(holder: MetricsHolder): ExpressHandler {
  return handlerOf(metricsEndpoint(holder));
}

/** A handler that answers with the status as JSON: every SLO's budget, and the policy's decisions. */
export function statusHandler(holder: StatusHolder): ExpressHandler {
  return handlerOf(statusEndpoint(holder));
}

/**
 * A handler that answers whether a service may be released: that of the route's parameter `service`, else of `?service=`, else
 * of the path's last part. `app.get("/gate/:service", gateHandler(gate))`.
 */
export function gateHandler(gate: GateLike, options: GateHandlerOptions = {}): ExpressHandler {
  return handlerOf(gateEndpoint(gate, options));
}

/**
 * A handler that answers approvals of runbooks: GET tells what waits, `POST ?run=&step=&answer=yes` answers. Browsers get a page with two
 * buttons, all others JSON. `who` tells who asks, by your own login. `app.all("/approvals", approvalHandler(executor, { who }))`.
 */
export function approvalHandler<Request extends ExpressAsking = ExpressAsking>(
  runbooks: ApprovalsLike,
  options: ApprovalHandlerOptions<Request>,
): (request: Request, response: WritableResponse) => void {
  const endpoint = approvalEndpoint(runbooks, options);
  return (request, response) => void writeAnswerOf(endpoint(questionOf(request), request), response);
}

/**
 * A handler that shows a dashboard, and keeps it live: `app.get("/dashboard", dashboardHandler(dashboard))`. The query tells what is
 * answered: nothing the page, `?page=static` the page with its data as a file, `?data` the data as JSON, `?events` what keeps the page live. Golden
 * signals leave all of it out: who looks at a service is none of its users.
 */
export function dashboardHandler(
  dashboard: DashboardLike,
  options: DashboardHandlerOptions = {},
): ExpressStreamHandler {
  const endpoint = dashboardEndpoint(dashboard, options);
  return (request, response) => void writeDashboard(endpoint(questionOf(request)), response);
}

/**
 * A middleware that puts on requests what faults are placed on their routes. Mount it behind `goldenSignals`, before all else.
 *
 * @example
 * ```ts
 * import express from "express";
 * import { GoldenSignalsCollector, InProcessFaults } from "nines";
 * import { faultInjection, goldenSignals } from "nines/express";
 *
 * const faults = new InProcessFaults({ routes: ["GET /orders/:id"] });
 * const app = express();
 * app.use(goldenSignals(new GoldenSignalsCollector()));
 * app.use(faultInjection(faults));
 * ```
 */
export function faultInjection(faults: RequestFaults): FaultMiddleware {
  return nodeFaultInjection(faults);
}

function handlerOf(endpoint: Endpoint): ExpressHandler {
  return (request, response) => void writeAnswerOf(endpoint(questionOf(request)), response);
}

function questionOf(request: ExpressAsking): EndpointRequest {
  const { method = "", url = "", originalUrl = url, headers = {}, params = {} } = request;
  return { method, url: originalUrl, headers, params: { ...params } };
}
