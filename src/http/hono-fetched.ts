/** Requests without a Node response: Bun, Deno, workers, `app.request()`. */
import type { ResponseLike } from "../signals/response.ts";

/** Stands for a response that is over when it is ready. */
export class Fetched implements ResponseLike {
  statusCode = 0;
  writableFinished = false;
  readonly #listeners: (() => void)[] = [];

  on(_event: "close", listener: () => void): this {
    this.#listeners.push(listener);
    return this;
  }

  listeners(): readonly (() => void)[] {
    return this.#listeners;
  }

  /** Ends it as `result` did. `otherwise` is asked for the status where no response came of it. Hands `result` on. */
  endWith<Result>(result: Result, otherwise: () => number): Result {
    if (result instanceof Promise) {
      result.then(
        (value: unknown) => {
          this.#end(statusOf(value) ?? otherwise());
        },
        () => {
          this.#end(FAILED);
        },
      );
    } else {
      this.#end(statusOf(result) ?? otherwise());
    }
    return result;
  }

  /** Runs `answer` and ends as it does. */
  endAfter<Result>(answer: () => Result, otherwise: () => number): Result {
    try {
      return this.endWith(answer(), otherwise);
    } catch (error) {
      this.#end(FAILED);
      throw error;
    }
  }

  #end(statusCode: number): void {
    this.statusCode = statusCode;
    this.writableFinished = true;
    for (const listener of this.#listeners.splice(0)) listener.call(this);
  }
}

const FAILED = 500;

function statusOf(value: unknown): number | undefined {
  if (typeof value !== "object" || value === null || !("status" in value)) return undefined;
  return typeof value.status === "number" ? value.status : undefined;
}
