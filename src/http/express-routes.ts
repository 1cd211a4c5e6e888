/**
 * Which pattern took an Express request, mount prefixes included.
 *
 * Express tells a route's pattern only while it is handled (after an error it is gone) and a mount's prefix only with the
 * values that came in. So the two properties that its router sets, `baseUrl` and `route`, are made to take notes: once
 * per application, on the prototype that Express gives each request of it.
 */

/** The notes of one request. */
interface RouteNotes {
  /** Prefixes that are entered now, with the values that came in; the first is empty. */
  readonly entered: string[];
  /** The pattern of each of `entered`. */
  readonly patterns: string[];
  /** The pattern of the route that matched last. */
  matched: string | undefined;
}

interface NotingRequest {
  params?: Readonly<Record<string, unknown>>;
  [NOTES]?: RouteNotes | undefined;
  [BASE_URL]?: string;
  [ROUTE]?: unknown;
}

const NOTES: unique symbol = Symbol("nines.routeNotes");
const BASE_URL: unique symbol = Symbol("nines.baseUrl");
const ROUTE: unique symbol = Symbol("nines.route");
const NOTING: unique symbol = Symbol("nines.noting");

/** Makes the requests of one Express application take notes; `prototype` is its `app.request`. */
export function noteRoutes(prototype: object): void {
  if (Object.hasOwn(prototype, NOTING)) return;
  Object.defineProperties(prototype, {
    [NOTING]: { value: true },
    baseUrl: {
      configurable: true,
      get(this: NotingRequest) {
        return this[BASE_URL];
      },
      set(this: NotingRequest, value: string) {
        this[BASE_URL] = value;
        quietly(() => {
          // When its router is done Express sets what was there before: nothing.
          noteMount(this, typeof value === "string" ? value : "");
        });
      },
    },
    route: {
      configurable: true,
      get(this: NotingRequest) {
        return this[ROUTE];
      },
      set(this: NotingRequest, value: { readonly path?: unknown } | undefined) {
        this[ROUTE] = value;
        quietly(() => {
          if (value !== undefined) noteRoute(this, value.path);
        });
      },
    },
  });
}

// These run inside the host's router: whatever goes wrong here, its request goes on, at worst without a pattern.
function quietly(note: () => void): void {
  try {
    note();
  } catch {
    // Nobody to tell from a prototype; a request without notes is counted as unmatched.
  }
}

/** Brings a request under note that had its own properties before its prototype took notes: the very first one. */
export function adoptRequest(request: object): void {
  if (adoptProperty(request, "baseUrl")) {
    // Several mounts may have been entered by now, and without Express' own notes their values cannot all be told.
    const { [NOTES]: notes } = request as NotingRequest;
    if (notes?.patterns.length === 2 && matchedPattern(request) === undefined) notes.patterns[1] = ANY;
  }
  adoptProperty(request, "route");
}

function adoptProperty(request: object, name: "baseUrl" | "route"): boolean {
  const own = Object.getOwnPropertyDescriptor(request, name);
  if (own?.configurable !== true) return false;
  Reflect.deleteProperty(request, name);
  return Reflect.set(request, name, own.value);
}

/** The pattern of the route that matched; else that of the mount which is answering; undefined if there is neither. */
export function notedRoute(request: object): string | undefined {
  const notes = (request as NotingRequest)[NOTES];
  if (notes === undefined) return undefined;
  const mount = notes.patterns[notes.patterns.length - 1] ?? "";
  return notes.matched ?? (mount === "" ? undefined : `${mount}/*`);
}

function notesOf(request: NotingRequest): RouteNotes {
  return (request[NOTES] ??= { entered: [""], patterns: [""], matched: undefined });
}

function noteMount(request: NotingRequest, baseUrl: string): void {
  const { entered, patterns } = notesOf(request);
  const known = entered.lastIndexOf(baseUrl);
  if (known >= 0) {
    entered.length = patterns.length = known + 1;
    return;
  }
  while (entered.length > 1 && !baseUrl.startsWith(entered[entered.length - 1] as string)) {
    entered.pop();
    patterns.pop();
  }
  const parent = entered[entered.length - 1] as string;
  const pattern = mountPattern(request, baseUrl, parent.length);
  patterns.push(join(patterns[patterns.length - 1] as string, pattern));
  entered.push(baseUrl);
}

function noteRoute(request: NotingRequest, path: unknown): void {
  const notes = notesOf(request);
  notes.matched = join(notes.patterns[notes.patterns.length - 1] as string, patternText(path)) || "/";
}

/** Stands for a prefix, or a part of one, whose pattern cannot be told. */
const ANY = "/*";

/** The pattern of what `baseUrl` has behind its first `parentLength` characters. */
function mountPattern(request: NotingRequest, baseUrl: string, parentLength: number): string {
  const prefix = baseUrl.slice(parentLength);
  const noted = matchedPattern(request);
  if (noted === undefined) return namedPrefix(prefix, baseUrl, request.params ?? {});
  const text = patternText(noted);
  // Of several mounts that were entered before there were notes, the last one's pattern is all that is known.
  const covers =
    typeof noted !== "string" || text.includes("*") || segmentsOf(text).length >= segmentsOf(prefix).length;
  return covers ? text : join(ANY, text);
}

// Express 5.3 and later note the matched pattern themselves, under a symbol of their own.
function matchedPattern(request: object): unknown {
  const symbol = Object.getOwnPropertySymbols(request).find(({ description }) => description === ROUTER_SYMBOL);
  return symbol === undefined ? undefined : Reflect.get(request, symbol);
}

const ROUTER_SYMBOL = "router.tracing.matchedRoute";

/**
 * `/tenants/42` with `{ tenant: "42" }` is `/tenants/:tenant`. Values never become labels: where one of them is not a
 * whole segment (`/:from-:to`, a wildcard, a regular expression, a value that a handler has replaced) it is `/*`.
 */
function namedPrefix(prefix: string, baseUrl: string, params: Readonly<Record<string, unknown>>): string {
  const named = Object.entries(params).filter(([, value]) => value !== undefined);
  // Merged parameters have the values of the prefixes before this one too.
  const given = new Set(segmentsOf(baseUrl).map(decoded));
  if (!named.every(([, value]) => typeof value === "string" && given.has(value))) return ANY;
  const names = new Map(named.map(([name, value]) => [value, name]));
  return segmentsOf(prefix)
    .map((segment) => {
      const name = segment === "" ? undefined : names.get(decoded(segment));
      return name === undefined ? segment : `:${name}`;
    })
    .join("/");
}

function segmentsOf(path: string): string[] {
  return path.split("/");
}

function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}

function patternText(path: unknown): string {
  if (Array.isArray(path)) return path.map(patternText).join("|");
  if (typeof path !== "string") return String(path);
  return path.length > 1 && path.endsWith("/") ? path.slice(0, -1) : path;
}

function join(prefix: string, pattern: string): string {
  if (pattern === "/" || pattern === "") return prefix;
  return pattern.startsWith("/") ? `${prefix}${pattern}` : `${prefix}/${pattern}`;
}
