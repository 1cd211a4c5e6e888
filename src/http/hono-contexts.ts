/** How a Hono context is observed, wherever it comes from. */
import { RequestObserver, signalsOf, type ObserveOptions, type SignalsHolder } from "../signals/observer.ts";
import type { ResponseLike } from "../signals/response.ts";
import { leaveOut } from "../signals/watch.ts";
import type { GoldenSignalsCollector } from "../signals/collector.ts";
import { Fetched } from "./hono-fetched.ts";
import { honoRoute, type HonoRoute } from "./hono-routes.ts";
import { connectionsOf } from "./node-response.ts";
import { routeOrStruck } from "./struck-routes.ts";

/** The part of a Hono context that is looked at. */
export interface HonoContextLike {
  readonly req: {
    readonly method: string;
    readonly path: string;
    /** Which of the matched handlers ran last. */
    readonly routeIndex: number;
  };
  /** `outgoing` is Node's response where @hono/node-server serves. */
  readonly env: unknown;
  readonly res: { readonly status: number };
  /** Whether there is a response. */
  readonly finalized: boolean;
}

/** The handlers that matched a request, as Hono's routers have them. */
export type Matched = ReadonlyArray<
  readonly [entry: readonly [handler: unknown, route?: HonoRoute | undefined], params?: unknown]
>;

interface Seen<Context> {
  readonly context: Context;
  readonly response: ResponseLike;
  /** Undefined where only Hono knows. */
  readonly matched: Matched | undefined;
}

/** Which responses stand for contexts off Node, for all observers of a context. */
const fetchedOf = new WeakMap<object, Fetched>();

/** Node's response, if `env` has one. */
export function outgoingOf(env: unknown): (ResponseLike & { readonly req?: { readonly method?: string } }) | undefined {
  if (typeof env !== "object" || env === null) return undefined;
  const { outgoing } = env as { readonly outgoing?: ResponseLike };
  return typeof outgoing?.on === "function" ? outgoing : undefined;
}

/** One mounting of a collector in a Hono application. */
export class ContextObserver<Context extends HonoContextLike> {
  readonly #signals: GoldenSignalsCollector;
  readonly #observer: RequestObserver<Seen<Context>>;
  readonly #connections: (socket: object | null | undefined) => void;

  constructor(holder: SignalsHolder, { countsAsError, labels, ...rest }: ObserveOptions<Context>) {
    this.#signals = signalsOf(holder);
    this.#connections = connectionsOf(this.#signals);
    this.#observer = new RequestObserver<Seen<Context>>(this.#signals, {
      ...rest,
      route: routeOf,
      countsAsError: countsAsError && (({ context }, statusCode) => countsAsError(context, statusCode)),
      labels: labels && (({ context }) => labels(context)),
    });
  }

  /**
   * Begins to observe `context`. `awaited` is who ends it off Node; without one, what is returned is to be ended by the
   * caller. Never throws.
   */
  observe(context: Context, matched: Matched | undefined, awaited?: Fetched): Fetched | undefined {
    try {
      const outgoing = outgoingOf(context.env);
      if (outgoing === undefined) return this.#observeFetched(context, matched, awaited);
      const { req } = outgoing;
      this.#observer.observe({ context, response: outgoing, matched }, req?.method ?? context.req.method, outgoing);
      this.#connections(req?.socket);
    } catch (error) {
      this.#signals.fault("a request could not be observed", error);
    }
    return undefined;
  }

  #observeFetched(context: Context, matched: Matched | undefined, awaited?: Fetched): Fetched | undefined {
    const before = fetchedOf.get(context);
    const response = before ?? awaited ?? new Fetched();
    if (before === undefined) fetchedOf.set(context, response);
    this.#observer.observe({ context, response, matched }, context.req.method, response);
    return before === undefined && awaited === undefined ? response : undefined;
  }
}

/** Has nobody count the request of `context`. */
export function leaveOutContext(context: object & { readonly env: unknown }): void {
  const response = outgoingOf(context.env) ?? fetchedOf.get(context);
  if (response !== undefined) leaveOut(response);
}

/** The status of a context whose handlers gave no response back. */
export function statusSoFar({ finalized, res }: HonoContextLike): number {
  return finalized ? res.status : 404;
}

function routeOf(seen: Seen<HonoContextLike>): string | undefined {
  return routeOrStruck(matchedRoute(seen), seen.context);
}

function matchedRoute({ context, response, matched }: Seen<HonoContextLike>): string | undefined {
  const { statusCode } = response;
  if (matched === undefined) {
    // Deprecated for a helper in Hono's own package, which would have to be imported.
    const { matchedRoutes = [], routeIndex } = context.req as { matchedRoutes?: HonoRoute[]; routeIndex: number };
    return honoRoute(matchedRoutes, routeIndex, statusCode);
  }
  const last = matched.length === 1 ? 0 : context.req.routeIndex;
  return honoRoute(
    matched.map(([entry]) => entry[1]),
    last,
    statusCode,
  );
}
