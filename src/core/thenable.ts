/** Promises of any make. */

/** Whether `value` is a promise, or anything else that is waited for. What cannot be asked is none. */
export function isThenable(value: unknown): value is PromiseLike<unknown> {
  try {
    return typeof value === "object" && value !== null && "then" in value && typeof value.then === "function";
  } catch {
    return false;
  }
}

/** Calls somebody's own function in a place where what it throws, or rejects with, is nobody's to handle. */
export function quietly(call: () => unknown): void {
  try {
    handled(call());
  } catch {
    // Nobody is left to be told.
  }
}

/** What comes of `value` later is told to `onRejected`, or nobody: a rejection that nobody handles would end the process. */
export function handled(value: unknown, onRejected: (error: unknown) => void = () => undefined): void {
  const tell = (error: unknown): void => {
    quietly(() => {
      onRejected(error);
    });
  };
  try {
    // One that cannot even be asked whether it is a promise has failed, too.
    const then: unknown = typeof value === "object" && value !== null ? Reflect.get(value, "then") : undefined;
    if (typeof then === "function") Reflect.apply(then, value, [undefined, tell]);
  } catch (error) {
    tell(error);
  }
}

/** `answer`, which must be there at once: throws for a promise, which nobody would wait for. */
export function atOnce<T>(answer: T): T {
  if (!isThenable(answer)) return answer;
  handled(answer);
  throw new TypeError("it answered with a promise; it must answer at once");
}
