/** Golden signals for Koa. */
import { leaveOut } from "../signals/watch.ts";
import { RequestObserver, signalsOf, type ObserveOptions, type SignalsHolder } from "../signals/observer.ts";
import type { HeadersLike, ResponseLike } from "../signals/response.ts";
import {
  metricsEndpoint,
  statusEndpoint,
  type Answer,
  type Endpoint,
  type EndpointRequest,
  type MetricsHolder,
  type StatusHolder,
} from "./answer.ts";
import { approvalEndpoint, type ApprovalHandlerOptions, type ApprovalsLike } from "./approvals.ts";
import { dashboardEndpoint, type DashboardHandlerOptions, type DashboardLike } from "./dashboard.ts";
import { type StreamableResponse, writeEvents } from "./dashboard-node.ts";
import { gateEndpoint, type GateHandlerOptions, type GateLike } from "./gate.ts";
import { adoptContext, noteMounts } from "./koa-mounts.ts";
import { koaRoute } from "./koa-routes.ts";
import { bufferOr, connectionsOf } from "./node-response.ts";
import { routeOrStruck } from "./struck-routes.ts";

export type { MetricsHolder, StatusHolder } from "./answer.ts";
export type { ApprovalHandlerOptions, ApprovalsLike } from "./approvals.ts";
export type { BasicLogin } from "./dashboard-login.ts";
export type { DashboardFeedLike, DashboardHandlerOptions, DashboardLike } from "./dashboard.ts";
export type { StreamableResponse } from "./dashboard-node.ts";
export type { GateHandlerOptions, GateLike } from "./gate.ts";
export { faultInjection } from "./koa-faults.ts";
export type { KoaFaulted, KoaFaultMiddleware } from "./koa-faults.ts";
export type { RequestFaults } from "./faults.ts";
export type { BreakableResponse } from "./node-faults.ts";

/** The part of a Koa context that is looked at. */
export interface KoaContextLike {
  readonly method: string;
  readonly path: string;
  /** Node's request. */
  readonly req: { readonly headers: HeadersLike; readonly socket: object };
  /** Node's response. */
  readonly res: ResponseLike;
  /** Its application; `context` is the prototype of the application's contexts. */
  readonly app: { readonly context: object };
  /** The pattern that a router matched. */
  readonly _matchedRoute?: unknown;
  /** All that a router matched. */
  readonly matched?: unknown;
  /** The prefix that koa-mount entered. */
  readonly mountPath?: unknown;
}

/** A Koa middleware. */
export type KoaMiddleware<Context = KoaContextLike> = (
  context: Context,
  next: () => Promise<unknown>,
) => Promise<unknown>;

/** The part of a Koa context that an answer is given to. */
export interface KoaAnswering {
  readonly req: { readonly headers: HeadersLike };
  readonly method?: string;
  /** Path and query as they came. */
  readonly originalUrl?: string;
  /** What a router took out of the path. */
  readonly params?: unknown;
  status: number;
  body: unknown;
  /** Sets one header. */
  set(name: string, value: string): unknown;
}

/** A Koa middleware that answers for itself. */
export type KoaHandler = (context: KoaAnswering) => Promise<void>;

/** The part of a Koa context that an answer which may go on is given to. */
export interface KoaStreaming extends KoaAnswering {
  /** Node's response. */
  readonly res: StreamableResponse;
  /** Whether Koa writes the answer. */
  respond?: boolean | undefined;
}

/** The same of an answer that may go on. */
export type KoaStreamHandler = (context: KoaStreaming) => Promise<void>;

/**
 * A middleware that counts every request which comes by it. Use it first, on the application: `app.use(goldenSignals(x))`.
 * The route label is the pattern of @koa/router with the prefixes of its routers and of koa-mount
 * (`/api/tenants/:tenant/users/:id`), also where a handler fails. What no route took is `(unmatched)`, the answers of
 * `allowedMethods` among it; what a mounted middleware answered itself, such as static files, is the mount's prefix and `/*`.
 *
 * It never throws, delays or changes a response.
 *
 * @example
 * ```ts
 * import Koa from "koa";
 * import { Router } from "@koa/router";
 * import { GoldenSignalsCollector } from "nines";
 * import { goldenSignals, metricsHandler } from "nines/koa";
 *
 * const signals = new GoldenSignalsCollector();
 * const router = new Router();
 * router.get("/users/:id", (context) => { context.body = { id: context.params.id }; });
 * router.get("/metrics", metricsHandler(signals));
 * const app = new Koa();
 * app.use(goldenSignals(signals));
 * app.use(router.routes());
 * ```
 */
