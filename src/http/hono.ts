/** Golden signals for Hono: on Node with @hono/node-server, and elsewhere. */
import type { ObserveOptions, SignalsHolder } from "../signals/observer.ts";
import type { HeadersLike } from "../signals/response.ts";
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
import { eventBody } from "./dashboard-fetch.ts";
import { gateEndpoint, type GateHandlerOptions, type GateLike } from "./gate.ts";
import { observeRouter, type HonoAppLike } from "./hono-app.ts";
import { ContextObserver, leaveOutContext, outgoingOf, statusSoFar, type HonoContextLike } from "./hono-contexts.ts";

export type { MetricsHolder, StatusHolder } from "./answer.ts";
export type { ApprovalHandlerOptions, ApprovalsLike } from "./approvals.ts";
export type { BasicLogin } from "./dashboard-login.ts";
export type { DashboardFeedLike, DashboardHandlerOptions, DashboardLike } from "./dashboard.ts";
export type { GateHandlerOptions, GateLike } from "./gate.ts";
export { faultInjection } from "./hono-faults.ts";
export type { HonoFaulted, HonoFaultMiddleware } from "./hono-faults.ts";
export type { RequestFaults } from "./faults.ts";
export type { HonoAppLike } from "./hono-app.ts";
export type { HonoContextLike } from "./hono-contexts.ts";

/** A Hono middleware. */
export type HonoMiddleware<Context = HonoContextLike> = (context: Context, next: () => Promise<void>) => Promise<void>;

/** The part of a Hono context that an answer is made with. */
export interface HonoAnswering {
  readonly req: {
    /** All headers by their lower-case names. */
    header(): HeadersLike;
    readonly method?: string;
    /** The whole address. */
    readonly url?: string;
    /** What the route took out of the path. */
    param?(): object;
  };
  /** Makes a response. */
  body(body: string | Uint8Array<ArrayBuffer>, statusCode: number, headers: Record<string, string>): Response;
}

/** A Hono handler. */
export type HonoHandler = (context: HonoAnswering) => Promise<Response>;

/** The part of a Hono context that an answer which may go on is made with. */
export interface HonoStreaming {
  readonly req: HonoAnswering["req"] & {
    /** The standard request; its signal aborts when the client goes, where the platform tells. */
    readonly raw: { readonly signal?: AbortSignal };
  };
  /** `outgoing` is Node's response where @hono/node-server serves. */
  readonly env: unknown;
  /** Makes a response. */
  body(
    body: string | Uint8Array<ArrayBuffer> | ReadableStream<Uint8Array<ArrayBuffer>> | null,
    statusCode: number,
    headers: Record<string, string>,
  ): Response;
}

/** The same of an answer that may go on. */
export type HonoStreamHandler = (context: HonoStreaming) => Promise<Response>;

/**
 * Counts every request of `app`, whatever is added to it before or after. Costs less than a middleware: a Hono application
 * answers a request that has only one handler on a shorter path, and keeps it this way. Do not hand out `app.fetch` before.
 *
 * The route label is the pattern with its base paths (`/tenants/:tenant/users/:id`), also where a handler fails or a
 * middleware answers before it. What no route took is `(unmatched)`; what a middleware or a mounted application answered
 * itself is its pattern (`/static/*`). It never throws, delays or changes a response.
 *
 * @example
 * ```ts
 * import { Hono } from "hono";
 * import { GoldenSignalsCollector } from "nines";
 * import { metricsHandler, observeApp } from "nines/hono";
 *
 * const signals = new GoldenSignalsCollector();
 * const app = new Hono();
 * observeApp(app, signals);
 * app.get("/users/:id", (context) => context.json({ id: context.req.param("id") }));
 * app.get("/metrics", metricsHandler(signals));
 * ```
 */
export function observeApp<Context extends HonoContextLike = HonoContextLike>(
  app: HonoAppLike,
  holder: SignalsHolder,
  options: ObserveOptions<Context> = {},
): void {
  observeRouter(app, new ContextObserver<Context>(holder, options));
}

