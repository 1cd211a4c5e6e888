/** Calls to the outside whose failure is an answer. */
import { type DeadlineOptions, withDeadline } from "../core/deadline.ts";

/** How a call ended. */
export type Settled = { readonly ok: true } | { readonly ok: false; readonly error: unknown };

/** Runs `call` to its end or to its deadline, and tells how it ended; never rejects. */
export function settle(call: (signal: AbortSignal) => Promise<unknown>, options: DeadlineOptions): Promise<Settled> {
  return withDeadline(call, options).then(
    () => ({ ok: true }),
    (error: unknown) => ({ ok: false, error }),
  );
}
