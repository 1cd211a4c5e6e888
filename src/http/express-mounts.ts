/**
 * The pattern of an Express mount, of which the request tells only the text that came in.
 *
 * From router 2.3 (Express 5.3) on the request has it. Express 4 is asked for the layer whose parameters the request has;
 * its expression tells the pattern. Express 5 before that has neither: what is not a parameter stands as it came, in lower
 * case. A part that cannot be told is a star: values never become labels.
 */
import { compiledPattern } from "./express-layers.ts";
import { layerOf, rootOf, stackOf, type Layer, type Stack } from "./express-stacks.ts";
import { joinPatterns, patternText } from "./patterns.ts";

/** A mount that a request has entered. */
export interface Mount {
  /** The text that came in, with the mounts before it. */
  readonly baseUrl: string;
  /** The pattern of it. */
  readonly pattern: string;
  readonly parent: Mount | undefined;
  /** The application that it was entered in. */
  readonly app: unknown;
  /** The layers of the router that is mounted, if it is one. */
  readonly stack: Stack | undefined;
}

/** What is looked at to name a mount. */
export interface MountedRequest {
  readonly app?: object;
  readonly params?: Readonly<Record<string, unknown>>;
}

/** Stands for a prefix, or a part of one, whose pattern cannot be told. */
export const ANY = "/*";

/** Notes that `request` has entered the mount that `baseUrl` ends with. */
export function mountPattern(request: MountedRequest, baseUrl: string, parent: Mount | undefined): Mount {
  const prefix = parent === undefined ? baseUrl : baseUrl.slice(parent.baseUrl.length);
  const { app } = request;
  const noted = matchedPattern(request);
  let layer: Layer | undefined;
  let pattern: string;
  if (noted === undefined) {
    // An application that is mounted has layers of its own.
    const stack = parent?.app === app && parent !== undefined ? parent.stack : rootOf(app);
    layer = layerOf(stack, prefix, request.params);
    pattern = layer === undefined ? ANY : layerPattern(layer, prefix);
  } else {
    pattern = covering(patternText(noted), prefix, typeof noted === "string");
  }
  const before = parent?.pattern ?? "";
  return {
    baseUrl,
    pattern: before === ANY && pattern === ANY ? ANY : joinPatterns(before, pattern),
    parent,
    app,
    stack: layer && stackOf(layer),
  };
}

// Of several mounts that were entered before there were notes, the last one's pattern is all that is known.
function covering(text: string, prefix: string, plain: boolean): string {
  return !plain || text.includes("*") || slashesOf(text) >= slashesOf(prefix) ? text : joinPatterns(ANY, text);
}

function slashesOf(text: string): number {
  let count = 0;
  for (let at = text.indexOf("/"); at >= 0; at = text.indexOf("/", at + 1)) count += 1;
  return count;
}

const NOTED_BY_ROUTER = "router.tracing.matchedRoute";
let notedUnder: symbol | undefined;

function matchedPattern(request: MountedRequest): unknown {
  const known = notedUnder === undefined ? undefined : (Reflect.get(request, notedUnder) as unknown);
  // Express 4 has no such symbol, and looking for one takes its time.
  if (known !== undefined || (request.app !== undefined && "_router" in request.app)) return known;
  notedUnder = Object.getOwnPropertySymbols(request).find(({ description }) => description === NOTED_BY_ROUTER);
  return notedUnder === undefined ? undefined : Reflect.get(request, notedUnder);
}

const labels = new WeakMap<Layer, string>();

function layerPattern(layer: Layer, prefix: string): string {
  const known = labels.get(layer);
  if (layer.regexp !== undefined) {
    const pattern = known ?? compiledPattern(layer.regexp, layer.keys ?? []);
    if (known === undefined) labels.set(layer, pattern);
    return pattern;
  }
  // Names that differ for one and the same layer have something of the request in them.
  const pattern = namedPrefix(prefix, layer.params ?? {});
  if (known === pattern || known === ANY) return known;
  const label = known === undefined ? pattern : ANY;
  labels.set(layer, label);
  return label;
}

/**
 * `/tenants/42` with `{ tenant: "42" }` is `/tenants/:tenant`. Where a parameter is not a whole segment (`/:from-:to`, a
 * wildcard, a regular expression) it is a star.
 */
function namedPrefix(prefix: string, params: Readonly<Record<string, unknown>>): string {
  const names = new Map(Object.entries(params).map(([name, value]) => [value, name]));
  const found = new Set<string>();
  const named = prefix.split("/").map((segment) => {
    const name = segment === "" ? undefined : names.get(decoded(segment));
    if (name === undefined) return segment.toLowerCase();
    found.add(name);
    return `:${name}`;
  });
  return found.size === Object.keys(params).length ? named.join("/") : ANY;
}

function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}
