/**
 * A Hono application whose router has its requests observed.
 *
 * A middleware takes a request with one handler off Hono's short path. So what the router finds is handed on with its first
 * handler replaced by one that looks and calls it; what finds nothing is given a handler that answers as Hono would.
 */
import { checkMethods } from "../core/options.ts";
import type { ContextObserver, HonoContextLike, Matched } from "./hono-contexts.ts";
import { outgoingOf, statusSoFar } from "./hono-contexts.ts";
import { Fetched } from "./hono-fetched.ts";
import type { HonoRoute } from "./hono-routes.ts";

/** The part of a Hono application that is observed. */
export interface HonoAppLike {
  /** Finds the handlers of a request. */
  router: object;
  /** Answers a request. */
  fetch: (request: never, ...rest: never[]) => unknown;
}

interface Router {
  add(method: string, path: string, entry: unknown): unknown;
  match(method: string, path: string): readonly [matched: Matched, params?: unknown];
}

/** The context as a handler that answers for Hono needs it. */
interface AnsweringContext extends HonoContextLike {
  res: { readonly status: number };
  notFound(): unknown;
}

type Next = () => Promise<unknown>;
type Handler = (context: AnsweringContext, next: Next) => unknown;
type Fetch = (request: unknown, env?: unknown, executionContext?: unknown) => unknown;
type Observers = ContextObserver<HonoContextLike>[];

const observed = new WeakMap<object, Observers>();

/** Has `observer` told of each request of `app`. */
export function observeRouter(app: HonoAppLike, observer: ContextObserver<HonoContextLike>): void {
  const { router } = (app as { readonly router?: unknown } | undefined) ?? {};
  checkMethods(router ?? null, "router", ["add", "match"]);
  const observers = observed.get(app);
  if (observers === undefined) new ObservedApp(app, [observer]);
  else observers.push(observer);
}

class ObservedApp {
  readonly #observers: Observers;
  readonly #entries = new WeakMap<object, readonly [Handler, HonoRoute | undefined]>();
  /** What was found for the request whose first handler is about to be called. */
  #matched: Matched = [];
  /** Ends the request that is being dispatched, off Node. */
  #awaited: Fetched | undefined;

  constructor(app: HonoAppLike, observers: Observers) {
    this.#observers = observers;
    observed.set(app, observers);
    app.router = this.#routerFor(app.router as Router);
    app.fetch = this.#fetchFor(app.fetch as Fetch);
  }

  #routerFor(router: Router): Router {
    const own = {
      add: (method: string, path: string, entry: unknown) => router.add(method, path, entry),
      match: (method: string, path: string) => this.#replaced(router.match(method, path)),
    };
    // The rest is the router's: its name, and what belongs to its kind.
    const rest = new Proxy(router, {
      get(target, name) {
        const value = Reflect.get(target, name) as unknown;
        return typeof value === "function" ? (value.bind(target) as unknown) : value;
      },
    });
    return Object.setPrototypeOf(own, rest) as Router;
  }

  #replaced(result: ReturnType<Router["match"]>): ReturnType<Router["match"]> {
    const [matched] = result;
    this.#matched = matched;
    const [first] = matched;
    if (first === undefined) return this.#nothing();
    // Routers keep and share what they find: none of it may be changed.
    const mine: Matched[number] = [this.#entryFor(first[0]), first[1]];
    const all = matched.length === 1 ? [mine] : [mine, ...matched.slice(1)];
    return result.length === 1 ? [all] : [all, result[1]];
  }

  #entryFor(entry: Matched[number][0]): readonly [Handler, HonoRoute | undefined] {
    let mine = this.#entries.get(entry);
    if (mine === undefined) {
      const handler = entry[0] as Handler;
      mine = [
        (context, next) => {
          const ending = this.#observe(context);
          if (ending === undefined) return handler(context, next);
          return ending.endAfter(
            () => handler(context, next),
            () => statusSoFar(context),
          );
        },
        entry[1],
      ];
      this.#entries.set(entry, mine);
    }
    return mine;
  }

  #nothing(): ReturnType<Router["match"]> {
    const handler: Handler = (context) => {
      // The application's own handler shall find what it would have found.
      result[0] = [];
      const ending = this.#observe(context);
      const answer = notFound(context);
      return ending === undefined ? answer : ending.endWith(answer, () => statusSoFar(context));
    };
    const result: [Matched, unknown] = [[[[handler], {}]], []];
    return result;
  }

  #observe(context: HonoContextLike): Fetched | undefined {
    const matched = this.#matched;
    const awaited = this.#awaited;
    this.#awaited = undefined;
    let ending: Fetched | undefined;
    for (const observer of this.#observers) ending = observer.observe(context, matched, awaited) ?? ending;
    return ending;
  }

  // Only here it is known how an error was answered.
  #fetchFor(fetch: Fetch): Fetch {
    return (request, env, executionContext) => {
      if (outgoingOf(env) !== undefined) return fetch(request, env, executionContext);
      const awaited = new Fetched();
      const before = this.#awaited;
      this.#awaited = awaited;
      try {
        return awaited.endAfter(
          () => fetch(request, env, executionContext),
          () => 500,
        );
      } finally {
        this.#awaited = before;
      }
    };
  }
}

/** What Hono does with a request for which there are no handlers. */
async function notFound(context: AnsweringContext): Promise<unknown> {
  const response = (await context.notFound()) as AnsweringContext["res"] | undefined;
  if (response && !context.finalized) context.res = response;
  if (!context.finalized) {
    throw new Error("Context is not finalized. Did you forget to return a Response object or `await next()`?");
  }
  return context.res;
}
