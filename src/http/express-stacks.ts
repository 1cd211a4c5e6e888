/** Where Express, 4 and early 5, has the layers of its routers. */

/** One thing that was added to a router. */
export interface Layer {
  /** Set for a route, not for a mount. */
  readonly route?: unknown;
  readonly handle?: unknown;
  /** What it matched last, which may be another request by now. */
  readonly path?: string | undefined;
  /** The parameters of that. */
  readonly params?: Readonly<Record<string, unknown>> | undefined;
  /** Express 4 only. */
  readonly regexp?: RegExp;
  readonly keys?: ReadonlyArray<{ readonly name?: string | number }>;
}

/** The layers of a router in their order. */
export type Stack = readonly Layer[];

/** The layers of an application's own router. */
export function rootOf(app: unknown): Stack | undefined {
  if (typeof app !== "function" && typeof app !== "object") return undefined;
  // `app.router` throws in Express 4, where it is `app._router`.
  const { _router: router = (app as { readonly router?: unknown } | null)?.router } = (app ?? {}) as {
    readonly _router?: unknown;
  };
  return stackIn(router);
}

/** The layers of the router that is mounted by `layer`. */
export function stackOf(layer: Layer): Stack | undefined {
  return stackIn(layer.handle);
}

function stackIn(router: unknown): Stack | undefined {
  if (typeof router !== "function" && typeof router !== "object") return undefined;
  const { stack } = (router ?? {}) as { readonly stack?: unknown };
  return Array.isArray(stack) ? (stack as Stack) : undefined;
}

const DEPTH = 8;

/** The layer of `stack` by which a request with `params` has just entered `prefix`; undefined if it cannot be told. */
export function layerOf(stack: Stack | undefined, prefix: string, params: object | undefined): Layer | undefined {
  if (stack === undefined || params === undefined) return undefined;
  return ownerOf(stack, params, DEPTH) ?? onlyOne(stack, prefix, params as Readonly<Record<string, unknown>>);
}

// A request has the very parameters of its layer, unless its router merges them with those before.
function ownerOf(stack: Stack, params: object, depth: number): Layer | undefined {
  for (const layer of stack) {
    if (layer.route !== undefined) continue;
    if (layer.params === params) return layer;
    // A router that is mounted without a prefix leaves no trace on the request.
    const inner = layer.path === "" && depth > 0 ? stackOf(layer) : undefined;
    const owner = inner && ownerOf(inner, params, depth - 1);
    if (owner !== undefined) return owner;
  }
  return undefined;
}

function onlyOne(stack: Stack, prefix: string, params: Readonly<Record<string, unknown>>): Layer | undefined {
  const fitting = fittingIn(stack, prefix, params, DEPTH);
  const [first] = fitting;
  return fitting.every(({ regexp }) => String(regexp) === String(first?.regexp)) ? first : undefined;
}

function fittingIn(stack: Stack, prefix: string, params: Readonly<Record<string, unknown>>, depth: number): Layer[] {
  return stack.flatMap((layer) => {
    if (layer.route !== undefined) return [];
    const inner = layer.path === "" && depth > 0 ? stackOf(layer) : undefined;
    if (inner !== undefined) return fittingIn(inner, prefix, params, depth - 1);
    const { path, params: own = {} } = layer;
    const fits =
      (path === prefix || path === `${prefix}/`) && Object.keys(own).every((name) => own[name] === params[name]);
    return fits ? [layer] : [];
  });
}
