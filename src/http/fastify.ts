/** Golden signals for Fastify. */
import { invalid } from "../core/errors.ts";
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
import { putFirst } from "./fastify-hooks.ts";
import { told } from "./fastify-inject.ts";
import { dashboardEndpoint, type DashboardHandlerOptions, type DashboardLike } from "./dashboard.ts";
import { type StreamableResponse, writeEvents } from "./dashboard-node.ts";
import { gateEndpoint, type GateHandlerOptions, type GateLike } from "./gate.ts";
import { bufferOr, countConnections, type ConnectionCounter } from "./node-response.ts";
import { patternText } from "./patterns.ts";

export type { MetricsHolder, StatusHolder } from "./answer.ts";
export type { ApprovalHandlerOptions, ApprovalsLike } from "./approvals.ts";
export type { BasicLogin } from "./dashboard-login.ts";
export type { DashboardFeedLike, DashboardHandlerOptions, DashboardLike } from "./dashboard.ts";
export type { StreamableResponse } from "./dashboard-node.ts";
export type { GateHandlerOptions, GateLike } from "./gate.ts";
export { faultInjection } from "./fastify-faults.ts";
export type {
  FastifyFaultedApp,
  FastifyFaultedReply,
  FastifyFaultedRequest,
  FastifyFaultPlugin,
} from "./fastify-faults.ts";
export type { RequestFaults } from "./faults.ts";
export type { BreakableResponse } from "./node-faults.ts";
export type { ConnectionCounter } from "./node-response.ts";

/** The part of a Fastify request that is looked at. */
export interface FastifyRequestLike {
  readonly method: string;
  /** The route that took it; without a `url` none did. */
  readonly routeOptions: { readonly url?: string | undefined };
  /** Its headers by their lower-case names. */
  readonly headers: HeadersLike;
}

/** The part of a Fastify reply that is looked at. */
export interface FastifyReplyLike {
  /** Node's response. */
  readonly raw: ResponseLike;
}

/** An `onRequest` hook. */
export type FastifyOnRequest<Request> = (request: Request, reply: FastifyReplyLike, done: () => void) => void;

/** The part of an HTTP server that is looked at. */
export interface FastifyServerLike extends ConnectionCounter {
  /** Adds a listener behind Fastify's own. */
  on(
    event: "request",
    listener: (request: { readonly method?: string | undefined }, response: ResponseLike) => void,
  ): unknown;
}

/** The part of a Fastify instance that a plugin works on. */
export interface FastifyLike<Request extends FastifyRequestLike = FastifyRequestLike> {
  /** Its HTTP server. */
  readonly server: FastifyServerLike;
  /** Adds a hook for every route of the instance and of its plugins. */
  addHook(name: "onRequest", hook: FastifyOnRequest<Request>): unknown;
  /** Runs `then` when all that was asked for so far is done. */
  after(then: () => void): unknown;
}

/** A Fastify plugin; it works on the instance that registers it, without a scope of its own. */
export type FastifySignalsPlugin<Request extends FastifyRequestLike = FastifyRequestLike> = (
  app: FastifyLike<Request>,
  options: unknown,
  done: () => void,
) => void;

/** The part of a Fastify reply that an answer is given to. */
export interface FastifySender {
  /** Sets the status. */
  code(statusCode: number): unknown;
  /** Sets one header. */
  header(name: string, value: string): unknown;
  /** Sends all of it. */
  send(body: unknown): unknown;
}

/** The part of a Fastify request that an answer is for. */
export interface FastifyAsking {
  readonly method?: string;
  /** Path and query as they came. */
  readonly url?: string;
  readonly headers: HeadersLike;
  /** What the route took out of the path. */
  readonly params?: unknown;
}

/** A Fastify route handler. */
export type FastifyHandler = (request: FastifyAsking, reply: FastifySender) => Promise<unknown>;

/** The part of a Fastify reply that an answer which may go on is given to. */
export interface FastifyStreamer extends FastifySender {
  /** Node's response. */
  readonly raw: StreamableResponse & {
    /** Sets one header. */
    setHeader(name: string, value: number | string | readonly string[]): unknown;
  };
  /** What plugins have set so far. */
  getHeaders(): Readonly<Record<string, string | number | string[] | undefined>>;
  /** Tells Fastify that it is not its business any more. */
  hijack(): unknown;
}

/** The same of an answer that may go on. */
export type FastifyStreamHandler = (request: FastifyAsking, reply: FastifyStreamer) => Promise<unknown>;

/**
 * A plugin that counts every request of the application. Register it on the application itself, in any place:
 * `app.register(goldenSignals(x))`. It sees the routes of all plugins, what their hooks answer early, and what none took.
 *
 * The route label is the pattern with its prefixes (`/tenants/:tenant/users/:id`), also where a handler fails. What no
 * route took is `(unmatched)`. It never throws, delays or changes a response.
 *
 * @example
 * ```ts
 * import fastify from "fastify";
 * import { GoldenSignalsCollector } from "nines";
 * import { goldenSignals, metricsHandler } from "nines/fastify";
 *
 * const signals = new GoldenSignalsCollector();
 * const app = fastify();
 * app.register(goldenSignals(signals));
 * app.get<{ Params: { id: string } }>("/users/:id", (request) => ({ id: request.params.id }));
 * app.get("/metrics", metricsHandler(signals));
 * ```
 */
