/**
 * Which pattern took an Express request, mount prefixes included.
 *
 * Express tells a route's pattern only while it is handled (after an error it is gone) and a mount's prefix only with the
 * values that came in. So the two properties that its router sets, `baseUrl` and `route`, are made to take notes: once
 * per application, on the prototype that Express gives each request of it.
 */
import { ANY, mountPattern, type Mount, type MountedRequest } from "./express-mounts.ts";
import { joinPatterns, patternText } from "./patterns.ts";

/** What one request's properties hold, and the notes that were taken of it. */
class Notes {
  /** A copy that inherits from the request has notes of its own once it is changed. */
  readonly owner: object;
  baseUrl: string | undefined;
  route: unknown;
  /** The innermost mount that is entered now. */
  mount: Mount | undefined;
  /** The pattern of the route that matched last. */
  matched: string | undefined;

  constructor(owner: object, before: Notes | undefined) {
    this.owner = owner;
    this.baseUrl = before?.baseUrl;
    this.route = before?.route;
    this.mount = before?.mount;
    this.matched = before?.matched;
  }
}

interface NotingRequest extends MountedRequest {
  // One property: each that is added to a request whose prototype was changed costs more than the notes themselves.
  [NOTES]?: Notes;
}

const NOTES: unique symbol = Symbol("nines.routeNotes");
const NOTING: unique symbol = Symbol("nines.noting");

/** Makes the requests of one Express application take notes; `prototype` is its `app.request`. */
export function noteRoutes(prototype: object): void {
  if (Object.hasOwn(prototype, NOTING)) return;
  Object.defineProperties(prototype, {
    [NOTING]: { value: true },
    baseUrl: {
      configurable: true,
      get(this: NotingRequest) {
        return this[NOTES]?.baseUrl;
      },
      set(this: NotingRequest, value: string) {
        const notes = notesOf(this);
        notes.baseUrl = value;
        noteMount(this, notes, value);
      },
    },
    route: {
      configurable: true,
      get(this: NotingRequest) {
        return this[NOTES]?.route;
      },
      set(this: NotingRequest, value: { readonly path?: unknown } | undefined) {
        const notes = notesOf(this);
        notes.route = value;
        noteRoute(notes, value);
      },
    },
  });
}

function notesOf(request: NotingRequest): Notes {
  const notes = request[NOTES];
  if (notes?.owner === request) return notes;
  return (request[NOTES] = new Notes(request, notes));
}

/** Brings a request under note that had its own properties before its prototype took notes: the very first ones. */
export function adoptRequest(request: object): void {
  // A router has been by, and its notes with it.
  if ((request as NotingRequest)[NOTES] !== undefined) return;
  adoptProperty(request, "baseUrl");
  adoptProperty(request, "route");
}

function adoptProperty(request: object, name: "baseUrl" | "route"): void {
  const own = Object.getOwnPropertyDescriptor(request, name);
  if (own?.configurable !== true) return;
  Reflect.deleteProperty(request, name);
  Reflect.set(request, name, own.value);
}

/** The pattern of the route that matched; else that of the mount which is answering; undefined if there is neither. */
export function notedRoute(request: object): string | undefined {
  const notes = (request as NotingRequest)[NOTES];
  if (notes === undefined || notes.matched !== undefined || notes.mount === undefined) return notes?.matched;
  return joinPatterns(notes.mount.pattern, ANY);
}

// These run inside the host's router: whatever goes wrong here, its request goes on, at worst without a pattern.
function noteMount(request: NotingRequest, notes: Notes, baseUrl: unknown): void {
  try {
    let { mount } = notes;
    if (mount?.baseUrl === baseUrl) return;
    if (baseUrl === "" || typeof baseUrl !== "string") {
      // Out of all mounts. When its router is done Express sets what was there before: nothing.
      notes.mount = undefined;
      return;
    }
    const known = enteredAs(baseUrl, mount);
    if (known !== undefined) {
      notes.mount = known;
      return;
    }
    while (mount !== undefined && !baseUrl.startsWith(mount.baseUrl)) mount = mount.parent;
    notes.mount = mountPattern(request, baseUrl, mount);
  } catch {
    // Nobody to tell from a prototype; a request without notes is counted as unmatched.
  }
}

function enteredAs(baseUrl: string, mount: Mount | undefined): Mount | undefined {
  let entered = mount;
  while (entered !== undefined && entered.baseUrl !== baseUrl) entered = entered.parent;
  return entered;
}

function noteRoute(notes: Notes, route: { readonly path?: unknown } | undefined): void {
  if (route === undefined) return;
  try {
    notes.matched = joinPatterns(notes.mount?.pattern ?? "", patternText(route.path)) || "/";
  } catch {
    // As above.
  }
}
