/** The routes of requests that a fault has kept from their router: without it golden signals would not know them. */

const routes = new WeakMap<object, string>();
let hasAny = false;

/** Notes which route `request` was meant for; `request` is whatever its framework hands on. */
export function noteStruck(request: object, route: string | undefined): void {
  if (route === undefined) return;
  hasAny = true;
  routes.set(request, route);
}

/** The request goes on to its handler after all. */
export function forgetStruck(request: object): void {
  routes.delete(request);
}

/** `matched`, or what was noted where that is no more than a prefix, or nothing. */
export function routeOrStruck(matched: string | undefined, request: object): string | undefined {
  if (!hasAny || (matched !== undefined && !matched.endsWith("*"))) return matched;
  return routes.get(request) ?? matched;
}
