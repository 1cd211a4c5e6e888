/** Replies to `app.inject()`, which have no connection. */
import type { ResponseLike } from "../signals/response.ts";

/** A reply that light-my-request made up. */
interface InjectedResponse extends ResponseLike {
  readonly isLightMyRequest: true;
  readonly writableEnded: boolean;
}

/** What tells the end of `raw` as it is: an injected reply is told to be over before it counts as handed on. */
export function told(raw: ResponseLike): ResponseLike {
  return "isLightMyRequest" in raw ? injected(raw as InjectedResponse) : raw;
}

const known = new WeakMap<object, ResponseLike>();

// The same for each plugin, so that it is counted once.
function injected(raw: InjectedResponse): ResponseLike {
  const before = known.get(raw);
  if (before !== undefined) return before;
  const response = new Injected(raw);
  known.set(raw, response);
  return response;
}

class Injected implements ResponseLike {
  readonly #raw: InjectedResponse;
  readonly #listeners: (() => void)[] = [];

  constructor(raw: InjectedResponse) {
    this.#raw = raw;
  }

  get statusCode(): number {
    return this.#raw.statusCode;
  }

  get headersSent(): boolean {
    return this.#raw.headersSent === true;
  }

  get writableFinished(): boolean {
    return this.#raw.writableEnded;
  }

  listeners(): readonly (() => void)[] {
    return this.#listeners;
  }

  on(event: "close", listener: () => void): this {
    this.#listeners.push(listener);
    this.#raw.on(event, () => {
      listener.call(this);
    });
    return this;
  }
}
