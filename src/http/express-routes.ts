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
  for (const name of ["baseUrl", "route"] as const) {
    const own = Object.getOwnPropertyDescriptor(request, name);
    if (own?.configurable !== true) continue;
    Reflect.deleteProperty(request, name);
    Reflect.set(request, name, own.value);
  }
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
  const pattern = mountPattern(request, baseUrl.slice(parent.length));
  patterns.push(join(patterns[patterns.length - 1] as string, pattern));
  entered.push(baseUrl);
}

function noteRoute(request: NotingRequest, path: unknown): void {
  const notes = notesOf(request);
  notes.matched = join(notes.patterns[notes.patterns.length - 1] as string, patternText(path)) || "/";
}

function mountPattern(request: NotingRequest, prefix: string): string {
  // Express 5.3 and later note the matched pattern themselves, under a symbol of their own.
  const symbol = Object.getOwnPropertySymbols(request).find(({ description }) => description === ROUTER_SYMBOL);
  const noted: unknown = symbol === undefined ? undefined : Reflect.get(request, symbol);
  return noted === undefined ? namedPrefix(prefix, request.params ?? {}) : patternText(noted);
}

const ROUTER_SYMBOL = "router.tracing.matchedRoute";

/** `/tenants/42` with `{ tenant: "42" }` is `/tenants/:tenant`: values never become labels. */
function namedPrefix(prefix: string, params: Readonly<Record<string, unknown>>): string {
  const names = new Map(Object.entries(params).map(([name, value]) => [String(value), name]));
  return prefix
    .split("/")
    .map((segment) => {
      const name = segment === "" ? undefined : names.get(decoded(segment));
      return name === undefined ? segment : `:${name}`;
    })
    .join("/");
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