export function goldenSignals<Context extends KoaContextLike = KoaContextLike>(
  holder: SignalsHolder,
  options: ObserveOptions<Context> = {},
): KoaMiddleware<Context> {
  const signals = signalsOf(holder);
  const observer = new RequestObserver<Context>(signals, {
    ...options,
    route: (context) => routeOrStruck(koaRoute(context), context),
  });
  const connections = connectionsOf(signals);
  let latest: object | undefined;
  return (context, next) => {
    observer.observe(context, context.method, context.res);
    try {
      if (context.app !== latest) {
        latest = context.app;
        noteMounts(context.app.context);
      }
      adoptContext(context);
      connections(context.req.socket);
    } catch (error) {
      signals.fault("a request could not be observed", error);
    }
    return next();
  };
}

/** A middleware that answers with the metrics, for Prometheus to scrape. */
export function metricsHandler(holder: MetricsHolder): KoaHandler {
  return handlerOf(metricsEndpoint(holder));
}

/** A middleware that answers with the status as JSON: every SLO's budget, and the policy's decisions. */
export function statusHandler(holder: StatusHolder): KoaHandler {
  return handlerOf(statusEndpoint(holder));
}

/**
 * A middleware that answers whether a service may be released: that of the route's parameter `service`, else of `?service=`, else
 * of the path's last part. `router.get("/gate/:service", gateHandler(gate))`.
 */
export function gateHandler(gate: GateLike, options: GateHandlerOptions = {}): KoaHandler {
  return handlerOf(gateEndpoint(gate, options));
}

/**
 * A middleware that answers approvals of runbooks: GET tells what waits, `POST ?run=&step=&answer=yes` answers. Browsers get a page with two
 * buttons, all others JSON. `who` tells who asks, by your own login. `router.all("/approvals", approvalHandler(executor, { who }))`.
 */
export function approvalHandler<Context extends KoaAnswering = KoaAnswering>(
  runbooks: ApprovalsLike,
  options: ApprovalHandlerOptions<Context>,
): (context: Context) => Promise<void> {
  const endpoint = approvalEndpoint(runbooks, options);
  return async (context) => {
    answerWith(context, await endpoint(questionOf(context), context));
  };
}

/**
 * A middleware that shows a dashboard, and keeps it live: `router.get("/dashboard", dashboardHandler(dashboard))`. The query tells what
 * is answered: nothing the page, `?page=static` the page with its data as a file, `?data` the data as JSON, `?events` what keeps the page live.
 * Golden signals leave all of it out.
 */
export function dashboardHandler(dashboard: DashboardLike, options: DashboardHandlerOptions = {}): KoaStreamHandler {
  const endpoint = dashboardEndpoint(dashboard, options);
  return async (context) => {
    leaveOut(context.res);
    const answer = await endpoint(questionOf(context));
    if (!("stream" in answer)) {
      answerWith(context, answer);
      return;
    }
    context.status = 200;
    // As a body Koa would report each client that leaves as an error.
    context.respond = false;
    writeEvents(answer.stream, context.res);
  };
}

function handlerOf(endpoint: Endpoint): KoaHandler {
  return async (context) => {
    answerWith(context, await endpoint(questionOf(context)));
  };
}

function questionOf({ req, method = "", originalUrl: url = "", params }: KoaAnswering): EndpointRequest {
  return { method, url, headers: req.headers, params: typeof params === "object" ? { ...params } : {} };
}

function answerWith(context: KoaAnswering, { statusCode, headers, body }: Answer): void {
  context.status = statusCode;
  for (const [name, value] of Object.entries(headers)) context.set(name, value);
  context.body = bufferOr(body);
}
