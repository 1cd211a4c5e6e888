/** Golden signals for a plain `node:http` server. */
import { RequestObserver, signalsOf, type ObserveOptions, type SignalsHolder } from "../signals/observer.ts";
import type { HeadersLike, ResponseLike } from "../signals/response.ts";
import { metricsEndpoint, statusEndpoint, type Endpoint, type MetricsHolder, type StatusHolder } from "./answer.ts";
import { approvalEndpoint, type ApprovalHandlerOptions, type ApprovalsLike } from "./approvals.ts";
import { dashboardEndpoint, type DashboardHandlerOptions, type DashboardLike } from "./dashboard.ts";
import { type StreamableResponse, writeDashboard } from "./dashboard-node.ts";
import { gateEndpoint, type GateHandlerOptions, type GateLike } from "./gate.ts";
import { type FaultMiddleware, nodeFaultInjection, type RequestFaults } from "./node-faults.ts";
import { countConnections, writeAnswerOf, type ConnectionCounter, type WritableResponse } from "./node-response.ts";

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
export type { ConnectionCounter, WritableResponse } from "./node-response.ts";
export { webhookListener } from "./webhook.ts";
export type { IncomingRequest, WebhookListener } from "./webhook.ts";

/** The part of `http.IncomingMessage` that is looked at. */
export interface NodeRequest {
  readonly method?: string | undefined;
  readonly url?: string | undefined;
}

/** The part of `http.Server` that is listened to. */
export interface NodeServer<Request extends NodeRequest = NodeRequest> extends ConnectionCounter {
  /** Adds a listener before all others. */
  prependListener(event: "request", listener: (request: Request, response: ResponseLike) => void): unknown;
  /** Takes it away again. */
  removeListener(event: "request", listener: (request: Request, response: ResponseLike) => void): unknown;
}

/** The part of `http.IncomingMessage` that an answer is for. */
export interface AskingRequest extends NodeRequest {
  readonly headers?: HeadersLike;
}

/** A request listener that answers for itself. */
export type NodeHandler = (request: AskingRequest, response: WritableResponse) => void;

/** The same of an answer that may go on. */
export type NodeStreamHandler = (request: AskingRequest, response: StreamableResponse) => void;

/** How a plain server's requests are named. */
export interface ObserveServerOptions<Request> extends ObserveOptions<Request> {
  /**
   * The pattern of the route that took `request`, such as `/users/:id`; undefined if none did. Asked once the response is
   * over. Never return a raw path. All requests are `(unmatched)` without it.
   */
  readonly route?: (request: Request) => string | undefined;
}

/**
 * Counts every request of `server`; returns how to stop. Listens only: nothing about the server or its responses changes.
 *
 * @example
 * ```ts
 * import { createServer } from "node:http";
 * import { GoldenSignalsCollector } from "nines";
 * import { observeServer } from "nines/node";
 *
 * const signals = new GoldenSignalsCollector();
 * const server = createServer((request, response) => response.end("hello"));
 * observeServer(server, signals, { route: ({ url }) => (url === "/hello" ? "/hello" : undefined) });
 * ```
 */
export function observeServer<Request extends NodeRequest>(
  server: NodeServer<Request>,
  holder: SignalsHolder,
  options: ObserveServerOptions<Request> = {},
): () => void {
  const signals = signalsOf(holder);
  const { route = () => undefined, ...rest } = options;
  const observer = new RequestObserver<Request>(signals, { ...rest, route });
  const listener = (request: Request, response: ResponseLike): void => {
    observer.observe(request, request.method ?? "", response);
  };
  server.prependListener("request", listener);
  countConnections(signals, server);
  return () => {
    server.removeListener("request", listener);
  };
}

/** A request listener that answers with the metrics, for Prometheus to scrape, in the format and packing it accepts. */
export function metricsHandler(holder: MetricsHolder): NodeHandler {
  return handlerOf(metricsEndpoint(holder));
}

/** A request listener that answers with the status as JSON: every SLO's budget, and the policy's decisions. */
export function statusHandler(holder: StatusHolder): NodeHandler {
  return handlerOf(statusEndpoint(holder));
}

/**
 * A request listener that answers whether a service may be released: the one of `?service=`, else of the path's last part.
 *
 * @example
 * ```ts
 * import { createServer } from "node:http";
 * import { Reliability, ReleaseGate } from "nines";
 * import { gateHandler } from "nines/node";
 *
 * const reliability = await Reliability.open({
 *   document: { service_level_objectives: { shop: { availability: { target: "99.9%", measurement_window: "30d" } } } },
 * });
 * const gate = new ReleaseGate({ statuses: reliability, policies: reliability.policies, whenUnknown: "closed" });
 * const server = createServer(gateHandler(gate, { bearer: "what-deployments-send" }));
 * ```
 */
export function gateHandler(gate: GateLike, options: GateHandlerOptions = {}): NodeHandler {
  return handlerOf(gateEndpoint(gate, options));
}

/**
 * A request listener that answers approvals of runbooks: GET tells what waits, `POST ?run=&step=&answer=yes` answers. Browsers get a page with two
 * buttons, all others JSON. `who` tells who asks, by your own login.
 */
export function approvalHandler<Request extends AskingRequest = AskingRequest>(
  runbooks: ApprovalsLike,
  options: ApprovalHandlerOptions<Request>,
): (request: Request, response: WritableResponse) => void {
  const endpoint = approvalEndpoint(runbooks, options);
  return (request, response) => {
    const { method = "", url = "", headers = {} } = request;
    void writeAnswerOf(endpoint({ method, url, headers, params: {} }, request), response);
  };
}

/**
 * A request listener that shows a dashboard, and keeps it live, at any path. The query tells what is answered: nothing the page,
 * `?page=static` the page with its data as a file, `?data` the data as JSON, `?events` what keeps the page live. Golden signals leave all of it out.
 */
export function dashboardHandler(dashboard: DashboardLike, options: DashboardHandlerOptions = {}): NodeStreamHandler {
  const endpoint = dashboardEndpoint(dashboard, options);
  return ({ method = "", url = "", headers = {} }, response) => {
    void writeDashboard(endpoint({ method, url, headers, params: {} }), response);
  };
}

/**
 * Puts on requests what faults are placed on their routes: call it before the listener's own work.
 *
 * @example
 * ```ts
 * import { createServer } from "node:http";
 * import { GoldenSignalsCollector, InProcessFaults } from "nines";
 * import { faultInjection, observeServer } from "nines/node";
 *
 * const faults = new InProcessFaults({ routes: ["GET /orders/:id"] });
 * const inject = faultInjection(faults);
 * const server = createServer((request, response) => inject(request, response, () => response.end("an order")));
 * observeServer(server, new GoldenSignalsCollector());
 * ```
 */
export function faultInjection(faults: RequestFaults): FaultMiddleware {
  return nodeFaultInjection(faults);
}

function handlerOf(endpoint: Endpoint): NodeHandler {
  return ({ method = "", url = "", headers = {} }, response) => {
    void writeAnswerOf(endpoint({ method, url, headers, params: {} }), response);
  };
}