/**
 * The same as an ordinary middleware: it counts every request which comes by it. Use it first: `app.use(goldenSignals(x))`.
 * A request that {@link observeApp} counts too is counted once.
 *
 * @example
 * ```ts
 * import { Hono } from "hono";
 * import { GoldenSignalsCollector } from "nines";
 * import { goldenSignals } from "nines/hono";
 *
 * const app = new Hono();
 * app.use(goldenSignals(new GoldenSignalsCollector()));
 * app.get("/users/:id", (context) => context.json({ id: context.req.param("id") }));
 * ```
 */
export function goldenSignals<Context extends HonoContextLike = HonoContextLike>(
  holder: SignalsHolder,
  options: ObserveOptions<Context> = {},
): HonoMiddleware<Context> {
  const observer = new ContextObserver<Context>(holder, options);
  return (context, next) => {
    const ending = observer.observe(context, undefined);
    return ending === undefined ? next() : ending.endAfter(next, () => statusSoFar(context));
  };
}

/** A handler that answers with the metrics, for Prometheus to scrape. */
export function metricsHandler(holder: MetricsHolder): HonoHandler {
  return handlerOf(metricsEndpoint(holder));
}

/** A handler that answers with the status as JSON: every SLO's budget, and the policy's decisions. */
export function statusHandler(holder: StatusHolder): HonoHandler {
  return handlerOf(statusEndpoint(holder));
}

/**
 * A handler that answers whether a service may be released: that of the route's parameter `service`, else of `?service=`, else
 * of the path's last part. `app.get("/gate/:service", gateHandler(gate))`.
 */
export function gateHandler(gate: GateLike, options: GateHandlerOptions = {}): HonoHandler {
  return handlerOf(gateEndpoint(gate, options));
}

/**
 * A handler that answers approvals of runbooks: GET tells what waits, `POST ?run=&step=&answer=yes` answers. Browsers get a page with two
 * buttons, all others JSON. `who` tells who asks, by your own login. `app.all("/approvals", approvalHandler(executor, { who }))`.
 */
export function approvalHandler<Context extends HonoAnswering = HonoAnswering>(
  runbooks: ApprovalsLike,
  options: ApprovalHandlerOptions<Context>,
): (context: Context) => Promise<Response> {
  const endpoint = approvalEndpoint(runbooks, options);
  return async (context) => {
    const { statusCode, headers, body } = await endpoint(questionOf(context.req), context);
    return context.body(body, statusCode, headers);
  };
}

/**
 * A handler that shows a dashboard, and keeps it live: `app.get("/dashboard", dashboardHandler(dashboard))`. The query tells what is
 * answered: nothing the page, `?page=static` the page with its data as a file, `?data` the data as JSON, `?events` what keeps the page live. Golden
 * signals leave all of it out: who looks at a service is none of its users.
 */
export function dashboardHandler(dashboard: DashboardLike, options: DashboardHandlerOptions = {}): HonoStreamHandler {
  const endpoint = dashboardEndpoint(dashboard, options);
  return async (context) => {
    leaveOutContext(context);
    const answer = await endpoint(questionOf(context.req));
    if (!("stream" in answer)) return answerOf(context, answer);
    const { stream } = answer;
    const { signal } = context.req.raw;
    const body = eventBody(stream, { signal, outgoing: outgoingOf(context.env) });
    return body === undefined ? answerOf(context, stream.full) : context.body(body, 200, stream.headers);
  };
}

function handlerOf(endpoint: Endpoint): HonoHandler {
  return async (context) => {
    const { statusCode, headers, body } = await endpoint(questionOf(context.req));
    return context.body(body, statusCode, headers);
  };
}

function questionOf(req: HonoAnswering["req"]): EndpointRequest {
  return { method: req.method ?? "", url: req.url ?? "", headers: req.header(), params: { ...req.param?.() } };
}

/** Without a body for a status that may not have one: the standard response refuses it. */
function answerOf(context: HonoStreaming, { statusCode, headers, body }: Answer): Response {
  return context.body(statusCode === 304 ? null : body, statusCode, headers);
}
