/** The order of Fastify's hooks. */

/**
 * Puts `hook` before the other `onRequest` hooks of `app` and of its plugins: one that answers early keeps those behind
 * it from running. Fastify has the lists under symbols of its own; where they are not found the order stays as it is.
 */
export function putFirst(app: object, hook: unknown): void {
  const hooks = listsOf(app)?.onRequest;
  const place = Array.isArray(hooks) ? hooks.indexOf(hook) : -1;
  if (place > 0) {
    (hooks as unknown[]).splice(place, 1);
    (hooks as unknown[]).unshift(hook);
  }
  const children = underSymbol(app, "fastify.children");
  if (Array.isArray(children)) for (const child of children as object[]) putFirst(child, hook);
}

function listsOf(app: object): { readonly onRequest?: unknown } | undefined {
  const lists = underSymbol(app, "fastify.hooks");
  return typeof lists === "object" && lists !== null ? lists : undefined;
}

function underSymbol(app: object, description: string): unknown {
  const symbol = Object.getOwnPropertySymbols(app).find((candidate) => candidate.description === description);
  return symbol === undefined ? undefined : Reflect.get(app, symbol);
}
