/** Which pattern took a Koa request, as @koa/router and koa-mount left it on the context. */
import { answeredPrefix, routedPrefix } from "./koa-mounts.ts";
import { joinPatterns, patternText } from "./patterns.ts";

/** The part of a context that routers write to. */
export interface RoutedContext {
  readonly method: string;
  /** The pattern whose handlers ran last. */
  readonly _matchedRoute?: unknown;
  /** All that matched the path, in any router; what has no methods is a middleware. */
  readonly matched?: unknown;
}

interface Layer {
  readonly path?: unknown;
  readonly methods?: readonly string[];
}

/** The pattern of the route that took `context`, mounts included; else that of the mount which answered; else undefined. */
export function koaRoute(context: RoutedContext): string | undefined {
  const last = context._matchedRoute;
  if (last !== undefined && last !== null) {
    const pattern = patternText(routeBehind(context, last));
    return joinPatterns(routedPrefix(context), pattern) || "/";
  }
  const mount = answeredPrefix(context);
  return mount === "" ? undefined : joinPatterns(mount, "/*");
}

/** The pattern itself if it is a route's. A router's middleware that answered stood before a route: that one. */
function routeBehind({ method, matched }: RoutedContext, last: unknown): unknown {
  if (!Array.isArray(matched)) return last;
  const layers = matched as readonly Layer[];
  let route: unknown;
  for (let place = layers.length - 1; place >= 0; place -= 1) {
    const { path, methods = [] } = layers[place] ?? {};
    if (methods.length === 0) continue;
    if (path === last) return last;
    if (route === undefined && methods.includes(method)) route = path;
  }
  return route ?? last;
}