export function goldenSignals<Request extends FastifyRequestLike = FastifyRequestLike>(
  holder: SignalsHolder,
  options: ObserveOptions<Request> = {},
): FastifySignalsPlugin<Request> {
  const signals = signalsOf(holder);
  const observer = new RequestObserver<Request>(signals, { ...options, route });
  const strays = new RequestObserver<object>(signals, { route: () => undefined });
  const known = new WeakSet<object>();
  let wholeApplication = false;
  const onServer = (server: FastifyServerLike): void => {
    if (known.has(server)) return;
    known.add(server);
    countConnections(signals, server);
    if (!wholeApplication) return;
    // What Fastify refuses before it looks for a route (a path that cannot be decoded) comes by no hook. Its own listener
    // has run by now: what a hook has seen is observed already.
    server.on("request", (request, response) => {
      strays.observe(request, request.method ?? "", response);
    });
  };
  const onRequest: FastifyOnRequest<Request> = (request, reply, done) => {
    const { raw } = reply;
    observer.observe(request, request.method, told(raw));
    // Node tells the server that accepted a connection: `localhost` may have two.
    const { server } = (raw.req?.socket ?? {}) as { readonly server?: FastifyServerLike };
    try {
      if (server !== undefined) onServer(server);
    } catch (error) {
      signals.fault("the server of a request could not be observed", error);
    }
    done();
  };
  const plugin: FastifySignalsPlugin<Request> = (app, _options, done) => {
    const { addHook } = Object(app) as { readonly addHook?: unknown };
    if (typeof addHook !== "function") {
      throw invalid(
        [],
        "this is Fastify's goldenSignals, and no Fastify asks for it; import that of nines/express, nines/koa or nines/hono",
      );
    }
    // The instances of scopes inherit everything from the application's.
    wholeApplication ||= Object.hasOwn(app, "addHook");
    onServer(app.server);
    app.addHook("onRequest", onRequest);
    app.after(() => {
      putFirst(app, onRequest);
    });
    done();
  };
  return Object.assign(plugin, {
    // Without these the hook would be for the plugin's own routes, of which there are none.
    [Symbol.for("skip-override")]: true,
    [Symbol.for("fastify.display-name")]: "nines",
  });
}

// The 404 handlers of the application and of its prefixes have no `url`.
function route({ routeOptions }: FastifyRequestLike): string | undefined {
  const { url } = routeOptions;
  return url === undefined ? undefined : patternText(url);
}

/** A route handler that answers with the metrics, for Prometheus to scrape. */
export function metricsHandler(holder: MetricsHolder): FastifyHandler {
  return handlerOf(metricsEndpoint(holder));
}

/** A route handler that answers with the status as JSON: every SLO's budget, and the policy's decisions. */
export function statusHandler(holder: StatusHolder): FastifyHandler {
  return handlerOf(statusEndpoint(holder));
}

/**
 * A route handler that answers whether a service may be released: that of the route's parameter `service`, else of `?service=`, else
 * of the path's last part. `app.get("/gate/:service", gateHandler(gate))`.
 */
export function gateHandler(gate: GateLike, options: GateHandlerOptions = {}): FastifyHandler {
  return handlerOf(gateEndpoint(gate, options));
}

/**
 * A route handler that answers approvals of runbooks: GET tells what waits, `POST ?run=&step=&answer=yes` answers. Browsers get a page with two
 * buttons, all others JSON. `who` tells who asks, by your own login. `app.all("/approvals", approvalHandler(executor, { who }))`.
 */
export function approvalHandler<Request extends FastifyAsking = FastifyAsking>(
  runbooks: ApprovalsLike,
  options: ApprovalHandlerOptions<Request>,
): (request: Request, reply: FastifySender) => Promise<unknown> {
  const endpoint = approvalEndpoint(runbooks, options);
  return async (request, reply) => answerBy(reply, await endpoint(questionOf(request), request));
}

/**
 * A route handler that shows a dashboard, and keeps it live: `app.get("/dashboard", dashboardHandler(dashboard))`. The query tells what is
 * answered: nothing the page, `?page=static` the page with its data as a file, `?data` the data as JSON, `?events` what keeps the page live. Golden
 * signals leave all of it out: who looks at a service is none of its users.
 */
export function dashboardHandler(
  dashboard: DashboardLike,
  options: DashboardHandlerOptions = {},
): FastifyStreamHandler {
  const endpoint = dashboardEndpoint(dashboard, options);
  return async (request, reply) => {
    const { raw } = reply;
    leaveOut(raw);
    const answer = await endpoint(questionOf(request));
    if (!("stream" in answer)) return answerBy(reply, answer);
    reply.hijack();
    // What hooks have set, such as who may read it from elsewhere.
    for (const [name, value] of Object.entries(reply.getHeaders())) {
      if (value !== undefined) raw.setHeader(name, value);
    }
    writeEvents(answer.stream, raw);
    return undefined;
  };
}

function handlerOf(endpoint: Endpoint): FastifyHandler {
  return async (request, reply) => answerBy(reply, await endpoint(questionOf(request)));
}

function questionOf({ method = "", url = "", headers, params }: FastifyAsking): EndpointRequest {
  return { method, url, headers, params: typeof params === "object" ? { ...params } : {} };
}

function answerBy(reply: FastifySender, { statusCode, headers, body }: Answer): string | Buffer {
  reply.code(statusCode);
  for (const [name, value] of Object.entries(headers)) reply.header(name, value);
  return bufferOr(body);
}
