/**
 * Which prefix of koa-mount took a Koa request.
 *
 * koa-mount sets `ctx.mountPath` and `ctx.path` on its way in, `ctx.path` on its way on and out, and leaves the prefix of the
 * innermost mount behind, whoever answered. So these two properties, and `ctx._matchedRoute` of the routers, are made to
 * take notes where they are set: once per application, on the prototype of its contexts. Reading them is as it was.
 */
import { joinPatterns } from "./patterns.ts";

/** The part of a Koa context that mounts work on. */
export interface MountedContext {
  readonly path: string;
  readonly originalUrl?: string;
  readonly mountPath?: unknown;
  readonly res: { readonly statusCode: number };
}

interface NotingContext extends MountedContext {
  [NOTES]?: MountNotes | undefined;
}

const NOTES: unique symbol = Symbol("nines.mountNotes");
const NOT_FOUND = 404;

/** The mounts that one request went into; each is one deeper than the one before, the first is none at all. */
class MountNotes {
  /** The prefix of the mount in which a router named its route last. */
  routed = "";
  /** The path as each mount was given it. Each is shorter than the one before. */
  readonly #rests: string[];
  /** Each mount's prefix with those before it. */
  readonly #prefixes: string[] = [""];
  #current = 0;
  /** The mount that answers, as far as it can be told. */
  #answering = 0;
  /** Whether that is sure: it had an answer when it was left. */
  #sure = false;
  /** The mount that got the request back without an answer. */
  #returned = 0;
  #entering: string | undefined;

  constructor(path: string) {
    this.#rests = [path];
  }

  /** The prefix of the mount that answered; empty if none did. */
  get answered(): string {
    return this.#prefixes[this.#answering] ?? "";
  }

  enter(prefix: string, path: string): void {
    const from = this.#rests.lastIndexOf(path);
    if (from >= 0) this.#current = from;
    this.#entering = prefix;
  }

  moveTo(path: string, statusCode: number): void {
    if (this.#entering !== undefined) {
      this.#push(joinPatterns(this.prefix, this.#entering), path);
      this.#entering = undefined;
      return;
    }
    const place = this.#rests.lastIndexOf(path);
    // Rewritten by somebody else.
    if (place < 0) return;
    const from = this.#current;
    this.#current = place;
    if (this.#sure) return;
    if (place < from) {
      if (this.#returned === from && statusCode !== NOT_FOUND) this.#answering = from;
      this.#sure = statusCode !== NOT_FOUND;
      return;
    }
    // What had handed the request on has it back, or (`place === from`) is left for the second time, by an error.
    const passedOn = place > from ? place : place + 1;
    if (this.#answering >= passedOn) this.#answering = passedOn - 1;
    if (place === from) return;
    this.#sure = statusCode !== NOT_FOUND;
    this.#returned = place;
  }

  /** The prefix of the mount that has the request now. */
  get prefix(): string {
    return this.#prefixes[this.#current] ?? "";
  }

  #push(prefix: string, rest: string): void {
    const depth = this.#current + 1;
    if (this.#rests.length > depth) this.#rests.length = this.#prefixes.length = depth;
    this.#rests.push(rest);
    this.#prefixes.push(prefix);
    this.#current = depth;
    if (!this.#sure) this.#answering = depth;
  }
}

const noted = new WeakSet<object>();

/** Makes the contexts of one application take notes; `prototype` is its `app.context`. */
export function noteMounts(prototype: object): void {
  if (noted.has(prototype)) return;
  noted.add(prototype);
  overlay(prototype, "mountPath", (context, value) => {
    if (typeof value !== "string") return;
    const { path } = context;
    (context[NOTES] ??= new MountNotes(path)).enter(value, path);
  });
  overlay(prototype, "path", (context, value) => {
    if (typeof value === "string") context[NOTES]?.moveTo(value, context.res.statusCode);
  });
  overlay(prototype, "_matchedRoute", (context) => {
    const notes = context[NOTES];
    if (notes !== undefined) notes.routed = notes.prefix;
  });
}

/** Brings a context under note that went into a mount before there were notes: the first ones of an application. */
export function adoptContext(context: MountedContext): void {
  if (context.mountPath === undefined || (context as NotingContext)[NOTES] !== undefined) return;
  adoptProperty(context, "mountPath");
  adoptProperty(context, "_matchedRoute");
  (context as NotingContext)[NOTES] = notesSoFar(context);
}

function notesSoFar({ mountPath, path, originalUrl = "" }: MountedContext): MountNotes {
  const [whole = ""] = originalUrl.split("?");
  const notes = new MountNotes(whole);
  if (typeof mountPath !== "string" || path === whole) return notes;
  const only = whole === `${mountPath}${path}` || (path === "/" && whole === mountPath);
  // Of several mounts the last one is all that is known.
  notes.enter(only ? mountPath : joinPatterns("/*", mountPath), whole);
  notes.moveTo(path, NOT_FOUND);
  notes.routed = notes.prefix;
  return notes;
}

function adoptProperty(context: object, name: string): void {
  const own = Object.getOwnPropertyDescriptor(context, name);
  if (own?.configurable !== true) return;
  Reflect.deleteProperty(context, name);
  Reflect.set(context, name, own.value);
}

/** The prefix before the route that a router named last; empty without a mount. */
export function routedPrefix(context: object): string {
  return (context as NotingContext)[NOTES]?.routed ?? "";
}

/** The prefix of the mount that answered itself; empty if none did. */
export function answeredPrefix(context: object): string {
  return (context as NotingContext)[NOTES]?.answered ?? "";
}

interface Accessor {
  readonly get?: ((this: unknown) => unknown) | undefined;
  readonly set?: ((this: unknown, value: unknown) => void) | undefined;
  readonly enumerable?: boolean | undefined;
}

/** Has `note` told of each value that `name` is set to. What the property does stays as it is. */
function overlay(prototype: object, name: string, note: (context: NotingContext, value: unknown) => void): void {
  const { get, set, enumerable } = inherited(prototype, name) ?? placeFor(name);
  // A plain value that somebody has put there is left alone.
  if (get === undefined || set === undefined) return;
  Object.defineProperty(prototype, name, {
    configurable: true,
    enumerable: enumerable ?? true,
    get,
    set(this: NotingContext, value: unknown) {
      set.call(this, value);
      try {
        note(this, value);
      } catch {
        // This runs inside the host's middleware: its request goes on, at worst without a prefix.
      }
    },
  });
}

function placeFor(name: string): Accessor {
  const place = Symbol(`nines.${name}`);
  return {
    get(this: Record<symbol, unknown>) {
      return this[place];
    },
    set(this: Record<symbol, unknown>, value: unknown) {
      this[place] = value;
    },
  } as Accessor;
}

function inherited(object: object, name: string): Accessor | undefined {
  for (let at: object | null = object; at !== null; at = Object.getPrototypeOf(at) as object | null) {
    const found = Object.getOwnPropertyDescriptor(at, name);
    if (found !== undefined) return found;
  }
  return undefined;
}
