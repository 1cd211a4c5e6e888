/** Which pattern took a Hono request. */

/** What Hono keeps of a handler or a middleware that was added. */
export interface HonoRoute {
  /** The pattern, base paths included. */
  readonly path: string;
  /** `ALL` for middlewares, mounts and `app.all`. */
  readonly method: string;
  readonly handler?: unknown;
}

const ALL = "ALL";
const NOT_FOUND = 404;

/**
 * The pattern of the route that took a request. `routes` are all that matched it; those up to `last` ran.
 *
 * What answered early stood before a route: that one. Where there is none, what ran last took the request (files, a mounted
 * application), unless it ended as a 404: then it was passed on to the end.
 */
export function honoRoute(
  routes: ReadonlyArray<HonoRoute | undefined>,
  last: number,
  statusCode: number,
): string | undefined {
  const ran = Math.min(last, routes.length - 1);
  for (let place = ran; place >= 0; place -= 1) if (isRoute(routes[place])) return routes[place]?.path;
  for (let place = ran + 1; place < routes.length; place += 1) if (isRoute(routes[place])) return routes[place]?.path;
  return statusCode === NOT_FOUND ? undefined : routes[ran]?.path;
}

/** Hono does not tell a middleware from a handler for all methods; but a handler has no use for `next`. */
function isRoute(route: HonoRoute | undefined): boolean {
  if (route === undefined) return false;
  if (route.method !== ALL) return true;
  const added = original(route.handler);
  return typeof added === "function" && added.length < 2;
}

// Hono wraps the handlers of an application that is routed to and has an error handler of its own.
function original(handler: unknown): unknown {
  const wrapped = typeof handler === "function" ? (Reflect.get(handler, "__COMPOSED_HANDLER") as unknown) : undefined;
  return wrapped === undefined ? handler : original(wrapped);
}
