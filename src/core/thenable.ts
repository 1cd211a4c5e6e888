/** Promises of any make. */

/** Whether `value` is a promise, or anything else that is waited for. */
export function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof value === "object" && value !== null && "then" in value && typeof value.then === "function";
}
